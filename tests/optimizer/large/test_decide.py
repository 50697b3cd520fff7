"""The way for large counties against the exact one on small problems, and on a county that is large."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from random_problems import problems

from optimizer import solve as solving
from optimizer.columns import ColumnSource
from optimizer.evaluate import district_of
from optimizer.explore.alternatives import alternatives
from optimizer.explore.frontier import frontier
from optimizer.explore.prices import prices
from optimizer.explore.rank import rank
from optimizer.explore.situation import TooLarge, evaluated, situation_of
from optimizer.large import decide
from optimizer.large.decide import solve_large
from optimizer.plan import LayerPlan, Plan
from optimizer.problem import Employer, GivenDistrict, Layer, Municipality, Pin, PostLimit, Problem
from optimizer.rounding import EQUAL
from optimizer.rules import broken, check_plan
from optimizer.solve import Status, solve
from optimizer.solver import Solver
from optimizer.stages import Infeasible, NoPlanInTime, Staged, Stages
from tests.optimizer.test_columns import KI, NEVER, source_of
from tests.optimizer.test_hub_columns import row_of

SOME = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck), derandomize=True)
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


@pytest.fixture
def briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search of few steps."""
    for name, value in {"MOST_BEGINNINGS": 3, "FIRST_STEPS": 2000, "IMPROVED": 1, "TIMES": 1}.items():
        monkeypatch.setattr(decide, name, value)
    monkeypatch.setattr(decide, "MORE_STEPS", 2000)
    monkeypatch.setattr(decide, "SHORT_STEPS", 2000)


def large(*layers: Layer) -> Problem:
    """A made-up county of 48 municipalities in a grid of eight by six, some with much need, and one that declines."""
    cells = [(x, y) for y in range(6) for x in range(8)]
    towns = [f"05999{place:03d}" for place in range(len(cells))]
    needs = [0 if place == 9 else 1 + (7 * place) % 11 for place in range(len(cells))]
    return Problem(
        municipalities=tuple(
            Municipality(town, need / sum(needs), float(place % 3) if need else 0.0, taking_part=bool(need))
            for place, (town, need) in enumerate(zip(towns, needs, strict=True))
        ),
        minutes={
            (a, b): 6.0 * (abs(x - u) + abs(y - v))
            for a, (x, y) in zip(towns, cells, strict=True)
            for b, (u, v) in zip(towns, cells, strict=True)
            if a != b
        },
        neighbours={
            a: frozenset(b for b, (u, v) in zip(towns, cells, strict=True) if abs(x - u) + abs(y - v) == 1)
            for a, (x, y) in zip(towns, cells, strict=True)
        },
        layers=layers,
    )


@pytest.mark.usefixtures("briefly")
def test_a_large_county_gets_a_plan_by_all_rules_and_what_is_proven_of_it() -> None:
    awo = Employer("awo", base="office", office="05999020", max_municipalities=20)
    layer = Layer(
        "one",
        Fraction(10),
        (Employer("ki", is_ki=True), awo),
        minimum_hours=0.5,
        limits=(PostLimit("awo", frozenset({"awo"}), Fraction(1), Fraction(3)),),
        together=(("05999000", "05999001"), ("05999046", "05999047")),
        apart=(("05999003", "05999004"),),
        fixed_employers={"05999019": frozenset({"awo"})},
        pins=(Pin(frozenset({"05999007", "05999015"}), fte=Fraction(2)),),
    )
    problem = large(layer)
    solution = solve(problem)
    assert solution.status is Status.FEASIBLE
    plan = solution.plan
    assert plan is not None
    assert not broken(check_plan(plan))
    coverage, shortfall, travel = plan.stages
    assert not any(stage.proven for stage in plan.stages)
    assert 0.5 < coverage.value <= coverage.bound < 0.95
    assert 0 < shortfall.bound <= shortfall.value == pytest.approx(plan.shortfall_hours)
    assert travel.value == pytest.approx(plan.travel_hours)
    # The same problem gives the same plan, and one with a reference of few changes keeps that.
    again = solve(problem).plan
    assert again is not None
    assert (again.layers, again.stages) == (plan.layers, plan.stages)


