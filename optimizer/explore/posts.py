"""What each further post brings: the best plan for every number of posts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from optimizer.explore.alternatives import moved
from optimizer.explore.prices import under
from optimizer.explore.situation import Infeasible, NoPlanInTime, Situation, districts_of, situation_of, with_layer
from optimizer.plan import Plan
from optimizer.problem import Ags, Problem
from optimizer.solver import Solver, TimeUp


@dataclass(frozen=True, slots=True)
class Posts:
    """The best plan with ``total`` posts (FTE) in the layer; ``plan`` is ``None`` where the rules leave none.

    ``proven``: the plan, or that there is none, is proven; without a plan and proof the time did not suffice. The fair
    level depends on the number of posts. Each plan is the best by that of its own posts, and all are measured with one,
    that of the problem as it is: so is ``lowest_coverage_as_planned``; ``lowest_supply`` (hours per week and unit of
    key) needs none. The other figures compare with the next smaller total that has a plan: ``gained_hours`` on site per
    municipality, the municipalities that ``moved``, and whether districts were ``reshaped`` at all.
    """

    total: Fraction
    plan: Plan | None
    proven: bool
    lowest_supply: float | None
    lowest_coverage_as_planned: float | None
    gained_hours: Mapping[Ags, float]
    moved: tuple[Ags, ...]
    reshaped: bool


def posts_value(
    problem: Problem,
    totals: Sequence[Fraction],
    *,
    layer: int = 0,
    free_districts: bool = False,
    solver: Solver | None = None,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Posts, ...]:
    """The best plan for each number of posts of a layer, ascending; ``totals`` are multiples of its step.

    All other rules hold, the KI's share of the then larger or smaller whole included. With ``free_districts`` the
    numbers of districts are free, so that few posts are not refused for being too few for them. ``progress`` gets the
    number of totals done and of all. Raises :class:`NoPlanInTime` where an earlier layer was not solved in time, and
    :class:`Infeasible` where one has no plan.
    """
    rules = problem.layers[layer]
    if free_districts:
        most = max(len(problem.municipalities), rules.districts_maximum)
        problem = with_layer(problem, layer, replace(rules, districts_minimum=1, districts_maximum=most))
    situation = situation_of(problem, layer, solver=solver, time_limit=time_limit)
    found: list[Posts] = []
    for number, total in enumerate(sorted(set(totals))):
        if progress:
            progress(number, len(set(totals)))
        before = next((posts.plan for posts in reversed(found) if posts.plan is not None), None)
        found.append(_posts(situation, total, before))
    return tuple(found)


def _posts(situation: Situation, total: Fraction, before: Plan | None) -> Posts:
    number = situation.number
    problem = with_layer(situation.problem, number, replace(situation.layer, total=total))
    try:
        best = under(situation, problem).best()
    except (Infeasible, NoPlanInTime, TimeUp) as reason:
        return Posts(total, None, isinstance(reason, Infeasible), None, None, {}, (), False)
    # Its stages say what is best by its own yardstick; none of them is a figure by this one.
    plan = Plan(replace(best.problem, stated_level=situation.problem.fair_level), best.layers)
    hours = {ags: one.hours for ags, one in plan.municipalities.items()}
    earlier = {ags: one.hours for ags, one in before.municipalities.items()} if before else dict.fromkeys(hours, 0.0)
    return Posts(
        total,
        plan,
        best.proven,
        plan.reached * plan.fair_level,
        plan.reached,
        {ags: hours[ags] - earlier[ags] for ags in hours} if before else {},
        moved(plan, before, number) if before else (),
        before is not None and districts_of(plan, number) != districts_of(before, number),
    )
