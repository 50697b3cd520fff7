"""How wide the columns of a table on paper are: words whole, figures in full, the rest by what is to be written.

All widths are in em of the tables' type size.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.typeface import width

#: The line of a page, 165 mm, in type of the usual size and of the smallest that is still read in print (points).
USUAL, SMALLEST = 8.5, 7.0
LINE = 55.0
_FULLEST = LINE * USUAL / SMALLEST
#: Room between two columns.
_GAP = 0.85
#: Lines of the tables' type size on a page, less what stands above a table; between two rows there is part of one.
_LINES, _BETWEEN = 54, 0.65
#: Lines are not filled to the end.
_LOOSE = 1.15
#: A longer heading is somebody's name for something.
_NAME = 20
#: A heading may take so many lines, and its words are hyphenated from such a width on.
_HEADING_LINES, _HEADING_WORD = 3, 6.0
#: A word that is wider is broken (:func:`breakable`): in a table, and elsewhere.
LONGEST_WORD, LONGEST_IN_TEXT = 15.0, 20.0
#: So wide are the pieces of a broken word.
_PIECE = 7.5
_HYPHEN = "\u00ad"


@dataclass(frozen=True, slots=True)
class Widths:
    """The columns' shares of the line, the size of the type in points, and whether the table stays on one page."""

    shares: tuple[float, ...]
    size: float
    whole: bool


def widths(columns: Sequence[Sequence[str]], figures: Sequence[bool]) -> Widths:
    """Widths for ``columns``, each the texts of a column from its heading down; ``figures`` says which hold figures.

    A text may have several lines; what must stay together has no blank between.
    """
    least, wanted = [], []
    for heading, *cells in columns:
        line = max((width(line) for text in cells for line in text.split("\n")), default=0.0)
        narrowest = _narrowest([heading, *cells])
        least.append(narrowest)
        wanted.append(max(narrowest, width(heading) / _HEADING_LINES + _GAP, line + _GAP))
    named = [at for at, (heading, *_) in enumerate(columns) if figures[at] and len(heading) > _NAME]
    for at in named:
        # Scenarios side by side are equally wide.
        least[at], wanted[at] = max(least[i] for i in named), max(wanted[i] for i in named)
    line = min(max(LINE, sum(least)), _FULLEST)
    asked = sum(wanted) - sum(least)
    part = min(1.0, max(0.0, line - sum(least)) / asked) if asked else 0.0
    shares = tuple(low + part * (high - low) for low, high in zip(least, wanted, strict=True))
    return Widths(shares, USUAL * LINE / line, _height(columns, shares) <= _LINES)


def parted(columns: Sequence[Sequence[str]]) -> list[list[int]]:
    """The columns, by position, of each of the tables that a table too wide for a page is parted into.

    The first column, which names the rows, is in each.
    """
    first, *least = (_narrowest(column) for column in columns)
    for count in range(1, len(least) + 1):
        per = math.ceil(len(least) / count)
        starts = range(0, len(least), per)
        if all(first + sum(least[start : start + per]) <= _FULLEST for start in starts):
            break
    return [[0, *range(start + 1, min(start + per, len(least)) + 1)] for start in starts] if least else [[0]]


def _narrowest(column: Sequence[str]) -> float:
    heading, *cells = column
    return max(min(_word(heading), _HEADING_WORD), *map(_word, cells), 0.0) + _GAP


def breakable(text: str, longest: float = LONGEST_WORD) -> str:
    """``text`` with soft hyphens in words wider than ``longest``."""
    return re.sub(r"[^\s-]+", lambda word: _HYPHEN.join(_pieces(word[0], longest)), text)


def _pieces(word: str, longest: float) -> Iterator[str]:
    if width(word) <= longest:
        yield word
        return
    piece = ""
    for sign in word:
        if width(piece + sign) > _PIECE:
            yield piece
            piece = ""
        piece += sign
    yield piece


def _word(text: str) -> float:
    """The widest piece of a text that stays on one line."""
    return max((width(piece) for word in re.split(r"[ \n-]", text) for piece in _pieces(word, LONGEST_WORD)), default=0)


def _height(columns: Sequence[Sequence[str]], shares: Sequence[float]) -> float:
    """Lines that the rows of a table need, with the room between them."""
    rows = [
        max(
            sum(_lines(width(line), share - _GAP) for line in text.split("\n"))
            for text, share in zip(row, shares, strict=True)
        )
        for row in zip(*columns, strict=True)
    ]
    return sum(rows) + _BETWEEN * len(rows)


def _lines(length: float, room: float) -> int:
    return 1 if length <= room or room <= 0 else math.ceil(length * _LOOSE / room)
