"""The tables of one plan for the papers, and what its maps show in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from geodata.county import County
from maps.colours import districts_of
from optimizer.plan import LayerPlan, Plan
from translation import Message, listing, msg, msgs, number, percent
from wording import sentences as wording
from wording.grid import NOTHING, Column, Row, Table, Weight, row
from wording.key_figures import Figure


def districts_table(layer: LayerPlan, county: County) -> Table:
    """A row for each district of a layer with its team, numbered as on the map; hours per week."""
    columns = (
        Column(msg("No.")),
        Column(msg("Municipalities"), figures=False),
        Column(msg("Hub"), figures=False),
        Column(msg("Employer"), figures=False),
        Column(msg("FTE")),
        Column(msg("Persons")),
        Column(msg("On site h")),
        Column(msg("Road h")),
        Column(msg("Coordination h")),
    )
    rows = [
        row(
            [
                number(position),
                wording.town_names(district.municipalities, county),
                county.name_of(district.hub),
                wording.employer_name(district.employer, county),
                wording.fte(district.fte),
                number(district.persons),
                number(district.on_site_hours, 1),
                number(district.total_travel_hours, 1),
                number(district.coordination_hours, 1),
            ]
        )
        for position, district in enumerate(layer.districts, start=1)
    ]
    districts = layer.districts
    total = [
        "",
        msg("all districts"),
        "",
        "",
        wording.fte(layer.fte),
        number(sum(district.persons for district in districts)),
        number(math.fsum(district.on_site_hours for district in districts), 1),
        number(math.fsum(district.total_travel_hours for district in districts), 1),
        number(math.fsum(district.coordination_hours for district in districts), 1),
    ]
    return Table(wording.layer_title(layer), columns, (*rows, row(total, Weight.TOTAL)))


def municipalities_table(plan: Plan, county: County) -> Table:
    """A row for each municipality, the one served worst in bold, and the county; hours per week of all layers."""
    served = [districts_of(layer) for layer in plan.layers]
    several = len(served) > 1
    columns = (
        Column(msg("Municipality"), figures=False),
        *(
            Column(msg("District, layer {number}", number=position) if several else msg("District"))
            for position in range(1, len(served) + 1)
        ),
        Column(msg("Key")),
        Column(msg("Fair supply h")),
        Column(msg("Existing h")),
        Column(msg("On site h")),
        Column(msg("Road h")),
        Column(msg("Coverage")),
        Column(msg("Shortfall h")),
    )
    supplies = list(plan.municipalities.values())
    rows: list[Row] = []
    for supply in supplies:
        numbers = [listing(number(position) for position, _ in layer.get(supply.ags, ())) for layer in served]
        values = [
            county.name_of(supply.ags),
            *(found if found.items else NOTHING for found in numbers),
            percent(supply.key),
            number(supply.fair_supply, 1),
            number(supply.existing_hours, 1),
            number(supply.hours, 1),
            number(supply.travel_hours, 1),
            NOTHING if supply.coverage is None else percent(supply.coverage),
            number(supply.shortfall_hours, 1),
        ]
        lowest = supply.ags == plan.least_covered.ags
        rows.append(row(values, Weight.STRONG if lowest else Weight.PLAIN))
    total = [
        msg("County; lowest coverage"),
        *("" for _ in served),
        percent(math.fsum(supply.key for supply in supplies)),
        number(math.fsum(supply.fair_supply for supply in supplies), 1),
        number(math.fsum(supply.existing_hours for supply in supplies), 1),
        number(plan.on_site_hours, 1),
        number(plan.travel_hours, 1),
        percent(plan.lowest_coverage),
        number(plan.shortfall_hours, 1),
    ]
    notes = (msg("Bold: the municipality with the lowest coverage. Hours are per week and those of all layers."),)
    return Table(msg("Municipalities (hours per week)"), columns, (*rows, row(total, Weight.TOTAL)), notes)


def key_figures_table(figures: Sequence[Figure]) -> Table:
    """The key figures of a plan with what they mean."""
    headings = (msg("Figure"), msg("Value"), msg("Where"), msg("Meaning"))
    rows = [row([one.label, one.value, NOTHING if one.where is None else one.where, one.about]) for one in figures]
    return Table(msg("Key figures"), tuple(Column(heading, figures=False) for heading in headings), tuple(rows))


def losses_table(plan: Plan) -> Table:
    """Where the hours of all posts go, per week."""
    offered = plan.problem.offered_hours
    rows = [row([label, number(hours, 1), percent(hours / offered)]) for label, hours in wording.losses(plan)]
    total = row([msg("all posts"), number(offered, 1), percent(1.0)], Weight.TOTAL)
    columns = (Column(msg("Use"), figures=False), Column(msg("h per week")), Column(msg("Share")))
    return Table(msg("Where the hours go"), columns, (*rows, total))


def map_sentences(plan: Plan, layer: int, county: County) -> tuple[Message, ...]:
    """What the map of a layer shows, for those who cannot see it."""
    districts = plan.layers[layer].districts
    first = msgs(
        "Map of {county} with {count} district.",
        "Map of {county} with {count} districts.",
        len(districts),
        county=county.name,
    )
    each = [
        msg(
            "District {number} ({posts} FTE, {employer}, hub {hub}): {towns}.",
            number=position,
            posts=wording.fte(district.fte),
            employer=wording.employer_name(district.employer, county),
            hub=county.name_of(district.hub),
            towns=wording.town_names(district.municipalities, county),
        )
        for position, district in enumerate(districts, start=1)
    ]
    lowest = msg(
        "The lowest coverage is that of {town}: {coverage}.",
        town=county.name_of(plan.least_covered.ags),
        coverage=percent(plan.lowest_coverage),
    )
    served = plan.layers[layer].hours_by_municipality()
    left = [county.name_of(ags) for ags in plan.municipalities if ags not in served]
    without = [msg("In no district: {towns}.", towns=listing(left))] if left else []
    return (first, *each, *without, lowest)
