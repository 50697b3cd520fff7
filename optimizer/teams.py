"""The teams of a layer: who may employ them, their sizes, and the hours that all of them together have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

from optimizer.problem import Employer, Layer
from optimizer.service import Service

#: Hours of what cannot be.
IMPOSSIBLE = -math.inf


class Teams:
    """The teams that the rules of a layer allow, whatever their districts.

    ``ki_units`` are the fewest units of posts that the KI must get in this layer. ``sizes`` are the hours per week,
    after coordination, by units of posts.
    """

    def __init__(self, layer: Layer, service: Service, ki_units: int) -> None:
        self.layer = layer
        self.service = service
        self.ki_units = ki_units
        self.units = layer.units
        # One order, whatever the order in the file: the KI first, then by id.
        self.employers: tuple[Employer, ...] = tuple(sorted(layer.employers, key=lambda e: (not e.is_ki, e.id)))
        self.sizes = {
            units: service.hours_to_spend(units * layer.step)
            for units in range(1, self.units + 1)
            if math.ceil(units * layer.step) >= layer.minimum_persons
        }

    @property
    def district_range(self) -> tuple[int, int]:
        """Fewest and most districts."""
        if self.layer.plan is not None:
            return len(self.layer.plan), len(self.layer.plan)
        return self.layer.districts_minimum, self.layer.districts_maximum

    @cached_property
    def largest_team(self) -> tuple[int, ...]:
        """Most units of posts per employer that limits and the KI's share leave."""
        most = []
        for employer in self.employers:
            units = self.units if employer.is_ki else self.units - self.ki_units
            for limit in self.layer.limits:
                if employer.id in limit.employers and limit.maximum is not None:
                    units = min(units, math.floor(limit.maximum / self.layer.step))
            most.append(max(0, units))
        return tuple(most)

    @cached_property
    def rest(self) -> tuple[float, ...]:
        """Most hours, after coordination, that all other teams get out of so many units of posts."""
        return self.rest_after(1)

    def rest_after(self, districts: int) -> tuple[float, ...]:
        """Most hours, after coordination, that all teams but so many get out of so many units of posts."""
        fewest, most = (max(0, number - districts) for number in self.district_range)
        best = [0.0] + [IMPOSSIBLE] * self.units
        found = list(best) if fewest == 0 else [IMPOSSIBLE] * (self.units + 1)
        for teams in range(1, most + 1):
            best = [
                max((best[units - k] + hours for k, hours in self.sizes.items() if k <= units), default=IMPOSSIBLE)
                for units in range(self.units + 1)
            ]
            if teams >= fewest:
                found = [max(pair) for pair in zip(found, best, strict=True)]
            if max(best) == IMPOSSIBLE:
                break
        return tuple(found)

    @cached_property
    def hours(self) -> float:
        """Most hours, after coordination, that all teams together get out of the posts."""
        return max((self.rest[self.units - k] + hours for k, hours in self.sizes.items()), default=IMPOSSIBLE)

    def most_hours(self, needed: float, gap: float, most_shortfall: float) -> float:
        """Hours that a plan takes at most which gives ``needed`` on-site hours where it has to.

        No more than ``most_shortfall`` hours are to be missing of the ``gap`` to the fair supply.
        """
        if most_shortfall == math.inf:
            return self.hours
        # Hours on the road reach nobody: what is not missed at most may be spent there.
        layer = self.layer
        persons = max(math.ceil(layer.total), layer.districts_minimum * layer.minimum_persons)
        offered = float(layer.total) * layer.hours_per_week
        return min(self.hours, needed + most_shortfall - gap + offered - layer.coordination_hours * persons)

    def hubs(self, hub_masks: Sequence[int]) -> tuple[int, int]:
        """Masks of the hubs that must lie in their district, and of the offices that need not."""
        inside = outside = 0
        for employer, mask in zip(self.employers, hub_masks, strict=True):
            if employer.base == "office":
                outside |= mask
            else:
                inside |= mask
        return inside, outside
