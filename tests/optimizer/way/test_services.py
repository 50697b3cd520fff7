"""What the posts of services do to the best districts: each case as the program decides it, the answer that decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest
from explore_plans import Districts, districts_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_problems import problems

from optimizer.explore.situation import Infeasible, TooLarge
from optimizer.explore.workers import Cancelled
from optimizer.problem import Ags, Problem
from optimizer.solve import solve
from optimizer.solver import Solver
from optimizer.way.services import CLOSE, Case, Side, Staff, StaffEffect, services
from tests.optimizer.test_columns import county

HIGHS = Solver.HIGHS


@pytest.fixture(name="thread")
def one_thread() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


@dataclass(frozen=True)
class Counted:
    """Existing hours of a problem, with so many of each service at one municipality beyond its posts of now."""

    hours: Mapping[Ags, float]
    places: tuple[Ags, ...]
    now: tuple[float, ...]

    def __call__(self, posts: Sequence[float]) -> Mapping[Ags, float]:
        found = dict(self.hours)
        for ags, have, had in zip(self.places, posts, self.now, strict=True):
            found[ags] += 10 * (have - had)
        return found


def counted(problem: Problem, places: Sequence[Ags], staff: Sequence[Staff]) -> tuple[Problem, Counted]:
    """A problem that has the services' hours of now."""
    now = {ags: 10 * sum(s.now for s, at in zip(staff, places, strict=True) if at == ags) for ags in places}
    towns = tuple(
        replace(town, existing_hours=town.existing_hours + now.get(town.ags, 0.0)) for town in problem.municipalities
    )
    existing = Counted({t.ags: t.existing_hours for t in towns}, tuple(places), tuple(s.now for s in staff))
    return replace(problem, municipalities=towns), existing


def best(problem: Problem, existing: Counted, posts: Sequence[float]) -> Districts | None:
    """The best districts as the program finds them."""
    hours = existing(posts)
    towns = tuple(replace(town, existing_hours=hours[town.ags]) for town in problem.municipalities)
    plan = solve(replace(problem, municipalities=towns), solver=HIGHS).plan
    return None if plan is None else districts_of(plan)


@given(problems(most_towns=5, most_layers=1, given=False), st.data())
@settings(deadline=None, max_examples=6, suppress_health_check=list(HealthCheck), derandomize=True)
def test_every_case_is_the_programs(problem: Problem, data: st.DataObject) -> None:
    present = [town.ags for town in problem.municipalities if town.taking_part]
    places = data.draw(st.lists(st.sampled_from(present), min_size=1, max_size=2))
    staff = [Staff(0.0, 4.0, data.draw(st.sampled_from([0.0, 1.0, 4.0]))) for _ in places]
    problem, existing = counted(problem, places, staff)
    with ThreadPoolExecutor(1) as thread:
        try:
            found = services(problem, staff, existing, draws=1, solver=HIGHS, executor=thread)
        except Infeasible:
            assert solve(problem, solver=HIGHS).plan is None
            return
    now = [one.now for one in staff]
    assert found.now == best(problem, existing, now)
    assert len(found.corners) == 2 ** len(staff)
    for case in found.cases:
        assert case.districts == best(problem, existing, case.posts)
    for position, holding in enumerate(found.holdings):
        assert holding is not None
        for change in (holding.fewer, holding.more):
            if change is not None:
                assert 0 < abs(change.posts - change.unchanged) <= CLOSE
                at, before = ([*now[:position], x, *now[position + 1 :]] for x in (change.posts, change.unchanged))
                assert best(problem, existing, at) == change.districts != found.now
                assert best(problem, existing, before) == found.now


def two_ways() -> tuple[Problem, Counted, list[Staff]]:
    """Three towns in a row: the one in the middle goes with whom has less of its own; of two services one matters."""
    problem = county((0.4, 0.3, 0.3), total=2, step=Fraction(1), districts_minimum=2, districts_maximum=2)
    staff = [Staff(0.0, 3.0, 0.0), Staff(0.0, 0.01, 0.0)]
    problem, existing = counted(problem, ["a", "b"], staff)
    return problem, existing, staff


def test_one_answer_decides(thread: Executor) -> None:
    problem, existing, staff = two_ways()
    seen: list[tuple[int, int]] = []
    found = services(
        problem, staff, existing, draws=40, executor=thread, progress=lambda done, whole: seen.append((done, whole))
    )
    assert (found.complete, len(found.draws), len(found.corners)) == (True, 40, 4)
    assert seen[-1][0] == seen[-1][1]
    first, second = found.holdings
    assert first is not None
    assert second is not None
    assert second.holds
    turns = [one for one in (first.fewer, first.more) if one is not None]
    assert turns
    decisive = found.decisive
    assert decisive is not None
    assert decisive.service == 0
    assert decisive.foretold == 40
    assert decisive.threshold == pytest.approx(turns[0].posts, abs=0.2)
    again = services(problem, staff, existing, draws=40, executor=thread)
    assert again == found
    # Where nothing changes no answer decides.
    still = services(problem, [Staff(0.0, 0.01, 0.0)] * 2, existing, draws=10, executor=thread)
    assert (still.same(still.cases), still.decisive) == (14, None)
    assert services(problem, [], Counted(existing.hours, (), ()), executor=thread).complete


def test_chance_alone_is_no_answer() -> None:
    now, other = frozenset({frozenset("ab")}), frozenset({frozenset("a"), frozenset("b")})
    staff = (Staff(0.0, 1.0, 0.0),)

    def of(pattern: str) -> StaffEffect:
        cases = tuple(
            Case(number, (number / 100,), now if mark == "=" else other) for number, mark in enumerate(pattern)
        )
        return StaffEffect(staff, now, (None,), cases, 0, len(cases), 1)

    assert of("=" * 99 + "!").decisive is None
    decisive = of("=" * 50 + "!" * 50).decisive
    assert decisive is not None
    assert decisive.threshold == pytest.approx(0.495)
    assert decisive.below == Side(50, now, 50)
    assert decisive.above == Side(50, other, 50)


def test_ends_are_told(thread: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    problem, existing, staff = two_ways()
    # What was begun by then is waited for.
    with suppress(Cancelled):
        assert not services(problem, staff, existing, draws=40, executor=thread, cancel=lambda: True).complete
    monkeypatch.setattr("optimizer.explore.situation.is_large", lambda _: True)
    with pytest.raises(TooLarge):
        services(problem, staff, existing, executor=thread)
    with pytest.raises(ValueError, match="posts"):
        Staff(2.0, 1.0, 1.5)
