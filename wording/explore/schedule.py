"""Who is where when, in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from exploring.query import Subject
from exploring.question import Question
from geodata.county import Ags
from optimizer.way.halfdays import DAYS, HalfDay, Terms
from optimizer.way.schedule import Schedule, TeamSchedule
from optimizer.way.timetable import Need, Requirement
from translation import Message, listing, msg, msgs, number
from wording import sentences as wording
from wording.differences import Better, between
from wording.explore.told import Told
from wording.grid import NOTHING, GridCell, GridColumn, GridRow, GridTable, Weight, row
from wording.half_days import WEEK_NAMES, WEEKDAYS, half_day_text, joined, when
from wording.yardstick import beside

HUB = msg("hub")
"""Stands for the hub of a team in its week."""
_LETTERS = ("A", "B")


def schedule_told(about: Subject, found: Schedule) -> Told:
    """The answer to “Who is where when?”."""
    tables = [_roads_table(about, found)]
    if any(one.fits for one in found.teams):
        tables = [_weeks_table(about, found), _towns_table(about, found), *tables]
    return Told(Question.SCHEDULE, tuple(_answer(about, found)), tuple(tables), _proof(found))


def person_name(place: int) -> Message:
    """What a person of a team is called, by position: nobody's name."""
    return msg("CM {number}", number=number(place + 1))


def _answer(about: Subject, found: Schedule) -> Iterator[Message]:
    fitting = [one for one in found.teams if one.fits]
    if len(fitting) == len(found.teams):
        yield _fits(found)
    else:
        yield msgs(
            "{fitting} of {count} team has a schedule: for the others what was stated cannot hold together.",
            "{fitting} of {count} teams have a schedule: for the others what was stated cannot hold together.",
            len(found.teams),
            fitting=number(len(fitting)),
        )
    for one in found.teams:
        if not one.fits:
            yield _conflict(about, one)
    if fitting:
        yield _saved(about, fitting)
        yield from _rounded(about, found)
    yield assumptions(about, found.terms)


def _fits(found: Schedule) -> Message:
    visits = sum(sum(one.team.visits.values()) for one in found.teams)
    values: dict[str, object] = {
        "persons": number(sum(len(one.team.persons) for one in found.teams)),
        "hours": number(math.fsum(one.travel_hours for one in found.teams), 1, "h"),
    }
    if found.terms.weeks == 1:
        return msgs(
            "It fits: {persons} persons make {count} visit a week and are on the road for {hours}.",
            "It fits: {persons} persons make {count} visits a week and are on the road for {hours}.",
            visits,
            **values,
        )
    return msgs(
        "It fits: {persons} persons make {count} visit in two weeks and are on the road for {hours} per week.",
        "It fits: {persons} persons make {count} visits in two weeks and are on the road for {hours} per week.",
        visits,
        **values,
    )


def _conflict(about: Subject, one: TeamSchedule) -> Message:
    hub = about.loaded.county.name_of(one.team.hub)
    if len(one.conflict) == 1:
        return msg(
            "Team in {hub}: this alone cannot hold: {what}.", hub=hub, what=_required(about, one, one.conflict[0])
        )
    what = listing(_required(about, one, requirement) for requirement in one.conflict)
    return msg(
        "Team in {hub}: these cannot hold together, and without any one of them the others can: {what}.",
        hub=hub,
        what=what,
    )


def _required(about: Subject, one: TeamSchedule, requirement: Requirement) -> Message:
    """A requirement as a half-sentence."""
    team, terms = one.team, one.terms
    town = "" if requirement.town is None else about.loaded.county.name_of(requirement.town)
    who, fte = person_name(requirement.person or 0), team.persons[requirement.person or 0]
    match requirement.need:
        case Need.OPEN:
            return msg("{town} can be visited only {when}", town=town, when=when(terms.opened(requirement.town or "")))
        case Need.MEET:
            assert terms.meet is not None
            return msg("all meet on {when}", when=half_day_text(terms.meet))
        case Need.VISITS:
            return _visits_text(town, team.visits[requirement.town or ""], terms)
        case Need.WORKED:
            return msg("{person} works only {when}", person=who, when=when(terms.worked(fte)))
        case Need.HOURS:
            hours = number(float(fte) * team.layer.hours_per_week, 1, "h")
            return msg("{person} works {hours} per week", person=who, hours=hours)
        case Need.LONGEST_DAY:
            return msg("nobody works longer than {hours} hours on a day", hours=wording.stated(terms.longest_day))
        case Need.SPREAD:
            return msg("the visits to {town} are not all on one day", town=town)
        case Need.ROOM:
            return msg("in {town} no more persons are at a time than its half-days make necessary", town=town)


