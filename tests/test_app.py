"""The browser application without a browser: what each page says. The map itself is tested in tests/browser/."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import scenarios
from optimizer.solve import NoPlanInTime
from optimizer.solver import SolverError
from scenarios.scenario import load_scenario
from scenarios.store import list_scenarios
from views import answers
from views.speech import Speech

APP = Path(__file__).parents[1] / "app.py"
SHIPPED = sorted(path.stem for path in scenarios.SCENARIOS.glob("*.yaml"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of scenarios with one that is in order."""
    shutil.copy(scenarios.SCENARIOS / "modell-1-zentral.yaml", tmp_path)
    monkeypatch.setattr(scenarios, "SCENARIOS", tmp_path)
    return tmp_path


def _run(**parameters: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def _texts(app: AppTest) -> str:
    """All that the page says, without the marks that keep Markdown from reading it."""
    elements = [*app.markdown, *app.error, *app.warning, *app.success, *app.caption, *app.header, *app.subheader]
    return "\n".join(element.value for element in elements).replace("\\", "")


@pytest.mark.parametrize("stem", SHIPPED)
def test_every_scenario_has_its_page(stem: str) -> None:
    app = _run(scenario=stem)
    assert app.selectbox[0].value == stem
    assert not app.error
    assert len(app.metric) == 6
    districts, towns = (table.value for table in app.dataframe)
    assert len(towns) == 11
    assert 3 <= len(districts) <= 11
    assert load_scenario(scenarios.SCENARIOS / f"{stem}.yaml").name in str(app.selectbox[0].options)


def test_figures_are_written_as_the_language_does() -> None:
    german, english = ([metric.value for metric in _run(language=language).metric] for language in ("de", "en"))
    assert german[0].endswith(" %")
    assert "," in german[0]
    assert english[0] == german[0].replace(",", ".").replace("\xa0", "").replace(" %", "%")
    assert german[5].startswith("6,0")
    assert english[5] == "6.0 FTE"


def test_language_is_switched_and_stands_in_the_address() -> None:
    app = _run(language="de")
    app.segmented_control(key="language").set_value("en").run()
    assert app.query_params["language"] == "en"
    assert "Plan – what is proposed?" in _texts(app)
    app.segmented_control(key="language").set_value("de").run()
    assert app.query_params["language"] == "de"
    assert Speech("de").plain(app.header[0].value) == app.header[0].value


def test_scenario_is_switched_and_stands_in_the_address() -> None:
    app = _run(language="en")
    before = [metric.value for metric in app.metric]
    app.selectbox[0].set_value("ausbau-12-stellen").run()
    assert app.query_params["scenario"] == "ausbau-12-stellen"
    assert [metric.value for metric in app.metric] != before
    assert app.metric[5].value == "12.0 FTE"


def test_layer_is_switched() -> None:
    app = _run(scenario="kommunen-2023", language="en")
    assert len(app.dataframe[0].value) == 3
    app.segmented_control[1].set_value(1).run()
    assert not app.exception
    assert len(app.dataframe[0].value) == 5


@pytest.mark.parametrize("name", ["modell-1", "../../etc/passwd", "<script>alert(1)</script>", "", "\x00", "a" * 9999])
def test_unknown_scenario_in_the_address_is_named(name: str) -> None:
    app = _run(scenario=name, language="en")
    assert app.selectbox[0].value == "modell-1-zentral"
    assert "There is no scenario" in app.warning[0].value
    assert len(app.metric) == 6


@pytest.mark.parametrize("name", ["fr", "", "${alert(1)}"])
def test_unknown_language_in_the_address_is_german(name: str) -> None:
    assert _run(language=name).segmented_control(key="language").value == "de"


def test_broken_scenario_file_shows_what_is_wrong(folder: Path) -> None:
    (folder / "kaputt.yaml").write_text("name: Kaputt\nlayers:\n  - posts: {totl: 6}\n", encoding="utf-8")
    app = _run(scenario="kaputt", language="en")
    texts = _texts(app)
    assert "This scenario cannot be used" in texts
    assert "kaputt.yaml:3" in texts
    assert "totl" in texts
    assert not app.metric


def test_scenario_that_does_not_fit_its_county_shows_what_is_wrong(folder: Path) -> None:
    good = (folder / "modell-1-zentral.yaml").read_text(encoding="utf-8")
    (folder / "fremd.yaml").write_text(good.replace("migration_history", "unheard_of"), encoding="utf-8")
    (folder / "fort.yaml").write_text(good.replace("05558-coesfeld", "05999-nowhere"), encoding="utf-8")
    assert "unheard_of" in _texts(_run(scenario="fremd", language="en"))
    assert "05999-nowhere" in _texts(_run(scenario="fort", language="en"))


def test_rules_that_cannot_hold_together_are_explained(folder: Path) -> None:
    good = (folder / "modell-1-zentral.yaml").read_text(encoding="utf-8")
    assert "max_drive_minutes: 40" in good
    (folder / "eng.yaml").write_text(good.replace("max_drive_minutes: 40", "max_drive_minutes: 1"), encoding="utf-8")
    app = _run(scenario="eng", language="en")
    assert "There is no plan that keeps all rules" in app.error[0].value
    assert "it would work with" in _texts(app)
    assert not app.metric


@pytest.mark.parametrize(("failure", "said"), [(NoPlanInTime, "No plan was found"), (SolverError, "The solver failed")])
def test_solver_without_an_answer_is_told(failure: type[Exception], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure

    st.cache_resource.clear()
    monkeypatch.setattr(answers, "solve", fail)
    app = _run(language="en")
    assert said in app.error[0].value
    assert not app.metric


def test_folder_without_scenarios_is_told(folder: Path) -> None:
    (folder / "modell-1-zentral.yaml").unlink()
    assert "There is no scenario file" in _texts(_run(language="en"))


def test_changed_file_has_a_new_answer(folder: Path) -> None:
    path = folder / "modell-1-zentral.yaml"
    before = _run(language="en").metric[0].value
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("credit: 0.25", "credit: 0.75"), encoding="utf-8")
    assert _run(language="en").metric[0].value != before


def test_same_files_are_solved_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []
    original = answers.solve
    monkeypatch.setattr(answers, "solve", lambda *a, **k: calls.append(a) or original(*a, **k))
    (listed,) = list_scenarios(folder)
    assert listed.scenario is not None
    first = answers.answer(listed.path, listed.scenario)
    assert answers.answer(listed.path, listed.scenario) is first
    assert len(calls) == 1


@pytest.mark.parametrize("text", ["[x](javascript:alert(1))", "$E=mc^2$", ":red[a] *b* _c_ <b>", "1. `x` # | ~"])
def test_markdown_of_a_text_is_the_text(text: str) -> None:
    escaped = Speech("en").markdown(text)
    assert all(escaped[at - 1] == "\\" for at, c in enumerate(escaped) if c in "[]()$:*_<>`#|~" and c != "\\")
    assert escaped.replace("\\", "") == text
