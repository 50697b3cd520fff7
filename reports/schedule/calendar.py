"""The schedule as a calendar (iCalendar, RFC 5545): each half-day that comes again is one event with a rule.

Clocks are those of Germany; the same schedule from the same day gives the same bytes.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from exploring.query import Subject
from geodata.county import Ags
from optimizer.way.halfdays import HalfDay
from optimizer.way.schedule import Schedule, TeamSchedule
from translation import Language, Message, msg, translate
from wording.explore.schedule import person_name

if TYPE_CHECKING:
    from icalendar import Event

#: When people are received in the morning and in the afternoon: an assumption, the ways are before and after.
BEGINS = (time(8, 30), time(13, 30))
#: Work at the hub ends on a full five minutes.
_STEP = 5
_ZONE = ZoneInfo("Europe/Berlin")
#: Identifiers of events are made from this and from what they are, so that a new file replaces an old one.
_SPACE = uuid.UUID("5b0a4a0e-7d0e-5e52-9a63-0f2b7e1c9d11")


class _What(NamedTuple):
    # A person's half-day that comes again, with its minutes and the first week in which it is.
    person: int
    half: HalfDay
    town: Ags
    minutes: int
    week: int


def first_monday(start: date) -> date:
    """The Monday on or after a day: that of week A."""
    return start + timedelta(days=-start.weekday() % 7)


def calendar(about: Subject, found: Schedule, language: Language, start: date) -> bytes:
    """All half-days of the teams that have a schedule, as a calendar file; ``start`` as for :func:`first_monday`."""
    # Loaded only here: nothing else needs it.
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//KIM-Planer//kim explore schedule//DE")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", translate(calendar_name(about), language))
    made.add("x-wr-timezone", _ZONE.key)
    for one in found.teams:
        for event in _events(about, one, language, first_monday(start)):
            made.add_component(event)
    made.add_missing_timezones()
    content: bytes = made.to_ical()
    return content


def calendar_name(about: Subject) -> Message:
    """What the calendar and the poster are called."""
    return msg("{county}, {layer}: who is where when", county=about.loaded.county.name, layer=about.layer_name)


def _events(about: Subject, one: TeamSchedule, language: Language, monday: date) -> Iterator[Event]:
    weeks_of: dict[tuple[int, HalfDay, Ags, int], list[int]] = defaultdict(list)
    for place in one.places:
        minutes = round(60 * one.length(place) / _STEP) * _STEP
        weeks_of[place.person, place.half, place.town, minutes].append(place.week)
    for (person, half, town, minutes), weeks in sorted(weeks_of.items()):
        alike = len(weeks) == one.terms.weeks
        for week in weeks[:1] if alike else weeks:
            first = monday + timedelta(weeks=week, days=half.day)
            interval = 1 if alike else one.terms.weeks
            yield _event(about, one, language, _What(person, half, town, minutes, week), first, interval)


def _event(
    about: Subject,
    one: TeamSchedule,
    language: Language,
    what: _What,
    first: date,
    interval: int,
) -> Event:
    from icalendar import Event

    person, half, town, minutes, _ = what
    begin = datetime.combine(first, BEGINS[half.afternoon], _ZONE)
    county = about.loaded.county
    told = {"person": person_name(person), "hub": county.name_of(one.team.hub), "town": county.name_of(town)}
    summary = msg("{town}: {person} of {hub}", **told)
    if town == one.team.hub:
        summary = msg("{hub}: {person} at the hub", **told)
    event = Event()
    known = (about.loaded.county.ags, about.loaded.scenario.name, about.layer, one.team.hub, *what)
    event.add("uid", str(uuid.uuid5(_SPACE, repr(known))))
    # Not the clock: the same schedule is the same file.
    event.add("dtstamp", datetime.combine(first, time(), UTC))
    event.add("summary", translate(summary, language))
    event.add("location", county.name_of(town))
    event.add("dtstart", begin)
    event.add("dtend", begin + timedelta(minutes=minutes))
    event.add("rrule", {"freq": "weekly", "interval": interval} if interval > 1 else {"freq": "weekly"})
    return event
