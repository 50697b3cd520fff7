"""What a team delivers in a district: level, on-site hours, travel (docs/methode.md, "Was ein Team leistet").

Municipalities are positions 0..n-1 in AGS order here, sets of them are bit masks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer.problem import Employer, Layer, Problem
from optimizer.rounding import ROUNDING, more

#: Levels closer than this are a tie; the hub with the lower AGS is taken.
TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one team does in one district, hours per week, one entry per municipality of ``members``.

    ``level`` is supply per unit of key; infinite where no municipality of the district has any need.
    ``fits`` is false where even the fewest hours do not fit or not everyone can be driven to; then the hours are what
    the team can do.
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

    ``earlier_hours`` are the on-site hours per municipality of the layers before this one. ``fewest`` are the on-site
    hours that a team must give a municipality. Of those ``taking_part`` (a mask) all but those of ``optional`` need a
    team: who has no need and no fewest hours may be in a district or in none.
    """

    def __init__(self, problem: Problem, layer: Layer, earlier_hours: Sequence[float] | None = None) -> None:
        towns = problem.municipalities
        earlier = earlier_hours or [0.0] * len(towns)
        self.size = len(towns)
        self.layer = layer
        self.fair_level = problem.fair_level
        self.weights = tuple(town.weight for town in towns)
        self.existing = tuple(town.existing_hours + hours for town, hours in zip(towns, earlier, strict=True))
        self.fewest = tuple(
            _positive(layer.fewest_hours(town.ags) - hours) if town.taking_part else 0.0
            for town, hours in zip(towns, earlier, strict=True)
        )
        self.taking_part = mask_of(i for i, town in enumerate(towns) if town.taking_part)
        self.optional = self.taking_part & mask_of(
            i for i in range(self.size) if self.weights[i] <= 0 and self.fewest[i] <= 0
        )
        self.minutes = tuple(tuple(problem.drive(b.ags, i.ags) for i in towns) for b in towns)
        #: Per hub the mask of the municipalities that can be driven to.
        self.drivable = tuple(mask_of(i for i, t in enumerate(row) if t < math.inf) for row in self.minutes)
        self.travel_rate = tuple(tuple(2 * t / 60 / layer.block_hours for t in row) for row in self.minutes)
        self.fair_supply = tuple(self.fair_level * weight for weight in self.weights)
        # Up to its kink a municipality gets the fewest hours; beyond it the hours follow the level.
        kinks = [
            (fewest + s) / w if w > 0 else math.inf
            for w, s, fewest in zip(self.weights, self.existing, self.fewest, strict=True)
        ]
        self.kinks = tuple(kinks)
        self.by_kink = tuple(sorted(range(self.size), key=lambda i: (kinks[i], i)))

    def hours_to_spend(self, fte: Fraction) -> float:
        """Hours per week of a team after coordination; negative where coordination takes more than there is."""
        return float(fte) * self.layer.hours_per_week - self.layer.coordination_hours * math.ceil(fte)

    def level(self, members: Sequence[int], hub: int, to_spend: float) -> float | None:
        """The largest level a team with ``to_spend`` hours reaches from ``hub``; ``None`` where it does not fit.

        ``members`` are in the order of ``by_kink``, and all of them can be driven to.
        """
        rates = self.travel_rate[hub]
        fewest = math.fsum(self.fewest[i] * (1 + rates[i]) for i in members)
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
            offset += cost * (self.existing[i] + self.fewest[i])
            level = (slack + offset) / per_level
        return level

    def deliver(self, members: tuple[int, ...], hub: int, level: float) -> Delivery:
        """The hours and travel at a level, ``members`` ascending."""
        rates = self.travel_rate[hub]
        hours = tuple(
            max(self.fewest[i], level * self.weights[i] - self.existing[i]) if self.weights[i] > 0 else self.fewest[i]
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

        Where the fewest hours do not fit from any of them, each municipality gets the same part of them. Where nobody
        can drive to all, the first of those who can drive to most serves these.
        """
        reached = {b: tuple(i for i in members if self.drivable[b] >> i & 1) for b in hubs}
        most = max(map(len, reached.values()))
        hubs = [b for b in hubs if len(reached[b]) == most]
        if most < len(members):
            return self._in_part(members, reached[hubs[0]], hubs[0], fte)
        to_spend = self.hours_to_spend(fte)
        ordered = sorted(members, key=lambda i: (self.kinks[i], i))
        best = self.best_hub(ordered, hubs, to_spend)
        if best is not None:
            return self.deliver(members, *best)
        parts = {}
        for hub in hubs:
            needed = math.fsum(self.fewest[i] * (1 + self.travel_rate[hub][i]) for i in members)
            parts[hub] = max(0.0, to_spend) / needed if needed > 0 else 0.0
        hub = min(hubs, key=lambda b: (-parts[b], b))
        part = parts[hub]
        hours = tuple(self.fewest[i] * part for i in members)
        travel = tuple(h * self.travel_rate[hub][i] for h, i in zip(hours, members, strict=True))
        return Delivery(hub, members, 0.0, hours, travel, fits=False)

    def _in_part(self, members: tuple[int, ...], reached: tuple[int, ...], hub: int, fte: Fraction) -> Delivery:
        """What a team does from a hub from where it can drive only to some of its district."""
        served = self.evaluate(reached, [hub], fte) if reached else Delivery(hub, (), 0.0, (), ())
        hours = dict(zip(reached, served.hours, strict=True))
        travel = dict(zip(reached, served.travel_hours, strict=True))
        by_town = tuple(hours.get(i, 0.0) for i in members), tuple(travel.get(i, 0.0) for i in members)
        return Delivery(hub, members, 0.0, *by_town, fits=False)

    def missing(self, members: Sequence[int], level: float) -> float:
        """Hours per week missing to the fair supply in a district served at a level."""
        fair = self.fair_level
        return math.fsum(
            max(0.0, fair * self.weights[i] - max(self.existing[i] + self.fewest[i], level * self.weights[i]))
            for i in members
            if self.weights[i] > 0
        )

    def coverage(self, i: int, hours: float) -> float:
        """Coverage of municipality ``i`` with ``hours`` more on site; infinite where it has no need."""
        return (self.existing[i] + hours) / self.fair_supply[i] if self.weights[i] > 0 else math.inf

    def shortfall(self, i: int, hours: float) -> float:
        """Hours per week that municipality ``i`` misses to its fair supply with ``hours`` more on site."""
        return max(0.0, self.fair_supply[i] - self.existing[i] - hours)


def _positive(hours: float) -> float:
    # What rounding alone leaves to be given is nothing: it must not ask for a team.
    return hours if hours > ROUNDING else 0.0


def possible_hubs(employer: Employer, problem: Problem) -> int:
    """Mask of the municipalities where teams of an employer may start, before any district is known."""
    if employer.base == "office":
        assert employer.office is not None
        allowed = {employer.office}
    else:
        allowed = {town.ags for town in problem.municipalities if town.taking_part}
    if employer.hubs is not None:
        allowed &= employer.hubs
    return mask_of(problem.index[ags] for ags in allowed)
