"""A county: its municipalities, boundaries, drives, services, employers and sources, read from its folder."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from files.faults import Fault, InputError
from geodata.checks import consistency, shape_checks
from geodata.neighbours import common_borders, neighbours, parts_by_land
from geodata.reading import Draft, read_county
from geodata.records import (
    BOUNDARIES_FILE,
    COUNTY_FILE,
    MUNICIPALITIES_FILE,
    TRAVEL_FILE,
    Ags,
    Checked,
    Connection,
    Employer,
    Municipality,
    Service,
    Source,
    Surrounding,
    Trip,
)
from geodata.screen import ScreenShapes, screen_shapes
from geodata.travel import both_directions, estimated_travel
from translation import msg

if TYPE_CHECKING:
    import geopandas

__all__ = ["Ags", "County", "Employer", "Municipality", "Service", "Source", "Surrounding", "Trip", "load_county"]


@dataclass(frozen=True)
class County:
    """A county whose files have been read and agree.

    ``municipalities`` are in AGS order, ``boundaries`` polygons in WGS 84 degrees. ``travel`` holds every ordered
    pair of different municipalities. ``neighbours`` share a border of at least 100 m, or are joined by one of the
    ``connections``; ``border_metres`` has all common borders. ``employers`` are those of ``county.yaml``, then every
    municipality that is not among them, with its AGS as id. ``notices`` are remarks on the files that do not stand in
    the way. ``surroundings`` are only drawn. ``checked`` are unlikely figures that somebody said to be right.
    """

    folder: Path
    ags: str
    name: str
    municipalities: tuple[Municipality, ...]
    boundaries: Mapping[Ags, BaseGeometry]
    travel: Mapping[tuple[Ags, Ags], Trip]
    neighbours: Mapping[Ags, frozenset[Ags]]
    border_metres: Mapping[frozenset[Ags], float]
    services: tuple[Service, ...]
    employers: tuple[Employer, ...]
    sources: tuple[Source, ...]
    notices: tuple[Fault, ...] = ()
    surroundings: tuple[Surrounding, ...] = ()
    connections: tuple[Connection, ...] = ()
    checked: tuple[Checked, ...] = ()

    @cached_property
    def _by_ags(self) -> dict[Ags, Municipality]:
        return {municipality.ags: municipality for municipality in self.municipalities}

    def municipality(self, ags: Ags) -> Municipality:
        """The municipality with that key. Raises ``KeyError``."""
        return self._by_ags[ags]

    def name_of(self, ags: Ags) -> str:
        """The name of the municipality with that key. Raises ``KeyError``."""
        return self._by_ags[ags].name

    def employer(self, id: str) -> Employer:
        """The employer with that id, a municipality's being its AGS. Raises ``KeyError``."""
        for employer in self.employers:
            if employer.id == id:
                return employer
        raise KeyError(id)

    @property
    def indicator_names(self) -> tuple[str, ...]:
        """The indicators, in the order of their columns."""
        return tuple(self.municipalities[0].indicators)

    def total(self, indicator: str) -> float | None:
        """The figures of an indicator added up; ``None`` where one is missing."""
        figures = [town.indicators[indicator] for town in self.municipalities]
        known = [figure for figure in figures if figure is not None]
        return math.fsum(known) if len(known) == len(figures) else None

    def source_of(self, cover: str) -> Source | None:
        """The source that names a column or a file in its ``covers``; ``None`` where none does."""
        covers = (cover, MUNICIPALITIES_FILE) if cover in self.indicator_names else (cover,)
        return next((source for name in covers for source in self.sources if name in source.covers), None)

    @cached_property
    def screen(self) -> ScreenShapes:
        """The shapes for a screen."""
        return screen_shapes(self.boundaries, self.surroundings)

    @cached_property
    def frame(self) -> geopandas.GeoDataFrame:
        """The municipalities as a GeoDataFrame in EPSG:4326: index ``ags``; ``name``, ``lon``, ``lat``, indicators."""
        # Loaded only here: it takes longer than reading the county and solving it.
        import geopandas

        rows = [{"name": m.name, "lon": m.lon, "lat": m.lat, **m.indicators} for m in self.municipalities]
        keys = [municipality.ags for municipality in self.municipalities]
        frame = geopandas.GeoDataFrame(rows, index=keys, geometry=[self.boundaries[key] for key in keys], crs=4326)
        return frame.rename_axis("ags")


