"""How much work may take and who may have how much of it done, by environment variables (docs/betrieb.md)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from files.faults import Fault

_SECONDS, _MEGABYTES, _JOBS, _STOP = "KIM_JOB_SECONDS", "KIM_JOB_MEMORY", "KIM_JOBS_PER_PERSON", "KIM_STOP_SECONDS"
METRICS = "KIM_METRICS"


@dataclass(frozen=True, slots=True)
class Allowance:
    """Of each job the most ``seconds`` and ``megabytes`` (0: any), and the most ``jobs`` that somebody has done at once
    (0: by the number of cores). When the server is ended, jobs may go on for ``stop`` seconds.
    """

    seconds: float = 300.0
    megabytes: float = 2048.0
    jobs: int = 0
    stop: float = 10.0
    metrics: bool = False


@cache
def allowance() -> Allowance:
    """That of this process. Raises ``InputError`` with every value that is none."""
    faults: list[Fault] = []
    usual = Allowance()
    found = Allowance(
        _value(_SECONDS, usual.seconds, 1, 86_400, faults),
        _value(_MEGABYTES, usual.megabytes, 0, 1_000_000, faults),
        int(_value(_JOBS, usual.jobs, 0, 1000, faults)),
        _value(_STOP, usual.stop, 0, 3600, faults),
        bool(_value(METRICS, 0, 0, 1, faults)),
    )
    if faults:
        from files.faults import InputError

        raise InputError(faults)
    return found


def _value(name: str, usual: float, least: float, most: float, faults: list[Fault]) -> float:
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
