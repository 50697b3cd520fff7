"""Whether a plan holds if figures are off, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

from exploring.query import Subject
from exploring.question import Question
from geodata.county import Service
from optimizer.explore.decision import Districts, Rows
from optimizer.explore.robustness import Outcome, Robustness
from optimizer.explore.situation import districts_of
from optimizer.explore.uncertainty import Range, Uncertainty
from translation import Message, Number, listing, msg, number, percent
from wording import sentences as wording
from wording.explore.told import Told, changes
from wording.grid import NOTHING, GridColumn, GridRow, GridTable, Weight, row
from wording.yardstick import per_1000_heading

MOST_OUTCOMES = 6
"""Best districts that are named one by one."""
#: Quantile of the normal distribution for an interval of 95 per cent.
_Z = 1.959964


def robustness_told(about: Subject, found: Robustness) -> Told:
    """The answer to “Does it hold if figures are off?”."""
    tables = (
        _outcomes_table(about, found),
        _regret_table(about, found),
        _ranges_table(about, found.uncertainty),
    )
    return Told(Question.ROBUSTNESS, tuple(_answer(about, found)), tables, _proof(found))


def interval(hits: int, draws: int) -> tuple[float, float]:
    """The share of all possible draws that a sample of ``draws`` with so many ``hits`` speaks for, with 95 % certainty.

    The score interval of Wilson (1927), which holds for shares near 0 and 1 too.
    """
    share, z2 = hits / draws, _Z * _Z
    middle = (share + z2 / (2 * draws)) / (1 + z2 / draws)
    half = _Z / (1 + z2 / draws) * math.sqrt(share * (1 - share) / draws + z2 / (4 * draws * draws))
    return max(0.0, middle - half), min(1.0, middle + half)


#: Shares of the draws from which on a plan is said to hold well, and to hold mostly.
_WELL, _MOSTLY = 0.9, 0.5
#: Coverage by which a plan may always lie below the best and still hold, whatever the fairness tolerance.
_NEAR = 0.01


def _grade(about: Subject, found: Robustness) -> Message:
    """Whether the plan holds, in a plain word: in how many cases it lies near the best that the figures then allow."""
    # Where nothing is drawn all corners are what there is.
    cases = [case for case in found.cases if case.draw is not None] or list(found.cases)
    within = max(_NEAR, about.problem.fairness_tolerance)
    holding = sum(1 for case in cases if case.keeps_rules and case.regret is not None and case.regret <= within + 1e-9)
    values: dict[str, object] = {
        "count": number(holding),
        "all": number(len(cases)),
        "within": number(100 * within, 1),
    }
    if holding == len(cases):
        return msg(
            "The plan holds: in all {all} cases it keeps the rules and lies at most {within} points below the best.",
            **values,
        )
    if holding >= _WELL * len(cases):
        return msg(
            "The plan holds well: in {count} of {all} cases it lies at most {within} points below the best.", **values
        )
    if holding >= _MOSTLY * len(cases):
        return msg(
            "The plan holds with reservations: in {count} of {all} cases it lies at most {within} points below the "
            "best.",
            **values,
        )
    return msg(
        "The plan depends on the figures: only in {count} of {all} cases does it lie at most {within} points below the "
        "best.",
        **values,
    )


def _answer(about: Subject, found: Robustness) -> Iterator[Message]:
    yield _grade(about, found)
    yield msg(
        "Kept as it is, the plan's lowest coverage lies on average {mean} and at worst {worst} below the best that the "
        "figures then allow.",
        worst=_regret(about, found.plan.worst_regret, found.plan.worst_supply),
        mean=_regret(about, found.plan.mean_regret, found.plan.mean_supply),
    )
    same, draws = found.same_districts, found.draws
    if draws:
        low, high = interval(same.draws, draws)
        yield msg(
            "In {count} of {draws} draws ({share}) the same districts are the best; of all possible ones that speaks "
            "for {low} to {high}.",
            count=number(same.draws),
            draws=number(draws),
            share=percent(same.draws / draws),
            low=percent(low),
            high=percent(high),
        )
    if found.steadiest.plan == found.plan.plan:
        yield msg("No plan that was the best in any case has a smaller worst regret: it is the steadiest of them.")
    else:
        new = changes(about.loaded.county, districts_of(about.plan, about.layer), _districts(found.steadiest.plan))
        values = {
            "worst": _regret(about, found.steadiest.worst_regret, found.steadiest.worst_supply),
            "mean": _regret(about, found.steadiest.mean_regret, found.steadiest.mean_supply),
            "districts": new,
        }
        yield (
            msg(
                "The steadiest of all plans that were the best in some case lies at worst {worst}, on average {mean} "
                "below; its new districts: {districts}.",
                **values,
            )
            if new != NOTHING
            else msg(
                "The steadiest of all plans that were the best in some case has the same districts with other teams; "
                "it lies at worst {worst}, on average {mean} below.",
                **values,
            )
        )
    yield _corners(about, found)
    unknown = [service.name for service in about.loaded.county.services if service.fte is None]
    if unknown:
        yield msg(
            "Nobody published the staff of these services, nor a range of it; they count as nothing in every draw, "
            "which is not known to be right: {services}.",
            services=listing(unknown),
        )
    if found.breaking:
        yield msg(
            "In {count} of {all} cases the plan then breaks the longest drive or the fewest hours.",
            count=number(found.breaking),
            all=number(len(found.cases)),
        )
    if found.without_plan:
        yield msg(
            "In {count} of {all} cases the rules leave no plan at all; they do not count for regret.",
            count=number(found.without_plan),
            all=number(len(found.cases)),
        )


def _regret(about: Subject, share: float, supply: float) -> object:
    """Percentage points, with the hours per 1,000 people that they are beside them."""
    hours, points = _lost(about, supply), number(100 * share, 1)
    if hours is None:
        return msg("{points} points", points=points)
    return msg("{points} points ({hours} per 1,000)", points=points, hours=hours)


def _lost(about: Subject, supply: float) -> Number | None:
    """Hours per unit of key as hours per 1,000 people, where these are known."""
    people = about.problem.people
    return None if people is None else number(1000 * supply / people, 2, "h")


def _corners(about: Subject, found: Robustness) -> Message:
    corners = [case for case in found.cases if case.draw is None]
    lost = [(case.regret, case.regret * case.fair_level) for case in corners if case.regret is not None]
    worst, supply = (max(values, default=0.0) for values in zip(*lost, strict=True)) if lost else (0.0, 0.0)
    return msg(
        "At all {corners} corners of the assumptions (each at its lowest or highest) the same districts are the best "
        "in {count}; there the plan lies at worst {worst} below the best.",
        corners=number(len(corners)),
        count=number(found.same_districts.corners),
        worst=_regret(about, worst, supply),
    )


def _done(found: Robustness) -> Message:
    if found.draws < found.asked:
        return msg(
            "Stopped early: {draws} of {asked} draws were done.", draws=number(found.draws), asked=number(found.asked)
        )
    if not found.complete:
        return msg(
            "Stopped early: regret was compared in {compared} of {cases} cases.",
            compared=number(found.compared),
            cases=number(len(found.cases)),
        )
    return msg("All {draws} draws were done.", draws=number(found.draws))


def _proof(found: Robustness) -> Message:
    stopped = _done(found)
    return msg(
        "A sample, not a proof. {stopped} Shares of draws are estimates with an interval of 95 % certainty, every "
        "value in a range as likely as any other (seed {seed} gives the same draws again). The corners are all there "
        "are, and the best plan of each case is exact.",
        stopped=stopped,
        seed=str(found.seed),
    )


def _districts(rows: Rows) -> Districts:
    return frozenset(frozenset(one.municipalities) for one in rows)


def outcomes_in_order(found: Robustness) -> list[Outcome]:
    """The best districts by number of draws, those of the plan asked about first."""
    mine = found.same_districts
    return [mine, *(one for one in found.outcomes if one.districts != mine.districts)]


def _outcomes_table(about: Subject, found: Robustness) -> GridTable:
    columns = (
        GridColumn(msg("Best districts"), figures=False),
        GridColumn(msg("Draws")),
        GridColumn(msg("Share of draws")),
        GridColumn(msg("Corners")),
    )
    ordered = outcomes_in_order(found)
    shown, left = ordered[:MOST_OUTCOMES], ordered[MOST_OUTCOMES:]
    draws = max(1, found.draws)

    def figures(count: int, corners: int) -> list[object]:
        return [number(count), percent(count / draws), number(corners)]

    rows: list[GridRow] = []
    for position, one in enumerate(shown):
        if position == 0:
            rows.append(row([msg("those of this plan"), *figures(one.draws, one.corners)], Weight.STRONG))
        else:
            changed = changes(about.loaded.county, districts_of(about.plan, about.layer), one.districts)
            text = msg("({number}) new: {districts}", number=number(position), districts=changed)
            rows.append(row([text, *figures(one.draws, one.corners)]))
    if left:
        rest = msg("{count} others together", count=number(len(left)))
        rows.append(row([rest, *figures(sum(one.draws for one in left), sum(one.corners for one in left))]))
    if found.without_plan:
        drawn = sum(1 for case in found.cases if case.best is None and case.draw is not None)
        rows.append(row([msg("no plan possible"), *figures(drawn, found.without_plan - drawn)]))
    return GridTable(msg("Which districts are the best when figures are off"), columns, tuple(rows))


def _regret_table(about: Subject, found: Robustness) -> GridTable:
    known, hours = about.problem.people is not None, per_1000_heading(about.loaded)
    columns = (
        GridColumn(msg("Plan"), figures=False),
        GridColumn(msg("Worst regret (points)")),
        *([GridColumn(msg("Worst regret ({hours})", hours=hours))] if known else []),
        GridColumn(msg("Mean regret (points)")),
        *([GridColumn(msg("Mean regret ({hours})", hours=hours))] if known else []),
        GridColumn(msg("New districts"), figures=False),
    )
    rows = []
    for label, steady in ((msg("this plan"), found.plan), (msg("the steadiest"), found.steadiest)):
        changed = changes(about.loaded.county, districts_of(about.plan, about.layer), _districts(steady.plan))
        figures: list[object] = []
        for share, supply in ((steady.worst_regret, steady.worst_supply), (steady.mean_regret, steady.mean_supply)):
            lost = _lost(about, supply)
            figures += [number(100 * share, 1), *([] if lost is None else [number(lost.value, 2)])]
        rows.append(row([label, *figures, changed]))
    notes = (
        msg(
            "Regret: by how many percentage points the lowest coverage of a plan lies below the highest possible with "
            "the same figures; beside it what that is in hours per 1,000 people. Up to the fairness tolerance a best "
            "plan has some too."
        ),
    )
    return GridTable(msg("Regret over all cases"), columns, tuple(rows), notes)


def _ranges_table(about: Subject, uncertainty: Uncertainty) -> GridTable:
    """How far the figures may be off: assumptions, each with the value of the scenario."""
    county, rules = about.loaded.county, about.problem.layers[about.layer]
    rows: list[GridRow] = []

    def assumption(label: Message, stated: object, range_: Range | None, written: object) -> None:
        rows.append(row([label, stated, written if range_ is not None else msg("unchanged")]))

    def factor(range_: Range | None) -> object:
        if range_ is None:
            return ""
        return msg("{low} to {high} of it", low=_share(range_.low), high=_share(range_.high))

    def hours(range_: Range | None) -> object:
        if range_ is None:
            return ""
        return msg("{low} to {high} h", low=wording.stated(range_.low), high=wording.stated(range_.high))

    def around(share: float) -> object:
        return msg("±{share}", share=_share(share)) if share else msg("unchanged")

    u = uncertainty
    assumption(msg("existing advice, all"), msg("as counted"), u.existing, factor(u.existing))
    assumption(
        msg("coordination per person and week"),
        msg("{hours} h", hours=wording.stated(rules.coordination_hours)),
        u.coordination_hours,
        hours(u.coordination_hours),
    )
    assumption(
        msg("length of a visit"),
        msg("{hours} h", hours=wording.stated(rules.block_hours)),
        u.block_hours,
        hours(u.block_hours),
    )
    assumption(msg("drives, all"), msg("as in the table of drives"), u.minutes, factor(u.minutes))
    rows.append(row([msg("need of each municipality by itself"), msg("as counted"), around(u.each_weight)]))
    rows.append(
        row([msg("existing advice of each municipality by itself"), msg("as counted"), around(u.each_existing)])
    )
    rows.append(row([msg("each drive by itself"), msg("as in the table of drives"), around(u.each_minutes)]))
    for service in about.loaded.county.services:
        if service.fte is None or service.fte_range is not None:
            rows.append(row([msg("posts of {service}", service=service.name), *_staff(service)]))
    for ags, share in sorted(u.weight_of.items()):
        rows.append(row([msg("need of {town}", town=county.name_of(ags)), msg("as counted"), around(share)]))
    for ags, share in sorted(u.existing_of.items()):
        text = msg("existing advice of {town}", town=county.name_of(ags))
        rows.append(row([text, msg("as counted"), around(share)]))
    columns = (
        GridColumn(msg("What is changed"), figures=False),
        GridColumn(msg("In the scenario"), figures=False),
        GridColumn(msg("Tried"), figures=False),
    )
    return GridTable(msg("How far figures may be off (set, no statistics)"), columns, tuple(rows))


def _staff(service: Service) -> tuple[object, object]:
    """The posts of a service that count in the scenario, and those tried."""
    if service.fte is None or service.fte_range is None:
        return msg("not published: counts as nothing"), msg("left out: no range is known")
    least, most = (wording.stated(end) for end in service.fte_range)
    return (
        msg("{posts} FTE (the middle)", posts=wording.stated(service.fte)),
        msg("{least} to {most} FTE, draws only", least=least, most=most),
    )


def _share(value: float) -> object:
    return wording.stated_share(value)
