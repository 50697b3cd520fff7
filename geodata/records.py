"""The things a county consists of, as its files name them (docs/dateien.md)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, get_args

from shapely.geometry.base import BaseGeometry

Ags = str
EmployerKind = Literal["ki", "municipality", "welfare"]
Method = Literal["road", "estimate", "none"]
Link = Literal["ferry", "bridge"]
EMPLOYER_KINDS: tuple[EmployerKind, ...] = get_args(EmployerKind)
METHODS: tuple[Method, ...] = get_args(Method)
LINKS: tuple[Link, ...] = get_args(Link)

PLACE_COLUMNS = ("ags", "name", "lon", "lat")
TRAVEL_COLUMNS = ("from", "to", "km", "minutes", "method")
SERVICE_COLUMNS = ("name", "provider", "kind", "seat", "catchment", "fte", "credit", "as_of", "source", "note")
TARGET_GROUP = "target_group"
"""The column of services that may be missing."""
SOURCE_KEYS = ("covers", "publisher", "title", "reference_date", "licence", "attribution")
EMPLOYER_KEYS = ("id", "kind", "name", "office")
CONNECTION_COLUMNS = ("first", "second", "link")
"""Fields of :class:`Connection`; ``county.yaml`` lists them without names."""

CHECKED_KEYS = ("figures", "on", "by")

EMPLOYERS = "employers"
"""The key of ``county.yaml`` that a source may cover."""

COUNTY_FILE = "county.yaml"
MUNICIPALITIES_FILE = "municipalities.csv"
BOUNDARIES_FILE = "boundaries.geojson"
TRAVEL_FILE = "travel.csv"
SERVICES_FILE = "services.csv"
SURROUNDINGS_FILE = "surroundings.geojson"
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

FILES = (COUNTY_FILE, MUNICIPALITIES_FILE, BOUNDARIES_FILE, TRAVEL_FILE, SERVICES_FILE, SURROUNDINGS_FILE)
SOURCED = (*PLACE_COLUMNS, EMPLOYERS, *(file for file in FILES if file != COUNTY_FILE))
"""What has a source beside the indicators."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from. ``covers`` names indicators, other columns or files; ``attribution`` is to be shown."""

    covers: tuple[str, ...]
    publisher: str
    title: str
    reference_date: str
    licence: str
    attribution: str


@dataclass(frozen=True, slots=True)
class Employer:
    """Who may employ case managers; ``office`` is the municipality of its fixed office."""

    id: str
    kind: EmployerKind
    name: str
    office: Ags


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality, its town hall (or centre) in WGS 84 degrees, and its figure for each indicator.

    ``None`` is a figure that nobody published: missing, and never 0.
    """

    ags: Ags
    name: str
    lon: float
    lat: float
    indicators: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def place(self) -> tuple[float, float]:
        """Longitude and latitude."""
        return self.lon, self.lat


@dataclass(frozen=True, slots=True)
class Service:
    """An existing advice service. ``catchment=None`` is the whole county; ``fte`` and ``credit`` may be unknown.

    Where only a range of its posts is known (``fte_range``: least and most), ``fte`` is the middle.
    """

    name: str
    provider: str
    kind: str
    seat: Ags
    catchment: tuple[Ags, ...] | None
    fte: float | None
    credit: float | None
    as_of: str
    source: str
    note: str
    target_group: str = ""
    fte_range: tuple[float, float] | None = None

    def cell(self, column: str) -> float | str | None:
        """What ``services.csv`` has in a column; posts may be a range such as ``1-3``."""
        if column == "catchment":
            return "all" if self.catchment is None else " ".join(self.catchment)
        if column != "fte" or self.fte_range is None:
            value: float | str | None = getattr(self, column)
            return value
        return range_text(self.fte_range)

    @property
    def year(self) -> int | None:
        """The year of which the service's figures are, as far as ``as_of`` names one."""
        found = _YEAR.search(self.as_of)
        return None if found is None else int(found[0])


def range_text(ends: tuple[float, float]) -> str:
    """A range as a table has it: ``1-3``."""
    return "-".join(format(Decimal(repr(end)), "f").removesuffix(".0") for end in ends)


@dataclass(frozen=True, slots=True)
class Trip:
    """A drive from town hall to town hall, one way; kilometres and minutes are infinite where there is none by car."""

    km: float
    minutes: float
    method: Method

    @property
    def cells(self) -> tuple[float | None, float | None, Method]:
        """Kilometres, minutes and method as a table has them: no figures where there is no drive."""
        return (None, None, self.method) if self.method == "none" else (self.km, self.minutes, self.method)


NO_DRIVE = Trip(math.inf, math.inf, "none")


@dataclass(frozen=True, slots=True)
class Connection:
    """Two municipalities without a common border that a bridge or ferry makes neighbours."""

    first: Ags
    second: Ags
    link: Link


@dataclass(frozen=True, slots=True)
class Checked:
    """Unlikely ``figures`` that somebody said to be right: ``on`` a day, ``by`` initials, a name or nothing."""

    figures: tuple[str, ...]
    on: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Surrounding:
    """A municipality outside the county that maps show around it; ``shape`` in WGS 84 degrees, coarse and clipped."""

    name: str
    shape: BaseGeometry
