"""What is drawn within the frame of a paper map: land around, districts, symbols, labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.county import County
from maps.colours import NOTHING, PALETTE, MapFigure, Numbered, by_number, numbered_by_town
from maps.paper.hatching import add_hatch, district_hatches
from maps.paper.labels import Ground, Labelled, Placed, place
from maps.paper.legend import class_hatches
from maps.paper.projection import Projection, fitted
from maps.paper.svg import INK, MUTED, WHITE, Box, add, add_box, add_shape, add_text
from maps.paper.symbols import DOT, HUB, add_badge, add_dot, add_hub, badge_text, badge_width, hub_width
from maps.paper.text import ASCENT, LINE, POINT, text_width, wrapped
from maps.shapes import district_lines, district_outline
from maps.texts import hubs_of
from optimizer.plan import LayerPlan, Plan
from optimizer.problem import Ags
from translation import Language, percent, translate

_LABEL, _AROUND = 8.5 * POINT, 7 * POINT
_LAND, _LAND_LINE, _BORDER = "#f1f3f5", "#c6ccd2", "#5c6670"
_PADDING, _INSET = 5.0, 1.2
_WIDEST = 10.0
"""Names wider than this (in sizes of their text) are broken."""
_SHRINK = (1.0, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
_READABLE, _HAIR, _ROUGH = 0.8, 1.5, 0.25
"""Labels are made so small to hide no border; what they hide of one that does not count, and how exactly, in mm."""


@dataclass(frozen=True)
class Label:
    """What stands at a municipality: the badge of its districts, the lines of its name, a figure; ``size`` in mm."""

    ags: Ags
    badge: str
    name: tuple[str, ...]
    figure: str
    size: float

    @property
    def _indent(self) -> float:
        return badge_width(self.badge, 0.9 * self.size) + 0.35 * self.size

    @property
    def lines(self) -> list[tuple[str, bool]]:
        """The lines with whether they are bold."""
        return [*((line, True) for line in self.name), *([(self.figure, False)] if self.figure else [])]

    @property
    def width(self) -> float:
        """The width in mm."""
        return self._indent + max(text_width(text, self.size, bold) for text, bold in self.lines) + 0.3 * self.size

    @property
    def height(self) -> float:
        """The height in mm."""
        return (LINE * len(self.lines) + 0.2) * self.size

    def draw(self, parent: Element, box: Box) -> None:
        """Draws it into a box of its size, on a plate that hatching does not show through."""
        group = add(parent, "g", class_="label", data_ags=self.ags)
        add_box(group, box, rx=0.3 * self.size, fill=WHITE, fill_opacity="0.82")
        add_badge(group, box.left + 0.06 * self.size, box.top + 0.72 * self.size, self.badge, 0.9 * self.size)
        for position, (text, bold) in enumerate(self.lines):
            at = box.left + self._indent, box.top + (ASCENT + 0.24 + position * LINE) * self.size
            add_text(group, at, text, self.size, bold=bold)


@dataclass(frozen=True)
class Scene:
    """A layer of a plan within ``box`` (mm), its sizes ``scale`` times the usual ones."""

    county: County
    plan: Plan
    position: int
    language: Language
    figure: MapFigure | None
    box: Box
    scale: float

    @property
    def layer(self) -> LayerPlan:
        """The layer that is shown."""
        return self.plan.layers[self.position]

    @cached_property
    def projection(self) -> Projection:
        """From degrees to the sheet."""
        return fitted(self.county.screen.municipalities.values(), self.box.inside(_PADDING * self.scale))

    @cached_property
    def shapes(self) -> dict[Ags, BaseGeometry]:
        """The municipalities on the sheet."""
        return {ags: self.projection.drawn(shape) for ags, shape in self.county.screen.municipalities.items()}

    @cached_property
    def _county(self) -> BaseGeometry:
        return shapely.union_all(list(self.shapes.values()))

    @cached_property
    def _rough_county(self) -> BaseGeometry:
        return shapely.simplify(self._county, _ROUGH * self.scale)

    @cached_property
    def _outlines(self) -> BaseGeometry:
        return district_lines(self.shapes, self.layer)

    @cached_property
    def _rough(self) -> dict[Ags, BaseGeometry]:
        """The shapes as exactly as labels are placed on them."""
        return {ags: shapely.simplify(shape, _ROUGH * self.scale) for ags, shape in self.shapes.items()}

    @cached_property
    def _borders(self) -> BaseGeometry:
        """What a label better not hides."""
        return shapely.union_all([shape.boundary for shape in self._rough.values()])

    @cached_property
    def _served(self) -> dict[Ags, list[Numbered]]:
        return numbered_by_town(self.layer)

    def draw(self, root: Element) -> None:
        """Draws everything, the lowest first."""
        self._draw_land(add(root, "g", class_="around"))
        self._draw_fills(add(root, "g", class_="municipalities"))
        lines = add(root, "g", class_="outlines", fill="none", stroke_linejoin="round", stroke_linecap="round")
        add_shape(lines, self._outlines, stroke=WHITE, stroke_width=1.5 * self.scale, stroke_opacity="0.7")
        add_shape(lines, self._outlines, stroke=INK, stroke_width=0.85 * self.scale)
        labels, places = self._placed()
        self._draw_names_around(root, places)
        self._draw_leaders(add(root, "g", class_="leaders"), places)
        self._draw_symbols(add(root, "g", class_="symbols"))
        group = add(root, "g", class_="labels")
        for label, placed in zip(labels, places, strict=True):
            label.draw(group, placed.box)
        add_box(root, self.box, fill="none", stroke=_BORDER, stroke_width=0.3)

    def _draw_land(self, group: Element) -> None:
        screen, frame = self.county.screen, self.box.shape
        if screen.around.is_empty:
            return
        look: dict[str, str | float] = {"stroke": _LAND_LINE, "stroke_width": 0.25, "stroke_linejoin": "round"}
        add_shape(group, shapely.intersection(self.projection.drawn(screen.around), frame), fill=_LAND, **look)
        borders = shapely.intersection(self.projection.drawn(screen.around_borders), frame)
        add_shape(group, borders, fill="none", **look)

    def _draw_fills(self, group: Element) -> None:
        colours = by_number(self.county, self.layer, PALETTE)
        for ags, shape in self.shapes.items():
            served = self._served.get(ags)
            if self.figure is not None:
                fill = self.figure.colour(ags)
            else:
                fill = colours[served[0][0].number] if served else NOTHING
            look: dict[str, str | float] = {"stroke": _BORDER, "stroke_width": 0.25, "stroke_linejoin": "round"}
            add_shape(group, shape, fill=fill, **look, class_="municipality", data_ags=ags)
        if self.figure is None:
            for district, hatch in zip(self.layer.districts, district_hatches(self.county, self.layer), strict=True):
                add_hatch(group, district_outline(self.shapes, district.municipalities), hatch, self.scale)
            return
        for fill, hatch in class_hatches(self.figure).items():
            towns = [ags for ags in self.shapes if self.figure.colour(ags) == fill]
            if towns:
                add_hatch(group, district_outline(self.shapes, towns), hatch, self.scale)

    @cached_property
    def _hubs(self) -> dict[Ags, str]:
        """The hubs, with the numbers of their districts where those are not just the ones that serve the place."""
        found = {}
        for ags, numbers in hubs_of(self.layer).items():
            own = [identity.number for identity, _ in self._served.get(ags, ())]
            found[ags] = "" if numbers == own else badge_text(numbers)
        return found

    def _reach(self, ags: Ags) -> tuple[float, float]:
        if ags in self._hubs:
            return hub_width(self._hubs[ags], self.scale) / 2, HUB * self.scale
        return DOT * self.scale, DOT * self.scale

    def _points(self) -> dict[Ags, tuple[float, float]]:
        return {town.ags: self.projection.point(town.place) for town in self.county.municipalities}

    def _labels(self, size: float) -> Iterator[Label]:
        for town in self.county.municipalities:
            served = self._served.get(town.ags, ())
            name = wrapped(town.name, _WIDEST * size, size, True, 6)
            badge = badge_text([identity.number for identity, _ in served])
            yield Label(town.ags, badge, tuple(name), self._figure(town.ags), size)

    def _figure(self, ags: Ags) -> str:
        if self.figure is None:
            coverage = self.plan.municipalities[ags].coverage
            return "" if coverage is None else translate(percent(coverage), self.language)
        value = self.figure.values[ags]
        return "" if value is None else translate(self.figure.written(value), self.language)

    def _placed(self) -> tuple[list[Label], list[Placed]]:
        """Labels as large as may be without hiding a border, and where they stand.

        Those of a county too crowded for any are left out.
        """
        found: tuple[list[Label], list[Placed]] | None = None
        for shrink in _SHRINK:
            if found is not None and (_hidden(found) < _HAIR or shrink < _READABLE):
                break
            tried = self._tried(shrink)
            if tried is not None and (found is None or _hidden(tried) < _hidden(found) - _HAIR):
                found = tried
        return found or ([], [])

    def _tried(self, shrink: float) -> tuple[list[Label], list[Placed]] | None:
        """Labels ``shrink`` times as large as usual, and where they stand."""
        points = self._points()
        step = 2 * LINE * _LABEL * self.scale * shrink
        ground = Ground(self.box.inside(_INSET * self.scale), self._rough_county, self._borders, 0.5 * self.scale, step)
        labels = list(self._labels(_LABEL * self.scale * shrink))
        wanted = [
            Labelled(points[label.ags], self._reach(label.ags), label.width, label.height, self._rough[label.ags])
            for label in labels
        ]
        placed = place(wanted, ground)
        return None if placed is None else (labels, placed)

    def _draw_leaders(self, group: Element, places: Sequence[Placed]) -> None:
        for leader in (placed.leader for placed in places if placed.leader is not None):
            for colour, width in ((WHITE, 0.7), (INK, 0.25)):
                add_shape(group, leader, stroke=colour, stroke_width=width * self.scale, fill="none")

    def _draw_symbols(self, group: Element) -> None:
        for ags, point in self._points().items():
            if ags in self._hubs:
                add_hub(group, point, self.scale, self._hubs[ags])
            else:
                add_dot(group, point, self.scale)

    def _draw_names_around(self, root: Element, places: Sequence[Placed]) -> None:
        """Names of neighbours where there is room for them, the nearest and largest first."""
        size = _AROUND * self.scale
        taken = shapely.union_all([self._county.buffer(0.8 * self.scale), *(placed.box.shape for placed in places)])
        shapes = {around.name: around.shape for around in self.county.surroundings}
        lands = ((name, self.projection.drawn(shapes[name])) for name, _ in self.county.screen.names)
        frame = self.box.inside(_INSET * self.scale).shape
        draw_names(add(root, "g", class_="names-around"), lands, size, frame, taken, 0.8 * self.scale)


def draw_names(
    group: Element,
    lands: Iterable[tuple[str, BaseGeometry]],
    size: float,
    frame: BaseGeometry,
    taken: BaseGeometry,
    clearance: float,
) -> BaseGeometry:
    """The names of ``lands`` (mm) where ``frame`` has room for them beside what is ``taken``; gives what then is."""
    for name, shape in lands:
        land = shape.intersection(frame)
        parts = [part for part in shapely.get_parts(land.difference(taken)) if isinstance(part, shapely.Polygon)]
        free = max(parts, key=lambda part: part.area, default=shapely.Polygon())
        if free.area < size**2:
            continue
        middle = shapely.get_coordinates(shapely.maximum_inscribed_circle(free, tolerance=0.5))[0]
        width = text_width(name, size)
        box = Box(middle[0] - width / 2, middle[1] - size / 2, width, size)
        if not frame.covers(box.shape) or taken.intersects(box.shape):
            continue
        at = float(middle[0]), float(middle[1]) + 0.33 * size
        add_text(group, at, name, size, colour=MUTED, anchor="middle")
        taken = taken.union(box.shape.buffer(clearance))
    return taken


def _hidden(found: tuple[list[Label], list[Placed]]) -> float:
    """How many mm of borders labels hide."""
    return sum(placed.across for placed in found[1])
