"""Whether the files of a county agree: each check names the offender, its place, and how to mend it.

The checks of boundaries are in :mod:`geodata.checks.shape_checks`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from files.typed import instead, nearest, shown
from geodata.measure import distance_km
from geodata.reading import Draft
from geodata.records import (
    BOUNDARIES_FILE,
    COUNTY_FILE,
    MUNICIPALITIES_FILE,
    SERVICES_FILE,
    SOURCED,
    TRAVEL_FILE,
    Ags,
    Trip,
)
from translation import Message, listing, msg, msgs, number

# Germany with a little around it, in degrees.
WEST, EAST, SOUTH, NORTH = 5.5, 15.5, 47.0, 55.3
FASTEST, SLOWEST = 150.0, 5.0
_SHOWN_PAIRS = 5


def full_name(ags: Ags, names: Mapping[Ags, str]) -> str:
    """A municipality as messages name it: ``Olfen (05558036)``, or the bare key of an unknown one."""
    return f"{shown(names[ags])} ({ags})" if ags in names else shown(ags)


def known_names(draft: Draft) -> dict[Ags, str]:
    """Municipality key to name, as ``municipalities.csv`` has them."""
    return {municipality.ags: municipality.name for _, municipality in draft.municipalities}


def unknown_municipality(ags: str, names: Mapping[Ags, str]) -> tuple[Message, Message]:
    """What is wrong with a key that the county does not have, and what is allowed."""
    best = nearest(ags, names)
    wrong = msg("the county has no municipality {ags}", ags=shown(ags))
    if best is None:
        return wrong, msg("a key of municipalities.csv")
    return wrong, msg("a key of municipalities.csv; did you mean {name}?", name=full_name(best, names))


def check_for_doubled_municipalities(draft: Draft) -> None:
    """A key, a name or a place that two rows of ``municipalities.csv`` share."""
    keys: dict[Ags, int] = {}
    names: dict[str, int] = {}
    places: dict[tuple[float, float], int] = {}
    for line, municipality in draft.municipalities:
        first = keys.setdefault(municipality.ags, line)
        if first != line:
            wrong = msg("{ags} is there twice, first in line {line}", ags=municipality.ags, line=first)
            draft.fault(MUNICIPALITIES_FILE, wrong, msg("one row per municipality; delete one"), line, "ags")
            continue
        first = names.setdefault(municipality.name.casefold(), line)
        if first != line:
            wrong = msg("the name “{name}” is there twice, first in line {line}", name=municipality.name, line=first)
            draft.fault(MUNICIPALITIES_FILE, wrong, msg("a name of its own for each municipality"), line, "name")
        first = places.setdefault(municipality.place, line)
        if first != line:
            wrong = msg("{name} lies exactly where line {line} lies", name=municipality.name, line=first)
            draft.fault(MUNICIPALITIES_FILE, wrong, msg("the place of its town hall or centre"), line, "lon, lat")


def check_for_foreign_municipalities(draft: Draft) -> None:
    """A municipality whose key does not begin with the county's."""
    for line, municipality in draft.municipalities:
        if draft.ags and not municipality.ags.startswith(draft.ags):
            name = full_name(municipality.ags, known_names(draft))
            wrong = msg("{name} does not belong to the county {ags}", name=name, ags=draft.ags)
            allowed = msg("keys that begin with {ags}; delete the row or mend “ags” in county.yaml", ags=draft.ags)
            draft.fault(MUNICIPALITIES_FILE, wrong, allowed, line, "ags")


def check_for_places_outside_germany(draft: Draft) -> None:
    """Coordinates outside Germany, among them those in metres and those with longitude and latitude swapped."""
    for line, municipality in draft.municipalities:
        lon, lat = municipality.place
        if WEST <= lon <= EAST and SOUTH <= lat <= NORTH:
            continue
        wrong = msg(
            "{name} lies outside Germany (longitude {lon}, latitude {lat})",
            name=full_name(municipality.ags, known_names(draft)),
            lon=number(lon, 3),
            lat=number(lat, 3),
        )
        if WEST <= lat <= EAST and SOUTH <= lon <= NORTH:
            allowed = msg("longitude and latitude are swapped; exchange the two columns")
        else:
            allowed = msg("degrees in WGS 84: longitude 5.5 to 15.5, latitude 47.0 to 55.3")
        draft.fault(MUNICIPALITIES_FILE, wrong, allowed, line, "lon, lat")


