"""The best plans beside the best one, in order and none left out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from optimizer.explore.search import Found, Search
from optimizer.explore.situation import Situation, TooLarge, districts_of, situation_of
from optimizer.explore.table import Table
from optimizer.plan import Plan
from optimizer.problem import Ags, Problem
from optimizer.reference import changes, weights_of
from optimizer.rounding import ROUNDING
from optimizer.solver import Solver, TimeUp
from optimizer.stages import SHORTFALL_TOLERANCE, TIE_TOLERANCE

Distinct = Literal["districts", "teams"]

#: Hours of shortfall beyond the least at which the search is tried first.
HOURS = (2.0, 10.0)


@dataclass(frozen=True)
class Alternative:
    """A plan, the municipalities that have moved compared with the best plan, and what it costs.

    Who has moved is told as against a reference plan (optimizer/reference.py). ``lost_coverage`` of the lowest coverage
    and ``lost_hours`` of shortfall may be below zero: within the fairness tolerance one is traded for the other.
    """

    plan: Plan
    moved: tuple[Ags, ...]
    lost_coverage: float
    lost_hours: float


@dataclass(frozen=True)
class Alternatives:
    """The best plans of a layer, the best first.

    ``complete``: proven that no plan is missing between them, and, with fewer of them than asked for, that there is no
    further one within ``coverage_within`` of the highest lowest coverage and ``hours_within`` of the least shortfall.
    ``together_counts[a, b]``: in how many of them two municipalities share a district (a < b).
    """

    items: tuple[Alternative, ...]
    complete: bool
    distinct: Distinct
    highest_coverage: float
    coverage_within: float
    hours_within: float
    layer: int

    @property
    def together_counts(self) -> dict[tuple[Ags, Ags], int]:
        """How often two municipalities share a district, for every pair in AGS order."""
        towns = [town.ags for town in self.items[0].plan.problem.municipalities]
        counts = {(a, b): 0 for a in towns for b in towns if a < b}
        for item in self.items:
            for district in districts_of(item.plan, self.layer):
                for a in district:
                    for b in district:
                        if a < b:
                            counts[a, b] += 1
        return counts


def alternatives(
    problem: Problem,
    *,
    layer: int = 0,
    count: int = 10,
    coverage_within: float | None = None,
    hours_within: float = math.inf,
    distinct: Distinct = "districts",
    solver: Solver | None = None,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Alternatives:
    """The ``count`` best plans of a layer, each the one that the model chooses when those before it are forbidden.

    That is: the plans within the fairness tolerance of the highest lowest coverage by their shortfall, those with an
    equal one by travel (or by what changes against the reference), then by municipality keys; after them, where
    ``coverage_within`` (absolute; by default the tolerance) is more than that, the others by the same measures.
    ``hours_within`` is the most hours of shortfall beyond the least within that coverage. With
    ``distinct="districts"`` plans differ in who is with whom, each with its best teams; with ``"teams"`` employers and
    sizes make a difference too. ``progress`` gets the number found and ``count``.

    Raises :class:`Infeasible`, and :class:`NoPlanInTime` where not even the best plan was found in time. Where the
    time is up later, or the county allows too many plans, what was found comes with ``complete=False``.
    """
    situation = situation_of(problem, layer, solver=solver, time_limit=time_limit)
    best = situation.best()
    stages = best.stages
    tolerance = problem.fairness_tolerance
    within = tolerance if coverage_within is None else coverage_within
    found: list[Plan] = []
    seen: set[object] = set()
    complete = all(stage.proven for stage in stages)
    widths = sorted({min(tolerance, within), within})
    # Few hours at first: the fewer, the fewer columns there are to look at.
    hours = [*(one for one in HOURS if one < hours_within), hours_within]
    nets = ((width, most) for width in widths for most in hours) if complete else ()
    try:
        for width, most in nets:
            net = _Net(max(0.0, stages[0].value - width), stages[1].value + most, hours_within)
            for plan, key in _ordered(situation, net, distinct) if len(found) < count else ():
                if key not in seen:
                    seen.add(key)
                    found.append(plan)
                    if progress:
                        progress(len(found), count)
                if len(found) == count:
                    break
    except (TimeUp, TooLarge):
        complete = False
    first = found[0] if found else best
    items = tuple(_compared(plan, first, layer) for plan in found or [best])
    return Alternatives(items, complete, distinct, stages[0].value, within, hours_within, layer)


@dataclass(frozen=True, slots=True)
class _Net:
    # Plans with at least this coverage, at most this shortfall, and at most so much more than the least of them.
    coverage: float
    most_shortfall: float
    hours_within: float


def _ordered(situation: Situation, net: _Net, distinct: Distinct) -> Iterator[tuple[Plan, object]]:
    """The plans in a net in the order of the model, each with what makes it distinct."""
    # Beyond the net there may be plans that count as equal to the last one in it.
    most = net.most_shortfall + 2 * SHORTFALL_TOLERANCE
    table = Table(situation, situation.source().columns(net.coverage, situation.deadline, most))
    search = Search(table, table.reaching(net.coverage), table.shortfall)
    limit = min(search.least + net.hours_within, net.most_shortfall) + ROUNDING
    # Those whose turn may have come, with their cost: districts, or plans where teams make a difference.
    waiting: list[tuple[float, tuple[int, ...], Found | None]] = []
    stream: Iterator[tuple[float, tuple[int, ...], Found | None]] = (
        ((cost, districts, None) for cost, districts in search.partitions())
        if distinct == "districts"
        else ((plan.cost, (), plan) for plan in search.plans())
    )
    while True:
        while not waiting or waiting[-1][0] <= waiting[0][0] + SHORTFALL_TOLERANCE:
            following = next(stream, None)
            if following is None:
                break
            waiting.append(following)
        if not waiting or waiting[0][0] > limit:
            return
        close = waiting[0][0] + SHORTFALL_TOLERANCE
        best: tuple[int, Found] | None = None
        for position, (cost, districts, plan) in enumerate(waiting):
            if cost > close:
                break
            found = plan or search.best_teams(districts, close + ROUNDING, table.third, TIE_TOLERANCE)
            assert found is not None
            if best is None or search.before(found, best[1], TIE_TOLERANCE):
                best = position, found
        assert best is not None
        waiting.pop(best[0])
        columns = [table.columns[j] for j in best[1].columns]
        yield situation.plan(columns), frozenset(c.members if distinct == "districts" else c.order for c in columns)


def _compared(plan: Plan, first: Plan, layer: int) -> Alternative:
    return Alternative(
        plan,
        moved(plan, first, layer),
        first.reached - plan.reached,
        plan.shortfall_hours - first.shortfall_hours,
    )


def moved(plan: Plan, before: Plan, layer: int) -> tuple[Ags, ...]:
    """Municipalities of a layer that are in another district than before, in AGS order, as against a reference plan."""
    now, then = ([d.municipalities for d in one.layers[layer].districts] for one in (plan, before))
    return changes(now, then, weights_of(plan.problem)).municipalities
