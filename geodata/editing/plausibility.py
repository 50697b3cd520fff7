"""What is unlikely in a county's figures and may be right all the same: told with its reason, never mended by guess.

The limits are set so that no municipality in the counties of North Rhine-Westphalia is told of.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from shapely.geometry.base import BaseGeometry

from files.csv_table import SMALLEST
from files.faults import Fault
from files.typed import shown
from geodata.county import County
from geodata.editing.changes import Change, Kind, Value, cells_of, changes
from geodata.editing.figures import Figures, TableName, figures_of
from geodata.labels import covered
from geodata.measure import in_metres
from geodata.records import COUNTY_FILE, MUNICIPALITIES_FILE, SERVICES_FILE, TRAVEL_FILE, Ags
from translation import Message, Number, listing, msg, number, percent

#: Share of the old figure by which a new one may differ.
MOST_CHANGE = 0.3
#: How near to 10, 100 or 1000 times, in powers of ten: between 0.8 and 1.25 times as much.
_NEAR_POWER = 0.1
#: People per km²: the densest municipality of Germany has some 4,900, the emptiest with people some 3.
_THINNEST, _DENSEST = 2.0, 7000.0
#: Coarse boundaries of a few years ago are up to 8 % off the official area.
_MOST_AREA = 0.1
_AREA = "area_km2"
_PEOPLE = ("population", "foreigners", "migration_history", "immigrants", "population_update")
_WHOLES = {
    "foreigners": ("population", "population_update"),
    "migration_history": ("population", "population_update"),
    "immigrants": ("migration_history", "population", "population_update"),
}
_FILES = {
    TableName.INDICATORS: MUNICIPALITIES_FILE,
    TableName.SERVICES: SERVICES_FILE,
    TableName.TRAVEL: TRAVEL_FILE,
    TableName.NEIGHBOURS: COUNTY_FILE,
    TableName.EMPLOYERS: COUNTY_FILE,
    TableName.SOURCES: COUNTY_FILE,
}
_MOST_TOLD = 30
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_TO_DO = msg("check it; if it is right, there is nothing to do")

Cell = tuple[TableName, str, str]
"""Table, row as :class:`Change` names it, and column."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why one or more ``cells`` are unlikely; the greater ``weight``, the more it stands out."""

    cells: tuple[Cell, ...]
    reason: Message
    weight: float


def doubts_in(county: County, figures: Figures, today: date) -> list[Doubt]:
    """What is unlikely in ``figures`` of ``county`` by themselves; ``today`` tells what lies in the future."""
    return [*_in_towns(county, figures), *_in_services(county, figures), *_in_dates(figures, today)]


def new_doubts(county: County, figures: Figures, found: Iterable[Change], today: date) -> list[Doubt]:
    """What is unlikely in ``figures`` where they differ from those of ``county``, what stands out most first.

    ``found`` are the changes between the two.
    """
    known = set(doubts_in(county, figures_of(county), today))
    doubts = [doubt for doubt in doubts_in(county, figures, today) if doubt not in known]
    doubts += (doubt for change in found for doubt in _of_change(change))
    doubts += _in_titles(figures_of(county), figures)
    return sorted(doubts, key=lambda doubt: -doubt.weight)


def by_what_stands_out(found: Iterable[Change], doubts: Sequence[Doubt]) -> list[tuple[Change, tuple[Doubt, ...]]]:
    """Each change with the doubts about it: what stands out first, then by how much a figure changes."""

    def rank(one: tuple[Change, tuple[Doubt, ...]]) -> tuple[float, float]:
        change, about = one
        share = share_of(change)
        return -max((doubt.weight for doubt in about), default=-1.0), 0.0 if share is None else -abs(share)

    about_rows: dict[tuple[TableName, str], list[Doubt]] = {}
    for doubt in doubts:
        for key in dict.fromkeys((table, row) for table, row, _ in doubt.cells):
            about_rows.setdefault(key, []).append(doubt)
    joined = []
    for change in found:
        about = about_rows.get((change.table, change.row), [])
        columns = [{c for table, row, c in d.cells if (table, row) == (change.table, change.row)} for d in about]
        kept = [d for d, named in zip(about, columns, strict=True) if change.column is None or change.column in named]
        joined.append((change, tuple(kept)))
    return sorted(joined, key=rank)


def share_of(change: Change) -> float | None:
    """By what share of the old figure a cell changes (0.1: a tenth more); ``None`` where it holds no such figures."""
    old, new = change.old, change.new
    if change.kind is not Kind.CHANGED or not isinstance(old, float | int) or not isinstance(new, float | int):
        return None
    return new / old - 1 if old else None


