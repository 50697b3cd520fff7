"""Partitions of the municipalities into districts, built from the first one on.

Whatever is still to be covered, the next district is one that holds its first municipality: so every partition comes
once, and only few sets are ever left over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from optimizer.levels import Ints
from optimizer.service import members_of


class Partition:
    """Which districts can follow one another.

    ``sets`` are the districts, a set once for each of the kinds of employers in ``districts``; after them stand the
    municipalities of ``left_out`` one by one, for being in no district (kind -1).
    ``choices`` gives, for every set of municipalities that can be left over, the positions in ``sets`` of those that
    can come next; sets from which no partition can be completed are not in it. Ascending: what remains after a
    district comes before what was there. ``changes`` are the fewest municipalities that change by district, ``most``
    how many may in all districts together: what takes more is not in it either.
    """

    def __init__(
        self,
        target: int,
        districts: Collection[tuple[int, int]],
        left_out: int,
        neighbours: Sequence[int],
        changes: Mapping[int, int] | None = None,
        most: int | None = None,
    ) -> None:
        self.target = target
        self.districts = len(districts)
        listed = [*districts, *((1 << i, -1) for i in members_of(left_out))]
        self.sets = tuple(mask for mask, _ in listed)
        self.kinds = tuple(kind for _, kind in listed)
        self.masks: Ints = np.array(self.sets, dtype=np.int64)
        self.order = _sweep(target, neighbours)
        by_town: dict[int, list[int]] = {i: [] for i in self.order}
        for position, mask in enumerate(self.sets):
            for i in members_of(mask):
                by_town[i].append(position)
        self._holding = {i: np.array(positions, dtype=np.int64) for i, positions in by_town.items()}
        self.choices = self._choices()
        if changes is not None and most is not None:
            listed_changes = [changes.get(mask, 0) if kind >= 0 else 0 for mask, kind in listed]
            self.choices = self._near(listed_changes, most)

    def left_out(self, position: int) -> bool:
        """Whether a set stands for a municipality in no district."""
        return position >= self.districts

    def _choices(self) -> dict[int, Ints]:
        found: dict[int, Ints] = {}
        open_ = [self.target]
        while open_:
            left = open_.pop()
            if left in found or not left:
                continue
            first = next(i for i in self.order if left >> i & 1)
            near = self._holding[first]
            found[left] = near[(self.masks[near] & ~left) == 0]
            open_.extend(left ^ self.sets[position] for position in found[left])
        # From the smallest on, what cannot be completed goes.
        kept: dict[int, Ints] = {}
        for left in sorted(found):
            positions = [p for p in found[left].tolist() if not left ^ self.sets[p] or left ^ self.sets[p] in kept]
            if positions:
                kept[left] = np.array(positions, dtype=np.int64)
        return kept

    def _near(self, changes: Sequence[int], most: int) -> dict[int, Ints]:
        """The choices with which not more municipalities change than may."""
        rest = {0: 0}
        for left, positions in self.choices.items():
            rest[left] = min(changes[p] + rest[left ^ self.sets[p]] for p in positions.tolist())
        before = {self.target: 0}
        found: dict[int, Ints] = {}
        for left in reversed(self.choices):
            if left not in before:
                continue
            kept = []
            for p in self.choices[left].tolist():
                after, changed = left ^ self.sets[p], before[left] + changes[p]
                if changed + rest[after] <= most:
                    kept.append(p)
                    before[after] = min(before.get(after, changed), changed)
            if kept:
                found[left] = np.array(kept, dtype=np.int64)
        return {left: found[left] for left in reversed(found)}

    @property
    def steps(self) -> int:
        """How many pairs of what is left over and the district that comes next there are."""
        return sum(map(len, self.choices.values()))


def _sweep(target: int, neighbours: Sequence[int]) -> tuple[int, ...]:
    """The municipalities in an order that leaves connected ones behind: from the one with the fewest neighbours on."""
    left = set(members_of(target))
    order: list[int] = []
    seen = 0
    while left:
        # Next to what is done already, and with the fewest others beside it that are not.
        i = min(left, key=lambda i: (not seen >> i & 1, (neighbours[i] & target & ~_mask(order)).bit_count(), i))
        order.append(i)
        left.discard(i)
        seen |= neighbours[i]
    return tuple(order)


def _mask(members: Collection[int]) -> int:
    return sum(1 << i for i in members)
