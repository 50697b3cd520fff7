"""Plans when figures are off: cases decided as the program would, draws that come again, what changes plans."""

from __future__ import annotations

import itertools
import math
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from explore_plans import FEW, MANY, districts_of
from hypothesis import assume, given
from hypothesis import strategies as st
from random_problems import problems

from optimizer.explore import shapes
from optimizer.explore.decision import Engine, Places, engine_of, packed
from optimizer.explore.robustness import AT_A_TIME, Robustness, robustness
from optimizer.explore.sensitivity import CLOSE, STEPS, FigureName, Sensitivity, sensitivity
from optimizer.explore.situation import Infeasible, TooLarge, given_rows, situation_of
from optimizer.explore.uncertainty import CaseFigures, Range, Uncertainty
from optimizer.explore.workers import Cancelled, shared_out
from optimizer.plan import Plan
from optimizer.problem import GivenDistrict, Municipality, Problem
from optimizer.rules import RuleName, check_plan
from optimizer.solve import solve
from optimizer.solver import Solver
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from tests.optimizer.explore.test_prices import full_of_rules
from tests.optimizer.test_columns import AWO, KI, county

HIGHS = Solver.HIGHS
WIDE = Uncertainty(
    existing=Range(0.5, 2.0),
    coordination_hours=Range(0.0, 4.0),
    block_hours=Range(2.0, 8.0),
    minutes=Range(0.5, 1.5),
    each_weight=0.5,
    each_existing=1.0,
    each_minutes=0.3,
)


def small() -> Problem:
    """Four towns in a row with uneven need, some of which have hours already, and three posts in halves."""
    problem = county((0.4, 0.3, 0.2, 0.1), total=3, step=Fraction(1, 2), districts_maximum=3)
    hours = {"a": 3.0, "b": 0.0, "c": 9.0, "d": 1.0}
    towns = tuple(replace(town, existing_hours=hours[town.ags]) for town in problem.municipalities)
    minutes = {(a, b): 9.0 * abs(ord(a) - ord(b)) + ord(a) % 3 for a, b in problem.minutes}
    return replace(problem, municipalities=towns, minutes=minutes)


def engine(problem: Problem, uncertainty: Uncertainty = WIDE) -> Engine:
    return engine_of(packed(situation_of(problem, solver=HIGHS), uncertainty))


@pytest.fixture(name="thread")
def one_thread() -> Executor:
    with ThreadPoolExecutor(1) as executor:
        yield executor  # type: ignore[misc]


# --- every case is decided as the program decides it


@given(problems(most_towns=5, most_layers=1, given=False), st.integers(0, 10**6))
@MANY
def test_decisions_are_those_of_the_program(problem: Problem, number: int) -> None:
    try:
        worker = engine(problem)
        worker.shapes  # noqa: B018
    except Infeasible:
        assert solve(problem, solver=HIGHS).plan is None
        return
    for figures in (CaseFigures(), WIDE.draw(problem, 7, number)):
        decision = worker.decide(worker.figured(figures))
        plan = solve(figures.applied(problem, 0), solver=HIGHS).plan
        assert (decision is None) == (plan is None)
        if decision is None or plan is None:
            continue
        assert decision.districts == districts_of(plan)
        assert [(row.employer, row.fte) for row in decision.plan] == [
            (district.employer, district.fte) for district in plan.layers[0].districts
        ]
        assert decision.coverage == pytest.approx(plan.lowest_coverage)
        assert decision.shortfall == pytest.approx(plan.shortfall_hours, abs=1e-6)
        assert decision.highest_coverage == pytest.approx(plan.stages[0].value)


@given(problems(most_towns=5, most_layers=1, given=False), st.integers(0, 10**6))
@MANY
def test_a_plan_that_stays_is_evaluated_with_the_figures(problem: Problem, number: int) -> None:
    plan = solve(problem, solver=HIGHS).plan
    assume(plan is not None)
    assert plan is not None
    rows = given_rows(plan, 0)
    figures = WIDE.draw(problem, 7, number)
    worker = engine(problem)
    grid = worker.figured(figures)
    changed = figures.applied(problem, 0)
    evaluated = situation_of(changed, solver=HIGHS).evaluated(rows)
    assert worker.coverage(grid, rows) == pytest.approx(evaluated.lowest_coverage)
    # Worked out for a few plans alone it is the same to the last bit, also where the rules do not know a plan.
    others = (rows, tuple(replace(row, hub=None) for row in rows))
    apart = worker.coverages(figures, Places(worker, others))
    assert apart == [worker.coverage(grid, other) for other in others]
    given_plan = replace(changed, layers=(replace(changed.layers[0], plan=rows),))
    checks = {check.rule.name: check for check in check_plan(Plan(given_plan, evaluated.layers))}
    # Drives and fewest hours at the very limit are a matter of rounding.
    drive = checks.get(RuleName.MAX_DRIVE)
    assume(drive is None or abs((drive.value or 0.0) - (drive.rule.limit or 0.0)) > 1e-9)
    broken = [
        name for name in (RuleName.MAX_DRIVE, RuleName.MINIMUM_HOURS) if name in checks and not checks[name].holds
    ]
    assert worker.keeps_rules(grid, rows) is not bool(broken)


