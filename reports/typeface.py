"""The typeface of all papers, Source Sans Pro, shipped so that they look the same on every machine."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from fontTools.ttLib import TTFont

from maps.paper.text import FONTS

FAMILY = "Source Sans Pro"
_CUTS = ("SourceSansPro-Regular.ttf", "SourceSansPro-Bold.ttf")
#: Stands for a sign that the typeface does not have.
_MISSING = "?"

_TOGETHER = "\u00a0"
#: The blank between a figure and what it counts.
_UNIT = re.compile(
    r"(?<=\d) (?=(?:%|€|(?:h|min|km|kg|g|t|VZÄ|FTE|(?:Prozentp|P)unkte?n?|points?|Stunden?|hours?|Minuten?|minutes?"
    r"|Stellen?|posts?|Personen|persons?|Person|Mio|Tsd)\b))"
)


def kept_together(text: str) -> str:
    """``text`` with a blank between figures and their units at which no line ends."""
    return _UNIT.sub(_TOGETHER, text)


def printable(text: str) -> str:
    """``text`` with a question mark for every sign that the typeface lacks; blanks stay what they are."""
    known = _advances()
    composed = unicodedata.normalize("NFC", text)
    return "".join(sign if sign.isspace() or sign in known else _MISSING for sign in composed)


def printable_data(value: Any) -> Any:
    """The same of every text in ``value``, which is plain data."""
    match value:
        case str():
            return printable(value)
        case dict():
            return {key: printable_data(item) for key, item in value.items()}
        case list():
            return [printable_data(item) for item in value]
        case _:
            return value


def width(text: str) -> float:
    """How wide a line of text is in em, in the wider of both cuts."""
    known = _advances()
    return sum(known.get(sign, known[" "]) for sign in text)


@cache
def _advances() -> Mapping[str, float]:
    """The advance of every sign that both cuts have, in em."""
    cuts = []
    for name in _CUTS:
        with TTFont(FONTS / name) as font:
            unit, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
            cuts.append({chr(code): metrics[glyph][0] / unit for code, glyph in font.getBestCmap().items()})
    regular, bold = cuts
    return {sign: max(advance, bold[sign]) for sign, advance in regular.items() if sign in bold}
