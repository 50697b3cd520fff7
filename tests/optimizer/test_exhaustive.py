"""The oracle itself: against cases worked out by hand, and its two ways of looking at all plans against each other."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from exhaustive import (
    BUDGET_HOURS,
    SLACK,
    Stages,
    all_plans,
    best_layer,
    broken_rules,
    carried,
    columns,
    evaluate_plan,
    fair_level,
    ki_posts_needed,
    level,
    most_ki_posts,
    solve,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from random_problems import problems, tiny_problems

from optimizer.problem import Employer, GivenDistrict, Layer, Municipality, PostLimit, Problem

KI = Employer("ki", is_ki=True)
AWO = Employer("awo")
HALF = Fraction(1, 2)


def layer(total: int | Fraction = 1, **rules: Any) -> Layer:
    """40 hours per post, 2 per person for meetings, visits of 4 hours: 30 minutes away, an hour costs 1/4 h more."""
    base = {"employers": (KI,), "hours_per_week": 40.0, "districts_minimum": 1, "districts_maximum": 9}
    return Layer("layer", Fraction(total), **{**base, **rules})


def county(
    *layers: Layer, weights: tuple[float, ...] = (0.5, 0.5), existing: tuple[float, ...] = (), **rest: Any
) -> Problem:
    """Municipalities a, b, c ... in a row, each next to the one before; between any two it is a drive of 30 minutes."""
    names = "abcdefgh"[: len(weights)]
    had = existing or (0.0,) * len(weights)
    return Problem(
        municipalities=tuple(Municipality(a, w, s) for a, w, s in zip(names, weights, had, strict=True)),
        minutes={(a, b): 30.0 for a in names for b in names if a != b},
        neighbours={a: frozenset(b for b in names if abs(ord(a) - ord(b)) == 1) for a in names},
        layers=layers,
        **rest,
    )


def row(employer: str, towns: str, fte: str | None = None, hub: str | None = None) -> GivenDistrict:
    return GivenDistrict(employer, tuple(towns), None if fte is None else Fraction(fte), hub)


# --- levels


@pytest.mark.parametrize(
    ("needs", "minimum", "hours", "expected"),
    [
        # 0.5 r + 0.5 r * 1.25 = 38: r = 38 / 1.125
        ([(0.5, 0, 0), (0.5, 0, 0.25)], 0, 38, 38 / 1.125),
        # b has 30 already. Up to r = 60 only a is served: 0.5 * 60 = 30. The last 8: 0.5 (1 + 1.25) dr = 8
        ([(0.5, 0, 0), (0.5, 30, 0.25)], 0, 38, 60 + 8 / 1.125),
        # b has so much that it gets none: 0.5 r = 38
        ([(0.5, 0, 0), (0.5, 50, 0.25)], 0, 38, 76),
        # b gets its 4 hours all the same, which cost 5: 0.5 r = 33
        ([(0.5, 0, 0), (0.5, 50, 0.25)], 4, 38, 66),
        # a municipality without weight gets its 4 hours: r = 38 - 5
        ([(1, 0, 0), (0, 0, 0.25)], 4, 38, 33),
        # the minimum fits exactly: a reaches it at r = 8, b at r = 108
        ([(0.5, 0, 0), (0.5, 50, 0.25)], 4, 9, 8),
        ([(0.5, 0, 0), (0.5, 50, 0.25)], 4, 8.9, None),
        ([(0.5, 0, 0)], 0, 0, 0),
        ([(0.5, 7, 0)], 0, 0, 14),
        ([(0.5, 7, 0)], 0, -1, None),
        ([(0, 0, 0), (0, 3, 0)], 0, 5, math.inf),
        ([(0, 0, 0), (0, 3, 0)], 3, 5, None),
    ],
)
def test_level_by_hand(
    needs: list[tuple[float, float, float]], minimum: float, hours: float, expected: float | None
) -> None:
    assert level(needs, minimum, hours) == (expected if expected is None else pytest.approx(expected, rel=1e-14))


amounts = st.integers(0, 400).map(lambda n: n / 10)


@given(st.lists(st.tuples(st.integers(1, 50), amounts, amounts), min_size=1, max_size=6), amounts, amounts)
def test_level_is_where_the_hours_are_used_up(
    needs: list[tuple[float, float, float]], minimum: float, more: float
) -> None:
    least = sum(minimum * (1 + o) for _, _, o in needs)

    def spent(r: float) -> float:
        return sum(max(minimum, r * w - s) * (1 + o) for w, s, o in needs)

    reached = level(needs, minimum, least + more)
    assert reached is not None
    assert spent(reached) == pytest.approx(least + more, rel=1e-12, abs=1e-9)
    assert spent(reached + 0.001) > least + more


def test_fair_level_counts_all_layers_and_passes_over_who_has_enough() -> None:
    # 40 + 20 hours are offered. c has 200: it is left out. 0.5 r + 0.3 r - 4 = 60: r = 80
    problem = county(layer(1), layer(HALF), weights=(0.5, 0.3, 0.2), existing=(0, 4, 200))
    assert fair_level(problem) == pytest.approx(80)


# --- columns


def test_columns_of_two_municipalities() -> None:
    # Half a post: 20 - 2 = 18 h. A whole one: 40 - 2 = 38 h. R = 40. With both towns: r = F / 1.125, tie of hubs: a.
    found = {("".join(t.towns), t.fte): t for t in columns(county(layer(1)), 0)}
    assert set(found) == {(towns, fte) for towns in ("a", "b", "ab") for fte in (HALF, 1)}
    both = found["ab", Fraction(1)]
    assert both.hub == "a"
    assert both.level == pytest.approx(38 / 1.125)
    assert both.hours == pytest.approx((19 / 1.125, 19 / 1.125))
    assert both.travel_hours == pytest.approx(0.25 * 19 / 1.125)
    assert both.coverage == pytest.approx(38 / 1.125 / 40)
    assert both.shortfall == pytest.approx(40 - 38 / 1.125)
    assert found["a", HALF].coverage == pytest.approx(18 / 20)
    assert found["a", HALF].shortfall == pytest.approx(2)
    assert (found["a", Fraction(1)].coverage, found["a", Fraction(1)].shortfall) == pytest.approx((38 / 20, 0))


def sets(**rules: Any) -> set[str]:
    problem = county(layer(1, **rules), weights=(0.4, 0.3, 0.3))
    return {"".join(team.towns) for team in columns(problem, 0)}


def test_columns_obey_the_rules_on_districts() -> None:
    assert sets() == {"a", "b", "c", "ab", "bc", "abc"}
    assert sets(connected=False) == {"a", "b", "c", "ab", "bc", "ac", "abc"}
    assert sets(together=(("a", "b"),)) == {"c", "ab", "abc"}
    assert sets(apart=(("a", "b"),)) == {"a", "b", "c", "bc"}
    assert sets(max_drive_minutes=30.0) == sets()
    assert sets(max_drive_minutes=29.9) == {"a", "b", "c"}
    assert sets(employers=(replace(KI, max_municipalities=2),)) == {"a", "b", "c", "ab", "bc"}
    assert sets(employers=(replace(KI, hubs=frozenset("c")),)) == {"c", "bc", "abc"}
    assert sets(employers=(replace(KI, base="office", office="c"),)) == sets()
    assert sets(employers=(replace(KI, base="office", office="c"),), max_drive_minutes=29.9) == {"c"}
    assert sets(employers=(replace(KI, base="office", office="c", hubs=frozenset("a")),)) == set()
    assert sets(fixed_employers={"b": frozenset({"awo"})}) == {"a", "c"}
    # Both travel 0.25 h per hour: 16 (1 + 1.25) = 36 fits into 38, 16 (1 + 1.25 + 1.25) = 56 does not.
    assert sets(minimum_hours=16.0) == {"a", "b", "c", "ab", "bc"}


def test_columns_obey_the_rules_on_teams() -> None:
    def sizes(**rules: Any) -> list[float]:
        return [float(team.fte) for team in columns(county(layer(2, **rules), weights=(1.0,)), 0)]

    assert sizes() == [0.5, 1, 1.5, 2]
    assert sizes(minimum_persons=2) == [1.5, 2]
    # 0.5 * 40 - 21 < 0 and 1.5 * 40 - 2 * 21 = 18
    assert sizes(coordination_hours=21.0) == [1, 1.5, 2]
    assert sizes(minimum_hours=18.5, coordination_hours=21.0) == [1, 2]


def test_best_hub_is_where_most_reaches_people() -> None:
    # b is the larger: with the desk there less is lost. 0.4 * 1.25 + 0.6 = 1.1
    best = columns(county(layer(1), weights=(0.4, 0.6)), 0)[-1]
    assert (best.towns, best.hub) == (("a", "b"), "b")
    assert best.level == pytest.approx(38 / 1.1)


def test_hubs_on_a_tie_the_lower_key_wins_but_not_on_a_true_difference() -> None:
    problem = county(layer(1))
    nearly = {**problem.minutes, ("b", "a"): 30 * (1 - 1e-10)}
    better = {**problem.minutes, ("b", "a"): 30 * (1 - 1e-7)}
    assert columns(replace(problem, minutes=nearly), 0)[-1].hub == "a"
    assert columns(replace(problem, minutes=better), 0)[-1].hub == "b"


def test_drive_is_measured_from_the_hub() -> None:
    problem = county(layer(1, max_drive_minutes=20.0))
    assert {"".join(team.towns) for team in columns(problem, 0)} == {"a", "b"}
    problem = replace(problem, minutes={("a", "b"): 25.0, ("b", "a"): 20.0})
    both = columns(problem, 0)[-1]
    assert (both.towns, both.hub) == (("a", "b"), "b")


# --- stages


def test_one_post_for_two_towns_is_shared_best_in_halves() -> None:
    # Two halves: 18 h each without a drive, coverage 18 / 20. One team: 38 / 1.125 / 40 = 0.844.
    best = best_layer(county(layer(1)), 0)
    assert best is not None
    assert (best.lowest_coverage, best.shortfall, best.third) == pytest.approx((0.9, 4, 0))
    assert [(t.towns, t.fte) for t in best.plan.teams] == [(("a",), HALF), (("b",), HALF)]


def test_one_district_allowed() -> None:
    best = best_layer(county(layer(1, districts_maximum=1)), 0)
    assert best is not None
    assert best.lowest_coverage == pytest.approx(38 / 1.125 / 40)
    assert best.third == best.plan.travel_hours == pytest.approx(0.25 * 19 / 1.125)


def test_stage_two_gives_up_coverage_within_the_tolerance() -> None:
    # Weights 0.45 and 0.55, one post, R = 40, fair are 18 and 22 h.
    # Two halves: 18/18 = 1 and 18/22 = 0.818; shortfall 4.
    # One team from b: 38 / (0.45 * 1.25 + 0.55) = 34.16, coverage 0.854; shortfall 5.84.
    one = 38 / (0.45 * 1.25 + 0.55)
    strict = best_layer(county(layer(1), weights=(0.45, 0.55)), 0)
    loose = best_layer(county(layer(1), weights=(0.45, 0.55), fairness_tolerance=0.04), 0)
    assert strict is not None
    assert loose is not None
    assert (strict.lowest_coverage, strict.shortfall) == pytest.approx((one / 40, 40 - one))
    assert (loose.lowest_coverage, loose.shortfall) == pytest.approx((one / 40, 4))
    assert loose.plan.lowest_coverage == pytest.approx(18 / 22)


def test_stage_three_takes_the_reference_or_the_least_travel() -> None:
    # Three equal towns with 1.5 posts in two districts: {a, b} with one post or {b, c} with one post are equally good.
    rules: dict[str, Any] = {"districts_minimum": 2, "districts_maximum": 2}
    alike = county(layer(Fraction(3, 2), **rules), weights=(0.25, 0.5, 0.25))
    for reference, expected in ((("ab", "c"), ["ab", "c"]), (("a", "bc"), ["a", "bc"])):
        parts = tuple(frozenset(part) for part in reference)
        problem = replace(alike, layers=(replace(alike.layers[0], reference=parts),))
        best = best_layer(problem, 0)
        assert best is not None
        assert best.third == 0
        assert ["".join(team.towns) for team in best.plan.teams] == expected
    # Against one district for all: only one district can continue it, the larger one; the quarter outside changes.
    best = best_layer(replace(alike, layers=(replace(alike.layers[0], reference=(frozenset("abc"),)),)), 0)
    assert best is not None
    assert best.third == pytest.approx(1.125)
    # Against three districts: a and b together, of which b is kept. a or c changes.
    best = best_layer(replace(alike, layers=(replace(alike.layers[0], reference=tuple(map(frozenset, "abc"))),)), 0)
    assert best is not None
    assert best.third == pytest.approx(1.125)


def test_stage_three_least_travel_among_equal_shortfalls() -> None:
    # R = 120. Half a post each for a and c: 18 of 12 h; two for d: 76 of 96 h, shortfall 20. b, without weight, needs
    # its hour: from a or c it costs no one anything, from d it costs 1.25 h of shortfall. c is nearer: 10 minutes.
    rules: dict[str, Any] = {"districts_minimum": 3, "districts_maximum": 3, "minimum_hours": 1.0, "connected": False}
    problem = county(layer(3, **rules), weights=(0.1, 0.0, 0.1, 0.8))
    problem = replace(problem, minutes={**problem.minutes, ("c", "b"): 10.0, ("b", "c"): 10.0})
    best = best_layer(problem, 0)
    assert best is not None
    assert (best.lowest_coverage, best.shortfall) == pytest.approx((76 / 96, 20))
    assert ["".join(team.towns) for team in best.plan.teams] == ["a", "bc", "d"]
    assert best.third == pytest.approx(2 * 10 / 60 / 4)


@pytest.mark.parametrize(("hours", "with_d"), [(0.0009, True), (0.0011, False)])
def test_stage_three_may_give_away_a_thousandth_of_an_hour(hours: float, with_d: bool) -> None:
    # As before, but b is no drive at all from d: there its minimum costs d as many hours, from c it costs a drive.
    rules: dict[str, Any] = {"districts_minimum": 3, "districts_maximum": 3, "minimum_hours": hours, "connected": False}
    problem = county(layer(3, **rules), weights=(0.1, 0.0, 0.1, 0.8))
    problem = replace(problem, minutes={**problem.minutes, ("d", "b"): 0.0})
    best = best_layer(problem, 0)
    assert best is not None
    assert best.shortfall == pytest.approx(20)
    assert best.third == pytest.approx(0 if with_d else hours / 4)


def test_all_posts_are_used_and_limits_hold() -> None:
    two = layer(2, employers=(KI, AWO))
    assert solve(county(replace(two, limits=(PostLimit("awo", frozenset({"awo"}), Fraction(5, 2)),)))) is None
    limited = replace(two, limits=(PostLimit("awo", frozenset({"awo"}), Fraction(1, 3), Fraction(9, 10)),))
    found = solve(county(limited))
    assert found is not None
    assert found[0].plan.ki_posts == Fraction(3, 2)
    group = replace(two, limits=(PostLimit("all", frozenset({"awo", "ki"}), maximum=Fraction(3, 2)),))
    assert solve(county(group)) is None
    assert solve(county(replace(two, districts_minimum=3, districts_maximum=3))) is None


def test_ki_share_counts_what_later_layers_can_place() -> None:
    # 4 posts, half of them at the KI. The second layer can place at most 1 there, the first must place 1.
    awo_first = layer(2, employers=(AWO, KI), fixed_employers={"a": frozenset({"awo"})})
    capped = layer(2, employers=(KI, AWO), limits=(PostLimit("ki", frozenset({"ki"}), maximum=Fraction(1)),))
    problem = county(awo_first, capped, ki_minimum=HALF)
    assert [most_ki_posts(problem, 0), most_ki_posts(problem, 1)] == [Fraction(3, 2), Fraction(1)]
    assert ki_posts_needed(problem, 0) == 1
    assert best_layer(problem, 1, {}, HALF) is None
    assert all(plan.ki_posts >= 1 for plan in all_plans(problem, 0))
    found = solve(problem)
    assert found is not None
    assert carried(best.plan for best in found)[1] == 2
    assert solve(replace(problem, ki_minimum=Fraction(3, 4))) is None
    assert solve(replace(problem, ki_minimum=Fraction(3, 4), ki_binding=False)) is not None


def test_later_layers_build_on_earlier_ones() -> None:
    # Half a post for a alone and then half for b alone: with each 18 of 20 h at the end.
    only_a, only_b = (layer(HALF, plan=(row("ki", town, "1/2"),)) for town in "ab")
    found = solve(county(only_a, only_b))
    assert found is not None
    assert [best.lowest_coverage for best in found] == [0, pytest.approx(0.9)]
    assert [best.shortfall for best in found] == [pytest.approx(22), pytest.approx(4)]
    # A free second layer sends everyone to b, where the 18 h are missing: level with a, R = 40.
    second = best_layer(county(only_a, layer(HALF)), 1, {"a": 18.0})
    assert second is not None
    assert second.plan.hours == pytest.approx({"a": 0.0, "b": 18.0})
    assert second.third == 0


# --- given plans


def test_given_plan_is_evaluated_with_all_its_faults() -> None:
    # a and c do not touch, b is left out, the office of the employer is too far away, 0.7 posts are no step.
    far = replace(KI, base="office", office="b")
    given_layer = layer(1, employers=(far,), max_drive_minutes=10.0, plan=(row("ki", "ca", "7/10"),))
    best = best_layer(county(given_layer, weights=(0.25, 0.5, 0.25)), 0)
    assert best is not None
    (team,) = best.plan.teams
    # 28 - 2 = 26 h, all of them with a drive: 20.8 on site, 5.2 on the road.
    assert (team.towns, team.hub) == (("a", "c"), "b")
    assert best.plan.hours == pytest.approx({"a": 10.4, "b": 0, "c": 10.4})
    assert (best.lowest_coverage, best.third) == pytest.approx((0, 5.2))
    assert best.shortfall == pytest.approx(20)
    faults = broken_rules(county(given_layer, weights=(0.25, 0.5, 0.25)), 0, [team.row()])
    assert faults == {"each municipality once", "posts", "step", "connected", "drive"}


def test_given_plan_takes_the_allowed_hub_else_any() -> None:
    only_b = replace(KI, hubs=frozenset("b"))
    rows = (row("ki", "abc", "1"),)
    problem = county(layer(1, employers=(only_b,), plan=rows), weights=(0.5, 0.25, 0.25))
    assert evaluate_plan(problem, [rows])[0].teams[0].hub == "b"
    short = replace(problem, layers=(replace(problem.layers[0], max_drive_minutes=10.0),))
    # Too far from everywhere: the employer's own place stays.
    assert evaluate_plan(short, [rows])[0].teams[0].hub == "b"
    assert evaluate_plan(short, [[row("ki", "abc", "1", "c")]])[0].teams[0].hub == "c"


def test_given_team_too_small_scales_the_minimum_down() -> None:
    # 12 h each would cost 12 (1 + 1.25) = 27; half a post has 18: two thirds of it, 8 h each.
    plan = evaluate_plan(county(layer(1, minimum_hours=12.0)), [[row("ki", "ab", "1/2")]])[0]
    assert plan.hours == pytest.approx({"a": 8, "b": 8})
    assert plan.travel_hours == pytest.approx(2)
    assert plan.teams[0].level is None
    plan = evaluate_plan(county(layer(1, coordination_hours=25.0)), [[row("ki", "ab", "1/2")]])[0]
    assert plan.hours == {"a": 0, "b": 0}
    assert (plan.lowest_coverage, plan.shortfall, plan.travel_hours) == pytest.approx((0, 40, 0))


def test_given_districts_get_the_best_sizes() -> None:
    # {a, c} torn apart by b is fixed; 1.5 posts. 1 to a and c: 38 / 1.125 / 2 = 16.9 of 15 h each; 0.5 to b: 18 of 30.
    # 0.5 to a and c: 18 / 1.125 / 2 = 8 of 15 h; 1 to b: 38 of 30. The first is better: 0.6 against 0.533.
    rows = (row("ki", "ac"), row("ki", "b"))
    problem = county(layer(Fraction(3, 2), plan=rows), weights=(0.25, 0.5, 0.25))
    best = best_layer(problem, 0)
    assert best is not None
    assert (best.lowest_coverage, best.shortfall) == pytest.approx((0.6, 12))
    assert [team.fte for team in best.plan.teams] == [1, HALF]
    assert len(list(all_plans(problem, 0))) == 2
    persons = replace(problem, layers=(replace(problem.layers[0], minimum_persons=2),))
    assert best_layer(persons, 0) is None
    # a municipality outside all districts keeps what it has
    outside = county(layer(1, plan=(row("ki", "b"),)), weights=(0.25, 0.5, 0.25), existing=(5, 0, 0))
    best = best_layer(outside, 0)
    assert best is not None
    assert best.lowest_coverage == 0
    # R = 45: missing are 6.25 in a, 0 in b (38 of 22.5), 11.25 in c
    assert best.shortfall == pytest.approx(6.25 + 11.25)


def test_broken_rules_are_named() -> None:
    limit = PostLimit("cap", frozenset({"awo"}), maximum=HALF)
    problem = county(
        layer(3, employers=(KI, AWO), limits=(limit,), together=(("a", "b"),), apart=(("b", "c"),), minimum_persons=2,
              fixed_employers={"c": frozenset({"ki"})}, districts_maximum=1, minimum_hours=30.0),
        weights=(0.4, 0.3, 0.3), ki_minimum=HALF,
    )  # fmt: skip
    faults = broken_rules(problem, 0, [row("ki", "a", "1", "b"), row("awo", "bc", "2", "b")])
    assert faults == {
        "limit cap", "together", "apart", "employer", "persons", "number of districts", "hub", "ki share",
    }  # fmt: skip
    assert "minimum hours" in broken_rules(problem, 0, [row("ki", "abc", "3/2", "b")])


# --- the two ways of looking at all plans


@settings(max_examples=150, deadline=None)
@given(tiny_problems())
def test_dynamic_programming_agrees_with_listing_all_plans(problem: Problem) -> None:
    hours, ki_posts = carried([])
    for k, one in enumerate(problem.layers):
        best = best_layer(problem, k, hours, ki_posts)
        plans = list(all_plans(problem, k, hours, ki_posts))
        if best is None:
            assert not plans
            return
        assert best.lowest_coverage == pytest.approx(max(plan.lowest_coverage for plan in plans), rel=1e-12)
        if one.evaluated_only:
            assert len(plans) == 1
        else:
            enough = best.lowest_coverage - problem.fairness_tolerance - SLACK
            fair = [plan for plan in plans if plan.lowest_coverage >= enough - 1e-13]
            shortfall = min(plan.shortfall for plan in fair)
            assert best.shortfall == pytest.approx(shortfall, rel=1e-12, abs=1e-10)
            last = [p for p in fair if p.shortfall <= shortfall + BUDGET_HOURS + SLACK + 1e-10]
            third = min(plan.travel_hours if one.reference is None else plan.changes for plan in last)
            assert best.third == pytest.approx(third, rel=1e-12, abs=1e-10)
        hours, ki_posts = (
            {ags: hours.get(ags, 0.0) + amount for ags, amount in best.plan.hours.items()},
            ki_posts + best.plan.ki_posts,
        )


@settings(max_examples=100, deadline=None)
@given(tiny_problems(), st.floats(0, 1), st.floats(0, 1))
def test_stages_agree_with_listing_all_plans_for_any_bound(problem: Problem, fair: float, frugal: float) -> None:
    one = problem.layers[0]
    if one.evaluated_only:
        return
    needed = ki_posts_needed(problem, 0) if problem.ki_binding else Fraction(0)
    stages = Stages(problem, 0, ki_posts=needed)
    highest, plans = stages.highest_coverage(), list(all_plans(problem, 0))
    if highest is None:
        assert not plans
        return
    # A little aside, so that no bound is the very value of a plan.
    coverage = fair * highest - 1e-6
    plans = [plan for plan in plans if all(team.coverage >= coverage for team in plan.teams)]
    least, largest = min(plan.shortfall for plan in plans), max(plan.shortfall for plan in plans)
    assert stages.least_shortfall(coverage) == pytest.approx(least, rel=1e-12, abs=1e-10)
    shortfall = least + frugal * (largest - least) + 1e-6
    thirds = [p.travel_hours if one.reference is None else p.changes for p in plans if p.shortfall <= shortfall]
    found = stages.least_third(coverage, shortfall)
    assert found is not None
    assert found[0] == pytest.approx(min(thirds), rel=1e-12, abs=1e-10)
    assert found[1].shortfall <= shortfall + 1e-10


@settings(max_examples=100, deadline=None)
@given(tiny_problems(given=False))
def test_plans_keep_the_rules_and_their_figures_add_up(problem: Problem) -> None:
    binding = {"ki share"} if not problem.ki_binding else set()
    for plan in all_plans(problem, 0):
        rows = [team.row() for team in plan.teams]
        assert broken_rules(problem, 0, rows) <= binding
        again = evaluate_plan(problem, [rows])[0]
        assert again == plan
        assert plan.lowest_coverage == pytest.approx(min(team.coverage for team in plan.teams))
        assert plan.shortfall == pytest.approx(sum(team.shortfall for team in plan.teams), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(problems(given=False))
def test_larger_plans_keep_the_rules_and_reach_the_values(problem: Problem) -> None:
    binding = {"ki share"} if not problem.ki_binding else set()
    found = solve(problem) or []
    for k, best in enumerate(found):
        hours, posts = carried(earlier.plan for earlier in found[:k])
        assert broken_rules(problem, k, [team.row() for team in best.plan.teams], posts, hours) <= binding
        assert best.plan.shortfall <= best.shortfall + BUDGET_HOURS + 2 * SLACK
        assert best.plan.lowest_coverage >= best.lowest_coverage - problem.fairness_tolerance - 2 * SLACK
    again = evaluate_plan(problem, [[team.row() for team in best.plan.teams] for best in found])
    assert again == [best.plan for best in found]


def test_stages_answer_for_any_bound() -> None:
    # Halves 18 / 20 each and a shortfall of 4; one team 0.844 and 6.2.
    stages = Stages(county(layer(1)), 0)
    assert stages.highest_coverage() == pytest.approx(0.9)
    assert stages.least_shortfall(0.91) == math.inf
    assert stages.least_third(0.0, 3.99) is None
    found = stages.least_third(0.0, 4.01)
    assert found is not None
    assert found[0] == 0
    # One post each for a and b is enough (38 of 34 h); c, in no district, has 5 of 17 h.
    rows = (row("ki", "a"), row("ki", "b"))
    stages = Stages(county(layer(2, plan=rows), weights=(0.4, 0.4, 0.2), existing=(0, 0, 5)), 0)
    assert stages.least_shortfall(0.0) == pytest.approx(12)
    assert stages.least_third(0.0, 11.99) is None
    assert stages.least_third(0.0, 12.01) is not None
