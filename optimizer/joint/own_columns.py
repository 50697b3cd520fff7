"""Districts of one layer with the posts that their municipalities have of their own in the other layer.

The hours of a municipality's own team depend on nothing but its units of posts, so a district of the other layer can
be judged together with the units spread over its municipalities. Tables are by (set, its units, own units in it);
all of them together come from min-plus sums over the municipalities.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from optimizer.joint.course import Course
from optimizer.joint.districts import Districts, Team
from optimizer.joint.method import TooMany
from optimizer.joint.partition import Partition
from optimizer.joint.starts import Starts, partition_of
from optimizer.levels import SLACK, Flags, Floats, Ints, levels
from optimizer.service import mask_of, members_of


@dataclass(frozen=True, slots=True)
class Spread:
    """Own units of the municipalities of a set (ascending), and what the district with them adds to each stage.

    ``travel`` is a bound where several employers may have the teams.
    """

    units: tuple[int, ...]
    shortfall: float
    travel: float


def own_ranges(layer: Districts) -> list[tuple[int, int]] | None:
    """Fewest and most units by municipality, for a layer of single municipalities.

    Nothing where some rule for the layer or the scenario as a whole counts the posts of several of them together.
    """
    lowest, highest = layer.teams.district_range
    any_number = lowest <= (layer.target & ~layer.optional).bit_count() and layer.target.bit_count() <= highest
    if layer.optional and (not any_number or layer.layer.limits or layer.layer.most_changes is not None):
        # Who may have no team counts in how many there are, in their posts, and in what changes.
        return None
    ranges = [(1, layer.units)] * layer.size
    served = [
        mask_of(i for i in members_of(layer.target) if layer.hubs(1 << i, e)) for e in range(len(layer.employers))
    ]
    if layer.problem.ki_binding:
        shares = {employer.is_ki for employer, towns in zip(layer.employers, served, strict=True) if towns}
        if len(shares) > 1:
            return None
    for limit in layer.layer.limits:
        named = [employer.id in limit.employers for employer in layer.employers]
        mine = _union(towns for towns, of_it in zip(served, named, strict=True) if of_it)
        others = _union(towns for towns, of_it in zip(served, named, strict=True) if not of_it)
        least = math.ceil(limit.minimum / layer.layer.step)
        most = layer.units if limit.maximum is None else math.floor(limit.maximum / layer.layer.step)
        if mine == layer.target and not others:
            least, most = (1, layer.units) if least <= layer.units <= most else (layer.units + 1, 0)
        elif mine & others or mine.bit_count() > 1:
            return None
        for i in members_of(mine):
            ranges[i] = max(ranges[i][0], least), min(ranges[i][1], most)
    return ranges


def _union(masks: Iterable[int]) -> int:
    return functools.reduce(int.__or__, masks, 0)


class OwnTeams:
    """What one team alone in a municipality delivers, by municipality and units; unit 0: no team."""

    def __init__(self, course: Course, layer: Districts) -> None:
        county = course.county
        self.layer = layer
        ranges = own_ranges(layer)
        assert ranges is not None
        shape = county.size, layer.units + 1
        #: Hours that the best employer's team can spend on site; minus infinity where there can be no such team.
        self.hours: Floats = np.full(shape, -np.inf)
        #: The fewest hours on the road per hour on site.
        self.road: Floats = np.zeros(shape)
        for i in members_of(layer.taking_part):
            able = (layer.possible.get((1 << i, kind), ()) for kind in range(len(layer.kinds)))
            for e in itertools.chain.from_iterable(able):
                hubs = layer.hubs(1 << i, e)
                for k in layer.sizes(1 << i, e):
                    if not ranges[i][0] <= k <= ranges[i][1]:
                        continue
                    cost = float(layer.cost[list(hubs), i].min())
                    hours = layer.hours[k] / cost
                    if hours >= -SLACK:
                        known = self.hours[i, k] > -np.inf
                        self.road[i, k] = min(self.road[i, k], cost - 1) if known else cost - 1
                        self.hours[i, k] = max(self.hours[i, k], hours)
        self.needy = county.needy

    def deliver(self, i: int, earlier: Floats) -> Floats:
        """On-site hours in a municipality by ``earlier`` ones and own units; minus infinity where it cannot be."""
        fewest = np.maximum(0.0, self.layer.fewest[i] - earlier)[:, None]
        hours = self.hours[i][None]
        possible = np.maximum(hours, fewest) if self.needy[i] else np.broadcast_to(fewest, (len(earlier), hours.size))
        found: Floats = np.where(hours >= fewest - SLACK, possible, -np.inf)
        alone = fewest[:, 0] <= 0.0 if self.layer.optional >> i & 1 else not self.layer.target >> i & 1
        found[:, 0] = np.where(alone, 0.0, -np.inf)
        return found

    def travel(self, i: int, hours: Floats) -> Floats:
        """A lower bound of the hours on the road for the ``hours`` on site by own units."""
        road: Floats = np.maximum(hours, 0.0) * self.road[i]
        return road


def spread_sums(inside: Flags, terms: Sequence[Floats], units: int) -> Floats:
    """Least sums (rows, units) of one term per municipality of each row, units spread over the municipalities.

    ``terms[i]`` has the rows that have municipality ``i`` inside, in their order.
    """
    found = np.full((len(inside), units + 1), np.inf)
    found[:, 0] = 0.0
    for i, term in enumerate(terms):
        rows = np.nonzero(inside[:, i])[0]
        if len(rows):
            found[rows] = _convolved(found[rows], term)
    return found


def _convolved(sums: Floats, term: Floats) -> Floats:
    found = np.full(sums.shape, np.inf)
    width = sums.shape[1]
    for k in np.nonzero(np.isfinite(term).any(axis=0))[0].tolist():
        np.minimum(found[:, k:], sums[:, : width - k] + term[:, k : k + 1], out=found[:, k:])
    return found


class OwnColumns(Protocol):
    """Both orders of the layers: own posts before the districts, or after them."""

    partition: Partition

    def fits(self, coverage: float, positions: Ints) -> Flags:
        """Whether sets (positions) reach a coverage, by their units and the own units in them."""

    def one(self, coverage: float, position: int, units: int, own: int) -> tuple[int, ...]:
        """One way to spread ``own`` units in a set so that it reaches a coverage; there must be one."""

    def lower(self, floor: float) -> tuple[Floats, Floats]:
        """Lower bounds of shortfall and travel by (set, units, own units), infinite where ``floor`` is not reached."""

    def spreads(self, floor: float, position: int, units: int, most: Floats) -> list[Spread]:
        """Every way to spread own units in a set that reaches ``floor`` with shortfall and travel of at most ``most``
        (these two, own units)."""


def _listed(own: int, *tests: tuple[Sequence[Floats], float]) -> Ints:
    """All ways (rows) to give ``own`` units to the municipalities whose terms (by municipality, units) add up to no
    more than their limit, in each of the ``tests``. Raises ``TooMany``."""
    options = tests[0][0]
    ends = [_suffixes(terms, own) for terms, _ in tests]
    ways: Ints = np.zeros((1, 0), dtype=np.int64)
    used: Ints = np.zeros(1, dtype=np.int64)
    sums = [np.zeros(1) for _ in tests]
    for position in range(len(options)):
        sizes = np.nonzero(np.isfinite(options[position][: own + 1]))[0]
        after = used[:, None] + sizes
        kept = after <= own
        left = np.maximum(own - after, 0)
        added = [one[:, None] + terms[position][sizes] for one, (terms, _) in zip(sums, tests, strict=True)]
        for one, end, (_, most) in zip(added, ends, tests, strict=True):
            kept &= one + end[position + 1][left] <= most + SLACK
        rows, columns = np.nonzero(kept)
        ways = np.concatenate([ways[rows], sizes[columns][:, None]], axis=1)
        used = after[rows, columns]
        sums = [one[rows, columns] for one in added]
        if len(ways) > MOST_SPREADS:
            raise TooMany
    return ways


def _cheapest(terms: Sequence[Floats], own: int) -> tuple[tuple[int, ...], float]:
    """The way to give ``own`` units to the municipalities with the least sum of ``terms``, and the sum."""
    rest = _suffixes(terms, own)
    way: list[int] = []
    for position, term in enumerate(terms):
        left = own - sum(way)
        sums = term[: left + 1] + rest[position + 1][left - np.arange(min(left + 1, len(term)))]
        way.append(int(np.argmin(sums)))
    return tuple(way), float(rest[0][own])


def _suffixes(terms: Sequence[Floats], own: int) -> list[Floats]:
    """Least sums of the last terms, by the units that they take."""
    last = np.full(own + 1, np.inf)
    last[0] = 0.0
    found = [last]
    for term in reversed(terms):
        found.append(_convolved(found[-1][None], term[None, : own + 1])[0])
    return found[::-1]


#: More ways to spread units in a district than this are not looked at.
MOST_SPREADS = 200_000


class OwnFirst:
    """Own posts in the layer before the districts: a district's level follows from the units in it."""

    def __init__(self, course: Course, own: Districts, wide: Districts) -> None:
        self.course = course
        self.own = OwnTeams(course, own)
        self.wide = wide
        self.starts = Starts(wide)
        self.partition = self.starts.partition
        county = course.county
        towns = range(county.size)
        self.own_hours = np.concatenate([self.own.deliver(i, county.given[i : i + 1]) for i in towns])
        self.own_travel = np.stack([self.own.travel(i, self.own_hours[i]) for i in towns])

    def _lacking(self, coverage: float) -> Floats:
        """Hours that the district must add, by municipality and own units."""
        county = self.course.county
        needs = county.needs(coverage, self.wide.fewest) - county.given
        return np.where(np.isfinite(self.own_hours), np.maximum(0.0, needs[:, None] - self.own_hours), np.inf)

    def _sums(self, rows: Ints, fixed: Floats, lacking: Floats, more: float = 0.0) -> Floats:
        """Least sums of ``fixed + (cost - more) * lacking`` over the municipalities of rows, by own units."""
        inside, cost = self.starts.inside[rows], self.starts.cost[rows]
        with np.errstate(invalid="ignore"):
            terms = [
                fixed[i] + (cost[inside[:, i], i] - more)[:, None] * np.where(np.isfinite(lacking[i]), lacking[i], 0.0)
                for i in range(len(lacking))
            ]
        terms = [np.where(np.isfinite(lacking[i]), term, np.inf) for i, term in enumerate(terms)]
        return spread_sums(inside, terms, self.own.layer.units)

    def _fitting(self, rows: Ints, needed: Floats) -> Flags:
        """By row, units and own units: whether the team has the hours that are needed."""
        enough = needed[:, None, :] <= (self.starts.to_spend + SLACK)[None, :, None]
        return enough & self.starts.sizes[rows][:, :, None]

    def fits(self, coverage: float, positions: Ints) -> Flags:
        """See :class:`OwnColumns`."""
        rows = np.nonzero(np.isin(self.starts.rows[:, 0], positions))[0]
        lacking = self._lacking(coverage)
        fitting = self._fitting(rows, self._sums(rows, np.zeros(lacking.shape), lacking))
        starts = np.searchsorted(self.starts.rows[rows, 0], np.sort(positions))
        found: Flags = np.logical_or.reduceat(fitting, starts, axis=0)
        return found

    def one(self, coverage: float, position: int, units: int, own: int) -> tuple[int, ...]:
        """See :class:`OwnColumns`."""
        lacking = self._lacking(coverage)
        towns = members_of(self.partition.sets[position])
        mine = np.nonzero((self.starts.rows[:, 0] == position) & self.starts.sizes[:, units])[0]
        ways = [_cheapest([self.starts.cost[row, i] * lacking[i] for i in towns], own) for row in mine.tolist()]
        return min(ways, key=lambda way: way[1])[0]

    def lower(self, floor: float) -> tuple[Floats, Floats]:
        """See :class:`OwnColumns`.

        Whatever a team has left beyond what ``floor`` needs lowers the shortfall by at most one hour per hour.
        """
        rows = np.arange(len(self.starts.rows))
        lacking = self._lacking(floor)
        fitting = self._fitting(rows, self._sums(rows, np.zeros(lacking.shape), lacking))
        short = self._sums(rows, self._missing(lacking), lacking)
        missing = np.maximum(0.0, short[:, None, :] - self.starts.to_spend[None, :, None])
        travel = self._sums(rows, self.own_travel, lacking, more=1.0)[:, None, :]
        tables = (np.where(fitting, missing, np.inf), np.where(fitting, travel, np.inf))
        short_least: Floats = np.minimum.reduceat(tables[0], self.starts.firsts, axis=0)
        travel_least: Floats = np.minimum.reduceat(tables[1], self.starts.firsts, axis=0)
        return short_least, travel_least

    def _missing(self, lacking: Floats) -> Floats:
        """Shortfall by municipality and own units where the district adds just what it must."""
        county = self.course.county
        with np.errstate(invalid="ignore"):
            missing: Floats = np.maximum(0.0, (county.fair - county.supply)[:, None] - self.own_hours - lacking)
        return missing

    def spreads(self, floor: float, position: int, units: int, most: Floats) -> list[Spread]:
        """See :class:`OwnColumns`."""
        lacking = self._lacking(floor)
        missing = self._missing(lacking)
        mask = self.partition.sets[position]
        towns = members_of(mask)
        found: dict[tuple[int, ...], None] = {}
        hours = float(self.starts.to_spend[units])
        for row in np.nonzero((self.starts.rows[:, 0] == position) & self.starts.sizes[:, units])[0].tolist():
            cost = self.starts.cost[row]
            needed = [cost[i] * lacking[i] for i in towns]
            short = [missing[i] + part for i, part in zip(towns, needed, strict=True)]
            drives = zip(towns, np.where(np.isfinite(lacking), lacking, 0.0)[list(towns)], strict=True)
            road = [self.own_travel[i] + (cost[i] - 1) * part for i, part in drives]
            for own in np.nonzero(most[0] > -np.inf)[0].tolist():
                limits = most[:, own].tolist()
                ways = _listed(own, (short, limits[0] + hours), (needed, hours), (road, limits[1]))
                found.update(dict.fromkeys(map(tuple, ways.tolist())))
        return self._judged(floor, position, units, list(found), most)

    def _judged(
        self, floor: float, position: int, units: int, ways: list[tuple[int, ...]], most: Floats
    ) -> list[Spread]:
        """The ways to spread units whose true figures keep to the limits."""
        if not ways:
            return []
        county, towns = self.course.county, list(members_of(self.partition.sets[position]))
        own = np.stack([self.own_hours[i][[way[j] for way in ways]] for j, i in enumerate(towns)], axis=1)
        travel = np.stack([self.own_travel[i][[way[j] for way in ways]] for j, i in enumerate(towns)], axis=1).sum(
            axis=1
        )
        supply, fair, weights = county.supply[towns] + own, county.fair[towns], county.weights[towns]
        fewest = np.maximum(0.0, self.wide.fewest[towns] - county.given[towns] - own)
        alone = self.partition.left_out(position)
        reached = np.full(len(ways), 0.0 if alone else -np.inf)
        road = np.full(len(ways), 0.0 if alone else np.inf)
        for row in np.nonzero((self.starts.rows[:, 0] == position) & self.starts.sizes[:, units])[0].tolist():
            if alone:
                break
            cost = np.broadcast_to(self.starts.cost[row][towns], own.shape)
            level = levels(cost, self.starts.to_spend[units], supply, fewest, weights)
            reached = np.maximum(reached, level)
            road = np.minimum(road, np.sum((cost - 1) * np.maximum(fewest, floor * fair - supply), axis=1))
        with np.errstate(invalid="ignore"):
            total = np.where(weights > 0, np.maximum(supply + fewest, reached[:, None] * weights), supply + fewest)
        short = np.maximum(0.0, fair - total).sum(axis=1)
        covered = np.all(total >= floor * fair - SLACK, axis=1)
        limits = most[0][np.sum(ways, axis=1)]
        return [
            Spread(ways[j], float(short[j]), float(travel[j] + road[j]))
            for j in np.nonzero(covered & (reached > -np.inf) & (short <= limits + SLACK))[0].tolist()
        ]


