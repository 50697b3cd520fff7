"""Answers to scenarios: the same question has one answer, and whatever it depends on makes it another question."""

from __future__ import annotations

import shutil
import time
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import geodata
import scenarios
from files.faults import InputError
from optimizer.problem import GivenDistrict
from optimizer.solve import NoPlanInTime, Status, first_plan, solve
from optimizer.solver import SolverError, SolverHung
from scenarios.assemble import load_problem
from scenarios.library import library
from scenarios.scenario import load_scenario, scenario_from
from scenarios.schema import Scenario, as_data
from serving import answers
from serving.processes import Job
from translation import msg, number
from views.parts import plans, waiting
from views.speech import Speech
from workers.worker import Overdue, ProcessExpired

ENGLISH = Speech("en")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with a county of its own."""
    folder = tmp_path / "data"
    monkeypatch.setenv("KIM_DATA", str(folder))
    shutil.copytree(geodata.COUNTIES / "05558-coesfeld", folder / "counties" / "mine")
    (folder / "scenarios").mkdir()
    return folder


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the work that was asked for; it is done here and now."""
    asked: list[str] = []
    known: dict[str, Any] = {}

    def answer_of(key: str, ask: Any, *_: object) -> Any:
        if key not in known:
            asked.append(key)
            known[key] = ask()
        return known[key]

    class Now:
        def ask(self, _key: str, function: Any, *args: Any, **_: object) -> Any:
            return function(*args)

    monkeypatch.setattr(waiting, "answer_of", answer_of)
    monkeypatch.setattr(plans, "work", Now)
    return asked


def mine(**changes: Any) -> Scenario:
    data = as_data(load_scenario(scenarios.SCENARIOS / "modell-1-zentral.yaml"))
    return scenario_from(data | {"county": "../counties/mine"} | changes)


def path(name: str = "x.yaml") -> Path:
    return library().scenarios_folder / name


@pytest.mark.usefixtures("solved")
def test_the_answer_is_the_plan_of_the_scenario() -> None:
    file = scenarios.SCENARIOS / "modell-1-zentral.yaml"
    answer = plans.answer(load_scenario(file), file, ENGLISH)
    expected = solve(load_problem(file).problem)
    assert answer.solution.status is Status.OPTIMAL
    assert answer.conflicts == ()
    assert answer.solution.plan is not None
    assert expected.plan is not None
    assert answer.solution.plan.layers == expected.plan.layers
    assert answer.loaded.county.ags == "05558"


def test_the_same_question_is_computed_once(solved: list[str]) -> None:
    first = plans.answer(mine(), path(), ENGLISH)
    assert plans.answer(mine(), path(), Speech("de")).solution is first.solution
    assert len(solved) == 1


def test_a_changed_rule_or_county_is_another_question(solved: list[str], data: Path) -> None:
    before = plans.answer(mine(), path(), ENGLISH)
    other = plans.answer(mine(existing_services={"credit": 0.5}), path(), ENGLISH)
    services = data / "counties" / "mine" / "services.csv"
    text = services.read_text(encoding="utf-8-sig")
    services.write_text("\n".join(text.splitlines()[:2]) + "\n", encoding="utf-8")
    fewer = plans.answer(mine(), path(), ENGLISH)
    assert len(solved) == 3
    assert len({answer.digest for answer in (before, other, fewer)}) == 3
    assert len(fewer.loaded.county.services) == 1 < len(before.loaded.county.services)


def test_a_changed_reference_plan_is_another_question(solved: list[str]) -> None:
    reference = library().save_new(mine(name="Vorbild"))
    question = mine(reference_plan="vorbild.yaml")
    first = plans.answer(question, path(), ENGLISH)
    assert len(solved) == 2
    assert reference.scenario is not None
    library().save(reference, mine(name="Vorbild", key={"population": 1}), reference.scenario.source.digest)
    second = plans.answer(question, path(), ENGLISH)
    assert len(solved) == 4
    assert first.digest != second.digest


@pytest.mark.usefixtures("solved")
def test_a_scenario_of_the_planner_may_be_the_reference() -> None:
    answer = plans.answer(mine(county="05558-coesfeld", reference_plan="kommunen-2023.yaml"), path(), ENGLISH)
    assert answer.loaded.problem.layers[0].reference is not None


