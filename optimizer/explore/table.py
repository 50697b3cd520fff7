"""The columns of a layer as arrays: per district and kind of team the cost of the best column, and their number."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.column import Column, Order
from optimizer.explore.counters import Counters
from optimizer.explore.cover import Cover, Floats
from optimizer.explore.situation import Situation
from optimizer.reference import Changes, changes, weights_of
from optimizer.rounding import less
from optimizer.service import mask_of, members_of
from optimizer.stages import travel_hours

#: Coverage of a district where nobody has any need.
NO_NEED = 1e9


def in_order(district: NDArray[np.intp], count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Columns by their district, and where those of each begin, for ``count`` of them and the end."""
    ordered = np.argsort(district, kind="stable")
    return ordered, np.searchsorted(district[ordered], np.arange(count + 1))


class Grid(ABC):
    """Columns with their figures, and the ways to put plans together from their districts.

    One entry per column in ``district`` (position in ``cover.districts``), ``kind`` (in ``counters.kinds``) and
    ``coverage`` (minus infinity: the team cannot serve the district). ``by_district`` as :func:`in_order` makes it.
    """

    situation: Situation
    cover: Cover
    counters: Counters
    district: NDArray[np.intp]
    by_district: tuple[NDArray[np.intp], NDArray[np.intp]]
    kind: NDArray[np.intp]
    coverage: Floats

    @property
    @abstractmethod
    def shortfall(self) -> Floats:
        """Hours per week missing in the municipalities of each column."""

    @property
    @abstractmethod
    def travel(self) -> Floats:
        """Hours per week on the road of each column; zero where the team cannot serve it."""

    @cached_property
    def third(self) -> Floats:
        """What the choice of the teams of some districts adds to the third stage: travel, nothing to what changes."""
        return self.travel if self.situation.layer.reference is None else np.zeros(len(self.district))

    def third_of(self, columns: Sequence[int]) -> float:
        """The value of the third stage of a plan: the cost of its changes where there is a reference, else travel."""
        if self.situation.layer.reference is None:
            return math.fsum(float(self.travel[j]) for j in columns)
        districts = frozenset(int(self.district[j]) for j in columns)
        if districts not in self._change_costs:
            self._change_costs[districts] = self._changes(districts).cost
        return self._change_costs[districts]

    @cached_property
    def _change_costs(self) -> dict[frozenset[int], float]:
        return {}

    def _changes(self, districts: Collection[int]) -> Changes:
        problem, reference = self.situation.problem, self.situation.layer.reference
        towns = problem.municipalities
        members = [[towns[i].ags for i in members_of(self.cover.districts[d])] for d in sorted(districts)]
        return changes(members, reference or (), weights_of(problem))

    def columns_of(self, district: int) -> NDArray[np.intp]:
        """All columns of a district, ascending."""
        ordered, starts = self.by_district
        return ordered[starts[district] : starts[district + 1]]

    @abstractmethod
    def order(self, column: int) -> Order:
        """A column in the order of municipality keys, employers and sizes."""

    def reaching(self, coverage: float) -> NDArray[np.bool_]:
        """Which columns reach a coverage, but for rounding."""
        return self.coverage >= less(coverage)

    def cheapest(self, costs: Floats, chosen: NDArray[np.bool_]) -> Floats:
        """The least of ``costs`` among the chosen columns per district and kind; infinite where there is none."""
        found = np.full((len(self.cover.districts), len(self.counters.kinds)), np.inf)
        np.minimum.at(found, (self.district[chosen], self.kind[chosen]), costs[chosen])
        return found

    def number(self, chosen: NDArray[np.bool_]) -> Floats:
        """How many of the chosen columns there are per district and kind."""
        found = np.zeros((len(self.cover.districts), len(self.counters.kinds)))
        np.add.at(found, (self.district[chosen], self.kind[chosen]), 1.0)
        return found

    def highest_coverage(self) -> float:
        """The highest lowest coverage of all plans; minus infinity where there is none. Raises ``TimeUp``."""
        possible = self.coverage > -np.inf
        values = np.unique(self.coverage[possible])
        # No plan is above the highest coverage for which the posts suffice district by district.
        low, high = -1, len(values) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.cover.fewest_units(self.cheapest(self.coverage, self.coverage >= values[middle])) == math.inf:
                high = middle - 1
            else:
                low = middle
        if low < 0:
            return -math.inf
        # Mostly a plan reaches nearly that; else the net is cast wider.
        width = 0.02
        while True:
            floor = float(values[low]) - width
            worst = self.cheapest(-self.coverage, possible & (self.coverage >= floor))
            highest = -self.cover.best(self.cover.least(worst, highest=True))
            if highest > -math.inf or floor <= values[0]:
                return highest
            width *= 4


class Table(Grid):
    """The columns of a situation; ``counters`` are those of its source, where they are at hand.

    Raises :class:`TooLarge` and ``TimeUp``.
    """

    def __init__(self, situation: Situation, columns: Sequence[Column], counters: Counters | None = None) -> None:
        self.situation = situation
        self.columns = tuple(columns)
        source = situation.source()
        self.counters = Counters(source) if counters is None else counters
        masks = [mask_of(column.members) for column in self.columns]
        districts = sorted(set(masks))
        self.cover = Cover(source, districts, self.counters, situation.deadline)
        position = {mask: number for number, mask in enumerate(districts)}
        self.district = np.array([position[mask] for mask in masks], dtype=np.intp)
        self.by_district = in_order(self.district, len(districts))
        kinds = self.counters.kind_of
        self.kind = np.array([kinds[c.employer, c.units] for c in self.columns], dtype=np.intp)
        fair = situation.service.fair_level
        self.coverage = np.array([min(column.level / fair, NO_NEED) for column in self.columns])
        self._source = source
        self.cover.narrow(self.number(np.ones(len(self.columns), dtype=np.bool_)))

    @cached_property
    def shortfall(self) -> Floats:
        """Hours per week missing in the municipalities of each column."""
        return np.array([self._source.shortfall(column) for column in self.columns])

    @cached_property
    def travel(self) -> Floats:
        """Hours per week on the road of each column."""
        return np.array([travel_hours(self._source, column) for column in self.columns])

    def order(self, column: int) -> Order:
        """A column in the order of municipality keys, employers and sizes."""
        return self.columns[column].order
