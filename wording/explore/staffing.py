"""How many posts a standard takes, in the words of staffing practice."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from exploring.query import Subject
from exploring.question import Question
from exploring.questions.staffing import Cases, Need
from optimizer.plan import District, Plan
from optimizer.way.staffing import Cost, Fewest, Part, Staffing, Workload
from translation import Message, listing, msg, number, percent
from wording import sentences as wording
from wording.explore.told import Told
from wording.grid import NOTHING, GridColumn, GridRow, GridTable, Weight, row

WORKLOAD: tuple[tuple[str, Message], ...] = (
    ("advice", msg("advice on site, up to the standard")),
    ("presence", msg("presence beyond it")),
    ("road", msg("on the road")),
    ("coordination", msg("coordination: meetings, supervision, documentation")),
    ("reserve", msg("reserve, because posts come in steps")),
)
"""What the hours go into, by the names of ``Workload``."""


def staffing_told(about: Subject, need: Need) -> Told:
    """The answer to “How many posts does a standard take?”."""
    found = need.found
    tables = [_costs_table(about, found)] if found.costs else []
    if found.plan is not None and found.workload is not None:
        tables += [_workload_table(about, found, found.workload), _teams_table(about, found, found.plan)]
    return Told(Question.STAFFING, tuple(_answer(about, need)), tuple(tables), _proof(about, found))


def part_name(about: Subject, found: Staffing, part: Part) -> Message:
    """A part of the standard as a phrase."""
    layer, standard = about.problem.layers[about.layer], found.standard
    match part:
        case Part.PRESENCE:
            towns = (town.ags for town in about.problem.municipalities if town.taking_part)
            each = {max(layer.fewest_hours(ags), standard.presence or 0.0) for ags in towns}
            if standard.presence is None and len(each) > 1:
                return msg("the presence that the scenario states")
            return msg(
                "presence of {hours} h in each municipality", hours=wording.stated(standard.presence or max(each))
            )
        case Part.TWO_PERSONS if standard.stand_in_minutes is not None:
            minutes = wording.stated(standard.stand_in_minutes)
            return msg("two persons in a team or a stand-in within {minutes} min", minutes=minutes)
        case Part.TWO_PERSONS:
            return msg("the fewest persons of a team")
        case Part.KI_SHARE:
            return msg(
                "at least {share} of all posts at the KI",
                share=percent(float(about.problem.ki_minimum)),
            )
        case Part.MAX_DRIVE:
            return msg("at most {minutes} min from the hub", minutes=wording.stated(layer.max_drive_minutes or 0.0))
        case Part.DISTRICTS:
            fewest, most = layer.districts_minimum, layer.districts_maximum
            if fewest == most:
                return msg("exactly {count} districts", count=number(most))
            return msg("{fewest} to {most} districts", fewest=number(fewest), most=number(most))
        case Part.EMPLOYERS:
            return msg("limits to the posts of employers")


def parts_name(about: Subject, found: Staffing, cost: Cost) -> object:
    """The parts of a cost as a phrase."""
    if len(cost.parts) > 1:
        return msg("all of them together")
    return part_name(about, found, cost.parts[0])


def stand_in(plan: Plan, layer: int, district: District) -> tuple[District, float] | None:
    """The nearest other team and its drive in minutes; ``None`` without one that can drive there."""
    others = [one for one in plan.layers[layer].districts if one is not district]
    drives = [(plan.problem.drive(one.hub, district.hub), place) for place, one in enumerate(others)]
    minutes, place = min(drives, default=(float("inf"), 0))
    return None if minutes == float("inf") else (others[place], minutes)


def _answer(about: Subject, need: Need) -> Iterator[Message]:
    found = need.found
    hours = wording.stated(round(found.standard.hours_per_1000, 2))
    posts = found.fewest.posts
    if posts is not None:
        yield msg(
            "{hours} hours per week and 1,000 people in every municipality take {posts} posts (FTE): with fewer, no "
            "plan keeps the standard.",
            hours=hours,
            posts=wording.fte(posts),
        )
        yield _planned(posts, about.problem.layers[about.layer].total)
    else:
        yield _not_found(about, hours, found.fewest)
    parts = [part_name(about, found, part) for part in _parts(found)]
    if parts:
        yield msg("The standard also asks for: {parts}.", parts=listing(parts))
    yield from _told_costs(about, found)
    yield _today(found)
    if need.cases is not None:
        yield from _told_cases(about, found, need.cases)


def _parts(found: Staffing) -> list[Part]:
    return [cost.parts[0] for cost in found.costs if len(cost.parts) == 1]


def _planned(posts: Fraction, planned: Fraction) -> Message:
    if posts == planned:
        return msg("These are as many as are planned.")
    apart = wording.fte(abs(posts - planned))
    if posts > planned:
        return msg("These are {apart} more than are planned ({planned}).", apart=apart, planned=wording.fte(planned))
    return msg("These are {apart} fewer than are planned ({planned}).", apart=apart, planned=wording.fte(planned))


def _not_found(about: Subject, hours: object, fewest: Fewest) -> Message:
    if fewest.searched:
        last = fewest.at_least - about.problem.layers[about.layer].step
        return msg(
            "{hours} hours per week and 1,000 people in every municipality: no plan with up to {posts} posts (FTE) "
            "keeps the standard.",
            hours=hours,
            posts=wording.fte(last),
        )
    return msg(
        "{hours} hours per week and 1,000 people in every municipality take at least {posts} posts (FTE); how many "
        "exactly could not be found in the time allowed.",
        hours=hours,
        posts=wording.fte(fewest.at_least),
    )


def _told_costs(about: Subject, found: Staffing) -> Iterator[Message]:
    """What parts cost posts, or free a plan; and the one that costs most where none costs a step."""
    posts = found.fewest.posts
    for cost in found.costs:
        without = cost.fewest.posts
        if without is not None and (posts is None or without < posts):
            yield _cheaper(about, found, cost, without)
    if posts is None or any(cost.fewest.posts != posts for cost in found.costs if len(cost.parts) == 1):
        return
    reached = found.reached
    single = [
        (cost.reached.hours_per_1000 or 0.0, cost) for cost in found.costs if len(cost.parts) == 1 and cost.reached
    ]
    if reached is None or reached.hours_per_1000 is None or not single:
        return
    hours, dearest = max(single, key=lambda one: one[0])
    if round(hours, 2) > round(reached.hours_per_1000, 2):
        yield msg(
            "No part by itself costs a step of {step} posts. The most costs “{part}”: without it the same posts would "
            "give everyone {then} instead of {now} hours.",
            step=wording.fte(about.problem.layers[about.layer].step),
            part=parts_name(about, found, dearest),
            then=number(hours, 2),
            now=number(reached.hours_per_1000, 2),
        )
    else:
        yield msg("No part of the standard costs anything by itself.")


def _cheaper(about: Subject, found: Staffing, cost: Cost, without: Fraction) -> Message:
    posts = found.fewest.posts
    if len(cost.parts) > 1:
        if posts is None:
            return msg("Without all of them it takes {posts} posts.", posts=wording.fte(without))
        return msg(
            "All of them together cost {apart} posts: without them it takes {posts}.",
            apart=wording.fte(posts - without),
            posts=wording.fte(without),
        )
    name = parts_name(about, found, cost)
    if posts is None:
        return msg("Without “{part}” it takes {posts} posts.", part=name, posts=wording.fte(without))
    return msg(
        "“{part}” costs {apart} posts: without it it takes {posts}.",
        part=name,
        apart=wording.fte(posts - without),
        posts=wording.fte(without),
    )


def _today(found: Staffing) -> Message:
    """What the posts that are planned give under the same standard."""
    today = found.today
    posts = wording.fte(today.posts)
    if today.hours_per_1000 is None or today.bound is None:
        if today.searched:
            return msg("With the {posts} posts planned no plan keeps the rest of the standard.", posts=posts)
        return msg("What the {posts} posts planned give could not be found in the time allowed.", posts=posts)
    hours, most = number(today.hours_per_1000, 2), number(today.bound, 2)
    if round(today.bound, 2) > round(today.hours_per_1000, 2):
        return msg(
            "The {posts} posts planned give everyone {hours} hours at least, perhaps up to {most}.",
            posts=posts,
            hours=hours,
            most=most,
        )
    return msg(
        "With the rest of the standard the {posts} posts planned give everyone {hours} hours at least; no plan gives "
        "more.",
        posts=posts,
        hours=hours,
    )


def _told_cases(about: Subject, found: Staffing, cases: Cases) -> Iterator[Message]:
    per_1000, weeks = wording.stated(cases.per_1000), wording.stated(cases.weeks or 0.0)
    if cases.hours is not None:
        yield msg(
            "The hours come from {cases} cases per 1,000 people and year with {hours} hours each, and {weeks} weeks in "
            "which a person is there (an assumption).",
            cases=per_1000,
            hours=wording.stated(cases.hours),
            weeks=weeks,
        )
    else:
        yield msg(
            "The hours come from {cases} cases per 1,000 people and year and {post} cases per post and year: a post "
            "has its contract hours but coordination for them, and the road comes on top.",
            cases=per_1000,
            post=wording.stated(cases.per_post or 0.0),
        )
    people, posts = about.problem.people, found.fewest.posts
    if people is not None and posts is not None and found.workload is not None:
        all_ = cases.per_1000 * people / 1000
        mine = all_ * found.workload.advice / (found.standard.hours_per_1000 * people / 1000)
        yield msg(
            "These are {all} cases a year. By the hours {mine} of them are left to the posts, {each} for each, beside "
            "what existing advice does.",
            all=number(all_),
            mine=number(mine),
            each=number(mine / float(posts)),
        )


def _proof(about: Subject, found: Staffing) -> Message:
    open_ = [cost for cost in found.costs if not cost.fewest.searched]
    if found.fewest.posts is None and not found.fewest.searched:
        return msg("Not proven: the time did not suffice. Proven is that fewer posts than these do not suffice.")
    if open_ or not found.today.searched:
        return msg("Not everything is proven: for some parts of the standard the time did not suffice.")
    if found.fewest.posts is None:
        return msg("Proven for each number of posts up to that one.")
    step = wording.fte(about.problem.layers[about.layer].step)
    if found.plan is not None and not found.plan.proven:
        return msg("Proven: fewer posts, in steps of {step}, have no plan. The plan is the best found.", step=step)
    return msg(
        "Proven: fewer posts, in steps of {step}, have no plan, with each part of the standard and without it; the "
        "plan is the best with so many posts.",
        step=step,
    )


def _costs_table(about: Subject, found: Staffing) -> GridTable:
    posts, reached = found.fewest.posts, found.reached
    columns = (
        GridColumn(msg("Without"), figures=False),
        GridColumn(msg("Fewest posts (FTE)")),
        GridColumn(msg("Fewer by")),
        *(
            []
            if posts is None
            else [GridColumn(msg("Hours per 1,000 that {posts} posts then give", posts=wording.fte(posts)))]
        ),
    )
    rows: list[GridRow] = []
    if posts is not None and reached is not None:
        cells = [
            msg("nothing: the whole standard"),
            wording.fte(posts),
            NOTHING,
            number(reached.hours_per_1000 or 0, 2),
        ]
        rows.append(row(cells, Weight.STRONG))
    for cost in found.costs:
        cells = [parts_name(about, found, cost), *_fewest_cells(cost.fewest, posts)]
        if posts is not None:
            hours = None if cost.reached is None else cost.reached.hours_per_1000
            cells.append(NOTHING if hours is None else number(hours, 2))
        rows.append(row(cells))
    notes = (
        msg(
            "Posts come in steps of {step}. What costs less than a step is seen in the hours that the same posts give "
            "everyone without it. Costs of several parts do not add up.",
            step=wording.fte(about.problem.layers[about.layer].step),
        ),
    )
    return GridTable(msg("What each part of the standard costs"), columns, tuple(rows), notes)


def _fewest_cells(fewest: Fewest, posts: Fraction | None) -> list[object]:
    if fewest.posts is None:
        return [msg("no plan either") if fewest.searched else msg("no answer in time"), NOTHING]
    return [wording.fte(fewest.posts), NOTHING if posts is None else wording.fte(posts - fewest.posts)]


def _workload_table(about: Subject, found: Staffing, work: Workload) -> GridTable:
    contract = about.problem.layers[about.layer].hours_per_week
    parts = [(name, getattr(work, key)) for key, name in WORKLOAD]
    total = sum(hours for _, hours in parts)
    columns = (
        GridColumn(msg("Workload"), figures=False),
        GridColumn(msg("Hours per week")),
        GridColumn(msg("Posts (FTE)")),
        GridColumn(msg("Share")),
    )
    rows = [
        row([name, number(hours, 1), number(hours / contract, 2), percent(hours / total if total else 0.0)])
        for name, hours in parts
    ]
    rows.append(row([msg("together"), number(total, 1), number(total / contract, 2), percent(1.0)], Weight.STRONG))
    wanted = found.standard.hours_per_1000 * (about.problem.people or 0.0) / 1000
    notes = (
        msg(
            "Of the {all} hours per week that the standard is, {had} are there already (existing advice and earlier "
            "layers).",
            all=number(wanted, 1),
            had=number(wanted - work.advice, 1),
        ),
        msg(
            "In the terms of staffing practice (WISN, analytic method): advice is the service, the road and "
            "coordination are the support that comes with it. Leave and sickness are not in it: the hours are those of "
            "a week in which nobody is away."
        ),
    )
    return GridTable(msg("What the hours of the fewest posts go into"), columns, tuple(rows), notes)


def _teams_table(about: Subject, found: Staffing, plan: Plan) -> GridTable:
    county = about.loaded.county
    columns = (
        GridColumn(msg("Hub"), figures=False),
        GridColumn(msg("Municipalities"), figures=False),
        GridColumn(msg("Employer"), figures=False),
        GridColumn(msg("Posts (FTE)")),
        GridColumn(msg("Persons")),
        GridColumn(msg("Nearest other team"), figures=False),
    )
    rows = []
    for district in plan.layers[about.layer].districts:
        near = stand_in(plan, about.layer, district)
        other: object = NOTHING
        if near is not None:
            other = msg("{town}, {minutes} min", town=county.name_of(near[0].hub), minutes=number(near[1]))
        rows.append(
            row(
                [
                    county.name_of(district.hub),
                    wording.town_names(district.municipalities, county),
                    county.employer(district.employer).name,
                    wording.fte(district.fte),
                    number(district.persons),
                    other,
                ]
            )
        )
    title = msg("The best plan with {posts} posts", posts=wording.fte(found.fewest.posts or 0))
    return GridTable(title, columns, tuple(rows))
