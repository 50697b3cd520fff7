"""Narrow places between municipalities: tips and enclaves of another county, or a border that was drawn twice.

All shapes are in plane metres.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.neighbours import SHORTEST_BORDER
from geodata.records import Ags

# Between two municipalities nothing is narrower than this, but for tips of another county's land, which are wider
# farther out; what is narrower is a border drawn twice.
NARROW_GAP = 10.0
# A hole wider than this is land (an enclave, a town of its own within the county), a narrower one is a fault, unless
# it is known whose land it is.
NARROW_HOLE = 100.0
ROUNDING = 1.0
# The end of a gap touches a third municipality, along its width.
_LONG = 1.5 * NARROW_GAP


def holes_of(whole: BaseGeometry) -> list[shapely.Polygon]:
    """What the county encloses, the largest first."""
    rings = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    return sorted(map(shapely.Polygon, rings), key=lambda hole: -hole.area)


def is_narrow(hole: shapely.Polygon) -> bool:
    """Whether a hole is less than 100 m wide, so that it may be a border drawn twice."""
    return 2 * hole.area / hole.length < NARROW_HOLE


def open_gaps(whole: BaseGeometry) -> list[BaseGeometry]:
    """The places at the outer edge of the county that are narrower than 10 m."""
    solid = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(whole)])
    closed = solid.buffer(NARROW_GAP / 2).buffer(-NARROW_GAP / 2)
    return [gap for gap in shapely.get_parts(closed.difference(solid)) if gap.area > ROUNDING]


def narrow_places(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Every place of which it matters whose land it is: narrow holes, and narrow gaps at the outer edge."""
    array = np.array(shapes, dtype=object)
    whole = shapely.union_all(array)
    narrow: list[BaseGeometry] = [hole for hole in holes_of(whole) if hole.area > ROUNDING and is_narrow(hole)]
    if any(edge is not None and not edge.is_empty for edge in _invalid_edges(array)):
        narrow += open_gaps(whole)
    return narrow


def _invalid_edges(shapes: np.ndarray) -> np.ndarray:
    edges: np.ndarray = shapely.coverage_invalid_edges(shapes, gap_width=NARROW_GAP)
    return edges


def is_land(place: BaseGeometry, others: Sequence[BaseGeometry]) -> bool:
    """Whether most of a place is land of municipalities outside the county."""
    return sum(place.intersection(other).area for other in others) > place.area / 2


def along(place: BaseGeometry, shapes: Mapping[Ags, BaseGeometry]) -> list[Ags]:
    """The municipalities that have a border with a place, and not only its end."""
    edge = place.buffer(ROUNDING)
    return [
        key
        for key, shape in shapes.items()
        if shape.dwithin(place, ROUNDING) and shape.boundary.intersection(edge).length > _LONG
    ]


def is_tip(place: BaseGeometry, shapes: Mapping[Ags, BaseGeometry]) -> bool:
    """Whether the ``shapes`` beside a place stay neighbours: at its end their common border goes on.

    Two lines of one border, drawn apart, leave none.
    """
    return all(
        shapely.length(_common(place, shapes[one], shapes[other])) >= SHORTEST_BORDER
        for one, other in combinations(shapes, 2)
    )


def _common(place: BaseGeometry, one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    border = one.boundary.intersection(other.boundary)
    return border if border.dwithin(place, 2 * ROUNDING) else shapely.LineString()


def bad_borders(
    shapes: Mapping[Ags, BaseGeometry], others: Sequence[BaseGeometry], whole: BaseGeometry
) -> Iterator[tuple[Ags, BaseGeometry]]:
    """Of each municipality the lines that do not fit to its neighbours', without those along tips of other land."""
    array = np.array(list(shapes.values()), dtype=object)
    wrong = [gap for gap in open_gaps(whole) if not is_known(gap, shapes, others)]
    wrong += [hole for hole in holes_of(whole) if hole.area <= ROUNDING]
    tree = shapely.STRtree(wrong)
    edges = zip(shapes, _invalid_edges(array), shapely.coverage_invalid_edges(array), strict=True)
    for key, edge, mismatch in edges:
        lines = shapely.get_parts(edge) if edge is not None else np.array([])
        beside = [line for line in lines if len(tree.query(line, predicate="dwithin", distance=ROUNDING))]
        bad = shapely.union_all([*beside, *([] if mismatch is None else [mismatch])])
        if not bad.is_empty:
            yield key, bad


def is_known(gap: BaseGeometry, shapes: Mapping[Ags, BaseGeometry], others: Sequence[BaseGeometry]) -> bool:
    """Whether a narrow gap at the outer edge is another county's land, by its polygons or by its form."""
    return is_land(gap, others) or is_tip(gap, {key: shapes[key] for key in along(gap, shapes)})
