"""A county's figures as rows of texts, for tables on screen and for work that is not saved yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from files.csv_table import Row
from geodata.county import County
from geodata.editing.entered import EnteredTable, Place, entered_table
from geodata.editing.figures import COLUMNS, Figures, TableName
from translation import Language

TextRow = dict[str, str]
"""A cell's text by column; municipalities are named by their key, kinds and methods as in the files."""


def table_columns(figures: Figures, table: TableName) -> tuple[str, ...]:
    """The columns of a table."""
    return COLUMNS[table] + (tuple(figures.indicators) if table is TableName.INDICATORS else ())


def text_rows(figures: Figures, county: County, table: TableName, language: Language) -> list[TextRow]:
    """The rows of a table with figures as ``language`` writes them, so that no other reads them differently."""
    return [
        {column: _written(value, language) for column, value in zip(table_columns(figures, table), values, strict=True)}
        for values in _values(figures, county, table)
    ]


def _values(figures: Figures, county: County, table: TableName) -> Iterator[Sequence[str | float | None]]:
    columns = COLUMNS[table]
    match table:
        case TableName.INDICATORS:
            for town in county.municipalities:
                yield town.ags, town.name, *(values[town.ags] for values in figures.indicators.values())
        case TableName.SERVICES:
            for service in figures.services:
                yield [service.cell(column) for column in columns]
        case TableName.TRAVEL:
            for (origin, target), trip in figures.travel.items():
                yield origin, target, *trip.cells
        case TableName.NEIGHBOURS:
            for joined in figures.connections:
                yield [getattr(joined, column) for column in columns]
        case TableName.EMPLOYERS:
            for employer in figures.employers:
                yield [getattr(employer, column) for column in columns]
        case TableName.SOURCES:
            for source in figures.sources:
                yield source.covers[0], *(getattr(source, column) for column in columns[1:])


def _written(value: str | float | None, language: Language) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    whole, _, decimals = format(Decimal(repr(float(value))), "f").partition(".")
    if not decimals.strip("0"):
        return whole
    # Three decimals could be read as thousands.
    return whole + ("," if language == "de" else ".") + (decimals + "0" if len(decimals) == 3 else decimals)


def table_of_rows(
    county: County, columns: Sequence[str], rows: Sequence[Mapping[str, str]], place: Place
) -> EnteredTable:
    """The table in ``rows`` of texts, ready to be read; empty rows are left out. The first row is line 1."""
    kept = [
        Row(line, {column: " ".join(row.get(column, "").split()) for column in columns})
        for line, row in enumerate(rows, start=1)
    ]
    return entered_table(county, columns, [row for row in kept if any(row.cells.values())], place)
