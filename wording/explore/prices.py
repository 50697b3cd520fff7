"""What each rule costs, in words."""

from __future__ import annotations

from collections.abc import Iterator

from exploring.query import Subject
from exploring.question import Question
from optimizer.explore.prices import Price, Prices
from optimizer.explore.situation import districts_of
from optimizer.plan import Plan
from optimizer.rules import RuleName
from scenarios.assemble import LoadedScenario
from translation import Message, Number, Percent, listing, msg, number, percent
from wording import sentences as wording
from wording.differences import less
from wording.explore.idle_rules import cannot_bind
from wording.explore.told import Told, changes, coverage_cell, hours_cell, hours_cells, hours_columns
from wording.grid import NOTHING, GridColumn, GridRow, GridTable, Weight, row
from wording.yardstick import hours_at

#: Rules without a price that are named one by one.
_MOST_NAMED = 4


def prices_told(about: Subject, found: Prices) -> Told:
    """The answer to “What does each rule cost?”."""
    table = _prices_table(about, found)
    return Told(Question.PRICES, tuple(_answer(about.loaded, found)), (table,), _proof(found))


def rule_name(loaded: LoadedScenario, price: Price) -> object:
    """The rules of a price as a phrase."""
    phrases = [wording.rule_name(rule, loaded.county, loaded.problem) for rule in price.rules]
    if len(phrases) == 1:
        return phrases[0]
    return msg("{rule}, together with: {others}", rule=phrases[0], others=listing(phrases[1:]))


def _answer(loaded: LoadedScenario, found: Prices) -> Iterator[Message]:
    if found.plan is None:
        yield msg("Under all rules together there is no plan.")
        freeing = [rule_name(loaded, price) for price in found.items if price.plan is not None]
        if freeing:
            yield msg("There is one without: {rules}.", rules=listing(freeing))
        return
    for price in found.items:
        if price.rules[0].name is RuleName.KI_SHARE:
            yield _ki(loaded, price, found.plan)
    single = [price for price in found.items if len(price.rules) == 1]
    binding = [price for price in single if price.binds]
    dear = [price for price in binding if price.rules[0].name is not RuleName.KI_SHARE]
    if dear:
        dearest = max(dear, key=lambda price: (price.hours or 0.0, price.coverage or 0.0))
        yield msg(
            "The dearest of the other rules is “{rule}”: {cost}.",
            rule=rule_name(loaded, dearest),
            cost=_cost(dearest, found.plan),
        )
    idle = [
        (price, why) for price in single if not price.binds and (why := cannot_bind(loaded.problem, price.rules[0]))
    ]
    others = [(price, why) for price, why in idle if price.rules[0].name is not RuleName.KI_SHARE]
    if others:
        each = [msg("{rule} ({why})", rule=rule_name(loaded, price), why=why) for price, why in others]
        yield msg("These cannot bind: {rules}.", rules=listing(each))
    known = [price for price, _ in idle]
    single = [price for price in single if price not in known]
    free = [price for price in single if price.binds is False and price.rules[0].name is not RuleName.KI_SHARE]
    if 0 < len(free) <= _MOST_NAMED:
        yield msg("These cost nothing: {rules}.", rules=listing(rule_name(loaded, price) for price in free))
    elif free:
        yield msg(
            "{count} of the {all} other rules cost nothing by themselves; they stand in the table.",
            count=number(len(free)),
            all=number(sum(price.rules[0].name is not RuleName.KI_SHARE for price in single)),
        )


def _ki(loaded: LoadedScenario, price: Price, base: Plan) -> Message:
    rule = rule_name(loaded, price)
    if price.binds is None:
        return msg("What “{rule}” costs could not be found in the time allowed.", rule=rule)
    why = cannot_bind(loaded.problem, price.rules[0])
    if not price.binds and why is not None:
        return msg("“{rule}” cannot bind: {why}.", rule=rule, why=why)
    if not price.binds:
        return msg("“{rule}” costs nothing: without it the best plan is as good.", rule=rule)
    return msg("“{rule}” costs: {cost}.", rule=rule, cost=_cost(price, base))


