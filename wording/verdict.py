"""A plan in a few sentences, made from its figures: how many districts and posts at whom, who gets the least, what is
proven; and what the hours are used for."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction

from geodata.county import County
from geodata.labels import written_date
from geodata.records import EmployerKind
from optimizer.plan import LayerPlan, Plan
from optimizer.problem import Ags
from optimizer.rules import broken, check_plan
from optimizer.solve import Solution
from scenarios.assemble import LoadedScenario
from translation import Message, Number, listing, msg, msgs, number, percent
from wording.differences import adds_up, lowest
from wording.sentences import NO_POSTS, known, proven_best, short
from wording.yardstick import per_1000

#: More municipalities than this are not told by name where one would do.
_NAMED = 4
_KI: EmployerKind = "ki"


def facts(loaded: LoadedScenario) -> Message:
    """Whose plan it is, and of which day the figures of its key are."""
    sources = [loaded.county.source_of(name) for name in loaded.scenario.key]
    days = dict.fromkeys(source.reference_date for source in sources if source is not None)
    name = loaded.county.name
    if not days:
        return msg("{county}", county=name)
    return msg("{county} · figures of {days}", county=name, days=listing(written_date(day) for day in days))


def verdict(loaded: LoadedScenario, solution: Solution) -> tuple[Message, ...]:
    """The answer of a scenario in sentences, the weightiest first."""
    plan = solution.plan
    if plan is None:
        return (msg("There is no plan that keeps all rules; this is proven."),)
    if not plan.layers:
        return (NO_POSTS, _least(loaded, plan))
    return (_size(loaded, plan), _least(loaded, plan), _proof(solution, plan), *_breaches(plan))


def _size(loaded: LoadedScenario, plan: Plan) -> Message:
    """How many districts and posts, and at whom; layer by layer where there are several."""
    if len(plan.layers) == 1:
        return msg("{size}.", size=_layer(loaded.county, plan.layers[0], alone=True))
    each = [_layer(loaded.county, layer) for layer in plan.layers]
    named = [
        msg("{layer}: {size}", layer=one.layer.name, size=size) for one, size in zip(plan.layers, each, strict=True)
    ]
    text: object = named[0]
    for one in named[1:]:
        text = msg("{some}; {one}", some=text, one=one)
    return msg("{size}.", size=text)


def _layer(county: County, layer: LayerPlan, *, alone: bool = False) -> Message:
    """The size of a layer, which may be the plan's only one."""
    at = _at(county, layer)
    districts = msgs("{count} district", "{count} districts", len(layer.districts))
    values = {"districts": districts, "posts": _posts(layer.fte)}
    if len(at) > 1:
        shares = [msg("{posts} of them {where}", posts=short(float(posts)), where=where) for where, posts in at]
        return msg("{districts} with {posts}: {whom}", whom=listing(shares), **values)
    ((where, _),) = at
    if alone:
        return msg("{districts} with {posts}, all {whom}", whom=where, **values)
    return msg("{districts} with {posts} {whom}", whom=where, **values)


def _posts(fte: Fraction) -> Message:
    # One post and a half are posts: only a single one is none of several.
    if fte == 1:
        return msg("1 post")
    return msg("{posts} posts", posts=short(float(fte), 2 if fte.denominator > 10 else 1))


def _at(county: County, layer: LayerPlan) -> list[tuple[Message, Fraction]]:
    """At whom the posts of a layer are, by kind of employer, and how many; the KI first."""
    posts: defaultdict[EmployerKind, Fraction] = defaultdict(Fraction)
    employers: defaultdict[EmployerKind, set[str]] = defaultdict(set)
    for district in layer.districts:
        kind = county.employer(district.employer).kind
        posts[kind] += district.fte
        employers[kind].add(district.employer)
    kinds = sorted(posts, key=lambda kind: kind != _KI)
    return [(_kind(kind, len(employers[kind])), posts[kind]) for kind in kinds]


def _kind(kind: EmployerKind, count: int) -> Message:
    match kind:
        case "ki":
            return msg("at the KI")
        case "municipality":
            return msgs("at {count} municipality", "at {count} municipalities", count)
        case "welfare":
            return msgs("at {count} welfare organisation", "at {count} welfare organisations", count)


