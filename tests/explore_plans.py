"""All plans of a layer, one by one, and the order of the model among them: what tests of optimizer.explore ask."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from fractions import Fraction

import exhaustive
from hypothesis import HealthCheck, assume, settings

from optimizer.plan import Plan
from optimizer.problem import Ags, Problem

MANY = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck), derandomize=True)
SOME = settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck), derandomize=True)
FEW = settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck), derandomize=True)

Districts = frozenset[frozenset[Ags]]
#: Relative and absolute: what rounding may tell two equal figures apart by.
CLOSE = 1e-7


def every_plan(
    problem: Problem, layer: int = 0, earlier: Sequence[exhaustive.LayerPlan] = ()
) -> list[exhaustive.LayerPlan]:
    """Every plan that keeps the rules, after plans of the earlier layers."""
    # Of a later layer without any plan the oracle counts no posts at the KI, the program all: it fails there.
    assume(all(exhaustive.most_ki_posts(problem, k) is not None for k in range(layer + 1, len(problem.layers))))
    return list(exhaustive.all_plans(problem, layer, *exhaustive.carried(earlier)))


def districts(plan: exhaustive.LayerPlan) -> Districts:
    return frozenset(frozenset(team.towns) for team in plan.teams)


def teams(plan: exhaustive.LayerPlan) -> frozenset[tuple[tuple[Ags, ...], str, Fraction]]:
    return frozenset((team.towns, team.employer, team.fte) for team in plan.teams)


def districts_of(plan: Plan, layer: int = 0) -> Districts:
    return frozenset(frozenset(district.municipalities) for district in plan.layers[layer].districts)


def teams_of(plan: Plan, layer: int = 0) -> frozenset[tuple[tuple[Ags, ...], str, Fraction]]:
    return frozenset((d.municipalities, d.employer, d.fte) for d in plan.layers[layer].districts)


def in_order(
    problem: Problem,
    layer: int,
    plans: Sequence[exhaustive.LayerPlan],
    within: float,
    distinct: Callable[[exhaustive.LayerPlan], Hashable],
) -> Iterator[exhaustive.LayerPlan]:
    """The plans in the order of the model: each is the best when all that are like the ones before are forbidden."""
    rules = problem.layers[layer]
    third = (lambda plan: plan.travel_hours) if rules.reference is None else (lambda plan: plan.changes)
    ids = [e.id for e in sorted(rules.employers, key=lambda e: (not e.is_ki, e.id))]

    def keys(plan: exhaustive.LayerPlan) -> list[tuple[tuple[Ags, ...], int, Fraction]]:
        return sorted((team.towns, ids.index(team.employer), team.fte) for team in plan.teams)

    highest = max(plan.lowest_coverage for plan in plans)
    seen = set()
    for width in sorted({min(problem.fairness_tolerance, within), within}):
        left = [plan for plan in plans if plan.lowest_coverage >= max(0.0, highest - width) - 1e-9]
        left = [plan for plan in left if distinct(plan) not in seen]
        while left:
            least = min(plan.shortfall for plan in left)
            close = [plan for plan in left if plan.shortfall <= least + exhaustive.BUDGET_HOURS + 1e-9]
            cheapest = min(map(third, close))
            best = min((plan for plan in close if third(plan) <= cheapest + 1e-6), key=keys)
            seen.add(distinct(best))
            yield best
            left = [plan for plan in left if distinct(plan) != distinct(best)]
