"""The files of a county folder, read into records with the lines they stand on; nothing is compared here."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from files.csv_table import MOST_FAULTS, Row, Table, read_table
from files.faults import Fault, InputError
from files.reading import misnamed
from files.typed import instead, invisible, nearest, shown
from geodata.boundaries import Shapes, read_boundaries, read_surroundings
from geodata.records import (
    BOUNDARIES_FILE,
    CHECKED_KEYS,
    COUNTY_FILE,
    EMPLOYER_KEYS,
    EMPLOYER_KINDS,
    LINKS,
    METHODS,
    MUNICIPALITIES_FILE,
    NO_DRIVE,
    PLACE_COLUMNS,
    SERVICE_COLUMNS,
    SERVICES_FILE,
    SOURCE_KEYS,
    SURROUNDINGS_FILE,
    TARGET_GROUP,
    TRAVEL_COLUMNS,
    TRAVEL_FILE,
    Ags,
    Checked,
    Connection,
    Employer,
    Method,
    Municipality,
    Service,
    Source,
    Trip,
)
from geodata.yaml_keys import Entry, YamlFile, read_yaml
from translation import Message, msg

# The largest county of Germany has 235; a thousand would mean half a million drives.
MOST_MUNICIPALITIES = 500
_COUNTY_AGS = re.compile(r"[0-9]{5}")
_INDICATOR = re.compile(r"[^\W\d]\w{0,59}")
_RANGE = re.compile(r"([0-9.,]+) ?[-–] ?([0-9.,]+)")
_EMPLOYER_ID = re.compile(r"[\w-]{1,50}")
# Words that stand for something else where a scenario names indicators or employers.
_RESERVED_INDICATORS = ("equal",)
_RESERVED_IDS = ("municipalities",)


@dataclass
class Draft:
    """A county as read, not yet checked as a whole: records with their lines, faults and notices so far."""

    folder: Path
    ags: str = ""
    name: str = ""
    indicators: tuple[str, ...] = ()
    municipalities: list[tuple[int, Municipality]] = field(default_factory=list)
    shapes: Shapes = field(default_factory=list)
    surroundings: Shapes = field(default_factory=list)
    trips: list[tuple[int, Ags, Ags, Trip]] = field(default_factory=list)
    services: list[tuple[int, Service]] = field(default_factory=list)
    employers: list[tuple[int, Employer]] = field(default_factory=list)
    connections: list[tuple[int, Connection]] = field(default_factory=list)
    sources: list[tuple[int, Source]] = field(default_factory=list)
    checked: list[Checked] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)
    _read_in_part: frozenset[str] = frozenset()

    def close(self) -> None:
        """Ends the reading: faults noted from now on are those of comparing records."""
        self._read_in_part = frozenset(fault.file for fault in self.faults)

    def file(self, name: str) -> str:
        """A file of the folder as faults name it."""
        return f"{shown(self.folder.name)}/{name}"

    def fault(
        self, name: str, wrong: Message, allowed: Message | None, line: int | None = None, column: str | None = None
    ) -> None:
        """Notes a fault of the file ``name`` of the folder, unless it has a hundred already."""
        if not self.full(name):
            self.faults.append(Fault(self.file(name), wrong, allowed, line, column))

    def notice(
        self, name: str, wrong: Message, allowed: Message | None, line: int | None = None, column: str | None = None
    ) -> None:
        """Notes something that is worth knowing and no fault."""
        self.notices.append(Fault(self.file(name), wrong, allowed, line, column))

    def full(self, name: str) -> bool:
        """Whether a hundred faults of that file are known; to tell more would help nobody."""
        return sum(fault.file == self.file(name) for fault in self.faults) >= MOST_FAULTS

    def sound(self, name: str) -> bool:
        """Whether no fault of that file is known, so that its contents can be measured."""
        return not any(fault.file == self.file(name) for fault in self.faults)

    def read_in_full(self, name: str) -> bool:
        """Whether every line of that file became a record; only then is it worth telling what is missing."""
        return self.file(name) not in self._read_in_part


def read_county(folder: Path) -> Draft:
    """Everything in ``folder``; faults of a file are noted in the draft. ``InputError`` where there is no folder."""
    named = misnamed(folder.name)
    if named is not None:
        raise InputError([Fault(shown(folder.name), *named)])
    if not folder.is_dir():
        raise InputError([Fault(folder.name, msg("there is no such county folder"), msg("the path of a folder"))])
    draft = Draft(folder)
    _read_county_file(draft)
    _read_municipalities(draft)
    draft.shapes, faults = read_boundaries(folder / BOUNDARIES_FILE, draft.file(BOUNDARIES_FILE))
    draft.faults += faults
    if os.path.lexists(folder / SURROUNDINGS_FILE):
        draft.surroundings, faults = read_surroundings(folder / SURROUNDINGS_FILE, draft.file(SURROUNDINGS_FILE))
        draft.faults += faults
    if os.path.lexists(folder / TRAVEL_FILE):
        _read_trips(draft)
    _read_services(draft)
    if len(draft.municipalities) > MOST_MUNICIPALITIES:
        allowed = msg("at most {count}; a county folder holds one county", count=MOST_MUNICIPALITIES)
        wrong = msg("there are {count} municipalities", count=len(draft.municipalities))
        draft.fault(MUNICIPALITIES_FILE, wrong, allowed)
        raise InputError(draft.faults)
    draft.close()
    return draft


def _close(draft: Draft, table: Table) -> None:
    draft.faults += table.faults
    draft.notices += table.notices


def _read_county_file(draft: Draft) -> None:
    try:
        source = read_yaml(draft.folder / COUNTY_FILE, draft.file(COUNTY_FILE))
    except InputError as error:
        draft.faults += error.faults
        return
    keys = source.mapping(source.top, None, ("ags", "name", "employers", "sources"), ("neighbours", "checked"))
    ags = source.name(keys.get("ags"), "ags")
    if ags is not None and len(ags) == 4 and ags.isdecimal():
        ags = "0" + ags
        wrong = msg("the county key had lost its leading zero")
        draft.notice(COUNTY_FILE, wrong, msg("repaired: {ags}", ags=ags), keys["ags"].line, "ags")
    if ags is not None and not _COUNTY_AGS.fullmatch(ags):
        wrong = msg("“{text}” is not a county key", text=shown(ags))
        source.fault(keys["ags"], "ags", wrong, msg("the five digits of the official key, like 05558"))
        ags = None
    draft.ags = ags or ""
    draft.name = source.name(keys.get("name"), "name") or ""
    draft.employers = read_employers(source, keys.get("employers"))
    draft.connections = read_connections(source, keys.get("neighbours"))
    for entry in source.items(keys.get("sources"), "sources"):
        record = _source(source, entry)
        if record is not None:
            draft.sources.append((entry.line, record))
    draft.checked = _read_checked(source, keys.get("checked"))
    draft.faults += source.faults


def read_employers(source: YamlFile, entry: Entry | None) -> list[tuple[int, Employer]]:
    """The employers listed under ``entry``, each with its line; faults are noted in ``source``."""
    employers = []
    for item in source.items(entry, "employers"):
        keys = source.mapping(item, "employers", EMPLOYER_KEYS)
        values = {key: source.name(keys.get(key), f"employers, {key}") for key in EMPLOYER_KEYS}
        id, kind, name, office = (values[key] for key in EMPLOYER_KEYS)
        if kind is not None and kind not in EMPLOYER_KINDS:
            wrong = msg("the kind “{kind}” is not known", kind=shown(kind))
            source.fault(keys["kind"], "employers, kind", wrong, instead(kind, EMPLOYER_KINDS))
            kind = None
        if id is not None and (not _EMPLOYER_ID.fullmatch(id) or id in _RESERVED_IDS):
            wrong = msg("“{id}” cannot be the id of an employer", id=shown(id))
            allowed = msg("a short word of letters, digits, “-” and “_”, other than “municipalities”")
            source.fault(keys["id"], "employers, id", wrong, allowed)
            id = None
        if id is not None and kind is not None and name is not None and office is not None:
            employers.append((item.line, Employer(id, kind, name, office)))
    return employers


def read_connections(source: YamlFile, entry: Entry | None) -> list[tuple[int, Connection]]:
    """The neighbours listed under ``entry``, each with its line; faults are noted in ``source``."""
    connections = []
    for item in source.items(entry, "neighbours"):
        parts = source.items(item, "neighbours")
        texts = [source.name(part, "neighbours") for part in parts]
        if isinstance(item.value, list) and len(parts) != 3:
            wrong = msg("two neighbours and what joins them are {count} texts here", count=len(parts))
            source.fault(item, "neighbours", wrong, msg("like [05999004, 05999012, ferry]"))
        if len(texts) != 3 or None in texts:
            continue
        first, second, link = cast(list[str], texts)
        known = next((one for one in LINKS if one == link), None)
        if known is None:
            wrong = msg("“{link}” joins no neighbours", link=shown(link))
            source.fault(item, "neighbours", wrong, instead(link, LINKS))
        else:
            connections.append((item.line, Connection(_full_key(first), _full_key(second), known)))
    return connections


def neighbours_entry(connections: Iterable[Connection]) -> dict[str, list[list[str]]]:
    """What ``county.yaml`` says of bridges and ferries: the key ``neighbours``, or nothing."""
    listed = [[joined.first, joined.second, joined.link] for joined in connections]
    return {"neighbours": listed} if listed else {}


def _read_checked(source: YamlFile, entry: Entry | None) -> list[Checked]:
    found = []
    for item in source.items(entry, "checked"):
        keys = source.mapping(item, "checked", CHECKED_KEYS[:2], CHECKED_KEYS[2:])
        figures = [source.remark(one, "checked, figures") for one in source.items(keys.get("figures"), "figures")]
        on, by = source.name(keys.get("on"), "checked, on"), source.name(keys.get("by"), "checked, by")
        known = tuple(figure for figure in figures if figure is not None)
        if on is not None and len(known) == len(figures):
            found.append(Checked(known, on, by or ""))
    return found


def checked_entry(checked: Iterable[Checked]) -> dict[str, list[dict[str, object]]]:
    """What ``county.yaml`` says of unlikely figures that were checked: the key ``checked``, or nothing."""
    listed: list[dict[str, object]] = [
        {"figures": list(one.figures), "on": one.on, **({"by": one.by} if one.by else {})} for one in checked
    ]
    return {"checked": listed} if listed else {}


def _full_key(text: str) -> Ags:
    return "0" + text if re.fullmatch("[1-9][0-9]{6}", text) else text


def _source(source: YamlFile, entry: Entry) -> Source | None:
    keys = source.mapping(entry, "sources", SOURCE_KEYS)
    covers = keys.get("covers")
    if covers is not None and isinstance(covers.value, list):
        covered = [source.name(item, "sources, covers") for item in source.items(covers, "sources, covers")]
    else:
        covered = [source.name(covers, "sources, covers")]
    texts = [source.remark(keys.get(key), f"sources, {key}") for key in SOURCE_KEYS[1:]]
    if None in covered or None in texts:
        return None
    return Source(tuple(cast(list[str], covered)), *cast(list[str], texts))


def _read_municipalities(draft: Draft) -> None:
    table = read_table(draft.folder / MUNICIPALITIES_FILE, draft.file(MUNICIPALITIES_FILE), PLACE_COLUMNS, others=True)
    if table.rows:
        draft.indicators = tuple(column for column in table.columns if column not in PLACE_COLUMNS)
    for column in draft.indicators:
        if not _INDICATOR.fullmatch(column) or invisible(column) or column in _RESERVED_INDICATORS:
            wrong = msg("“{column}” cannot be the name of an indicator", column=shown(column))
            table.fault(None, None, wrong, msg("a word of letters, digits and “_”, other than “equal”"))
    for row in table.reading():
        ags, name = table.ags(row, "ags"), table.name(row, "name")
        lon, lat = table.number(row, "lon", no_thousands=True), table.number(row, "lat", no_thousands=True)
        figures = {column: table.number(row, column, minimum=0, may_be_empty=True) for column in draft.indicators}
        if ags is not None and name is not None and lon is not None and lat is not None:
            draft.municipalities.append((row.line, Municipality(ags, name, lon, lat, figures)))
    if not table.rows and not table.faults:
        table.fault(None, None, msg("there is no municipality"), msg("one row per municipality of the county"))
    _close(draft, table)


def _read_trips(draft: Draft) -> None:
    table = read_table(draft.folder / TRAVEL_FILE, draft.file(TRAVEL_FILE), TRAVEL_COLUMNS)
    for row in table.reading():
        origin, target = table.ags(row, "from"), table.ags(row, "to")
        method = read_method(table, row)
        trip = None if method is None else read_trip(table, row, method)
        if origin is not None and target is not None and trip is not None:
            draft.trips.append((row.line, origin, target, trip))
    _close(draft, table)


def read_method(table: Table, row: Row) -> Method | None:
    """How the drive of a row is known, ``road`` where the table does not say; ``None`` after its fault is noted."""
    text = row.cells.get("method", METHODS[0])
    found = next((method for method in METHODS if method == text), None)
    if found is None:
        table.fault(
            row, "method", msg("the method “{method}” is not known", method=shown(text)), instead(text, METHODS)
        )
    return found


def read_trip(table: Table, row: Row, method: Method) -> Trip | None:
    """The drive of a row; ``None`` after its faults are noted in ``table``."""
    if method != "none":
        km, minutes = table.number(row, "km", minimum=0), table.number(row, "minutes", minimum=0)
        return None if km is None or minutes is None else Trip(km, minutes, method)
    for column in ("km", "minutes"):
        if row[column]:
            wrong = msg("“{text}” stands where there is no drive by car", text=shown(row[column]))
            table.fault(row, column, wrong, msg("nothing, or another method"))
    return NO_DRIVE


def _read_services(draft: Draft) -> None:
    path = draft.folder / SERVICES_FILE
    table = read_table(path, draft.file(SERVICES_FILE), SERVICE_COLUMNS, optional=(TARGET_GROUP,))
    for row in table.reading():
        seat, catchment = table.ags(row, "seat"), read_catchment(table, row, "catchment")
        service = read_service(table, row, seat, catchment)
        if service is not None:
            draft.services.append((row.line, service))
    _close(draft, table)


def read_service(table: Table, row: Row, seat: Ags | None, catchment: tuple[Ags, ...] | None) -> Service | None:
    """The service of a row whose places are read already; ``None`` after its faults are noted in ``table``."""
    name, provider, kind = (table.name(row, column) for column in ("name", "provider", "kind"))
    fte, fte_range = read_posts(table, row, "fte")
    credit = table.number(row, "credit", minimum=0, maximum=1, may_be_empty=True, no_thousands=True)
    as_of, source, note = (table.remark(row, column) or "" for column in ("as_of", "source", "note"))
    group = (table.remark(row, TARGET_GROUP) or "") if TARGET_GROUP in row.cells else ""
    if name is None or provider is None or kind is None or seat is None:
        return None
    return Service(name, provider, kind, seat, catchment, fte, credit, as_of, source, note, group, fte_range)


def read_posts(table: Table, row: Row, column: str) -> tuple[float | None, tuple[float, float] | None]:
    """The posts in a cell, and of a range such as ``1-3`` the middle and its ends; faults are noted in ``table``."""
    match = _RANGE.fullmatch(row[column])
    if match is None:
        return table.number(row, column, minimum=0, may_be_empty=True), None
    ends = [table.number(Row(row.line, {column: text}), column, minimum=0) for text in match.groups()]
    least, most = ends
    if least is None or most is None:
        return None, None
    if least >= most:
        wrong = msg("“{text}” is no range", text=shown(row[column]))
        table.fault(row, column, wrong, msg("the smaller number first, like 1-3"))
        return None, None
    return (least + most) / 2, (least, most)


def read_catchment(table: Table, row: Row, column: str) -> tuple[Ags, ...] | None:
    """The municipalities of a catchment, ``None`` for the whole county (``all``); faults are noted in ``table``."""
    text = row[column]
    if text == "all":
        return None
    if not text or nearest(text, ("all",)):
        wrong = msg("“{text}” is not a catchment", text=shown(text))
        table.fault(row, column, wrong, msg("“all”, or municipality keys separated by blanks"))
        return ()
    keys = [table.ags_text(row, column, part) for part in text.split()]
    known = [key for key in keys if key is not None]
    doubled = [key for key, times in Counter(known).items() if times > 1]
    if doubled:
        table.fault(row, column, msg("{ags} is named twice", ags=doubled[0]), msg("each municipality once"))
    return tuple(known)
