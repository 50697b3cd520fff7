"""How much there is to go through: counted where that is quick, else estimated without bias, and told beforehand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random
from statistics import fmean

import pytest
from hypothesis import given, settings

from exploring.query import Means, Subject
from exploring.question import Question
from exploring.questions.frontier import FrontierQuery
from exploring.questions.prices import PricesQuery
from exploring.unanswered import Unanswered
from optimizer.districts import Growth, connected_sets
from optimizer.explore import size
from optimizer.explore.size import estimated
from optimizer.plan import Plan
from optimizer.problem import Layer, Municipality, Problem
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from tests.optimizer.test_columns import KI
from tests.optimizer.test_districts import growths
from translation import translate
from wording.explore import told


@given(growths())
@settings(deadline=None, max_examples=60, derandomize=True)
def test_sets_are_counted_where_they_are_few(growth: Growth) -> None:
    nothing = [[0.0] * len(growth.neighbours)] * len(growth.neighbours)
    growth = replace(growth, cost=nothing, detour=nothing, budget=0.0, allowance=nothing[0])
    assert estimated(growth, Random(1)) == len(list(connected_sets(growth)))


def row_of(towns: int) -> Problem:
    """Towns one after the other, each half an hour from every other."""
    names = [f"{number:02}" for number in range(towns)]
    return Problem(
        municipalities=tuple(Municipality(name, 1 / towns) for name in names),
        minutes={(a, b): 30.0 for a in names for b in names if a != b},
        neighbours={a: frozenset(b for b in names if abs(int(a) - int(b)) == 1) for a in names},
        layers=(
            Layer("one", Fraction(4), hours_per_week=40.0, step=Fraction(1), employers=(KI,), districts_minimum=1),
        ),
    )


def test_an_estimate_is_right_on_average(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = row_of(14)
    every = 14 * 15 / 2
    exact = size.size(problem)
    assert exact is not None
    assert (exact.districts, exact.teams) == (every, 4 * every)
    assert size.size(row_of(12)) is None
    source = size.ColumnSource(problem, problem.layers[0], size.Service(problem, problem.layers[0]), 0)
    assert source.hub_columns is not None
    growth = source.hub_columns.growth
    monkeypatch.setattr(size, "KEPT", 4)
    guesses = [estimated(growth, Random(seed)) for seed in range(300)]
    assert min(guesses) < every < max(guesses)
    assert fmean(guesses) == pytest.approx(every, rel=0.1)


def test_what_is_too_large_is_said_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load_problem(SCENARIOS / "modell-1-zentral.yaml")
    about = Subject(replace(loaded, problem=row_of(14)), Plan(loaded.problem, ()), 0)
    assert told.size_remarks(about, Question.FRONTIER) == ()
    assert told.size_remarks(about, Question.PRICES) == ()
    monkeypatch.setattr(size, "SECONDS", 0.1)
    (long,) = told.size_remarks(about, Question.FRONTIER)
    assert translate(long, "de") == (
        "Die Regeln lassen hier etwa 100 Bezirke zu, und diese Frage geht sie alle durch: "
        "etwa 42 s auf einem Prozessor."
    )
    monkeypatch.setattr(size, "MOST_DISTRICTS", 100)

    def begun(*_: object, **__: object) -> None:
        raise AssertionError("begun")

    monkeypatch.setattr("exploring.questions.frontier.frontier", begun)
    assert FrontierQuery().ask(about, Means()) is Unanswered.TOO_LARGE
    (refused,) = told.size_remarks(about, Question.FRONTIER)
    assert "about 100 districts" in translate(refused, "en")
    assert not PricesQuery.of_all
