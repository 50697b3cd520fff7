"""Why a solver stopped and whether there is a solution: two things, for both solvers."""

from __future__ import annotations

import errno
from typing import Any

import pulp
import pytest

from optimizer import solver as solvers
from optimizer.cbc import Cbc
from optimizer.solver import Deadline, Outcome, Solver, SolverError, Termination, TimeUp, run

BOTH = pytest.mark.parametrize("solver", list(Solver))


def model(most: int = 7) -> pulp.LpProblem:
    """``max 5 a + 4 b`` with ``2 a + 3 b <= 7`` and ``a <= 2``, whole numbers: 14 at (2, 1); relaxed the same."""
    problem = pulp.LpProblem("small", pulp.LpMaximize)
    a, b = problem.add_variable("a", 0, 2, "Integer"), problem.add_variable("b", 0, None, "Integer")
    problem.setObjective(5 * a + 4 * b)
    problem.addConstraint(2 * a + 3 * b <= most, "room")
    return problem


def value(problem: pulp.LpProblem) -> float:
    return float(pulp.value(problem.objective))


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(solvers, "time", clock)
    return clock


@BOTH
def test_optimal(solver: Solver) -> None:
    problem = model()
    assert run(problem, solver, Deadline(None)) == Outcome(Termination.OPTIMAL, True)
    assert value(problem) == pytest.approx(14)


@BOTH
def test_relaxed_drops_whole_numbers(solver: Solver) -> None:
    problem = model(8)
    run(problem, solver, Deadline(None))
    assert value(problem) == pytest.approx(14)
    assert run(problem, solver, Deadline(None), relaxed=True) == Outcome(Termination.OPTIMAL, True)
    assert value(problem) == pytest.approx(10 + 4 * 4 / 3)


@BOTH
@pytest.mark.parametrize("relaxed", [False, True])
def test_infeasible(solver: Solver, relaxed: bool) -> None:
    problem = model(-1)
    assert run(problem, solver, Deadline(60), relaxed=relaxed) == Outcome(Termination.INFEASIBLE, False)


@BOTH
def test_infeasible_in_whole_numbers_only(solver: Solver) -> None:
    problem = pulp.LpProblem("halves", pulp.LpMinimize)
    a = problem.add_variable("a", 0, 1, "Integer")
    problem.setObjective(a + 0)
    problem.addConstraint(2 * a == 1, "half")
    assert run(problem, solver, Deadline(None), relaxed=True).termination is Termination.OPTIMAL
    assert run(problem, solver, Deadline(None)) == Outcome(Termination.INFEASIBLE, False)


@BOTH
def test_what_can_hold_is_not_called_infeasible(solver: Solver) -> None:
    # Chosen are x0 and x3, with nothing more: 3 >= 3. The presolve of HiGHS 1.15.1 calls it infeasible.
    problem = pulp.LpProblem("shares", pulp.LpMinimize)
    x = [problem.add_variable(f"x{j}", 0, 1, "Integer") for j in range(4)]
    more = [problem.add_variable(f"more{k}", 0, None, "Integer") for k in range(2)]
    problem.setObjective(pulp.LpAffineExpression())
    problem.addConstraint(x[0] + x[1] + x[2] == 1, "a")
    problem.addConstraint(x[2] + x[3] == 1, "b")
    problem.addConstraint(more[0] <= 3000 * x[0], "few")
    problem.addConstraint(more[1] <= 3000 * x[1] + 3000 * x[2] + 3000 * x[3], "many")
    problem.addConstraint(more[0] - more[1] + 3 * x[0] - 3 * x[1] - 3 * x[2] - 3 * x[3] >= 0, "half")
    assert run(problem, solver, Deadline(None)) == Outcome(Termination.OPTIMAL, True)


@BOTH
def test_what_cannot_hold_is_called_infeasible(solver: Solver) -> None:
    # A layer without a plan: six towns, one set with two units or two with one; the presolve of HiGHS 1.15.1 gives up.
    covers = [
        "111111111111111111111111111000000000", "000111111111111000100000001111111111",
        "111111111001000111111100001000000011", "100111000110000111110010000111111110",
        "110010110000111011001101110011110001", "011001011010011001010110111000111110",
    ]  # fmt: skip
    units = "222222222122212222222222122212121222"
    hundredths = [
        72, 72, 73, 74, 73, 64, 0, 73, 74, 44, 77, 87, 0, 44, 91, 74, 73, 64, 72, 64, 0, 73, 77, 0, 44, 91, 73, 91, 44,
        84, 44, 74, 44, 75, 64, 0,
    ]  # fmt: skip
    problem = pulp.LpProblem("layer", pulp.LpMaximize)
    x = [problem.add_variable(f"x{j}", 0, 1, "Integer") for j in range(len(units))]
    lowest = problem.add_variable("lowest")
    problem.setObjective(lowest)
    for number, row in enumerate(covers):
        problem.addConstraint(pulp.lpSum(x[j] for j, has in enumerate(row) if has == "1") == 1, f"town_{number}")
    problem.addConstraint(pulp.lpSum(int(size) * x[j] for j, size in enumerate(units)) == 2, "posts")
    for number, row in enumerate(["111000000001000000100000001111111100", *covers[3:6:2]]):
        reached = pulp.lpSum(hundredths[j] / 100 * x[j] for j, has in enumerate(row) if has == "1")
        problem.addConstraint(reached - lowest >= 0, f"lowest_{number}")
    assert run(problem, solver, Deadline(None)) == Outcome(Termination.INFEASIBLE, False)


