"""Columns against the list of all plans: none that matters is left out, none is admitted that should not be."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import exhaustive
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lanes import examples
from random_problems import problems, tiny_problems

from optimizer.column import Column
from optimizer.columns import ColumnSource, given_hubs
from optimizer.problem import Employer, GivenDistrict, Layer, Municipality, PostLimit, Problem
from optimizer.service import Service
from optimizer.solver import Deadline, TimeUp

MANY = settings(deadline=None, max_examples=examples(100), suppress_health_check=list(HealthCheck), derandomize=True)
SOME = settings(deadline=None, max_examples=examples(40), suppress_health_check=list(HealthCheck), derandomize=True)
NEVER = Deadline(None)
KI, AWO = Employer("ki", is_ki=True), Employer("awo")


def source_of(problem: Problem, number: int = 0, earlier: exhaustive.LayerPlan | None = None) -> ColumnSource:
    """The columns of a layer after an earlier one, with the KI posts that the exhaustive search works out."""
    layer = problem.layers[number]
    hours, ki_posts = exhaustive.carried([earlier] if earlier else [])
    needed = exhaustive.ki_posts_needed(problem, number, ki_posts) if problem.ki_binding else Fraction(0)
    before = [hours.get(town.ags, 0.0) for town in problem.municipalities]
    return ColumnSource(problem, layer, Service(problem, layer, before), math.ceil(needed / layer.step))


def key_of(team: exhaustive.Team, layer: Layer) -> tuple[tuple[str, ...], str, int, str]:
    return team.towns, team.employer, int(team.fte / layer.step), team.hub


def keys_of(columns: list[Column], source: ColumnSource) -> list[tuple[tuple[str, ...], str, int, str]]:
    towns = [town.ags for town in source.problem.municipalities]
    return [
        (tuple(towns[i] for i in c.members), source.employers[c.employer].id, c.units, towns[c.hub]) for c in columns
    ]


@st.composite
def situations(draw: st.DrawFn) -> tuple[ColumnSource, list[exhaustive.LayerPlan]]:
    """A layer with all its plans: the first of a problem, or the second after some plan of the first."""
    problem = draw(tiny_problems())
    plans = list(exhaustive.all_plans(problem, 0))
    if len(problem.layers) == 1 or not plans:
        return source_of(problem), plans
    earlier = draw(st.sampled_from(plans))
    later = list(exhaustive.all_plans(problem, 1, *exhaustive.carried([earlier])))
    return source_of(problem, 1, earlier), later


@given(situations(), st.data())
@MANY
def test_every_team_of_a_plan_good_enough_is_a_column(
    situation: tuple[ColumnSource, list[exhaustive.LayerPlan]], data: st.DataObject
) -> None:
    source, plans = situation
    assume(plans and not source.layer.evaluated_only)
    # Thresholds exactly at some plan's figures: where a bound that is too sharp would cut.
    one, other = data.draw(st.sampled_from(plans)), data.draw(st.sampled_from(plans))
    for coverage, limit in (
        (min(one.lowest_coverage, other.lowest_coverage), other.shortfall),
        (one.lowest_coverage, one.shortfall + 0.001),
        (one.lowest_coverage - 0.02, one.shortfall),
        (max(plan.lowest_coverage for plan in plans), math.inf),
        (0.0, min(plan.shortfall for plan in plans)),
    ):
        coverage = max(0.0, min(coverage, 1e6))
        found = set(keys_of(source.columns(coverage, NEVER, limit), source))
        for plan in plans:
            if plan.lowest_coverage >= coverage and plan.shortfall <= limit:
                assert {key_of(team, source.layer) for team in plan.teams} <= found


@given(problems(most_towns=6, most_layers=1, given=False))
@SOME
def test_without_reduction_the_columns_are_those_that_the_rules_admit(problem: Problem) -> None:
    source = source_of(problem)
    layer = source.layer
    found = source.columns(0.0, NEVER, reduce=False)
    keys = keys_of(found, source)
    assert len(set(keys)) == len(keys)
    # A team may only be as large as limits, the KI's share and the other districts leave it.
    admitted = {}
    for team in exhaustive.columns(problem, 0):
        units = int(team.fte / layer.step)
        most = dict(zip((e.id for e in source.employers), source.largest_team, strict=True))[team.employer]
        if units <= most and source.rest[layer.units - units] > -math.inf:
            admitted[key_of(team, layer)] = team
    assert set(keys) == set(admitted)
    for key, column in zip(keys, found, strict=True):
        team = admitted[key]
        assert column.covers == column.members
        assert column.level == (math.inf if team.level == math.inf else pytest.approx(team.level, rel=1e-9))
        assert source.shortfall(column) == pytest.approx(team.shortfall, abs=1e-7)


@given(problems(most_towns=6, most_layers=1, given=False), st.sampled_from([0.2, 0.5, 0.7, 0.8, 0.9]))
@SOME
def test_reduction_and_threshold_only_take_away(problem: Problem, coverage: float) -> None:
    source = source_of(problem)
    every = source.columns(0.0, NEVER, reduce=False)
    reaching = [column for column in every if column.level >= coverage * source.service.fair_level]
    assert source.columns(coverage, NEVER, reduce=False) == reaching
    assert set(source.columns(coverage, NEVER)) <= set(reaching)


@given(situations())
@SOME
def test_no_plan_exceeds_the_highest_coverage(situation: tuple[ColumnSource, list[exhaustive.LayerPlan]]) -> None:
    source, plans = situation
    for plan in plans if not source.layer.evaluated_only else []:
        assert plan.lowest_coverage <= min(source.highest_coverage, source.ceiling) * (1 + 1e-9)
        for team in plan.teams:
            units = int(team.fte / source.layer.step)
            others = [other for other in plan.teams if other is not team]
            assert sum(source.service.hours_to_spend(o.fte) for o in others) <= source.rest[source.units - units] + 1e-9
            e = [employer.id for employer in source.employers].index(team.employer)
            assert units <= source.largest_team[e]


# --- by hand


def county(weights: tuple[float, ...] = (0.5, 0.5), total: int = 2, minutes: float = 30.0, **layer: Any) -> Problem:
    """Towns a, b, c ... in a row, as far from each other whichever two: an on-site hour away costs a quarter more."""
    names = "abcdefghijk"[: len(weights)]
    settings_: dict[str, Any] = {
        "hours_per_week": 40.0,
        "districts_minimum": 1,
        "step": Fraction(1),
        "employers": (KI,),
        **layer,
    }
    return Problem(
        municipalities=tuple(Municipality(a, w) for a, w in zip(names, weights, strict=True)),
        minutes={(a, b): minutes for a in names for b in names if a != b},
        neighbours={a: frozenset(b for b in names if abs(ord(a) - ord(b)) == 1) for a in names},
        layers=(Layer("one", Fraction(total), **settings_),),
    )


def test_a_column_that_starves_the_rest_is_left_out() -> None:
    # Two posts of 38 hours; 80 are fair, 40 for each of two towns. At 90 % each needs a post of its own.
    problem = county()
    source = source_of(problem)
    assert sorted(keys_of(source.columns(0.9, NEVER), source)) == [(("a",), "ki", 1, "a"), (("b",), "ki", 1, "b")]
    every = sorted(keys_of(source.columns(0.0, NEVER, reduce=False), source))
    assert every == [(("a",), "ki", 1, "a"), (("a",), "ki", 2, "a"), (("a", "b"), "ki", 1, "a"),
                     (("a", "b"), "ki", 2, "a"), (("b",), "ki", 1, "b"), (("b",), "ki", 2, "b")]  # fmt: skip


def test_a_column_that_leaves_too_much_missing_is_left_out() -> None:
    # Alone at home nothing but coordination is lost: 4 hours. Any other column loses more.
    source = source_of(county())
    assert sorted(keys_of(source.columns(0.0, NEVER, 4.0), source)) == [(("a",), "ki", 1, "a"), (("b",), "ki", 1, "b")]
    # All in one: 76 = h (1 + 1.25), 12.44 hours missing.
    kept = keys_of(source.columns(0.0, NEVER, 12.45), source)
    assert (("a", "b"), "ki", 2, "a") in kept
    assert (("a", "b"), "ki", 1, "a") not in kept
    assert (("a", "b"), "ki", 2, "a") not in keys_of(source.columns(0.0, NEVER, 12.4), source)


def test_employers_come_in_one_order() -> None:
    problem = county(employers=(Employer("b"), Employer("a"), Employer("z", is_ki=True)))
    assert [employer.id for employer in source_of(problem).employers] == ["z", "a", "b"]


def test_sizes_keep_the_fewest_persons() -> None:
    source = source_of(county(total=2, step=Fraction(1, 2), minimum_persons=2))
    assert list(source.sizes) == [3, 4]
    assert source.sizes[3] == pytest.approx(56)


def test_the_largest_team_is_what_limits_and_the_ki_share_leave() -> None:
    problem = county(
        total=6,
        employers=(KI, AWO, Employer("drk")),
        limits=(PostLimit("awo", frozenset({"awo"}), maximum=Fraction(5, 2)),
                PostLimit("both", frozenset({"awo", "drk"}), maximum=Fraction(3))),
    )  # fmt: skip
    assert source_of(replace(problem, ki_minimum=Fraction(0))).largest_team == (6, 2, 3)
    assert source_of(replace(problem, ki_minimum=Fraction(3, 4))).largest_team == (6, 1, 1)
    assert source_of(replace(problem, ki_minimum=Fraction(3, 4), ki_binding=False)).largest_team == (6, 2, 3)


def test_the_rest_is_the_most_that_other_teams_get_out_of_the_posts() -> None:
    # One or two other districts; halves have 18 hours, wholes 38, one and a half 56, two 76.
    source = source_of(county(total=2, step=Fraction(1, 2), districts_minimum=2, districts_maximum=3))
    assert source.rest == pytest.approx((-math.inf, 18, 38, 56, 76))
    source = source_of(county(total=2, step=Fraction(1, 2), districts_minimum=1, districts_maximum=2))
    assert source.rest == pytest.approx((0, 18, 38, 56, 76))
    source = source_of(county(total=2, step=Fraction(1, 2), districts_minimum=3, districts_maximum=3))
    assert source.rest == pytest.approx((-math.inf, -math.inf, 36, 56, 76))
    # Three of four posts only, so that one is left for the team itself.
    assert source.hours == pytest.approx(74)


def test_the_highest_coverage_loses_only_coordination() -> None:
    assert source_of(county()).highest_coverage == pytest.approx(76 / 80)
    # The fewest hours in a town without need are lost to coverage.
    assert source_of(county((0.5, 0.5, 0.0), minimum_hours=10.0)).highest_coverage == pytest.approx(66 / 80)


def test_no_coverage_where_the_posts_cannot_form_the_teams() -> None:
    source = source_of(county(total=2, districts_minimum=3))
    assert source.highest_coverage == 0.0
    assert source.columns(0.0, NEVER) == []


def test_a_given_plan_has_columns_for_each_row_and_size() -> None:
    plan = (GivenDistrict("ki", ("b", "c")), GivenDistrict("ki", ("a",), hub="b"))
    problem = county((0.4, 0.3, 0.2, 0.1), plan=plan)
    source = source_of(problem)
    assert (source.rows, source.district_range, source.served) == (2, (2, 2), (0, 1, 2))
    # Nobody serves d.
    assert source.ceiling == 0.0
    found = source.columns(0.0, NEVER)
    assert [(c.members, c.covers, c.units, c.hub) for c in found] == [
        ((1, 2), (0,), 1, 1),
        ((1, 2), (0,), 2, 1),
        ((0,), (1,), 1, 1),
        ((0,), (1,), 2, 1),
    ]
    assert found[2].level == pytest.approx(38 / 0.4 / 1.25)
    assert source_of(replace(problem, layers=(replace(problem.layers[0], plan=None),))).ceiling == math.inf


@pytest.mark.parametrize(
    ("employer", "hub", "drive", "expected"),
    [
        (KI, "c", 40.0, (2,)),
        (KI, None, 40.0, (0, 1)),
        (KI, None, 10.0, (0, 1)),
        (Employer("ki", hubs=frozenset("bc")), None, 40.0, (1,)),
        (Employer("ki", hubs=frozenset("bc")), None, 10.0, (1,)),
        (Employer("ki", hubs=frozenset("c")), None, 40.0, (0, 1)),
        (Employer("ki", base="office", office="c"), None, 10.0, (2,)),
        (Employer("ki", base="office", office="c", hubs=frozenset("a")), None, 40.0, (2,)),
        (Employer("ki", office="c"), None, 40.0, (0, 1)),
    ],
)
def test_hubs_of_a_given_district(employer: Employer, hub: str | None, drive: float, expected: tuple[int, ...]) -> None:
    problem = county((0.4, 0.3, 0.3), employers=(employer,), max_drive_minutes=drive)
    layer = problem.layers[0]
    assert given_hubs(problem, layer, Service(problem, layer), employer, (0, 1), hub) == expected


def test_growing_stops_when_the_time_is_up() -> None:
    # A row of towns joined to all others: more than a thousand sets.
    source = source_of(county((0.1,) * 6 + (0.4,), connected=False))
    assert len(source.columns(0.0, Deadline(0), reduce=False)) > 0
    names = [f"{place:02d}" for place in range(12)]
    wide = Problem(
        tuple(Municipality(name, 1 / 12) for name in names),
        {(a, b): 1.0 for a in names for b in names if a != b},
        {},
        (Layer("one", Fraction(2), (KI,), connected=False, districts_minimum=1),),
    )
    with pytest.raises(TimeUp):
        source_of(wide).columns(0.0, Deadline(0), reduce=False)