def load_county(folder: Path) -> County:
    """The county in ``folder`` (docs/dateien.md). Raises ``InputError`` with all faults of all its files."""
    draft = read_county(folder)
    consistency.check_for_doubled_municipalities(draft)
    consistency.check_for_foreign_municipalities(draft)
    consistency.check_for_places_outside_germany(draft)
    consistency.check_for_empty_indicators(draft)
    consistency.check_for_sources(draft)
    consistency.check_for_employers(draft)
    consistency.check_for_connections(draft)
    consistency.check_for_services(draft)
    consistency.check_for_trips(draft)
    consistency.check_for_missing_boundaries(draft)
    shape_checks.check_for_invalid_shapes(draft)
    shape_checks.check_for_overlaps_and_gaps(draft)
    shape_checks.check_for_places_outside_their_municipality(draft)
    has_travel = (folder / TRAVEL_FILE).exists()
    if has_travel:
        consistency.check_for_missing_trips(draft)
    borders: dict[frozenset[Ags], float] = {}
    near: dict[Ags, frozenset[Ags]] = {}
    if all(draft.sound(file) for file in (BOUNDARIES_FILE, MUNICIPALITIES_FILE, COUNTY_FILE)):
        shapes = {ags: shape for _, ags, shape in draft.shapes}
        borders = common_borders(shapes)
        near = neighbours(sorted(shapes), borders, (joined for _, joined in draft.connections))
        shape_checks.check_for_separate_parts(draft, near)
    if draft.faults:
        raise InputError(draft.faults)
    return _county(draft, has_travel, borders, near)


def _travel(draft: Draft, has_travel: bool, borders: Mapping[frozenset[Ags], float]) -> dict[tuple[Ags, Ags], Trip]:
    shapes = {ags: shape for _, ags, shape in draft.shapes}
    connections, around = [joined for _, joined in draft.connections], [shape for *_, shape in draft.surroundings]
    parts = parts_by_land(shapes, borders, connections, around)
    if has_travel:
        given = {(origin, target): trip for _, origin, target, trip in draft.trips if origin != target}
        travel = both_directions(given)
    else:
        travel = estimated_travel(
            {municipality.ags: municipality.place for _, municipality in draft.municipalities}, parts
        )
        travel = dict(sorted(travel.items()))
        wrong = msg("there is no table of drives; all are estimated from the air line")
        draft.notice(TRAVEL_FILE, wrong, msg("a table of drives by road makes the plan more exact"))
    consistency.check_for_drives_over_water(draft, travel, parts)
    return travel


def _county(
    draft: Draft, has_travel: bool, borders: Mapping[frozenset[Ags], float], near: Mapping[Ags, frozenset[Ags]]
) -> County:
    municipalities = tuple(sorted((m for _, m in draft.municipalities), key=lambda m: m.ags))
    travel = _travel(draft, has_travel, borders)
    listed = tuple(employer for _, employer in draft.employers)
    ids = {employer.id for employer in listed}
    implied = tuple(Employer(m.ags, "municipality", m.name, m.ags) for m in municipalities if m.ags not in ids)
    shapes = {ags: shape for _, ags, shape in sorted(draft.shapes, key=lambda shape: shape[1])}
    return County(
        folder=draft.folder,
        ags=draft.ags,
        name=draft.name,
        municipalities=municipalities,
        boundaries=shapes,
        travel=travel,
        neighbours=near,
        border_metres=borders,
        services=tuple(service for _, service in draft.services),
        employers=listed + implied,
        sources=tuple(source for _, source in draft.sources),
        notices=tuple(draft.notices),
        surroundings=tuple(Surrounding(name, shape) for _, name, shape in draft.surroundings),
        connections=tuple(joined for _, joined in draft.connections),
        checked=tuple(draft.checked),
    )