def test_a_plan_that_breaks_rules_is_evaluated_all_the_same() -> None:
    problem = small()
    worker = engine(problem)
    grid = worker.figured(CaseFigures())
    for rows in (
        (GivenDistrict("ki", ("a", "c"), Fraction(3), "b"), GivenDistrict("ki", ("b", "d"), Fraction(1), "b")),
        (GivenDistrict("ki", ("a", "b", "c"), Fraction(3), "b"),),
    ):
        expected = situation_of(problem, solver=HIGHS).evaluated(rows).lowest_coverage
        assert worker.coverage(grid, rows) == pytest.approx(expected)
        assert not worker.keeps_rules(grid, rows)


def test_the_real_county_is_decided_as_the_program_decides_it() -> None:
    problem = load_problem(SCENARIOS / "modell-2-wohlfahrt.yaml").problem
    worker = engine(problem)
    for number in range(3):
        figures = WIDE.draw(problem, 1, number)
        plan = solve(figures.applied(problem, 0)).plan
        decision = worker.decide(worker.figured(figures))
        assert (None if plan is None else given_rows(plan, 0)) == (None if decision is None else decision.plan)


def test_pins_and_all_other_rules_hold_for_every_decision() -> None:
    problem = full_of_rules()
    worker = engine(problem)
    for number in range(5):
        figures = WIDE.draw(problem, 1, number)
        plan = solve(figures.applied(problem, 0), solver=HIGHS).plan
        decision = worker.decide(worker.figured(figures))
        assert plan is not None
        assert decision is not None
        assert decision.plan == given_rows(plan, 0)


# --- figures


def test_draws_stay_within_their_ranges() -> None:
    problem = small()
    uncertainty = replace(WIDE, weight_of={"a": 0.0}, existing_of={"c": 0.1})
    for number in range(50):
        figures = uncertainty.draw(problem, 3, number)
        assert 0.5 <= (figures.existing or 0) <= 2
        assert 2 <= (figures.block_hours or 0) <= 8
        assert figures.each_weight["a"] == 1
        assert all(0.5 <= factor <= 1.5 for factor in figures.each_weight.values())
        assert 0.9 <= figures.each_existing["c"] <= 1.1
        assert all(0.7 <= factor <= 1.3 for factor in figures.each_minutes.values())
        changed = figures.applied(problem, 0)
        assert math.fsum(town.weight for town in changed.municipalities) == pytest.approx(1)
        shortest = uncertainty.shortest_minutes(problem)
        assert all(minutes >= shortest[pair] for pair, minutes in changed.minutes.items())
    assert uncertainty.draw(problem, 3, 8) == uncertainty.draw(problem, 3, 8) != uncertainty.draw(problem, 4, 8)


def test_figures_are_applied() -> None:
    problem = small()
    drives = {("a", "b"): 2.0}
    changed = CaseFigures(0.5, 1.0, 5.0, 1.5, {"a": 2.0}, {"c": 3.0}, drives).applied(problem, 0)
    assert [town.existing_hours for town in changed.municipalities] == [1.5, 0, 13.5, 0.5]
    assert [town.weight for town in changed.municipalities] == pytest.approx(
        [0.8 / 1.4, 0.3 / 1.4, 0.2 / 1.4, 0.1 / 1.4]
    )
    assert (changed.layers[0].coordination_hours, changed.layers[0].block_hours) == (1.0, 5.0)
    assert changed.minutes["a", "b"] == 3 * problem.minutes["a", "b"]
    assert changed.minutes["b", "a"] == 3 * problem.minutes["b", "a"]
    assert changed.minutes["c", "d"] == 1.5 * problem.minutes["c", "d"]
    assert CaseFigures().applied(problem, 0) == problem


