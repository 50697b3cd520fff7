"""The linear program of a team's schedule: for each person and day a pair of half-days, at the hub or on a visit.

A pair is one binary variable, so that what a day costs on the road is linear: two visits on one day are a tour, which
saves a way back to the hub. Visits come every week alike but for the odd one of a fortnight.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count, pairwise
from typing import TYPE_CHECKING, NamedTuple

from optimizer.problem import Ags
from optimizer.rounding import ROUNDING
from optimizer.solver import Deadline, Outcome, Solver, Termination, run
from optimizer.way.halfdays import DAYS, EVERY_HALF_DAY, HalfDay, Terms
from optimizer.way.visits import Team

if TYPE_CHECKING:
    import pulp

    _Entries = list[tuple[pulp.LpVariable, float]]

#: Of two schedules with the same tours for everybody, days that follow one another count more than any order.
_ORDER = 0.001
#: Of the time for a team, what the least travel may take.
_FIRST = 0.7


class Need(StrEnum):
    """What a schedule has to hold."""

    OPEN = "open"
    MEET = "meet"
    VISITS = "visits"
    WORKED = "worked"
    HOURS = "hours"
    LONGEST_DAY = "longest_day"
    SPREAD = "spread"
    ROOM = "room"


@dataclass(frozen=True)
class Requirement:
    """A need of a municipality or of a person (a position), or one that has neither."""

    need: Need
    town: Ags | None = None
    person: int | None = None


class Place(NamedTuple):
    """Who is where on a half-day: a person (by position) in a week (0 or 1) at a municipality, the hub or not."""

    person: int
    week: int
    half: HalfDay
    town: Ags


class _Day(NamedTuple):
    # A person's day in a week: where in the morning and where in the afternoon; ``None``: not at work.
    person: int
    week: int
    day: int
    stops: tuple[Ags | None, Ags | None]


@dataclass(frozen=True)
class Found:
    """Who is where, in order, and the minutes on the road in all weeks with the least that there can be."""

    places: tuple[Place, ...]
    minutes: float
    bound: float
    proven: bool


def requirements(team: Team, terms: Terms) -> tuple[Requirement, ...]:
    """All that the schedule of a team has to hold; what somebody stated comes first."""
    towns, persons = sorted(team.visits), range(len(team.persons))
    return (
        *(Requirement(Need.OPEN, town=town) for town in towns if town in terms.open),
        *((Requirement(Need.MEET),) if terms.meet is not None else ()),
        *(Requirement(Need.VISITS, town=town) for town in towns),
        *(Requirement(Need.WORKED, person=person) for person in persons),
        *(Requirement(Need.HOURS, person=person) for person in persons),
        Requirement(Need.LONGEST_DAY),
        *(Requirement(Need.SPREAD, town=town) for town in towns),
        *(Requirement(Need.ROOM, town=town) for town in towns),
    )


class Timetable:
    """The program of a team that is to hold some of the requirements."""

    def __init__(self, team: Team, terms: Terms, held: Iterable[Requirement]) -> None:
        self.team, self.terms, self.held = team, terms, frozenset(held)
        self.towns = sorted(team.visits)
        self.days = [day for person in range(len(team.persons)) for day in self._days(person)]

    def can_hold(self, solver: Solver, deadline: Deadline) -> bool | None:
        """Whether the requirements can hold together; ``None`` where the time did not suffice."""
        outcome = _Program(self).solve(solver, deadline)
        if outcome.has_solution:
            return True
        return False if outcome.termination is Termination.INFEASIBLE else None

    def solve(self, solver: Solver, deadline: Deadline) -> Found | Termination:
        """The schedule with the least travel, and a good one of these; why there is none instead."""
        program, bound = _Program(self), self._bound(solver, deadline)
        program.shorten(bound)
        outcome = program.solve(solver, deadline.part(_FIRST))
        if not outcome.has_solution:
            return outcome.termination
        proven = outcome.termination is Termination.OPTIMAL
        minutes = program.minutes()
        bound = minutes if proven else min(minutes, bound)
        for settle in (program.same_persons, program.same_days) if self.towns else ():
            # Which of the schedules with as much travel is a matter of taste: where time is short, any will do.
            before = program.places()
            settle()
            if not program.solve(solver, deadline).has_solution:
                return Found(before, minutes, bound, proven)
        return Found(program.places(), minutes, bound, proven)

    def holds(self, need: Need, town: Ags | None = None, person: int | None = None) -> bool:
        """Whether a requirement is among those to be held."""
        return Requirement(need, town, person) in self.held

    def person(self, person: int) -> tuple[object, ...]:
        """All that tells a person from another one."""
        needs = (self.holds(need, person=person) for need in (Need.WORKED, Need.HOURS))
        return self.team.persons[person], *needs

    def spread(self, town: Ags) -> bool:
        """Whether the visits of a week must not all be on one day: only where there are several, and several days."""
        several = self.team.visits[town] > self.terms.weeks
        days = {half.day for half in self.terms.opened(town)}
        return several and len(days) > 1 and self.holds(Need.SPREAD, town=town)

    def minutes(self, stops: Sequence[Ags | None]) -> float:
        """Minutes on the road of a day; two visits to one municipality are one way there and back."""
        visited = self._visited(stops)
        return self.team.tour(visited) if visited else 0.0

    def away(self, stops: Sequence[Ags | None]) -> float:
        """Hours on visits and on the road."""
        return len(self._visited(stops)) * self.team.layer.block_hours + self.minutes(stops) / 60

    def most_at_hub(self, stops: Sequence[Ags | None]) -> float:
        """Most hours at the hub on a day."""
        longest = self.terms.longest_day if self.holds(Need.LONGEST_DAY) else 24.0
        return min(sum(stop == self.team.hub for stop in stops) * longest / 2, max(0.0, longest - self.away(stops)))

    def _visited(self, stops: Sequence[Ags | None]) -> tuple[Ags, ...]:
        return tuple(stop for stop in stops if stop is not None and stop != self.team.hub)

    def _days(self, person: int) -> Iterator[_Day]:
        for day in range(DAYS):
            mornings, afternoons = (self._choices(person, HalfDay(day, later)) for later in (False, True))
            for stops in ((first, second) for first in mornings for second in afternoons):
                if self.holds(Need.LONGEST_DAY) and self.away(stops) > self.terms.longest_day + ROUNDING:
                    continue
                for week in range(self.terms.weeks):
                    yield _Day(person, week, day, stops)

    def _choices(self, person: int, half: HalfDay) -> list[Ags | None]:
        """Where a person may be on a half-day; nowhere at all where they must meet and do not work."""
        meeting = half == self.terms.meet and self.holds(Need.MEET)
        worked = self.terms.worked(self.team.persons[person])
        if self.holds(Need.WORKED, person=person) and half not in worked:
            return [] if meeting else [None]
        if meeting:
            return [self.team.hub]
        opened = (t for t in self.towns if not self.holds(Need.OPEN, town=t) or half in self.terms.opened(t))
        return [self.team.hub, *opened]

    def _bound(self, solver: Solver, deadline: Deadline) -> float:
        """Minutes that no schedule is below: the cheapest days that hold all visits, whoever makes them and when."""
        import pulp

        days: dict[tuple[Ags, ...], float] = {}
        for day in self.days:
            stops = tuple(sorted(self._visited(day.stops)))
            if stops:
                # Of two orders of the same visits the shorter one.
                days[stops] = min(days.get(stops, math.inf), self.minutes(day.stops))
        model = pulp.LpProblem("days", pulp.LpMinimize)
        chosen: dict[tuple[Ags, ...], pulp.LpVariable] = {}
        for stops in sorted(days):
            most = self._most_whole(stops[0]) if len(set(stops)) < len(stops) else None
            chosen[stops] = model.add_variable(f"x{len(chosen)}", 0, most, "Integer")
        for town, visits in self.team.visits.items():
            entries = [(variable, float(stops.count(town))) for stops, variable in chosen.items() if town in stops]
            if not entries:
                return 0.0
            model.addConstraint(_sum(entries) == visits)
        if not chosen:
            return 0.0
        model.setObjective(_sum((variable, days[stops]) for stops, variable in chosen.items()))
        outcome = run(model, solver, deadline)
        return float(pulp.value(model.objective)) if outcome.termination is Termination.OPTIMAL else 0.0

    def _most_whole(self, town: Ags) -> int:
        """Most whole days of persons in a municipality: not all visits of a week are on one."""
        visits, weeks = self.team.visits[town], self.terms.weeks
        each = [visits // weeks + (week < visits % weeks) for week in range(weeks)]
        return sum(0 if count == 2 and self.spread(town) else count // 2 for count in each)


class _Program:
    """Variables and constraints of a timetable."""

    def __init__(self, timetable: Timetable) -> None:
        import pulp

        self.timetable, self.team, self.terms = timetable, timetable.team, timetable.terms
        self.model = pulp.LpProblem("schedule", pulp.LpMinimize)
        self._numbers = count()
        self.chosen = {day: self._variable("Integer") for day in timetable.days}
        #: By municipality, person, week and half-day: who is there.
        self.there: dict[Ags, dict[tuple[int, int, HalfDay], list[pulp.LpVariable]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for day, variable in self.chosen.items():
            for later, stop in enumerate(day.stops):
                if stop is not None:
                    self.there[stop][day.person, day.week, HalfDay(day.day, bool(later))].append(variable)
        self.possible = True
        self._days_of_all()
        for town in timetable.towns:
            self._visits(town)
            self._spread(town)
            self._room(town)
        for person in range(len(self.team.persons)):
            self._hours(person)
        self._alike()

    def solve(self, solver: Solver, deadline: Deadline) -> Outcome:
        """Why the solver stopped."""
        return run(self.model, solver, deadline) if self.possible else Outcome(Termination.INFEASIBLE, False)

    def shorten(self, bound: float) -> None:
        """Asks for the least travel, which is no less than ``bound``."""
        if bound > 0:
            self._row(self._travel(), bound - ROUNDING, None)
        self.model.setObjective(_sum(self._travel()))

    def same_persons(self) -> None:
        """Keeps the tours as they are, and asks for as few persons as possible in each municipality."""
        self._keep(lambda day: tuple(sorted(map(str, day.stops))) if self.timetable.minutes(day.stops) else None)
        self.model.setObjective(_sum(self._contacts()))

    def same_days(self) -> None:
        """Keeps what each person does in each week, and asks for days apart from one another, and for an order."""
        self._keep(lambda day: (day.person, day.week, *sorted(map(str, day.stops))))
        self.model.setObjective(_sum([*self._adjacent(), *self._order()]))

    def _keep(self, like: Callable[[_Day], Hashable | None]) -> None:
        """As many days of each kind as there are now; ``None`` is no kind."""
        alike: dict[Hashable, list[pulp.LpVariable]] = defaultdict(list)
        for day, variable in self.chosen.items():
            alike[like(day)].append(variable)
        now = Counter(like(day) for day in self._days())
        for kind, variables in alike.items():
            if kind is not None:
                self._row(_ones(variables), now[kind], now[kind])

    def places(self) -> tuple[Place, ...]:
        """Who is where."""
        return tuple(
            sorted(
                Place(day.person, day.week, HalfDay(day.day, bool(later)), stop)
                for day in self._days()
                for later, stop in enumerate(day.stops)
                if stop is not None
            )
        )

    def minutes(self) -> float:
        """Minutes on the road in all weeks."""
        return math.fsum(self.timetable.minutes(day.stops) for day in self._days())

    def _days(self) -> list[_Day]:
        return [day for day, variable in self.chosen.items() if (variable.value() or 0.0) > 0.5]

    def _row(self, entries: _Entries, low: float | None, high: float | None) -> None:
        """The sum of ``entries`` is between two bounds, equal or one of them ``None``."""
        if not entries:
            # No variable for PuLP: it would put one of its own there.
            self.possible &= (low or 0.0) <= 0 <= (high or 0.0)
        elif low == high:
            self.model.addConstraint(_sum(entries) == low)
        elif low is not None:
            self.model.addConstraint(_sum(entries) >= low)
        else:
            self.model.addConstraint(_sum(entries) <= high)

    def _variable(self, category: str) -> pulp.LpVariable:
        return self.model.add_variable(f"x{next(self._numbers)}", 0, 1, category)

    def _days_of_all(self) -> None:
        """Everybody is somewhere, or at home, on each day."""
        each: dict[tuple[int, int, int], list[pulp.LpVariable]] = {
            (person, week, day): []
            for person in range(len(self.team.persons))
            for week in range(self.terms.weeks)
            for day in range(DAYS)
        }
        for one, variable in self.chosen.items():
            each[one[:3]].append(variable)
        for variables in each.values():
            self._row(_ones(variables), 1, 1)

    def _at(
        self, town: Ags, *, week: int | None = None, day: int | None = None, half: HalfDay | None = None
    ) -> list[pulp.LpVariable]:
        """The variables of all who are at a municipality then."""
        return [
            variable
            for (_, when, at), variables in self.there[town].items()
            if week in (None, when) and day in (None, at.day) and half in (None, at)
            for variable in variables
        ]

    def _visits(self, town: Ags) -> None:
        """All visits are made, and those of every week on the same half-day by the same person."""
        visits, weeks = self.team.visits[town], self.terms.weeks
        if not self.timetable.holds(Need.VISITS, town=town):
            return
        self._row(_ones(self._at(town)), visits, visits)
        if weeks == 1:
            return
        alike: list[pulp.LpVariable] = []
        for (person, week, half), variables in list(self.there[town].items()):
            if week == 0:
                both = self._variable("Continuous")
                alike.append(both)
                self._row([(both, 1.0), *_ones(variables, -1.0)], None, 0)
                self._row([(both, 1.0), *_ones(self.there[town][person, 1, half], -1.0)], None, 0)
        self._row(_ones(alike), visits // weeks, visits // weeks)

    def _spread(self, town: Ags) -> None:
        """Several visits in a week are not all on one day, where the municipality has several days."""
        visits, weeks = self.team.visits[town], self.terms.weeks
        if not self.timetable.spread(town) or not self.timetable.holds(Need.VISITS, town=town):
            return
        for week in range(weeks):
            whole = self._at(town, week=week)
            for day in range(DAYS):
                here = _ones(self._at(town, week=week, day=day))
                # With one visit a week and one more in one of them, each is on a day of its own.
                if visits < 2 * weeks:
                    self._row(here, None, 1)
                else:
                    self._row([*here, *_ones(whole, -1.0)], None, -1)

    def _room(self, town: Ags) -> None:
        """No more persons at a time in a municipality than its opened half-days make necessary."""
        opened = max(1, len(self.terms.opened(town)) * self.terms.weeks)
        rooms = max(1, math.ceil(self.team.visits[town] / opened))
        if rooms >= len(self.team.persons) or not self.timetable.holds(Need.ROOM, town=town):
            return
        for week in range(self.terms.weeks):
            for half in EVERY_HALF_DAY:
                self._row(_ones(self._at(town, week=week, half=half)), None, rooms)

    def _hours(self, person: int) -> None:
        """Contract hours, on the mean of the weeks: they suffice for all that is to be done, and are all worked."""
        if not self.timetable.holds(Need.HOURS, person=person):
            return
        rules, weeks = self.team.layer, self.terms.weeks
        contract = float(self.team.persons[person]) * rules.hours_per_week * weeks
        own = [(variable, day.stops) for day, variable in self.chosen.items() if day.person == person]
        away = [(variable, self.timetable.away(stops)) for variable, stops in own]
        hub = [(variable, self.timetable.most_at_hub(stops)) for variable, stops in own]
        self._row(away, None, contract - rules.coordination_hours * weeks + ROUNDING)
        self._row([*away, *hub], contract - ROUNDING, None)

    def _alike(self) -> None:
        """Of persons who are alike, the first makes the most visits: else each schedule would count many times."""
        own = [
            [
                (variable, float(sum(stop is not None and stop != self.team.hub for stop in day.stops)))
                for day, variable in self.chosen.items()
                if day.person == person
            ]
            for person in range(len(self.team.persons))
        ]
        for first, second in pairwise(range(len(self.team.persons))):
            if self.timetable.person(first) == self.timetable.person(second):
                self._row([*own[first], *((variable, -more) for variable, more in own[second])], 0, None)

    def _travel(self) -> _Entries:
        return [(variable, self.timetable.minutes(day.stops)) for day, variable in self.chosen.items()]

    def _contacts(self) -> Iterator[tuple[pulp.LpVariable, float]]:
        """Who comes to a municipality at all."""
        for town in self.timetable.towns:
            comes: dict[int, pulp.LpVariable] = {}
            for (person, _, _), variables in self.there[town].items():
                if person not in comes:
                    comes[person] = self._variable("Integer")
                self._row([*_ones(variables), (comes[person], -1.0)], None, 0)
            yield from _ones(comes.values())

    def _adjacent(self) -> Iterator[tuple[pulp.LpVariable, float]]:
        """Pairs of days that follow one another and on both of which a municipality has a visit."""
        for town in self.timetable.towns:
            if self.team.visits[town] <= self.terms.weeks:
                continue
            on = [self._variable("Integer") for _ in range(DAYS)]
            for (_, _, half), variables in self.there[town].items():
                self._row([*_ones(variables), (on[half.day], -1.0)], None, 0)
            for first, second in pairwise(on):
                both = self._variable("Continuous")
                yield both, 1.0
                self._row([*_ones([first, second]), (both, -1.0)], None, 1)

    def _order(self) -> Iterator[tuple[pulp.LpVariable, float]]:
        """The first municipality early, then the next: so that equals have an order."""
        for place, town in enumerate(self.timetable.towns):
            for (person, week, half), variables in self.there[town].items():
                early = EVERY_HALF_DAY.index(half) + 1
                part = early * (1 + 1 / (2 + place)) + 0.01 * person + 0.001 * week
                yield from ((variable, _ORDER * part) for variable in variables)


def _sum(entries: Iterable[tuple[pulp.LpVariable, float]]) -> pulp.LpAffineExpression:
    import pulp

    # A variable may stand in several entries.
    added: dict[pulp.LpVariable, float] = defaultdict(float)
    for variable, value in entries:
        added[variable] += value
    return pulp.LpAffineExpression(added)


def _ones(variables: Iterable[pulp.LpVariable], value: float = 1.0) -> _Entries:
    return [(variable, value) for variable in variables]
