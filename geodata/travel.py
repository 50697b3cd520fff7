"""Drives between town halls: both directions of a table, and the estimate where no road table exists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from geodata.measure import distance_km
from geodata.records import NO_DRIVE, Ags, Trip

# On the county of Coesfeld this is off by 1.6 minutes on average and 7 at worst; tests/test_travel.py measures it.
ROAD_FACTOR = 1.3
KM_PER_HOUR = 61.0


def estimated_trip(origin: tuple[float, float], target: tuple[float, float]) -> Trip:
    """The drive between two places (longitude, latitude): air line × 1.3 at 61 km/h, rounded as tables are."""
    km = distance_km(origin, target) * ROAD_FACTOR
    return Trip(round(km, 1), round(km / KM_PER_HOUR * 60, 1), "estimate")


def estimated_travel(
    places: Mapping[Ags, tuple[float, float]], parts: Iterable[frozenset[Ags]] = ()
) -> dict[tuple[Ags, Ags], Trip]:
    """The estimate for every ordered pair of places; between ``parts`` without a way by land there is no drive."""
    part_of = {ags: position for position, part in enumerate(parts) for ags in part}
    return {
        (origin, target): estimated_trip(places[origin], places[target])
        if part_of.get(origin) == part_of.get(target)
        else NO_DRIVE
        for origin in places
        for target in places
        if origin != target
    }


def both_directions(trips: Mapping[tuple[Ags, Ags], Trip]) -> dict[tuple[Ags, Ags], Trip]:
    """``trips`` with each missing opposite direction filled in from the given one, in order of the keys."""
    complete = dict(trips)
    for (origin, target), trip in trips.items():
        complete.setdefault((target, origin), trip)
    return dict(sorted(complete.items()))