def _visits_text(town: str, visits: int, terms: Terms) -> Message:
    if terms.weeks == 1:
        return msgs("{town} has {count} visit a week", "{town} has {count} visits a week", visits, town=town)
    return msgs("{town} has {count} visit in two weeks", "{town} has {count} visits in two weeks", visits, town=town)


def _saved(about: Subject, fitting: Sequence[TeamSchedule]) -> Message:
    apart = math.fsum(one.apart / 60 / one.terms.weeks for one in fitting)
    driven = math.fsum(one.travel_hours for one in fitting)
    values: dict[str, object] = {"apart": number(apart, 1, "h"), "km": number(_km(about, fitting), 0, "km")}
    if apart - driven < 0.05:
        return msg("Each visit is a return trip from the hub: {apart} and {km} per week.", **values)
    return msg(
        "With a return trip for each visit it would be {apart} per week: two visits on one day save a way back to the "
        "hub, {saved} in all. {km} per week are driven.",
        saved=number(apart - driven, 1, "h"),
        **values,
    )


def _km(about: Subject, teams: Iterable[TeamSchedule]) -> float:
    """Kilometres per week."""
    travel = about.loaded.county.travel
    return math.fsum(
        travel[pair].km / one.terms.weeks
        for one in teams
        for *_, stops in one.tours
        for pair in pairwise(one.team.way(stops))
    )


def _rounded(about: Subject, found: Schedule) -> Iterator[Message]:
    """What whole visits change."""
    planned = about.plan.layers[about.layer].hours_by_municipality()
    least = min(found.hours, key=lambda town: (found.hours[town] - planned[town], town))
    less = planned[least] - found.hours[least]
    if less >= 0.05:
        yield msg(
            "Hours are rounded to whole visits: {town} gets {hours} per week less than planned, no other municipality "
            "loses more.",
            town=about.loaded.county.name_of(least),
            hours=number(less, 1, "h"),
        )
    supplies = about.until.municipalities
    covered = [
        (one.existing_hours + one.hours - planned.get(ags, 0.0) + found.hours.get(ags, 0.0)) / one.fair_supply
        for ags, one in supplies.items()
        if one.fair_supply > 0
    ]
    if found.fits and covered:
        yield msg(
            "So the lowest coverage is {now} in place of {planned}.",
            now=beside(about.problem, min(covered)),
            planned=beside(about.problem, about.until.reached),
        )


def assumptions(about: Subject, terms: Terms) -> Message:
    """What a schedule takes for granted."""
    parts = [
        msg("a visit takes {hours} hours", hours=wording.stated(about.plan.layers[about.layer].layer.block_hours)),
        msg("work is {when}", when=when(terms.worked(Fraction(1)))),
        *(() if terms.meet is None else (msg("all meet on {when}", when=half_day_text(terms.meet)),)),
        msg("nobody works longer than {hours} hours on a day", hours=wording.stated(terms.longest_day)),
        *(
            msg("{town} can be visited only {when}", town=about.loaded.county.name_of(town), when=when(halves))
            for town, halves in sorted(terms.open.items())
        ),
    ]
    return msg("Assumptions: {parts}.", parts=joined(parts))


def _proof(found: Schedule) -> Message:
    if found.complete:
        return msg(
            "Proven for each team by itself: no schedule of these visits under these assumptions needs less time on "
            "the road, and where there is none, what is named cannot hold together."
        )
    least = math.fsum(one.bound / 60 / one.terms.weeks for one in found.teams)
    return msg(
        "It fits, but the time did not suffice to prove that no schedule needs less time on the road; none needs less "
        "than {least} per week.",
        least=number(least, 1, "h"),
    )


def _weeks_table(about: Subject, found: Schedule) -> GridTable:
    """The week of each person; where both weeks of two are alike, one row."""
    columns = (
        GridColumn(msg("Person"), figures=False),
        GridColumn(msg("Week"), figures=False),
        *(GridColumn(day, figures=False) for day in WEEKDAYS),
    )
    rows = [
        row([_person(about, one, person), letter or msg("every one"), *_days(about, one, person, week)])
        for one in found.teams
        if one.fits
        for person in range(len(one.team.persons))
        for letter, week in weeks_of(one, person)
    ]
    notes = (
        msg("Before the stroke the morning, behind it the afternoon; without a stroke the whole day."),
        msg("A part-time person works on as many half-days as the part of the post, mornings first, unless stated."),
    )
    return GridTable(msg("Who is where when"), columns, tuple(rows), notes)


def _person(about: Subject, one: TeamSchedule, person: int) -> Message:
    return msg(
        "{hub}: {person} ({fte} FTE)",
        hub=about.loaded.county.name_of(one.team.hub),
        person=person_name(person),
        fte=wording.fte(one.team.persons[person]),
    )


