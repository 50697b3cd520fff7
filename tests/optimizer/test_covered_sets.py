"""The program over covered sets against the integer program, over all rules."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_problems import problems

from optimizer import covered_sets as covered_sets_module
from optimizer.column import Column
from optimizer.columns import ColumnSource
from optimizer.covered_sets import CoveredSets, TooManyStates
from optimizer.problem import Problem
from optimizer.program import Program
from optimizer.solver import Deadline, Solver, Termination, TimeUp
from tests.optimizer.test_columns import NEVER, source_of
from tests.optimizer.test_hub_columns import row_of
from tests.optimizer.test_hub_prices import hub_columns_of

SOME = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck), derandomize=True)


def every_column(source: ColumnSource) -> list[Column]:
    columns = source.columns(0.0, NEVER, reduce=False)
    return columns if source.layer.most_changes is None else source.copies(columns)


def lowest(source: ColumnSource, columns: Sequence[Column]) -> float:
    return min(column.level for column in columns) / source.service.fair_level


@given(problems(most_towns=6, most_layers=1, given=False, pins=True), st.sampled_from([50, 1 << 20]))
@SOME
def test_what_is_best_is_what_the_integer_program_finds(problem: Problem, size: int) -> None:
    source = source_of(problem)
    pool = every_column(source)
    program = Program(source, pool, Solver.HIGHS, NEVER)
    choice = program.raise_lowest()
    hubs = hub_columns_of(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(covered_sets_module, "CHUNK", size)
        patch.setattr(covered_sets_module, "CROWD", size)
        highest = CoveredSets(source, pool, hubs.rest(0.0), NEVER).highest()
        if choice.columns is None:
            assert choice.termination is Termination.INFEASIBLE
            assert highest is None
            return
        assert highest is not None
        best = [pool[j] for j in choice.columns]
        assert min(1e3, lowest(source, highest)) == pytest.approx(min(1e3, lowest(source, best)), abs=1e-6)
    assert Program(source, highest, Solver.HIGHS, NEVER).minimise([0.0] * len(highest)).columns is not None


@pytest.mark.parametrize("limit", ["MOST_PAIRS", "MOST_STATES"])
def test_too_many_states_are_said_and_no_answer(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_of(row_of(8))
    program = CoveredSets(source, every_column(source), hub_columns_of(source).rest(0.0), NEVER)
    assert program.highest() is not None
    monkeypatch.setattr(covered_sets_module, limit, 3)
    monkeypatch.setattr(covered_sets_module, "CROWD", 1)
    with pytest.raises(TooManyStates):
        program.highest()


def test_the_time_may_be_up() -> None:
    source = source_of(row_of(8))
    with pytest.raises(TimeUp):
        CoveredSets(source, every_column(source), hub_columns_of(source).rest(0.0), Deadline(0.0)).highest()
