"""One person away: what two teams then do, against a linear program, and the best served plan, against all plans."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import exhaustive
import numpy as np
import pulp
import pytest
from explore_plans import FEW, every_plan
from hypothesis import given
from hypothesis import strategies as st
from random_problems import tiny_problems

from optimizer.explore import cover
from optimizer.explore.situation import Infeasible, given_rows, situation_of
from optimizer.plan import Plan
from optimizer.problem import GivenDistrict, Problem
from optimizer.solver import Deadline, Solver, run
from optimizer.way.absence import Absences, Served, Unsought, absence, served
from optimizer.way.one_away import Crew, share
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from tests.optimizer.test_columns import county

HIGHS = Solver.HIGHS


@dataclass(frozen=True)
class Shares:
    """Two crews that may meet somewhere or not, one perhaps with nothing to spend, and what is there without them."""

    crews: tuple[Crew, Crew]
    supply: np.ndarray
    weights: np.ndarray
    most: np.ndarray


@st.composite
def shares(draw: st.DrawFn) -> Shares:
    count = draw(st.integers(1, 5))

    def some(*values: float) -> np.ndarray:
        return np.array(draw(st.lists(st.sampled_from(values), min_size=count, max_size=count)))

    hours = st.sampled_from([0.0, 5.0, 17.0, 37.0])
    first, second = (Crew(some(1.0, 1.1, 1.5, 2.0, math.inf), draw(hours)) for _ in range(2))
    return Shares(
        (first, second),
        some(0.0, 0.0, 3.0, 20.0),
        some(0.0, 0.1, 0.2, 0.5),
        some(math.inf, math.inf, 0.0, 2.0, 9.0),
    )


def highest_level(given: Shares, fixed: Mapping[int, float], towns: Sequence[int]) -> float:
    """The lowest level of some towns at its highest where others have fixed hours, by a linear program."""
    model = pulp.LpProblem("share", pulp.LpMaximize)
    level = model.add_variable("level", 0, 1e6)
    spent: list[list[pulp.LpAffineExpression]] = [[], []]
    hours: dict[int, list[pulp.LpVariable]] = {i: [] for i in (*towns, *fixed)}
    for number, crew in enumerate(given.crews):
        for i, mine in hours.items():
            if crew.goes[i]:
                mine.append(model.add_variable(f"h{number}_{i}", 0))
                spent[number].append(crew.cost[i] * mine[-1])
        model.addConstraint(pulp.lpSum(spent[number]) <= crew.to_spend + 1e-9, f"hours{number}")
    for i in towns:
        model.addConstraint(pulp.lpSum(hours[i]) + given.supply[i] - given.weights[i] * level >= 0, f"level{i}")
    for i, amount in fixed.items():
        model.addConstraint(pulp.lpSum(hours[i]) >= amount, f"fixed{i}")
    model.setObjective(level + 0)
    assert run(model, HIGHS, Deadline(None)).has_solution
    return float(level.value())


@given(shares())
@FEW
def test_two_crews_share_as_linear_programs_do(given: Shares) -> None:
    both = share(*given.crews, given.supply, given.weights, given.most)
    hours = both[0] + both[1]
    for crew, mine in zip(given.crews, both, strict=True):
        assert not mine[~crew.goes].any()
        assert (mine >= 0).all()
        assert mine @ np.where(crew.goes, crew.cost, 0.0) <= crew.to_spend + 1e-9
    assert not hours[given.weights == 0].any()
    assert (hours <= given.most + 1e-9).all()
    served = np.flatnonzero((given.weights > 0) & (given.crews[0].goes | given.crews[1].goes)).tolist()
    levels = {i: (given.supply[i] + hours[i]) / given.weights[i] for i in served}
    # Whoever could have more has as much as the lowest of all who could can have, the lowest first.
    left = [i for i in served if hours[i] < given.most[i] - 1e-9]
    while left:
        lowest = min(levels[i] for i in left)
        fixed = {i: float(hours[i]) for i in served if i not in left}
        assert highest_level(given, fixed, left) == pytest.approx(lowest, rel=1e-6, abs=1e-6)
        left = [i for i in left if levels[i] > lowest + 1e-6]


class Oracle:
    """How plans are served while one person is away, from the definition, by halving."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.layer = problem, problem.layers[0]
        self.fair = exhaustive.fair_level(problem)
        self.town = {town.ags: town for town in problem.municipalities}
        self.cost = {
            (hub, ags): 1 + 2 * problem.drive(hub, ags) / 60 / self.layer.block_hours
            for hub in self.town
            for ags in self.town
        }
        self.known: dict[tuple[object, object], float] = {}

    def spend(self, fte: Fraction) -> float:
        return max(0.0, float(fte) * self.layer.hours_per_week - self.layer.coordination_hours * math.ceil(fte))

    def reaches(self, hub: str, town: str) -> bool:
        longest = self.layer.max_drive_minutes
        return self.problem.drive(hub, town) <= (1e9 if longest is None else longest)

    def suffices(self, away: exhaustive.Team, helping: exhaustive.Team | None, coverage: float) -> bool:
        needed = {
            ags: max(0.0, coverage * self.fair * self.town[ags].weight - self.town[ags].existing_hours)
            for ags in (*away.towns, *(helping.towns if helping else ()))
        }
        left = self.spend(away.fte - min(Fraction(1), away.fte))
        theirs = 0.0
        if helping is not None:
            theirs = self.spend(helping.fte) - sum(needed[a] * self.cost[helping.hub, a] for a in helping.towns)
        # What is left of the team goes first where the other would not come or takes longest beside it.
        helped = {ags: helping is not None and self.reaches(helping.hub, ags) for ags in away.towns}
        ratio = {
            ags: self.cost[helping.hub, ags] / self.cost[away.hub, ags] if helping and helped[ags] else math.inf
            for ags in away.towns
        }
        for ags in sorted(away.towns, key=lambda ags: -ratio[ags]):
            mine = min(needed[ags], left / self.cost[away.hub, ags])
            left -= mine * self.cost[away.hub, ags]
            if needed[ags] - mine > 1e-10:
                if not helped[ags] or helping is None:
                    return False
                theirs -= (needed[ags] - mine) * self.cost[helping.hub, ags]
        return theirs >= -1e-10

    def coverage(self, away: exhaustive.Team, helping: exhaustive.Team | None) -> float:
        """The lowest coverage of both districts."""
        key = away.row(), helping and helping.row()
        if key not in self.known:
            low, high = 0.0, 1e3
            for _ in range(50):
                middle = (low + high) / 2
                low, high = (middle, high) if self.suffices(away, helping, middle) else (low, middle)
            self.known[key] = low
        return self.known[key]

    def worst(self, plan: exhaustive.LayerPlan) -> float:
        lowest = [plan.lowest_coverage]
        for place, team in enumerate(plan.teams):
            others = [other for at, other in enumerate(plan.teams) if at != place]
            lowest.append(max(self.coverage(team, helping) for helping in (None, *others)))
        return min(lowest)


