"""The official boundaries of a state: those of a county, and those of what lies around it."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from files.faults import Fault, InputError
from files.typed import name_fault
from geodata.checks.gaps import narrow_places
from geodata.checks.shape_checks import invalid_boundary
from geodata.measure import in_metres, metres_per_degree
from geodata.official.layers import only_polygons
from geodata.records import Ags, Surrounding
from geodata.simplify import simplified
from translation import msg

# A tenth of a metre: finer than any official boundary, and the same on both sides of a border.
_DECIMALS = 6
# How near a corner lies that belongs to a border, in metres or in degrees as the source counts: a centimetre.
_CORNER = {True: 0.01, False: 1e-7}
# A part of the area.
_SAME_LAND = 1e-7
#: How far around a county its surroundings are kept, in metres to the east and west and to the north and south:
#: what a map shows beside it, most being wider than high.
AROUND = (40_000.0, 20_000.0)
COARSE = 100.0
_COARSE_DECIMALS = 4


def county_boundaries(state: geopandas.GeoDataFrame, county_ags: str, file: str) -> dict[Ags, BaseGeometry]:
    """The boundaries of a county's municipalities in WGS 84, six decimals; common borders stay identical.

    ``file`` is what faults call the file of the ``state``. Every corner is transformed and rounded by itself, so that
    both sides of a border get the same points. Raises ``InputError`` where a boundary is not valid.
    """
    frame = state[state["ags"].str.startswith(county_ags)]
    parts: dict[Ags, list[BaseGeometry]] = {}
    faults = []
    for ags, drawn in zip(frame["ags"], shapely.force_2d(frame.geometry), strict=True):
        shape = _plainly(drawn)
        parts.setdefault(ags, []).append(shape)
        if not shape.is_valid:
            wrong = invalid_boundary(ags, shape)
            allowed = msg("rings that do not cross themselves; “Fix geometries” of QGIS mends it")
            faults.append(Fault(file, wrong, allowed))
    if faults:
        raise InputError(faults)
    keys = sorted(parts)
    # Some data sets have land and water of a municipality apart.
    joined = [parts[key][0] if len(parts[key]) == 1 else shapely.union_all(parts[key]) for key in keys]
    # A state that was read has a coordinate system.
    projected = state.crs is not None and state.crs.is_projected
    shared = _with_common_corners(joined, _CORNER[projected])
    degrees = geopandas.GeoSeries(shared, crs=state.crs).to_crs(4326)
    return {key: _polygon(shape) for key, shape in zip(keys, degrees, strict=True)}


def _plainly(shape: BaseGeometry) -> BaseGeometry:
    """A shape whose rings touch themselves, as shapefiles have them, in rings that do not; any other as it is."""
    if shape.is_valid:
        return shape
    mended = only_polygons(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    # What crosses itself, and would be other land when mended, has another area.
    return mended if abs(mended.area - shape.area) <= _SAME_LAND * mended.area else shape


def _with_common_corners(shapes: list[BaseGeometry], near: float) -> list[BaseGeometry]:
    # A corner of one municipality on the straight border of another would leave that border when both are
    # transformed, since a straight line does not stay one.
    tree = shapely.STRtree(shapes)
    shared = []
    for shape in shapes:
        around = [shapes[position] for position in tree.query(shape, predicate="intersects")]
        corners = shapely.MultiPoint(shapely.get_coordinates(around))
        shared.append(shapely.snap(shape, corners, near))
    return shared


def _polygon(shape: BaseGeometry) -> BaseGeometry:
    rounded = shapely.transform(shape, lambda points: np.round(points, _DECIMALS))
    polygons = shapely.get_parts(rounded)
    return shapely.orient_polygons(polygons[0] if len(polygons) == 1 else rounded)


def surroundings_of(
    state: geopandas.GeoDataFrame, county: Mapping[Ags, BaseGeometry], names: Mapping[Ags, str]
) -> list[Surrounding]:
    """The municipalities of the state around a county's bounds, cut off there, in the order of their keys.

    ``county`` are its boundaries in WGS 84, ``names`` those of the municipalities outside it; one without a name is
    left out, but for its land in narrow places of the county. Bends of less than 100 m are gone.
    """
    west, south, east, north = shapely.union_all(list(county.values())).bounds
    per_degree = metres_per_degree((south + north) / 2)
    wide, high = (metres / float(factor) for metres, factor in zip(AROUND, per_degree, strict=True))
    frame = shapely.box(west - wide, south - high, east + wide, north + high)
    elsewhere = state[~state["ags"].isin(county)].to_crs(4326)
    elsewhere = elsewhere[elsewhere.geometry.intersects(frame)]
    parts: dict[Ags, list[BaseGeometry]] = {}
    for ags, shape in zip(elsewhere["ags"], shapely.force_2d(elsewhere.geometry), strict=True):
        parts.setdefault(ags, []).append(shape)
    everything = {ags: only_polygons(shapely.make_valid(shapely.union_all(parts[ags]))) for ags in sorted(parts)}
    whole = {ags: shape for ags, shape in everything.items() if ags in names}
    coarse = simplified({**county, **whole}, COARSE, _COARSE_DECIMALS)
    clipped = {ags: only_polygons(shapely.intersection(coarse[ags], frame)) for ags in whole}
    for ags, places in _in_narrow_places(county, everything).items():
        clipped[ags] = only_polygons(shapely.union_all([clipped.get(ags, shapely.Polygon()), *places]))
    called = {ags: names.get(ags, ags) for ags in clipped}
    kept = {ags: shape for ags, shape in clipped.items() if not shape.is_empty and name_fault(called[ags]) is None}
    return [Surrounding(called[ags], _sound(shape)) for ags, shape in sorted(kept.items())]


def _sound(shape: BaseGeometry) -> BaseGeometry:
    """A shape with rounded corners; where these would make rings cross, with such corners that they do not."""
    rounded = _polygon(shape)
    if rounded.is_valid:
        return rounded
    return shapely.orient_polygons(only_polygons(shapely.set_precision(shape, 10.0**-_DECIMALS)))


def _in_narrow_places(
    county: Mapping[Ags, BaseGeometry], around: Mapping[Ags, BaseGeometry]
) -> dict[Ags, list[BaseGeometry]]:
    """Exactly what lies in the narrow places of a county, as its folder must show whose land that is."""
    latitude = next(iter(county.values())).centroid.y
    unit = np.array([float(factor) for factor in metres_per_degree(latitude)])
    places = narrow_places([in_metres(shape, latitude) for shape in county.values()])
    found: dict[Ags, list[BaseGeometry]] = {}
    for place in places:
        degrees = shapely.transform(place, lambda points: points / unit)
        for ags, shape in around.items():
            inside = only_polygons(shape.intersection(degrees))
            if not inside.is_empty:
                found.setdefault(ags, []).append(inside)
    return found
