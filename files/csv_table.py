"""CSV tables: read with every fault named by file, line and column; written for programs or for Excel.

Comma or semicolon, decimal point or comma, UTF-8 with or without BOM or Windows-1252 (docs/dateien.md).
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal

from files.faults import Fault, InputError
from files.reading import check_size, read_content
from files.typed import instead, name_fault, remark_fault, shown
from translation import Message, listing, msg, msgs, number

MOST_FAULTS = 100
MOST_COLUMNS = 200
LARGEST, SMALLEST = 1e12, 1e-9
"""Between these, apart from zero, is every figure of a county: sums, products and quotients of them stay figures."""
NOT_SO_SMALL = msg("0, or at least 0.000000001")
Mark = Literal[".", ","]

_NUMBER = re.compile(r"[+-]?[0-9]+(?:([.,])[0-9]+)?")
# 1.234 and 1,234 may mean a thousand or a decimal; 0.234 and 1234.567 cannot be misread.
_AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_AGS = re.compile(r"[0-9]{8}")
_SHORT_AGS = re.compile(r"[1-9][0-9]{6}")
# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class NumberError(ValueError):
    """A text that is not a number, or could be read as two: ``wrong`` and ``allowed`` as in a fault."""

    def __init__(self, wrong: Message, allowed: Message) -> None:
        self.wrong, self.allowed = wrong, allowed
        super().__init__(str(wrong))


def parse_number(text: str, mark: Mark | None = None) -> float:
    """A number as people write it: ``1234.5`` or ``1234,5``, blanks around it ignored.

    Thousands separators are refused, since ``1.234`` is a thousand to some and a decimal to others. ``mark`` is
    the decimal mark where it is known from elsewhere; then ``1.234`` (or ``1,234``) with that mark is a decimal.
    Raises :class:`NumberError`, also for NaN, infinity and powers of ten.
    """
    plain = text.strip()
    match = _NUMBER.fullmatch(plain)
    if match is None:
        raise NumberError(
            msg("“{text}” is not a number", text=shown(plain)),
            msg("digits with a decimal point or comma, without thousands separators, units or blanks, like 1234.5"),
        )
    if _AMBIGUOUS.fullmatch(plain) and match[1] != mark:
        raise NumberError(
            msg("“{text}” can be read in two ways", text=shown(plain)),
            msg(
                "write {thousand} if the mark separates thousands, or {decimal} if it is the decimal mark",
                thousand=re.sub("[.,]", "", plain),
                decimal=plain + "0",
            ),
        )
    value = float(plain.replace(",", "."))
    if abs(value) > LARGEST:
        raise NumberError(msg("“{text}” is too large", text=shown(plain)), msg("at most a million millions"))
    # A figure that is written with digits other than 0 and read as 0 is too small, too.
    if abs(value) < SMALLEST and plain.strip("+-0.,"):
        raise NumberError(msg("“{text}” is too close to zero", text=shown(plain)), NOT_SO_SMALL)
    return value


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: the line it begins on (1 = first) and its cells by column, without blanks around them."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@dataclass
class Table:
    """A table as read, with the faults and notices found so far.

    The readers (:meth:`number`, :meth:`ags`, :meth:`name`, :meth:`remark`) give a cell's value, or ``None`` after
    noting the fault, so that all faults of a table are found in one reading.
    """

    file: str
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    delimiter: str = ","
    faults: list[Fault] = field(default_factory=list)
    _repaired: dict[str, list[Row]] = field(default_factory=dict)

    def fault(self, row: Row | None, column: str | None, wrong: Message, allowed: Message | None = None) -> None:
        """Notes a fault of a cell, a row (``column=None``) or the table; after a hundred only that there are more."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(self.file, wrong, allowed, row.line if row else None, column))
        elif len(self.faults) == MOST_FAULTS:
            self.faults.append(Fault(self.file, msg("there are more faults in this file"), msg("mend these first")))

    def reading(self) -> Iterator[Row]:
        """The rows in order, until a hundred faults are noted: no file is worth more."""
        for row in self.rows:
            if len(self.faults) > MOST_FAULTS:
                return
            yield row

    def check(self) -> None:
        """Raises ``InputError`` with all faults noted so far."""
        if self.faults:
            raise InputError(self.faults)

    @cached_property
    def mark(self) -> Mark | None:
        """The decimal mark of this table, from the cells that leave no doubt; ``None`` where they contradict."""
        seen: set[str] = set()
        for row in self.rows:
            for cell in row.cells.values():
                match = _NUMBER.fullmatch(cell)
                if match is not None and match[1] and not _AMBIGUOUS.fullmatch(cell):
                    seen.add(match[1])
        # Where commas separate the columns, a point is the decimal mark unless the table itself says otherwise.
        if seen == {"."} or (not seen and self.delimiter == ","):
            return "."
        return "," if seen == {","} else None

    def number(
        self,
        row: Row,
        column: str,
        *,
        minimum: float | None = None,
        maximum: float | None = None,
        may_be_empty: bool = False,
    ) -> float | None:
        """The number in a cell; ``None`` where it is empty or wrong. The limits belong to what is allowed."""
        text = row[column]
        if not text:
            if not may_be_empty:
                self.fault(row, column, msg("no figure is given"), msg("a number; every row needs one"))
            return None
        try:
            # Only a doubtful cell makes it worth looking through the table for its decimal mark.
            value = parse_number(text, self.mark if _AMBIGUOUS.fullmatch(text) else None)
        except NumberError as error:
            self.fault(row, column, error.wrong, error.allowed)
            return None
        if minimum is not None and value < minimum:
            self.fault(
                row, column, msg("{text} is too small", text=text), msg("at least {least}", least=number(minimum))
            )
            return None
        if maximum is not None and value > maximum:
            self.fault(row, column, msg("{text} is too large", text=text), msg("at most {most}", most=number(maximum)))
            return None
        return value

    def ags(self, row: Row, column: str) -> str | None:
        """The municipality key in a cell, eight digits as text; a lost leading zero is repaired and noticed."""
        return self.ags_text(row, column, row[column])

    def ags_text(self, row: Row, column: str, text: str) -> str | None:
        """The same for one key of a cell that lists several."""
        if _AGS.fullmatch(text):
            return text
        if _SHORT_AGS.fullmatch(text):
            self._repaired.setdefault(column, []).append(row)
            return "0" + text
        self.fault(
            row,
            column,
            msg("“{text}” is not a municipality key", text=shown(text)),
            msg("the eight digits of the official key (AGS), like 05558004"),
        )
        return None

    def name(self, row: Row, column: str) -> str | None:
        """The name in a cell: not empty, at most 200 visible characters."""
        text = row[column]
        if not text:
            self.fault(row, column, msg("no name is given"), msg("a name; every row needs one"))
            return None
        return self._sound(row, column, text, name_fault(text))

    def remark(self, row: Row, column: str, *, may_be_empty: bool = True) -> str | None:
        """A free text in a cell, its line breaks made blanks."""
        text = " ".join(row[column].split())
        if not text and not may_be_empty:
            self.fault(row, column, msg("no text is given"), msg("a text; every row needs one"))
            return None
        return self._sound(row, column, text, remark_fault(text))

    def _sound(self, row: Row, column: str, text: str, found: tuple[Message, Message] | None) -> str | None:
        if found is not None:
            self.fault(row, column, *found)
            return None
        return text

    @property
    def notices(self) -> list[Fault]:
        """What was repaired: one notice per column with lost leading zeros."""
        return [
            Fault(
                self.file,
                msgs(
                    "{count} municipality key had lost its leading zero",
                    "{count} municipality keys had lost their leading zero",
                    len(rows),
                ),
                msg("repaired; in a spreadsheet, import this column as text"),
                rows[0].line,
                column,
            )
            for column, rows in self._repaired.items()
        ]


