"""The plan that is best served while one person is away: every plan that reaches a coverage then, and none left out.

At a coverage it is known what each municipality needs. So a team needs a number of hours of a stand-in that depends on
its own district and on the other's hub alone, and a team has hours to spare that depend on its own district alone: two
numbers per column instead of one per pair. Plans are put together district by district (:mod:`optimizer.explore.cover`)
as long as the posts and all other rules can still be kept and everyone who needs a stand-in can still have one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.explore.cover import Floats
from optimizer.explore.table import Table
from optimizer.rounding import ROUNDING
from optimizer.service import Service
from optimizer.way.one_away import hours_left, within_drive

#: Plans in the making that are looked at at once.
AT_ONCE = 3_000
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class _Making:
    """Plans in the making (rows): the set left to cover, the counts so far, the columns (-1: none yet), which of these
    still need a stand-in, and the most hours that a team so far can spare, by its hub."""

    node: Ints
    state: Ints
    columns: Ints
    open: Flags
    spare: Floats

    def part(self, rows: Ints) -> _Making:
        """Some of them."""
        return _Making(self.node[rows], self.state[rows], self.columns[rows], self.open[rows], self.spare[rows])


class StandIns:
    """What the columns of a table need and can spare while one person is away.

    ``members`` (columns × municipalities) is 1 in the district; ``to_spend`` and ``left`` are the hours of each team
    with and without the person.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.service: Service = table.situation.service
        size, step = self.service.size, table.situation.layer.step
        self.hub = np.array([column.hub for column in table.columns], dtype=np.intp)
        self.members = np.zeros((len(table.columns), size))
        for j, column in enumerate(table.columns):
            self.members[j, list(column.members)] = 1.0
        by_units = {units: units * step for units in {column.units for column in table.columns}}
        spend = {units: self.service.hours_to_spend(fte) for units, fte in by_units.items()}
        left = {units: hours_left(self.service, fte) for units, fte in by_units.items()}
        self.to_spend = np.array([spend[column.units] for column in table.columns])
        self.left = np.array([left[column.units] for column in table.columns])
        self.cost = 1 + np.array(self.service.travel_rate)
        self.near = within_drive(self.service)

    def needed(self, coverage: float) -> tuple[Floats, Floats]:
        """The hours that each column needs of a stand-in by its hub (columns × hubs, infinite: none can help), and
        those that it can spare, so that all of both districts reach a coverage."""
        hours = np.maximum(0.0, coverage * np.array(self.service.fair_supply) - np.array(self.service.existing))
        needed, spare = np.zeros(self.members.shape), np.zeros(len(self.members))
        for hub in np.unique(self.hub):
            self.table.cover.deadline.check()
            rows = np.flatnonzero(self.hub == hub)
            wanted, mine = self.members[rows] * hours, self.cost[hub]
            # Where the team itself does not go (no column has it) its hours would be endless.
            spare[rows] = self.to_spend[rows] - wanted @ np.where(np.isfinite(mine), mine, 0.0)
            for other in range(needed.shape[1]):
                theirs = np.where(self.near[other], self.cost[other], np.inf)
                needed[rows, other] = _complement(wanted, mine, theirs, self.left[rows])
        return needed, spare


def _complement(wanted: Floats, mine: Floats, theirs: Floats, left: Floats) -> Floats:
    """The fewest hours of a second crew that with those ``left`` of a first give ``wanted`` hours on site (rows)."""
    goes = np.isfinite(mine)
    ratio = np.where(goes, theirs / np.where(goes, mine, 1.0), -np.inf)
    order = np.argsort(-ratio, kind="stable")
    cost = np.where(goes, mine, 0.0)[order]
    takes = wanted[:, order] * cost
    before = np.cumsum(takes, axis=1) - takes
    rest = takes - np.clip(left[:, None] - before, 0.0, takes)
    lacking = np.where(rest > ROUNDING, rest, 0.0) / np.where(cost > 0, cost, 1.0)
    reachable = np.isfinite(theirs[order])
    found: Floats = lacking[:, reachable] @ theirs[order][reachable]
    found[(lacking[:, ~reachable] > 0).any(axis=1)] = np.inf
    return found


