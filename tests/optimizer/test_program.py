"""The linear program over columns: the optimum, both solvers, and bounds that hold whatever the duals are."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction

import pulp
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lanes import examples
from random_problems import tiny_problems

from optimizer import program as programs
from optimizer.column import Column
from optimizer.columns import ColumnSource
from optimizer.problem import Layer, PostLimit, Problem
from optimizer.program import Program, Relaxation, Row
from optimizer.solver import Deadline, Outcome, Solver, Termination, run
from tests.optimizer.test_columns import AWO, KI, NEVER, county, source_of

MANY = settings(deadline=None, max_examples=examples(60), suppress_health_check=list(HealthCheck), derandomize=True)
SOME = settings(deadline=None, max_examples=examples(30), suppress_health_check=list(HealthCheck), derandomize=True)
BOTH = pytest.mark.parametrize("solver", list(Solver))


def program_of(source: ColumnSource, solver: Solver = Solver.CBC, deadline: Deadline = NEVER) -> Program:
    columns = source.columns(0.0, NEVER, reduce=False)
    if source.layer.changes_maximum is not None:
        columns = source.copies(columns)
    return Program(source, columns, solver, deadline)


def all_choices(source: ColumnSource, columns: Sequence[Column]) -> Iterator[tuple[int, ...]]:
    """The columns of every plan that keeps the rules of the layer, by trying them all."""
    layer: Layer = source.layer
    fewest, most = source.district_range
    by_first: dict[int, list[int]] = {}
    for j, column in enumerate(columns):
        by_first.setdefault(min(column.covers), []).append(j)

    def posts(chosen: tuple[int, ...], ids: frozenset[str]) -> int:
        return sum(columns[j].units for j in chosen if source.employers[columns[j].employer].id in ids)

    def may_change(chosen: tuple[int, ...]) -> bool:
        most = layer.changes_maximum
        if most is None:
            return True
        continued = [k for j in chosen if (k := columns[j].continues) is not None]
        moving = source.changes_at_least[0] + sum(source.changes(columns[j])[0] for j in chosen)
        return len(set(continued)) == len(continued) and moving <= most

    def extend(chosen: tuple[int, ...], covered: frozenset[int]) -> Iterator[tuple[int, ...]]:
        left = set(range(source.rows)) - covered
        if not left:
            everyone = frozenset(employer.id for employer in source.employers)
            ki = frozenset(employer.id for employer in source.employers if employer.is_ki)
            limits = (
                limit.minimum <= posts(chosen, limit.employers) * layer.step
                and (limit.maximum is None or posts(chosen, limit.employers) * layer.step <= limit.maximum)
                for limit in layer.limits
            )
            if (
                posts(chosen, everyone) == layer.units
                and fewest <= len(chosen) <= most
                and posts(chosen, ki) >= source.ki_units
                and all(limits)
                and may_change(chosen)
            ):
                yield chosen
            return
        for j in by_first.get(min(left), []):
            if not covered & set(columns[j].covers):
                yield from extend((*chosen, j), covered | set(columns[j].covers))
        if not source.required >> min(left) & 1:
            yield from extend(chosen, covered | {min(left)})

    return extend((), frozenset())


@st.composite
def priced(draw: st.DrawFn) -> tuple[Program, list[float], list[tuple[int, ...]]]:
    """A program with costs, some of them negative or equal, and all its plans."""
    source = source_of(draw(tiny_problems()))
    assume(not source.layer.evaluated_only)
    program = program_of(source)
    costs = [float(draw(st.integers(-3, 20))) / draw(st.sampled_from([1, 7])) for _ in program.columns]
    return program, costs, list(all_choices(source, program.columns))


def total(costs: Sequence[float], chosen: Sequence[int]) -> float:
    return math.fsum(costs[j] for j in chosen)


@given(priced())
@MANY
def test_the_least_cost_is_that_of_the_best_of_all_plans(
    case: tuple[Program, list[float], list[tuple[int, ...]]],
) -> None:
    program, costs, plans = case
    for solver in Solver:
        choice = Program(program.source, program.columns, solver, NEVER).minimise(costs)
        if not plans:
            assert (choice.termination, choice.columns) == (Termination.INFEASIBLE, None)
            continue
        assert choice.termination is Termination.OPTIMAL
        assert choice.columns is not None
        assert tuple(sorted(choice.columns)) in {tuple(sorted(plan)) for plan in plans}
        assert list(choice.columns) == sorted(choice.columns)
        assert total(costs, choice.columns) == pytest.approx(min(total(costs, plan) for plan in plans), abs=1e-6)


@given(priced())
@SOME
def test_the_highest_lowest_level_is_that_of_the_best_of_all_plans(
    case: tuple[Program, list[float], list[tuple[int, ...]]],
) -> None:
    program, _, plans = case
    fair = program.source.service.fair_level

    def lowest(plan: Sequence[int]) -> float:
        return min(min(program.columns[j].level / fair, 1e3) for j in plan)

    for solver in Solver:
        choice = Program(program.source, program.columns, solver, NEVER).raise_lowest()
        if not plans:
            assert (choice.termination, choice.columns) == (Termination.INFEASIBLE, None)
            continue
        assert choice.columns is not None
        assert lowest(choice.columns) == pytest.approx(max(map(lowest, plans)), rel=1e-6)


def assert_bounds_hold(relaxation: Relaxation, costs: Sequence[float], plans: Sequence[Sequence[int]]) -> None:
    for plan in plans:
        cost = total(costs, plan)
        assert relaxation.bound <= cost + 1e-9
        for j in plan:
            assert relaxation.bound + relaxation.reduced[j] <= cost + 1e-9


@given(priced())
@MANY
def test_the_relaxation_bounds_every_plan(case: tuple[Program, list[float], list[tuple[int, ...]]]) -> None:
    program, costs, plans = case
    for solver in Solver:
        relaxation = Program(program.source, program.columns, solver, NEVER).relax(costs)
        if isinstance(relaxation, Outcome):
            assert relaxation.termination is Termination.INFEASIBLE
            assert not plans
            continue
        assert_bounds_hold(relaxation, costs, plans)
        assert min(relaxation.reduced) >= 0


@given(priced(), st.randoms(use_true_random=False), st.sampled_from([1e-9, 1e-3, 0.5, 20.0]))
@MANY
def test_wrong_duals_weaken_the_bound_but_never_break_it(
    case: tuple[Program, list[float], list[tuple[int, ...]]], chance: random.Random, by: float
) -> None:
    program, costs, plans = case

    def corrupted(model: pulp.LpProblem, *rest: object, **named: object) -> Outcome:
        outcome = run(model, *rest, **named)  # type: ignore[arg-type]
        for row in program.rows:
            constraint = model.get_constraint_by_name(row.name)
            # A dual that is missing altogether is a wrong one, too.
            constraint.pi = None if chance.random() < 0.1 else (constraint.pi or 0.0) + chance.uniform(-by, by)
        return outcome

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(programs, "run", corrupted)
        relaxation = program.relax(costs)
    if isinstance(relaxation, Relaxation):
        assert_bounds_hold(relaxation, costs, plans)


def test_the_relaxation_is_sharp_where_the_linear_program_is() -> None:
    # Two towns, two posts: all in one (1.5 + 1.5 > 2) or one each. The program has no fractional optimum.
    source = source_of(county())
    program = program_of(source)
    alone = [j for j, column in enumerate(program.columns) if len(column.members) == 1 and column.units == 1]
    costs = [1.0 if j in alone else 3.0 for j in range(len(program.columns))]
    relaxation = program.relax(costs)
    assert isinstance(relaxation, Relaxation)
    assert relaxation.bound == pytest.approx(2.0)
    assert [relaxation.reduced[j] for j in alone] == pytest.approx([0.0, 0.0])
    together = next(j for j, c in enumerate(program.columns) if len(c.members) == 2 and c.units == 2)
    assert relaxation.reduced[together] == pytest.approx(1.0)


# --- rows


def rows_by_name(program: Program) -> dict[str, Row]:
    return {row.name: row for row in program.rows}


def test_the_rows_of_a_layer() -> None:
    layer = county(
        (0.5, 0.5),
        total=2,
        step=Fraction(1, 2),
        employers=(KI, AWO),
        districts_minimum=1,
        districts_maximum=2,
        limits=(
            PostLimit("awo", frozenset({"awo"}), Fraction(3, 4), Fraction(5, 4)),
            PostLimit("all", frozenset({"ki", "awo"}), Fraction(0), None),
        ),
    )
    source = source_of(layer)
    program = program_of(source)
    rows = rows_by_name(program)
    assert {name: (row.low, row.high) for name, row in rows.items()} == {
        "cover_0": (1, 1),
        "cover_1": (1, 1),
        "posts": (4, 4),
        "districts_minimum": (1, None),
        "districts_maximum": (None, 2),
        # Limits between two steps: the step above, the step below.
        "least_0": (2, None),
        "most_0": (None, 2),
        "ki_share": (2, None),
    }
    columns = program.columns
    awo = [e.id for e in source.employers].index("awo")
    assert dict(rows["least_0"].coefficients) == {j: c.units for j, c in enumerate(columns) if c.employer == awo}
    assert dict(rows["ki_share"].coefficients) == {j: c.units for j, c in enumerate(columns) if c.employer != awo}
    assert dict(rows["posts"].coefficients) == {j: c.units for j, c in enumerate(columns)}
    assert dict(rows["cover_1"].coefficients) == {j: 1 for j, c in enumerate(columns) if 1 in c.members}
    assert len(rows["districts_minimum"].coefficients) == len(columns)


@BOTH
@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(None, 1, 1), (2, None, 2), (2, 2, 2), (1, 1, 1), (None, None, None), (None, 0, None), (3, None, None)],
)
def test_an_extra_row_is_kept(solver: Solver, low: float | None, high: float | None, expected: int | None) -> None:
    program = program_of(source_of(county()), solver)
    districts = [(j, 1.0) for j in range(len(program.columns))]
    if (low, high) == (None, None):
        assert program.minimise([0.0] * len(program.columns)).columns
        return
    choice = program.minimise([0.0] * len(program.columns), Row("more", districts, low, high))
    assert (None if choice.columns is None else len(choice.columns)) == expected


def test_a_row_with_two_different_sides_keeps_both() -> None:
    program = program_of(source_of(county((0.25,) * 4, total=4)))
    dear = [-1.0] * len(program.columns)
    districts = [(j, 1.0) for j in range(len(program.columns))]
    choice = program.minimise(dear, Row("some", districts, 2, 3))
    assert choice.columns is not None
    assert len(choice.columns) == 3


def fail(*_: object, **__: object) -> Outcome:
    raise AssertionError("a solver was asked")


@pytest.mark.parametrize(
    "problem",
    [
        # No column at all; none that covers a; none of the employer that must have posts.
        county(total=2, districts_minimum=3),
        county((0.4, 0.3, 0.3), employers=(KI,), fixed_employers={"a": frozenset({"nobody"})}),
        county(employers=(KI, AWO), limits=(PostLimit("awo", frozenset({"awo"}), Fraction(1)),),
               fixed_employers={"a": frozenset({"ki"}), "b": frozenset({"ki"})}),
    ],
)  # fmt: skip
def test_what_no_column_can_fill_needs_no_solver(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "run", fail)
    program = program_of(source_of(problem))
    costs = [0.0] * len(program.columns)
    assert program.minimise(costs).termination is Termination.INFEASIBLE
    assert program.raise_lowest().termination is Termination.INFEASIBLE
    relaxation = program.relax(costs)
    assert isinstance(relaxation, Outcome)
    assert relaxation.termination is Termination.INFEASIBLE


# --- time limits


def test_after_the_deadline_there_is_no_choice_and_no_bound() -> None:
    program = program_of(source_of(county()), deadline=Deadline(0))
    costs = [0.0] * len(program.columns)
    assert program.minimise(costs) == programs.Choice(Termination.TIME_LIMIT, None)
    assert program.raise_lowest() == programs.Choice(Termination.TIME_LIMIT, None)
    assert program.relax(costs) == Outcome(Termination.TIME_LIMIT, False)


@pytest.mark.parametrize("value", [0.5, 0.0, 1.0, None])
def test_a_solution_that_is_no_plan_is_none(monkeypatch: pytest.MonkeyPatch, value: float | None) -> None:
    def stopped(model: pulp.LpProblem, *_: object, **__: object) -> Outcome:
        for variable in model.variables():
            variable.varValue = value
        return Outcome(Termination.TIME_LIMIT, True)

    monkeypatch.setattr(programs, "run", stopped)
    program = program_of(source_of(county()))
    assert program.minimise([0.0] * len(program.columns)) == programs.Choice(Termination.TIME_LIMIT, None)


def test_a_plan_found_by_the_time_limit_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(model: pulp.LpProblem, *rest: object, **named: object) -> Outcome:
        run(model, *rest, **named)  # type: ignore[arg-type]
        return Outcome(Termination.TIME_LIMIT, True)

    monkeypatch.setattr(programs, "run", stopped)
    program = program_of(source_of(county()))
    choice = program.minimise([0.0] * len(program.columns))
    assert choice.termination is Termination.TIME_LIMIT
    assert choice.columns
    relaxation = program.relax([0.0] * len(program.columns))
    assert isinstance(relaxation, Outcome)
