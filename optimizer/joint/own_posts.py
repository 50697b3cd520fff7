"""Two layers, one of them of single municipalities: exact, by districts of the other layer (method A).

Own posts of a municipality add up inside its district of the other layer. So the question falls apart by district, and
only the units of own posts tie the districts together: a program over what is still to be covered decides.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.joint.course import Course
from optimizer.joint.cover import Chosen, Cover
from optimizer.joint.districts import Districts, Plans, Team
from optimizer.joint.method import Goal, Limits, TooMany
from optimizer.joint.own_columns import OwnColumns, OwnFirst, OwnLater, Spread, own_ranges
from optimizer.levels import SLACK, Floats
from optimizer.service import members_of
from optimizer.solver import Deadline

#: More ways to spread own units over districts than this are not looked at.
MOST_SPREADS = 100_000
#: How often an interval is halved: for the coverage of given districts, and for the price of a unit.
BISECTIONS = 40
PRICINGS = 14

Listed = dict[tuple[int, int], list[Spread]]
"""By set and its units the ways to spread own units in it."""


@dataclass(frozen=True, slots=True)
class Priced:
    """The program with own units at a price, and the bound that it gives."""

    price: float
    cover: Cover
    bound: float


def is_own(layer: Districts) -> bool:
    """Whether every district of a layer is a single municipality, each with posts that nothing else counts."""
    return all(mask.bit_count() == 1 for mask, _ in layer.possible) and own_ranges(layer) is not None


class OwnPosts:
    """See :class:`optimizer.joint.method.Method`. One of the two layers is as :func:`is_own` says."""

    tries = 1

    def __init__(self, course: Course, deadline: Deadline, watch: Callable[[float], None]) -> None:
        self.watch = watch
        first, second = course.layers
        self.course = course
        self.deadline = deadline
        self.own_is_first = is_own(first)
        self.own, self.wide = (first, second) if self.own_is_first else (second, first)
        self.columns: OwnColumns = (
            OwnFirst(course, self.own, self.wide) if self.own_is_first else OwnLater(course, self.wide, self.own)
        )
        self.partition = self.columns.partition
        self.most_hours = float(self.own.layer.step) * self.own.layer.hours_per_week

    # -- stage 1 ------------------------------------------------------------------------------------------------

    def reaching(self, goal: Goal, width: int | None = None) -> Iterator[Plans]:
        """See :class:`optimizer.joint.method.Method`. Own posts are spread as is best for the districts.

        Nothing is faster than the proof here, so with ``width`` there are none.
        """
        if width is not None:
            return
        coverage = -1.0
        while goal.coverage > coverage:
            coverage = goal.coverage
            fits = self.columns.fits(coverage, np.arange(len(self.partition.sets)))
            fewest = np.where(fits.any(axis=2), np.argmax(fits, axis=2), np.inf)
            for chosen in self._partitions(self._cover(fewest), self.own.units + 0.5):
                yield from self._spread_best(chosen, coverage)
                if goal.coverage > coverage:
                    break

    def _spread_best(self, chosen: Chosen, coverage: float) -> Iterator[Plans]:
        """The plan of chosen sets with the highest lowest coverage, if ``coverage`` can be reached at all."""
        own = self._shares(chosen, coverage)
        if own is None:
            return
        reached, most = coverage, 2 * coverage + 1.0
        for _ in range(BISECTIONS):
            middle = (reached + most) / 2
            better = self._shares(chosen, middle)
            reached, most, own = (reached, middle, own) if better is None else (middle, most, better)
        ways = [
            [self.columns.one(reached, position, units, k)] for (position, units), k in zip(chosen, own, strict=True)
        ]
        yield from self._plans(chosen, ways)

    def _shares(self, chosen: Chosen, coverage: float) -> list[int] | None:
        """Own units for each chosen set, all of them together, so that each reaches a coverage; or none."""
        order = sorted(range(len(chosen)), key=lambda j: chosen[j][0])
        fits = self.columns.fits(coverage, np.array([chosen[j][0] for j in order]))
        ways: list[list[int]] = [[]] * len(chosen)
        for row, j in enumerate(order):
            ways[j] = np.nonzero(fits[row, chosen[j][1]])[0].tolist()
        sums: dict[int, list[int]] = {0: []}
        for way in ways:
            sums = {used + k: [*ks, k] for used, ks in sums.items() for k in way if used + k <= self.own.units}
        return sums.get(self.own.units)

    def _cover(self, cost: Floats) -> Cover:
        self.deadline.check()
        return Cover(self.partition, cost, self.wide.teams.district_range, self.wide.units)

    def _partitions(self, cover: Cover, limit: float) -> Iterator[Chosen]:
        for number, chosen in enumerate(cover.partitions(limit)):
            if number % 100 == 0:
                self.deadline.check()
            yield chosen

    def _plans(self, chosen: Chosen, spreads: Sequence[Sequence[tuple[int, ...]]]) -> Iterator[Plans]:
        """The plans with one of the ways to spread own units in each set that keep the rules."""
        for combination in itertools.product(*spreads):
            own: list[Team] = []
            wide: list[Team] = []
            for (position, units), spread in zip(chosen, combination, strict=True):
                if units:
                    mask, kind = self.partition.sets[position], self.partition.kinds[position]
                    wide.append(self.wide.teams_of(mask, kind, units)[0])
                towns = members_of(self.partition.sets[position])
                for i, k in zip(towns, spread, strict=True):
                    own.extend(self._own_team(i, k) if k else ())
            plans = (tuple(own), tuple(wide)) if self.own_is_first else (tuple(wide), tuple(own))
            if self.course.hold(plans):
                yield plans

    def _own_team(self, i: int, units: int) -> tuple[Team, ...]:
        able = (self.own.teams_of(1 << i, kind, units) for kind in range(len(self.own.kinds)))
        return next(teams for teams in able if teams)[:1]

    # -- stages 2 and 3 -----------------------------------------------------------------------------------------

    def bounds(self, floor: float) -> tuple[float, float]:
        """See :class:`optimizer.joint.method.Method`."""
        shortfall, travel = (self._price(table).bound for table in self.columns.lower(floor))
        return max(0.0, shortfall), max(0.0, travel)

    def _price(self, table: Floats) -> Priced:
        """The price of a unit of own posts under which the least sum is the best bound.

        Relaxes that all units are used together (Lagrange); the sign of what the cheapest partition uses too much says
        on which side of a price the better ones lie. Every price gives a true bound.
        """
        low, high = -2 * self.most_hours, 2 * self.most_hours
        best: Priced | None = None
        for _ in range(PRICINGS):
            price = (low + high) / 2
            sums = table + price * np.arange(self.own.units + 1)
            cover = self._cover(sums.min(axis=2))
            priced = Priced(price, cover, cover.least - price * self.own.units)
            if best is None or priced.bound > best.bound:
                best = priced
            if cover.least == np.inf:
                break
            chosen = next(self._partitions(cover, cover.least + SLACK))
            used = sum(int(np.argmin(sums[position, units])) for position, units in chosen)
            if used == self.own.units:
                break
            low, high = (price, high) if used > self.own.units else (low, price)
        assert best is not None
        return best

    def within(self, floor: float, limits: Limits) -> Iterator[Plans]:
        """See :class:`optimizer.joint.method.Method`."""
        most = self._most(self.columns.lower(floor), (limits.shortfall + SLACK, limits.travel + SLACK))
        listed: Listed = {}
        count = 0
        alive = np.argwhere((most[0] > -np.inf).any(axis=2)).tolist()
        for number, (position, units) in enumerate(alive):
            self.deadline.check()
            self.watch(number / len(alive))
            found = self.columns.spreads(floor, position, units, most[:, position, units])
            count += len(found)
            if count > MOST_SPREADS:
                raise TooMany
            if found:
                listed[position, units] = found
        yield from self._combined(listed, limits)

    def _most(self, tables: Sequence[Floats], limits: Sequence[float]) -> Floats:
        """The largest shortfall and travel (these two first) with which a set, its units and own units in it can be
        part of a plan within the limits; minus infinity where they cannot."""
        own = np.arange(self.own.units + 1)
        most = np.full((len(tables), *tables[0].shape), np.inf)
        possible = np.isfinite(tables[0])
        for number, (table, limit) in enumerate(zip(tables, limits, strict=True)):
            if limit == np.inf:
                continue
            priced = self._price(table)
            with np.errstate(invalid="ignore"):
                others = priced.cover.with_each() - priced.cover.cost
            most[number] = limit - others[:, :, None] + priced.price * (self.own.units - own)
            possible &= np.isfinite(others)[:, :, None] & (table <= most[number])
        return np.where(possible, most, -np.inf)

    def _combined(self, listed: Listed, limits: Limits) -> Iterator[Plans]:
        """All plans of the listed sets within the limits."""
        table = np.full((len(self.partition.sets), self.wide.units + 1, self.own.units + 1), np.inf)
        for (position, units), spreads in listed.items():
            for spread in spreads:
                own = sum(spread.units)
                table[position, units, own] = min(table[position, units, own], spread.shortfall)
        priced = self._price(table)
        for chosen in self._partitions(priced.cover, limits.shortfall + SLACK + priced.price * self.own.units):
            ways = [listed[one] for one in chosen]
            for combination in _within(ways, self.own.units, limits):
                yield from self._plans(chosen, [[spread.units] for spread in combination])


def _within(ways: Sequence[Sequence[Spread]], units: int, limits: Limits) -> Iterator[tuple[Spread, ...]]:
    """One spread of each set, all ``units`` together, with sums of shortfall and travel within the limits."""
    least = [0.0]
    for spreads in reversed(ways):
        least.append(least[-1] + min(spread.shortfall for spread in spreads))
    rest = least[::-1]
    stack: list[tuple[tuple[Spread, ...], int, float, float]] = [((), 0, 0.0, 0.0)]
    while stack:
        taken, used, shortfall, travel = stack.pop()
        if len(taken) == len(ways):
            if used == units:
                yield taken
            continue
        for spread in ways[len(taken)]:
            short, road, own = shortfall + spread.shortfall, travel + spread.travel, used + sum(spread.units)
            close = short + rest[len(taken) + 1] <= limits.shortfall + SLACK and road <= limits.travel + SLACK
            if close and own <= units:
                stack.append(((*taken, spread), own, short, road))
