"""What a team delivers: the level as worked out by hand, by bisection, and by the exhaustive search."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import exhaustive
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lanes import examples
from random_problems import tiny_problems

from optimizer.problem import Employer, Layer, Municipality, Problem
from optimizer.service import Service, mask_of, members_of, possible_hubs

MANY = settings(deadline=None, max_examples=examples(150), derandomize=True)
KI = Employer("ki", is_ki=True)


def county(
    weights: tuple[float, ...] = (0.5, 0.3, 0.2), existing: tuple[float, ...] | None = None, **layer: Any
) -> Problem:
    """Towns a, b, c ... in a row, half an hour to the next one: visits of 4 hours cost a quarter of an hour more."""
    names = "abcdefg"[: len(weights)]
    settings_ = {"hours_per_week": 40.0, "districts_minimum": 1, **layer}
    return Problem(
        municipalities=tuple(
            Municipality(a, w, s) for a, w, s in zip(names, weights, existing or (0.0,) * len(weights), strict=True)
        ),
        minutes={(a, b): 30.0 * abs(ord(a) - ord(b)) for a in names for b in names if a != b},
        neighbours={a: frozenset(b for b in names if abs(ord(a) - ord(b)) == 1) for a in names},
        layers=(Layer("one", Fraction(1), (KI,), **settings_),),
    )


def service(problem: Problem, earlier: list[float] | None = None) -> Service:
    return Service(problem, problem.layers[0], earlier)


def in_order(of: Service, members: tuple[int, ...]) -> list[int]:
    return [i for i in of.by_kink if i in members]


def spent(of: Service, members: tuple[int, ...], hub: int, level: float) -> float:
    """Hours that a level takes, from the model's formula."""
    return math.fsum(
        max(of.fewest[i], level * of.weights[i] - of.existing[i] if of.weights[i] else 0.0)
        * (1 + 2 * of.minutes[hub][i] / 60 / of.layer.block_hours)
        for i in members
    )


# --- masks


@given(st.sets(st.integers(0, 40)))
def test_masks_and_positions_are_each_others_reverse(positions: set[int]) -> None:
    assert members_of(mask_of(positions)) == tuple(sorted(positions))
    assert mask_of(positions) == sum(2**position for position in positions)


# --- hours of a team


@pytest.mark.parametrize(
    ("fte", "expected"), [("1", 37), ("1/2", 17.5), ("3/2", 54.5), ("2", 74), ("1/20", -0.05), ("21/10", 75.9)]
)
def test_hours_to_spend_are_those_after_coordination_of_every_person(fte: str, expected: float) -> None:
    of = service(county(hours_per_week=39.0, coordination_hours=2.0))
    assert of.hours_to_spend(Fraction(fte)) == pytest.approx(expected)


def test_hours_to_spend_may_be_negative() -> None:
    assert service(county(coordination_hours=12.0)).hours_to_spend(Fraction(1, 4)) == -2.0


# --- level


@pytest.mark.parametrize(
    ("problem", "members", "hub", "hours", "expected"),
    [
        # 0.5 r + 0.3 * 1.25 r + 0.2 * 1.5 r = 38
        (county(), (0, 1, 2), 0, 38.0, 38 / 1.175),
        # From b: 0.5 * 1.25 r + 0.3 r = 38
        (county(), (0, 1), 1, 38.0, 38 / 0.925),
        # The hub may lie outside: 0.5 * 1.5 r = 38
        (county(), (0,), 2, 38.0, 38 / 0.75),
        # b has 30 and is passed over up to r = 100, which takes 50.
        (county(existing=(0, 30, 0)), (0, 1), 0, 38.0, 76.0),
        # The last 8 hours beyond r = 60 go to both: (0.5 + 0.5 * 1.25) dr = 8.
        (county((0.5, 0.5), (0, 30)), (0, 1), 0, 38.0, 60 + 8 / 1.125),
        # The fewest hours of 4 in b take 5, the others go to a.
        (county(existing=(0, 30, 0), minimum_hours=4.0), (0, 1), 0, 38.0, 66.0),
        # Weight zero: 4 hours all the same.
        (county((1.0, 0.0), minimum_hours=4.0), (0, 1), 0, 38.0, 33.0),
        (county((1.0, 0.0)), (0, 1), 0, 38.0, 38.0),
        (county((1.0, 0.0)), (1,), 1, 38.0, math.inf),
        # The fewest hours fit exactly, and they do not.
        (county((0.5, 0.5), minimum_hours=4.0), (0, 1), 0, 9.0, 8.0),
        (county((0.5, 0.5), minimum_hours=4.0), (0, 1), 0, 8.99, None),
        (county((0.5, 0.5), minimum_hours=4.0), (0, 1), 0, 9.0 - 1e-12, 8.0),
        (county(), (0,), 0, 0.0, 0.0),
        (county(), (0,), 0, -0.5, None),
        (county((1.0, 0.0)), (1,), 1, -0.5, None),
        (county((1.0, 0.0), minimum_hours=1.0), (1,), 1, 0.5, None),
    ],
)
def test_level_by_hand(
    problem: Problem, members: tuple[int, ...], hub: int, hours: float, expected: float | None
) -> None:
    of = service(problem)
    level = of.level(in_order(of, members), hub, hours)
    assert level == (expected if expected is None else pytest.approx(expected, rel=1e-12))


