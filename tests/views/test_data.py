"""The page of the figures without a browser: edits, uploads, old → new, data sets, and the plans that change."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import scenarios
from geodata import COUNTIES
from geodata.county import County, load_county
from geodata.editing.datasets import save_dataset
from geodata.editing.entered_rows import text_rows
from geodata.editing.figures import TableName, figures_of
from geodata.editing.plausibility import local_today
from optimizer.solve import solve
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from scenarios.drafts import Drafts
from scenarios.library import library
from scenarios.scenario import load_scenario
from scenarios.store import list_scenarios
from tests.workbooks import edited, put
from views.speech import Speech
from wording.differences import moved
from wording.yardstick import measured_by, same_need

pytestmark = pytest.mark.usefixtures("own_data")

PAGE = Path(__file__).parents[2] / "views" / "data.py"
COESFELD = "05558-coesfeld"
#: Where more people with migration history are entered, and how many: as in tests/browser/test_data.py.
OLFEN, MORE = "05558036", "9000"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(COUNTIES / COESFELD)


def _run(**parameters: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=120)
    for name, value in {"language": "en", **parameters}.items():
        app.query_params[name] = value
    return _sound(app.run())


def _sound(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def _texts(app: AppTest) -> str:
    elements = [*app.markdown, *app.error, *app.warning, *app.success, *app.caption, *app.title, *app.header]
    return "\n".join(element.value for element in elements).replace("\\", "")


def _frame(app: AppTest, heading: str) -> pd.DataFrame:
    """The table on the page that has such a column."""
    return next(frame.value for frame in app.dataframe if heading in frame.value.columns)


def _cells(app: AppTest, heading: str) -> list[list[str]]:
    return _frame(app, heading).to_numpy().tolist()


def _places(app: AppTest) -> list[str]:
    """Where the page says that something is wrong."""
    (table,) = app.table
    return [str(place).replace("\\", "") for place in table.value.index]


def _draft(**rows: list[dict[str, str]]) -> str:
    return Drafts(library().drafts_folder).begin("data", COESFELD, None, rows).id


def _edited_services(county: County) -> str:
    rows = text_rows(figures_of(county), county, TableName.SERVICES, "en")
    rows[0]["fte"] = "8,5"
    return _draft(services=rows)


def _edited_need(county: County) -> str:
    """With figures for which other tests ask, too: plans of all scenarios with new figures take long."""
    rows = text_rows(figures_of(county), county, TableName.INDICATORS, "en")
    row = next(row for row in rows if row["ags"] == OLFEN)
    row["migration_history"] = MORE
    return _draft(indicators=rows)


def _upload(app: AppTest, content: bytes, name: str = "w.xlsx") -> AppTest:
    return _sound(app.file_uploader[0].upload(name, content, XLSX).run())


def _folders() -> list[str]:
    folder = library().counties_folder
    return sorted(item.name for item in folder.iterdir() if not item.name.startswith(".")) if folder.exists() else []


@pytest.mark.parametrize(("table", "language"), list(zip(TableName, ["de", "en"] * 3, strict=True)))
def test_every_table_can_be_edited_and_a_look_changes_nothing(table: TableName, language: str) -> None:
    app = _run(table=table, language=language)
    (editor,) = app.data_editor
    rows = {"indicators": 11, "services": 7, "travel": 110, "neighbours": 0, "employers": 5, "sources": 12}
    assert len(editor.value) == rows[table]
    _sound(app.run())
    assert "figures" not in app.query_params
    assert not app.error
    assert not library().drafts_folder.exists()


def test_indicators_stand_with_source_and_date() -> None:
    app = _run()
    assert "people with migration history: Statistische Ämter des Bundes und der Länder" in _texts(app)
    assert "reference date 15 May 2022" in _texts(app)


def test_an_edit_is_kept_and_survives_a_reload(county: County) -> None:
    app = _run(table="services", figures=_edited_services(county))
    assert app.data_editor[0].value["fte"][0] == "8,5"
    changes = [["Services", "AWO: Jugendmigrationsdienst", "FTE", "2", "8.5", "+325 %", ""]]
    assert _cells(app, "Old") == changes
    assert _cells(_run(figures=app.query_params["figures"]), "Old") == changes


def test_edits_are_undone_redone_and_discarded(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts = Drafts(library().drafts_folder)
    rows = text_rows(figures_of(county), county, TableName.INDICATORS, "en")
    rows[0]["population"] = "20000"
    draft = drafts.begin("data", COESFELD, None, {})
    drafts.write(draft.changed({"indicators": rows}))
    app = _run(figures=draft.id)
    assert "15,459" in list(_frame(app, "Old")["Old"])
    with monkeypatch.context() as full:

        def refuse(_: int) -> None:
            raise OSError(28, "No space left on device")

        full.setattr("os.fsync", refuse)
        _sound(app.button(key="data Undo").click().run())
        assert "make room on the disk" in _texts(app)
        assert app.data_editor[0].value["population"][0] == "20000"
    _sound(app.button(key="data Undo").click().run())
    assert len(app.dataframe) == len(app.data_editor) == 1
    assert app.data_editor[0].value["population"][0] == "15459"
    _sound(app.button(key="data Redo").click().run())
    assert app.data_editor[0].value["population"][0] == "20000"
    _sound(app.button(key="data Discard all edits").click().run())
    assert "figures" not in app.query_params
    assert app.data_editor[0].value["population"][0] == "15459"


def test_wrong_cells_are_named_and_nothing_can_be_saved(county: County) -> None:
    rows = text_rows(figures_of(county), county, TableName.SERVICES, "en")
    rows[0]["fte"], rows[1]["credit"] = "1.500", "2"
    app = _run(figures=_draft(services=rows))
    assert "until they are mended nothing can be saved" in app.error[0].value
    places = _places(app)
    assert places == ["Services, row 1, FTE", "Services, row 2, Credit (share)"]
    assert not [button for button in app.button if button.key == "data save"]


@pytest.mark.parametrize("state", [None, 7, {"services": 5}, {"services": [3, {}]}, {"indicators": [{"ags": "x"}]}])
def test_a_draft_that_is_none_is_survived(state: object) -> None:
    id = Drafts(library().drafts_folder).begin("data", COESFELD, None, state).id
    assert _run(figures=id, table="services").data_editor


@pytest.mark.parametrize("id", ["nonsense", "../../etc/passwd", "a" * 20])
def test_an_unknown_draft_is_none(id: str) -> None:
    assert not _run(figures=id).error


def test_a_workbook_with_wrong_cells_changes_nothing(county: County) -> None:
    app = _upload(_run(), edited(county, put("Indicators", "C7", "many"), put("Services", "F3", -1)))
    assert "was not taken over" in app.error[0].value
    assert _places(app) == ["Indicators!C7", "Services!F3"]
    assert "figures" not in app.query_params
    _sound(app.run())
    assert _places(app) == ["Indicators!C7", "Services!F3"]


def test_a_right_workbook_is_shown_old_to_new_and_then_saved(county: County) -> None:
    app = _upload(_run(), edited(county, put("Indicators", "E15", int(MORE)), put("Indicators", "E4", "2024-12-31")))
    assert "nothing is saved yet" in _texts(app)
    reason = "more than 30% from the old figure"
    title = "Zensus 2022, Regionaltabelle Demografie (Personen mit Einwanderungsgeschichte)"
    still = f"⚠ the source is still called “{title}”"
    assert _cells(app, "Old") == [
        ["Indicators", "Olfen", "people with migration history", "1,268", "9,000", "+610 %", f"⚠ {reason}"],
        [
            "Sources",
            "people with migration history",
            "Reference date",
            "15 May 2022",
            "31 December 2024",
            "",
            still,
        ],
    ]
    assert f"2 things stand out:\n\n- Olfen, people with migration history (1,268 → 9,000): {reason}" in _texts(app)
    assert app.date_input(key="data vintage").value == date(2024, 12, 31)
    app.text_input(key="data name").set_value("Neue Zahlen")
    _sound(app.button(key="data save").click().run())
    assert "The data set was not saved." in _texts(app)
    assert _folders() == []
    app.text_input(key="data who").set_value("AB")
    app.checkbox[0].check()
    _sound(app.button(key="data save").click().run())
    assert "not saved" not in _texts(app)
    assert f"checked by AB on {local_today():%-d %B %Y}: Olfen (people with migration history 9,000)" in _texts(app)
    assert _folders() == ["05558-neue-zahlen-2024-12-31"]
    assert app.query_params["county"] == "../counties/05558-neue-zahlen-2024-12-31"
    assert app.data_editor[0].value["migration_history"][8] == MORE
    assert "figures" not in app.query_params
    assert "Neue Zahlen, as of 31 December 2024 (saved here)" in app.selectbox[0].options
    assert load_county(COUNTIES / COESFELD).municipality(OLFEN).indicators["migration_history"] == 1268


def test_a_table_of_an_office_is_asked_for_its_columns_and_taken(county: County) -> None:
    rows = [f"{town.ags};{town.name}, Stadt;{town.indicators['foreigners']};9" for town in county.municipalities]
    lines = ["Ausländer nach Gemeinden, Stichtag 31.12.2025;;;", ";;Insgesamt;weiblich", "05558;Kreis;20000;9", *rows]
    lines[3] = "05558004;Ascheberg;1258;9"
    app = _sound(_run().file_uploader[0].upload("amt.csv", "\n".join(lines).encode(), "text/csv").run())
    (asked,) = [box for box in app.selectbox if box.label == "foreigners"]
    assert asked.options == ["in none", "Insgesamt", "weiblich"]
    asked.set_value("Insgesamt")
    app = _sound(app.button(key="data columns read").click().run())
    assert not [box for box in app.selectbox if box.label == "foreigners"]
    source, first, *_ = [row[1:5] for row in _cells(app, "Old")]
    assert source == ["foreigners", "Reference date", "15 May 2022", "31 December 2025"]
    assert first == ["Ascheberg", "foreigners", "1,070", "1,258"]
    assert "1 row of a larger area was left aside" in app.info[0].value


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_workbook_is_told(content: bytes) -> None:
    assert "was not taken over" in _upload(_run(), content).error[0].value


def test_a_data_set_needs_a_name(county: County) -> None:
    app = _run(figures=_edited_services(county))
    _sound(app.button(key="data save").click().run())
    assert "The data set was not saved" in app.error[0].value
    assert _folders() == []


def test_plans_that_change_are_named_and_copies_saved(county: County) -> None:
    old = figures_of(county)
    values = old.indicators["migration_history"] | {OLFEN: float(MORE)}
    new = dataclasses.replace(old, indicators={**old.indicators, "migration_history": values})
    folder = save_dataset(county, new, name="x", vintage=date(2025, 12, 31), folder=library().counties_folder)
    name = f"../counties/{folder.name}"
    app = _run(county=name, effects="1")
    assert "plans change" in app.warning[0].value
    table = app.table[0].value
    assert len(table) == len(list_scenarios(SCENARIOS))
    chosen = app.multiselect[0].set_value(["modell-1-zentral"])
    _sound(chosen.run())
    _sound(app.button(key="data save copies").click().run())
    (saved,) = library().scenarios_folder.glob("*.yaml")
    copy = load_scenario(saved)
    assert copy.county == name
    assert copy.name.endswith("figures of 31 December 2025")
    assert "Saved, and in the list of scenarios" in _texts(app)
    original = load_scenario(scenarios.SCENARIOS / "modell-1-zentral.yaml")
    _check_row(table.loc[Speech("en").markdown(original.name)], saved)


def _check_row(row: pd.Series, copy: Path) -> None:
    """Whether the page said what the saved copy then shows against its original."""
    loaded = load_problem(copy)
    old = solve(load_problem(scenarios.SCENARIOS / "modell-1-zentral.yaml").problem).plan
    new = solve(loaded.problem).plan
    assert old is not None
    assert new is not None
    texts = [str(cell).replace("\\", "") for cell in row]
    hours = [plan.hours_per_1000(plan.least_covered.ags) for plan in (old, new)]
    assert f"{hours[0]:.1f} h → {hours[1]:.1f} h" in texts[0]
    if same_need(old, new):
        # Other advice, another yardstick: both plans are measured with that of the old one.
        measured = measured_by(old, new)
        assert f"{old.reached:.1%} → {measured.reached:.1%}" in texts[1]
        assert f"{old.shortfall_hours:.1f} h → {measured.shortfall_hours:.1f} h" in texts[2]
    else:
        assert texts[1:3] == ["–", "–"]
    assert texts[3] == ", ".join(loaded.county.name_of(move.ags) for move in moved(old, new, 0))


def test_a_scenario_without_posts_and_yardstick_has_nothing_to_measure(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (scenarios.SCENARIOS / "nichts.yaml").read_text(encoding="utf-8")
    (tmp_path / "nichts.yaml").write_text(text.replace("yardstick: {posts: 6}", "yardstick: null"), encoding="utf-8")
    monkeypatch.setattr(scenarios, "SCENARIOS", tmp_path)
    app = _run(figures=_edited_services(county), effects="1")
    (row,) = app.table[0].value.to_numpy().tolist()
    assert row[1:] == ["–", "–", "none", "–"]
    assert " h → " in row[0]


def test_plans_are_computed_before_anything_is_saved(county: County) -> None:
    app = _run(figures=_edited_need(county), effects="1")
    assert len(app.table[0].value) == len(list_scenarios(SCENARIOS))
    assert not app.multiselect
    assert _folders() == []


def test_an_unknown_data_set_in_the_address_is_named() -> None:
    app = _run(county="../../etc")
    assert "There is no data set" in app.warning[0].value
    assert app.data_editor


def test_a_broken_data_set_shows_what_is_wrong() -> None:
    folder = library().counties_folder / "05558-kaputt-2025-12-31"
    folder.mkdir(parents=True)
    (folder / "county.yaml").write_text("ags: '05558'\n", encoding="utf-8")
    app = _run(county="../counties/05558-kaputt-2025-12-31")
    assert "This data set cannot be used" in app.error[0].value
    assert not app.data_editor


def test_a_data_set_is_estimated_anew_renamed_removed_and_restored(county: County) -> None:
    folder = library().counties_folder
    saved = save_dataset(county, figures_of(county), name="Neu", vintage=date(2025, 12, 31), folder=folder)
    place = f"../counties/{saved.name}"
    app = _run(county=place, table="travel")
    _sound(app.button(key="data estimate").click().run())
    assert "All drives are estimated." in _texts(app)
    assert "Schätzung: Luftlinie × 1,3 bei 61 km/h" in {row[4] for row in _cells(app, "Old")}
    name = app.text_input(key=f"dataset name {place}")
    assert name.value == "Neu"
    name.set_value("")
    _sound(app.button(key="dataset rename").click().run())
    assert "The data set keeps its name." in app.error[0].value
    app.text_input(key=f"dataset name {place}").set_value("Fahrten: ä/b")
    _sound(app.button(key="dataset rename").click().run())
    assert "Fahrten: ä/b, as of 31 December 2025 (saved here)" in app.selectbox(key="county").options
    _sound(app.button(key="dataset remove").click().run())
    assert "No scenario rests on it." in _texts(app)
    _sound(app.button(key="dataset remove now").click().run())
    assert saved.name not in _folders()
    assert "In the trash: “Fahrten: ä/b”" in _texts(app)
    (restore,) = [button for button in app.button if (button.key or "").startswith("dataset restore")]
    _sound(restore.click().run())
    assert saved.name in _folders()
    assert app.query_params["county"] == place
