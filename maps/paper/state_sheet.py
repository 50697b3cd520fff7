"""The map of a state for paper: a figure of each county in classes, also readable in black and white."""

from __future__ import annotations

from datetime import date
from xml.etree.ElementTree import Element, tostring

from maps.colours import MapFigure
from maps.paper.hatching import add_hatch
from maps.paper.legend import class_hatches, class_section, laid
from maps.paper.projection import Projection, fitted
from maps.paper.sheet import Page
from maps.paper.svg import INK, WHITE, Box, add, add_shape, add_text, sheet
from maps.paper.text import LINE, POINT, wrapped
from maps.state import StateShapes
from translation import Language, msg, translate

_WIDTH, _HEIGHT, _MARGIN, _GAP, _BELOW = 210.0, 297.0, 12.0, 4.0, 0.3
_LEGEND, _NAME, _WIDEST = 9 * POINT, 6 * POINT, 20.0


def state_svg(shapes: StateShapes, figure: MapFigure, language: Language, *, title: str, day: date) -> str:
    """The map on an upright sheet of A4, as the text of an SVG file; the same figures, the same bytes."""
    about = " · ".join(translate(part, language) for part in (figure.title, msg("date: {day}", day=day)))
    root = sheet(_WIDTH, _HEIGHT, language, title, about)
    page = Page(root, shapes.attribution, language, 1.0)
    room = page.head(Box(0, 0, _WIDTH, _HEIGHT).inside(_MARGIN), title, about)
    legend = laid((class_section(figure, language),), room.width, _BELOW * _HEIGHT, _LEGEND, rows=True)
    ground, strip = page.strip_below(Box(room.left, room.top, room.width, room.height - legend.height - _GAP))
    projection = fitted(shapes.outlines.values(), ground.inside(1.0))
    _draw_counties(root, shapes, figure, projection)
    _draw_names(root, shapes, figure, projection, language)
    page.strip(strip, projection.mm_per_metre)
    legend.draw(add(root, "g", class_="legend"), room.left, room.bottom - legend.height)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _draw_counties(root: Element, shapes: StateShapes, figure: MapFigure, projection: Projection) -> None:
    group = add(root, "g", class_="counties")
    hatches = class_hatches(figure)
    for folder, outline in shapes.outlines.items():
        drawn, fill = projection.drawn(outline), figure.colour(folder)
        add_shape(group, drawn, fill=fill)
        add_hatch(group, drawn, hatches[fill], 1.0)
        add_shape(group, drawn, fill="none", stroke=INK, stroke_width=0.3, stroke_linejoin="round")


def _draw_names(
    root: Element, shapes: StateShapes, figure: MapFigure, projection: Projection, language: Language
) -> None:
    group = add(root, "g", class_="names")
    for folder, place in shapes.places.items():
        value = figure.values[folder]
        lines = [(line, False) for line in wrapped(shapes.names[folder], _WIDEST, _NAME, most=2)]
        if value is not None:
            lines.append((translate(figure.written(value), language), True))
        x, y = projection.point(place)
        first = y - (len(lines) - 1) * LINE * _NAME / 2 + 0.33 * _NAME
        for position, (text, bold) in enumerate(lines):
            at = x, first + position * LINE * _NAME
            # A rim in white, so that hatching leaves the text readable.
            rim = add_text(group, at, text, _NAME, bold=bold, colour=WHITE, anchor="middle")
            rim.attrib |= {"stroke": WHITE, "stroke-width": "0.7", "stroke-linejoin": "round"}
            add_text(group, at, text, _NAME, bold=bold, anchor="middle")
