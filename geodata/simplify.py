"""Polygons with fewer corners, for drawing; common borders stay common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.measure import metres_per_degree

Key = TypeVar("Key")


def simplified(
    shapes: Mapping[Key, BaseGeometry], metres: float, decimals: int, *, only_common: bool = False
) -> dict[Key, BaseGeometry]:
    """``shapes`` (WGS 84 degrees, fitting together) without bends smaller than ``metres``, rounded to ``decimals``.

    With ``only_common`` the outline of them all keeps its bends. They come back as they are where one of them would
    not survive that.
    """
    if not shapes:
        return {}
    latitude = next(iter(shapes.values())).centroid.y
    unit = np.array([float(factor) for factor in metres_per_degree(latitude)])
    plane = [shapely.transform(shape, lambda points: points * unit) for shape in shapes.values()]
    fewer = shapely.coverage_simplify(np.array(plane, dtype=object), metres, simplify_boundary=not only_common)
    drawn = [shapely.transform(shape, lambda points: np.round(points / unit, decimals)) for shape in fewer]
    if any(shape.is_empty or not shape.is_valid for shape in drawn):
        return dict(shapes)
    return dict(zip(shapes, drawn, strict=True))
