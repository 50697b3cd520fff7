"""What good plans can do for each municipality, and what its own courses cost: as all plans, one by one, say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import exhaustive
import pytest
from explore_plans import FEW, SOME, districts, districts_of, every_plan, in_order
from hypothesis import assume, given
from hypothesis import strategies as st
from random_problems import tiny_problems

from optimizer.declining import without_town
from optimizer.explore import cover
from optimizer.explore.situation import Infeasible, NoPlanInTime, TooLarge, with_layer
from optimizer.problem import Employer, Problem
from optimizer.solver import Solver
from optimizer.way.consequences import Consequence, Course, shares
from optimizer.way.municipality import Company, Possible, municipality
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from tests.optimizer.test_columns import county

HIGHS = Solver.HIGHS


def good_plans(problem: Problem, plans: Sequence[exhaustive.LayerPlan]) -> list[exhaustive.LayerPlan]:
    floor = max(plan.lowest_coverage for plan in plans) - problem.fairness_tolerance
    return [plan for plan in plans if plan.lowest_coverage >= floor - 1e-9]


def team_of(plan: exhaustive.LayerPlan, ags: str) -> exhaustive.Team | None:
    return next((team for team in plan.teams if ags in team.towns), None)


def assert_possible(found: Possible, ags: str, present: Sequence[str], plans: Sequence[exhaustive.LayerPlan]) -> None:
    hours = [plan.hours.get(ags, 0.0) for plan in plans]
    teams = [team_of(plan, ags) for plan in plans]
    serving = [team for team in teams if team is not None]
    assert found.hours == pytest.approx((min(hours), max(hours)), abs=1e-7)
    known = {frozenset(districts(plan)) for plan in plans}
    assert {districts_of(found.least), districts_of(found.most)} <= known
    assert found.hubs == tuple(sorted({team.hub for team in serving}))
    assert set(found.employers) == {team.employer for team in serving}
    assert found.alone == any(team.towns == (ags,) for team in serving)
    assert found.unserved == (None in teams)
    for other in present:
        shared = [team is not None and other in team.towns for team in teams]
        expected = Company.ALWAYS if all(shared) else Company.SOMETIMES if any(shared) else Company.NEVER
        assert other == ags or found.company[other] is expected


@given(tiny_problems(given=False, pins=True))
@SOME
def test_what_is_possible_is_what_all_good_plans_do(problem: Problem) -> None:
    plans = every_plan(problem)
    if not plans:
        with pytest.raises(Infeasible):
            municipality(problem, towns=(), solver=HIGHS)
        return
    found = municipality(problem, towns=(), solver=HIGHS)
    present = [town.ags for town in problem.municipalities if town.taking_part]
    assert list(found.items) == present
    assert found.consequences == {}
    for ags, possible in found.items.items():
        assert_possible(possible, ags, present, good_plans(problem, plans))


@given(tiny_problems(given=False), st.data())
@FEW
def test_courses_are_the_best_of_all_plans(problem: Problem, data: st.DataObject) -> None:
    plans = every_plan(problem)
    present = [town.ags for town in problem.municipalities if town.taking_part]
    assume(plans)
    ags = data.draw(st.sampled_from(present))
    found = municipality(problem, towns=[ags], solver=HIGHS)
    (declines, own, alone) = found.consequences[ags]
    assert_best(alone, problem, [plan for plan in plans if (ags,) in {team.towns for team in plan.teams}])
    rest = without_town(problem, ags)
    assert_best(declines, rest or problem, [] if rest is None else every_plan(rest))
    layer = problem.layers[0]
    now = found.plan.layers[0].hours_by_municipality().get(ags, 0.0)
    if own.fte is None:
        assert own.plan is None
        return
    fewer = own.fte - layer.step
    persons = -(-fewer.numerator // fewer.denominator)
    gives = float(fewer) * layer.hours_per_week - layer.coordination_hours * persons
    wanted = max(now, layer.fewest_hours(ags))
    assert fewer <= 0 or gives < wanted or persons < layer.minimum_persons
    employers = (*(one for one in layer.employers if one.id != ags), Employer(ags, hubs=frozenset({ags})))
    fixed = {town: allowed for town, allowed in layer.fixed_employers.items() if town != ags}
    free = with_layer(problem, 0, replace(layer, employers=employers, fixed_employers=fixed))
    wanted_team = ((ags,), ags, own.fte)
    fitting = [p for p in every_plan(free) if wanted_team in {(t.towns, t.employer, t.fte) for t in p.teams}]
    # Nobody else is served by it.
    others = [p for p in fitting if sum(team.employer == ags for team in p.teams) == 1]
    assert_best(own, free, others)


def assert_best(found: Consequence, problem: Problem, plans: Sequence[exhaustive.LayerPlan]) -> None:
    assert found.proven
    assert (found.plan is None) == (not plans)
    if found.plan is not None:
        best = next(in_order(problem, 0, plans, problem.fairness_tolerance, districts))
        assert districts_of(found.plan) == districts(best)
        assert found.plan.lowest_coverage == pytest.approx(best.lowest_coverage, abs=1e-7)


def test_who_declines_leaves_the_key_to_the_others() -> None:
    problem = county((0.5, 0.3, 0.2), total=3, together=(("a", "b"), ("b", "c")))
    rest = without_town(replace(problem, people=1000.0, stated_level=40.0), "b")
    assert rest is not None
    assert [(town.ags, round(town.weight, 6), town.taking_part) for town in rest.municipalities] == [
        ("a", 0.714286, True), ("b", 0.0, False), ("c", 0.285714, True),
    ]  # fmt: skip
    assert (rest.people, rest.stated_level) == pytest.approx((700.0, 28.0))
    # Those who had to be with it still have to be with each other.
    assert rest.layers[0].together == (("a", "c"),)
    assert without_town(county((1.0, 0.0)), "a") is None


def test_the_cost_of_a_course_is_that_of_the_others() -> None:
    problem = replace(county((0.5, 0.3, 0.2), total=3, minutes=10.0), people=10_000.0)
    found = municipality(problem, solver=HIGHS)
    assert list(found.consequences) == ["a", "b", "c"]
    declines, own, alone = found.consequences["a"]
    now = shares(found.plan, "a")
    assert now.hours + now.own_hours == pytest.approx(found.plan.on_site_hours)
    assert declines.plan is not None
    gone = shares(declines.plan, "a")
    assert (gone.own_hours, gone.own_per_1000) == (0.0, None)
    assert gone.hours == pytest.approx(declines.plan.on_site_hours)
    assert gone.lowest_per_1000 == pytest.approx(gone.per_1000)  # one team for both, so both alike
    assert gone.per_1000 == pytest.approx(1000 * gone.hours / 5000)
    assert (declines.course, own.course, alone.course) == tuple(Course)
    assert own.fte in {Fraction(k, 2) for k in range(1, 7)}


def test_what_cannot_be_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = county((0.4, 0.3, 0.3), total=3)
    with pytest.raises(KeyError):
        municipality(problem, towns=["x"], solver=HIGHS)
    with pytest.raises(NoPlanInTime):
        municipality(problem, time_limit=0.0, solver=HIGHS)
    monkeypatch.setattr(cover, "MOST_STEPS", 1)
    with pytest.raises(TooLarge):
        municipality(replace(problem, fairness_tolerance=1.0), solver=HIGHS)


def test_the_real_county() -> None:
    seen: list[tuple[int, int]] = []
    problem = load_problem(SCENARIOS / "modell-1-zentral.yaml").problem
    found = municipality(problem, towns=["05558012"], progress=lambda *done: seen.append(done))
    assert seen == [(0, 3), (1, 3), (2, 3)]
    best = found.plan.municipalities
    for ags, possible in found.items.items():
        least, most = possible.hours
        assert least - 1e-9 <= best[ags].hours <= most + 1e-9
        assert min(plan.lowest_coverage for plan in (possible.least, possible.most)) >= found.coverage - 1e-9