def test_corners_are_all_combinations() -> None:
    uncertainty = Uncertainty(existing=Range(0, 1), block_hours=Range(4, 4), minutes=Range(0.5, 2), each_weight=0.2)
    assert list(uncertainty.corners()) == [
        CaseFigures(existing=existing, block_hours=4, minutes=minutes)
        for existing, minutes in itertools.product((0, 1), (0.5, 2))
    ]
    assert list(Uncertainty().corners()) == [CaseFigures()]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Range(2, 1),
        lambda: Range(-1, 1),
        lambda: Range(0, math.inf),
        lambda: Range(math.nan, 1),
        lambda: Uncertainty(each_weight=1.5),
        lambda: Uncertainty(weight_of={"a": -0.1}),
        lambda: Uncertainty(each_minutes=math.nan),
        lambda: Uncertainty(block_hours=Range(0, 1)),
    ],
)
def test_impossible_ranges_are_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="a "):
        wrong()  # type: ignore[operator]


# --- robustness


def test_all_cases_are_counted(thread: Executor) -> None:
    problem = small()
    seen: list[tuple[int, int]] = []
    found = robustness(
        problem, WIDE, draws=45, seed=5, solver=HIGHS, executor=thread, progress=lambda *done: seen.append(done)
    )
    assert (found.draws, found.corners, found.asked, found.seed, found.complete) == (45, 16, 45, 5, True)
    assert found.compared == 61
    assert [case.draw for case in found.cases] == [None] * 16 + list(range(45))
    assert found.cases[16].figures == WIDE.draw(problem, 5, 0)
    decided = [case for case in found.cases if case.best is not None]
    assert found.without_plan == 61 - len(decided)
    assert sum(one.draws for one in found.outcomes) == sum(1 for case in decided if case.draw is not None)
    assert sum(one.corners for one in found.outcomes) == sum(1 for case in decided if case.draw is None)
    assert [one.draws for one in found.outcomes] == sorted((one.draws for one in found.outcomes), reverse=True)
    assert len(found.outcomes) > 1
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_regrets_are_those_of_the_plans_that_stay(thread: Executor) -> None:
    problem = small()
    found = robustness(problem, WIDE, draws=30, solver=HIGHS, executor=thread)
    plans = {found.plan.plan, *(case.best.plan for case in found.cases if case.best is not None)}

    def regrets(rows: tuple[GivenDistrict, ...]) -> list[float]:
        return [
            case.best.highest_coverage
            - situation_of(case.figures.applied(problem, 0), solver=HIGHS).evaluated(rows).lowest_coverage
            for case in found.cases
            if case.best is not None
        ]

    assert found.plan.worst_regret == pytest.approx(max(regrets(found.plan.plan)))
    assert found.plan.mean_regret == pytest.approx(sum(regrets(found.plan.plan)) / len(regrets(found.plan.plan)))
    assert found.steadiest.worst_regret == pytest.approx(min(max(regrets(rows)) for rows in plans))
    assert [case.regret for case in found.cases if case.regret is not None] == pytest.approx(regrets(found.plan.plan))


def test_the_same_seed_gives_the_same_whatever_the_workers(thread: Executor) -> None:
    problem = small()
    found = robustness(problem, WIDE, draws=25, seed=2, solver=HIGHS, executor=thread)
    assert robustness(problem, WIDE, draws=25, seed=2, solver=HIGHS) == found
    assert robustness(problem, WIDE, draws=25, seed=3, solver=HIGHS, executor=thread) != found


def test_nothing_uncertain_changes_nothing(thread: Executor) -> None:
    problem = small()
    found = robustness(problem, Uncertainty(), draws=3, solver=HIGHS, executor=thread)
    plan = solve(problem, solver=HIGHS).plan
    assert plan is not None
    assert found.plan.plan == found.steadiest.plan == given_rows(plan, 0)
    assert (found.same_districts.draws, found.same_districts.corners) == (3, 1)
    assert found.plan.worst_regret == pytest.approx(plan.stages[0].value - plan.lowest_coverage, abs=1e-9)
    assert found.breaking == 0


