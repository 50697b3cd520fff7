"""``kim county travel``: a county with drives by road, computed on OpenStreetMap or taken from a routing engine."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from statistics import fmean

from command.screen import Screen
from command.status import ExitStatus
from files.faults import Fault, InputError
from geodata import county_folder
from geodata.county import County, load_county
from geodata.editing.datasets import save_dataset
from geodata.editing.figures import figures_of, with_travel
from geodata.records import Ags, Source, Trip
from geodata.roads.drives import Drives, road_drives, road_source
from geodata.roads.extract import day_of
from geodata.roads.matrices import read_matrix
from translation import Message, msg, number

Trips = Mapping[tuple[Ags, Ags], Trip]


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Writes the county with its new drives as a data set. Raises ``InputError`` where that cannot be done."""
    county = load_county(county_folder(options.county, Path(), anywhere=True))
    if options.osm is not None:
        # Asked for at once, and not after all the computing.
        day = _day(options.date, day_of(options.osm), options.osm)
        trips = _computed(options.osm, county, screen).trips
        source = road_source(options.osm.name, day.isoformat())
    else:
        matrix = read_matrix(options.matrix, {town.ags: town.place for town in county.municipalities})
        trips, day = matrix.trips, _day(options.date, matrix.as_of, options.matrix)
        source = matrix.source(day.isoformat())
    folder = _saved(county, trips, source, options, day)
    screen.done(_compared(county, trips))
    screen.done(msg("Written: {file}", file=folder))
    return ExitStatus.DONE


def _computed(extract: Path, county: County, screen: Screen) -> Drives:
    places = {town.ags: town.place for town in county.municipalities}
    names = {town.ags: town.name for town in county.municipalities}
    with screen.err.status(screen.line(msg("Roads are read"))) as status:

        def tell(share: float, doing: Message) -> None:
            told = msg("{percent} %: {doing}", percent=number(100 * share), doing=doing)
            status.update(screen.line(told))

        drives = road_drives(extract, places, names, progress=tell)
    screen.notices(drives.notices)
    driven = [trip.minutes for trip in drives.trips.values() if trip.method == "road"]
    slower = [drives.slower[pair] for pair, trip in drives.trips.items() if trip.method == "road"]
    if driven:
        screen.note(
            msg(
                "With the speeds of OSRM's car profile a drive takes {slower} instead of {minutes} minutes on average.",
                slower=number(fmean(slower), 1),
                minutes=number(fmean(driven), 1),
            )
        )
    return drives


def _day(said: date | None, known: str | None, file: Path) -> date:
    if said is not None:
        return said
    if known is None:
        wrong = msg("the file does not say of what day its data are")
        raise InputError([Fault(file.name, wrong, msg("say it with --date YYYY-MM-DD"))])
    return date.fromisoformat(known)


def _saved(county: County, trips: Trips, source: Source, options: argparse.Namespace, day: date) -> Path:
    figures = with_travel(figures_of(county), trips, source)
    return save_dataset(county, figures, name=options.name, vintage=day, folder=options.out)


def _compared(county: County, trips: Trips) -> Message:
    """How far the drives are from those that the county had."""
    both = {
        pair: abs(trip.minutes - county.travel[pair].minutes)
        for pair, trip in trips.items()
        if "none" not in (trip.method, county.travel[pair].method)
    }
    if not both:
        return msg("No drive by road that the county had before.")
    (origin, target), most = max(both.items(), key=lambda one: one[1])
    return msg(
        "Against the drives before: {mean} minutes on average, at most {most} ({origin} – {target}).",
        mean=number(fmean(both.values()), 1),
        most=number(most, 1),
        origin=county.name_of(origin),
        target=county.name_of(target),
    )
