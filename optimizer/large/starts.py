"""Where a search begins: districts around hubs that are chosen together, each time a little otherwise.

The hubs with the least hours for everyone are a p-median: greedily one after the other, then each in turn is put where
it helps most (Teitz and Bart 1968, Heuristic methods for estimating the generalized vertex median of a weighted graph).
"""

from __future__ import annotations

import math
import random
from functools import cached_property

import numpy as np

from optimizer.large.annealing import Shape
from optimizer.large.ground import NOWHERE, Ground
from optimizer.levels import Floats
from optimizer.service import mask_of, members_of

#: By how much the need of a municipality is taken to be other than it is, so that hubs differ.
NOISE = 0.35
#: How often hubs are put elsewhere at most.
MOST_SWAPS = 60


class Starts:
    """Teams to begin with, at a threshold of coverage."""

    def __init__(self, ground: Ground, threshold: float, chance: random.Random) -> None:
        self.ground = ground
        self.chance = chance
        service = ground.service
        employers = range(len(ground.source.employers))
        self.masks = [part.members for part in ground.parts]
        self.part_of = {i: p for p, mask in enumerate(self.masks) for i in members_of(mask)}
        #: Where teams can be, and per hub who may employ them there.
        self.employing = {
            b: [e for e in employers if ground.source.rules.hubs[e] >> b & 1] for b in range(service.size)
        }
        self.hubs = [b for b, some in self.employing.items() if some]
        needs = [ground.need(i, threshold) for i in range(service.size)]
        #: Hours of each part from each hub.
        self.cost: Floats = np.full((len(self.hubs), len(self.masks)), NOWHERE)
        for row, b in enumerate(self.hubs):
            usable = mask_of(i for e in self.employing[b] for i in members_of(ground.usable(e, b)))
            for p, mask in enumerate(self.masks):
                if not mask & ~usable:
                    self.cost[row, p] = math.fsum(needs[i] * (1 + service.travel_rate[b][i]) for i in members_of(mask))
        self.counts = self._counts()

    def _counts(self) -> list[int]:
        """Numbers of teams, those first that have the most hours to spare with hubs chosen greedily."""
        spare = {}
        chosen: list[int] = []
        now = np.full(len(self.masks), NOWHERE)
        runs = self.ground.most_hours
        for count in range(1, (runs[-1][1] if runs else 0) + 1):
            if count <= len(self.hubs):
                chosen.append(int(np.argmin(np.minimum(self.cost, now).sum(axis=1))))
                now = np.minimum(now, self.cost[chosen[-1]])
            hours = next((hours for fewest, most, hours in runs if fewest <= count <= most), None)
            if hours is not None and count >= self._fewest:
                spare[count] = hours - float(now.sum())
        return sorted(spare, key=lambda count: (-spare[count], count))

    @cached_property
    def _fewest(self) -> int:
        """The fewest teams by what a district may hold of municipalities."""
        ground = self.ground
        largest = [employer.max_municipalities or len(ground.towns) for employer in ground.source.employers]
        return math.ceil(ground.source.required.bit_count() / max(largest))

    def around_hubs(self, count: int) -> list[Shape]:
        """So many teams around good hubs."""
        chosen = self._hubs(count)
        return self._shapes([(self._employer(self.hubs[row]), self.hubs[row]) for row in chosen])

    def _hubs(self, count: int) -> list[int]:
        noise = np.array([1.0 + self.chance.uniform(-NOISE, NOISE) for _ in self.masks])
        cost = self.cost * noise
        chosen: list[int] = []
        now = np.full(len(self.masks), NOWHERE)
        for _ in range(count):
            totals = np.minimum(cost, now).sum(axis=1)
            totals[self._taken(chosen)] = np.inf
            chosen.append(int(np.argmin(totals)))
            now = np.minimum(now, cost[chosen[-1]])
        for turn in range(MOST_SWAPS):
            place = turn % count
            others = chosen[:place] + chosen[place + 1 :]
            now = cost[others].min(axis=0) if others else np.full(len(self.masks), NOWHERE)
            totals = np.minimum(cost, now).sum(axis=1)
            totals[self._taken(others)] = np.inf
            chosen[place] = int(np.argmin(totals))
        return chosen

    def _taken(self, chosen: list[int]) -> list[int]:
        """Hubs that cannot be one more: those in a part that has one, which is one district's."""
        if len(chosen) >= len(self.hubs):
            return []
        parts = {self.part_of.get(self.hubs[row]) for row in chosen}
        taken = [row for row, b in enumerate(self.hubs) if b in self.part_of and self.part_of[b] in parts]
        offices = [e for e in range(len(self.ground.source.employers)) if not self.ground.inside(e)]
        return [row for row in taken if not set(self.employing[self.hubs[row]]) & set(offices)] if offices else taken

    def _employer(self, hub: int) -> int:
        """Who employs at a hub: mostly one who may serve the most."""
        ground, some = self.ground, self.employing[hub]
        if self.chance.random() < 0.2:
            return self.chance.choice(some)
        largest = [employer.max_municipalities or ground.service.size for employer in ground.source.employers]
        return max(some, key=lambda e: (min(largest[e], ground.usable(e, hub).bit_count()), -e))

    def of_districts(self, districts: list[tuple[int, int]]) -> list[Shape]:
        """Teams of reference districts, of which each continues the one at that place: places and masks."""
        teams = []
        for _, mask in districts:
            rows = [row for row, b in enumerate(self.hubs) if mask >> b & 1] or list(range(len(self.hubs)))
            parts = [p for p, members in enumerate(self.masks) if members & mask]
            row = min(rows, key=lambda row: (float(self.cost[row, parts].sum()), row))
            teams.append((self._employer(self.hubs[row]), self.hubs[row]))
        return self._shapes(teams, districts)

    def _shapes(self, teams: list[tuple[int, int]], known: list[tuple[int, int]] | None = None) -> list[Shape]:
        """Each part with the team that has the fewest hours for it, or in the district where it is ``known`` to be.

        Nothing where the posts do not suffice for so many teams.
        """
        source = self.ground.source
        if len(teams) * min(source.sizes, default=source.units + 1) > source.units:
            return []
        held: list[list[int]] = [[] for _ in teams]
        home = {self.part_of[b]: k for k, (e, b) in enumerate(teams) if self.ground.inside(e) and b in self.part_of}
        rows = [self.cost[self.hubs.index(b)] for _, b in teams]
        for p, members in enumerate(self.masks):
            k = home.get(p)
            if k is None and known is not None:
                k = next((k for k, (_, mask) in enumerate(known) if members & mask), None)
            if k is None:
                k = min(range(len(teams)), key=lambda k: (rows[k][p] + self._unwanted(p, *teams[k]), k))
            if rows[k][p] >= NOWHERE and self.ground.parts[p].optional:
                continue
            held[k].append(p)
        for k, parts in enumerate(held):
            if not parts:
                self._give(held, k, rows[k])
        masks = [mask_of(i for p in parts for i in members_of(self.masks[p])) for parts in held]
        loads = [float(sum(rows[k][p] for p in parts)) for k, parts in enumerate(held)]
        units = self._units(loads)
        return [(masks[k], e, b, units[k], None if known is None else known[k][0]) for k, (e, b) in enumerate(teams)]

    def _give(self, held: list[list[int]], k: int, row: Floats) -> None:
        """A team that has nobody takes the part that it serves best of those with others."""
        able = [(float(row[p]), p, other) for other, parts in enumerate(held) if len(parts) > 1 for p in parts[1:]]
        if able:
            _, p, other = min(able)
            held[other].remove(p)
            held[k].append(p)

    def _unwanted(self, p: int, employer: int, hub: int) -> float:
        """Hours that stand for a team that a part cannot have."""
        usable = self.ground.usable(employer, hub)
        pin = self.ground.parts[p].pin
        wrong = pin is not None and (pin.employer not in (None, employer) or not pin.hubs >> hub & 1)
        return NOWHERE * (bool(self.masks[p] & ~usable) + wrong)

    def _units(self, loads: list[float]) -> list[int]:
        """Units of posts in proportion to hours, as many as there are."""
        source = self.ground.source
        smallest = min(source.sizes)
        total = math.fsum(loads) or 1.0
        wanted = [source.units * load / total for load in loads]
        units = [max(smallest, math.floor(one)) for one in wanted]
        while sum(units) != source.units:
            missing = sum(units) < source.units
            k = max(
                (k for k in range(len(units)) if missing or units[k] > smallest),
                key=lambda k: (wanted[k] - units[k] if missing else units[k] - wanted[k], -k),
            )
            units[k] += 1 if missing else -1
        return units
