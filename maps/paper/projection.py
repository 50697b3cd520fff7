"""From degrees to millimetres on paper: transverse Mercator about the middle of the county, true to scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.measure import Floats
from maps.paper.svg import Box


@dataclass(frozen=True)
class Projection:
    """North is up in the middle; ``left`` and ``top`` are where the middle of the projection lies on the sheet."""

    plane: pyproj.Proj
    mm_per_metre: float
    left: float
    top: float

    def drawn(self, shape: BaseGeometry) -> BaseGeometry:
        """A shape in degrees (WGS 84) in mm on the sheet."""
        return shapely.transform(shape, self._on_sheet)

    def point(self, place: tuple[float, float]) -> tuple[float, float]:
        """The same for longitude and latitude."""
        x, y = self._on_sheet(np.array([place]))[0]
        return float(x), float(y)

    def _on_sheet(self, degrees: Floats) -> Floats:
        east, north = self.plane(degrees[:, 0], degrees[:, 1])
        return np.column_stack([self.left + east * self.mm_per_metre, self.top - north * self.mm_per_metre])


def aspect(shapes: Iterable[BaseGeometry]) -> float:
    """How wide ``shapes`` (degrees) are on paper for each mm that they are high."""
    left, bottom, right, top = _middled(shapes)[1].bounds
    return (right - left) / (top - bottom)


def fitted(shapes: Iterable[BaseGeometry], box: Box) -> Projection:
    """The projection that shows ``shapes`` (degrees) as large as ``box`` allows, in its middle."""
    plane, drawn = _middled(shapes)
    left, bottom, right, top = drawn.bounds
    scale = min(box.width / (right - left), box.height / (top - bottom))
    x, y = box.middle
    return Projection(plane, scale, x - scale * (left + right) / 2, y - scale * (bottom + top) / 2)


def _middled(shapes: Iterable[BaseGeometry]) -> tuple[pyproj.Proj, BaseGeometry]:
    """The plane about the middle of ``shapes``, and these in it, in metres with north down."""
    whole = shapely.union_all(list(shapes))
    west, south, east, north = whole.bounds
    # On the ellipsoid of the European datum, which is that of WGS 84 to a tenth of a millimetre.
    plane = pyproj.Proj(proj="tmerc", lon_0=(west + east) / 2, lat_0=(south + north) / 2, ellps="GRS80")
    return plane, Projection(plane, 1.0, 0.0, 0.0).drawn(whole)
