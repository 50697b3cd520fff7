"""The roads in an extract of OpenStreetMap (``.osm.pbf`` or ``.osm``), as arrays."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from files.faults import Fault, InputError
from files.system import reason, refused
from geodata.measure import metres_per_degree
from geodata.roads.rules import CLASSES, blocks, way_of
from translation import Message, msg, number

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Place = tuple[float, float]
#: Called now and then with what is being done; it ends the work by raising.
Step = Callable[[Message], None]

#: Kilometres around the places in which roads are looked at: a way round through the neighbouring county counts.
AROUND_KM = 20.0
#: Points of roads that are taken up at most: as many as a state has, some 400 bytes of memory each.
MOST_POINTS = 20_000_000
_EVERY = 20_000
_DATES = ("osmosis_replication_timestamp", "timestamp")
_EXTRACT = msg("an extract of OpenStreetMap as download servers have it (.osm.pbf)")


@dataclass(frozen=True)
class Roads:
    """Ways for cars, one after the other.

    ``nodes`` are the points of the ways in the order of driving and ``ways`` the way of each, both numbers from 0 on;
    ``lon`` and ``lat`` (degrees, NaN where the extract does not say, or far from the places) and ``blocked`` are by
    node; the others are by way (:class:`geodata.roads.rules.Way`).
    """

    nodes: Integers
    ways: Integers
    lon: Floats
    lat: Floats
    blocked: Flags
    road_class: Integers
    forward: Flags
    backward: Flags
    limit: Floats
    built_up: Integers


def day_in(text: str) -> str | None:
    """The day that a time such as ``2025-11-03T20:21:00Z`` begins with; ``None`` for a text that is no time."""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return None


def day_of(extract: Path) -> str | None:
    """The day of the data as the header of ``extract`` says, which takes no time. Raises ``InputError``."""
    osmium = _library()
    file = osmium.io.File(str(extract), _format(extract))
    try:
        header = osmium.io.Reader(file, osmium.osm.NOTHING).header()
    except RuntimeError as error:
        raise _no_extract(extract) from error
    return next((day for key in _DATES if (day := day_in(header.get(key)))), None)


def read_roads(extract: Path, places: Collection[Place], step: Step, most_points: int = MOST_POINTS) -> Roads:
    """The roads of ``extract`` near the ``places`` (longitude, latitude in degrees).

    Raises ``InputError`` where the package ``osmium`` is not installed, or the file cannot be read, is none of
    OpenStreetMap, or has more than ``most_points`` points of ways.
    """
    osmium = _library()
    file = osmium.io.File(str(extract), _format(extract))
    try:
        points, table = _read_ways(osmium, file, extract.name, most_points, step)
        ids, nodes = np.unique(points, return_inverse=True)
        lon, lat, blocked = _read_nodes(osmium, file, ids, places, step)
    except InputError:
        raise
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        raise _no_extract(extract) from error
    return Roads(
        nodes=nodes.astype(np.int64),
        ways=np.repeat(np.arange(len(table)), table[:, 5].astype(np.int64)),
        lon=lon,
        lat=lat,
        blocked=blocked,
        road_class=table[:, 0].astype(np.int64),
        forward=table[:, 1] > 0,
        backward=table[:, 2] > 0,
        limit=table[:, 3],
        built_up=table[:, 4].astype(np.int64),
    )


def _library() -> Any:
    # An extra of its own, and loaded only here: few need it, and it is not everywhere to be had.
    try:
        import osmium
        import osmium.filter
    except ImportError as error:
        wrong = msg("the package osmium, which reads it, is not installed")
        raise InputError([Fault("OpenStreetMap", wrong, msg("pip install 'kim-planer[osm]'"))]) from error
    return osmium


def _no_extract(extract: Path) -> InputError:
    return InputError([Fault(extract.name, msg("this is no file of OpenStreetMap"), _EXTRACT)])


def _format(extract: Path) -> str:
    """The format by the content: an upload may have any name."""
    try:
        with extract.open("rb") as stream:
            begin = stream.read(100)
    except OSError as error:
        wrong = msg("the file cannot be read ({reason})", reason=reason(error))
        raise refused(error, extract, wrong) from None
    return "osm" if begin.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else "pbf"


def _read_ways(osmium: Any, file: Any, name: str, most_points: int, step: Step) -> tuple[Integers, Floats]:
    """The points of all ways for cars, and a row for each way: class, directions, limit, built up, points."""
    points, rows, ways = array("q"), array("d"), 0
    roads = osmium.filter.TagFilter(*(("highway", road) for road in CLASSES))
    for one in osmium.FileProcessor(file, osmium.osm.WAY).with_filter(roads):
        way = way_of(dict(one.tags))
        if way is None or len(one.nodes) < 2:
            continue
        before = len(points)
        points.extend(node.ref for node in one.nodes)
        rows.extend((*way, len(points) - before))
        if len(points) > most_points:
            wrong = msg("the extract has more than {count} points of roads", count=number(most_points))
            raise InputError([Fault(name, wrong, msg("an extract of the county and its surroundings"))])
        ways += 1
        if ways % _EVERY == 0:
            step(msg("Roads are read: {count}", count=number(ways)))
    return np.frombuffer(points, dtype=np.int64), np.frombuffer(rows, dtype=np.float64).reshape(-1, 6)


def _read_nodes(
    osmium: Any, file: Any, ids: Integers, places: Collection[Place], step: Step
) -> tuple[Floats, Floats, Flags]:
    """Longitude, latitude and whether no car passes, for each of the sorted ``ids``."""
    lon, lat, blocked = np.full(len(ids), np.nan), np.full(len(ids), np.nan), np.zeros(len(ids), dtype=bool)
    west, south, east, north = _around(places)
    wanted = osmium.filter.IdFilter(map(int, ids))
    at, longitudes, latitudes = array("q"), array("d"), array("d")
    for read, one in enumerate(osmium.FileProcessor(file, osmium.osm.NODE).with_filter(wanted), start=1):
        if read % (10 * _EVERY) == 0:
            step(msg("Points of roads are read: {count}", count=number(read)))
        place = one.location
        x, y = place.lon_without_check(), place.lat_without_check()
        if west <= x <= east and south <= y <= north:
            at.append(one.id)
            longitudes.append(x)
            latitudes.append(y)
            if len(one.tags) and blocks(dict(one.tags)):
                blocked[np.searchsorted(ids, one.id)] = True
    index = np.searchsorted(ids, np.frombuffer(at, dtype=np.int64))
    lon[index], lat[index] = np.frombuffer(longitudes), np.frombuffer(latitudes)
    return lon, lat, blocked


def _around(places: Collection[Place]) -> tuple[float, float, float, float]:
    """West, south, east and north of what is looked at."""
    lon, lat = zip(*places, strict=True)
    per_lon, per_lat = (float(metres) / 1000 for metres in metres_per_degree(max(map(abs, lat))))
    x, y = AROUND_KM / per_lon, AROUND_KM / per_lat
    return min(lon) - x, min(lat) - y, max(lon) + x, max(lat) + y
