"""The boundaries of a county and of what lies around it: GeoJSON in WGS 84, one polygon per municipality."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from files.faults import Fault, InputError
from files.grid import decode
from files.reading import read_content
from files.typed import instead, name_fault, shown
from geodata.records import Surrounding
from translation import Message, msg, number

MOST_FEATURES, MOST_AROUND = 1000, 4000
"""Municipalities of a county, and around it: in Rhineland-Palatinate, where they are smallest, more than a thousand."""
MOST_POINTS, MOST_RINGS = 200_000, 5_000
"""Of all shapes of a file; official boundaries of the largest counties have a tenth, unless they are the finest."""
#: Only a file with more points than this can be so dense that its lines are looked at before anything else.
_FEW_POINTS = 300
#: Where a line lies near so many others on average, they cross each other millions of times: no boundary does.
_MOST_NEAR = 50
_AT_ONCE = 32
# QGIS and other programs write name, crs, bbox and id too; they carry nothing that is needed here.
_COLLECTION_KEYS = ("type", "features", "name", "crs", "bbox")
_FEATURE_KEYS = ("type", "properties", "geometry", "id", "bbox")
_COLLECTION = msg("a FeatureCollection with one feature per municipality, in WGS 84")
_NO_JSON = msg("this is not well-formed JSON")
_POLYGON = msg("a closed Polygon or MultiPolygon in WGS 84; export it again from a geographic information system")

Shapes = list[tuple[str, str, BaseGeometry]]


def read_boundaries(path: Path, file: str) -> tuple[Shapes, list[Fault]]:
    """The features of the GeoJSON file at ``path``, named ``file`` in faults, and what is wrong with them.

    A shape is the place for faults (``feature 3``), the municipality's key as written, and its geometry in degrees.
    """
    return _read_features(path, file, "ags", _key, MOST_FEATURES)


def read_surroundings(path: Path, file: str) -> tuple[Shapes, list[Fault]]:
    """The same for the municipalities around a county, which have their names in place of keys."""
    return _read_features(path, file, "name", _name, MOST_AROUND)


def _key(value: object) -> tuple[Message, Message] | None:
    if isinstance(value, str):
        return None
    allowed = msg('the eight digits of the official key (AGS) as text, like "05558004"')
    return msg("the property “ags” is missing or not a text"), allowed


def _name(value: object) -> tuple[Message, Message] | None:
    if isinstance(value, str) and value.strip():
        return name_fault(value)
    return msg("the property “name” is missing or not a text"), msg("the name of a municipality outside the county")


def _read_features(
    path: Path, file: str, property_: str, wrong_with: Callable[[object], tuple[Message, Message] | None], most: int
) -> tuple[Shapes, list[Fault]]:
    faults: list[Fault] = []
    try:
        content = _parse(decode(read_content(path, file), file), file)
    except InputError as error:
        return [], list(error.faults)
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection" or not isinstance(features, list):
        return [], [Fault(file, msg("this is not a collection of features"), _COLLECTION)]
    if len(features) > most:
        return [], [Fault(file, msg("there are {count} features", count=len(features)), _COLLECTION)]
    faults.extend(_unknown(file, None, content, _COLLECTION_KEYS))
    shapes: Shapes = []
    for position, feature in enumerate(features, start=1):
        place = f"feature {position}"
        if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
            faults.append(Fault(file, msg("this is not a feature with properties"), _COLLECTION, column=place))
            continue
        faults.extend(_unknown(file, place, feature, _FEATURE_KEYS))
        faults.extend(_unknown(file, place, feature["properties"], (property_,)))
        value = feature["properties"].get(property_)
        wrong = wrong_with(value)
        if wrong is not None:
            faults.append(Fault(file, *wrong, column=place))
            continue
        geometry = _geometry(feature.get("geometry"))
        if isinstance(geometry, Message):
            faults.append(Fault(file, geometry, _POLYGON, column=place))
        else:
            shapes.append((place, value, geometry))
    too_much = _too_much([shape for *_, shape in shapes])
    return (shapes, faults) if too_much is None else ([], [*faults, Fault(file, too_much, _LESS)])


_LESS = msg(
    "boundaries as official data sets have them, with at most {points} points; “Simplify” of a geographic information "
    "system makes them fewer",
    points=number(MOST_POINTS),
)


def _too_much(shapes: list[BaseGeometry]) -> Message | None:
    """Why it would take minutes and gigabytes to compare ``shapes``; ``None`` where it would not."""
    points = int(shapely.get_num_coordinates(shapes).sum())
    if points > MOST_POINTS:
        return msg("there are {count} points", count=number(points))
    rings = shapely.get_rings(shapes)
    if len(rings) > MOST_RINGS:
        return msg("there are {count} parts and holes", count=number(len(rings)))
    if points > _FEW_POINTS and _is_dense(rings):
        return msg("the lines of the boundaries cross each other too often")
    return None


def _is_dense(rings: np.ndarray) -> bool:
    """Whether lines lie near many others, own or foreign ones, as in a zigzag; a few thousand at most are counted."""
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    ends = np.stack([coordinates[:-1], coordinates[1:]], axis=1)[ring[:-1] == ring[1:]]
    low, high = ends.min(axis=1), ends.max(axis=1)
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    tree, near = shapely.STRtree(boxes), 0
    for start in range(0, len(boxes), _AT_ONCE):
        near += tree.query(boxes[start : start + _AT_ONCE]).shape[1]
        if near > _MOST_NEAR * len(boxes):
            return True
    return False


def _parse(text: str, file: str) -> Any:
    def refuse(constant: str) -> NoReturn:
        raise ValueError(constant)

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise InputError([Fault(file, _NO_JSON, _COLLECTION, error.lineno)]) from None
    except (ValueError, RecursionError):
        raise InputError([Fault(file, _NO_JSON, _COLLECTION)]) from None


def _unknown(file: str, place: str | None, content: Mapping[str, object], known: tuple[str, ...]) -> list[Fault]:
    return [
        Fault(file, msg("the key “{key}” is not known", key=shown(key)), instead(key, known), column=place)
        for key in islice((key for key in content if key not in known), 5)
    ]


def _geometry(content: object) -> BaseGeometry | Message:
    drawing = content if isinstance(content, dict) else {}
    kind = drawing.get("type")
    if kind not in ("Polygon", "MultiPolygon"):
        return msg("the geometry is not a polygon but “{kind}”", kind=shown(kind))
    try:
        plain = _plainly_drawn(kind, drawing.get("coordinates"))
        geometry = plain if plain is not None else shapely.from_geojson(json.dumps(drawing))
    except (ShapelyError, ValueError, RecursionError):
        return msg("the coordinates do not form a polygon")
    if geometry.is_empty:
        return msg("the polygon is empty")
    return shapely.force_2d(geometry)


def _plainly_drawn(kind: str, coordinates: Any) -> BaseGeometry | None:
    """The geometry with these coordinates; ``None`` where they are not as plain as nearly all are.

    Plain are lists of numbers that form closed rings. shapely.from_geojson reads everything, in six times the time.
    """
    polygons = []
    try:
        for rings in [coordinates] if kind == "Polygon" else coordinates:
            outer, *holes = [np.array(ring) for ring in rings]
            for ring in (outer, *holes):
                plain = ring.dtype.kind in "fi" and ring.ndim == 2 and ring.shape[1] in (2, 3) and len(ring) > 3
                if not plain or not np.isfinite(ring).all() or (ring[0] != ring[-1]).any():
                    return None
            polygons.append(shapely.Polygon(outer[:, :2], [hole[:, :2] for hole in holes]))
    except (TypeError, ValueError):
        return None
    return polygons[0] if kind == "Polygon" else shapely.MultiPolygon(polygons)


def write_boundaries(path: Path, boundaries: Mapping[str, BaseGeometry]) -> None:
    """Writes municipality key to polygon (WGS 84) as GeoJSON, one feature per line."""
    _write_features(path, "ags", boundaries.items())


def write_surroundings(path: Path, surroundings: Iterable[Surrounding]) -> None:
    """Writes the municipalities around a county as GeoJSON, one feature per line."""
    _write_features(path, "name", ((around.name, around.shape) for around in surroundings))


def _write_features(path: Path, property_: str, shapes: Iterable[tuple[str, BaseGeometry]]) -> None:
    features = (
        json.dumps({"type": "Feature", "properties": {property_: value}, "geometry": mapping(shape)})
        for value, shape in shapes
    )
    text = '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")
