"""What each further change of district brings: against all plans, one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

import exhaustive
import pytest
from explore_plans import CLOSE, FEW, SOME, every_plan, teams, teams_of
from hypothesis import given
from hypothesis import strategies as st
from random_problems import tiny_problems

from optimizer.explore.situation import Infeasible, NoPlanInTime, with_layer
from optimizer.problem import Ags, Problem
from optimizer.stages import SHORTFALL_TOLERANCE
from optimizer.way.change import Change, Point, change
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from tests.optimizer.test_columns import county

#: Of the cost of changes, and of hours: what the tolerances of the stages leave open.
NEARLY = 2e-6


def against(problem: Problem, reference: Sequence[frozenset[Ags]]) -> Problem:
    """The problem with a reference, without a limit to what changes."""
    rules = replace(problem.layers[0], reference=tuple(reference), changes_maximum=None)
    return with_layer(problem, 0, rules)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Problem, list[frozenset[Ags]]]:
    """A problem, and districts that some of its municipalities are in."""
    problem = draw(tiny_problems(given=False))
    towns = [town.ags for town in problem.municipalities]
    of = draw(st.lists(st.integers(0, 3), min_size=len(towns), max_size=len(towns)))
    parts = [frozenset(ags for ags, part in zip(towns, of, strict=True) if part == k) for k in range(3)]
    return problem, [part for part in parts if part] or [frozenset(towns)]


def assert_complete(
    points: Sequence[Point],
    plans: Sequence[exhaustive.LayerPlan],
    worse: Callable[[Point | exhaustive.LayerPlan], float],
    equal: float,
) -> None:
    """``worse``: the figure that is to be small; what is within ``equal`` counts as the same."""
    for plan in plans:
        # Whatever the plan, with as few changes a point is as good.
        assert any(p.count <= count_of(plan) and worse(p) <= worse(plan) + equal + CLOSE for p in points)
    for point in points:
        # And no plan is as good as a point and changes less, be it municipalities or key.
        cost = point.count + point.key / 2
        as_good = [plan for plan in plans if worse(plan) <= worse(point) + CLOSE]
        assert cost == pytest.approx(min(plan.changes for plan in as_good), abs=NEARLY)
    assert [p.count for p in points] == sorted({p.count for p in points})
    assert all(worse(later) < worse(one) - equal for one, later in pairwise(points))


def count_of(plan: exhaustive.LayerPlan) -> int:
    return int(plan.changes)


@given(questions())
@SOME
def test_points_are_those_of_all_plans(question: tuple[Problem, list[frozenset[Ags]]]) -> None:
    problem, reference = question
    plans = every_plan(against(problem, reference))
    if not plans:
        with pytest.raises(Infeasible):
            change(problem, reference)
        return
    found = change(problem, reference)
    assert found.complete
    assert_complete(
        found.coverage, plans, lambda plan: -(plan.coverage if isinstance(plan, Point) else plan.lowest_coverage), 0.0
    )
    assert_complete(
        found.shortfall,
        plans,
        lambda plan: plan.hours if isinstance(plan, Point) else plan.shortfall,
        SHORTFALL_TOLERANCE,
    )
    # Of those that change as little the one with the fewest missing hours.
    for point in found.coverage:
        cost = point.count + point.key / 2 + NEARLY
        tied = [p.shortfall for p in plans if p.lowest_coverage >= point.coverage - CLOSE and p.changes <= cost]
        assert point.hours == pytest.approx(min(tied), abs=CLOSE)
    allowed = set(map(teams, plans))
    for point in (*found.coverage, *found.shortfall):
        assert teams_of(point.plan) in allowed
        assert (point.plan.reached, point.plan.shortfall_hours) == pytest.approx((point.coverage, point.hours))
    assert found.highest == pytest.approx(found.coverage[-1].coverage)
    assert found.fewest == pytest.approx(found.shortfall[-1].hours, abs=SHORTFALL_TOLERANCE + CLOSE)


@cache
def nobody_changes() -> Change:
    # Far apart: each for itself is best, and it is so already.
    problem = county((1 / 3,) * 3, total=3, districts_maximum=3)
    return change(problem, [frozenset("a"), frozenset("b"), frozenset("c")])


def test_nobody_has_to_change_for_the_best_plan() -> None:
    found = nobody_changes()
    assert [(p.count, p.key) for p in (*found.coverage, *found.shortfall)] == [(0, 0.0)] * 2


def test_the_time_ends_the_search() -> None:
    problem = county((0.4, 0.3, 0.3))
    with pytest.raises(NoPlanInTime):
        change(problem, [frozenset("abc")], time_limit=0.0)
    seen: list[tuple[int, int]] = []
    found = change(problem, [frozenset("abc")], progress=lambda done, of: seen.append((done, of)))
    assert seen == [(most, 4) for most in range(found.looked_at + 1)]


def test_from_the_districts_of_2023() -> None:
    before = load_problem(SCENARIOS / "kommunen-2023.yaml").problem.layers[0].plan or ()
    found = change(load_problem(SCENARIOS / "modell-1-zentral.yaml").problem, [row.municipalities for row in before])
    figures = [(p.count, round(p.key, 3), round(p.coverage, 4), round(p.hours, 2)) for p in found.coverage]
    assert figures == [(0, 0.0, 0.8898, 26.15), (1, 0.083, 0.9115, 27.14), (3, 0.162, 0.9158, 22.19)]
    assert [(p.count, round(p.hours, 2)) for p in found.shortfall] == [
        (0, 26.15),
        (1, 25.14),
        (2, 24.1),
        (3, 22.19),
        (5, 20.15),
    ]


@given(st.lists(st.floats(0.1, 5.0), min_size=1, max_size=6))
@FEW
def test_what_is_recommended_lies_furthest_above_the_straight_line(gains: list[float]) -> None:
    start = nobody_changes().coverage[0]
    points = [start]
    for count, gain in enumerate(gains, start=1):
        who = replace(start.changes, municipalities=tuple("abcdefg"[:count]))
        points.append(replace(start, changes=who, coverage=points[-1].coverage + gain))
    best = replace(nobody_changes(), coverage=tuple(points)).recommended
    share = [(p.coverage - start.coverage) / sum(gains) - p.count / len(gains) for p in points]
    assert max(share) <= 1e-9 or share[best.count] == pytest.approx(max(share))
    assert best is points[-1] or best is not start
