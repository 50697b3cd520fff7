"""What plans mean for money and staff, for the papers: tables and sentences from :mod:`wording.money`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial

from geodata.county import County
from optimizer.plan import Plan
from scenarios.assemble import LoadedScenario
from translation import Message, Number, listing, msg, msgs, number
from wording import sentences as wording
from wording.compared_tables import Compared, ComparedPlan, scenario_columns
from wording.financial_plan import years_of, years_table
from wording.grid import NOTHING, GridColumn, GridRow, GridTable, Weight, row
from wording.money import FULL_YEAR, Module, Money, column, euros, money
from wording.money_remarks import money_warnings

MODULES: Mapping[Module, Message] = {
    Module.COORDINATION: msg("Module I: strategic management"),
    Module.CASE_MANAGEMENT: msg("Module II: case management"),
    Module.AUTHORITIES: msg("Module III: authorities for foreigners and naturalisation"),
}


@dataclass(frozen=True, slots=True)
class Finance:
    """Money and staff of the scenarios; ``moneys`` has ``None`` where a scenario has no plan.

    ``grants``, ``own_by_employer`` and ``own_by_municipality`` are those of the proposed plan, the last two ``None``
    where the scenario does not say what a post really costs; ``years`` is ``None`` where it has no financial plan.
    ``compared`` and ``staff`` set all scenarios side by side. ``warnings`` say what does not fit the year of the paper.
    """

    moneys: tuple[Money | None, ...]
    sentences: tuple[Message, ...]
    grants: GridTable
    compared: GridTable
    staff: GridTable
    own_by_employer: GridTable | None
    own_by_municipality: GridTable | None
    years: GridTable | None
    warnings: tuple[Message, ...]


def finance(scenarios: Sequence[Compared], shown: ComparedPlan, year: int) -> Finance:
    """Money and staff of the scenarios, for a paper of that ``year``; the one that is ``shown`` in full."""
    moneys = tuple(money(one.loaded, one.plan) if isinstance(one, ComparedPlan) else None for one in scenarios)
    loaded, plan = shown.loaded, shown.plan
    found = money(loaded, plan)
    return Finance(
        moneys,
        tuple(_sentences(loaded, found)),
        _grants(found),
        _compared(scenarios, moneys),
        _staff(scenarios),
        _own_by_employer(found, loaded.county),
        _own_by_municipality(found, plan, loaded.county),
        years_table(years_of(loaded, plan)),
        (*money_warnings(loaded, plan, year), *_different_grants(scenarios)),
    )


def _different_grants(scenarios: Sequence[Compared]) -> Iterator[Message]:
    """Money of scenarios is alike only where their grants are."""
    grants = sorted({one.loaded.scenario.funding.per_post for one in scenarios if isinstance(one, ComparedPlan)})
    if len(grants) > 1:
        yield msg(
            "The scenarios use different grants per post ({amounts}): their money differs by that, too.",
            amounts=listing(map(euros, grants)),
        )


def _estimate(amount: Decimal) -> Number:
    """An estimated amount: cents would pretend to know more."""
    return number(float(amount), 0, "€")


def _sentences(loaded: LoadedScenario, found: Money) -> list[Message]:
    case_management = found.total_of(Module.CASE_MANAGEMENT)
    posts = wording.fte(sum(found.posts.values(), Fraction(0)))
    if found.months == FULL_YEAR:
        first = msg(
            "In a full year the state grants {amount} for the {posts} case-management posts (module II).",
            amount=euros(case_management),
            posts=posts,
        )
    else:
        first = msgs(
            "For {count} month the state grants {amount} for the {posts} case-management posts (module II).",
            "For {count} months the state grants {amount} for the {posts} case-management posts (module II).",
            found.months,
            amount=euros(case_management),
            posts=posts,
        )
    total = msg("With modules I and III it is up to {amount}.", amount=euros(found.total))
    driving = msg(
        "Driving is estimated at {km} km, {cost} and {co2} kg of carbon dioxide in a full year.",
        km=number(found.driving.km_per_year),
        cost=_estimate(found.driving.cost),
        co2=number(found.driving.co2_kg),
    )
    return [first, total, *_own(loaded, found), driving]


_OWN: Mapping[str, Message] = {
    "cost": msg("real cost of the posts"),
    "posts": msg("own share"),
    "coordination": msg("own share of coordination (module I)"),
    "grant": msg("less Integrationspauschale (§ 14c TIntG)"),
    "budget": msg("from the county's budget"),
}


def _own_parts(found: Money) -> dict[str, Decimal]:
    """The rows that say what is left to pay, as far as it is known and says more than the rows above."""
    if found.own is None:
        return {}
    own = found.own
    parts: dict[str, Decimal] = {}
    if own.posts is not None:
        parts |= {"cost": own.posts.cost, "posts": own.posts.own}
    if own.coordination is not None:
        parts["coordination"] = own.coordination.own
    if own.grant:
        parts["grant"] = own.grant
    if own.posts is not None and (own.grant or own.coordination is not None):
        parts["budget"] = own.budget
    return parts


def _own(loaded: LoadedScenario, found: Money) -> Iterator[Message]:
    """What is left to pay, and where that comes from."""
    funding, share = loaded.scenario.funding, found.share
    if share is None:
        yield msg("What a post really costs is not stated in the scenario, so that no own share is shown.")
    else:
        yield msg(
            "At a real cost of {each} per post and year the posts cost {cost}; the own share is {own}.",
            each=euros(funding.cost_per_post_in(funding.base_year) or Decimal(0)),
            cost=euros(share.cost),
            own=euros(share.own),
        )
    if found.own is None:
        return
    if found.own.coordination is not None:
        yield msg(
            "Staff and material of the coordination (module I) cost {cost}; the own share is {own}.",
            cost=euros(found.own.coordination.cost),
            own=euros(found.own.coordination.own),
        )
    if found.own.grant:
        yield msg(
            "Of the own share the Integrationspauschale (§ 14c TIntG) pays {amount}; {left} come from the county's "
            "budget.",
            amount=euros(found.own.grant),
            left=euros(found.own.budget),
        )


def _grants(found: Money) -> GridTable:
    amount = column([number for line in found.lines for number in (line.each, line.total)])
    rows: list[GridRow] = []
    for module, name in MODULES.items():
        lines = [line for line in found.lines if line.module is module]
        for line in lines:
            what = msg("{what} (up to)", what=line.what) if line.ceiling else line.what
            rows.append(row([what, wording.stated(float(line.count)), amount(line.each), amount(line.total)]))
        rows.append(row([name, "", "", amount(found.total_of(module))], Weight.STRONG))
    rows.append(row([msg("all modules"), "", "", amount(found.total)], Weight.TOTAL))
    columns = (
        GridColumn(msg("Grant"), figures=False),
        GridColumn(msg("Number")),
        GridColumn(msg("Each €")),
        GridColumn(msg("Total €")),
    )
    title = msgs(
        "Funding by the state for {count} month (proposed plan)",
        "Funding by the state for {count} months (proposed plan)",
        found.months,
    )
    return GridTable(title, columns, tuple(rows))


def _compared(scenarios: Sequence[Compared], moneys: Sequence[Money | None]) -> GridTable:
    def line(name: Message, value: Callable[[Money], object]) -> GridRow:
        return row([name, *(NOTHING if found is None else value(found) for found in moneys)])

    rows = [
        line(msg("months of funding"), lambda found: number(found.months)),
        *(line(name, partial(_module_total, module)) for module, name in MODULES.items()),
        line(msg("funding in all"), lambda found: euros(found.total)),
    ]
    if len({found.year for found in moneys if found is not None}) > 1:
        rows.insert(0, line(msg("year of the grants"), lambda found: str(found.year)))
    own = [{} if found is None else _own_parts(found) for found in moneys]
    rows += [
        row([name, *(euros(parts[key]) if key in parts else NOTHING for parts in own)])
        for key, name in _OWN.items()
        if any(key in parts for parts in own)
    ]
    rows += [
        line(msg("driving per year (estimate)"), lambda found: number(found.driving.km_per_year, 0, "km")),
        line(msg("cost of driving per year (estimate)"), lambda found: _estimate(found.driving.cost)),
        line(msg("CO₂ of driving per year (estimate)"), lambda found: number(found.driving.co2_kg, 0, "kg")),
    ]
    columns = (GridColumn(msg("Amount"), figures=False), *scenario_columns(scenarios))
    return GridTable(msg("Money of the scenarios"), columns, tuple(rows))


def _module_total(module: Module, found: Money) -> Number:
    return euros(found.total_of(module))


def _staff(scenarios: Sequence[Compared]) -> GridTable:
    teams: dict[str, list[tuple[Fraction, int]]] = {}
    names: dict[str, object] = {}
    for position, one in enumerate(scenarios):
        if not isinstance(one, ComparedPlan):
            continue
        for district in (district for layer in one.plan.layers for district in layer.districts):
            id = district.employer
            names.setdefault(id, wording.employer_name(id, one.loaded.county))
            found = teams.setdefault(id, [(Fraction(0), 0)] * len(scenarios))
            posts, persons = found[position]
            found[position] = posts + district.fte, persons + district.persons

    def cells(found: Sequence[tuple[Fraction, int]]) -> list[object]:
        return [_team(*found[i]) if isinstance(one, ComparedPlan) else NOTHING for i, one in enumerate(scenarios)]

    rows = [row([names[id], *cells(found)]) for id, found in teams.items()]
    sums = [
        (sum((found[i][0] for found in teams.values()), Fraction(0)), sum(found[i][1] for found in teams.values()))
        for i in range(len(scenarios))
    ]
    total = row([msg("all employers"), *cells(sums)], Weight.TOTAL)
    columns = (GridColumn(msg("Employer"), figures=False), *scenario_columns(scenarios))
    return GridTable(msg("Posts and persons by employer"), columns, (*rows, total))


def _team(posts: Fraction, persons: int) -> object:
    if not posts:
        return NOTHING
    return msgs("{posts} FTE, {count} person", "{posts} FTE, {count} persons", persons, posts=wording.fte(posts))


def _own_by_employer(found: Money, county: County) -> GridTable | None:
    total = found.share
    if found.shares is None or total is None:
        return None
    every = [*found.shares.values(), total]
    amount = column([value for share in every for value in (share.cost, share.funding)])
    names: list[object] = [wording.employer_name(id, county) for id in found.shares]
    posts = [*found.posts.values(), sum(found.posts.values(), Fraction(0))]
    rows = tuple(
        row(
            [name, wording.fte(fte), amount(share.cost), amount(share.funding), amount(share.own)],
            Weight.TOTAL if share is total else Weight.PLAIN,
        )
        for name, fte, share in zip([*names, msg("all employers")], posts, every, strict=True)
    )
    columns = (
        GridColumn(msg("Employer"), figures=False),
        GridColumn(msg("Posts (FTE)")),
        GridColumn(msg("Cost €")),
        GridColumn(msg("Funding €")),
        GridColumn(msg("Own share €")),
    )
    return GridTable(msg("Own share by employer (proposed plan)"), columns, rows)


def _own_by_municipality(found: Money, plan: Plan, county: County) -> GridTable | None:
    if found.own_by_key is None or found.share is None:
        return None
    parts = [found.own_by_key] if found.own_by_hours is None else [found.own_by_key, found.own_by_hours]
    amount = column([value for part in parts for value in part.values()])
    rows = [row([county.name_of(ags), *(amount(part[ags]) for part in parts)]) for ags in plan.municipalities]
    total = row([msg("County"), *(amount(found.share.own) for _ in parts)], Weight.TOTAL)
    headings = [msg("Own share by key €"), msg("Own share by hours on site €")][: len(parts)]
    columns = (GridColumn(msg("Municipality"), figures=False), *map(GridColumn, headings))
    return GridTable(msg("Own share by municipality (proposed plan)"), columns, (*rows, total))
