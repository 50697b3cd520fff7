"""Moves: every other district that may take a municipality, with the sizes that solving for the districts finds."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import exhaustive
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lanes import examples
from random_problems import problems

from optimizer.moves import Move, moves
from optimizer.plan import LayerPlan, Plan
from optimizer.problem import Employer, GivenDistrict, Layer, Pin, PostLimit, Problem
from optimizer.rules import RuleName, broken, check_plan
from optimizer.solve import solve
from optimizer.solver import Solver
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from tests.optimizer.test_columns import AWO, KI
from tests.optimizer.test_conflicts import county
from tests.optimizer.test_plan import plan_of

#: Where two layers are decided jointly, five towns: with seven, one problem in ten takes a quarter of a minute.
DRAWN = st.one_of(problems(most_layers=1), problems(most_towns=5))
SOME = settings(deadline=None, max_examples=examples(32), suppress_health_check=list(HealthCheck), derandomize=True)

# --- against solving for the given districts


def districts(plan: Plan, layer: int = 0) -> set[frozenset[str]]:
    return {frozenset(district.municipalities) for district in plan.layers[layer].districts}


def resolved(move: Move, plan: Plan, number: int) -> Plan | None:
    """The plan of the program for the districts of a move up to their layer: sizes and hubs are free."""
    rows = tuple(GivenDistrict(d.employer, d.municipalities) for d in move.plan.layers[number].districts)
    before = [as_given(one) for one in plan.layers[:number]]
    free = replace(plan.problem.layers[number], plan=rows)
    asked = replace(plan.problem, layers=(*before, free), stated_level=plan.problem.fair_level)
    return solve(asked, solver=Solver.HIGHS).plan


def rows_of(layer: LayerPlan) -> tuple[GivenDistrict, ...]:
    return tuple(GivenDistrict(d.employer, d.municipalities, d.fte, d.hub) for d in layer.districts)


def as_given(layer: LayerPlan) -> Layer:
    return replace(layer.layer, plan=rows_of(layer))


@given(DRAWN, st.data())
@SOME
def test_sizes_and_hubs_are_those_of_solving_for_the_districts(problem: Problem, data: st.DataObject) -> None:
    plan = solve(problem, solver=Solver.HIGHS).plan
    assume(plan is not None)
    assert plan is not None
    number = data.draw(st.integers(0, len(plan.layers) - 1))
    # The KI's share is one of all layers, so posts of later ones would count, too.
    assume(not problem.ki_binding or number == len(plan.layers) - 1)
    towns = [ags for d in plan.layers[number].districts for ags in d.municipalities]
    ags = data.draw(st.sampled_from(towns))
    found = moves(plan, number, ags)
    for move in found:
        best = resolved(move, plan, number)
        mine = Plan(replace(problem, stated_level=problem.fair_level), move.plan.layers[: number + 1])
        if best is None:
            # The present sizes stay, and whatever they break is told.
            assert not move.kept
            assert sum(d.fte for d in mine.layers[number].districts) == plan.layers[number].fte
            continue
        lowest, shortfall, _ = best.stages
        assert mine.shortfall_hours == pytest.approx(shortfall.value, abs=1e-6)
        assert mine.lowest_coverage >= min(lowest.value, 1e6) - problem.fairness_tolerance - 1e-6
        assert mine.layers[number].fte == plan.problem.layers[number].total
        for a, b in zip(mine.layers[number].districts, best.layers[number].districts, strict=True):
            assert a.fte != b.fte or a.hub == b.hub
    ranks = [(-move.plan.lowest_coverage, move.plan.shortfall_hours) for move in found]
    assert ranks == sorted(ranks)


@given(DRAWN, st.data())
@SOME
def test_every_other_district_that_touches_takes_the_municipality(problem: Problem, data: st.DataObject) -> None:
    plan = solve(problem, solver=Solver.HIGHS).plan
    assume(plan is not None)
    assert plan is not None
    number = data.draw(st.integers(0, len(plan.layers) - 1))
    layer = plan.layers[number]
    ags = data.draw(st.sampled_from([town.ags for town in problem.municipalities if town.taking_part]))
    homes = [p for p, d in enumerate(layer.districts) if ags in d.municipalities]
    expected = {
        p
        for p, d in enumerate(layer.districts)
        if homes != [p]
        and (not layer.layer.connected or any(other in d.municipalities for other in problem.neighbours[ags]))
    }
    found = moves(plan, number, ags)
    assert {move.district for move in found} - {len(layer.districts)} == expected
    assert len({move.district for move in found}) == len(found)
    for move in found:
        after = {frozenset(d.municipalities) - {ags} for d in layer.districts} - {frozenset()}
        after = {
            towns
            for towns in after
            if move.district == len(layer.districts) or towns != target(plan, number, move, ags)
        }
        joined = target(plan, number, move, ags) | {ags}
        assert districts(move.plan, number) == after | {joined}
        # Other layers keep what they decide; figures and breaches are those of the new plan.
        for other, (one, two) in enumerate(zip(plan.layers, move.plan.layers, strict=True)):
            if other != number:
                assert rows_of(one) == rows_of(two)
        assert move.breaches == broken(check_plan(move.plan))
        assert move.lost_coverage == plan.lowest_coverage - move.plan.lowest_coverage
        assert move.lost_hours == move.plan.shortfall_hours - plan.shortfall_hours
        last = exhaustive.evaluate_plan(problem, [rows_of(one) for one in move.plan.layers])[-1]
        assert move.plan.shortfall_hours == pytest.approx(last.shortfall, abs=1e-6)
        assert move.plan.lowest_coverage == pytest.approx(last.lowest_coverage, rel=1e-6)


def target(plan: Plan, number: int, move: Move, ags: str) -> frozenset[str]:
    """The municipalities of the district of a move without the one that is moved."""
    layer = plan.layers[number]
    if move.district == len(layer.districts):
        return frozenset()
    return frozenset(layer.districts[move.district].municipalities) - {ags}


# --- by hand


def row(employer: str, towns: str, fte: int | Fraction, hub: str | None = None) -> GivenDistrict:
    return GivenDistrict(employer, tuple(towns), Fraction(fte), hub)


def given_plan(*rows: GivenDistrict, towns: int = 4, **rules: Any) -> Plan:
    return plan_of(county(towns, plan=rows, **{"districts_maximum": len(rows), **rules}))


def shape(move: Move) -> list[tuple[str, Fraction, str]]:
    return [("".join(d.municipalities), d.fte, d.hub) for d in move.plan.layers[0].districts]


def test_sizes_follow_the_municipality() -> None:
    # Towns of equal need in a row, six whole posts: three for each half, then two for one and four for three towns.
    plan = given_plan(row("ki", "ab", 3, "a"), row("ki", "cd", 3, "d"))
    (move,) = moves(plan, 0, "b")
    assert move.district == 1
    assert shape(move) == [("a", 2, "a"), ("bcd", 4, "c")]
    assert move.kept
    assert move.plan.given
    (back,) = moves(move.plan, 0, "b")
    assert shape(back) == [("ab", 3, "a"), ("cd", 3, "c")]


def test_an_emptied_district_is_gone_and_its_posts_are_used() -> None:
    plan = given_plan(row("ki", "a", 2), row("ki", "bcd", 4), districts_minimum=1)
    (move,) = moves(plan, 0, "a")
    # Two districts may be: but a as a district of its own is what there is.
    assert shape(move) == [("abcd", 6, "b")]
    strict = given_plan(row("ki", "a", 2), row("ki", "bcd", 4), districts_minimum=2)
    (move,) = moves(strict, 0, "a")
    assert [check.rule.name for check in move.breaches] == [RuleName.DISTRICTS_MINIMUM]
    assert not move.kept


def test_a_district_of_its_own_where_one_more_is_allowed() -> None:
    plan = given_plan(row("ki", "ab", 3), row("ki", "cd", 3), districts_maximum=3)
    found = {move.district: shape(move) for move in moves(plan, 0, "a")}
    assert found == {2: [("a", 1, "a"), ("b", 2, "b"), ("cd", 3, "c")]}
    assert moves(given_plan(row("ki", "ab", 3), row("ki", "cd", 3)), 0, "a") == ()
    # Who may not have a hub there, or not serve it, does not get it.
    town = Employer("town", hubs=frozenset("a"))
    for employers, fixed, expected in (
        ((KI, AWO, town), {"a": frozenset({"awo"})}, "awo"),
        ((replace(KI, hubs=frozenset("bc")), town), {}, "town"),
    ):
        plan = given_plan(
            row("ki", "ab", 3), row("ki", "cd", 3), employers=employers, fixed_employers=fixed, districts_maximum=3
        )
        (own,) = (move for move in moves(plan, 0, "a") if move.district == 2)
        assert [d.employer for d in own.plan.layers[0].districts] == [expected, "ki", "ki"]


def test_what_a_move_breaks_is_named() -> None:
    plan = given_plan(row("ki", "ab", 3), row("ki", "cd", 3), apart=(("b", "d"),))
    (move,) = moves(plan, 0, "b")
    assert [(check.rule.name, check.rule.subject) for check in move.breaches] == [(RuleName.APART, ("b", "d"))]
    # b leaves a and c, which do not touch.
    torn = given_plan(row("ki", "abc", 4), row("ki", "d", 2), connected=True)
    assert moves(torn, 0, "b") == ()
    loose = given_plan(row("ki", "abc", 4), row("ki", "d", 2), connected=False)
    assert [(move.district, move.breaches) for move in moves(loose, 0, "b")] == [(1, ())]
    (move,) = moves(torn, 0, "c")
    assert (move.district, move.breaches) == (1, ())


def test_an_advisory_share_of_the_ki_is_told_and_kept() -> None:
    plan = given_plan(row("ki", "ab", 2), row("awo", "cd", 4), employers=(KI, AWO))
    advisory = plan_of(replace(plan.problem, ki_binding=False, ki_minimum=Fraction(1)))
    (move,) = moves(advisory, 0, "b")
    assert [check.rule.name for check in move.breaches] == [RuleName.KI_SHARE]
    assert move.kept


def test_limits_and_the_share_of_the_ki_bind_the_sizes() -> None:
    limits = (PostLimit("awo", frozenset({"awo"}), Fraction(1), Fraction(3)),)
    plan = given_plan(row("ki", "ab", 3), row("awo", "cd", 3), employers=(KI, AWO), limits=limits)
    (move,) = moves(plan, 0, "b")
    assert shape(move) == [("a", 3, "a"), ("bcd", 3, "c")]
    share = replace(plan.problem, ki_minimum=Fraction(2, 3), layers=(replace(plan.problem.layers[0], limits=()),))
    (move,) = moves(plan_of(share), 0, "b")
    assert shape(move) == [("a", 4, "a"), ("bcd", 2, "c")]


def test_where_no_sizes_keep_the_rules_the_present_ones_stay() -> None:
    limits = (PostLimit("awo", frozenset({"awo"}), maximum=Fraction(2)),)
    plan = given_plan(row("awo", "ab", 3), row("awo", "c", 2), row("awo", "d", 1), employers=(AWO,), limits=limits)
    (move,) = moves(plan, 0, "c")[:1]
    assert not move.kept
    assert RuleName.EMPLOYER_MAXIMUM in {check.rule.name for check in move.breaches}
    assert {shape(move)[0] for move in moves(plan, 0, "c")} == {("ab", Fraction(3), "a"), ("abc", Fraction(5), "b")}


def test_pinned_sizes_and_hubs_stay() -> None:
    pins = (Pin(frozenset("d"), fte=Fraction(3), hub="d"),)
    plan = given_plan(row("ki", "ab", 3), row("ki", "cd", 3, "d"), pins=pins)
    (move,) = moves(plan, 0, "b")
    assert shape(move) == [("a", 3, "a"), ("bcd", 3, "d")]
    assert move.kept


def test_a_municipality_in_no_district_is_taken_in_and_one_in_two_is_left_in_one() -> None:
    plan = given_plan(row("ki", "ab", 3), row("ki", "d", 3))
    assert {move.district: shape(move) for move in moves(plan, 0, "c")} == {
        0: [("abc", 4, "b"), ("d", 2, "d")],
        1: [("ab", 3, "a"), ("cd", 3, "c")],
    }
    both = given_plan(row("ki", "ab", 3), row("ki", "bcd", 3))
    assert {move.district: shape(move) for move in moves(both, 0, "b")} == {
        0: [("ab", 3, "a"), ("cd", 3, "c")],
        1: [("a", 2, "a"), ("bcd", 4, "c")],
    }
    # Another overlap remains: the sizes stay, and it is told.
    (move,) = moves(both, 0, "a")
    assert shape(move) == [("abcd", 3, "b"), ("b", 3, "b")]
    assert {check.rule.name for check in move.breaches} == {RuleName.ONE_DISTRICT}


def test_later_layers_keep_their_districts_and_feel_the_move() -> None:
    first = county(4, plan=(row("ki", "ab", 3), row("ki", "cd", 3)), districts_maximum=2)
    second = replace(first.layers[0], name="two", plan=None, total=Fraction(2), districts_maximum=2)
    plan = solve(replace(first, layers=(first.layers[0], second))).plan
    assert plan is not None
    (move,) = moves(plan, 0, "b")
    before, after = plan.layers[1].districts, move.plan.layers[1].districts
    assert rows_of(plan.layers[1]) == rows_of(move.plan.layers[1])
    assert [d.hours for d in before] != [d.hours for d in after]
    (later,) = moves(plan, 1, "b")
    assert later.plan.layers[0] == plan.layers[0]


def test_an_unknown_municipality_is_refused() -> None:
    with pytest.raises(KeyError):
        moves(given_plan(row("ki", "abcd", 6)), 0, "x")


# --- Kreis Coesfeld


def test_the_best_plan_of_coesfeld_loses_by_every_move_that_keeps_the_rules() -> None:
    plan = solve(load_problem(SCENARIOS / "modell-1-zentral.yaml").problem).plan
    assert plan is not None
    best = plan.stages[0].value
    found = {town.ags: moves(plan, 0, town.ags) for town in plan.problem.municipalities}
    assert all(found.values())
    for move in (move for some in found.values() for move in some if move.kept):
        assert move.plan.lowest_coverage <= best + 1e-9
        fair = move.plan.lowest_coverage >= best - plan.problem.fairness_tolerance
        assert not fair or move.lost_hours >= -0.001
    # Olfen touches only Lüdinghausen, which is in its own district: there is but a new one.
    districts = plan.layers[0].districts
    assert any({"05558024", "05558036"} <= set(district.municipalities) for district in districts)
    assert [move.district for move in found["05558036"]] == [len(districts)]
