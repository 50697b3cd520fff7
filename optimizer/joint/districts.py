"""Which districts a layer may have, whose teams serve them, and from where.

Rules of a single district are asked by :meth:`Districts.hubs`, those of a layer as a whole by
:meth:`Districts.hold`. Sets of municipalities are bit masks over positions in AGS order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from optimizer.columns import given_hubs
from optimizer.levels import Floats
from optimizer.problem import Layer, Pin, Problem
from optimizer.reference import Changes, changes, weights_of
from optimizer.service import Service, mask_of, members_of, possible_hubs
from optimizer.teams import Teams


@dataclass(frozen=True, slots=True)
class Team:
    """A team of ``units`` of posts of an employer (by position) in a district; where its hub is follows."""

    mask: int
    employer: int
    units: int

    @property
    def order(self) -> tuple[tuple[int, ...], int, int]:
        """The order of municipality keys, then of employers, then of sizes: settles ties."""
        return members_of(self.mask), self.employer, self.units


Placed = tuple[Team, ...]
"""The teams of a layer."""
Plans = tuple[Placed, ...]
"""The teams of every layer that is optimised, in the order of the layers."""


class Districts:
    """One layer that is decided, by its position ``number`` among the problem's.

    ``layer`` stands in its place where that is stated, with teams of so many units as ``settled`` says by district.
    """

    def __init__(
        self, problem: Problem, number: int, layer: Layer | None = None, settled: Mapping[int, int] | None = None
    ) -> None:
        self.problem = problem
        self.number = number
        self.layer = problem.layers[number] if layer is None else layer
        self.settled = settled
        self.service = Service(problem, self.layer)
        self.teams = Teams(self.layer, self.service, 0)
        towns = problem.municipalities
        self.size = len(towns)
        self.employers = self.teams.employers
        self.units = self.layer.units
        #: Hours to spend by units of posts, minus infinity where that is no team.
        self.hours: Floats = np.full(self.units + 1, -np.inf)
        for units, hours in self.teams.sizes.items():
            self.hours[units] = hours
        #: What one on-site hour takes, road and all, by hub and municipality; infinite where nobody can drive.
        self.cost: Floats = 1 + np.array(self.service.travel_rate)
        self.taking_part = mask_of(i for i, town in enumerate(towns) if town.taking_part)
        self._drivable = [mask_of(i for i, t in enumerate(row) if t < math.inf) for row in self.service.minutes]
        self.rows = self._rows()
        #: On-site hours that each municipality must get of this and all earlier layers.
        self.fewest: Floats = np.array(
            [self.layer.fewest_hours(town.ags) if self.target >> i & 1 else 0.0 for i, town in enumerate(towns)]
        )
        self._together = self._pairs(self.layer.together)
        self._apart = self._pairs(self.layer.apart)
        self._allowed = [self._may_serve(employer.id) for employer in self.employers]
        self._hub_masks = [possible_hubs(employer, problem) for employer in self.employers]
        self._hubs: dict[tuple[int, int], tuple[int, ...]] = {}
        self._sound: dict[int, bool] = {}
        self._changes: dict[frozenset[int], Changes] = {}

    # -- what is to be covered ----------------------------------------------------------------------------------

    @cached_property
    def target(self) -> int:
        """What the districts cover together, each municipality once; those of ``optional`` may be left out."""
        return self.taking_part if not self.rows else mask_of(i for mask in self.rows for i in members_of(mask))

    @cached_property
    def optional(self) -> int:
        """Municipalities without need: those whose fewest hours are there already may be in no district.

        Not those of a pin, whose district is settled.
        """
        needless = mask_of(i for i, weight in enumerate(self.service.weights) if weight <= 0)
        pinned = mask_of(i for mask, _ in self._pins for i in members_of(mask))
        return 0 if self.rows else self.taking_part & needless & ~pinned

    def _rows(self) -> dict[int, tuple[int, tuple[int, ...]]]:
        """The districts of a given plan without team sizes, with employer and hubs."""
        ids = [employer.id for employer in self.employers]
        found = {}
        for row in self.layer.plan or ():
            employer = ids.index(row.employer)
            members = tuple(sorted(self.problem.index[ags] for ags in row.municipalities))
            hubs = given_hubs(self.problem, self.layer, self.service, self.employers[employer], members, row.hub)
            mask = mask_of(members)
            found[mask] = employer, tuple(b for b in hubs if not mask & ~self._drivable[b])
        return found

    # -- rules of a district ------------------------------------------------------------------------------------

    def hubs(self, mask: int, employer: int) -> tuple[int, ...]:
        """Where a team of an employer may start in a district, ascending; none where the rules forbid the district."""
        key = mask, employer
        if key not in self._hubs:
            self._hubs[key] = self._find_hubs(mask, employer)
        return self._hubs[key]

    def _find_hubs(self, mask: int, e: int) -> tuple[int, ...]:
        if self.rows:
            employer, hubs = self.rows.get(mask, (e, ()))
            return hubs if employer == e else ()
        largest = self.employers[e].max_municipalities
        if mask & ~self._allowed[e] or (largest is not None and mask.bit_count() > largest) or not self._is_sound(mask):
            return ()
        pin = self._pin_of(mask)
        usable = self._hub_masks[e]
        if self.employers[e].base == "district":
            usable &= mask
        if pin is not None:
            if pin.employer not in (None, self.employers[e].id):
                return ()
            usable &= -1 if pin.hub is None else 1 << self.problem.index[pin.hub]
        return tuple(b for b in members_of(usable) if not mask & ~self._reach[b])

    def sizes(self, mask: int, employer: int) -> tuple[int, ...]:
        """The units of posts that a team of an employer may have in a district."""
        if self.settled is not None:
            return (self.settled[mask],)
        pin = None if self.rows else self._pin_of(mask)
        wanted = None if pin is None or pin.fte is None else int(pin.fte / self.layer.step)
        most = self.teams.largest_team[employer]
        return tuple(k for k in self.teams.sizes if k <= most and wanted in (None, k))

    def _pairs(self, pairs: Sequence[tuple[str, str]]) -> list[int]:
        return [mask_of(self.problem.index[ags] for ags in pair) for pair in pairs]

    @cached_property
    def _reach(self) -> tuple[int, ...]:
        limit = self.layer.max_drive_minutes
        near = [
            mask_of(i for i, minutes in enumerate(row) if limit is None or minutes <= limit)
            for row in self.service.minutes
        ]
        return tuple(one & drivable for one, drivable in zip(near, self._drivable, strict=True))

    def _may_serve(self, employer: str) -> int:
        fixed = self.layer.fixed_employers
        index = self.problem.index
        return self.taking_part & mask_of(i for ags, i in index.items() if employer in fixed.get(ags, {employer}))

    def _is_sound(self, mask: int) -> bool:
        """Whether a district hangs together and keeps pairs and pins."""
        if mask not in self._sound:
            self._sound[mask] = (
                all(mask & pair in (0, pair) for pair in self._together)
                and not any(mask & pair == pair for pair in self._apart)
                and self._keeps_pins(mask)
                and (not self.layer.connected or self._is_connected(mask))
            )
        return self._sound[mask]

    @cached_property
    def _pins(self) -> tuple[tuple[int, Pin], ...]:
        return tuple((mask_of(self.problem.index[ags] for ags in pin.municipalities), pin) for pin in self.layer.pins)

    def _pin_of(self, mask: int) -> Pin | None:
        return next((pin for pinned, pin in self._pins if pinned & mask), None)

    def _keeps_pins(self, mask: int) -> bool:
        touched = [pinned for pinned, _ in self._pins if pinned & mask]
        return not touched or (len(touched) == 1 and not touched[0] & ~mask)

    @cached_property
    def neighbours(self) -> tuple[int, ...]:
        """By municipality the mask of those beside it."""
        index = self.problem.index
        return tuple(
            mask_of(index[ags] for ags in self.problem.neighbours.get(town.ags, ()))
            for town in self.problem.municipalities
        )

    def _is_connected(self, mask: int) -> bool:
        reached = border = mask & -mask
        while border:
            near = 0
            for i in members_of(border):
                near |= self.neighbours[i]
            border = near & mask & ~reached
            reached |= border
        return reached == mask

    # -- rules of the layer -------------------------------------------------------------------------------------

    def hold(self, placed: Placed) -> bool:
        """Whether teams whose districts are allowed, and cover what is to be covered, keep the layer's own rules."""
        fewest, most = self.teams.district_range
        if not fewest <= len(placed) <= most or sum(team.units for team in placed) != self.units:
            return False
        for limit in self.layer.limits:
            posts = self.layer.step * sum(t.units for t in placed if self.employers[t.employer].id in limit.employers)
            if posts < limit.minimum or (limit.maximum is not None and posts > limit.maximum):
                return False
        allowed = self.layer.most_changes
        return allowed is None or len(self.changes(placed).municipalities) <= allowed

    def changes(self, placed: Placed) -> Changes:
        """What changes against the reference."""
        key = frozenset(team.mask for team in placed)
        if key not in self._changes:
            towns = self.problem.municipalities
            districts = [[towns[i].ags for i in members_of(mask)] for mask in sorted(key)]
            self._changes[key] = changes(districts, self.layer.reference or (), weights_of(self.problem))
        return self._changes[key]

    def least_changes(self, mask: int) -> int:
        """How many municipalities of a district change at least in a plan that keeps the limit; 0 without a limit.

        A district of the reference is continued by one that has all of it but for as many as may change.
        """
        most = self.layer.most_changes
        if most is None:
            return 0
        towns = {self.problem.municipalities[i].ags for i in members_of(mask & self.taking_part)}
        kept = ((len(towns & old), len(old) - len(towns & old)) for old in self._reference)
        return len(towns) - max((staying for staying, lost in kept if lost <= most), default=0)

    @cached_property
    def _reference(self) -> tuple[frozenset[str], ...]:
        """The districts of the reference, of those who take part."""
        present = {town.ags for town in self.problem.municipalities if town.taking_part}
        return tuple(old & present for old in self.layer.reference or ())

    def ki_units(self, placed: Placed) -> int:
        """Units of posts at the KI."""
        return sum(team.units for team in placed if self.employers[team.employer].is_ki)

    @cached_property
    def kinds(self) -> tuple[tuple[int, ...], ...]:
        """The employers in groups that no rule for the layer or the scenario as a whole tells apart."""
        groups: dict[tuple[bool, frozenset[str]], list[int]] = {}
        for e, employer in enumerate(self.employers):
            limits = frozenset(limit.id for limit in self.layer.limits if employer.id in limit.employers)
            groups.setdefault((employer.is_ki and self.problem.ki_binding, limits), []).append(e)
        return tuple(map(tuple, groups.values()))

    @cached_property
    def possible(self) -> dict[tuple[int, int], tuple[int, ...]]:
        """Every district that employers of a kind may serve, with the positions of these employers.

        All sets of municipalities are looked at, so this is for small counties.
        """
        found = {}
        most = self.layer.most_changes
        for mask in self.rows or range(1, self.target + 1):
            if mask & ~self.target or (most is not None and self.least_changes(mask) > most):
                continue
            for kind, members in enumerate(self.kinds):
                employers = tuple(e for e in members if self.hubs(mask, e) and self.sizes(mask, e))
                if employers:
                    found[mask, kind] = employers
        return found

    def teams_of(self, mask: int, kind: int, units: int) -> tuple[Team, ...]:
        """The teams of that size that the employers of a kind may have in a district."""
        able = self.possible.get((mask, kind), ())
        return tuple(Team(mask, e, units) for e in able if units in self.sizes(mask, e))

    def kind_of(self, employer: int) -> int:
        """The kind of an employer."""
        return next(kind for kind, members in enumerate(self.kinds) if employer in members)

    @cached_property
    def reaches(self) -> tuple[int, ...]:
        """By hub whom some team may serve from there at all."""
        found = [0] * self.size
        for mask, (_, starts) in self.rows.items():
            for hub in starts:
                found[hub] |= mask
        for hub in range(0 if self.rows else self.size):
            for allowed, hubs in zip(self._allowed, self._hub_masks, strict=True):
                if hubs >> hub & 1:
                    found[hub] |= allowed & self._reach[hub]
        return tuple(found)

    @cached_property
    def most_hours(self) -> float:
        """The most hours, after coordination, that all teams of the layer have together."""
        return self.teams.hours if math.isfinite(self.teams.hours) else 0.0


