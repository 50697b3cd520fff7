"""A county's figures from an Excel workbook that came back: every fault with its sheet and cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from files import grid
from files.csv_table import MOST_COLUMNS, Row
from files.faults import Fault, InputError
from files.grid import NO_FORMULA, calculated
from files.published import is_sum
from files.typed import instead, nearest, offered, shown
from files.workbook_cells import Cell, Content, Sheet, cell_name, read_sheets
from geodata.county import County
from geodata.editing.entered import EnteredTable, entered_table
from geodata.editing.entered_figures import Entered, read_entered
from geodata.editing.figures import Figures, TableName, figures_of
from geodata.editing.labels import TABLES, column_label, spellings
from geodata.editing.workbook_layout import (
    NOT_NEEDED,
    SHEET_COLUMNS,
    SOURCE_ROWS,
    has_no_figures,
    source_row_of,
    sources_apart,
    table_of,
)
from geodata.records import SOURCE_KEYS, Source
from translation import LANGUAGES, Message, listing, msg, msgs, translate

#: A workbook of a county unpacks to far less; a drive takes some hundred bytes.
UNPACKED, UNPACKED_PER_DRIVE = 6_000_000, 500
MOST_ROWS = 2000


def read_workbook(content: bytes, county: County, file: str) -> Entered:
    """The figures in the bytes of a workbook made by ``county_workbook`` and then changed.

    ``file`` is the name of the workbook. A sheet that is missing stays as it is in ``county``. Raises ``InputError``
    with all faults; their place is the sheet and the cell, such as ``Beratung!F7``.
    """
    sheets = read_sheets(content, file, UNPACKED + UNPACKED_PER_DRIVE * len(county.travel))
    known, notices = _known_sheets(sheets, file)
    base = figures_of(county)
    read = {name: _SheetReader(name, sheet, county, base) for name, sheet in known.items()}
    tables = {name: reader.table for name, reader in read.items()}
    if (reader := read.get(TableName.INDICATORS)) is not None:
        tables[TableName.SOURCES] = _all_sources(county, base, reader, tables.get(TableName.SOURCES))
    elif TableName.SOURCES in tables:
        tables[TableName.SOURCES].rows += rows_of_sources_above(base)
    entered = read_entered(tables, county)
    told = [notice for reader in read.values() for notice in reader.notices]
    return Entered(entered.figures, (*notices, *told, *entered.notices))


def has_county_sheets(content: bytes, file: str) -> bool:
    """Whether a workbook has a sheet of a county, or none with anything in it. Raises ``InputError``."""
    sheets = read_sheets(content, file, grid.UNPACKED)
    return any(table_of(sheet.title) is not None for sheet in sheets) or not any(sheet.rows for sheet in sheets)


def rows_of_sources_above(base: Figures) -> tuple[Row, ...]:
    """The sources of the indicators, which the sheet of sources does not have."""
    above = [base.source_of(indicator) for indicator in base.indicators]
    return tuple(_source_row(source, -line) for line, source in enumerate(above, 1) if source is not None)


def _known_sheets(sheets: Sequence[Sheet], file: str) -> tuple[dict[TableName, Sheet], list[Fault]]:
    known: dict[TableName, Sheet] = {}
    others, faults = [], []
    for sheet in sheets:
        name = table_of(sheet.title)
        if name is None:
            if not has_no_figures(sheet.title):
                others.append(sheet)
        elif name in known:
            wrong = msg("this sheet and the sheet “{other}” hold the same table", other=shown(known[name].title))
            faults.append(Fault(shown(sheet.title), wrong, msg("each table once; delete one of the sheets")))
        else:
            known[name] = sheet
    titles = listing(TABLES.values())
    # Workbooks of earlier versions have no sheet of bridges and ferries.
    missing = [name for name in TableName if name not in known and name is not TableName.NEIGHBOURS]
    if not known:
        wrong = msg("the workbook has none of the sheets of a county")
        faults.append(Fault(file, wrong, msg("sheets named {titles}, as in the workbook to download", titles=titles)))
    notices = []
    for sheet in islice(others, 20):
        wrong = msg("the sheet is not known")
        if known and missing:
            # Perhaps one that was renamed: left aside, its changes would be lost without a word.
            allowed = msg("sheets named {titles}; rename it, or delete it", titles=titles)
            faults.append(Fault(shown(sheet.title), wrong, allowed))
        else:
            notices.append(Fault(shown(sheet.title), wrong, msg("it was left aside")))
    if faults:
        raise InputError(faults)
    return known, notices


class _SheetReader:
    """Reads one sheet into an entered table."""

    def __init__(self, name: TableName, sheet: Sheet, county: County, base: Figures) -> None:
        self.name, self.sheet, self.base = name, sheet, base
        self.columns: dict[str, int] = {}
        self.sources: dict[str, tuple[int, dict[int, Cell]]] = {}
        self.notices: list[Fault] = []
        self.table = entered_table(county, (), (), self.place)
        header = sheet.rows.get(1, {})
        self._merged()
        self._header(header)
        self._cells(header)

    def place(self, line: int | None, column: str | None) -> str:
        """``Beratung!F7``, or as much of it as is known."""
        title = shown(self.sheet.title)
        position = None if column is None else self.columns.get(column)
        if line is not None and line > 0:
            return f"{title}!{cell_name(line, position)}" if position else f"{title}!{line}"
        return f"{title}!{cell_name(1, position)}" if position else title

    def fault(self, line: int, position: int, wrong: Message, allowed: Message | None) -> None:
        """Notes a fault of a cell that no column is known for."""
        self.table.faults.append(Fault(f"{shown(self.sheet.title)}!{cell_name(line, position)}", wrong, allowed))

    def _merged(self) -> None:
        for place in islice(self.sheet.merged, 20):
            wrong = msg("cells are merged")
            allowed = msg("unmerge them; each cell has a value of its own")
            self.table.faults.append(Fault(f"{shown(self.sheet.title)}!{shown(place)}", wrong, allowed))

    def _header(self, header: Mapping[int, Cell]) -> None:
        wanted = [*SHEET_COLUMNS[self.name]]
        if self.name is TableName.INDICATORS:
            wanted += self.base.indicators
        known = {s: column for column in wanted for s in spellings(column, column_label(self.name, column))}
        unknown: list[tuple[int, str]] = []
        for position, cell in sorted(header.items()):
            column = known.get(cell.text.casefold())
            if column is None:
                unknown.append((position, cell.text))
            elif column in self.columns:
                self.fault(1, position, msg("the column is there twice"), msg("each column once; delete one"))
            else:
                self.columns[column] = position
        missing = [column for column in wanted if column not in self.columns]
        labels = [column_label(self.name, column) for column in missing]
        self._unknown_columns(unknown, labels)
        needed = [c for c in missing if c in SHEET_COLUMNS[self.name] and c not in NOT_NEEDED]
        for column in needed:
            wrong = msg("the column “{column}” is missing", column=column_label(self.name, column))
            allowed = msg("the headings in the first row, as in the workbook to download")
            self.table.faults.append(Fault(shown(self.sheet.title), wrong, allowed))
        for column in [c for c in missing if c not in needed and c in self.base.indicators]:
            wrong = msg("the column “{column}” is missing", column=column_label(self.name, column))
            allowed = msg("its figures stay; to have none, empty its cells")
            self.notices.append(Fault(shown(self.sheet.title), wrong, allowed))
        # Without columns the table is not read.
        self.table.columns = () if needed else tuple(self.columns)

    def _unknown_columns(self, unknown: Sequence[tuple[int, str]], missing: Sequence[Message | str]) -> None:
        names = [translate(label, language) for label in missing for language in LANGUAGES]
        for position, text in islice(unknown, MOST_COLUMNS):
            likely = nearest(text, names) is not None
            if self.name is TableName.INDICATORS and not likely:
                # A further indicator; whether it can be one is told when the figures are read.
                if text in self.columns:
                    self.fault(1, position, msg("the column is there twice"), msg("each column once; delete one"))
                self.columns[text] = position
            else:
                wrong = msg("the column “{column}” is not known", column=shown(text))
                known = listing(column_label(self.name, column) for column in SHEET_COLUMNS[self.name])
                allowed = instead(text, dict.fromkeys(names)) if likely else msg("allowed: {names}", names=known)
                self.fault(1, position, wrong, allowed)

    def _cells(self, header: Mapping[int, Cell]) -> None:
        columns = {position: column for column, position in self.columns.items()}
        beside: set[int] = set()
        rows = []
        calculations: list[str] = []
        aside: list[int] = []
        for line, cells in sorted(self.sheet.rows.items()):
            if line == 1:
                continue
            if self._is_aside(cells):
                aside.append(line)
                continue
            for position, cell in cells.items():
                if position not in columns and position not in header and position not in beside and len(beside) < 20:
                    beside.add(position)
                    wrong = msg("{text} stands in a column without a heading", text=offered(cell.text))
                    self.fault(line, position, wrong, msg("nothing beside the table; delete it"))
                elif cell.content is Content.FORMULA and cell.text:
                    calculations.append(self.place(line, columns.get(position)))
                elif cell.content is not Content.VALUE and len(self.table.faults) < 100:
                    self._no_value(line, position, cell)
                    self.table.broken.add((line, columns.get(position, "")))
            first = cells.get(self.columns.get("ags", 0))
            key = source_row_of(first.text) if self.name is TableName.INDICATORS and first is not None else None
            if key is not None:
                self.sources[key] = (line, cells)
            else:
                empty = Cell("")
                texts = {column: cells.get(position, empty).text for position, column in columns.items()}
                if any(texts.values()):
                    rows.append(Row(line, texts))
        most = max(MOST_ROWS, 2 * len(self.base.travel))
        if len(rows) > most:
            wrong = msg("the sheet has {count} rows", count=len(rows))
            self.table.faults.append(Fault(shown(self.sheet.title), wrong, msg("at most {count}", count=most)))
            return
        self.table.rows = tuple(rows)
        if calculations:
            self.notices.append(Fault(calculations[0], calculated(len(calculations))))
        if aside:
            wrong = msgs(
                "{count} row that sums up or explains was left aside",
                "{count} rows that sum up or explain were left aside",
                len(aside),
            )
            self.notices.append(Fault(self.place(aside[0], None), wrong))

    def _is_aside(self, cells: Mapping[int, Cell]) -> bool:
        """Whether a row of the indicators is of no municipality: a sum of all, or a note below the table."""
        if self.name is not TableName.INDICATORS or not cells or "ags" not in self.columns:
            return False
        subjects = [cells[at].text for c in ("ags", "name") if (at := self.columns.get(c)) in cells and at is not None]
        alone = len(cells) == 1 and not next(iter(cells.values())).text[0].isdigit()
        return alone or any(map(is_sum, subjects)) or (not subjects and bool(cells))

    def _no_value(self, line: int, position: int, cell: Cell) -> None:
        if cell.content is Content.FORMULA:
            self.fault(line, position, msg("the cell holds a formula"), NO_FORMULA)
        else:
            wrong = msg("the cell shows the error {text}", text=offered(cell.text))
            self.fault(line, position, wrong, msg("a value"))


def _source_row(source: Source, line: int) -> Row:
    return Row(line, {"covers": source.covers[0], **{key: getattr(source, key) for key in SOURCE_ROWS}})


def _all_sources(county: County, base: Figures, indicators: _SheetReader, listed: EnteredTable | None) -> EnteredTable:
    """The sources in the rows above the indicators together with those of the sheet of sources."""
    rows = list(_rows_above(base, indicators))
    above = {row.line: position for row, position in rows}

    def place(line: int | None, column: str | None) -> str:
        position = None if line is None else above.get(line)
        if position is None:
            return listed.place(line, column) if listed is not None else indicators.place(None, None)
        if column in indicators.sources:
            return f"{shown(indicators.sheet.title)}!{cell_name(indicators.sources[column][0], position)}"
        return f"{shown(indicators.sheet.title)}!{cell_name(1, position)}"

    if listed is None:
        apart = [_source_row(source, -10_000 - line) for line, source in enumerate(sources_apart(base))]
    else:
        apart = [row for row in listed.rows if listed.columns]
    table = entered_table(county, SOURCE_KEYS, [*(row for row, _ in rows), *apart], place)
    for row, _ in rows:
        for key, (line, _) in indicators.sources.items():
            if (line, row["covers"]) in indicators.table.broken:
                table.broken.add((row.line, key))
    if listed is not None:
        table.broken |= listed.broken
        table.faults += listed.faults
    return table


def _rows_above(base: Figures, indicators: _SheetReader) -> Iterator[tuple[Row, int | None]]:
    """A row for the source of each indicator, and the column above which it stands; negative lines keep them apart."""
    names = [*base.indicators, *(c for c in indicators.table.columns if c not in base.indicators)]
    for line, name in enumerate((name for name in names if name not in ("ags", "name")), start=1):
        position = indicators.columns.get(name)
        old = base.source_of(name)
        texts = {"covers": name} | {key: getattr(old, key, "") for key in SOURCE_ROWS}
        if position is not None:
            for key, (_, cells) in indicators.sources.items():
                texts[key] = cells[position].text if position in cells else ""
        yield Row(-line, texts), position
