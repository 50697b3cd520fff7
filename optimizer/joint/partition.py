"""Partitions of the municipalities into districts, built from the first one on.

Whatever is still to be covered, the next district is one that holds its first municipality: so every partition comes
once, and only few sets are ever left over.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from optimizer.joint.supply import Ints
from optimizer.service import members_of


class Partition:
    """Which districts can follow one another.

    ``sets`` are the districts, a set once for each of the kinds of employers in ``districts``; after them stand the
    municipalities of ``left_out`` one by one, for being in no district (kind -1).
    ``choices`` gives, for every set of municipalities that can be left over, the positions in ``sets`` of those that
    can come next; sets from which no partition can be completed are not in it. Ascending: what remains after a
    district comes before what was there.
    """

    def __init__(
        self, target: int, districts: Collection[tuple[int, int]], left_out: int, neighbours: Sequence[int]
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
