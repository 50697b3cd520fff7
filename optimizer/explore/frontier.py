"""What fairness costs: the highest lowest coverage against hours, every plan that no other one betters in both."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.explore.cover import Floats
from optimizer.explore.search import ROUNDED, Found, Search
from optimizer.explore.situation import NoPlanInTime, situation_of
from optimizer.explore.table import Table
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.rounding import more
from optimizer.solver import Solver, TimeUp
from optimizer.stages import Infeasible


@dataclass(frozen=True, slots=True)
class Point:
    """A plan that no other one betters: none has a higher lowest coverage without more ``hours`` per week."""

    plan: Plan
    coverage: float
    hours: float


@dataclass(frozen=True, slots=True)
class Frontier:
    """All points of a layer, by rising coverage: proven that no plan lies beyond them.

    ``shortfall`` sets the lowest coverage against hours missing, ``travel`` against hours on the road.
    """

    shortfall: tuple[Point, ...]
    travel: tuple[Point, ...]


def frontier(
    problem: Problem,
    *,
    layer: int = 0,
    solver: Solver | None = None,
    time_limit: float | None = None,
    progress: Callable[[int], None] | None = None,
) -> Frontier:
    """The complete trade-off between the lowest coverage and shortfall, and between it and travel.

    Every point is solved exactly for the coverages above the one before; of equal plans it has any, always the same.
    ``progress`` gets the number of points found so far. Raises :class:`Infeasible`, :class:`NoPlanInTime` and
    :class:`TooLarge`.
    """
    situation = situation_of(problem, layer, solver=solver, time_limit=time_limit)
    found: list[list[Point]] = []
    try:
        table = Table(situation, situation.columns())
        if table.highest_coverage() == -math.inf:
            raise Infeasible
        for costs in (table.shortfall, table.travel):
            points: list[Point] = []
            found.append(points)
            for point in _points(table, costs):
                points.append(point)
                if progress:
                    progress(sum(map(len, found)))
    except TimeUp:
        raise NoPlanInTime from None
    return Frontier(*map(tuple, found))


def _points(table: Table, costs: Floats) -> Iterator[Point]:
    chosen = table.reaching(0.0)
    search = Search(table, chosen, costs)
    while search.least < math.inf:
        plan = next(search.plans())
        reached = _lowest(table, plan)
        following = Search(table, table.coverage > more(reached), costs)
        if following.least <= search.least + ROUNDED:
            # As cheap a plan has a higher coverage: the highest, by halving among all that columns have.
            values = np.unique(table.coverage[table.coverage > more(reached)])
            low, high = 0, len(values) - 1
            while low < high:
                middle = (low + high + 1) // 2
                left = table.cheapest(costs, table.coverage >= values[middle])
                if table.cover.best(table.cover.least(left)) <= search.least + ROUNDED:
                    low = middle
                else:
                    high = middle - 1
            reached = float(values[low])
            plan = next(Search(table, table.coverage >= reached, costs).plans())
            following = Search(table, table.coverage > more(reached), costs)
        yield Point(table.situation.plan([table.columns[j] for j in plan.columns]), reached, plan.cost)
        search = following


def _lowest(table: Table, plan: Found) -> float:
    return float(table.coverage[list(plan.columns)].min())
