"""What the tags of a way say to somebody who drives a car: may I, which way round, how fast.

Access, barriers, one-way roads and the speeds of small roads and of links follow the car profile of OSRM
(``profiles/car.lua``, speeds in km/h by class). Roads between towns have the speeds that the table of drives of the
county of Coesfeld was computed with, outside and inside built-up areas (docs/kreis-hinzufuegen.md), so that drives of
different counties can be compared. A posted limit counts with four fifths, as there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

#: km/h outside and inside built-up areas. The place in the list is the number of the class.
SPEEDS: Mapping[str, tuple[float, float]] = {
    "motorway": (110, 100),
    "motorway_link": (45, 45),
    "trunk": (85, 85),
    "trunk_link": (40, 40),
    "primary": (75, 38),
    "primary_link": (30, 30),
    "secondary": (68, 36),
    "secondary_link": (25, 25),
    "tertiary": (58, 33),
    "tertiary_link": (20, 20),
    "unclassified": (25, 25),
    "residential": (25, 25),
    "road": (25, 25),
    "living_street": (10, 10),
    "service": (15, 15),
}
#: The same of the car profile of OSRM: the slower end of the range.
OSRM_SPEEDS: Mapping[str, tuple[float, float]] = {
    **SPEEDS,
    "motorway": (90, 90),
    "primary": (65, 65),
    "secondary": (55, 55),
    "tertiary": (40, 40),
}
CLASSES = tuple(SPEEDS)
#: Roads that people live at: where they are dense there is a built-up area.
HOMES = tuple(CLASSES.index(name) for name in ("residential", "living_street"))
#: What is driven of a posted limit.
SHARE_OF_LIMIT = 0.8

_CARS = ("motorcar", "motor_vehicle", "vehicle", "access")
_FORBIDDEN = frozenset(
    {
        *("no", "private", "permit", "destination", "delivery", "customers", "agricultural", "forestry"),
        *("agricultural;forestry", "emergency", "military", "psv", "bus", "taxi"),
    }
)
_YARDS = frozenset({"driveway", "parking_aisle", "drive-through", "emergency_access"})
_OPEN_BARRIERS = frozenset(
    {
        *("no", "gate", "lift_gate", "swing_gate", "sally_port", "entrance", "arch", "kerb", "cattle_grid"),
        *("border_control", "toll_booth", "height_restrictor"),
    }
)
_ONE_WAY = frozenset({"yes", "1", "true"})
_ROUND = frozenset({"roundabout", "circular"})
_LIMIT_TAGS = ("maxspeed", "maxspeed:type", "source:maxspeed", "zone:traffic")
_MOST_LIMIT = 130.0
_MILE = 1.609344


class Way(NamedTuple):
    """A way for cars: its class, the directions allowed, a posted limit in km/h (0: none is known).

    ``built_up`` is 1 within a built-up area, 0 outside, and -1 where the tags do not say.
    """

    road_class: int
    forward: bool
    backward: bool
    limit: float
    built_up: int


def way_of(tags: Mapping[str, str]) -> Way | None:
    """The way that ``tags`` describe; ``None`` where no car may drive, or only somebody who lives there."""
    highway = tags.get("highway", "")
    if highway not in SPEEDS or not _open(tags) or tags.get("service") in _YARDS or tags.get("area") == "yes":
        return None
    forward, backward = _directions(tags, highway)
    built_up = _built_up(tags)
    return Way(CLASSES.index(highway), forward, backward, _limit(tags.get("maxspeed", "")), built_up)


def blocks(tags: Mapping[str, str]) -> bool:
    """Whether no car passes a point with these tags, such as a bollard."""
    said = next((tags[key] for key in _CARS if key in tags), None)
    if said is not None:
        return said in _FORBIDDEN
    barrier = tags.get("barrier")
    return barrier is not None and barrier not in _OPEN_BARRIERS and tags.get("bollard") != "rising"


def _open(tags: Mapping[str, str]) -> bool:
    # The more exact tag says it: access=no with motor_vehicle=yes is open.
    return next((tags[key] for key in _CARS if key in tags), "yes") not in _FORBIDDEN


def _directions(tags: Mapping[str, str], highway: str) -> tuple[bool, bool]:
    said = next((tags[key] for key in ("oneway:motorcar", "oneway:motor_vehicle", "oneway") if key in tags), None)
    if said in ("-1", "reverse"):
        return False, True
    implied = said is None and (highway == "motorway" or tags.get("junction") in _ROUND)
    return True, not (said in _ONE_WAY or implied)


def _limit(text: str) -> float:
    figure, _, unit = text.partition(" ")
    if not figure.isascii() or not figure.isdecimal():
        return 0.0
    return min(float(figure) * (_MILE if unit == "mph" else 1.0), _MOST_LIMIT)


def _built_up(tags: Mapping[str, str]) -> int:
    for key in _LIMIT_TAGS:
        text = tags.get(key, "").lower()
        if text.endswith(("urban", "zone30", "zone:30")) or "living_street" in text:
            return 1
        if text.endswith(("rural", "motorway")):
            return 0
    limit = _limit(tags.get("maxspeed", ""))
    return -1 if not limit else int(limit <= 50)
