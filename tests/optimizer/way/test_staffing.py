"""The fewest posts for a standard against every plan of small random counties."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import exhaustive
import pytest
from explore_plans import FEW, every_plan, teams, teams_of
from hypothesis import given
from hypothesis import strategies as st
from random_problems import problems

from optimizer.explore.situation import with_layer
from optimizer.problem import Problem
from optimizer.solver import Solver
from optimizer.way.staffing import NoPeople, Part, Standard, staffing
from tests.optimizer.test_columns import AWO, KI, county

HIGHS = Solver.HIGHS
PEOPLE = 5000.0


def meets(plan: exhaustive.LayerPlan, problem: Problem, minutes: float | None) -> bool:
    """Whether every team of one person has another one near."""

    def near(other: exhaustive.Team, team: exhaustive.Team) -> bool:
        drive = 0.0 if other.hub == team.hub else problem.minutes.get((other.hub, team.hub), math.inf)
        return other is not team and minutes is not None and drive <= minutes

    return minutes is None or all(
        math.ceil(team.fte) > 1 or any(near(other, team) for other in plan.teams) for team in plan.teams
    )


def plans_with(problem: Problem, total: Fraction, standard: Standard) -> list[exhaustive.LayerPlan]:
    """All plans with so many posts in which whoever is alone has a stand-in, measured with the standard."""
    layer = problem.layers[0]
    if standard.presence is not None:
        own = {ags: max(hours, standard.presence) for ags, hours in layer.minimum_hours_of.items()}
        layer = replace(layer, minimum_hours=standard.presence, minimum_hours_of=own)
    stated = replace(with_layer(problem, 0, replace(layer, total=total)), stated_level=standard.hours_per_1000 * 5)
    return [plan for plan in every_plan(stated) if meets(plan, stated, standard.stand_in_minutes)]


def enough(plans: list[exhaustive.LayerPlan]) -> Iterator[exhaustive.LayerPlan]:
    return (plan for plan in plans if plan.lowest_coverage >= 1 - 1e-9)


def least(problem: Problem, standard: Standard, most: int) -> Fraction | None:
    """The fewest posts by looking at every plan of up to so many steps."""
    step = problem.layers[0].step
    totals = (step * units for units in range(1, most + 1))
    return next((total for total in totals if any(enough(plans_with(problem, total, standard)))), None)


def loosened(problem: Problem, standard: Standard, part: Part) -> tuple[Problem, Standard]:
    """Without a part, as its name says."""
    layer, towns = problem.layers[0], len(problem.municipalities)
    match part:
        case Part.PRESENCE:
            changed = replace(layer, minimum_hours=0.0, minimum_hours_of={})
            return with_layer(problem, 0, changed), replace(standard, presence=None)
        case Part.TWO_PERSONS:
            return with_layer(problem, 0, replace(layer, minimum_persons=1)), replace(standard, stand_in_minutes=None)
        case Part.KI_SHARE:
            return replace(problem, ki_binding=False), standard
        case Part.MAX_DRIVE:
            changed = replace(layer, max_drive_minutes=None)
        case Part.DISTRICTS:
            changed = replace(layer, districts_minimum=1, districts_maximum=max(towns, layer.districts_maximum))
        case Part.EMPLOYERS:
            changed = replace(layer, limits=())
    return with_layer(problem, 0, changed), standard


@given(
    problems(most_towns=4, most_units=4, most_employers=2, given=False),
    st.sampled_from([0.3, 0.6, 0.8, 0.95]),
    st.sampled_from([None, None, 0.2, 0.7]),
    st.sampled_from([None, 0.0, 10.0, 16.0]),
    st.integers(0, 5),
)
@FEW
def test_the_fewest_posts_are_those_of_all_plans(
    problem: Problem, share: float, presence: float | None, minutes: float | None, turn: int
) -> None:
    problem, rules = replace(problem, people=PEOPLE), problem.layers[0]
    # Of what its posts would give if no hour were lost, so that some totals suffice and others do not.
    hours = share * exhaustive.fair_level(problem) / 5
    each = float(rules.total) * rules.hours_per_week / len(problem.municipalities)
    standard = Standard(hours, None if presence is None else each * presence, minutes)
    found = staffing(problem, standard, solver=HIGHS)
    most = rules.units
    fewest = least(problem, standard, most)
    assert found.fewest.posts == fewest if fewest is not None else found.fewest.at_least > rules.total
    assert found.fewest.searched
    # Every part in its turn, by the number of the example, and all together at the end.
    for cost in found.costs[turn % len(found.costs) :][:1]:
        freed, rest = problem, standard
        for part in cost.parts:
            freed, rest = loosened(freed, rest, part)
        without = least(freed, rest, most)
        assert cost.fewest.posts == without if without is not None else cost.fewest.at_least > rules.total
        if fewest is not None and len(cost.parts) == 1:
            highest = max(plan.lowest_coverage for plan in plans_with(freed, fewest, rest))
            assert cost.reached is not None
            assert cost.reached.hours_per_1000 == pytest.approx(highest * hours, rel=1e-6)
    today = plans_with(problem, rules.total, standard)
    if not today:
        assert found.today.hours_per_1000 is None
    else:
        highest = max(plan.lowest_coverage for plan in today)
        assert found.today.hours_per_1000 == pytest.approx(highest * hours, rel=1e-6)
        assert found.today.bound == pytest.approx(highest * hours, rel=1e-6)
    if fewest is None:
        return
    plans = plans_with(problem, fewest, standard)
    highest = max(plan.lowest_coverage for plan in plans)
    fair = max(highest - problem.fairness_tolerance, min(highest, 1.0)) - 1e-9
    third = (lambda plan: plan.travel_hours) if rules.reference is None else (lambda plan: plan.changes)
    close = [plan for plan in plans if plan.lowest_coverage >= fair]
    close = [plan for plan in close if plan.shortfall <= min(one.shortfall for one in close) + 0.001 + 1e-9]
    cheapest = min(map(third, close))
    assert found.plan is not None
    assert found.plan.proven
    assert found.plan.stages[0].value == pytest.approx(highest, abs=1e-7)
    assert teams_of(found.plan) in {teams(plan) for plan in close if third(plan) <= cheapest + 1e-6}
    work = found.workload
    assert work is not None
    assert min(work.advice, work.presence, work.road, work.coordination) >= 0
    assert work.reserve >= -1e-6
    total = work.advice + work.presence + work.road + work.coordination + work.reserve
    assert total == pytest.approx(float(fewest) * rules.hours_per_week)


def test_a_stand_in_and_two_persons_each_cost_posts() -> None:
    # Two towns apart, 35 hours of need each: one person each, unless nobody stands in.
    problem = replace(
        county((0.5, 0.5), total=2, step=Fraction(1, 2), employers=(KI, AWO), districts_minimum=2, districts_maximum=2),
        people=PEOPLE,
    )
    near = staffing(problem, Standard(14.0, stand_in_minutes=60.0), solver=HIGHS)
    far = staffing(problem, Standard(14.0, stand_in_minutes=1.0), solver=HIGHS)
    assert (near.fewest.posts, far.fewest.posts) == (Fraction(2), Fraction(3))
    costs = {cost.parts: cost.fewest.posts for cost in far.costs}
    assert costs[Part.TWO_PERSONS,] == Fraction(2)
    assert far.workload is not None
    assert far.workload.advice == pytest.approx(70.0)
    assert far.today.hours_per_1000 is None
    nothing = staffing(problem, Standard(14.0), solver=HIGHS, time_limit=0.0)
    assert (nothing.fewest.posts, nothing.fewest.searched, nothing.plan) == (None, False, None)
    with pytest.raises(NoPeople):
        staffing(replace(problem, people=None), Standard(14.0))
