"""A road network to drive on: from the roads of an extract to the fastest ways between places.

Ways are cut where they meet; what lies between is driven at one go. Turns, traffic lights and traffic cost nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geodata.measure import metres_per_degree
from geodata.roads.extract import Flags, Floats, Integers, Place, Roads
from geodata.roads.rules import HOMES, SHARE_OF_LIMIT

#: The main network is taken where a road of it is as near as this; else any road, for an island has its own.
NEAR_METRES = 1000.0
#: A square is built up where so many metres of road that people live at are in the nine squares around. This is the one
#: figure that was fitted to the table of the county of Coesfeld (bench/travel.py).
_SQUARE_METRES = 250.0
HOMES_METRES = 2500.0
Speeds = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class _Segments:
    """The straight pieces that ways consist of: the position of their first point, their length and seconds."""

    at: Integers
    metres: Floats
    seconds: Floats


@dataclass(frozen=True)
class Network:
    """Sections between crossings, in the order of ``start`` and ``end``: each pair of crossings is there once.

    ``size`` is the number of crossings. ``places`` are the crossings of the places, ``away`` the metres from each place
    to it, and ``main`` says whether it belongs to the largest part of the network in which every way has a way back.
    """

    start: Integers
    end: Integers
    metres: Floats
    seconds: Floats
    size: int
    places: Integers
    away: Floats
    main: Flags


def network_of(roads: Roads, places: Sequence[Place], speeds: Speeds) -> Network:
    """The network with a crossing for each place (longitude, latitude) on the road nearest to it.

    ``speeds`` has km/h outside and inside built-up areas for each of :data:`~geodata.roads.rules.CLASSES`. Raises
    ``ValueError`` where there is no road.
    """
    pieces = _segments(roads, speeds)
    part = _parts(roads, pieces)
    if not (part >= 0).any():
        raise ValueError("there is no road that somebody comes back from")
    feet = [_nearest(roads, pieces, part, place) for place in places]
    widened, nodes = _with_feet(roads, feet)
    return _sections(widened, _segments(widened, speeds), nodes, feet)


def fastest(network: Network, origin: int, targets: Sequence[int]) -> list[tuple[float, float]]:
    """Kilometres and minutes of the fastest way from ``origin`` to each target; infinite where there is none."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    shape = (network.size, network.size)
    graph = csr_array((network.seconds, (network.start, network.end)), shape=shape)
    seconds, before = dijkstra(graph, indices=origin, return_predecessors=True)
    keys = network.start * network.size + network.end
    return [
        (_metres(network, keys, before, origin, target) / 1000, float(seconds[target]) / 60)
        if np.isfinite(seconds[target])
        else (np.inf, np.inf)
        for target in targets
    ]


def _metres(network: Network, keys: Integers, before: Integers, origin: int, target: int) -> float:
    way = [target]
    while way[-1] != origin:
        way.append(int(before[way[-1]]))
    nodes = np.array(way[::-1], dtype=np.int64)
    return float(network.metres[np.searchsorted(keys, nodes[:-1] * network.size + nodes[1:])].sum())


# -- segments ------------------------------------------------------------------------------------------------------


def _segments(roads: Roads, speeds: Speeds) -> _Segments:
    a, b = roads.nodes[:-1], roads.nodes[1:]
    known = np.isfinite(roads.lon) & ~roads.blocked
    at = np.flatnonzero((roads.ways[:-1] == roads.ways[1:]) & known[a] & known[b])
    a, b, way = a[at], b[at], roads.ways[at]
    east, north = metres_per_degree((roads.lat[a] + roads.lat[b]) / 2)
    metres = np.hypot((roads.lon[b] - roads.lon[a]) * east, (roads.lat[b] - roads.lat[a]) * north)
    kmh = _speeds(roads, speeds, way, _built_up(roads, a, b, way, metres))
    return _Segments(at, metres, np.maximum(metres / (kmh / 3.6), 1e-3))


def _speeds(roads: Roads, speeds: Speeds, way: Integers, built_up: Flags) -> Floats:
    outside, inside = np.array(list(speeds.values()), dtype=np.float64)[roads.road_class[way]].T
    limit = roads.limit[way]
    limited = np.minimum(outside, SHARE_OF_LIMIT * limit)
    kmh: Floats = np.where(limit > 0, limited, np.where(built_up, inside, outside))
    return kmh


def _built_up(roads: Roads, a: Integers, b: Integers, way: Integers, metres: Floats) -> Flags:
    """Whether each segment lies within a built-up area: as its tags say, else where many people live around."""
    if not len(a):
        return np.zeros(0, dtype=bool)
    lon, lat = (roads.lon[a] + roads.lon[b]) / 2, (roads.lat[a] + roads.lat[b]) / 2
    east, north = (float(per) for per in metres_per_degree(float(lat.mean())))
    column = ((lon - lon.min()) * east / _SQUARE_METRES).astype(np.int64) + 1
    row = ((lat - lat.min()) * north / _SQUARE_METRES).astype(np.int64) + 1
    grid = np.zeros((row.max() + 2, column.max() + 2))
    homes = np.isin(roads.road_class[way], HOMES)
    np.add.at(grid, (row[homes], column[homes]), metres[homes])
    around = sum(grid[row + y, column + x] for y in (-1, 0, 1) for x in (-1, 0, 1))
    said = roads.built_up[way]
    built_up: Flags = np.where(said < 0, around >= HOMES_METRES, said == 1)
    return built_up


