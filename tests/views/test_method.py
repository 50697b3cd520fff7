"""The page of the method without a browser, and what it says about the planner itself."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from streamlit.testing.v1 import AppTest

import scenarios
from geodata import COUNTIES
from geodata.county import County, load_county
from optimizer.solver import Solver
from scenarios.scenario import load_scenario
from translation import translate
from wording import about, method

pytestmark = pytest.mark.usefixtures("own_data")

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "views" / "method.py"
SHIPPED = sorted(path.stem for path in scenarios.SCENARIOS.glob("*.yaml"))
SECTIONS = [
    "How it is decided",
    "A worked example",
    "How the best plan is proven",
    "Assumptions and sources",
    "Licences",
    "Version and limits",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of scenarios with one that is in order."""
    shutil.copy(scenarios.SCENARIOS / "modell-1-zentral.yaml", tmp_path)
    monkeypatch.setattr(scenarios, "SCENARIOS", tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(COUNTIES / "05558-coesfeld")


def _run(**parameters: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    for name, value in {"language": "en", **parameters}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def _plain(text: str) -> str:
    return text.replace("\\", "")


def _texts(app: AppTest) -> str:
    elements = [*app.markdown, *app.error, *app.warning, *app.caption, *app.title, *app.header]
    return _plain("\n".join(element.value for element in elements))


def _tables(app: AppTest) -> list[list[list[str]]]:
    """The tables as rows of texts, the names of the rows first."""
    frames = [table.value.reset_index() for table in app.table]
    return [[[_plain(str(cell)) for cell in row] for row in frame.to_numpy().tolist()] for frame in frames]


@pytest.mark.parametrize("stem", SHIPPED)
def test_every_scenario_has_its_example_and_its_proof(stem: str) -> None:
    app = _run(scenario=stem)
    assert not app.error
    assert [_plain(part.value) for part in app.header] == SECTIONS
    headings = [_plain(part.value) for part in app.markdown if part.value.startswith("### ")]
    steps = [heading for heading in headings if re.match(r"### \d\. ", heading)]
    # Without posts there is no district to work out and nothing to prove.
    placed = bool(load_scenario(scenarios.SCENARIOS / f"{stem}.yaml").layers)
    assert len(steps) == (9 if placed else 0)
    assert "### The proof of this plan" in headings
    tables = _tables(app)
    stages = [row for table in tables for row in table if row[0] == "lowest coverage, as high as possible"]
    # One decision over all layers together.
    assert len(stages) == (1 if placed else 0)
    assert all(value == bound and proven == "yes" for _, value, bound, proven in stages)


def test_figures_and_dates_are_written_as_the_language_does() -> None:
    app = _run(language="de")
    # Figures are written as the language does: 31.474 people, 37,00 h.
    cells = [cell for table in _tables(app) for row in table for cell in row]
    assert any("31.474" in cell for cell in cells)
    assert any(re.fullmatch(r"\d+,\d\d h", cell) for cell in cells)
    assert not any(re.fullmatch(r"\d+\.\d\d h", cell) for cell in cells)
    assert any("15.05.2022" in cell for cell in cells)


def test_district_is_chosen_and_stands_in_the_address() -> None:
    app = _run()
    (chosen,) = [box for box in app.selectbox if box.key == "example"]
    assert chosen.value == "1-1"
    assert "District 5: Lüdinghausen, Olfen (1.0 FTE)" in chosen.options
    chosen.set_value("1-5").run()
    assert app.query_params["example"] == "1-5"
    names = [row[0] for row in _tables(app)[2]]
    assert names == ["Lüdinghausen", "Olfen"]
    opened = _run(example="1-5")
    assert _tables(opened) == _tables(app)


def test_example_begins_where_a_team_drives() -> None:
    app = _run(scenario="modell-3-kommunen")
    (chosen,) = [box for box in app.selectbox if box.key == "example"]
    assert chosen.value == "2-1"


@pytest.mark.parametrize("name", ["", "9-9", "1", "../x", "<script>alert(1)</script>", "\x00"])
def test_unknown_district_in_the_address_is_the_first(name: str) -> None:
    assert _tables(_run(example=name)) == _tables(_run())


def test_scenario_that_cannot_be_used_leaves_what_holds_for_all(folder: Path) -> None:
    (folder / "kaputt.yaml").write_text("name: Kaputt\nlayers:\n  - posts: {totl: 6}\n", encoding="utf-8")
    app = _run(scenario="kaputt")
    assert "totl" in _texts(app)
    assert [_plain(part.value) for part in app.header] == SECTIONS
    assert len(app.table) == 2  # words and packages


def test_rules_that_cannot_hold_are_told_in_place_of_an_example(folder: Path) -> None:
    good = (folder / "modell-1-zentral.yaml").read_text(encoding="utf-8")
    (folder / "eng.yaml").write_text(good.replace("max_drive_minutes: 40", "max_drive_minutes: 1"), encoding="utf-8")
    app = _run(scenario="eng")
    assert "There is no plan that keeps all rules" in app.error[0].value
    assert not [box for box in app.selectbox if box.key == "example"]
    assert "Zensus 2022" in str(_tables(app))


def test_sources_are_listed_with_all_that_they_state(county: County) -> None:
    rows = [row for table in _tables(_run()) for row in table if len(row) == 6]
    assert len(rows) == len(county.sources)
    for row, source in zip(rows, county.sources, strict=True):
        assert [row[1], row[2], row[4], row[5]] == [source.publisher, source.title, source.licence, source.attribution]
    assert rows[0][3] == "15 May 2022"
    assert rows[-1][3] == "je Zeile"


def test_every_licence_of_the_data_is_explained(county: County) -> None:
    found = about.data_licences(county)
    covered = [name for licence in found for name in licence.covers.items]
    assert len(covered) == sum(len(source.covers) for source in county.sources)
    assert [licence.address for licence in found] == [
        "www.govdata.de/dl-de/by-2-0",
        "www.destatis.de",
        "opendatacommons.org/licenses/odbl/1-0",
        "www.gesetze-im-internet.de/geonutzv",
        None,
    ]
    cells = [cell for table in _tables(_run()) for row in table for cell in row]
    assert "`www.govdata.de/dl-de/by-2-0`" in cells


def test_unknown_licence_of_the_data_is_shown_as_stated(county: County) -> None:
    (found,) = about.data_licences(replace(county, sources=(replace(county.sources[0], licence="CC BY 4.0"),)))
    assert (found.name, found.address) == ("CC BY 4.0", None)
    assert translate(found.demands, "en") == "As the source says; see its attribution."


LICENCES = ("LICENSE", "static/leaflet/LICENSE", "maps/paper/fonts/OFL.txt")


def test_licence_texts_are_shown_in_full() -> None:
    app = _run()
    texts = [part.value.strip() for part in app.code]
    assert [(ROOT / name).read_text("utf-8").strip() for name in LICENCES] == texts


def test_version_and_solver_are_those_that_run(monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert about.planner_version() == project["version"]
    solver = about.solver_used()
    assert re.fullmatch(r"[\d.]+", solver.version)
    told = f"KIM-Planer {project['version']}, computed with the solver {solver.name} {solver.version}."
    assert told in _texts(_run())
    about.solver_used.cache_clear()
    monkeypatch.setattr(about, "default_solver", lambda: Solver.HIGHS)
    try:
        assert about.solver_used() == about.Package("HiGHS", importlib.metadata.version("highspy"), "MIT")
    finally:
        about.solver_used.cache_clear()


def test_packages_are_those_that_the_planner_needs() -> None:
    found = {about.plain(package.name): package for package in about.packages()}
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    for requirement in map(Requirement, stated):
        assert found[about.plain(requirement.name)].version in requirement.specifier
    assert "numpy" in found  # needed by others only
    assert "pytest" not in found
    assert "pip" not in found
    assert list(found) == sorted(found)
    assert found["streamlit"].licence == "Apache-2.0"
    assert all(package.licence != "–" and len(package.licence) <= 80 for package in found.values())


def test_installed_planner_tells_of_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    info = tmp_path / "kim_planer-9.9.dist-info"
    (info / "licenses").mkdir(parents=True)
    (info / "licenses" / "LICENSE").write_text("the licence", encoding="utf-8")
    metadata = "Metadata-Version: 2.4\nName: kim-planer\nVersion: 9.9\nRequires-Dist: rich==1\n"
    (info / "METADATA").write_text(metadata + "Requires-Dist: pytest==1; extra == 'dev'\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    about.packages.cache_clear()
    try:
        assert about.planner_version() == "9.9"
        names = [package.name for package in about.packages()]
        assert about.licence_texts()[0].text == "the licence"
    finally:
        about.packages.cache_clear()
    assert "rich" in names
    assert "markdown-it-py" in names
    assert "streamlit" not in names
    assert "pytest" not in names


def test_every_word_of_the_method_is_explained_once() -> None:
    words = [translate(word, "en") for word, _ in method.GLOSSARY]
    assert len(set(words)) == len(words)
    needed = {"District", "Hub", "Key", "Existing advice", "On-site hours", "Fair level", "Coverage", "Shortfall"}
    assert needed <= set(words)
