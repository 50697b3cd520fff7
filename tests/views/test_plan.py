"""The browser application without a browser: what each page says. The map itself is tested in tests/browser/."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pytest
from markdown import injected, markdown_of
from markdown_it import MarkdownIt
from sorted_tables import sorted_tables
from streamlit.testing.v1 import AppTest

import scenarios
from geodata import COUNTIES
from optimizer.solve import NoPlanInTime
from optimizer.solver import SolverError
from scenarios.library import library
from scenarios.scenario import load_scenario
from scenarios.store import list_scenarios
from views.parts import plans, waiting
from views.speech import Speech
from wording.sentences import NO_POSTS

pytestmark = pytest.mark.usefixtures("own_data")

APP = Path(__file__).parents[2] / "app.py"
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
    elements = [*app.markdown, *app.error, *app.warning, *app.success, *app.caption, *app.title, *app.header]
    return "\n".join(element.value for element in elements).replace("\\", "")


@pytest.mark.parametrize("stem", SHIPPED)
def test_every_scenario_has_its_page(stem: str) -> None:
    app = _run(scenario=stem)
    assert app.selectbox[0].value == stem
    assert not app.error
    assert len(app.metric) == 9
    scenario = load_scenario(scenarios.SCENARIOS / f"{stem}.yaml")
    *districts, towns = sorted_tables(app)
    # The first row has the headings, the last one is that of all of them.
    assert len(towns) == 1 + 11 + 1
    # Without posts there are no districts, and the page says so.
    assert len(districts) == (1 if scenario.layers else 0)
    assert all(3 <= len(table) - 2 <= 11 for table in districts)
    assert (Speech("de").plain(NO_POSTS) in _texts(app)) is not bool(scenario.layers)
    assert scenario.name in str(app.selectbox[0].options)


def test_figures_are_written_as_the_language_does() -> None:
    german, english = ([metric.value for metric in _run(language=language).metric] for language in ("de", "en"))
    assert german[0].endswith(" %")
    assert "," in german[0]
    assert english[0] == german[0].replace(",", ".").replace("\xa0", "").replace(" %", "%")
    assert german[6].startswith("6,0")
    assert english[6] == "6.0 FTE"
    assert german[8] == "330.000 €"
    assert english[8] == "330,000 €"


def test_language_is_switched_and_stands_in_the_address() -> None:
    app = _run(language="de")
    app.segmented_control(key="language").set_value("en").run()
    assert app.query_params["language"] == "en"
    assert "Plan – what is proposed?" in _texts(app)
    app.segmented_control(key="language").set_value("de").run()
    assert app.query_params["language"] == "de"
    assert Speech("de").plain(app.title[0].value) == app.title[0].value


def test_scenario_is_switched_and_stands_in_the_address() -> None:
    app = _run(language="en")
    before = [metric.value for metric in app.metric]
    app.selectbox[0].set_value("ausbau-12-stellen").run()
    assert app.query_params["scenario"] == "ausbau-12-stellen"
    assert [metric.value for metric in app.metric] != before
    assert app.metric[6].value == "12.0 FTE"


def test_layer_is_switched() -> None:
    app = _run(scenario="kommunen-2023", language="en")
    assert len(sorted_tables(app)[0]) == 1 + 3 + 1
    app.segmented_control[1].set_value(1).run()
    assert not app.exception
    assert len(sorted_tables(app)[0]) == 1 + 6 + 1


@pytest.mark.parametrize("name", ["modell-1", "../../etc/passwd", "<script>alert(1)</script>", "", "\x00", "a" * 9999])
def test_unknown_scenario_in_the_address_is_named(name: str) -> None:
    app = _run(scenario=name, language="en")
    assert app.selectbox[0].value == "modell-1-zentral"
    assert "There is no scenario" in app.warning[0].value
    assert len(app.metric) == 9


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

    monkeypatch.setattr(waiting, "answer_of", fail)
    app = _run(language="en")
    assert said in app.error[0].value
    assert not app.metric


def test_stopped_work_can_be_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    original = waiting.answer_of
    stopped: list[str] = []

    def stop_once(key: str, *rest: object) -> object:
        if not stopped:
            stopped.append(key)
            raise waiting.Stopped(key)
        return original(key, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(waiting, "answer_of", stop_once)
    app = _run(language="en")
    assert "was stopped" in app.info[0].value
    assert not app.metric
    app.button[0].click().run()
    assert not app.exception
    assert len(app.metric) == 9


def test_folder_without_scenarios_is_told(folder: Path) -> None:
    (folder / "modell-1-zentral.yaml").unlink()
    assert "There is no scenario file" in _texts(_run(language="en"))


def test_changed_file_has_a_new_answer(folder: Path) -> None:
    path = folder / "modell-1-zentral.yaml"
    before = _run(language="en").metric[0].value
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("credit: 0.25", "credit: 0.75"), encoding="utf-8")
    assert _run(language="en").metric[0].value != before


def test_same_files_are_solved_once(folder: Path) -> None:
    (listed,) = list_scenarios(folder)
    assert listed.scenario is not None
    first, second = (plans.answer(listed.scenario, listed.path, Speech("en")) for _ in range(2))
    assert second.solution is first.solution


# -- why is this municipality here? -----------------------------------------------------------------------------------


def test_municipality_of_the_address_is_explained() -> None:
    app = _run(municipality="05558028", language="en")
    texts = _texts(app)
    assert "Why is Nordkirchen here?" in texts
    assert (
        "District 1: 1.5 FTE of Kommunales Integrationszentrum Kreis Coesfeld, hub in Senden, 20 min by car." in texts
    )
    assert "Together with Ascheberg, Senden." in texts
    assert "Second best would be district 5 (hub Lüdinghausen): lowest coverage 83.1% (8.4 h per 1,000)" in texts
    assert [metric.value for metric in app.metric][:5] == ["96.6%", "9.8 h", "7.3 h", "2.5 h", "20 min"]
    others = app.table[0].value
    assert list(others.index) == ["as it is", "district 5 (hub Lüdinghausen)", "a district of its own"]


def test_municipality_where_every_move_breaks_a_rule() -> None:
    app = _run(scenario="abruf-4-stellen", municipality="05558008", language="en")
    # The page does not wait for what is worked on in another process.
    until = time.monotonic() + 60
    while "Were everything free to change, the parting would cost" not in _texts(app) and time.monotonic() < until:
        time.sleep(0.2)
        app.run()
    texts = _texts(app)
    assert (
        "Havixbeck does not border on Coesfeld, Rosendahl; without Billerbeck the district would fall apart." in texts
    )
    # The same answer as on the page “Why this plan?”.
    assert (
        "Were everything free to change, the parting would cost 0.6 hours per week and 0.8 percentage points" in texts
    )
    assert "every district connected: NOT kept. Concerns: Coesfeld, Havixbeck, Rosendahl." in texts


def test_municipality_is_chosen_from_the_list_and_left_again() -> None:
    app = _run(language="en")
    app.selectbox(key="municipality").set_value("05558044").run()
    assert app.query_params["municipality"] == "05558044"
    assert "hub here" in _texts(app)
    app.selectbox(key="municipality").set_value("").run()
    assert "municipality" not in app.query_params
    assert len(app.metric) == 9


@pytest.mark.parametrize("town", ["05558999", "Senden", "<b>", "\x00"])
def test_unknown_municipality_in_the_address_is_none(town: str) -> None:
    app = _run(municipality=town, language="en")
    assert app.selectbox(key="municipality").value == ""
    assert len(app.metric) == 9


@pytest.mark.parametrize("stem", SHIPPED)
def test_every_municipality_of_every_scenario_is_explained(stem: str) -> None:
    app = _run(scenario=stem, language="de")
    if not load_scenario(scenarios.SCENARIOS / f"{stem}.yaml").layers:
        # In no district there is no "here" to ask about: the table has all that each municipality gets.
        assert not [box for box in app.selectbox if box.key == "municipality"]
        assert len(sorted_tables(app)[0]) == 1 + 11 + 1
        return
    for ags in app.selectbox(key="municipality").options[1:3]:
        app.selectbox(key="municipality").select(ags).run()
        assert not app.exception
        # Those of the county stay below.
        assert len(app.metric) == 5 + 9


def test_view_of_the_map_stands_in_the_address() -> None:
    app = _run(colour="coverage", drives="1", language="en")
    assert app.selectbox(key="colour").value == "coverage"
    assert [toggle.value for toggle in app.toggle] == [False, True, False, False]
    app.toggle(key="services").set_value(True).run()
    app.toggle(key="drives").set_value(False).run()
    app.selectbox(key="colour").set_value("key").run()
    assert not app.exception
    assert app.query_params["services"] == "1"
    assert "drives" not in app.query_params
    assert app.query_params["colour"] == "key"


@pytest.mark.parametrize("colour", ["", "rainbow", "DISTRICT"])
def test_unknown_colour_in_the_address_is_that_of_districts(colour: str) -> None:
    assert _run(colour=colour).selectbox(key="colour").value == "district"


def test_hostile_names_stay_text(folder: Path) -> None:
    good = (folder / "modell-1-zentral.yaml").read_text(encoding="utf-8")
    name = "<img src=x onerror=alert(1)> **x** [y](javascript:alert(1)) $a$"
    saved = library().scenarios_folder
    saved.mkdir(parents=True)
    text = re.sub("^name: .*$", f"name: '{name}'", good, flags=re.MULTILINE)
    (saved / "boese.yaml").write_text(re.sub("^description: .*$", f"description: '{name}'", text, flags=re.MULTILINE))
    app = _run(scenario="saved/boese", language="en")
    assert f"{name} (saved here)" in app.selectbox[0].options
    (caption,) = [caption.value for caption in app.caption if "onerror" in caption.value]
    assert all(caption[at - 1] == "\\" for at, c in enumerate(caption) if c in "<>[]*$")


def test_names_of_municipalities_are_no_markup_anywhere_on_the_page(folder: Path) -> None:
    name = "[Ort](javascript:alert(1)) ![Bild](http://127.0.0.1:9/b.png)"
    county = library().counties_folder / "05558-boese-2025-01-01"
    shutil.copytree(COUNTIES / "05558-coesfeld", county)
    file = county / "municipalities.csv"
    file.write_text(file.read_text("utf-8").replace(",Coesfeld,", f",{name},"), "utf-8")
    text = (folder / "modell-1-zentral.yaml").read_text("utf-8")
    library().scenarios_folder.mkdir(parents=True)
    changed = re.sub("^county: .*$", f"county: ../counties/{county.name}", text, flags=re.MULTILINE)
    (library().scenarios_folder / "boese.yaml").write_text(changed, "utf-8")
    app = _run(scenario="saved/boese", language="en")
    named = [text for text in markdown_of(app) if "127.0.0.1" in text]
    assert len(named) >= 3, "it is served worst, and rests on existing advice"
    assert injected(app) == []


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "*b* _c_ <b> `x` ~~d~~ &lt; AT&T",
        "1. x",
        "2) x",
        "# x",
        "- x",
        "+ x",
        "===",
        "---",
        "a | b",
        "http://x.de www.x.de a@b.de",
        "back\\slash \\* and !(x) {y} 3-4 a: b",
    ],
)
def test_markdown_of_a_text_is_the_text(text: str) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(Speech("en").markdown(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    parts = tokens[1].children or []
    assert {part.type for part in parts} == {"text"}
    assert "".join(part.content for part in parts) == text


@pytest.mark.parametrize("text", ["$E=mc^2$", ":red[a]", ":smile:", "http://x.de", "www.x.de", "a@b.de", "a -> b -- c"])
def test_what_streamlit_adds_to_markdown_is_taken_away(text: str) -> None:
    escaped = Speech("en").markdown(text)
    assert escaped.replace("\\", "") == text
    assert not re.search(r"(?<!\\)(\$|:\w|www\.|@|->|--)", escaped)


def test_names_that_look_like_code_do_not_become_it() -> None:
    assert Speech("en").markdown("    x\n\t y") == "x\ny"


def test_ordinary_texts_are_left_alone() -> None:
    for text in ("Stellen (VZÄ)", "89,7 % – Lüdinghausen", "Hub: Senden", "22.5 h per week, 2 of 6!"):
        assert Speech("de").markdown(text) == text


def test_the_plan_without_existing_services_is_one_click_away() -> None:
    app = _run(language="de")
    resting = [warning.value for warning in app.warning if "vorhandene Beratung" in warning.value]
    assert resting
    before = [metric.value for metric in app.metric]
    app.toggle(key="without-existing").set_value(True).run()
    assert not app.exception
    assert app.query_params["without-existing"] == "1"
    assert any("als gäbe es keine vorhandene Beratung" in info.value for info in app.info)
    assert not [warning.value for warning in app.warning if "vorhandene Beratung" in warning.value]
    assert [metric.value for metric in app.metric] != before
    app.toggle(key="without-existing").set_value(False).run()
    assert [metric.value for metric in app.metric] == before
