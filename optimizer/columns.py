"""Columns of the linear program: a district with employer, team size and best hub.

Columns are made for a threshold of coverage: only those that reach it, and that leave the rest of the county
enough posts to reach it too. The higher the threshold, the fewer the columns.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from optimizer.bounds import Bounds
from optimizer.column import Column
from optimizer.district_rules import FREE, DistrictRules, Pinned
from optimizer.districts import Growth, connected_sets
from optimizer.problem import Employer, Layer, Problem
from optimizer.reference import Changes, changes, weights_of
from optimizer.rounding import ROUNDING, less
from optimizer.service import Service, mask_of, members_of, possible_hubs
from optimizer.solver import Deadline
from optimizer.teams import IMPOSSIBLE, Teams

if TYPE_CHECKING:
    from optimizer.hub_columns import HubColumns


#: Up to so many municipalities columns are made one by one, which is quicker there (measured).
FEW_MUNICIPALITIES = 12
#: As many municipalities as the masks of arrays hold.
MOST_MUNICIPALITIES = 64


class ColumnSource(Teams):
    """All columns of a layer, made on demand for a threshold of coverage.

    ``rows`` is the number of things to cover, each at most once, and those of ``required`` (a mask) exactly once.
    Counts of the last call stand in ``sets_seen``.
    """

    def __init__(self, problem: Problem, layer: Layer, service: Service, ki_units: int) -> None:
        super().__init__(layer, service, ki_units)
        self.problem = problem
        index, ids = problem.index, [employer.id for employer in self.employers]
        self.pins = tuple(
            Pinned(
                mask_of(index[ags] for ags in pin.municipalities),
                None if pin.employer is None else ids.index(pin.employer),
                None if pin.fte is None else int(pin.fte / layer.step),
                -1 if pin.hub is None else 1 << index[pin.hub],
            )
            for pin in layer.pins
        )
        self.sets_seen = 0

    @cached_property
    def hub_columns(self) -> HubColumns | None:
        """What makes the columns where municipalities are many; ``None``: they are few, or too many for its masks."""
        towns = self.service.taking_part.bit_count()
        if self.layer.plan is not None or towns <= FEW_MUNICIPALITIES or self.service.size > MOST_MUNICIPALITIES:
            return None
        # Small counties do without numpy, which takes a while to load.
        from optimizer.hub_columns import HubColumns

        growth = self._growth([0.0] * self.service.size, self.rules.hubs, None)
        return HubColumns(self, growth, self.rules, self.required)

    @cached_property
    def rules(self) -> DistrictRules:
        """What each district has to keep."""
        index = self.problem.index
        return DistrictRules(
            self.pins,
            tuple(mask_of(index[ags] for ags in pair) for pair in self.layer.together),
            tuple(possible_hubs(employer, self.problem) for employer in self.employers),
            tuple(self._allowed(employer) for employer in self.employers),
        )

    @property
    def rows(self) -> int:
        """How many things the columns of a plan cover together: municipalities, or given districts."""
        return self.service.size if self.layer.plan is None else len(self.layer.plan)

    @property
    def required(self) -> int:
        """The mask of the things that every plan covers: all municipalities that need a team or are pinned, or all
        given districts. Of the others only those that take part can be covered."""
        if self.layer.plan is not None:
            return (1 << len(self.layer.plan)) - 1
        pinned = mask_of(i for pin in self.pins for i in members_of(pin.members))
        return self.service.taking_part & ~self.service.optional | pinned

    def complete(self, covered: Sequence[int]) -> bool:
        """Whether what some columns cover, one after the other, is what a plan covers."""
        mask = mask_of(covered)
        return len(covered) == mask.bit_count() and not self.required & ~mask

    @cached_property
    def served(self) -> tuple[int, ...]:
        """Municipalities that the layer serves: all that take part, but for a given plan that leaves some out."""
        if self.layer.plan is None:
            return members_of(self.service.taking_part)
        index = self.problem.index
        return tuple(sorted({index[ags] for row in self.layer.plan for ags in row.municipalities}))

    @cached_property
    def ceiling(self) -> float:
        """Coverage that no plan of the layer can raise: the lowest of municipalities in no given district."""
        outside = set(range(self.service.size)) - set(self.served)
        return min((self.service.coverage(i, 0.0) for i in outside), default=math.inf)

    @cached_property
    def highest_coverage(self) -> float:
        """A coverage that no plan exceeds: all hours but coordination, nobody on the road."""
        if self.hours == IMPOSSIBLE:
            return 0.0
        low, high = 0.0, 1.0
        while self._need_total(high) <= self.hours:
            low, high = high, high * 2
            if high > 1e6:
                return math.inf
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self._need_total(middle) <= self.hours else (low, middle)
        return high

    def _need_total(self, coverage: float) -> float:
        needs = self._needs(coverage)
        return math.fsum(needs[i] for i in self.served)

    def _needs(self, coverage: float) -> list[float]:
        # On-site hours each municipality must get for the coverage.
        service = self.service
        return [
            max(fewest, coverage * fair - existing) if weight > 0 else fewest
            for fewest, fair, existing, weight in zip(
                service.fewest, service.fair_supply, service.existing, service.weights, strict=True
            )
        ]

    def columns(
        self,
        coverage: float,
        deadline: Deadline,
        most_shortfall: float = math.inf,
        *,
        reduce: bool = True,
        share: float = 1.0,
    ) -> list[Column]:
        """Every column that can be part of a plan with all coverage at least ``coverage`` and a shortfall of at most
        ``most_shortfall`` hours.

        With a ``share`` below 1 only those that take no more than that of what all districts may lose, where hub prices
        tell. Without ``reduce`` the rest of the county is left out of account (for measurements). Raises ``TimeUp``.
        """
        if self.layer.plan is not None:
            return list(self._given_columns(coverage))
        if reduce and self.hub_columns is not None:
            columns = list(self.hub_columns.columns(coverage, deadline, most_shortfall, share))
            self.sets_seen = self.hub_columns.sets_seen
            return columns
        return list(self._grown_columns(coverage, deadline, most_shortfall, reduce))

    def _given_columns(self, coverage: float) -> Iterator[Column]:
        assert self.layer.plan is not None
        ids = [employer.id for employer in self.employers]
        for position, row in enumerate(self.layer.plan):
            employer = ids.index(row.employer)
            members = tuple(sorted(self.problem.index[ags] for ags in row.municipalities))
            ordered = sorted(members, key=lambda i: (self.service.kinks[i], i))
            hubs = given_hubs(self.problem, self.layer, self.service, self.employers[employer], members, row.hub)
            mask = mask_of(members)
            hubs = tuple(b for b in hubs if not mask & ~self.service.drivable[b])
            for units, hours in self.sizes.items():
                if units > self.largest_team[employer]:
                    continue
                best = self.service.best_hub(ordered, hubs, hours)
                if best is not None and self._reaches(best[1], coverage):
                    yield Column(members, (position,), employer, units, *best)

    def _reaches(self, level: float, coverage: float) -> bool:
        return level >= less(coverage, ROUNDING) * self.service.fair_level

    def _grown_columns(
        self, coverage: float, deadline: Deadline, most_shortfall: float, reduce: bool
    ) -> Iterator[Column]:
        service, rules = self.service, self.rules
        hub_masks = rules.hubs
        bounds = Bounds(self, self._needs(coverage), hub_masks, most_shortfall) if reduce else None
        growth = self._growth(self._needs(coverage), hub_masks, bounds)
        self.sets_seen = 0
        for members, hubs in connected_sets(growth):
            self.sets_seen += 1
            if self.sets_seen % 1000 == 0:
                deadline.check()
            if any(members & pair and members & pair != pair for pair in rules.together):
                continue
            pin = self._pin_of(members)
            if pin is None:
                continue
            left = bounds.rest_hours(members) - ROUNDING if bounds else IMPOSSIBLE
            positions = members_of(members)
            ordered = [i for i in service.by_kink if members >> i & 1]
            levels: dict[tuple[int, int], tuple[int, float] | None] = {}
            for e, employer in enumerate(self.employers):
                usable = hubs & hub_masks[e] & (members if employer.base == "district" else -1) & pin.hubs
                if not usable or members & ~rules.allowed[e] or pin.employer not in (None, e):
                    continue
                if employer.max_municipalities is not None and len(positions) > employer.max_municipalities:
                    continue
                choice = members_of(usable)
                cheapest = min(math.fsum(growth.cost[b][i] for i in positions) for b in choice) - ROUNDING
                for units, hours in self.sizes.items():
                    if units > self.largest_team[e] or hours < cheapest or pin.units not in (None, units):
                        continue
                    if self.rest[self.units - units] < left or self.rest[self.units - units] == IMPOSSIBLE:
                        continue
                    if (usable, units) not in levels:
                        levels[usable, units] = service.best_hub(ordered, choice, hours)
                    best = levels[usable, units]
                    if best is None or not self._reaches(best[1], coverage):
                        continue
                    column = Column(positions, positions, e, units, *best)
                    if bounds is None or bounds.worth_while(column, members):
                        yield column

    # -- changes against the reference --------------------------------------------------------------------------

    @cached_property
    def known(self) -> tuple[int, ...]:
        """The masks of the reference districts, of those that take part."""
        index, service = self.problem.index, self.service
        return tuple(mask_of(index[ags] for ags in d) & service.taking_part for d in self.layer.reference or ())

    @cached_property
    def _of_one(self) -> tuple[int, ...]:
        """The same without the municipalities that are in another reference district, too."""
        times = Counter(i for district in self.known for i in members_of(district))
        several = mask_of(i for i, count in times.items() if count > 1)
        return tuple(district & ~several for district in self.known)

    @cached_property
    def lost(self) -> int:
        """The mask of those of the reference who change unless a column serves them: not everyone has to be served."""
        known = 0
        for district in self.known:
            known |= district
        served = mask_of(self.served) if self.layer.plan is not None else self.required
        return known & ~served

    def copies(self, columns: Sequence[Column]) -> list[Column]:
        """Each column as one of a new district, and once per reference district that it can continue.

        Copies by which more municipalities change than may are left out: those that come to a district, and those that
        leave it.
        """
        most = self.layer.most_changes
        found = []
        for column in columns:
            members = mask_of(column.members)
            for k in (None, *(k for k, district in enumerate(self.known) if district & members)):
                copy = replace(column, continues=k)
                leaving = 0 if k is None else self._of_one[k] & ~members
                if most is None or (self.changing(copy) | leaving).bit_count() <= most:
                    found.append(copy)
        return found

    def changing(self, column: Column) -> int:
        """The mask of the municipalities of a copy that change."""
        kept = 0 if column.continues is None else self.known[column.continues]
        return mask_of(column.members) & ~kept

    def changes(self, column: Column) -> tuple[int, float]:
        """By how many municipalities that change a copy raises their number, and by how much their cost.

        Both count from what changes if nobody is served who need not be.
        """
        changing, lost = self.changing(column), self.lost & mask_of(column.members)
        return changing.bit_count() - lost.bit_count(), self._change_cost(changing) - self._change_cost(lost)

    @cached_property
    def changes_at_least(self) -> tuple[int, float]:
        """How many change if nobody is served who need not be, and their cost."""
        return self.lost.bit_count(), self._change_cost(self.lost)

    def _change_cost(self, mask: int) -> float:
        towns = self.problem.municipalities
        return math.fsum(1 + towns[i].weight / 2 for i in members_of(mask))

    def changes_of(self, columns: Sequence[Column]) -> Changes:
        """The changes of a plan against the reference."""
        towns = self.problem.municipalities
        districts = [[towns[i].ags for i in column.members] for column in columns]
        return changes(districts, self.layer.reference or (), weights_of(self.problem))

    def shortfall(self, column: Column) -> float:
        """Hours per week missing to the fair supply in the municipalities of a column."""
        return self.service.missing(column.members, column.level)

    def _allowed(self, employer: Employer) -> int:
        """What an employer may serve where some municipalities are fixed to others."""
        fixed = self.layer.fixed_employers
        return mask_of(i for ags, i in self.problem.index.items() if ags not in fixed or employer.id in fixed[ags])

    def _pin_of(self, members: int) -> Pinned | None:
        """What is pinned of a district, if anything; ``None``: it parts a pin's municipalities or joins two pins."""
        touched = [pin for pin in self.pins if members & pin.members]
        if not touched:
            return FREE
        return touched[0] if len(touched) == 1 and not touched[0].members & ~members else None

    @cached_property
    def neighbour_masks(self) -> tuple[int, ...]:
        """By municipality the mask of those that can be added beside it."""
        if not self.layer.connected:
            everyone = (1 << self.service.size) - 1
            return tuple(everyone & ~(1 << i) for i in range(self.service.size))
        index, neighbours = self.problem.index, self.problem.neighbours
        return tuple(
            mask_of(index[ags] for ags in neighbours.get(town.ags, ())) for town in self.problem.municipalities
        )

    def _growth(self, needs: Sequence[float], hub_masks: Sequence[int], bounds: Bounds | None) -> Growth:
        service, layer, size = self.service, self.layer, self.service.size
        index = self.problem.index
        apart = [0] * size
        for one, other in layer.apart:
            apart[index[one]] |= 1 << index[other]
            apart[index[other]] |= 1 << index[one]
        pinned = mask_of(i for pin in self.pins for i in members_of(pin.members))
        for pin in self.pins:
            for i in members_of(pin.members):
                apart[i] |= pinned & ~pin.members
        limit = layer.max_drive_minutes
        inside, outside = self.hubs(hub_masks)
        hours = [
            hours
            for units, hours in self.sizes.items()
            if units <= max(self.largest_team) and self.rest[self.units - units] != IMPOSSIBLE
        ]
        return Growth(
            neighbours=self.neighbour_masks,
            inside=inside,
            outside=outside,
            reach=[
                mask_of(i for i in range(size) if limit is None or service.minutes[b][i] <= limit)
                & service.drivable[b]
                & service.taking_part
                for b in range(size)
            ],
            apart=apart,
            cost=[
                [need * (1 + rate) if rate < math.inf else math.inf for need, rate in zip(needs, row, strict=True)]
                for row in service.travel_rate
            ],
            budget=max(hours, default=IMPOSSIBLE) + ROUNDING,
            detour=bounds.detour if bounds else [[0.0] * size] * size,
            allowance=bounds.allowance if bounds else [0.0] * size,
            largest=max(employer.max_municipalities or size for employer in self.employers),
        )


def given_hubs(
    problem: Problem,
    layer: Layer,
    service: Service,
    employer: Employer,
    members: tuple[int, ...],
    hub: str | None,
) -> tuple[int, ...]:
    """Hubs to choose from for a given district, ascending: the stated one, else the allowed ones, else any that can be.

    A given plan may break rules, so a district without an allowed hub still gets one.
    """
    if hub is not None:
        return (problem.index[hub],)
    limit = layer.max_drive_minutes
    if employer.office is not None and employer.base == "office":
        return (problem.index[employer.office],)
    candidates = [b for b in members_of(possible_hubs(employer, problem)) if b in members]
    allowed = [b for b in candidates if limit is None or all(service.minutes[b][i] <= limit for i in members)]
    return tuple(allowed or candidates or members)