@st.composite
def asked(draw: st.DrawFn) -> tuple[Service, tuple[int, ...], int, float]:
    """A layer's service with some hours from before, a district, a hub and hours to spend."""
    problem = draw(tiny_problems())
    earlier = [draw(st.sampled_from([0.0, 0.0, 3.5, 20.0])) for _ in problem.municipalities]
    of = Service(problem, problem.layers[0], earlier)
    towns = st.integers(0, of.size - 1)
    hub = draw(towns)
    members = {i for i in draw(st.sets(towns, min_size=1)) if of.drivable[hub] >> i & 1} or {hub}
    return of, tuple(sorted(members)), hub, draw(st.integers(-20, 1500)) / 10


@given(asked())
@MANY
def test_level_is_the_largest_that_the_hours_pay_for(case: tuple[Service, tuple[int, ...], int, float]) -> None:
    of, members, hub, hours = case
    level = of.level(in_order(of, members), hub, hours)
    if hours < spent(of, members, hub, 0.0) - 1e-9 or hours < 0:
        assert level is None
        return
    assert level is not None
    if not any(of.weights[i] for i in members):
        assert level == math.inf
        return
    low, high = 0.0, 1e9
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if spent(of, members, hub, middle) <= hours + 1e-9 else (low, middle)
    assert spent(of, members, hub, level) <= hours + 1e-7
    assert level == pytest.approx(low, rel=1e-6, abs=1e-6)


@given(asked())
@MANY
def test_what_is_delivered_at_a_level_is_the_models_and_uses_up_the_hours(
    case: tuple[Service, tuple[int, ...], int, float],
) -> None:
    of, members, hub, hours = case
    level = of.level(in_order(of, members), hub, hours)
    if level is None or level == math.inf:
        return
    delivery = of.deliver(members, hub, level)
    for i, on_site, road in zip(members, delivery.hours, delivery.travel_hours, strict=True):
        wanted = max(of.fewest[i], level * of.weights[i] - of.existing[i]) if of.weights[i] else of.fewest[i]
        assert on_site == pytest.approx(wanted)
        assert road == pytest.approx(on_site * 2 * of.minutes[hub][i] / 60 / of.layer.block_hours)
    assert delivery.fits
    assert (delivery.hub, delivery.members, delivery.level) == (hub, members, level)
    assert sum(delivery.hours) + sum(delivery.travel_hours) == pytest.approx(hours, abs=1e-6)
    missing = sum(of.shortfall(i, on_site) for i, on_site in zip(members, delivery.hours, strict=True))
    assert of.missing(members, level) == pytest.approx(missing, abs=1e-9)


