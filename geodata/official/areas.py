"""The municipalities of the figures and the polygons of the boundaries, brought together.

Areas outside every municipality (gemeindefreie Gebiete), where nobody lives, stand in one of the files only as often
as in both, and some are called like the town beside them.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from files.faults import Fault, InputError
from files.typed import name_fault, shown
from geodata.measure import in_metres
from geodata.official.figures import OfficialFigures
from geodata.records import Ags, Municipality
from translation import Listing, listing, msg, msgs

_AREA = re.compile(r"gemeindefrei|gemfr|forstgutsbezirk|gutsbezirk", re.IGNORECASE)
# The third-last digit of their keys, where a file says nothing else.
_AREA_DIGITS = "456789"
# Data of a German county, and so German like the rest of its table.
_AREA_NAME, _UNNAMED = "{name} (gemfr. Gebiet)", "Gemeindefreies Gebiet {ags}"
_MOST_TOLD = 20
# Some 300 m, or 30 in a small one.
_APART = (0.003, 0.0003)
#: The indicator that is known of land without people, too.
SQUARE_KM = "area_km2"


@dataclass(frozen=True)
class Drawn:
    """The polygons of a county: shapes in WGS 84, and what their file calls and says they are, or empty texts."""

    file: str
    shapes: Mapping[Ags, BaseGeometry]
    names: Mapping[Ags, str]
    kinds: Mapping[Ags, str]


def brought_together(state: OfficialFigures, drawn: Drawn, file: str) -> tuple[list[Municipality], list[Fault]]:
    """The municipalities of the county in the order of their keys, each with a polygon and a name of its own.

    A polygon of an area without people that has no row in ``file`` gets one, with the square kilometres of the
    polygon; a row without people and polygon is left out. Notices tell that. Raises ``InputError`` where people
    have no polygon, or a polygon of a municipality no row.
    """
    rows = {municipality.ags: municipality for municipality in state.municipalities}
    bare = [key for key in sorted(rows) if key not in drawn.shapes]
    left_out = [key for key in bare if not has_people(rows[key])]
    unlisted = sorted(set(drawn.shapes) - set(rows))
    areas = [key for key in unlisted if _is_area(key, drawn.kinds.get(key, ""), drawn.names.get(key, ""))]
    faults = [
        Fault(
            drawn.file,
            msg("there is no polygon of {name}", name=f"{shown(rows[key].name)} ({key})"),
            msg("boundaries of the same year as the figures; or no row in {file}", file=file),
        )
        for key in bare
        if key not in left_out
    ]
    faults += [_unlisted(drawn, key, file) for key in unlisted if key not in areas]
    if faults:
        raise InputError(faults[:_MOST_TOLD])
    notices = []
    if left_out:
        names = _named(left_out, {key: rows[key].name for key in left_out})
        wrong = msgs(
            "{names} has no people and no polygon", "{names} have no people and no polygons", len(left_out), names=names
        )
        notices.append(Fault(file, wrong, msg("left out")))
    found = [rows[key] for key in rows if key not in left_out]
    found += [_area(key, drawn, found) for key in areas]
    if areas:
        names = _named(areas, {town.ags: town.name for town in found})
        wrong = msg(
            "areas outside every municipality have polygons, and no row in {file}: {names}", file=file, names=names
        )
        notices.append(Fault(drawn.file, wrong, msg("taken as land where nobody lives")))
    named, told = _with_names_of_their_own(found, drawn, state.listed, file)
    return sorted(named, key=lambda town: town.ags), [*notices, *told]


def has_people(town: Municipality) -> bool:
    """Whether any figure but that of square kilometres is above zero, or is not known."""
    return any(figure is None or figure > 0 for name, figure in town.indicators.items() if name != SQUARE_KM)


def _is_area(ags: Ags, kind: str, name: str) -> bool:
    said = bool(_AREA.search(kind) or _AREA.search(name))
    return said or (not kind and ags[-3] in _AREA_DIGITS)


def _named(keys: Iterable[Ags], names: Mapping[Ags, str]) -> Listing:
    return listing(f"{shown(names[key])} ({key})" for key in keys)


def _unlisted(drawn: Drawn, key: Ags, file: str) -> Fault:
    name = f"{shown(drawn.names[key])} ({key})" if drawn.names.get(key) else key
    wrong = msg("the polygon of {name} has no row in {file}", name=name, file=file)
    return Fault(drawn.file, wrong, msg("a row in the figures, or boundaries of the same year as the figures"))


def _area(key: Ags, drawn: Drawn, rows: Sequence[Municipality]) -> Municipality:
    shape = drawn.shapes[key]
    place = _place_in(shape, rows)
    published = drawn.names.get(key, "")
    name = published if published and name_fault(published) is None else _UNNAMED.format(ags=key)
    figures = dict.fromkeys((indicator for row in rows for indicator in row.indicators), 0.0)
    if SQUARE_KM in figures:
        figures[SQUARE_KM] = round(in_metres(shape, place.y).area / 1e6, 2)
    return Municipality(key, name, round(place.x, 6), round(place.y, 6), figures)


def _place_in(shape: BaseGeometry, rows: Sequence[Municipality]) -> shapely.Point:
    """A place in an area that is not that of a town: the centre of one may lie in a wood that it surrounds."""
    centres = shapely.MultiPoint([town.place for town in rows])
    for degrees in _APART:
        free = shape.difference(centres.buffer(degrees))
        if not free.is_empty:
            return free.representative_point()
    return shape.representative_point()


def _with_names_of_their_own(
    towns: Sequence[Municipality], drawn: Drawn, listed: Mapping[Ags, str], file: str
) -> tuple[list[Municipality], list[Fault]]:
    groups: dict[str, list[Municipality]] = {}
    for town in towns:
        groups.setdefault(_folded(town.name), []).append(town)
    renamed: dict[Ags, str] = {}
    for group in groups.values():
        if len(group) > 1:
            renamed |= _told_apart(group, drawn, listed)
    notices = []
    for town in towns:
        if town.ags in renamed:
            wrong = msg("{key} has the name “{name}” of another municipality", key=town.ags, name=shown(town.name))
            notices.append(Fault(file, wrong, msg("called “{name}”", name=shown(renamed[town.ags])), column="name"))
    return [dataclasses.replace(town, name=renamed.get(town.ags, town.name)) for town in towns], notices


def _told_apart(group: Sequence[Municipality], drawn: Drawn, listed: Mapping[Ags, str]) -> dict[Ags, str]:
    """A new name for each that needs one: an area says that it is one, else the key is added."""
    areas = [
        town
        for town in group
        if _AREA.search(drawn.kinds.get(town.ags, "")) or _AREA.search(listed.get(town.ags, "")) or not has_people(town)
    ]
    towns = [town for town in group if town not in areas]
    renamed = {town.ags: f"{town.name} ({town.ags})" for town in towns} if len(towns) > 1 else {}
    for town in areas:
        renamed[town.ags] = _AREA_NAME.format(name=town.name) if len(areas) == 1 else f"{town.name} ({town.ags})"
    return renamed


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
