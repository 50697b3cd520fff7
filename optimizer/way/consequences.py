"""What a municipality's own course costs the others and itself: its “no”, its own staff, or a team of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from optimizer.declining import pins_without, without_town
from optimizer.explore.best import BestPlans
from optimizer.explore.situation import Infeasible, NoPlanInTime, Situation, TooLarge, situation_of, with_layer
from optimizer.plan import Plan
from optimizer.problem import Ags, Employer, Layer, Pin, Problem
from optimizer.rounding import ROUNDING
from optimizer.solver import TimeUp


class Course(StrEnum):
    """What a municipality may do: take no part, employ staff for itself alone, or be a district by itself."""

    DECLINES = "declines"
    OWN_STAFF = "own_staff"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class Consequence:
    """What comes of a course: ``plan`` is the best one then.

    Without a plan the rules leave none, or, not ``proven``, the time did not suffice. ``fte`` are the posts that it
    employs itself, out of those of the layer.
    """

    course: Course
    plan: Plan | None
    proven: bool
    fte: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """What a plan leaves to a municipality and to all others that take part: hours on site per week, and supply per
    1,000 people (``None``: unknown); ``lowest_per_1000`` is that of whoever of the others has least.

    ``lowest_coverage`` and ``missing_hours`` of the others are by the plan's own yardstick: they compare with those of
    plans in which the same municipalities take part.
    """

    own_hours: float
    own_per_1000: float | None
    hours: float
    per_1000: float | None
    lowest_per_1000: float | None
    lowest_coverage: float | None
    missing_hours: float


def shares(plan: Plan, ags: Ags) -> Shares:
    """What a plan leaves to a municipality and to the others."""
    supplies = plan.municipalities
    others = [supply for town, supply in supplies.items() if town != ags]
    needy = [supply for supply in others if supply.key > 0]
    rates = [rate for supply in needy if (rate := plan.hours_per_1000(supply.ags)) is not None]
    people = None if plan.problem.people is None else plan.problem.people * math.fsum(one.key for one in needy)
    total = math.fsum(supply.existing_hours + supply.hours for supply in needy)
    return Shares(
        supplies[ags].hours,
        plan.hours_per_1000(ags),
        math.fsum(supply.hours for supply in others),
        1000 * total / people if people else None,
        min(rates, default=None),
        min((one.coverage for one in needy if one.coverage is not None), default=None),
        math.fsum(supply.shortfall_hours for supply in others),
    )


def consequences(
    situation: Situation,
    best: Plan,
    towns: Sequence[Ags],
    declined: Callable[[Problem, Ags], Problem | None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[Ags, tuple[Consequence, ...]]:
    """What comes of each course of each of ``towns``, which take part; ``best`` is the plan that is left by it.

    ``declined`` is the problem in which one takes no part, ``None`` where nobody else has any need; by default
    :func:`optimizer.declining.without_town`. A district by itself keeps all rules. Its own staff is the smallest team
    that gives it at least the hours of ``best``; who may employ there is then its own affair, so that pins and fixed
    employers of it are left out. ``progress`` gets the courses done and of all.
    """
    found: dict[Ags, tuple[Consequence, ...]] = {}
    total, plans = len(towns) * len(Course), BestPlans()
    for number, ags in enumerate(towns):
        done: list[Consequence] = []
        for course in Course:
            if progress:
                progress(number * len(Course) + len(done), total)
            done.append(_consequence(situation, best, ags, course, declined or without_town, plans))
        found[ags] = tuple(done)
    return found


def _consequence(
    situation: Situation,
    best: Plan,
    ags: Ags,
    course: Course,
    declined: Callable[[Problem, Ags], Problem | None],
    plans: BestPlans,
) -> Consequence:
    fte = None
    try:
        if course is Course.DECLINES:
            asked = _without(situation, declined(situation.problem, ags))
        elif course is Course.ALONE:
            asked = _of_layer(situation, alone(situation, ags))
        else:
            fte = own_posts(situation, best, ags)
            if fte is None:
                return Consequence(course, None, proven=True)
            asked = _of_layer(situation, _with_own_staff(situation.layer, ags, fte))
        plan = plans.plan(asked, best.stages[0].value)
    except Infeasible:
        return Consequence(course, None, True, fte)
    except (NoPlanInTime, TimeUp, TooLarge):
        return Consequence(course, None, False, fte)
    return Consequence(course, plan, plan.proven, fte)


def _of_layer(situation: Situation, layer: Layer) -> Situation:
    # The other layers are as before, so the KI needs as many posts in this one.
    return replace(situation, problem=with_layer(situation.problem, situation.number, layer))


def _without(situation: Situation, problem: Problem | None) -> Situation:
    """The same layer where a municipality takes no part, after what is then best in the layers before it."""
    if problem is None:
        raise Infeasible
    left = situation.deadline.remaining
    return situation_of(problem, situation.number, solver=situation.solver, time_limit=left)


def alone(situation: Situation, ags: Ags) -> Layer:
    """The layer in which a municipality has a district by itself."""
    layer = situation.layer
    others = [town.ags for town in situation.problem.municipalities if town.taking_part and town.ags != ags]
    # Who needs no team is in one all the same.
    pinned = any(ags in pin.municipalities for pin in layer.pins)
    pins = layer.pins if pinned else (*layer.pins, Pin(frozenset({ags})))
    return replace(layer, apart=(*layer.apart, *((ags, other) for other in others)), pins=pins)


def own_posts(situation: Situation, best: Plan, ags: Ags) -> Fraction | None:
    """The smallest team at home that gives a municipality at least the hours of a plan; ``None``: no team can."""
    i = situation.problem.index[ags]
    wanted = best.layers[situation.number].hours_by_municipality().get(ags, 0.0)
    fewest = max(wanted, situation.service.fewest[i]) - ROUNDING
    sizes = sorted(situation.source().sizes.items())
    return next((units * situation.layer.step for units, hours in sizes if hours >= fewest), None)


def _with_own_staff(layer: Layer, ags: Ags, fte: Fraction) -> Layer:
    """The layer in which a municipality employs so many posts, for itself alone."""
    # Where it is an employer of the layer already, the limits that it has with others still hold.
    group = next((one.group for one in layer.employers if one.id == ags), None)
    own = Employer(ags, hubs=frozenset({ags}), max_municipalities=1, group=group)
    return replace(
        layer,
        employers=(*(one for one in layer.employers if one.id != ags), own),
        fixed_employers={town: allowed for town, allowed in layer.fixed_employers.items() if town != ags},
        pins=(*pins_without(layer, ags), Pin(frozenset({ags}), employer=ags, fte=fte, hub=ags)),
    )
