"""One table, one place: screen, command, report, slides, workbook and map file show the tables of ``wording``."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from papers import DAY, MODELS, Answer, drawing, models, shipped
from PIL import Image
from pptx import Presentation
from rich.console import RenderableType
from rich.table import Table as RichTable
from rich.text import Text
from sorted_tables import sorted_tables
from streamlit.testing.v1 import AppTest

import scenarios
from command import printed
from geodata.editing.workbook_layout import COMPARISON, COVERAGE, PLAN_DISTRICTS, PLAN_MUNICIPALITIES
from optimizer.plan import Plan
from reports.maps.page import plan_html
from reports.number_formats import stored
from reports.paper import Paper, paper
from reports.report.report import blocks
from reports.slides.slides import slides
from reports.style import Style
from reports.workbook.workbook import workbook
from translation import Message, Number, Percent, translate
from wording.compared_tables import (
    PER_1000,
    changes_table,
    compared,
    coverage_table,
    figures_table,
    folded,
    town_table,
    with_plan,
)
from wording.differences import Difference
from wording.grid import GridCell, GridTable, Weight
from wording.plan_tables import (
    DISTRICT,
    DRIVE,
    EXISTING,
    INDICATOR,
    districts_table,
    losses_table,
    municipalities_table,
)

ROOT = Path(printed.__file__).parents[1]
LAYERS = "modell-3-kommunen"
TOWN = "05558016"
Lines = list[list[str]]
"""The headings and the rows of a table; in a cell a difference stands below its figure."""


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIM_DATA", str(tmp_path))


@pytest.fixture(scope="module")
def two_layers() -> Answer:
    found = shipped(LAYERS)
    assert len(plan_of(found).layers) == 2
    return found


@pytest.fixture(scope="module")
def three() -> Paper:
    return paper(models(), "de", day=DAY)


def plan_of(answer: Answer) -> Plan:
    assert answer.solution.plan is not None
    return answer.solution.plan


def say(value: object) -> str:
    return translate(value.text if isinstance(value, Difference) else value, "de")


def said(table: GridTable, *, short: bool = False) -> Lines:
    """A table as it is to be read everywhere."""
    headings = [say(column.short if short and column.short else column.heading) for column in table.columns]
    return [headings, *([_cell(cell) for cell in row.cells] for row in table.rows)]


def _cell(cell: GridCell) -> str:
    return say(cell.value) if cell.difference is None else f"{say(cell.value)}\n{say(cell.difference.said)}"


def bare(text: str) -> str:
    """A text without what only keeps it together or parts it."""
    return text.replace("\u00a0", " ").replace("\u00ad", "")


# -- what each medium shows -------------------------------------------------------------------------------------------


def page(name: str, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / name), default_timeout=60)
    for key, value in {"language": "de", **parameters}.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def drawn(app: AppTest) -> list[Lines]:
    """The tables of a page that are drawn in full."""
    found = []
    for one in app.table:
        frame = one.value.reset_index()
        found.append([[_unmarked(text) for text in line] for line in [frame.columns, *frame.to_numpy().tolist()]])
    return found


def _unmarked(markdown: str) -> str:
    text = re.sub(r":(?:red|green)\[(.*?)\]", r"\1", markdown.replace("**", "").replace("  \n", "\n"))
    return bare(text).replace("\\", "")


def in_terminal(parts: Iterable[RenderableType]) -> list[Lines]:
    return [
        [[str(column.header) for column in table.columns], *map(list, zip(*map(_plain, table.columns), strict=True))]
        for table in parts
        if isinstance(table, RichTable)
    ]


def _plain(column: Any) -> Iterator[str]:
    for cell in column.cells:
        assert isinstance(cell, Text)
        yield cell.plain.replace("\n", " ")


def bracketed(table: GridTable) -> Lines:
    """As the command writes it: no word for better or worse, the difference in brackets."""
    headings, *_ = said(table)
    return [headings, *([_bracketed(cell) for cell in row.cells] for row in table.rows)]


def _bracketed(cell: GridCell) -> str:
    return say(cell.value) if cell.difference is None else f"{say(cell.value)} ({say(cell.difference)})"


def in_report(found: Paper) -> list[Lines]:
    return [
        [
            [bare(column["heading"]) for column in block["columns"]],
            *([bare("\n".join(cell)) for cell in row["cells"]] for row in block["rows"]),
        ]
        for block in blocks(found, [drawing()] * len(found.maps))
        if block["kind"] == "table"
    ]


class _Tables(HTMLParser):
    """The tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Lines] = []
        self._inside = False

    def handle_starttag(self, tag: str, _: Any) -> None:
        if tag == "table":
            self.found.append([])
        elif tag == "tr":
            self.found[-1].append([])
        elif tag in ("th", "td"):
            self.found[-1][-1].append("")
        self._inside = tag in ("th", "td")

    def handle_endtag(self, _: str) -> None:
        self._inside = False

    def handle_data(self, text: str) -> None:
        if self._inside:
            self.found[-1][-1][-1] += text


