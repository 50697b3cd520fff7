"""What the good plans can do for each municipality: from the fewest to the most hours, with whom, and from which hubs.

A column is part of a good plan or it is not, and that depends on its district, its size and its class of employers
only. So one pass over the county, there and back, tells it of all columns (:meth:`Cover.part_of_plans`), and with them
of every municipality what is possible, what always holds and what never does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from optimizer.explore.search import Search
from optimizer.explore.situation import NoPlanInTime, Situation, TooLarge, situation_of
from optimizer.explore.table import Table
from optimizer.plan import Plan
from optimizer.problem import Ags, Problem
from optimizer.rounding import ROUNDING
from optimizer.service import members_of
from optimizer.solver import Solver, TimeUp
from optimizer.way.consequences import Consequence, consequences

#: More columns than this have too many ways to be put together.
MOST_COLUMNS = 100_000


class Company(StrEnum):
    """In which of the good plans two municipalities share a district."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    NEVER = "never"


@dataclass(frozen=True)
class Possible:
    """What the good plans do for a municipality: proven, for no good plan is left out.

    ``least`` and ``most`` are good plans that give it the fewest and the most hours, of several the one with the least
    shortfall. ``company`` has every other municipality that takes part. ``hubs`` and ``employers`` are those from which
    some good plan serves it. ``alone``: whether some plan does so without anyone else; ``unserved``: or in no district.
    """

    ags: Ags
    least: Plan
    most: Plan
    company: Mapping[Ags, Company]
    hubs: tuple[Ags, ...]
    employers: tuple[str, ...]
    alone: bool
    unserved: bool

    @property
    def hours(self) -> tuple[float, float]:
        """The fewest and the most hours on site per week, of this layer and all earlier ones."""
        return self.least.municipalities[self.ags].hours, self.most.municipalities[self.ags].hours

    @property
    def hours_per_1000(self) -> tuple[float, float] | None:
        """The fewest and the most hours per 1,000 people; ``None`` where these are not known or nobody has any need."""
        least, most = self.least.hours_per_1000(self.ags), self.most.hours_per_1000(self.ags)
        return None if least is None or most is None else (least, most)


@dataclass(frozen=True)
class Municipalities:
    """What is possible for each municipality that takes part, by AGS, and what three courses of it would cost.

    Good plans are those with a lowest coverage of at least ``coverage``: within the fairness tolerance of the highest.
    ``plan`` is the best of them. ``consequences`` are those of the municipalities asked about.
    """

    plan: Plan
    coverage: float
    items: Mapping[Ags, Possible]
    consequences: Mapping[Ags, tuple[Consequence, ...]]


def municipality(
    problem: Problem,
    *,
    layer: int = 0,
    towns: Sequence[Ags] | None = None,
    declined: Callable[[Problem, Ags], Problem | None] | None = None,
    solver: Solver | None = None,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Municipalities:
    """What every good plan of a layer can do for each municipality, and what its own courses cost.

    The courses are those of ``towns``, by default of all that take part. ``declined`` is the problem without a
    municipality that takes no part, where that is known better than :func:`optimizer.declining.without_town`
    can tell. ``progress`` gets the courses worked out and of all.

    Raises ``KeyError`` for a town that is unknown or takes no part, :class:`Infeasible`, :class:`TooLarge`, and
    :class:`NoPlanInTime` where the highest lowest coverage or what is within the tolerance of it is not proven in time.
    """
    situation = situation_of(problem, layer, solver=solver, time_limit=time_limit)
    present = [town.ags for town in situation.problem.municipalities if town.taking_part]
    asked = present if towns is None else list(towns)
    if unknown := set(asked) - set(present):
        raise KeyError(min(unknown))
    best = situation.best()
    if not best.stages[0].proven:
        raise NoPlanInTime
    coverage = max(0.0, best.stages[0].value - problem.fairness_tolerance)
    try:
        items = _items(situation, coverage)
    except TimeUp:
        raise NoPlanInTime from None
    found = consequences(situation, best, asked, declined, progress)
    return Municipalities(best, coverage, items, found)


def _items(situation: Situation, coverage: float) -> dict[Ags, Possible]:
    columns = situation.source().columns(coverage, situation.deadline)
    if len(columns) > MOST_COLUMNS:
        raise TooLarge
    table = Table(situation, columns)
    good = _Good(table, table.reaching(coverage))
    towns = situation.problem.municipalities
    return {town.ags: good.possible(i) for i, town in enumerate(towns) if town.taking_part}


class _Good:
    """The columns of good plans, those that reach a coverage (``chosen``), and what they do for a municipality."""

    def __init__(self, table: Table, chosen: NDArray[np.bool_]) -> None:
        self.table = table
        self.chosen = chosen
        found = table.cover.part_of_plans(table.number(chosen))
        #: Which columns are part of a good plan: all of a district and kind are, or none.
        self.columns = chosen & found.columns[table.district, table.kind]
        self.left_out = found.left_out
        masks = table.cover.districts
        self.members = np.array([[mask >> i & 1 for i in range(table.situation.service.size)] for mask in masks]) > 0

    def possible(self, i: int) -> Possible:
        """What the good plans do for municipality ``i``."""
        table, problem = self.table, self.table.situation.problem
        towns, unserved = problem.municipalities, i in self.left_out
        holding = self.members[table.district, i]
        mine = np.flatnonzero(self.columns & holding)
        hours = np.array([self._hours(i, int(j)) for j in mine])
        # Who may be in no district gets no hours in any: then all are alike.
        lowest, highest = hours <= hours.min(initial=np.inf) + ROUNDING, hours >= hours.max(initial=0.0) - ROUNDING
        columns = [table.columns[j] for j in mine]
        ids = [employer.id for employer in table.situation.source().employers]
        return Possible(
            towns[i].ags,
            self._plan(holding, mine[lowest]),
            self._plan(holding, mine[highest]),
            self._company(i, mine, unserved),
            tuple(sorted({towns[column.hub].ags for column in columns})),
            tuple(ids[e] for e in sorted({column.employer for column in columns})),
            any(len(column.members) == 1 for column in columns),
            unserved,
        )

    def _hours(self, i: int, column: int) -> float:
        service, chosen = self.table.situation.service, self.table.columns[column]
        return service.deliver(chosen.members, chosen.hub, chosen.level).hours[chosen.members.index(i)]

    def _plan(self, holding: NDArray[np.bool_], mine: NDArray[np.intp]) -> Plan:
        """The good plan with the least shortfall in which one of ``mine`` serves a municipality, or nobody does."""
        table = self.table
        chosen = self.chosen & ~holding
        chosen[mine] = True
        found = next(Search(table, chosen, table.shortfall).plans())
        return table.situation.plan([table.columns[j] for j in found.columns])

    def _company(self, i: int, mine: NDArray[np.intp], unserved: bool) -> dict[Ags, Company]:
        situation = self.table.situation
        together = self.members[self.table.district[mine]]
        found = {}
        for j in members_of(situation.service.taking_part & ~(1 << i)):
            company = Company.SOMETIMES if together[:, j].any() else Company.NEVER
            if len(mine) and together[:, j].all() and not unserved:
                company = Company.ALWAYS
            found[situation.problem.municipalities[j].ags] = company
        return found
