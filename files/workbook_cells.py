"""The cells of a workbook (.xlsx, .xlsm, .ods) from an upload that may be damaged or hostile.

Only texts and figures are read, one cell after the other. A library for workbooks unfolds merged ranges, shared
formulas and declared dimensions before anything can stop it: 189 kB have kept one busy for 65 seconds.
"""

from __future__ import annotations

import io
import posixpath
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel
from openpyxl.utils.exceptions import CellCoordinatesException

from files.faults import Fault, InputError
from translation import Message, msg, number

MOST_BYTES = 5_000_000
MOST_PARTS = 1000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
#: Excel's own limit for a text.
_LONGEST_TEXT = 32_767
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_FORM = msg("a workbook as Excel or LibreOffice saves it (.xlsx)")
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
#: A cell or row of OpenDocument may stand for a million others.
_MOST_REPEATED = 200_000


class Content(Enum):
    """What a cell holds."""

    VALUE = "value"
    FORMULA = "formula"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty: numbers as ``12.5`` without doubt about the decimal mark, dates as ``2025-12-31``.

    Of a formula the text is the value that was saved with it, empty where there is none.
    """

    text: str
    content: Content = Content.VALUE


@dataclass
class Sheet:
    """A sheet: its cells by row and column (1 = first), and the ranges whose cells are merged."""

    title: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)


def cell_name(row: int, column: int) -> str:
    """``C7`` for row 7, column 3."""
    return f"{get_column_letter(column)}{row}"


def read_sheets(content: bytes, file: str, most_unpacked: int) -> tuple[Sheet, ...]:
    """The sheets of a workbook, named ``file`` in faults, that unpacks to at most ``most_unpacked`` bytes.

    Macros, formats, pictures and everything else are ignored. Raises ``InputError`` where it is no workbook, is
    encrypted, damaged or too large.
    """
    if len(content) > MOST_BYTES:
        raise _refused(file, msg("the file is too large"), _at_most(MOST_BYTES))
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _refused(file, msg("the workbook is protected with a password"), msg("save it without a password"))
        raise _refused(file, msg("this is an old workbook (.xls)"), msg("save it as “Excel workbook (.xlsx)”"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            open_document = _is_open_document(archive)
            _check_parts(archive, file, most_unpacked, "content.xml" if open_document else "[Content_Types].xml")
            return tuple(_open_document_sheets(archive) if open_document else _Workbook(archive).sheets())
    except InputError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError):
        raise _refused(file, msg("this is not an Excel workbook, or it is damaged"), _FORM) from None
    except (ParseError, _Damaged, LookupError, ValueError, ArithmeticError, RuntimeError):
        # Parts that are not there, numbers that are none, nesting without end: what zip and XML make of a damage.
        raise _refused(file, msg("the workbook is damaged"), msg("open it, and save it again as .xlsx")) from None


class _Damaged(Exception):  # noqa: N818 - never leaves this module
    """The parts of the workbook do not fit together."""


def _refused(file: str, wrong: Message, allowed: Message) -> InputError:
    return InputError([Fault(file, wrong, allowed)])


def _at_most(size: float) -> Message:
    return msg("at most {size}", size=number(size / 1e6, 1, "MB"))


def _is_open_document(archive: zipfile.ZipFile) -> bool:
    if "mimetype" not in archive.namelist():
        return False
    with archive.open("mimetype") as stream:
        return stream.read(len(_OPEN_DOCUMENT)) == _OPEN_DOCUMENT


def _check_parts(archive: zipfile.ZipFile, file: str, most_unpacked: int, main: str) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise _refused(file, msg("the workbook is protected with a password"), msg("save it without a password"))
    # The program unpacks no more of a part than the directory says.
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > most_unpacked:
        size = number(unpacked / 1e6, 1, "MB")
        wrong = msg("the workbook unpacks to {size} in {count} parts", size=size, count=number(len(parts)))
        allowed = msg("at most {size} in {count} parts", size=number(most_unpacked / 1e6, 1, "MB"), count=MOST_PARTS)
        raise _refused(file, wrong, allowed)
    # Other ways to pack may claim any amount of memory.
    packed = all(part.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts)
    if main not in names or not packed:
        wrong = msg("this is not an Excel workbook")
        raise _refused(file, wrong, msg("a workbook saved as .xlsx or .ods, not in another form"))
    if any(name.startswith("xl/") and name.endswith("workbook.bin") for name in names):
        wrong = msg("this is a binary workbook (.xlsb)")
        raise _refused(file, wrong, msg("save it as “Excel workbook (.xlsx)”"))


def _local(tag: str) -> str:
    # Two standards of the format differ in nothing but the names of their namespaces.
    return tag.rpartition("}")[2]


def _elements(stream: IO[bytes], *names: str) -> Iterator[Element]:
    """The elements of those names, each complete, the rest forgotten as reading goes on."""
    root: Element | None = None
    for event, element in iterparse(stream, ("start", "end")):
        if root is None:
            root = element
        if event == "end" and _local(element.tag) in names:
            yield element
            element.clear()
    if root is None:
        raise _Damaged


class _Workbook:
    """An opened workbook: its shared texts, date formats, and sheets."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.path = self._main_part()
        self.parts = self._relations(self.path)
        self.epoch = WINDOWS_EPOCH
        self.texts = self._shared_texts()
        self.date_styles = self._date_styles()

    def sheets(self) -> Iterator[Sheet]:
        listed = []
        with self.archive.open(self.path) as stream:
            for element in _elements(stream, "workbookPr", "sheet"):
                if _local(element.tag) == "sheet":
                    listed.append((element.attrib["name"], element.attrib.get(_relation_key(element), "")))
                elif element.attrib.get("date1904") in ("1", "true"):
                    self.epoch = MAC_EPOCH
        for title, relation in listed:
            kind, part = self.parts[relation]
            # Sheets that are nothing but a chart hold no cells.
            if kind == "worksheet":
                yield self._sheet(title, part)

    def _main_part(self) -> str:
        for kind, part in self._relations("").values():
            if kind == "officeDocument":
                return part
        raise _Damaged

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation to the kind and the name of the part that it leads to."""
        folder, name = posixpath.split(part)
        found = {}
        with self.archive.open(posixpath.join(folder, "_rels", f"{name}.rels")) as stream:
            for element in _elements(stream, "Relationship"):
                if element.attrib.get("TargetMode") != "External":
                    target = posixpath.normpath(posixpath.join("/", folder, element.attrib["Target"])).lstrip("/")
                    found[element.attrib["Id"]] = (element.attrib["Type"].rpartition("/")[2], target)
        return found

    def _part(self, kind: str) -> str | None:
        return next((part for other, part in self.parts.values() if other == kind), None)

    def _shared_texts(self) -> list[str]:
        part = self._part("sharedStrings")
        if part is None:
            return []
        with self.archive.open(part) as stream:
            return [_text(element) for element in _elements(stream, "si")]

    def _date_styles(self) -> frozenset[int]:
        """The styles of cells whose number is a date."""
        part = self._part("styles")
        if part is None:
            return frozenset()
        formats = dict(BUILTIN_FORMATS)
        styles: list[int] = []
        with self.archive.open(part) as stream:
            for element in _elements(stream, "numFmt", "cellXfs"):
                if _local(element.tag) == "numFmt":
                    formats[int(element.attrib["numFmtId"])] = element.attrib["formatCode"][:255]
                else:
                    styles = [int(style.attrib.get("numFmtId", 0)) for style in element]
        dates = {id for id in set(styles) if is_date_format(formats.get(id, "General"))}
        return frozenset(position for position, id in enumerate(styles) if id in dates)

    def _sheet(self, title: str, part: str) -> Sheet:
        sheet = Sheet(title.strip())
        line = 0
        with self.archive.open(part) as stream:
            for element in _elements(stream, "row", "mergeCell"):
                if _local(element.tag) == "mergeCell":
                    sheet.merged.append(element.attrib["ref"][:30])
                    continue
                line = int(element.attrib.get("r", line + 1))
                column = 0
                for child in element:
                    column = _column(child, column)
                    if not (1 <= line <= LAST_ROW and 1 <= column <= LAST_COLUMN):
                        raise _Damaged
                    cell = self._cell(child)
                    if cell is not None:
                        sheet.rows.setdefault(line, {})[column] = cell
        return sheet

    def _cell(self, element: Element) -> Cell | None:
        kind, text, formula = element.attrib.get("t", "n"), "", False
        for child in element:
            match _local(child.tag):
                case "v":
                    text = child.text or ""
                case "is":
                    text = _text(child)
                case "f":
                    formula = True
        if kind == "s" and text:
            position = int(text)
            if position < 0:
                raise _Damaged
            text = self.texts[position]
        elif kind == "n" and text:
            text = self._number(text.strip(), int(element.attrib.get("s", 0)))
        elif kind == "b":
            text = "TRUE" if text == "1" else "FALSE"
        text = _cleaned(text)
        if formula and kind != "e":
            return Cell(text, Content.FORMULA)
        return Cell(text, Content.ERROR if kind == "e" else Content.VALUE) if text else None

    def _number(self, text: str, style: int) -> str:
        try:
            value = float(text)
            if style in self.date_styles:
                day = from_excel(value, self.epoch)
                if isinstance(day, datetime):
                    return (day.date() if day.time() == datetime.min.time() else day).isoformat()
                return day.isoformat() if isinstance(day, date) else str(day)
            return _plain(value)
        except (ValueError, OverflowError, InvalidOperation):
            return text


def _plain(value: float) -> str:
    plain = format(Decimal(repr(value)), "f")
    whole, _, decimals = plain.partition(".")
    if decimals in ("", "0"):
        return whole
    # Three decimals could be read as thousands.
    return plain + "0" if len(decimals) == 3 else plain


def _cleaned(text: str) -> str:
    # Some systems write an umlaut as a letter and a mark.
    return unicodedata.normalize("NFC", text[:_LONGEST_TEXT]).strip()


def _open_document_sheets(archive: zipfile.ZipFile) -> Iterator[Sheet]:
    with archive.open("content.xml") as stream:
        for table in _elements(stream, "table"):
            yield _open_document_sheet(table)


def _open_document_sheet(table: Element) -> Sheet:
    sheet = Sheet(_attribute(table, "name").strip())
    line, room = 0, _MOST_REPEATED
    for row in (element for element in table.iter() if _local(element.tag) == "table-row"):
        cells: dict[int, Cell] = {}
        column = 0
        for element in row:
            if _local(element.tag) not in ("table-cell", "covered-table-cell"):
                continue
            times, cell = _times(element, "number-columns-repeated"), _open_document_cell(element)
            if cell is not None:
                room -= times
                if room < 0:
                    raise _Damaged
                cells |= dict.fromkeys(range(column + 1, column + times + 1), cell)
            spans = [_times(element, f"number-{what}-spanned") for what in ("rows", "columns")]
            if max(spans) > 1:
                last = cell_name(line + spans[0], min(column + spans[1], LAST_COLUMN))
                sheet.merged.append(f"{cell_name(line + 1, column + 1)}:{last}")
            column += times
            if column > LAST_COLUMN:
                # What fills a sheet up to its end is empty.
                break
        times = _times(row, "number-rows-repeated")
        if cells:
            room -= (times - 1) * len(cells)
            if room < 0 or line + times > LAST_ROW:
                raise _Damaged
            sheet.rows |= dict.fromkeys(range(line + 1, line + times + 1), cells)
        line += times
    return sheet


def _open_document_cell(element: Element) -> Cell | None:
    kind = _attribute(element, "value-type")
    match kind:
        case "float" | "percentage" | "currency":
            text = _plain(float(_attribute(element, "value")))
        case "date":
            text = _attribute(element, "date-value").removesuffix("T00:00:00")
        case "boolean":
            text = _attribute(element, "boolean-value").upper()
        case _:
            text = "\n".join("".join(part.itertext()) for part in element if _local(part.tag) == "p")
    text = _cleaned(text)
    if any(key.endswith("}value-type") and value == "error" for key, value in element.attrib.items()):
        return Cell(text, Content.ERROR)
    if _attribute(element, "formula"):
        return Cell(text, Content.FORMULA)
    return Cell(text) if text else None


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if _local(key) == name), "")


def _times(element: Element, name: str) -> int:
    return max(1, int(_attribute(element, name) or 1))


def _relation_key(element: Element) -> str:
    return next((key for key in element.attrib if key != "id" and _local(key) == "id"), "id")


def _text(element: Element) -> str:
    """The text of a string, its parts of different formats joined, without hints for pronunciation."""
    parts = []
    for child in element:
        match _local(child.tag):
            case "t":
                parts.append(child.text or "")
            case "r":
                parts += [part.text or "" for part in child if _local(part.tag) == "t"]
    return "".join(parts)[:_LONGEST_TEXT].strip()


def _column(element: Element, before: int) -> int:
    place = element.attrib.get("r")
    if place is None:
        return before + 1
    try:
        return column_index_from_string(coordinate_from_string(place)[0])
    except CellCoordinatesException as error:
        raise _Damaged from error
