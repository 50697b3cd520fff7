"""A good plan without proof: simulated annealing over the plans of all layers.

Kirkpatrick, Gelatt and Vecchi 1983, Optimization by simulated annealing. Neighbours of a plan differ in the district
of one municipality or two, in the posts of two teams, or in the employer of one. Random numbers are seeded, so the
same problem gives the same plan.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from optimizer.joint.course import Course, Figures
from optimizer.joint.districts import Districts, Placed, Plans, Team
from optimizer.rounding import EQUAL
from optimizer.service import members_of
from optimizer.solver import Deadline

#: What a whole coverage counts, in hours.
STEEP = 200.0
#: The temperatures between which a search cools down, in hours.
HOT = 4.0
COLD = 0.05

Energy = Callable[[Figures], float]
Rank = Callable[[Figures], tuple[float, float]]


class Annealing:
    """Searches from a plan for a better one. Ends early where no time is left."""

    def __init__(self, course: Course, deadline: Deadline, steps: int, runs: int, seed: int = 1) -> None:
        self.course = course
        self.deadline = deadline
        self.steps = steps
        self.runs = runs
        self.chance = random.Random(seed)
        self.free = [position for position, layer in enumerate(course.layers) if layer.settled is None]

    def highest(self, start: Plans, goal: float) -> Plans:
        """The plan with the highest lowest coverage that was met, the start among them.

        Everyone's hours to a coverage ``goal`` that nobody may reach show the way.
        """
        fair = self.course.county.fair

        def energy(figures: Figures) -> float:
            return float(np.sum(np.maximum(0.0, goal * fair - figures.supply))) + STEEP * (goal - figures.lowest)

        return self._runs(start, energy, lambda figures: (0.0, -figures.lowest))

    def smallest(self, start: Plans, floor: float) -> Plans:
        """The plan with the smallest shortfall of those with a lowest coverage of ``floor`` that were met."""

        def energy(figures: Figures) -> float:
            return figures.shortfall + STEEP * max(0.0, floor - figures.lowest)

        return self._runs(start, energy, lambda figures: (max(0.0, floor - EQUAL - figures.lowest), figures.shortfall))

    def _runs(self, start: Plans, energy: Energy, rank: Rank) -> Plans:
        best = start
        for _ in range(self.runs):
            best = self._run(best, energy, rank)
        return best

    def _run(self, start: Plans, energy: Energy, rank: Rank) -> Plans:
        figures = self.course.figures(start)
        assert figures is not None
        plans = best = start
        here, first = energy(figures), rank(figures)
        for step in range(self.steps):
            if step % 32 == 0 and self.deadline.passed:
                break
            moved = self._neighbour(plans)
            reached = None if moved is None else self.course.figures(moved)
            if moved is None or reached is None:
                continue
            there = energy(reached)
            heat = HOT * (COLD / HOT) ** (step / self.steps)
            if there <= here or self.chance.random() < math.exp((here - there) / heat):
                plans, here = moved, there
                if rank(reached) < first:
                    best, first = plans, rank(reached)
        return best

    def _neighbour(self, plans: Plans) -> Plans | None:
        """A plan nearby that keeps the rules, or none."""
        position = self.chance.choice(self.free)
        layer, placed = self.course.layers[position], plans[position]
        way = self.chance.choice(self._ways(layer))
        changed = way(layer, placed)
        if changed is None or not layer.hold(changed):
            return None
        moved = (*plans[:position], changed, *plans[position + 1 :])
        return moved if self.course.ki_suffices(moved) else None

    def _ways(self, layer: Districts) -> list[Callable[[Districts, Placed], Placed | None]]:
        single = all(employer.max_municipalities == 1 for employer in layer.employers)
        if layer.rows:
            return [self._shift]
        if single:
            return [self._shift] if len(layer.employers) == layer.size else [self._shift, self._shift, self._employ]
        return [self._shift, self._transfer, self._transfer, self._swap, self._part, self._employ]

    def _shift(self, layer: Districts, placed: Placed) -> Placed | None:
        """Posts of one team to another."""
        if len(placed) < 2:
            return None
        giver, taker = self.chance.sample(range(len(placed)), 2)
        units = self.chance.choice((1, 1, 1, 2, 3))
        return self._with(
            layer,
            placed,
            {
                giver: replace(placed[giver], units=placed[giver].units - units),
                taker: replace(placed[taker], units=placed[taker].units + units),
            },
        )

    def _transfer(self, layer: Districts, placed: Placed) -> Placed | None:
        """A municipality to another district; a team that has no other goes with it."""
        if len(placed) < 2:
            return None
        giver, taker = self.chance.sample(range(len(placed)), 2)
        town = 1 << self.chance.choice(members_of(placed[giver].mask))
        left = placed[giver].mask & ~town
        more = 0 if left else placed[giver].units
        grown = replace(placed[taker], mask=placed[taker].mask | town, units=placed[taker].units + more)
        return self._with(layer, placed, {giver: replace(placed[giver], mask=left), taker: grown})

    def _swap(self, layer: Districts, placed: Placed) -> Placed | None:
        """A municipality each between two districts."""
        if len(placed) < 2:
            return None
        one, other = self.chance.sample(range(len(placed)), 2)
        both = 1 << self.chance.choice(members_of(placed[one].mask))
        both |= 1 << self.chance.choice(members_of(placed[other].mask))
        swapped = {position: replace(placed[position], mask=placed[position].mask ^ both) for position in (one, other)}
        return self._with(layer, placed, swapped)

    def _part(self, layer: Districts, placed: Placed) -> Placed | None:
        """A municipality as a district of its own, with some posts of the team that it leaves."""
        giver = self.chance.randrange(len(placed))
        team = placed[giver]
        if team.mask.bit_count() < 2 or team.units < 2:
            return None
        town = 1 << self.chance.choice(members_of(team.mask))
        units = self.chance.randrange(1, team.units)
        rest = replace(team, mask=team.mask & ~town, units=team.units - units)
        return self._with(layer, (*placed, Team(town, team.employer, units)), {giver: rest})

    def _employ(self, layer: Districts, placed: Placed) -> Placed | None:
        """Another employer for a team."""
        if len(layer.employers) < 2:
            return None
        position = self.chance.randrange(len(placed))
        employer = self.chance.randrange(len(layer.employers))
        return self._with(layer, placed, {position: replace(placed[position], employer=employer)})

    def _with(self, layer: Districts, placed: Placed, changed: dict[int, Team]) -> Placed | None:
        """The teams with some changed, their employers others where they must be; none where a rule forbids it."""
        found = []
        for position, team in enumerate(placed):
            if position in changed or position == len(placed) - 1:
                fitting = changed.get(position, team)
                if not fitting.mask:
                    continue
                possible = self._employed(layer, fitting)
                if possible is None:
                    return None
                team = possible
            found.append(team)
        return tuple(found)

    def _employed(self, layer: Districts, team: Team) -> Team | None:
        """The team with its employer, or another one that may have it."""
        if team.units in layer.sizes(team.mask, team.employer) and layer.hubs(team.mask, team.employer):
            return team
        others = [
            e
            for e in range(len(layer.employers))
            if team.units in layer.sizes(team.mask, e) and layer.hubs(team.mask, e)
        ]
        return replace(team, employer=self.chance.choice(others)) if others else None
