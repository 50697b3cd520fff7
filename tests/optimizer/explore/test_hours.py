"""One more hour a week: against the figures of a team with longer hours, worked out without the program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import exhaustive
import pytest
from explore_plans import MANY
from hypothesis import given
from hypothesis import strategies as st
from random_problems import problems

from optimizer.explore.hours import HourValue, hour_values
from optimizer.explore.situation import given_rows, situation_of
from optimizer.plan import Plan
from optimizer.problem import GivenDistrict, Municipality, Problem
from optimizer.solve import solve
from optimizer.solver import Solver
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from tests.optimizer.test_columns import county

HIGHS = Solver.HIGHS
ONE = Fraction(1)


@st.composite
def planned(draw: st.DrawFn) -> tuple[Problem, Plan]:
    """A problem with a plan in every layer that keeps no rule but by chance: torn, overlapping, too small for it."""
    problem = draw(problems(most_towns=5, given=False))
    towns = [town.ags for town in problem.municipalities]
    layers = []
    for layer in problem.layers:
        rows = [
            GivenDistrict(
                draw(st.sampled_from(layer.employers)).id,
                tuple(draw(st.lists(st.sampled_from(towns), min_size=1, unique=True))),
                layer.step * draw(st.integers(1, 6)),
                draw(st.sampled_from([None, *towns])),
            )
            for _ in range(draw(st.integers(1, 3)))
        ]
        layers.append(replace(layer, plan=tuple(rows)))
    problem = replace(problem, layers=tuple(layers))
    plan = solve(problem, solver=HIGHS).plan
    assert plan is not None
    return problem, plan


def expected(problem: Problem, plan: Plan, layer: int, hours: float) -> list[tuple[float, float, float]]:
    """On-site hours, shortfall and lowest coverage gained, by teams of the same posts with more hours for each."""
    earlier = exhaustive.evaluate_plan(problem, [given_rows(plan, number) for number in range(layer)])
    rows = given_rows(plan, layer)
    at = exhaustive.Situation(problem, layer, exhaustive.carried(earlier)[0])
    teams = [at.serve_as_given(row) for row in rows]
    before = at.plan(teams)
    found = []
    for position, row in enumerate(rows):
        assert row.fte is not None
        # The fair level of the situation stays that of the problem.
        at.layer = replace(problem.layers[layer], hours_per_week=problem.layers[layer].hours_per_week + hours / row.fte)
        helped = at.serve_as_given(row)
        more = at.plan([*teams[:position], helped, *teams[position + 1 :]])
        found.append(
            (
                sum(helped.hours) - sum(teams[position].hours),
                before.shortfall - more.shortfall,
                more.lowest_coverage - before.lowest_coverage,
            )
        )
    return found


def figures(values: Sequence[HourValue]) -> list[tuple[float, float, float]]:
    assert [one.district for one in values] == list(range(len(values)))
    return [(one.on_site_hours, one.shortfall_hours, one.lowest_coverage) for one in values]


@given(planned(), st.data(), st.sampled_from([1.0, 0.25, 7.5, 0.0]))
@MANY
def test_an_hour_is_one_of_a_team_with_longer_hours(
    found: tuple[Problem, Plan], data: st.DataObject, hours: float
) -> None:
    problem, plan = found
    layer = data.draw(st.integers(0, len(problem.layers) - 1))
    values = figures(hour_values(problem, plan, layer=layer, hours=hours))
    wanted = expected(problem, plan, layer, hours)
    assert len(values) == len(wanted)
    for mine, other in zip(values, wanted, strict=True):
        assert mine == pytest.approx(other, abs=1e-7)
        # Nobody loses by it, and no more reaches people than there is.
        assert all(value >= -1e-9 for value in mine)
        assert mine[0] <= hours + 1e-9


def two_teams() -> tuple[Problem, Plan]:
    """Two towns of three to two in need, with a team of one post each at its own town hall."""
    problem = county((0.6, 0.4), districts_minimum=2)
    rows = [GivenDistrict("ki", ("a",), ONE, "a"), GivenDistrict("ki", ("b",), ONE, "b")]
    return problem, situation_of(problem, solver=HIGHS).evaluated(rows)


def test_an_hour_worked_out_by_hand() -> None:
    problem, plan = two_teams()
    # 80 hours are offered and 2 of 40 coordinate in each team: 38 of 48 hours in a, 38 of 32 in b.
    assert plan.lowest_coverage == pytest.approx(38 / 48)
    assert figures(hour_values(problem, plan)) == [
        pytest.approx((1, 1, 1 / 48)),
        pytest.approx((1, 0, 0)),
    ]
    # With ten hours more a has all that it needs.
    assert figures(hour_values(problem, plan, hours=12))[0] == pytest.approx((12, 10, 12 / 48))


def test_another_district_that_is_as_low_keeps_the_lowest_coverage_exactly() -> None:
    problem = county((0.5, 0.5), districts_minimum=2)
    plan = situation_of(problem, solver=HIGHS).best()
    assert [one.lowest_coverage for one in hour_values(problem, plan)] == [0.0, 0.0]


def test_districts_without_need_and_teams_that_do_not_fit() -> None:
    problem = county((0.5, 0.5), minimum_hours=4.0)
    towns = (Municipality("a", 1.0), Municipality("b", 0.0))
    problem = replace(problem, municipalities=towns)
    rows = [GivenDistrict("ki", ("a",), Fraction(1, 10), "a"), GivenDistrict("ki", ("b",), ONE, "b")]
    plan = situation_of(problem, solver=HIGHS).evaluated(rows)
    assert [district.fits for district in plan.layers[0].districts] == [False, True]
    # The team of a has 2 hours of the 4 that are the fewest; that of b has no one to give more to.
    small, idle = hour_values(problem, plan)
    assert small.on_site_hours == pytest.approx(1)
    assert small.shortfall_hours == pytest.approx(1)
    assert small.lowest_coverage == pytest.approx(1 / 80)
    assert figures([replace(idle, district=0)]) == [(0, 0, 0)]
    assert hour_values(problem, plan, hours=10.0)[0].on_site_hours == pytest.approx(10)


def test_later_layers_are_left_out() -> None:
    loaded = load_problem(SCENARIOS / "modell-3-kommunen.yaml")
    plan = solve(loaded.problem, solver=HIGHS).plan
    assert plan is not None
    alone = replace(plan, layers=plan.layers[:1])
    assert hour_values(loaded.problem, plan) == hour_values(loaded.problem, alone)
    assert len(hour_values(loaded.problem, plan, layer=1)) == len(plan.layers[1].districts)


def test_hours_are_not_taken_away() -> None:
    with pytest.raises(ValueError, match="negative"):
        hour_values(*two_teams(), hours=-1.0)
