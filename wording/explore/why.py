"""Why a municipality is where it is, in words."""

from __future__ import annotations

from collections.abc import Mapping

from exploring.query import Subject
from exploring.question import Question
from exploring.questions.why import Reasons
from optimizer.explore.reasons import Reason
from optimizer.explore.situation import districts_of
from optimizer.moves import moves
from optimizer.plan import Plan
from optimizer.problem import Ags
from translation import Message, msg, number, percent
from wording.differences import less, missing, more_missing
from wording.explore.told import Told, changes, coverage_cell, hours_cell, hours_cells, hours_columns, names
from wording.grid import NOTHING, GridColumn, GridRow, GridTable, Weight, row
from wording.reasons import alternatives, between_two, freely, why_here


def reasons_told(about: Subject, found: Reasons) -> Told:
    """The answer to “Why here and not there?”, about all municipalities, one, or two."""
    match found.towns:
        case (ags,):
            return why_told(about, found.by_town[ags], ags)
        case (one, other):
            return why_not_told(about, found.by_town[one], one, other)
        case _:
            return everybody_told(about, found.by_town)


def why_told(about: Subject, reason: Reason, ags: Ags) -> Told:
    """The answer to “Why is this municipality here?”: the best plan in which it is with others than now."""
    loaded, plan, layer = about.loaded, about.plan, about.layer
    others = _others(plan, layer, ags)
    values = {"town": loaded.county.name_of(ags), "others": names(loaded.county, others)}
    asked = (
        msg("{town} shares a district with {others}.", **values)
        if others
        else msg("{town} is a district by itself.", **values)
    )
    known = alternatives(plan, layer, moves(plan, layer, ags), loaded)
    first, *rest = why_here(loaded, about.until, layer, ags, known, reason)
    answer = (msg("{one} {two}", one=asked, two=first), *rest, *_who(about, reason))
    return Told(Question.WHY, answer, (_reasons_table(about, {ags: reason}),), _proof(reason))


def everybody_told(about: Subject, reasons: Mapping[Ags, Reason]) -> Told:
    """The same for every municipality at once: who sits fast, and who could as well be elsewhere."""
    county = about.loaded.county
    asked = missing(about.until)
    costs = {ags: less(missing(reason.plan), asked) for ags, reason in reasons.items() if reason.plan is not None}
    answer: list[Message] = []
    if costs:
        loose, fast = (choose(costs, key=lambda ags: costs[ags].value) for choose in (min, max))
        answer.append(
            msg(
                "It costs least to have {loose} elsewhere ({least}), most {fast} ({most}).",
                loose=county.name_of(loose),
                least=more_missing(costs[loose]),
                fast=county.name_of(fast),
                most=more_missing(costs[fast]),
            )
        )
    stuck = [ags for ags, reason in reasons.items() if reason.plan is None]
    if stuck:
        answer.append(msg("The rules allow nothing else for: {towns}.", towns=names(county, stuck)))
    proof = (
        msg("Proven: each is the best plan in which that municipality is with others than now.")
        if all(reason.proven for reason in reasons.values())
        else msg("Not all are proven best: the time allowed did not suffice.")
    )
    return Told(Question.WHY, tuple(answer), (_reasons_table(about, reasons),), proof)


def why_not_told(about: Subject, reason: Reason, one: Ags, other: Ags) -> Told:
    """The answer to “Why not these two together?”, or apart where they are together now."""
    county = about.loaded.county
    values: dict[str, object] = {"one": county.name_of(one), "other": county.name_of(other)}
    together = other in _others(about.plan, about.layer, one)
    if reason.plan is None:
        first = (
            msg("{one} and {other} are together: the rules allow no plan in which they are apart.", **values)
            if together
            else msg("{one} and {other} cannot be together: the rules allow no such plan.", **values)
        )
    else:
        values["cost"] = freely(about.until, reason, msg("the parting") if together else msg("putting them together"))
        first = (
            msg("{one} and {other} are together. {cost}", **values)
            if together
            else msg("{one} and {other} are apart. {cost}", **values)
        )
    border = between_two(about.loaded, about.until, about.layer, one, other)
    if border is not None:
        first = msg("{one} {two}", one=border, two=first)
    return Told(Question.WHY, (first, *_who(about, reason)), (), _proof(reason))


def _reasons_table(about: Subject, reasons: Mapping[Ags, Reason]) -> GridTable:
    """For each municipality the best plan in which it is not where it is, and what that costs."""
    county, asked, before = about.loaded.county, about.until, districts_of(about.plan, about.layer)
    columns = (
        GridColumn(msg("Municipality"), figures=False),
        GridColumn(msg("Best otherwise: together with"), figures=False),
        GridColumn(msg("Lowest coverage")),
        *hours_columns(about),
        GridColumn(msg("Shortfall (h)")),
        GridColumn(msg("New districts then"), figures=False),
    )
    hours = hours_cells(about, asked.reached)
    now = [
        msg("as it is"), NOTHING, percent(asked.reached), *hours, number(asked.shortfall_hours, 1), NOTHING,
    ]  # fmt: skip
    rows: list[GridRow] = [row(now, Weight.STRONG)]
    for ags, reason in reasons.items():
        if reason.plan is None:
            nothing = [NOTHING, *hours_cells(about, None), NOTHING, NOTHING]
            rows.append(row([county.name_of(ags), msg("no plan possible"), *nothing]))
            continue
        then = _others(reason.plan, about.layer, ags)
        changed = changes(county, before, districts_of(reason.plan, about.layer))
        rows.append(
            row(
                [
                    county.name_of(ags),
                    names(county, then) if then else msg("nobody, by itself"),
                    coverage_cell(reason.plan.reached, asked.reached),
                    *hours_cells(about, reason.plan.reached),
                    hours_cell(reason.plan.shortfall_hours, asked.shortfall_hours),
                    changed,
                ]
            )
        )
    return GridTable(msg("The best plan in which a municipality is elsewhere"), columns, tuple(rows))


def _others(plan: Plan, layer: int, ags: Ags) -> tuple[Ags, ...]:
    mine = [district for district in districts_of(plan, layer) if ags in district]
    return tuple(sorted({town for district in mine for town in district} - {ags}))


def _who(about: Subject, reason: Reason) -> list[Message]:
    if reason.plan is None:
        return []
    before, now = (districts_of(plan, about.layer) for plan in (about.plan, reason.plan))
    new = changes(about.loaded.county, before, now)
    return [msg("New districts then: {districts}.", districts=new)]


def _proof(reason: Reason) -> Message:
    if reason.plan is None:
        return msg("Proven: under the rules there is no such plan.")
    if reason.proven:
        return msg("Proven: no plan that is otherwise in this point is better; all else was free to change.")
    return msg("The best such plan found in the time allowed; it is not proven best.")