@BOTH
def test_after_the_deadline_nothing_is_started(solver: Solver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulp.LpProblem, "solve", lambda *_: pytest.fail("the solver was started"))
    assert run(model(), solver, Deadline(0)) == Outcome(Termination.TIME_LIMIT, False)


def test_optimal_in_pulps_words_is_a_time_limit_where_the_solution_is_only_feasible(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stopped(problem: pulp.LpProblem, _: object) -> None:
        # What PuLP 3 reports when CBC stops at the time limit with a plan in hand.
        problem.assignStatus(pulp.LpStatusOptimal, pulp.LpSolutionIntegerFeasible)

    monkeypatch.setattr(pulp.LpProblem, "solve", stopped)
    assert run(model(), Solver.CBC, Deadline(60)) == Outcome(Termination.TIME_LIMIT, True)


@BOTH
def test_no_solution_once_the_time_is_up_is_a_time_limit(
    solver: Solver, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    def stopped(problem: pulp.LpProblem, _: object) -> None:
        clock.now += 61
        problem.assignStatus(pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound)

    monkeypatch.setattr(pulp.LpProblem, "solve", stopped)
    assert run(model(), solver, Deadline(60)) == Outcome(Termination.TIME_LIMIT, False)


def test_a_proof_that_came_late_is_still_a_proof(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    def late(problem: pulp.LpProblem, _: object) -> None:
        clock.now += 61
        problem.assignStatus(pulp.LpStatusInfeasible, pulp.LpSolutionInfeasible)

    monkeypatch.setattr(pulp.LpProblem, "solve", late)
    assert run(model(), Solver.CBC, Deadline(60)) == Outcome(Termination.INFEASIBLE, False)


@pytest.mark.parametrize("status", [pulp.LpStatusUndefined, pulp.LpStatusUnbounded, pulp.LpStatusNotSolved])
def test_a_failure_with_time_left_is_an_error(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    def failed(problem: pulp.LpProblem, _: object) -> None:
        problem.assignStatus(status, pulp.LpSolutionNoSolutionFound)

    monkeypatch.setattr(pulp.LpProblem, "solve", failed)
    with pytest.raises(SolverError, match=f"cbc: {pulp.LpStatus[status]}"):
        run(model(), Solver.CBC, Deadline(60))


def test_a_missing_program_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulp.PULP_CBC_CMD, "pulp_cbc_path", "/nowhere/cbc")
    with pytest.raises(SolverError):
        run(model(), Solver.CBC, Deadline(None))


def test_a_disk_that_is_full_is_an_error_of_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pulp.LpProblem, "writeMPS", full)
    with pytest.raises(SolverError, match="No space left"):
        run(model(), Solver.CBC, Deadline(None))
    # The other one writes no file.
    assert run(model(), Solver.HIGHS, Deadline(None)).has_solution


@pytest.mark.parametrize("relaxed", [False, True])
@pytest.mark.parametrize(("solver", "kind"), [(Solver.CBC, Cbc), (Solver.HIGHS, pulp.HiGHS)])
def test_what_the_solver_is_told(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, solver: Solver, kind: type[Any], relaxed: bool
) -> None:
    told: list[Any] = []

    def listening(problem: pulp.LpProblem, command: pulp.LpSolver) -> None:
        told.append(command)
        problem.assignStatus(pulp.LpStatusOptimal, pulp.LpSolutionOptimal)

    monkeypatch.setattr(pulp.LpProblem, "solve", listening)
    deadline = Deadline(60)
    clock.now += 20
    run(model(), solver, deadline, relaxed=relaxed)
    run(model(), solver, Deadline(None), relaxed=relaxed)
    timed, untimed = told
    assert [type(command) for command in told] == [kind, kind]
    assert timed.timeLimit == pytest.approx(40)
    assert untimed.timeLimit is None
    assert timed.mip is not relaxed
    assert not timed.msg
    for command in told:
        said = {**vars(command), **command.optionsDict}
        assert (said["gapRel"], said["gapAbs"]) == (0.0, 0.0)
        assert said.get("threads") == (1 if solver is Solver.HIGHS else None)


def test_a_deadline(clock: Clock) -> None:
    deadline = Deadline(10)
    assert (deadline.remaining, deadline.passed) == (10, False)
    clock.now += 9
    assert (deadline.remaining, deadline.passed) == (1, False)
    deadline.check()
    clock.now += 1
    assert (deadline.remaining, deadline.passed) == (0, True)
    clock.now += 5
    assert (deadline.remaining, deadline.passed) == (0, True)
    with pytest.raises(TimeUp):
        deadline.check()


def test_no_deadline_never_passes(clock: Clock) -> None:
    deadline = Deadline(None)
    clock.now += 1e9
    assert (deadline.remaining, deadline.passed) == (None, False)
    deadline.check()


def test_highs_where_cbc_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    solvers.default_solver.cache_clear()
    assert solvers.default_solver() is Solver.CBC
    monkeypatch.setattr(solvers, "cbc_path", lambda: "no such program")
    solvers.default_solver.cache_clear()
    assert solvers.default_solver() is Solver.HIGHS
    solvers.default_solver.cache_clear()
