"""Alternatives: the same plans in the same order as when the list of all plans is gone through."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache

import exhaustive
import pytest
from explore_plans import MANY, SOME, districts, districts_of, every_plan, in_order, teams, teams_of
from hypothesis import assume, given
from hypothesis import strategies as st
from random_problems import problems, tiny_problems

from optimizer.explore import cover
from optimizer.explore.alternatives import alternatives, moved
from optimizer.explore.situation import Infeasible, NoPlanInTime, situation_of
from optimizer.problem import GivenDistrict, Problem
from optimizer.solve import solve
from optimizer.solver import Solver
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from tests.optimizer.test_columns import county

HIGHS = Solver.HIGHS


def lenient() -> Problem:
    """Three towns in a row and two posts: a | bc, ab | c and abc are all the plans, and none is too unfair."""
    return replace(county((0.4, 0.3, 0.3)), fairness_tolerance=1.0)


@given(tiny_problems(given=False), st.sampled_from([None, 0.0, 0.05, 0.3, 1.0]))
@MANY
def test_the_best_districts_in_the_order_of_all_plans(problem: Problem, within: float | None) -> None:
    plans = every_plan(problem)
    if not plans:
        with pytest.raises(Infeasible):
            alternatives(problem, solver=HIGHS)
        return
    width = problem.fairness_tolerance if within is None else within
    found = alternatives(problem, count=10_000, coverage_within=within, solver=HIGHS)
    expected = list(in_order(problem, 0, plans, width, districts))
    assert found.complete
    assert [districts_of(item.plan) for item in found.items] == [districts(plan) for plan in expected]
    for item, plan in zip(found.items, expected, strict=True):
        assert item.plan.lowest_coverage == pytest.approx(plan.lowest_coverage)
        assert item.plan.shortfall_hours == pytest.approx(plan.shortfall, abs=1e-6)
    assert found.items[0].moved == ()


@given(tiny_problems(given=False), st.integers(1, 6))
@SOME
def test_employers_and_sizes_make_a_difference_where_asked(problem: Problem, count: int) -> None:
    plans = every_plan(problem)
    assume(plans)
    found = alternatives(problem, count=count, distinct="teams", solver=HIGHS)
    expected = list(in_order(problem, 0, plans, problem.fairness_tolerance, teams))[:count]
    assert [teams_of(item.plan) for item in found.items] == [teams(plan) for plan in expected]
    assert found.complete


@given(tiny_problems(given=False), st.sampled_from([0.0, 0.5, 5.0]))
@SOME
def test_no_plan_misses_more_hours_than_asked_for(problem: Problem, hours: float) -> None:
    plans = every_plan(problem)
    assume(plans)
    found = alternatives(problem, count=10_000, hours_within=hours, solver=HIGHS)
    expected = list(in_order(problem, 0, plans, problem.fairness_tolerance, districts))
    least = expected[0].shortfall
    # What lies on the limit is a matter of rounding; what is chosen of plans within 0.001 hours may lie beyond it.
    assume(all(abs(plan.shortfall - least - hours) > 0.0021 for plan in expected[1:]))
    inside = [districts(plan) for plan in expected if plan.shortfall <= least + hours + 0.002]
    assert [districts_of(item.plan) for item in found.items] == inside


@given(problems(most_towns=5, most_layers=1, given=False))
@SOME
def test_the_first_is_the_plan_of_the_program(problem: Problem) -> None:
    plan = solve(problem, solver=HIGHS).plan
    assume(plan is not None)
    assert plan is not None
    first = alternatives(problem, count=1, solver=HIGHS).items[0]
    assert teams_of(first.plan) == teams_of(plan)
    assert first.plan.layers[0].districts == plan.layers[0].districts


@given(problems(most_towns=4, most_units=4, most_employers=2, most_layers=2, given=False))
@SOME
def test_a_later_layer_builds_on_the_plan_of_the_earlier_one(problem: Problem) -> None:
    assume(len(problem.layers) == 2)
    try:
        situation = situation_of(problem, 1, solver=HIGHS)
    except Infeasible:
        assert not every_plan(problem)
        return
    rows = [[GivenDistrict(d.employer, d.municipalities, d.fte, d.hub) for d in situation.done[0].districts]]
    plans = every_plan(problem, 1, exhaustive.evaluate_plan(problem, rows))
    assume(plans)
    found = alternatives(problem, layer=1, count=4, solver=HIGHS)
    expected = list(in_order(problem, 1, plans, problem.fairness_tolerance, districts))[:4]
    assert [districts_of(item.plan, 1) for item in found.items] == [districts(plan) for plan in expected]
    assert all(item.plan.layers[0] == situation.done[0] for item in found.items)


def test_who_shares_a_district_how_often() -> None:
    problem = lenient()
    found = alternatives(problem, count=9, solver=HIGHS)
    assert {districts_of(item.plan) for item in found.items} == {
        frozenset({frozenset("a"), frozenset("bc")}),
        frozenset({frozenset("ab"), frozenset("c")}),
        frozenset({frozenset("abc")}),
    }
    assert found.together_counts == {("a", "b"): 2, ("a", "c"): 1, ("b", "c"): 2}


def test_who_has_moved() -> None:
    problem = county((0.4, 0.3, 0.2, 0.1), total=3)
    situation = situation_of(problem, solver=HIGHS)

    def plan(*rows: str) -> object:
        return situation.evaluated([GivenDistrict("ki", tuple(towns), Fraction(1)) for towns in rows])

    assert moved(plan("ab", "cd"), plan("ab", "cd"), 0) == ()  # type: ignore[arg-type]
    assert moved(plan("abc", "d"), plan("ab", "cd"), 0) == ("c",)  # type: ignore[arg-type]
    # Of a district that is parted one part alone continues it.
    assert moved(plan("a", "b", "cd"), plan("ab", "cd"), 0) == ("b",)  # type: ignore[arg-type]
    # Not both can continue a with b: b and d change rather than a and c.
    assert moved(plan("ad", "bc"), plan("ab", "cd"), 0) == ("b", "d")  # type: ignore[arg-type]


def test_what_it_costs_is_against_the_best() -> None:
    problem = lenient()
    found = alternatives(problem, count=9, solver=HIGHS)
    best = found.items[0].plan
    for item in found.items:
        assert item.lost_hours == pytest.approx(item.plan.shortfall_hours - best.shortfall_hours)
        assert item.lost_coverage == pytest.approx(best.lowest_coverage - item.plan.lowest_coverage)
    assert found.items[0].lost_hours == 0
    assert found.items[-1].lost_hours > 0


def test_what_could_not_be_gone_through_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = lenient()
    monkeypatch.setattr(cover, "MOST_STEPS", 1)
    found = alternatives(problem, count=9, solver=HIGHS)
    assert not found.complete
    assert [districts_of(item.plan) for item in found.items] == [districts_of(solve(problem, solver=HIGHS).plan)]  # type: ignore[arg-type]
    with pytest.raises(NoPlanInTime):
        alternatives(problem, time_limit=0.0, solver=HIGHS)


def test_progress_is_told() -> None:
    seen: list[tuple[int, int]] = []
    problem = lenient()
    alternatives(problem, count=2, solver=HIGHS, progress=lambda done, all_: seen.append((done, all_)))
    assert seen == [(1, 2), (2, 2)]


@cache
def modell_1() -> tuple[Problem, list[exhaustive.LayerPlan]]:
    """The real county with all its plans of at least 87 %, put together without the program."""
    problem = load_problem(SCENARIOS / "modell-1-zentral.yaml").problem
    at = exhaustive.Situation(problem, 0, exhaustive.NO_HOURS)
    # Far enough below the best, which is 91.6 %.
    teams = [team for team in exhaustive.columns(problem, 0) if team.coverage >= 0.87]
    by_first: dict[str, list[exhaustive.Team]] = {}
    for team in teams:
        by_first.setdefault(team.towns[0], []).append(team)
    found: list[exhaustive.LayerPlan] = []

    @cache
    def fewest(covered: frozenset[str]) -> Fraction:
        """The fewest posts that reach the towns not covered."""
        first = next((town for town in at.ground.present if town not in covered), None)
        if first is None:
            return Fraction(0)
        fitting = [team for team in by_first[first] if not covered & set(team.towns)]
        return min((team.fte + fewest(covered | set(team.towns)) for team in fitting), default=Fraction(99))

    def extend(taken: tuple[exhaustive.Team, ...], covered: frozenset[str], posts: Fraction) -> None:
        first = next((town for town in at.ground.present if town not in covered), None)
        if first is None:
            if posts == 6 and len(taken) >= 3:
                found.append(at.plan(taken))
            return
        for team in by_first[first] if len(taken) < 6 else ():
            now = covered | set(team.towns)
            if not covered & set(team.towns) and posts + team.fte + fewest(now) <= 6:
                extend((*taken, team), now, posts + team.fte)

    extend((), frozenset(), Fraction(0))
    return problem, found


def test_the_ten_best_plans_of_the_real_county() -> None:
    problem, plans = modell_1()
    expected = list(in_order(problem, 0, plans, 0.02, districts))
    found = alternatives(problem, count=1000)
    assert found.complete
    assert [districts_of(item.plan) for item in found.items] == [districts(plan) for plan in expected]
    assert len(expected) == 23
    ten = alternatives(problem)
    assert [teams_of(item.plan) for item in ten.items] == [teams_of(item.plan) for item in found.items[:10]]
    assert ten.complete


def test_a_plan_of_the_layer_itself_is_left_aside() -> None:
    problem = load_problem(SCENARIOS / "kommunen-2023.yaml").problem
    rules = replace(problem.layers[0], plan=None, districts_maximum=6)
    freed = replace(problem, layers=(rules, problem.layers[1]))
    with_plan = replace(problem, layers=(replace(rules, plan=problem.layers[0].plan), problem.layers[1]))
    one, other = alternatives(freed, count=3), alternatives(with_plan, count=3)
    assert [teams_of(item.plan) for item in one.items] == [teams_of(item.plan) for item in other.items]
