"""What a council paper (*Sitzungsvorlage*) says beside the figures: the decision, and what only people can write."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from geodata.county import County
from maps.colours import identity_text
from optimizer.plan import Plan
from scenarios.assemble import LoadedScenario
from scenarios.schema import Scenario
from translation import Listing, Message, listing, msg, number
from wording import sentences as wording
from wording.financial_plan import YearMoney, years_of
from wording.grid import NOTHING
from wording.money import OwnShare, euros
from wording.yardstick import has_yardstick


@dataclass(frozen=True, slots=True)
class OwnText:
    """A text that people write: its key in ``papers`` of a scenario, its label, and what belongs into it."""

    key: str
    label: Message
    about: Message
    lines: bool = True


OWN_TEXTS: tuple[OwnText, ...] = (
    OwnText("number", msg("Number of the council paper"), msg("As the office of the council gives it"), lines=False),
    OwnText("annex", msg("Number of the annex"), msg("Of the report, as an annex to the council paper"), lines=False),
    OwnText("department", msg("Department"), msg("Who puts the paper before the committee"), lines=False),
    OwnText("decision", msg("Proposed decision"), msg("Left empty, it is made from the plan")),
    OwnText(
        "financing",
        msg("Proposed decision on the financing"),
        msg("Left empty, it is made from the years of the financial plan; without them there is none"),
    ),
    OwnText("reasons", msg("Reasons"), msg("Why now, and what went before")),
    OwnText("for", msg("Own reasons for this scenario"), msg("Beside those made from the figures, one in each line")),
    OwnText("against", msg("Own reasons against it"), msg("Beside those made from the figures, one in each line")),
    OwnText(
        "welfare",
        msg("Special reason for passing posts on"),
        msg("Why a welfare organisation should employ, where one does"),
    ),
    OwnText("finances", msg("Effects on finances"), msg("Beside the figures")),
    OwnText("staff", msg("Effects on staff"), msg("Beside the figures")),
    OwnText("it", msg("Effects on IT"), msg("Such as workplaces and procedures")),
    OwnText("other", msg("Effects on other resources"), msg("Such as rooms and vehicles")),
    OwnText("responsibility", msg("Responsibility"), msg("Which body decides, by what rule")),
    OwnText("agreed", msg("Agreed with, open with"), msg("Municipalities and organisations, no names of persons")),
)
"""In the order in which the dialogue asks for them."""


def own_text(scenario: Scenario, key: str) -> str:
    """What people wrote under a key; empty where they wrote nothing."""
    return scenario.papers.get(key, "").strip()


def own_lines(scenario: Scenario, key: str) -> tuple[str, ...]:
    """The lines of what people wrote under a key, without marks of a list."""
    lines = (line.strip().removeprefix("-").removeprefix("•").strip() for line in own_text(scenario, key).split("\n"))
    return tuple(line for line in lines if line)


def other_texts(scenario: Scenario) -> Mapping[str, str]:
    """What people wrote under names of their own."""
    known = {text.key for text in OWN_TEXTS}
    return {name: text.strip() for name, text in scenario.papers.items() if name not in known and text.strip()}


def marked_lines(text: str) -> Iterator[tuple[bool, str]]:
    """The lines of what people wrote, and whether each is an item of a list: it begins with a stroke."""
    for line in map(str.strip, text.split("\n")):
        item = line.startswith(("- ", "• "))
        if line:
            yield item, line[2:].strip() if item else line


def decision(plan: Plan, county: County) -> Iterator[Message]:
    """The decision that a plan stands for, and a sentence for each team."""
    if not plan.fte:
        yield msg("In {county} no post for case management in integration is filled.", county=county.name)
        return
    yield msg(
        "The {posts} posts (FTE) for case management in integration in {county} are placed as follows:",
        posts=wording.fte(plan.fte),
        county=county.name,
    )
    several = len(plan.layers) > 1
    for layer in plan.layers:
        for identity, district in layer.numbered:
            text = msg(
                "District {number} ({towns}): {posts} FTE, employed by {employer}, hub in {hub}",
                number=identity_text(identity),
                towns=wording.town_names(district.municipalities, county),
                posts=wording.fte(district.fte),
                employer=wording.employer_name(district.employer, county),
                hub=county.name_of(district.hub),
            )
            yield msg("{layer}: {text}", layer=layer.layer.name, text=text) if several else text


@dataclass(frozen=True, slots=True)
class Financing:
    """The second decision, on posts and money of several years: a sentence, a line for each year, what follows."""

    first: Message
    years: tuple[Message, ...]
    further: tuple[Message, ...]

    @property
    def text(self) -> Iterator[tuple[Message, bool]]:
        """Its lines, and whether each is an item of a list."""
        yield self.first, False
        yield from ((line, True) for line in self.years)
        yield from ((line, False) for line in self.further)


def financing(loaded: LoadedScenario, plan: Plan) -> Financing | None:
    """The decision on the scenario's financial plan; ``None`` where it has none."""
    years = years_of(loaded, plan)
    if not years:
        return None
    first = msg(
        "The posts for case management in integration are filled and financed as follows, subject to the budget "
        "deliberations of each year:"
    )
    lines = [*map(_year, years), *([_all_years(years)] if len(years) > 1 else [])]
    return Financing(first, tuple(lines), tuple(_further(years)))


