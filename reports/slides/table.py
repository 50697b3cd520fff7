"""Tables on slides: columns, size of type and rows that fit; a table that is too long goes on on the next slide."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from reports.slides.text import LINE, in_pages, lines, width

SIZES = (14.0, 13.0, 12.0)
#: Around the text of a cell, in points.
INSET_X, INSET_Y = 5.0, 2.5
#: In sizes: a word that is longer may be broken; a text column is not wider than this for its own sake.
_LONGEST, _WIDEST = 15.0, 26.0
#: A text in a column of figures that is not longer than this, in signs, is kept on one line.
_FIGURE = 40
#: Office programs round widths to whole dots.
_SLACK = 0.3


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row: the lines of each cell; ``fill`` is the colour of its first, such as ``#9ed3f1``, or empty."""

    cells: tuple[tuple[str, ...], ...]
    bold: bool = False
    fill: str = ""


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table as texts; ``figures`` says which columns hold figures, whose lines stay whole.

    ``short`` are the headings where the rows are told one after the other.
    """

    headings: tuple[str, ...]
    figures: tuple[bool, ...]
    rows: tuple[TextRow, ...]
    short: tuple[str, ...] = ()

    def joined(self) -> TextTable:
        """The same with each cell on one line, what stands below its figure in brackets."""
        rows = tuple(replace(row, cells=tuple(map(_joined, row.cells))) for row in self.rows)
        return replace(self, rows=rows)


def _joined(cell: tuple[str, ...]) -> tuple[str, ...]:
    first, *below = cell
    return (" ".join([first, *(f"({line})" for line in below)]),)


@dataclass(frozen=True, slots=True)
class LaidTable:
    """Rows of a table for one slide: size of type, widths of the columns, heights of heading and rows in points."""

    table: TextTable
    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]

    @property
    def height(self) -> float:
        """The height of all."""
        return math.fsum(self.heights)


def laid_out(table: TextTable, wide: float, high: float, sizes: Sequence[float] = SIZES) -> list[LaidTable]:
    """The table in as few parts as will do, each with the heading, in the largest of ``sizes``, which fall."""
    found: list[LaidTable] = []
    for size in sizes:
        choices = _widths(table, wide, size)
        if not choices and size == sizes[-1] and not found:
            choices = [_squeezed(table, wide, size)]
        whole = [LaidTable(table, size, widths, _heights(table, widths, size)) for widths in choices]
        if not whole:
            continue
        parts = _parts(min(whole, key=lambda one: one.height), high)
        if not found or len(parts) < len(found):
            found = parts
        if len(found) == 1:
            break
    return found


def fits_beside(table: TextTable, wide: float) -> bool:
    """Whether all columns fit side by side without breaking a word or a figure."""
    return bool(_widths(table, wide, SIZES[-1]))


def _parts(laid: LaidTable, high: float) -> list[LaidTable]:
    heading, *below = laid.heights
    return [
        replace(
            laid,
            table=replace(laid.table, rows=laid.table.rows[page.start : page.stop]),
            heights=(heading, *below[page.start : page.stop]),
        )
        for page in in_pages(below, high - heading)
    ]


def _widths(table: TextTable, wide: float, size: float) -> list[tuple[float, ...]]:
    """Widths in points to choose from; none where some word or figure would have to be broken.

    Room that is left goes to all columns, or first to one or two of text, which then take fewer lines.
    """
    count = len(table.headings)
    least = [_least(table, column) * size + 2 * INSET_X for column in range(count)]
    if math.fsum(least) > wide:
        return []
    wanted = [max(low, _wanted(table, column) * size + 2 * INSET_X) for column, low in enumerate(least)]
    texts = [column for column in range(count) if not table.figures[column]]
    first = [range(count), *((one,) for one in texts), *combinations(texts, 2)]
    return [tuple(_shared(least, wanted, wide, some)) for some in first]


def _shared(least: Sequence[float], wanted: Sequence[float], wide: float, first: Collection[int]) -> list[float]:
    """The ``least`` widths grown to ``wide``: those of ``first`` up to what is ``wanted``, then all."""
    found = list(least)
    for some in (first, range(len(least))):
        asked = math.fsum(wanted[at] - found[at] for at in some)
        part = min(1.0, (wide - math.fsum(found)) / asked) if asked > 0 else 0.0
        for at in some:
            found[at] += part * (wanted[at] - found[at])
    left = (wide - math.fsum(found)) / len(found)
    return [one + left for one in found]


def _squeezed(table: TextTable, wide: float, size: float) -> tuple[float, ...]:
    least = [_least(table, column) * size + 2 * INSET_X for column in range(len(table.headings))]
    scale = wide / math.fsum(least)
    return tuple(one * scale for one in least)


def _least(table: TextTable, column: int) -> float:
    widest = max((_word(word, True) for word in re.split(r"[ -]", table.headings[column])), default=0.0)
    for row in table.rows:
        for line in row.cells[column]:
            pieces = [line] if table.figures[column] and len(line) <= _FIGURE else re.split(r"[ /-]", line)
            whole = len(pieces) == 1 and table.figures[column]
            widest = max(widest, *(width(p, row.bold) if whole else _word(p, row.bold) for p in pieces))
    return widest + _SLACK


def _word(word: str, bold: bool) -> float:
    return min(width(word, bold), _LONGEST)


def _wanted(table: TextTable, column: int) -> float:
    texts = [(line, row.bold) for row in table.rows for line in row.cells[column]]
    heading = 0.5 * width(table.headings[column], True)
    return min(_WIDEST, max(heading, *(width(text, bold) for text, bold in texts))) + _SLACK


def _heights(table: TextTable, widths: Sequence[float], size: float) -> tuple[float, ...]:
    def cell_height(cell: tuple[str, ...], wide: float, bold: bool) -> float:
        return sum(lines(line, (wide - 2 * INSET_X) / size, bold) for line in cell) * size * LINE

    rows = [((heading,) for heading in table.headings), *(row.cells for row in table.rows)]
    bold = [True, *(row.bold for row in table.rows)]
    return tuple(
        max(cell_height(cell, wide, strong) for cell, wide in zip(row, widths, strict=True)) + 2 * INSET_Y
        for row, strong in zip(rows, bold, strict=True)
    )
