"""Two layers of districts: exact, by the hubs of the second (method B).

First layers are built district by district; what is built stays while some set of second-layer hubs could still
complete it. Every complete first layer is then judged with its second layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.joint.course import Course
from optimizer.joint.districts import Placed, Plans
from optimizer.joint.hub_sets import ROUGH, Completions, Criterion, Rough, Sums, hub_rates
from optimizer.joint.method import Goal, Limits, TooMany
from optimizer.joint.second_layer import SecondLayer
from optimizer.joint.starts import Starts
from optimizer.joint.supply import hours_at
from optimizer.levels import SLACK, Flags, Floats, Ints, levels
from optimizer.solver import Deadline

#: More first layers than this are not looked at.
MOST_PARTS = 600_000
#: Complete first layers that are judged at once.
BATCH = 2048

Limited = Mapping[Criterion, float]
"""What sums may be at most."""
Path = tuple[tuple[int, int], ...]
"""Sets of the first layer (positions) with their units."""


@dataclass(frozen=True)
class Parts:
    """First layers, or parts of them: units and districts used, on-site hours (rows, municipalities), road, and how
    they are made up."""

    units: Ints
    counts: Ints
    hours: Floats
    road: Floats
    paths: Sequence[Path]

    def __len__(self) -> int:
        return len(self.paths)

    def rows(self, chosen: Flags | Ints) -> Parts:
        """Some of them."""
        positions = np.arange(len(self))[chosen]
        paths = [self.paths[position] for position in positions.tolist()]
        return Parts(self.units[chosen], self.counts[chosen], self.hours[chosen], self.road[chosen], paths)


def _joined(parts: Sequence[Parts]) -> Parts:
    return Parts(
        np.concatenate([part.units for part in parts]),
        np.concatenate([part.counts for part in parts]),
        np.concatenate([part.hours for part in parts]),
        np.concatenate([part.road for part in parts]),
        [path for part in parts for path in part.paths],
    )


def _groups(parts: Parts) -> Iterator[tuple[int, Parts]]:
    """Parts with equal units, not too many at once."""
    for used in np.unique(parts.units).tolist():
        rows = np.nonzero(parts.units == used)[0]
        for start in range(0, len(rows), BATCH):
            yield used, parts.rows(rows[start : start + BATCH])


class TwoLayers:
    """See :class:`optimizer.joint.method.Method`."""

    tries = 3

    def __init__(self, course: Course, deadline: Deadline, watch: Callable[[float], None]) -> None:
        self.watch = watch
        self.course = course
        self.deadline = deadline
        self.first, second = course.layers
        starts = Starts(self.first)
        self.partition = starts.partition
        self.second = SecondLayer(course, second)
        self.rates = hub_rates(second)
        size = course.county.size
        self.inside: Flags = (self.partition.masks[:, None] >> np.arange(size)) & 1 > 0
        #: What districts of the first layer give at best, by set and units; minus infinity where there can be none.
        self.hours: Floats = np.full((len(self.partition.sets), self.first.units + 1, size), -np.inf)
        #: A lower bound of their hours on the road.
        self.road: Floats = np.full(self.hours.shape[:2], np.inf)
        self._serve(starts)
        self.possible: Flags = np.isfinite(self.hours[:, :, 0])

    def _serve(self, starts: Starts) -> None:
        """The hours of every district from its best hub."""
        county = self.course.county
        fewest = np.maximum(0.0, self.first.fewest - county.given)
        rows, units = np.nonzero(starts.sizes)
        inside, cost = starts.inside[rows], starts.cost[rows]
        level = levels(cost, starts.to_spend[units], county.supply, fewest, county.weights)
        hours = hours_at(level, inside, county.supply, fewest, county.weights)
        road = np.sum(np.where(inside, hours * (cost - 1), 0.0), axis=1)
        # Who is left out has no team, and no level.
        alone = units == 0
        hours[alone], road[alone] = 0.0, 0.0
        level[alone] = np.where((inside[alone] & (fewest > 0)).any(axis=1), -np.inf, 0.0)
        positions = starts.rows[rows, 0]
        for row in np.argsort(level, kind="stable").tolist():
            if level[row] > -np.inf:
                where = positions[row], units[row]
                self.hours[where] = hours[row]
                self.road[where] = min(self.road[where], road[row])

    # -- first layers -------------------------------------------------------------------------------------------

    def _complete(
        self, coverage: Callable[[], float], limits: Callable[[], Limited], width: int | None = None
    ) -> Iterator[Parts]:
        """All first layers of which the sums may stay within ``limits`` at a ``coverage``; both may tighten meanwhile.

        With ``width`` only so many of the most promising parts of those that leave the same to be covered.
        """
        values = self._values(coverage(), list(limits()))
        tables = [Completions(self.partition, one, self.first.units) for one in values]
        size = self.course.county.size
        start = Parts(np.zeros(1, int), np.zeros(1, int), np.zeros((1, size)), np.zeros(1), [()])
        open_: dict[int, list[Parts]] = {self.partition.target: [start]}
        done: list[Parts] = []
        seen = 0
        for left in reversed(self.partition.choices):
            self.watch(1 - left / self.partition.target)
            if left not in open_ or any(left not in table.rest for table in tables):
                continue
            parts = _joined(open_.pop(left))
            for rest, more in self._grown(left, parts, self._sums(coverage()), limits(), tables, width):
                seen += len(more)
                if seen > MOST_PARTS:
                    raise TooMany
                (open_.setdefault(rest, []) if rest else done).append(more)
            if sum(map(len, done)) >= BATCH:
                yield _joined(done)
                done = []
        if done:
            yield _joined(done)

    def _sums(self, coverage: float) -> Sums:
        county = self.course.county
        return Sums(self.second.needs(coverage), county.fair - county.supply, self.rates)

    def _values(self, coverage: float, criteria: Sequence[Criterion]) -> list[Rough]:
        """What districts of the first layer add to each sum, by set, units and hub set."""
        shape = self.possible.shape
        hours = np.where(self.possible[:, :, None], self.hours, 0.0).reshape(-1, self.course.county.size)
        road = np.where(self.possible, self.road, 0.0).ravel()
        inside = np.repeat(self.inside, shape[1], axis=0)
        sums = self._sums(coverage).all(criteria, hours, inside, road)
        impossible = np.float32(np.inf)
        return [np.where(self.possible[:, :, None], one.reshape(*shape, -1), impossible) for one in sums]

    def _grown(
        self, left: int, parts: Parts, sums: Sums, limited: Limited, tables: Sequence[Completions], width: int | None
    ) -> Iterator[tuple[int, Parts]]:
        """The parts with one more district, by what they leave."""
        covered = np.array([not left >> i & 1 for i in range(self.course.county.size)])
        limits = [limit + ROUGH for limit in limited.values()]
        for used, group in _groups(parts):
            self.deadline.check()
            here = sums.all(list(limited), group.hours, covered, group.road)
            rests = [table.rest[left][self.first.units - used] for table in tables]
            if width is not None and len(group) > width:
                best = np.argsort(np.min(here[0] + rests[0], axis=1), kind="stable")[:width]
                group, here = group.rows(best), [one[best] for one in here]
            alive = np.ones(len(rests[0]), dtype=bool)
            for one, rest, limit in zip(here, rests, limits, strict=True):
                alive &= one.min(axis=0) + rest <= limit
            if alive.any():
                here = [one[:, alive] for one in here]
                yield from self._extended(left, used, group, here, tables, alive, limits)

    def _extended(
        self,
        left: int,
        used: int,
        group: Parts,
        sums: Sequence[Rough],
        tables: Sequence[Completions],
        alive: Flags,
        limits: Sequence[float],
    ) -> Iterator[tuple[int, Parts]]:
        fewest, most = self.first.teams.district_range
        for position in self.partition.choices[left].tolist():
            rest = left ^ self.partition.sets[position]
            if any(rest not in table.rest for table in tables):
                continue
            counts = group.counts + (not self.partition.left_out(position))
            allowed = (counts <= most) & ((counts >= fewest) | (rest > 0))
            if not allowed.any():
                continue
            for k in np.nonzero(self.possible[position, : self.first.units - used + 1])[0].tolist():
                kept = np.ones(sums[0].shape, dtype=bool)
                for one, table, limit in zip(sums, tables, limits, strict=True):
                    ahead = table.rest[rest][self.first.units - used - k] + table.values[position, k]
                    kept &= one + ahead[alive] <= limit
                chosen = np.nonzero(kept.any(axis=1) & allowed)[0]
                if len(chosen):
                    yield rest, self._with(group, chosen, counts, position, k)

    def _with(self, group: Parts, chosen: Ints, counts: Ints, position: int, k: int) -> Parts:
        return Parts(
            group.units[chosen] + k,
            counts[chosen],
            group.hours[chosen] + self.hours[position, k],
            group.road[chosen] + self.road[position, k],
            [(*group.paths[row], (position, k)) for row in chosen.tolist()],
        )

    def _placed(self, path: Path) -> Placed:
        sets, kinds = self.partition.sets, self.partition.kinds
        return tuple(self.first.teams_of(sets[p], kinds[p], units)[0] for p, units in path if units)

    # -- stages -------------------------------------------------------------------------------------------------

    def reaching(self, goal: Goal, width: int | None = None) -> Iterator[Plans]:
        """See :class:`optimizer.joint.method.Method`."""
        limited = {Criterion.HOURS: self.second.most_hours}
        for parts in self._complete(lambda: goal.coverage, lambda: limited, width):
            rows = self.second.passing(parts.hours, goal.coverage)
            while len(rows):
                self.deadline.check()
                row = int(rows[0])
                coverage = goal.coverage
                for placed in self.second.reaching(parts.hours[row], coverage):
                    plans = self._placed(parts.paths[row]), placed
                    if self.course.hold(plans):
                        yield plans
                    if goal.coverage > coverage:
                        break
                if goal.coverage > coverage:
                    rows = rows[self.second.passing(parts.hours[rows], goal.coverage)]
                else:
                    rows = rows[1:]

    def bounds(self, floor: float) -> tuple[float, float]:
        """See :class:`optimizer.joint.method.Method`."""
        values = self._values(floor, [Criterion.SHORTFALL, Criterion.TRAVEL])
        shortfall, travel = (Completions(self.partition, one, self.first.units) for one in values)
        missing = shortfall.least(self.first.units) - self.second.most_hours - ROUGH
        road = self.course.travel_before + travel.least(self.first.units) - ROUGH
        return max(0.0, missing), max(0.0, road)

    def within(self, floor: float, limits: Limits) -> Iterator[Plans]:
        """See :class:`optimizer.joint.method.Method`."""

        def limited() -> Limited:
            found = {Criterion.SHORTFALL: limits.shortfall + self.second.most_hours}
            if limits.travel < np.inf:
                found[Criterion.TRAVEL] = limits.travel - self.course.travel_before
            if floor >= 1.0 or limits.travel < np.inf:
                # Where hardly an hour is missing, the shortfall leaves nothing out.
                found[Criterion.HOURS] = self.second.most_hours
            return found

        for parts in self._complete(lambda: floor, limited):
            for row in self.second.close(parts.hours, floor, limits.shortfall).tolist():
                self.deadline.check()
                for placed in self.second.within(parts.hours[row], floor, limits.shortfall + SLACK):
                    plans = self._placed(parts.paths[row]), placed
                    if self.course.hold(plans):
                        yield plans
