"""Counting plans: against the list of all, on the real county, and beyond what floating point holds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache

import exhaustive
import numpy as np
import pytest
from explore_plans import CLOSE, MANY, SOME, every_plan
from hypothesis import assume, given
from hypothesis import strategies as st
from random_problems import problems, tiny_problems

from optimizer.explore import cover
from optimizer.explore.rank import Rank, rank
from optimizer.explore.situation import Infeasible, NoPlanInTime, TooLarge, situation_of
from optimizer.explore.table import Table
from optimizer.problem import GivenDistrict, Pin, Problem
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from tests.optimizer.test_columns import county

HALF = Fraction(1, 2)


def assert_counted(problem: Problem, found: Rank, plans: list[exhaustive.LayerPlan]) -> None:
    assert found.plans == len(plans)
    assert found.highest_coverage == pytest.approx(max(plan.lowest_coverage for plan in plans))
    assert sum(bar.plans for bar in found.bars) == len(plans)
    for bar in found.bars:
        # Which bar a plan on its edge falls into is a matter of rounding.
        inside = [p for p in plans if bar.low + CLOSE <= p.lowest_coverage < bar.high - CLOSE]
        around = [p for p in plans if bar.low - CLOSE <= p.lowest_coverage < bar.high + CLOSE]
        assert len(inside) <= bar.plans <= len(around)
    assert problem.layers[0].plan is None or found.standing is None


def assert_standing(
    problem: Problem, found: Rank, plans: list[exhaustive.LayerPlan], one: exhaustive.LayerPlan
) -> None:
    standing = found.standing
    assert standing is not None
    lowest = one.lowest_coverage
    better = sum(1 for plan in plans if plan.lowest_coverage > lowest * (1 + CLOSE))
    equal = sum(1 for plan in plans if abs(plan.lowest_coverage - lowest) <= lowest * CLOSE)
    assert (standing.better, standing.equal) == (better, equal)
    assert standing.worse == len(plans) - better - equal
    window = found.highest_coverage - problem.fairness_tolerance
    rivals = [plan for plan in plans if plan.lowest_coverage >= window * (1 - CLOSE)]
    before = 0
    if lowest < window * (1 - CLOSE):
        before, rivals = better, [plan for plan in plans if abs(plan.lowest_coverage - lowest) <= lowest * CLOSE]
    less = sum(1 for plan in rivals if plan.shortfall < one.shortfall - 0.001)
    level = sum(1 for plan in rivals if abs(plan.shortfall - one.shortfall) <= 0.001)
    assert (standing.before, standing.level) == (before + less, level)


@given(tiny_problems(given=False), st.data())
@MANY
def test_counts_and_standings_are_those_of_the_list_of_all_plans(problem: Problem, data: st.DataObject) -> None:
    plans = every_plan(problem)
    if not plans:
        with pytest.raises(Infeasible):
            rank(problem)
        return
    one = data.draw(st.sampled_from(plans))
    # Differences of shortfall near the tolerance of 0.001 hours are a matter of rounding.
    assume(all(abs(abs(plan.shortfall - one.shortfall) - 0.001) > CLOSE for plan in plans))
    # Coverages of some plans, of none, and more of them than are counted together.
    elsewhere = [*data.draw(st.lists(st.floats(0, 3), max_size=20)), 0.0, math.inf, one.lowest_coverage]
    assume(all(abs(p.lowest_coverage - c) > c * CLOSE for p in plans for c in elsewhere[:-1]))
    found = rank(problem, plan=[team.row() for team in one.teams], coverages=elsewhere)
    assert_counted(problem, found, plans)
    assert_standing(problem, found, plans, one)
    assert found.better == tuple(
        sum(1 for plan in plans if plan.lowest_coverage > coverage * (1 + CLOSE)) for coverage in elsewhere
    )
    assert found.standing is not None
    assert found.standing.is_among
    assert found.standing.level is not None
    assert found.standing.level >= 1


@given(problems(most_towns=4, most_units=4, most_employers=2, most_layers=2, given=False))
@SOME
def test_a_later_layer_counts_with_the_hours_of_the_earlier_one(problem: Problem) -> None:
    assume(len(problem.layers) == 2)
    try:
        situation = situation_of(problem, 1)
    except Infeasible:
        assert not every_plan(problem)
        return
    rows = [[GivenDistrict(d.employer, d.municipalities, d.fte, d.hub) for d in situation.done[0].districts]]
    plans = every_plan(problem, 1, exhaustive.evaluate_plan(problem, rows))
    if plans:
        assert_counted(problem, rank(problem, layer=1), plans)
    else:
        with pytest.raises(Infeasible):
            rank(problem, layer=1)


@given(tiny_problems(given=False), st.data())
@SOME
def test_a_plan_that_breaks_rules_has_a_standing_but_is_none_of_them(problem: Problem, data: st.DataObject) -> None:
    plans = every_plan(problem)
    assume(plans)
    one = data.draw(st.sampled_from(plans))
    far = replace(one.teams[0].row(), fte=one.teams[0].fte + problem.layers[0].step)
    rows = [far, *(team.row() for team in one.teams[1:])]
    figures = exhaustive.evaluate_plan(problem, [rows])[0]
    assume(all(abs(abs(plan.shortfall - figures.shortfall) - 0.001) > CLOSE for plan in plans))
    found = rank(problem, plan=rows)
    assert_standing(problem, found, plans, figures)
    assert found.standing is not None
    assert not found.standing.is_among


@pytest.mark.parametrize(
    ("rows", "among"),
    [
        ([("ki", "ab", "3/2", "a"), ("ki", "c", "1/2", "c")], True),
        ([("ki", "ab", "3/2", "b"), ("ki", "c", "1/2", "c")], False),
        ([("ki", "a", "3/2", "a"), ("ki", "c", "1/2", "c")], False),
        ([("ki", "ab", "3/2", "a"), ("ki", "bc", "1/2", "c")], False),
        ([("ki", "abc", "2", "b")], False),
        ([("ki", "ac", "1", "a"), ("ki", "b", "1", "b")], False),
    ],
    ids=["a plan", "another hub", "one left out", "overlapping", "too few districts", "torn"],
)
def test_which_plans_are_among_those_counted(rows: list[tuple[str, str, str, str]], among: bool) -> None:
    problem = county((0.5, 0.3, 0.2), step=HALF, districts_minimum=2)
    plan = [GivenDistrict(employer, tuple(towns), Fraction(fte), hub) for employer, towns, fte, hub in rows]
    standing = rank(problem, plan=plan).standing
    assert standing is not None
    assert standing.is_among is among


@given(tiny_problems(given=False), st.data())
@SOME
def test_pins_hold_for_every_plan_counted(problem: Problem, data: st.DataObject) -> None:
    plans = every_plan(problem)
    assume(plans)
    team = data.draw(st.sampled_from(data.draw(st.sampled_from(plans)).teams))
    towns = frozenset(data.draw(st.lists(st.sampled_from(team.towns), min_size=1, unique=True)))
    pin = Pin(towns, team.employer, data.draw(st.sampled_from([None, team.fte])))
    pinned = replace(problem, layers=(replace(problem.layers[0], pins=(pin,)), *problem.layers[1:]))
    kept = [
        plan
        for plan in plans
        if any(
            towns <= set(team.towns) and team.employer == pin.employer and pin.fte in (None, team.fte)
            for team in plan.teams
        )
    ]
    assert rank(pinned).plans == len(kept)


def test_nothing_is_ordered_where_it_would_take_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = county((0.5, 0.3, 0.2), step=HALF)
    monkeypatch.setattr("optimizer.explore.rank.MOST_ORDERED", 0)
    standing = rank(problem, plan=[GivenDistrict("ki", ("a", "b", "c"), Fraction(2), "a")]).standing
    assert standing is not None
    assert (standing.before, standing.level) == (None, None)
    assert standing.better + standing.equal + standing.worse == rank(problem).plans


def test_limits_are_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = county((0.5, 0.3, 0.2), step=HALF)
    with pytest.raises(NoPlanInTime):
        rank(problem, time_limit=0.0)
    monkeypatch.setattr(cover, "MOST_STEPS", 3)
    with pytest.raises(TooLarge):
        rank(problem)


def test_progress_counts_the_bars() -> None:
    problem = county((0.5, 0.3, 0.2), step=HALF)
    seen: list[tuple[int, int]] = []
    found = rank(problem, bars=7, progress=lambda done, all_: seen.append((done, all_)))
    assert seen[0][0] == 0
    assert len(found.bars) <= 7


@given(tiny_problems(given=False), st.integers(2, 10**6))
@SOME
def test_counts_are_exact_however_large(problem: Problem, times: int) -> None:
    """Every column counted ``times`` times: a plan with d districts counts times ** d."""
    plans = every_plan(problem)
    assume(plans)
    situation = situation_of(problem)
    table = Table(situation, situation.columns())
    numbers = table.number(table.reaching(0.0))
    by_districts = Counter(len(plan.teams) for plan in plans)
    expected = sum(count * times**districts for districts, count in by_districts.items())
    assert table.cover.count(np.array([numbers, numbers * times])) == [len(plans), expected]


def test_counts_are_exact_far_beyond_floating_point() -> None:
    problem = county((1 / 6,) * 6, total=4, step=HALF)
    situation = situation_of(problem)
    table = Table(situation, situation.columns())
    numbers = table.number(table.reaching(0.0))
    large = 10**8 + 1
    exact = [table.cover.count(numbers[None] * factor)[0] for factor in range(1, 8)]
    # The count is a polynomial in the factor of degree 6 or less: its values at 1 .. 7 give the value anywhere.
    expected = Fraction(0)
    for i, value in enumerate(exact, start=1):
        term = Fraction(value)
        for j in range(1, 8):
            if j != i:
                term *= Fraction(large - j, i - j)
        expected += term
    assert expected > 2**100
    assert table.cover.count(numbers[None] * large) == [expected]


@cache
def modell_1() -> Problem:
    return load_problem(SCENARIOS / "modell-1-zentral.yaml").problem


def counted(problem: Problem) -> Callable[[float], int]:
    """How many plans of the first layer reach a coverage: who is with whom, how the posts are shared out, and whose
    they are, counted without the program."""
    layer = problem.layers[0]
    columns: dict[int, list[tuple[int, int, float]]] = {}
    for team in exhaustive.columns(problem, 0):
        mask = sum(1 << problem.index[ags] for ags in team.towns)
        columns.setdefault((mask & -mask).bit_length() - 1, []).append(
            (mask, int(team.fte / layer.step), team.coverage)
        )

    def count(least: float) -> int:
        @cache
        def ways(covered: int, units: int, districts: int) -> int:
            if covered == 2**11 - 1:
                return int(units == layer.units and districts >= layer.districts_minimum)
            lowest = (~covered & (covered + 1)).bit_length() - 1
            return sum(
                ways(covered | mask, units + size, districts + 1)
                for mask, size, coverage in columns[lowest]
                if not mask & covered
                and units + size <= layer.units
                and districts < layer.districts_maximum
                and coverage >= least
            )

        return ways(0, 0, 0)

    return count


def test_the_plans_of_the_real_county() -> None:
    problem = modell_1()
    count = counted(problem)
    found = rank(problem)
    assert found.plans == count(0.0) == 2_134_671
    assert [sum(bar.plans for bar in found.bars if bar.low >= low - CLOSE) for low in (0.5, 0.7, 0.8)] == [
        count(0.5), count(0.7), count(0.8)
    ]  # fmt: skip


@pytest.mark.slow
def test_the_plan_of_2023_among_all_with_the_same_posts() -> None:
    problem = load_problem(SCENARIOS / "kommunen-frei.yaml").problem
    real = load_problem(SCENARIOS / "kommunen-2023.yaml").problem
    plan = real.layers[0].plan
    assert plan is not None
    first = situation_of(real).evaluated(plan)
    found = rank(problem, plan=plan, coverages=[first.lowest_coverage])
    assert found.standing is not None
    assert found.standing.is_among
    assert found.standing.better + found.standing.equal + found.standing.worse == found.plans
    count = counted(problem)
    better = count(first.lowest_coverage + CLOSE)
    assert (found.plans, found.standing.better) == (count(0.0), better) == (48_682_293, 10_673_956)
    assert found.better == (better,)