def decode(content: bytes, file: str) -> str:
    """Text from UTF-8 (with or without BOM) or Windows-1252. Raises ``InputError`` for anything else."""
    if b"\0" not in content:
        for encoding in ("utf-8-sig", "cp1252"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    allowed = msg("text in UTF-8 or Windows-1252; save a workbook as “CSV UTF-8”")
    raise InputError([Fault(file, msg("the file is not a text file"), allowed)])


def read_table(
    path: Path, file: str, columns: Sequence[str], *, optional: Sequence[str] = (), others: bool = False
) -> Table:
    """The table in ``path``, named ``file`` in faults; never raises for bad input, see :attr:`Table.faults`.

    ``columns`` must be there, ``optional`` ones may be; any other is a fault unless ``others``.
    """
    try:
        content = read_content(path, file)
    except InputError as error:
        return Table(file, faults=list(error.faults))
    return parse_table(content, file, columns, optional=optional, others=others)


def parse_table(
    content: bytes, file: str, columns: Sequence[str], *, optional: Sequence[str] = (), others: bool = False
) -> Table:
    """The same from the bytes of a file, for uploads. A row that does not fit the header is a fault and left out."""
    table = Table(file)
    try:
        check_size(content, file)
        text = decode(content, file)
    except InputError as error:
        table.faults.extend(error.faults)
        return table
    first = text.lstrip("\r\n").partition("\n")[0]
    table.delimiter = ";" if _width(first, ";") > _width(first, ",") else ","
    records = _records(table, text)
    header = next(records, None)
    if header is None:
        if not table.faults:
            table.fault(None, None, msg("the file is empty"), msg("a first line with the names of the columns"))
        return table
    table.columns = tuple(header[1])
    _check_header(table, header[0], columns, optional, others)
    if table.faults:
        return table
    rows = []
    for line, cells in records:
        if len(cells) == len(table.columns):
            rows.append(Row(line, dict(zip(table.columns, cells, strict=True))))
        else:
            wrong = msg("the row has {count} cells, the header {columns}", count=len(cells), columns=len(table.columns))
            allowed = msg("one cell per column; put a cell that contains “{mark}” in quotes", mark=table.delimiter)
            table.fault(Row(line, {}), None, wrong, allowed)
    table.rows = tuple(rows)
    return table


def _width(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter), ()))
    except csv.Error:
        return 0


