"""What the second layer costs at least, by the set of its hubs and the plan of the first layer (bound of method B).

A second layer with certain hubs spends at least the road from the nearest of them for every hour that a municipality
still lacks. That sum falls apart by the districts of the first layer, so one program over what is still to be covered
gives, for all sets of hubs at once, how the first layer can be completed at best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations

import numpy as np
import numpy.typing as npt

from optimizer.joint.districts import Districts
from optimizer.joint.partition import Partition
from optimizer.levels import Flags, Floats

Rough = npt.NDArray[np.float32]

#: Sums in single precision may miss by so many hours.
ROUGH = 2e-3
#: With more sets of hubs than this, all hubs together stand for each of them.
MOST_HUB_SETS = 3500
#: Costs an hour where no hub reaches: more than any team has.
NOWHERE = 1e5


def hub_rates(layer: Districts) -> Floats:
    """What one on-site hour costs at least (hub sets, municipalities), for every set of as many hubs as there can be.

    Larger sets stand for the smaller ones, which cost no less.
    """
    size = layer.size
    cost = np.full((size, size), NOWHERE)
    for hub, towns in enumerate(layer.reaches):
        members = [i for i in range(size) if towns >> i & 1]
        cost[hub, members] = layer.cost[hub, members]
    hubs = [hub for hub, towns in enumerate(layer.reaches) if towns]
    if layer.rows:
        rates = np.full((1, size), NOWHERE)
        for mask, (_, starts) in layer.rows.items():
            members = [i for i in range(size) if mask >> i & 1]
            rates[0, members] = layer.cost[np.ix_(list(starts), members)].min(axis=0, initial=NOWHERE)
        return rates
    count = min(len(hubs), layer.teams.district_range[1])
    if not hubs or _binomial(len(hubs), count) > MOST_HUB_SETS:
        nearest: Floats = cost.min(axis=0, keepdims=True)
        return nearest
    found: Floats = np.stack([cost[list(chosen)].min(axis=0) for chosen in combinations(hubs, count)])
    return found


def _binomial(total: int, count: int) -> int:
    found = 1
    for step in range(count):
        found = found * (total - step) // (step + 1)
    return found


@dataclass(frozen=True)
class Sums:
    """Sums that plans keep below limits: what the first layer adds, and at least what the second will, by hub set.

    Every hour that a municipality lacks to ``needs`` counts its rate of ``rates`` (hub sets, municipalities);
    ``missing`` are the hours to the fair supply before the first layer.
    """

    needs: Floats
    missing: Floats
    rates: Floats

    def all(self, criteria: Sequence[Criterion], hours: Floats, inside: Flags, road: Floats) -> list[Rough]:
        """A sum (rows, hub sets) for each criterion, for on-site hours of the first layer (rows, municipalities) of
        which those ``inside`` count, and its hours on the ``road``."""
        lacking = np.where(inside, np.maximum(0.0, self.needs - hours), 0.0)
        base = lacking.astype(np.float32) @ self.rates.T.astype(np.float32)
        found = []
        for criterion in criteria:
            more = np.zeros(len(hours))
            if criterion is not Criterion.HOURS:
                more -= lacking.sum(axis=1)
            if criterion is Criterion.SHORTFALL:
                more += np.where(inside, np.maximum(0.0, self.missing - hours), 0.0).sum(axis=1)
            if criterion is Criterion.TRAVEL:
                more += road
            found.append(base + more.astype(np.float32)[:, None])
        return found


class Criterion(Enum):
    """What is added up: hours that the second layer must spend, hours missing in the end together with all that it
    has, hours on the road of both layers."""

    HOURS = "hours"
    SHORTFALL = "shortfall"
    TRAVEL = "travel"


class Completions:
    """For what the first layer has still to cover: the least sums by units of posts and set of hubs.

    ``values`` (set, units, hub set) is what a district of the first layer adds, infinite where it cannot be.
    """

    def __init__(self, partition: Partition, values: Rough, units: int) -> None:
        self.partition = partition
        self.values = values
        start = np.full((units + 1, values.shape[2]), np.inf, dtype=np.float32)
        start[0] = 0.0
        self.rest: dict[int, Rough] = {0: start}
        possible: Flags = np.any(np.isfinite(values), axis=2)
        for left, positions in partition.choices.items():
            table = np.full_like(start, np.inf)
            for position in positions.tolist():
                after = self.rest.get(left ^ partition.sets[position])
                if after is None:
                    continue
                for k in np.nonzero(possible[position])[0].tolist():
                    np.minimum(table[k:], after[: units + 1 - k] + values[position, k], out=table[k:])
            if np.isfinite(table).any():
                self.rest[left] = table

    def least(self, units: int) -> float:
        """The least sum of all."""
        table = self.rest.get(self.partition.target)
        return np.inf if table is None else float(table[units].min())
