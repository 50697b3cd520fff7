"""The papers for the committee from the browser: what the dialogue asks, makes and hands out."""

from __future__ import annotations

import io
import pickle
import re
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import papers as solved
import pytest
from counties import write_county
from streamlit.testing.v1 import AppTest

import scenarios
from files.archive import zipped
from reports.package import Format, papers
from reports.style import STYLE_FILE
from scenarios.library import library
from serving import papers as papers_work
from serving.answers import Answer
from serving.processes import work
from views.papers import day_of

VIEWS = Path(__file__).parents[2] / "views"
MODELS = ("modell-1-zentral", "modell-2-wohlfahrt")
STEM = "modell-1-zentral-am-ki-dezentral-im-einsatz"
HOSTILE = "../../x <img src=x onerror=alert(1)> **y** :red[z] CON.exe"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory, empty."""
    monkeypatch.setenv("KIM_DATA", str(tmp_path))
    library().scenarios_folder.mkdir(parents=True)
    return tmp_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], dict[str, bytes]]]:
    """What was to be made; nothing is, and every paper is there at once."""
    found: list[Callable[[], dict[str, bytes]]] = []

    class Done:
        def __init__(self, key: str, make: Callable[[], dict[str, bytes]], timeout: float, long: bool) -> None:
            assert (timeout, long) == (papers_work.LIMIT, True)
            pickle.dumps(make)
            found.append(make)
            self.key, self.formats, self.done = key, make.keywords["formats"], True

        def result(self) -> dict[str, bytes]:
            return {f"probe.{kind.value}": kind.value.encode() for kind in self.formats}

        def stop(self) -> None:
            pass

    _put_jobs(monkeypatch, Done)
    return found


def _put_jobs(monkeypatch: pytest.MonkeyPatch, kind: type) -> None:
    class Jobs:
        ask = staticmethod(kind)

        def forget(self, key: str) -> None:
            pass

    monkeypatch.setattr(papers_work, "work", Jobs)


def _page(page: str = "compare", *ids: str, language: str = "en") -> AppTest:
    app = AppTest.from_file(str(VIEWS / f"{page}.py"), default_timeout=60)
    app.query_params["language"] = language
    if page == "compare":
        app.query_params["compare"] = ",".join(ids or MODELS)
    elif ids:
        app.query_params["scenario"] = ids[0]
    return _fine(app.run())


def _dialogue(page: str = "compare", *ids: str, language: str = "en") -> AppTest:
    app = _page(page, *ids, language=language)
    return _fine(app.button(key="papers").click().run())


def _fine(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def _create(app: AppTest) -> AppTest:
    return _fine(app.button(key="papers create").click().run())


def _has(app: AppTest, key: str) -> bool:
    return any(button.key == key for button in app.button)


def _offered(app: AppTest) -> list[Any]:
    """The buttons of the papers' files; page Plan has others."""
    return [button for button in app.download_button if (button.key or "").startswith("papers file ")]


def _files(app: AppTest) -> list[str]:
    return [(button.key or "").removeprefix("papers file ") for button in _offered(app)]


def _saved(name: str, text: str) -> str:
    path = library().scenarios_folder / f"{name}.yaml"
    path.write_text(text, "utf-8")
    return f"saved/{name}"


def _shipped_as(name: str) -> str:
    text = (scenarios.SCENARIOS / f"{MODELS[0]}.yaml").read_text("utf-8")
    return re.sub("^name: .*$", f"name: '{name}'", text, flags=re.MULTILINE)


# -- what is asked ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["compare", "plan"])
def test_nothing_is_made_before_it_is_asked_for(page: str, asked: list[object]) -> None:
    app = _page(page)
    assert not _has(app, "papers create")
    app = _fine(app.button(key="papers").click().run())
    assert _has(app, "papers create")
    assert not asked
    assert not _offered(app)


def test_choice_of_first(asked: list[Callable[[], dict[str, bytes]]]) -> None:
    app = _dialogue()
    assert app.text_input(key="papers title en").value.startswith("Case management in integration")
    kinds = [box for box in app.checkbox if box.key not in ("papers why", "papers way")]
    assert all(box.value for box in kinds)
    assert len(kinds) == len(Format)
    assert not app.checkbox(key="papers why").value
    assert not app.checkbox(key="papers way").value
    _create(app)
    made = [make.keywords for make in asked]
    assert {kind for keywords in made for kind in keywords["formats"]} == set(Format)
    today = date.fromisoformat(app.text_input(key="papers day").value)
    for keywords in made:
        assert keywords["day"] == today
        assert keywords["proposed"] == 0
        assert keywords["sheet"].label == "a4"
        assert not keywords["exploration"]
    assert all(make.args[1] == "en" for make in asked)