@given(asked())
@MANY
def test_the_best_hub_is_that_of_the_exhaustive_search(case: tuple[Service, tuple[int, ...], int, float]) -> None:
    of, members, _, hours = case
    hubs = [hub for hub in members if not mask_of(members) & ~of.drivable[hub]]
    needs = {
        hub: [(of.weights[i], of.existing[i], 2 * of.minutes[hub][i] / 60 / of.layer.block_hours) for i in members]
        for hub in hubs
    }
    levels = {hub: exhaustive.level(needs[hub], [of.fewest[i] for i in members], hours) for hub in hubs}
    reached = {hub: level for hub, level in levels.items() if level is not None}
    found = of.best_hub(in_order(of, members), hubs, hours)
    if not reached:
        assert found is None
        return
    assert found is not None
    best = max(reached.values())
    assert found[0] == min(hub for hub, level in reached.items() if level >= best * (1 - 1e-9))
    assert found[1] == pytest.approx(best, rel=1e-9)


def best(of: Service, members: list[int], hubs: tuple[int, ...]) -> tuple[int, float]:
    found = of.best_hub(members, hubs, 30.0)
    assert found is not None
    return found


def test_equal_hubs_go_to_the_lower_key_and_better_ones_win() -> None:
    of = service(county((0.25, 0.25, 0.25, 0.25)))
    # In a row of four the two in the middle are equally near to all.
    assert best(of, [0, 1, 2, 3], (0, 1, 2, 3)) == pytest.approx((1, 30 / (0.25 * (1.25 + 1 + 1.25 + 1.5))))
    assert best(of, [0, 1, 2, 3], (2, 3)) == pytest.approx((2, 24.0))
    of = service(county((0.1, 0.1, 0.8)))
    assert best(of, [0, 1, 2], (0, 1, 2))[0] == 2


def test_hubs_that_differ_by_rounding_alone_are_a_tie() -> None:
    # Level from b is higher by 2e-10 of it: no reason to leave a.
    near = Problem(
        (Municipality("a", 0.5), Municipality("b", 0.5)),
        {("a", "b"): 30.0 * (1 + 2e-9), ("b", "a"): 30.0},
        {},
        (Layer("one", Fraction(1), (KI,)),),
    )
    of = service(near)
    levels = [of.level([0, 1], hub, 30.0) or 0.0 for hub in (0, 1)]
    assert levels[0] < levels[1]
    assert of.best_hub([0, 1], (0, 1), 30.0) == (0, levels[0])


def test_hours_of_earlier_layers_count_as_existing() -> None:
    of = service(county((0.5, 0.5), (1.0, 2.0)), [4.0, 0.0])
    assert of.existing == (5.0, 2.0)
    # 0.5 r - 5 + (0.5 r - 2) 1.25 = 30
    assert of.level([1, 0], 0, 30.0) == pytest.approx(37.5 / 1.125)


# --- evaluation


def test_evaluate_takes_the_best_hub() -> None:
    of = service(county((0.1, 0.9)))
    delivery = of.evaluate((0, 1), (0, 1), Fraction(1))
    assert (delivery.hub, delivery.fits) == (1, True)
    assert delivery.level == pytest.approx(38 / (0.1 * 1.25 + 0.9))


def test_what_does_not_fit_is_scaled_down_from_the_hub_where_most_of_it_fits() -> None:
    of = service(county(minimum_hours=16.0))
    # 16 h in each of a, b, c: 60 from a (1 + 1.25 + 1.5), 56 from b. 38 hours are there.
    delivery = of.evaluate((0, 1, 2), (0, 1, 2), Fraction(1))
    assert (delivery.hub, delivery.fits, delivery.level) == (1, False, 0.0)
    assert delivery.hours == pytest.approx([16 * 38 / 56] * 3)
    assert delivery.travel_hours == pytest.approx([4 * 38 / 56, 0, 4 * 38 / 56])
    assert of.evaluate((0, 1, 2), (0, 2), Fraction(1)).hub == 0
    assert of.evaluate((0, 1, 2), (2,), Fraction(1)).hours == pytest.approx([16 * 38 / 60] * 3)


def test_a_team_without_hours_delivers_none() -> None:
    of = service(county(coordination_hours=25.0, minimum_hours=1.0))
    delivery = of.evaluate((0, 1), (0, 1), Fraction(1, 2))
    assert (delivery.hub, delivery.fits, delivery.hours) == (0, False, (0.0, 0.0))
    of = service(county(coordination_hours=25.0))
    assert of.evaluate((0, 1), (0, 1), Fraction(1, 2)).hours == (0.0, 0.0)
    assert not of.evaluate((0, 1), (0, 1), Fraction(1, 2)).fits


