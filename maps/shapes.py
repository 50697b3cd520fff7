"""The shapes on a map, small enough for a screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.screen import DECIMALS
from optimizer.plan import LayerPlan
from optimizer.problem import Ags

Encoded = list[list[list[int]]]
"""Polygons as rings, or lines, of whole numbers: the first corner, then steps, in units of the last decimal."""


@lru_cache(maxsize=4096)
def encoded(shape: BaseGeometry) -> Encoded:
    """Polygons or lines as static/map.js reads them: a third of the size of GeoJSON. To be read only: it is kept."""
    parts = [part for part in shapely.get_parts(shape) if not part.is_empty]
    return [
        [_steps(ring) for ring in ((part.exterior, *part.interiors) if part.geom_type == "Polygon" else (part,))]
        for part in parts
    ]


def _steps(line: BaseGeometry) -> list[int]:
    corners = np.rint(shapely.get_coordinates(line) * 10**DECIMALS).astype(int)
    steps = np.diff(corners, axis=0, prepend=np.zeros((1, 2), dtype=int))
    return [int(step) for step in steps.ravel()]


def district_outline(shapes: Mapping[Ags, BaseGeometry], towns: Iterable[Ags]) -> BaseGeometry:
    """The shapes of a district's municipalities as one."""
    return shapely.union_all([shapes[ags] for ags in towns])


def district_lines(shapes: Mapping[Ags, BaseGeometry], layer: LayerPlan) -> BaseGeometry:
    """The outlines of all districts, each border between two of them once."""
    outlines = [district_outline(shapes, district.municipalities).boundary for district in layer.districts]
    return shapely.line_merge(shapely.union_all(outlines))
