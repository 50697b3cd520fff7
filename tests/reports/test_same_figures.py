"""One package: the same figures in every medium, and every difference is that of the figures printed beside it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from papers import DAY, Answer, shipped
from pptx import Presentation
from pypdf import PdfReader
from test_one_table import in_map_file

from geodata.editing.workbook_layout import COMPARISON, COVERAGE
from reports.package import Format, papers
from translation import msg, number, percent, translate
from wording.compared_tables import compared, coverage_table, deciding_table, figures_table, folded
from wording.grid import GridTable
from wording.result_json import result

Table = list[list[str]]
"""Rows of cells as they are read; a difference stands on a line below its figure, or in brackets behind it."""
_FIGURE = r"[0-9.]+(?:,[0-9]+)?"
_DIFFERENCE = re.compile(rf"^({_FIGURE})([^+−±(\n]*)[\n(]+([+−±])({_FIGURE})")
_INSTEAD = re.compile(rf"({_FIGURE}) (h|€)[^.:]*: ({_FIGURE}) \2 statt ({_FIGURE}) \2")


def say(value: object) -> str:
    return translate(value, "de")


def plain(text: str) -> str:
    """A text without what only keeps it together or parts it."""
    return re.sub(r"[\u00a0\u202f]", " ", text).replace("\u00ad", "").replace("\v", "\n")


def amount(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


# -- what each medium shows -------------------------------------------------------------------------------------------


def in_word(content: bytes) -> tuple[str, list[Table]]:
    document: Any = Document(io.BytesIO(content))
    tables = [[[plain(cell.text) for cell in row.cells] for row in table.rows] for table in document.tables]
    return "\n".join(plain(paragraph.text) for paragraph in document.paragraphs), tables


def on_slides(content: bytes) -> tuple[str, list[Table]]:
    texts: list[str] = []
    tables: list[Table] = []
    for slide in Presentation(io.BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                texts.append(plain(shape.text_frame.text))
            if shape.has_table:
                tables.append([[plain(cell.text_frame.text) for cell in row.cells] for row in shape.table.rows])
        if slide.has_notes_slide:
            texts.append(plain(slide.notes_slide.notes_text_frame.text))
    return "\n".join(texts), tables


def in_workbook(content: bytes) -> tuple[str, list[Table]]:
    """The sheets of the comparison, each difference set below the figure that it stands behind."""
    book: Any = load_workbook(io.BytesIO(content))
    apart = say(msg("Difference of {scenario}", scenario=""))
    tables = []
    for title in (COMPARISON, COVERAGE):
        table: Table = []
        headings = [str(cell.value) for cell in next(book[say(title)].iter_rows())]
        for row in book[say(title)].iter_rows():
            cells: list[str] = []
            for heading, cell in zip(headings, row, strict=True):
                if heading.startswith(apart):
                    cells[-1] += f"\n{as_shown(cell)}"
                else:
                    cells.append(as_shown(cell))
            table.append(cells)
        tables.append(table)
    return "", tables


def as_shown(cell: Any) -> str:
    """A cell as a spreadsheet shows it: halves are rounded up, digits behind the 15th are not known."""
    if not isinstance(cell.value, int | float):
        return str(cell.value or "")
    positive, _, negative = cell.number_format.partition(";")
    form = negative if cell.value < 0 and negative else positive
    if not re.search("[#0]", re.sub('"[^"]*"', "", form)):
        return form.replace('"', "")
    share = form.rstrip('"').endswith("%")
    digits = len(re.search(r"0(?:\.(0+))?", form).group(1) or "")  # type: ignore[union-attr]
    value = abs(Decimal(f"{cell.value:.15g}")) * (100 if share else 1)
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    figure = say(number(float(rounded), digits))
    before, _, after = re.sub(r"[#0,.]+", "\0", form, count=1).partition("\0")
    return f"{before}{figure}{after}".replace('"', "")


def on_screen(answers: list[Answer]) -> list[Table]:
    """The tables of the page that compares, in full and folded."""
    plans = compared(answers)
    whole = figures_table(plans, plans[0])
    return [
        written(one) for one in (whole, folded(whole), deciding_table(plans, plans[0]), coverage_table(plans, plans[0]))
    ]


def written(table: GridTable) -> Table:
    rows = [
        [say(cell.value) + ("" if cell.difference is None else f"\n{say(cell.difference.said)}") for cell in row.cells]
        for row in table.rows
    ]
    return [[say(column.heading) for column in table.columns], *rows]


# -- what must hold ---------------------------------------------------------------------------------------------------


def differences(tables: Iterable[Table]) -> Iterator[tuple[str, str]]:
    """Of every cell with a difference the figure and the difference; each is checked against the base's figure."""
    for headings, *rows in tables:
        scenarios = [at for at, heading in enumerate(headings) if heading.startswith("(")]
        for row in rows:
            for at in scenarios[1:]:
                found = _DIFFERENCE.search(row[at]) if at < len(row) else None
                base = re.match(_FIGURE, row[scenarios[0]])
                if found is None or base is None:
                    continue
                figure, _, sign, apart = found.groups()
                by = amount(apart) * (-1 if sign == "−" else 1)
                assert amount(figure) - amount(base[0]) == by, (row[0], row[scenarios[0]], row[at])
                yield f"{figure}{found[2]}".strip(), f"{sign}{apart}"


def check_sentences(text: str, least: int) -> None:
    found = _INSTEAD.findall(text)
    assert len(found) >= least, text
    for by, _, now, then in found:
        assert abs(amount(now) - amount(then)) == amount(by), (by, now, then)


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    return [shipped("modell-1-zentral"), shipped("modell-2-wohlfahrt")]


def test_figures_and_differences_are_the_same_in_every_medium(answers: list[Answer]) -> None:
    formats = [Format.PDF, Format.DOCX, Format.PPTX, Format.XLSX, Format.HTML]
    files = papers(answers, "de", day=DAY, formats=formats)
    made = {Path(name).suffix: content for name, content in files.items()}
    word, slides, book = in_word(made[".docx"]), on_slides(made[".pptx"]), in_workbook(made[".xlsx"])
    report = plain(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(made[".pdf"])).pages))
    report = re.sub(r"\s+", " ", report)
    screen = on_screen(answers)
    pages = [in_map_file(content.decode()) for name, content in files.items() if name.endswith(".html")]
    read = {
        "docx": f"{word[0]}\n{word[1]}",
        "pptx": f"{slides[0]}\n{slides[1]}",
        "xlsx": str(book[1]),
        "pdf": report,
        "screen": str(screen),
    }
    for answer, page in zip(answers, pages, strict=True):
        document: Any = result(answer.loaded, answer.solution, answer.conflicts, "de")
        hours = [document[key] for key in ("hours_per_1000", "shortfall_hours", "travel_hours")]
        figures = [percent(document["lowest_coverage"]), *(number(one, 1, "h") for one in hours)]
        for medium, text in read.items():
            assert [say(one) for one in figures if say(one) not in text] == [], medium
        cells = {plain(cell) for table in page for row in table for cell in row}
        assert {say(figures[0]), *(say(number(one, 1)) for one in hours)} <= cells
    told = sorted(differences(screen[:1]))
    assert len(told) >= 5
    assert sum(1 for _ in differences(screen)) > len(told)
    for medium, tables in (("docx", word[1]), ("pptx", slides[1]), ("xlsx", book[1])):
        assert set(told) <= set(differences(tables)), medium
    for figure, by in told:
        assert f"{figure} {by}" in report
    check_sentences(report, 3)
    check_sentences(word[0], 3)
    check_sentences(slides[0], 0)
