"""A plan from a table: ``municipality,district,employer,fte,hub`` (docs/dateien.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from files.csv_table import Row, Table, parse_table, read_table
from files.faults import Fault
from files.typed import instead, nearest, shown
from geodata.county import Ags, County, Employer
from geodata.editing.labels import spellings
from optimizer.problem import GivenDistrict
from scenarios.employers import overlap
from scenarios.layer import MOST_POSTS
from scenarios.names import Found, Names
from translation import Message, listing, msg

COLUMNS = ("municipality", "district")
OPTIONAL = ("employer", "fte", "hub")
_LABELS: Mapping[str, Message] = {
    "municipality": msg("Municipality"),
    "district": msg("District"),
    "employer": msg("Employer"),
    "fte": msg("FTE"),
    "hub": msg("Hub"),
}
#: What else people write above these columns.
_ALSO: Mapping[str, str] = {
    **dict.fromkeys(("gemeinde", "stadt", "ort", "ags", "gemeindeschlüssel", "name"), "municipality"),
    **dict.fromkeys(("einsatzbezirk", "bezirksname", "team"), "district"),
    **dict.fromkeys(("träger", "employer id"), "employer"),
    **dict.fromkeys(("stellen", "posts", "vollzeitstellen"), "fte"),
    **dict.fromkeys(("stützpunkt", "base", "sitz"), "hub"),
}
HEADINGS = {**_ALSO, **{text: column for column, label in _LABELS.items() for text in spellings(column, label)}}
"""Spellings of the columns of a plan table, in small letters."""
_NUMBERED = re.compile(r"([0-9]+)[.,]0+")
#: What says that a municipality is in no district.
_NO_DISTRICT = frozenset(("", "0", "-", "–", "none", "keiner", "kein", "ohne"))

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PlanTable:
    """A plan as read: its districts in the order of the table with their labels, and what was repaired on reading."""

    districts: tuple[GivenDistrict, ...]
    labels: tuple[str, ...]
    notices: tuple[Fault, ...]


@dataclass
class _Draft:
    """A district while its rows are read: the first row, the row of each municipality, what is stated of the team."""

    row: Row
    label: str
    stated: set[str] = field(default_factory=set)
    towns: dict[Ags, Row] = field(default_factory=dict)
    employer: Employer | None = None
    fte: Fraction | None = None
    hub: Ags | None = None


def read_plan(path: Path, county: County, *, only_employer: str | None = None, file: str | None = None) -> PlanTable:
    """The plan in the table ``path`` (CSV, workbook); municipalities and hubs by key or name, employers by id or name.

    ``file`` is the table as the user knows it, the path where nothing else is said.

    Employer, FTE and hub of a district need to stand in one of its rows only; where they stand in several they must
    agree. ``only_employer`` is the id of the layer's employer where it has just one: then the table need not name it.
    A municipality may stand in several districts where team sizes are stated: the plan breaks a rule and is read.
    Raises ``InputError`` with every fault.
    """
    table = read_table(path, file or str(path), COLUMNS, optional=OPTIONAL, others=True, headings=HEADINGS)
    return _plan(table, county, only_employer)


def parse_plan(content: bytes, county: County, file: str, *, only_employer: str | None = None) -> PlanTable:
    """The same from the bytes of a table, for uploads."""
    table = parse_table(content, file, COLUMNS, optional=OPTIONAL, others=True, headings=HEADINGS)
    return _plan(table, county, only_employer)


def _plan(table: Table, county: County, only_employer: str | None) -> PlanTable:
    _check_for_other_columns(table)
    table.check()
    reader = _Reader(table, county)
    for row in table.rows:
        reader.row(row)
    districts = reader.districts(only_employer)
    table.check()
    labels = tuple(draft.label for draft in reader.drafts.values())
    return PlanTable(districts, labels, (*table.notices, *reader.notices()))


def _check_for_other_columns(table: Table) -> None:
    """What else a list has is left to its owner: a misspelt heading would be ignored without a word."""
    known = (*COLUMNS, *OPTIONAL)
    free = [column for column in known if column not in table.columns]
    for column in (column for column in table.columns if column not in known):
        if nearest(column, free) is not None:
            allowed = instead(column, free)
        elif free:
            names = listing(_LABELS[name] for name in free)
            allowed = msg("the list without this column, or one of the headings {names}", names=names)
        else:
            allowed = msg("the list without this column")
        table.fault(Row(table.header, {}), shown(column), msg("the column is not known"), allowed)


class _Reader:
    def __init__(self, table: Table, county: County) -> None:
        self.table, self.county, self.names = table, county, Names(county)
        self.drafts: dict[str, _Draft] = {}
        self._spellings: dict[str, Row] = {}
        self._outside: list[tuple[Row, Ags]] = []

    def row(self, row: Row) -> None:
        label = self._label(row)
        town = self._town(row, "municipality")
        if label is None:
            if town is not None:
                self._outside.append((row, town))
            return
        draft = self.drafts.setdefault(label.casefold(), _Draft(row, label))
        if label != draft.label:
            self._spellings.setdefault(label, row)
        if town in draft.towns:
            line = draft.towns[town].line
            wrong = msg("{town} is there twice, first in line {line}", town=self.county.name_of(town), line=line)
            self.table.fault(row, "municipality", wrong, msg("each municipality once"))
        elif town is not None:
            draft.towns[town] = row
        draft.stated |= {column for column in OPTIONAL if row.cells.get(column)}
        if row.cells.get("employer"):
            employer = self._resolved(row, "employer", self.names.employer)
            draft.employer = self._agreed(row, "employer", draft.employer, employer)
        if row.cells.get("fte"):
            draft.fte = self._agreed(row, "fte", draft.fte, self._fte(row))
        if row.cells.get("hub"):
            draft.hub = self._agreed(row, "hub", draft.hub, self._town(row, "hub"))

    def _label(self, row: Row) -> str | None:
        """The district of a row, as its first row spells it in small letters; ``None`` where it is in none."""
        text = " ".join(row["district"].split())
        # A spreadsheet makes 3.0 of the third district.
        numbered = _NUMBERED.fullmatch(text)
        label = numbered[1] if numbered is not None else text
        if label.casefold() not in _NO_DISTRICT:
            return self.table.name(Row(row.line, {"district": label}), "district")
        if any(row.cells.get(column) for column in OPTIONAL):
            wrong = msg("“{text}” is no district, and the row states a team", text=shown(label))
            allowed = msg("the name of its district; 0 or nothing only where a municipality is in none")
            self.table.fault(row, "district", wrong if label else msg("no name is given"), allowed)
        return None

    def notices(self) -> Iterator[Fault]:
        """Districts spelt in several ways, and municipalities in none."""
        for label, row in self._spellings.items():
            wrong = msg("“{text}” is taken for “{label}”", text=shown(label), label=self.drafts[label.casefold()].label)
            yield Fault(self.table.file, wrong, msg("a district of its own needs another name"), row.line, "district")
        if self._outside:
            names = listing(self.county.name_of(town) for _, town in self._outside)
            wrong, line = msg("in no district: {names}", names=names), self._outside[0][0].line
            yield Fault(self.table.file, wrong, msg("left out of the plan"), line, "district")

    def districts(self, only_employer: str | None) -> tuple[GivenDistrict, ...]:
        if not self.table.rows:
            self.table.fault(None, None, msg("the plan is empty"), msg("a row for each municipality"))
        sized = any("fte" in draft.stated for draft in self.drafts.values())
        if not sized:
            self._check_for_overlaps()
        plan = []
        for draft in self.drafts.values():
            employer = draft.employer.id if draft.employer else only_employer
            if "employer" in draft.stated and draft.employer is None:
                continue  # the fault of its name is noted
            if employer is None:
                wrong = msg("the district “{name}” has no employer", name=shown(draft.label))
                self.table.fault(draft.row, "employer", wrong, self._meant(draft))
                continue
            if sized and "fte" not in draft.stated:
                wrong = msg("the district “{name}” has no team size though others have", name=shown(draft.label))
                self.table.fault(draft.row, "fte", wrong, msg("posts for all districts, or for none"))
            plan.append(GivenDistrict(employer, tuple(sorted(draft.towns)), draft.fte, draft.hub))
        return tuple(plan)

    def _meant(self, draft: _Draft) -> Message:
        """What a district without a team may be: one that is spelt in another way elsewhere."""
        known = [other.label for other in self.drafts.values() if other is not draft and other.stated]
        likely = nearest(draft.label, known)
        if likely is None:
            return msg("an employer in one row of each district")
        return msg("an employer in one row of each district; or is it “{name}”?", name=shown(likely))

    def _check_for_overlaps(self) -> None:
        served: set[Ags] = set()
        rows = [(row, town) for draft in self.drafts.values() for town, row in draft.towns.items()]
        for row, town in sorted(rows, key=lambda found: found[0].line):
            if town in served:
                self.table.fault(row, "municipality", *overlap(self.county.name_of(town)))
            served.add(town)

    def _town(self, row: Row, column: str) -> Ags | None:
        if row[column].isdigit():
            key = self.table.ags(row, column)
            return None if key is None else self._resolved(row, column, self.names.town, key)
        return self._resolved(row, column, self.names.town)

    def _resolved(
        self, row: Row, column: str, resolve: Callable[[str], T | Found], name: str | None = None
    ) -> T | None:
        found = resolve(row[column] if name is None else name)
        if isinstance(found, tuple):
            self.table.fault(row, column, *found)
            return None
        return found

    def _fte(self, row: Row) -> Fraction | None:
        posts = self.table.number(row, "fte", minimum=0, maximum=MOST_POSTS)
        if posts == 0:
            self.table.fault(row, "fte", msg("a team needs posts"), msg("a number above 0"))
            return None
        # The shortest decimal of the number is what was written.
        return None if posts is None else Fraction(repr(posts))

    def _agreed(self, row: Row, column: str, before: T | None, stated: T | None) -> T | None:
        """What the rows of a district state, where they agree."""
        if before is not None and stated is not None and before != stated:
            wrong = msg("“{value}” contradicts an earlier row of the district", value=shown(row[column]))
            self.table.fault(row, column, wrong, msg("the same in all rows of a district, or only in one"))
        return stated if before is None else before
