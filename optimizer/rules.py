"""The rules by name, and whether a plan keeps them. A plan made by hand may break any; each breach is named."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from optimizer.plan import District, LayerPlan, Plan
from optimizer.problem import Ags, Employer, Layer, Pin, Problem
from optimizer.reference import changes, weights_of
from optimizer.service import Service


class RuleName(Enum):
    """Every rule that a plan can keep or break."""

    KI_SHARE = "ki_share"
    ONE_DISTRICT = "one_district"
    CONNECTED = "connected"
    POSTS = "posts"
    DISTRICTS_MINIMUM = "districts_minimum"
    DISTRICTS_MAXIMUM = "districts_maximum"
    MAX_DRIVE = "max_drive_minutes"
    DRIVABLE = "drivable"
    MINIMUM_PERSONS = "minimum_persons"
    MINIMUM_HOURS = "minimum_hours"
    TOGETHER = "together"
    APART = "apart"
    PIN = "pin"
    FIXED_EMPLOYER = "fixed_employer"
    EMPLOYER_MINIMUM = "employer_minimum"
    EMPLOYER_MAXIMUM = "employer_maximum"
    MAX_MUNICIPALITIES = "max_municipalities"
    HUB = "hub"
    CHANGES_MAXIMUM = "changes_maximum"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a layer (or of the scenario: ``layer`` is ``None``).

    ``subject`` is what it speaks of (employer or limit id, a pair of municipalities, a municipality, those of a pin,
    those with fewest hours of their own); ``limit`` its figure in the unit of its name, where it has one.
    """

    name: RuleName
    layer: int | None = None
    subject: tuple[str, ...] = ()
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """Whether a plan keeps a rule. ``value`` is the plan's figure, where the rule has one.

    ``offenders`` are the municipalities that the breach is about: those in no or in two districts, or the districts
    (each by its municipalities) that break it.
    """

    rule: Rule
    holds: bool
    binding: bool
    value: float | None = None
    offenders: tuple[tuple[Ags, ...], ...] = ()


def rules_of(problem: Problem) -> list[Rule]:
    """Every rule that is set, in a fixed order: the scenario's, then each layer's."""
    shared = problem.ki_minimum > 0 and problem.layers
    rules = [Rule(RuleName.KI_SHARE, None, (), float(problem.ki_minimum))] if shared else []
    for number, layer in enumerate(problem.layers):
        rules.extend(_layer_rules(number, layer, problem))
    return rules


def _layer_rules(number: int, layer: Layer, problem: Problem) -> Iterator[Rule]:
    yield Rule(RuleName.ONE_DISTRICT, number)
    if layer.connected:
        yield Rule(RuleName.CONNECTED, number)
    yield Rule(RuleName.POSTS, number, (), float(layer.total))
    yield Rule(RuleName.DISTRICTS_MINIMUM, number, (), layer.districts_minimum)
    yield Rule(RuleName.DISTRICTS_MAXIMUM, number, (), layer.districts_maximum)
    if layer.max_drive_minutes is not None:
        yield Rule(RuleName.MAX_DRIVE, number, (), layer.max_drive_minutes)
    if len(problem.minutes) < len(problem.municipalities) * (len(problem.municipalities) - 1):
        yield Rule(RuleName.DRIVABLE, number)
    if layer.minimum_persons > 1:
        yield Rule(RuleName.MINIMUM_PERSONS, number, (), layer.minimum_persons)
    yield from _fewest_hours(number, layer, problem)
    for pair in layer.together:
        yield Rule(RuleName.TOGETHER, number, pair)
    for pair in layer.apart:
        yield Rule(RuleName.APART, number, pair)
    for pin in layer.pins:
        yield Rule(RuleName.PIN, number, tuple(sorted(pin.municipalities)))
    for ags in sorted(layer.fixed_employers):
        yield Rule(RuleName.FIXED_EMPLOYER, number, (ags, *sorted(layer.fixed_employers[ags])))
    for limit in layer.limits:
        if limit.minimum > 0:
            yield Rule(RuleName.EMPLOYER_MINIMUM, number, (limit.id,), float(limit.minimum))
        if limit.maximum is not None:
            yield Rule(RuleName.EMPLOYER_MAXIMUM, number, (limit.id,), float(limit.maximum))
    for id, employers in entries(layer).items():
        most = [employer.max_municipalities for employer in employers if employer.max_municipalities is not None]
        if most:
            yield Rule(RuleName.MAX_MUNICIPALITIES, number, (id,), max(most))
        if layer.plan is not None or any(employer.hubs is not None for employer in employers):
            yield Rule(RuleName.HUB, number, (id,))
    if layer.changes_maximum is not None:
        yield Rule(RuleName.CHANGES_MAXIMUM, number, (), layer.changes_maximum)