def in_map_file(html: str) -> list[Lines]:
    parser = _Tables()
    parser.feed(html)
    return parser.found


def stored_in(table: GridTable) -> list[list[object]]:
    """The rows of a table as a workbook keeps them: figures as numbers, nothing for an empty text."""
    return [[_stored(cell.value) for cell in row.cells] for row in table.rows]


def _stored(value: object) -> object:
    match value:
        case Number() | Percent():
            return pytest.approx(stored(value), rel=1e-15, abs=1e-15)
        case Difference():
            return value.by
        case _:
            return say(value) or None


def in_sheet(found: Paper, title: Message) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(workbook(found)))[say(title)]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


# -- a plan of two layers ---------------------------------------------------------------------------------------------


def tables_of(answer: Answer) -> tuple[list[GridTable], GridTable, GridTable]:
    """Districts of each layer, municipalities with all columns, losses."""
    plan, county = plan_of(answer), answer.loaded.county
    indicators = [name for name in answer.loaded.scenario.key if name in county.indicator_names]
    districts = [districts_table(layer, county) for layer in plan.layers]
    return districts, municipalities_table(answer.loaded, plan, indicators), losses_table(plan)


@pytest.mark.parametrize("layer", [0, 1])
def test_plan_on_the_screen(two_layers: Answer, layer: int) -> None:
    districts, municipalities, losses = tables_of(two_layers)
    app = page("app.py", scenario=LAYERS, layer=str(layer))
    assert sorted_tables(app) == [said(districts[layer]), said(municipalities)]
    assert drawn(app)[0] == said(losses)
    notes = {caption.value.replace("\\", "") for caption in app.caption}
    assert {say(note) for note in municipalities.notes} <= notes


def test_plan_on_the_page_of_rules(two_layers: Answer) -> None:
    districts, _, _ = tables_of(two_layers)
    assert said(districts[0]) in sorted_tables(page("views/rules.py", scenario=LAYERS))


def test_plan_in_the_terminal(two_layers: Answer) -> None:
    districts, municipalities, losses = tables_of(two_layers)
    shown = in_terminal(printed.plan(two_layers.loaded, two_layers.solution, (), "de"))
    assert shown == [
        *map(said, districts),
        said(municipalities.without(DISTRICT, DRIVE, EXISTING, INDICATOR)),
        said(losses),
    ]


def test_plan_in_the_report(two_layers: Answer) -> None:
    districts, municipalities, losses = tables_of(two_layers)
    shown = in_report(paper([two_layers], "de", day=DAY))
    for table in (*districts, municipalities.without(DRIVE, INDICATOR), losses):
        assert said(table) in shown


def test_plan_in_the_workbook(two_layers: Answer) -> None:
    districts, municipalities, _ = tables_of(two_layers)
    found = paper([two_layers], "de", day=DAY)
    headings, *rows = in_sheet(found, PLAN_DISTRICTS)
    assert headings[2:] == said(districts[0])[0]
    assert [row[2:] for row in rows] == [line for table in districts for line in stored_in(table)]
    headings, *rows = in_sheet(found, PLAN_MUNICIPALITIES)
    shown = municipalities.without(DRIVE, INDICATOR)
    assert headings[1:] == said(shown)[0]
    assert [row[1:] for row in rows] == stored_in(shown)