def settled_districts(problem: Problem, number: int) -> Districts | None:
    """A layer whose plan is given, as one that has this single plan.

    Nothing where it is none: districts overlap, have someone who does not take part or whom nobody can drive to, or
    teams may be too small for what they must do.
    """
    layer = problem.layers[number]
    rows = layer.plan or ()
    towns = [ags for row in rows for ags in row.municipalities]
    taking_part = {town.ags for town in problem.municipalities if town.taking_part}
    if len(set(towns)) < len(towns) or not taking_part.issuperset(towns) or any(map(layer.fewest_hours, towns)):
        return None
    posts = [row.fte or Fraction(0) for row in rows]
    scale = math.lcm(*(fte.denominator for fte in posts))
    step = Fraction(math.gcd(*(int(fte * scale) for fte in posts)), scale)
    free = replace(
        layer,
        plan=tuple(replace(row, fte=None) for row in rows),
        total=sum(posts, Fraction(0)),
        step=step,
        minimum_persons=1,
        minimum_hours=0.0,
        minimum_hours_of={},
        limits=(),
        reference=None,
        changes_maximum=None,
        pins=(),
    )
    masks = [mask_of(problem.index[ags] for ags in row.municipalities) for row in rows]
    found = Districts(problem, number, free, {mask: int(fte / step) for mask, fte in zip(masks, posts, strict=True)})
    fits = all(found.hours[units] >= 0 for units in found.settled.values()) if found.settled else False
    return found if fits and all(hubs for _, hubs in found.rows.values()) else None
