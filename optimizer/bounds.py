"""What the rest of the county leaves to a district: bounds by which columns are left out before the solver.

All hours of a plan are limited: those of the posts, and, once a plan is known, those that may be lost. A district
that takes more than the rest of the county can spare is in no plan at least as good.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from optimizer.column import Column
from optimizer.rounding import ROUNDING
from optimizer.service import members_of
from optimizer.teams import Teams


class Bounds:
    """Bounds for a threshold: ``needs`` are the on-site hours that each municipality must get at least.

    Every municipality costs the road from the best hub that is not its own; only as many of them as there are
    districts can be hubs and are spared it.
    """

    def __init__(self, teams: Teams, needs: Sequence[float], hub_masks: Sequence[int], most_shortfall: float) -> None:
        service, layer = teams.service, teams.layer
        self.teams = teams
        self.most_shortfall = most_shortfall
        self.needs = needs
        inside, outside = teams.hubs(hub_masks)
        inner, outer = members_of(inside), members_of(outside)
        towns = range(service.size)
        rates = [
            min((service.travel_rate[b][i] for b in (*outer, *inner) if b != i or b in outer), default=0.0)
            for i in towns
        ]
        # Who can only be served from its own hub is spared the road in every plan.
        rates = [rate if rate < math.inf else 0.0 for rate in rates]
        self.road = [need * rate for need, rate in zip(needs, rates, strict=True)]
        saved = [self.road[i] if inside >> i & 1 else 0.0 for i in towns]
        self.by_saving = sorted(((hours, i) for i, hours in enumerate(saved) if hours > 0), reverse=True)
        self.other_districts = layer.districts_maximum - 1
        self.total_road = math.fsum(self.road)
        self.total_need = math.fsum(needs)
        self.gaps = [max(0.0, fair - s) for fair, s in zip(service.fair_supply, service.existing, strict=True)]
        self.total_gap = math.fsum(self.gaps)

        spare = teams.most_hours(self.total_need, self.total_gap, most_shortfall) - self.total_need
        #: Hours by which ``b`` serves ``i`` worse than the best other hub would.
        self.detour = [
            [
                (need * rate - road if rate < math.inf else math.inf) if b != i or outside >> b & 1 else 0.0
                for i, (need, rate, road) in enumerate(zip(needs, service.travel_rate[b], self.road, strict=True))
            ]
            for b in towns
        ]
        self.allowance = [
            spare - self.total_road + saved[b] + self._saving(1 << b if inside >> b & 1 else 0) + ROUNDING
            for b in towns
        ]

    def _saving(self, members: int) -> float:
        """Hours that the hubs of the other districts save at most, none of them in ``members``."""
        parts: list[float] = []
        for hours, i in self.by_saving:
            if len(parts) == self.other_districts:
                break
            if not members >> i & 1:
                parts.append(hours)
        return math.fsum(parts)

    def rest_hours(self, members: int) -> float:
        """Hours that the municipalities outside a district need at least, the road included."""
        inside = members_of(members)
        taken = math.fsum(self.needs[i] + self.road[i] for i in inside)
        return self.total_need + self.total_road - taken - self._saving(members)

    def worth_while(self, column: Column, members: int) -> bool:
        """Whether the rest of the county can keep the shortfall low enough beside a column."""
        if self.most_shortfall == math.inf:
            return True
        teams = self.teams
        gap = self.total_gap - math.fsum(self.gaps[i] for i in column.members)
        road = self.total_road - math.fsum(self.road[i] for i in column.members) - self._saving(members)
        missing = max(0.0, gap - teams.rest[teams.units - column.units] + max(0.0, road))
        shortfall = teams.service.missing(column.members, column.level)
        return shortfall + missing <= self.most_shortfall + ROUNDING
