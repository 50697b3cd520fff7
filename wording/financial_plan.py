"""The money of the posts over several years: filled month by month, granted by the rate of the year.

A post is granted and costs a twelfth for each month in which it is filled. Amounts are exact decimals in euros and
whole cents; each sum is that of the amounts beside it. See docs/methode.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from optimizer.plan import Plan
from scenarios.assemble import LoadedScenario
from scenarios.filled import MONTHS, post_months
from translation import Listing, Message, listing, msg
from wording import sentences as wording
from wording.grid import NOTHING, GridColumn, GridRow, GridTable, Weight, row
from wording.money import OwnShare, cents, column, coordination, euros, own_share, posts_of, share_of

_Amounts = tuple[Message, Sequence[Decimal | None], Weight]
MONTH_NAMES: tuple[Message, ...] = (
    msg("January"),
    msg("February"),
    msg("March"),
    msg("April"),
    msg("May"),
    msg("June"),
    msg("July"),
    msg("August"),
    msg("September"),
    msg("October"),
    msg("November"),
    msg("December"),
)


@dataclass(frozen=True, slots=True)
class YearMoney:
    """The money of a year.

    ``steps`` are the posts filled from a month on, of those that change there and those in January; ``each`` and
    ``cost_each`` are euros per post and year, ``granted`` what the state grants for the months filled (module II).
    """

    year: int
    steps: Mapping[int, Fraction]
    post_months: Fraction
    each: Decimal
    cost_each: Decimal | None
    granted: Decimal
    own: OwnShare | None

    @property
    def at_end(self) -> Fraction:
        """The posts filled in December."""
        return self.steps[max(self.steps)]

    @property
    def complete(self) -> OwnShare | None:
        """The own share where what the posts cost is known."""
        return None if self.own is None or self.own.posts is None else self.own

    @property
    def filled(self) -> Listing:
        """From when on how many posts are filled, in words."""
        return listing(
            msg("{posts} posts", posts=wording.fte(posts))
            if month == 1
            else msg("{posts} posts from {month} on", posts=wording.fte(posts), month=MONTH_NAMES[month - 1])
            for month, posts in self.steps.items()
            if posts or month > 1 or len(self.steps) == 1
        )


def years_of(loaded: LoadedScenario, plan: Plan) -> tuple[YearMoney, ...]:
    """The years of the scenario's financial plan; none where it states none."""
    funding = loaded.scenario.funding
    found: list[YearMoney] = []
    before: Fraction | None = None
    for stated in funding.years:
        filled = stated.filled
        if before is None:
            # The first year begins with all posts where it does not say when they are filled, else with none.
            before = posts_of(plan) if filled is None else Fraction(0)
        months = post_months(filled or {}, before)
        each, cost_each = funding.per_post_in(stated.year), funding.cost_per_post_in(stated.year)
        granted = cents(months * Fraction(each) / MONTHS)
        posts = None if cost_each is None else share_of(cents(months * Fraction(cost_each) / MONTHS), granted)
        own = own_share(posts, coordination(funding, stated.year, MONTHS), stated.integration_grant)
        steps = {1: before, **(filled or {})}
        found.append(YearMoney(stated.year, steps, months, each, cost_each, granted, own))
        before = found[-1].at_end
    return tuple(found)


def total(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """The sum of amounts; ``None`` where one is not known."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def years_table(years: Sequence[YearMoney]) -> GridTable | None:
    """The years side by side with their sum, ``None`` where there are none."""
    if not years:
        return None
    rows = [
        _row(msg("posts filled in December (FTE)"), [wording.fte(y.at_end) for y in years], NOTHING),
        _row(
            msg("post months (posts times months)"),
            [wording.stated(float(y.post_months)) for y in years],
            wording.stated(float(sum((y.post_months for y in years), Fraction(0)))),
        ),
        _row(msg("grant per post and year"), [euros(y.each) for y in years], NOTHING),
        *_written(list(_money_rows(years))),
    ]
    columns = [GridColumn(msg("Amount"), figures=False), *(GridColumn(str(y.year)) for y in years)]
    return GridTable(msg("Posts and money over the years"), (*columns, GridColumn(msg("all years"))), tuple(rows))


def _money_rows(years: Sequence[YearMoney]) -> Iterator[_Amounts]:
    known = [y.complete for y in years]
    posts = [None if own is None else own.posts for own in known]
    if not any(known):
        yield msg("Module II: case management"), [y.granted for y in years], Weight.STRONG
        # What the coordination costs may be known all the same.
        known = [y.own for y in years]
    else:
        yield msg("real cost of the posts"), [None if part is None else part.cost for part in posts], Weight.PLAIN
        paid = [y.granted if part is None else part.funding for y, part in zip(years, posts, strict=True)]
        yield msg("less grant (module II)"), paid, Weight.PLAIN
        own = [None if part is None else part.own for part in posts]
        yield msg("own share of the posts"), own, Weight.STRONG
    if not any(known):
        return
    coordinated = [None if y.own is None else y.own.coordination for y in years]
    if any(coordinated):
        shares = [None if part is None else part.own for part in coordinated]
        yield msg("own share of coordination (module I)"), shares, Weight.STRONG
    if any(own is not None and own.grant for own in known):
        used = [None if own is None else own.grant for own in known]
        yield msg("less Integrationspauschale (§ 14c TIntG)"), used, Weight.PLAIN
    left = msg("from the county's budget") if any(posts) else msg("from the county's budget, without the posts")
    yield left, [None if own is None else own.budget for own in known], Weight.TOTAL


def _written(rows: Sequence[_Amounts]) -> Iterator[GridRow]:
    """The rows with their sums, all with cents where an amount of the table has any."""
    known = [amount for _, amounts, _ in rows for amount in amounts if amount is not None]
    write = column(known, "€")
    for name, amounts, weight in rows:
        *cells, summed = [NOTHING if amount is None else write(amount) for amount in (*amounts, total(amounts))]
        yield _row(name, cells, summed, weight)


def _row(name: Message, cells: Sequence[object], summed: object, weight: Weight = Weight.PLAIN) -> GridRow:
    return row([name, *cells, summed], weight)
