"""The tables of one plan, for every medium, and what its maps show in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from geodata.county import County
from maps.colours import drive_minutes, identity_text, numbered_by_town
from optimizer.plan import LayerPlan, Plan
from scenarios.assemble import LoadedScenario
from translation import Message, listing, msg, msgs, number, percent
from wording import sentences as wording
from wording.differences import Printed, adds_up, coverage, lowest
from wording.existing import county_share, existing_share
from wording.grid import NOTHING, GridColumn, GridTable, Weight, row
from wording.key_figures import KeyFigure
from wording.yardstick import has_yardstick, per_1000, per_1000_heading, per_1000_text, yardstick_meaning

#: Indicators in the head of a narrow column.
_INDICATORS: Mapping[str, Message] = {
    "population": msg("Inhabitants"),
    "foreigners": msg("Foreigners"),
    "migration_history": msg("Migration history"),
    "immigrants": msg("Immigrants"),
    "population_update": msg("Inhabitants (update)"),
    "area_km2": msg("Area (km²)"),
}
DISTRICT, INDICATOR, DRIVE, EXISTING = "district", "indicator", "drive", "existing"
"""Kinds of columns: districts that serve a municipality, an indicator of it, the drive, how existing advice counts."""


@dataclass(frozen=True, slots=True)
class _Filled:
    """A column with its cells and what stands below them; ``rounded``: as printed, the cells do not give that sum."""

    heading: Message | str
    cells: Sequence[object]
    total: object = ""
    figures: bool = True
    rounded: bool = False
    kind: str = ""


def _texts(heading: Message, texts: Sequence[object], total: object = "") -> _Filled:
    return _Filled(heading, texts, total, figures=False)


def _summed(heading: Message | str, cells: Sequence[Printed], total: Printed) -> _Filled:
    return _Filled(heading, cells, total, rounded=not adds_up(cells, total))


def _hours(heading: Message, hours: Sequence[float], total: float | None = None) -> _Filled:
    """A column of hours per week, by default with their sum."""
    return _summed(heading, [number(h, 1) for h in hours], number(math.fsum(hours) if total is None else total, 1))


def _table(
    title: Message, columns: Sequence[_Filled], notes: Sequence[Message] = (), *, strong: int | None = None
) -> GridTable:
    """The columns with their totals; the row in position ``strong`` is one to look at."""
    rows = [
        row(cells, Weight.STRONG if position == strong else Weight.PLAIN)
        for position, cells in enumerate(zip(*(column.cells for column in columns), strict=True))
    ]
    if any(column.rounded for column in columns):
        notes = (*notes, msg("Each figure is rounded by itself: a sum may differ in the last digit."))
    return GridTable(
        title,
        tuple(GridColumn(column.heading, column.figures, kind=column.kind) for column in columns),
        (*rows, row([column.total for column in columns], Weight.TOTAL)),
        tuple(notes),
    )


def districts_table(layer: LayerPlan, county: County) -> GridTable:
    """A row for each district of a layer with its team, numbered as on the map; hours per week."""
    districts = [district for _, district in layer.numbered]
    columns = (
        _Filled(msg("No."), [identity_text(identity) for identity, _ in layer.numbered]),
        _texts(
            msg("Municipalities"),
            [wording.town_names(one.municipalities, county) for one in districts],
            msg("all districts"),
        ),
        _texts(msg("Hub"), [county.name_of(one.hub) for one in districts]),
        _summed(msg("Posts (FTE)"), [wording.fte(one.fte) for one in districts], wording.fte(layer.fte)),
        _summed(
            msg("Persons"),
            [number(one.persons) for one in districts],
            number(sum(one.persons for one in districts)),
        ),
        _hours(msg("On site (h)"), [one.on_site_hours for one in districts]),
        _hours(msg("Travel (h)"), [one.total_travel_hours for one in districts]),
        _hours(msg("Coordination (h)"), [one.coordination_hours for one in districts]),
        _texts(msg("Employer"), [wording.employer_name(one.employer, county) for one in districts]),
    )
    alone = alone_text(layer, county)
    return _table(wording.layer_title(layer), columns, () if alone is None else (alone,))


def alone_text(layer: LayerPlan, county: County) -> Message | None:
    """The teams of a layer that are one person only; ``None`` where there are none."""
    alone = [
        msg("{number} (hub {hub})", number=identity_text(identity), hub=county.name_of(district.hub))
        for identity, district in layer.numbered
        if district.persons == 1
    ]
    if not alone:
        return None
    return msgs(
        "{count} team is one person only, who has no more than a stand-in while away: district {districts}.",
        "{count} teams are one person only, who has no more than a stand-in while away: districts {districts}.",
        len(alone),
        districts=listing(alone),
    )


def decided_table(layer: LayerPlan, county: County) -> GridTable:
    """A row for each district of a layer, numbered as on the map: all that is to be decided about it."""
    districts = [district for _, district in layer.numbered]
    columns = (
        _texts(msg("District"), [identity_text(identity) for identity, _ in layer.numbered]),
        _texts(
            msg("Municipalities"),
            [wording.town_names(one.municipalities, county) for one in districts],
            msg("all districts"),
        ),
        _summed(msg("Posts"), [wording.fte(one.fte) for one in districts], wording.fte(layer.fte)),
        _texts(msg("Employer"), [wording.employer_name(one.employer, county) for one in districts]),
        _texts(msg("Hub"), [county.name_of(one.hub) for one in districts]),
    )
    return _table(wording.layer_title(layer), columns)


def districts_in_short(layer: LayerPlan, county: County) -> GridTable:
    """A row for each district, numbered as on the map: what is seen of it beside a map.

    The employer of each only where there are several, and not where each is the municipality of its hub.
    """
    districts = layer.districts
    several = len({one.employer for one in districts}) > 1
    told = several and any(one.employer != one.hub for one in districts)
    return decided_table(layer, county).of((0, 1, 2, 4, *((3,) if told else ())))


def municipalities_table(loaded: LoadedScenario, plan: Plan, indicators: Sequence[str] = ()) -> GridTable:
    """A row for each municipality, the one served worst in bold, and the county; hours per week of all layers.

    With its ``indicators``, and how far it is from the hubs in minutes, one way. Not every medium has room for columns
    of the kinds :data:`DISTRICT`, :data:`INDICATOR`, :data:`DRIVE` and :data:`EXISTING`.
    """
    county = loaded.county
    supplies = list(plan.municipalities.values())
    layers = range(len(plan.layers))
    columns = (
        _texts(msg("Municipality"), [county.name_of(one.ags) for one in supplies], msg("County; lowest coverage")),
        *(_Filled(_of_layer(msg("District"), plan, at), _numbers(plan, at), kind=DISTRICT) for at in layers),
        *(_indicator(name, county, plan) for name in indicators),
        _summed(msg("Key"), [percent(one.key) for one in supplies], percent(math.fsum(one.key for one in supplies))),
        _measured(msg("Fair supply (h)"), plan, [one.fair_supply for one in supplies]),
        _hours(msg("Existing (h)"), [one.existing_hours for one in supplies]),
        *_existing(loaded, plan),
        _hours(msg("On site (h)"), [one.hours for one in supplies], plan.on_site_hours),
        _hours(msg("Travel (h)"), [one.travel_hours for one in supplies], plan.travel_hours),
        _Filled(msg("Coverage"), [coverage(plan, one.ags) or NOTHING for one in supplies], lowest(plan) or NOTHING),
        *_per_1000(loaded, plan),
        _measured(msg("Shortfall (h)"), plan, [one.shortfall_hours for one in supplies]),
        *(_Filled(_of_layer(msg("Drive (min)"), plan, at), _drives(plan, at), kind=DRIVE) for at in layers),
    )
    notes = (
        msg("Bold: the municipality served worst. Hours are per week and those of all layers."),
        *([yardstick_meaning(loaded, plan)] if has_yardstick(plan) else []),
        *([] if plan.problem.people is None else [per_1000_text(loaded)]),
    )
    worst = list(plan.municipalities).index(plan.least_covered.ags)
    return _table(msg("Municipalities (hours per week)"), columns, notes, strong=worst)


def _measured(heading: Message, plan: Plan, hours: Sequence[float]) -> _Filled:
    """A column of hours that come from the yardstick: empty where there is none, for then they are not 0."""
    return _hours(heading, hours) if has_yardstick(plan) else _Filled(heading, [NOTHING] * len(hours), NOTHING)


def _existing(loaded: LoadedScenario, plan: Plan) -> Iterator[_Filled]:
    """What share of the fair supply existing services give, and from which year the oldest figure on them is."""
    shares = [existing_share(plan, ags) or NOTHING for ags in plan.municipalities]
    yield _Filled(msg("Existing, share"), shares, county_share(plan) or NOTHING, kind=EXISTING)
    oldest = [loaded.existing[ags].oldest for ags in plan.municipalities]
    years = [str(year) for year in oldest if year is not None]
    cells = [NOTHING if year is None else str(year) for year in oldest]
    yield _Filled(msg("as of"), cells, min(years, default=NOTHING), kind=EXISTING)


def _per_1000(loaded: LoadedScenario, plan: Plan) -> list[_Filled]:
    """The column with hours per 1,000 people, where these are known; below it the fewest, as below the coverage."""
    if plan.problem.people is None:
        return []
    hours = {
        ags: NOTHING if (figure := per_1000(plan, ags)) is None else number(figure.value, 1)
        for ags in plan.municipalities
    }
    return [_Filled(per_1000_heading(loaded), list(hours.values()), hours[plan.least_covered.ags])]


def _of_layer(heading: Message, plan: Plan, layer: int) -> Message:
    if len(plan.layers) == 1:
        return heading
    return msg("{heading}, layer {number}", heading=heading, number=layer + 1)


def _numbers(plan: Plan, layer: int) -> list[object]:
    """The number of the district of each municipality; one that breaks the rules is in none or in several."""
    served = numbered_by_town(plan.layers[layer])
    found = [[identity_text(identity) for identity, _ in served.get(ags, ())] for ags in plan.municipalities]
    return [some[0] if len(some) == 1 else listing(some) if some else NOTHING for some in found]


def _drives(plan: Plan, layer: int) -> list[object]:
    return [NOTHING if drive is None else number(drive) for drive in drive_minutes(plan, layer).values()]


def _indicator(name: str, county: County, plan: Plan) -> _Filled:
    figures = [county.municipality(ags).indicators[name] for ags in plan.municipalities]
    heading = _INDICATORS.get(name, name)
    known = [value for value in figures if value is not None]
    if len(known) == len(figures):
        filled = _summed(heading, [number(value) for value in known], number(math.fsum(known)))
    else:
        # A figure that nobody published is no 0: without it there is no total.
        filled = _Filled(heading, [NOTHING if value is None else number(value) for value in figures], NOTHING)
    return replace(filled, kind=INDICATOR)


def key_figures_table(figures: Sequence[KeyFigure]) -> GridTable:
    """The key figures of a plan with what they mean."""
    headings = (msg("Figure"), msg("Value"), msg("Where"), msg("Meaning"))
    rows = [row([one.label, one.value, NOTHING if one.where is None else one.where, one.about]) for one in figures]
    return GridTable(msg("Key figures"), tuple(GridColumn(heading, figures=False) for heading in headings), tuple(rows))


def summary_figures(plan: Plan, county: County) -> tuple[tuple[Printed, Message], ...]:
    """The three figures that say most of a plan, each with what it is."""
    town = plan.least_covered.ags
    where, hours, share = county.name_of(town), per_1000(plan, town), lowest(plan)
    worst: list[tuple[Printed, Message]] = []
    if hours is not None:
        worst.append((hours, msg("per 1,000 people and week, where it is least ({town})", town=where)))
    elif share is not None:
        worst.append((share, msg("of the fair supply, where it is least ({town})", town=where)))
    return (
        (number(plan.on_site_hours, 1, "h"), msg("per week reach people")),
        *worst,
        (number(plan.travel_hours, 1, "h"), msg("per week are lost on the road")),
    )


def losses_table(plan: Plan) -> GridTable:
    """What the hours of all posts are used for, per week: one sum."""
    offered, lost = plan.problem.offered_hours, plan.losses
    uses = {
        msg("on site, up to the fair supply"): lost.on_site,
        msg("lost through unevenness (on site beyond the fair supply)"): lost.beyond,
        msg("lost on the road"): lost.road,
        msg("lost to coordination"): lost.coordination,
        msg("not placed, or with nobody to serve"): lost.not_placed,
    }
    if abs(lost.not_placed) < 1e-6:
        uses.popitem()
    columns = [
        _texts(msg("Use"), list(uses), msg("all posts")),
        _hours(msg("h per week"), list(uses.values()), offered),
    ]
    # Without any posts there is nothing to have a share of.
    if offered > 0:
        columns.append(_summed(msg("Share"), [percent(hours / offered) for hours in uses.values()], percent(1.0)))
    return _table(msg("Where the hours go"), columns)


def served_worst(plan: Plan, county: County) -> Message:
    """Where the coverage is lowest, and how many hours per 1,000 people that is."""
    town, share = plan.least_covered.ags, lowest(plan)
    hours = per_1000(plan, town)
    values = {"town": county.name_of(town), "coverage": share, "hours": hours}
    if share is None:
        return msg("Served worst is {town}, with {hours} per 1,000 people.", **values | {"hours": hours or NOTHING})
    if hours is None:
        return msg("The lowest coverage is that of {town}: {coverage}.", **values)
    return msg("The lowest coverage is that of {town}: {coverage}, {hours} per 1,000 people.", **values)


def map_sentences(plan: Plan, layer: int, county: County) -> tuple[Message, ...]:
    """What the map of a layer shows, for those who cannot see it."""
    districts = plan.layers[layer].numbered
    first = msgs(
        "Map of {county} with {count} district.",
        "Map of {county} with {count} districts.",
        len(districts),
        county=county.name,
    )
    each = [
        msg(
            "District {number} ({posts} FTE, {employer}, hub {hub}): {towns}.",
            number=identity_text(identity),
            posts=wording.fte(district.fte),
            employer=wording.employer_name(district.employer, county),
            hub=county.name_of(district.hub),
            towns=wording.town_names(district.municipalities, county),
        )
        for identity, district in districts
    ]
    worst = served_worst(plan, county)
    served = plan.layers[layer].hours_by_municipality()
    left = [county.name_of(ags) for ags in plan.municipalities if ags not in served]
    without = [msg("In no district: {towns}.", towns=listing(left))] if left else []
    return (first, *each, *without, worst)
