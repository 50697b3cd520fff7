"""How wide the columns of a table on paper are: words whole, figures in full, the rest by what is to be written.

All widths are in em of the tables' type size.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.typeface import width

#: The line of an upright page and of one that lies: 165 and 252 mm in type of 8.5 points.
UPRIGHT, LYING = 55.0, 84.0
#: Room between two columns.
_GAP = 0.85
#: Lines of the tables' type size on such pages, less what stands above a table; between two rows there is part of one.
_UPRIGHT_LINES, _LYING_LINES, _BETWEEN = 54, 32, 0.65
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
    """The columns' shares of the line, whether the table needs a page that lies, and whether it stays on one page."""

    shares: tuple[float, ...]
    wide: bool
    whole: bool


def widths(columns: Sequence[Sequence[str]], figures: Sequence[bool]) -> Widths:
    """Widths for ``columns``, each the texts of a column from its heading down; ``figures`` says which hold figures.

    A text may have several lines; what must stay together has no blank between.
    """
    least, wanted = [], []
    for heading, *cells in columns:
        line = max((width(line) for text in cells for line in text.split("\n")), default=0.0)
        narrowest = max(min(_word(heading), _HEADING_WORD), *map(_word, cells))
        least.append(narrowest + _GAP)
        wanted.append(max(narrowest, width(heading) / _HEADING_LINES, line) + _GAP)
    named = [at for at, (heading, *_) in enumerate(columns) if figures[at] and len(heading) > _NAME]
    for at in named:
        # Scenarios side by side are equally wide.
        least[at], wanted[at] = max(least[i] for i in named), max(wanted[i] for i in named)
    wide = sum(least) > UPRIGHT
    spare = max(0.0, (LYING if wide else UPRIGHT) - sum(least))
    asked = sum(wanted) - sum(least)
    part = min(1.0, spare / asked) if asked else 0.0
    shares = tuple(low + part * (high - low) for low, high in zip(least, wanted, strict=True))
    return Widths(shares, wide, _height(columns, shares) <= (_LYING_LINES if wide else _UPRIGHT_LINES))


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
    return 1 if length <= room else math.ceil(length * _LOOSE / room)
