"""What the rest of the county leaves: a bound for every plan of small counties, and sharp where worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import exhaustive
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lanes import examples
from random_problems import tiny_problems

from optimizer.bounds import ROUNDING, Bounds
from optimizer.column import Column
from optimizer.columns import ColumnSource
from optimizer.problem import Employer
from optimizer.service import mask_of, possible_hubs
from tests.optimizer.test_columns import KI, county, situations, source_of

MANY = settings(deadline=None, max_examples=examples(120), suppress_health_check=list(HealthCheck), derandomize=True)


def bounds_of(source: ColumnSource, coverage: float, most_shortfall: float = math.inf) -> Bounds:
    service = source.service
    needs = [
        max(least, coverage * fair - had) if fair > 0 else least
        for least, fair, had in zip(service.fewest, service.fair_supply, service.existing, strict=True)
    ]
    masks = [possible_hubs(employer, source.problem) for employer in source.employers]
    return Bounds(source, needs, masks, most_shortfall)


def column_of(source: ColumnSource, team: exhaustive.Team) -> Column:
    index = source.problem.index
    members = tuple(index[ags] for ags in team.towns)
    employer = [employer.id for employer in source.employers].index(team.employer)
    assert team.level is not None
    return Column(members, members, employer, int(team.fte / source.layer.step), index[team.hub], team.level)


@given(situations(), st.data())
@MANY
def test_no_plan_needs_less_than_the_bounds_say(
    situation: tuple[ColumnSource, list[exhaustive.LayerPlan]], data: st.DataObject
) -> None:
    source, plans = situation
    assume(plans and source.layer.plan is None)
    at = data.draw(st.sampled_from(plans))
    coverage = max(0.0, min(at.lowest_coverage, 1e6))
    for limit in (math.inf, at.shortfall):
        bounds = bounds_of(source, coverage, limit)
        for plan in plans:
            if plan.lowest_coverage < coverage or plan.shortfall > limit:
                continue
            for team in plan.teams:
                column = column_of(source, team)
                members = mask_of(column.members)
                others = [other for other in plan.teams if other is not team]
                taken = sum(sum(other.hours) + other.travel_hours for other in others)
                assert bounds.rest_hours(members) <= taken + 1e-7
                assert bounds.worth_while(column, members)
                detours = sum(bounds.detour[column.hub][i] for i in column.members)
                assert detours <= bounds.allowance[column.hub] + 1e-7


@given(tiny_problems(given=False))
@MANY
def test_a_detour_is_never_negative_from_a_possible_hub(problem: object) -> None:
    source = source_of(problem)  # type: ignore[arg-type]
    bounds = bounds_of(source, 0.8)
    for employer in source.employers:
        for b in range(source.service.size):
            if possible_hubs(employer, source.problem) >> b & 1:
                assert min(bounds.detour[b]) >= -1e-12


def test_the_road_from_the_nearest_other_hub_by_hand() -> None:
    # Fair are 40 hours each; at 90 % each town needs 36. Half an hour away an hour costs a quarter more: 9 hours.
    bounds = bounds_of(source_of(county()), 0.9)
    assert bounds.needs == pytest.approx([36, 36])
    assert bounds.road == pytest.approx([9, 9])
    # Of 76 hours 72 are needed: 4 to spare. The hub saves its 9, another hub the other 9.
    assert bounds.allowance == pytest.approx([4, 4], abs=1e-6)
    assert bounds.detour == [[0.0, 0.0], [0.0, 0.0]]
    # Beside a the town b needs its 36, and one other hub saves its road.
    assert bounds.rest_hours(0b01) == pytest.approx(36)
    assert bounds.rest_hours(0b11) == pytest.approx(0)


def test_only_as_many_hubs_as_districts_save_the_road() -> None:
    bounds = bounds_of(source_of(county((0.25,) * 4, districts_maximum=2)), 0.8)
    # 20 h are fair, 16 needed, 4 on the road. Beside a one other hub saves 4 of 12.
    assert bounds.rest_hours(0b0001) == pytest.approx(3 * 16 + 8)
    assert bounds.rest_hours(0b0111) == pytest.approx(16)
    one = bounds_of(source_of(county((0.25,) * 4, districts_maximum=1)), 0.8)
    assert one.rest_hours(0b0001) == pytest.approx(3 * 20)


def test_a_far_hub_makes_a_detour_and_an_office_saves_nothing() -> None:
    problem = county((0.5, 0.25, 0.25), employers=(KI,))
    minutes = {**problem.minutes, ("a", "c"): 90.0}
    bounds = bounds_of(source_of(replace(problem, minutes=minutes)), 0.8)
    # c needs 16: from a 16 * 3/4 = 12 hours on the road, from b 4.
    assert bounds.detour[0] == pytest.approx([0, 0, 8])
    office = (Employer("ki", True, "office", "a"),)
    bounds = bounds_of(source_of(county((0.5, 0.25, 0.25), employers=office)), 0.8)
    assert bounds.road == pytest.approx([0, 4, 4])
    assert bounds.rest_hours(0b001) == pytest.approx(40)


def test_a_known_plan_limits_the_hours_on_the_road() -> None:
    # 80 offered, two persons take 4, at most 10 are missing: so 70 reach people and 6 may go into the road.
    source = source_of(county())
    at_level, known = bounds_of(source, 0.0), bounds_of(source, 0.0, 10.0)
    assert at_level.allowance == pytest.approx([76, 76], abs=1e-6)
    assert known.allowance == pytest.approx([6, 6], abs=1e-6)


def test_worth_while_is_what_the_rest_can_still_make_good() -> None:
    source = source_of(county())
    alone = Column((0,), (0,), 0, 1, 0, 76.0)
    # a with one post misses 2, and b with the other post 2 at least.
    assert bounds_of(source, 0.0, 4.0 + ROUNDING).worth_while(alone, 0b01)
    assert not bounds_of(source, 0.0, 4.0 - 1e-6).worth_while(alone, 0b01)
    both = Column((0,), (0,), 0, 2, 0, 152.0)
    # Two posts in a leave nobody to b: 40 are missing.
    assert bounds_of(source, 0.0, 40.0).worth_while(both, 0b01)
    assert not bounds_of(source, 0.0, 39.9).worth_while(both, 0b01)


def test_the_road_beside_a_column_is_missing_too() -> None:
    # One more district for b and c: the one of them that is not the hub costs the road, at least from the fewest hours.
    source = source_of(county((0.5, 0.25, 0.25), minimum_hours=8.0, districts_maximum=2))
    alone = Column((0,), (0,), 0, 1, 0, 76.0)
    # a misses 2; b and c have 40 to get from 38 hours, less 8 / 4 on the road.
    assert bounds_of(source, 0.0, 6.0).worth_while(alone, 0b001)
    assert not bounds_of(source, 0.0, 5.9).worth_while(alone, 0b001)