def test_a_plan_of_one_s_own_is_asked_about(thread: Executor) -> None:
    problem = small()
    # From b no drive is longer than 40 minutes, even where all take twice as long.
    own = (GivenDistrict("ki", ("a", "b", "c", "d"), Fraction(3), "b"),)
    found = robustness(problem, WIDE, plan=own, draws=10, solver=HIGHS, executor=thread)
    assert found.plan.plan == own
    assert found.plan.worst_regret >= found.steadiest.worst_regret
    assert found.same_districts.districts == frozenset({frozenset("abcd")})
    assert found.breaking == 0
    own_broken = (GivenDistrict("ki", ("a", "b", "d"), Fraction(3), "d"),)
    broken = robustness(problem, WIDE, plan=own_broken, draws=10, solver=HIGHS, executor=thread)
    assert broken.breaking == len(broken.cases)


def test_it_can_be_stopped(thread: Executor) -> None:
    stop = threading.Event()
    found = robustness(
        small(),
        WIDE,
        draws=400,
        solver=HIGHS,
        executor=thread,
        progress=lambda *_: stop.set(),
        cancel=stop.is_set,
    )
    assert not found.complete
    assert 0 < len(found.cases) < 416
    assert found.asked == 400
    # Comparing is stopped too, but never before anything was compared.
    assert 0 < found.compared <= len(found.cases)
    assert math.isfinite(found.plan.worst_regret)


class Unwilling(ThreadPoolExecutor):
    """Does the first ``some`` tasks that it is given and none of those after; ``over`` when only such are left."""

    def __init__(self, some: int) -> None:
        super().__init__(1)
        self.some = some
        self.last: Future[Any] | None = None
        self.refused = False

    def submit(self, work: Callable[..., Any], /, *task: Any, **named: Any) -> Future[Any]:
        if self.some == 0:
            self.refused = True
            return Future()
        self.some -= 1
        self.last = super().submit(work, *task, **named)
        return self.last

    @property
    def over(self) -> bool:
        return self.refused and (self.last is None or self.last.done())


def test_stopped_while_plans_are_compared_it_tells_from_the_cases_compared() -> None:
    problem = small()
    # 61 cases are four parts: the fifth and sixth are the first two, looked at again.
    with Unwilling(6) as executor:
        found = robustness(problem, WIDE, draws=45, solver=HIGHS, executor=executor, cancel=lambda: executor.over)
    whole = robustness(problem, WIDE, draws=45, solver=HIGHS)
    assert found.cases == whole.cases
    assert found.outcomes == whole.outcomes
    assert found.compared == 2 * AT_A_TIME
    assert not found.complete
    compared = found.cases[: found.compared]
    assert found.plan.worst_regret == max(case.regret for case in compared if case.regret is not None)
    plans = {found.plan.plan, *(case.best.plan for case in found.cases if case.best is not None)}
    worker = engine(problem)
    regrets = {
        rows: max(
            case.best.highest_coverage - worker.coverage(worker.figured(case.figures), rows)
            for case in compared
            if case.best is not None
        )
        for rows in plans
    }
    assert found.steadiest.worst_regret == min(regrets.values()) == regrets[found.steadiest.plan]


def test_stopped_before_anything_was_compared_one_part_is_all_the_same() -> None:
    with Unwilling(4) as executor:
        found = robustness(small(), WIDE, draws=45, solver=HIGHS, executor=executor, cancel=lambda: executor.over)
    assert (len(found.cases), found.compared) == (61, AT_A_TIME)
    assert math.isfinite(found.steadiest.worst_regret)


def test_stopped_before_anything_was_done_there_is_no_answer() -> None:
    with Unwilling(0) as executor, pytest.raises(Cancelled):
        robustness(small(), WIDE, draws=45, solver=HIGHS, executor=executor, cancel=lambda: executor.over)


def test_stopped_before_a_case_with_a_plan_was_done_nothing_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = small()
    rows = engine(problem).decide(engine(problem).figured(CaseFigures()))
    assert rows is not None
    monkeypatch.setattr(Engine, "decide", lambda *_: None)
    with Unwilling(1) as executor, pytest.raises(Cancelled):
        robustness(problem, WIDE, plan=rows.plan, draws=45, executor=executor, cancel=lambda: executor.over)
    with Unwilling(9) as executor, pytest.raises(Infeasible):
        robustness(problem, WIDE, plan=rows.plan, draws=45, executor=executor)


def test_work_stopped_before_it_began_has_no_result() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(task: int) -> int:
        begun.set()
        go_on.wait(10)
        return task

    def cancel() -> bool:
        begun.wait(10)
        go_on.set()
        return True

    with ThreadPoolExecutor(1) as executor:
        found = shared_out(work, [1, 2, 3, 4, 5, 6, 7, 8], executor, cancel=cancel)
    assert found[0] == 1
    assert found[-1] is None


