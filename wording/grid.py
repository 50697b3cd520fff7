"""Tables of the papers as data: cells keep their figures, each paper writes them in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from translation import Message
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
    """A column: its heading, and whether it holds figures (on the right) or text (on the left)."""

    heading: Message | str
    figures: bool = True


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


def row(values: Sequence[object], weight: Weight = Weight.PLAIN) -> Row:
    """A row of such values."""
    return Row(tuple(value if isinstance(value, Cell) else Cell(value) for value in values), weight)
