"""What each rule costs: the best plan without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from optimizer.explore.situation import Infeasible, NoPlanInTime, Situation, situation_of, with_layer
from optimizer.plan import Plan, Stage
from optimizer.problem import Problem
from optimizer.rounding import more
from optimizer.rules import Rule, RuleName, entries, pin_of, rules_of
from optimizer.solve import needed_ki_units
from optimizer.solver import Solver, TimeUp
from optimizer.stages import SHORTFALL_TOLERANCE

#: With more municipalities the districts that need not be connected are too many to go through.
MOST_LOOSE = 14


@dataclass(frozen=True, slots=True)
class Price:
    """What ``rules`` (most often one) cost: ``plan`` is the best one without them.

    ``coverage`` is what the highest lowest coverage rises by without them, never below zero; ``hours`` what the
    shortfall of the best plan falls by, which may be below zero where fairness rises. ``binds``: without them a higher
    lowest coverage is possible, or as high a one with less shortfall. ``None``, all four, where the time did not
    suffice; the two figures also where the rules leave no plan at all, or none without these ones either. ``proven``:
    both plans are proven best, else the figures are those of the best plans found.
    """

    rules: tuple[Rule, ...]
    plan: Plan | None
    coverage: float | None
    hours: float | None
    binds: bool | None
    proven: bool


@dataclass(frozen=True, slots=True)
class Prices:
    """The best plan of a layer under all its rules (``None``: they leave none), and the price of each."""

    plan: Plan | None
    items: tuple[Price, ...]


def prices(
    problem: Problem,
    *,
    layer: int = 0,
    solver: Solver | None = None,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Prices:
    """The price of every rule that is set for a layer, and of the KI's share.

    Each rule is left out alone; where other rules imply it, that costs nothing. So the KI's share is also priced
    together with the limits that the scenario sets to the KI itself. Not priced are the number of posts (see
    ``posts_value``), that every municipality is in one district, and in large counties that districts are connected.
    ``progress`` gets the number of rules priced and of all. Raises :class:`NoPlanInTime` where the best plan under all
    rules was not found in time.
    """
    situation = situation_of(problem, layer, solver=solver, time_limit=time_limit)
    try:
        base: Plan | None = situation.best()
    except Infeasible:
        base = None
    without = list(_without_each(situation.problem, layer))
    items = []
    for number, (rules, freed) in enumerate(without):
        if progress:
            progress(number, len(without))
        items.append(_price(situation, base, rules, freed))
    return Prices(base, tuple(items))


def _price(situation: Situation, base: Plan | None, rules: tuple[Rule, ...], freed: Problem) -> Price:
    try:
        # Without a rule the plan with it is still one.
        known = 0.0 if base is None else _stages(base)[0].value
        plan = under(situation, freed).best(at_least=known)
    except Infeasible:
        return Price(rules, None, None, None, False, True)
    except (NoPlanInTime, TimeUp):
        return Price(rules, None, None, None, None, False)
    if base is None:
        return Price(rules, plan, None, None, True, _proven(plan))
    now, then = _stages(base), _stages(plan)
    coverage = then[0].value - now[0].value
    hours = now[1].value - then[1].value
    higher = then[0].value > more(now[0].value)
    binds = higher or hours > SHORTFALL_TOLERANCE
    return Price(rules, plan, max(0.0, coverage), hours, binds, _proven(plan) and _proven(base))


def _stages(plan: Plan) -> tuple[Stage, ...]:
    return plan.stages


def _proven(plan: Plan) -> bool:
    return plan.proven


def under(situation: Situation, problem: Problem) -> Situation:
    """The same layer, after the same plans of earlier layers, of another problem. Raises ``TimeUp``."""
    units = needed_ki_units(problem, situation.number, situation.done, situation.solver, situation.deadline)
    return replace(situation, problem=problem, ki_units=units)


def _without_each(problem: Problem, number: int) -> Iterator[tuple[tuple[Rule, ...], Problem]]:
    layer = problem.layers[number]
    mine = [rule for rule in rules_of(problem) if rule.layer in (None, number)]
    of_ki = {limit.id for limit in layer.limits if all(layer.employer(employer).is_ki for employer in limit.employers)}
    for rule in mine:
        freed = without(problem, number, rule)
        if freed is None:
            continue
        yield (rule,), freed
        if rule.name is RuleName.KI_SHARE:
            limits = [
                other
                for other in mine
                if other.name in (RuleName.EMPLOYER_MINIMUM, RuleName.EMPLOYER_MAXIMUM) and other.subject[0] in of_ki
            ]
            if limits:
                kept = tuple(limit for limit in layer.limits if limit.id not in of_ki)
                yield (rule, *limits), with_layer(freed, number, replace(layer, limits=kept))


def without(problem: Problem, number: int, rule: Rule) -> Problem | None:
    """The problem without one rule of a layer or the KI's share; ``None`` where it is not one that can be left out."""
    layer = problem.layers[number]
    subject = rule.subject
    match rule.name:
        case RuleName.KI_SHARE:
            return replace(problem, ki_binding=False) if problem.ki_binding else None
        case RuleName.CONNECTED:
            if len(problem.municipalities) > MOST_LOOSE:
                return None
            changed = replace(layer, connected=False)
        case RuleName.DISTRICTS_MINIMUM:
            if layer.districts_minimum == 1:
                return None
            changed = replace(layer, districts_minimum=1)
        case RuleName.DISTRICTS_MAXIMUM:
            most = max(layer.districts_maximum, len(problem.municipalities))
            changed = replace(layer, districts_maximum=most)
        case RuleName.MAX_DRIVE:
            changed = replace(layer, max_drive_minutes=None)
        case RuleName.MINIMUM_PERSONS:
            changed = replace(layer, minimum_persons=1)
        case RuleName.MINIMUM_HOURS:
            if subject:
                changed = replace(layer, minimum_hours_of={**layer.minimum_hours_of, **dict.fromkeys(subject, 0.0)})
            else:
                changed = replace(layer, minimum_hours=0.0)
        case RuleName.TOGETHER:
            changed = replace(layer, together=tuple(pair for pair in layer.together if pair != subject))
        case RuleName.APART:
            changed = replace(layer, apart=tuple(pair for pair in layer.apart if pair != subject))
        case RuleName.PIN:
            pin = pin_of(rule, layer)
            changed = replace(layer, pins=tuple(other for other in layer.pins if other is not pin))
        case RuleName.FIXED_EMPLOYER:
            fixed = {ags: allowed for ags, allowed in layer.fixed_employers.items() if ags != subject[0]}
            changed = replace(layer, fixed_employers=fixed)
        case RuleName.EMPLOYER_MINIMUM:
            limits = (replace(one, minimum=one.minimum * (one.id != subject[0])) for one in layer.limits)
            changed = replace(layer, limits=tuple(limits))
        case RuleName.EMPLOYER_MAXIMUM:
            kept = (one if one.id != subject[0] else replace(one, maximum=None) for one in layer.limits)
            changed = replace(layer, limits=tuple(kept))
        case RuleName.CHANGES_MAXIMUM:
            changed = replace(layer, changes_maximum=None)
        case RuleName.MAX_MUNICIPALITIES | RuleName.HUB:
            sharing = entries(layer)[subject[0]]
            mine = {employer.id for employer in sharing}
            if rule.name is RuleName.HUB and (len(sharing) > 1 or sharing[0].hubs is None):
                # A town hall of one's own is a fact, not a rule.
                return None
            changed = replace(
                layer,
                employers=tuple(
                    one
                    if one.id not in mine
                    else replace(one, hubs=None)
                    if rule.name is RuleName.HUB
                    else replace(one, max_municipalities=None)
                    for one in layer.employers
                ),
            )
        case _:
            return None
    return with_layer(problem, number, changed)