def test_a_layer_without_a_plan_is_said(thread: Executor) -> None:
    impossible = county((0.5, 0.5), total=1, districts_minimum=2, districts_maximum=2)
    with pytest.raises(Infeasible):
        sensitivity(impossible, solver=HIGHS, executor=thread)
    with pytest.raises(Infeasible):
        robustness(impossible, WIDE, solver=HIGHS, executor=thread)


def test_a_county_too_large_is_said(monkeypatch: pytest.MonkeyPatch, thread: Executor) -> None:
    monkeypatch.setattr(shapes, "MOST_COLUMNS", 3)
    with pytest.raises(TooLarge):
        robustness(replace(small(), ki_minimum=Fraction(1, 7)), WIDE, solver=HIGHS, executor=thread)


@given(problems(most_towns=4, most_layers=2, given=False), st.integers(0, 1000))
@FEW
def test_a_later_layer_keeps_the_hours_of_the_earlier_one(problem: Problem, seed: int) -> None:
    assume(len(problem.layers) == 2)
    try:
        situation = situation_of(problem, 1, solver=HIGHS)
        with ThreadPoolExecutor(1) as executor:
            found = robustness(problem, WIDE, layer=1, draws=3, seed=seed, solver=HIGHS, executor=executor)
    except Infeasible:
        return
    for case in found.cases[-3:]:
        changed = replace(situation, problem=case.figures.applied(problem, 1))
        try:
            plan = changed.best()
        except Infeasible:
            assert case.best is None
            continue
        assert case.best is not None
        assert case.best.districts == districts_of(plan, 1)


# --- sensitivity


def changed_by(problem: Problem, one: Sensitivity, change: float) -> Problem:
    share = 1 + change
    match one.figure:
        case FigureName.WEIGHT:
            figures = CaseFigures(each_weight={one.ags or "": share})
        case FigureName.MINUTES:
            figures = CaseFigures(minutes=share)
        case FigureName.EXISTING:
            figures = CaseFigures(existing=share)
        case FigureName.BLOCK:
            figures = CaseFigures(block_hours=4 * share)
        case FigureName.COORDINATION:
            figures = CaseFigures(coordination_hours=2 * share)
    return figures.applied(problem, 0)


def assert_turn(problem: Problem, one: Sensitivity) -> None:
    now = solve(problem, solver=HIGHS).plan
    assert now is not None
    for turn in (one.less, one.more):
        if turn is None:
            continue
        assert abs(turn.change - turn.unchanged) <= CLOSE
        before, after = (
            solve(changed_by(problem, one, change), solver=HIGHS).plan for change in (turn.unchanged, turn.change)
        )
        assert before is not None
        assert districts_of(before) == districts_of(now)
        assert (None if after is None else districts_of(after)) == turn.districts
        assert turn.districts != districts_of(now)


def test_where_the_districts_change(thread: Executor) -> None:
    problem = small()
    found = sensitivity(problem, solver=HIGHS, executor=thread)
    assert {(one.figure, one.ags) for one in found} == {
        *((figure, None) for figure in FigureName if figure is not FigureName.WEIGHT),
        *((FigureName.WEIGHT, ags) for ags in "abcd"),
    }
    assert [one.smallest for one in found] == sorted(one.smallest for one in found)
    assert any(one.less or one.more for one in found)
    for one in found:
        assert_turn(problem, one)
        if one.less is None and one.more is None:
            assert one.tested == 2 * len(STEPS)


def test_figures_that_are_zero_are_left_out(thread: Executor) -> None:
    towns = (Municipality("a", 1.0), Municipality("b", 0.0))
    problem = replace(county((0.5, 0.5), coordination_hours=0.0, employers=(KI, AWO)), municipalities=towns)
    problem = replace(problem, minutes=dict.fromkeys(problem.minutes, 0.0))
    found = sensitivity(problem, solver=HIGHS, executor=thread)
    assert [(one.figure, one.less, one.more) for one in found] == [(FigureName.BLOCK, None, None)]
    assert found[0].smallest == math.inf


def test_result_types_are_plain_values(thread: Executor) -> None:
    found = robustness(small(), WIDE, draws=2, solver=HIGHS, executor=thread)
    assert isinstance(found, Robustness)
    assert {type(value) for value in (found.plan.worst_regret, found.cases[0].coverage)} == {float}
