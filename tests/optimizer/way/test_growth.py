"""The way from few posts to many: exactly the path that is best of all paths, by going through all plans."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise

import exhaustive
import pytest
from explore_plans import CLOSE, SOME, districts, districts_of, every_plan, in_order, teams, teams_of
from hypothesis import assume, given
from hypothesis import strategies as st
from random_problems import problems

from optimizer.explore.situation import NoPlanInTime
from optimizer.problem import Problem
from optimizer.solver import Solver
from optimizer.way.growth import growth, with_total
from optimizer.way.path import Conditions
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from tests.optimizer.test_columns import county

HIGHS = Solver.HIGHS
Path = tuple[exhaustive.LayerPlan, ...]
MOST_PATHS = 40_000


def together(plan: exhaustive.LayerPlan) -> frozenset[tuple[str, str]]:
    return frozenset(pair for team in plan.teams for pair in combinations(sorted(team.towns), 2))


def hubs(plan: exhaustive.LayerPlan) -> frozenset[str]:
    return frozenset(team.hub for team in plan.teams)


def paths(plans: Sequence[Sequence[exhaustive.LayerPlan]], conditions: Conditions) -> Iterator[Path]:
    """Every path: who is together was together before, and where asked for nobody has fewer hours than before."""
    if not plans:
        yield ()
        return
    for path in paths(plans[:-1], conditions):
        for plan in plans[-1]:
            if path and not together(plan) <= together(path[-1]):
                continue
            if path and conditions.hubs_stay and not hubs(path[-1]) <= hubs(plan):
                continue
            fewer = (hours < path[-1].hours[ags] - 0.001 for ags, hours in plan.hours.items() if path)
            if conditions.nobody_less and any(fewer):
                continue
            yield *path, plan


def best_of(found: Sequence[Path], problem: Problem) -> list[Path]:
    """By the order of the method page for paths, all that are equally good."""
    highest = max(path[-1].lowest_coverage for path in found)
    left = [p for p in found if p[-1].lowest_coverage >= highest - problem.fairness_tolerance - 1e-9]
    for missing in (
        lambda path: path[-1].shortfall,
        lambda path: sum(plan.shortfall for plan in path[:-1]),
    ):
        least = min(map(missing, left))
        left = [path for path in left if missing(path) <= least + exhaustive.BUDGET_HOURS + 1e-9]
    least = min(sum(plan.travel_hours for plan in path) for path in left)
    return [path for path in left if sum(plan.travel_hours for plan in path) <= least + 1e-6]


def first_of(found: Sequence[Path], problem: Problem) -> Path:
    """The first in the order of keys, step by step."""
    ids = [e.id for e in sorted(problem.layers[0].employers, key=lambda e: (not e.is_ki, e.id))]
    return min(
        found,
        key=lambda path: [sorted((t.towns, ids.index(t.employer), t.fte) for t in plan.teams) for plan in path],
    )


@given(problems(most_towns=5, most_units=4, most_employers=2, given=False, rare=4), st.data())
@SOME
def test_the_path_is_the_best_of_all(problem: Problem, data: st.DataObject) -> None:
    step = problem.layers[0].step
    totals = [step * units for units in data.draw(st.lists(st.integers(1, 5), min_size=2, max_size=3, unique=True))]
    loss = data.draw(st.sampled_from([0.0, 0.0, 0.02, 0.1]))
    conditions = Conditions(data.draw(st.booleans()), data.draw(st.booleans()))
    totals.sort()
    rules = replace(problem.layers[0], limits=(), districts_minimum=1)
    problem = replace(problem, layers=(rules, *problem.layers[1:]), ki_minimum=Fraction(0))
    fair = exhaustive.fair_level(with_total(problem, 0, totals[-1]))
    alone = [every_plan(with_total(problem, 0, total)) for total in totals]
    assume(math.prod(map(len, alone)) <= MOST_PATHS)
    found = growth(problem, totals, loss=loss, conditions=conditions, solver=HIGHS)
    assert found.proven
    assert found.impossible == tuple(total for total, plans in zip(totals, alone, strict=True) if not plans)
    if found.impossible:
        assert not found.found
        return
    reached = []
    for total, plans, one in zip(totals, alone, found.steps, strict=True):
        best = next(in_order(with_total(problem, 0, total), 0, plans, problem.fairness_tolerance, teams))
        assert one.alone is not None
        assert districts_of(one.alone) == districts(best)
        reached.append(best.lowest_coverage)
    # By one yardstick: figures are the same plans' by another.
    one_yardstick = replace(problem, stated_level=fair)
    measured = [every_plan(with_total(one_yardstick, 0, total)) for total in totals]
    whole = list(paths(measured, conditions))
    reached = [one.alone.reached for one in found.steps if one.alone]
    lost = [max(0.0, *(r - p.lowest_coverage for r, p in zip(reached[:-1], path, strict=False))) for path in whole]
    assume(not any(1e-12 < abs(value - loss) < CLOSE for value in lost))
    least = min(lost, default=None)
    if least is None or least > loss + 1e-9:
        assert found.needed == (None if least is None else pytest.approx(least))
        if least is None:
            assert not found.found
            return
    else:
        assert found.needed is None
        least = loss
    left = best_of([path for path, value in zip(whole, lost, strict=True) if value <= least + 1e-9], problem)
    assert found.found
    for one, plan in zip(found.steps, first_of(left, problem), strict=True):
        assert one.plan is not None
        assert teams_of(one.plan) == teams(plan)
        assert one.plan.lowest_coverage == pytest.approx(plan.lowest_coverage)
        assert one.lost_hours == pytest.approx(one.plan.shortfall_hours - one.alone.shortfall_hours, abs=1e-9)


def test_nothing_is_a_step_like_others() -> None:
    problem = county(districts_minimum=2)
    seen: list[tuple[int, int]] = []
    totals = [Fraction(2), Fraction(0), Fraction(1)]
    found = growth(problem, totals, solver=HIGHS, progress=lambda done, of: seen.append((done, of)))
    # One post cannot be in two districts.
    assert (found.impossible, found.found, found.proven) == ((Fraction(1),), False, True)
    assert seen == [(0, 3), (1, 3), (2, 3)]
    found = growth(problem, totals, free_districts=True, solver=HIGHS)
    assert [step.total for step in found.steps] == [0, 1, 2]
    plans = [step.plan for step in found.steps if step.plan]
    assert [plan.on_site_hours for plan in plans[:1]] == [0.0]
    assert [len(plan.layers[0].districts) for plan in plans] == [0, 1, 2]
    assert len({plan.fair_level for plan in plans}) == 1
    assert [step.changes and step.changes.municipalities for step in found.steps] == [None, None, ("b",)]
    assert found.changing == ("b",)


def test_no_path_may_be_left() -> None:
    # The second person's meetings take more than the quarter post brings.
    problem = county((1.0,), total=1, step=Fraction(1, 4), coordination_hours=12.0, districts_minimum=1)
    totals = [Fraction(1), Fraction(5, 4)]
    found = growth(problem, totals, solver=HIGHS)
    assert found.found
    found = growth(problem, totals, conditions=Conditions(nobody_less=True), solver=HIGHS)
    assert (found.found, found.needed, found.impossible, found.proven) == (False, None, (), True)


def test_time_runs_out() -> None:
    with pytest.raises(NoPlanInTime):
        growth(county((0.6, 0.4), total=2, districts_minimum=1), [Fraction(1), Fraction(2)], time_limit=0.0)


def test_the_real_county() -> None:
    problem = load_problem(SCENARIOS / "ausbau-12-stellen.yaml").problem
    found = growth(problem, [Fraction(total) for total in (4, 6, 8, 12)])
    assert (found.proven, found.needed) == (True, None)
    assert [round(step.lost_coverage or 0.0, 4) for step in found.steps] == [0.0, 0.0193, 0.0056, 0.0]
    assert [round(step.lost_hours or 0.0, 2) for step in found.steps] == [2.02, 6.89, 1.9, 0.0]
    # Billerbeck, Coesfeld, Nottuln, Rosendahl
    assert found.changing == ("05558008", "05558012", "05558032", "05558040")
    hours = [step.plan.municipalities for step in found.steps if step.plan]
    for before, now in pairwise(hours):
        # Nobody gets less although nobody asked for that.
        assert all(now[ags].hours >= before[ags].hours for ags in before)
