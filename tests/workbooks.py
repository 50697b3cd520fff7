"""Workbooks of a county as planners change them, for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from geodata.county import County
from geodata.editing.workbook_write import county_workbook

Edit = Callable[[Workbook], None]
#: A county and its workbook, which many tests in a row change.
_written_last: list[tuple[County, bytes]] = []


def edited(county: County, *edits: Edit) -> bytes:
    """The English workbook of ``county`` after ``edits``, saved as a spreadsheet program would."""
    if not _written_last or _written_last[0][0] is not county:
        _written_last[:] = [(county, county_workbook(county, "en"))]
    workbook = load_workbook(io.BytesIO(_written_last[0][1]))
    for edit in edits:
        edit(workbook)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def put(sheet: str, cell: str, value: object) -> Edit:
    """Writes ``value`` into a cell."""

    def edit(workbook: Workbook) -> None:
        workbook[sheet][cell] = value

    return edit


def rows_of(content: bytes, sheet: str) -> list[list[object]]:
    """All cells of a sheet as the library reads them, for a look at what was written."""
    worksheet = load_workbook(io.BytesIO(content))[sheet]
    assert isinstance(worksheet, Worksheet)
    return [[cell.value for cell in row] for row in worksheet.iter_rows()]


def repacked(content: bytes, parts: Mapping[str, Callable[[bytes], bytes]], *, drop: str = "") -> bytes:
    """The archive ``content`` with some parts changed, or one left out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != drop:
                change = parts.get(name, lambda part: part)
                new.writestr(name, change(old.read(name)))
    return stream.getvalue()
