"""How many posts a stated standard takes: the fewest of all plans, and what each part of the standard costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from optimizer.column import Column
from optimizer.explore.prices import under, without
from optimizer.explore.situation import Infeasible, NoPlanInTime, Situation, situation_of, with_layer
from optimizer.plan import Plan, added_hours
from optimizer.problem import Problem
from optimizer.rules import Rule, RuleName, rules_of
from optimizer.solver import Deadline, Solver, TimeUp
from optimizer.way.stand_in import StandIns

#: More steps of posts than this are not looked for: what all teams together can have would take too long to add up.
MOST_UNITS = 600
#: Shares of the time left: for the standard without its parts, for the whole one, and for the posts as they are.
BARE, WHOLE, TODAY = 0.15, 0.7, 0.4


class Part(StrEnum):
    """A part of a standard that can be left out, the hours for 1,000 people aside; the value stands in files."""

    PRESENCE = "presence"
    TWO_PERSONS = "two_persons"
    KI_SHARE = "ki_share"
    MAX_DRIVE = "max_drive"
    DISTRICTS = "districts"
    EMPLOYERS = "employers"


#: The rules of the layer (and the KI's share) that each part consists of.
RULES = {
    Part.PRESENCE: (RuleName.MINIMUM_HOURS,),
    Part.TWO_PERSONS: (RuleName.MINIMUM_PERSONS,),
    Part.KI_SHARE: (RuleName.KI_SHARE,),
    Part.MAX_DRIVE: (RuleName.MAX_DRIVE,),
    Part.DISTRICTS: (RuleName.DISTRICTS_MINIMUM, RuleName.DISTRICTS_MAXIMUM),
    Part.EMPLOYERS: (RuleName.EMPLOYER_MINIMUM, RuleName.EMPLOYER_MAXIMUM),
}


@dataclass(frozen=True, slots=True)
class Standard:
    """What is asked for beside the rules of the layer.

    ``hours_per_1000`` are the hours per week for 1,000 people of the key that every municipality has at least, those of
    existing services and earlier layers included. ``presence`` are the fewest on-site hours per municipality and week
    (``None``: as in the layer). A team has two persons, or another team has its hub at most ``stand_in_minutes`` from
    its own (``None``: teams of one person need nobody).
    """

    hours_per_1000: float
    presence: float | None = None
    stand_in_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Fewest:
    """The fewest posts (FTE) of the layer: proven, for no plan has less than ``at_least``.

    ``posts`` is ``None`` where the time or :data:`MOST_UNITS` did not suffice, or, with ``searched``, where there is no
    plan with less than ``at_least``, up to which all numbers of posts were looked at.
    """

    posts: Fraction | None
    at_least: Fraction
    searched: bool = True


@dataclass(frozen=True, slots=True)
class Workload:
    """What the contract hours per week of the layer go into; all five together are these hours.

    ``advice`` is on site up to the standard, ``presence`` on site beyond it because of the fewest hours, ``reserve``
    what teams of whole steps have beyond both.
    """

    advice: float
    presence: float
    road: float
    coordination: float
    reserve: float


@dataclass(frozen=True, slots=True)
class Reached:
    """The most hours for 1,000 people that ``posts`` can give everyone at least; no plan gives more than ``bound``.

    ``None``, both, where the other parts of the standard leave no plan; with ``searched`` that is proven.
    """

    posts: Fraction
    hours_per_1000: float | None
    bound: float | None
    searched: bool = True


@dataclass(frozen=True, slots=True)
class Cost:
    """What ``parts`` of a standard cost: the fewest posts without them, and what the fewest posts with them would then
    give (``None`` where the whole standard has no plan)."""

    parts: tuple[Part, ...]
    fewest: Fewest
    reached: Reached | None


@dataclass(frozen=True, slots=True)
class Staffing:
    """The posts that a standard takes.

    ``plan`` is the best one of all that meet it with the fewest posts, by the order of the model. ``costs`` are those
    of each part that is in force, and of all of them together where they are several. ``today`` is what the posts that
    the layer has can give.
    """

    standard: Standard
    fewest: Fewest
    plan: Plan | None
    workload: Workload | None
    costs: tuple[Cost, ...]
    today: Reached

    @property
    def reached(self) -> Reached | None:
        """What everyone has at least by the plan; no plan with as many posts gives more, as far as it is proven."""
        if self.plan is None or self.fewest.posts is None:
            return None
        stage, unit = self.plan.stages[0], self.standard.hours_per_1000
        return Reached(self.fewest.posts, stage.value * unit, stage.bound * unit)


class NoPeople(Exception):  # noqa: N818 - an answer, not an error
    """The key counts no people, so nothing can be said for 1,000 of them."""


def staffing(
    problem: Problem,
    standard: Standard,
    *,
    layer: int = 0,
    solver: Solver | None = None,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Staffing:
    """The fewest posts of a layer by which every municipality has what a standard says, and what its parts cost.

    One number of posts after the other is looked at, from what the need alone takes on; each is proven to have a plan
    or none. Layers before are taken as they are. ``progress`` gets the number of searches done and of all. Raises
    :class:`NoPeople`, :class:`Infeasible` and :class:`NoPlanInTime` where an earlier layer has no plan, and
    :class:`TooLarge`.
    """
    if problem.people is None:
        raise NoPeople
    asked = _Asked(situation_of(problem, layer, solver=solver, time_limit=time_limit), standard)
    parts = asked.parts()
    left_out = [(part,) for part in parts] + ([tuple(parts)] if len(parts) > 1 else [])
    done, report = 0, progress or (lambda _, __: None)
    report(done, len(left_out) + 2)
    # Without any of its parts the standard is met the soonest: no search needs to begin earlier.
    bare = asked.without(tuple(parts)).within(BARE)
    least = bare.fewest(bare.first)[0].at_least
    fewest, columns = asked.within(WHOLE).fewest(least)
    plan = None if fewest.posts is None else asked.best(fewest.posts, columns)
    report(done := done + 1, len(left_out) + 2)
    today = asked.within(TODAY).reached(asked.situation.layer.total)
    costs = []
    for number, some in enumerate(left_out):
        report(done := done + 1, len(left_out) + 2)
        free = asked.without(some).within(1 / (len(left_out) - number))
        costs.append(_cost(free, some, least, fewest.posts, plan))
    workload = None if plan is None else _workload(asked.situation, plan)
    return Staffing(standard, fewest, plan, workload, tuple(costs), today)


def _cost(free: _Asked, parts: tuple[Part, ...], least: Fraction, posts: Fraction | None, plan: Plan | None) -> Cost:
    """What parts cost, by the standard without them; ``posts`` are the fewest with them, as ``plan`` has them."""
    if posts is None or plan is None:
        return Cost(parts, free.fewest(least)[0], None)
    # A plan with the whole standard is one without some of it.
    return Cost(parts, free.fewest(least, posts)[0], free.reached(posts, plan.stages[0].value))


class _Asked:
    """A layer with a standard, or with a part of it."""

    def __init__(self, situation: Situation, standard: Standard) -> None:
        problem, layer = situation.problem, situation.layer
        assert problem.people is not None
        if (hours := standard.presence) is not None:
            own = {ags: max(hours, more) for ags, more in layer.minimum_hours_of.items()}
            layer = replace(layer, minimum_hours=hours, minimum_hours_of=own)
        stated = replace(problem, stated_level=standard.hours_per_1000 * problem.people / 1000)
        self.situation = replace(situation, problem=with_layer(stated, situation.number, layer))
        self.standard = standard

    def within(self, share: float) -> _Asked:
        """The same with a share of the time that is left, where it is limited."""
        left = self.situation.deadline.remaining
        deadline = Deadline(None if left is None else share * left)
        return _Asked(replace(self.situation, deadline=deadline), replace(self.standard, presence=None))

    def parts(self) -> list[Part]:
        """The parts that are in force."""
        names = {rule.name for rule in self._rules()}
        alone = self.standard.stand_in_minutes is not None
        return [p for p in Part if names & set(RULES[p]) or (p is Part.TWO_PERSONS and alone)]

    def _rules(self) -> Iterator[Rule]:
        """The rules of the layer that can be left out."""
        problem, number = self.situation.problem, self.situation.number
        for rule in rules_of(problem):
            if rule.layer in (None, number) and without(problem, number, rule) is not None:
                yield rule

    def without(self, parts: tuple[Part, ...]) -> _Asked:
        """The same without some parts."""
        problem, number = self.situation.problem, self.situation.number
        names = {name for part in parts for name in RULES[part]}
        for rule in self._rules():
            if rule.name in names:
                problem = without(problem, number, rule) or problem
        minutes = None if Part.TWO_PERSONS in parts else self.standard.stand_in_minutes
        standard = replace(self.standard, presence=None, stand_in_minutes=minutes)
        return _Asked(replace(self.situation, problem=problem), standard)

    def fewest(self, first: Fraction, most: Fraction | None = None) -> tuple[Fewest, list[Column]]:
        """The fewest posts from ``first`` on, and the columns of a plan with them; ``most`` are known to suffice."""
        total, last = max(first, self.first), self.last
        step = self.situation.layer.step
        try:
            while total <= last:
                if total == most:
                    return Fewest(total, total), []
                columns = self._stages(total).reaching(1.0)
                if columns is not None:
                    return Fewest(total, total), columns
                total += step
        except (TimeUp, NoPlanInTime):
            return Fewest(None, total, searched=False), []
        return Fewest(None, total), []

    def best(self, posts: Fraction, columns: list[Column]) -> Plan:
        """The best plan with so many posts, of which one is known."""
        stages = self._stages(posts, columns)
        staged = stages.solve()
        return self._with(posts).plan(staged.columns, staged.stages)

    def reached(self, posts: Fraction, at_least: float = 0.0) -> Reached:
        """What so many posts can give; ``at_least`` is a coverage that they are known to reach."""
        unit = self.standard.hours_per_1000
        try:
            value, bound = self._stages(posts, at_least=at_least).highest_coverage()
        except Infeasible:
            return Reached(posts, None, None)
        except (TimeUp, NoPlanInTime):
            return Reached(posts, None, None, searched=False)
        return Reached(posts, value * unit, bound * unit)

    def _stages(self, posts: Fraction, known: list[Column] | None = None, at_least: float = 0.0) -> StandIns:
        at = self._with(posts)
        return StandIns(
            at.source(),
            at.problem.fairness_tolerance,
            at.solver,
            at.deadline,
            minutes=self.standard.stand_in_minutes,
            kept=1.0 if known else 0.0,
            at_least=at_least,
            known=known,
        )

    def _with(self, posts: Fraction) -> Situation:
        situation = self.situation
        layer = replace(situation.layer, total=posts)
        return under(situation, with_layer(situation.problem, situation.number, layer))

    @property
    def needs(self) -> list[float]:
        """On-site hours per week that each municipality must get."""
        service = self.situation.service
        both = zip(service.fewest, service.fair_supply, service.existing, strict=True)
        return [max(0.0, fewest, fair - existing) for fewest, fair, existing in both]

    @property
    def first(self) -> Fraction:
        """Posts below which there is no plan: all hours on site, and what is pinned or limited."""
        layer = self.situation.layer
        fewest = [limit.minimum for limit in layer.limits] + [pin.fte for pin in layer.pins if pin.fte is not None]
        units = math.ceil(math.fsum(self.needs) / layer.hours_per_week / float(layer.step) - 1e-6)
        return layer.step * max(1, units, *(math.ceil(posts / layer.step) for posts in fewest))

    @property
    def last(self) -> Fraction:
        """Posts beyond which nobody looks: those with which everyone is served from the farthest hub there is, each
        team a step and a person larger than need be, what limits ask for and the KI's share on top."""
        layer, service = self.situation.layer, self.situation.service
        limit = math.inf if layer.max_drive_minutes is None else layer.max_drive_minutes
        hours = 0.0
        for i, need in enumerate(self.needs):
            near = [row[i] for row in service.minutes if row[i] <= limit and row[i] < math.inf]
            hours += need * (1 + 2 * max(near) / 60 / layer.block_hours)
        step, teams = float(layer.step), min(layer.districts_maximum, service.size)
        each = max(step * layer.hours_per_week + layer.coordination_hours, layer.minimum_persons * layer.hours_per_week)
        worth = max(layer.hours_per_week - layer.coordination_hours, layer.hours_per_week / 2)
        posts = (hours + teams * each) / worth + float(sum(one.minimum for one in layer.limits))
        share = self.situation.problem.ki_minimum if self.situation.problem.ki_binding else Fraction(0)
        units = math.ceil((posts / float(1 - share) if share < 1 else posts) / step)
        return max(layer.total, layer.step * units)


def _workload(situation: Situation, plan: Plan) -> Workload:
    """What the hours of the layer asked about go into."""
    problem, number = plan.problem, situation.number
    before = dict(zip(problem.index, added_hours(problem, plan.layers[:number]), strict=True))
    mine = plan.layers[number]
    hours = mine.hours_by_municipality()
    advice = presence = 0.0
    for town in problem.municipalities:
        given = hours.get(town.ags, 0.0)
        missing = max(0.0, problem.fair_level * town.weight - town.existing_hours - before[town.ags])
        up_to = min(given, missing)
        owed = max(0.0, situation.layer.fewest_hours(town.ags) - before[town.ags])
        advice += up_to
        presence += max(0.0, min(given, owed) - up_to)
    road = math.fsum(district.total_travel_hours for district in mine.districts)
    coordination = math.fsum(district.coordination_hours for district in mine.districts)
    offered = math.fsum(district.contract_hours for district in mine.districts)
    return Workload(advice, presence, road, coordination, offered - advice - presence - road - coordination)
