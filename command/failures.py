"""Why a command has no answer, as people are told it."""

from __future__ import annotations

import os

from optimizer.solver import SolverError, SolverHung
from optimizer.stages import NoPlanInTime
from translation import Message, msg
from workers.worker import Overdue, ProcessExpired

OVERDUE = msg(
    "The computation did not end at its time limit and was ended: try again, or the other solver with --solver."
)


def no_answer(error: BaseException) -> Message | None:
    """Why there is no answer; ``None`` for an error that is told otherwise."""
    match error:
        case NoPlanInTime():
            return msg("No plan was found in the time allowed: allow more with --time-limit.")
        case SolverHung():
            return msg(
                "The solver {name} did not end at its time limit and was ended: try the other one with --solver.",
                name=str(error),
            )
        case SolverError():
            return msg("The solver failed ({reason}): try the other one with --solver.", reason=str(error))
        case Overdue():
            return OVERDUE
        case ProcessExpired():
            return msg(
                "A process that was computing was ended from outside or for want of memory: try again, with fewer "
                "--workers where memory is short."
            )
        case MemoryError():
            return msg("There was not enough memory: less at a time, such as a smaller file, or a machine with more.")
    if isinstance(error, OSError) or "KIM_DEBUG" in os.environ:
        return None
    name = f"{type(error).__name__}: {error}"
    return msg("A fault of KIM-Planer itself ({name}): please report it; with KIM_DEBUG=1 it says more.", name=name)