def weeks_of(one: TeamSchedule, person: int) -> Iterator[tuple[str, int]]:
    """The weeks of a person that differ, each with its letter; the first one without any where they are alike."""
    weeks = [
        [(place.half, place.town) for place in one.places if (place.person, place.week) == (person, week)]
        for week in range(one.terms.weeks)
    ]
    if all(week == weeks[0] for week in weeks):
        yield "", 0
    else:
        yield from zip(_LETTERS, range(len(weeks)), strict=True)


def _days(about: Subject, one: TeamSchedule, person: int, week: int) -> Iterator[object]:
    at = {place.half: place.town for place in one.places if (place.person, place.week) == (person, week)}
    for day in range(DAYS):
        morning, afternoon = (place_text(about, one, at.get(HalfDay(day, late))) for late in (False, True))
        alike = morning == afternoon
        yield morning if alike else msg("{morning} / {afternoon}", morning=morning, afternoon=afternoon)


def place_text(about: Subject, one: TeamSchedule, town: Ags | None) -> object:
    """Where somebody is; a stroke where they do not work."""
    if town is None:
        return NOTHING
    return HUB if town == one.team.hub else about.loaded.county.name_of(town)


def _towns_table(about: Subject, found: Schedule) -> GridTable:
    """When somebody is in each municipality, and what its hours are beside those planned."""
    weeks = found.terms.weeks
    visits = msg("Visits a week") if weeks == 1 else msg("Visits in two weeks")
    columns = (
        GridColumn(msg("Municipality"), figures=False),
        GridColumn(msg("When"), figures=False),
        GridColumn(visits),
        GridColumn(msg("h per week")),
    )
    rows: list[GridRow] = []
    for one in found.teams:
        for town in one.team.hours if one.fits else ():
            hub, planned = town == one.team.hub, one.team.hours[town]
            now = one.hours[town]
            apart = between(number(planned, 1, "h"), number(now, 1, "h"), Better.NEITHER)
            count = NOTHING if hub else number(one.team.visits.get(town, 0))
            cells = [about.loaded.county.name_of(town), town_when(one, town), count, GridCell(number(now, 1), apart)]
            rows.append(row(cells, Weight.STRONG if hub else Weight.PLAIN))
    notes = [
        msg("Bold: the hub. Its hours are what visits, road and coordination leave; somebody is there at these times."),
        msg("With the difference to the plan; a visit that comes every other week counts half."),
    ]
    if weeks == 2:
        notes.append(msg("Weeks A and B follow one another."))
    return GridTable(msg("When somebody is in each municipality"), columns, tuple(rows), tuple(notes))


def town_when(one: TeamSchedule, town: Ags) -> object:
    """When somebody of the team is in a municipality, and who where there are several."""
    persons = sorted({place.person for place in one.places if place.town == town})
    if not persons:
        return NOTHING
    if town == one.team.hub or len(one.team.persons) == 1:
        return joined(_times(one, town, persons))
    if len(persons) == 1:
        return _with_person(joined(_times(one, town, persons)), persons[0])
    told = ([_with_person(text, person) for text in _times(one, town, [person])] for person in persons)
    return joined([text for texts in told for text in texts])


def _times(one: TeamSchedule, town: Ags, persons: Sequence[int]) -> list[Message]:
    """When one of the persons is in a municipality: every week, and in one of two."""
    weeks = [
        {place.half for place in one.places if place.town == town and place.week == week and place.person in persons}
        for week in range(one.terms.weeks)
    ]
    both = set.intersection(*weeks)
    found = [when(both)] if both else []
    for name, halves in zip(WEEK_NAMES, weeks, strict=False):
        if halves - both:
            found.append(msg("in {week} {when}", week=name, when=when(halves - both)))
    return found


def _with_person(text: Message, person: int) -> Message:
    return msg("{when} ({person})", when=text, person=person_name(person))


def _roads_table(about: Subject, found: Schedule) -> GridTable:
    """What is on the road, team by team, and how sure it is that it cannot be less."""
    columns = (
        GridColumn(msg("Team in"), figures=False),
        GridColumn(msg("Persons")),
        GridColumn(msg("Visits")),
        GridColumn(msg("h on the road per week")),
        GridColumn(msg("the least there can be (h)")),
        GridColumn(msg("with return trips (h)")),
        GridColumn(msg("km per week")),
    )
    rows = []
    for one in found.teams:
        visits = number(sum(one.team.visits.values()))
        name, persons = about.loaded.county.name_of(one.team.hub), number(len(one.team.persons))
        if not one.fits:
            rows.append(row([name, persons, visits, msg("none that fits"), *[NOTHING] * 3]))
            continue
        hours = (one.travel_hours, one.bound / 60 / one.terms.weeks, one.apart / 60 / one.terms.weeks)
        cells = [name, persons, visits, *(number(some, 2) for some in hours), number(_km(about, [one]), 0)]
        rows.append(row(cells))
    return GridTable(msg("On the road"), columns, tuple(rows))
