"""What a team delivers in a district: level, on-site hours, travel (docs/methode.md, "Was ein Team leistet").

Municipalities are positions 0..n-1 in AGS order here, sets of them are bit masks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer.problem import Employer, Layer, Problem
from optimizer.rounding import more

#: Levels closer than this are a tie; the hub with the lower AGS is taken.
TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one team does in one district, hours per week, one entry per municipality of ``members``.

    ``level`` is supply per unit of key; infinite where no municipality of the district has any need.
    ``fits`` is false where even the fewest hours do not fit; then the hours are what the team can do of them.
    """

    hub: int
    members: tuple[int, ...]
    level: float
    hours: tuple[float, ...]
    travel_hours: tuple[float, ...]
    fits: bool = True


def members_of(mask: int) -> tuple[int, ...]:
    """The positions in a bit mask, ascending."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return tuple(found)


def mask_of(members: Iterable[int]) -> int:
    """The bit mask of some positions."""
    mask = 0
    for member in members:
        mask |= 1 << member
    return mask


class Service:
    """One layer's supply side: weights, hours already there, and travel per on-site hour.

    ``earlier_hours`` are the on-site hours per municipality of the layers before this one.
    """

    def __init__(self, problem: Problem, layer: Layer, earlier_hours: Sequence[float] | None = None) -> None:
        towns = problem.municipalities
        earlier = earlier_hours or [0.0] * len(towns)
        self.size = len(towns)
        self.layer = layer
        self.minimum_hours = layer.minimum_hours
        self.fair_level = problem.fair_level
        self.weights = tuple(town.weight for town in towns)
        self.existing = tuple(town.existing_hours + hours for town, hours in zip(towns, earlier, strict=True))
        self.minutes = tuple(tuple(0.0 if b == i else problem.minutes[b.ags, i.ags] for i in towns) for b in towns)
        self.travel_rate = tuple(tuple(2 * t / 60 / layer.block_hours for t in row) for row in self.minutes)
        self.fair_supply = tuple(self.fair_level * weight for weight in self.weights)
        # Up to its kink a municipality gets the fewest hours; beyond it the hours follow the level.
        kinks = [
            (layer.minimum_hours + s) / w if w > 0 else math.inf
            for w, s in zip(self.weights, self.existing, strict=True)
        ]
        self.kinks = tuple(kinks)
        self.by_kink = tuple(sorted(range(self.size), key=lambda i: (kinks[i], i)))

    def hours_to_spend(self, fte: Fraction) -> float:
        """Hours per week of a team after coordination; negative where coordination takes more than there is."""
        return float(fte) * self.layer.hours_per_week - self.layer.coordination_hours * math.ceil(fte)

    def level(self, members: Sequence[int], hub: int, to_spend: float) -> float | None:
        """The largest level a team with ``to_spend`` hours reaches from ``hub``; ``None`` where it does not fit.

        ``members`` are in the order of ``by_kink``.
        """
        rates = self.travel_rate[hub]
        fewest = math.fsum(self.minimum_hours * (1 + rates[i]) for i in members)
        slack = to_spend - fewest
        if slack < 0:
            # Equal by construction (a team sized for exactly the fewest hours) must not fail by rounding.
            if slack < -1e-9:
                return None
            slack = 0.0
        per_level = offset = 0.0
        level = math.inf
        for i in members:
            kink = self.kinks[i]
            if kink >= level:
                break
            cost = 1 + rates[i]
            per_level += cost * self.weights[i]
            offset += cost * (self.existing[i] + self.minimum_hours)
            level = (slack + offset) / per_level
        return level

    def deliver(self, members: tuple[int, ...], hub: int, level: float) -> Delivery:
        """The hours and travel at a level, ``members`` ascending."""
        rates = self.travel_rate[hub]
        hours = tuple(
            max(self.minimum_hours, level * self.weights[i] - self.existing[i])
            if self.weights[i] > 0
            else self.minimum_hours
            for i in members
        )
        travel = tuple(h * rates[i] for h, i in zip(hours, members, strict=True))
        return Delivery(hub, members, level, hours, travel)

    def best_hub(self, members: Sequence[int], hubs: Iterable[int], to_spend: float) -> tuple[int, float] | None:
        """The hub (lowest AGS among equals) with the largest level, or ``None`` where no hub fits.

        ``hubs`` ascending, ``members`` in the order of ``by_kink``.
        """
        best: tuple[int, float] | None = None
        for hub in hubs:
            level = self.level(members, hub, to_spend)
            if level is not None and (best is None or level > more(best[1], TIE)):
                best = (hub, level)
        return best

    def evaluate(self, members: tuple[int, ...], hubs: Sequence[int], fte: Fraction) -> Delivery:
        """What a team does in a district that need not keep any rule: the best of ``hubs`` (ascending, at least one).

        Where the fewest hours do not fit from any of them, each municipality gets the same part of them.
        """
        to_spend = self.hours_to_spend(fte)
        ordered = sorted(members, key=lambda i: (self.kinks[i], i))
        best = self.best_hub(ordered, hubs, to_spend)
        if best is not None:
            return self.deliver(members, *best)
        parts = {}
        for hub in hubs:
            needed = math.fsum(self.minimum_hours * (1 + self.travel_rate[hub][i]) for i in members)
            parts[hub] = max(0.0, to_spend) / needed if needed > 0 else 0.0
        hub = min(hubs, key=lambda b: (-parts[b], b))
        part = parts[hub]
        hours = tuple(self.minimum_hours * part for _ in members)
        travel = tuple(h * self.travel_rate[hub][i] for h, i in zip(hours, members, strict=True))
        return Delivery(hub, members, 0.0, hours, travel, fits=False)

    def missing(self, members: Sequence[int], level: float) -> float:
        """Hours per week missing to the fair supply in a district served at a level."""
        fair, fewest = self.fair_level, self.minimum_hours
        return math.fsum(
            max(0.0, fair * self.weights[i] - max(self.existing[i] + fewest, level * self.weights[i]))
            for i in members
            if self.weights[i] > 0
        )

    def coverage(self, i: int, hours: float) -> float:
        """Coverage of municipality ``i`` with ``hours`` more on site; infinite where it has no need."""
        return (self.existing[i] + hours) / self.fair_supply[i] if self.weights[i] > 0 else math.inf

    def shortfall(self, i: int, hours: float) -> float:
        """Hours per week that municipality ``i`` misses to its fair supply with ``hours`` more on site."""
        return max(0.0, self.fair_supply[i] - self.existing[i] - hours)


def possible_hubs(employer: Employer, problem: Problem) -> int:
    """Mask of the municipalities where teams of an employer may start, before any district is known."""
    if employer.base == "office":
        assert employer.office is not None
        allowed = {employer.office}
    else:
        allowed = set(problem.index)
    if employer.hubs is not None:
        allowed &= employer.hubs
    return mask_of(problem.index[ags] for ags in allowed)