def test_choice_goes_into_the_papers(asked: list[Callable[[], dict[str, bytes]]]) -> None:
    app = _dialogue()
    app.selectbox(key="papers proposed").select_index(1)
    app.selectbox(key="papers sheet").select_index(3)
    app.text_input(key="papers title en").input("For the committee")
    app.text_input(key="papers day").input("9.3.2026")
    for kind in Format:
        app.checkbox(key=f"papers {kind.value}").set_value(kind in (Format.PDF, Format.SVG))
    app.run()
    app.text_input(key="papers money funding.year").input("2024").run()
    _create(app)
    assert {make.keywords["formats"] for make in asked} == {(Format.PDF,), (Format.SVG,)}
    for make in asked:
        assert [answer.loaded.path.stem for answer in make.args[0]] == list(MODELS)
        # Money can be compared where all use the grants of one year.
        assert [answer.loaded.scenario.funding.year for answer in make.args[0]] == [2024] * len(MODELS)
        assert make.keywords["title"] == "For the committee"
        assert make.keywords["day"] == date(2026, 3, 9)
        assert make.keywords["proposed"] == 1
        assert make.keywords["sheet"].label == "a3-landscape"


def test_title_is_that_of_the_language_of_the_papers(asked: list[Callable[[], dict[str, bytes]]]) -> None:
    app = _dialogue(language="de")
    german = app.text_input(key="papers title de").value
    control = next(control for control in app.button_group if control.key == "papers language")
    control.set_value("en").run()
    english = app.text_input(key="papers title en").value
    assert english != german
    _create(app)
    assert {make.args[1] for make in asked} == {"en"}
    assert {make.keywords["title"] for make in asked} == {english}
    # The day is written as the page is.
    assert re.fullmatch(r"\d\d\.\d\d\.\d{4}", app.text_input(key="papers day").value)


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("day", "", "is not a day"),
        ("day", "31.2.2026", "is not a day"),
        ("day", "01.01.1026", "from 2000 to 2099"),
        ("day", "<b>tomorrow</b>", "tomorrow"),
        ("day", "٠٩.٠٣.٢٠٢٦", "is not a day"),
        ("title en", "x" * 201, "201 characters"),
        ("title en", "a\u202eb", "invisible character"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_made(field: str, text: str, told: str) -> None:
    app = _dialogue()
    app.text_input(key=f"papers {field}").input(text).run()
    _fine(app)
    assert any(told in error.value for error in app.error)
    assert app.button(key="papers create").disabled


def test_at_least_one_kind_of_paper() -> None:
    app = _dialogue()
    for box in app.checkbox:
        box.uncheck()
    app.run()
    assert app.button(key="papers create").disabled
    assert "at least one" in app.info[0].value


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-22", date(2026, 11, 22)),
        (" 22.11.2026 ", date(2026, 11, 22)),
        ("2. 1. 2026", date(2026, 1, 2)),
        ("29.02.2027", None),
        ("1999-12-31", None),
        ("22.11.26", None),
        ("9" * 9999, None),
    ],
)
def test_day_as_people_write_it(text: str, day: date | None) -> None:
    assert day_of(text) == day


def test_plan_page_proposes_the_scenario_shown(asked: list[Callable[[], dict[str, bytes]]]) -> None:
    app = _create(_dialogue("plan", MODELS[1]))
    assert not [box for box in app.selectbox if box.key == "papers proposed"]
    assert {tuple(answer.loaded.path.stem for answer in make.args[0]) for make in asked} == {(MODELS[1],)}


def test_no_papers_without_any_plan() -> None:
    text = "name: Nothing\ncounty: 05558-coesfeld\nlayers: [{posts: {total: 6}, districts: {minimum_persons: 9}}]\n"
    assert not _has(_page("plan", _saved("nothing", text)), "papers")


def test_scenarios_of_two_counties_are_refused() -> None:
    library().counties_folder.mkdir()
    write_county(library().counties_folder)
    text = _shipped_as("Elsewhere").replace("county: 05558-coesfeld", "county: ../counties/county")
    text = text.replace("migration_history", "foreigners").replace("minimum: 3 ", "minimum: 1 ")
    app = _dialogue("compare", MODELS[0], _saved("probe", text))
    assert any("no papers on these scenarios" in error.value for error in app.error)
    assert any("another county" in text.value for text in app.markdown)
    assert app.button(key="papers create").disabled


def test_wrong_logo_is_told_and_nothing_made(data: Path, asked: list[object]) -> None:
    (data / STYLE_FILE).write_text("accent: reddish\nlogo: gone.png\n", "utf-8")
    app = _create(_dialogue())
    assert any("logo or colour" in error.value for error in app.error)
    assert any("reddish" in text.value for text in app.markdown)
    assert not asked


