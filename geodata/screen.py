"""The shapes of a county and of what lies around it, small enough for a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.measure import in_metres
from geodata.records import Ags, Surrounding
from geodata.simplify import simplified

#: Decimals of a degree: some ten metres, a fifth of a pixel where a county fills a screen.
DECIMALS = 4
_FINE, _COARSE = 60.0, 400.0
_MOST_NAMES = 40
_NEAR = 5_000.0

Place = tuple[float, float]
"""Longitude and latitude."""


@dataclass(frozen=True)
class ScreenShapes:
    """Shapes in WGS 84 degrees: ``municipalities`` with bends from 60 m on, common borders identical.

    ``around`` is the land outside the county, with the county in it, ``around_borders`` are the borders
    within it; ``names`` are those around the county, the nearest and largest first.
    """

    municipalities: Mapping[Ags, BaseGeometry]
    around: BaseGeometry
    around_borders: BaseGeometry
    names: tuple[tuple[str, Place], ...]


def screen_shapes(boundaries: Mapping[Ags, BaseGeometry], surroundings: Sequence[Surrounding]) -> ScreenShapes:
    """The shapes for a screen of a county's ``boundaries`` and its ``surroundings``."""
    fine = simplified(boundaries, _FINE, DECIMALS)
    if not surroundings:
        nothing = shapely.MultiPolygon()
        return ScreenShapes(fine, nothing, nothing, ())
    shapes = {place: around.shape for place, around in enumerate(surroundings)}
    coarse = list(simplified(shapes, _COARSE, DECIMALS, only_common=True).values())
    whole = shapely.union_all([*coarse, *fine.values()])
    outlines = [shapely.Polygon(part.exterior) for part in shapely.get_parts(whole)]
    borders = shapely.union_all(shapely.boundary(coarse)).difference(shapely.union_all(coarse).boundary)
    return ScreenShapes(fine, shapely.MultiPolygon(outlines), shapely.line_merge(borders), _names(fine, surroundings))


def _names(fine: Mapping[Ags, BaseGeometry], surroundings: Sequence[Surrounding]) -> tuple[tuple[str, Place], ...]:
    county = shapely.union_all(list(fine.values()))
    latitude = county.centroid.y
    plane = in_metres(county, latitude)
    shapes = [in_metres(around.shape, latitude) for around in surroundings]
    weight = [shape.area / (_NEAR + plane.distance(shape)) ** 2 for shape in shapes]
    order = np.argsort(weight, kind="stable")[::-1][:_MOST_NAMES]
    named = []
    for position in order.tolist():
        point = surroundings[position].shape.representative_point()
        named.append((surroundings[position].name, (round(point.x, DECIMALS), round(point.y, DECIMALS))))
    return tuple(named)
