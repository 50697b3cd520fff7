"""How much room a text takes on a slide: Arial's widths, lines, and the size at which it fits.

Office programs fit text by themselves, but only once somebody edits it; what is handed on has to fit before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

FONT = "Arial"
"""Every office program has it or a font of the same widths."""

#: Widths in thousandths of the size, from the blank (32) to the tilde (126).
_REGULAR = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
)  # fmt: skip
_BOLD = (
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
    556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
    280, 389, 584,
)  # fmt: skip
#: Signs that are written with other letters than their own, by the letter that is as wide.
_ALIKE = {
    "\u00a0": " ",
    "ß": "C",
    "–": "0",
    "„": "f",
    "“": "f",
    "”": "f",
    "’": "f",
    "−": "+",
    "±": "+",
    "€": "0",
    "·": ".",
    "₂": "f",
}
_WIDEST = 1000
LINE = 1.2
"""From one line to the next, in sizes."""
# A line ends after a word, or after a hyphen or slash within it; never at a blank that keeps words together.
_PIECE = re.compile(r" *(?:[^ /-]*[/-]+|[^ /-]+)")
_BLANKS = re.compile(r"[ \t\n\v\f\r]+")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a slide; ``scale`` is its size as a part of the text's."""

    text: str
    bold: bool = False
    bullet: bool = False
    scale: float = 1.0


@lru_cache(maxsize=8192)
def width(text: str, bold: bool = False) -> float:
    """The width of ``text`` in sizes."""
    return sum(_advance(sign, bold) for sign in text) / 1000


def _advance(sign: str, bold: bool) -> int:
    letter = _ALIKE.get(sign) or unicodedata.normalize("NFD", sign)[0]
    position = ord(letter) - 32
    widths = _BOLD if bold else _REGULAR
    return widths[position] if 0 <= position < len(widths) else _WIDEST


def one_line(text: str) -> str:
    """``text`` with single blanks between its words."""
    return _BLANKS.sub(" ", text).strip(" ")


def lines(text: str, room: float, bold: bool = False) -> int:
    """The lines that ``text`` takes where ``room`` sizes fit side by side; a word that is longer is broken."""
    count, filled = 1, 0.0
    for found in _PIECE.finditer(one_line(text)):
        whole = width(found[0], bold)
        if filled + whole <= room:
            filled += whole
            continue
        word = width(found[0].lstrip(" "), bold)
        if filled:
            count += 1
        broken = int(word / room) if word > room else 0
        count += broken
        filled = word - broken * room
    return count


def shortened(text: str, room: float, most: int = 1, bold: bool = False) -> str:
    """``text``, cut for an ellipsis where it takes more than ``most`` lines of ``room`` sizes."""
    text = one_line(text)
    if lines(text, room, bold) <= most:
        return text
    kept = len(text)
    while kept > 1 and lines(text[:kept].rstrip() + "…", room, bold) > most:
        kept -= 1
    return text[:kept].rstrip() + "…"


def height(paragraphs: Sequence[Paragraph], wide: float, size: float) -> float:
    """The height of ``paragraphs`` at a ``size``, with the room between them, in the unit of ``wide`` and ``size``."""
    total = 0.0
    for one in paragraphs:
        own = size * one.scale
        room = (wide - (indent(size) if one.bullet else 0)) / own
        total += lines(one.text, room, one.bold) * own * LINE + after(one, size)
    return total


def indent(size: float) -> float:
    """How far the text of a bullet is from the margin."""
    return 1.1 * size


def after(paragraph: Paragraph, size: float) -> float:
    """The room below a paragraph."""
    return size * paragraph.scale * (0.45 if paragraph.bullet else 0.3)


def in_pages(heights: Sequence[float], high: float) -> list[range]:
    """The positions of ``heights`` on as few pages as will do, all about as full; what is higher has one alone."""
    found = _filled(heights, high)
    for part in range(19, 0, -1):
        fuller = _filled(heights, high * part / 20)
        if len(fuller) > len(found):
            break
        found = fuller
    return found


def _filled(heights: Sequence[float], high: float) -> list[range]:
    pages: list[range] = []
    start, filled = 0, 0.0
    for position, one in enumerate(heights):
        if position > start and filled + one > high:
            pages.append(range(start, position))
            start, filled = position, 0.0
        filled += one
    return [*pages, range(start, len(heights))]


def fitting(paragraphs: Sequence[Paragraph], wide: float, high: float, sizes: Sequence[float]) -> float:
    """The first of ``sizes``, which fall, at which ``paragraphs`` fit; the last where none does."""
    return next((size for size in sizes if height(paragraphs, wide, size) <= high), sizes[-1])
