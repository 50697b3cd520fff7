"""A county's figures as an Excel workbook, to be changed and read again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from files.archive import zipped
from geodata.county import County
from geodata.editing.figures import Figures, TableName, figures_of
from geodata.editing.labels import COLUMN_LABELS, KIND_LABELS, LINK_LABELS, TABLES, WHOLE_COUNTY, column_label
from geodata.editing.workbook_layout import GUIDE, SHEET_COLUMNS, SOURCE_ROWS, meaning, sheet_note, sources_apart
from geodata.labels import METHOD_LABELS, covered
from geodata.records import Ags
from translation import Language, Message, listing, msg, translate

#: Rows below the last one that take the same checks, for rows to be added.
SPARE_ROWS = 200
# The same county gives the same bytes, whenever and wherever it is written.
_WRITTEN = datetime(2000, 1, 1)  # noqa: DTZ001 - the format knows no time zones
_HEADING = PatternFill("solid", fgColor="1F3A5F")
_ABOUT = PatternFill("solid", fgColor="EEF2F7")
_TEXT, _WHOLE, _GENERAL = "@", "#,##0", "General"
# Posts are text: a spreadsheet makes a date of the range 1-3.
_FIGURES = ("credit", "km", "minutes")
_WIDTHS = {"name": 34, "provider": 34, "catchment": 34, "source": 34, "note": 60, "covers": 30, "publisher": 44}
_WIDTHS |= {"title": 60, "licence": 22, "attribution": 60, "reference_date": 16, "ags": 22, "method": 14}
_WIDTH = 18
_FORMULA = ("=", "+", "-", "@")
_Value = str | float | None


def county_workbook(county: County, language: Language) -> bytes:
    """The figures of ``county`` as an .xlsx with a sheet for each table, headings in ``language``."""
    return _Writer(county, language).content()


class _Writer:
    """Writes one workbook."""

    def __init__(self, county: County, language: Language) -> None:
        self.county, self.figures, self.language = county, figures_of(county), language
        self.names = {town.ags: town.name for town in county.municipalities}
        self.workbook = Workbook()
        self.workbook.properties = DocumentProperties(creator="KIM-Planer", title=county.name, created=_WRITTEN)

    def content(self) -> bytes:
        guide = self.workbook.active
        assert isinstance(guide, Worksheet)
        guide.title = self.said(GUIDE)
        self._guide(guide)
        for table in TableName:
            sheet = self.workbook.create_sheet(self.said(TABLES[table]))
            self._headings(sheet, table)
            for row, cells in enumerate(self._rows(table), start=2):
                for column, value in enumerate(cells, start=1):
                    _put(sheet, row, column, value)
            self._form(sheet, table)
        return self._packed()

    def said(self, text: object) -> str:
        return translate(text, self.language)

    def _columns(self, table: TableName) -> tuple[str, ...]:
        return SHEET_COLUMNS[table] + (tuple(self.figures.indicators) if table is TableName.INDICATORS else ())

    def _guide(self, sheet: Worksheet) -> None:
        lines: list[tuple[object, bool]] = [
            (msg("The figures of {county}, to be changed", county=self.county.name), True),
            (msg("1. Change figures, add or delete rows. Leave the names of sheets and headings as they are."), False),
            (msg("2. Enter values, no formulas. Write the municipality keys as text: they begin with a zero."), False),
            (msg("3. Save the workbook as .xlsx and upload it on the page “Data” of the planner."), False),
            (msg("4. The planner names every wrong cell, and shows what changes before anything is saved."), False),
            (msg("A sheet that you delete leaves its figures as they are. A row that you delete is removed."), False),
        ]
        for table in TableName:
            lines += [(TABLES[table], True), (meaning(table), False)]
            if (note := sheet_note(table)) is not None:
                lines.append((note, False))
        sheet.column_dimensions["A"].width = 110
        for row, (text, bold) in enumerate(lines, start=1):
            cell = _put(sheet, row, 1, self.said(text))
            cell.font = Font(bold=bold)
            cell.alignment = Alignment(wrap_text=True, vertical="top")

    def _headings(self, sheet: Worksheet, table: TableName) -> None:
        for position, column in enumerate(self._columns(table), start=1):
            cell = _put(sheet, 1, position, self.said(column_label(table, column)))
            cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEADING
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            sheet.column_dimensions[get_column_letter(position)].width = _WIDTHS.get(column, _WIDTH)
        sheet.freeze_panes = {TableName.INDICATORS: "C2"}.get(table, "B2")
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.print_title_rows = "1:1"

    def _rows(self, table: TableName) -> Iterator[Sequence[_Value]]:
        match table:
            case TableName.INDICATORS:
                yield from self._indicator_rows(self.figures)
            case TableName.SERVICES:
                for service in self.figures.services:
                    named = (service.name, service.provider, service.kind, self.names[service.seat])
                    catchment = self._catchment(service.catchment)
                    told = (service.as_of, service.source, service.note, service.target_group)
                    yield *named, catchment, service.cell("fte"), service.credit, *told
            case TableName.TRAVEL:
                for (origin, target), trip in self.figures.travel.items():
                    method = self.said(METHOD_LABELS[trip.method])
                    km, minutes, _ = trip.cells
                    yield origin, self.names[origin], target, self.names[target], km, minutes, method
            case TableName.NEIGHBOURS:
                for joined in self.figures.connections:
                    link = self.said(LINK_LABELS[joined.link])
                    yield self.names[joined.first], self.names[joined.second], link
            case TableName.EMPLOYERS:
                for employer in self.figures.employers:
                    kind = self.said(KIND_LABELS[employer.kind])
                    yield employer.id, kind, employer.name, self.names[employer.office]
            case TableName.SOURCES:
                for source in sources_apart(self.figures):
                    yield self.said(covered(source.covers[0])), *(getattr(source, key) for key in SOURCE_ROWS)

    def _indicator_rows(self, figures: Figures) -> Iterator[Sequence[_Value]]:
        sources = [figures.source_of(indicator) for indicator in figures.indicators]
        for key in SOURCE_ROWS:
            yield self.said(COLUMN_LABELS[key]), "", *("" if s is None else getattr(s, key) for s in sources)
        for ags, name in self.names.items():
            yield ags, name, *(values[ags] for values in figures.indicators.values())

    def _catchment(self, towns: tuple[Ags, ...] | None) -> str:
        return self.said(WHOLE_COUNTY["all"]) if towns is None else "; ".join(self.names[ags] for ags in towns)

    def _form(self, sheet: Worksheet, table: TableName) -> None:
        """The look of the cells below the heading, and what may be typed into them."""
        first = 2 + (len(SOURCE_ROWS) if table is TableName.INDICATORS else 0)
        last = max(sheet.max_row, first)
        if table in (TableName.SERVICES, TableName.NEIGHBOURS, TableName.EMPLOYERS):
            last += SPARE_ROWS
        for position, column in enumerate(self._columns(table), start=1):
            letter = get_column_letter(position)
            if (validation := self._validation(table, column)) is not None:
                validation.add(f"{letter}{first}:{letter}{last}")
                sheet.add_data_validation(validation)
            written = self._number_format(column)
            for row in range(first, last + 1):
                sheet.cell(row, position).number_format = written
                sheet.cell(row, position).alignment = Alignment(vertical="top", wrap_text=written == _TEXT)
        for row in range(2, first):
            for position in range(1, sheet.max_column + 1):
                cell = sheet.cell(row, position)
                cell.fill, cell.number_format = _ABOUT, _TEXT
                cell.alignment = Alignment(wrap_text=True, vertical="top")

    def _number_format(self, column: str) -> str:
        if column in self.figures.indicators:
            known = [value for value in self.figures.indicators[column].values() if value is not None]
            return _WHOLE if all(value.is_integer() for value in known) else _GENERAL
        return _GENERAL if column in _FIGURES else _TEXT

    def _validation(self, table: TableName, column: str) -> DataValidation | None:
        match column:
            case "seat" | "office" | "first" | "second":
                title = quote_sheetname(self.said(TABLES[TableName.INDICATORS]))
                first = 2 + len(SOURCE_ROWS)
                places = f"{title}!$B${first}:$B${first + len(self.names) - 1}"
                return self._refusing(
                    DataValidation("list", formula1=places), msg("Choose a municipality of the county.")
                )
            case "method":
                return self._choice(list(METHOD_LABELS.values()))
            case "link":
                return self._choice(list(LINK_LABELS.values()))
            case "kind" if table is TableName.EMPLOYERS:
                return self._choice(list(KIND_LABELS.values()))
            case "credit":
                share = DataValidation("decimal", operator="between", formula1="0", formula2="1", allow_blank=True)
                return self._refusing(share, msg("A share between 0 and 1, or nothing."))
            case _ if column in ("km", "minutes") or column in self.figures.indicators:
                return self._refusing(_not_negative(), msg("A number from 0 on, or nothing."))
        return None

    def _choice(self, labels: Sequence[Message]) -> DataValidation:
        words = ",".join(self.said(label) for label in labels)
        choice = DataValidation("list", formula1=f'"{words}"')
        return self._refusing(choice, msg("One of: {words}", words=listing(labels)))

    def _refusing(self, validation: DataValidation, allowed: Message) -> DataValidation:
        validation.showErrorMessage = True
        validation.errorTitle, validation.error = self.said(msg("Not allowed here")), self.said(allowed)
        return validation

    def _packed(self) -> bytes:
        raw = io.BytesIO()
        self.workbook.save(raw)
        # The library puts the time of writing into the properties and into the archive.
        self.workbook.properties.modified = _WRITTEN
        with zipfile.ZipFile(raw) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        return zipped(parts | {"docProps/core.xml": tostring(self.workbook.properties.to_tree())})


def _not_negative() -> DataValidation:
    return DataValidation("decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)


def _put(sheet: Worksheet, row: int, column: int, value: _Value) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    cell.value = None if value == "" else value
    if isinstance(value, str) and value:
        # A text stays a text, whatever it begins with, also after it was edited.
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_FORMULA)
    return cell
