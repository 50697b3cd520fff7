"""The second of two layers, after the hours of a first: which of many first layers it can follow, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from optimizer.joint.course import Course
from optimizer.joint.cover import Chosen, Cover
from optimizer.joint.districts import Districts, Placed
from optimizer.joint.hub_sets import ROUGH, Rough
from optimizer.joint.starts import Starts
from optimizer.joint.supply import hours_at
from optimizer.levels import SLACK, Flags, Floats, Ints, levels


class SecondLayer:
    """First layers are rows of on-site hours by municipality, without those that were given before."""

    def __init__(self, course: Course, layer: Districts) -> None:
        self.county = course.county
        self.layer = layer
        self.starts = Starts(layer)
        self.partition = self.starts.partition
        self.most_hours = layer.most_hours
        self.left_out = np.array([self.partition.left_out(position) for position in range(len(self.partition.sets))])
        #: By units (from one on) the most hours of a team of so many or fewer.
        self._reached = np.maximum.accumulate(np.where(self._is_team, self.starts.to_spend[1:], -1.0))
        units = np.arange(1, layer.units + 1)
        #: The most hours per unit of posts.
        self.best_unit = float(np.max(self.starts.to_spend[1:] / units, initial=0.0))
        #: By units (from one on) the hours that a team has less than the best per unit.
        self._wasted_by: Floats = self.best_unit * units - self.starts.to_spend[1:]
        self._ranks = self._by_rank()

    @property
    def _is_team(self) -> Flags:
        return np.isfinite(self.starts.to_spend[1:])

    def _by_rank(self) -> list[tuple[Ints, Ints]]:
        """The first hubs of all sets, the second ones of all that have two, and so on: sets and rows."""
        rank = np.arange(len(self.starts.rows)) - self.starts.firsts[self.starts.rows[:, 0]]
        rows = [np.nonzero(rank == number)[0] for number in range(int(rank.max(initial=-1)) + 1)]
        return [(self.starts.rows[chosen, 0], chosen) for chosen in rows]

    def needs(self, coverage: float) -> Floats:
        """On-site hours of both layers that each municipality needs for a coverage."""
        return np.maximum(0.0, self.county.needs(coverage, self.layer.fewest) - self.county.given)

    # -- many first layers at once ------------------------------------------------------------------------------

    def _least_rows(self, values: Callable[[Ints], Rough]) -> Rough:
        """The least values of each set over its hubs, for values by rows."""
        found = values(self._ranks[0][1])
        for sets, rows in self._ranks[1:]:
            found[sets] = np.minimum(found[sets], values(rows))
        return found

    def passing(self, hours: Floats, coverage: float) -> Ints:
        """The first layers after which the posts may suffice for a coverage; after the others they do not.

        Which districts can have which sizes together is left open, and so is how many districts there are.
        """
        lacking = np.maximum(0.0, self.needs(coverage) - hours).T.astype(np.float32)
        cost = self.starts.cost.astype(np.float32)
        loads = self._least_rows(lambda rows: cost[rows] @ lacking) - np.float32(ROUGH)
        below = self._below(loads)
        units = np.where(below < self.layer.units, below + np.float32(1), np.float32(np.inf))
        units[self.left_out] = np.where(loads[self.left_out] <= 0, 0.0, np.inf)
        return np.nonzero(self._least(units) <= self.layer.units)[0]

    def _below(self, loads: Rough) -> npt.NDArray[np.uint16]:
        """How many sizes of teams have fewer hours, the largest of all smaller ones counted."""
        found = np.zeros(loads.shape, dtype=np.uint16)
        for hours in self._reached.tolist():
            found += loads > hours
        return found

    def close(self, hours: Floats, floor: float, limit: float) -> Ints:
        """The first layers after which the shortfall may be within a limit; after the others it is not.

        A team wastes its road, what its size has less than the best per unit, and what it has more than is missing in
        its district; all waste together must be affordable.
        """
        missing = np.maximum(0.0, self.county.fair - self.county.supply - hours)
        values = self._least_rows(self._least_waste(hours, missing, floor))
        alone = np.nonzero(self.left_out)[0]
        lacking = np.maximum(0.0, self.needs(floor) - hours).T
        values[alone] = np.where(self.starts.inside[self.starts.firsts[alone]] @ lacking <= ROUGH, 0.0, np.inf)
        affordable = limit - missing.sum(axis=1) + self.best_unit * self.layer.units
        return np.nonzero(self._least(values) <= affordable + ROUGH)[0]

    def _least_waste(self, hours: Floats, missing: Floats, floor: float) -> Callable[[Ints], Rough]:
        """By rows and first layers the least hours that a team wastes, the smallest that suffices or a larger one."""
        lacking = np.maximum(0.0, self.needs(floor) - hours).T.astype(np.float32)
        gaps = missing.T.astype(np.float32)
        cost, inside = self.starts.cost.astype(np.float32), self.starts.inside.astype(np.float32)
        exact = np.append(np.where(self._is_team, self._wasted_by, np.inf), [np.inf, np.inf]).astype(np.float32)
        larger = np.append(np.minimum.accumulate(exact[::-1])[::-1][1:], np.inf).astype(np.float32)
        unit = np.float32(self.best_unit)

        def waste(rows: Ints) -> Rough:
            loads = cost[rows] @ lacking
            road = loads - inside[rows] @ lacking
            size = self._below(loads - np.float32(ROUGH))
            beyond = (size + np.float32(1)) * unit - inside[rows] @ gaps
            smallest = np.maximum(road + exact[size], beyond)
            found: Rough = np.minimum(smallest, np.maximum(road + larger[size], beyond + unit))
            return found

        return waste

    def _least(self, values: Rough) -> Rough:
        """The least sums over partitions, for values by set and first layer."""
        width = values.shape[1]
        rest: dict[int, Rough] = {0: np.zeros(width, dtype=values.dtype)}
        for left, positions in self.partition.choices.items():
            after = [rest[left ^ self.partition.sets[position]] for position in positions.tolist()]
            rest[left] = np.min(np.stack(after) + values[positions], axis=0)
        return rest.get(self.partition.target, np.full(width, np.inf, dtype=values.dtype))

    # -- one first layer ----------------------------------------------------------------------------------------

    def reaching(self, hours: Floats, coverage: float) -> Iterator[Placed]:
        """All second layers with a lowest coverage after the first, but for employers of a kind."""
        lacking = np.maximum(0.0, self.needs(coverage) - hours)
        loads = self.starts.cost @ lacking
        fits = (loads[:, None] <= self.starts.to_spend + SLACK) & self.starts.sizes
        reached = np.logical_or.reduceat(fits, self.starts.firsts, axis=0)
        for chosen in self._cover(np.where(reached, 0.0, np.inf)).partitions(0.5):
            yield self._placed(chosen)

    def within(self, hours: Floats, floor: float, limit: float) -> Iterator[Placed]:
        """All second layers with a lowest coverage and a shortfall within a limit after the first.

        What a team wastes is what it lowers the shortfall by less than the best hours per unit would.
        """
        county = self.county
        missing = np.maximum(0.0, county.fair - county.supply - hours)
        affordable = limit - float(missing.sum()) + self.best_unit * self.layer.units
        for chosen in self._cover(self._waste(hours, missing, floor, affordable)).partitions(affordable):
            yield self._placed(chosen)

    def _waste(self, hours: Floats, missing: Floats, floor: float, affordable: float) -> Floats:
        """The hours wasted by set and units from the best hub, infinite where the floor is not reached or they are
        more than what is affordable."""
        county, starts = self.county, self.starts
        lacking = np.maximum(0.0, self.needs(floor) - hours)
        loads, road = starts.cost @ lacking, (starts.cost - starts.inside) @ lacking
        wasted = np.concatenate([[0.0], self.best_unit * np.arange(1, self.layer.units + 1)]) - starts.to_spend
        fits: Flags = (loads[:, None] <= starts.to_spend + SLACK) & starts.sizes
        found = np.where(fits[:, :1] & (np.arange(self.layer.units + 1) == 0), 0.0, np.inf)
        fits[:, 0] = False
        rows, units = np.nonzero(fits & (road[:, None] + wasted <= affordable + SLACK))
        supply = county.supply + hours
        fewest = np.maximum(0.0, self.layer.fewest - county.given - hours)
        reached = levels(starts.cost[rows], starts.to_spend[units], supply, fewest, county.weights)
        added = hours_at(reached, starts.inside[rows], supply, fewest, county.weights)
        useful = np.minimum(added, missing).sum(axis=1)
        found[rows, units] = np.where(reached > -np.inf, self.best_unit * units - useful, np.inf)
        best: Floats = np.minimum.reduceat(found, starts.firsts, axis=0)
        return np.where(best <= affordable + SLACK, best, np.inf)

    def _cover(self, cost: Floats) -> Cover:
        return Cover(self.partition, cost, self.layer.teams.district_range, self.layer.units)

    def _placed(self, chosen: Chosen) -> Placed:
        sets, kinds = self.partition.sets, self.partition.kinds
        return tuple(self.layer.teams_of(sets[p], kinds[p], units)[0] for p, units in chosen if units)
