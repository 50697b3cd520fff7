"""The key that a plan amounts to, as a scenario states it: in whole per cent, and with existing advice that follows."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exploring.query import Answered, Means, Subject
from exploring.questions.key import KeyOfPlan, KeyQuery, whole_percents
from optimizer.plan import Plan
from optimizer.way.implied_key import with_plans
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario, load_problem, problem_of
from translation import translate
from wording.explore.key import key_line, key_told


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(0.0, 50.0), min_size=1))
def test_whole_per_cent_are_a_hundred_and_close(weights: dict[str, float]) -> None:
    whole = math.fsum(weights.values())
    if whole < 0.01:
        return
    found = whole_percents(weights)
    assert sum(found.values()) == 100
    assert all(abs(found.get(name, 0) - 100 * weight / whole) < 1 + 1e-6 for name, weight in weights.items())
    assert 0 not in found.values()


def as_it_was(loaded: LoadedScenario) -> Plan:
    """The plan of the first layer, which is given."""
    rows = loaded.problem.layers[0].plan
    assert rows is not None
    return with_plans(loaded.problem, [rows])


def found(loaded: LoadedScenario) -> KeyOfPlan:
    reply = KeyQuery().ask(Subject(loaded, as_it_was(loaded), 0), Means())
    assert isinstance(reply, Answered)
    return reply.found


def test_posts_of_2023_were_shared_out_by_municipality_and_not_by_people() -> None:
    loaded = load_problem(SCENARIOS / "kommunen-2023.yaml")
    key = found(loaded)
    assert key.told.stated == {"equal": 100}
    assert (key.told.implied.proven, key.told.settled) == (True, True)
    assert key.plan.evenness == pytest.approx(0.584, abs=1e-3)
    # By the model itself, with existing advice that follows the key.
    scenario = loaded.scenario.model_copy(update={"key": {"equal": 1.0}})
    again = as_it_was(replace(loaded, scenario=scenario, problem=problem_of(scenario, loaded.county)))
    assert key.told.plan.evenness == again.evenness == pytest.approx(0.867, abs=1e-3)
    assert key.told.implied.plan.evenness == pytest.approx(again.evenness, abs=1e-4)
    said = translate(key_told(Subject(loaded, key.plan, 0), key).answer[0], "en")
    assert said.startswith("This plan amounts to the key “the same for every municipality”: by it the municipality")
    assert "86.7%" in said
    assert key_line(key.told.stated) == "key: {equal: 100}"


def test_who_takes_no_part_has_no_part_in_the_key() -> None:
    loaded = load_problem(SCENARIOS / "kommunen-2023.yaml")
    scenario = loaded.scenario.model_copy(
        update={"key": {"population": 1.0, "migration_history": 1.0}, "not_taking_part": ("Coesfeld",)}
    )
    loaded = replace(loaded, scenario=scenario, problem=problem_of(scenario, loaded.county))
    key = found(loaded)
    assert key.own == {"population": 0.5, "migration_history": 0.5}
    for one in key.keys:
        assert one.settled
        assert one.plan.municipalities["05558012"].key == 0
        assert one.plan.evenness == pytest.approx(one.implied.plan.evenness, abs=5e-3)