class OwnLater:
    """Own posts in the layer after the districts: they add to what the districts give."""

    def __init__(self, course: Course, wide: Districts, own: Districts) -> None:
        self.course = course
        self.own = OwnTeams(course, own)
        self.wide = wide
        self.partition = partition_of(wide)
        size = course.county.size
        rows = [self._best(position) for position in range(len(self.partition.sets))]
        listed = [(position, units, *best) for position, row in enumerate(rows) for units, best in row.items()]
        self.rows: Ints = np.array([row[:2] for row in listed], dtype=np.int64)
        self.hours: Floats = np.stack([row[2] for row in listed]) if listed else np.zeros((0, size))
        self.road: Floats = np.array([row[3] for row in listed])
        self.inside: Flags = (self.partition.masks[self.rows[:, 0]][:, None] >> np.arange(size)) & 1 > 0
        earlier = course.county.given + self.hours
        self.own_hours = [self.own.deliver(i, earlier[self.inside[:, i], i]) for i in range(size)]

    def _best(self, position: int) -> dict[int, tuple[Floats, float]]:
        """By units the on-site hours from the hub that gives most, and a bound of the hours on the road."""
        if self.partition.left_out(position):
            i = members_of(self.partition.sets[position])[0]
            needed = self.wide.fewest[i] > self.course.county.given[i]
            return {} if needed else {0: (np.zeros(self.wide.size), 0.0)}
        mask, kind = self.partition.sets[position], self.partition.kinds[position]
        found: dict[int, tuple[Floats, float]] = {}
        for e in self.wide.possible[mask, kind]:
            for units in self.wide.sizes(mask, e):
                served = self.course.hours_of(Team(mask, e, units))
                if served is None:
                    continue
                hours, road = served
                known = found.get(units, (np.full(self.wide.size, -np.inf), np.inf))
                found[units] = hours if hours.sum() > known[0].sum() else known[0], min(road, known[1])
        return found

    def _reaching(self, i: int, rows: Ints, coverage: float) -> tuple[Floats, Floats]:
        """For the rows that have a municipality, by own units: supply, and 0 where it is enough, else infinity."""
        county = self.course.county
        mine = self.inside[:, i]
        chosen = np.isin(np.nonzero(mine)[0], rows)
        own = self.own_hours[i][chosen]
        supply = county.supply[i] + self.hours[rows][self.inside[rows, i], i][:, None] + own
        enough = supply >= coverage * county.fair[i] - SLACK
        return supply, np.where(enough & np.isfinite(own), 0.0, np.inf)

    def _table(self, rows: Ints, values: Floats) -> Floats:
        """Values of rows as a table by (set, units, own units)."""
        found = np.full((len(self.partition.sets), self.wide.units + 1, values.shape[1]), np.inf)
        found[self.rows[rows, 0], self.rows[rows, 1]] = values
        return found

    def fits(self, coverage: float, positions: Ints) -> Flags:
        """See :class:`OwnColumns`."""
        rows = np.nonzero(np.isin(self.rows[:, 0], positions))[0]
        terms = [self._reaching(i, rows, coverage)[1] for i in range(self.course.county.size)]
        sums = spread_sums(self.inside[rows], terms, self.own.layer.units)
        return np.isfinite(self._table(rows, sums)[np.sort(positions)])

    def _terms(self, i: int, rows: Ints, floor: float) -> tuple[Floats, Floats]:
        """Shortfall and travel by own units, for the rows that have a municipality."""
        supply, enough = self._reaching(i, rows, floor)
        own = self.own_hours[i][np.isin(np.nonzero(self.inside[:, i])[0], rows)]
        with np.errstate(invalid="ignore"):
            short = np.maximum(0.0, self.course.county.fair[i] - supply)
        return np.where(np.isfinite(enough), short, np.inf), np.where(
            np.isfinite(enough), self.own.travel(i, np.maximum(own, 0.0)), np.inf
        )

    def one(self, coverage: float, position: int, units: int, own: int) -> tuple[int, ...]:
        """See :class:`OwnColumns`."""
        row = np.nonzero((self.rows[:, 0] == position) & (self.rows[:, 1] == units))[0]
        towns = members_of(self.partition.sets[position])
        return _cheapest([self._reaching(i, row, coverage)[1][0] for i in towns], own)[0]

    def lower(self, floor: float) -> tuple[Floats, Floats]:
        """See :class:`OwnColumns`. The shortfall is no bound but the value."""
        rows = np.arange(len(self.rows))
        terms = [self._terms(i, rows, floor) for i in range(self.course.county.size)]
        units = self.own.layer.units
        short = spread_sums(self.inside, [term[0] for term in terms], units)
        travel = spread_sums(self.inside, [term[1] for term in terms], units)
        return self._table(rows, short), self._table(rows, travel + self.road[:, None])

    def spreads(self, floor: float, position: int, units: int, most: Floats) -> list[Spread]:
        """See :class:`OwnColumns`."""
        row = np.nonzero((self.rows[:, 0] == position) & (self.rows[:, 1] == units))[0]
        towns = members_of(self.partition.sets[position])
        road = float(self.road[row[0]])
        terms = [self._terms(i, row, floor) for i in towns]
        found = []
        short, drive = [term[0][0] for term in terms], [term[1][0] for term in terms]
        for own in np.nonzero(most[0] > -np.inf)[0].tolist():
            ways = _listed(own, (short, float(most[0, own])), (drive, float(most[1, own]) - road))
            for way in ways.tolist():
                sums = [sum(float(term[k]) for term, k in zip(one, way, strict=True)) for one in (short, drive)]
                found.append(Spread(tuple(way), sums[0], sums[1] + road))
        return found
