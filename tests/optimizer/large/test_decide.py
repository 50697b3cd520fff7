"""The way for large counties against the exact one on small problems, and on a county that is large."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from random_problems import problems

from optimizer.columns import ColumnSource
from optimizer.evaluate import district_of
from optimizer.large.decide import solve_large
from optimizer.plan import LayerPlan, Plan
from optimizer.problem import Problem
from optimizer.rounding import EQUAL
from optimizer.rules import broken, check_plan
from optimizer.solver import Solver
from optimizer.stages import Infeasible, NoPlanInTime, Staged, Stages
from tests.optimizer.test_columns import NEVER, source_of

SOME = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck), derandomize=True)
LITTLE = 0.01


def exactly(source: ColumnSource, problem: Problem) -> Staged | None:
    try:
        return Stages(source, problem.fairness_tolerance, Solver.HIGHS, NEVER).solve()
    except Infeasible:
        return None


def plan_of(source: ColumnSource, staged: Staged) -> Plan:
    layer = LayerPlan(source.layer, tuple(district_of(source, column) for column in staged.columns))
    return Plan(source.problem, (layer,), staged.stages)


@given(problems(most_towns=7, most_layers=1, given=False, pins=True))
@SOME
def test_it_never_claims_more_than_is_true(problem: Problem) -> None:
    source = source_of(problem)
    best = exactly(source, problem)
    try:
        found = solve_large(source, problem.fairness_tolerance, Solver.HIGHS, NEVER, effort=LITTLE)
    except Infeasible:
        assert best is None
        return
    except NoPlanInTime:
        return
    assert best is not None
    plan = plan_of(source, found)
    wrong = [check for check in broken(check_plan(plan)) if check.binding]
    assert not wrong, wrong
    coverage, shortfall, _ = found.stages
    highest, least, _ = (stage.value for stage in best.stages)
    assert coverage.value <= highest * (1 + EQUAL) + EQUAL
    assert coverage.bound >= highest * (1 - EQUAL) - EQUAL
    assert shortfall.bound <= least + 1e-6
    assert plan.reached >= coverage.value - problem.fairness_tolerance - EQUAL
    assert plan.shortfall_hours == pytest.approx(shortfall.value)
    if shortfall.proven:
        assert coverage.proven
        assert shortfall.value == pytest.approx(least)
