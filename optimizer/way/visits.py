"""How many visits a team makes to each municipality of its district: weekly hours as whole half-days."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from optimizer.plan import Plan
from optimizer.problem import Ags, Layer, Problem
from optimizer.rounding import ROUNDING


@dataclass(frozen=True)
class Team:
    """A team as its schedule sees it: persons by their part of a post, the hub, and whom it serves.

    ``hours`` are the on-site hours per week that the plan gives each municipality of the district, the hub among them
    where it is one; ``visits`` are those of all weeks that the schedule has, only of municipalities that get any.
    """

    problem: Problem
    layer: Layer
    hub: Ags
    persons: tuple[Fraction, ...]
    hours: Mapping[Ags, float]
    visits: Mapping[Ags, int]

    def way(self, stops: tuple[Ags, ...]) -> tuple[Ags, ...]:
        """From the hub to one stop after the other and back: past the hub where that is quicker or the only way."""
        found = [self.hub]
        for stop in (*stops, self.hub):
            if self._drive(found[-1], self.hub) + self._drive(self.hub, stop) < self._drive(found[-1], stop):
                found.append(self.hub)
            found.append(stop)
        return tuple(found)

    def tour(self, stops: tuple[Ags, ...]) -> float:
        """Minutes on the road from the hub to one stop after the other and back."""
        return math.fsum(self._drive(a, b) for a, b in pairwise(self.way(stops)))

    def _drive(self, origin: Ags, target: Ags) -> float:
        # The way back serves where only that is known, as the plan itself takes it.
        minutes = self.problem.drive(origin, target)
        return minutes if minutes < math.inf else self.problem.drive(target, origin)


def team_of(plan: Plan, layer: int, district: int, weeks: int) -> Team:
    """The team of a district of a plan with its visits, both by position.

    Every municipality with any hours has a visit in ``weeks``, and as many as its presence needs; the others follow the
    largest remainders, up to what all of them together are in whole visits, while the hours of the team suffice for a
    return trip each.
    """
    problem, rules, served = plan.problem, plan.problem.layers[layer], plan.layers[layer].districts[district]
    whole = math.floor(served.fte)
    persons = (*(Fraction(1) for _ in range(whole)), *([served.fte - whole] if served.fte > whole else []))
    hours = dict(zip(served.municipalities, served.hours, strict=True))
    team = Team(problem, rules, served.hub, persons, hours, {})
    before = dict.fromkeys(hours, 0.0)
    for earlier in plan.layers[:layer]:
        for ags, given in earlier.hours_by_municipality().items():
            before[ags] = before.get(ags, 0.0) + given
    block = rules.block_hours
    wanted = {ags: given * weeks / block for ags, given in hours.items() if ags != served.hub and given > ROUNDING}
    visits = {}
    for ags, some in wanted.items():
        present = min(hours[ags], rules.fewest_hours(ags) - before[ags]) * weeks / block
        visits[ags] = max(1, math.ceil(present - 1e-6), math.floor(some + 1e-6))
    left = weeks * (float(served.fte) * rules.hours_per_week - rules.coordination_hours * len(persons))
    cost = {ags: block + team.tour((ags,)) / 60 for ags in wanted}
    left -= math.fsum(cost[ags] * count for ags, count in visits.items())
    for _ in range(math.floor(math.fsum(wanted.values()) + 0.5) - sum(visits.values())):
        fitting = [ags for ags in sorted(wanted) if visits[ags] < wanted[ags] and cost[ags] <= left + 1e-6]
        if not fitting:
            break
        one = max(fitting, key=lambda ags: wanted[ags] - visits[ags])
        visits[one] += 1
        left -= cost[one]
    return Team(problem, rules, served.hub, persons, hours, visits)
