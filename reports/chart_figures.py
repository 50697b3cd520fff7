"""The figures behind a chart on a slide, as the workbook that opens when somebody edits the chart."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

#: The chart refers to it.
_SHEET = "Sheet1"


def chart_figures(
    categories: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]], written: str
) -> bytes:
    """A row for each category, a column for each of the ``series``, figures in the number format ``written``.

    Names stay texts, whatever they begin with: a library for charts would make formulas of them.
    """
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _SHEET
    for row, name in enumerate(categories, start=2):
        _text(sheet, row, 1, name)
    for column, (name, values) in enumerate(series, start=2):
        _text(sheet, 1, column, name)
        for row, value in enumerate(values, start=2):
            sheet.cell(row, column, value).number_format = written
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _text(sheet: Worksheet, row: int, column: int, text: str) -> None:
    cell = sheet.cell(row, column, text)
    assert isinstance(cell, Cell)
    cell.data_type = "s"
    cell.quotePrefix = True
