"""Which figure must change by how much before the best districts change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from enum import Enum

from optimizer.explore.decision import Districts, Engine, engine_of, packed
from optimizer.explore.situation import Infeasible, situation_of
from optimizer.explore.uncertainty import CaseFigures, Range, Uncertainty
from optimizer.explore.workers import executor_or_own, shared_out
from optimizer.problem import Ags, Problem
from optimizer.solver import Solver

#: Changes that are tried, as shares, from small to large; between the last that changes nothing and the first that
#: does it is halved until they are closer than ``CLOSE``.
STEPS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
CLOSE = 0.0005


class FigureName(Enum):
    """Every figure that is changed by itself."""

    EXISTING = "existing_hours"
    COORDINATION = "coordination_hours"
    BLOCK = "block_hours"
    MINUTES = "minutes"
    WEIGHT = "weight"


@dataclass(frozen=True, slots=True)
class Turn:
    """Where the best districts change: at ``change`` (a share, below zero for less) they are ``districts``, at
    ``unchanged`` still the present ones. ``districts`` are ``None`` where the rules then leave no plan."""

    change: float
    unchanged: float
    districts: Districts | None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How far one figure can change before the best districts do.

    ``ags`` is whose figure it is, ``None`` for one of the whole layer or county. ``less`` and ``more`` are where they
    change, ``None`` where they do not, up to half as much or half as much again. ``tested`` values were decided
    exactly; between those without a change one that is undone again could hide.
    """

    figure: FigureName
    ags: Ags | None
    less: Turn | None
    more: Turn | None
    tested: int

    @property
    def smallest(self) -> float:
        """The smallest change that matters, as a share; infinite where none was found."""
        return min((abs(turn.change) for turn in (self.less, self.more) if turn), default=float("inf"))


def sensitivity(
    problem: Problem,
    *,
    layer: int = 0,
    solver: Solver | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], bool] | None = None,
    so_far: Callable[[tuple[Sensitivity, ...]], None] | None = None,
) -> tuple[Sensitivity, ...]:
    """Every figure, the most sensitive first: all existing hours, coordination hours, hours per visit, all drives, and
    the key of each municipality (the others' shares then change alike). A figure that is zero is left out.

    What is handed over and raised as for :func:`robustness`; cancelled figures are left out. ``so_far`` gets the
    figures that are known already, whenever there are more.
    """
    situation = situation_of(problem, layer, solver=solver)
    package = packed(situation, Uncertainty(minutes=Range(1 - STEPS[-1], 1 + STEPS[-1])))
    engine = engine_of(package)
    now = engine.decide(engine.figured(CaseFigures()))
    if now is None:
        raise Infeasible
    rules, towns = situation.layer, situation.problem.municipalities
    figures: list[tuple[FigureName, Ags | None]] = [(FigureName.BLOCK, None)]
    if any(town.existing_hours for town in towns):
        figures.append((FigureName.EXISTING, None))
    if rules.coordination_hours:
        figures.append((FigureName.COORDINATION, None))
    if any(situation.problem.minutes.values()):
        figures.append((FigureName.MINUTES, None))
    figures += [(FigureName.WEIGHT, town.ags) for town in towns if 0 < town.weight < 1]
    tasks = [(package, figure, ags, sign, now.districts) for figure, ags in figures for sign in (-1, 1)]

    def known(answers: Sequence[tuple[Turn | None, int] | None]) -> tuple[Sensitivity, ...]:
        found = []
        for number, (figure, ags) in enumerate(figures):
            less, more = answers[2 * number], answers[2 * number + 1]
            if less is not None and more is not None:
                found.append(Sensitivity(figure, ags, less[0], more[0], less[1] + more[1]))
        return tuple(sorted(found, key=lambda one: one.smallest))

    with executor_or_own(executor) as workers:
        told = None if so_far is None else lambda answers: so_far(known(answers))
        return known(shared_out(_turn, tasks, workers, progress=progress, cancel=cancel, so_far=told))


def _turn(task: tuple[bytes, FigureName, Ags | None, int, Districts]) -> tuple[Turn | None, int]:
    """Where the districts change in one direction, and how many values were decided."""
    package, figure, ags, sign, now = task
    engine = engine_of(package)
    tested = 0
    same = 0.0
    for step in STEPS:
        tested += 1
        found = _districts(engine, figure, ags, 1 + sign * step)
        if found != now:
            changed = step
            while changed - same > CLOSE:
                tested += 1
                middle = (same + changed) / 2
                other = _districts(engine, figure, ags, 1 + sign * middle)
                if other == now:
                    same = middle
                else:
                    changed, found = middle, other
            return Turn(sign * changed, sign * same, found), tested
        same = step
    return None, tested


def _districts(engine: Engine, figure: FigureName, ags: Ags | None, factor: float) -> Districts | None:
    rules = engine.situation.layer
    match figure:
        case FigureName.EXISTING:
            figures = CaseFigures(existing=factor)
        case FigureName.COORDINATION:
            figures = CaseFigures(coordination_hours=rules.coordination_hours * factor)
        case FigureName.BLOCK:
            figures = CaseFigures(block_hours=rules.block_hours * factor)
        case FigureName.MINUTES:
            figures = CaseFigures(minutes=factor)
        case FigureName.WEIGHT:
            assert ags is not None
            figures = CaseFigures(each_weight={ags: factor})
    decision = engine.decide(engine.figured(figures))
    return None if decision is None else decision.districts
