"""SVG elements for paper: millimetres, text with known widths, nothing live."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

import shapely
from shapely.geometry.base import BaseGeometry

from maps.paper.text import FAMILY, text_width

INK = "#1b1f24"
MUTED = "#5b646e"
WHITE = "#ffffff"
# What XML 1.0 cannot hold.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the sheet in mm, from the upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The middle."""
        return self.left + self.width / 2, self.top + self.height / 2

    def inside(self, margin: float) -> Box:
        """The box without a margin all around."""
        return Box(self.left + margin, self.top + margin, self.width - 2 * margin, self.height - 2 * margin)

    @property
    def shape(self) -> BaseGeometry:
        """The box as a polygon."""
        return shapely.box(self.left, self.top, self.right, self.bottom)


def written(value: float) -> str:
    """A length with hundredths of a millimetre."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def clean(text: str) -> str:
    """``text`` without what XML cannot hold."""
    return _NO_XML.sub("�", text)


def add(parent: Element, tag: str, **attributes: str | float) -> Element:
    """A new element; an underscore in the name of an attribute stands for a hyphen."""
    known = {
        name.rstrip("_").replace("_", "-"): clean(value) if isinstance(value, str) else written(value)
        for name, value in attributes.items()
    }
    return SubElement(parent, tag, known)


def add_box(parent: Element, box: Box, **attributes: str | float) -> Element:
    """A rectangle."""
    return add(parent, "rect", x=box.left, y=box.top, width=box.width, height=box.height, **attributes)


def add_shape(parent: Element, shape: BaseGeometry, **attributes: str | float) -> Element:
    """Polygons or lines (mm) as one path."""
    return add(parent, "path", d=path_data(shape), **attributes)


def add_text(
    parent: Element,
    at: tuple[float, float],
    content: str,
    size: float,
    *,
    bold: bool = False,
    colour: str = INK,
    anchor: str = "start",
) -> Element:
    """A line of text, its baseline at ``at``, ``size`` in mm; as wide as measured, whatever font there is."""
    optional: dict[str, str | float] = {}
    if bold:
        optional["font_weight"] = "700"
    if anchor != "start":
        optional["text_anchor"] = anchor
    if len(content) > 1:
        optional["textLength"] = text_width(content, size, bold)
        optional["lengthAdjust"] = "spacingAndGlyphs"
    element = add(parent, "text", x=at[0], y=at[1], font_size=size, fill=colour, **optional)
    element.text = clean(content)
    return element


def sheet(width: float, height: float, language: str, title: str, description: str) -> Element:
    """An empty drawing in mm; ``title`` and ``description`` are what a screen reader says."""
    root = Element("svg")
    root.set("xmlns", "http://www.w3.org/2000/svg")
    root.set("width", f"{written(width)}mm")
    root.set("height", f"{written(height)}mm")
    root.set("viewBox", f"0 0 {written(width)} {written(height)}")
    root.set("lang", language)
    root.set("role", "img")
    root.set("aria-labelledby", "title description")
    root.set("font-family", FAMILY)
    add(root, "title", id="title").text = clean(title)
    add(root, "desc", id="description").text = clean(description)
    add_box(root, Box(0, 0, width, height), fill=WHITE)
    return root


def path_data(shape: BaseGeometry) -> str:
    """The outline of polygons, or lines, as path data."""
    return "".join(_part(part) for part in shapely.get_parts(shape) if not part.is_empty)


def _part(part: BaseGeometry) -> str:
    match part:
        case shapely.Polygon():
            return "".join(f"{_line(ring)}Z" for ring in (part.exterior, *part.interiors))
        case shapely.Point():
            # With round caps a line without length is a dot.
            return f"{_line(part)}h.01"
        case _:
            return _line(part)


def _line(line: BaseGeometry) -> str:
    corners = [f"{written(x)} {written(y)}" for x, y in shapely.get_coordinates(line)]
    return "M" + "L".join(corners)
