"""What is to be known of the money beside the amounts: of which year rates are, what is assumed, where it is from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from optimizer.plan import Plan
from scenarios.assemble import LoadedScenario
from scenarios.funding import RATES, Funding, rate_of
from translation import Message, listing, msg, number
from wording.financial_plan import YearMoney, years_of
from wording.money import Module, Money, euros, money
from wording.sentences import stated

LAST_YEAR_OF_THE_GRANT = 2022
"""§ 18 (1) TIntG of 25 November 2021: what § 14c TIntG of 2012 gave is for measures until 30 November 2022."""


def money_warnings(loaded: LoadedScenario, plan: Plan, year: int) -> Iterator[Message]:
    """What does not fit a paper of that ``year``, or an amount that was entered and is not needed."""
    funding = loaded.scenario.funding
    years = years_of(loaded, plan)
    yield from _older_rates(funding, year)
    yield from _older_rates_of_years(years)
    found = money(loaded, plan)
    yield from _not_needed(funding, found, years)
    used = {y.year for y in years if y.own is not None and y.own.grant}
    if found.own is not None and found.own.grant:
        used.add(year if funding.year is None and not years else funding.base_year)
    late = sorted(each for each in used if each > LAST_YEAR_OF_THE_GRANT)
    if late:
        yield msg(
            "The Integrationspauschale under § 14c TIntG could be used for measures until 30 November 2022 only (§ 18 "
            "TIntG): check where the amount for {years} comes from.",
            years=_years(late),
        )


def _older_rates(funding: Funding, year: int) -> Iterator[Message]:
    """The rates that a paper of a ``year`` has of an earlier one."""
    granted = funding.per_post_in(funding.base_year)
    newest, outdated = rate_of(year), _outdated(granted, year)
    if outdated is not None:
        yield msg(
            "The money of {year} uses the grant of {old} ({amount} per post). From {new} on the state grants "
            "{more} (entry “Year of the amounts”).",
            year=str(year),
            old=str(outdated),
            amount=euros(granted),
            new=str(newest.year),
            more=euros(newest.amount),
        )
    elif funding.base_year < year:
        yield msg(
            "The money of {year} uses the grants of {old}; whether they still hold is to be checked (entry “Year of "
            "the amounts”).",
            year=str(year),
            old=str(funding.base_year),
        )


def _outdated(amount: Decimal, year: int) -> int | None:
    """The year of the published rate of that amount where a newer one holds in ``year``."""
    newest = rate_of(year)
    older = [rate.year for rate in RATES if rate.amount == amount and rate.year < newest.year]
    return older[-1] if older and amount != newest.amount else None


def _older_rates_of_years(years: Sequence[YearMoney]) -> Iterator[Message]:
    late = [y for y in years if _outdated(y.each, y.year) is not None]
    if late:
        yield msg(
            "In the financial plan {years} uses a grant of {amounts} per post, that of an earlier year: it is "
            "{newest} there.",
            years=_years([y.year for y in late]),
            amounts=listing(dict.fromkeys(euros(y.each) for y in late)),
            newest=listing(dict.fromkeys(euros(rate_of(y.year).amount) for y in late)),
        )


def _not_needed(funding: Funding, found: Money, years: Sequence[YearMoney]) -> Iterator[Message]:
    if found.share is not None and found.share.funding < found.total_of(Module.CASE_MANAGEMENT):
        yield msg(
            "The grant is above the real cost of the posts by {amount}; it counts only as far as they cost.",
            amount=euros(found.total_of(Module.CASE_MANAGEMENT) - found.share.funding),
        )
    entered = [] if found.own is None else [(funding.integration_grant, found.own.grant)]
    entered += [
        (stated.integration_grant, y.own.grant)
        for stated, y in zip(funding.years, years, strict=True)
        if y.own is not None
    ]
    spare = sum((stated - used for stated, used in entered), Decimal(0))
    if spare:
        yield msg("Of the Integrationspauschale {amount} more is entered than own share is left.", amount=euros(spare))


def assumptions(loaded: LoadedScenario) -> list[Message]:
    """What of the money is set and no statistic, in sentences."""
    funding = loaded.scenario.funding
    found = [
        msg(
            "Kilometres are paid at {rate} € each, a car gives off {co2} g of carbon dioxide per kilometre, and teams "
            "visit in {weeks} weeks of the year.",
            rate=number(float(funding.mileage_rate), 2),
            co2=stated(funding.co2_per_km),
            weeks=stated(funding.weeks_per_year),
        )
    ]
    entered = {funding.module_2.per_post, *(each.per_post for each in funding.years)} - {None}
    if any(amount not in {rate.amount for rate in RATES} for amount in entered):
        found.append(msg("Grants per post other than the published ones are entered by the county."))
    last = RATES[-1]
    beyond = sorted({y for y in (funding.base_year, *(each.year for each in funding.years)) if y > last.year})
    unknown = [y for y in beyond if funding.per_post_in(y) == last.amount]
    if unknown:
        found.append(
            msg(
                "For {years} the grant of {year} ({amount} per post) is used: none later is published here.",
                years=_years(unknown),
                year=str(last.year),
                amount=euros(last.amount),
            )
        )
    return found


def sources(loaded: LoadedScenario) -> list[Message]:
    """Where the grants that a scenario does not change come from."""
    funding = loaded.scenario.funding
    used = {rate_of(y) for y in (funding.base_year, *(each.year for each in funding.years))}
    texts = {
        2020: msg("Grants: council paper SV-9-1769 of Kreis Coesfeld on municipal integration management (KIM), 2020"),
        2023: msg(
            "Grant per post from 2023 on: council paper SV-10-0898 of Kreis Coesfeld, 2023; grant to Kreis Unna of 15 "
            "February 2023 (council paper 056/2023 of Kamen)"
        ),
    }
    # Modules I and III and the material of module I are those of 2020 in every year.
    found = [texts[rate.year] for rate in RATES if rate == RATES[0] or rate in used]
    if funding.integration_grant or any(each.integration_grant for each in funding.years):
        found.append(msg("Integrationspauschale: § 14c TIntG of 14 February 2012, § 18 TIntG of 25 November 2021"))
    return found


def _years(years: Sequence[int]) -> object:
    return listing(map(str, years))
