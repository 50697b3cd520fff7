"""From today's districts to better ones: how few municipalities must change district for how much.

The complete trade-off against the highest lowest coverage, and against missing hours, each plan of it solved as the
model does where so many municipalities may change (``Layer.changes_maximum``).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from optimizer.column import Column
from optimizer.columns import ColumnSource
from optimizer.explore.situation import Infeasible, NoPlanInTime, Situation, situation_of, with_layer
from optimizer.plan import Plan
from optimizer.problem import Ags, Layer, Problem
from optimizer.program import Choice, Program, Row
from optimizer.reference import Changes, changes, weights_of
from optimizer.rounding import ROUNDING, more
from optimizer.solver import Solver, Termination, TimeUp
from optimizer.stages import SHORTFALL_TOLERANCE, TIE_TOLERANCE, Stages

Districts = Sequence[Collection[Ags]]


class NoReference(Exception):  # noqa: N818 - an answer, not an error
    """There are no districts against which anything could change."""


@dataclass(frozen=True, slots=True)
class Point:
    """A plan, what changes with it against the reference, and the share of the key that does (``key``).

    ``coverage`` is its lowest coverage; ``hours`` are missing per week, in all municipalities.
    """

    plan: Plan
    changes: Changes
    key: float
    coverage: float
    hours: float

    @property
    def count(self) -> int:
        """How many municipalities change."""
        return len(self.changes.municipalities)


@dataclass(frozen=True, slots=True)
class Change:
    """The plans of a layer that none betters which changes no more, by rising number of municipalities that change.

    ``coverage``: no plan with as few changes has a higher lowest coverage, none with this one fewer changes or, of as
    many, a smaller key that changes; of equal ones the one with the fewest missing hours. ``shortfall``: the same with
    the fewest missing hours, which are equal within ``SHORTFALL_TOLERANCE``. Both begin with the fewest changes that
    the rules allow and end with the best that any plan of the layer has: ``highest`` lowest coverage, and ``fewest``
    missing hours. Every point is proven. Not ``complete``: the time was up before more changes than ``looked_at`` were
    looked at.
    """

    reference: tuple[frozenset[Ags], ...]
    coverage: tuple[Point, ...]
    shortfall: tuple[Point, ...]
    highest: float
    fewest: float
    looked_at: int
    complete: bool

    @property
    def by_coverage(self) -> bool:
        """Whether changes raise the lowest coverage at all; else what they bring is hours."""
        return len(self.coverage) > 1

    @property
    def recommended(self) -> Point:
        """The point whose share of all that changes can bring exceeds its share of the changes by most, the knee.

        Where no point on the way is above the straight line from the first to the last, it is the last one.
        """
        points = self.coverage if self.by_coverage else self.shortfall
        figures = [point.coverage if self.by_coverage else -point.hours for point in points]
        first, last = points[0], points[-1]
        if first is last:
            return first

        def above(position: int) -> float:
            gained = (figures[position] - figures[0]) / (figures[-1] - figures[0])
            return gained - (points[position].count - first.count) / (last.count - first.count)

        best = max(range(len(points)), key=lambda position: (round(above(position), 9), -position))
        return points[best] if above(best) > ROUNDING else last


def change(
    problem: Problem,
    reference: Districts,
    *,
    layer: int = 0,
    solver: Solver | None = None,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Change:
    """How good a layer can be with each number of municipalities that change district against ``reference``.

    Any limit and reference of the layer's own are left aside. ``progress`` gets the numbers of changes done and of all.
    Raises :class:`NoReference` where that has none, :class:`Infeasible`, :class:`NoPlanInTime` where not even the first
    point was proven in time, and :class:`TooLarge`.
    """
    known = tuple(map(frozenset, reference))
    if not known:
        raise NoReference
    rules = replace(problem.layers[layer], reference=known, changes_maximum=None)
    asked = with_layer(problem, layer, rules)
    situation = situation_of(asked, layer, solver=solver, time_limit=time_limit)
    way = _Way(situation)
    towns = len(weights_of(problem))
    most, complete = -1, False
    with contextlib.suppress(TimeUp):
        way.find_ends()
        while not way.done and most < towns:
            if progress:
                progress(most + 1, towns + 1)
            way.look_at(most + 1)
            most += 1
        complete = True
    if not way.shortfall:
        raise NoPlanInTime
    return Change(known, tuple(way.coverage), tuple(way.shortfall), way.highest, way.fewest, most, complete)


class _Way:
    """The points found so far, and what no plan exceeds: ``highest`` lowest coverage, ``fewest`` missing hours."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.coverage: list[Point] = []
        self.shortfall: list[Point] = []
        self.highest = math.inf
        self.fewest = 0.0
        # The columns of the last point of each.
        self._best: list[Column] | None = None
        self._least: list[Column] | None = None

    @property
    def done(self) -> bool:
        """Whether no further change brings anything."""
        return bool(self.coverage and self.shortfall) and not (self._may_rise or self._may_fall)

    @property
    def _may_rise(self) -> bool:
        return not self.coverage or more(self.coverage[-1].coverage) <= self.highest

    @property
    def _may_fall(self) -> bool:
        return not self.shortfall or self.shortfall[-1].hours > self.fewest + SHORTFALL_TOLERANCE

    def find_ends(self) -> None:
        """Finds what is best where everybody may change. Raises ``Infeasible`` and ``TimeUp``."""
        free = replace(self.situation.layer, reference=None)
        source = self._under(free).source()
        columns = self._stages(source).highest()
        self.highest = self.situation.plan(columns).reached
        columns, _ = self._stages(source, known=columns).least_missing()
        self.fewest = self._missing(columns)

    def look_at(self, most: int) -> None:
        """Adds the points where at most so many change, if there are any. Raises ``TimeUp``."""
        situation = self._under(replace(self.situation.layer, changes_maximum=most))
        source = situation.source()
        if self._may_rise:
            with contextlib.suppress(Infeasible):
                self._raise(source)
        if self._best is not None and self._may_fall:
            self._lower(source)

    def _raise(self, source: ColumnSource) -> None:
        columns = self._stages(source, at_most=self.highest, known=self._best).highest()
        reached = self._lowest(columns)
        if self.coverage and reached < more(self.coverage[-1].coverage):
            return
        pool = source.copies(source.columns(reached, self.situation.deadline))
        self._best = self._least_change(source, pool)
        self.coverage.append(self._point(self._best))

    def _lower(self, source: ColumnSource) -> None:
        known = [columns for columns in (self._best, self._least) if columns is not None]
        columns, pool = self._stages(source, known=min(known, key=self._missing)).least_missing()
        hours = self._missing(columns)
        if self.shortfall and hours >= self.shortfall[-1].hours - SHORTFALL_TOLERANCE:
            return
        self._least = self._least_change(source, pool, hours + SHORTFALL_TOLERANCE)
        self.shortfall.append(self._point(self._least))

    def _least_change(self, source: ColumnSource, pool: Sequence[Column], most: float = math.inf) -> list[Column]:
        """Of the plans of some columns, with at most so many missing hours, the one that changes least.

        Of such the one with the fewest missing hours. Raises ``TimeUp``.
        """
        program = Program(source, pool, self.situation.solver, self.situation.deadline)
        costs = [source.changes(column)[1] for column in pool]
        missing = [source.shortfall(column) for column in pool]
        few = () if most == math.inf else (Row("shortfall", list(enumerate(missing)), None, most),)
        chosen = _proven(program.minimise(costs, *few))
        # In units of the tolerance, so that the solver's own tolerance is small beside it.
        scaled = [(j, cost / TIE_TOLERANCE * 1e-3) for j, cost in enumerate(costs)]
        least = math.fsum(costs[j] for j in chosen)
        tied = Row("tie", scaled, None, (least / TIE_TOLERANCE + 1) * 1e-3)
        chosen = _proven(program.minimise(missing, tied))
        return [pool[j] for j in chosen]

    def _under(self, layer: Layer) -> Situation:
        return replace(self.situation, problem=with_layer(self.situation.problem, self.situation.number, layer))

    def _stages(
        self, source: ColumnSource, *, at_most: float = math.inf, known: Sequence[Column] | None = None
    ) -> Stages:
        situation = self.situation
        tolerance = situation.problem.fairness_tolerance
        return Stages(source, tolerance, situation.solver, situation.deadline, at_most=at_most, known=known)

    def _lowest(self, columns: Sequence[Column]) -> float:
        return min(column.level for column in columns) / self.situation.service.fair_level

    def _missing(self, columns: Sequence[Column]) -> float:
        return self.situation.plan(columns).shortfall_hours

    def _point(self, columns: Sequence[Column]) -> Point:
        plan = self.situation.plan(columns)
        weights = weights_of(plan.problem)
        districts = [district.municipalities for district in plan.layers[self.situation.number].districts]
        found = changes(districts, self.situation.layer.reference or (), weights)
        key = math.fsum(weights[ags] for ags in found.municipalities)
        return Point(plan, found, key, plan.reached, plan.shortfall_hours)


def _proven(choice: Choice) -> tuple[int, ...]:
    if choice.columns is None or choice.termination is not Termination.OPTIMAL:
        raise TimeUp
    return choice.columns
