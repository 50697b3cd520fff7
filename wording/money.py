"""The money of a plan: grants, own share where the real cost of a post is known, and what driving costs.

:mod:`wording.financial_plan` has the money of several years.

Amounts are exact decimals in euros and whole cents. How the grants are read, above all in a part year, stands in
docs/methode.md. Driving is an estimate; everything else follows from the plan's posts and the scenario's amounts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from geodata.county import Ags
from optimizer.plan import Plan
from scenarios.assemble import LoadedScenario
from scenarios.funding import Funding
from translation import Message, Number, msg, number

FULL_YEAR = 12
"""Months."""


class Module(Enum):
    """The three parts of the funding."""

    COORDINATION = "module_1"
    CASE_MANAGEMENT = "module_2"
    AUTHORITIES = "module_3"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the money table: ``count`` times ``each`` euros. ``ceiling``: it is the most that is granted."""

    module: Module
    what: Message
    count: Fraction
    each: Decimal
    ceiling: bool = False

    @property
    def total(self) -> Decimal:
        """Euros of the line."""
        return cents(self.count * Fraction(self.each))


@dataclass(frozen=True, slots=True)
class Share:
    """What posts cost and what of it is granted, in euros; never more than they cost."""

    cost: Decimal
    funding: Decimal

    @property
    def own(self) -> Decimal:
        """What is left to pay, never below zero."""
        return self.cost - self.funding


@dataclass(frozen=True, slots=True)
class OwnShare:
    """What is left to pay in euros: for case-management posts and for coordination, where their real cost is known.

    ``grant`` is what the county takes from the Integrationspauschale for it, as far as it is needed.
    """

    posts: Share | None
    coordination: Share | None
    grant: Decimal

    @property
    def total(self) -> Decimal:
        """The own share of all parts that are known."""
        return sum((part.own for part in (self.posts, self.coordination) if part is not None), Decimal(0))

    @property
    def budget(self) -> Decimal:
        """What the county's own budget has to give."""
        return self.total - self.grant


@dataclass(frozen=True, slots=True)
class Driving:
    """An estimate of the drives of a full year: return trips from the hub, one for every visit elsewhere."""

    trips_per_week: float
    km_per_week: float
    km_per_year: float
    cost: Decimal
    co2_kg: float


@dataclass(frozen=True)
class Money:
    """The money of a plan for the funding's ``months`` with the rates of a ``year`` (``driving``: for a full year).

    ``posts`` and ``funding`` (module II) are by employer. Where the real cost of a post is not known, ``shares``,
    ``own_by_key`` and ``own_by_hours`` are ``None``; the last two share the own share of all employers out to the
    municipalities, by key or by on-site hours (``None`` without any), and add up to it to the cent. ``own`` is ``None``
    where no real cost at all is known.
    """

    year: int
    months: int
    lines: tuple[Line, ...]
    posts: Mapping[str, Fraction]
    funding: Mapping[str, Decimal]
    shares: Mapping[str, Share] | None
    own_by_key: Mapping[Ags, Decimal] | None
    own_by_hours: Mapping[Ags, Decimal] | None
    own: OwnShare | None
    driving: Driving

    def total_of(self, module: Module) -> Decimal:
        """Euros granted in a module."""
        return sum((line.total for line in self.lines if line.module is module), Decimal(0))

    @property
    def total(self) -> Decimal:
        """Euros granted in all."""
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def share(self) -> Share | None:
        """Cost, grant and own share of all case-management posts."""
        return None if self.own is None else self.own.posts


def case_management_funding(loaded: LoadedScenario, plan: Plan) -> Decimal:
    """Euros granted for the posts of the plan in a full year (module II)."""
    return cents(posts_of(plan) * Fraction(loaded.scenario.funding.per_post))


def money(loaded: LoadedScenario, plan: Plan) -> Money:
    """All money of a plan of the scenario, under the scenario's ``funding``."""
    funding = loaded.scenario.funding
    lines = tuple(_lines(funding, posts_of(plan)))
    by_employer: dict[str, Fraction] = {}
    for layer in plan.layers:
        for district in layer.districts:
            by_employer[district.employer] = by_employer.get(district.employer, Fraction(0)) + district.fte
    posts = dict(sorted(by_employer.items()))
    granted = sum((line.total for line in lines if line.module is Module.CASE_MANAGEMENT), Decimal(0))
    parts = shared_out(granted, posts)
    shares = own_by_key = own_by_hours = share = None
    each = funding.cost_per_post_in(funding.base_year)
    if each is not None:
        share = share_of(cents(posts_of(plan) * _of_months(each, funding.months)), granted)
        # Grant and own share are shared out, so that no part of either is below zero; what a part costs is their sum.
        paid, left = shared_out(share.funding, posts), shared_out(share.own, posts)
        shares = {id: Share(paid[id] + left[id], paid[id]) for id in posts}
        supplies = plan.municipalities
        own_by_key = shared_out(share.own, {ags: Fraction(s.key) for ags, s in supplies.items()})
        if plan.on_site_hours > 0:
            own_by_hours = shared_out(share.own, {ags: Fraction(s.hours) for ags, s in supplies.items()})
    own = own_share(share, coordination(funding, funding.base_year, funding.months), funding.integration_grant)
    return Money(
        funding.base_year,
        funding.months,
        lines,
        posts,
        parts,
        shares,
        own_by_key,
        own_by_hours,
        own,
        _driving(loaded, plan),
    )


