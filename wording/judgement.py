"""The verdict of a comparison: which scenario and why, what speaks against it, and what cannot be judged.

It follows the order in which a plan is chosen: the highest lowest coverage, and within the fairness tolerance of it the
fewest missing hours. Every distance is that of the figures as they are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from geodata.county import Ags
from optimizer.plan import Plan
from optimizer.rules import broken, check_plan
from translation import Listing, Message, Number, Percent, listing, msg, msgs, number, percent
from wording import sentences as wording
from wording.compared_tables import Compared, ComparedPlan, comparable, own_yardstick_text, with_plan, yardstick_of
from wording.differences import Printed, coverage, less, missing
from wording.yardstick import has_yardstick, per_1000, same_advice, same_posts

MATTERS = 1.0
"""Hours per week: missing hours that are less apart count as equal (an assumption), and hours lost are not told."""
_MOST_TOWNS = 3
NOTHING_AGAINST = msg("Nothing in these figures speaks against it.")
"""Said where nothing does."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict in sentences: ``why`` and ``against`` are about ``best``, ``beside`` about what was not judged.

    ``best`` are several where they cannot be told apart, and none where nothing can be compared.
    """

    best: tuple[ComparedPlan, ...]
    headline: Message
    why: tuple[Message, ...] = ()
    against: tuple[Message, ...] = ()
    beside: tuple[Message, ...] = ()

    @property
    def sentences(self) -> tuple[Message, ...]:
        """All of it, in the order of reading."""
        nothing = () if self.against or len(self.best) != 1 else (NOTHING_AGAINST,)
        return (self.headline, *self.why, *self.against, *nothing, *self.beside)


def judgement(scenarios: Sequence[Compared]) -> Judgement:
    """The verdict on scenarios that are measured with one yardstick (:func:`wording.compared_tables.measured`).

    Judged are those that may be compared with the first plan.
    """
    plans = with_plan(scenarios)
    if not plans:
        return Judgement((), msg("No scenario has a plan."))
    base = plans[0]
    rivals = [one for one in plans if one is base or _may_be_judged(base, one)]
    beside = tuple(text for one in scenarios if one not in rivals for text in _not_judged(base, one))
    if len(rivals) == 1:
        return Judgement((), msg("Not comparable with {first}", first=base.title), beside=beside)
    if not has_yardstick(base.plan):
        none = msg("None of them places posts or states a yardstick: there is nothing to choose by.")
        return Judgement((), msg("Nothing to choose by"), (none,), beside=beside)
    best = _best(rivals)
    rest = [one for one in rivals if one not in best]
    by = yardstick_of(rivals, base)
    if by is not None and any(not same_posts(base.plan, one.plan) for one in rivals):
        beside = (own_yardstick_text(by), *beside)
    beside = (*_unproven(rivals), *beside)
    if len(best) > 1:
        headline = msg("Not told apart: {scenarios}", scenarios=listing(one.short for one in best))
        return Judgement(best, headline, tuple(_equal(best, rest)), tuple(_trade_offs(best[0], best[1:])), beside)
    (first,) = best
    headline = msg("Ahead by the figures: {scenario}", scenario=first.title)
    if any(_posts(one).value < _posts(first).value for one in rest):
        headline = msg("The most hours: {scenario}", scenario=first.title)
    return Judgement(best, headline, tuple(_why(first, rest)), tuple(_against(first, rest)), beside)


def _may_be_judged(base: ComparedPlan, one: ComparedPlan) -> bool:
    return comparable(base, one) and same_advice(base.plan, one.plan)


def _best(rivals: Sequence[ComparedPlan]) -> tuple[ComparedPlan, ...]:
    """Those that nothing that matters tells apart from the best."""
    tolerance = _tolerance(rivals[0])
    highest = max(rivals, key=lambda one: _reached(one).value)
    even = [one for one in rivals if less(_reached(highest), _reached(one)).value <= tolerance]
    fewest = min(even, key=lambda one: missing(one.plan).value)
    return tuple(one for one in even if less(missing(one.plan), missing(fewest.plan)).value < MATTERS)


def _tolerance(one: ComparedPlan) -> float:
    """The points of coverage that may be given up for fewer missing hours."""
    return round(100 * one.plan.problem.fairness_tolerance, 6)


def _reached(one: ComparedPlan) -> Percent:
    return percent(one.plan.reached)


def _posts(one: ComparedPlan) -> Number:
    return wording.fte(one.plan.problem.total_posts)


# -- why --------------------------------------------------------------------------------------------------------------


def _why(first: ComparedPlan, rest: Sequence[ComparedPlan]) -> Iterator[Message]:
    """The two figures that decide, the one by which it is ahead first."""
    mine, worst = missing(first.plan), _worst(first)
    values = {"one": first.short, "hours": mine, "distances": _distances(missing, first, rest)}
    if all(less(missing(one.plan), mine).value >= 0 for one in rest):
        text = msg("{one} leaves the fewest hours missing: {hours} per week, {distances}.", **values)
    else:
        text = msg("{one} leaves {hours} hours per week missing, {distances}.", **values)
    where = {"town": _town(first), "gets": _gets(worst), "distances": _distances(_worst_of, first, rest)}
    if all(less(worst, _worst(one)).value >= 0 for one in rest):
        told = msg("The municipality served worst ({town}) gets the most with it: {gets}, {distances}.", **where)
    else:
        told = msg("The municipality served worst ({town}) gets {gets} with it, {distances}.", **where)
    # More posts leave fewer hours missing: there the hours for people say more.
    by_hours = all(same_posts(first.plan, one.plan) for one in rest) and text.msgid.startswith(
        "{one} leaves the fewest"
    )
    yield from (text, told) if by_hours else (told, text)
    if not any(_posts(one).value < _posts(first).value for one in rest):
        yield from _posts_told(first, rest)


def _equal(best: Sequence[ComparedPlan], rest: Sequence[ComparedPlan]) -> Iterator[Message]:
    yield msg(
        "They differ by less than matters: the municipality served worst gets {gets}, and {hours} hours per week are "
        "missing.",
        gets=_gets_each(map(_worst, best)),
        hours=_each(missing(one.plan) for one in best),
    )
    yield msg(
        "Up to {points} points of coverage and less than {hours} hour per week count as equal (an assumption).",
        points=wording.stated(_tolerance(best[0])),
        hours=wording.stated(MATTERS),
    )
    for one in rest:
        yield msg(
            "{one} falls behind: the municipality served worst gets {gets}, and {hours} hours per week are missing.",
            one=one.short,
            gets=_gets(_worst(one)),
            hours=missing(one.plan),
        )
    yield from _posts_told(best[0], [*best[1:], *rest])


def _posts_told(first: ComparedPlan, rest: Sequence[ComparedPlan]) -> Iterator[Message]:
    """How many posts it takes where others have more or fewer, and what of each reaches people."""
    others = [one for one in rest if not same_posts(first.plan, one.plan)]
    if not others:
        return
    distances = _distances(lambda plan: wording.fte(plan.problem.total_posts), first, others)
    yield msg("{one} takes {posts} posts, {distances}.", one=first.short, posts=_posts(first), distances=distances)
    every = sorted((first, *rest), key=lambda one: one.number)
    each = [(one.short, one.plan.on_site_hours / _posts(one).value) for one in every if _posts(one).value > 0]
    if len(each) > 1:
        told = (msg("{scenario} {hours}", scenario=short, hours=number(hours, 1)) for short, hours in each)
        yield msg("Hours per week of each post that reach people: {hours}.", hours=listing(told))


# -- what speaks against ----------------------------------------------------------------------------------------------


def _against(first: ComparedPlan, rest: Sequence[ComparedPlan]) -> Iterator[Message]:
    breaches = len(broken(check_plan(first.plan)))
    if breaches:
        yield msgs(
            "{one} does not keep {count} of its rules.",
            "{one} does not keep {count} of its rules.",
            breaches,
            one=first.short,
        )
    if any(_posts(one).value < _posts(first).value for one in rest):
        yield from _posts_told(first, rest)
    tolerance = wording.stated(_tolerance(first))
    fairer = [one.short for one in rest if less(_worst(one), _worst(first)).value > 0]
    if fairer:
        yield msg(
            "{others}: the municipality served worst gets more; up to {points} points of coverage may be given up for "
            "fewer missing hours (an assumption).",
            others=listing(fairer),
            points=tolerance,
        )
    fewer = [one.short for one in rest if less(missing(one.plan), missing(first.plan)).value < 0]
    if fewer:
        yield msg(
            "{others}: fewer hours are missing, but the municipality served worst falls behind by more than {points} "
            "points of coverage.",
            others=listing(fewer),
            points=tolerance,
        )
    yield from _trade_offs(first, rest)
    for one in rest:
        yield from _served_better(first, one)


def _trade_offs(first: ComparedPlan, rest: Iterable[ComparedPlan]) -> Iterator[Message]:
    """Which hours others with as many posts save, and which they lose instead."""
    for one in rest:
        if not same_posts(first.plan, one.plan):
            continue
        apart = [(less(lost(one.plan), lost(first.plan)), phrase) for lost, phrase in _LOSSES]
        saved = [phrase(number(-by.value, by.digits)) for by, phrase in apart if by.value <= -MATTERS]
        more = [phrase(by) for by, phrase in apart if by.value >= MATTERS]
        if saved and more:
            yield msg(
                "{one} saves {saved}, but loses {more} more.", one=one.short, saved=listing(saved), more=listing(more)
            )
        elif saved:
            yield msg("{one} saves {saved}.", one=one.short, saved=listing(saved))


_LOSSES: tuple[tuple[Callable[[Plan], Number], Callable[[Number], Message]], ...] = (
    (lambda plan: number(plan.travel_hours, 1), lambda by: msg("{by} hours on the road", by=by)),
    (lambda plan: number(plan.coordination_hours, 1), lambda by: msg("{by} hours of coordination", by=by)),
    (
        lambda plan: number(plan.surplus_hours, 1),
        lambda by: msg("{by} hours where more than the fair share is served", by=by),
    ),
)
"""The hours that do not reach those who miss them: of a plan, and in words."""


def _served_better(first: ComparedPlan, one: ComparedPlan) -> Iterator[Message]:
    """The municipalities that get more in ``one``, by more points of coverage than may be given up."""
    up = {
        ags: by for ags in first.plan.municipalities if (by := _points(first.plan, one.plan, ags)) > _tolerance(first)
    }
    if not up:
        return
    order = sorted(up, key=lambda ags: (-up[ags], ags))
    names = [one.loaded.county.name_of(ags) for ags in order]
    some, left = listing(names[:_MOST_TOWNS]), len(names) - _MOST_TOWNS
    now, then = (_supply(plan, order[0]) for plan in (one.plan, first.plan))
    yield msgs(
        "In {one}, {towns} would get more: {gets} instead of {then}.",
        "In {one}, {towns} would get more, {town} most of all: {gets} instead of {then}.",
        len(names),
        one=one.short,
        towns=msg("{names} and {count} more", names=some, count=left) if left > 0 else some,
        town=names[0],
        gets=_gets(now),
        then=then,
    )


def _points(first: Plan, other: Plan, ags: Ags) -> float:
    before, now = coverage(first, ags), coverage(other, ags)
    return 0.0 if before is None or now is None else less(now, before).value


# -- what is not judged -----------------------------------------------------------------------------------------------


def _unproven(rivals: Iterable[ComparedPlan]) -> Iterator[Message]:
    open_ones = [one.short for one in rivals if not one.plan.given and not one.plan.proven]
    if open_ones:
        yield msg("Not proven: {scenarios}. There may be a better plan.", scenarios=listing(open_ones))


def _not_judged(base: ComparedPlan, one: Compared) -> Iterator[Message]:
    """Why a scenario is not judged beside the first, with what hours can be told."""
    if not isinstance(one, ComparedPlan):
        yield msg("{one}: {known}.", one=one.short, known=one.known)
        return
    names = {"one": one.short, "first": base.short}
    if base.loaded.county.ags != one.loaded.county.ags:
        yield msg("{one} is about another county than {first} and is not compared with it.", **names)
        return
    if comparable(base, one):
        yield msg(
            "{one} counts existing advice otherwise than {first}: coverage and missing hours cannot be judged. On site "
            "it brings {now} hours per week, {first} {then}.",
            now=number(one.plan.on_site_hours, 1),
            then=number(base.plan.on_site_hours, 1),
            **names,
        )
        return
    if _taking_part(base.plan) != _taking_part(one.plan):
        yield msg("{one} cannot be compared with {first}: other municipalities take part.", **names)
    elif base.loaded.scenario.key == one.loaded.scenario.key:
        yield msg(
            "{one} rests on other figures than {first}: coverage and missing hours cannot be judged side by side, "
            "hours can.",
            **names,
        )
    else:
        yield msg("{one} cannot be compared with {first}: the need is shared out by another key.", **names)
    now, then = (per_1000(plan, plan.least_covered.ags) for plan in (one.plan, base.plan))
    if now is not None and then is not None:
        yield msg(
            "In its municipality served worst there are {now} hours per 1,000 people, in {first} {then}.",
            now=number(now.value, now.digits),
            then=number(then.value, then.digits),
            first=base.short,
        )


def _taking_part(plan: Plan) -> set[Ags]:
    return {town.ags for town in plan.problem.municipalities if town.taking_part}


# -- figures in words -------------------------------------------------------------------------------------------------


def _worst(one: ComparedPlan) -> Printed:
    return _worst_of(one.plan)


def _worst_of(plan: Plan) -> Printed:
    """What the municipality served worst gets: hours per 1,000 people, else its coverage."""
    return _supply(plan, plan.least_covered.ags)


def _supply(plan: Plan, ags: Ags) -> Printed:
    found = per_1000(plan, ags) or coverage(plan, ags) or percent(plan.reached)
    return number(found.value, found.digits) if isinstance(found, Number) else found


def _town(one: ComparedPlan) -> str:
    return one.loaded.county.name_of(one.plan.least_covered.ags)


def _gets(figure: Printed) -> Message:
    return _gets_each([figure])


def _gets_each(figures: Iterable[Printed]) -> Message:
    found = list(figures)
    if all(isinstance(figure, Percent) for figure in found):
        return msg("{coverage} of its fair supply", coverage=_each(found))
    return msg("{hours} hours per 1,000 people", hours=_each(found))


def _each(figures: Iterable[Printed]) -> object:
    """Figures in a sentence, each once."""
    told: object = None
    seen: list[Printed] = []
    for figure in figures:
        if all(less(figure, one).value != 0 for one in seen):
            told = figure if told is None else msg("{some} or {one}", some=told, one=figure)
            seen.append(figure)
    return told


def _distances(figure: Callable[[Plan], Printed], first: ComparedPlan, rest: Iterable[ComparedPlan]) -> Listing:
    """How far the figure of ``first`` is from that of each of the ``rest``."""
    return listing(_distance(figure(first.plan), figure(one.plan), one.short) for one in rest)


def _distance(mine: Printed, theirs: Printed, other: Message) -> Message:
    by = less(mine, theirs)
    values = {"by": number(abs(by.value), by.digits), "other": other}
    if by.value == 0:
        return msg("as much as {other}", other=other)
    if isinstance(mine, Percent):
        return (
            msg("{by} points more than {other}", **values)
            if by.value > 0
            else msg("{by} points less than {other}", **values)
        )
    return msg("{by} more than {other}", **values) if by.value > 0 else msg("{by} less than {other}", **values)