def test_plan_in_the_file_of_a_map(two_layers: Answer) -> None:
    districts, municipalities, _ = tables_of(two_layers)
    html = plan_html(two_layers.loaded, plan_of(two_layers), 1, "de")
    assert in_map_file(html) == [said(districts[1]), said(municipalities.without(DRIVE, INDICATOR))]


@pytest.mark.parametrize("stem", sorted(path.stem for path in scenarios.SCENARIOS.glob("*.yaml")))
def test_what_is_printed_adds_up_or_says_that_it_is_rounded(stem: str) -> None:
    districts, municipalities, losses = tables_of(shipped(stem))
    for table in (*districts, municipalities, losses):
        notes = " ".join(map(say, table.notes))
        assert _adds_up(table) is ("gerundet" not in notes), say(table.title)


def _adds_up(table: GridTable) -> bool:
    lowest = [say(Message(name)) for name in ("Coverage", "h per 1,000", "Existing, share")]
    *rows, total = table.rows
    assert total.weight is Weight.TOTAL
    for position, column in enumerate(table.columns):
        if isinstance(total.cells[position].value, Number | Percent) and say(column.heading) not in lowest:
            parts = [_printed(row.cells[position]) for row in rows]
            if sum(parts) != _printed(total.cells[position]):
                return False
    return True


def _printed(cell: GridCell) -> Decimal:
    return Decimal(translate(cell.value, "en").replace(",", "").rstrip("%"))


# -- a comparison -----------------------------------------------------------------------------------------------------


def test_comparison_on_the_screen() -> None:
    plans = with_plan(compared(models()))
    app = page("views/compare.py", compare=",".join(MODELS), municipality=TOWN, open="figures,towns,changes")
    assert drawn(app) == [
        said(town_table(plans, TOWN, 0)),
        said(folded(figures_table(plans, plans[0]))),
        said(changes_table(plans, 0)),
    ]
    assert sorted_tables(app) == [said(coverage_table(plans, plans[0]).apart(), short=True)]


def test_comparison_in_the_terminal(three: Paper) -> None:
    shown = in_terminal(printed.comparison(models(), "de"))
    assert shown == [bracketed(three.figures), bracketed(three.coverage)]


def test_comparison_in_the_report(three: Paper) -> None:
    shown = in_report(three)
    assert said(three.figures) in shown
    assert said(three.coverage) in shown


def test_comparison_in_the_workbook(three: Paper) -> None:
    for title, table in ((COMPARISON, three.figures.apart()), (COVERAGE, three.coverage.apart())):
        headings, *rows = in_sheet(three, title)
        assert headings == said(table)[0]
        assert rows == stored_in(table)


def test_comparison_on_slides(three: Paper) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (30, 20)).save(stream, "PNG")
    content = slides(three, [stream.getvalue()] * len(three.maps), Style())
    shapes = [shape for slide in Presentation(io.BytesIO(content)).slides for shape in slide.shapes]
    tables = [_on_slide(shape.table) for shape in shapes if shape.has_table]
    assert _joined(said(three.figures)) in map(_joined, tables)
    (chart,) = (shape.chart for shape in shapes if shape.has_chart)
    headings, *rows = said(three.coverage.without(PER_1000))
    assert list(chart.plots[0].categories) == [row[0] for row in rows]
    assert [series.name for series in chart.plots[0].series] == headings[1:]
    for position, series in enumerate(chart.plots[0].series, start=1):
        shares = [row.cells[position].value for row in three.coverage.rows]
        assert list(series.values) == [share.value for share in shares if isinstance(share, Percent)]


def _on_slide(table: Any) -> Lines:
    return [[bare(cell.text_frame.text) for cell in row.cells] for row in table.rows]


def _joined(lines: Sequence[Sequence[str]]) -> Lines:
    """Where there is room, a slide has the difference in brackets behind its figure."""
    return [[re.sub(r"\n(.*)", r" (\1)", cell) for cell in line] for line in lines]
