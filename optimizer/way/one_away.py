"""One person of a team is away: who stands in, and what everyone then gets.

A team of ``k`` posts (FTE) has ``ceil(k)`` persons; the one whose absence costs most has one post, or all of a smaller
team. What is left of the team serves its own district from its hub. Another team of the layer may stand in: it serves
its own district and, of the other one, those within the longest drive from its own hub. Both share what they have so
that the lowest level of both districts is highest, then the next lowest; nobody gets more than while all are there, and
fewest hours do not bind meanwhile.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from optimizer.levels import Flags, Floats, levels
from optimizer.plan import District, Plan
from optimizer.problem import Ags
from optimizer.rounding import ROUNDING
from optimizer.service import Service


@dataclass(frozen=True)
class Crew:
    """Some persons of a team: what an on-site hour takes in each municipality (infinite: they do not go there), and the
    hours that they have to spend."""

    cost: Floats
    to_spend: float

    @property
    def goes(self) -> Flags:
        """By municipality, whether they go there."""
        found: Flags = np.isfinite(self.cost)
        return found


def share(
    first: Crew, second: Crew, supply: Floats, weights: Floats, most: Floats | None = None
) -> tuple[Floats, Floats]:
    """The hours on site of each crew by which the lowest level (hours per unit of key) of all whom either serves is
    highest, then the next lowest, and so on.

    ``supply`` are hours that are there without them, ``most`` the hours that both give to nobody more than.
    Nobody without a need gets any.
    """
    caps = np.full(len(weights), np.inf) if most is None else most
    open_ = (first.goes | second.goes) & (weights > 0)
    hours = np.zeros(len(weights))
    while open_.any():
        level, bound = _bottleneck(first, second, hours, open_, supply, weights)
        wanted = np.maximum(0.0, level * weights - supply)
        full = open_ & (wanted >= caps)
        # Who is full frees hours for the others; else those are done for whom no more can be done.
        done = full if full.any() else bound
        hours[done] = np.minimum(wanted, caps)[done]
        open_ &= ~done
    mine = _split(first, second, hours)
    return mine, hours - mine


def _bottleneck(
    first: Crew, second: Crew, hours: Floats, open_: Flags, supply: Floats, weights: Floats
) -> tuple[float, Flags]:
    """The highest level that all can have who are ``open_`` where the others get ``hours``; for whom it is the highest.

    In closed form: for a price of an hour of the first crew, in hours of the second, nobody can do better than with all
    hours of both at the cheaper of both costs. The least of these bounds is reached (duality of linear programs), and
    it lies where both crews cost the same somewhere, or where one crew alone must serve those to whom the other does
    not go.
    """
    both = first.goes & second.goes
    # The prices as rows: of an hour of the first crew and of one of the second.
    prices = np.unique(second.cost[both] / first.cost[both])
    rows = np.array([(1.0, 0.0), (0.0, 1.0), *((price, 1.0) for price in prices)])
    costs = np.minimum(_priced(rows[:, 0], first), _priced(rows[:, 1], second))
    costs[~np.isfinite(costs)] = 0.0
    left = rows[:, 0] * first.to_spend + rows[:, 1] * second.to_spend - costs @ hours
    nothing = np.zeros(len(weights))
    reached = levels(np.where(open_, costs, 0.0), np.maximum(0.0, left), supply, nothing, weights)
    tightest = int(reached.argmin())
    return float(reached[tightest]), open_ & (costs[tightest] > 0)


def _priced(prices: Floats, crew: Crew) -> Floats:
    """What an hour on site of a crew costs at each price; infinite where it does not go."""
    found: Floats = np.where(crew.goes, prices[:, None] * np.where(crew.goes, crew.cost, 0.0), np.inf)
    return found


def _split(first: Crew, second: Crew, needed: Floats) -> Floats:
    """What the first crew does of the hours needed, so that the second has the least to spend."""
    ratio = np.where(first.goes, second.cost / np.where(first.goes, first.cost, 1.0), -np.inf)
    left, mine = first.to_spend, np.zeros(len(needed))
    for i in np.argsort(-ratio, kind="stable"):
        if ratio[i] == -np.inf or left <= 0:
            break
        mine[i] = min(needed[i], left / first.cost[i])
        left -= mine[i] * first.cost[i]
    return np.where(second.goes, mine, needed)


def absent_fte(fte: Fraction) -> Fraction:
    """The posts of the person of a team whose absence costs most."""
    return min(Fraction(1), fte)


def hours_left(service: Service, fte: Fraction) -> float:
    """Hours per week that a team has to spend while that person is away; never negative."""
    left = fte - absent_fte(fte)
    return max(0.0, service.hours_to_spend(left)) if left else 0.0


def within_drive(service: Service) -> Flags:
    """By hub and municipality, whether a team from that hub may stand in there."""
    minutes, limit = np.array(service.minutes), service.layer.max_drive_minutes
    found: Flags = np.isfinite(minutes) & (minutes <= (math.inf if limit is None else limit))
    return found


@dataclass(frozen=True)
class Absence:
    """One person of a team is away: a district of the layer by its position, as is the one whose team stands in.

    ``stand_in`` is ``None`` where nobody does: because nobody is ``within_reach`` of any of the district, or because
    the rest of the team alone keeps it better served than any pair. ``left`` are the posts still there, ``hours`` on
    site per week and ``coverage`` (where there is any need) by municipality of both districts, ``by_stand_in`` the
    hours that the team of the other district gives to this one. ``without`` are those with a need whom nobody serves
    meanwhile. ``lowest`` is the lowest coverage of both districts, ``lowest_of_all`` that of all municipalities.
    """

    district: int
    left: Fraction
    stand_in: int | None
    within_reach: bool
    hours: Mapping[Ags, float]
    coverage: Mapping[Ags, float]
    by_stand_in: float
    without: tuple[Ags, ...]
    lowest: float
    lowest_of_all: float


class Teams:
    """The teams of a layer of a plan, which has no layers after it, and what they do while one person is away."""

    def __init__(self, plan: Plan, layer: int) -> None:
        self.plan = plan
        self.districts = plan.layers[layer].districts
        self.problem = plan.problem
        self.service = Service(plan.problem, plan.layers[layer].layer, plan.earlier_hours(layer))
        self.weights = np.array(self.service.weights)
        self.near = within_drive(self.service)
        self.by_district = [self._array(dict(zip(d.municipalities, d.hours, strict=True))) for d in self.districts]
        self.all_hours = np.array(self.service.existing) + sum(self.by_district, np.zeros(len(self.weights)))

    def _array(self, hours: Mapping[Ags, float]) -> Floats:
        return np.array([hours.get(town.ags, 0.0) for town in self.problem.municipalities])

    @cached_property
    def absences(self) -> tuple[Absence, ...]:
        """For every team one person away, in the order of the districts."""
        return tuple(self._absence(position) for position in range(len(self.districts)))

    @property
    def worst(self) -> float:
        """The lowest coverage of any municipality, whether all are there or any one person is away."""
        return min(self.plan.reached, *(absence.lowest_of_all for absence in self.absences))

    def _members(self, district: District) -> Flags:
        found = np.zeros(len(self.weights), dtype=np.bool_)
        found[[self.problem.index[ags] for ags in district.municipalities]] = True
        return found

    def _crew(self, district: District, to_spend: float, also: Flags | None = None) -> Crew:
        """A team, in its district and, of some more municipalities, in those within the longest drive."""
        hub = self.problem.index[district.hub]
        where = self._members(district)
        if also is not None:
            where = where | (also & self.near[hub])
        rates = np.array(self.service.travel_rate[hub])
        return Crew(np.where(where & np.isfinite(rates), 1 + rates, np.inf), max(0.0, to_spend))

    def _absence(self, position: int) -> Absence:
        district = self.districts[position]
        mine = self._members(district)
        rest = self._crew(district, hours_left(self.service, district.fte))
        best: tuple[tuple[float, float, float], Absence] | None = None
        reached = False
        for other, helping in enumerate(self.districts):
            if other == position:
                continue
            crew = self._crew(helping, self.service.hours_to_spend(helping.fte), mine)
            reached = reached or bool((crew.goes & mine).any())
            alone = mine & ~crew.goes & (rest.to_spend <= 0)
            absence = self._told(position, other, rest, crew, alone)
            worse, better = sorted(self._lowest(absence, place) for place in (position, other))
            key = (_even(worse), -_even(float(self.weights[alone].sum())), _even(better))
            if best is None or key > best[0]:
                best = key, absence
        if best is not None and best[1].by_stand_in > ROUNDING:
            return replace(best[1], within_reach=reached)
        nobody = Crew(np.full(len(self.weights), np.inf), 0.0)
        absence = self._told(position, None, rest, nobody, mine & (rest.to_spend <= 0))
        return replace(absence, within_reach=reached)

    def _lowest(self, absence: Absence, position: int) -> float:
        """The lowest coverage of a district meanwhile."""
        towns = self.districts[position].municipalities
        return min((absence.coverage[ags] for ags in towns if ags in absence.coverage), default=math.inf)

    def _told(self, position: int, stand_in: int | None, rest: Crew, crew: Crew, alone: Flags) -> Absence:
        """What the rest of a team and a crew of another one do, where ``alone`` are those whom neither serves."""
        mine = self._members(self.districts[position])
        pair, most = mine.copy(), self.by_district[position].copy()
        if stand_in is not None:
            pair |= self._members(self.districts[stand_in])
            most += self.by_district[stand_in]
        supply = self.all_hours - most
        own, theirs = share(rest, crew, supply, self.weights, most)
        hours = own + theirs
        fair = np.array(self.service.fair_supply)
        with np.errstate(divide="ignore", invalid="ignore"):
            coverage = np.where(self.weights > 0, (supply + hours) / fair, np.inf)
        towns = self.problem.municipalities
        return Absence(
            position,
            self.districts[position].fte - absent_fte(self.districts[position].fte),
            stand_in,
            True,
            {towns[i].ags: float(hours[i]) for i in np.flatnonzero(pair)},
            {towns[i].ags: float(coverage[i]) for i in np.flatnonzero(pair & (self.weights > 0))},
            math.fsum(theirs[mine]),
            tuple(towns[i].ags for i in np.flatnonzero(alone & (self.weights > 0))),
            float(coverage[pair].min()),
            float(coverage.min()),
        )


def _even(value: float) -> float:
    # What rounding alone tells apart is equal: the first district then stands in.
    return round(value, 9)