def unconfirmed_doubts(county: County, today: date, before: County | None = None) -> list[Doubt]:
    """What is unlikely in ``county``, also against the figures ``before``, and was not said to be right (``checked``).

    What was confirmed is so for the figure that it was. What stands out most comes first.
    """
    figures = figures_of(county)
    found = doubts_in(county, figures, today)
    if before is not None and {t.ags for t in before.municipalities} == {t.ags for t in county.municipalities}:
        compared = [c for c in changes(before, figures) if c.table is TableName.INDICATORS]
        found += [doubt for change in compared for doubt in _of_change(change, tell_figures=True)]
    confirmed = {figure for one in county.checked for figure in one.figures}
    if confirmed:
        cells = cells_of(county, figures)
        found = [d for d in found if not d.cells or not confirmed.issuperset(_with_values(d.cells, cells))]
    return sorted(found, key=lambda doubt: -doubt.weight)


def checked_cells(doubts: Iterable[Doubt], county: County, figures: Figures) -> list[str]:
    """The cells that ``doubts`` are about, each as ``county.yaml`` names it once checked: ``Olfen, area_km2: 52``."""
    cells = cells_of(county, figures)
    return list(dict.fromkeys(text for doubt in doubts for text in _with_values(doubt.cells, cells)))


def _with_values(named: Iterable[Cell], cells: Mapping[Cell, Value]) -> list[str]:
    return [f"{row}, {column}: {_plain(cells.get((table, row, column)))}" for table, row, column in named]


def _plain(value: Value) -> str:
    if isinstance(value, float | int):
        return format(Decimal(repr(float(value))), "f").removesuffix(".0")
    return str(value or "")


def notices(county: County, today: date, before: County | None = None) -> tuple[Fault, ...]:
    """The same for the command line: notices of the files of ``county``, also against the figures ``before``."""
    found = unconfirmed_doubts(county, today, before)
    alike: dict[tuple[TableName, str, Message], list[object]] = {}
    for doubt in found:
        table, row, column = doubt.cells[0]
        alike.setdefault((table, column, doubt.reason), []).append(covered(row) if table is TableName.SOURCES else row)
    folder = shown(county.folder.name)
    told = []
    for (table, column, reason), rows in list(alike.items())[:_MOST_TOLD]:
        wrong = msg("{name}: {reason}", name=listing(rows), reason=reason)
        told.append(Fault(f"{folder}/{_FILES[table]}", wrong, _TO_DO, column=column))
    if len(alike) > _MOST_TOLD:
        wrong = msg("{count} more figures or dates stand out", count=len(alike) - _MOST_TOLD)
        told.append(Fault(folder, wrong, msg("check those named first")))
    return tuple(told)


# -- a figure against the one before ----------------------------------------------------------------------------------


def _of_change(change: Change, *, tell_figures: bool = False) -> Iterator[Doubt]:
    if change.kind is not Kind.CHANGED or change.table not in (
        TableName.INDICATORS,
        TableName.SERVICES,
        TableName.TRAVEL,
    ):
        return
    old, new = change.old, change.new
    if not isinstance(old, float | int) or not isinstance(new, float | int):
        return
    found = _change_reason(float(old), float(new), small=change.table is TableName.INDICATORS)
    if found is not None:
        reason, weight = found
        if tell_figures:
            reason = msg("{old} → {new}, {reason}", old=stated(old), new=stated(new), reason=reason)
        yield Doubt(((change.table, change.row, change.column or ""),), reason, weight)


def _change_reason(old: float, new: float, *, small: bool) -> tuple[Message, float] | None:
    """Why a change stands out; with ``small`` also one that is no power of ten, as planners make of posts."""
    if not old or not new:
        if not small:
            return None
        if old:
            return msg("0 where there was a figure: what is not published is an empty cell, and not 0"), 2.5
        return msg("a figure where there was 0"), 1.0
    powers = math.log10(new / old)
    nearest = round(powers)
    if nearest and (abs(powers - nearest) <= _NEAR_POWER or abs(nearest) > 3):
        factor = number(10.0 ** abs(nearest))
        if powers > 0:
            reason = msg("about {factor} times the old figure (thousands points, decimal mark, unit?)", factor=factor)
        else:
            reason = msg("about 1/{factor} of the old figure (thousands points, decimal mark, unit?)", factor=factor)
        return reason, 3 + abs(powers)
    if small and abs(new / old - 1) > MOST_CHANGE:
        return msg("more than {share} from the old figure", share=percent(MOST_CHANGE, 0)), 1 + abs(powers)
    return None


# -- figures by themselves --------------------------------------------------------------------------------------------


def _in_towns(county: County, figures: Figures) -> Iterator[Doubt]:
    for town in county.municipalities:
        known = {name: values[town.ags] for name, values in figures.indicators.items()}
        values = {name: float(value) for name, value in known.items() if value is not None}
        yield from _in_town(county, town.ags, town.name, values)