def _cost(price: Price, base: Plan) -> Message:
    """What the rules of ``price`` cost, as printed in the table: without them there is another plan than ``base``."""
    assert price.plan is not None
    (coverage, hours), (free_coverage, free_hours) = _stages(base), _stages(price.plan)
    points, more, fewer = less(free_coverage, coverage), less(hours, free_hours), less(free_hours, hours)
    parts = []
    if points.value > 0:
        parts.append(_points(points, hours_at(base.problem, points.value / 100, 2)))
    if more.value > 0:
        parts.append(msg("{hours} missing hours per week", hours=more))
    elif fewer.value > 0:
        parts.append(msg("with {hours} hours per week more missing without it", hours=fewer))
    return msg("{parts}", parts=listing(parts or [msg("less than a tenth of an hour")]))


def _points(points: Number, hours: Number | None) -> Message:
    if hours is None:
        return msg("{points} points of the highest lowest coverage", points=points)
    return msg("{points} points of the highest lowest coverage ({hours} per 1,000 people)", points=points, hours=hours)


def _stages(plan: Plan) -> tuple[Percent, Number]:
    coverage, hours, *_ = plan.stages
    return percent(coverage.value), number(hours.value, 1)


def _proof(found: Prices) -> Message:
    open_ = sum(1 for price in found.items if not price.proven)
    if open_:
        return msg(
            "Not everything is proven: {count} of {all} prices rest on the best plans found in the time allowed.",
            count=number(open_),
            all=number(len(found.items)),
        )
    return msg(
        "Proven: each rule was left out by itself and the best plan found without it. Prices of several rules do not "
        "add up; a rule that others imply costs nothing by itself."
    )


def _prices_table(about: Subject, found: Prices) -> GridTable:
    columns = (
        GridColumn(msg("Without the rule"), figures=False),
        GridColumn(msg("Highest lowest coverage")),
        *hours_columns(about),
        GridColumn(msg("Shortfall (h)")),
        GridColumn(msg("Binds"), figures=False),
        GridColumn(msg("New districts then"), figures=False),
    )
    rows = []
    if found.plan is not None:
        coverage, hours = _stages(found.plan)
        per = hours_cells(about, coverage.value)
        rows.append(row([msg("all rules kept"), coverage, *per, hours, NOTHING, NOTHING], Weight.STRONG))
    rows += [_price_row(about, price, found.plan) for price in found.items]
    notes = (
        msg(
            "The highest lowest coverage that is possible, and the hours missing in the best plan. Where fairness "
            "rises, more hours may be missing: the model puts fairness first."
        ),
    )
    return GridTable(msg("The best plan without each rule"), columns, tuple(rows), notes)


def _price_row(about: Subject, price: Price, base: Plan | None) -> GridRow:
    loaded, layer = about.loaded, about.layer
    if price.plan is None:
        unknown = msg("no answer in time") if price.binds is None else msg("no plan either")
        return row([rule_name(loaded, price), NOTHING, *hours_cells(about, None), NOTHING, unknown, NOTHING])
    stages = price.plan.stages
    now = None if base is None else base.stages
    coverage = coverage_cell(stages[0].value, None if now is None else now[0].value)
    hours = hours_cell(stages[1].value, None if now is None else now[1].value)
    moved: object = NOTHING
    if base is not None:
        moved = changes(loaded.county, districts_of(base, layer), districts_of(price.plan, layer))
    why = cannot_bind(about.problem, price.rules[0])
    binds = msg("yes") if price.binds else msg("no") if why is None else msg("cannot: {why}", why=why)
    return row([rule_name(loaded, price), coverage, *hours_cells(about, stages[0].value), hours, binds, moved])
