"""A layer as the search sees it: parts to be placed, what they take from each hub, and what a team has to give.

Parts are single municipalities, or those that a rule keeps together. Positions are in AGS order, hours are per week.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from optimizer.columns import ColumnSource
from optimizer.district_rules import Pinned
from optimizer.rounding import ROUNDING
from optimizer.service import mask_of, members_of
from optimizer.teams import IMPOSSIBLE

#: Hours that stand for what cannot be served: more than any team has.
NOWHERE = 1e5
#: By how much coverage two thresholds are apart between which hours are taken to follow it evenly.
RISE = 0.05


@dataclass(frozen=True, slots=True)
class Part:
    """Municipalities that are in one district: ``members`` is their mask, ``pin`` what is pinned of their district."""

    members: int
    near: tuple[int, ...]
    apart: tuple[int, ...]
    optional: bool
    pin: Pinned | None


@dataclass(frozen=True, slots=True)
class Row:
    """What each part takes of a team with a certain employer and hub: hours at the threshold, and for each unit of
    coverage above it."""

    hours: tuple[float, ...]
    rise: tuple[float, ...]


class Ground:
    """The parts of a layer, and all that the search asks about them."""

    def __init__(self, source: ColumnSource) -> None:
        self.source = source
        self.service = service = source.service
        layer = source.layer
        index = source.problem.index
        self.towns = members_of(service.taking_part)
        self.neighbours = [
            mask_of(index[ags] for ags in source.problem.neighbours.get(town.ags, ())) & service.taking_part
            for town in source.problem.municipalities
        ]
        groups = self._groups()
        part_of = {i: number for number, group in enumerate(groups) for i in members_of(group)}
        apart: list[set[int]] = [set() for _ in groups]
        pairs = [
            (part_of[index[a]], part_of[index[b]])
            for a, b in layer.apart
            if index[a] in part_of and index[b] in part_of
        ]
        pinned = sorted({part_of[i] for pin in source.pins for i in members_of(pin.members)})
        pairs += [(one, other) for one in pinned for other in pinned if one < other]
        for one, other in pairs:
            apart[one].add(other)
            apart[other].add(one)
        #: Rules that contradict by themselves: nothing keeps them.
        self.contradictory = any(one == other for one, other in pairs)
        self.parts = tuple(
            Part(
                group,
                self._near(group, number, part_of, len(groups)),
                tuple(sorted(apart[number])),
                not group & source.required,
                next((pin for pin in source.pins if pin.members & group), None),
            )
            for number, group in enumerate(groups)
        )
        #: Hours of a team by its units; of a size that may not be hopelessly few.
        self.team_hours = [source.sizes.get(units, -NOWHERE) for units in range(source.units + 1)]
        self.limits = self._limits()

    def _groups(self) -> list[int]:
        """Masks of municipalities that are in one district, ascending by their first."""
        source = self.source
        groups = [1 << i for i in self.towns]
        for pair in (*source.rules.together, *(pin.members for pin in source.pins)):
            joined = [group for group in groups if group & pair]
            groups = [group for group in groups if not group & pair]
            groups.append(mask_of(i for group in joined for i in members_of(group)))
        return sorted(groups, key=lambda group: group & -group)

    def _near(self, group: int, number: int, part_of: dict[int, int], count: int) -> tuple[int, ...]:
        if not self.source.layer.connected:
            return tuple(other for other in range(count) if other != number)
        around = {part_of[j] for i in members_of(group) for j in members_of(self.neighbours[i])}
        return tuple(sorted(around - {number}))

    def _limits(self) -> list[tuple[frozenset[int], int, int]]:
        """Employers by position, and the fewest and most units of them together; the KI's share among them."""
        source, layer = self.source, self.source.layer
        ids = [employer.id for employer in source.employers]
        found = [
            (
                frozenset(e for e, id in enumerate(ids) if id in limit.employers),
                math.ceil(limit.minimum / layer.step),
                source.units if limit.maximum is None else math.floor(limit.maximum / layer.step),
            )
            for limit in layer.limits
        ]
        ki = frozenset(e for e, employer in enumerate(source.employers) if employer.is_ki)
        found.append((ki, source.ki_units, source.units))
        return [limit for limit in found if limit[1] > 0 or limit[2] < source.units]

    @cached_property
    def reach(self) -> list[int]:
        """Per hub the mask of what it may serve."""
        service, most = self.service, self.source.layer.max_drive_minutes
        return [
            mask_of(i for i in self.towns if most is None or service.minutes[b][i] <= most) & service.drivable[b]
            for b in range(service.size)
        ]

    def hubs(self, employer: int, members: int | None = None) -> tuple[int, ...]:
        """Where an employer may have the hub of a district, or of any."""
        mask = self.source.rules.hubs[employer]
        if members is not None and self.inside(employer):
            mask &= members
        return members_of(mask)

    def inside(self, employer: int) -> bool:
        """Whether the hubs of an employer lie in their district."""
        return self.source.employers[employer].base == "district"

    def need(self, i: int, coverage: float) -> float:
        """On-site hours that a municipality gets at least at a coverage."""
        service = self.service
        if service.weights[i] <= 0:
            return service.fewest[i]
        return max(service.fewest[i], coverage * service.fair_supply[i] - service.existing[i])

    def missing(self, i: int, coverage: float) -> float:
        """Hours that a municipality misses to its fair supply where it has just its hours for a coverage."""
        return self.service.shortfall(i, self.need(i, coverage)) if self.service.weights[i] > 0 else 0.0

    def usable(self, employer: int, hub: int) -> int:
        """The mask of what an employer may serve from a hub."""
        return self.reach[hub] & self.source.rules.allowed[employer]

    def connected(self, members: int) -> int:
        """Of how many connected pieces a mask is; 1 where that is not asked, 0 of nobody."""
        return pieces(members, self.neighbours) if self.source.layer.connected else min(1, members)

    @cached_property
    def most_hours(self) -> tuple[tuple[int, int, float], ...]:
        """Fewest and most districts, and the hours that so many teams have at most; runs of equal hours are one."""
        source = self.source
        fewest, most = source.district_range
        best = [0.0] + [IMPOSSIBLE] * source.units
        found: list[tuple[int, int, float]] = []
        for teams in range(1, most + 1):
            best = [
                max((best[units - k] + hours for k, hours in source.sizes.items() if k <= units), default=IMPOSSIBLE)
                for units in range(source.units + 1)
            ]
            hours = best[source.units]
            if max(best) == IMPOSSIBLE:
                break
            if teams < fewest or hours == IMPOSSIBLE:
                continue
            if found and found[-1][1] == teams - 1 and abs(found[-1][2] - hours) <= ROUNDING:
                found[-1] = (found[-1][0], teams, max(hours, found[-1][2]))
            else:
                found.append((teams, teams, hours))
        return tuple(found)


def pieces(members: int, neighbours: list[int]) -> int:
    """Of how many connected pieces a mask is."""
    count = 0
    while members:
        count += 1
        front = members & -members
        members ^= front
        while front:
            low = front & -front
            reached = neighbours[low.bit_length() - 1] & members
            members ^= reached
            front = (front ^ low) | reached
    return count
