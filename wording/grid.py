"""Tables as data: cells keep their figures; screen, command and each paper write them in their own way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from translation import Message, msg
from wording.differences import Difference

NOTHING = "–"
"""Stands where there is no figure."""


class Weight(Enum):
    """What a row of a table is: one of many, one to look at, a sum."""

    PLAIN = "plain"
    STRONG = "strong"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column: its heading, and whether it holds figures (on the right) or text (on the left).

    ``short`` is the heading where there is little room; by its ``kind`` a column is left out where there is none.
    """

    heading: Message | str
    figures: bool = True
    short: Message | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell: a text or a figure (``Number``, ``Percent``) with all its decimals; its difference to another plan."""

    value: object
    difference: Difference | None = None


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row; its first cell names it."""

    cells: tuple[GridCell, ...]
    weight: Weight = Weight.PLAIN


@dataclass(frozen=True, slots=True)
class GridTable:
    """A table with at least one row of as many cells as there are columns; ``notes`` stand below it."""

    title: Message
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]
    notes: tuple[Message, ...] = ()

    def of(self, positions: Sequence[int]) -> GridTable:
        """The table with the columns in these positions."""
        rows = tuple(GridRow(tuple(row.cells[at] for at in positions), row.weight) for row in self.rows)
        return replace(self, columns=tuple(self.columns[at] for at in positions), rows=rows)

    def without(self, *kinds: str) -> GridTable:
        """The table without the columns of these kinds."""
        return self.of([at for at, column in enumerate(self.columns) if column.kind not in kinds])

    def apart(self) -> GridTable:
        """The table with its differences in columns of their own, each behind its figures."""
        differs = [any(row.cells[at].difference is not None for row in self.rows) for at in range(len(self.columns))]
        columns: list[GridColumn] = []
        for column, differing in zip(self.columns, differs, strict=True):
            columns.append(column)
            if differing:
                short = None if column.short is None else _difference(column.short)
                columns.append(GridColumn(_difference(column.heading), short=short))
        rows = tuple(GridRow(tuple(_apart(row.cells, differs)), row.weight) for row in self.rows)
        return replace(self, columns=tuple(columns), rows=rows)


def row(values: Sequence[object], weight: Weight = Weight.PLAIN) -> GridRow:
    """A row of such values."""
    return GridRow(tuple(value if isinstance(value, GridCell) else GridCell(value) for value in values), weight)


def _difference(heading: Message | str) -> Message:
    return msg("Difference of {scenario}", scenario=heading)


def _apart(cells: Sequence[GridCell], differs: Sequence[bool]) -> Iterator[GridCell]:
    for cell, differing in zip(cells, differs, strict=True):
        yield GridCell(cell.value)
        if differing:
            yield GridCell("" if cell.difference is None else cell.difference)
