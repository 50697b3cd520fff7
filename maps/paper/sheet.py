"""Maps of a county and a plan for paper: SVG in millimetres, true to scale, readable in black and white."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.etree.ElementTree import Element, tostring

from geodata.county import County
from maps.colours import MapColour, MapFigure, figure
from maps.paper.legend import Laid, Section, laid, legend
from maps.paper.projection import aspect
from maps.paper.scene import Scene
from maps.paper.svg import INK, MUTED, Box, add, add_text, sheet
from maps.paper.symbols import add_north, add_scale_bar
from maps.paper.text import ASCENT, LINE, POINT, wrapped
from maps.screen import attribution
from optimizer.plan import Plan
from translation import Language, msg, translate

#: Sizes are those of A4; on larger sheets they grow, so that a map on a wall is read from farther away.
_USUAL_WIDTH, _LEAST, _MOST = 210.0, 0.7, 1.5
_TITLE, _SUBTITLE, _LEGEND, _SMALL = 17 * POINT, 10 * POINT, 9 * POINT, 7 * POINT
_MARGIN, _GAP, _EDGE = 12.0, 4.0, 0.2
_PANEL, _BELOW = 0.27, 0.36
"""The share of the sheet that a legend may take beside the map, or below it."""
_KEY, _KEY_SCALE, _KEY_LEAST = 44.0, 0.9, 0.8
"""The narrowest legend in mm beside a map within a text, and how large things are there: at most, and at least."""


def plan_svg(
    county: County,
    plan: Plan,
    layer: int,
    language: Language,
    *,
    width_mm: float,
    height_mm: float,
    title: str | None = None,
    day: date | None = None,
    colour: MapColour = MapColour.DISTRICT,
    frame: bool = True,
    keyed: bool = False,
    indicator: str | None = None,
    description: str | None = None,
) -> str:
    """The districts of a layer on a sheet of that size, as the text of an SVG file; the same plan, the same bytes.

    ``colour`` and ``indicator`` are those of :func:`maps.screen.plan_map`. With ``frame`` there are title (by default
    the county's name), ``day`` and legend; without it only the map with scale bar, north arrow and sources, for a page
    that says the rest; with ``keyed`` that has the legend, too, and the map is no wider than the county needs.
    ``description`` is what a screen reader says of the map.
    """
    shown = figure(colour, county, plan, layer, indicator)
    heading = title or county.name
    root = sheet(width_mm, height_mm, language, heading, description or heading)
    scale = min(_MOST, max(_LEAST, min(width_mm, height_mm) / _USUAL_WIDTH))
    if keyed:
        scale = min(_KEY_SCALE, max(_KEY_LEAST, width_mm / 165 * _KEY_SCALE))
    page = Page(root, attribution(county), language, scale)
    room = Box(0, 0, width_mm, height_mm).inside(_EDGE)
    laid_out: Laid | None = None
    if frame:
        room = room.inside(_MARGIN * scale)
        room = page.head(room, heading, _about(county, plan, layer, shown, day, language))
        sections = legend(county, plan.layers[layer], shown, language)
        if width_mm > height_mm:
            width = _PANEL * width_mm
            laid_out = laid(sections, width, room.height, _LEGEND * scale, rows=False)
            at = room.right - width, room.top
            room = Box(room.left, room.top, room.width - width - _GAP * scale, room.height)
        else:
            laid_out = laid(sections, room.width, _BELOW * height_mm, _LEGEND * scale, rows=True)
            at = room.left, room.bottom - laid_out.height
            room = Box(room.left, room.top, room.width, room.height - laid_out.height - _GAP * scale)
    elif keyed:
        sections = legend(county, plan.layers[layer], shown, language, brief=True)
        room, laid_out, at = _beside_its_legend(county, sections, room, scale)
    ground, strip = page.strip_below(room)
    scene = Scene(county, plan, layer, language, shown, ground, scale)
    scene.draw(root)
    page.strip(strip, scene.projection.mm_per_metre)
    if laid_out is not None:
        laid_out.draw(add(root, "g", class_="legend"), *at)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _beside_its_legend(
    county: County, sections: Sequence[Section], room: Box, scale: float
) -> tuple[Box, Laid, tuple[float, float]]:
    """The room for the map, cut to the county, and a legend on its right or, on an upright sheet, below it."""
    if room.width < room.height or room.width < 2 * _KEY:
        spare = room.height - room.width / aspect(county.screen.municipalities.values()) - 2 * _MARGIN * scale
        below = laid(sections, room.width, max(spare, _BELOW * room.height), _LEGEND * scale, rows=True)
        height = room.height - below.height - _GAP * scale
        return Box(room.left, room.top, room.width, height), below, (room.left, room.bottom - below.height)
    wide = min(
        room.width - _KEY - _GAP, aspect(county.screen.municipalities.values()) * (room.height - 8 * scale) + 6 * scale
    )
    left = room.left + wide + _GAP
    beside = laid(sections, room.right - left, room.height, _LEGEND * scale, rows=False)
    return Box(room.left, room.top, wide, room.height), beside, (left, room.top)


def _about(
    county: County, plan: Plan, layer: int, shown: MapFigure | None, day: date | None, language: Language
) -> str:
    """The line below the title."""
    parts: list[object] = [county.name]
    if len(plan.layers) > 1:
        parts.append(plan.layers[layer].layer.name)
    parts.append(msg("districts and coverage of the municipalities") if shown is None else shown.title)
    if day is not None:
        parts.append(msg("date: {day}", day=day))
    return " · ".join(translate(part, language) for part in parts)


@dataclass(frozen=True)
class Page:
    """Writes what stands around a map; ``attribution`` is what its sources want to be shown."""

    root: Element
    attribution: str
    language: Language
    scale: float

    def head(self, room: Box, title: str, about: str) -> Box:
        """Title and what it is about; gives the room below."""
        group = add(self.root, "g", class_="head")
        top = room.top
        for text, size, bold, most in ((title, _TITLE, True, 2), (about, _SUBTITLE, False, 2)):
            for line in wrapped(text, room.width, size * self.scale, bold, most):
                at = room.left, top + ASCENT * size * self.scale
                add_text(group, at, line, size * self.scale, bold=bold, colour=INK if bold else MUTED)
                top += LINE * size * self.scale
        top += 0.5 * _GAP * self.scale
        return Box(room.left, top, room.width, room.bottom - top)

    def strip_below(self, room: Box) -> tuple[Box, Box]:
        """The room for the map, and the strip below it."""
        height = self._strip_height(room.width)
        ground = Box(room.left, room.top, room.width, room.height - height)
        return ground, Box(room.left, ground.bottom, room.width, height)

    def _strip_height(self, width: float) -> float:
        lines = self._sources(width)
        return max(6.4 * self.scale, (1.6 + LINE * len(lines)) * _SMALL * self.scale) + 1.2 * self.scale

    def _sources(self, width: float) -> list[str]:
        if not self.attribution:
            return []
        text = translate(msg("Sources: {sources}", sources=self.attribution), self.language)
        return wrapped(text, width * 0.5, _SMALL * self.scale, most=4)

    def strip(self, box: Box, mm_per_metre: float) -> None:
        """North arrow and scale bar on the left, sources on the right."""
        size, top = _SMALL * self.scale, box.top + 1.6 * self.scale
        left = add_north(self.root, box.left + 0.5 * self.scale, top, 5.0 * self.scale)
        add_scale_bar(
            self.root,
            left + 4 * self.scale,
            top + 0.4 * self.scale,
            mm_per_metre,
            box.width * 0.28,
            size,
            self.language,
        )
        group = add(self.root, "g", class_="sources")
        for position, line in enumerate(self._sources(box.width)):
            at = box.right, top + (ASCENT + position * LINE) * size
            add_text(group, at, line, size, colour=MUTED, anchor="end")
