"""Making a county folder from the official files: the work behind ``kim county build``."""

from __future__ import annotations

import dataclasses
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import geopandas
from ruamel.yaml import YAML
from shapely.geometry.base import BaseGeometry

from files.csv_table import write_table
from files.faults import Fault, InputError
from files.system import reason, refused
from files.typed import shown
from files.writing import WORKSHOP, settle, settle_all
from geodata import COUNTIES
from geodata.boundaries import write_boundaries, write_surroundings
from geodata.county import County, load_county
from geodata.editing import plausibility
from geodata.neighbours import common_borders, parts_by_land
from geodata.official.areas import Drawn, brought_together, has_people
from geodata.official.collected import (
    Rows,
    assumed_centre,
    completed,
    read_employer_list,
    read_routes,
    read_services,
    read_town_halls,
)
from geodata.official.figures import OFFICIAL, OfficialFigures, read_figures, read_vintage
from geodata.official.layers import read_state
from geodata.official.shapes import county_boundaries, surroundings_of
from geodata.reading import neighbours_entry
from geodata.records import (
    BOUNDARIES_FILE,
    COUNTY_FILE,
    EMPLOYER_KEYS,
    MUNICIPALITIES_FILE,
    PLACE_COLUMNS,
    SERVICE_COLUMNS,
    SERVICES_FILE,
    SURROUNDINGS_FILE,
    TARGET_GROUP,
    TRAVEL_COLUMNS,
    TRAVEL_FILE,
    Ags,
    Connection,
    Employer,
    Municipality,
    Source,
    Surrounding,
)
from geodata.travel import estimated_travel
from translation import msg

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def build_county(
    county: str,
    *,
    figures: Path,
    boundaries: Path,
    out: Path,
    town_halls: Path | None = None,
    travel: Path | None = None,
    services: Path | None = None,
    employers: Path | None = None,
    official: Path = OFFICIAL,
    replace: bool = False,
) -> County:
    """Builds the folder of one county inside the folder ``out`` and loads it; ``County.folder`` says where it is.

    ``county`` is its key (``05558``) or its name. ``figures`` and ``boundaries`` hold the whole state: a CSV whose
    columns carry their reference dates, and polygons with a column ``ags``. ``town_halls`` (``ags,lon,lat``) take the
    place of the official centre points. ``travel`` (``from,to,km,minutes``) holds drives by road; without it all are
    estimated. ``services`` is a collected list (``seat_ags``, ``catchment_ags``, ``staff``) or a ``services.csv``.
    ``employers`` is a YAML file with that key, such as an earlier ``county.yaml``; without it the KI is the only one.
    ``official`` names columns and sources.

    The folder appears complete or not at all; an existing one is left alone unless ``replace``. Raises
    ``InputError`` with the faults of the input files, or of the folder as it would be.
    """
    vintage = read_vintage(official)
    state = read_figures(figures, county, vintage)
    target = out / f"{state.county_ags}-{_slug(state.county_name)}"
    faults: list[Fault] = []
    notices = list(state.notices)
    connections: list[Connection] = []
    if target.exists() and not replace:
        wrong = msg("the county folder exists already")
        faults.append(Fault(str(target), wrong, msg("another place, or say that it is to be replaced")))
    with _gathering(faults):
        polygons, shapes, told = _land(boundaries, state, figures.name)
        notices += told
    with _gathering(faults):
        municipalities = _placed(state, town_halls)
        places = {municipality.ags: municipality.place for municipality in municipalities}
    with _gathering(faults):
        routes, told = read_routes(travel, state.county_ags) if travel is not None else (None, [])
        notices += told
    with _gathering(faults):
        service_rows = read_services(services) if services is not None else []
    with _gathering(faults):
        if employers is not None:
            listed, connections = read_employer_list(employers)
        else:
            file, seat = f"{target.name}/{COUNTY_FILE}", vintage.seats.get(state.county_ags)
            listed, assumed = assumed_centre(state.county_name, state.municipalities, file, seat)
            notices += assumed
    if faults:
        raise InputError(faults)
    before = earlier(target)
    around = surroundings_of(polygons, shapes, state.others)
    parts = _parts(shapes, connections, around)
    if routes is None or travel is None:
        trips: Rows = [(*pair, *trip.cells) for pair, trip in estimated_travel(places, parts).items()]
    else:
        bare = {municipality.ags for municipality in municipalities if not has_people(municipality)}
        trips, told = completed(routes, places, parts, bare, travel.name)
        notices += told
    methods = {str(row[-1]) for row in trips}
    covered = {"figures", "boundaries", "centres" if town_halls is None else "town_halls", *methods}
    if employers is None:
        covered.add("centre")
    if service_rows:
        covered.add("services")
    with _published(target) as folder:
        columns = (*PLACE_COLUMNS, *vintage.indicators)
        write_table(folder / MUNICIPALITIES_FILE, columns, [_cells(m, columns) for m in municipalities])
        write_boundaries(folder / BOUNDARIES_FILE, shapes)
        write_surroundings(folder / SURROUNDINGS_FILE, around)
        write_table(folder / TRAVEL_FILE, TRAVEL_COLUMNS, trips)
        write_table(folder / SERVICES_FILE, (*SERVICE_COLUMNS, TARGET_GROUP), service_rows)
        content = _county_content(state, listed, connections, vintage.sources_of(covered, state.dates))
        _write_county_file(folder / COUNTY_FILE, content)
        built = load_county(folder)
    unlikely = plausibility.notices(built, plausibility.local_today(), before)
    return dataclasses.replace(built, folder=target, notices=(*notices, *built.notices, *unlikely))


