"""How many districts the rules of a layer allow, estimated before they are gone through.

Growing all districts is a walk through a tree. At each level some of its nodes are kept at random, each standing for as
many as were left out: that tells without bias how many nodes the tree has (Rubinstein, Stochastic enumeration, 2013).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from optimizer.columns import ColumnSource
from optimizer.districts import Growth
from optimizer.explore.situation import MOST_LOOKS
from optimizer.problem import Problem
from optimizer.service import Service, mask_of, members_of

#: Districts of a level that are kept.
KEPT = 3000
#: Most districts that are gone through: for each thousand ``ColumnSource`` looks at the time once.
MOST_DISTRICTS = 1000 * MOST_LOOKS
#: Seconds of one processor that it takes to go through a district with one team size and employer, measured.
SECONDS = 6e-5


@dataclass(frozen=True, slots=True)
class Size:
    """About how many ``districts`` a layer may have, and how many ``teams``: those with employers and team sizes."""

    districts: float
    teams: float

    @property
    def too_large(self) -> bool:
        """Whether that is more than is gone through."""
        return self.districts > MOST_DISTRICTS

    @property
    def seconds(self) -> float:
        """About how long one processor takes to go through all teams."""
        return SECONDS * self.teams


def size(problem: Problem, layer: int = 0) -> Size | None:
    """The size of a layer, whatever the hours of those before it: nothing is solved for it, and it is always the same.

    ``None`` where municipalities are few, and all is gone through at once, or more than the masks of arrays hold.
    """
    rules = replace(problem.layers[layer], plan=None)
    source = ColumnSource(problem, rules, Service(problem, rules), 0)
    if source.hub_columns is None:
        return None
    districts = estimated(source.hub_columns.growth, Random(1))
    return Size(districts, districts * sum(units <= most for units in source.sizes for most in source.largest_team))


def estimated(growth: Growth, random: Random) -> float:
    """About how many sets there are that a hub can serve, whatever that costs: exactly where no level has too many."""
    hubs = growth.inside | growth.outside
    roots = (
        _served(growth, 1 << i, near, (2 << i) - 1 | growth.apart[i], hubs, i)
        for i, near in enumerate(growth.neighbours)
    )
    level = [root for root in roots if root is not None]
    found, weight = 0.0, 1.0
    while level:
        found += weight * sum(one.served for one in level)
        level = [grown for one in level for grown in one.grown(growth)]
        if len(level) > KEPT:
            weight *= len(level) / KEPT
            level = random.sample(level, KEPT)
    return found


@dataclass(frozen=True, slots=True)
class _Set:
    # As in ``optimizer.districts``: what is in it, may be added, and may not; and the hubs that may serve it.
    members: int
    open: int
    shut: int
    hubs: int
    served: bool

    def grown(self, growth: Growth) -> Iterator[_Set]:
        """The sets with one municipality more, each of all sets from one other only."""
        if self.members.bit_count() >= growth.largest:
            return
        shut = self.shut
        for i in members_of(self.open & ~self.shut):
            # Those before it are tried before it, and so not added any more.
            shut |= 1 << i
            found = _served(
                growth, self.members | 1 << i, self.open | growth.neighbours[i], shut | growth.apart[i], self.hubs, i
            )
            if found is not None:
                yield found


def _served(growth: Growth, members: int, open_: int, shut: int, hubs: int, added: int) -> _Set | None:
    able = ~(shut & ~members)
    hubs = mask_of(
        b for b in members_of(hubs & (growth.outside | growth.inside & able)) if growth.reach[b] >> added & 1
    )
    return _Set(members, open_, shut, hubs, bool(hubs & (growth.outside | members))) if hubs else None
