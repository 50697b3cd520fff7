"""What is different between plans: figures, the better direction, and who changes district."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import scenarios
from geodata import COUNTIES
from geodata.county import County, load_county
from optimizer.plan import Plan, StageName, alike
from optimizer.problem import GivenDistrict, Problem
from optimizer.solve import solve
from scenarios.assemble import load_problem, with_plan
from scenarios.identity import identified_by
from translation import number, percent, translate
from wording import sentences as wording
from wording.differences import (
    MEASURES,
    Measure,
    Printed,
    Reshaped,
    Verdict,
    adds_up,
    between,
    change_texts,
    coverage,
    difference,
    layer_of,
    less,
    moved,
    moved_key,
    reshaped,
    reshaped_texts,
    signed,
)


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(COUNTIES / "05558-coesfeld")


@pytest.fixture(scope="module")
def problem() -> Problem:
    return load_problem(scenarios.SCENARIOS / "modell-1-zentral.yaml").problem


def _shipped(stem: str) -> Plan:
    found = solve(load_problem(scenarios.SCENARIOS / f"{stem}.yaml").problem).plan
    assert found is not None
    return found


@pytest.fixture(scope="module")
def first() -> Plan:
    return _shipped("modell-1-zentral")


def _given(problem: Problem, county: County, *districts: Sequence[str]) -> Plan:
    rows = [GivenDistrict("ki", tuple(towns), Fraction(1)) for towns in districts]
    found = solve(with_plan(problem, county, rows)).plan
    assert found is not None
    return found


def _measure(name: str) -> Measure:
    return next(measure for measure in MEASURES if name in str(measure.name))


# -- figures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: str(measure.name))
def test_plan_is_the_same_as_itself(measure: Measure, first: Plan) -> None:
    assert difference(measure, first, first).verdict is Verdict.SAME


@pytest.mark.parametrize(
    ("name", "text", "verdict"),
    [
        ("lowest coverage", "−2.6 points", Verdict.WORSE),
        ("shortfall", "+6.1 h", Verdict.WORSE),
        ("on site", "−6.1 h", Verdict.WORSE),
        ("share at the KI", "−66.7 points", Verdict.OTHER),
        ("districts", "+1", Verdict.OTHER),
        ("posts", "the same", Verdict.SAME),
    ],
)
def test_difference_has_a_sign_and_a_meaning(name: str, text: str, verdict: Verdict, first: Plan) -> None:
    found = difference(_measure(name), first, _shipped("modell-2-wohlfahrt"))
    assert str(found.text) == text
    assert found.verdict is verdict


def test_better_is_the_other_way_round(first: Plan) -> None:
    other = _shipped("modell-2-wohlfahrt")
    for name in ("lowest coverage", "shortfall", "on site", "road"):
        assert difference(_measure(name), other, first).verdict is Verdict.BETTER


def test_smaller_shortfall_with_fewer_posts_is_no_gain(first: Plan) -> None:
    fewer = _shipped("abruf-4-stellen")
    assert fewer.shortfall_hours < first.shortfall_hours
    assert not alike(first, fewer)
    assert difference(_measure("shortfall"), first, fewer) is None
    assert difference(_measure("on site"), first, fewer).verdict is Verdict.WORSE


def test_other_key_is_not_alike(first: Plan, problem: Problem) -> None:
    towns = problem.municipalities
    even = replace(problem, municipalities=tuple(replace(town, weight=1 / len(towns)) for town in towns))
    found = solve(even).plan
    assert found is not None
    assert not alike(first, found)
    assert alike(first, _shipped("modell-3-kommunen"))


@pytest.mark.parametrize(("value", "text"), [(1.26, "+1.3"), (-1.26, "−1.3"), (0.04, "±0.0"), (-0.04, "±0.0")])
def test_signs(value: float, text: str) -> None:
    assert str(signed(number(value, 1))) == text


@pytest.mark.parametrize(
    ("first", "other", "text", "by"),
    [
        # 25.649 less 22.451 is 3.198, but 25.6 and 22.5 are read.
        (number(22.451, 1, "h"), number(25.649, 1, "h"), "+3.1 h", 3.1),
        (percent(0.8966), percent(0.8634), "−3.4 points", -3.4),
        (number(4.04, 1), number(3.96, 1), "the same", 0.0),
        (wording.fte(1.0), wording.fte(1.25), "+0.25", 0.25),
    ],
)
def test_difference_is_that_of_the_printed_figures(first: Printed, other: Printed, text: str, by: float) -> None:
    found = between(first, other)
    assert (str(found.text), found.by) == (text, by)


_FIGURES = st.builds(number, st.floats(-1e5, 1e5), st.integers(0, 3)) | st.builds(percent, st.floats(-2, 2))


@given(_FIGURES, _FIGURES)
def test_whoever_reckons_with_printed_figures_comes_to_the_printed_difference(first: Printed, other: Printed) -> None:
    assume(type(first) is type(other))
    before, now, apart = (
        Decimal(translate(figure, "en").replace(",", "").rstrip("%")) for figure in (first, other, less(other, first))
    )
    assert apart == now - before
    assert adds_up([first, number(float(apart), 3)], other)


def test_no_coverage_where_a_plan_does_not_know_the_municipality(first: Plan) -> None:
    share = first.municipalities["05558004"].coverage
    assert share is not None
    assert coverage(first, "05558004") == percent(share)
    assert coverage(first, "05558999") is None


# -- who changes district ---------------------------------------------------------------------------------------------


def test_nobody_moves_between_equal_plans(first: Plan) -> None:
    assert moved(first, first, 0) == ()


def test_district_counts_as_the_one_with_which_it_shares_most(problem: Problem, county: County) -> None:
    every = [town.ags for town in problem.municipalities]
    old = _given(problem, county, every[:4], every[4:])
    new = _given(problem, county, every[:5], every[5:])
    (move,) = moved(old, new, 0)
    assert (move.ags, move.before, move.now) == (every[4], (2,), (1,))
    assert moved_key(new, [move]) == pytest.approx(new.municipalities[every[4]].key)


def test_divided_district_is_continued_by_its_larger_part_alone(problem: Problem, county: County) -> None:
    every = [town.ags for town in problem.municipalities]
    moves = moved(_given(problem, county, every), _given(problem, county, every[:4], every[4:]), 0)
    assert [(move.ags, move.before, move.now) for move in moves] == [(ags, (1,), (1,)) for ags in every[:4]]


def test_joined_districts_move_the_lesser_one(problem: Problem, county: County) -> None:
    every = [town.ags for town in problem.municipalities]
    moves = moved(_given(problem, county, every[:2], every[2:]), _given(problem, county, every), 0)
    assert [(move.ags, move.before, move.now) for move in moves] == [(ags, (1,), (1,)) for ags in every[:2]]


def test_municipality_that_loses_or_gets_a_district_moves(problem: Problem, county: County) -> None:
    every = [town.ags for town in problem.municipalities]
    part, whole = _given(problem, county, every[1:]), _given(problem, county, every)
    assert [(move.ags, move.before, move.now) for move in moved(whole, part, 0)] == [(every[0], (1,), ())]
    assert [(move.ags, move.before, move.now) for move in moved(part, whole, 0)] == [(every[0], (), (1,))]
    assert moved(part, part, 0) == ()


def test_municipality_in_two_districts_stays_where_one_is_the_same(problem: Problem, county: County) -> None:
    every = [town.ags for town in problem.municipalities]
    old = _given(problem, county, every[:4], every[4:])
    both = _given(problem, county, every[:5], every[4:])
    assert moved(old, both, 0) == ()


def test_districts_and_teams_that_change_are_counted_and_told_apart(problem: Problem, county: County) -> None:
    every = [town.ags for town in problem.municipalities]
    old = _given(problem, county, every[:3], every[3:6], every[6:8], every[8:])
    # The first is split, the third joins the second, and the last one moves its hub.
    new = _given(problem, county, every[:2], every[2:3], every[3:8], every[8:])
    layer = new.layers[0]
    hub = next(ags for ags in layer.districts[3].municipalities if ags != old.layers[0].districts[3].hub)
    last = replace(layer.districts[3], hub=hub, employer="awo")
    new = identified_by(replace(new, layers=(replace(layer, districts=(*layer.districts[:3], last)),)), old)
    found = reshaped(old, new, 0)
    numbers = {name: [one.number for one in getattr(found, name)] for name in Reshaped.__dataclass_fields__}
    hubs = numbers.pop("hubs")
    assert numbers == {"new": [5], "ended": [3], "split": [1], "merged": [2], "employers": [4]}
    assert 4 in hubs
    assert {1, 2, 4} >= {*hubs}
    districts, teams = reshaped_texts(found)
    assert str(districts) == "Districts: 1 new (5), 1 ended (3), 1 split (1), 1 merged (2)."
    assert str(teams).startswith("Teams: 1 with another employer (4), ")
    assert translate(districts, "de") == "Bezirke: 1 neu (5), 1 entfallen (3), 1 geteilt (1), 1 zusammengelegt (2)."
    assert list(reshaped_texts(reshaped(old, old, 0))) == []


def test_every_layer_tells_what_changes(county: County) -> None:
    plan = _shipped("modell-3-kommunen")
    texts = [str(text) for text in change_texts(plan, plan, county)]
    assert texts == [f"{layer.layer.name}: No municipality changes district." for layer in plan.layers]


def test_plan_with_fewer_layers_shows_its_last(first: Plan) -> None:
    layers = _shipped("modell-3-kommunen")
    assert layer_of(first, 1) is first.layers[0]
    assert layer_of(layers, 1) is layers.layers[1]
    assert moved(first, layers, 1)


def test_same_key_moves_as_the_last_stage_of_a_solve_counts(problem: Problem) -> None:
    reference = _shipped("abruf-4-stellen")
    districts = tuple(frozenset(district.municipalities) for district in reference.layers[0].districts)
    found = solve(replace(problem, layers=(replace(problem.layers[0], reference=districts),))).plan
    assert found is not None
    stage = next(stage for stage in found.stages if stage.name is StageName.CHANGED)
    assert stage.value > 0
    moves = moved(reference, found, 0)
    assert len(moves) + moved_key(found, moves) / 2 == pytest.approx(stage.value)