def earlier(target: Path) -> County | None:
    """What stands at ``target`` now, or comes with the planner under that name: new figures are held against it."""
    for folder in (target, COUNTIES / target.name):
        if folder.is_dir():
            try:
                return load_county(folder)
            except InputError:
                continue  # what cannot be read is no measure
    return None


@contextmanager
def _gathering(faults: list[Fault]) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        faults.extend(error.faults)


def _slug(name: str) -> str:
    plain = re.sub("^kreis ", "", name.lower()).translate(_UMLAUTS)
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")


def _land(
    boundaries: Path, state: OfficialFigures, figures: str
) -> tuple[geopandas.GeoDataFrame, dict[Ags, BaseGeometry], list[Fault]]:
    """All polygons of the file ``boundaries``, those of the county in WGS 84, and what is to be told of them.

    The municipalities of ``state`` become those that have one.
    """
    source = read_state(boundaries, state.county_ags)
    shapes = county_boundaries(source.polygons, state.county_ags, boundaries.name)
    own = source.polygons[source.polygons["ags"].isin(shapes)]
    names, kinds = (dict(zip(own["ags"], own[column], strict=True)) for column in ("name", "kind"))
    state.municipalities, told = brought_together(state, Drawn(boundaries.name, shapes, names, kinds), figures)
    found = {municipality.ags: shapes[municipality.ags] for municipality in state.municipalities}
    return source.polygons, found, [*source.notices, *told]


def _placed(state: OfficialFigures, town_halls: Path | None) -> list[Municipality]:
    if town_halls is None:
        return state.municipalities
    places = read_town_halls(town_halls)
    missing = [
        Fault(town_halls.name, msg("{name} has no town hall", name=f"{shown(m.name)} ({m.ags})"), msg("a row for each"))
        for m in state.municipalities
        if m.ags not in places and has_people(m)
    ]
    if missing:
        raise InputError(missing)
    return [
        dataclasses.replace(m, lon=places[m.ags][0], lat=places[m.ags][1]) if m.ags in places else m
        for m in state.municipalities
    ]


def _parts(
    shapes: Mapping[Ags, BaseGeometry], connections: Sequence[Connection], around: Sequence[Surrounding]
) -> list[frozenset[Ags]]:
    # A neighbour that there is not is told when the folder is loaded.
    known = [joined for joined in connections if joined.first in shapes and joined.second in shapes]
    return parts_by_land(shapes, common_borders(shapes), known, [one.shape for one in around])


def _cells(municipality: Municipality, columns: Sequence[str]) -> tuple[str | float | None, ...]:
    fixed = (municipality.ags, municipality.name, municipality.lon, municipality.lat)
    return (*fixed, *(municipality.indicators[column] for column in columns[len(fixed) :]))


def _county_content(
    state: OfficialFigures, employers: Sequence[Employer], connections: Sequence[Connection], sources: Sequence[Source]
) -> dict[str, object]:
    return {
        "ags": state.county_ags,
        "name": state.county_name,
        "employers": [{key: getattr(employer, key) for key in EMPLOYER_KEYS} for employer in employers],
        **neighbours_entry(connections),
        "sources": [dataclasses.asdict(source) | {"covers": list(source.covers)} for source in sources],
    }


def _write_county_file(path: Path, content: Mapping[str, object]) -> None:
    writer = YAML()
    writer.width = 1000
    writer.indent(mapping=2, sequence=4, offset=2)
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        writer.dump(dict(content), stream)


@contextmanager
def _published(target: Path) -> Iterator[Path]:
    """A folder of the name of ``target`` to be filled, which takes its place when nothing went wrong."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # In the same place, so that the last step is a rename and no copy.
        with tempfile.TemporaryDirectory(prefix=WORKSHOP, dir=target.parent) as workshop:
            folder = Path(workshop) / target.name
            folder.mkdir()
            yield folder
            settle_all(folder, private=False)
            if target.exists():
                _swap(folder, target, Path(workshop) / "before")
            else:
                folder.rename(target)
            settle(target.parent)
    except OSError as error:
        wrong = msg("the county folder cannot be written ({reason})", reason=reason(error))
        raise refused(error, target, wrong) from None


def _swap(folder: Path, target: Path, before: Path) -> None:
    target.rename(before)
    try:
        folder.rename(target)
    except OSError:
        before.rename(target)
        raise