def _fewest_hours(number: int, layer: Layer, problem: Problem) -> Iterator[Rule]:
    """A rule for each figure: that of all municipalities, and those that some have in its place."""
    present = [town.ags for town in problem.municipalities if town.taking_part]
    if layer.minimum_hours > 0 and not set(present) <= set(layer.minimum_hours_of):
        yield Rule(RuleName.MINIMUM_HOURS, number, (), layer.minimum_hours)
    own = {ags: layer.minimum_hours_of[ags] for ags in present if ags in layer.minimum_hours_of}
    for hours in sorted(set(own.values()) - {0.0}):
        yield Rule(RuleName.MINIMUM_HOURS, number, tuple(ags for ags in own if own[ags] == hours), hours)


def towns_of(rule: Rule, layer: Layer, problem: Problem) -> tuple[Ags, ...]:
    """The municipalities whose fewest hours a rule states, in AGS order."""
    others = (town.ags for town in problem.municipalities if town.taking_part)
    return rule.subject or tuple(ags for ags in others if ags not in layer.minimum_hours_of)


def pin_of(rule: Rule, layer: Layer) -> Pin:
    """The pin that a rule of the layer stands for. Raises ``StopIteration`` where there is none."""
    return next(pin for pin in layer.pins if pin.municipalities == set(rule.subject))


def entries(layer: Layer) -> dict[str, list[Employer]]:
    """The employers of a layer by entry: those of a group stand together, as in the scenario file."""
    found: dict[str, list[Employer]] = {}
    for employer in sorted(layer.employers, key=lambda e: (not e.is_ki, e.id)):
        found.setdefault(employer.group or employer.id, []).append(employer)
    return found


def check_plan(plan: Plan) -> tuple[RuleCheck, ...]:
    """Every rule of the plan's problem, and whether the plan keeps it."""
    return tuple(_check(rule, plan) for rule in rules_of(plan.problem))


def broken(checks: Iterable[RuleCheck]) -> tuple[RuleCheck, ...]:
    """The rules that do not hold."""
    return tuple(check for check in checks if not check.holds)


def _check(rule: Rule, plan: Plan) -> RuleCheck:
    if rule.layer is None:
        share = plan.ki_share
        return RuleCheck(rule, share >= plan.problem.ki_minimum, plan.problem.ki_binding, float(share))
    layer = plan.layers[rule.layer]
    value, holds, offenders = _CHECKS[rule.name](rule, layer, plan)
    return RuleCheck(rule, holds, True, value, tuple(offenders))


_Result = tuple[float | None, bool, list[tuple[Ags, ...]]]


def _one_district(rule: Rule, layer: LayerPlan, plan: Plan) -> _Result:
    service = Service(plan.problem, layer.layer, plan.earlier_hours(rule.layer or 0))
    count = {town.ags: 0 for town in plan.problem.municipalities}
    for district in layer.districts:
        for ags in district.municipalities:
            count[ags] += 1
    wrong: list[tuple[Ags, ...]] = []
    for i, (ags, times) in enumerate(count.items()):
        # A given plan may serve who takes no part; who needs no team may be in no district.
        fewest = 0 if service.optional >> i & 1 else 1
        if service.taking_part >> i & 1 and not fewest <= times <= 1:
            wrong.append((ags,))
    return None, not wrong, wrong


