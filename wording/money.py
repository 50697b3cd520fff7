"""The money of a plan: grants, own share where the real cost of a post is known, and what driving costs.

Amounts are exact decimals in euros and whole cents. How the grants are read, above all in a part year, stands in
docs/methode.md. Driving is an estimate; everything else follows from the plan's posts and the scenario's amounts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from geodata.county import Ags
from optimizer.plan import Plan
from scenarios.assemble import LoadedScenario
from scenarios.funding import Funding
from translation import Message, msg, number
from wording.sentences import stated

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
        return _cents(self.count * Fraction(self.each))


@dataclass(frozen=True, slots=True)
class Share:
    """What someone's case-management posts cost in the funding's months, and what of it is granted, in euros."""

    cost: Decimal
    funding: Decimal

    @property
    def own(self) -> Decimal:
        """What is left to pay; below zero where more is granted than it costs."""
        return self.cost - self.funding


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
    """The money of a plan for the funding's ``months`` (``driving``: for a full year).

    ``posts`` and ``funding`` (module II) are by employer. Where the real cost of a post is not known, ``shares``,
    ``own_by_key`` and ``own_by_hours`` are ``None``; the last two share the own share of all employers out to the
    municipalities, by key or by on-site hours (``None`` without any), and add up to it to the cent.
    """

    months: int
    lines: tuple[Line, ...]
    posts: Mapping[str, Fraction]
    funding: Mapping[str, Decimal]
    shares: Mapping[str, Share] | None
    own_by_key: Mapping[Ags, Decimal] | None
    own_by_hours: Mapping[Ags, Decimal] | None
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
        if self.shares is None:
            return None
        parts = self.shares.values()
        return Share(sum((p.cost for p in parts), Decimal(0)), sum((p.funding for p in parts), Decimal(0)))


def case_management_funding(loaded: LoadedScenario, plan: Plan) -> Decimal:
    """Euros granted for the posts of the plan in a full year (module II)."""
    return _cents(_posts(plan) * Fraction(loaded.scenario.funding.module_2.per_post))


def money(loaded: LoadedScenario, plan: Plan) -> Money:
    """All money of a plan of the scenario, under the scenario's ``funding``."""
    funding = loaded.scenario.funding
    lines = tuple(_lines(funding, _posts(plan)))
    by_employer: dict[str, Fraction] = {}
    for layer in plan.layers:
        for district in layer.districts:
            by_employer[district.employer] = by_employer.get(district.employer, Fraction(0)) + district.fte
    posts = dict(sorted(by_employer.items()))
    granted = sum((line.total for line in lines if line.module is Module.CASE_MANAGEMENT), Decimal(0))
    parts = shared_out(granted, posts)
    shares = own_by_key = own_by_hours = None
    if funding.cost_per_post is not None:
        cost = _cents(_posts(plan) * _of_months(funding.cost_per_post, funding.months))
        costs = shared_out(cost, posts)
        shares = {id: Share(costs[id], parts[id]) for id in posts}
        supplies = plan.municipalities
        own_by_key = shared_out(cost - granted, {ags: Fraction(s.key) for ags, s in supplies.items()})
        if plan.on_site_hours > 0:
            own_by_hours = shared_out(cost - granted, {ags: Fraction(s.hours) for ags, s in supplies.items()})
    return Money(funding.months, lines, posts, parts, shares, own_by_key, own_by_hours, _driving(loaded, plan))


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


def assumptions(loaded: LoadedScenario) -> list[Message]:
    """What of the money is set and no statistic, in sentences."""
    funding = loaded.scenario.funding
    return [
        msg(
            "Kilometres are paid at {rate} € each, a car gives off {co2} g of carbon dioxide per kilometre, and teams "
            "visit in {weeks} weeks of the year.",
            rate=number(float(funding.mileage_rate), 2),
            co2=stated(funding.co2_per_km),
            weeks=stated(funding.weeks_per_year),
        )
    ]


def source() -> Message:
    """Where the grants that a scenario does not change come from."""
    return msg("Grants: council paper of Kreis Coesfeld on municipal integration management (KIM), 2020")


def _posts(plan: Plan) -> Fraction:
    return sum((layer.fte for layer in plan.layers), Fraction(0))


def _cents(amount: Fraction) -> Decimal:
    # Half a cent is rounded up.
    return Decimal(math.floor(amount * 100 + Fraction(1, 2))) / 100


def _of_months(per_year: Decimal, months: int) -> Fraction:
    return Fraction(per_year) * months / FULL_YEAR


def _lines(funding: Funding, posts: Fraction) -> Iterator[Line]:
    one, two, three = funding.module_1, funding.module_2, funding.module_3

    def part(per_year: Decimal) -> Decimal:
        return _cents(_of_months(per_year, funding.months))

    for what, count, per_year in (
        (msg("Coordinators, staff"), one.coordinators, one.coordinator_staff),
        (msg("Coordinators, material"), one.coordinators, one.coordinator_material),
        (msg("Half posts of assistants, staff"), one.half_assistants, one.assistant_staff),
        (msg("Half posts of assistants, material"), one.half_assistants, one.assistant_material),
    ):
        yield Line(Module.COORDINATION, what, Fraction(count), part(per_year))
    # What is granted "up to" an amount is granted for the funding year, however many months it has.
    yield Line(Module.COORDINATION, msg("Events"), Fraction(1), one.events, ceiling=True)
    yield Line(Module.COORDINATION, msg("Measures"), Fraction(1), one.measures, ceiling=True)
    yield Line(Module.COORDINATION, msg("Days of advice"), Fraction(one.advice_days), one.advice_day, ceiling=True)
    yield Line(Module.CASE_MANAGEMENT, msg("Case-management posts"), posts, part(two.per_post))
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
        cost=_cents(Fraction(yearly) * Fraction(funding.mileage_rate)),
        co2_kg=yearly * funding.co2_per_km / 1000,
    )