# -- places --------------------------------------------------------------------------------------------------------


def _parts(roads: Roads, pieces: _Segments) -> Integers:
    """The strongly connected part of each segment: 0 for the largest, -1 for one that leads out of its part."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    a, b, way = roads.nodes[pieces.at], roads.nodes[pieces.at + 1], roads.ways[pieces.at]
    forward, backward = roads.forward[way], roads.backward[way]
    start, end = np.concatenate([a[forward], b[backward]]), np.concatenate([b[forward], a[backward]])
    size = len(roads.lon)
    graph = csr_array((np.ones(len(start), dtype=np.int8), (start, end)), shape=(size, size))
    _, label = connected_components(graph, directed=True, connection="strong")
    inside = label[a] == label[b]
    part = np.where(inside, label[a], -1).astype(np.int64)
    if inside.any():
        largest = np.bincount(part[inside]).argmax()
        part[inside] = np.where(part[inside] == largest, 0, part[inside] + 1)
    return part


@dataclass(frozen=True)
class _Foot:
    """The point on a road next to a place: after which position, at what share of the segment, metres away."""

    at: int
    share: float
    lon: float
    lat: float
    away: float
    main: bool


def _nearest(roads: Roads, pieces: _Segments, part: Integers, place: Place) -> _Foot:
    a, b = roads.nodes[pieces.at], roads.nodes[pieces.at + 1]
    east, north = (float(per) for per in metres_per_degree(place[1]))
    x, y = (roads.lon[a] - place[0]) * east, (roads.lat[a] - place[1]) * north
    dx, dy = (roads.lon[b] - roads.lon[a]) * east, (roads.lat[b] - roads.lat[a]) * north
    square = dx * dx + dy * dy
    share = np.clip(-(x * dx + y * dy) / np.where(square > 0, square, 1.0), 0.0, 1.0)
    away = np.hypot(x + share * dx, y + share * dy)
    one = int(np.where(part == 0, away, np.inf).argmin())
    if away[one] > NEAR_METRES:
        one = int(np.where(part >= 0, away, np.inf).argmin())
    lon, lat = (
        float(degrees[a[one]] + share[one] * (degrees[b[one]] - degrees[a[one]])) for degrees in (roads.lon, roads.lat)
    )
    return _Foot(int(pieces.at[one]), float(share[one]), lon, lat, float(away[one]), bool(part[one] == 0))


def _with_feet(roads: Roads, feet: Sequence[_Foot]) -> tuple[Roads, Integers]:
    """The roads with a node more for each foot, and these nodes."""
    order = sorted(range(len(feet)), key=lambda one: (feet[one].at, feet[one].share))
    nodes = len(roads.lon) + np.arange(len(feet))
    at = np.array([feet[one].at for one in order], dtype=np.int64)
    widened = dataclasses.replace(
        roads,
        nodes=np.insert(roads.nodes, at + 1, nodes[order]),
        ways=np.insert(roads.ways, at + 1, roads.ways[at]),
        lon=np.append(roads.lon, [foot.lon for foot in feet]),
        lat=np.append(roads.lat, [foot.lat for foot in feet]),
        blocked=np.append(roads.blocked, np.zeros(len(feet), dtype=bool)),
    )
    return widened, nodes


# -- sections ------------------------------------------------------------------------------------------------------


def _sections(roads: Roads, pieces: _Segments, places: Integers, feet: Sequence[_Foot]) -> Network:
    """The network whose crossings are the ``places`` and where ways meet or end."""
    at, way = pieces.at, roads.ways[pieces.at]
    a, b = roads.nodes[at], roads.nodes[at + 1]
    meets = np.bincount(np.concatenate([a, b]), minlength=len(roads.lon)) != 2
    meets[places] = True
    begins = np.ones(len(at), dtype=bool)
    begins[1:] = (at[1:] != at[:-1] + 1) | (way[1:] != way[:-1]) | meets[a[1:]]
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(at)) - 1
    metres, seconds = (np.add.reduceat(values, first) for values in (pieces.metres, pieces.seconds))
    forward, backward = roads.forward[way[first]], roads.backward[way[first]]
    start = np.concatenate([a[first][forward], b[last][backward]])
    end = np.concatenate([b[last][forward], a[first][backward]])
    metres = np.concatenate([metres[forward], metres[backward]])
    seconds = np.concatenate([seconds[forward], seconds[backward]])
    # Of several sections between the same crossings only the fastest is driven.
    order = np.lexsort((metres, seconds, end, start))
    start, end, metres, seconds = start[order], end[order], metres[order], seconds[order]
    kept = np.append(True, (start[1:] != start[:-1]) | (end[1:] != end[:-1])) & (start != end)
    crossings = np.unique(np.concatenate([start, end, places]))
    return Network(
        start=np.searchsorted(crossings, start[kept]),
        end=np.searchsorted(crossings, end[kept]),
        metres=metres[kept],
        seconds=seconds[kept],
        size=len(crossings),
        places=np.searchsorted(crossings, places),
        away=np.array([foot.away for foot in feet]),
        main=np.array([foot.main for foot in feet]),
    )
