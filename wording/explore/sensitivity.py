"""Which figure must change by how much before the best districts change, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from exploring.query import Subject
from exploring.question import Question
from geodata.county import County
from optimizer.explore.sensitivity import STEPS, FigureName, Sensitivity, Turn
from optimizer.explore.situation import districts_of
from optimizer.plan import Plan
from translation import Message, listing, msg, msgs, number, percent
from wording.explore.told import Told, changes
from wording.grid import NOTHING, GridColumn, GridTable, row

#: Figures named in the answer.
_MOST_NAMED = 3


def sensitivity_told(about: Subject, found: Sequence[Sensitivity]) -> Told:
    """The answer to “Which figure decides?”."""
    county = about.loaded.county
    return Told(
        Question.SENSITIVITY,
        tuple(_answer(county, found)),
        (_table(county, found, about.plan, about.layer),),
        msg(
            "One figure was changed at a time, in steps to half as much and half as much again, and halved to within "
            "{close}; each of the {tested} values tried was decided exactly. Between two values without a change one "
            "that is undone again could hide.",
            close=percent(0.0005, 2),
            tested=number(sum(one.tested for one in found)),
        ),
    )


def sensitivity_so_far(about: Subject, found: Sequence[Sensitivity]) -> Message | None:
    """What is known already while the other figures are still tried; ``None`` where that is nothing."""
    if not found:
        return None
    values = {"answer": next(_answer(about.loaded.county, found))}
    return msgs(
        "Of {count} figure tried so far: {answer}", "Of {count} figures tried so far: {answer}", len(found), **values
    )


def figure_name(county: County, one: Sensitivity) -> Message:
    """What a figure is called."""
    match one.figure:
        case FigureName.EXISTING:
            return msg("existing advice, all")
        case FigureName.COORDINATION:
            return msg("coordination per person and week")
        case FigureName.BLOCK:
            return msg("length of a visit")
        case FigureName.MINUTES:
            return msg("drives, all")
        case FigureName.WEIGHT:
            return msg("need of {town}", town=county.name_of(one.ags or ""))


def _answer(county: County, found: Sequence[Sensitivity]) -> Iterator[Message]:
    turning = [one for one in found if math.isfinite(one.smallest)]
    if not turning:
        yield msg("No single figure changes the best districts, up to half as much or half as much again.")
        return
    each = [
        msg("{figure} ({change})", figure=figure_name(county, one), change=_change(_nearest(one)))
        for one in turning[:_MOST_NAMED]
    ]
    yield msg("The plan is most sensitive to: {figures}.", figures=listing(each))
    still = [figure_name(county, one) for one in found if not math.isfinite(one.smallest)]
    if still:
        yield msg(
            "No change of these alone matters, up to half as much or half as much again: {figures}.",
            figures=listing(still),
        )


def _nearest(one: Sensitivity) -> Turn:
    turns = [turn for turn in (one.less, one.more) if turn is not None]
    return min(turns, key=lambda turn: abs(turn.change))


def _change(turn: Turn | None) -> object:
    if turn is None:
        return msg("none up to {most}", most=percent(STEPS[-1], 0))
    share = percent(abs(turn.change))
    return msg("+{amount}", amount=share) if turn.change > 0 else msg("−{amount}", amount=share)


def _table(county: County, found: Sequence[Sensitivity], plan: Plan, layer: int) -> GridTable:
    before = districts_of(plan, layer)
    columns = (
        GridColumn(msg("What is changed"), figures=False),
        GridColumn(msg("Less")),
        GridColumn(msg("More")),
        GridColumn(msg("New districts then"), figures=False),
    )
    rows = []
    for one in found:
        then: object = NOTHING
        if math.isfinite(one.smallest):
            districts = _nearest(one).districts
            then = msg("no plan possible") if districts is None else changes(county, before, districts)
        rows.append(row([figure_name(county, one), _change(one.less), _change(one.more), then]))
    notes = (msg("The last column is about the smaller of the two changes."),)
    return GridTable(msg("Change of one figure at which other districts become the best"), columns, tuple(rows), notes)
