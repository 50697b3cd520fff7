"""What is different between two states of a county's figures, row by row and column by column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from geodata.county import County
from geodata.editing.figures import COLUMNS, Figures, TableName, figures_of
from geodata.records import Ags

Value = str | float | tuple[Ags, ...] | None
Row = dict[str, Value]


class Kind(Enum):
    """What happened to a row."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """A changed cell, or with ``column=None`` a whole row that came or went.

    ``row`` names it for people. ``old`` and ``new`` are values as the records have them; ``None`` where a cell is
    empty. A catchment is a tuple of keys, the whole county the text ``all``. Of a row that came or went the cells
    stand in ``cells``.
    """

    kind: Kind
    table: TableName
    row: str
    column: str | None = None
    old: Value = None
    new: Value = None
    cells: tuple[tuple[str, Value], ...] = ()


def changes(old: County, new: Figures) -> tuple[Change, ...]:
    """Everything that ``new`` changes in ``old``, in the order of the tables and their rows."""
    before = figures_of(old)
    names = {town.ags: town.name for town in old.municipalities}
    return tuple(
        change
        for table in TableName
        for change in _compared(table, _rows(table, before, names), _rows(table, new, names), names)
    )


def cells_of(county: County, figures: Figures) -> dict[tuple[TableName, str, str], Value]:
    """Every cell of ``figures`` by table, row as :class:`Change` names it, and column."""
    names = {town.ags: town.name for town in county.municipalities}
    return {
        (table, _name(table, row, names), column): value
        for table in TableName
        for row in _rows(table, figures, names)
        for column, value in row.items()
    }


def _rows(table: TableName, figures: Figures, names: Mapping[Ags, str]) -> list[Row]:
    match table:
        case TableName.INDICATORS:
            columns = figures.indicators.items()
            return [{"ags": ags, **{name: values[ags] for name, values in columns}} for ags in names]
        case TableName.SERVICES:
            return [
                dict[str, Value]({column: service.cell(column) for column in COLUMNS[table]})
                | {"catchment": "all" if service.catchment is None else tuple(sorted(service.catchment))}
                for service in figures.services
            ]
        case TableName.TRAVEL:
            return [
                {"from": origin, "to": target, **dict(zip(("km", "minutes", "method"), trip.cells, strict=True))}
                for (origin, target), trip in figures.travel.items()
            ]
        case TableName.NEIGHBOURS:
            return [{key: getattr(joined, key) for key in COLUMNS[table]} for joined in figures.connections]
        case TableName.EMPLOYERS:
            return [{key: getattr(employer, key) for key in COLUMNS[table]} for employer in figures.employers]
        case TableName.SOURCES:
            texts = COLUMNS[table][1:]
            return [
                {"covers": source.covers[0], **{key: getattr(source, key) for key in texts}}
                for source in figures.sources
            ]


def _compared(table: TableName, old: Sequence[Row], new: Sequence[Row], names: Mapping[Ags, str]) -> Iterator[Change]:
    before, after = _keyed(table, old), _keyed(table, new)
    if table is TableName.SERVICES:
        _rejoin(before, after)
    for key, row in after.items():
        name = _name(table, row, names)
        if key not in before:
            yield Change(Kind.ADDED, table, name, cells=tuple(row.items()))
            continue
        # A new indicator is a column that no old row has.
        for column, value in row.items():
            if before[key].get(column) != value:
                yield Change(Kind.CHANGED, table, name, column, before[key].get(column), value)
    for key, row in before.items():
        if key not in after:
            yield Change(Kind.REMOVED, table, _name(table, row, names), cells=tuple(row.items()))


_KEYS: Mapping[TableName, tuple[str, ...]] = {
    TableName.INDICATORS: ("ags",),
    TableName.SERVICES: ("name", "provider", "kind", "seat"),
    TableName.TRAVEL: ("from", "to"),
    TableName.NEIGHBOURS: ("first", "second"),
    TableName.EMPLOYERS: ("id",),
    TableName.SOURCES: ("covers",),
}


def _keyed(table: TableName, rows: Sequence[Row]) -> dict[tuple[object, ...], Row]:
    seen: Counter[tuple[object, ...]] = Counter()
    keyed: dict[tuple[object, ...], Row] = {}
    for row in rows:
        key = tuple(row[column] for column in _KEYS[table])
        # Several sources may cover the same thing.
        keyed[(*key, seen[key])] = row
        seen[key] += 1
    return keyed


def _rejoin(before: dict[tuple[object, ...], Row], after: dict[tuple[object, ...], Row]) -> None:
    """Gives a service whose name or seat was mended the key that it had, where most of the key is the same."""
    gone = [key for key in before if key not in after]
    for key in [key for key in after if key not in before]:
        alike = [(sum(a == b for a, b in zip(key[:4], other[:4], strict=True)), other) for other in gone]
        likeness, best = max(alike, key=lambda found: found[0], default=(0, key))
        if likeness >= 3:
            gone.remove(best)
            before[key] = before.pop(best)


def _name(table: TableName, row: Row, names: Mapping[Ags, str]) -> str:
    match table:
        case TableName.INDICATORS:
            return names[str(row["ags"])]
        case TableName.TRAVEL:
            return f"{names[str(row['from'])]} – {names[str(row['to'])]}"
        case TableName.NEIGHBOURS:
            return f"{names[str(row['first'])]} – {names[str(row['second'])]}"
        case TableName.SERVICES:
            return f"{row['provider']}: {row['name']}"
        case TableName.EMPLOYERS:
            return str(row["name"])
        case TableName.SOURCES:
            return str(row["covers"])