def _in_town(county: County, ags: Ags, name: str, values: Mapping[str, float]) -> Iterator[Doubt]:
    for column, value in values.items():
        key = _key_in(value, county.ags)
        if key is not None:
            yield _doubt(name, [column], msg("looks like the municipality key {ags}", ags=key), 9.0)
        elif column in _PEOPLE and not value.is_integer():
            reason = msg("a fraction of a person (thousands points read as a decimal mark?)")
            yield _doubt(name, [column], reason, 5.0)
    yield from _of_parts(name, values)
    yield from _of_area(county.boundaries[ags], name, values)


def _of_parts(name: str, values: Mapping[str, float]) -> Iterator[Doubt]:
    for part, wholes in _WHOLES.items():
        whole = next((whole for whole in wholes if whole in values), None)
        if part in values and whole is not None and values[part] > values[whole]:
            told = {"some": stated(values[part]), "all": stated(values[whole])}
            reason = msg("{part} {some}, more than {whole} {all}", part=covered(part), whole=covered(whole), **told)
            yield _doubt(name, [part, whole], reason, 4.0)
    first, second = "population", "population_update"
    one, other = values.get(first), values.get(second)
    if one and other and abs(other / one - 1) > MOST_CHANGE:
        told = {"one": stated(one), "other": stated(other)}
        labels = {"first": covered(first), "second": covered(second)}
        yield _doubt(name, [first, second], msg("{first} {one} and {second} {other} do not fit", **labels, **told), 2.0)


def _of_area(shape: BaseGeometry, name: str, values: Mapping[str, float]) -> Iterator[Doubt]:
    area = values.get(_AREA)
    if area is None:
        return
    people = next((column for column in ("population", "population_update") if column in values), None)
    if people is not None and values[people]:
        density = values[people] / max(area, SMALLEST)
        if not _THINNEST <= density <= _DENSEST:
            reason = msg("{density} people per km²: population or area is hardly right", density=number(density, 1))
            yield _doubt(name, [people, _AREA], reason, 3.0)
    enclosed = in_metres(shape, shape.centroid.y).area / 1e6
    if abs(enclosed - area) > _MOST_AREA * max(enclosed, area):
        yield _doubt(name, [_AREA], msg("the boundary encloses {area}", area=number(enclosed, 1, "km²")), 3.5)


def _doubt(town: str, columns: Sequence[str], reason: Message, weight: float) -> Doubt:
    return Doubt(tuple((TableName.INDICATORS, town, column) for column in columns), reason, weight)


def _in_services(county: County, figures: Figures) -> Iterator[Doubt]:
    for service in figures.services:
        key = None if service.fte is None else _key_in(service.fte, county.ags)
        if key is not None:
            cell = (TableName.SERVICES, f"{service.provider}: {service.name}", "fte")
            yield Doubt((cell,), msg("looks like the municipality key {ags}", ags=key), 9.0)


def _in_dates(figures: Figures, today: date) -> Iterator[Doubt]:
    for source in figures.sources:
        day = date_of(source.reference_date)
        if day is not None and day > today:
            cells = tuple((TableName.SOURCES, cover, "reference_date") for cover in source.covers)
            yield Doubt(cells, msg("the date lies in the future"), 4.5)


def newest_date(old: Figures, new: Figures) -> date | None:
    """The newest reference date among those of indicators that are not in ``old``: of what date figures came."""
    known = {(source.covers, source.reference_date) for source in old.sources}
    dates = (
        date_of(source.reference_date)
        for source in new.sources
        if (source.covers, source.reference_date) not in known and {*source.covers} & {*new.indicators}
    )
    return max((day for day in dates if day is not None), default=None)


def _in_titles(old: Figures, new: Figures) -> Iterator[Doubt]:
    """Figures of another year whose source is still called by that of the old ones."""
    before = {source.covers: source for source in old.sources}
    for source in new.sources:
        known, day = before.get(source.covers), date_of(source.reference_date)
        if known is None or day is None or source.reference_date == known.reference_date:
            continue
        years = set(_YEAR.findall(source.title))
        if source.title == known.title and years and str(day.year) not in years:
            cells = tuple((TableName.SOURCES, cover, "reference_date") for cover in source.covers)
            yield Doubt(cells, msg("the source is still called “{title}”", title=source.title), 0.5)


def local_today() -> date:
    """The day that it is here."""
    return datetime.now(UTC).astimezone().date()


def date_of(text: str) -> date | None:
    """A reference date; ``None`` where a source says something else in its place."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _key_in(value: float, county: Ags) -> str | None:
    """A key of a municipality of ``county``, with 8 or 12 digits, that stands where a figure should."""
    if not value.is_integer():
        return None
    text = str(int(value))
    key = text.zfill(8 if len(text) <= 8 else 12)
    # Without its leading zero, as a spreadsheet keeps it.
    return key if len(key) in (8, 12) and len(key) - len(text) <= 1 and key.startswith(county) else None


def stated(value: float) -> Number:
    """A figure with the decimals that it has, up to three."""
    return number(value, next((digits for digits in range(3) if abs(value - round(value, digits)) < 1e-9), 3))
