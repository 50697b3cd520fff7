"""From the weekly hours of a plan to who is where when: a schedule of half-days for each team of a layer.

Teams share nothing but the half-day on which all meet, so each has a program of its own
(:mod:`optimizer.way.timetable`): proven to fit with the least travel, or the smallest conflict.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from optimizer.explore.situation import NoPlanInTime
from optimizer.plan import Plan
from optimizer.problem import Ags
from optimizer.solver import Deadline, Solver, Termination, default_solver
from optimizer.way.halfdays import Terms
from optimizer.way.timetable import Found, Place, Requirement, Timetable, requirements
from optimizer.way.visits import Team, team_of


@dataclass(frozen=True)
class TeamSchedule:
    """The schedule of a team: who is where (``places``, in order of persons and time), and what is on the road.

    ``minutes`` are those of all weeks of the schedule, ``bound`` the least that any schedule of these visits needs,
    ``apart`` what the same visits need with a return trip each. Without a schedule there is the ``conflict``:
    requirements that cannot hold together, while any all but one of them can.
    """

    team: Team
    terms: Terms
    places: tuple[Place, ...]
    minutes: float
    bound: float
    proven: bool
    conflict: tuple[Requirement, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether there is a schedule."""
        return not self.conflict

    @property
    def apart(self) -> float:
        """Minutes on the road in all weeks with a return trip for each visit."""
        return math.fsum(count * self.team.tour((town,)) for town, count in self.team.visits.items())

    @property
    def travel_hours(self) -> float:
        """Hours on the road per week."""
        return self.minutes / 60 / self.terms.weeks

    @cached_property
    def tours(self) -> tuple[tuple[int, int, int, tuple[Ags, ...]], ...]:
        """Person, week and day of each way from the hub and back, with its stops in order, each once."""
        stops: dict[tuple[int, int, int], list[Ags]] = {}
        for person, week, half, town in self.places:
            if town != self.team.hub:
                day = stops.setdefault((person, week, half.day), [])
                if town not in day:
                    day.append(town)
        return tuple((*when, tuple(towns)) for when, towns in sorted(stops.items()))

    @cached_property
    def hours(self) -> dict[Ags, float]:
        """On-site hours per week by municipality of the district; the hub has what the visits leave.

        Where the hub lies elsewhere, nobody is served at it: what is left is for the office (:attr:`left`).
        """
        block, weeks = self.team.layer.block_hours, self.terms.weeks
        found = {town: self.team.visits.get(town, 0) * block / weeks for town in self.team.hours}
        if self.team.hub in found:
            found[self.team.hub] = self._rest
        return found

    @property
    def left(self) -> float:
        """Hours per week beyond coordination that a team has left at an office outside its district."""
        return 0.0 if self.team.hub in self.team.hours else self._rest

    @property
    def _rest(self) -> float:
        rules = self.team.layer
        contract = float(sum(self.team.persons)) * rules.hours_per_week
        spent = sum(self.team.visits.values()) * rules.block_hours / self.terms.weeks + self.travel_hours
        return contract - rules.coordination_hours * len(self.team.persons) - spent

    def length(self, place: Place) -> float:
        """Hours of a half-day: of a visit those on site, at the hub an equal part of what the week leaves."""
        return self._lengths[place]

    @cached_property
    def _lengths(self) -> dict[Place, float]:
        found = dict.fromkeys(self.places, self.team.layer.block_hours)
        for person, fte in enumerate(self.team.persons):
            own = [place for place in self.places if place.person == person]
            at_hub = [place for place in own if place.town == self.team.hub]
            rest = float(fte) * self.team.layer.hours_per_week * self.terms.weeks
            rest -= (len(own) - len(at_hub)) * self.team.layer.block_hours
            rest -= math.fsum(self.team.tour(stops) for who, _, _, stops in self.tours if who == person) / 60
            found.update(_level({place: self._most(place) for place in at_hub}, rest))
        return found

    def _most(self, place: Place) -> float:
        """Most hours of a half-day at the hub: half of the longest day, or what a visit on the other half leaves."""
        longest = self.terms.longest_day
        when = (place.person, place.week, place.half.day)
        out = next((stops for *on, stops in self.tours if tuple(on) == when), None)
        away = 0.0 if out is None else self.team.tour(out) / 60 + self.team.layer.block_hours
        return min(longest / 2, longest - away)


@dataclass(frozen=True)
class Schedule:
    """The schedules of all teams of a layer, in the order of the districts of the plan."""

    terms: Terms
    teams: tuple[TeamSchedule, ...]

    @property
    def fits(self) -> bool:
        """Whether every team has one."""
        return all(team.fits for team in self.teams)

    @property
    def complete(self) -> bool:
        """Whether nobody would find a better one: each is proven, or its conflict is."""
        return all(team.proven for team in self.teams)

    @cached_property
    def hours(self) -> dict[Ags, float]:
        """On-site hours per week by municipality, of the teams that have a schedule."""
        found: dict[Ags, float] = {}
        for one in self.teams:
            for town, hours in one.hours.items() if one.fits else ():
                found[town] = found.get(town, 0.0) + hours
        return found


def schedule(
    plan: Plan,
    terms: Terms | None = None,
    *,
    layer: int = 0,
    solver: Solver | None = None,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Schedule:
    """The schedules of the teams of a layer; ``progress`` gets the teams done and of all.

    Raises :class:`NoPlanInTime` where the time did not suffice to find one or to prove that there is none.
    """
    terms, solver, deadline = terms or Terms(), solver or default_solver(), Deadline(time_limit)
    districts = range(len(plan.layers[layer].districts))
    found = []
    for position in districts:
        if progress:
            progress(position, len(districts))
        # A team that is hard leaves the others their time.
        own = deadline.part(1 / (len(districts) - position))
        found.append(scheduled(team_of(plan, layer, position, terms.weeks), terms, solver, own))
    return Schedule(terms, tuple(found))


def scheduled(team: Team, terms: Terms, solver: Solver, deadline: Deadline) -> TeamSchedule:
    """The schedule of a team. Raises :class:`NoPlanInTime`."""
    every = requirements(team, terms)
    found = Timetable(team, terms, every).solve(solver, deadline)
    if isinstance(found, Found):
        return TeamSchedule(team, terms, found.places, found.minutes, found.bound, found.proven)
    if found is not Termination.INFEASIBLE:
        raise NoPlanInTime
    return TeamSchedule(team, terms, (), 0.0, 0.0, True, _conflict(team, terms, every, solver, deadline))


def _conflict(
    team: Team, terms: Terms, every: Sequence[Requirement], solver: Solver, deadline: Deadline
) -> tuple[Requirement, ...]:
    """Requirements that cannot hold together, while any all but one can (a deletion filter)."""
    kept = list(every)
    # What nobody stated is dropped first, so that the conflict is told in what somebody did.
    for requirement in reversed(every):
        fewer = [other for other in kept if other != requirement]
        can = Timetable(team, terms, fewer).can_hold(solver, deadline)
        if can is None:
            raise NoPlanInTime
        if not can:
            kept = fewer
    return tuple(kept)


def _level(most: dict[Place, float], total: float) -> dict[Place, float]:
    """``total`` shared out as evenly as the most of each allows."""
    found: dict[Place, float] = {}
    for left, (place, limit) in zip(range(len(most), 0, -1), sorted(most.items(), key=lambda one: one[1]), strict=True):
        found[place] = min(limit, total / left)
        total -= found[place]
    return found


__all__ = ["NoPlanInTime", "Schedule", "TeamSchedule", "Terms", "schedule", "scheduled"]
