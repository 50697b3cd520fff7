"""The best plans beside the best one, in words: what each changes, and what is settled among them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from exploring.query import Subject
from exploring.question import Question
from geodata.county import County
from optimizer.explore.alternatives import Alternative, Alternatives
from optimizer.plan import Plan
from optimizer.problem import Ags
from scenarios.identity import identified_by
from translation import Message, listing, msg, msgs, number
from wording.differences import less, missing, more_missing, moved_text, reshaped, reshaped_short, reshaped_texts
from wording.explore.told import Told, coverage_cell, hours_cell, hours_cells, hours_columns
from wording.grid import NOTHING, GridColumn, GridRow, GridTable, row
from wording.yardstick import beside

#: So many of those that change their district most often are told in one line.
_MOST_MOVED = 4


def alternatives_told(about: Subject, found: Alternatives) -> Told:
    """The answer to “Are there other good plans?”."""
    county = about.loaded.county
    tables = [_plans_table(about, found)]
    if len(found.items) > 1:
        tables.append(together_table(county, found))
    return Told(Question.ALTERNATIVES, tuple(_answer(county, found)), tuple(tables), _proof(about, found))


def settled_groups(found: Alternatives) -> tuple[tuple[Ags, ...], ...]:
    """Municipalities that share a district in all of the plans, in groups of two or more, in AGS order."""
    towns = [town.ags for town in found.items[0].plan.problem.municipalities]
    always = {pair for pair, count in found.together_counts.items() if count == len(found.items)}
    groups: list[list[Ags]] = []
    for ags in towns:
        group = next((group for group in groups if (group[0], ags) in always), None)
        if group is None:
            groups.append([ags])
        else:
            group.append(ags)
    return tuple(tuple(group) for group in groups if len(group) > 1)


def stays(found: Alternatives) -> dict[Ags, float]:
    """In what share of the plans each municipality is in the same district as in the best one."""
    towns = [town.ags for town in found.items[0].plan.problem.municipalities]
    count = len(found.items)
    return {ags: sum(ags not in one.moved for one in found.items) / count for ags in towns}


def how_settled(county: County, found: Alternatives) -> Message:
    """Which municipalities are together in all of the best plans, and which are now here, now there; in one line."""
    count = number(len(found.items))
    if len(found.items) == 1:
        return msg("Settled: there is no other plan near the best one.")
    groups = settled_groups(found)
    staying = stays(found)
    if all(share == 1 for share in staying.values()):
        return msg("Settled: in the {count} best plans every municipality is where it is here.", count=count)
    # Who is always together moves together.
    alone = [(ags,) for ags in staying if not any(ags in group for group in groups)]
    taste = sorted(
        (unit for unit in (*groups, *alone) if staying[unit[0]] < 1), key=lambda unit: (staying[unit[0]], unit)
    )
    values = {"count": count, "towns": listing(_joined(county, unit) for unit in taste[:_MOST_MOVED])}
    if not groups:
        return msg(
            "Together in all {count} best plans: no two · a matter of taste is most of all the district of {towns}",
            **values,
        )
    return msg(
        "Together in all {count} best plans: {groups} · a matter of taste is most of all the district of {towns}",
        groups=listing(_joined(county, group) for group in groups),
        **values,
    )


def _joined(county: County, group: Collection[Ags]) -> object:
    """Municipalities that belong together, as one name."""
    joined: object = ""
    for ags in group:
        name = county.name_of(ags)
        joined = msg("{some}–{one}", some=joined, one=name) if joined else name
    return joined


def _answer(county: County, found: Alternatives) -> Iterator[Message]:
    count = len(found.items)
    if count == 1:
        yield msg("There is no other plan near the best one.")
        return
    best, second = found.items[0].plan, found.items[1].plan
    layer, named = found.layer, identified_by(second, best)
    hours = more_missing(less(missing(second), missing(best)))
    yield msg("The next best plan: {moved} It has {hours}.", moved=moved_text(best, named, layer, county), hours=hours)
    yield from reshaped_texts(reshaped(best, named, layer))
    last = found.items[-1]
    if less(missing(last.plan), missing(best)).value:
        yield msg(
            "From the best to plan {number} shortfall rises from {first} to {last} hours per week.",
            number=number(count),
            first=missing(best),
            last=missing(last.plan),
        )
    else:
        yield msg("All {number} plans leave {hours} hours per week missing.", number=number(count), hours=missing(best))
    groups = settled_groups(found)
    if groups:
        each = [listing(county.name_of(ags) for ags in group) for group in groups]
        joined: object = each[0]
        for group in each[1:]:
            joined = msg("{some}; {one}", some=joined, one=group)
        yield msg("Settled – together in each of these plans: {groups}.", groups=joined)
    else:
        yield msg("No two municipalities are together in each of these plans.")
    staying = stays(found)
    moving = sorted((ags for ags in staying if staying[ags] < 1), key=lambda ags: (staying[ags], ags))
    if moving:
        each_town = [
            msg("{town} ({count})", town=county.name_of(ags), count=number(round((1 - staying[ags]) * count)))
            for ags in moving
        ]
        yield msg(
            "A matter of taste – in another district than in the best plan, in how many of them: {towns}.",
            towns=listing(each_town),
        )


def _proof(about: Subject, found: Alternatives) -> Message:
    distinct = (
        msg("plans differ in who is with whom, each with its best teams")
        if found.distinct == "districts"
        else msg("plans differ in who is with whom, employers or team sizes")
    )
    count = number(len(found.items))
    if found.complete and len(found.items) == 1:
        return msg(
            "Proven: no other plan lies within {within} points of the highest possible lowest coverage of {highest} "
            "and the hours asked for; {distinct}.",
            within=number(100 * found.coverage_within, 1),
            highest=beside(about.problem, found.highest_coverage),
            distinct=distinct,
        )
    if not found.complete:
        return msg(
            "Not complete: {count} plans were found in the time allowed; others may lie between them ({distinct}).",
            count=count,
            distinct=distinct,
        )
    return msg(
        "Proven: these are the {count} best plans in the order of the model and none is missing between them; "
        "{distinct}. They lie at most {within} points below the highest possible lowest coverage of {highest}.",
        count=count,
        distinct=distinct,
        within=number(100 * found.coverage_within, 1),
        highest=beside(about.problem, found.highest_coverage),
    )


def _plans_table(about: Subject, found: Alternatives) -> GridTable:
    best = found.items[0].plan
    columns = (
        GridColumn(msg("Plan")),
        GridColumn(msg("Who changes district"), figures=False),
        GridColumn(msg("What becomes of districts"), figures=False),
        GridColumn(msg("Lowest coverage")),
        *hours_columns(about),
        GridColumn(msg("Shortfall (h)")),
        GridColumn(msg("Travel (h)")),
        GridColumn(msg("Districts")),
    )
    rows = [_plan_row(about, found, number_, one, best) for number_, one in enumerate(found.items, start=1)]
    notes = [msg("Differences are those to plan 1.")]
    if any(round(one.plan.reached, 3) > round(best.reached, 3) for one in found.items):
        notes.append(
            msg(
                "A higher lowest coverage is traded for fewer missing hours: within the tolerance the model takes the "
                "fewest missing hours."
            )
        )
    return GridTable(msg("The best plans in order"), columns, tuple(rows), tuple(notes))


def _plan_row(about: Subject, found: Alternatives, number_: int, one: Alternative, best: Plan) -> GridRow:
    plan, base = identified_by(one.plan, best), None if number_ == 1 else best
    return row(
        [
            number(number_),
            listing(about.loaded.county.name_of(ags) for ags in one.moved) if one.moved else NOTHING,
            reshaped_short(reshaped(best, plan, found.layer)) or NOTHING,
            coverage_cell(plan.reached, None if base is None else base.reached),
            *hours_cells(about, plan.reached),
            hours_cell(plan.shortfall_hours, None if base is None else base.shortfall_hours),
            hours_cell(plan.travel_hours, None if base is None else base.travel_hours),
            number(len(plan.layers[found.layer].districts)),
        ]
    )


def together_table(county: County, found: Alternatives) -> GridTable:
    """In how many of the plans two municipalities share a district; columns are headed by the numbers of the rows."""
    towns = [town.ags for town in found.items[0].plan.problem.municipalities]
    counts = found.together_counts
    rows = []
    for place, ags in enumerate(towns, start=1):
        cells: list[object] = [msg("{number} {town}", number=place, town=county.name_of(ags))]
        cells += [NOTHING if other == ags else number(counts[min(ags, other), max(ags, other)]) for other in towns]
        rows.append(row(cells))
    columns = (GridColumn(msg("Municipality"), figures=False), *(GridColumn(str(n)) for n in range(1, len(towns) + 1)))
    title = msgs(
        "How often two municipalities share a district in {count} plan",
        "How often two municipalities share a district in {count} plans",
        len(found.items),
    )
    return GridTable(title, columns, tuple(rows))
