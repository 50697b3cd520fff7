"""Tables: read with every fault named by file, line and column; written for programs or for Excel.

CSV of any dialect and workbooks, with decimal point or comma, also as offices publish them (docs/dateien.md).
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Literal

from files.faults import Fault, InputError
from files.grid import Grid, read_grid
from files.published import lay_out
from files.reading import read_content
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
# The regional key has four digits more, of the association of municipalities, between county and municipality.
_REGIONAL_KEY = re.compile(r"([0-9]{5}|[1-9][0-9]{3})[0-9]{4}([0-9]{3})")
# Signs of the offices of statistics for a figure that is not there, and what people write for it.
_NO_FIGURE = frozenset(
    ("-", "–", "—", ".", "/", "x", "…", "...", "·", "•", "k.a.", "k. a.", "n.v.", "n. v.", "n/a")
) | {
    "keine angabe",
    "nicht veröffentlicht",
    "not published",
    "geheim",
}
# What follows a figure: a footnote, or that it is provisional, revised or estimated; brackets say that it is uncertain.
_MARKED = re.compile(
    r"([+-]?[0-9][0-9.,]*)(?:\s+[0-9]{1,2}\)|\s*[a-z]\)|\s*[*†‡]{1,3}|\s*[¹²³⁰⁴-⁹]{1,2}[⁾)]?|\s*[rpe])", re.IGNORECASE
)
# As offices and typographers write thousands: with blanks, also such as break no line, or narrow ones.
_BLANKS = " \u00a0\u2009\u202f"
_SPACED = re.compile(rf"[0-9]{{1,3}}(?:[{_BLANKS}][0-9]{{3}})+(?:[.,][0-9]+)?")
_BELOW_THOUSAND = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,2})?")
_BRACKETED = re.compile(r"\(([0-9][0-9.,]*)\)")
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


def municipality_key(text: str) -> str | None:
    """The key in ``text``, eight digits, also where its leading zero was lost or it is a regional key (ARS)."""
    # A program that takes keys for numbers may add a decimal.
    text = text.removesuffix(".0")
    if _AGS.fullmatch(text):
        return text
    if _SHORT_AGS.fullmatch(text):
        return "0" + text
    regional = _REGIONAL_KEY.fullmatch(text)
    return None if regional is None else regional[1].zfill(5) + regional[2]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: the line it begins on (1 = first) and its cells by column, without blanks around them."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


class _Repair(Enum):
    """What a reader made of a cell that it did not take as it stands."""

    ZERO, REGION, MISSING, MARK, BLANKS = range(5)


@dataclass
class Table:
    """A table as read, with the faults and notices found so far; ``header`` is the line of its headings.

    The readers (:meth:`number`, :meth:`ags`, :meth:`name`, :meth:`remark`) give a cell's value, or ``None`` after
    noting the fault, so that all faults of a table are found in one reading.
    """

    file: str
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    delimiter: str = ","
    header: int = 1
    faults: list[Fault] = field(default_factory=list)
    left_aside: list[Fault] = field(default_factory=list)
    _repaired: dict[tuple[_Repair, str], list[tuple[Row, str]]] = field(default_factory=dict)
    _marks: dict[str, Mark | None] = field(default_factory=dict)
    _spaced: dict[str, bool] = field(default_factory=dict)

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

    def mark(self, column: str) -> Mark | None:
        """The decimal mark of a column, from its cells that leave no doubt; ``None`` where there are none or two.

        Others say nothing of it: tables are put together of columns that were written by different programs.
        """
        if column not in self._marks:
            seen: set[str] = set()
            for row in self.rows:
                match = _NUMBER.fullmatch(row.cells[column])
                if match is not None and match[1] and not _AMBIGUOUS.fullmatch(match[0]):
                    seen.add(match[1])
            self._marks[column] = "." if seen == {"."} else "," if seen == {","} else None
        return self._marks[column]

    def number(
        self,
        row: Row,
        column: str,
        *,
        minimum: float | None = None,
        maximum: float | None = None,
        may_be_empty: bool = False,
        no_thousands: bool = False,
    ) -> float | None:
        """The number in a cell; ``None`` where it is empty or wrong. The limits belong to what is allowed.

        ``no_thousands`` says that the figures of a column are small, such as degrees, so that none is in doubt.
        """
        text = self._unmarked(row, column)
        if not text or text.casefold() in _NO_FIGURE:
            if not may_be_empty:
                wrong = msg("“{text}” is not a number", text=shown(text)) if text else msg("no figure is given")
                self.fault(row, column, wrong, msg("a number; every row needs one"))
            elif text:
                self._repair(_Repair.MISSING, row, column, text)
            return None
        try:
            value = parse_number(text, self._mark_of(column, text, decimal=no_thousands))
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

    def _unmarked(self, row: Row, column: str) -> str:
        """The text of a cell without the footnote or the brackets that an office put to its figure."""
        text = row[column]
        if _SPACED.fullmatch(text) and self._has_spaced_thousands(column):
            self._repair(_Repair.BLANKS, row, column, text)
            return re.sub(f"[{_BLANKS}]", "", text)
        match = _MARKED.fullmatch(text) or _BRACKETED.fullmatch(text)
        if match is None:
            return text
        self._repair(_Repair.MARK, row, column, text)
        return match[1]

    def _has_spaced_thousands(self, column: str) -> bool:
        """Whether a column writes its thousands with blanks: several figures do, and none of a thousand does not.

        Only then is ``15 100`` one figure, and not two that got into one cell.
        """
        if column not in self._spaced:
            texts = [row.cells[column] for row in self.rows]
            spaced = sum(_SPACED.fullmatch(text) is not None for text in texts)
            others = (text for text in texts if text and not _SPACED.fullmatch(text))
            self._spaced[column] = spaced > 1 and all(
                _BELOW_THOUSAND.fullmatch(text) or text.casefold() in _NO_FIGURE for text in others
            )
        return self._spaced[column]

    def _mark_of(self, column: str, text: str, *, decimal: bool) -> Mark | None:
        """The decimal mark of a doubtful figure; only such a one makes it worth looking through the table."""
        if not _AMBIGUOUS.fullmatch(text):
            return None
        if decimal:
            return "." if "." in text else ","
        return self.mark(column)

    def _repair(self, repair: _Repair, row: Row, column: str, text: str) -> None:
        self._repaired.setdefault((repair, column), []).append((row, text))

    def ags(self, row: Row, column: str) -> str | None:
        """The municipality key in a cell, eight digits as text; a lost leading zero is repaired and noticed."""
        return self.ags_text(row, column, row[column])

    def ags_text(self, row: Row, column: str, text: str) -> str | None:
        """The same for one key of a cell that lists several."""
        key = municipality_key(text)
        if key is not None:
            if key != text:
                self._repair(_Repair.REGION if len(text) > 10 else _Repair.ZERO, row, column, text)
            return key
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
        """What was left aside, and what was repaired: one notice per column and kind."""
        return [*self.left_aside, *self.repairs]

    @property
    def repairs(self) -> list[Fault]:
        """What was repaired."""
        return [
            Fault(self.file, *_repaired(repair, [text for _, text in found]), found[0][0].line, column)
            for (repair, column), found in self._repaired.items()
        ]


def _repaired(repair: _Repair, texts: Sequence[str]) -> tuple[Message, Message]:
    count, signs = len(texts), listing(msg("“{text}”", text=shown(text)) for text in [*dict.fromkeys(texts)][:5])
    match repair:
        case _Repair.ZERO:
            return (
                msgs(
                    "{count} municipality key had lost its leading zero",
                    "{count} municipality keys had lost their leading zero",
                    count,
                ),
                msg("repaired; in a spreadsheet, import this column as text"),
            )
        case _Repair.REGION:
            return (
                msgs(
                    "{count} regional key (ARS) was read as the municipality key in it",
                    "{count} regional keys (ARS) were read as the municipality keys in them",
                    count,
                ),
                msg("its first five and last three digits"),
            )
        case _Repair.MISSING:
            return (
                msgs(
                    "{count} figure is not published ({signs})",
                    "{count} figures are not published ({signs})",
                    count,
                    signs=signs,
                ),
                msg("counted as missing, and not as 0; where there is really nothing, write 0"),
            )
        case _Repair.BLANKS:
            return (
                msgs(
                    "{count} figure is written with blanks ({signs})",
                    "{count} figures are written with blanks ({signs})",
                    count,
                    signs=signs,
                ),
                msg("the blanks were taken for thousands separators"),
            )
        case _Repair.MARK:
            return (
                msgs("{count} figure has a mark ({signs})", "{count} figures have marks ({signs})", count, signs=signs),
                msg("read without it"),
            )


def read_table(
    path: Path,
    file: str,
    columns: Sequence[str],
    *,
    optional: Sequence[str] = (),
    others: bool = False,
    headings: Mapping[str, str] | None = None,
) -> Table:
    """The table in ``path``, named ``file`` in faults; never raises for bad input, see :attr:`Table.faults`.

    ``columns`` must be there, ``optional`` ones may be; any other is a fault unless ``others``. ``headings`` maps
    further spellings of them, in small letters, to columns.
    """
    try:
        content = read_content(path, file)
    except InputError as error:
        return Table(file, faults=list(error.faults))
    return parse_table(content, file, columns, optional=optional, others=others, headings=headings)


def parse_table(
    content: bytes,
    file: str,
    columns: Sequence[str],
    *,
    optional: Sequence[str] = (),
    others: bool = False,
    headings: Mapping[str, str] | None = None,
) -> Table:
    """The same from the bytes of a file, for uploads: CSV, or the sheet of a workbook.

    What surrounds the table is left aside with a notice. A row that does not fit the header is a fault and left out.
    """
    known = dict(headings or {}) | {column.casefold(): column for column in (*columns, *optional)}
    try:
        grid = read_grid(content, file, known)
    except InputError as error:
        return Table(file, faults=list(error.faults))
    return grid_table(grid, file, columns, known, optional=optional, others=others)


def grid_table(
    grid: Grid,
    file: str,
    columns: Sequence[str],
    headings: Mapping[str, str],
    *,
    optional: Sequence[str] = (),
    others: bool = False,
) -> Table:
    """The same from rows that were read already."""
    table = Table(file, delimiter=grid.delimiter)
    layout = lay_out(grid.records, headings)
    if layout is None:
        table.faults += grid.faults
        if not table.faults:
            table.fault(None, None, msg("the file is empty"), msg("a first line with the names of the columns"))
        return table
    table.columns, table.header = tuple(layout.columns), layout.line
    table.left_aside = [*grid.notices, *(Fault(file, wrong, more, line) for line, wrong, more in layout.notices)]
    _check_header(table, layout.line, columns, optional, others)
    if table.faults:
        return table
    table.faults += grid.faults
    rows = []
    for line, cells in layout.rows:
        if len(cells) == len(table.columns):
            rows.append(Row(line, dict(zip(table.columns, cells, strict=True))))
        else:
            wrong = msg("the row has {count} cells, the header {columns}", count=len(cells), columns=len(table.columns))
            allowed = msg("one cell per column; put a cell that contains “{mark}” in quotes", mark=table.delimiter)
            table.fault(Row(line, {}), None, wrong, allowed)
    table.rows = tuple(rows)
    return table


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
            free = [name for name in known if name not in found]
            table.fault(header, shown(column), wrong, instead(column, free or known))
    for column in missing:
        allowed = msg("the columns {columns}", columns=listing(columns))
        table.fault(header, column, msg("the column is missing"), allowed)


def plain_table(columns: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> bytes:
    """A table for programs: comma, decimal point, UTF-8; ``None`` is an empty cell."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell if isinstance(cell, str) else _clear(cell) for cell in row])
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


def _clear(value: float | None) -> str:
    text = _plain(value)
    # Three decimals could be read as thousands, so that they are written with a fourth.
    return text + "0" if _AMBIGUOUS.fullmatch(text) else text


def _german(value: float | None) -> str:
    return _clear(value).replace(".", ",")
