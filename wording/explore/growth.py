"""In which steps the posts are filled, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from exploring.query import Subject
from exploring.question import Question
from exploring.questions.growth import Grown
from geodata.county import Ags, County
from maps.colours import identity_text
from optimizer.plan import District, Plan
from optimizer.way.growth import Growth, GrowthStep
from optimizer.way.path import Conditions
from scenarios.funding import FundingYear
from translation import Message, Number, listing, msg, msgs, number, percent
from wording import sentences as wording
from wording.differences import signed
from wording.explore.told import Told, names
from wording.financial_plan import MONTH_NAMES, YearMoney, years_of, years_table
from wording.grid import NOTHING, GridColumn, GridRow, GridTable, Weight, row
from wording.money import cents, euros
from wording.yardstick import hours_at, per_1000_heading, yardstick_meaning

#: Hours per week by which somebody has fewer than before: less is not seen in a table.
_FEWER = 0.05


def growth_told(about: Subject, grown: Grown) -> Told:
    """The answer to “In which steps?”."""
    found = grown.growth
    answer = tuple(_answer(about, grown))
    if not found.found:
        return Told(Question.GROWTH, answer, (_alone_table(found),), _proof(found))
    tables = [_steps_table(about, grown), _hiring_table(about, grown), _hours_table(about, found)]
    money = _money_table(about, grown)
    return Told(Question.GROWTH, answer, (*tables, *([] if money is None else [money])), _proof(found))


def step_name(step: GrowthStep, day: date | None = None) -> Message:
    """A step in short: its posts, and from when."""
    posts = wording.fte(step.total)
    return (
        msg("{posts} posts", posts=posts)
        if day is None
        else msg("{posts} posts from {month} on", posts=posts, month=month(day))
    )


def month(day: date) -> Message:
    """A month of a year in words."""
    return msg("{month} {year}", month=MONTH_NAMES[day.month - 1], year=str(day.year))


# --- sentences


def _answer(about: Subject, grown: Grown) -> Iterator[Message]:
    found, county = grown.growth, about.loaded.county
    if not found.found:
        yield from _none(found)
        return
    first, last = found.steps[0], found.steps[-1]
    changing = msgs(
        "{count} of {all} municipalities changes district on the way",
        "{count} of {all} municipalities change district on the way",
        len(found.changing),
        all=number(len(_served(last))),
    )
    yield msg(
        "From {first} to {last} posts districts are only divided: {changing}, and {end}.",
        first=wording.fte(first.total),
        last=wording.fte(last.total),
        changing=changing if found.changing else msg("nobody changes district on the way"),
        end=_end(last),
    )
    if found.needed is not None:
        yield msg(
            "With a loss of at most {loss} points at each earlier step there is no such path; the smallest loss with "
            "which there is one is {needed} points, and that path is shown.",
            loss=number(100 * found.loss, 1),
            needed=number(100 * found.needed, 2),
        )
    yield from _losses(found)
    if found.changing:
        yield msg("Who changes district at some step: {towns}.", towns=names(county, found.changing))
    yield _fewer(about, found)
    yield from _hubs(about, found)
    yield from _money(about, grown)


def _none(found: Growth) -> Iterator[Message]:
    if found.impossible:
        totals = listing(map(wording.fte, found.impossible))
        yield msg("There is no path: with {posts} posts the rules leave no plan at all.", posts=totals)
        yield msg("Fewer districts, fewer posts that employers must have, or more posts in the first step may help.")
        return
    if found.needed is not None:
        yield msg(
            "With a loss of at most {loss} points there is no path in which districts are only divided; the smallest "
            "loss with which there is one is {needed} points. The path itself was not found in the time allowed.",
            loss=number(100 * found.loss, 1),
            needed=number(100 * found.needed, 2),
        )
    elif found.proven:
        yield msg("However much the earlier steps may lose, there is no path in which districts are only divided.")
    else:
        yield msg(
            "With a loss of at most {loss} points there is no path in which districts are only divided. With which one "
            "there is was not found in the time allowed.",
            loss=number(100 * found.loss, 1),
        )
    if found.conditions != Conditions():
        yield msg("Without the conditions from step to step there may be one.")


def _end(last: GrowthStep) -> Message:
    posts = wording.fte(last.total)
    if _seen(last):
        return msg(
            "compared with the best plan with {posts} posts the last step has {points} points of lowest coverage and "
            "{hours} missing hours per week",
            points=signed(number(-100 * (last.lost_coverage or 0.0), 1)),
            hours=signed(number(last.lost_hours or 0.0, 1)),
            posts=posts,
        )
    return msg("the last step is as good as the best plan with {posts} posts", posts=posts)


def _seen(step: GrowthStep) -> bool:
    """Whether a step loses anything that is seen as it is printed."""
    lost, hours = step.lost_coverage or 0.0, step.lost_hours or 0.0
    return round(abs(100 * lost), 1) > 0 or round(abs(hours), 1) > 0


def _losses(found: Growth) -> Iterator[Message]:
    lost = [step for step in found.steps[:-1] if step.total and _seen(step)]
    if not lost:
        yield msg("No step is worse than the best plan with as many posts.")
        return
    losses = [
        msg(
            "at {posts} posts {points} points of lowest coverage and {hours} missing hours per week",
            posts=wording.fte(step.total),
            points=signed(number(-100 * (step.lost_coverage or 0.0), 1)),
            hours=signed(number(step.lost_hours or 0.0, 1)),
        )
        for step in lost
    ]
    yield msg("On the way, against the best plan with as many posts: {losses}.", losses=listing(losses))


def _fewer(about: Subject, found: Growth) -> Message:
    fewer = _with_fewer(found)
    if not fewer:
        if found.conditions.nobody_less:
            return msg("Nobody gets fewer hours on site than at the step before, as was asked for.")
        return msg("Nobody gets fewer hours on site than at the step before.")
    county = about.loaded.county
    towns = [
        msg("{town} at {posts} posts ({hours}\u00a0h)", town=county.name_of(ags), posts=posts, hours=signed(by))
        for ags, posts, by in fewer
    ]
    return msg("Fewer hours on site than at the step before: {towns}.", towns=listing(towns))


def _with_fewer(found: Growth) -> list[tuple[Ags, Number, Number]]:
    fewer: list[tuple[Ags, Number, Number]] = []
    for before, now in zip(found.steps, found.steps[1:], strict=False):
        assert before.plan is not None
        assert now.plan is not None
        for ags, one in now.plan.municipalities.items():
            by = one.hours - before.plan.municipalities[ags].hours
            if by < -_FEWER:
                fewer.append((ags, wording.fte(now.total), number(by, 1)))
    return fewer


def _hubs(about: Subject, found: Growth) -> Iterator[Message]:
    county = about.loaded.county
    opened: list[Message] = []
    closed: list[Message] = []
    before: set[Ags] = set()
    for step in found.steps:
        assert step.plan is not None
        now = {district.hub for district in step.plan.layers[found.layer].districts}
        for hubs, told in ((now - before, opened), (before - now, closed)):
            if hubs:
                where = listing(county.name_of(ags) for ags in sorted(hubs))
                told.append(msg("{hubs} (at {posts} posts)", hubs=where, posts=wording.fte(step.total)))
        before = now
    yield msg("Hubs begin in this order: {hubs}.", hubs=listing(opened))
    if closed:
        yield msg("Given up as a hub: {hubs}.", hubs=listing(closed))
    elif found.conditions.hubs_stay:
        yield msg("No hub is given up on the way, as was asked for.")
    else:
        yield msg("No hub is given up on the way.")


def _money(about: Subject, grown: Grown) -> Iterator[Message]:
    years = _years(about, grown)
    if years:
        first, last = years[0], years[-1]
        yield msg(
            "Granted for the posts of this layer: {first} in {year}, {last} in {end}.",
            first=euros(first.granted),
            year=str(first.year),
            last=euros(last.granted),
            end=str(last.year),
        )


def _proof(found: Growth) -> Message:
    if found.found and not found.proven:
        return msg(
            "Not proven: the time did not suffice. No path has a last step with a lowest coverage above {bound}.",
            bound=percent(found.bound or 0.0),
        )
    if not found.found:
        return msg("Proven as far as it is told: all plans that the rules allow were taken into account.")
    loss = found.loss if found.needed is None else found.needed
    proof = msg(
        "Proven: of all ways to divide districts from step to step, with each earlier step at most {loss} "
        "points of lowest coverage below the best plan with as many posts, none has a better last step: the highest "
        "lowest coverage, then the fewest missing hours. Of equals that path counts which misses the fewest hours on "
        "the way, then that with the least travel.",
        loss=number(100 * loss, 1),
    )
    if found.conditions.nobody_less:
        proof = msg("{proof} Only ways count by which nobody gets fewer hours than before.", proof=proof)
    if found.conditions.hubs_stay:
        proof = msg("{proof} Only ways count by which no hub is given up.", proof=proof)
    return proof


# --- tables


def _served(step: GrowthStep) -> tuple[Ags, ...]:
    assert step.plan is not None
    return tuple(town.ags for town in step.plan.problem.municipalities if town.taking_part)


def _day(grown: Grown, position: int) -> date | None:
    return grown.dates[position] if grown.dates else None


def _when(grown: Grown, position: int) -> tuple[object, ...]:
    day = _day(grown, position)
    return () if day is None else (month(day),)


def _dated(grown: Grown) -> tuple[GridColumn, ...]:
    return (GridColumn(msg("From month"), figures=False),) if grown.dates else ()


def _measured(about: Subject, plan: Plan) -> Message:
    """By what all steps are measured."""
    own = replace(plan.problem, stated_level=about.problem.stated_level)
    return msg(
        "All steps have one yardstick, that of the last step. {meaning}",
        meaning=yardstick_meaning(about.loaded, replace(plan, problem=own)),
    )


def _steps_table(about: Subject, grown: Grown) -> GridTable:
    found, county = grown.growth, about.loaded.county
    known = about.problem.people is not None
    columns = (
        GridColumn(msg("Posts (FTE)")),
        *_dated(grown),
        GridColumn(msg("Districts")),
        GridColumn(msg("Lowest coverage")),
        *([GridColumn(per_1000_heading(about.loaded))] if known else []),
        GridColumn(msg("Best alone")),
        GridColumn(msg("Lost (points)")),
        GridColumn(msg("More missing (h)")),
        GridColumn(msg("On site (h)")),
        GridColumn(msg("Change district"), figures=False),
    )
    rows = []
    for position, step in enumerate(found.steps):
        plan, alone = step.plan, step.alone
        assert plan is not None
        assert alone is not None
        hours = hours_at(plan.problem, plan.reached)
        rows.append(
            row(
                [
                    wording.fte(step.total),
                    *_when(grown, position),
                    number(len(plan.layers[found.layer].districts)),
                    percent(plan.reached),
                    *([] if hours is None else [number(hours.value, hours.digits)]),
                    percent(alone.reached),
                    number(100 * (step.lost_coverage or 0.0), 1),
                    number(step.lost_hours or 0.0, 1),
                    number(plan.on_site_hours, 1),
                    NOTHING if step.changes is None else names(county, step.changes.municipalities),
                ]
            )
        )
    last = found.steps[-1].plan
    assert last is not None
    notes = (
        _measured(about, last),
        msg(
            "Best alone: the lowest coverage of the best plan with so many posts, whatever comes before and after. "
            "Lost and more missing are against that plan; a figure below zero is a gain, which the other pays for."
        ),
    )
    return GridTable(msg("The steps"), columns, tuple(rows), notes)


def _alone_table(found: Growth) -> GridTable:
    columns = (GridColumn(msg("Posts (FTE)")), GridColumn(msg("Best alone")), GridColumn(msg("Districts")))
    rows = [
        row(
            [wording.fte(step.total), msg("no plan"), NOTHING]
            if step.alone is None
            else [
                wording.fte(step.total),
                percent(step.alone.reached),
                number(len(step.alone.layers[found.layer].districts)),
            ]
        )
        for step in found.steps
    ]
    return GridTable(msg("The best plan of each step alone"), columns, tuple(rows))


def _continuing(found: Growth) -> Iterator[tuple[GrowthStep, District, District | None]]:
    """The districts of each step with the district of the step before that each continues."""
    before: GrowthStep | None = None
    for step in found.steps:
        assert step.plan is not None
        layer = step.plan.layers[found.layer]
        for _, district in layer.numbered:
            yield step, district, _continued(step, district, before, found.layer)
        before = step


def _continued(step: GrowthStep, district: District, before: GrowthStep | None, layer: int) -> District | None:
    if step.plan is None or before is None or before.plan is None or step.changes is None:
        return None
    position = step.changes.continued[step.plan.layers[layer].districts.index(district)]
    return None if position is None else before.plan.layers[layer].districts[position]


def _hiring_table(about: Subject, grown: Grown) -> GridTable:
    found, county = grown.growth, about.loaded.county
    several = len(about.problem.layers[found.layer].employers) > 1
    columns = (
        GridColumn(msg("Posts (FTE)")),
        *_dated(grown),
        GridColumn(msg("District")),
        GridColumn(msg("Hub"), figures=False),
        *([GridColumn(msg("Employer"), figures=False)] if several else []),
        GridColumn(msg("Posts here")),
        GridColumn(msg("More posts")),
        GridColumn(msg("What happens"), figures=False),
        GridColumn(msg("Municipalities"), figures=False),
    )
    rows: list[GridRow] = []
    places = {step.total: position for position, step in enumerate(found.steps)}
    numbers = {
        (step.total, district.municipalities): identity_text(identity)
        for step in found.steps
        if step.plan is not None
        for identity, district in step.plan.layers[found.layer].numbered
    }
    for step, district, then in _continuing(found):
        more = district.fte - (Fraction(0) if then is None else then.fte)
        happens = _happens(county, step, district, then)
        if not more and happens is None:
            continue
        rows.append(
            row(
                [
                    wording.fte(step.total),
                    *_when(grown, places[step.total]),
                    numbers[step.total, district.municipalities],
                    county.name_of(district.hub),
                    *([wording.employer_name(district.employer, county)] if several else []),
                    wording.fte(district.fte),
                    signed(number(float(more), wording.fte(more).digits)) if more else NOTHING,
                    msg("stays") if happens is None else happens,
                    wording.town_names(district.municipalities, county),
                ],
                Weight.STRONG if then is None else Weight.PLAIN,
            )
        )
    note = msg(
        "Bold: a new district. The larger part of a divided district keeps its number. Where nothing changes there is "
        "no row."
    )
    return GridTable(msg("Order of hiring"), columns, tuple(rows), (note,))


def _happens(county: County, step: GrowthStep, district: District, then: District | None) -> object | None:
    """What becomes of a district, beside its posts; ``None``: it stays as it is."""
    if then is None:
        return msg("begins") if step.changes is None else msg("new, from a district divided")
    texts = []
    if then.hub != district.hub:
        texts.append(msg("hub was {hub}", hub=county.name_of(then.hub)))
    if then.employer != district.employer:
        texts.append(msg("employer was {employer}", employer=wording.employer_name(then.employer, county)))
    if set(district.municipalities) != set(then.municipalities):
        texts.append(msg("gives off municipalities"))
    return listing(texts) if texts else None


def _hours_table(about: Subject, found: Growth) -> GridTable:
    county = about.loaded.county
    columns = (
        GridColumn(msg("Municipality"), figures=False),
        *(GridColumn(step_name(step)) for step in found.steps),
        GridColumn(msg("Changes district at"), figures=False),
    )
    rows = []
    for ags in _served(found.steps[-1]):
        at = [wording.fte(s.total) for s in found.steps if s.changes and ags in s.changes.municipalities]
        hours = [number(step.plan.municipalities[ags].hours, 1) for step in found.steps if step.plan is not None]
        rows.append(row([county.name_of(ags), *hours, listing(at) if at else NOTHING]))
    return GridTable(msg("Hours on site per week at each step"), columns, tuple(rows))


# --- money


def _years(about: Subject, grown: Grown) -> tuple[YearMoney, ...]:
    """The money of the years from the first step to the first full year after the last one; none without months."""
    if not grown.dates:
        return ()
    first, last = grown.dates[0], grown.dates[-1]
    filled: dict[int, dict[int, Fraction]] = {
        year: {} for year in range(first.year, last.year + (1 if last.month == 1 else 2))
    }
    for day, step in zip(grown.dates, grown.growth.steps, strict=True):
        filled[day.year][day.month] = step.total
    scenario = about.loaded.scenario
    stated = {each.year: each for each in scenario.funding.years}
    years = tuple(
        (stated.get(year) or FundingYear(year=year)).model_copy(update={"filled": months or None})
        for year, months in filled.items()
    )
    funding = scenario.funding.model_copy(update={"years": years})
    loaded = replace(about.loaded, scenario=scenario.model_copy(update={"funding": funding}))
    return years_of(loaded, about.plan)


def _money_table(about: Subject, grown: Grown) -> GridTable | None:
    years = _years(about, grown)
    if years:
        return years_table(years)
    funding = about.loaded.scenario.funding
    year = funding.base_year
    each, cost = funding.per_post, funding.cost_per_post_in(year)
    columns = (
        GridColumn(msg("Posts (FTE)")),
        GridColumn(msg("Grant per year")),
        *([] if cost is None else [GridColumn(msg("Real cost per year")), GridColumn(msg("Own share per year"))]),
    )

    def amounts(total: Fraction) -> list[object]:
        granted = cents(total * Fraction(each))
        if cost is None:
            return [euros(granted)]
        real = cents(total * Fraction(cost))
        return [euros(min(real, granted)), euros(real), euros(max(Decimal(0), real - granted))]

    rows = tuple(row([wording.fte(step.total), *amounts(step.total)]) for step in grown.growth.steps)
    note = msg("For a full year with so many posts, with the rates of {year}.", year=str(year))
    return GridTable(msg("Money per year at each step"), columns, rows, (note,))
