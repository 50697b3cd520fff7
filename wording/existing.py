"""How far a plan rests on existing services, and on how old figures."""

from __future__ import annotations

from collections.abc import Iterator

from geodata.county import Ags
from optimizer.plan import Plan
from scenarios.assemble import LoadedScenario
from translation import Message, Percent, listing, msg, msgs, percent

#: More of the fair supply of a municipality than this is worth a remark, and figures older than so many years.
QUARTER, YEARS = 0.25, 5


def existing_share(plan: Plan, ags: Ags) -> Percent | None:
    """The share of a municipality's fair supply that existing services give; ``None`` where there is no such supply."""
    supply = plan.municipalities[ags]
    return percent(supply.existing_hours / supply.fair_supply) if supply.fair_supply > 0 else None


def county_share(plan: Plan) -> Percent | None:
    """The same of the whole county."""
    fair = sum(supply.fair_supply for supply in plan.municipalities.values())
    hours = sum(supply.existing_hours for supply in plan.municipalities.values())
    return percent(hours / fair) if fair > 0 else None


def existing_remarks(loaded: LoadedScenario, plan: Plan, year: int) -> Iterator[Message]:
    """Where much of the plan rests on existing services, and which of their figures are old in that ``year``."""
    resting = [ags for ags in plan.municipalities if (share := existing_share(plan, ags)) and share.value > QUARTER]
    towns = [
        msg("{town} ({share})", town=loaded.county.name_of(ags), share=existing_share(plan, ags)) for ags in resting
    ]
    if towns:
        yield msg(
            "In {towns} more than a quarter of the fair supply is existing advice: the plan rests on its being there.",
            towns=listing(towns),
        )
    counted = {service for advice in loaded.existing.values() for service, _ in advice.services}
    old = [
        service
        for service in loaded.county.services
        if service in counted and service.year is not None and year - service.year > YEARS
    ]
    services = [msg("{service} ({year})", service=service.name, year=str(service.year)) for service in old]
    if services:
        yield msgs(
            "{count} figure on existing advice is older than five years: {services}.",
            "{count} figures on existing advice are older than five years: {services}.",
            len(services),
            services=listing(services),
        )