def _least(loaded: LoadedScenario, plan: Plan) -> Message:
    """Which municipalities get the least, and what that is."""
    towns = _served_worst(plan)
    if len(towns) > _NAMED:
        others = msgs("{count} other", "{count} others", len(towns) - 1)
        names: object = msg("{town} and {others}", town=loaded.county.name_of(towns[0]), others=others)
    else:
        names = _and([loaded.county.name_of(ags) for ags in towns])
    hours, share = per_1000(plan, plan.least_covered.ags), lowest(plan)
    values = {"towns": names, "share": share, "hours": None if hours is None else _bare(hours)}
    if hours is None:
        return msgs(
            "{towns} gets the least: {share} of the yardstick.",
            "{towns} get the least: {share} of the yardstick.",
            len(towns),
            **values,
        )
    people = msg("1,000 people, weighted, and week") if _weighted(loaded) else msg("1,000 people and week")
    if share is None:
        return msgs(
            "{towns} gets the least: {hours} hours per {people}.",
            "{towns} get the least: {hours} hours per {people}.",
            len(towns),
            people=people,
            **values,
        )
    return msgs(
        "{towns} gets the least: {hours} hours per {people} ({share} of the yardstick).",
        "{towns} get the least: {hours} hours per {people} ({share} of the yardstick).",
        len(towns),
        people=people,
        **values,
    )


def _and(names: Sequence[str]) -> object:
    """Names as a sentence has them."""
    if len(names) == 1:
        return names[0]
    return msg("{some} and {one}", some=listing(names[:-1]), one=names[-1])


def _weighted(loaded: LoadedScenario) -> bool:
    return loaded.people is not None and loaded.people.weighted


def _bare(hours: Number) -> Number:
    return number(hours.value, hours.digits)


def _served_worst(plan: Plan) -> Sequence[Ags]:
    """The municipality served worst and those that, as figures are printed, get no more."""
    least = plan.least_covered
    if least.coverage is None:
        return [least.ags]
    shown = round(least.coverage, 3)
    also = [
        one.ags for one in plan.municipalities.values() if one.coverage is not None and round(one.coverage, 3) == shown
    ]
    return [least.ags, *(ags for ags in also if ags != least.ags)]


def _proof(solution: Solution, plan: Plan) -> Message:
    """What is proven, in one sentence."""
    if plan.given:
        return msg("This plan is given: it was evaluated, not optimised.")
    stage = plan.stages[0]
    what = known(solution) if len(plan.layers) > 1 else proven_best(plan)
    highest = percent(stage.value if stage.proven else stage.bound)
    values = {"known": what, "highest": highest}
    if not stage.proven and math.isfinite(stage.bound):
        return msg("{known}: at most {highest} is possible for the municipality served worst (proven).", **values)
    if not stage.proven:
        return msg("{known}: whether more is possible for the municipality served worst is not known.", **values)
    most = round(plan.reached, 3) >= round(stage.value, 3)
    if not plan.proven and most:
        return msg("{known}; proven is that no plan that keeps the rules gives more to the one served worst.", **values)
    if not plan.proven:
        return msg(
            "{known}; proven is that no plan that keeps the rules gives more than {highest} to the one served worst.",
            **values,
        )
    if most:
        return msg("{known}: no plan that keeps the rules gives more to the one served worst.", **values)
    return msg("{known}: no plan that keeps the rules gives more than {highest} to the one served worst.", **values)


def _breaches(plan: Plan) -> Iterator[Message]:
    count = len(broken(check_plan(plan)))
    if count:
        yield msgs("It breaks {count} rule (see below).", "It breaks {count} rules (see below).", count)


def hours_used(plan: Plan) -> Message:
    """What the hours of all posts are used for, as one sum, and what is missing to the yardstick."""
    uses = [
        (msg("on site {hours}", hours=_hours(plan.on_site_hours)), plan.on_site_hours),
        (msg("travel {hours}", hours=_hours(plan.travel_hours)), plan.travel_hours),
        (msg("coordination {hours}", hours=_hours(plan.coordination_hours)), plan.coordination_hours),
    ]
    if abs(plan.unused_hours) >= 0.05:
        uses.append((msg("not placed {hours}", hours=_hours(plan.unused_hours)), plan.unused_hours))
    total = number(plan.problem.offered_hours, 1)
    text: object = uses[0][0]
    for use, _ in uses[1:]:
        text = msg("{some} + {one}", some=text, one=use)
    values = {"uses": text, "total": _hours(plan.problem.offered_hours)}
    if adds_up([number(hours, 1) for _, hours in uses], total):
        return msg("Per week: {uses} = {total}", **values)
    # As printed they do not give the sum.
    return msg("Per week, rounded: {uses} ≈ {total}", **values)


def hours_missing(plan: Plan) -> Message:
    """How many hours are missing to the fair supply."""
    return msg("Missing to the yardstick: {hours} per week", hours=_hours(plan.shortfall_hours))


def _hours(hours: float) -> Number:
    return number(hours, 1, "h")
