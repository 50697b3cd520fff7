"""Common borders: which municipalities are neighbours, and for how many metres."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.measure import in_metres, line_metres
from geodata.records import Ags, Connection

SHORTEST_BORDER = 100.0
# Land around a county is drawn coarsely, to 100 m.
_TOUCHING = 150.0


def common_borders(boundaries: Mapping[Ags, BaseGeometry]) -> dict[frozenset[Ags], float]:
    """The length in metres of every common border, short ones included; a common point is none.

    ``boundaries`` are valid polygons in WGS 84 degrees whose common borders are identical.
    """
    keys = list(boundaries)
    shapes = np.array([boundaries[key] for key in keys], dtype=object)
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    borders = {}
    for first, second in zip(*pairs.tolist(), strict=True):
        if first < second:
            metres = line_metres(shapes[first].intersection(shapes[second]))
            if metres > 0:
                borders[frozenset((keys[first], keys[second]))] = metres
    return borders


def neighbours(
    ags: Iterable[Ags], borders: Mapping[frozenset[Ags], float], connections: Iterable[Connection] = ()
) -> dict[Ags, frozenset[Ags]]:
    """For each municipality those with which it has a common border of at least 100 m, a bridge or a ferry."""
    near: dict[Ags, set[Ags]] = {key: set() for key in ags}
    pairs = [tuple(pair) for pair, metres in borders.items() if metres >= SHORTEST_BORDER]
    for first, second in (*pairs, *((joined.first, joined.second) for joined in connections)):
        near[first].add(second)
        near[second].add(first)
    return {key: frozenset(others) for key, others in near.items()}


def connected_parts(near: Mapping[Ags, frozenset[Ags]]) -> list[frozenset[Ags]]:
    """The parts of the county that no border connects, the largest first (then in order of the keys)."""
    parts = []
    left = set(near)
    while left:
        part, ahead = set(), {min(left)}
        while ahead:
            part |= ahead
            ahead = {other for key in ahead for other in near[key]} - part
        parts.append(frozenset(part))
        left -= part
    return sorted(parts, key=lambda part: (-len(part), min(part)))


def parts_by_land(
    boundaries: Mapping[Ags, BaseGeometry],
    borders: Mapping[frozenset[Ags], float],
    connections: Iterable[Connection],
    around: Sequence[BaseGeometry],
) -> list[frozenset[Ags]]:
    """The parts of the county between which there is no way by land, the largest first.

    A common border, a bridge (no ferry) and land ``around`` the county join them; all shapes in WGS 84 degrees.
    """
    bridges = [joined for joined in connections if joined.link == "bridge"]
    parts = connected_parts(neighbours(boundaries, borders, bridges))
    if len(parts) == 1 or not around:
        return parts
    latitude = next(iter(boundaries.values())).centroid.y
    own = [in_metres(shapely.union_all([boundaries[key] for key in part]), latitude) for part in parts]
    # An island of a municipality elsewhere joins nothing with the rest of that municipality.
    land = [in_metres(piece, latitude) for shape in around for piece in shapely.get_parts(shape)]
    shapes = np.array([*own, *land], dtype=object)
    touching: dict[str, set[str]] = {f"{position:06}": set() for position in range(len(shapes))}
    pairs = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_TOUCHING)
    for pair in zip(*pairs.tolist(), strict=True):
        # Two parts of the county as near as that have water between them, or they would be one.
        if max(pair) >= len(own):
            first, second = (f"{position:06}" for position in pair)
            touching[first].add(second)
    joined = connected_parts({key: frozenset(others) for key, others in touching.items()})
    groups = [[parts[int(key)] for key in group if int(key) < len(own)] for group in joined]
    found = [frozenset[Ags]().union(*group) for group in groups if group]
    return sorted(found, key=lambda part: (-len(part), min(part)))
