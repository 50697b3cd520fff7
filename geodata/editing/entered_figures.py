"""From entered tables to figures that agree with each other and with the county; all faults at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from files.csv_table import Row
from files.faults import Fault, InputError
from files.typed import instead, invisible, offered, shown
from geodata.checks import consistency
from geodata.county import County
from geodata.editing.entered import EnteredTable
from geodata.editing.figures import Figures, TableName, figures_of
from geodata.editing.labels import KIND_LABELS, LINK_LABELS, WHOLE_COUNTY, spellings
from geodata.labels import METHOD_LABELS, covered
from geodata.reading import Draft, read_service, read_trip
from geodata.records import (
    COUNTY_FILE,
    MUNICIPALITIES_FILE,
    PLACE_COLUMNS,
    SERVICES_FILE,
    SOURCE_KEYS,
    SOURCED,
    TRAVEL_FILE,
    Ags,
    Connection,
    Employer,
    Municipality,
    Service,
    Source,
    Trip,
)
from geodata.travel import both_directions
from translation import listing, msg

Tables = Mapping[TableName, EnteredTable]

_EMPLOYER_ID = re.compile(r"[\w-]{1,50}")
_LONGEST_INDICATOR = 60
#: Words that stand for something else where a scenario names indicators or employers.
_EQUAL, _MUNICIPALITIES = "equal", "municipalities"
_FILES: Mapping[TableName, str] = {
    TableName.INDICATORS: MUNICIPALITIES_FILE,
    TableName.SERVICES: SERVICES_FILE,
    TableName.TRAVEL: TRAVEL_FILE,
    TableName.NEIGHBOURS: COUNTY_FILE,
    TableName.EMPLOYERS: COUNTY_FILE,
    TableName.SOURCES: COUNTY_FILE,
}


@dataclass(frozen=True)
class Entered:
    """Figures that were entered and are in order, and what was repaired in them."""

    figures: Figures
    notices: tuple[Fault, ...] = ()


def read_entered(tables: Tables, county: County) -> Entered:
    """The figures in ``tables``; a table that is not among them stays as it is in ``county``.

    A table holds all its rows, so that one which is missing is removed. Columns of indicators that are missing stay
    as they are. Raises ``InputError`` with the faults of all tables.
    """
    base = figures_of(county)
    indicators = dict(base.indicators)
    services = [(0, service) for service in base.services]
    trips = [(0, origin, target, trip) for (origin, target), trip in base.travel.items()]
    connections = [(0, joined) for joined in base.connections]
    employers = [(0, employer) for employer in base.employers]
    sources = [(0, source) for source in base.sources]
    order = {source.covers[0]: position for position, source in enumerate(base.sources)}
    for name in TableName:
        # Without a usable header nothing can be read.
        table = tables.get(name)
        if table is None or not table.columns:
            continue
        match name:
            case TableName.INDICATORS:
                indicators |= _read_indicators(table)
            case TableName.SERVICES:
                services = _read_services(table)
            case TableName.TRAVEL:
                trips = _read_trips(table)
            case TableName.NEIGHBOURS:
                connections = _read_connections(table)
            case TableName.EMPLOYERS:
                employers = _read_employers(table)
            case TableName.SOURCES:
                sources = _read_sources(table, indicators)
    figures = Figures(
        indicators=indicators,
        services=tuple(service for _, service in services),
        travel=both_directions({(a, b): trip for _, a, b, trip in trips if a != b}),
        connections=tuple(joined for _, joined in connections),
        employers=tuple(employer for _, employer in employers),
        sources=tuple(sorted((source for _, source in sources), key=lambda s: order.get(s.covers[0], len(order)))),
    )
    draft = Draft(county.folder, county.ags, county.name, tuple(indicators))
    draft.municipalities = [(0, _municipality(town, indicators)) for town in county.municipalities]
    draft.services, draft.trips, draft.connections, draft.employers = services, trips, connections, employers
    _check(draft, tables, figures)
    faults = [fault for name in TableName if name in tables for fault in tables[name].faults]
    if faults:
        raise InputError(faults)
    return Entered(figures, tuple(notice for name in TableName if name in tables for notice in tables[name].notices))


def _municipality(town: Municipality, indicators: Mapping[str, Mapping[Ags, float | None]]) -> Municipality:
    figures = {name: values.get(town.ags, 0.0) for name, values in indicators.items()}
    return Municipality(town.ags, town.name, town.lon, town.lat, figures)


def _check(draft: Draft, tables: Tables, figures: Figures) -> None:
    """Whether the tables agree; what is wrong is told at the cells, as the checks of a county folder find it."""
    draft.faults = [
        Fault(draft.file(_FILES[name]), fault.wrong) for name, table in tables.items() for fault in table.faults[:1]
    ]
    # A table read in part is not asked for what is missing in it.
    draft.close()
    draft.faults = []
    consistency.check_for_empty_indicators(draft)
    consistency.check_for_employers(draft)
    consistency.check_for_connections(draft)
    consistency.check_for_services(draft)
    consistency.check_for_trips(draft)
    consistency.check_for_missing_trips(draft)
    for fault in draft.faults:
        about = fault.column or ""
        if about == "neighbours":
            # A fault of both municipalities, and so of the row.
            name, column = TableName.NEIGHBOURS, None
        else:
            name = next(n for n, file in _FILES.items() if draft.file(file) == fault.file and n != TableName.NEIGHBOURS)
            column = about.removeprefix("employers").removeprefix(", ") or None
        if name in tables:
            row = None if fault.line is None else Row(fault.line, {})
            tables[name].fault(row, column, fault.wrong, fault.allowed)
    table, sources = tables.get(TableName.INDICATORS), tables.get(TableName.SOURCES)
    # Where a source is faulty, that is told there.
    if table is not None and not (sources is not None and (sources.faults or sources.broken)):
        for indicator in figures.indicators:
            if figures.source_of(indicator) is None:
                allowed = msg("publisher, title, reference date, licence and attribution of its figures")
                table.fault(None, indicator, msg("the column has no source"), allowed)


def _read_indicators(table: EnteredTable) -> dict[str, dict[Ags, float | None]]:
    """The figures of each indicator in the table, municipalities in AGS order."""
    columns = [column for column in table.columns if column not in PLACE_COLUMNS]
    for column in columns:
        if not column.isidentifier() or invisible(column) or len(column) > _LONGEST_INDICATOR or column == _EQUAL:
            wrong = msg("“{column}” cannot be the name of an indicator", column=shown(column))
            table.fault(None, column, wrong, msg("a word of letters, digits and “_”, other than “equal”"))
    found: dict[Ags, dict[str, float | None]] = {}
    complete = True
    for row in table.reading():
        ags = table.town(row, "ags")
        table.same_town(row, "name", ags)
        figures = {column: table.number(row, column, minimum=0, may_be_empty=True) for column in columns}
        if ags is None:
            complete = False
        elif ags in found:
            table.fault(row, "ags", msg("{ags} is there twice", ags=ags), msg("one row per municipality; delete one"))
        else:
            found[ags] = figures
    missing = [f"{shown(name)} ({ags})" for ags, name in table.towns.items() if ags not in found]
    if missing and complete:
        wrong = msg("there is no row for {names}", names=listing(missing))
        table.fault(None, None, wrong, msg("one row for each municipality of the county"))
    return {column: {ags: found[ags][column] for ags in table.towns if ags in found} for column in columns}


def _read_services(table: EnteredTable) -> list[tuple[int, Service]]:
    services = []
    for row in table.reading():
        service = read_service(table, row, table.town(row, "seat"), _catchment(table, row))
        if service is not None:
            services.append((row.line, service))
    return services


def _catchment(table: EnteredTable, row: Row) -> tuple[Ags, ...] | None:
    text = row["catchment"]
    if any(text.casefold() in spellings(word, label) for word, label in WHOLE_COUNTY.items()):
        return None
    keys = text.split()
    parts = keys if all(key.isdecimal() for key in keys) else [part.strip() for part in re.split("[;\n]", text)]
    if not keys:
        allowed = msg("“{all}”, or names of municipalities separated by semicolons", all=WHOLE_COUNTY["all"])
        table.fault(row, "catchment", msg("no catchment is given"), allowed)
    found = Counter(table.town(row, "catchment", part) for part in parts if part)
    towns = {town: times for town, times in found.items() if town is not None}
    if doubled := [table.towns[town] for town, times in towns.items() if times > 1]:
        wrong = msg("{ags} is named twice", ags=shown(doubled[0]))
        table.fault(row, "catchment", wrong, msg("each municipality once"))
    return tuple(towns)


def _read_trips(table: EnteredTable) -> list[tuple[int, Ags, Ags, Trip]]:
    trips = []
    for row in table.reading():
        origin, target = table.town(row, "from"), table.town(row, "to")
        table.same_town(row, "from_name", origin)
        table.same_town(row, "to_name", target)
        method = table.word(row, "method", METHOD_LABELS)
        trip = None if method is None else read_trip(table, row, method)
        if origin is not None and target is not None and trip is not None:
            trips.append((row.line, origin, target, trip))
    return trips


def _read_connections(table: EnteredTable) -> list[tuple[int, Connection]]:
    connections = []
    for row in table.reading():
        first, second = table.town(row, "first"), table.town(row, "second")
        link = table.word(row, "link", LINK_LABELS)
        if first is not None and second is not None and link is not None:
            connections.append((row.line, Connection(first, second, link)))
    return connections


def _read_employers(table: EnteredTable) -> list[tuple[int, Employer]]:
    employers = []
    for row in table.reading():
        id, name = table.name(row, "id"), table.name(row, "name")
        kind, office = table.word(row, "kind", KIND_LABELS), table.town(row, "office")
        if id is not None and (not _EMPLOYER_ID.fullmatch(id) or id == _MUNICIPALITIES):
            wrong = msg("“{id}” cannot be the id of an employer", id=shown(id))
            allowed = msg("a short word of letters, digits, “-” and “_”, other than “municipalities”")
            table.fault(row, "id", wrong, allowed)
            id = None
        if id is not None and kind is not None and name is not None and office is not None:
            employers.append((row.line, Employer(id, kind, name, office)))
    return employers


def _read_sources(table: EnteredTable, indicators: Mapping[str, object]) -> list[tuple[int, Source]]:
    known = [*indicators, *SOURCED]
    names = {spelling: name for name in reversed(known) for spelling in spellings(name, covered(name))}
    sources = []
    for row in table.reading():
        cover = names.get(row["covers"].casefold())
        if cover is None:
            wrong = msg("{name} is nothing that a source could cover", name=offered(row["covers"] or None))
            table.fault(row, "covers", wrong, instead(row["covers"], names))
        texts = [table.remark(row, key, may_be_empty=False) for key in SOURCE_KEYS[1:]]
        if cover is not None and all(texts):
            sources.append((row.line, Source((cover,), *(text for text in texts if text is not None))))
    return sources
