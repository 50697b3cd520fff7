"""The bound of the hub prices: never above what a plan takes, whatever the prices, and sharp by hand."""

from __future__ import annotations

import math

import exhaustive
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lanes import examples

from optimizer.columns import ColumnSource
from optimizer.hub_columns import HubColumns
from optimizer.levels import Floats
from optimizer.problem import Employer
from tests.optimizer.test_bounds import column_of
from tests.optimizer.test_columns import county, situations, source_of

MANY = settings(deadline=None, max_examples=examples(120), suppress_health_check=list(HealthCheck), derandomize=True)


def hub_columns_of(source: ColumnSource) -> HubColumns:
    growth = source._growth([0.0] * source.service.size, source.rules.hubs, None)
    return HubColumns(source, growth, source.rules, source.required)


def inside_of(team: exhaustive.Team, source: ColumnSource) -> Floats:
    inside: Floats = np.zeros(source.service.size)
    inside[list(column_of(source, team).members)] = 1.0
    return inside


@given(situations(), st.data())
@MANY
def test_no_plan_takes_less_than_the_prices_say(
    situation: tuple[ColumnSource, list[exhaustive.LayerPlan]], data: st.DataObject
) -> None:
    source, plans = situation
    assume(plans and source.layer.plan is None)
    size = source.service.size
    coverage = max(0.0, min(data.draw(st.sampled_from(plans)).lowest_coverage, 1e6))
    hub_columns = hub_columns_of(source)
    hubs, needs = hub_columns.prices, hub_columns.needs(coverage)
    drawn = np.array(data.draw(st.lists(st.floats(0, 200), min_size=size, max_size=size)))
    for prices in (hubs.at(needs, drawn), hubs.best(needs, source.hours), hubs.best(needs, 1e6)):
        weights, allowances = hubs.growing(prices, source.hours)
        for plan in plans:
            if plan.lowest_coverage < coverage:
                continue
            taken = [sum(team.hours) + team.travel_hours for team in plan.teams]
            assert prices.total <= sum(taken) + 1e-7
            for team in plan.teams:
                column = column_of(source, team)
                members = list(column.members)
                row = list(hubs.hubs).index(column.hub)
                inside = np.array([inside_of(team, source)])
                others = sum(hours for other, hours in zip(plan.teams, taken, strict=True) if other is not team)
                assert hubs.rest_hours(prices, inside)[0, 0] <= others + 1e-7
                assert sum(weights[row, members]) <= allowances[row] + 1e-7
                # Of a district of which only one member is known, too.
                for known in (inside, np.eye(1, size, members[0])):
                    assert sum(weights[row, members]) <= hubs.leaves(prices, source.hours, row, known)[0] + 1e-7
            others_inside = sum((inside_of(team, source) for team in plan.teams[1:]), np.zeros(size))
            left = hubs.rest_hours(prices, np.array([others_inside]), [len(plan.teams) - 1])
            assert left[0, 0] <= taken[0] + 1e-7


@given(situations())
@MANY
def test_no_plan_exceeds_the_highest_coverage(situation: tuple[ColumnSource, list[exhaustive.LayerPlan]]) -> None:
    source, plans = situation
    assume(source.layer.plan is None)
    highest = hub_columns_of(source).highest_coverage(min(source.highest_coverage, source.ceiling))
    for plan in plans:
        assert plan.lowest_coverage <= highest * (1 + 1e-9)


def test_only_so_many_hubs_are_spared_the_road() -> None:
    # 20 h are fair, 16 needed at 80 %; an hour costs a quarter more on the road. One of four is a hub, or two are.
    for most, hours in ((1, 64 + 12), (2, 64 + 8), (4, 64)):
        hub_columns = hub_columns_of(source_of(county((0.25,) * 4, districts_maximum=most)))
        found = hub_columns.prices.best(hub_columns.needs(0.8), 1e3)
        assert found.total == pytest.approx(hours, abs=0.05)
        assert found.total <= hours + 1e-9


def test_a_county_without_enough_hubs_takes_endless_hours() -> None:
    one = (Employer("ki", is_ki=True, hubs=frozenset({"a"})),)
    hub_columns = hub_columns_of(source_of(county((0.5, 0.5), employers=one, districts_minimum=2)))
    assert hub_columns.prices.best(hub_columns.needs(0.5), 1e3).total == math.inf


def test_an_office_may_serve_every_district() -> None:
    office = (Employer("ki", True, "office", "a"),)
    hub_columns = hub_columns_of(source_of(county((0.5, 0.25, 0.25), employers=office, districts_minimum=2)))
    # 16 + 16 are needed beside a at 80 %, with a quarter more each for the road, and 32 in a.
    assert hub_columns.prices.best(hub_columns.needs(0.8), 1e3).total == pytest.approx(32 + 40, abs=0.05)