def check_for_empty_indicators(draft: Draft) -> None:
    """An indicator without a figure above zero, which could not share out anything, or one with gaps."""
    if not draft.read_in_full(MUNICIPALITIES_FILE):
        return
    for column in draft.indicators:
        figures = [(municipality.name, municipality.indicators[column]) for _, municipality in draft.municipalities]
        if not any(figure for _, figure in figures):
            wrong = msg("no figure is above zero")
            draft.fault(MUNICIPALITIES_FILE, wrong, msg("a figure above zero, or no such column"), column=column)
        elif missing := [shown(name) for name, figure in figures if figure is None]:
            wrong = msg("there is no figure for {names}", names=listing(missing))
            allowed = msg("missing, and not 0: no key can use the column without them")
            draft.notice(MUNICIPALITIES_FILE, wrong, allowed, column=column)


def check_for_sources(draft: Draft) -> None:
    """An indicator without a source, and a source of something that is not there."""
    known = [*draft.indicators, *SOURCED]
    covered: set[str] = set()
    for line, source in draft.sources:
        for cover in source.covers:
            covered.add(cover)
            if cover not in known and draft.indicators:
                wrong = msg("there is no column or file “{name}”", name=shown(cover))
                draft.fault(COUNTY_FILE, wrong, instead(cover, known), line, "sources, covers")
    if not draft.read_in_full(COUNTY_FILE) or MUNICIPALITIES_FILE in covered:
        return
    for column in draft.indicators:
        if column not in covered:
            wrong = msg("the column has no source")
            allowed = msg(
                "an item under “sources” in county.yaml whose “covers” names “{column}”", column=shown(column)
            )
            draft.fault(MUNICIPALITIES_FILE, wrong, allowed, column=shown(column))


def check_for_employers(draft: Draft) -> None:
    """Doubled ids, unknown offices, municipalities under a wrong id, and not exactly one KI."""
    names = known_names(draft)
    lines: dict[str, int] = {}
    for line, employer in draft.employers:
        first = lines.setdefault(employer.id, line)
        if first != line:
            wrong = msg("the employer “{id}” is there twice, first in line {line}", id=employer.id, line=first)
            draft.fault(COUNTY_FILE, wrong, msg("an id of its own for each employer"), line, "employers, id")
        if names and employer.office not in names:
            draft.fault(COUNTY_FILE, *unknown_municipality(employer.office, names), line, "employers, office")
        if (employer.id in names) != (employer.kind == "municipality"):
            wrong = msg("the id “{id}” does not fit the kind “{kind}”", id=employer.id, kind=employer.kind)
            allowed = msg("an employer of the kind “municipality”, and no other, has its municipality key as id")
            draft.fault(COUNTY_FILE, wrong, allowed, line, "employers, id")
    centres = [employer.id for _, employer in draft.employers if employer.kind == "ki"]
    if len(centres) != 1 and draft.read_in_full(COUNTY_FILE):
        wrong = msgs("{count} employer is of the kind “ki”", "{count} employers are of the kind “ki”", len(centres))
        draft.fault(
            COUNTY_FILE, wrong, msg("exactly one: the county's Kommunales Integrationszentrum"), column="employers"
        )


def check_for_connections(draft: Draft) -> None:
    """Neighbours by bridge or ferry that the county does not have, or that stand there twice."""
    names = known_names(draft)
    lines: dict[frozenset[Ags], int] = {}
    for line, joined in draft.connections:
        pair = frozenset((joined.first, joined.second))
        for ags in sorted(pair):
            if names and ags not in names:
                draft.fault(COUNTY_FILE, *unknown_municipality(ags, names), line, "neighbours")
        if len(pair) == 1:
            wrong = msg("{name} is no neighbour of itself", name=full_name(joined.first, names))
            draft.fault(COUNTY_FILE, wrong, msg("two municipalities"), line, "neighbours")
        first = lines.setdefault(pair, line)
        if first != line:
            wrong = msg("the two neighbours stand there twice, first in line {line}", line=first)
            draft.fault(COUNTY_FILE, wrong, msg("each pair once; delete one"), line, "neighbours")


