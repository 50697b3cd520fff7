"""A district cut out of a county's map, for the page of one of its municipalities; readable in black and white."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element, tostring

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.county import County
from geodata.labels import drive_time
from maps.colours import PALETTE, by_number
from maps.paper.hatching import Hatch, add_hatch
from maps.paper.labels import Ground, Labelled, Placed, place
from maps.paper.projection import Projection, fitted
from maps.paper.scene import draw_names
from maps.paper.sheet import Page
from maps.paper.svg import INK, WHITE, Box, add, add_box, add_shape, add_text, sheet
from maps.paper.symbols import DOT, HUB, add_dot, add_hub
from maps.paper.text import ASCENT, LINE, POINT, text_width, wrapped
from maps.screen import attribution
from maps.shapes import district_outline
from optimizer.plan import District, Plan
from optimizer.problem import Ags
from translation import Language, msg, translate

_SCALE = 0.9
_LABEL, _AROUND = 9 * POINT, 7 * POINT
_LAND, _BORDER, _FRAME = "#eceff1", "#8a949e", "#5c6670"
_PADDING, _INSET, _EDGE, _WIDEST = 6.0, 1.0, 0.2, 9.0
_SHRINK = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
_OWN = Hatch((45,), 1.5)
#: How exactly (mm) it counts whether a label lies across a border.
_ROUGH = 0.4


@dataclass(frozen=True, slots=True)
class Cutout:
    """What is cut out: the municipality ``ags``, and the district in position ``district`` of a layer of the plan.

    Without a ``layer`` it is in no district: then it is shown among its neighbours.
    """

    ags: Ags
    layer: int | None = None
    district: int = 0


def cutout_svg(
    county: County,
    plan: Plan,
    cut: Cutout,
    language: Language,
    *,
    width_mm: float,
    height_mm: float,
    title: str,
    description: str,
) -> str:
    """The cut-out as the text of an SVG file; the same plan, the same bytes.

    The district has the colour that it has on the map of the plan, the municipality is hatched; every municipality of
    the district has its drive from the hub below its name.
    """
    root = sheet(width_mm, height_mm, language, title, description)
    page = Page(root, attribution(county), language, _SCALE)
    ground, strip = page.strip_below(Box(0, 0, width_mm, height_mm).inside(_EDGE))
    scene = _Scene(county, plan, cut, language, ground)
    scene.draw(root)
    page.strip(strip, scene.projection.mm_per_metre)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


@dataclass(frozen=True)
class _Label:
    """A name in lines and what stands below it; ``size`` in mm."""

    ags: Ags
    name: tuple[str, ...]
    below: str
    size: float

    @property
    def _lines(self) -> list[tuple[str, bool]]:
        return [*((line, True) for line in self.name), *([(self.below, False)] if self.below else [])]

    @property
    def width(self) -> float:
        return max(text_width(text, self.size, bold) for text, bold in self._lines) + 0.6 * self.size

    @property
    def height(self) -> float:
        return (LINE * len(self._lines) + 0.2) * self.size

    def draw(self, parent: Element, box: Box) -> None:
        group = add(parent, "g", class_="label", data_ags=self.ags)
        add_box(group, box, rx=0.3 * self.size, fill=WHITE, fill_opacity="0.88")
        for position, (text, bold) in enumerate(self._lines):
            at = box.left + 0.3 * self.size, box.top + (ASCENT + 0.24 + position * LINE) * self.size
            add_text(group, at, text, self.size, bold=bold)


@dataclass(frozen=True)
class _Scene:
    county: County
    plan: Plan
    cut: Cutout
    language: Language
    box: Box

    @cached_property
    def district(self) -> District | None:
        """The district that is shown."""
        return None if self.cut.layer is None else self.plan.layers[self.cut.layer].districts[self.cut.district]

    @cached_property
    def _named(self) -> tuple[Ags, ...]:
        """The municipalities with a label: those of the district and its hub, else the one that is shown."""
        if self.district is None:
            return (self.cut.ags,)
        return tuple(dict.fromkeys((*self.district.municipalities, self.district.hub, self.cut.ags)))

    @cached_property
    def projection(self) -> Projection:
        """From degrees to the sheet."""
        towns = set(self._named)
        if len(towns) == 1:
            towns |= self.county.neighbours.get(self.cut.ags, frozenset())
        shapes = self.county.screen.municipalities
        return fitted([shapes[ags] for ags in sorted(towns)], self.box.inside(_PADDING * _SCALE))

    @cached_property
    def shapes(self) -> dict[Ags, BaseGeometry]:
        """The municipalities in sight, as far as they are."""
        drawn = {ags: self.projection.drawn(shape) for ags, shape in self.county.screen.municipalities.items()}
        seen = {ags: shapely.intersection(shape, self.box.shape) for ags, shape in drawn.items()}
        return {ags: shape for ags, shape in seen.items() if not shape.is_empty}

    def draw(self, root: Element) -> None:
        """Draws everything, the lowest first."""
        around = add(root, "g", class_="around")
        land = shapely.intersection(self.projection.drawn(self.county.screen.around), self.box.shape)
        if not land.is_empty:
            add_shape(around, land, fill=_LAND)
        self._draw_fills(add(root, "g", class_="municipalities"))
        labels, places = self._placed()
        self._draw_names(add(root, "g", class_="names-around"), places)
        for leader in (placed.leader for placed in places if placed.leader is not None):
            for colour, width in ((WHITE, 0.7), (INK, 0.25)):
                add_shape(root, leader, stroke=colour, stroke_width=width * _SCALE, fill="none")
        symbols = add(root, "g", class_="symbols")
        for ags, point in self._points().items():
            if self.district is not None and ags == self.district.hub:
                add_hub(symbols, point, _SCALE)
            else:
                add_dot(symbols, point, _SCALE)
        group = add(root, "g", class_="labels")
        for label, placed in zip(labels, places, strict=True):
            label.draw(group, placed.box)
        add_box(root, self.box, fill="none", stroke=_FRAME, stroke_width=0.3)

    def _draw_fills(self, group: Element) -> None:
        for ags, shape in self.shapes.items():
            fill = self._fill if self.district is not None and ags in self.district.municipalities else WHITE
            look: dict[str, str | float] = {"stroke": _BORDER, "stroke_width": 0.25, "stroke_linejoin": "round"}
            add_shape(group, shape, fill=fill, **look, class_="municipality", data_ags=ags)
        own = self.shapes[self.cut.ags]
        add_hatch(group, own, _OWN, _SCALE)
        whole = own
        if self.district is not None:
            whole = district_outline(self.shapes, self.district.municipalities)
        for shape, width in ((whole, 1.0), (own, 0.6)):
            add_shape(group, shape.boundary, fill="none", stroke=INK, stroke_width=width, stroke_linejoin="round")

    @cached_property
    def _fill(self) -> str:
        layer = self.plan.layers[self.cut.layer or 0]
        return by_number(self.county, layer, PALETTE)[layer.identities[self.cut.district].number]

    def _points(self) -> dict[Ags, tuple[float, float]]:
        return {ags: self.projection.point(self.county.municipality(ags).place) for ags in self._named}

    def _labels(self, size: float) -> Iterator[_Label]:
        for ags in self._named:
            name = wrapped(self.county.name_of(ags), _WIDEST * size, size, True, 3)
            yield _Label(ags, tuple(name), self._below(ags), size)

    def _below(self, ags: Ags) -> str:
        if self.district is None:
            return ""
        if ags == self.district.hub:
            return translate(msg("hub"), self.language)
        if ags not in self.district.municipalities:
            return ""
        return translate(drive_time(self.plan.problem.drive(self.district.hub, ags)), self.language)

    def _placed(self) -> tuple[list[_Label], list[Placed]]:
        """Labels as large as may be, and where they stand; in a district too crowded for any, none."""
        points = self._points()
        # Bends that nobody sees cost most of the time.
        homes = {ags: shapely.simplify(shape, _ROUGH) for ags, shape in self.shapes.items()}
        county = shapely.simplify(shapely.union_all(list(self.shapes.values())), _ROUGH)
        lines = shapely.union_all([home.boundary for home in homes.values()])
        for shrink in _SHRINK:
            size = _LABEL * _SCALE * shrink
            ground = Ground(self.box.inside(_INSET * _SCALE), county, lines, 0.5 * _SCALE, 2 * LINE * size)
            labels = list(self._labels(size))
            wanted = [
                Labelled(points[one.ags], self._reach(one.ags), one.width, one.height, homes[one.ags]) for one in labels
            ]
            found = place(wanted, ground)
            if found is not None:
                return labels, found
        return [], []

    def _reach(self, ags: Ags) -> tuple[float, float]:
        half = HUB if self.district is not None and ags == self.district.hub else DOT
        return half * _SCALE, half * _SCALE

    def _draw_names(self, group: Element, places: Sequence[Placed]) -> None:
        """Names of the other municipalities, then of those around the county, where there is room."""
        frame = self.box.inside(_INSET * _SCALE).shape
        size, clearance = _AROUND * _SCALE, 0.8 * _SCALE
        # Names keep clear of the outline, too.
        named = shapely.union_all([self.shapes[ags] for ags in self._named]).buffer(2 * clearance)
        taken = shapely.union_all([named, *(placed.box.shape.buffer(clearance) for placed in places)])
        others = ((self.county.name_of(ags), shape) for ags, shape in self.shapes.items() if ags not in self._named)
        taken = draw_names(group, others, size, frame, taken, clearance)
        shapes = {around.name: around.shape for around in self.county.surroundings}
        lands = ((name, self.projection.drawn(shapes[name])) for name, _ in self.county.screen.names)
        inside = shapely.union_all(list(self.shapes.values()))
        draw_names(group, lands, size, frame, taken.union(inside), clearance)