def test_logo_and_colour_of_the_data_directory(data: Path, asked: list[Callable[[], dict[str, bytes]]]) -> None:
    (data / STYLE_FILE).write_text('accent: "#7a1f3d"\n', "utf-8")
    _create(_dialogue())
    assert {make.keywords["style"].accent for make in asked} == {"#7a1f3d"}


# -- what is made -----------------------------------------------------------------------------------------------------


def test_files_stay_while_the_dialogue_is_open(asked: list[object]) -> None:
    app = _create(_dialogue())
    files = _files(app)
    assert files[0] == f"{STEM}.zip"
    assert sorted(files[1:]) == sorted(f"probe.{kind.value}" for kind in Format)
    assert not app.info
    app.text_input(key="papers title en").input("Another").run()
    assert _files(app) == files
    assert "made before the last change" in app.info[0].value
    assert len(asked) == 6
    _create(app)
    assert not app.info
    assert len(asked) == 12
    # Opened anew, the dialogue is as at first.
    app.button(key="papers").click().run()
    assert not _offered(app)


def test_one_file_needs_no_archive(asked: list[object]) -> None:
    app = _dialogue()
    for box in app.checkbox:
        box.set_value(box.key == "papers xlsx")
    _create(_fine(app.run()))
    assert _files(app) == ["probe.xlsx"]
    assert len(asked) == 1


def test_hostile_name_is_a_harmless_name_of_a_file(asked: list[object]) -> None:
    app = _create(_dialogue("plan", _saved("hostile", _shipped_as(HOSTILE))))
    assert _files(app)[0] == "x-img-src-x-onerror-alert-1-y-red-z-con-exe.zip"
    assert asked


def test_media_types() -> None:
    app = _dialogue("plan")
    for box in app.checkbox:
        box.set_value(box.key in ("papers xlsx", "papers html"))
    app = _create(_fine(app.run()))
    while not _offered(app):
        app = _fine(app.run())
    # The address of a file ends with that of its kind.
    endings = {
        Path(name).suffix: Path(button.proto.url).suffix
        for name, button in zip(_files(app), _offered(app), strict=True)
    }
    assert endings == {".zip": ".zip", ".xlsx": ".xlsx", ".html": ".html"}


def test_papers_from_another_process_are_those_made_here() -> None:
    answers = [Answer(one.loaded, one.solution, tuple(one.conflicts), "") for one in solved.models()[:2]]
    request = papers_work.Request("de", "Titel", solved.DAY, (Format.XLSX, Format.SVG), 1, papers_work.MapSheet())
    making = papers_work.begin(answers, request, papers_work.Style())
    for _, job, _ in making._papers:
        job.result(60)
    made = making.made()
    here = papers(
        answers, "de", day=solved.DAY, title="Titel", formats=request.formats, proposed=1, sheet=request.sheet
    )
    assert made.files == here
    assert made.archive == zipped(here)
    with zipfile.ZipFile(io.BytesIO(made.archive)) as archive:
        assert archive.namelist() == list(here)
    assert made.archive_name == "modell-2-ki-und-wohlfahrtsverbaende.zip"
    keys = {job.key for _, job, _ in making._papers}
    making.end()
    assert not keys & set(work()._jobs)


# -- what may go wrong ------------------------------------------------------------------------------------------------


class _Failing:
    """Papers of which only the workbook comes into being."""

    done = True
    place: int | None = None
    seconds = 3.0
    failure: Exception

    def __init__(self, key: str, make: Callable[[], dict[str, bytes]], timeout: float, long: bool) -> None:
        assert (timeout, long) == (papers_work.LIMIT, True)
        self.key, self.formats = key, make.keywords["formats"]

    def result(self) -> dict[str, bytes]:
        if self.formats == (Format.XLSX,):
            return {"probe.xlsx": b"1"}
        raise self.failure

    def stop(self) -> None:
        pass


@pytest.mark.parametrize(
    ("failure", "told"), [(TimeoutError(), "not finished within 120 seconds"), (RuntimeError("typst"), "failed")]
)
def test_other_papers_are_there_where_one_kind_fails(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, told: str
) -> None:
    monkeypatch.setattr(_Failing, "failure", failure, raising=False)
    _put_jobs(monkeypatch, _Failing)
    app = _create(_dialogue())
    assert len([error for error in app.error if told in error.value]) == 5
    assert "typst" not in "".join(error.value for error in app.error)
    assert _files(app) == ["probe.xlsx"]


