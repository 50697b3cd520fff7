"""The joint decision on the county of Coesfeld: figures proven before by other means, and what a time limit leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.joint.decide import JointPlan, solve_jointly
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.solve import solve
from optimizer.solver import Deadline
from scenarios import SCENARIOS
from scenarios.assemble import load_problem

#: Existing hours per week as counted when the methods were found, by the last digits of the key.
EXISTING = {
    "004": 2.7911309809928526, "008": 6.857013612190961, "012": 36.490431898389204, "016": 4.397629789667662,
    "020": 0.8463175954756307, "024": 5.382283283716002, "028": 1.4341328070198691, "032": 1.6232445828302726,
    "036": 1.8112354574713088, "040": 0.8171983224248586, "044": 5.799381669821383,
}  # fmt: skip


def first_edition(name: str) -> Problem:
    """A shipped scenario as it was: without presence, with the existing hours of then."""
    problem = load_problem(SCENARIOS / f"{name}.yaml").problem
    towns = (replace(town, existing_hours=EXISTING[town.ags[-3:]]) for town in problem.municipalities)
    layers = (replace(layer, minimum_hours=0.0, minimum_hours_of={}) for layer in problem.layers)
    return replace(problem, municipalities=tuple(towns), layers=tuple(layers))


def without_sizes(problem: Problem) -> Problem:
    """The problem with the districts of the first layer given, but not how many posts they have."""
    first, second = problem.layers
    return replace(
        problem, layers=(replace(first, plan=tuple(replace(row, fte=None) for row in first.plan or ())), second)
    )


def figures(problem: Problem, found: JointPlan) -> list[float]:
    """The highest lowest coverage, and what the plan has: lowest coverage, shortfall, travel."""
    assert all(stage.proven for stage in found.stages)
    plan = Plan(problem, found.layers)
    assert plan.lowest_coverage is not None
    return [found.stages[0].value, plan.lowest_coverage, plan.shortfall_hours, plan.travel_hours]


@pytest.mark.slow
def test_own_posts_and_districts_of_the_ki() -> None:
    problem = first_edition("modell-3-kommunen")
    found = figures(problem, solve_jointly(problem, None, Deadline(None)))
    assert found == pytest.approx([0.90506, 0.88765, 27.325, 1.325], abs=1e-3)


@pytest.mark.slow
def test_two_layers_of_districts() -> None:
    problem = first_edition("kommunen-frei")
    found = figures(problem, solve_jointly(problem, None, Deadline(None)))
    assert found == pytest.approx([0.92934, 0.91579, 32.825, 8.825], abs=1e-3)


def test_given_districts_with_free_sizes() -> None:
    problem = without_sizes(first_edition("kommunen-2023"))
    found = figures(problem, solve_jointly(problem, None, Deadline(None)))
    assert found == pytest.approx([0.90502, 0.88547, 45.410, 21.410], abs=1e-3)


def test_with_hardly_any_time_there_is_a_plan_with_bounds_that_hold() -> None:
    # The optimum is known from the test above: no bound may cut it off. The start has the posts of 2023.
    given = first_edition("kommunen-2023")
    problem = without_sizes(given)
    first = solve(given).plan
    assert first is not None
    layers = (replace(first.layers[0], layer=problem.layers[0]), first.layers[1])
    found = solve_jointly(problem, layers, Deadline(0.0))
    lowest, shortfall, travel = found.stages
    assert not lowest.proven
    assert lowest.bound >= 0.90501
    assert shortfall.bound <= 45.410
    assert travel.bound <= 21.410
    plan = Plan(problem, found.layers)
    assert plan.lowest_coverage == pytest.approx(first.lowest_coverage)
    assert plan.shortfall_hours == pytest.approx(first.shortfall_hours)
