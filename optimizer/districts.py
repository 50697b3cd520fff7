"""Connected sets of municipalities, grown from a single one with bounds; never all subsets.

A set is visited once. Growth stops where no hub can serve the set any more, whatever is added: driving limits,
hours needed and forbidden pairs only get worse as a set grows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optimizer.service import mask_of, members_of


@dataclass(frozen=True)
class Growth:
    """What limits the growth of districts. Masks are over municipalities in AGS order.

    ``neighbours[i]``: what may be added beside ``i``. ``inside[b]``: whether hub ``b`` must lie in the district
    (else it may also serve from outside). ``reach[b]``: what hub ``b`` may serve. ``apart[i]``: what may not be
    with ``i``. ``cost[b][i]``: hours that ``i`` needs from hub ``b``; a set costs at most ``budget``.
    ``detour[b][i]``: hours by which the road from ``b`` to ``i`` is worse than from its best other hub; a set served
    from ``b`` takes at most ``allowance[b]`` of them, or the county as a whole loses too much.
    ``largest``: most municipalities.
    """

    neighbours: Sequence[int]
    inside: int
    outside: int
    reach: Sequence[int]
    apart: Sequence[int]
    cost: Sequence[Sequence[float]]
    budget: float
    detour: Sequence[Sequence[float]]
    allowance: Sequence[float]
    largest: int


def connected_reach(growth: Growth) -> list[int]:
    """By hub the mask of those with whom some district can hang together: less than ``reach`` where pairs are apart.

    Districts of hubs that need not lie in them may be anywhere.
    """
    found = []
    for hub, reach in enumerate(growth.reach):
        if growth.inside & ~growth.outside & 1 << hub:
            allowed = reach & ~growth.apart[hub]
            front = joined = allowed & 1 << hub
            while front:
                near = 0
                for i in members_of(front):
                    near |= growth.neighbours[i] & ~growth.apart[i]
                front = near & allowed & ~joined
                joined |= front
            reach = joined
        found.append(reach)
    return found


def connected_sets(growth: Growth) -> Iterator[tuple[int, int]]:
    """Every connected set that some hub can serve within the bounds, with the mask of those hubs.

    Hubs in the mask lie in the set or serve from outside. Sets come in a fixed order, each exactly once.
    """
    size = len(growth.neighbours)
    hubs = members_of(growth.inside | growth.outside)
    for root in range(size):
        # Every set is found from its lowest member, so lower ones are out.
        banned = (1 << root) - 1
        costs = {b: (growth.cost[b][root], growth.detour[b][root]) for b in hubs}
        alive = [b for b in hubs if growth.reach[b] >> root & 1 and _affordable(growth, b, costs[b])]
        near, apart = growth.neighbours[root], growth.apart[root]
        yield from _grow(growth, 1 << root, 1, near, banned | 1 << root, apart, alive, costs)


def _affordable(growth: Growth, hub: int, costs: tuple[float, float]) -> bool:
    return costs[0] <= growth.budget and costs[1] <= growth.allowance[hub]


def _grow(
    growth: Growth,
    members: int,
    count: int,
    frontier: int,
    banned: int,
    apart: int,
    alive: list[int],
    costs: dict[int, tuple[float, float]],
) -> Iterator[tuple[int, int]]:
    # A hub that must lie inside is of use while it is in the set or may still join it.
    able = ~(banned & ~members) & ~apart
    alive = [b for b in alive if growth.outside >> b & 1 or (growth.inside & able) >> b & 1]
    if not alive:
        return
    if any(growth.outside >> b & 1 or members >> b & 1 for b in alive):
        # The best hub is chosen among all that reach the set, not only among those that the bounds leave.
        inside, outside = growth.inside & members, growth.outside
        yield members, mask_of(b for b in members_of(inside | outside) if not members & ~growth.reach[b])
    if count == growth.largest:
        return
    candidates = frontier & ~banned & ~apart
    while candidates:
        low = candidates & -candidates
        candidates ^= low
        added = low.bit_length() - 1
        # Whatever was tried before is not added deeper down: so no set comes twice.
        banned |= low
        next_costs = {b: (costs[b][0] + growth.cost[b][added], costs[b][1] + growth.detour[b][added]) for b in alive}
        next_alive = [b for b in alive if growth.reach[b] >> added & 1 and _affordable(growth, b, next_costs[b])]
        if next_alive:
            yield from _grow(
                growth,
                members | low,
                count + 1,
                frontier | growth.neighbours[added],
                banned,
                apart | growth.apart[added],
                next_alive,
                next_costs,
            )
