"""The rows of a table file, whatever wrote it: CSV of any dialect, Excel, OpenDocument."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from files.directory import is_directory, read_directory
from files.faults import Fault, InputError
from files.published import MUNICIPALITY_KEY, Record, known_headings
from files.reading import check_size
from files.typed import shown
from translation import Message, listing, msg, msgs

if TYPE_CHECKING:
    # What reads workbooks is slow to load, and most tables are none.
    from files.workbook_cells import Sheet

WORKBOOKS = (b"PK\x03\x04", b"PK\x05\x06", bytes.fromhex("d0cf11e0"))
"""How a workbook begins, of whatever kind."""
#: The directory of all municipalities of Germany as a workbook takes a third of it.
UNPACKED = 40_000_000
_MOST_COLUMNS = 1000
_DELIMITERS = (";", "\t", ",", "|")
_HEAD = 60
_SEPARATOR = re.compile(r"\A\s*\"?sep=(.)\"?[^\S\n\r]*(\r\n|\r|\n|\Z)", re.IGNORECASE)
#: What the offices of statistics put between a table and its notes, whose quotation marks fit nothing.
_RULED_OFF = re.compile(r"(?:\r\n|\r|\n)\"?_{5,}")
_TEXT_CELL = re.compile(r'="([^"]*)"')
#: A key as its parts are read out: state, region, county, municipality.
_SPACED_KEY = re.compile(r"[01]\d \d \d{2} (?:\d{4} )?\d{3}|[01]\d \d{3} \d{3}")
#: Excel takes a cell that begins with an apostrophe for text, and a formula begins with one of the others.
_PROTECTED = re.compile(r"'(?=[=+\-@\t\r]|[0-9]+\Z)")
_FLAT = re.compile(r"\W*(statistics_code|statistik_code|time_code)\W", re.IGNORECASE)
_FOREIGN: Mapping[bytes, Message] = {
    b"%PDF": msg("this is a PDF"),
    b"<": msg("this is a web page or XML"),
    b"{": msg("this is JSON"),
}


@dataclass
class Grid:
    """The rows of a table that are not empty, and what is known of how they were written."""

    records: list[Record]
    delimiter: str = ","
    faults: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)


def read_grid(content: bytes, file: str, headings: Mapping[str, str]) -> Grid:
    """The rows in the bytes of ``file``; ``headings`` are known spellings of columns, in small letters.

    Raises ``InputError`` where it is no table at all.
    """
    check_size(content, file)
    if content.startswith(WORKBOOKS):
        from files.workbook_cells import read_sheets

        return sheet_grid(read_sheets(content, file, UNPACKED), file, headings)
    for begin, wrong in _FOREIGN.items():
        if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(begin):
            raise InputError([Fault(file, wrong, msg("a table saved as .xlsx, .ods or CSV"))])
    text = decode(content, file)
    if _FLAT.match(text):
        wrong = msg("this is a flat file of a statistical database, with each figure in a row of its own")
        raise InputError([Fault(file, wrong, msg("the same table downloaded as .xlsx or CSV, not as a flat file"))])
    if is_directory(text):
        return _directory_grid(text, file)
    return _csv_grid(text, file, headings)


def _directory_grid(text: str, file: str) -> Grid:
    """The municipalities of the directory of all of Germany, which has its fields in fixed columns."""
    found = read_directory(text)
    grid = Grid(found.records)
    day = f"{found.day[6:]}.{found.day[4:6]}.{found.day[:4]}"
    wrong = msg("this is the directory of municipalities (GV100AD), boundaries of {day}", day=day)
    allowed = msg("keys, names, area and all people were read; of what day the people are, its description says")
    grid.notices.append(Fault(file, wrong, allowed))
    if found.larger:
        aside = msgs(
            "{count} row of a larger area was left aside", "{count} rows of larger areas were left aside", found.larger
        )
        grid.notices.append(Fault(file, aside))
    for line in found.wrong[:100]:
        allowed = msg("every line as published, with key, area and people in their columns")
        grid.faults.append(Fault(file, msg("the line is no record of the directory"), allowed, line))
    return grid


def decode(content: bytes, file: str) -> str:
    """Text from UTF-8 (with or without BOM), Windows-1252 or UTF-16, umlauts as single characters.

    Raises ``InputError`` for anything else.
    """
    encodings: tuple[str, ...] = ("utf-8-sig", "cp1252")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    elif b"\0" in content:
        # Without its mark, every other byte of what is mostly Latin letters says which it is.
        sample = content[:200]
        encodings = tuple(
            name
            for name, nothing in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2]))
            if nothing.count(0) > 0.9 * len(nothing)
        )
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text if text.isascii() else unicodedata.normalize("NFC", text)
    allowed = msg("text in UTF-8, UTF-16 or Windows-1252; save a workbook as “CSV UTF-8”")
    raise InputError([Fault(file, msg("the file is not a text file"), allowed)])


def _csv_grid(text: str, file: str, headings: Mapping[str, str]) -> Grid:
    before = 0
    stated = _SEPARATOR.match(text)
    if stated is not None:
        before, text = text[: stated.end()].count("\n") or 1, text[stated.end() :]
    ruled = _RULED_OFF.search(text)
    if ruled is not None:
        end = re.compile(r"\r|\n|\Z").search(text, ruled.end())
        text = text[: end.start()] if end is not None else text
    grid = Grid([], stated[1] if stated is not None else _delimiter(text, headings))
    # The line of a record is where it begins: quoted cells may contain line breaks.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=grid.delimiter, strict=True)
    while True:
        line = before + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            wrong = msg("the row is not well-formed CSV")
            grid.faults.append(Fault(file, wrong, msg("quotation marks only around a cell, doubled within it"), line))
            return grid
        if cells is None:
            return grid
        cells = [_bare(cell.strip()) for cell in cells]
        if any(cells):
            grid.records.append((line, cells))


def _delimiter(text: str, headings: Mapping[str, str]) -> str:
    """What separates the cells: by the row of known headings, or by the first row with a key, or by the first row."""
    lines = [line for line in islice(io.StringIO(text), _HEAD) if line.strip()]
    parted = [(_split(line, mark), line, mark) for line in lines for mark in _DELIMITERS]
    # A line that nothing parts may be a title, however it is called.
    found = [(known_headings(cells, headings), line, mark) for cells, line, mark in parted if len(cells) > 1]
    best = max(found, key=lambda one: one[0], default=(0, "", ","))
    keyed = next((line for line in lines if any(MUNICIPALITY_KEY.fullmatch(c) for c in re.split(r"\W+", line))), None)
    if best[0] >= 2:
        line = best[1]
        marks = [mark for known, of, mark in found if of == line and known == best[0]]
    else:
        line = keyed or (best[1] if best[0] else next(iter(lines), ""))
        marks = list(_DELIMITERS)
    widest = max(marks, key=lambda mark: len(_split(line, mark)))
    return widest if len(_split(line, widest)) > 1 else ","


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _bare(cell: str) -> str:
    """A cell without what keeps a spreadsheet from taking a key for a number, or a text for a formula."""
    wrapped = _TEXT_CELL.fullmatch(cell)
    if wrapped is not None:
        return wrapped[1].strip()
    return cell.replace(" ", "") if _SPACED_KEY.fullmatch(cell) else _PROTECTED.sub("", cell, count=1)


def sheet_grid(sheets: tuple[Sheet, ...], file: str, headings: Mapping[str, str]) -> Grid:
    """The rows of the sheet of a workbook that is most like a table of municipalities."""

    def rank(sheet: Sheet) -> tuple[int, int]:
        cells = [cell.text for row in sheet.rows.values() for cell in islice(row.values(), 4)]
        known = max(known_headings([cell.text for cell in row.values()], headings) for row in sheet.rows.values())
        return sum(1 for text in cells if MUNICIPALITY_KEY.fullmatch(text)), known

    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        return Grid([])
    sheet = max(filled, key=rank)
    used = sorted({column for row in sheet.rows.values() for column in row})
    if len(used) > _MOST_COLUMNS:
        wrong = msg("there are {count} columns", count=len(used))
        raise InputError([Fault(file, wrong, msg("at most {count}", count=_MOST_COLUMNS))])
    grid = Grid(
        [(line, [row[at].text if at in row else "" for at in used]) for line, row in sorted(sheet.rows.items())]
    )
    grid.records = [record for record in grid.records if any(record[1])]
    others = [shown(other.title) for other in filled if other is not sheet]
    if others:
        wrong = msg("the sheet “{sheet}” was read", sheet=shown(sheet.title))
        grid.notices.append(Fault(file, wrong, msg("left aside: {sheets}", sheets=listing(others[:10]))))
    _tell_formulas(grid, sheet, file)
    return grid


def _tell_formulas(grid: Grid, sheet: Sheet, file: str) -> None:
    from files.workbook_cells import Content, cell_name

    formulas = [
        (line, at, cell)
        for line, row in sheet.rows.items()
        for at, cell in row.items()
        if cell.content is Content.FORMULA
    ]
    for line, at, cell in islice(formulas, 100):
        if not cell.text:
            wrong = msg("the formula in {cell} has no value", cell=cell_name(line, at))
            grid.faults.append(Fault(file, wrong, NO_FORMULA, line))
    if formulas:
        grid.notices.append(Fault(file, calculated(len(formulas)), None, formulas[0][0]))


NO_FORMULA = msg("a value: copy the cell and paste it as a value")


def calculated(count: int) -> Message:
    """Says that formulas were taken for their values."""
    return msgs(
        "{count} cell holds a formula: its value as saved was read",
        "{count} cells hold formulas: their values as saved were read",
        count,
    )
