"""The counties of a state as files: a table for Excel, a workbook, and maps for print and for the browser."""

from __future__ import annotations

import html
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from openpyxl import Workbook

from files.archive import settled
from files.csv_table import excel_table
from maps.colours import MapFigure
from maps.paper.png import plan_png
from maps.paper.state_sheet import state_svg
from maps.paper.svg import clean
from maps.state import StateShapes, state_figures, state_map
from reports.maps.page import html_page, table_html
from reports.workbook.sheets import Sheets, cell_of, fit
from translation import Language, Message, Number, Percent, msg, translate
from wording.about import planner_version
from wording.grid import NOTHING, GridTable
from wording.state import MORE, StateRow, state_table


@dataclass(frozen=True)
class StatePapers:
    """What files of a state tell: the rows, the outlines of the counties, under which rules and when.

    ``shapes`` is missing where no county could be read.
    """

    rows: Sequence[StateRow]
    shapes: StateShapes | None
    title: str
    day: date
    language: Language

    def say(self, value: object) -> str:
        """A message or figure as text."""
        return translate(value, self.language)


def state_files(papers: StatePapers) -> Iterator[tuple[str, bytes]]:
    """The files by name: ``state.csv``, ``state.xlsx``, ``state.html``, and an SVG and a PNG for each figure."""
    table = state_table(papers.rows)
    yield "state.csv", _csv(table, papers)
    yield "state.xlsx", _workbook(table, papers)
    if papers.shapes is None:
        return
    figures = _figures(papers.rows, papers.shapes)
    yield "state.html", _page(table, papers, papers.shapes, figures).encode()
    for name, figure in figures.items():
        drawing = state_svg(papers.shapes, figure, papers.language, title=papers.title, day=papers.day)
        yield f"state-{name}.svg", drawing.encode()
        yield f"state-{name}.png", plan_png(drawing)


def _csv(table: GridTable, papers: StatePapers) -> bytes:
    """Figures in full, shares as shares of one; reasons in a column of their own."""

    def cell(value: object) -> str | float | None:
        match value:
            case Number() | Percent():
                return float(value.value)
            case _:
                text = papers.say(value)
                return None if text == NOTHING else text

    columns = [papers.say(column.heading) for column in table.columns]
    # Not the sum, which a table for computing would count again.
    rows = [
        [one.ags, *(cell(found.value) for found in row.cells), " ".join(one.reasons)]
        for one, row in zip(papers.rows, table.rows, strict=False)
    ]
    return excel_table([papers.say(msg("Key of the county")), *columns, papers.say(msg("Reason"))], rows)


def _workbook(table: GridTable, papers: StatePapers) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets = Sheets(book, papers.language, papers.title, papers.day)
    sheet = sheets.add(msg("Counties"))
    sheet.headings([column.heading for column in table.columns], [column.figures for column in table.columns])
    for row in table.rows:
        sheet.row([cell_of(cell.value, papers.language) for cell in row.cells], row.weight)
    sheet.close()
    notes = sheets.add(msg("Notes"))
    notes.texts([papers.title], bold=True, size=16)
    notes.texts(table.notes)
    notes.texts([msg("Made with KIM-Planer {version}.", version=planner_version())])
    notes.close(repeated=False, widest=110)
    for worksheet in book.worksheets:
        fit(worksheet)
    book.properties.title, book.properties.creator = clean(papers.title), "KIM-Planer"
    book.properties.created = datetime.combine(papers.day, time())
    stream = io.BytesIO()
    book.save(stream)
    return settled(stream.getvalue(), papers.day)


def _figures(rows: Sequence[StateRow], shapes: StateShapes) -> dict[str, MapFigure]:
    known = {row.folder: row for row in rows}

    def values(name: str) -> dict[str, float | None]:
        return {folder: getattr(known[folder], name) for folder in shapes.outlines}

    return state_figures(values("lowest_coverage"), values("hours_per_1000"), values("road_share"))


def _page(table: GridTable, papers: StatePapers, shapes: StateShapes, figures: Mapping[str, MapFigure]) -> str:
    tooltips = {
        one.folder: _tooltip(one, table, at, papers)
        for at, one in enumerate(papers.rows)
        if one.folder in shapes.outlines
    }
    body, scripts = [], []
    for name, figure in figures.items():
        drawn = state_map(shapes, figure, tooltips, papers.language).drawn(f"state {name}")
        heading = html.escape(papers.say(figure.title))
        body.append(f"<h2>{heading}</h2>")
        body.append(f'<div class="kim-map-body" role="group" aria-label="{heading}">{drawn.html}</div>')
        scripts.append(drawn.script)
    without: Message = msg("The map needs JavaScript. The tables below hold the same figures.")
    body.insert(0, f"<noscript><p>{html.escape(papers.say(without))}</p></noscript>")
    body.append(table_html(table.without(MORE), papers.language))
    about = [msg("Counties"), msg("date: {day}", day=papers.day)]
    return html_page(papers.title, about, body, "\n".join(scripts), papers.language)


def _tooltip(one: StateRow, table: GridTable, at: int, papers: StatePapers) -> list[str]:
    cells = zip(table.columns[1:], table.rows[at].cells[1:], strict=True)
    lines = [f"{papers.say(column.heading)}: {papers.say(cell.value)}" for column, cell in cells]
    return [one.called, *lines, *one.reasons]
