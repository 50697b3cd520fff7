"""Whether the boundaries of a county fit together: valid, without overlaps and gaps, with identical common borders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from files.typed import shown
from geodata.checks.consistency import EAST, NORTH, SOUTH, WEST, full_name, known_names
from geodata.checks.gaps import (
    NARROW_GAP,
    ROUNDING,
    along,
    bad_borders,
    holes_of,
    is_known,
    is_land,
    is_narrow,
    open_gaps,
)
from geodata.measure import in_metres
from geodata.neighbours import SHORTEST_BORDER, connected_parts
from geodata.reading import Draft
from geodata.records import BOUNDARIES_FILE, MUNICIPALITIES_FILE, SURROUNDINGS_FILE, Ags
from translation import Message, listing, msg, number

# Parts of the county that run beside each other nearer than this, and longer, were meant to touch; others are islands
# or exclaves.
NEAR = 250.0
FAR_FROM_HOME = 5_000.0
_MOST_HOLES = 20
_OTHER_LAND = msg("taken as land of another county; if not, add what is missing")
_SAME_POINTS = msg("the same points on both sides; take all boundaries from one data set, or snap them to each other")


def check_for_invalid_shapes(draft: Draft) -> None:
    """A shape, of the county or around it, that is not valid or lies outside Germany."""
    names = known_names(draft)
    for place, ags, shape in draft.shapes:
        _check_shape(draft, BOUNDARIES_FILE, place, full_name(ags, names), shape)
    for place, name, shape in draft.surroundings:
        _check_shape(draft, SURROUNDINGS_FILE, place, shown(name), shape)


def _check_shape(draft: Draft, file: str, place: str, name: str, shape: BaseGeometry) -> None:
    west, south, east, north = shape.bounds
    if not (west >= WEST and east <= EAST and south >= SOUTH and north <= NORTH):
        wrong = msg("the boundary of {name} lies outside Germany", name=name)
        allowed = msg("degrees in WGS 84, longitude first; export the boundaries in EPSG:4326")
        draft.fault(file, wrong, allowed, column=place)
    elif not shape.is_valid:
        wrong = invalid_boundary(name, shape)
        allowed = msg("rings that do not cross themselves; “Fix geometries” of QGIS mends it")
        draft.fault(file, wrong, allowed, column=place)


def invalid_boundary(name: str, shape: BaseGeometry) -> Message:
    """What is wrong with the boundary of ``name`` that is not valid, with the place in degrees where that is known."""
    place = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(shape))
    if place is None:
        return msg("the boundary of {name} is not valid", name=name)
    lon, lat = (number(float(figure), 5, "°") for figure in place.groups())
    return msg("the boundary of {name} is not valid near longitude {lon}, latitude {lat}", name=name, lon=lon, lat=lat)


def check_for_overlaps_and_gaps(draft: Draft) -> None:
    """Two municipalities that overlap, run beside each other without touching, or leave a sliver between them."""
    if not draft.sound(BOUNDARIES_FILE):
        return
    keys = [ags for _, ags, _ in draft.shapes]
    plane = _plane([shape for *_, shape in (*draft.shapes, *draft.surroundings)])
    shapes = np.array(plane[: len(keys)], dtype=object)
    # What is not valid is a fault already.
    others = [shape for shape in plane[len(keys) :] if shape.is_valid]
    edges = shapely.coverage_invalid_edges(shapes, gap_width=NARROW_GAP)
    if all(edge is None or edge.is_empty for edge in edges):
        # Nothing overlaps either, and the union of such shapes is quick.
        _tell_holes(draft, keys, shapes, shapely.coverage_union_all(shapes), others, set())
        return
    told = _tell_overlaps(draft, keys, shapes)
    whole, by_key = shapely.union_all(shapes), dict(zip(keys, shapes, strict=True))
    bad = dict(bad_borders(by_key, others, whole))
    for first, second in combinations(bad, 2):
        if frozenset((first, second)) not in told and bad[first].dwithin(bad[second], NARROW_GAP):
            told.add(frozenset((first, second)))
            _tell_two_lines(draft, [first, second], min(bad[first].length, bad[second].length))
    for key in bad.keys() - {key for pair in told for key in pair}:
        _tell_two_lines(draft, [key], bad[key].length)
    for gap in open_gaps(whole):
        around = along(gap, by_key)
        # A narrow bay in the outline of a single municipality is none of this.
        if len(around) > 1 and is_known(gap, by_key, others):
            _tell_land(draft, around, gap)
    _tell_holes(draft, keys, shapes, whole, others, told)


def _tell_land(draft: Draft, around: list[Ags], place: BaseGeometry) -> None:
    names = listing(full_name(key, known_names(draft)) for key in around)
    wrong = msg(
        "between {names} at the edge of the county {area} belong to none of the municipalities",
        names=names,
        area=number(place.area, 0, "m²"),
    )
    draft.notice(BOUNDARIES_FILE, wrong, _OTHER_LAND)


def _tell_two_lines(draft: Draft, keys: list[Ags], metres: float) -> None:
    names = listing(full_name(key, known_names(draft)) for key in keys)
    length = number(metres, 0, "m")
    wrong = msg("a border of {names} is not the same line on both sides, for {length}", names=names, length=length)
    draft.fault(BOUNDARIES_FILE, wrong, _SAME_POINTS)


def _plane(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    latitude = shapes[0].centroid.y if shapes else 0.0
    return [in_metres(shape, latitude) for shape in shapes]


def _tell_overlaps(draft: Draft, keys: list[Ags], shapes: np.ndarray) -> set[frozenset[Ags]]:
    told: set[frozenset[Ags]] = set()
    for first, second in zip(*shapely.STRtree(shapes).query(shapes, predicate="intersects").tolist(), strict=True):
        if first >= second:
            continue
        area = shapes[first].intersection(shapes[second]).area
        if area > ROUNDING:
            told.add(frozenset((keys[first], keys[second])))
            wrong = msg(
                "{first} and {second} overlap by {area}",
                first=full_name(keys[first], known_names(draft)),
                second=full_name(keys[second], known_names(draft)),
                area=number(area, 0, "m²"),
            )
            draft.fault(BOUNDARIES_FILE, wrong, _SAME_POINTS)
    return told


def _tell_holes(
    draft: Draft,
    keys: list[Ags],
    shapes: np.ndarray,
    whole: BaseGeometry,
    others: list[BaseGeometry],
    told: set[frozenset[Ags]],
) -> None:
    outlines = shapely.boundary(shapes)
    for hole in [hole for hole in holes_of(whole) if hole.area > ROUNDING][:_MOST_HOLES]:
        # Not those that merely touch it with a corner.
        lengths = shapely.length(shapely.intersection(outlines, hole.exterior.buffer(ROUNDING)))
        around = [key for key, length in zip(keys, lengths, strict=True) if length > NARROW_GAP]
        if any(pair <= set(around) for pair in told):
            continue
        names = listing(full_name(key, known_names(draft)) for key in around)
        # What a single municipality encloses is no border between two.
        if len(around) > 1 and is_narrow(hole) and not is_land(hole, others):
            wrong = msg("there is a gap of {area} between {names}", area=number(hole.area, 0, "m²"), names=names)
            draft.fault(BOUNDARIES_FILE, wrong, _SAME_POINTS)
        else:
            area = number(hole.area / 1e6, 2, "km²")
            wrong = msg("{names} enclose {area} that belong to none of the municipalities", area=area, names=names)
            draft.notice(BOUNDARIES_FILE, wrong, _OTHER_LAND)


def check_for_places_outside_their_municipality(draft: Draft) -> None:
    """A town hall or centre outside its own municipality: worth a notice when near, a fault when far."""
    if not (draft.sound(BOUNDARIES_FILE) and draft.sound(MUNICIPALITIES_FILE)):
        return
    shapes = {ags: shape for _, ags, shape in draft.shapes}
    for line, municipality in draft.municipalities:
        shape, point = shapes[municipality.ags], shapely.Point(municipality.place)
        if shape.covers(point):
            continue
        metres = in_metres(shape, municipality.lat).distance(in_metres(point, municipality.lat))
        name = full_name(municipality.ags, known_names(draft))
        wrong = msg(
            "the place of {name} lies {distance} outside its boundary",
            name=name,
            distance=number(metres / 1000, 1, "km"),
        )
        if metres > FAR_FROM_HOME:
            allowed = msg("longitude and latitude of its town hall or centre; are two rows exchanged?")
            draft.fault(MUNICIPALITIES_FILE, wrong, allowed, line, "lon, lat")
        else:
            draft.notice(MUNICIPALITIES_FILE, wrong, msg("nothing to do if the town hall is there"), line, "lon, lat")


def _beside(one: BaseGeometry, other: BaseGeometry, distance: float) -> float:
    """For how many metres one outline is as near to the other as where both are nearest."""
    return float(one.boundary.intersection(other.buffer(distance + NARROW_GAP)).length)


def check_for_separate_parts(draft: Draft, near: Mapping[Ags, frozenset[Ags]]) -> None:
    """Municipalities that no common border of at least 100 m (``near``) connects to the largest part of the county.

    Where they nearly touch, the boundaries are at fault; islands and exclaves get a notice.
    """
    names = known_names(draft)
    main, *others = connected_parts(near)
    if not others:
        return
    shapes = {ags: shape for _, ags, shape in draft.shapes}
    plane = dict(zip(shapes, _plane(list(shapes.values())), strict=True))
    body = shapely.union_all([plane[ags] for ags in main])
    for part in others:
        offenders = listing(full_name(ags, names) for ags in sorted(part))
        island = shapely.union_all([plane[ags] for ags in part])
        distance = body.distance(island)
        if ROUNDING < distance < NEAR and _beside(island, body, distance) > NEAR:
            wrong = msg(
                "no border connects {names} to the rest of the county, {distance} away",
                names=offenders,
                distance=number(distance, 0, "m"),
            )
            draft.fault(BOUNDARIES_FILE, wrong, _SAME_POINTS)
        else:
            wrong = msg(
                "no border of at least {length}, bridge or ferry connects {names} to the rest of the county",
                length=number(SHORTEST_BORDER, 0, "m"),
                names=offenders,
            )
            allowed = msg(
                "such municipalities can only form districts of their own; a scenario lifts this with"
                " “connected: false”, or name the bridge or ferry under “neighbours” in county.yaml"
            )
            draft.notice(BOUNDARIES_FILE, wrong, allowed)
