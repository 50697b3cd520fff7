"""The official boundaries of a state: those of a county, and those of what lies around it."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from pathlib import Path

import geopandas
import numpy as np
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.geometry.base import BaseGeometry

from files.faults import Fault, InputError
from files.typed import name_fault
from geodata.checks.shape_checks import invalid_boundary
from geodata.measure import metres_per_degree
from geodata.records import Ags, Surrounding
from geodata.simplify import simplified
from translation import msg

_LOG = logging.getLogger(__name__)
# A tenth of a metre: finer than any official boundary, and the same on both sides of a border.
_DECIMALS = 6
# How near a corner lies that belongs to a border, in metres or in degrees as the source counts: a centimetre.
_CORNER = {True: 0.01, False: 1e-7}
#: How far around a county its surroundings are kept, in metres to the east and west and to the north and south:
#: what a map shows beside it, most being wider than high.
AROUND = (40_000.0, 20_000.0)
COARSE = 100.0
_COARSE_DECIMALS = 4


def read_state(path: Path) -> geopandas.GeoDataFrame:
    """The polygons of a state with a column ``ags`` of eight digits, in the coordinate system of the file ``path``.

    Any file that GDAL reads will do. Raises ``InputError``.
    """
    try:
        with warnings.catch_warnings():
            # GDAL warns of further layers, unknown metadata and the like: nothing that a planner could act on.
            warnings.simplefilter("ignore")
            frame = geopandas.read_file(path)
    except (DataSourceError, DataLayerError, OSError, ValueError) as error:
        _LOG.warning("boundaries cannot be read: %s", error)
        wrong = msg("the boundaries cannot be read")
        raise InputError([Fault(path.name, wrong, msg("a GeoPackage or another file of polygons"))]) from None
    if "ags" not in frame.columns or not isinstance(frame, geopandas.GeoDataFrame):
        wrong = msg("the column “ags” or the geometry is missing")
        raise InputError([Fault(path.name, wrong, msg("polygons with the municipality key in a column “ags”"))])
    if frame.crs is None:
        wrong = msg("the coordinate system is not given")
        raise InputError([Fault(path.name, wrong, msg("a coordinate system such as EPSG:25832"))])
    frame["ags"] = frame["ags"].astype(str).str.zfill(8)
    return frame[frame.geometry.notna()]


def county_boundaries(state: geopandas.GeoDataFrame, county_ags: str, file: str) -> dict[Ags, BaseGeometry]:
    """The boundaries of a county's municipalities in WGS 84, six decimals; common borders stay identical.

    ``file`` is what faults call the file of the ``state``. Every corner is transformed and rounded by itself, so that
    both sides of a border get the same points. Raises ``InputError`` where a boundary is not valid.
    """
    frame = state[state["ags"].str.startswith(county_ags)]
    parts: dict[Ags, list[BaseGeometry]] = {}
    faults = []
    for ags, shape in zip(frame["ags"], shapely.force_2d(frame.geometry), strict=True):
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
    left out. Bends of less than 100 m are gone.
    """
    west, south, east, north = shapely.union_all(list(county.values())).bounds
    per_degree = metres_per_degree((south + north) / 2)
    wide, high = (metres / float(factor) for metres, factor in zip(AROUND, per_degree, strict=True))
    frame = shapely.box(west - wide, south - high, east + wide, north + high)
    near = state[~state["ags"].isin(county) & state["ags"].isin(names)].to_crs(4326)
    near = near[near.geometry.intersects(frame)]
    parts: dict[Ags, list[BaseGeometry]] = {}
    for ags, shape in zip(near["ags"], shapely.force_2d(near.geometry), strict=True):
        parts.setdefault(ags, []).append(shape)
    whole = {ags: _only_polygons(shapely.make_valid(shapely.union_all(parts[ags]))) for ags in sorted(parts)}
    coarse = simplified({**county, **whole}, COARSE, _COARSE_DECIMALS)
    clipped = {ags: _only_polygons(shapely.intersection(coarse[ags], frame)) for ags in whole}
    kept = {ags: shape for ags, shape in clipped.items() if not shape.is_empty and name_fault(names[ags]) is None}
    return [Surrounding(names[ags], _polygon(shape)) for ags, shape in kept.items()]


def _only_polygons(shape: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
