"""Every district of a layer from every hub that it may be served from, as rows of arrays."""

from __future__ import annotations

import numpy as np

from optimizer.joint.districts import Districts
from optimizer.joint.partition import Partition
from optimizer.levels import Flags, Floats, Ints


def partition_of(layer: Districts) -> Partition:
    """The partitions of all municipalities into districts of a layer.

    Those in no given district are left out of any, those without need may be.
    """
    alone = layer.optional | (layer.taking_part & ~layer.target)
    changes = {mask: layer.least_changes(mask) for mask, _ in layer.possible}
    return Partition(
        layer.taking_part, list(layer.possible), alone, layer.neighbours, changes, layer.layer.most_changes
    )


class Starts:
    """Rows of sets and hubs, the sets ascending as in ``partition``.

    ``rows`` (set, hub) with ``inside`` and ``cost`` by municipality (0 outside) and ``sizes``, which units of posts a
    team there may have. A municipality that is left out has a row of its own with hub -1, no units and no hours.
    ``to_spend`` are the hours by units.
    """

    def __init__(self, layer: Districts) -> None:
        self.layer = layer
        self.partition = partition_of(layer)
        rows = [(position, hub) for position in range(len(self.partition.sets)) for hub in self._hubs(position)]
        self.rows: Ints = np.array(rows, dtype=np.int64).reshape(-1, 2)
        self.inside: Flags = (self.partition.masks[self.rows[:, 0]][:, None] >> np.arange(layer.size)) & 1 > 0
        costs = np.where(self.rows[:, 1:] >= 0, layer.cost[self.rows[:, 1]], 1.0)
        self.cost: Floats = np.where(self.inside, costs, 0.0)
        sizes = [self._sizes(position, hub) for position, hub in rows]
        self.sizes: Flags = np.array(sizes, dtype=bool).reshape(-1, layer.units + 1)
        self.to_spend: Floats = layer.hours.copy()
        self.to_spend[0] = 0.0
        self.firsts: Ints = np.searchsorted(self.rows[:, 0], np.arange(len(self.partition.sets)))

    def _hubs(self, position: int) -> list[int]:
        if self.partition.left_out(position):
            return [-1]
        mask, kind = self.partition.sets[position], self.partition.kinds[position]
        return sorted({hub for e in self.layer.possible[mask, kind] for hub in self.layer.hubs(mask, e)})

    def _sizes(self, position: int, hub: int) -> Flags:
        found = np.zeros(self.layer.units + 1, dtype=bool)
        if self.partition.left_out(position):
            found[0] = True
            return found
        mask, kind = self.partition.sets[position], self.partition.kinds[position]
        for e in self.layer.possible[mask, kind]:
            if hub in self.layer.hubs(mask, e):
                found[list(self.layer.sizes(mask, e))] = True
        return found