@pytest.mark.usefixtures("solved")
def test_rules_that_cannot_hold_come_with_their_conflicts() -> None:
    layer = as_data(mine())["layers"][0]
    layer["districts"] |= {"max_drive_minutes": 1}
    answer = plans.answer(mine(layers=[layer]), path(), ENGLISH)
    assert answer.solution.plan is None
    assert answer.conflicts


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"county": "../counties/none"}, None),
        ({"key": {"unheard_of": 1}}, "key.unheard_of"),
        ({"reference_plan": "none.yaml"}, "reference_plan"),
    ],
)
@pytest.mark.usefixtures("solved")
def test_faults_are_told(changes: dict[str, Any], column: str | None) -> None:
    with pytest.raises(InputError) as caught:
        plans.answer(mine(**changes), path(), ENGLISH)
    assert [fault.column for fault in caught.value.faults] == [column]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (NoPlanInTime(), "No plan was found"),
        (SolverError("x"), "The solver failed"),
        (SolverHung("cbc"), "hung and was ended"),
        (Overdue(), "hung and was ended"),
        (ProcessExpired(), "ended from outside"),
        (MemoryError(), "more memory than it is allowed"),
    ],
)
def test_no_answer_says_why_and_can_be_asked_again(
    failure: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(waiting, "answer_of", fail)
    with pytest.raises(plans.NoAnswer, match=said) as caught:
        plans.answer(mine(), path(), ENGLISH)
    assert caught.value.again is not None


def test_stopped_work_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(key: str, *_: object) -> None:
        raise waiting.Stopped(key)

    monkeypatch.setattr(waiting, "answer_of", stopped)
    with pytest.raises(plans.NoAnswer, match="stopped") as caught:
        plans.answer(mine(), path(), ENGLISH)
    assert caught.value.again is not None
    assert caught.value.again.startswith("plan ")


def test_who_waits_reads_the_place_in_line_and_then_the_time() -> None:
    doing = msg("The best plan is being computed")
    waits = cast(Job, SimpleNamespace(place=2, share=None, seconds=7.0))
    assert (
        Speech("de").plain(waiting._text(doing, waits, 60)).endswith("sobald ein Platz frei ist: Platz 2 in der Reihe")
    )
    assert waiting._share(waits, 60) == 0
    begun = cast(Job, SimpleNamespace(place=None, share=None, seconds=15.0))
    assert ENGLISH.plain(waiting._text(doing, begun, 60)).endswith("for 15 s, at most 60 s")
    assert waiting._share(begun, 60) == 0.25
    late = cast(Job, SimpleNamespace(place=None, share=None, seconds=62.0))
    assert ENGLISH.plain(waiting._text(doing, late, 60)).endswith("for 62 s, longer than it should: it is ended soon")


@pytest.mark.usefixtures("solved")
def test_a_plan_made_by_hand_is_evaluated() -> None:
    loaded = plans.answer(mine(), path(), ENGLISH).loaded
    towns = loaded.county.municipalities
    rows = [GivenDistrict("ki", tuple(town.ags for town in towns), Fraction(6), None)]
    plan = answers.evaluate(loaded, {0: rows})
    (district,) = plan.layers[0].districts
    assert district.fte == 6
    assert plan.layers[0].given


def test_saved_scenarios_are_listed_as_soon_as_they_are_there() -> None:
    before = [entry.id for entry in answers.entries()]
    entry = library().save_new(mine(name="Neu"))
    assert [known.id for known in answers.entries()] == [*before, "saved/neu"]
    assert answers.entry("saved/neu") == entry
    entry.path.unlink()
    assert answers.entry("saved/neu") is None


def test_a_county_is_read_again_when_it_changes(data: Path) -> None:
    folder = data / "counties" / "mine"
    first = answers.county(folder)
    assert answers.county(folder) is first
    file = folder / "county.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("Kreis Coesfeld", "Kreis Anders", 1), encoding="utf-8")
    assert answers.county(folder).name == "Kreis Anders"


def test_who_waits_for_the_best_of_two_layers_is_told_of_a_first_plan() -> None:
    problem = load_problem(scenarios.SCENARIOS / "modell-3-kommunen.yaml").problem
    end = time.monotonic() + 120
    told = plans.first_known(problem, "the first of model 3")
    while told is None and time.monotonic() < end:
        time.sleep(0.1)
        told = plans.first_known(problem, "the first of model 3")
    first = first_plan(problem)
    assert first is not None
    assert told is not None
    assert told.values["hours"] == number(first.shortfall_hours, 1, "h")
    assert str(told).startswith("A plan is there already: lowest coverage ")
