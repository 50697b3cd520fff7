"""All papers of a comparison: which files, what they are called, the same figures in each, and the command for them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from counties import county_texts, write_county
from openpyxl import load_workbook
from papers import DAY, Answer, answered, drawing, models, shipped
from PIL import Image
from pptx import Presentation
from pypdf import PdfReader
from running import SMALL, run

from files.archive import settled, zipped
from files.faults import InputError
from maps.paper.png import Paper as Sheet
from reports.package import Format, MapSheet, papers, scenario_stems
from reports.paper import paper
from reports.report.pdf import pdf
from reports.slides.slides import slides
from reports.style import Style
from reports.workbook.workbook import workbook
from scenarios import SCENARIOS
from tests.reports.slides.test_slides import picture, words
from tests.reports.workbook.test_workbook import exactly
from translation import number, percent
from wording.result_json import result

STEM = "modell-1-zentral-am-ki-dezentral-im-einsatz"


@pytest.fixture
def answer(small: Callable[[str], Path]) -> Answer:
    return answered(small(SMALL))


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of its own."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("KIM_DATA", str(folder))
    return folder


def test_all_files_of_a_scenario(answer: Answer) -> None:
    told: list[str] = []
    files = papers([answer], "en", day=DAY, progress=lambda doing: told.append(str(doing)))
    assert list(files) == [
        "probe.pdf", "probe.docx", "probe.pptx", "probe.xlsx", "probe-municipalities.zip", "probe-map-a4.svg",
        "probe-map-a4.png", "probe-map.html", "probe.gpkg", "probe.geojson",
    ]  # fmt: skip
    begins = {
        ".pdf": b"%PDF-",
        ".docx": b"PK",
        ".pptx": b"PK",
        ".xlsx": b"PK",
        ".svg": b"<?xml",
        ".png": b"\x89PNG",
        ".html": b"<!DOC",
    } | {".gpkg": b"SQLite format 3", ".geojson": b"{", ".zip": b"PK"}
    for name, content in files.items():
        assert content.startswith(begins[Path(name).suffix])
    assert told == [
        "Report …",
        "Council paper …",
        "Slides …",
        "Workbook …",
        "A page for each municipality …",
        "Map: Districts and hubs of (1) Probe …",
        "Data for GIS: (1) Probe …",
    ]
    assert papers([answer], "en", day=DAY) == files


def test_only_what_is_asked_for(answer: Answer) -> None:
    assert list(papers([answer], "de", day=DAY, formats=[Format.HTML])) == ["probe-map.html"]
    lying = papers([answer], "de", day=DAY, formats=[Format.PNG], sheet=MapSheet(Sheet.A3, landscape=True))
    ((name, content),) = lying.items()
    assert name == "probe-map-a3-landscape.png"
    with Image.open(io.BytesIO(content)) as drawn:
        # 300 dots per inch.
        assert drawn.size == (round(420 / 25.4 * 300), round(297 / 25.4 * 300))


def test_papers_are_named_after_the_proposed_scenario_and_maps_after_their_own() -> None:
    names = list(papers(models(), "de", day=DAY, formats=[Format.XLSX, Format.SVG], proposed=1))
    assert names == [
        "modell-2-ki-und-wohlfahrtsverbaende.xlsx",
        f"{STEM}-map-a4.svg",
        "modell-2-ki-und-wohlfahrtsverbaende-map-a4.svg",
        "modell-3-anteile-bei-den-kommunen-map-layer-1-a4.svg",
        "modell-3-anteile-bei-den-kommunen-map-layer-2-a4.svg",
    ]


def test_no_two_files_have_the_same_name() -> None:
    assert scenario_stems(["Äpfel", "Aepfel", "äpfel!", "../../etc", "con", ""]) == [
        "aepfel", "aepfel-2", "aepfel-3", "etc", "szenario-con", "szenario",
    ]  # fmt: skip


def test_scenarios_of_several_counties_are_refused(answer: Answer) -> None:
    with pytest.raises(InputError, match="another county"):
        papers([shipped("modell-1-zentral"), answer], "de", day=DAY)


@pytest.mark.parametrize("proposed", [0, 1])
def test_without_posts_and_yardstick_the_papers_tell_hours_only(tmp_path: Path, proposed: int) -> None:
    text = (SCENARIOS / "nichts.yaml").read_text(encoding="utf-8").replace("yardstick: {posts: 6}", "yardstick: null")
    (tmp_path / "nichts.yaml").write_text(text, encoding="utf-8")
    nothing = answered(tmp_path / "nichts.yaml")
    plan = nothing.solution.plan
    assert plan is not None
    assert plan.lowest_coverage is None
    found = paper([nothing, shipped("modell-1-zentral")], "de", day=DAY, proposed=proposed)
    planned = found.parts[0].planned
    assert planned is not None
    hours = number(plan.hours_per_1000(plan.least_covered.ags) or 0.0, 1, "h")
    assert next(figure.value for figure in planned.figures) == hours
    towns = planned.municipalities
    at = [found.say(column.heading) for column in towns.columns]
    for heading in ("100 % (h)", "Versorgungsgrad", "Fehlende Stunden", "Vorhanden, Anteil"):
        assert {row.cells[at.index(heading)].value for row in towns.rows} == {"–"}
    only = paper([nothing], "de", day=DAY)
    assert found.say(hours) in " ".join(map(only.say, only.recommendation))
    made = papers([nothing], "de", day=DAY, formats=[Format.PDF, Format.PPTX, Format.XLSX])
    assert [Path(name).suffix for name in made] == [".pdf", ".pptx", ".xlsx"]
    read = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(next(iter(made.values())))).pages)
    assert found.say(hours) in re.sub(r"\s+", " ", read)
    document = result(nothing.loaded, nothing.solution, (), "de")
    assert document["lowest_coverage"] is document["shortfall_hours"] is document["yardstick"] is None
    assert {town["shortfall_hours"] for town in document["municipalities"]} == {None}


def test_an_archive_is_the_same_whenever_it_is_made() -> None:
    files = {"b.txt": b"2", "a.txt": b"1"}
    archive = zipped(files)
    assert archive == zipped(files)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == files
        assert opened.namelist() == ["b.txt", "a.txt"]
    core = b'<x><dcterms:created xsi:type="d">2020-01-01T10:11:12Z</dcterms:created></x>'
    with zipfile.ZipFile(io.BytesIO(settled(zipped({"docProps/core.xml": core}), DAY))) as opened:
        assert b'<dcterms:created xsi:type="d">2026-03-09T00:00:00Z<' in opened.read("docProps/core.xml")


def in_all(figures: Sequence[object], say: Callable[[object], str], *texts: str) -> None:
    for figure in figures:
        for text in texts:
            assert say(figure) in text, say(figure)


def test_json_report_slides_and_workbook_have_the_same_figures() -> None:
    found = paper(models(), "de", day=DAY)
    content = pdf(found, lambda _, wide, high: drawing(wide, high))
    report = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    report = re.sub(r"\s+", " ", report)
    deck: Any = Presentation(io.BytesIO(slides(found, [picture()] * len(found.maps), Style())))
    shown = words(deck).replace("\u00a0", " ")
    (chart,) = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    book: Any = load_workbook(io.BytesIO(workbook(found)))
    _, comparison, coverage, districts, *_ = (
        [[cell.value for cell in row] for row in book.worksheets[position].iter_rows()] for position in range(5)
    )
    columns = [i for i, heading in enumerate(comparison[0]) if re.match(r"\(\d\)", heading)]
    compared = [{row[0]: row[column] for row in comparison} for column in columns]
    for position, answer in enumerate(models()):
        document = json.loads(json.dumps(result(answer.loaded, answer.solution, answer.conflicts, "de")))
        lowest, shortfall, travel = (document[key] for key in ("lowest_coverage", "shortfall_hours", "travel_hours"))
        in_all([percent(lowest), number(shortfall, 1, "h"), number(travel, 1, "h")], found.say, report, shown)
        names = [found.say(row.cells[0].value) for row in found.figures.rows]
        assert [compared[position][names[row]] for row in (5, 6, 8)] == exactly([lowest, shortfall, travel])
        shares = [town["coverage"] for town in document["municipalities"]]
        in_all([percent(share) for share in shares], found.say, report)
        assert [row[columns[position]] for row in coverage[1:]] == exactly(shares)
        assert list(chart.series[position].values) == pytest.approx(shares, rel=1e-12)
        planned = found.parts[position].planned
        assert planned is not None
        # The document has districts in the order of keys, tables in that of their numbers.
        teams = [
            next(one for one in told["districts"] if [t["ags"] for t in one["municipalities"]] == [*d.municipalities])
            for told, layer in zip(document["layers"], planned.plan.layers, strict=True)
            for _, d in layer.numbered
        ]
        placed = [row for row in districts if row[0] == position + 1 and row[2] is not None]
        for heading, key in (("Stellen (VZÄ)", "fte"), ("Fahrzeit (h)", "travel_hours")):
            at = districts[0].index(heading)
            assert [row[at] for row in placed] == exactly(team[key] for team in teams)


def test_the_command_writes_the_files(small: Callable[[str], Path], tmp_path: Path) -> None:
    out = tmp_path / "neu" / "papiere"
    done = run("report", small(SMALL), "--out", out, "--date", "2026-03-09", "--xlsx", "--svg", "--lang", "en")
    assert done.status == 0
    assert done.out.splitlines() == [f"Written: {out / name}" for name in ("probe.xlsx", "probe-map-a4.svg")]
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert set(first) == {"probe.xlsx", "probe-map-a4.svg"}
    (out / "probe.xlsx").write_bytes(b"old")
    assert run("report", small(SMALL), "--out", out, "--date", "2026-03-09", "--xlsx", "--lang", "en").status == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first


def test_options_of_the_command(small: Callable[[str], Path], tmp_path: Path, data: Path) -> None:
    (data / "style.yaml").write_text("accent: '#00a050'\n", "utf-8")
    (tmp_path / "logo.png").write_bytes(picture(30, 10))
    other = small(SMALL.replace("Probe", "Zweites"))
    other.rename(tmp_path / "zwei.yaml")
    done = run(
        "report", small(SMALL), tmp_path / "zwei.yaml", "--pptx", "--png", "--out", tmp_path, "--title", "Für den Rat",
        "--proposed", "2", "--paper", "a3", "--landscape", "--logo", tmp_path / "logo.png", "--date", "2026-03-09",
    )  # fmt: skip
    assert done.status == 0, done.err
    assert (tmp_path / "probe-map-a3-landscape.png").exists()
    deck: Any = Presentation(str(tmp_path / "zweites.pptx"))
    assert deck.slides[0].shapes.title.text_frame.text == "Für den Rat"
    assert "Vorgeschlagen wird (2) Zweites" in words(deck)
    master = zipfile.ZipFile(tmp_path / "zweites.pptx").read("ppt/slideMasters/slideMaster1.xml")
    assert b"00a050" in master
    assert b"<p:pic" in master


def test_all_faults_of_the_command_are_told_at_once(small: Callable[[str], Path], tmp_path: Path) -> None:
    done = run(
        "report", small(SMALL), "fehlend.yaml", "--lang", "en", "--out", tmp_path / "out", "--proposed", "3",
        "--accent", "rot", "--logo", tmp_path / "fehlt.png", "--title", "a\nb",
    )  # fmt: skip
    assert done.status == 2
    for told in (
        "--proposed: there is no scenario 3: a number from 1 to 2",
        "--accent: “rot” is not a colour",
        "fehlt.png: the file does not exist",
        "--title: ",
        "fehlend.yaml: the file does not exist",
    ):
        assert told in done.err
    assert not (tmp_path / "out").exists()


def test_a_date_that_is_none(small: Callable[[str], Path]) -> None:
    done = run("report", small(SMALL), "--date", "9.3.2026", "--lang", "en")
    assert done.status == 2
    assert "“9.3.2026” is not a date such as 2026-11-22" in done.err


def test_a_folder_that_cannot_be_written(small: Callable[[str], Path], tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("", "utf-8")
    done = run("report", small(SMALL), "--svg", "--out", tmp_path / "datei")
    assert done.status == 2
    assert str(tmp_path / "datei") in done.err
    (tmp_path / "probe-map-a4.svg").mkdir()
    assert "probe-map-a4.svg" in run("report", small(SMALL), "--svg", "--out", tmp_path).err


def test_scenarios_without_a_plan_have_papers_too(small: Callable[[str], Path], tmp_path: Path) -> None:
    impossible = small(SMALL.replace("minimum: 2", "minimum: 2, minimum_persons: 9"))
    done = run("report", impossible, "--xlsx", "--pptx", "--pdf", "--svg", "--municipalities", "--out", tmp_path)
    assert done.status == 1
    assert len(done.out.splitlines()) == 3


def test_two_counties_in_the_command(small: Callable[[str], Path], tmp_path: Path) -> None:
    done = run("report", small(SMALL), "modell-1-zentral", "--xlsx", "--out", tmp_path / "out", "--lang", "en")
    assert done.status == 2
    assert "modell-1-zentral.yaml: this scenario is about another county: Kreis Coesfeld" in done.err
    assert not (tmp_path / "out").exists()


def test_a_name_with_markup_reaches_every_file(tmp_path: Path) -> None:
    name = "<script>alert(1)</script> & ${x} #eval"
    texts = county_texts(columns=4)
    write_county(tmp_path, texts | {"municipalities.csv": texts["municipalities.csv"].replace("Adorf", name)})
    (tmp_path / "probe.yaml").write_text(SMALL.replace("Probe", f'"{name}"'), "utf-8")
    files = papers([answered(tmp_path / "probe.yaml")], "de", day=DAY)
    assert len(files) == len(Format)
    html = next(content for file, content in files.items() if file.endswith(".html")).decode()
    assert "<script>alert" not in html
