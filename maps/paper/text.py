"""How wide a text is on paper, and where it breaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

#: The font that comes with the planner, under its own licence.
FONTS = Path(__file__).parent / "fonts"
FAMILY = "'Source Sans Pro', 'Source Sans 3', 'Segoe UI', Arial, sans-serif"
#: From the baseline up to the top of capital letters, and down to the bottom of a g; shares of the size.
ASCENT, DESCENT = 0.73, 0.23
LINE = 1.18
POINT = 25.4 / 72
_FILES = {False: "SourceSansPro-Regular.ttf", True: "SourceSansPro-Bold.ttf"}
# A line ends after a word, or after a hyphen or slash within it.
_PIECE = re.compile(r"\s*(?:[^\s/-]*[/-]+|[^\s/-]+)")


@cache
def _advances(bold: bool) -> tuple[Mapping[int, float], float]:
    """The advance of each sign, and that of one the font does not have, in shares of the size."""
    with TTFont(FONTS / _FILES[bold]) as font:
        unit, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
        signs = {code: metrics[glyph][0] / unit for code, glyph in font.getBestCmap().items()}
        return signs, metrics[".notdef"][0] / unit


def text_width(text: str, size: float, bold: bool = False) -> float:
    """The width of ``text`` in the unit of ``size``, without kerning, which would make it a little narrower."""
    advances, missing = _advances(bold)
    return size * sum(advances.get(ord(sign), missing) for sign in text)


def wrapped(text: str, width: float, size: float, bold: bool = False, most: int = 3) -> list[str]:
    """``text`` in at most ``most`` lines no wider than ``width``; a word that is too long is broken.

    What does not fit into the last line is left out for an ellipsis.
    """
    rest = " ".join(text.split())
    lines: list[str] = []
    while rest and len(lines) < most - 1:
        line = _beginning(rest, width, size, bold)
        lines.append(line)
        rest = rest[len(line) :].strip()
    return [*lines, shortened(rest, width, size, bold)] if rest or not lines else lines


def _beginning(text: str, width: float, size: float, bold: bool) -> str:
    """What of ``text`` fits on a line."""
    ends = [found.end() for found in _PIECE.finditer(text)]
    fitting = [end for end in ends if text_width(text[:end].rstrip(), size, bold) <= width]
    if fitting:
        return text[: max(fitting)].rstrip()
    kept = len(text)
    while kept > 1 and text_width(text[:kept], size, bold) > width:
        kept -= 1
    return text[:kept]


def shortened(text: str, width: float, size: float, bold: bool = False) -> str:
    """``text``, cut for an ellipsis where it is wider than ``width``."""
    if text_width(text, size, bold) <= width:
        return text
    kept = len(text)
    while kept > 1 and text_width(text[:kept].rstrip() + "…", size, bold) > width:
        kept -= 1
    return text[:kept].rstrip() + "…"