def test_the_fewest_hours_are_those_of_all_layers_together() -> None:
    of = service(county(minimum_hours=4.0, minimum_hours_of={"c": 9.0}), [3.0, 4.0, 3.0])
    assert of.fewest == (1.0, 0.0, 6.0)
    # From a: 1 hour at home, none in b, 6 in c for 9; what is left of 38 brings a and b from 6 and 4 / 0.3 to a level.
    assert of.level(in_order(of, (0, 1, 2)), 0, 10.0) == pytest.approx(4 / 0.5)
    assert of.level(in_order(of, (0, 1, 2)), 0, 9.99) is None


def test_who_takes_no_part_has_no_fewest_hours_and_who_needs_none_needs_no_team() -> None:
    problem = county((0.6, 0.4, 0.0, 0.0, 0.0), minimum_hours=2.0, minimum_hours_of={"e": 0.0})
    towns = (*problem.municipalities[:2], Municipality("c", 0.0, taking_part=False), *problem.municipalities[3:])
    of = service(replace(problem, municipalities=towns))
    assert of.fewest == (2.0, 2.0, 0.0, 2.0, 0.0)
    assert members_of(of.taking_part) == (0, 1, 3, 4)
    assert members_of(of.optional) == (4,)
    # What an earlier layer gave by a rounding less than the fewest hours asks for no further team.
    assert members_of(service(problem, [0, 0, 2.0, 2.0 - 1e-12, 0]).optional) == (2, 3, 4)


def test_who_cannot_be_driven_to_gets_nothing_from_there() -> None:
    roads = county().minutes
    problem = replace(county(), minutes={pair: t for pair, t in roads.items() if pair not in [("a", "c"), ("c", "a")]})
    of = service(problem)
    assert [members_of(mask) for mask in of.drivable] == [(0, 1), (0, 1, 2), (1, 2)]
    # b alone reaches all; from a hub at a what c would get goes to the others.
    assert of.evaluate((0, 1, 2), (0, 1, 2), Fraction(1)).hub == 1
    delivery = of.evaluate((0, 1, 2), (0, 2), Fraction(1))
    assert (delivery.hub, delivery.fits, delivery.hours[2], delivery.travel_hours[2]) == (0, False, 0.0, 0.0)
    assert delivery.level == 0.0
    assert delivery.hours[:2] == pytest.approx([0.5 * 38 / (0.5 + 0.3 * 1.25), 0.3 * 38 / (0.5 + 0.3 * 1.25)])
    assert of.evaluate((2,), (0,), Fraction(1)).hours == (0.0,)


# --- coverage and hubs


def test_coverage_and_shortfall_count_existing_hours() -> None:
    of = service(county((0.5, 0.5, 0.0), (10.0, 2.0, 0.0)))
    # 40 hours offered and 12 there: 26 each are fair.
    assert of.fair_level == pytest.approx(52)
    assert of.coverage(0, 3.0) == pytest.approx(13 / 26)
    assert of.shortfall(0, 3.0) == pytest.approx(13)
    assert of.shortfall(0, 30.0) == 0.0
    assert of.coverage(2, 0.0) == math.inf
    assert of.shortfall(2, 0.0) == 0.0
    # At a level of 20: a keeps its 10, b gets 8 more, c has no need.
    assert of.missing((0, 1, 2), 20.0) == pytest.approx(16 + 16)


@pytest.mark.parametrize(
    ("employer", "expected"),
    [
        (Employer("e"), 0b111),
        (Employer("e", hubs=frozenset("ac")), 0b101),
        (Employer("e", office="b"), 0b111),
        (Employer("e", base="office", office="b"), 0b010),
        (Employer("e", base="office", office="b", hubs=frozenset("ab")), 0b010),
        (Employer("e", base="office", office="b", hubs=frozenset("a")), 0),
    ],
)
def test_possible_hubs(employer: Employer, expected: int) -> None:
    assert possible_hubs(employer, county()) == expected