def _further(years: Sequence[YearMoney]) -> Iterator[Message]:
    first, last = next((posts for posts in years[0].steps.values() if posts), years[0].at_end), years[-1].at_end
    if last > first:
        yield msg(
            "The number of filled posts rises from {first} to {last}.",
            first=wording.fte(first),
            last=wording.fte(last),
        )
    grant = sum((each.own.grant for each in years if each.own is not None), Decimal(0))
    if grant:
        yield msg(
            "The administration is authorised to plan {amount} of the Integrationspauschale under § 14c TIntG for the "
            "own share.",
            amount=euros(grant),
        )


def _year(each: YearMoney) -> Message:
    values = {"year": str(each.year), "filled": each.filled}
    own = each.complete
    if own is None or own.posts is None:
        return msg("{year}: {filled}; grant of the state {grant}", grant=euros(each.granted), **values)
    return msg(
        "{year}: {filled}; cost {cost}, grant of the state {grant}, {rest}",
        cost=euros(own.posts.cost),
        grant=euros(own.posts.funding),
        rest=_rest([own]),
        **values,
    )


def _all_years(years: Sequence[YearMoney]) -> Message:
    own = [each.complete for each in years]
    known = [part for part in own if part is not None and part.posts is not None]
    if len(known) < len(years):
        return msg("all years: grant of the state {grant}", grant=euros(sum((y.granted for y in years), Decimal(0))))
    posts = [part.posts for part in known if part.posts is not None]
    return msg(
        "all years: cost {cost}, grant of the state {grant}, {rest}",
        cost=euros(sum((part.cost for part in posts), Decimal(0))),
        grant=euros(sum((part.funding for part in posts), Decimal(0))),
        rest=_rest(known),
    )


def _rest(own: Sequence[OwnShare]) -> Listing:
    """What is left to pay, with that of coordination, and what of it the county's budget gives."""
    posts = sum((part.posts.own for part in own if part.posts is not None), Decimal(0))
    coordination = sum((part.coordination.own for part in own if part.coordination is not None), Decimal(0))
    grant = sum((part.grant for part in own), Decimal(0))
    texts: list[object] = [msg("own share {own}", own=euros(posts))]
    if coordination:
        texts.append(msg("own share of coordination {own}", own=euros(coordination)))
    if grant:
        texts.append(msg("of it {grant} from the Integrationspauschale", grant=euros(grant)))
    if coordination or grant:
        texts.append(msg("{left} from the county's budget", left=euros(sum((p.budget for p in own), Decimal(0)))))
    return listing(texts)


def without_posts(plan: Plan, county: County) -> Message:
    """The alternative “nothing”: what there is where none of the plan's posts is filled, by the same yardstick."""
    needy = [supply for supply in plan.municipalities.values() if supply.key > 0]
    least = min(needy, key=lambda supply: (supply.existing_hours / supply.key, supply.ags))
    people = plan.problem.people
    hours = None if people is None else number(1000 * least.existing_hours / (least.key * people), 1, "h")
    values = {"town": county.name_of(least.ags), "hours": NOTHING if hours is None else hours}
    if not has_yardstick(plan):
        return msg(
            "Nothing: no post is filled. What existing services give remains; least has {town} with {hours} per 1,000 "
            "people and week.",
            **values,
        )
    missing = math.fsum(max(0.0, one.fair_supply - one.existing_hours) for one in plan.municipalities.values())
    return msg(
        "Nothing: no post is filled. What existing services give remains; least has {town} with {hours} per 1,000 "
        "people and week, and {missing} per week are missing to the yardstick.",
        missing=number(missing, 1, "h"),
        **values,
    )
