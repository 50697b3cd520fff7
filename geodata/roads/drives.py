"""The drives of a county, computed on an extract of OpenStreetMap."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from files.faults import Fault, InputError
from geodata.records import NO_DRIVE, Ags, Source, Trip
from geodata.roads.extract import MOST_POINTS, Place, Roads, day_of, read_roads
from geodata.roads.network import Network, fastest, network_of
from geodata.roads.rules import OSRM_SPEEDS, SPEEDS
from geodata.roads.sources import openstreetmap
from translation import Message, msg, msgs, number

#: A place this far from every road is not in the extract; from the second distance on it is told.
_FAR_METRES, _TOLD_METRES = 3000.0, 300.0
_MOST_TOLD = 10
#: What is told of the work: the share done, from 0 to 1, and what is being done. It ends the work by raising.
Progress = Callable[[float, Message], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How far the work may go: megabytes of the file, points of its roads (some 400 bytes of memory each), seconds."""

    megabytes: float = 2000.0
    points: int = MOST_POINTS
    seconds: float = math.inf


@dataclass(frozen=True, slots=True)
class Drives:
    """The drives between all places, both directions.

    ``slower`` has the minutes with the speeds of the car profile of OSRM, the other end of the range. ``as_of`` is the
    day of the extract, ``None`` where it does not say.
    """

    trips: Mapping[tuple[Ags, Ags], Trip]
    slower: Mapping[tuple[Ags, Ags], float]
    as_of: str | None
    notices: tuple[Fault, ...]


def road_drives(
    extract: Path,
    places: Mapping[Ags, Place],
    names: Mapping[Ags, str],
    *,
    limits: Limits = Limits(),
    progress: Progress = lambda _share, _doing: None,
) -> Drives:
    """The fastest drives by car between ``places`` (longitude, latitude), by the road nearest to each.

    Ferries are no roads: places that only they join have no drive, which a notice says. The same extract and places
    give the same drives. ``names`` are for the messages. Raises ``InputError`` where the extract cannot be read, does
    not hold the places, or goes beyond ``limits``, ``MemoryError`` where memory is short, and what ``progress`` raises.
    """
    _check_size(extract, limits)
    end = time.monotonic() + limits.seconds

    def tell(share: float, doing: Message) -> None:
        if time.monotonic() >= end:
            wrong = msg("the drives were not computed in {seconds} seconds", seconds=number(limits.seconds))
            raise InputError([Fault(extract.name, wrong, msg("an extract of the county and its surroundings"))])
        progress(share, doing)

    tell(0.0, msg("Roads are read"))
    roads = read_roads(extract, list(places.values()), lambda doing: tell(0.1, doing), limits.points)
    tell(0.5, msg("The road network is made"))
    network = _network(roads, places, names, extract.name, SPEEDS)
    trips = dict(_trips(network, list(places), lambda share: tell(0.6 + share / 5, msg("Drives are computed"))))
    slow = _network(roads, places, names, extract.name, OSRM_SPEEDS)
    slower = dict(_trips(slow, list(places), lambda share: tell(0.8 + share / 5, msg("Drives are computed"))))
    return Drives(
        trips=trips,
        slower={pair: trip.minutes for pair, trip in slower.items()},
        as_of=day_of(extract),
        notices=(*_far(network, names, list(places), extract.name), *_apart(trips, names, extract.name)),
    )


def road_source(file: str, as_of: str) -> Source:
    """The source of drives on the extract ``file`` of the day ``as_of``, as ``county.yaml`` has it."""
    # Data of a German county, and so German like the rest of its file.
    title = f"Schnellste Wege mit dem Auto von Rathaus zu Rathaus, berechnet auf dem Straßennetz {file}"
    return openstreetmap(title, as_of)


def _check_size(extract: Path, limits: Limits) -> None:
    if not extract.is_file():
        raise InputError([Fault(extract.name, msg("there is no such file"), msg("the path of an extract"))])
    size = extract.stat().st_size / 1e6
    if size > limits.megabytes:
        wrong = msg("the extract has {size} MB", size=number(size))
        allowed = msg("at most {most} MB: an extract of the county and its surroundings", most=number(limits.megabytes))
        raise InputError([Fault(extract.name, wrong, allowed)])


def _network(
    roads: Roads,
    places: Mapping[Ags, Place],
    names: Mapping[Ags, str],
    file: str,
    speeds: Mapping[str, tuple[float, float]],
) -> Network:
    allowed = msg("an extract of the county and its surroundings")
    try:
        network = network_of(roads, list(places.values()), speeds)
    except ValueError:
        raise InputError([Fault(file, msg("there is no road near the municipalities"), allowed)]) from None
    away = [ags for ags, metres in zip(places, network.away, strict=True) if metres > _FAR_METRES]
    if away:
        raise InputError([Fault(file, msg("there is no road near {name}", name=names[ags]), allowed) for ags in away])
    return network


def _trips(network: Network, keys: list[Ags], tell: Callable[[float], None]) -> Iterator[tuple[tuple[Ags, Ags], Trip]]:
    crossings, away = network.places.tolist(), (network.away / 1000).tolist()
    for place, origin in enumerate(keys):
        tell(place / len(keys))
        found = zip(keys, away, fastest(network, crossings[place], crossings), strict=True)
        yield from (
            ((origin, target), _trip(km, minutes, away[place] + beyond))
            for target, beyond, (km, minutes) in found
            if target != origin
        )


def _trip(km: float, minutes: float, beside: float) -> Trip:
    """A drive of which ``beside`` more kilometres are from the places to the road, as on a private one."""
    if math.isinf(minutes):
        return NO_DRIVE
    minutes += beside / SPEEDS["service"][0] * 60
    # Next door, too, it takes some time.
    return Trip(round(km + beside, 1), max(round(minutes, 1), 0.1), "road")


def _far(network: Network, names: Mapping[Ags, str], keys: list[Ags], file: str) -> Iterator[Fault]:
    for ags, metres in zip(keys, network.away.tolist(), strict=True):
        if metres > _TOLD_METRES:
            wrong = msg("{name} is {metres} m away from the nearest road", name=names[ags], metres=number(metres))
            yield Fault(file, wrong, msg("the drive leads there straight; check the place in municipalities.csv"))


def _apart(trips: Mapping[tuple[Ags, Ags], Trip], names: Mapping[Ags, str], file: str) -> Iterator[Fault]:
    apart = [pair for pair, trip in trips.items() if trip.method == "none"]
    for origin, target in apart[:_MOST_TOLD]:
        wrong = msg("no road leads from {origin} to {target}", origin=names[origin], target=names[target])
        yield Fault(file, wrong, msg("“not by car” in the table; right where there is only a ferry"))
    if len(apart) > _MOST_TOLD:
        more = msgs(
            "one more drive is not possible by road",
            "{count} more drives are not possible by road",
            len(apart) - _MOST_TOLD,
        )
        yield Fault(file, more)
