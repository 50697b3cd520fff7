"""How much work may take and who may have how much of it done, by environment variables (docs/betrieb.md)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from files.faults import Fault

#: Each with its least and its most.
_KNOWN = {
    "KIM_JOB_SECONDS": (1, 86_400),
    "KIM_JOB_MEMORY": (0, 1_000_000),
    "KIM_JOBS_PER_PERSON": (0, 1000),
    "KIM_PROCESSES": (0, 1000),
    "KIM_STOP_SECONDS": (0, 3600),
    "KIM_METRICS": (0, 1),
}


@dataclass(frozen=True, slots=True)
class Allowance:
    """Of each job the most ``seconds`` and ``megabytes`` (0: any), and the most ``jobs`` that somebody has done at once
    (0: by the number of ``processes``, which are 0 for as many as there are cores). When the server is ended, jobs may
    go on for ``stop`` seconds.
    """

    seconds: float = 300.0
    megabytes: float = 2048.0
    jobs: int = 0
    processes: int = 0
    stop: float = 10.0
    metrics: bool = False


@cache
def allowance() -> Allowance:
    """That of this process. Raises ``InputError`` with every value that is none."""
    usual, faults = Allowance(), list["Fault"]()
    found = Allowance(
        _value("KIM_JOB_SECONDS", usual.seconds, faults),
        _value("KIM_JOB_MEMORY", usual.megabytes, faults),
        int(_value("KIM_JOBS_PER_PERSON", usual.jobs, faults)),
        int(_value("KIM_PROCESSES", usual.processes, faults)),
        _value("KIM_STOP_SECONDS", usual.stop, faults),
        bool(_value("KIM_METRICS", usual.metrics, faults)),
    )
    if faults:
        from files.faults import InputError

        raise InputError(faults)
    return found


def _value(name: str, usual: float, faults: list[Fault]) -> float:
    least, most = _KNOWN[name]
    text = os.environ.get(name, "").strip()
    try:
        found = float(text) if text else usual
    except ValueError:
        found = float("nan")
    if not least <= found <= most:
        # Only here: each process reads this at its start, and needs no texts.
        from files.faults import Fault
        from files.typed import shown
        from translation import msg, number

        allowed = msg("a number from {least} to {most}", least=number(least), most=number(most))
        faults.append(Fault(name, msg("“{value}” is not such a number", value=shown(text)), allowed))
        return usual
    return found