def check_for_services(draft: Draft) -> None:
    """Unknown seats and catchments, and a service that is there twice and would count twice."""
    names = known_names(draft)
    lines: dict[tuple[str, ...], int] = {}
    for line, service in draft.services:
        if draft.full(SERVICES_FILE):
            break
        if names and service.seat not in names:
            draft.fault(SERVICES_FILE, *unknown_municipality(service.seat, names), line, "seat")
        for ags in service.catchment or ():
            if names and ags not in names:
                draft.fault(SERVICES_FILE, *unknown_municipality(ags, names), line, "catchment")
        first = lines.setdefault((service.name, service.provider, service.kind, service.seat), line)
        if first != line:
            wrong = msg(
                "“{name}” of {provider} is there twice, first in line {line}",
                name=shown(service.name),
                provider=shown(service.provider),
                line=first,
            )
            draft.fault(SERVICES_FILE, wrong, msg("one row per service and seat; delete one"), line, "name")


def check_for_trips(draft: Draft) -> None:
    """Unknown municipalities, doubled rows, and drives that cannot be."""
    places = {municipality.ags: municipality.place for _, municipality in draft.municipalities}
    names = known_names(draft)
    seen: dict[tuple[Ags, Ags], tuple[int, Trip]] = {}
    for line, origin, target, trip in draft.trips:
        if draft.full(TRAVEL_FILE):
            break
        unknown = {column: ags for column, ags in (("from", origin), ("to", target)) if ags not in names}
        for column, ags in unknown.items():
            if names:
                draft.fault(TRAVEL_FILE, *unknown_municipality(ags, names), line, column)
        if unknown:
            continue
        if (origin, target) in seen:
            route = f"{full_name(origin, names)} – {full_name(target, names)}"
            wrong = msg("{route} is there twice, first in line {line}", route=route, line=seen[origin, target][0])
            draft.fault(TRAVEL_FILE, wrong, msg("one row per direction; delete one"), line)
            continue
        seen[origin, target] = line, trip
        _check_trip(
            draft,
            line,
            full_name(origin, names),
            full_name(target, names),
            trip,
            0.0 if origin == target else distance_km(places[origin], places[target]),
        )
    _check_opposites(draft, seen, names)


def _check_trip(draft: Draft, line: int, origin: str, target: str, trip: Trip, air: float) -> None:
    route = f"{origin} – {target}"
    if origin == target:
        if trip.method == "none" or trip.km or trip.minutes:
            wrong = msg("{name} is no drive from itself", name=origin)
            draft.fault(TRAVEL_FILE, wrong, msg("0 km and 0 minutes, or no such row"), line)
        return
    if trip.method == "none":
        return
    # A half kilometre for places that were taken from another map than the routes.
    if trip.km < 0.95 * air - 0.5:
        wrong = msg(
            "{route}: {km} by road are less than {air} by air",
            route=route,
            km=number(trip.km, 1, "km"),
            air=number(air, 1, "km"),
        )
        allowed = msg("kilometres by road between the places (lon, lat) of municipalities.csv")
        draft.fault(TRAVEL_FILE, wrong, allowed, line, "km")
    if trip.minutes == 0:
        wrong = msg("{route}: the drive takes no time", route=route)
        draft.fault(TRAVEL_FILE, wrong, msg("minutes above zero"), line, "minutes")
        return
    speed = trip.km / trip.minutes * 60
    if speed > FASTEST or (speed < SLOWEST and trip.km >= 2):
        wrong = msg(
            "{route}: {km} in {minutes} are {speed}",
            route=route,
            km=number(trip.km, 1, "km"),
            minutes=number(trip.minutes, 1, "min"),
            speed=number(speed, 0, "km/h"),
        )
        allowed = msg("kilometres and minutes (not metres or seconds), between 5 and 150 km/h")
        draft.fault(TRAVEL_FILE, wrong, allowed, line, "minutes")


