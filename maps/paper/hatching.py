"""Hatching that tells districts and classes apart where a print has no colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.county import County
from maps.colours import by_number
from maps.paper.svg import INK, add_shape
from optimizer.plan import LayerPlan


@dataclass(frozen=True, slots=True)
class Hatch:
    """Lines in each of ``angles`` (degrees, counter-clockwise from the right), ``apart`` mm from each other.

    With ``dash`` (mm of line and of gap) they are broken; with ``dots`` there are dots where they would cross.
    """

    angles: tuple[float, ...] = ()
    apart: float = 2.4
    dash: tuple[float, ...] = ()
    dots: bool = False


PLAIN = Hatch()
DOTS = Hatch((45, -45), 2.0, dots=True)
#: One for each of as many districts, the simplest first.
HATCHES = (
    PLAIN,
    Hatch((45,)),
    Hatch((-45,)),
    DOTS,
    Hatch((0,)),
    Hatch((90,)),
    Hatch((45, -45), 3.2),
    Hatch((45,), dash=(1.6, 1.0)),
    Hatch((0, 90), 3.2),
    Hatch((-45,), dash=(1.6, 1.0)),
    Hatch((0,), dash=(1.6, 1.0)),
    Hatch((90,), dash=(1.6, 1.0)),
    Hatch((45,), 1.2),
    Hatch((-45,), 1.2),
    Hatch((0,), 1.2),
    Hatch((90,), 1.2),
)
#: From little to much; and for classes about a middle one, which stays plain.
RISING = (PLAIN, Hatch((45,), 3.2), Hatch((45,), 1.6), Hatch((45, -45), 2.6), Hatch((45, -45), 1.4))
AROUND = (Hatch((-45,), 1.4), Hatch((-45,), 2.8), PLAIN, Hatch((45,), 2.8), Hatch((45,), 1.4))


def district_hatches(county: County, layer: LayerPlan) -> tuple[Hatch, ...]:
    """One for each district of a layer, in their order: that of its number (:func:`maps.colours.by_number`)."""
    hatches = by_number(county, layer, HATCHES)
    return tuple(hatches[identity.number] for identity in layer.identities)


def add_hatch(parent: Element, shape: BaseGeometry, hatch: Hatch, scale: float) -> None:
    """Hatches ``shape`` (polygons, mm) with lines ``scale`` times as thick and as far apart as usual."""
    marks = hatch_marks(shape, hatch, scale)
    if marks.is_empty:
        return
    dash: Mapping[str, str | float] = {}
    if hatch.dash:
        dash = {"stroke_dasharray": " ".join(f"{length * scale:.2f}" for length in hatch.dash)}
    width = (0.55 if hatch.dots else 0.2) * scale
    look: dict[str, str | float] = {"fill": "none", "stroke": INK, "stroke_width": width, "stroke_opacity": "0.42"}
    add_shape(parent, marks, **look, **dash, stroke_linecap="round" if hatch.dots else "butt", class_="hatch")


def hatch_marks(shape: BaseGeometry, hatch: Hatch, scale: float) -> BaseGeometry:
    """The lines, or points, of ``hatch`` within ``shape``."""
    if hatch.dots:
        # Whole dots only.
        return _points(shape.bounds, hatch.apart * scale).intersection(shape.buffer(-0.3 * scale))
    lines = [line for angle in hatch.angles for line in _lines(shape.bounds, np.radians(angle), hatch.apart * scale)]
    return shapely.MultiLineString(lines).intersection(shape)


def _lines(bounds: Sequence[float], angle: float, apart: float) -> list[shapely.LineString]:
    """Parallel lines across ``bounds``, the same ones for all shapes on a sheet."""
    # On a sheet y goes down.
    along, across = np.array([np.cos(angle), -np.sin(angle)]), np.array([np.sin(angle), np.cos(angle)])
    left, top, right, bottom = bounds
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    near, far = (corners @ across).min(), (corners @ across).max()
    start, end = (corners @ along).min() - apart, (corners @ along).max() + apart
    places = np.arange(np.ceil(near / apart), np.floor(far / apart) + 1) * apart
    return [shapely.LineString([place * across + start * along, place * across + end * along]) for place in places]


def _points(bounds: Sequence[float], apart: float) -> BaseGeometry:
    """Points in rows, every other row moved by half."""
    left, top, right, bottom = bounds
    points = [
        (column * apart + (row % 2) * apart / 2, row * apart)
        for row in range(int(top // apart), int(bottom // apart) + 2)
        for column in range(int(left // apart) - 1, int(right // apart) + 2)
    ]
    return shapely.MultiPoint(points)
