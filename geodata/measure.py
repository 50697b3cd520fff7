"""Lengths, areas and distances of WGS 84 geometries in metres, without a map projection.

The radii of curvature of the ellipsoid turn degrees into metres where they are: exact to a millionth for lines as
short as those of a boundary, and to a thousandth for the distances within a county. Loading a projection library
would cost more time than solving.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

_MAJOR_AXIS = 6_378_137.0
_ECCENTRICITY_SQUARED = 0.006_694_379_990_14
_LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING)

Floats = npt.NDArray[np.float64]


def metres_per_degree(latitude: Floats | float) -> tuple[Floats, Floats]:
    """Metres per degree of longitude and of latitude at ``latitude`` (degrees)."""
    radians = np.radians(latitude)
    flattening = 1 - _ECCENTRICITY_SQUARED * np.sin(radians) ** 2
    east = _MAJOR_AXIS / np.sqrt(flattening) * np.cos(radians)
    north = _MAJOR_AXIS * (1 - _ECCENTRICITY_SQUARED) / flattening**1.5
    return np.radians(east), np.radians(north)


def line_metres(geometry: BaseGeometry) -> float:
    """The length of the lines in ``geometry`` in metres; points and polygons in it count nothing."""
    parts = shapely.get_parts(geometry)
    lines = parts[np.isin(shapely.get_type_id(parts), _LINES)]
    points, line = shapely.get_coordinates(lines, return_index=True)
    east, north = metres_per_degree((points[1:, 1] + points[:-1, 1]) / 2)
    steps = np.diff(points, axis=0)
    metres = np.hypot(steps[:, 0] * east, steps[:, 1] * north)
    # From the end of a line to the beginning of the next there is none.
    return float(metres[line[1:] == line[:-1]].sum())


def distance_km(origin: tuple[float, float], target: tuple[float, float]) -> float:
    """The distance by air in km between two places (longitude, latitude in degrees)."""
    east, north = metres_per_degree((origin[1] + target[1]) / 2)
    return math.hypot((target[0] - origin[0]) * float(east), (target[1] - origin[1]) * float(north)) / 1000


def in_metres(geometry: BaseGeometry, latitude: float) -> BaseGeometry:
    """``geometry`` in plane metres as they are at ``latitude``: good for areas and gaps, not for long lines."""
    scale = np.array([float(factor) for factor in metres_per_degree(latitude)])
    return shapely.transform(geometry, lambda points: points * scale)