def share_of(cost: Decimal, granted: Decimal) -> Share:
    """What is left of a cost; what is granted beyond it is not paid."""
    return Share(cost, min(cost, granted))


def coordination(funding: Funding, year: int, months: int) -> Share | None:
    """Staff and material of module I in so many months of a year, as far as a real cost is known.

    What is granted "up to" an amount (events, measures, days of advice) is taken to cost what it is granted.
    """
    one = funding.module_1
    parts = [
        share_of(
            cents(count * _of_months(cost, months)),
            sum((cents(count * Fraction(cents(_of_months(part, months)))) for part in granted), Decimal(0)),
        )
        for count, cost, granted in (
            (one.coordinators, one.coordinator_cost, (funding.coordinator_staff_in(year), one.coordinator_material)),
            (Fraction(one.half_assistants), one.assistant_cost, (one.assistant_staff, one.assistant_material)),
        )
        if cost is not None
    ]
    if not parts:
        return None
    return Share(sum((p.cost for p in parts), Decimal(0)), sum((p.funding for p in parts), Decimal(0)))


def own_share(posts: Share | None, coordinated: Share | None, entered: Decimal) -> OwnShare | None:
    """The own share, of which the Integrationspauschale pays what the county entered, as far as there is any."""
    if posts is None and coordinated is None:
        return None
    found = OwnShare(posts, coordinated, Decimal(0))
    return replace(found, grant=min(entered, found.total))


def shared_out(total: Decimal, weights: Mapping[str, Fraction]) -> dict[str, Decimal]:
    """``total`` in whole cents by weight, some of it above zero. The parts add up to it: cents left over go to the
    largest remainders, among equals to the first."""
    everything = sum(weights.values(), Fraction(0))
    cents = int(total * 100)
    exact = {key: cents * weight / everything for key, weight in weights.items()}
    whole = {key: math.floor(value) for key, value in exact.items()}
    left = cents - sum(whole.values())
    for key in sorted(exact, key=lambda key: whole[key] - exact[key])[:left]:
        whole[key] += 1
    return {key: Decimal(value) / 100 for key, value in whole.items()}


def euros(amount: Decimal) -> Number:
    """An amount as people read it: whole euros without cents."""
    return number(float(amount), 0 if amount == amount.to_integral_value() else 2, "€")


def column(amounts: Sequence[Decimal], unit: str = "") -> Callable[[Decimal], Number]:
    """How amounts that stand together are written: all with cents where one has any."""
    digits = 0 if all(amount == amount.to_integral_value() for amount in amounts) else 2
    return lambda amount: number(float(amount), digits, unit)


def posts_of(plan: Plan) -> Fraction:
    """The posts (FTE) that a plan places."""
    return sum((layer.fte for layer in plan.layers), Fraction(0))


def cents(amount: Fraction) -> Decimal:
    """An amount in whole cents; half a cent is rounded up."""
    return Decimal(math.floor(amount * 100 + Fraction(1, 2))) / 100


def _of_months(per_year: Decimal, months: int) -> Fraction:
    return Fraction(per_year) * months / FULL_YEAR


def _lines(funding: Funding, posts: Fraction) -> Iterator[Line]:
    one, three = funding.module_1, funding.module_3

    def part(per_year: Decimal) -> Decimal:
        return cents(_of_months(per_year, funding.months))

    for what, count, per_year in (
        (msg("Coordinators, staff"), one.coordinators, funding.coordinator_staff_in(funding.base_year)),
        (msg("Coordinators, material"), one.coordinators, one.coordinator_material),
        (msg("Half posts of assistants, staff"), one.half_assistants, one.assistant_staff),
        (msg("Half posts of assistants, material"), one.half_assistants, one.assistant_material),
    ):
        yield Line(Module.COORDINATION, what, Fraction(count), part(per_year))
    # What is granted "up to" an amount is granted for the funding year, however many months it has.
    yield Line(Module.COORDINATION, msg("Events"), Fraction(1), one.events, ceiling=True)
    yield Line(Module.COORDINATION, msg("Measures"), Fraction(1), one.measures, ceiling=True)
    yield Line(Module.COORDINATION, msg("Days of advice"), Fraction(one.advice_days), one.advice_day, ceiling=True)
    yield Line(Module.CASE_MANAGEMENT, msg("Case-management posts"), posts, part(funding.per_post))
    half_post = three.per_half_post if funding.months == FULL_YEAR else three.part_year
    yield Line(Module.AUTHORITIES, msg("Half posts at authorities"), Fraction(three.half_posts), half_post)


def _driving(loaded: LoadedScenario, plan: Plan) -> Driving:
    funding, travel = loaded.scenario.funding, loaded.county.travel
    trips = [
        (hours / layer.layer.block_hours, 2 * travel[district.hub, ags].km)
        for layer in plan.layers
        for district in layer.districts
        for ags, hours in zip(district.municipalities, district.hours, strict=True)
        if ags != district.hub and travel[district.hub, ags].method != "none"
    ]
    weekly = math.fsum(count * km for count, km in trips)
    yearly = weekly * funding.weeks_per_year
    return Driving(
        trips_per_week=math.fsum(count for count, _ in trips),
        km_per_week=weekly,
        km_per_year=yearly,
        cost=cents(Fraction(yearly) * Fraction(funding.mileage_rate)),
        co2_kg=yearly * funding.co2_per_km / 1000,
    )
