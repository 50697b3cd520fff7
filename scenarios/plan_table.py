"""A plan from a table: ``municipality,district,employer,fte,hub`` (docs/dateien.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from files.csv_table import Row, Table, read_table
from files.faults import Fault
from files.typed import shown
from geodata.county import Ags, County, Employer
from optimizer.problem import GivenDistrict
from scenarios.employers import overlap
from scenarios.layer import MOST_POSTS
from scenarios.names import Found, Names
from translation import msg

COLUMNS = ("municipality", "district")
OPTIONAL = ("employer", "fte", "hub")

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
    stated: set[str] = field(default_factory=set)
    towns: dict[Ags, Row] = field(default_factory=dict)
    employer: Employer | None = None
    fte: Fraction | None = None
    hub: Ags | None = None


def read_plan(path: Path, county: County, *, only_employer: str | None = None, file: str | None = None) -> PlanTable:
    """The plan in the CSV table ``path``; municipalities and hubs by key or name, employers by id or name.

    ``file`` is the table as the user knows it, the path where nothing else is said.

    Employer, FTE and hub of a district need to stand in one of its rows only; where they stand in several they must
    agree. ``only_employer`` is the id of the layer's employer where it has just one: then the table need not name it.
    A municipality may stand in several districts where team sizes are stated: the plan breaks a rule and is read.
    Raises ``InputError`` with every fault.
    """
    table = read_table(path, file or str(path), COLUMNS, optional=OPTIONAL)
    table.check()
    reader = _Reader(table, county)
    for row in table.rows:
        reader.row(row)
    districts = reader.districts(only_employer)
    table.check()
    return PlanTable(districts, tuple(reader.drafts), tuple(table.notices))


class _Reader:
    def __init__(self, table: Table, county: County) -> None:
        self.table, self.county, self.names = table, county, Names(county)
        self.drafts: dict[str, _Draft] = {}

    def row(self, row: Row) -> None:
        label = self.table.name(row, "district")
        town = self._town(row, "municipality")
        if label is None:
            return
        draft = self.drafts.setdefault(label, _Draft(row))
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
                wrong = msg("the district has no employer")
                self.table.fault(draft.row, "employer", wrong, msg("an employer in one row of each district"))
                continue
            if sized and "fte" not in draft.stated:
                wrong = msg("the district has no team size though others have")
                self.table.fault(draft.row, "fte", wrong, msg("posts for all districts, or for none"))
            plan.append(GivenDistrict(employer, tuple(sorted(draft.towns)), draft.fte, draft.hub))
        return tuple(plan)

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
