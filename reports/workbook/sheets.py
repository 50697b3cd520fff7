"""Sheets of the workbook: figures as numbers with a format, texts that stay texts, pages that print well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from maps.paper.svg import clean
from reports.number_formats import number_format, quoted, stored
from reports.slides.text import FONT, lines
from translation import Language, Listing, Message, Number, Percent, translate
from wording.differences import Difference, Verdict
from wording.grid import Weight

#: Excel's own limits.
LONGEST_TITLE, _LONGEST_TEXT, _LONGEST_FOOTER = 31, 32_767, 120
_HEADING = PatternFill("solid", fgColor="1F3A5F")
_TOTAL = PatternFill("solid", fgColor="EEF2F7")
_WORSE, _BETTER = "9B1C1C", "14532D"
_TOP = Border(top=Side(style="thin", color="5B646E"))
_FORMULA = ("=", "+", "-", "@")
_NARROW, _WIDE, _ROOM = 9, 34, 2.0
_SIZE, _LINE, _HIGHEST = 10, 1.28, 400
#: Widths are counted in digits of the usual font, so many points each.
_DIGIT = 5.25
#: Headings of figures wrap, so that a column need not be as wide as its heading.
_HEADING_LINES = 3


@dataclass(frozen=True, slots=True)
class Written:
    """What a cell of a sheet holds: a text, or a number in a format; ``colour`` is that of the writing."""

    value: str | float | None
    form: str | None = None
    colour: str | None = None


class Sheets:
    """Adds sheets to a workbook; texts are in ``language``."""

    def __init__(self, workbook: Workbook, language: Language, county: str, day: date) -> None:
        self._workbook, self._language, self._county, self._day = workbook, language, county, day
        self._position = 0

    def add(self, title: Message) -> Sheet:
        """An empty sheet before those that are there already, behind those added before."""
        worksheet = self._workbook.create_sheet(self.say(title)[:LONGEST_TITLE], self._position)
        self._position += 1
        return Sheet(worksheet, self._language, f"{self._county} · {self.say(self._day)}")

    def say(self, value: object) -> str:
        """A message or figure as text."""
        return translate(value, self._language)


class Sheet:
    """A sheet that grows downwards."""

    def __init__(self, worksheet: Worksheet, language: Language, footer: str) -> None:
        self._sheet, self._language = worksheet, language
        self._row = 0
        self._figures: tuple[bool, ...] = ()
        self._widths: dict[int, float] = {}
        setup = worksheet.page_setup
        setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight = "landscape", 9, 1, 0
        worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        # A lone & would begin a command there.
        left = clean(footer)[:_LONGEST_FOOTER].replace("&", "&&")
        for item, text in zip(("left", "center", "right"), (left, "&A", "&P / &N"), strict=True):
            getattr(worksheet.oddFooter, item).text = text

    def texts(self, texts: Sequence[object], *, bold: bool = False, size: int = _SIZE) -> None:
        """A row for each text, which may wrap."""
        for text in texts:
            self._row += 1
            said = self._say(text)
            cell = self._put(1, Written(said))
            cell.font = Font(FONT, bold=bold, size=size)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            self._widen(1, len(said))

    def gap(self) -> None:
        """An empty row."""
        self._row += 1

    def headings(self, headings: Sequence[object], figures: Sequence[bool]) -> None:
        """The heading of a table."""
        self._row += 1
        self._figures = tuple(figures)
        for column, (heading, right) in enumerate(zip(headings, figures, strict=True), start=1):
            text = self._say(heading)
            cell = self._put(column, Written(text))
            cell.font, cell.fill = Font(FONT, _SIZE, bold=True, color="FFFFFF"), _HEADING
            cell.alignment = _aligned(right, vertical="center")
            self._widen(column, max(len(text) / _HEADING_LINES, *(len(word) for word in text.split() or [""])))

    def row(self, cells: Sequence[Written], weight: Weight = Weight.PLAIN) -> None:
        """A row of the table whose heading was written last."""
        self._row += 1
        for column, (written, right) in enumerate(zip(cells, self._figures, strict=True), start=1):
            cell = self._put(column, written)
            cell.font = Font(FONT, _SIZE, bold=weight is not Weight.PLAIN, color=written.colour)
            cell.alignment = _aligned(right, vertical="top")
            if weight is Weight.TOTAL:
                cell.fill, cell.border = _TOTAL, _TOP
            self._widen(column, _shown_length(written))

    def close(self, *, frozen: str = "B2", repeated: bool = True, widest: float = _WIDE) -> None:
        """Widths, panes and print settings, once all is written; ``repeated``: the first row is on every page.

        ``widest`` is the width of a column of texts in signs.
        """
        sheet = self._sheet
        for column, wide in self._widths.items():
            sheet.column_dimensions[get_column_letter(column)].width = min(max(wide, _NARROW), widest) + _ROOM
        if repeated:
            sheet.freeze_panes = frozen
            sheet.print_title_rows = "1:1"

    def filtered(self) -> None:
        """Buttons in the first row to choose rows."""
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(self._sheet.max_column)}{self._row}"

    def _widen(self, column: int, wide: float) -> None:
        self._widths[column] = max(self._widths.get(column, 0.0), wide)

    def _say(self, value: object) -> str:
        return translate(value, self._language)

    def _put(self, column: int, written: Written) -> SheetCell:
        cell = self._sheet.cell(self._row, column)
        assert isinstance(cell, SheetCell)
        if isinstance(written.value, str):
            text = clean(written.value)[:_LONGEST_TEXT]
            cell.value = text or None
            if text:
                # A text stays a text, whatever it begins with, also after it was edited.
                cell.data_type = "s"
                cell.quotePrefix = text.startswith(_FORMULA)
        else:
            cell.value = written.value
        if written.form is not None:
            cell.number_format = written.form
        return cell


def _aligned(right: bool, vertical: str) -> Alignment:
    if right:
        return Alignment(wrap_text=True, vertical=vertical, horizontal="right")
    # Else a text would touch the figure before it.
    return Alignment(wrap_text=True, vertical=vertical, horizontal="left", indent=1)


def fit(sheet: Worksheet) -> None:
    """Rows as high as their wrapped texts, and what is written as the area to print.

    Spreadsheets fit rows only when they are opened for editing, not all of them.
    """
    last_row = last_column = 1
    for position, row in enumerate(sheet.iter_rows(), start=1):
        high = 0.0
        for cell in row:
            if cell.value is None:
                continue
            last_row, last_column = position, max(last_column, cell.column)
            size = cell.font.sz or _SIZE
            wide = sheet.column_dimensions[get_column_letter(cell.column)].width
            wraps = isinstance(cell.value, str) and cell.alignment.wrap_text
            room = wide * _DIGIT / size
            count = sum(lines(part, room, bool(cell.font.b)) for part in str(cell.value).split("\n")) if wraps else 1
            high = max(high, count * size * _LINE + _ROOM)
        if high:
            sheet.row_dimensions[position].height = round(min(high, _HIGHEST), 1)
    sheet.print_area = f"A1:{get_column_letter(last_column)}{last_row}"


def cell_of(value: object, language: Language) -> Written:
    """A value of a table: figures as numbers, also where a message has nothing but one figure with words around it."""
    match value:
        case Number() | Percent():
            return Written(stored(value), number_format(value, language))
        case int() | float():
            return Written(value)
        case Difference():
            return _difference(value, language)
        case Message() | Listing():
            text = translate(value, language)
            figures = list(_figures(value))
            if len(figures) == 1:
                shown, form = translate(figures[0], language), number_format(figures[0], language)
                if text.startswith(shown):
                    return Written(stored(figures[0]), form + quoted(text.removeprefix(shown)))
                if text in (f"+{shown}", f"−{shown}"):
                    amount = stored(figures[0])
                    return Written(-amount if text[0] == "−" else amount, f"{quoted('+')}{form};{quoted('−')}{form}")
            return Written(text)
        case _:
            return Written(translate(value, language))


def _difference(found: Difference, language: Language) -> Written:
    """A difference as a number that reads as on paper."""
    figures = figures_in(found.text)
    if len(figures) != 1:
        return Written(found.by, quoted(translate(found.text, language)))
    _, _, unit = translate(found.said, language).partition(translate(figures[0], language))
    plain = number_format(figures[0], language)
    form = f"{quoted('+')}{plain}{quoted(unit)};{quoted('−')}{plain}{quoted(unit)}"
    return Written(found.by, form, {Verdict.BETTER: _BETTER, Verdict.WORSE: _WORSE}.get(found.verdict))


def figures_in(value: object) -> tuple[Number | Percent, ...]:
    """The figures that a value is made of, in the order of its parts."""
    return tuple(_figures(value))


def _figures(value: object) -> Iterator[Number | Percent]:
    match value:
        case Number() | Percent():
            yield value
        case Message():
            yield from _figures(value.values)
        case Listing():
            for item in value.items:
                yield from _figures(item)
        case Mapping():
            for item in value.values():
                yield from _figures(item)


def _shown_length(written: Written) -> float:
    if isinstance(written.value, str):
        lines = written.value.split("\n")
        return max(map(len, lines))
    return 0 if written.value is None else 8 + len((written.form or "").split(";")[0].replace('"', "")) * 0.6
