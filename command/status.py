"""How ``kim`` ends."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """The exit status: what was asked for, no plan is possible, bad input, no answer (time, solver, a fault of ours).

    As shells count: stopped with Ctrl+C, and nobody reads the output any more.
    """

    DONE = 0
    INFEASIBLE = 1
    BAD_INPUT = 2
    NO_ANSWER = 3
    STOPPED = 130
    CLOSED = 141
