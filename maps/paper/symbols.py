"""The signs on a paper map: town hall, hub, number of a district, scale bar, north arrow."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from xml.etree.ElementTree import Element

from maps.paper.svg import INK, WHITE, Box, add, add_box, add_text
from maps.paper.text import POINT, text_width
from translation import Language, number, translate

DOT, HUB = 0.75, 2.1
"""Half the width of a town hall's dot in mm, and half the height of a hub's sign."""
_HUB_TEXT = 7.5 * POINT
_HOUSE = "M6 0 0 6h2v6h3V8h2v4h3V6h2z"
_BADGE = 1.35
"""Height of a badge in sizes of its text."""


def add_dot(parent: Element, at: tuple[float, float], scale: float) -> None:
    """A town hall."""
    add(parent, "circle", cx=at[0], cy=at[1], r=DOT * scale, fill=INK, stroke=WHITE, stroke_width=0.3 * scale)


def hub_width(text: str, scale: float) -> float:
    """The width of a hub's sign, which says the numbers of the districts in ``text``."""
    return (2 * HUB + (text_width(text, _HUB_TEXT, True) + 0.9 if text else 0)) * scale


def add_hub(parent: Element, at: tuple[float, float], scale: float, text: str = "") -> None:
    """The town hall where a hub is: a white house in a dark box, with the numbers of its districts in ``text``."""
    half, width = HUB * scale, hub_width(text, scale)
    box = Box(at[0] - width / 2, at[1] - half, width, 2 * half)
    add_box(parent, box, rx=0.5 * scale, fill=INK, stroke=WHITE, stroke_width=0.3 * scale)
    unit = 2 * half * 0.7 / 12
    place = f"translate({box.left + half - 6 * unit:.3f} {at[1] - 6 * unit:.3f}) scale({unit:.4f})"
    add(parent, "path", d=_HOUSE, transform=place, fill=WHITE)
    if text:
        size = _HUB_TEXT * scale
        add_text(parent, (box.left + 1.9 * half, at[1] + 0.33 * size), text, size, bold=True, colour=WHITE)


def badge_text(numbers: Sequence[int]) -> str:
    """The numbers of districts as they stand in a badge."""
    return " · ".join(map(str, numbers)) or "–"


def badge_width(text: str, size: float) -> float:
    """The width of a badge with ``text`` of ``size`` mm."""
    return max(_BADGE * size, text_width(text, size, True) + 0.6 * size)


def add_badge(parent: Element, left: float, middle: float, text: str, size: float) -> None:
    """The number of a district in a ring; ``left`` and ``middle`` are its left edge and half its height."""
    width, height = badge_width(text, size), _BADGE * size
    box = Box(left, middle - height / 2, width, height)
    add_box(parent, box, rx=height / 2, fill=WHITE, stroke=INK, stroke_width=0.12 * size)
    add_text(parent, (left + width / 2, middle + 0.33 * size), text, size, bold=True, anchor="middle")


def scale_kilometres(mm_per_metre: float, longest: float) -> float:
    """The longest round distance in km whose bar is at most ``longest`` mm."""
    most = longest / mm_per_metre / 1000
    power = 10.0 ** floor(log10(most))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= most * (1 + 1e-9))


def add_scale_bar(
    parent: Element, left: float, top: float, mm_per_metre: float, longest: float, size: float, language: Language
) -> float:
    """A bar of two halves with its kilometres below; gives its right edge with the text."""
    km = scale_kilometres(mm_per_metre, longest)
    width, height = km * 1000 * mm_per_metre, 0.45 * size
    bar = add(parent, "g", class_="scale-bar", data_km=f"{km:g}")
    add_box(bar, Box(left, top, width, height), fill=WHITE, stroke=INK, stroke_width=0.15)
    add_box(bar, Box(left, top, width / 2, height), fill=INK)
    below = top + height + 1.0 * size
    digits = 0 if km >= 2 else 1 if km >= 0.2 else 3
    for share, anchor in ((0.0, "start"), (0.5, "middle")):
        text = translate(number(share * km, digits if share else 0), language)
        add_text(bar, (left + share * width, below), text, size, anchor=anchor)
    last = translate(number(km, 0 if km >= 1 else digits), language)
    # The unit hangs over, so that the figure stands below the end of the bar.
    end = left + width - text_width(last, size) / 2
    whole = translate(number(km, 0 if km >= 1 else digits, "km"), language)
    add_text(bar, (end, below), whole, size)
    return end + text_width(whole, size)


def add_north(parent: Element, left: float, top: float, height: float) -> float:
    """An arrow to the north with its letter; gives its right edge."""
    arrow = add(parent, "g", class_="north-arrow")
    half, size = 0.28 * height, max(0.42 * height, 6 * POINT)
    middle = left + half
    tip = f"M{middle:.2f} {top:.2f}"
    for side, fill in ((-1, WHITE), (1, INK)):
        corner = f"l{side * half:.2f} {height:.2f}l{-side * half:.2f} {-0.25 * height:.2f}z"
        add(arrow, "path", d=tip + corner, fill=fill, stroke=INK, stroke_width=0.2, stroke_linejoin="round")
    add_text(arrow, (left + 2 * half + 0.25 * size, top + height), "N", size, bold=True)
    return left + 2 * half + 0.25 * size + text_width("N", size, True)
