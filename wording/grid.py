"""Tables of the papers as data: cells keep their figures, each paper writes them in its own way."""

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
class Column:
    """A column: its heading, and whether it holds figures (on the right) or text (on the left).

    ``short`` is the heading where there is little room; by its ``kind`` a column is left out where there is none.
    """

    heading: Message | str
    figures: bool = True
    short: Message | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: a text or a figure (``Number``, ``Percent``) with all its decimals; its difference to another plan."""

    value: object
    difference: Difference | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row; its first cell names it."""

    cells: tuple[Cell, ...]
    weight: Weight = Weight.PLAIN


@dataclass(frozen=True, slots=True)
class Table:
    """A table with at least one row of as many cells as there are columns; ``notes`` stand below it."""

    title: Message
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Message, ...] = ()

    def of(self, positions: Sequence[int]) -> Table:
        """The table with the columns in these positions."""
        rows = tuple(Row(tuple(row.cells[at] for at in positions), row.weight) for row in self.rows)
        return replace(self, columns=tuple(self.columns[at] for at in positions), rows=rows)

    def without(self, *kinds: str) -> Table:
        """The table without the columns of these kinds."""
        return self.of([at for at, column in enumerate(self.columns) if column.kind not in kinds])

    def apart(self) -> Table:
        """The table with its differences in columns of their own, each behind its figures."""
        differs = [any(row.cells[at].difference is not None for row in self.rows) for at in range(len(self.columns))]
        columns: list[Column] = []
        for column, differing in zip(self.columns, differs, strict=True):
            columns.append(column)
            if differing:
                of, short = (msg("Difference of {scenario}", scenario=name) for name in (column.heading, column.short))
                columns.append(Column(of, short=short if column.short else None))
        rows = tuple(Row(tuple(_apart(row.cells, differs)), row.weight) for row in self.rows)
        return replace(self, columns=tuple(columns), rows=rows)


def row(values: Sequence[object], weight: Weight = Weight.PLAIN) -> Row:
    """A row of such values."""
    return Row(tuple(value if isinstance(value, Cell) else Cell(value) for value in values), weight)


def _apart(cells: Sequence[Cell], differs: Sequence[bool]) -> Iterator[Cell]:
    for cell, differing in zip(cells, differs, strict=True):
        yield Cell(cell.value)
        if differing:
            yield Cell("" if cell.difference is None else cell.difference)