def _connected(_: Rule, layer: LayerPlan, plan: Plan) -> _Result:
    wrong = [d.municipalities for d in layer.districts if not is_connected(d.municipalities, plan.problem)]
    return None, not wrong, wrong


def is_connected(municipalities: Iterable[Ags], problem: Problem) -> bool:
    """Whether each of the municipalities can be reached from each other one through neighbours among them."""
    left = set(municipalities)
    open_ = [min(left)]
    left.discard(open_[0])
    while open_:
        reached = problem.neighbours.get(open_.pop(), frozenset()) & left
        left -= reached
        open_.extend(reached)
    return not left


def _posts(_: Rule, layer: LayerPlan, __: Plan) -> _Result:
    return float(layer.fte), layer.fte == layer.layer.total, []


def _districts_minimum(rule: Rule, layer: LayerPlan, _: Plan) -> _Result:
    count = len(layer.districts)
    return count, count >= (rule.limit or 0), []


def _districts_maximum(rule: Rule, layer: LayerPlan, _: Plan) -> _Result:
    count = len(layer.districts)
    return count, count <= (rule.limit or 0), []


def longest_drive(district: District, problem: Problem) -> float:
    """Minutes from the hub to the farthest municipality of the district of those that can be driven to."""
    drives = (problem.drive(district.hub, ags) for ags in district.municipalities)
    return max((minutes for minutes in drives if minutes < math.inf), default=0.0)


def _max_drive(rule: Rule, layer: LayerPlan, plan: Plan) -> _Result:
    limit = rule.limit or 0.0
    drives = [(longest_drive(d, plan.problem), d.municipalities) for d in layer.districts]
    wrong = [municipalities for minutes, municipalities in drives if minutes > limit]
    return max((minutes for minutes, _ in drives), default=0.0), not wrong, wrong


def _drivable(_: Rule, layer: LayerPlan, plan: Plan) -> _Result:
    drive = plan.problem.drive
    wrong = [d.municipalities for d in layer.districts if any(drive(d.hub, t) == math.inf for t in d.municipalities)]
    return None, not wrong, wrong


def _minimum_persons(rule: Rule, layer: LayerPlan, _: Plan) -> _Result:
    wrong = [d.municipalities for d in layer.districts if d.persons < (rule.limit or 0)]
    return min((d.persons for d in layer.districts), default=0), not wrong, wrong


def _minimum_hours(rule: Rule, layer: LayerPlan, plan: Plan) -> _Result:
    given = dict(zip(plan.problem.index, plan.earlier_hours((rule.layer or 0) + 1), strict=True))
    hours = {ags: given[ags] for ags in towns_of(rule, layer.layer, plan.problem)}
    limit = rule.limit or 0.0
    wrong: list[tuple[Ags, ...]] = [(ags,) for ags, amount in hours.items() if amount < limit - 1e-6]
    return min(hours.values()), not wrong, wrong


def _together(rule: Rule, layer: LayerPlan, _: Plan) -> _Result:
    pair = set(rule.subject)
    wrong = [d.municipalities for d in layer.districts if len(pair & set(d.municipalities)) == 1]
    return None, not wrong, wrong


def _apart(rule: Rule, layer: LayerPlan, _: Plan) -> _Result:
    wrong = [d.municipalities for d in layer.districts if set(rule.subject) <= set(d.municipalities)]
    return None, not wrong, wrong


