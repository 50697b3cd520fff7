"""What it means for each municipality, in words: what every good plan gives it, and what its own courses cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from exploring.query import Subject
from exploring.question import Question
from optimizer.plan import Plan
from optimizer.problem import Ags
from optimizer.way.consequences import Consequence, Course, Shares, shares
from optimizer.way.municipality import Company, Municipalities, Possible
from translation import Message, Number, listing, msg, number, percent
from wording import sentences as wording
from wording.differences import Better, between
from wording.explore.told import Told, coverage_cell, hours_cell, names
from wording.grid import NOTHING, GridCell, GridColumn, GridRow, GridTable, Weight, row
from wording.yardstick import beside, per_1000_heading

_COURSES: Mapping[Course, Message] = {
    Course.DECLINES: msg("takes no part"),
    Course.OWN_STAFF: msg("employs its own staff"),
    Course.ALONE: msg("is a district by itself"),
}


def municipality_told(about: Subject, found: Municipalities) -> Told:
    """The answer to “What does it mean for each municipality?”; for one, where only its courses were asked about."""
    if len(found.consequences) == 1:
        return town_told(about, found, next(iter(found.consequences)))
    answer = (_widest(about, found), *_always(about, found), *_declining(about, found), *_own_staff(about, found))
    tables = [_ranges_table(about, found), _company_table(about, found)]
    if found.consequences:
        tables.append(courses_table(about, found))
    return Told(Question.MUNICIPALITY, answer, tuple(tables), _proof(found))


def town_told(about: Subject, found: Municipalities, ags: Ags) -> Told:
    """The same for one municipality, whose courses were asked about."""
    answer = (range_sentence(about, found, ags), *_company(about, found.items[ags]), *_courses(about, found, ags))
    return Told(Question.MUNICIPALITY, answer, (courses_table(about, found, ags),), _proof(found, ags))


def range_sentence(about: Subject, found: Municipalities, ags: Ags) -> Message:
    """From the fewest to the most hours that good plans give a municipality, and what the plan asked about gives it."""
    possible = found.items[ags]
    values: dict[str, object] = {
        "town": about.loaded.county.name_of(ags),
        "coverage": beside(about.problem, found.coverage),
        "hours": _from_to(possible),
        "here": number(about.until.municipalities[ags].hours, 1, "h"),
    }
    if _same(possible):
        return msg(
            "In every plan whose lowest coverage is at least {coverage}, {town} gets {hours} per week; in this one "
            "{here}.",
            **values,
        )
    return msg(
        "In the plans whose lowest coverage is at least {coverage}, {town} gets {hours} per week; in this one {here}.",
        **values,
    )


def course_name(course: Course) -> Message:
    """What a municipality may do, as a phrase."""
    return _COURSES[course]


def _printed(possible: Possible) -> tuple[Number, Number]:
    least, most = possible.hours
    return number(least, 1, "h"), number(most, 1, "h")


def _same(possible: Possible) -> bool:
    least, most = _printed(possible)
    return round(least.value, least.digits) == round(most.value, most.digits)


def _from_to(possible: Possible) -> Message:
    """The fewest and the most hours with those per 1,000 people, where these are known."""
    least, most = _printed(possible)
    rates = possible.hours_per_1000
    hours = msg("{hours}", hours=least) if _same(possible) else msg("{least} to {most}", least=least, most=most)
    if rates is None:
        return hours
    low, high = (number(rate, 1, "h") for rate in rates)
    if round(low.value, 1) == round(high.value, 1):
        return msg("{hours} ({rate} per 1,000 people)", hours=hours, rate=low)
    return msg("{hours} ({least} to {most} per 1,000 people)", hours=hours, least=low, most=high)


def _width(possible: Possible) -> float:
    rates = possible.hours_per_1000 or possible.hours
    return rates[1] - rates[0]


def _widest(about: Subject, found: Municipalities) -> Message:
    items = found.items.values()
    most, least = max(items, key=_width), min(items, key=_width)
    return msg(
        "In the plans whose lowest coverage is at least {coverage}, what a municipality gets differs most in {most}: "
        "{widest} per week; least in {least}: {narrowest}.",
        coverage=beside(about.problem, found.coverage),
        most=about.loaded.county.name_of(most.ags),
        widest=_from_to(most),
        least=about.loaded.county.name_of(least.ags),
        narrowest=_from_to(least),
    )


def _always(about: Subject, found: Municipalities) -> Iterator[Message]:
    county = about.loaded.county
    pairs = [
        msg("{one} with {other}", one=county.name_of(one), other=county.name_of(other))
        for one, possible in found.items.items()
        for other, company in possible.company.items()
        if company is Company.ALWAYS and one < other
    ]
    if pairs:
        yield msg("Together in all of them: {pairs}.", pairs=listing(pairs))
    else:
        yield msg("No two municipalities are together in all of them.")


def _declining(about: Subject, found: Municipalities) -> Iterator[Message]:
    """The “no” that matters most to the others."""
    known = [(ags, _of(courses, Course.DECLINES)) for ags, courses in found.consequences.items()]
    planned = [(ags, one.plan) for ags, one in known if one.plan is not None]
    if planned:
        ags, plan = max(planned, key=lambda pair: abs(_others(pair[1], pair[0]) - _others(found.plan, pair[0])))
        yield _without(about, found, ags, plan)
    stuck = [ags for ags, one in known if one.plan is None and one.proven]
    if stuck:
        yield msg("The rules leave no plan if one of these takes no part: {towns}.", towns=_names(about, stuck))


def _others(plan: Plan, ags: Ags) -> float:
    got = shares(plan, ags)
    return got.hours if got.per_1000 is None else got.per_1000


def _without(about: Subject, found: Municipalities, ags: Ags, plan: Plan) -> Message:
    before, then = shares(found.plan, ags), shares(plan, ags)
    values = {"town": about.loaded.county.name_of(ags), "own": number(before.own_hours, 1, "h")}
    if before.per_1000 is None or then.per_1000 is None:
        return msg(
            "If {town} took no part, it would lose {own} per week; the others would get {then} instead of {now}.",
            then=number(then.hours, 1, "h"),
            now=number(before.hours, 1, "h"),
            **values,
        )
    return msg(
        "If {town} took no part, it would lose {own} per week; the others would have {then} instead of {now} per 1,000 "
        "people, existing advice with them.",
        then=number(then.per_1000, 1, "h"),
        now=number(before.per_1000, 1, "h"),
        **values,
    )


def _own_staff(about: Subject, found: Municipalities) -> Iterator[Message]:
    """Whose own staff costs the others most."""
    known = [(ags, one) for ags, courses in found.consequences.items() for one in courses if one.plan is not None]
    planned = [(ags, one) for ags, one in known if one.course is Course.OWN_STAFF]
    if planned:
        ags, one = min(planned, key=lambda pair: _gained(found.plan, pair[1].plan, pair[0]))
        yield _with_staff(about, found, ags, one)


def _gained(before: Plan, plan: Plan | None, ags: Ags) -> float:
    assert plan is not None
    return shares(plan, ags).hours - shares(before, ags).hours


def _with_staff(about: Subject, found: Municipalities, ags: Ags, one: Consequence) -> Message:
    assert one.plan is not None
    assert one.fte is not None
    before, then = shares(found.plan, ags), shares(one.plan, ags)
    return msg(
        "If {town} employed {posts} of the posts (FTE) for itself, it would get {own} per week instead of {now}; the "
        "others {others} ({less}).",
        town=about.loaded.county.name_of(ags),
        posts=wording.fte(one.fte),
        own=number(then.own_hours, 1, "h"),
        now=number(before.own_hours, 1, "h"),
        others=number(then.hours, 1, "h"),
        less=between(number(before.hours, 1, "h"), number(then.hours, 1, "h"), Better.HIGHER).text,
    )


def _company(about: Subject, possible: Possible) -> Iterator[Message]:
    """With whom a municipality is in good plans, and from where it is served."""
    by = {company: [ags for ags, one in possible.company.items() if one is company] for company in Company}
    if by[Company.ALWAYS]:
        yield msg("It is with {towns} in all of them.", towns=_names(about, by[Company.ALWAYS]))
    if by[Company.SOMETIMES]:
        yield msg("In some it is with {towns}.", towns=_names(about, by[Company.SOMETIMES]))
    if by[Company.NEVER]:
        yield msg("In none is it with {towns}.", towns=_names(about, by[Company.NEVER]))
    if possible.alone:
        yield msg("In some it is a district by itself.")
    if possible.unserved:
        yield msg("In some it is in no district: it has no need of its own.")
    if possible.hubs:
        yield msg("It is served from {hubs}.", hubs=_names(about, possible.hubs))


def _courses(about: Subject, found: Municipalities, ags: Ags) -> Iterator[Message]:
    for one in found.consequences.get(ags, ()):
        if one.plan is None:
            yield _impossible(one)
        elif one.course is Course.DECLINES:
            yield _without(about, found, ags, one.plan)
        elif one.course is Course.OWN_STAFF:
            yield _with_staff(about, found, ags, one)
        else:
            yield _by_itself(about, found, ags, one.plan)


def _by_itself(about: Subject, found: Municipalities, ags: Ags, plan: Plan) -> Message:
    before, then = shares(found.plan, ags), shares(plan, ags)
    return msg(
        "As a district by itself {town} would get {own} per week instead of {now}; the lowest coverage of the others "
        "would be {then} instead of {before}.",
        town=about.loaded.county.name_of(ags),
        own=number(then.own_hours, 1, "h"),
        now=number(before.own_hours, 1, "h"),
        then=_coverage(then),
        before=_coverage(before),
    )


def _coverage(got: Shares) -> object:
    return NOTHING if got.lowest_coverage is None else percent(got.lowest_coverage)


def _impossible(one: Consequence) -> Message:
    if not one.proven:
        return msg("It {course}: the time allowed did not suffice.", course=_COURSES[one.course])
    return msg("It {course}: the rules leave no such plan.", course=_COURSES[one.course])


def _ranges_table(about: Subject, found: Municipalities) -> GridTable:
    rated = about.problem.people is not None
    heading = per_1000_heading(about.loaded)
    columns = [
        GridColumn(msg("Municipality"), figures=False),
        GridColumn(msg("Here (h per week)")),
        GridColumn(msg("Fewest (h)")),
        GridColumn(msg("Most (h)")),
    ]
    if rated:
        columns += [
            GridColumn(msg("{figure}: fewest", figure=heading)),
            GridColumn(msg("{figure}: most", figure=heading)),
        ]
    columns.append(GridColumn(msg("Served from"), figures=False))
    rows = []
    for ags, possible in found.items.items():
        rates = possible.hours_per_1000 or (None, None)
        cells = [
            about.loaded.county.name_of(ags),
            number(about.until.municipalities[ags].hours, 1),
            *(number(hours, 1) for hours in possible.hours),
            *(NOTHING if rate is None else number(rate, 1) for rate in (rates if rated else ())),
            _names(about, possible.hubs) if possible.hubs else NOTHING,
        ]
        rows.append(row(cells))
    title = msg(
        "What each municipality gets in plans with a lowest coverage of at least {coverage}",
        coverage=percent(found.coverage),
    )
    return GridTable(title, tuple(columns), tuple(rows))


def _company_table(about: Subject, found: Municipalities) -> GridTable:
    columns = (
        GridColumn(msg("Municipality"), figures=False),
        GridColumn(msg("Always with"), figures=False),
        GridColumn(msg("At times with"), figures=False),
        GridColumn(msg("By itself"), figures=False),
    )
    rows = [
        row(
            [
                about.loaded.county.name_of(ags),
                *(_with(about, possible, company) for company in (Company.ALWAYS, Company.SOMETIMES)),
                msg("possible") if possible.alone else NOTHING,
            ]
        )
        for ags, possible in found.items.items()
    ]
    note = msg("Whoever stands in neither column is in none of these plans with it.")
    return GridTable(msg("With whom each municipality is in these plans"), columns, tuple(rows), (note,))


def _with(about: Subject, possible: Possible, company: Company) -> object:
    towns = [ags for ags, one in possible.company.items() if one is company]
    return _names(about, towns) if towns else NOTHING


def courses_table(about: Subject, found: Municipalities, ags: Ags | None = None) -> GridTable:
    """What comes of the courses of a municipality, or of each that was asked about."""
    towns = tuple(found.consequences) if ags is None else (ags,)
    rated = about.problem.people is not None
    columns = (
        GridColumn(msg("Municipality and what it does"), figures=False),
        GridColumn(msg("Posts of its own (FTE)")),
        GridColumn(msg("It gets (h per week)")),
        GridColumn(msg("The others (h per week)")),
        *((GridColumn(msg("The others, {figure}", figure=per_1000_heading(about.loaded))),) if rated else ()),
        GridColumn(msg("Lowest coverage of the others")),
        GridColumn(msg("Missing to the others (h)")),
    )
    rows: list[GridRow] = []
    for town in towns:
        rows.append(_course_row(about.loaded.county.name_of(town), None, shares(found.plan, town), None, rated))
        for one in found.consequences.get(town, ()):
            name = msg("… {course}", course=_COURSES[one.course])
            then = None if one.plan is None else shares(one.plan, town)
            rows.append(_course_row(name, one, then, shares(found.plan, town), rated))
    notes = (
        msg("The layer has as many posts whatever a municipality does; posts of its own are among them."),
        msg(
            "Whoever takes no part counts in no key and no coverage: then only hours compare, for 100 % is another "
            "measure."
        ),
    )
    return GridTable(msg("What a municipality’s own course costs the others and itself"), columns, tuple(rows), notes)


def _course_row(
    name: object, one: Consequence | None, then: Shares | None, before: Shares | None, rated: bool
) -> GridRow:
    """The figures of a course against those ``before``; of none, those of the best plan."""
    posts = NOTHING if one is None or one.fte is None else wording.fte(one.fte)
    if then is None:
        wrong = msg("not found in time") if one is not None and not one.proven else msg("no plan possible")
        return row([msg("{name}: {wrong}", name=name, wrong=wrong), posts, *[NOTHING] * (4 + rated)])
    alike = one is None or one.course is not Course.DECLINES
    # Of plans for others nobody is said to be better.
    better = Better.HIGHER if alike else Better.NEITHER
    cells: list[object] = [name, posts, _more(then.own_hours, _at(before, "own_hours"), better)]
    cells.append(_more(then.hours, _at(before, "hours"), better))
    if rated:
        cells.append(NOTHING if then.per_1000 is None else _more(then.per_1000, _at(before, "per_1000"), better))
    if not alike:
        cells += [NOTHING, NOTHING]
    else:
        lowest = then.lowest_coverage
        cells.append(NOTHING if lowest is None else coverage_cell(lowest, _at(before, "lowest_coverage")))
        cells.append(hours_cell(then.missing_hours, _at(before, "missing_hours")))
    return row(cells, Weight.STRONG if one is None else Weight.PLAIN)


def _at(before: Shares | None, name: str) -> float | None:
    found: float | None = None if before is None else getattr(before, name)
    return found


def _more(value: float, base: float | None, better: Better) -> GridCell:
    """Hours, with the distance to those before and which direction is the better one."""
    apart = None if base is None else between(number(base, 1, "h"), number(value, 1, "h"), better)
    return GridCell(number(value, 1), apart)


def _of(courses: tuple[Consequence, ...], course: Course) -> Consequence:
    return next(one for one in courses if one.course is course)


def _names(about: Subject, towns: object) -> object:
    assert isinstance(towns, list | tuple)
    return names(about.loaded.county, towns)


def _proof(found: Municipalities, ags: Ags | None = None) -> Message:
    asked = found.consequences.values() if ags is None else [found.consequences.get(ags, ())]
    courses = [one for several in asked for one in several]
    open_ = sum(1 for one in courses if not one.proven)
    if open_:
        return msg(
            "The ranges are proven: no plan within the tolerance is left out. Of the courses {count} of {all} are not "
            "proven: the time allowed did not suffice.",
            count=number(open_),
            all=number(len(courses)),
        )
    return msg(
        "Proven: no plan within the tolerance is left out, and what comes of a course is the best plan that the rules "
        "then allow."
    )
