"""A county's figures as something to change: its tables apart from boundaries and places, each fact once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geodata.county import County
from geodata.neighbours import neighbours
from geodata.records import (
    CONNECTION_COLUMNS,
    EMPLOYER_KEYS,
    MUNICIPALITIES_FILE,
    SERVICE_COLUMNS,
    SOURCE_KEYS,
    TARGET_GROUP,
    TRAVEL_COLUMNS,
    TRAVEL_FILE,
    Ags,
    Connection,
    Employer,
    Service,
    Source,
    Trip,
)


class TableName(StrEnum):
    """The tables that a planner can change."""

    INDICATORS = "indicators"
    SERVICES = "services"
    TRAVEL = "travel"
    NEIGHBOURS = "neighbours"
    EMPLOYERS = "employers"
    SOURCES = "sources"


#: The columns of each table; the indicators follow those of the first.
COLUMNS: Mapping[TableName, tuple[str, ...]] = {
    TableName.INDICATORS: ("ags", "name"),
    TableName.SERVICES: (*SERVICE_COLUMNS, TARGET_GROUP),
    TableName.TRAVEL: TRAVEL_COLUMNS,
    TableName.NEIGHBOURS: CONNECTION_COLUMNS,
    TableName.EMPLOYERS: EMPLOYER_KEYS,
    TableName.SOURCES: SOURCE_KEYS,
}


@dataclass(frozen=True)
class Figures:
    """The figures of a county that can be changed.

    ``indicators`` maps each indicator to the figure of every municipality, in AGS order, ``None`` where it is missing.
    ``travel`` is one way, by origin and target. ``connections`` are bridges and ferries. ``employers`` are without the
    municipalities that are employers as a matter of course. Each of the ``sources`` covers one thing: an indicator,
    another column or a file.
    """

    indicators: Mapping[str, Mapping[Ags, float | None]]
    services: tuple[Service, ...]
    travel: Mapping[tuple[Ags, Ags], Trip]
    connections: tuple[Connection, ...]
    employers: tuple[Employer, ...]
    sources: tuple[Source, ...]

    def source_of(self, cover: str) -> Source | None:
        """The source of an indicator, a column or a file; the first where there are several."""
        covers = (cover, MUNICIPALITIES_FILE) if cover in self.indicators else (cover,)
        return next((source for name in covers for source in self.sources if name in source.covers), None)


def figures_of(county: County) -> Figures:
    """The figures of ``county`` as they are."""
    implied = {Employer(m.ags, "municipality", m.name, m.ags) for m in county.municipalities}
    return Figures(
        indicators={
            name: {town.ags: town.indicators[name] for town in county.municipalities} for name in county.indicator_names
        },
        services=county.services,
        travel=dict(county.travel),
        connections=county.connections,
        employers=tuple(employer for employer in county.employers if employer not in implied),
        sources=tuple(_one_by_one(county)),
    )


def _one_by_one(county: County) -> Iterator[Source]:
    named = set()
    for source in county.sources:
        for cover in source.covers:
            named.add(cover)
            yield dataclasses.replace(source, covers=(cover,))
    for indicator in county.indicator_names:
        whole = county.source_of(indicator)
        if indicator not in named and whole is not None:
            yield dataclasses.replace(whole, covers=(indicator,))


def county_with(county: County, figures: Figures) -> County:
    """``county`` as it would be with other ``figures``, for plans before anything is saved."""
    listed = {employer.id for employer in figures.employers}
    towns = county.municipalities
    return dataclasses.replace(
        county,
        municipalities=tuple(
            dataclasses.replace(
                town, indicators={name: values[town.ags] for name, values in figures.indicators.items()}
            )
            for town in towns
        ),
        services=figures.services,
        travel=figures.travel,
        connections=figures.connections,
        neighbours=neighbours(sorted(county.boundaries), county.border_metres, figures.connections),
        employers=(
            *figures.employers,
            *(Employer(town.ags, "municipality", town.name, town.ags) for town in towns if town.ags not in listed),
        ),
        sources=figures.sources,
    )


def with_travel(figures: Figures, travel: Mapping[tuple[Ags, Ags], Trip], source: Source) -> Figures:
    """``figures`` with other drives, whose ``source`` takes the place of the one that they had."""
    kept = tuple(other for other in figures.sources if TRAVEL_FILE not in other.covers)
    return dataclasses.replace(figures, travel=dict(sorted(travel.items())), sources=(*kept, source))


def dated(old: Figures, new: Figures, vintage: date) -> Figures:
    """``new`` with the reference date ``vintage`` for every indicator whose figures changed and whose source did not.

    Figures are of their date: new ones under the old date would be a wrong statement.
    """
    stale = {
        name
        for name, values in new.indicators.items()
        if name in old.indicators and values != old.indicators[name] and new.source_of(name) == old.source_of(name)
    }
    sources = tuple(
        dataclasses.replace(source, reference_date=vintage.isoformat()) if source.covers[0] in stale else source
        for source in new.sources
    )
    return dataclasses.replace(new, sources=sources)