class _Going(_Failing):
    """Papers that are not finished before they are told so; the first is."""

    finished = False
    ended: ClassVar[list[str]] = []

    @property
    def done(self) -> bool:  # type: ignore[override]
        return self.finished or self.formats == (Format.PDF,)

    def result(self) -> dict[str, bytes]:
        return {f"probe.{self.formats[0].value}": b"1"}

    def stop(self) -> None:
        self.ended.append(self.key)


def test_what_is_being_made_is_told_and_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Going, "ended", [])
    _put_jobs(monkeypatch, _Going)
    app = _create(_dialogue())
    progress = app.get("progress")[0].proto
    assert re.fullmatch(r"The maps are being made … for \d s, at most 120 s", progress.text)
    with monkeypatch.context() as patch:
        patch.setattr(_Going, "place", 2)
        in_line = app.run().get("progress")[0].proto.text
    assert in_line == "The maps are being made, as soon as a place is free: number 2 in line"
    assert progress.value == 16
    # Another change does not begin anything anew.
    app.text_input(key="papers title en").input("Another").run()
    assert app.get("progress")
    assert not _offered(app)
    app = _fine(app.button(key="papers stop").click().run())
    assert "Stopped" in app.info[0].value
    assert not app.get("progress")
    assert len(_Going.ended) == len(set(_Going.ended)) == 6
    app = _create(app)
    monkeypatch.setattr(_Going, "finished", True)
    app = _fine(app.run())
    assert not app.info
    assert len(_files(app)) == 7


def test_closing_the_dialogue_ends_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Going, "ended", [])
    _put_jobs(monkeypatch, _Going)
    app = _create(_dialogue())
    # AppTest has no cross to click on; opening anew closes what was open.
    app = _fine(app.button(key="papers").click().run())
    assert len(_Going.ended) == 6
    assert not app.get("progress")
    assert _has(app, "papers create")


# -- money on the page ------------------------------------------------------------------------------------------------


def test_money_of_the_plan_stands_on_its_page() -> None:
    app = _page("plan")
    table = next(table.value for table in app.table if "Case-management posts" in table.value.index)
    assert table.loc["Case-management posts"].tolist() == ["6", "55,000", "330,000"]
    assert any("330,000 €" in text.value for text in app.markdown)


def test_texts_for_the_council_paper_are_asked_used_and_kept(asked: list[Callable[[], dict[str, bytes]]]) -> None:
    """Of a saved scenario they go into its file, other changes there stay; of a shipped one into these papers alone."""
    id = _saved("own", _shipped_as("Own").replace("papers: {}", "papers: {Nachtrag: bleibt}"))
    app = _dialogue("plan", id)
    decision = app.text_area(key="papers text decision own.yaml")
    assert "District 1" in decision.placeholder
    decision.input("So sei es")
    app.text_input(key="papers text number own.yaml").input("SV 1").run()
    app = _fine(app.button(key="papers texts keep").click().run())
    kept = library().entry(id)
    assert kept is not None
    assert kept.scenario is not None
    assert dict(kept.scenario.papers) == {"Nachtrag": "bleibt", "number": "SV 1", "decision": "So sei es"}
    # The money of the papers goes the same way: a paper of today needs the rates of its year.
    warned = [warning.value for warning in app.warning if "uses the grant of 2020" in warning.value]
    app.text_input(key="papers money funding.year").input("2099").run()
    # The page behind the dialogue warns, too, until it is kept.
    assert len(warned) == 2
    assert [warning.value for warning in app.warning if "The money of" in warning.value] == warned[:1]
    app.text_input(key="papers money funding.cost_per_post").input("7.123").run()
    assert app.button(key="papers create").disabled
    app.text_input(key="papers money funding.cost_per_post").input("71234,56").run()
    assert any("the own share is 85,407.36 €" in text.value for text in app.markdown)
    app.button(key="papers money add ('funding', 'years')").click().run()
    app.text_input(key="papers money funding.years[0].filled").input("4: 3; 7: 6").run()
    assert "3.0 posts from April on" in app.text_area(key="papers text financing own.yaml").placeholder
    app = _fine(app.button(key="papers money keep").click().run())
    kept = library().entry(id)
    assert kept is not None
    assert kept.scenario is not None
    assert kept.scenario.funding.cost_per_post == Decimal("71234.56")
    assert [(each.year, dict(each.filled or {})) for each in kept.scenario.funding.years] == [(2099, {4: 3, 7: 6})]
    _create(app)
    make = next(make for make in asked if make.keywords["formats"] == (Format.DOCX,))
    assert dict(make.args[0][0].loaded.scenario.papers) == dict(kept.scenario.papers)
    assert make.args[0][0].loaded.scenario.funding == kept.scenario.funding