def as_given(plan: Plan, problem: Problem) -> exhaustive.LayerPlan:
    return exhaustive.evaluate_plan(problem, [given_rows(plan, 0)])[0]


def assert_best(
    found: Served | None, oracle: Oracle, plans: Sequence[exhaustive.LayerPlan], floor: float = 0.0
) -> None:
    assert found is not None
    assert found.proven
    problem = oracle.problem
    worst = {id(plan): oracle.worst(plan) for plan in plans if plan.lowest_coverage >= floor - 1e-9}
    highest = max(worst.values())
    assert found.worst == pytest.approx(highest, rel=1e-6, abs=1e-8)
    assert found.worst == pytest.approx(oracle.worst(as_given(found.plan, problem)), rel=1e-6, abs=1e-8)
    # Of several the one that the model puts first.
    several = [plan for plan in plans if worst.get(id(plan), -1.0) >= highest - 1e-7]
    most = max(plan.lowest_coverage for plan in several)
    least = min(p.shortfall for p in several if p.lowest_coverage >= most - problem.fairness_tolerance - 1e-9)
    assert found.plan.reached >= most - problem.fairness_tolerance - 1e-6
    assert found.plan.shortfall_hours <= least + exhaustive.BUDGET_HOURS + 1e-5


@given(tiny_problems(given=False, pins=True))
@FEW
def test_the_best_served_plan_is_that_of_all_plans(problem: Problem) -> None:
    plans = every_plan(problem)
    if not plans:
        with pytest.raises(Infeasible):
            situation_of(problem).best()
        return
    oracle, highest = Oracle(problem), max(plan.lowest_coverage for plan in plans)
    asked = situation_of(problem).evaluated([team.row() for team in plans[len(plans) // 2].teams])
    found = absence(problem, asked)
    assert found.own.worst == pytest.approx(oracle.worst(plans[len(plans) // 2]), rel=1e-6, abs=1e-8)
    assert_best(found.within, oracle, plans, max(0.0, highest - problem.fairness_tolerance))
    assert_best(found.of_all, oracle, plans)
    for one in (found.within, found.of_all):
        assert one is not None
        for away in one.absences:
            assert one.worst <= away.lowest_of_all + 1e-9 <= away.lowest + 2e-9
            assert away.stand_in != away.district
            assert (away.stand_in is None) == (away.by_stand_in == 0)


def test_limits_are_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = county((0.4, 0.3, 0.3))
    asked = situation_of(problem).best()
    assert absence(problem, asked, time_limit=0.0) == Absences(served(asked, 0), 0, unsought=Unsought.NO_TIME)
    seen: list[tuple[int, int]] = []
    assert absence(problem, asked, progress=lambda *done: seen.append(done)).of_all is not None
    assert seen == [(0, 2), (1, 2)]
    monkeypatch.setattr(cover, "MOST_STEPS", 1)
    found = absence(problem, asked)
    assert found.unsought is Unsought.TOO_LARGE
    assert found.of_all is None
    assert not found.complete
    # The plan itself is looked at whatever the size of the county.
    assert found.own == served(asked, 0)


def test_a_given_plan_may_break_rules() -> None:
    # The first two districts overlap, and nobody is in any district at all who lives in the last municipality.
    problem = county((0.4, 0.3, 0.2, 0.1))
    a, b, c, d = (town.ags for town in problem.municipalities)
    rows = [GivenDistrict("ki", (a, b), Fraction(1), a), GivenDistrict("ki", (b, c), Fraction(3, 2), c)]
    found = served(situation_of(problem).evaluated(rows), 0)
    first, second = found.absences
    assert (first.left, second.left) == (Fraction(0), Fraction(1, 2))
    assert first.stand_in == 1
    assert {*first.hours} == {*second.hours} == {a, b, c}
    assert found.worst == 0.0
    assert first.lowest > first.lowest_of_all == 0.0
    assert d not in first.hours


def test_the_real_county() -> None:
    problem = load_problem(SCENARIOS / "abruf-4-stellen.yaml").problem
    found = absence(problem, situation_of(problem).best())
    assert found.within is not None
    assert found.of_all is not None
    figures = [
        (round(one.plan.reached, 4), round(one.plan.shortfall_hours, 2), round(one.worst, 4), one.proven)
        for one in (found.own, found.within, found.of_all)
    ]
    assert figures == [(0.8974, 15.42, 0.6071, True), (0.8834, 24.68, 0.7566, True), (0.7794, 22.87, 0.7721, True)]
