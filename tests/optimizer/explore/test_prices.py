"""Prices of rules and posts, and reasons: each answer is the best of all plans of the question that it answers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import exhaustive
import pytest
from explore_plans import FEW, SOME, districts, districts_of, every_plan, in_order
from hypothesis import assume, given
from hypothesis import strategies as st
from random_problems import tiny_problems

from optimizer.explore.posts import posts_value
from optimizer.explore.prices import Price, prices, without
from optimizer.explore.reasons import why, why_not
from optimizer.explore.situation import Infeasible, NoPlanInTime, given_rows, situation_of, with_layer
from optimizer.problem import Employer, Pin, PostLimit, Problem
from optimizer.rules import RuleName, rules_of
from optimizer.solve import solve
from optimizer.solver import Solver
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from tests.optimizer.test_columns import AWO, KI, county

HIGHS = Solver.HIGHS
HALF = Fraction(1, 2)


def full_of_rules() -> Problem:
    """Every rule there is, none of which leaves the problem without a plan."""
    problem = county(
        (0.3, 0.3, 0.2, 0.2),
        total=3,
        step=HALF,
        employers=(KI, replace(AWO, hubs=frozenset("abc"), max_municipalities=3)),
        districts_minimum=2,
        districts_maximum=3,
        minimum_persons=1,
        minimum_hours=1.0,
        limits=(
            PostLimit("ki", frozenset({"ki"}), Fraction(1), Fraction(2)),
            PostLimit("awo", frozenset({"awo"}), HALF, Fraction(2)),
        ),
        together=(("a", "b"),),
        apart=(("b", "d"), ("a", "d")),
        fixed_employers={"c": frozenset({"ki", "awo"}), "d": frozenset({"ki"})},
        pins=(Pin(frozenset("c"), fte=Fraction(1)),),
    )
    return replace(problem, ki_minimum=Fraction(1, 3))


def test_exactly_one_rule_is_left_out() -> None:
    problem = full_of_rules()
    rules = rules_of(problem)
    left_out = set()
    for rule in rules:
        freed = without(problem, 0, rule)
        if freed is None:
            continue
        left_out.add(rule)
        if rule.name is RuleName.KI_SHARE:
            assert not freed.ki_binding
        elif rule.name is RuleName.DISTRICTS_MINIMUM:
            assert freed.layers[0].districts_minimum == 1
        elif rule.name is RuleName.DISTRICTS_MAXIMUM:
            assert freed.layers[0].districts_maximum == 4
        else:
            assert rules_of(freed) == [other for other in rules if other != rule]
    names = {rule.name for rule in rules}
    assert {rule.name for rule in left_out} == names - {RuleName.ONE_DISTRICT, RuleName.POSTS}
    assert len(left_out) == len(rules) - 2


def test_every_rule_has_its_price() -> None:
    problem = full_of_rules()
    seen: list[tuple[int, int]] = []
    found = prices(problem, solver=HIGHS, progress=lambda done, all_: seen.append((done, all_)))
    assert found.plan is not None
    # The KI's share is priced once more with the limits to the KI itself.
    assert [len(price.rules) for price in found.items].count(3) == 1
    assert seen == [(number, len(found.items)) for number in range(len(found.items))]
    base = exhaustive.best_layer(problem, 0) if not problem.layers[0].pins else None
    assert base is None
    for price in found.items:
        assert price.proven
        assert price.plan is not None
        assert price.coverage is not None
        assert price.hours is not None
        stages = price.plan.stages
        assert price.coverage == pytest.approx(stages[0].value - found.plan.stages[0].value, abs=1e-9)
        assert price.hours == pytest.approx(found.plan.stages[1].value - stages[1].value)
        assert price.binds is (price.coverage > 1e-7 or price.hours > 0.001)


@given(tiny_problems(given=False))
@FEW
def test_prices_are_those_of_all_plans(problem: Problem) -> None:
    plans = every_plan(problem)
    found = prices(problem, solver=HIGHS)
    assert (found.plan is None) == (not plans)
    for price in found.items:
        changed = problem
        for rule in price.rules:
            changed = without(changed, 0, rule) or pytest.fail(f"{rule} cannot be left out")
        others = every_plan(changed)
        if not others:
            assert (price.plan, price.binds, price.proven) == (None, False, True)
            continue
        highest = max(plan.lowest_coverage for plan in others)
        best = next(in_order(changed, 0, others, changed.fairness_tolerance, districts))
        assert price.plan is not None
        assert districts_of(price.plan) == districts(best)
        if not plans:
            assert (price.coverage, price.hours, price.binds) == (None, None, True)
            continue
        now = next(in_order(problem, 0, plans, problem.fairness_tolerance, districts))
        gained = highest - max(plan.lowest_coverage for plan in plans)
        assert price.coverage == pytest.approx(gained, abs=1e-7)
        assert price.hours == pytest.approx(now.shortfall - best.shortfall, abs=1e-2)


def test_the_third_of_the_ki_costs_nothing_and_the_posts_of_an_association_an_hour() -> None:
    found = prices(load_problem(SCENARIOS / "modell-2-wohlfahrt.yaml").problem)

    def price_of(*names: RuleName) -> Price:
        return next(price for price in found.items if tuple(rule.name for rule in price.rules) == names)

    alone = price_of(RuleName.KI_SHARE)
    with_limits = price_of(RuleName.KI_SHARE, RuleName.EMPLOYER_MINIMUM, RuleName.EMPLOYER_MAXIMUM)
    assert (alone.binds, alone.coverage, alone.hours) == (False, 0.0, pytest.approx(0.0, abs=1e-6))
    assert (with_limits.binds, with_limits.coverage, with_limits.hours) == (False, 0.0, pytest.approx(0.0, abs=1e-6))
    post_of_drk = [(RuleName.EMPLOYER_MINIMUM, ("drk",))]
    (drk,) = [price for price in found.items if [(rule.name, rule.subject) for rule in price.rules] == post_of_drk]
    assert drk.binds
    assert drk.hours == pytest.approx(1.156, abs=1e-3)


def test_prices_without_time_are_not_known() -> None:
    with pytest.raises(NoPlanInTime):
        prices(full_of_rules(), time_limit=0.0, solver=HIGHS)


# --- posts


@given(tiny_problems(given=False))
@FEW
def test_each_number_of_posts_has_the_best_of_all_plans(problem: Problem) -> None:
    layer = problem.layers[0]
    totals = [layer.step * units for units in range(1, 6)]
    found = posts_value(problem, totals, solver=HIGHS)
    assert [posts.total for posts in found] == totals
    for posts in found:
        changed = with_layer(problem, 0, replace(layer, total=posts.total))
        plans = every_plan(changed)
        assert posts.proven
        if not plans:
            assert posts.plan is None
            continue
        best = next(in_order(changed, 0, plans, problem.fairness_tolerance, districts))
        assert posts.plan is not None
        assert districts_of(posts.plan) == districts(best)
        assert posts.lowest_supply == pytest.approx(best.lowest_coverage * exhaustive.fair_level(changed))
        assert posts.lowest_coverage_as_planned == pytest.approx(posts.lowest_supply / exhaustive.fair_level(problem))


def test_a_limit_written_once_for_a_group_has_one_price() -> None:
    own = tuple(Employer(ags, hubs=frozenset(ags), max_municipalities=1, group="towns") for ags in "ab")
    problem = replace(county((0.5, 0.5), total=3, minutes=0.0, employers=own), ki_minimum=Fraction(0))
    items = prices(problem, solver=HIGHS).items
    (found,) = [price for price in items if price.rules[0].name is RuleName.MAX_MUNICIPALITIES]
    assert found.rules[0].subject == ("towns",)
    assert found.binds
    # Nobody has to have two posts for one town, and the other town one.
    assert found.plan is not None
    assert len(found.plan.layers[0].districts) == 1


def test_where_a_further_post_goes() -> None:
    # Two towns far apart: the first post serves both, the second gives each its own.
    problem = county((0.5, 0.5), total=2)
    one, two, three = posts_value(problem, [Fraction(3), Fraction(1), Fraction(2)], solver=HIGHS)
    assert [posts.total for posts in (one, two, three)] == [1, 2, 3]
    assert (one.reshaped, one.gained_hours, one.moved) == (False, {}, ())
    assert two.reshaped
    assert two.plan is not None
    assert one.plan is not None
    hours = [posts.plan.layers[0].hours_by_municipality() for posts in (one, two) if posts.plan]
    assert two.gained_hours == pytest.approx({ags: hours[1][ags] - hours[0][ags] for ags in "ab"})
    assert two.moved == ("b",)  # one part alone continues the district that they come from
    assert three.reshaped


def test_few_posts_need_not_fill_all_districts() -> None:
    problem = county((0.5, 0.5), total=2, districts_minimum=2)
    refused, free = (
        posts_value(problem, [Fraction(1)], free_districts=free, solver=HIGHS)[0] for free in (False, True)
    )
    assert (refused.plan, refused.proven) == (None, True)
    assert free.plan is not None


# --- reasons


@given(tiny_problems(given=False), st.data())
@SOME
def test_the_best_plan_with_other_companions(problem: Problem, data: st.DataObject) -> None:
    plans = every_plan(problem)
    assume(plans)
    plan = solve(replace(problem, layers=problem.layers[:1], ki_binding=False), solver=HIGHS).plan
    assume(plan is not None)
    assert plan is not None
    ags = data.draw(st.sampled_from([town.ags for town in problem.municipalities if town.taking_part]))
    mine = next(district for district in districts_of(plan) if ags in district)
    others = [other for other in plans if mine not in districts(other)]
    found = why(problem, plan, ags, solver=HIGHS)
    assert found.proven
    if not others:
        assert found.plan is None
        return
    best = next(in_order(problem, 0, others, problem.fairness_tolerance, districts))
    assert found.plan is not None
    assert districts_of(found.plan) == districts(best)
    assert found.lost_coverage == pytest.approx(plan.lowest_coverage - found.plan.lowest_coverage)
    assert found.lost_hours == pytest.approx(found.plan.shortfall_hours - plan.shortfall_hours)


@given(tiny_problems(given=False), st.data())
@SOME
def test_the_best_plan_with_two_together_or_apart(problem: Problem, data: st.DataObject) -> None:
    plans = every_plan(problem)
    towns = [town.ags for town in problem.municipalities if town.taking_part]
    assume(plans and len(towns) > 1)
    plan = solve(problem, solver=HIGHS).plan
    assume(plan is not None)
    assert plan is not None
    one, other = data.draw(st.permutations(towns))[:2]

    def together(of: frozenset[frozenset[str]]) -> bool:
        return any({one, other} <= district for district in of)

    others = [rival for rival in plans if together(districts(rival)) != together(districts_of(plan))]
    found = why_not(problem, plan, one, other, solver=HIGHS)
    assert found.proven
    if not others:
        assert found.plan is None
        return
    best = next(in_order(problem, 0, others, problem.fairness_tolerance, districts))
    assert found.plan is not None
    assert districts_of(found.plan) == districts(best)


def test_unknown_municipalities_are_refused() -> None:
    problem = county((0.5, 0.5))
    plan = solve(problem, solver=HIGHS).plan
    assert plan is not None
    with pytest.raises(KeyError):
        why(problem, plan, "x", solver=HIGHS)
    with pytest.raises(KeyError):
        why_not(problem, plan, "a", "x", solver=HIGHS)


def test_an_earlier_layer_without_a_plan_is_said() -> None:
    problem = county((0.5, 0.5), districts_minimum=2, districts_maximum=2)
    # An employer whose districts may have no town at all leaves the first layer without a plan.
    nobody = replace(problem.layers[0], employers=(Employer("ki", is_ki=True, hubs=frozenset()),))
    with pytest.raises(Infeasible):
        prices(replace(problem, layers=(nobody, problem.layers[0])), layer=1, solver=HIGHS)


@given(tiny_problems(given=False), st.floats(0, 1))
@SOME
def test_a_coverage_known_to_be_reached_only_saves_time(problem: Problem, share: float) -> None:
    situation = situation_of(problem)
    try:
        plan = situation.best()
    except Infeasible:
        return
    known = plan.stages[0].value * share
    again = situation.best(at_least=known)
    assert given_rows(again, 0) == given_rows(plan, 0)
    for one, other in zip(again.stages, plan.stages, strict=True):
        assert (one.name, one.proven) == (other.name, other.proven)
        assert one.value == pytest.approx(other.value, abs=1e-9)
