"""Does a plan hold if figures are off? All corners of the assumptions, and many random draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from statistics import fmean

from optimizer.explore.decision import Decision, Districts, Places, Rows, engine_of, packed
from optimizer.explore.situation import Infeasible, situation_of
from optimizer.explore.uncertainty import CaseFigures, Uncertainty
from optimizer.explore.workers import Cancelled, executor_or_own, shared_out
from optimizer.problem import Problem
from optimizer.solver import Solver

#: Sets of figures that a worker takes at a time.
AT_A_TIME = 20


@dataclass(frozen=True, slots=True)
class Case:
    """One set of figures: a corner of the assumptions (``draw`` is ``None``) or a random draw by its number.

    ``best`` is the best plan, ``None`` where the rules leave none. ``coverage`` is the lowest coverage of the plan
    asked about, left as it is, and ``keeps_rules`` whether it then keeps the drive limit and the fewest hours.
    ``fair_level`` is that of the case, in hours per unit of key.
    """

    draw: int | None
    figures: CaseFigures
    best: Decision | None
    coverage: float
    keeps_rules: bool
    fair_level: float

    @property
    def regret(self) -> float | None:
        """By how much the lowest coverage lies below the highest possible; ``None`` where no plan is possible.

        Below zero only where the plan then breaks rules.
        """
        return None if self.best is None else self.best.highest_coverage - self.coverage


@dataclass(frozen=True, slots=True)
class Outcome:
    """Districts that were the best in some cases, and in how many draws and corners."""

    districts: Districts
    draws: int
    corners: int


@dataclass(frozen=True, slots=True)
class Steady:
    """A plan and its regret, the worst and the mean over all compared cases that have a plan.

    The same ``supply`` in hours per unit of key, by the fair level of each case.
    """

    plan: Rows
    worst_regret: float
    mean_regret: float
    worst_supply: float
    mean_supply: float


@dataclass(frozen=True)
class Robustness:
    """How a plan fares when figures are off by an ``uncertainty``. The draws are a sample: shares are estimates.

    ``cases`` are all corners and then the draws that were done, of the ``asked`` (fewer when it was cancelled);
    ``seed`` gives the same draws again. ``outcomes`` are by falling number of draws. ``plan`` is the plan asked about
    and ``steadiest`` the one with the least worst regret of it and all plans that were the best in some case. Regret
    is in lowest coverage, against the highest of the same case; the best plan of a case has some as well, up to the
    fairness tolerance. ``compared`` is in how many cases these plans were compared: all, or fewer when it was
    cancelled; the regrets of ``plan`` and ``steadiest`` are over the same ones.
    """

    cases: tuple[Case, ...]
    asked: int
    seed: int
    plan: Steady
    steadiest: Steady
    outcomes: tuple[Outcome, ...]
    compared: int
    uncertainty: Uncertainty

    @property
    def draws(self) -> int:
        """Random draws done."""
        return sum(1 for case in self.cases if case.draw is not None)

    @property
    def corners(self) -> int:
        """Corners done."""
        return len(self.cases) - self.draws

    @property
    def complete(self) -> bool:
        """Whether nothing was cancelled."""
        return self.draws == self.asked and self.compared == len(self.cases)

    @property
    def same_districts(self) -> Outcome:
        """In how many draws and corners the districts of the plan asked about stay the best."""
        mine = frozenset(frozenset(row.municipalities) for row in self.plan.plan)
        return next((one for one in self.outcomes if one.districts == mine), Outcome(mine, 0, 0))

    @property
    def without_plan(self) -> int:
        """Cases in which the rules leave no plan."""
        return sum(1 for case in self.cases if case.best is None)

    @property
    def breaking(self) -> int:
        """Cases in which the plan asked about breaks the drive limit or the fewest hours."""
        return sum(1 for case in self.cases if not case.keeps_rules)


def robustness(
    problem: Problem,
    uncertainty: Uncertainty,
    *,
    layer: int = 0,
    plan: Rows | None = None,
    draws: int = 1000,
    seed: int = 1,
    solver: Solver | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Robustness:
    """How ``plan`` (rows with sizes and hubs; by default the best one) fares within an uncertainty.

    Every case is decided exactly. Existing hours do not follow the key when that is drawn anew, and earlier layers
    keep their hours. ``executor`` is any of ``concurrent.futures`` or one like it, such as that of a Dask client; by
    default processes on all processors. ``progress`` gets the number of parts done and of all. When ``cancel`` says
    so, no further part is begun, what was done counts, and plans are compared in few of the cases done.

    Raises :class:`Infeasible` where the rules leave no plan for the figures as stated, or for none of the cases;
    :class:`TooLarge` where the county allows too many districts; :class:`Cancelled` where it was cancelled before a
    case with a plan was done.
    """
    situation = situation_of(problem, layer, solver=solver)
    package = packed(situation, uncertainty)
    engine = engine_of(package)
    if plan is None:
        decision = engine.decide(engine.figured(CaseFigures()))
        if decision is None:
            raise Infeasible
        plan = decision.plan
    corners = list(uncertainty.corners())
    numbers: list[int] = [*range(-len(corners), 0), *range(draws)]
    parts = [tuple(numbers[start : start + AT_A_TIME]) for start in range(0, len(numbers), AT_A_TIME)]

    def halfway(half: int) -> Callable[[int, int], None] | None:
        # The candidates for the steadiest plan are known only when all cases are; then each is looked at again.
        return None if progress is None else lambda done, all_: progress(half * all_ + done, 2 * all_)

    with executor_or_own(executor) as workers:
        tasks = [(package, seed, part, plan) for part in parts]
        answers = shared_out(_cases, tasks, workers, progress=halfway(0), cancel=cancel)
        done = [(part, cases) for part, cases in zip(parts, answers, strict=True) if cases is not None]
        cases = tuple(case for _, some in done for case in some)
        found = [case.best.plan for case in cases if case.best is not None]
        if not found:
            raise Infeasible if len(done) == len(parts) else Cancelled
        candidates = list(dict.fromkeys([plan, *found]))
        again = [(package, seed, part, tuple(candidates)) for part, _ in done]
        coverages = shared_out(_coverages, again, workers, progress=halfway(1), cancel=cancel)
    decided = [any(case.best is not None for case in some) for _, some in done]
    if not any(some is not None and has for some, has in zip(coverages, decided, strict=True)):
        # Cancelled before there was anything to compare: one part is little work and can be done here.
        first = decided.index(True)
        coverages[first] = _coverages(again[first])
    compared: list[Case] = []
    rows: list[list[float]] = []
    for (_, some), values in zip(done, coverages, strict=True):
        if values is not None:
            compared += some
            rows += values
    steady = [_steady(candidate, compared, [row[k] for row in rows]) for k, candidate in enumerate(candidates)]
    return Robustness(
        cases,
        draws,
        seed,
        steady[0],
        min(steady, key=lambda one: (one.worst_regret, one.mean_regret)),
        _outcomes(cases),
        len(compared),
        uncertainty,
    )


def _figures(uncertainty: Uncertainty, problem: Problem, seed: int, number: int) -> CaseFigures:
    # Numbers below zero are the corners.
    return uncertainty.draw(problem, seed, number) if number >= 0 else list(uncertainty.corners())[number]


def _cases(task: tuple[bytes, int, tuple[int, ...], Rows]) -> list[Case]:
    package, seed, numbers, plan = task
    engine = engine_of(package)
    found = []
    for number in numbers:
        figures = _figures(engine.uncertainty, engine.situation.problem, seed, number)
        grid = engine.figured(figures)
        coverage, keeps = engine.coverage(grid, plan), engine.keeps_rules(grid, plan)
        draw, fair = number if number >= 0 else None, grid.service.fair_level
        found.append(Case(draw, figures, engine.decide(grid), coverage, keeps, fair))
    return found


def _coverages(task: tuple[bytes, int, tuple[int, ...], tuple[Rows, ...]]) -> list[list[float]]:
    """The lowest coverage of some plans in some cases (cases × plans)."""
    package, seed, numbers, plans = task
    engine = engine_of(package)
    places, problem = Places(engine, plans), engine.situation.problem
    return [engine.coverages(_figures(engine.uncertainty, problem, seed, number), places) for number in numbers]


def _steady(plan: Rows, cases: Sequence[Case], coverages: Sequence[float]) -> Steady:
    regrets = [
        (case.best.highest_coverage - coverage, case.fair_level)
        for case, coverage in zip(cases, coverages, strict=True)
        if case.best is not None
    ]
    shares, supply = [share for share, _ in regrets], [share * level for share, level in regrets]
    return Steady(plan, max(shares), fmean(shares), max(supply), fmean(supply))


def _outcomes(cases: Sequence[Case]) -> tuple[Outcome, ...]:
    draws = Counter(case.best.districts for case in cases if case.best is not None and case.draw is not None)
    corners = Counter(case.best.districts for case in cases if case.best is not None and case.draw is None)
    every = [Outcome(districts, draws[districts], corners[districts]) for districts in draws | corners]
    return tuple(sorted(every, key=lambda one: (-one.draws, -one.corners, sorted(map(sorted, one.districts)))))