def _records(table: Table, text: str) -> Iterator[tuple[int, list[str]]]:
    # The line of a record is where it begins: quoted cells may contain line breaks.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=table.delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            wrong = msg("the row is not well-formed CSV")
            table.fault(Row(line, {}), None, wrong, msg("quotation marks only around a cell, doubled within it"))
            return
        if cells is None:
            return
        cells = [_unprotected(cell.strip()) for cell in cells]
        if any(cells):
            yield line, cells


def _unprotected(cell: str) -> str:
    # The apostrophe that `excel_table` puts before a cell that a spreadsheet would take for a formula.
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _check_header(table: Table, line: int, columns: Sequence[str], optional: Collection[str], others: bool) -> None:
    header = Row(line, {})
    known = [*columns, *optional]
    found = table.columns
    if len(found) > MOST_COLUMNS:
        wrong = msg("there are {count} columns", count=len(found))
        table.fault(header, None, wrong, msg("at most {count}", count=MOST_COLUMNS))
        return
    missing = [column for column in columns if column not in found]
    for position, column in enumerate(found, start=1):
        if not column:
            table.fault(header, None, msg("column {position} has no name", position=position), msg("a name per column"))
        elif column in found[: position - 1]:
            table.fault(header, shown(column), msg("the column is there twice"), msg("each column once; delete one"))
        elif column not in known and not others:
            wrong = msg("the column is not known")
            table.fault(header, shown(column), wrong, instead(column, missing or known))
    for column in missing:
        allowed = msg("the columns {columns}", columns=listing(columns))
        table.fault(header, column, msg("the column is missing"), allowed)


def plain_table(columns: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> bytes:
    """A table for programs: comma, decimal point, UTF-8; ``None`` is an empty cell."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell if isinstance(cell, str) else _plain(cell) for cell in row])
    return stream.getvalue().encode()


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> None:
    """Writes a table for programs."""
    path.write_bytes(plain_table(columns, rows))


def excel_table(columns: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> bytes:
    """A table for Excel: semicolon, decimal comma, BOM; a text that would run as a formula gets an apostrophe."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    for row in (columns, *rows):
        writer.writerow([_protected(cell) if isinstance(cell, str) else _german(cell) for cell in row])
    return stream.getvalue().encode("utf-8-sig")


def _protected(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell


def _plain(value: float | None) -> str:
    if value is None:
        return ""
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a figure")
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def _german(value: float | None) -> str:
    text = _plain(value)
    # Three decimals could be read as thousands, so that they are written with a fourth.
    return (text + "0" if _AMBIGUOUS.fullmatch(text) else text).replace(".", ",")
