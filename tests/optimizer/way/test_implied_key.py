"""The key that a plan amounts to: against a grid of all keys, each worked out by the exhaustive search's own teams."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import exhaustive
import pytest
from explore_plans import SOME
from hypothesis import given
from hypothesis import strategies as st
from random_problems import problems

from optimizer.explore.situation import NoPlanInTime, given_rows
from optimizer.problem import Ags, GivenDistrict, Municipality, Problem
from optimizer.solve import solve
from optimizer.solver import Solver
from optimizer.way.implied_key import implied_key
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from tests.optimizer.test_columns import county

HIGHS = Solver.HIGHS
#: Keys of two indicators that are tried, and of three about as many.
STEPS = 24
Indicators = Mapping[str, Mapping[Ags, float]]
Asked = tuple[Problem, int, tuple[GivenDistrict, ...], Indicators, dict[str, float], float]


@st.composite
def asked(draw: st.DrawFn) -> Asked:
    """A plan of the last layer that keeps no rule but by chance, two or three indicators, and a key of these."""
    problem = draw(problems(most_towns=5, given=False))
    towns = [town.ags for town in problem.municipalities]
    layers = []
    for layer in problem.layers:
        rows = [
            GivenDistrict(
                draw(st.sampled_from(layer.employers)).id,
                tuple(draw(st.lists(st.sampled_from(towns), min_size=1, unique=True))),
                layer.step * draw(st.integers(1, 6)),
                draw(st.sampled_from([None, *towns])),
            )
            for _ in range(draw(st.integers(1, 3)))
        ]
        layers.append(replace(layer, plan=tuple(rows)))
    problem = replace(problem, layers=tuple(layers))
    present = [town.ags for town in problem.municipalities if town.taking_part]
    found: dict[str, dict[Ags, float]] = {"equal": {ags: (ags in present) / len(present) for ags in towns}}
    for name in ("foreigners", "area")[: draw(st.integers(1, 2))]:
        sizes = {ags: draw(st.integers(0, 9)) if ags in present else 0 for ags in towns}
        sizes[present[0]] += 1
        found[name] = {ags: size / sum(sizes.values()) for ags, size in sizes.items()}
    stated = {name: draw(st.integers(0, 3)) + (name == "equal") for name in found}
    last = len(problem.layers) - 1
    held = min((t.existing_hours / t.weight for t in problem.municipalities if t.weight > 0), default=0.0)
    spread = held * draw(st.sampled_from([0.0, 0.5, 1.0]))
    plan = solve(problem, solver=HIGHS).plan
    assert plan is not None
    return problem, last, given_rows(plan, last), found, stated, spread


def grid(names: Sequence[str]) -> Iterator[dict[str, float]]:
    steps = STEPS if len(names) == 2 else 6
    for first in range(steps + 1):
        for second in range(steps + 1 - first) if len(names) == 3 else [steps - first]:
            parts = (first, second, steps - first - second)
            yield {name: part / steps for name, part in zip(names, parts, strict=False)}


def lowest(
    problem: Problem,
    layer: int,
    rows: Sequence[GivenDistrict],
    indicators: Indicators,
    key: Mapping[str, float],
    spread: float,
) -> float:
    """The lowest supply per unit of key where the last layer and what is spread follow the key and all else stays."""
    before = exhaustive.evaluate_plan(problem, [rules.plan or () for rules in problem.layers[:layer]])
    had = exhaustive.carried(before)[0]
    total = sum(key.values())
    share = {t.ags: sum(part * indicators[q][t.ags] for q, part in key.items()) / total for t in problem.municipalities}
    towns = []
    for town in problem.municipalities:
        more = spread * (share[town.ags] - town.weight)
        towns.append(replace(town, weight=share[town.ags], existing_hours=max(0.0, town.existing_hours + more)))
    keyed = replace(problem, municipalities=tuple(towns))
    stays, follows = exhaustive.Situation(problem, layer, had), exhaustive.Situation(keyed, layer, had)
    led: dict[Ags, list[float]] = {}
    for row in rows:
        team = follows.serve_as_given(row)
        if team.level is None:
            team = stays.serve_as_given(row)
        for ags, hours in zip(team.towns, team.hours, strict=True):
            led.setdefault(ags, []).append(hours)
    return min(
        (follows.supply[ags] + hours) / weight
        for ags, weight in share.items()
        if weight > 1e-9
        for hours in led.get(ags, [0.0])
    )


@given(asked())
@SOME
def test_no_key_gives_more(drawn: Asked) -> None:
    problem, layer, rows, indicators, stated, spread = drawn
    before = [rules.plan or () for rules in problem.layers[:layer]]
    found = implied_key(problem, [*before, rows], indicators, stated, spread=spread, solver=HIGHS)
    assert found.proven
    assert math.isclose(sum(found.weights.values()), 1)
    assert lowest(problem, layer, rows, indicators, found.weights, spread) == pytest.approx(
        found.level, rel=1e-6, abs=1e-9
    )
    whole = sum(stated.values())

    def apart(key: Mapping[str, float]) -> float:
        return sum(abs(key.get(name, 0.0) - stated[name] / whole) for name in indicators)

    for key in grid(list(indicators)):
        level = lowest(problem, layer, rows, indicators, key, spread)
        assert level <= found.bound * (1 + 1e-6) + 1e-9
        if level >= found.bound * (1 - 1e-9) and found.bound > 0:
            # As good as the best: it is not closer to the stated key.
            assert apart(key) >= apart(found.weights) - 0.01


def test_two_teams_alike_amount_to_the_same_for_each() -> None:
    problem = county((0.6, 0.4), districts_minimum=2)
    rows = [GivenDistrict("ki", ("a",), Fraction(1), "a"), GivenDistrict("ki", ("b",), Fraction(1), "b")]
    indicators = {"people": {"a": 0.6, "b": 0.4}, "equal": {"a": 0.5, "b": 0.5}}
    found = implied_key(problem, [rows], indicators, {"people": 1})
    assert found.weights == pytest.approx({"equal": 1})
    # 38 hours of each team reach people, for half of the key.
    assert (found.level, found.bound) == (pytest.approx(76), pytest.approx(76))
    # Another mixture comes to the same where two indicators do: the stated one stays, else the first.
    same = {"stated": indicators["equal"], "first": indicators["equal"], "equal": indicators["equal"]}
    assert implied_key(problem, [rows], same, {"equal": 3, "first": 1}).weights == pytest.approx(
        {"first": 0.25, "equal": 0.75}
    )
    # Nobody comes to b: no key makes that even, and the stated one stays.
    assert implied_key(problem, [rows[:1]], indicators, {"people": 1}).weights == {"people": 1.0}
    with pytest.raises(NoPlanInTime):
        implied_key(problem, [rows], indicators, {"people": 1}, time_limit=0.0)


def test_who_takes_no_part_and_existing_hours_count_as_in_the_model() -> None:
    problem = county((0.5, 0.5, 0.0), districts_minimum=1)
    towns = (Municipality("a", 0.5, 38.0), Municipality("b", 0.5), Municipality("c", 0.0, taking_part=False))
    problem = replace(problem, municipalities=towns)
    rows = [GivenDistrict("ki", ("a", "b"), Fraction(2), "a")]
    indicators = {"people": {"a": 0.9, "b": 0.1, "c": 0.0}, "equal": {"a": 0.5, "b": 0.5, "c": 0.0}}
    found = implied_key(problem, [rows], indicators, {"equal": 1})
    assert found.plan.evenness == pytest.approx(1)
    # By people nobody drives to b but for few hours: more of all reach people.
    assert found.weights == pytest.approx({"people": 1})
    assert found.plan.least_covered.key == pytest.approx(0.9)


def test_the_real_county_as_it_was() -> None:
    loaded = load_problem(SCENARIOS / "kommunen-2023.yaml")
    rows = loaded.problem.layers[0].plan
    assert rows is not None
    key = {town.ags: town.weight for town in loaded.problem.municipalities}
    indicators = {"migration_history": key, "equal": dict.fromkeys(key, 1 / len(key))}
    found = implied_key(loaded.problem, [rows], indicators, {"migration_history": 1})
    assert found.weights == pytest.approx({"migration_history": 0.1549, "equal": 0.8451}, abs=1e-4)
    assert found.level / found.plan.fair_level == pytest.approx(0.4568, abs=1e-4)