@pytest.mark.usefixtures("briefly")
def test_few_changes_and_districts_in_pieces_are_kept_in_large_counties() -> None:
    first = solve(large(Layer("one", Fraction(8), (KI,), connected=False))).plan
    assert first is not None
    reference = tuple(frozenset(district.municipalities) for district in first.layers[0].districts)
    more_posts = Layer(
        "one", Fraction(10), (KI,), connected=False, reference=reference, changes_maximum=3, districts_maximum=6
    )
    plan = solve(large(more_posts)).plan
    assert plan is not None
    assert not broken(check_plan(plan))


@pytest.mark.usefixtures("briefly")
def test_what_no_plan_can_keep_is_proven_or_said_to_be_open() -> None:
    hopeless = large(Layer("one", Fraction(2), (KI,), minimum_hours=5.0))
    assert solve(hopeless).status is Status.INFEASIBLE
    pair = (("05999000", "05999001"),)
    contradiction = large(Layer("one", Fraction(8), (KI,), together=pair, apart=pair))
    assert solve(contradiction).status is Status.INFEASIBLE
    # From six hubs not everyone is reached.
    assert solve(large(Layer("one", Fraction(8), (KI,), max_drive_minutes=7.0))).status is Status.INFEASIBLE
    # Seven who must be apart from each other, in six districts: no bound by hours tells.
    seven = tuple(combinations([f"0599900{place}" for place in range(7)], 2))
    with pytest.raises(NoPlanInTime):
        solve(large(Layer("one", Fraction(8), (KI,), apart=seven)))


@pytest.mark.usefixtures("briefly")
def test_layers_of_a_large_county_follow_one_another_under_a_bound_for_all() -> None:
    layers = [Layer(name, Fraction(5), (KI,), minimum_hours=hours) for name, hours in (("one", 0.0), ("two", 1.0))]
    plan = solve(large(*layers)).plan
    assert plan is not None
    assert not broken(check_plan(plan))
    coverage, shortfall, _ = plan.stages
    assert coverage.value == plan.reached <= coverage.bound
    assert shortfall.bound <= shortfall.value == plan.shortfall_hours


@pytest.mark.usefixtures("briefly")
def test_no_time_leaves_the_best_until_then() -> None:
    problem = large(Layer("one", Fraction(8), (KI,)))
    with pytest.raises(NoPlanInTime):
        solve(problem, time_limit=0.0)


def test_questions_that_go_through_all_districts_say_at_once_that_they_cannot() -> None:
    problem = large(Layer("one", Fraction(8), (KI,)))
    asked: list[Callable[[Problem], object]] = [rank, alternatives, frontier, prices, situation_of]
    for ask in asked:
        with pytest.raises(TooLarge):
            ask(problem)
    # What is given needs no districts to be gone through.
    towns = tuple(town.ags for town in problem.municipalities)
    (plan,) = evaluated(problem, [[GivenDistrict("ki", towns, Fraction(8))]])
    assert plan.reached > 0


def test_where_the_proof_does_not_end_in_time_the_search_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_STEPS", "MORE_STEPS", "SHORT_STEPS"):
        monkeypatch.setattr(decide, name, 1000)
    problem = row_of(9)
    best = solve(problem).plan
    monkeypatch.setattr(solving, "MAYBE_LARGE", 9)
    # In time it is proven all the same.
    in_time = solve(problem, time_limit=3600).plan
    assert best is not None
    assert in_time is not None
    assert (in_time.layers, in_time.stages) == (best.layers, best.stages)
    monkeypatch.setattr(solving, "EXACT", 0.0)
    found = solve(problem, time_limit=3600).plan
    assert found is not None
    assert not broken(check_plan(found))
    assert found.stages[0].value <= best.stages[0].value * (1 + EQUAL)
    assert found.stages[0].bound >= best.stages[0].value * (1 - EQUAL)
    assert found.stages[1].bound <= best.stages[1].value + 1e-6
