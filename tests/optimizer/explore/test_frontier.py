"""The trade-off: exactly the plans that none of all plans betters in both figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import exhaustive
import pytest
from explore_plans import CLOSE, MANY, every_plan
from hypothesis import given
from random_problems import tiny_problems

from optimizer.explore import cover
from optimizer.explore.frontier import Point, frontier
from optimizer.explore.situation import Infeasible, NoPlanInTime, TooLarge
from optimizer.problem import Problem
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from tests.optimizer.test_columns import county


def assert_complete(
    points: Sequence[Point],
    plans: Sequence[exhaustive.LayerPlan],
    hours: Callable[[exhaustive.LayerPlan], float],
) -> None:
    for plan in plans:
        # Whatever the plan, a point is at least as good in both.
        assert any(p.coverage >= plan.lowest_coverage * (1 - CLOSE) and p.hours <= hours(plan) + CLOSE for p in points)
    for point in points:
        # And nothing is as good as a point in one figure and better in the other.
        for plan in plans:
            assert plan.lowest_coverage <= point.coverage * (1 + CLOSE) or hours(plan) > point.hours + 1e-10
            assert hours(plan) >= point.hours - CLOSE or plan.lowest_coverage < point.coverage * (1 - 1e-10)


@given(tiny_problems(given=False))
@MANY
def test_points_are_those_of_all_plans(problem: Problem) -> None:
    plans = every_plan(problem)
    if not plans:
        with pytest.raises(Infeasible):
            frontier(problem)
        return
    found = frontier(problem)
    assert_complete(found.shortfall, plans, lambda plan: plan.shortfall)
    assert_complete(found.travel, plans, lambda plan: plan.travel_hours)
    for points in (found.shortfall, found.travel):
        assert [p.coverage for p in points] == sorted({p.coverage for p in points})
        for point in points:
            assert point.plan.lowest_coverage == pytest.approx(point.coverage, rel=1e-8)
    assert [p.plan.shortfall_hours for p in found.shortfall] == pytest.approx([p.hours for p in found.shortfall])
    assert [p.plan.travel_hours for p in found.travel] == pytest.approx([p.hours for p in found.travel], abs=1e-9)


def test_limits_are_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = county((0.4, 0.3, 0.3))
    with pytest.raises(NoPlanInTime):
        frontier(problem, time_limit=0.0)
    monkeypatch.setattr(cover, "MOST_STEPS", 1)
    with pytest.raises(TooLarge):
        frontier(problem)


def test_progress_is_told() -> None:
    seen: list[int] = []
    found = frontier(county((0.4, 0.3, 0.3)), progress=seen.append)
    assert seen == list(range(1, len(found.shortfall) + len(found.travel) + 1))


def test_the_real_county() -> None:
    # With six posts no evenness has to be given up for the fewest missing hours; with four it has.
    six = frontier(load_problem(SCENARIOS / "modell-1-zentral.yaml").problem)
    assert [(round(p.coverage, 4), round(p.hours, 2)) for p in six.shortfall] == [(0.9158, 20.15)]
    assert len(six.travel) == 12
    assert six.travel[-1].coverage == pytest.approx(six.shortfall[-1].coverage)
    four = frontier(load_problem(SCENARIOS / "abruf-4-stellen.yaml").problem)
    assert [(round(p.coverage, 4), round(p.hours, 2)) for p in four.shortfall] == [(0.8974, 15.42), (0.9008, 18.01)]