def _pin(rule: Rule, layer: LayerPlan, _: Plan) -> _Result:
    pin = pin_of(rule, layer.layer)
    others = {ags for other in layer.layer.pins if other is not pin for ags in other.municipalities}
    mine = [d for d in layer.districts if not pin.municipalities.isdisjoint(d.municipalities)]
    wrong = [
        d.municipalities
        for d in mine
        if not pin.municipalities <= set(d.municipalities)
        or not others.isdisjoint(d.municipalities)
        or pin.employer not in (None, d.employer)
        or pin.fte not in (None, d.fte)
        or pin.hub not in (None, d.hub)
    ]
    if not mine:
        wrong.append(rule.subject)
    return None, not wrong, wrong


def _fixed_employer(rule: Rule, layer: LayerPlan, _: Plan) -> _Result:
    ags, *allowed = rule.subject
    wrong = [d.municipalities for d in layer.districts if ags in d.municipalities and d.employer not in allowed]
    return None, not wrong, wrong


def _employer_fte(rule: Rule, layer: LayerPlan) -> float:
    limit = next(limit for limit in layer.layer.limits if limit.id == rule.subject[0])
    return float(sum(d.fte for d in layer.districts if d.employer in limit.employers))


def _employer_minimum(rule: Rule, layer: LayerPlan, _: Plan) -> _Result:
    fte = _employer_fte(rule, layer)
    return fte, fte >= (rule.limit or 0.0), []


def _employer_maximum(rule: Rule, layer: LayerPlan, _: Plan) -> _Result:
    fte = _employer_fte(rule, layer)
    return fte, fte <= (rule.limit or 0.0), []


def _max_municipalities(rule: Rule, layer: LayerPlan, _: Plan) -> _Result:
    most = {e.id: e.max_municipalities or math.inf for e in entries(layer.layer)[rule.subject[0]]}
    mine = [d for d in layer.districts if d.employer in most]
    wrong = [d.municipalities for d in mine if len(d.municipalities) > most[d.employer]]
    return max((len(d.municipalities) for d in mine), default=0), not wrong, wrong


def _hub(rule: Rule, layer: LayerPlan, _: Plan) -> _Result:
    employers = {employer.id: employer for employer in entries(layer.layer)[rule.subject[0]]}
    wrong = []
    for district in layer.districts:
        employer = employers.get(district.employer)
        if employer is None:
            continue
        allowed = employer.hubs is None or district.hub in employer.hubs
        inside = (
            district.hub == employer.office if employer.base == "office" else district.hub in district.municipalities
        )
        if not (allowed and inside):
            wrong.append(district.municipalities)
    return None, not wrong, wrong


def _changes_maximum(rule: Rule, layer: LayerPlan, plan: Plan) -> _Result:
    districts = [district.municipalities for district in layer.districts]
    found = changes(districts, layer.layer.reference or (), weights_of(plan.problem)).municipalities
    holds = len(found) <= (rule.limit or 0)
    return len(found), holds, [] if holds else [(ags,) for ags in found]


_CHECKS = {
    RuleName.ONE_DISTRICT: _one_district,
    RuleName.CONNECTED: _connected,
    RuleName.POSTS: _posts,
    RuleName.DISTRICTS_MINIMUM: _districts_minimum,
    RuleName.DISTRICTS_MAXIMUM: _districts_maximum,
    RuleName.MAX_DRIVE: _max_drive,
    RuleName.DRIVABLE: _drivable,
    RuleName.MINIMUM_PERSONS: _minimum_persons,
    RuleName.MINIMUM_HOURS: _minimum_hours,
    RuleName.TOGETHER: _together,
    RuleName.APART: _apart,
    RuleName.PIN: _pin,
    RuleName.FIXED_EMPLOYER: _fixed_employer,
    RuleName.EMPLOYER_MINIMUM: _employer_minimum,
    RuleName.EMPLOYER_MAXIMUM: _employer_maximum,
    RuleName.MAX_MUNICIPALITIES: _max_municipalities,
    RuleName.HUB: _hub,
    RuleName.CHANGES_MAXIMUM: _changes_maximum,
}
