"""What is agreed and what is open: every case and every candidate as all plans, one by one, say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

import exhaustive
import pytest
from explore_plans import FEW, districts, districts_of, every_plan, in_order
from hypothesis import assume, given
from hypothesis import strategies as st
from random_problems import tiny_problems

from optimizer.declining import without_town
from optimizer.explore import cover
from optimizer.explore.situation import NoPlanInTime, TooLarge, with_layer
from optimizer.options import Option, What
from optimizer.problem import Problem
from optimizer.solver import Solver
from optimizer.way.agreements import MOST_OPEN, Agreements, agreements
from tests.optimizer.test_columns import county

HIGHS = Solver.HIGHS
Plans = Sequence[exhaustive.LayerPlan]


def plans_of(problem: Problem, options: Sequence[Option], answers: Sequence[bool]) -> tuple[Problem, Plans]:
    """All plans after some answers: those that keep them, of the problem with the rooms and the towns that are left."""
    for option, yes in zip(options, answers, strict=True):
        layer = problem.layers[0]
        if option.what is What.ROOM and not yes:
            everywhere = frozenset(town.ags for town in problem.municipalities)
            employers = (replace(one, hubs=(one.hubs or everywhere) - {option.who}) for one in layer.employers)
            problem = with_layer(problem, 0, replace(layer, employers=tuple(employers)))
    asked = list(zip(options, answers, strict=True))
    absent = [option.who for option, yes in asked if option.what is What.TAKES_PART and not yes]
    rest: Problem | None = problem
    for ags in sorted(absent):
        rest = None if rest is None else without_town(rest, ags)
    if rest is None:
        return problem, []
    return rest, [plan for plan in every_plan(rest) if all(keeps(plan, one, yes, absent) for one, yes in asked)]


def keeps(plan: exhaustive.LayerPlan, option: Option, yes: bool, absent: Sequence[str]) -> bool:
    posts = sum((team.fte for team in plan.teams if team.employer == option.who), Fraction(0))
    pair = {option.who, option.other}
    holding = [pair & set(team.towns) for team in plan.teams]
    match option.what:
        case What.EMPLOYS:
            return posts >= (option.posts or 0) if yes else posts == 0
        case What.TOGETHER if yes and not pair & set(absent):
            return all(len(some) != 1 for some in holding)
        case What.APART if yes:
            return all(len(some) < 2 for some in holding)
    return True


@st.composite
def asked_of(draw: st.DrawFn, problem: Problem) -> list[Option]:
    towns = [town.ags for town in problem.municipalities if town.taking_part]
    layer = problem.layers[0]
    found = []
    for what in draw(st.lists(st.sampled_from(list(What)), min_size=1, max_size=3, unique=True)):
        who, other = draw(st.permutations(towns))[:2] if len(towns) > 1 else (towns[0], None)
        if what is What.EMPLOYS:
            who = draw(st.sampled_from([employer.id for employer in layer.employers]))
        posts = layer.step if what is What.EMPLOYS and draw(st.booleans()) else None
        pair = other if what in (What.TOGETHER, What.APART) else None
        assume(pair is not None or what not in (What.TOGETHER, What.APART))
        found.append(Option(what, who, pair, posts, draw(st.sampled_from([None, None, True, False]))))
    return found


@given(tiny_problems(given=False), st.data())
@FEW
def test_cases_and_candidates_are_those_of_all_plans(problem: Problem, data: st.DataObject) -> None:
    options = data.draw(asked_of(problem))
    # Nobody in no district: whether one without need is in one is then no difference.
    assume(all(town.weight > 0 or not town.taking_part for town in problem.municipalities))
    every_plan(problem)
    found = agreements(problem, options, solver=HIGHS)
    assert [case.answers for case in found.cases] == list(product((True, False), repeat=len(found.open)))
    known = []
    for position, case in enumerate(found.cases):
        answers = [bool(option.agreed) for option in options]
        for place, yes in zip(found.open, case.answers, strict=True):
            answers[place] = yes
        asked, plans = plans_of(problem, options, answers)
        known.append((asked, plans))
        assert (case.plan is None) == (not plans)
        if case.plan is not None:
            best = next(in_order(asked, 0, plans, asked.fairness_tolerance, districts))
            assert districts_of(case.plan) == districts(best)
        for candidate in found.candidates:
            assert_settled(candidate.plans[position], candidate.districts, plans)
    assert_ranked(found)


def assert_settled(plan: object, settled: frozenset[frozenset[str]], plans: Plans) -> None:
    """A candidate has the highest lowest coverage, within the tolerance, that its districts allow; or none do."""
    fitting = []
    for other in plans:
        present = {ags for team in other.teams for ags in team.towns}
        kept = {part for district in settled if (part := district & present)}
        whole = {frozenset(team.towns) for team in other.teams}
        if all(any(part <= one for one in whole) for part in kept) and not any(
            sum(part <= one for part in kept) > 1 for one in whole
        ):
            fitting.append(other)
    assert (plan is None) == (not fitting)
    if plan is not None:
        highest = max(one.lowest_coverage for one in fitting)
        assert highest - 0.02 - 1e-9 <= plan.reached <= highest + 1e-9  # type: ignore[attr-defined]


def assert_ranked(found: Agreements) -> None:
    ranks = [(-sum(plan is not None for plan in one.plans), round(one.worst_loss, 9)) for one in found.candidates]
    assert ranks == sorted(ranks)
    for one in found.candidates:
        losses = [
            case.plan.reached - plan.reached
            for case, plan in zip(found.cases, one.plans, strict=True)
            if case.plan is not None and plan is not None
        ]
        assert one.worst_loss == pytest.approx(max(0.0, *losses))


def test_an_open_answer_matters_where_the_districts_change() -> None:
    problem = county((0.4, 0.3, 0.3), total=3, districts_minimum=2, districts_maximum=2)
    together = Option(What.TOGETHER, "a", "b")
    room = Option(What.ROOM, "c")
    found = agreements(problem, [together, room, replace(room, who="a", agreed=True)], solver=HIGHS)
    assert found.open == (0, 1)
    assert found.agreed is found.cases[-1].plan
    # With a and b together c is by itself, which takes its room.
    assert [case.plan is None for case in found.cases] == [False, True, False, False]
    assert found.possible == 3
    alone, _, free, none = (case.plan and districts_of(case.plan) for case in found.cases)
    assert found.matters == (1 + (alone != free), 1 + (free != none))
    assert sum(plan is not None for plan in found.candidates[0].plans) >= 2


def test_too_many_open_answers_count_as_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = county((0.4, 0.3, 0.3), total=3)
    many = [Option(What.ROOM, ags) for ags in "abcabc"]
    seen: list[tuple[int, int]] = []
    found = agreements(problem, many, progress=lambda *done: seen.append(done), solver=HIGHS)
    assert (found.open, found.left_out) == (tuple(range(MOST_OPEN)), (4, 5))
    assert len(found.cases) == 2**MOST_OPEN
    assert all(done <= of for done, of in seen)
    # Without any room there is no plan.
    assert found.agreed is None
    with pytest.raises(NoPlanInTime):
        agreements(problem, many, time_limit=0.0, solver=HIGHS)
    monkeypatch.setattr(cover, "MOST_STEPS", 1)
    with pytest.raises((TooLarge, NoPlanInTime)):
        agreements(problem, many, time_limit=0.0, solver=HIGHS)
