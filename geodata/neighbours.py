"""Common borders: which municipalities are neighbours, and for how many metres."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.measure import line_metres
from geodata.records import Ags, Connection

SHORTEST_BORDER = 100.0


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
