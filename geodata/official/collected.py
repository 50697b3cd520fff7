"""The tables collected for one county by hand or by a routing engine, turned into the rows of a county folder."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from pathlib import Path

from files.csv_table import Table, read_table
from files.faults import Fault, InputError
from files.typed import shown
from geodata.reading import (
    read_catchment,
    read_connections,
    read_employers,
    read_method,
    read_posts,
    read_trip,
)
from geodata.records import (
    EMPLOYER_KINDS,
    NO_DRIVE,
    SERVICE_COLUMNS,
    TARGET_GROUP,
    TRAVEL_COLUMNS,
    Ags,
    Connection,
    Employer,
    Municipality,
    Trip,
    range_text,
)
from geodata.travel import estimated_travel, estimated_trip
from geodata.yaml_keys import read_yaml
from translation import msg, msgs

Rows = list[tuple[str | float | None, ...]]

_ROUTED = ("minutes_low", "minutes_high", "km_shortest", "km_air", "method")
# What routing engines write where no road leads.
_NO_ROUTE = ("", "-", "null", "none", "nan", "na", "inf", "infinity")
# What a collected list of services calls these columns of services.csv.
_COLLECTED = {"seat": "seat_ags", "catchment": "catchment_ags", "fte": "staff"}
# Data of a German county, and so German like the rest of its table.
_PERSONS = "gezählt in Personen, gerechnet als VZÄ: eine Obergrenze und damit eine Schätzung"


def read_town_halls(path: Path) -> dict[Ags, tuple[float, float]]:
    """Longitude and latitude of town halls from ``ags,lon,lat`` (and ``name``, ``note``). Raises ``InputError``."""
    table = read_table(path, path.name, ("ags", "lon", "lat"), optional=("name", "note"))
    places = {}
    for row in table.reading():
        ags = table.ags(row, "ags")
        lon, lat = table.number(row, "lon", no_thousands=True), table.number(row, "lat", no_thousands=True)
        if ags is None or lon is None or lat is None:
            continue
        if ags in places:
            table.fault(row, "ags", msg("{ags} is there twice", ags=ags), msg("one town hall per municipality"))
        places[ags] = (lon, lat)
    table.check()
    return places


def read_routes(path: Path, county_ags: str) -> tuple[Rows, list[Fault]]:
    """The rows of ``travel.csv`` from a table of drives: those within the county, ``road`` where it names no method.

    Where a table without methods has neither kilometres nor minutes, as routing engines answer where no road leads,
    there is no way by car, which a notice says. Further columns of a routing table (range, shortest way, air line) are
    known and left out. Raises ``InputError``.
    """
    table = read_table(path, path.name, TRAVEL_COLUMNS[:4], optional=_ROUTED)
    rows: Rows = []
    without = []
    for row in table.reading():
        origin, target = table.ags(row, "from"), table.ags(row, "to")
        method = read_method(table, row)
        if method is None or origin is None or target is None:
            continue
        if "method" not in row.cells and all(row[column].lower() in _NO_ROUTE for column in ("km", "minutes")):
            trip: Trip | None = NO_DRIVE if origin != target else Trip(0, 0, "road")
            without += [row] if origin != target and origin.startswith(county_ags) else []
        else:
            trip = read_trip(table, row, method)
        if trip is not None and origin.startswith(county_ags) and target.startswith(county_ags):
            rows.append((origin, target, *trip.cells))
    table.check()
    if not without:
        return rows, []
    wrong = msgs("{count} drive has no figures", "{count} drives have no figures", len(without))
    return rows, [Fault(path.name, wrong, msg("taken as: no way by car (method “none”)"), without[0].line)]


def completed(
    routes: Rows,
    places: Mapping[Ags, tuple[float, float]],
    parts: Sequence[frozenset[Ags]],
    bare: Set[Ags],
    file: str,
) -> tuple[Rows, list[Fault]]:
    """``routes`` with the pairs that the table ``file`` leaves out, where these are no mistake; a notice says which.

    Between ``parts`` without a way by land there is no drive; those to areas without people (``bare``) are estimated.
    """
    given = {frozenset(row[:2]) for row in routes}
    part_of = {ags: position for position, part in enumerate(parts) for ags in part}
    missing = [pair for pair in estimated_travel(places) if frozenset(pair) not in given]
    over_water = [pair for pair in missing if part_of[pair[0]] != part_of[pair[1]]]
    to_areas = [pair for pair in missing if pair not in over_water and bare & set(pair)]
    notices = []
    if over_water:
        count = len(over_water)
        wrong = msgs("{count} drive over water has no row", "{count} drives over water have no row", count)
        notices.append(Fault(file, wrong, msg("taken as: no way by car (method “none”)")))
    if to_areas:
        count = len(to_areas)
        wrong = msgs(
            "{count} drive to areas without people has no row",
            "{count} drives to areas without people have no row",
            count,
        )
        notices.append(Fault(file, wrong, msg("estimated from the air line")))
    rows: Rows = [(*pair, *NO_DRIVE.cells) for pair in over_water]
    rows += [(*pair, *estimated_trip(places[pair[0]], places[pair[1]]).cells) for pair in to_areas]
    return [*routes, *rows], notices


def read_services(path: Path) -> Rows:
    """The rows of ``services.csv`` from a file of that form, or from a collected list with persons in ``staff``.

    Persons are taken as FTE, which the note then says. Raises ``InputError``.
    """
    collected = read_table(path, path.name, (), optional=("staff", *SERVICE_COLUMNS, *_COLLECTED.values()), others=True)
    if "staff" not in collected.columns:
        return _service_rows(read_table(path, path.name, SERVICE_COLUMNS, optional=(TARGET_GROUP,)), {})
    columns = [_COLLECTED.get(column, column) for column in SERVICE_COLUMNS if column != "credit"]
    return _service_rows(read_table(path, path.name, columns, optional=(TARGET_GROUP,)), _COLLECTED)


def _service_rows(table: Table, renamed: Mapping[str, str]) -> Rows:
    rows: Rows = []
    for row in table.reading():
        seat = table.ags(row, renamed.get("seat", "seat"))
        catchment = read_catchment(table, row, renamed.get("catchment", "catchment"))
        fte, fte_range = read_posts(table, row, renamed.get("fte", "fte"))
        posts = fte if fte_range is None else range_text(fte_range)
        credit = None if renamed else table.number(row, "credit", minimum=0, maximum=1, may_be_empty=True)
        note = row["note"]
        if renamed and fte is not None:
            note = f"{note}; {_PERSONS}" if note else _PERSONS
        named = [row[column] for column in ("name", "provider", "kind")]
        everyone = "all" if catchment is None else " ".join(catchment)
        told = (row["as_of"], row["source"], note, row.cells.get(TARGET_GROUP, ""))
        rows.append((*named, seat, everyone, posts, credit, *told))
    table.check()
    return rows


def read_employer_list(path: Path) -> tuple[list[Employer], list[Connection]]:
    """The employers in a YAML file with the key ``employers``, such as a ``county.yaml``, and its bridges and ferries.

    Raises ``InputError``.
    """
    source = read_yaml(path, path.name)
    keys = source.mapping(source.top, None, ("employers",), ("ags", "name", "sources", "neighbours"))
    employers = [employer for _, employer in read_employers(source, keys.get("employers"))]
    connections = [joined for _, joined in read_connections(source, keys.get("neighbours"))]
    if source.faults:
        raise InputError(source.faults)
    return employers, connections


def assumed_centre(
    county_name: str, municipalities: Collection[Municipality], file: str, seat: Ags | None = None
) -> tuple[list[Employer], list[Fault]]:
    """The KI alone, where no employers are given: at ``seat``, the municipality named like the county, or the largest.

    The name of a county may end with the municipality's, as that of Städteregion Aachen does.
    """

    def rank(town: Municipality) -> tuple[bool, bool, float, Ags]:
        named = f" {county_name}".endswith(f" {town.name}")
        return town.ags == seat, named, town.indicators.get("population") or 0, town.ags

    office = max(municipalities, key=rank)
    centre = Employer("ki", EMPLOYER_KINDS[0], f"Kommunales Integrationszentrum {county_name}", office.ags)
    wrong = msg("the KI's office is assumed to be in {name}", name=shown(office.name))
    return [centre], [Fault(file, wrong, msg("mend “office”, and add the welfare organisations"), column="employers")]
