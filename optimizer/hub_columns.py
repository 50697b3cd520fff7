"""The columns of a threshold for counties of many municipalities: bounded by hub prices, made as arrays."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from optimizer.column import Column
from optimizer.district_rules import FREE, DistrictRules, Pinned
from optimizer.districts import Growth, connected_reach
from optimizer.hub_growth import HubGrowth, Masks
from optimizer.hub_prices import HubPrices, Prices
from optimizer.levels import Flags, Floats, Ints, levels, memberships, product
from optimizer.rounding import ROUNDING, less
from optimizer.service import TIE, members_of
from optimizer.solver import Deadline
from optimizer.teams import IMPOSSIBLE, Teams

#: Sets whose columns are made at once: bounds the memory.
CHUNK = 1 << 16
#: Hours by which a set may cost more than a team has before its level is worked out exactly.
NEAR = 1e-6


class HubColumns:
    """Every column that can be part of a plan with a lowest coverage and a shortfall, as ``ColumnSource.columns``.

    ``growth`` is without bounds of its own. Prices of one threshold are where those of the next begin.
    """

    def __init__(self, teams: Teams, growth: Growth, rules: DistrictRules, required: int) -> None:
        self.teams = teams
        self.service = teams.service
        self.growth = replace(growth, reach=connected_reach(growth))
        self.rules = rules
        self.prices = HubPrices(teams, rules.hubs, self.growth.reach, required)
        self.known: Prices | None = None
        self.sets_seen = 0
        service = self.service
        self.weights: Floats = np.array(service.weights)
        self.supply: Floats = np.array(service.existing)
        self.fewest: Floats = np.array(service.fewest)
        self.fair: Floats = np.array(service.fair_supply)
        self.gaps: Floats = np.maximum(0.0, self.fair - self.supply)

    def needs(self, coverage: float) -> Floats:
        """On-site hours that each municipality must get at least for a coverage."""
        wanted = np.maximum(self.fewest, coverage * self.fair - self.supply)
        return np.where(self.weights > 0, wanted, self.fewest)

    def highest_coverage(self, high: float) -> float:
        """A coverage up to ``high`` that no plan exceeds."""
        if not 0.0 < high < math.inf or self.teams.hours == IMPOSSIBLE:
            return high
        found, self.known = self.prices.highest_coverage(self.needs, self.teams.hours + ROUNDING, high)
        return found

    def columns(
        self, coverage: float, deadline: Deadline, most_shortfall: float = math.inf, share: float = 1.0
    ) -> Iterator[Column]:
        """The columns, in a fixed order; only those that take at most a ``share`` of the hours to spare.

        Raises ``TimeUp``.
        """
        self.sets_seen = 0
        needs = self.needs(coverage)
        spare = self.teams.most_hours(float(np.sum(needs)), float(np.sum(self.gaps)), most_shortfall) + ROUNDING
        if spare == IMPOSSIBLE:
            return
        prices = self.known = self.prices.best(needs, spare, self.known)
        if prices.total > spare:
            return
        sets = self._sets(prices, spare - (1.0 - share) * (spare - prices.total), deadline)
        for start in range(0, len(sets), CHUNK):
            deadline.check()
            yield from self._columns_of(sets[start : start + CHUNK], prices, coverage, most_shortfall)

    def rest(self, coverage: float) -> Rest:
        """What tells which parts of a plan of such columns leave too little to the rest of the county."""
        needs = self.needs(coverage)
        spare = self.teams.most_hours(float(np.sum(needs)), float(np.sum(self.gaps)), math.inf) + ROUNDING
        self.known = self.prices.best(needs, spare, self.known)
        return Rest(self, self.known)

    def _sets(self, prices: Prices, spare: float, deadline: Deadline) -> Masks:
        """The sets that some hub can serve, ascending, those that break a rule left out."""
        weights, allowances = self.prices.growing(prices, spare)
        found: list[Masks] = [np.empty(0, dtype=np.uint64)]
        for row, hub in enumerate(self.prices.hubs):
            leaves = partial(self._leaves, prices, spare, row)
            growth = HubGrowth(self.growth, int(hub), prices.cost[row], weights[row], float(allowances[row]), leaves)
            found.extend(sets[self._together(sets)] for sets in growth.sets(deadline))
            self.sets_seen += growth.seen
        return np.unique(np.concatenate(found))

    def _leaves(self, prices: Prices, spare: float, row: int, sets: Masks) -> Floats:
        parts = [sets[start : start + CHUNK] for start in range(0, len(sets), CHUNK)]
        return np.concatenate(
            [self.prices.leaves(prices, spare, row, memberships(part, self.service.size)) for part in parts]
        )

    def _together(self, sets: Masks) -> Flags:
        kept = np.ones(len(sets), dtype=bool)
        for mask in self.rules.together:
            kept &= _none(sets, mask) | _all(sets, mask)
        for pin in self.rules.pins:
            kept &= _none(sets, pin.members) | _all(sets, pin.members)
        return kept

    def _columns_of(self, sets: Masks, prices: Prices, coverage: float, most_shortfall: float) -> Iterator[Column]:
        for pin in (FREE, *self.rules.pins):
            if pin is FREE:
                mine = np.ones(len(sets), dtype=bool)
                for other in self.rules.pins:
                    mine &= _none(sets, other.members)
            else:
                mine = _all(sets, pin.members)
            if mine.any():
                yield from _Chunk(self, sets[mine], prices, coverage, most_shortfall).columns(pin)


class Rest:
    """What the municipalities that some districts leave need, against what further teams have."""

    def __init__(self, source: HubColumns, prices: Prices) -> None:
        self.source = source
        self.prices = prices
        teams = source.teams
        #: Most hours by districts so far and units left.
        self.hours: Floats = np.array([teams.rest_after(number) for number in range(teams.district_range[1] + 1)])

    def possible(self, inside: Floats, covered: Ints, units: Ints, districts: Ints) -> Flags:
        """See :class:`~optimizer.covered_sets.Rest`."""
        source = self.source
        hours = self.hours[districts, source.teams.units - units]
        numbers, of_number = np.unique(districts, return_inverse=True)
        needed = source.prices.rest_hours(self.prices, inside, numbers.tolist())[of_number, covered]
        return np.asarray(needed - ROUNDING <= hours)


class _Chunk:
    # Some sets at a threshold. Rows are sets, columns municipalities or hubs.

    def __init__(self, source: HubColumns, sets: Masks, prices: Prices, coverage: float, most_shortfall: float) -> None:
        self.source, self.teams, self.service = source, source.teams, source.service
        self.sets = sets
        self.inside = memberships(sets, self.service.size)
        self.hubs = source.prices.hubs
        self.reaching = np.array([_none(sets, ~source.growth.reach[b]) for b in self.hubs]).T
        self.cost = product(self.inside, np.where(np.isfinite(prices.cost), prices.cost, 0.0).T)
        self.left = source.prices.rest_hours(prices, self.inside)[0]
        self.level = coverage * self.service.fair_level
        self.least_level = less(coverage, ROUNDING) * self.service.fair_level
        self.most_shortfall = most_shortfall
        outside = 1.0 - self.inside
        self.rest_gap = product(outside, source.gaps)
        self.rest_road = np.maximum(0.0, self.left - product(outside, prices.needs))

    def columns(self, pin: Pinned) -> Iterator[Column]:
        """The columns of all sets, which hold that pin and no other."""
        teams, rules = self.teams, self.source.rules
        numbers = np.bitwise_count(self.sets)
        for e, employer in enumerate(teams.employers):
            if pin.employer not in (None, e):
                continue
            usable = self.reaching & np.array([bool(rules.hubs[e] & pin.hubs & 1 << int(b)) for b in self.hubs])
            if employer.base == "district":
                usable = usable & (self.inside[:, self.hubs] > 0)
            served = _none(self.sets, ~rules.allowed[e])
            if employer.max_municipalities is not None:
                served &= numbers <= employer.max_municipalities
            usable = usable & served[:, None]
            for units in teams.sizes:
                if units <= teams.largest_team[e] and pin.units in (None, units):
                    yield from self._sized(e, units, usable)

    def _sized(self, employer: int, units: int, usable: Flags) -> Iterator[Column]:
        """The columns of one employer and team size, each with its best hub."""
        hours, rest = self.teams.sizes[units], self.teams.rest[self.teams.units - units]
        if rest == IMPOSSIBLE:
            return
        rows = np.flatnonzero(self.left - ROUNDING <= rest)
        able = usable[rows] & (self.cost[rows] <= hours + NEAR)
        some = np.any(able, axis=1)
        rows, able = rows[some], able[some]
        if not len(rows):
            return
        hubs, reached = self._best_hubs(rows, able, hours)
        kept = np.flatnonzero((reached >= self.least_level) & self._worth_while(rows, reached, rest))
        for row, b in zip(rows[kept], self.hubs[hubs[kept]], strict=True):
            mask, hub = int(self.sets[row]), int(b)
            # The level as everywhere else, to the last bit.
            level = self.service.level([i for i in self.service.by_kink if mask >> i & 1], hub, hours)
            if level is not None:
                members = members_of(mask)
                yield Column(members, members, employer, units, hub, level)

    def _best_hubs(self, rows: Ints, able: Flags, hours: float) -> tuple[Ints, Floats]:
        """As ``Service.best_hub``: the first with the highest level, ties apart."""
        source = self.source
        best, hubs = np.full(len(rows), -np.inf), np.zeros(len(rows), dtype=np.int64)
        for h in range(len(self.hubs)):
            at = np.flatnonzero(able[:, h])
            if not len(at):
                continue
            inside = self.inside[rows[at]]
            cost = inside * np.where(np.isfinite(source.prices.per_hour[h]), source.prices.per_hour[h], 0.0)
            found = levels(cost, np.full(len(at), hours), source.supply, source.fewest, source.weights)
            better = found > np.maximum(best[at] * (1 + TIE), best[at] + TIE / 4)
            hubs[at[better]], best[at[better]] = h, found[better]
        return hubs, best

    def _worth_while(self, rows: Ints, level: Floats, rest: float) -> Flags:
        """Whether the rest of the county can keep the shortfall low enough."""
        if self.most_shortfall == math.inf:
            return np.ones(len(rows), dtype=bool)
        source = self.source
        with np.errstate(invalid="ignore"):
            given = np.where(source.weights > 0, level[:, None] * source.weights, 0.0)
        supply = np.maximum(source.supply + source.fewest, given)
        missing = np.sum(self.inside[rows] * np.maximum(0.0, source.fair - supply), axis=1)
        others = np.maximum(0.0, self.rest_gap[rows] - rest + self.rest_road[rows])
        return np.asarray(missing + others <= self.most_shortfall + ROUNDING)


def _none(sets: Masks, mask: int) -> Flags:
    return np.asarray(sets & _word(mask) == 0)


def _all(sets: Masks, mask: int) -> Flags:
    return np.asarray(sets & _word(mask) == _word(mask))


def _word(mask: int) -> np.uint64:
    return np.uint64(mask & (1 << 64) - 1)