class At:
    """The plans in which everyone reaches a coverage, whether all are there or any one person is away."""

    def __init__(self, of: StandIns, coverage: float, floor: float = 0.0) -> None:
        """``floor`` is a lowest coverage that plans must have while all are there."""
        self.table, self.cover, self.counters = of.table, of.table.cover, of.table.counters
        self.hub = of.hub
        self.needed, self.spare = of.needed(coverage)
        self.usable = (self.table.coverage >= coverage) & self.table.reaching(floor)
        #: Whether what is left of the team suffices.
        self.alone = self.needed.max(axis=1, initial=0.0) <= ROUNDING
        self._out_of: dict[int, tuple[Ints, Ints]] = {}

    @staticmethod
    def _helped(needed: Floats, spare: Floats) -> Flags:
        """Whether the hours to spare by hub suffice at one of the hubs."""
        found: Flags = np.any(needed <= spare + ROUNDING, axis=-1)
        return found

    @cached_property
    def _potential(self) -> Floats:
        """The most hours that any team in what is left to cover can spare, by its hub (minus infinity: none there)."""
        mine = np.full((len(self.cover.districts), self.needed.shape[1]), -np.inf)
        some = np.flatnonzero(self.usable)
        np.maximum.at(mine, (self.table.district[some], self.hub[some]), self.spare[some])
        found = np.full((len(self.cover.uncovered), self.needed.shape[1]), -np.inf)
        for group in self.cover.groups:
            most = np.maximum(found[group.rest], mine[group.district])
            if len(most):
                found[group.uncovered[group.starts]] = np.maximum.reduceat(most, group.starts, axis=0)
            found[group.left] = np.maximum(found[group.left], found[group.left_rest])
        return found

    @cached_property
    def _completes(self) -> Flags:
        """Whether what is left to cover (rows) can make up the counts so far (columns) to those of a whole plan."""
        least = self.cover.least(self.table.cheapest(np.zeros(len(self.usable)), self.usable))
        possible = np.hstack([np.isfinite(least), np.zeros((len(least), 1), dtype=np.bool_)])
        found = np.zeros(least.shape, dtype=np.bool_)
        for missing in self.counters.missing:
            found |= possible[:, missing]
        return found

    @cached_property
    def _after(self) -> Ints:
        """The counts after one more team (kinds × counts before), -1: none."""
        found = np.full((len(self.counters.kinds), len(self.counters.states)), -1, dtype=np.intp)
        for k, kind in enumerate(self.counters.kinds):
            found[k, kind.before] = kind.after
        return found

    def plans(self) -> Iterator[Ints]:
        """All plans, some at a time: their columns (rows, filled up with -1). Raises ``TimeUp``."""
        most, hubs = self.counters.most_districts, self.needed.shape[1]
        if not self._completes[self.cover.whole, 0]:
            return
        begun = _Making(
            np.array([self.cover.whole], dtype=np.intp),
            np.zeros(1, dtype=np.intp),
            np.full((1, most), -1, dtype=np.intp),
            np.zeros((1, most), dtype=np.bool_),
            np.full((1, hubs), -np.inf),
        )
        waiting = [iter([begun])]
        while waiting:
            self.cover.deadline.check()
            making = next(waiting[-1], None)
            if making is None:
                waiting.pop()
                continue
            done = making.node == 0
            if done.any():
                yield making.columns[done]
            if not done.all():
                waiting.append(self._further(making.part(np.flatnonzero(~done))))

    def _further(self, making: _Making) -> Iterator[_Making]:
        """What comes of plans in the making with one district more, about ``AT_ONCE`` at a time."""
        found: list[_Making] = []
        for node in np.unique(making.node):
            self.cover.deadline.check()
            mine = np.flatnonzero(making.node == node)
            for start in range(0, len(mine), AT_ONCE):
                found += self._steps(making.part(mine[start : start + AT_ONCE]), int(node))
                if sum(len(one.node) for one in found) > AT_ONCE:
                    yield _joined(found)
                    found = []
        if found:
            yield _joined(found)

    def _steps(self, making: _Making, node: int) -> Iterator[_Making]:
        """What comes of those with the same set left to cover."""
        if node in self.cover.left:
            rest = self.cover.left[node]
            kept = making.part(np.flatnonzero(self._completes[rest, making.state]))
            rests = np.full(len(kept.node), rest, dtype=np.intp)
            yield self._hopeful(_Making(rests, kept.state, kept.columns, kept.open, kept.spare))
        columns, rests = self._columns_of(node)
        if not len(columns):
            return
        states = self._after[self.table.kind[columns][None, :], making.state[:, None]]
        rows, places = np.nonzero((states >= 0) & self._completes[rests[None, :], states])
        if len(rows):
            yield self._with(making.part(rows), columns[places], rests[places], states[rows, places])

    def _columns_of(self, node: int) -> tuple[Ints, Ints]:
        """The columns that can be taken out of a set left to cover, and what then remains."""
        if node not in self._out_of:
            districts, rests = self.cover.split(node)
            mine = [self.table.columns_of(district) for district in districts.tolist()]
            mine = [columns[self.usable[columns]] for columns in mine]
            columns = np.concatenate([*mine, np.zeros(0, dtype=np.intp)])
            self._out_of[node] = columns, np.repeat(rests, [len(some) for some in mine])
        return self._out_of[node]

    def _with(self, making: _Making, columns: Ints, rests: Ints, states: Ints) -> _Making:
        """Each plan in the making with one column more."""
        rows, hub, spare = np.arange(len(columns)), self.hub[columns], self.spare[columns]
        place = (making.columns >= 0).sum(axis=1)
        open_ = making.open & (self.needed[making.columns, hub[:, None]] > spare[:, None] + ROUNDING)
        open_[rows, place] = ~self.alone[columns] & ~self._helped(self.needed[columns], making.spare)
        chosen, most = making.columns.copy(), making.spare.copy()
        chosen[rows, place] = columns
        most[rows, hub] = np.maximum(most[rows, hub], spare)
        return self._hopeful(_Making(rests, states, chosen, open_, most))

    def _hopeful(self, making: _Making) -> _Making:
        """Those in which whoever needs a stand-in can still have one."""
        to_come, hopeful = self._potential[making.node], np.ones(len(making.node), dtype=np.bool_)
        for place in np.flatnonzero(making.open.any(axis=0)):
            helped = self._helped(self.needed[making.columns[:, place]], to_come)
            hopeful &= ~making.open[:, place] | helped
        return making.part(np.flatnonzero(hopeful))


def _joined(parts: list[_Making]) -> _Making:
    return _Making(
        np.concatenate([one.node for one in parts]),
        np.concatenate([one.state for one in parts]),
        np.concatenate([one.columns for one in parts]),
        np.concatenate([one.open for one in parts]),
        np.concatenate([one.spare for one in parts]),
    )
