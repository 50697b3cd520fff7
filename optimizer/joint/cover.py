"""The program over what is still to be covered: least sums of costs over all partitions of a layer.

Held and Karp 1962, A dynamic programming approach to sequencing problems, for partitions. A state is what is left
over, how many districts it gets and how many units of posts; costs are given by district and units.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.joint.method import TooMany
from optimizer.joint.partition import Partition
from optimizer.levels import Flags, Floats, Ints

Chosen = tuple[tuple[int, int], ...]
"""Districts (positions in the partition's sets) with their units; those for being left out with none."""


#: More partitions than this are not looked at one by one.
MOST_PARTITIONS = 50_000
_NOTHING: Ints = np.empty(0, dtype=np.int64)


class Cover:
    """Least costs of completing and of reaching every state, for ``cost`` by (set, units), infinite where impossible.

    ``counts`` are the fewest and the most districts, all ``units`` must be used. For a municipality that is left out
    the cost stands at 0 units.
    """

    def __init__(self, partition: Partition, cost: Floats, counts: tuple[int, int], units: int) -> None:
        self.partition = partition
        self.cost = cost
        self.fewest, self.most = counts
        self.units = units
        self._sizes: dict[int, list[int]] = {}
        for position, k in np.argwhere(np.isfinite(cost)).tolist():
            if k or partition.left_out(position):
                self._sizes.setdefault(position, []).append(k)
        possible = np.zeros(len(cost), dtype=bool)
        possible[list(self._sizes)] = True
        self._choices = self._reachable(possible)
        self.rest = self._completions()

    def _reachable(self, possible: Flags) -> dict[int, list[int]]:
        """What can be left over, the smallest first, with the sets of finite cost that can come next."""
        found: dict[int, list[int]] = {}
        open_ = [self.partition.target]
        while open_:
            left = open_.pop()
            if left and left not in found:
                near = self.partition.choices.get(left, _NOTHING)
                found[left] = near[possible[near]].tolist()
                open_.extend(left ^ self.partition.sets[position] for position in found[left])
        return {left: found[left] for left in sorted(found)}

    def _empty(self) -> Floats:
        return np.full((self.most + 1, self.units + 1), np.inf)

    def _completions(self) -> dict[int, Floats]:
        # rest[left][districts, units]: least cost of covering what is left with exactly so many.
        done = self._empty()
        done[0, 0] = 0.0
        rest = {0: done}
        for left, positions in self._choices.items():
            table = self._empty()
            for position in positions:
                after = rest.get(left ^ self.partition.sets[position])
                if after is not None:
                    self._extend(table, after, position)
            if np.isfinite(table).any():
                rest[left] = table
        return rest

    def _extend(self, table: Floats, after: Floats, position: int) -> None:
        """Takes a district into account that comes before the states of ``after``."""
        cost = self.cost[position]
        if self.partition.left_out(position):
            np.minimum(table, after + cost[0], out=table)
            return
        for k in self._sizes[position]:
            np.minimum(table[1:, k:], after[:-1, : self.units + 1 - k] + cost[k], out=table[1:, k:])

    @property
    def least(self) -> float:
        """The least cost of a partition; infinite where there is none."""
        table = self.rest.get(self.partition.target)
        return np.inf if table is None else float(np.min(table[self.fewest :, self.units], initial=np.inf))

    def with_each(self) -> Floats:
        """The least cost of a partition that has a set with so many units, by (set, units)."""
        found = np.full(self.cost.shape, np.inf)
        start = self._empty()
        start[0, 0] = 0.0
        reached = {self.partition.target: start}
        for left in reversed(self._choices):
            before = reached.pop(left, None)
            if before is None:
                continue
            for position in self._choices[left]:
                rest = left ^ self.partition.sets[position]
                after = self.rest.get(rest)
                if after is None:
                    continue
                self._join(found, before, after, position)
                self._extend(reached.setdefault(rest, self._empty()), before, position)
        return found

    def _join(self, found: Floats, before: Floats, after: Floats, position: int) -> None:
        """Sums of what comes before a district, itself, and the best that comes after."""
        shift = 0 if self.partition.left_out(position) else 1
        for k in self._sizes[position]:
            cost = float(self.cost[position, k])
            for count in range(self.most + 1 - shift):
                ahead = after[max(0, self.fewest - count - shift) : self.most + 1 - count - shift, : self.units + 1 - k]
                sums = before[count, : self.units + 1 - k] + ahead.min(axis=0, initial=np.inf)[::-1]
                found[position, k] = min(found[position, k], cost + float(sums.min()))

    def partitions(self, limit: float) -> Iterator[Chosen]:
        """All partitions that cost at most ``limit``. Raises ``TooMany``."""
        count = 0
        stack: list[tuple[int, int, int, float, Chosen]] = [(self.partition.target, 0, self.units, 0.0, ())]
        while stack:
            left, count, units, cost, chosen = stack.pop()
            if not left:
                yield chosen
                count += 1
                if count > MOST_PARTITIONS:
                    raise TooMany
                continue
            for position in reversed(self._choices.get(left, [])):
                after = self.rest.get(left ^ self.partition.sets[position])
                if after is None:
                    continue
                shift = 0 if self.partition.left_out(position) else 1
                for k in self._sizes[position]:
                    here = cost + float(self.cost[position, k])
                    if k > units:
                        continue
                    ahead = after[max(0, self.fewest - count - shift) : self.most + 1 - count - shift, units - k]
                    if here + float(np.min(ahead, initial=np.inf)) <= limit:
                        step = (left ^ self.partition.sets[position], count + shift, units - k, here)
                        stack.append((*step, (*chosen, (position, k))))