def _check_opposites(draft: Draft, seen: Mapping[tuple[Ags, Ags], tuple[int, Trip]], names: Mapping[Ags, str]) -> None:
    for (origin, target), (line, trip) in seen.items():
        if origin >= target or (target, origin) not in seen:
            continue
        other_line, other = seen[target, origin]
        if "none" in (trip.method, other.method):
            continue
        least, most = sorted((trip.minutes, other.minutes))
        if most > 2 * least and most - least > 10:
            wrong = msg(
                "{origin} – {target} takes {there}, the way back (line {line}) {back}",
                origin=full_name(origin, names),
                target=full_name(target, names),
                line=other_line,
                there=number(trip.minutes, 1, "min"),
                back=number(other.minutes, 1, "min"),
            )
            allowed = msg("both directions at most 10 minutes apart, or one not more than twice the other")
            draft.fault(TRAVEL_FILE, wrong, allowed, line, "minutes")


def check_for_missing_trips(draft: Draft) -> None:
    """Two municipalities without a drive in either direction."""
    if not (draft.read_in_full(TRAVEL_FILE) and draft.read_in_full(MUNICIPALITIES_FILE)):
        return
    given = {frozenset((origin, target)) for _, origin, target, _ in draft.trips}
    names = known_names(draft)
    keys = sorted(names)
    missing = [(a, b) for a in keys for b in keys if a < b and frozenset((a, b)) not in given]
    if missing:
        routes = [f"{full_name(a, names)} – {full_name(b, names)}" for a, b in missing[:_SHOWN_PAIRS]]
        wrong = msgs(
            "{count} pair of municipalities has no row: {routes}",
            "{count} pairs of municipalities have no row: {routes}",
            len(missing),
            routes=listing([*routes, *(["…"] if len(missing) > _SHOWN_PAIRS else [])]),
        )
        allowed = msg("at least one direction of every pair; without the file travel.csv all drives are estimated")
        draft.fault(TRAVEL_FILE, wrong, allowed)


def check_for_drives_over_water(
    draft: Draft, travel: Mapping[tuple[Ags, Ags], Trip], parts: Sequence[frozenset[Ags]]
) -> None:
    """One notice for each part of the county without a way by land to the first, where no road is known to lead."""
    names = known_names(draft)
    for part in parts[1:]:
        methods = {travel[one, other].method for one in part for other in parts[0]}
        offenders = listing(full_name(ags, names) for ags in sorted(part))
        if methods == {"none"}:
            wrong = msg(
                "no drive is known from {names} to the rest of the county, to which no land leads", names=offenders
            )
            allowed = msg(
                "teams from elsewhere cannot serve them; give the drives in travel.csv (by ferry, or through land that"
                " the boundaries do not show), or a bridge under “neighbours” in county.yaml"
            )
            draft.notice(TRAVEL_FILE, wrong, allowed)
        elif "estimate" in methods:
            wrong = msg("drives from {names} to the rest of the county are air lines, as over water", names=offenders)
            draft.notice(TRAVEL_FILE, wrong, msg("the way by bridge or ferry, or the method “none”"))


def check_for_missing_boundaries(draft: Draft) -> None:
    """A municipality without a shape, with two, or a shape of an unknown municipality."""
    names = known_names(draft)
    seen: dict[Ags, str] = {}
    complete = draft.read_in_full(MUNICIPALITIES_FILE)
    for place, ags, _ in draft.shapes:
        first = seen.setdefault(ags, place)
        if first != place:
            wrong = msg("{name} is there twice, first as {place}", name=full_name(ags, names), place=first)
            allowed = msg("one feature per municipality; join its parts into a MultiPolygon")
            draft.fault(BOUNDARIES_FILE, wrong, allowed, column=place)
        elif complete and ags not in names:
            draft.fault(BOUNDARIES_FILE, *unknown_municipality(ags, names), column=place)
    if draft.read_in_full(BOUNDARIES_FILE):
        _missing_boundaries(draft, names, seen)


def _missing_boundaries(draft: Draft, names: Mapping[Ags, str], seen: Collection[Ags]) -> None:
    for line, municipality in draft.municipalities:
        if municipality.ags not in seen:
            wrong = msg("{name} has no boundary", name=full_name(municipality.ags, names))
            allowed = msg("a feature with its “ags” in boundaries.geojson, or no row here")
            draft.fault(MUNICIPALITIES_FILE, wrong, allowed, line, "ags")
