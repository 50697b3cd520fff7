"""Columns made as arrays against all plans and against those made one by one; both ways decide the same plan."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import exhaustive
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lanes import examples
from random_problems import problems

from optimizer import columns as columns_module
from optimizer import covered_sets as covered_sets_module
from optimizer import hub_columns as hub_columns_module
from optimizer import stages as stages_module
from optimizer.columns import ColumnSource
from optimizer.problem import Layer, Municipality, PostLimit, Problem
from optimizer.solver import Solver
from optimizer.stages import Infeasible, Staged, Stages
from tests.optimizer.test_columns import KI, NEVER, key_of, keys_of, situations, source_of
from tests.optimizer.test_hub_prices import hub_columns_of

MANY = settings(deadline=None, max_examples=examples(100), suppress_health_check=list(HealthCheck), derandomize=True)
SOME = settings(deadline=None, max_examples=examples(60), suppress_health_check=list(HealthCheck), derandomize=True)


@given(situations(), st.data())
@MANY
def test_every_team_of_a_plan_good_enough_is_a_column(
    situation: tuple[ColumnSource, list[exhaustive.LayerPlan]], data: st.DataObject
) -> None:
    source, plans = situation
    assume(plans and source.layer.plan is None)
    one, other = data.draw(st.sampled_from(plans)), data.draw(st.sampled_from(plans))
    hub_columns = hub_columns_of(source)
    for coverage, limit in (
        (min(one.lowest_coverage, other.lowest_coverage), other.shortfall),
        (one.lowest_coverage, one.shortfall + 0.001),
        (max(plan.lowest_coverage for plan in plans), math.inf),
        (0.0, min(plan.shortfall for plan in plans)),
    ):
        coverage = max(0.0, min(coverage, 1e6))
        found = set(keys_of(list(hub_columns.columns(coverage, NEVER, limit)), source))
        for plan in plans:
            if plan.lowest_coverage >= coverage and plan.shortfall <= limit:
                assert {key_of(team, source.layer) for team in plan.teams} <= found


@given(problems(most_towns=6, given=False, pins=True), st.floats(0, 1.2), st.sampled_from([1, 7, 1 << 16]))
@MANY
def test_they_are_columns_as_made_one_by_one(problem: Problem, coverage: float, chunk: int) -> None:
    source = source_of(problem)
    every = set(source.columns(coverage, NEVER, reduce=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hub_columns_module, "CHUNK", chunk)
        found = list(hub_columns_of(source).columns(coverage, NEVER))
    assert len(found) == len(set(found))
    # Hub and level too, to the last bit.
    assert set(found) <= every
    part = list(hub_columns_of(source).columns(coverage, NEVER, share=0.5))
    assert set(part) <= set(found)


def staged(problem: Problem, few: int, solver_columns: int = 0) -> Staged | None:
    """The stages with columns made one by one in counties of up to so ``few`` municipalities.

    Of more than so many ``solver_columns`` the program over covered sets finds the highest lowest coverage.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns_module, "FEW_MUNICIPALITIES", few)
        patch.setattr(stages_module, "SOLVER_COLUMNS", solver_columns)
        try:
            return Stages(source_of(problem), problem.fairness_tolerance, Solver.HIGHS, NEVER).solve()
        except Infeasible:
            return None


@given(problems(most_towns=7, given=False, pins=True), st.sampled_from([0, 0, 10**6]))
@SOME
def test_both_ways_decide_the_same(problem: Problem, solver_columns: int) -> None:
    one_by_one, as_arrays = staged(problem, 64), staged(problem, 0, solver_columns)
    assert (one_by_one is None) == (as_arrays is None)
    if one_by_one is not None and as_arrays is not None:
        assert as_arrays.columns == one_by_one.columns
        assert [stage.proven for stage in as_arrays.stages] == [stage.proven for stage in one_by_one.stages]
        assert [stage.value for stage in as_arrays.stages] == pytest.approx([s.value for s in one_by_one.stages])


def row_of(count: int) -> Problem:
    """So many municipalities in a row."""
    towns = [f"{i:02d}" for i in range(count)]
    return Problem(
        municipalities=tuple(Municipality(town, 1 / count) for town in towns),
        minutes={(a, b): 5.0 for a in towns for b in towns if a != b},
        neighbours={a: frozenset(b for b in towns if abs(int(a) - int(b)) == 1) for a in towns},
        layers=(Layer("one", Fraction(6), (KI,)),),
    )


def test_where_states_are_too_many_the_solver_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = row_of(9)
    by_solver = staged(problem, 0, 10**6)
    monkeypatch.setattr(covered_sets_module, "MOST_PAIRS", 0)
    assert staged(problem, 0) == by_solver


def test_teams_that_cannot_add_up_are_no_plan_without_growing_any_district(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = row_of(40)
    layer = problem.layers[0]
    few = PostLimit("few", frozenset({"ki"}), maximum=layer.total - 1)
    monkeypatch.setattr(ColumnSource, "columns", None)
    assert staged(replace(problem, layers=(replace(layer, limits=(few,)),)), 0) is None


def test_the_number_of_municipalities_chooses_the_way() -> None:
    assert source_of(row_of(12)).hub_columns is None
    assert source_of(row_of(13)).hub_columns is not None
    assert source_of(row_of(64)).hub_columns is not None
    assert source_of(row_of(65)).hub_columns is None
