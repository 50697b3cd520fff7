"""Travel matrices as routing engines answer them: OSRM (table), Valhalla (sources_to_targets), openrouteservice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from files.faults import Fault, InputError
from files.reading import read_content
from files.typed import shown
from geodata.measure import distance_km
from geodata.records import NO_DRIVE, Ags, Source, Trip
from geodata.roads.extract import Place, day_in
from geodata.roads.sources import openstreetmap
from translation import Message, msg

#: A point of a matrix belongs to the municipality whose town hall is as near as this.
_NEAR_KM = 3.0
_MILE = 1.609344
_UNITS = {"m": 0.001, "km": 1.0, "kilometers": 1.0, "mi": _MILE, "miles": _MILE}
#: Beyond these a figure is none of a drive in Germany.
_MOST_KM, _MOST_MINUTES, _MOST = 2000.0, 2880.0, 1e12
_KINDS = msg("the answer of OSRM (table), Valhalla (sources_to_targets) or openrouteservice (matrix), as JSON")
_ALL = msg("a matrix with each town hall as source and as destination")
_ROWS = msg("as many rows as sources, and in each as many figures as destinations")


@dataclass(frozen=True, slots=True)
class Matrix:
    """The drives that a routing engine computed between all places, and the day of its data where it says so."""

    engine: str
    trips: Mapping[tuple[Ags, Ags], Trip]
    as_of: str | None

    def source(self, as_of: str) -> Source:
        """The source of the drives, with data of the day ``as_of``, as ``county.yaml`` has it."""
        # Data of a German county, and so German like the rest of its file.
        title = f"Wege mit dem Auto von Rathaus zu Rathaus, berechnet mit {self.engine} auf OpenStreetMap"
        return openstreetmap(title, as_of)


@dataclass(frozen=True, slots=True)
class _Answer:
    """Seconds and kilometres from each source (row) to each destination, and the points where the answer has them."""

    engine: str
    seconds: list[list[float | None]]
    km: list[list[float | None]]
    sources: list[Place] | None
    targets: list[Place] | None
    data: str


class _Wrong(Exception):  # noqa: N818 - never leaves this module
    """What is wrong with the answer, and what is allowed."""

    def __init__(self, wrong: Message, allowed: Message) -> None:
        self.told = wrong, allowed


def read_matrix(path: Path, places: Mapping[Ags, Place]) -> Matrix:
    """The drives between ``places`` (longitude, latitude, by AGS) in the answer of a routing engine.

    Points that the answer names belong to the place next to them; where it names none, it has the places in the order
    of their keys. A drive that the engine did not find is ``none``. Raises ``InputError``.
    """
    content = read_content(path, path.name)
    try:
        answer = _answer(_parsed(content))
        rows = _keys(answer.sources, len(answer.seconds), places)
        columns = _keys(answer.targets, len(answer.seconds[0]), places)
        trips = dict(sorted(_trips(answer, rows, columns)))
    except _Wrong as error:
        raise InputError([Fault(path.name, *error.told)]) from None
    return Matrix(answer.engine, trips, day_in(answer.data))


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError):
        raise _Wrong(msg("this is no JSON"), _KINDS) from None
    if not isinstance(parsed, dict):
        raise _Wrong(msg("this is no matrix of drives"), _KINDS)
    error = parsed.get("error", parsed.get("message"))
    if isinstance(error, dict):
        error = error.get("message", error)
    if error is not None:
        raise _Wrong(msg("the routing engine answered with an error: {text}", text=shown(error)), _KINDS)
    return parsed


def _answer(parsed: dict[str, Any]) -> _Answer:
    cells = parsed.get("sources_to_targets")
    metadata = parsed.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    if cells is not None:
        engine, unit, data = "Valhalla", parsed.get("units", "kilometers"), ""
        if isinstance(cells, dict):
            seconds, lengths = cells.get("durations"), cells.get("distances")
        else:
            seconds, lengths = _of_cells(cells, "time"), _of_cells(cells, "distance")
    else:
        seconds, lengths = parsed.get("durations"), parsed.get("distances")
        if metadata:
            engine, unit = "openrouteservice", _inner(metadata, "query").get("units", "m")
            data = _inner(metadata, "engine").get("graph_date", "")
        else:
            engine, unit, data = "OSRM", "m", parsed.get("data_version", "")
        if seconds is None and lengths is None:
            raise _Wrong(msg("this is no matrix of drives"), _KINDS)
    if seconds is None or lengths is None:
        wrong = msg("the matrix has no minutes") if seconds is None else msg("the matrix has no kilometres")
        raise _Wrong(wrong, msg("both: OSRM with annotations=duration,distance; openrouteservice with both metrics"))
    factor = _UNITS.get(str(unit))
    if factor is None:
        raise _Wrong(msg("the unit “{unit}” is not known", unit=shown(unit)), msg("metres, kilometres or miles"))
    targets = parsed.get("destinations", parsed.get("targets"))
    return _Answer(
        engine, _grid(seconds, 1.0), _grid(lengths, factor), _points(parsed.get("sources")), _points(targets), str(data)
    )


def _inner(metadata: dict[str, Any], key: str) -> dict[str, Any]:
    value = metadata.get(key)
    return value if isinstance(value, dict) else {}


def _of_cells(cells: Any, key: str) -> Any:
    if not isinstance(cells, list) or not all(isinstance(row, list) for row in cells):
        return cells
    return [[cell.get(key) if isinstance(cell, dict) else cell for cell in row] for row in cells]


def _grid(rows: Any, factor: float) -> list[list[float | None]]:
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) and row for row in rows):
        raise _Wrong(msg("the matrix has no rows of figures"), _ROWS)
    if len({len(row) for row in rows}) > 1:
        raise _Wrong(msg("the rows of the matrix are not equally long"), _ROWS)
    return [[_figure(cell, factor) for cell in row] for row in rows]


def _figure(cell: Any, factor: float) -> float | None:
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not 0 <= cell <= _MOST:
        raise _Wrong(msg("“{text}” in the matrix is no figure of a drive", text=shown(cell)), msg("0 or more, or null"))
    return float(cell) * factor


def _points(listed: Any) -> list[Place] | None:
    """The points of the sources or destinations; ``None`` where the answer does not name them all."""
    if not isinstance(listed, list) or not listed:
        return None
    # Valhalla put them into a list of their own before 3.2.
    if len(listed) == 1 and isinstance(listed[0], list) and listed[0] and isinstance(listed[0][0], dict):
        listed = listed[0]
    points = [_point(one) for one in listed]
    known = [point for point in points if point is not None]
    return known if len(known) == len(points) else None


def _point(one: Any) -> Place | None:
    if isinstance(one, dict):
        one = one["location"] if "location" in one else [one.get("lon"), one.get("lat")]
    if not isinstance(one, list) or len(one) != 2 or not all(isinstance(part, int | float) for part in one):
        return None
    lon, lat = float(one[0]), float(one[1])
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def _keys(points: Sequence[Place] | None, count: int, places: Mapping[Ags, Place]) -> list[Ags]:
    """The municipality of each row or column of the matrix."""
    if points is not None and len(points) != count:
        raise _Wrong(msg("the matrix names {points} points for {count} rows", points=len(points), count=count), _ROWS)
    if count != len(places):
        wrong = msg("the matrix is of {count} points; the county has {towns}", count=count, towns=len(places))
        raise _Wrong(wrong, _ALL)
    if points is None:
        return sorted(places)
    keys = [min(sorted(places), key=lambda ags: distance_km(places[ags], point)) for point in points]
    for ags, point in zip(keys, points, strict=True):
        if distance_km(places[ags], point) > _NEAR_KM:
            lon, lat = (f"{degrees:.4f}" for degrees in point)
            raise _Wrong(msg("no town hall is near the point {lon}, {lat} of the matrix", lon=lon, lat=lat), _ALL)
        if keys.count(ags) > 1:
            raise _Wrong(msg("two points of the matrix are in {ags}", ags=ags), _ALL)
    return keys


def _trips(answer: _Answer, rows: list[Ags], columns: list[Ags]) -> Iterator[tuple[tuple[Ags, Ags], Trip]]:
    if (len(answer.km), len(answer.km[0])) != (len(rows), len(columns)):
        raise _Wrong(msg("the matrix has other kilometres than minutes"), _ROWS)
    for row, origin in enumerate(rows):
        for column, target in enumerate(columns):
            if origin != target:
                yield (origin, target), _trip(answer.km[row][column], answer.seconds[row][column])


def _trip(km: float | None, seconds: float | None) -> Trip:
    if km is None or seconds is None:
        return NO_DRIVE
    if km > _MOST_KM or seconds / 60 > _MOST_MINUTES:
        wrong = msg("a drive of {km} km and {minutes} minutes", km=f"{km:.0f}", minutes=f"{seconds / 60:.0f}")
        raise _Wrong(wrong, msg("drives by car within a county"))
    return Trip(round(km, 1), round(seconds / 60, 1), "road")
