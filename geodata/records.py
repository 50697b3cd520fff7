"""The things a county consists of, as its files name them (docs/dateien.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from shapely.geometry.base import BaseGeometry

Ags = str
EmployerKind = Literal["ki", "municipality", "welfare"]
Method = Literal["road", "estimate"]
EMPLOYER_KINDS: tuple[EmployerKind, ...] = get_args(EmployerKind)
METHODS: tuple[Method, ...] = get_args(Method)

PLACE_COLUMNS = ("ags", "name", "lon", "lat")
TRAVEL_COLUMNS = ("from", "to", "km", "minutes", "method")
SERVICE_COLUMNS = ("name", "provider", "kind", "seat", "catchment", "fte", "credit", "as_of", "source", "note")
SOURCE_KEYS = ("covers", "publisher", "title", "reference_date", "licence", "attribution")
EMPLOYER_KEYS = ("id", "kind", "name", "office")

COUNTY_FILE = "county.yaml"
MUNICIPALITIES_FILE = "municipalities.csv"
BOUNDARIES_FILE = "boundaries.geojson"
TRAVEL_FILE = "travel.csv"
SERVICES_FILE = "services.csv"
SURROUNDINGS_FILE = "surroundings.geojson"
FILES = (COUNTY_FILE, MUNICIPALITIES_FILE, BOUNDARIES_FILE, TRAVEL_FILE, SERVICES_FILE, SURROUNDINGS_FILE)


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
    """A municipality, its town hall (or centre) in WGS 84 degrees, and its figure for each indicator."""

    ags: Ags
    name: str
    lon: float
    lat: float
    indicators: Mapping[str, float] = field(default_factory=dict)

    @property
    def place(self) -> tuple[float, float]:
        """Longitude and latitude."""
        return self.lon, self.lat


@dataclass(frozen=True, slots=True)
class Service:
    """An existing advice service. ``catchment=None`` is the whole county; ``fte`` and ``credit`` may be unknown."""

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


@dataclass(frozen=True, slots=True)
class Trip:
    """A drive from town hall to town hall, one way."""

    km: float
    minutes: float
    method: Method


@dataclass(frozen=True, slots=True)
class Surrounding:
    """A municipality outside the county that maps show around it; ``shape`` in WGS 84 degrees, coarse and clipped."""

    name: str
    shape: BaseGeometry
