"""The stages of a layer: proofs, honest bounds when the time is up, and ties settled by the order of keys."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import exhaustive
import pulp
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lanes import examples
from random_problems import problems

from optimizer import program as programs
from optimizer import stages as stages_module
from optimizer.columns import ColumnSource
from optimizer.plan import Stage, StageName
from optimizer.problem import Employer, GivenDistrict, Layer, Municipality, Problem
from optimizer.rounding import EQUAL, ROUNDING, less, more
from optimizer.solver import Deadline, Outcome, Solver, Termination, run
from optimizer.stages import Infeasible, NoPlanInTime, Staged, Stages
from tests.optimizer.test_columns import AWO, KI, NEVER, county, source_of

Team = tuple[tuple[str, ...], str, Fraction]
SOME = settings(deadline=None, max_examples=examples(80), suppress_health_check=list(HealthCheck), derandomize=True)


class Patience(Deadline):
    """A deadline that passes once it was asked so many times."""

    def __init__(self, looks: int) -> None:
        super().__init__(None)
        self.left = looks

    @property
    def passed(self) -> bool:
        self.left -= 1
        return self.left < 0


def stages_of(problem: Problem, deadline: Deadline = NEVER) -> Stages:
    # Small programs are quickest within the process.
    return Stages(source_of(problem), problem.fairness_tolerance, Solver.HIGHS, deadline)


def best_of(problem: Problem) -> exhaustive.Best | None:
    needed = exhaustive.ki_posts_needed(problem, 0) if problem.ki_binding else Fraction(0)
    search = exhaustive.Stages(problem, 0, exhaustive.NO_HOURS, needed)
    return None if search.highest_coverage() is None else exhaustive.best_layer(problem, 0)


def assert_honest(problem: Problem, staged: Staged) -> None:
    """No bound is better than what is possible, no value than what is; proven stages have the best value."""
    best = best_of(problem)
    assert best is not None
    lowest, shortfall, third = staged.stages
    name = StageName.CHANGED if problem.layers[0].reference is not None else StageName.TRAVEL
    assert [stage.name for stage in staged.stages] == [StageName.LOWEST_COVERAGE, StageName.SHORTFALL, name]
    assert lowest.value <= best.lowest_coverage * (1 + 1e-6) <= lowest.bound * (1 + 2e-6)
    if lowest.proven:
        assert lowest.value == pytest.approx(best.lowest_coverage, rel=1e-6)
        assert shortfall.bound <= best.shortfall + 1e-6
        assert shortfall.value >= best.shortfall - 1e-6
    else:
        assert not shortfall.proven
        # Of plans of any coverage.
        search = exhaustive.Stages(problem, 0)
        assert shortfall.bound <= search.least_shortfall(0.0) + 1e-6
    if shortfall.proven:
        assert shortfall.value == pytest.approx(best.shortfall, abs=1e-6)
    else:
        assert not third.proven
    assert third.bound <= third.value
    for stage in staged.stages:
        assert stage.gap >= 0
        assert not stage.proven or stage.gap == 0
    # The plan is one, and the figures are its own.
    source = source_of(problem)
    towns = [town.ags for town in problem.municipalities]
    rows = [
        GivenDistrict(
            source.employers[c.employer].id,
            tuple(towns[i] for i in c.members),
            c.units * problem.layers[0].step,
            towns[c.hub],
        )
        for c in staged.columns
    ]
    plan = exhaustive.evaluate_plan(problem, [rows])[0]
    given_up = problem.fairness_tolerance if lowest.proven else 0.0
    assert lowest.value - given_up - 1e-9 <= plan.lowest_coverage <= best.lowest_coverage + 1e-9
    assert plan.shortfall <= shortfall.value + (0.001 if shortfall.proven else 0.0) + 1e-6
    assert shortfall.proven or plan.shortfall == pytest.approx(shortfall.value, abs=1e-6)
    figure = plan.changes if problem.layers[0].reference else plan.travel_hours
    assert figure == pytest.approx(third.value, abs=1e-6)
    if problem.layers[0].plan is None:
        advisory = set() if problem.ki_binding else {"ki share"}
        assert not exhaustive.broken_rules(problem, 0, rows) - advisory


def solvable(problem: Problem) -> bool:
    layer = problem.layers[0]
    return not layer.evaluated_only


@given(problems(most_towns=6, most_layers=1), st.integers(0, 14), st.booleans())
@SOME
def test_out_of_time_at_any_moment_the_bounds_are_honest(problem: Problem, looks: int, reduce: bool) -> None:
    assume(solvable(problem))
    try:
        staged = stages_of(problem, Patience(looks)).solve(reduce=reduce)
    except NoPlanInTime:
        return
    except Infeasible:
        assert best_of(problem) is None
        return
    assert_honest(problem, staged)


def stopping(at: int, with_plan: bool, deadline: Patience) -> Callable[..., Outcome]:
    """A solver that stops at the time limit from some call on, with a plan in hand or without."""
    count = itertools.count()

    def stopped(model: pulp.LpProblem, solver: Solver, _: Deadline, *, relaxed: bool = False) -> Outcome:
        if next(count) < at:
            return run(model, solver, NEVER, relaxed=relaxed)
        deadline.left = 0
        if not with_plan:
            return Outcome(Termination.TIME_LIMIT, False)
        outcome = run(model, solver, NEVER, relaxed=relaxed)
        return Outcome(Termination.TIME_LIMIT, True) if outcome.has_solution else outcome

    return stopped


@given(problems(most_towns=6, most_layers=1), st.integers(0, 9), st.booleans(), st.booleans())
@SOME
def test_out_of_time_within_the_solver_the_bounds_are_honest(
    problem: Problem, at: int, with_plan: bool, reduce: bool
) -> None:
    assume(solvable(problem))
    patience = Patience(10**9)
    with pytest.MonkeyPatch.context() as patch:
        # Small programs go through the ways of large ones, too.
        patch.setattr(stages_module, "FEW_COLUMNS", 5)
        patch.setattr(stages_module, "MANY_COLUMNS", 20)
        patch.setattr(programs, "run", stopping(at, with_plan, patience))
        try:
            staged = stages_of(problem, patience).solve(reduce=reduce)
        except NoPlanInTime:
            return
        except Infeasible:
            assert best_of(problem) is None
            return
    assert_honest(problem, staged)


@given(problems(most_towns=6, most_layers=1), st.sampled_from([(0, 4), (5, 20), (1000, 4), (0, 10**6)]), st.booleans())
@SOME
def test_with_time_enough_everything_is_proven_whatever_way_is_taken(
    problem: Problem, sizes: tuple[int, int], reduce: bool
) -> None:
    assume(solvable(problem))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages_module, "FEW_COLUMNS", sizes[0])
        patch.setattr(stages_module, "MANY_COLUMNS", sizes[1])
        try:
            staged = stages_of(problem).solve(reduce=reduce)
        except Infeasible:
            assert best_of(problem) is None
            return
    assert all(stage.proven for stage in staged.stages)
    assert_honest(problem, staged)


def test_a_solver_that_gives_up_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # It stops a little before the deadline, or its solution is none: neither says that there is no plan.
    monkeypatch.setattr(programs, "run", lambda *_, **__: Outcome(Termination.TIME_LIMIT, False))
    with pytest.raises(NoPlanInTime):
        stages_of(county(), Patience(1000)).solve()


def test_without_any_time_there_is_no_plan() -> None:
    with pytest.raises(NoPlanInTime):
        stages_of(county(), Deadline(0)).solve()
    with pytest.raises(NoPlanInTime):
        stages_of(county(), Deadline(0)).solve(reduce=False)


@pytest.mark.parametrize("reduce", [True, False])
def test_no_plan_at_all_is_infeasible(reduce: bool) -> None:
    with pytest.raises(Infeasible):
        stages_of(county(total=2, districts_minimum=3)).solve(reduce=reduce)


def test_measures_tell_sets_and_columns() -> None:
    every = stages_of(county()).solve(reduce=False).measures
    # One post or both for one of the towns; both towns together do not reach the coverage.
    assert (every.sets, every.columns, every.kept) == (3, 4, 4)
    fewer = stages_of(county()).solve().measures
    assert fewer.sets <= 3
    assert (fewer.columns, fewer.kept) == (2, 2)


# --- ties


def settled(problem: Problem) -> list[Team]:
    staged = stages_of(problem).solve()
    assert all(stage.proven for stage in staged.stages)
    source = source_of(problem)
    towns = [town.ags for town in problem.municipalities]
    return [
        (tuple(towns[i] for i in c.members), source.employers[c.employer].id, c.units * problem.layers[0].step)
        for c in staged.columns
    ]


def first_of_all(problem: Problem) -> list[Team] | None:
    """The first of the best plans in the order of keys, then of employers (the KI first), then of sizes.

    ``None`` where a plan lies so near a tolerance that rounding decides on which side.
    """
    plans = list(exhaustive.all_plans(problem, 0))
    ranks = {employer.id: rank for rank, employer in enumerate(source_of(problem).employers)}
    third = "changes" if problem.layers[0].reference else "travel_hours"

    def within(left: list[exhaustive.LayerPlan], figure: Callable[[exhaustive.LayerPlan], float], more: float) -> bool:
        limit = min(map(figure, left)) + more
        clear = not any(more and 1e-9 < abs(figure(plan) - limit) < 1e-7 for plan in left)
        left[:] = [plan for plan in left if figure(plan) <= limit + 1e-9]
        return clear

    clear = [
        within(plans, lambda plan: -plan.lowest_coverage, problem.fairness_tolerance),
        within(plans, lambda plan: plan.shortfall, 0.001),
        within(plans, lambda plan: float(getattr(plan, third)), 1e-6),
    ]
    if not all(clear):
        return None
    named = [
        sorted(((team.towns, team.employer, team.fte) for team in plan.teams), key=lambda team: team[0])
        for plan in plans
    ]
    return min(named, key=lambda plan: [(towns, ranks[employer], fte) for towns, employer, fte in plan])


@st.composite
def symmetric(draw: st.DrawFn) -> Problem:
    """Equal municipalities in a ring, a row, a star or each beside each, all roads alike or by steps: ties abound."""
    count = draw(st.integers(2, 5))
    towns = draw(st.permutations("abcde"[:count]))
    form = draw(st.sampled_from(["ring", "row", "star", "all"]))

    def steps(i: int, j: int) -> int:
        ring = min((i - j) % count, (j - i) % count)
        return {"ring": ring, "row": abs(i - j), "star": 1 if 0 in (i, j) else 2, "all": 1}[form]

    pairs = [(i, j) for i in range(count) for j in range(count) if i != j]
    near: dict[str, set[str]] = {town: set() for town in towns}
    for i, j in pairs:
        if steps(i, j) == 1:
            near[towns[i]].add(towns[j])
    employers = draw(st.sampled_from([(KI,), (AWO, KI), (Employer("z"), Employer("b"), KI)]))
    step = draw(st.sampled_from([Fraction(1), Fraction(1, 2)]))
    parts = draw(st.sampled_from([None, None, (frozenset(towns[:2]), frozenset(towns[2:]))]))
    layer = Layer(
        "one",
        Fraction(draw(st.integers(1, 3 if step == 1 else 2))),
        employers,
        step=step,
        coordination_hours=draw(st.sampled_from([2.0, 0.0])),
        districts_minimum=1,
        connected=draw(st.booleans()),
        reference=None if parts is None else tuple(part for part in parts if part),
    )
    return Problem(
        municipalities=tuple(Municipality(town, 1 / count) for town in towns),
        minutes={(towns[i], towns[j]): 10.0 * steps(i, j) for i, j in pairs},
        neighbours={town: frozenset(others) for town, others in near.items()},
        layers=(layer,),
        ki_minimum=draw(st.sampled_from([Fraction(0), Fraction(1, 3)])),
        fairness_tolerance=draw(st.sampled_from([0.02, 0.0, 1.0])),
    )


@given(symmetric())
@settings(SOME, max_examples=examples(150))
def test_ties_go_to_the_first_of_all_plans_in_the_order_of_keys(problem: Problem) -> None:
    try:
        found = settled(problem)
    except Infeasible:
        assert not list(exhaustive.all_plans(problem, 0))
        return
    first = first_of_all(problem)
    if first is not None:
        assert found == first


def test_the_key_decides_before_the_employer_and_the_employer_before_the_size() -> None:
    # Two towns an hour apart, one post of ten: whatever the teams, no hour is lost, so all plans are equally good.
    equal: dict[str, Any] = {"minutes": 0.0, "coordination_hours": 0.0, "employers": (AWO, KI)}
    problem = replace(county(total=2, **equal), ki_minimum=Fraction(0))
    assert settled(problem) == [(("a",), "ki", Fraction(1)), (("b",), "ki", Fraction(1))]
    # With a share in between the first district gets what the order of sizes gives it: the least.
    halves = replace(
        county((0.0, 1.0), total=2, **{**equal, "employers": (KI,), "step": Fraction(1, 2)}), fairness_tolerance=5.0
    )
    assert settled(halves)[0] in [(("a",), "ki", Fraction(1, 2)), (("a", "b"), "ki", Fraction(2))]
    assert settled(halves) == first_of_all(halves)


def test_the_order_of_keys_is_not_that_in_which_districts_grow() -> None:
    # Only d has need, and gets two of three posts, the roads are free: what the others join is all the same.
    near = {"a": "c", "b": "cd", "c": "abd", "d": "bc"}
    problem = county((0.0, 0.0, 0.0, 1.0), total=3, minutes=0.0, districts_minimum=2, together=(("a", "c"),))
    problem = replace(problem, neighbours={town: frozenset(others) for town, others in near.items()})
    # From a grows a-c, and from there a-b-c; by the keys it is the other way round.
    assert settled(problem) == [(("a", "b", "c"), "ki", Fraction(1)), (("d",), "ki", Fraction(2))]
    assert settled(problem) == first_of_all(problem)


def test_plans_within_the_tolerance_of_the_coverage_are_looked_at_for_the_shortfall() -> None:
    # Found by listing all plans: a tolerance lets the second stage give up coverage for hours.
    problem = county((0.6, 0.3, 0.1), total=3, step=Fraction(1, 2), districts_maximum=3)
    values = []
    for tolerance in (0.0, 0.1, 1.0):
        tolerant = replace(problem, fairness_tolerance=tolerance)
        staged = stages_of(tolerant).solve()
        plans = list(exhaustive.all_plans(tolerant, 0))
        best = max(plan.lowest_coverage for plan in plans)
        least = min(plan.shortfall for plan in plans if plan.lowest_coverage >= best - tolerance - 1e-9)
        assert staged.stages[0].value == pytest.approx(best)
        assert staged.stages[1].value == pytest.approx(least)
        values.append(least)
    assert values[0] > values[1] > values[2]


def test_the_third_stage_may_give_up_a_thousandth_of_an_hour_and_no_more() -> None:
    # Between a and b, or b and c: the one loses 0.0008 hours more and changes nothing; the other 0.0012.
    for gap, expected in ((0.0008, ("b", "c")), (0.0012, ("a", "b"))):
        problem = near_tie(gap)
        staged = stages_of(problem).solve()
        assert [stage.name for stage in staged.stages][2] is StageName.CHANGED
        towns = [town.ags for town in problem.municipalities]
        assert expected in [tuple(towns[i] for i in column.members) for column in staged.columns]


def near_tie(gap: float) -> Problem:
    """a, b, c of 1/3 each; pairs a-b and b-c differ in shortfall by ``gap`` hours; the reference has b with c."""
    layer = Layer(
        "one", Fraction(2), (Employer("ki", True, hubs=frozenset("ac")),), step=Fraction(1), hours_per_week=40.0,
        districts_minimum=2, districts_maximum=2, reference=(frozenset("a"), frozenset("bc")),
    )  # fmt: skip

    def minutes(pair: float) -> Problem:
        # A pair gets 2 * 38 / (2 + o) hours, o = 2 t / 60 / 4.
        roads = {("a", "b"): 30.0, ("b", "a"): 30.0, ("c", "b"): pair, ("b", "c"): pair, ("a", "c"): 60.0}
        return Problem(
            tuple(Municipality(town, 1 / 3) for town in "abc"),
            {**roads, ("c", "a"): 60.0},
            {"a": frozenset("b"), "b": frozenset("ac"), "c": frozenset("b")},
            (layer,),
            fairness_tolerance=0.5,
        )

    served = 2 * 38 / 2.25 - gap
    return minutes((2 * 38 / served - 2) * 120)


def test_a_gap_is_what_remains_between_value_and_bound() -> None:
    assert Stage(StageName.LOWEST_COVERAGE, 0.8, 0.85, False).gap == pytest.approx(0.05)
    assert Stage(StageName.SHORTFALL, 20.0, 15.0, False).gap == 5.0
    assert Stage(StageName.SHORTFALL, 20.0, 20.0 + 1e-9, True).gap == 0.0


def test_municipalities_in_no_given_district_limit_the_coverage_and_count_as_missing() -> None:
    plan = (GivenDistrict("ki", ("a",)), GivenDistrict("ki", ("b",)))
    problem = county((0.4, 0.4, 0.2), total=2, plan=plan)
    staged = stages_of(problem).solve()
    assert [stage.value for stage in staged.stages[:2]] == pytest.approx([0.0, 16.0])
    assert all(stage.proven for stage in staged.stages)
    assert math.fsum(column.units for column in staged.columns) == 2


def test_the_same_source_serves_again() -> None:
    source: ColumnSource = source_of(county())
    first = Stages(source, 0.02, Solver.CBC, NEVER).solve()
    assert Stages(source, 0.02, Solver.HIGHS, NEVER).solve().columns == first.columns


# --- a coverage of 0 is a value


def small_teams(count: int) -> Problem:
    """Teams of 0.05 posts in each of some towns but one: their two hours go into coordination, nothing is left."""
    employers = tuple(Employer(ags, hubs=frozenset(ags), max_municipalities=1) for ags in "abcdefghijk"[:count])
    problem = county(
        (1 / count,) * count,
        total=Fraction(count + 1, 20),
        step=Fraction(1, 20),
        hours_per_week=40.0,
        employers=employers,
        districts_minimum=count,
        districts_maximum=count,
    )
    return replace(problem, ki_minimum=Fraction(0))


@pytest.mark.parametrize("reduce", [True, False])
@pytest.mark.parametrize("count", [2, 11])
def test_a_highest_lowest_coverage_of_nothing_is_found_and_proven(count: int, reduce: bool) -> None:
    # Endless before: nothing is a share more than 0, so whatever reached 0 counted as better than it.
    staged = stages_of(small_teams(count), Patience(500)).solve(reduce=reduce)
    assert [(stage.value, stage.proven) for stage in staged.stages] == [
        (0.0, True),
        (pytest.approx(2 * (count + 1) - 2), True),
        (0.0, True),
    ]


@pytest.mark.parametrize("noise", [0.0, 1e-15])
def test_a_level_of_nothing_and_one_of_rounding_are_equal(noise: float) -> None:
    assert more(noise) > noise
    assert less(more(noise), ROUNDING) > noise > less(noise)
    assert more(0.0) > 1e-15
    # From a quarter on the margin is the relative one.
    assert more(0.9) == 0.9 * (1 + EQUAL)
    assert less(0.9) == 0.9 * (1 - EQUAL)
