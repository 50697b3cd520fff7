"""The problem: checked on construction, in one order, with the fair level of the model."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, replace
from fractions import Fraction
from typing import Any

import exhaustive
import pytest
from hypothesis import given, settings
from lanes import examples
from random_problems import problems

from optimizer.problem import Employer, GivenDistrict, Layer, Municipality, Pin, PostLimit, Problem

KI, AWO = Employer("ki", is_ki=True), Employer("awo")


def layer(**changed: Any) -> Layer:
    return Layer(**{"name": "one", "total": Fraction(3), "employers": (KI, AWO), **changed})


def county(**changed: Any) -> Problem:
    """Towns a, b, c in a row."""
    settings_: dict[str, Any] = {
        "municipalities": (Municipality("a", 0.5), Municipality("b", 0.3, 4.0), Municipality("c", 0.2)),
        "minutes": {(one, other): 10.0 for one in "abc" for other in "abc" if one != other},
        "neighbours": {"a": frozenset("b"), "b": frozenset("ac"), "c": frozenset("b")},
        "layers": (layer(),),
        **changed,
    }
    return Problem(**settings_)


def row(employer: str = "ki", towns: str = "ab", fte: str | None = "1", hub: str | None = None) -> GivenDistrict:
    return GivenDistrict(employer, tuple(towns), None if fte is None else Fraction(fte), hub)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"total": Fraction(0)}, "needs posts"),
        ({"total": Fraction(-1)}, "needs posts"),
        ({"step": Fraction(0)}, "step must be positive"),
        ({"total": Fraction(5, 4)}, "multiple of the step"),
        ({"hours_per_week": 0.0}, "must be positive"),
        ({"block_hours": 0.0}, "must be positive"),
        ({"coordination_hours": -0.1}, "not be negative"),
        ({"minimum_hours": -0.1}, "not be negative"),
        ({"minimum_hours_of": {"a": 1.0, "b": -0.1}}, "not be negative"),
        ({"changes_maximum": 1}, "against a reference"),
        ({"changes_maximum": -1, "reference": (frozenset("a"),)}, "not be negative"),
        ({"districts_minimum": 0}, "numbers of districts"),
        ({"districts_minimum": 4, "districts_maximum": 3}, "numbers of districts"),
        ({"minimum_persons": 0}, "at least one person"),
        ({"employers": ()}, "needs an employer"),
        ({"employers": (KI, Employer("ki"))}, "named twice"),
        ({"employers": (KI, Employer("awo", group="ki"))}, "named like an employer"),
        ({"employers": (Employer("ki", base="office"),)}, "needs an office"),
        ({"limits": (PostLimit("drk", frozenset({"drk", "ki"})),)}, "does not have"),
        ({"plan": (row("drk"),)}, "does not have"),
        ({"plan": (row(fte="0"),)}, "needs posts"),
        ({"plan": ()}, "needs a district"),
        ({"plan": (row(towns="a"), row(towns="b", fte=None))}, "all districts or none"),
        ({"plan": (row(towns="ab", fte=None), row(towns="bc", fte=None))}, "overlap"),
    ],
)
def test_a_layer_that_makes_no_sense_is_refused(wrong: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        layer(**wrong)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"municipalities": ()}, "needs a municipality"),
        ({"municipalities": (Municipality("a", 0.5), Municipality("a", 0.5))}, "named twice"),
        ({"municipalities": (Municipality("a", -0.5), Municipality("b", 1.3), Municipality("c", 0.2))}, "weight of a"),
        ({"municipalities": (Municipality("a", math.nan),)}, "weight of a"),
        ({"municipalities": (Municipality("a", math.inf),)}, "weight of a"),
        ({"municipalities": (Municipality("a", 1.0, -1.0),)}, "existing hours of a"),
        ({"municipalities": (Municipality("a", 1.0, math.nan),)}, "existing hours of a"),
        ({"municipalities": (Municipality("a", 0.5), Municipality("b", 0.3), Municipality("c", 0.1))}, "add to one"),
        ({"minutes": {(a, b): -1.0 for a in "abc" for b in "abc"}}, "travel"),
        ({"minutes": {(a, b): math.nan for a in "abc" for b in "abc"}}, "travel"),
        ({"neighbours": {"x": frozenset()}}, "neighbours of x"),
        ({"neighbours": {"a": frozenset("x")}}, "neighbours of a"),
        ({"neighbours": {"a": frozenset("a")}}, "neighbours of a"),
        ({"neighbours": {"a": frozenset("b")}}, "both ways"),
        ({"ki_minimum": Fraction(-1)}, "between 0 and 1"),
        ({"ki_minimum": Fraction(4, 3)}, "between 0 and 1"),
        ({"fairness_tolerance": -0.1}, "tolerance"),
        ({"fairness_tolerance": math.nan}, "tolerance"),
        ({"stated_level": 0.0}, "stated level"),
        ({"stated_level": math.inf}, "stated level"),
        ({"people": 0.0}, "number of people"),
        ({"people": math.nan}, "number of people"),
    ],
)
def test_a_county_that_makes_no_sense_is_refused(wrong: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        county(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"together": (("a", "x"),)},
        {"apart": (("x", "a"),)},
        {"fixed_employers": {"x": frozenset({"ki"})}},
        {"minimum_hours_of": {"x": 1.0}},
        {"employers": (Employer("ki", hubs=frozenset("ax")),)},
        {"employers": (Employer("ki", office="x"),)},
        {"plan": (row(towns="ax"),)},
        {"plan": (row(hub="x"),)},
    ],
)
def test_a_municipality_that_the_county_does_not_have_is_refused_wherever_it_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="unknown municipality in layer one"):
        county(layers=(layer(), layer(**wrong)))


@pytest.mark.parametrize(("towns", "what"), [("", "needs a municipality"), ("aba", "names a town twice")])
def test_a_given_district_has_municipalities_once_each(towns: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        county(layers=(layer(plan=(row(towns=towns),)),))


def test_what_makes_sense_is_taken() -> None:
    layer(districts_minimum=3, districts_maximum=3, coordination_hours=0.0, minimum_hours=0.0, minimum_persons=1)
    layer(plan=(row(towns="ab"), row(towns="bc")))
    layer(plan=(row(towns="ab", fte=None), row(towns="c", fte=None)))
    county(ki_minimum=Fraction(1), fairness_tolerance=0.0, neighbours={})
    one = Municipality("a", 1.0)
    assert county(municipalities=(one,), minutes={}, neighbours={}, layers=(layer(),)).index == {"a": 0}


ABSENT = (Municipality("a", 0.6), Municipality("b", 0.4), Municipality("c", 0.0, taking_part=False))


@pytest.mark.parametrize("counts", [{"weight": 0.2}, {"existing_hours": 1.0}])
def test_who_does_not_take_part_has_no_key_and_no_hours(counts: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="c does not take part"):
        county(municipalities=(Municipality("a", 1 - counts.get("weight", 0)), replace(ABSENT[2], **counts)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"together": (("a", "c"),)},
        {"pins": (Pin(frozenset("c")),)},
        {"plan": (row(towns="ab", fte=None), row(towns="c", fte=None))},
    ],
)
def test_no_district_that_is_to_be_found_can_hold_who_does_not_take_part(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="does not take part"):
        county(municipalities=ABSENT, layers=(layer(**wrong),))


def test_a_given_plan_an_office_and_a_reference_may_name_who_does_not_take_part() -> None:
    office = Employer("ki", is_ki=True, base="office", office="c")
    county(municipalities=ABSENT, layers=(layer(employers=(office,), reference=(frozenset("abc"),)),))
    county(municipalities=ABSENT, layers=(layer(plan=(row(towns="abc"),)),))


def test_the_fewest_hours_of_a_municipality() -> None:
    rules = layer(minimum_hours=2.0, minimum_hours_of={"b": 5.0, "c": 0.0})
    assert [rules.fewest_hours(ags) for ags in "abc"] == [2.0, 5.0, 0.0]


def test_a_pair_that_is_missing_cannot_be_driven() -> None:
    problem = county(minutes={("a", "b"): 10.0, ("b", "a"): math.inf})
    assert [problem.drive(*pair) for pair in ("ab", "ba", "bc", "cc")] == [10.0, math.inf, math.inf, 0.0]


def test_a_stated_yardstick_stands_in_place_of_that_of_the_posts() -> None:
    assert county(stated_level=200.0).fair_level == 200.0
    nothing = county(layers=())
    assert (nothing.offered_hours, nothing.total_posts, nothing.fair_level) == (0.0, 0, 0.0)
    assert replace(nothing, stated_level=80.0).fair_level == 80.0


def test_nothing_can_be_changed_afterwards() -> None:
    problem = county()
    with pytest.raises(FrozenInstanceError):
        problem.ki_binding = False  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        problem.layers[0].connected = False  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        problem.municipalities[0].weight = 1.0  # type: ignore[misc]


def test_municipalities_stand_in_the_order_of_keys() -> None:
    problem = county()
    mixed = replace(problem, municipalities=tuple(reversed(problem.municipalities)))
    assert [town.ags for town in mixed.municipalities] == ["a", "b", "c"]
    assert mixed.index == {"a": 0, "b": 1, "c": 2}
    assert mixed == problem


def test_posts_and_hours_of_all_layers() -> None:
    problem = county(layers=(layer(), layer(name="two", total=Fraction(5, 2), hours_per_week=40.0)))
    assert problem.total_posts == Fraction(11, 2)
    assert problem.offered_hours == 3 * 39 + 2.5 * 40
    assert problem.layers[1].units == 5
    assert layer(total=Fraction(3, 10), step=Fraction(1, 10)).units == 3


def test_given_in_full_or_with_sizes_to_be_found() -> None:
    assert not layer().evaluated_only
    assert not layer(plan=(row(fte=None),)).evaluated_only
    assert layer(plan=(row(),)).evaluated_only


def test_an_employer_by_its_id() -> None:
    assert layer().employer("awo") is AWO
    with pytest.raises(KeyError):
        layer().employer("drk")


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        # 117 hours are offered.
        ((0.0, 0.0, 0.0), 117.0),
        ((0.0, 4.0, 0.0), 121.0),
        # c has more than its share: 0.8 r = 117.
        ((0.0, 0.0, 200.0), 117 / 0.8),
        # b and c have: 0.5 r = 117.
        ((0.0, 200.0, 200.0), 234.0),
        # c has exactly its share at r = 146.25.
        ((0.0, 0.0, 29.25), 146.25),
    ],
)
def test_the_fair_level_by_hand(existing: tuple[float, float, float], expected: float) -> None:
    towns = tuple(Municipality(ags, w, s) for ags, w, s in zip("abc", (0.5, 0.3, 0.2), existing, strict=True))
    assert county(municipalities=towns).fair_level == pytest.approx(expected)


def test_who_has_no_need_does_not_count_for_the_fair_level() -> None:
    towns = (Municipality("a", 1.0), Municipality("b", 0.0, 50.0), Municipality("c", 0.0))
    assert county(municipalities=towns).fair_level == pytest.approx(117)


@given(problems())
@settings(deadline=None, max_examples=examples(100), derandomize=True)
def test_the_fair_level_is_that_of_the_exhaustive_search_and_uses_all_hours(problem: Problem) -> None:
    assert problem.fair_level == pytest.approx(exhaustive.fair_level(problem), rel=1e-12)
    problem = replace(problem, stated_level=None)
    assert problem.fair_level == pytest.approx(exhaustive.fair_level(problem), rel=1e-12)
    needed = math.fsum(max(0.0, problem.fair_level * m.weight - m.existing_hours) for m in problem.municipalities)
    assert needed == pytest.approx(problem.offered_hours)
