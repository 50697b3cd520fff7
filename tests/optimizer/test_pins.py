"""Pins: the best plan around them is that of a search through all plans; conflicts and breaches name them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import exhaustive
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lanes import examples
from random_problems import problems

from optimizer.conflicts import explain
from optimizer.plan import Plan
from optimizer.problem import Employer, GivenDistrict, Pin, PostLimit, Problem
from optimizer.rules import Rule, RuleName, broken, check_plan, rules_of
from optimizer.solve import Status, most_ki_posts, solve
from optimizer.solver import Solver
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from tests.optimizer.test_columns import AWO, KI, NEVER, keys_of, source_of
from tests.optimizer.test_conflicts import county as row_of_towns
from tests.optimizer.test_conflicts import told
from tests.optimizer.test_plan import plan_of

MANY = settings(deadline=None, max_examples=examples(150), suppress_health_check=list(HealthCheck), derandomize=True)
SOME = settings(deadline=None, max_examples=examples(40), suppress_health_check=list(HealthCheck), derandomize=True)
BOTH = pytest.mark.parametrize("solver", list(Solver))

# --- against a search through all plans


def plans_of(problem: Problem) -> Iterator[exhaustive.LayerPlan]:
    """Every plan of the only layer that keeps all rules and pins."""
    return exhaustive.all_plans(problem, 0)


@st.composite
def pinned_problems(draw: st.DrawFn, most_towns: int = 5, most_units: int = 5) -> Problem:
    """A problem of one layer with one to three pins: some as a plan of it has them, some at random."""
    problem = draw(problems(most_towns=most_towns, most_units=most_units, most_employers=2, most_layers=1, given=False))
    layer = problem.layers[0]
    towns = [town.ags for town in problem.municipalities if town.taking_part]
    plans = list(itertools.islice(plans_of(problem), 200))
    like = draw(st.sampled_from(plans)).teams if plans and draw(st.integers(0, 3)) else ()
    parts: list[Pin] = []
    for place in range(draw(st.integers(1, 3))):
        taken = {ags for pin in parts for ags in pin.municipalities}
        free = [ags for ags in (like[place % len(like)].towns if like else towns) if ags not in taken]
        if not free:
            continue
        chosen = frozenset(draw(st.lists(st.sampled_from(free), min_size=1, max_size=3, unique=True)))
        team = like[place % len(like)] if like else None
        units = draw(st.integers(1, layer.units))
        employer = team.employer if team else draw(st.sampled_from(layer.employers)).id
        hub = draw(st.sampled_from(team.towns if team and draw(st.booleans()) else towns))
        parts.append(
            Pin(
                chosen,
                employer if draw(st.booleans()) else None,
                (team.fte if team else layer.step * units) if draw(st.booleans()) else None,
                hub if draw(st.integers(0, 2)) == 2 else None,
            )
        )
    return replace(problem, layers=(replace(layer, pins=tuple(parts)),))


def close(one: float, two: float) -> bool:
    return math.isclose(one, two, rel_tol=1e-6, abs_tol=1e-6)


def compare(problem: Problem, solver: Solver, *, reduce: bool = True) -> None:
    layer = problem.layers[0]
    plans = list(plans_of(problem))
    solution = solve(problem, solver=solver, reduce=reduce)
    if solution.plan is None:
        assert not plans, "there is a plan"
        return
    assert plans, "there is no plan"
    lowest, shortfall, third = solution.plan.stages
    assert all(stage.proven for stage in solution.plan.stages)
    best = max(plan.lowest_coverage for plan in plans)
    # Coverage is infinite where nobody has any need.
    assert close(min(lowest.value, 1e3), min(best, 1e3))
    fair = [plan for plan in plans if plan.lowest_coverage >= best - problem.fairness_tolerance - 1e-9]
    least = min(plan.shortfall for plan in fair)
    assert close(shortfall.value, least)
    for aside in (1e-6, -1e-6):
        last = [
            plan.changes if layer.reference else plan.travel_hours
            for plan in plans
            if plan.lowest_coverage >= best - problem.fairness_tolerance - 1e-9 - aside
            and plan.shortfall <= least + 0.001 + aside
        ]
        assert not last or (third.value - min(last)) * aside >= -2e-6 * abs(aside)
    wrong = {check.rule.name for check in broken(check_plan(solution.plan))}
    assert wrong <= (set() if problem.ki_binding else {RuleName.KI_SHARE})


@given(pinned_problems())
@MANY
def test_every_stage_is_that_of_the_search_through_all_plans(problem: Problem) -> None:
    compare(problem, Solver.HIGHS)


@given(pinned_problems())
@settings(SOME, max_examples=examples(25))
def test_the_other_solver_and_no_reduction_change_nothing(problem: Problem) -> None:
    compare(problem, Solver.CBC)
    compare(problem, Solver.HIGHS, reduce=False)


@given(pinned_problems(), st.data())
@SOME
def test_no_column_of_a_plan_good_enough_is_left_out(problem: Problem, data: st.DataObject) -> None:
    plans = list(plans_of(problem))
    assume(plans)
    source = source_of(problem)
    one = data.draw(st.sampled_from(plans))
    coverage, limit = max(0.0, min(one.lowest_coverage, 1e6)), one.shortfall
    found = set(keys_of(source.columns(coverage, NEVER, limit), source))
    for plan in plans:
        if plan.lowest_coverage >= coverage and plan.shortfall <= limit:
            step = problem.layers[0].step
            assert {(t.towns, t.employer, int(t.fte / step), t.hub) for t in plan.teams} <= found


# --- conflicts


def without(problem: Problem, *dropped: Pin) -> Problem:
    layer = problem.layers[0]
    return replace(problem, layers=(replace(layer, pins=tuple(pin for pin in layer.pins if pin not in dropped)),))


@given(pinned_problems(most_towns=4))
@settings(SOME, max_examples=examples(30))
def test_a_pin_that_stands_in_the_way_is_named(problem: Problem) -> None:
    assume(Fraction(1, 4) <= problem.layers[0].step)
    assume(any(True for _ in plans_of(without(problem, *problem.layers[0].pins))))
    solution = solve(problem, solver=Solver.HIGHS)
    assume(solution.status is Status.INFEASIBLE)
    found = explain(solution)
    # It is the pins that are too much: each conflict has one, and without them nothing would stand in the way.
    assert found
    for conflict in found:
        pins = [rule for rule in conflict.rules if rule.name is RuleName.PIN]
        assert pins
        for remedy in conflict.remedies:
            if remedy.rule.name is RuleName.PIN:
                pin = next(p for p in problem.layers[0].pins if p.municipalities == set(remedy.rule.subject))
                assert remedy.figure is None
                assert remedy.enough == any(True for _ in plans_of(without(problem, pin)))


@BOTH
def test_a_pinned_size_that_leaves_too_little(solver: Solver) -> None:
    # Six posts in whole ones; four districts of which one takes four.
    problem = row_of_towns(4, districts_minimum=4, pins=(Pin(frozenset("a"), fte=Fraction(4)),))
    assert told(problem, solver) == [
        {("posts",): (7.0, True), ("districts_minimum",): (3.0, True), ("pin", "a"): (None, True)}
    ]
    # One district for all: the pinned team cannot grow.
    problem = row_of_towns(3, districts_maximum=1, pins=(Pin(frozenset("a"), fte=Fraction(4)),))
    assert told(problem, solver) == [
        {("posts",): (4.0, True), ("districts_maximum",): (2.0, True), ("pin", "a"): (None, True)}
    ]


@BOTH
def test_pins_too_many_for_the_districts_and_torn_apart(solver: Solver) -> None:
    pins = tuple(Pin(frozenset(town)) for town in "abc")
    problem = row_of_towns(4, districts_maximum=2, pins=pins)
    assert told(problem, solver) == [
        {("districts_maximum",): (3.0, True), ("pin", "a"): (None, True), ("pin", "b"): (None, True),
         ("pin", "c"): (None, True)}
    ]  # fmt: skip
    problem = row_of_towns(4, pins=(Pin(frozenset("ac")), Pin(frozenset("b"))))
    assert told(problem, solver) == [
        {("connected",): (None, True), ("pin", "a", "c"): (None, True), ("pin", "b"): (None, True)}
    ]


@BOTH
def test_pins_against_hubs_employers_and_drives(solver: Solver) -> None:
    # The hub of a team that starts in its district lies in it: d, and with it b and c.
    problem = row_of_towns(4, districts_minimum=2, max_drive_minutes=20.0, pins=(Pin(frozenset("a"), hub="d"),))
    assert {("max_drive_minutes",): (30.0, False), ("pin", "a"): (None, True)} in told(problem, solver)
    only_b = Employer("ki", True, hubs=frozenset("b"))
    problem = row_of_towns(2, employers=(only_b,), districts_maximum=1, pins=(Pin(frozenset("a"), hub="a"),))
    assert told(problem, solver) == [{("pin", "a"): (None, True), ("hub", "ki"): (None, True)}]
    fixed = {"a": frozenset({"ki"})}
    problem = row_of_towns(2, employers=(KI, AWO), fixed_employers=fixed, pins=(Pin(frozenset("a"), "awo"),))
    assert told(problem, solver) == [{("pin", "a"): (None, True), ("fixed_employer", "a", "ki"): (None, True)}]


# --- by hand


def test_a_hub_outside_the_district_is_none_but_for_an_office() -> None:
    problem = row_of_towns(2, districts_minimum=2, pins=(Pin(frozenset("a"), hub="b"),))
    assert solve(problem).plan is None
    office = Employer("ki", True, "office", "b")
    problem = row_of_towns(2, districts_minimum=2, employers=(office,), pins=(Pin(frozenset("a"), hub="b"),))
    plan = solve(problem).plan
    assert plan is not None
    assert [d.hub for d in plan.layers[0].districts] == ["b", "b"]


def test_the_level_is_that_of_the_pinned_hub() -> None:
    problem = row_of_towns(3, districts_maximum=1, pins=(Pin(frozenset("b"), hub="c"),))
    plan = solve(problem).plan
    assert plan is not None
    (district,) = plan.layers[0].districts
    assert district.hub == "c"
    # Six posts, 222 hours; from c it is 20 minutes to a and 10 to b.
    assert district.level == pytest.approx(222 / (1 + (20 + 10) / 3 * 2 / 60 / 4))


def test_pins_of_a_later_layer_count_for_the_share_of_the_ki() -> None:
    first = replace(row_of_towns(2, employers=(KI, AWO)).layers[0], pins=(Pin(frozenset("a"), "awo", Fraction(4)),))
    problem = row_of_towns(2, employers=(KI, AWO))
    later = replace(problem, layers=(problem.layers[0], replace(first, name="two")))
    assert most_ki_posts(later, 1, Solver.HIGHS, NEVER) == 2
    assert most_ki_posts(problem, 0, Solver.HIGHS, NEVER) == 6


def test_a_given_plan_breaks_pins_and_is_told() -> None:
    rows = (
        GivenDistrict("ki", ("a", "b"), Fraction(2), "a"),
        GivenDistrict("awo", ("c", "d"), Fraction(4), "c"),
    )
    offenders = {
        Pin(frozenset("ab"), "ki", Fraction(2), "a"): (),
        Pin(frozenset("a"), "awo"): (("a", "b"),),
        Pin(frozenset("a"), fte=Fraction(1)): (("a", "b"),),
        Pin(frozenset("a"), hub="b"): (("a", "b"),),
        Pin(frozenset("bc")): (("a", "b"), ("c", "d")),
        Pin(frozenset("e")): (("e",),),
    }
    for pin, expected in offenders.items():
        problem = row_of_towns(5, employers=(KI, AWO), plan=rows, pins=(pin,))
        rule = Rule(RuleName.PIN, 0, tuple(sorted(pin.municipalities)))
        assert rule in rules_of(problem)
        (check,) = [one for one in check_plan(plan_of(problem)) if one.rule == rule]
        assert (check.holds, check.binding, check.value, check.offenders) == (not expected, True, None, expected)
    # Two pins in one district: both are broken.
    problem = row_of_towns(4, employers=(KI, AWO), plan=rows, pins=(Pin(frozenset("a")), Pin(frozenset("b"))))
    wrong = [check.rule.subject for check in broken(check_plan(plan_of(problem))) if check.rule.name is RuleName.PIN]
    assert wrong == [("a",), ("b",)]


def test_districts_given_without_sizes_are_not_pinned() -> None:
    plan = (GivenDistrict("ki", ("a", "b")), GivenDistrict("ki", ("c",)))
    rules: dict[str, Any] = {"plan": plan, "districts_minimum": 2, "districts_maximum": 2}
    free = solve(row_of_towns(3, **rules)).plan
    held = solve(row_of_towns(3, **rules, pins=(Pin(frozenset("c"), fte=Fraction(5)),))).plan
    assert free is not None
    assert held is not None
    assert [d.fte for d in held.layers[0].districts] == [d.fte for d in free.layers[0].districts] != [1, 5]


@pytest.mark.parametrize(
    ("pins", "what"),
    [
        ((Pin(frozenset()),), "needs a municipality"),
        ((Pin(frozenset("ab")), Pin(frozenset("bc"))), "overlap"),
        ((Pin(frozenset("a"), "drk"),), "not of the layer"),
        ((Pin(frozenset("a"), fte=Fraction(1, 3)),), "multiple of the step"),
        ((Pin(frozenset("a"), fte=Fraction(7)),), "some of the layer's posts"),
        ((Pin(frozenset("a"), fte=Fraction(0)),), "some of the layer's posts"),
        ((Pin(frozenset("x")),), "unknown municipality"),
        ((Pin(frozenset("a"), hub="x"),), "unknown municipality"),
    ],
)
def test_a_pin_that_makes_no_sense_is_refused(pins: tuple[Pin, ...], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        row_of_towns(3, pins=pins)


# --- Kreis Coesfeld


@pytest.fixture(scope="module")
def model_1() -> Problem:
    return load_problem(SCENARIOS / "modell-1-zentral.yaml").problem


def solved(problem: Problem) -> Plan:
    solution = solve(problem)
    assert solution.status is Status.OPTIMAL
    assert solution.plan is not None
    return solution.plan


def test_the_best_plan_pinned_is_the_best_plan(model_1: Problem) -> None:
    best = solved(model_1)
    pins = tuple(Pin(frozenset(d.municipalities), d.employer, d.fte, d.hub) for d in best.layers[0].districts)
    again = solved(replace(model_1, layers=(replace(model_1.layers[0], pins=pins),)))
    assert again.layers[0].districts == best.layers[0].districts


def test_around_pins_the_rest_is_the_best_that_there_is(model_1: Problem) -> None:
    # Dülmen alone with its hub and a post and a half: the rest is a county of its own, but for the fair level.
    pin = Pin(frozenset({"05558016"}), "ki", Fraction(3, 2), "05558016")
    layer = model_1.layers[0]
    plan = solved(replace(model_1, layers=(replace(layer, pins=(pin, Pin(frozenset({"05558012", "05558032"})))),)))
    mine = next(d for d in plan.layers[0].districts if "05558016" in d.municipalities)
    assert (mine.fte, mine.hub) == (Fraction(3, 2), "05558016")
    assert any({"05558012", "05558032"} <= set(d.municipalities) for d in plan.layers[0].districts)
    assert plan.lowest_coverage <= solved(model_1).lowest_coverage + model_1.fairness_tolerance
    assert broken(check_plan(plan)) == ()
    # The same by limits of the rules that there were before pins: the pair together, Dülmen fixed to an employer.
    twin = Employer("zz", hubs=frozenset({"05558016"}))
    everybody = {town.ags: frozenset({"ki", "zz"}) for town in model_1.municipalities}
    fixed = {**everybody, "05558016": frozenset({"zz"}), "05558012": frozenset({"ki"})}
    limits = (PostLimit("zz", frozenset({"zz"}), Fraction(3, 2), Fraction(3, 2)),)
    same = replace(
        layer,
        employers=(*layer.employers, twin),
        fixed_employers=fixed,
        limits=limits,
        together=(("05558012", "05558032"),),
    )
    other = solved(replace(model_1, layers=(same,)))
    assert [(d.municipalities, d.fte, d.hub) for d in other.layers[0].districts] == [
        (d.municipalities, d.fte, d.hub) for d in plan.layers[0].districts
    ]
