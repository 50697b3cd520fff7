"""Figures from a table that people have: of an office, of their own, or a sheet of the workbook saved as CSV."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from files.csv_table import Row, Table, grid_table
from files.faults import Fault, InputError
from files.grid import WORKBOOKS, Grid, read_grid
from files.published import heading_key
from files.typed import instead, shown
from geodata.county import County
from geodata.editing.entered import EnteredTable, entered_table
from geodata.editing.entered_figures import Entered, read_entered
from geodata.editing.figures import TableName, figures_of
from geodata.editing.labels import column_label, spellings
from geodata.editing.plausibility import date_of
from geodata.editing.workbook_layout import NOT_NEEDED, SHEET_COLUMNS, source_row_of
from geodata.editing.workbook_read import has_county_sheets, read_workbook, rows_of_sources_above
from translation import Message, listing, msg, msgs

Chosen = Mapping[str, str]
"""What people say that a column holds: its heading to an indicator, or to nothing where it is to be left out."""

#: What offices write above the columns that say which municipality a row is of.
_ALSO: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "gemeindeschlüssel",
            "amtlicher gemeindeschlüssel",
            "amtlicher gemeindeschlüssel (ags)",
            "gemeindekennziffer",
            "schlüssel",
            "schlüsselnummer",
            "regionalschlüssel",
            "amtlicher regionalschlüssel",
            "ars",
            "rs",
            "_rs",
            "gkz",
        ),
        "ags",
    ),
    **dict.fromkeys(
        (
            "gemeinde",
            "gemeinden",
            "gemeindename",
            "kommune",
            "kommunen",
            "stadt/gemeinde",
            "städte und gemeinden",
            "ort",
            "gebiet",
        ),
        "name",
    ),
}
#: How far down the headings of a table are looked for: rows, and bytes of a text.
_HEAD, _HEAD_BYTES = 60, 4000
_KEY = re.compile(r"(?<![0-9])(?:0[0-9]{7}|[1-9][0-9]{6,7})(?![0-9])")
_DATE = re.compile(r"(?<![0-9])(?:([0-9]{2}\.[0-9]{2}\.[0-9]{4})|([0-9]{4}[-_][0-9]{2}[-_][0-9]{2}))(?![0-9])")


class UnknownColumnsError(InputError):
    """Headings that no indicator is called by; what they hold can be said in ``chosen``."""

    def __init__(self, faults: Sequence[Fault], columns: Sequence[str]) -> None:
        super().__init__(faults)
        self.columns = tuple(columns)


def read_figures_file(content: bytes, county: County, file: str, chosen: Chosen | None = None) -> Entered:
    """The figures of ``county`` with those of an upload: its workbook, or a table as :func:`read_indicator_csv` reads.

    Raises ``InputError`` with every fault, :class:`UnknownColumnsError` where only headings are not known.
    """
    if content.startswith(WORKBOOKS) and has_county_sheets(content, file):
        return read_workbook(content, county, file)
    return read_indicator_csv(content, county, file, chosen)


def stated_date(content: bytes, today: date) -> date | None:
    """The newest date, up to ``today``, above the figures of an office's table: of its title or of its headings.

    Offices write “Stichtag 31.12.2025” there, and when the file was made below the figures. A workbook of the county
    states the dates of its indicators itself. ``content`` was read before, and is sound.
    """
    if not content.startswith(WORKBOOKS):
        head = content[:_HEAD_BYTES].decode("utf-8", "replace").replace("\0", "")
    elif has_county_sheets(content, ""):
        return None
    else:
        head = "\n".join(" ".join(cells) for _, cells in read_grid(content, "", {}).records[:_HEAD])
    days = (
        date_of("-".join(reversed(match[1].split("."))) if match[1] else match[2].replace("_", "-"))
        for match in _DATE.finditer(_KEY.split(head, maxsplit=1)[0])
    )
    return max((day for day in days if day is not None and day <= today), default=None)


def read_indicator_csv(content: bytes, county: County, file: str, chosen: Chosen | None = None) -> Entered:
    """The figures of ``county`` with those of the table in ``content``, named ``file`` in faults.

    It has a column with keys or names of municipalities (``ags`` or ``name``, or both) and one for each indicator,
    headed by its name in any language; or it is a sheet of the county's workbook saved as CSV. Title lines, larger
    areas and notes are left aside with a notice. Raises ``InputError`` with every fault, by line and column.
    """
    headings = {name: _headings(name, county) for name in TableName}
    grid = read_grid(content, file, {text: column for known in headings.values() for text, column in known.items()})
    name = _table_in(grid, headings)
    table = grid_table(grid, file, (), headings[name], others=True)
    if name is TableName.INDICATORS:
        table = _with_answers(table, headings[name], chosen or {})
    else:
        for column in table.columns:
            if column not in SHEET_COLUMNS[name]:
                table.fault(Row(1, {}), shown(column), msg("the column is not known"), instead(column, headings[name]))
    table.check()

    def place(line: int | None, column: str | None) -> str:
        where = shown(file) + (f":{line}" if line is not None else "")
        return f"{where}, {column}" if column else where

    entered = entered_table(county, table.columns, table.rows, place)
    if name is TableName.INDICATORS:
        _only_municipalities(entered, table)
    elif name is TableName.SOURCES:
        entered.rows += rows_of_sources_above(figures_of(county))
    # Here, unlike in a workbook, the columns themselves show which decimal mark is meant.
    entered.written = table
    try:
        found = read_entered({name: entered}, county)
    except InputError as error:
        raise InputError([*table.faults, *error.faults]) from None
    return Entered(found.figures, (*table.left_aside, *found.notices))


def _headings(name: TableName, county: County) -> dict[str, str]:
    columns = SHEET_COLUMNS[name] + (county.indicator_names if name is TableName.INDICATORS else ())
    found = {text: column for column in columns for text in spellings(column, column_label(name, column))}
    return {**_ALSO, **found} if name is TableName.INDICATORS else found


def _table_in(grid: Grid, headings: Mapping[TableName, Mapping[str, str]]) -> TableName:
    """Which table of a county has all its columns in one row; that of the indicators where none has."""
    for name in (name for name in TableName if name is not TableName.INDICATORS):
        needed = {column for column in SHEET_COLUMNS[name] if column not in NOT_NEEDED}
        for _, cells in grid.records[:_HEAD]:
            if needed <= {headings[name].get(heading_key(cell), "") for cell in cells}:
                return name
    return TableName.INDICATORS


def _with_answers(table: Table, headings: Mapping[str, str], chosen: Chosen) -> Table:
    """The table with the columns that people chose in place of headings that nobody knows."""
    table.check()
    known = set(headings.values())
    unknown = [column for column in table.columns if column not in known and column not in chosen]
    header = Row(table.header, {})
    if not {"ags", "name"} & set(table.columns):
        wrong = msg("the column is missing")
        table.fault(header, "ags", wrong, msg("a column “ags” or “name” that says which municipality a row is of"))
    labels = [text for text in headings if text not in _ALSO]
    missing = list(table.faults)
    for column in unknown:
        table.fault(header, shown(column), msg("the column is not known"), instead(column, labels))
    if unknown and not missing:
        raise UnknownColumnsError(table.faults, unknown)
    names = [column if column in known else chosen.get(column, "") for column in table.columns]
    doubled = [name for at, name in enumerate(names) if name and name in names[:at]]
    for name in dict.fromkeys(doubled):
        table.fault(header, name, msg("two columns hold the same"), msg("each indicator from one column"))
    table.check()
    if table.columns and not set(names) - {"", "ags", "name"}:
        table.fault(header, None, msg("no column holds an indicator"), instead("", labels))
    kept = [(column, name) for column, name in zip(table.columns, names, strict=True) if name]
    rows = tuple(Row(row.line, {name: row[column] for column, name in kept}) for row in table.rows)
    # Only then is it known which of the columns are figures.
    return Table(
        table.file,
        tuple(name for _, name in kept),
        rows,
        table.delimiter,
        faults=table.faults,
        left_aside=table.left_aside,
    )


def _only_municipalities(entered: EnteredTable, table: Table) -> None:
    """Leaves aside the rows that say where figures come from, and those of other counties where this one is whole."""
    sources = [row for row in entered.rows if source_row_of(row.cells.get("ags") or row.cells.get("name", ""))]
    rows = [
        Row(row.line, {**row.cells, "ags": row.cells.get("ags") or row.cells.get("name", "")})
        for row in entered.rows
        if row not in sources
    ]
    towns = [entered.known_town(row["ags"]) for row in rows]
    times = Counter(town for town in towns if town is not None)
    if len(times) == len(entered.towns) and len(set(times.values())) == 1 and max(times.values()) > 1:
        wrong = msg("there are {count} rows for each municipality", count=max(times.values()))
        table.fault(None, None, wrong, msg("one row for each: delete those of other dates or kinds"))
        table.check()
    others: list[Row] = []
    if set(entered.towns) <= set(towns):
        others = [row for row, town in zip(rows, towns, strict=True) if town is None]
        rows = [row for row, town in zip(rows, towns, strict=True) if town is not None]
    entered.columns = tuple(dict.fromkeys(("ags", *entered.columns)))
    entered.rows = tuple(rows)
    if sources:
        wrong = msgs(
            "{count} row with sources was left aside", "{count} rows with sources were left aside", len(sources)
        )
        allowed = msg("sources are read from the workbook, or changed on this page")
        table.left_aside.append(Fault(table.file, wrong, allowed, sources[0].line))
    if others:
        wrong = msgs(
            "{count} row of another county was left aside",
            "{count} rows of other counties were left aside",
            len(others),
        )
        table.left_aside.append(Fault(table.file, wrong, _some(others), others[0].line))


def _some(rows: Sequence[Row]) -> Message:
    named = listing(shown(row.cells.get("name") or row["ags"]) for row in rows[:3])
    return msg("{texts} …", texts=named) if len(rows) > 3 else msg("{texts}", texts=named)
