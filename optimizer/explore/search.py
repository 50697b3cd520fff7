"""Plans one after the other, the cheapest first, each exactly once: a search that never goes astray.

The least cost of completing whatever is begun is known exactly (``Cover.least``), so every step leads to a plan, and
what has not come yet costs at least as much as what comes (best-first search with an exact bound).
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.column import Order
from optimizer.explore.cover import Floats
from optimizer.explore.table import Grid

#: The counts that what is begun may have, and the least cost of each.
_Begun = tuple[NDArray[np.intp], Floats]
#: Costs closer than this are equal but for rounding, in hours.
ROUNDED = 1e-9


@dataclass(frozen=True)
class Found:
    """A plan by its columns (positions in the table), with the sum of the costs that were asked for."""

    cost: float
    columns: tuple[int, ...]


class Search:
    """The plans that some columns of a table form, by the sum of ``costs`` (one per column)."""

    def __init__(self, table: Grid, chosen: NDArray[np.bool_], costs: Floats) -> None:
        self.table = table
        self.costs = costs
        self.cover = table.cover
        self.counters = table.counters
        self.cheapest = table.cheapest(costs, chosen)
        self.missing = self.counters.missing
        least = self.cover.least(self.cheapest)
        # With a column for the state that does not exist.
        self.to_come = np.hstack([least, np.full((len(least), 1), np.inf)])
        #: The least cost of a whole plan's rest, by what is uncovered and the counts so far, worked out when needed.
        self.completion = np.full(least.shape, np.inf)
        self.open = least.min(axis=1) < np.inf
        self.possible = self.open.copy()
        self.serviceable = self.cheapest.min(axis=1, initial=np.inf) < np.inf
        self.least = self.cover.best(least)
        self.chosen = chosen
        self._columns: dict[int, list[int]] = {}

    def _of(self, district: int) -> list[int]:
        """The chosen columns of a district, ascending."""
        if district not in self._columns:
            mine = self.table.columns_of(district)
            self._columns[district] = mine[self.chosen[mine]].tolist()
        return self._columns[district]

    def partitions(self) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Every set of districts that some teams make a plan of, by the cost of the cheapest. Raises ``TimeUp``."""
        order = itertools.count()
        begun: _Begun = np.zeros(1, dtype=np.intp), np.zeros(1)
        # (bound, -districts taken, order, uncovered, districts, counts and their costs, without the last district
        # where that is not counted yet): of equals the fullest first.
        heap: list[tuple[float, int, int, int, tuple[int, ...], _Begun, bool]] = []
        if np.isfinite(self.least):
            heap.append((self.least, 0, next(order), self.cover.whole, (), begun, False))
        while heap:
            self.cover.deadline.check()
            bound, _, _, uncovered, taken, begun, open_ = heapq.heappop(heap)
            if uncovered == 0:
                yield bound, taken
                continue
            states, spent = begun = self._with(taken[-1], *begun) if open_ else begun
            if uncovered in self.cover.left:
                rest = self.cover.left[uncovered]
                least = float((spent + self._completing(rest)[states]).min(initial=np.inf))
                if np.isfinite(least):
                    heapq.heappush(heap, (_even(least), -len(taken), next(order), rest, taken, begun, False))
            districts, rests = self.cover.split(uncovered)
            useful = self.serviceable[districts] & self.possible[rests]
            districts, rests = districts[useful], rests[useful]
            bounds = self._bounds(districts, rests, begun)
            for step in np.flatnonzero(np.isfinite(bounds)).tolist():
                further = (*taken, int(districts[step]))
                entry = _even(float(bounds[step])), -len(further), next(order), int(rests[step]), further, begun, True
                heapq.heappush(heap, entry)

    def _completing(self, rest: int) -> Floats:
        """The least cost of covering what remains, for each of the counts so far."""
        if self.open[rest]:
            self.open[rest] = False
            self.completion[rest] = self.to_come[rest][self.missing].min(axis=0, initial=np.inf)
        row: Floats = self.completion[rest]
        return row

    def _bounds(self, districts: NDArray[np.intp], rests: NDArray[np.intp], begun: _Begun) -> Floats:
        """The least cost of a plan with each of some districts added to what is begun; infinite where there is none."""
        states, spent = begun
        now = np.full(len(self.counters.states), np.inf)
        now[states] = spent
        for rest in rests[self.open[rests]].tolist():
            self._completing(rest)
        found = np.full(len(districts), np.inf)
        for k, kind in enumerate(self.counters.kinds):
            there = np.flatnonzero(now[kind.before] < np.inf)
            rows = np.flatnonzero(self.cheapest[districts, k] < np.inf)
            if not len(there) or not len(rows):
                continue
            costs = now[kind.before[there]][None, :] + self.cheapest[districts[rows], k][:, None]
            least = (costs + self.completion[rests[rows][:, None], kind.after[there][None, :]]).min(axis=1)
            found[rows] = np.minimum(found[rows], least)
        return found

    def _with(self, district: int, states: NDArray[np.intp], spent: Floats) -> tuple[NDArray[np.intp], Floats]:
        """The counts that can be reached with one more district, and the least cost of each."""
        reached = np.full(len(self.counters.states), np.inf)
        now = np.full(len(self.counters.states), np.inf)
        now[states] = spent
        for k in np.flatnonzero(np.isfinite(self.cheapest[district])):
            kind = self.counters.kinds[k]
            reached[kind.after] = np.minimum(reached[kind.after], now[kind.before] + self.cheapest[district, k])
        after = np.flatnonzero(np.isfinite(reached))
        return after, reached[after]

    def teams(self, districts: Sequence[int], columns: Sequence[Sequence[int]] | None = None) -> Iterator[Found]:
        """Every choice of one of the ``columns`` (by default all) for each district that makes a plan, by its cost."""
        options = columns or [self._of(district) for district in districts]
        states = len(self.counters.states)
        # What the districts from each on cost at least, for each count that they may make up together.
        rest = [np.full(states + 1, np.inf)]
        rest[0][0] = 0.0
        for mine in reversed(options):
            following, before = np.full(states + 1, np.inf), rest[0]
            for j in mine:
                kind = self.counters.kinds[self.table.kind[j]]
                following[kind.after] = np.minimum(following[kind.after], before[kind.before] + self.costs[j])
            rest.insert(0, following)
        order = itertools.count()
        # (bound, -teams chosen, order, count still to be made up, cost so far, columns)
        heap: list[tuple[float, int, int, int, float, tuple[int, ...]]] = [
            (_even(float(rest[0][a])), 0, next(order), int(a), 0.0, ())
            for a in self.counters.accepted
            if np.isfinite(rest[0][a])
        ]
        heapq.heapify(heap)
        while heap:
            _, _, _, state, spent, taken = heapq.heappop(heap)
            if len(taken) == len(options):
                yield Found(spent, taken)
                continue
            for j in options[len(taken)]:
                left = self.counters.before(self.table.kind[j], state)
                least = spent + self.costs[j] + rest[len(taken) + 1][left]
                if np.isfinite(least):
                    cost, further = spent + float(self.costs[j]), (*taken, j)
                    heapq.heappush(heap, (_even(float(least)), -len(further), next(order), left, cost, further))

    def plans(self) -> Iterator[Found]:
        """Every plan, by its cost. Raises ``TimeUp``."""
        order = itertools.count()
        partitions = self.partitions()
        heap: list[tuple[float, int, Found | None, Iterator[Found]]] = []

        def push(stream: Iterator[Found]) -> None:
            following = next(stream, None)
            if following is not None:
                heapq.heappush(heap, (following.cost, next(order), following, stream))

        def push_partition() -> None:
            following = next(partitions, None)
            if following is not None:
                cost, districts = following
                heapq.heappush(heap, (cost - ROUNDED, next(order), None, self.teams(districts)))

        push_partition()
        while heap:
            _, _, found, stream = heapq.heappop(heap)
            push(stream)
            if found is None:
                push_partition()
            else:
                yield found

    def best_teams(self, districts: Sequence[int], limit: float, then: Floats, tied: float) -> Found | None:
        """Of the choices that cost at most ``limit`` the one with the least sum of ``then``; of those within ``tied``
        of it the first in the order of municipality keys, employers and sizes; ``None`` where none is cheap enough."""
        options = [self._undominated(district, then) for district in districts]
        close = list(itertools.takewhile(lambda found: found.cost <= limit, self.teams(districts, options)))
        if not close:
            return None
        sums = [sum(float(then[j]) for j in found.columns) for found in close]
        least = min(sums)
        first = [found for found, value in zip(close, sums, strict=True) if value <= least + tied]
        return min(first, key=lambda found: self.order(found.columns))

    def _undominated(self, district: int, then: Floats) -> list[int]:
        # Of employers that serve a district equally well with equal teams, only the first can be in the answer.
        kept: list[int] = []
        for j in sorted(self._of(district), key=self.table.order):
            alike = (k for k in kept if self.table.kind[k] == self.table.kind[j])
            if not any(self.costs[k] <= self.costs[j] and then[k] <= then[j] for k in alike):
                kept.append(j)
        return kept

    def before(self, one: Found, other: Found, tied: float) -> bool:
        """Whether a plan comes before another by the third stage, or, where these are tied, by its keys."""
        mine, others = (self.table.third_of(found.columns) for found in (one, other))
        return mine < others if abs(mine - others) > tied else self.order(one.columns) < self.order(other.columns)

    def order(self, columns: Sequence[int]) -> list[Order]:
        """The order of municipality keys, employers and sizes that settles ties between plans."""
        return sorted(self.table.order(j) for j in columns)


def _even(cost: float) -> float:
    # Sums of the same costs in another order: equal, or the search would go astray among them.
    return round(cost, 9)
