"""Running a linear program with a chosen solver, and what came of it.

PuLP reports "Optimal" also where a solver stopped at the time limit with a plan in hand, so why it stopped and
whether there is a solution are two things here.
"""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pulp

#: Seconds in which a solver must say that it runs.
_ANSWER = 5.0


class Solver(Enum):
    """The solvers that the program runs with; the plan does not depend on the choice."""

    CBC = "cbc"
    HIGHS = "highs"


@cache
def default_solver() -> Solver:
    """CBC, by measurement (docs/entscheidungen.md); HiGHS where the CBC that PuLP brings does not run.

    That is so on a Mac with Apple's processor and without Rosetta.
    """
    try:
        subprocess.run([cbc_path(), "-quit"], capture_output=True, check=True, timeout=_ANSWER)
    except (OSError, subprocess.SubprocessError):
        return Solver.HIGHS
    return Solver.CBC


def cbc_path() -> str:
    import pulp

    # The binary that comes with PuLP, without the class that PuLP 4 drops.
    return str(pulp.PULP_CBC_CMD.pulp_cbc_path)


class Termination(Enum):
    """Why a solver stopped."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    TIME_LIMIT = "time limit"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why the solver stopped, and whether the variables hold a solution."""

    termination: Termination
    has_solution: bool


class SolverError(RuntimeError):
    """A solver failed in a way that says nothing about the program."""


class SolverHung(SolverError):  # noqa: N818 - an outcome of its own
    """A solver did not end at its time limit and was ended."""


class TimeUp(Exception):  # noqa: N818 - an event, not an error
    """The deadline has passed in the middle of something."""


class Deadline:
    """A moment by which everything must be done; ``None`` seconds: never."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    @property
    def remaining(self) -> float | None:
        """Seconds left, never negative; ``None`` without a limit."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return self._end is not None and time.monotonic() >= self._end

    def part(self, share: float) -> Deadline:
        """One after this share of the time left."""
        return Deadline(None if self.remaining is None else share * self.remaining)

    def check(self) -> None:
        """Raises :class:`TimeUp` where no time is left."""
        if self.passed:
            raise TimeUp


def run(model: pulp.LpProblem, solver: Solver, deadline: Deadline, *, relaxed: bool = False) -> Outcome:
    """Solve ``model`` (its integrality dropped if ``relaxed``) to a gap of zero or until the deadline.

    Raises :class:`SolverError` where the solver fails for another reason than time or infeasibility, and
    :class:`SolverHung` where it had to be ended.
    """
    import pulp

    from optimizer.cbc import CbcHung

    if deadline.passed:
        return Outcome(Termination.TIME_LIMIT, False)
    try:
        model.solve(_command(solver, deadline.remaining, relaxed))
        given_up = model.status in (pulp.LpStatusInfeasible, pulp.LpStatusNotSolved)
        if solver is Solver.HIGHS and given_up and not deadline.passed:
            # The presolve of HiGHS 1.15.1 calls some programs infeasible that are not, and gives up on some that are:
            # a proof needs a run without it.
            model.solve(_command(solver, deadline.remaining, relaxed, presolve="off"))
    except CbcHung:
        raise SolverHung(solver.value) from None
    except pulp.PulpSolverError as error:
        raise SolverError(str(error)) from error
    except OSError as error:
        # CBC is given its program in a file, for which there may be no room.
        raise SolverError(error.strerror or str(error)) from error
    if model.sol_status == pulp.LpSolutionOptimal:
        return Outcome(Termination.OPTIMAL, True)
    if model.sol_status == pulp.LpSolutionIntegerFeasible:
        return Outcome(Termination.TIME_LIMIT, True)
    if model.status == pulp.LpStatusInfeasible:
        return Outcome(Termination.INFEASIBLE, False)
    if deadline.passed:
        return Outcome(Termination.TIME_LIMIT, False)
    raise SolverError(f"{solver.value}: {pulp.LpStatus[model.status]}")


def _command(solver: Solver, seconds: float | None, relaxed: bool, presolve: str = "choose") -> pulp.LpSolver:
    import pulp

    if solver is Solver.HIGHS:
        # The number of threads stays constant: changing it within a process can lose solutions.
        return pulp.HiGHS(
            mip=not relaxed, msg=False, timeLimit=seconds, gapRel=0.0, gapAbs=0.0, threads=1, presolve=presolve
        )
    from optimizer.cbc import Cbc

    limit = None if seconds is None else max(seconds, 0.01)
    return Cbc(path=cbc_path(), mip=not relaxed, msg=False, timeLimit=limit, gapRel=0.0, gapAbs=0.0)


def works() -> bool:
    """Whether the default solver solves about the smallest program that there is. Raises :class:`SolverError`."""
    import pulp

    model = pulp.LpProblem("smallest", pulp.LpMinimize)
    one = model.add_variable("one", 0.5, 2, "Integer")
    model.setObjective(one + 0)
    return run(model, default_solver(), Deadline(5.0)).termination is Termination.OPTIMAL and one.value() == 1
