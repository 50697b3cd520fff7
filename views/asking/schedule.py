"""Who is where when: what is taken for granted, the weeks of all persons, and files to hang up and to look up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import PurePath

import streamlit as st

from exploring.query import Subject
from exploring.questions.schedule import ScheduleQuery
from optimizer.problem import Ags
from optimizer.way.halfdays import EVERY_HALF_DAY, HalfDay, Terms
from optimizer.way.schedule import Schedule
from reports.style import Style, style_in
from scenarios.library import library
from scenarios.store import file_name
from translation import Language, Message, msg
from views.asking.asked import Asked, ask
from views.asking.questions import show_chart, tell
from views.parts.tables import show_grid
from views.speech import Speech
from wording.explore.schedule import schedule_told
from wording.explore.schedule_chart import has_chart, schedule_chart
from wording.half_days import half_day_text

_WEEKS, _MEET, _WORKING, _PART, _TOWNS, _OPEN, _FROM = (
    f"explore schedule {name}" for name in ("weeks", "meet", "working", "part", "towns", "open", "from")
)
_CHART_WIDTH = 1100
_HOW_OFTEN = {2: msg("Two weeks that take turns"), 1: msg("Every week alike")}


def show_schedule(asked: Asked, speech: Speech) -> None:
    """The schedule of every team, as its terms say."""
    terms = _chosen_terms(asked.about, speech)
    found = ask(asked, ScheduleQuery(terms), speech, details=_digest(terms))
    if found is None:
        return
    told = schedule_told(asked.about, found)
    tell(told, speech)
    if any(one.fits for one in found.teams):
        _offer_files(asked.about, found, speech)
    if has_chart(found):
        about = msg("Weeks of all persons: dark cells are visits, pale ones the hub; the table says the same in words")
        show_chart(schedule_chart(asked.about, found, speech.plain, width=_CHART_WIDTH), about, speech)
    for table in told.tables:
        show_grid(table, speech)


def _digest(terms: Terms) -> str:
    """What tells the answers to different terms apart."""
    return f"{terms.weeks} {terms.working} {terms.part_time} {terms.meet} {sorted(terms.open.items())}"


def _chosen_terms(about: Subject, speech: Speech) -> Terms:
    usual = Terms()
    often, meeting = st.columns(2, gap="medium")
    weeks = often.segmented_control(
        speech.markdown(msg("How often it repeats")),
        list(_HOW_OFTEN),
        default=usual.weeks,
        key=_WEEKS,
        format_func=lambda known: speech.markdown(_HOW_OFTEN[known]),
        required=True,
    )
    with st.expander(speech.markdown(msg("Working days and opening of rooms"))):
        working = _halves(_WORKING, msg("Half-days on which anybody works"), EVERY_HALF_DAY, usual.working, speech)
        working = working or usual.working
        about_part = msg("Half-days of persons with part of a post (none chosen: mornings first)")
        part = _halves(_PART, about_part, working, (), speech)
        opened = _chosen_rooms(about, working, speech)
    meet = meeting.selectbox(
        speech.markdown(msg("Half-day on which all meet")),
        [None, *working],
        index=1,
        key=_MEET,
        format_func=lambda half: speech.plain(msg("never") if half is None else half_day_text(HalfDay(*half))),
    )
    return Terms(weeks or usual.weeks, working, part or None, None if meet is None else HalfDay(*meet), opened)


def _halves(
    key: str, label: Message, offered: tuple[HalfDay, ...], default: tuple[HalfDay, ...], speech: Speech
) -> tuple[HalfDay, ...]:
    """Half-days chosen with clicks, in their order."""
    chosen = st.pills(
        speech.markdown(label),
        offered,
        selection_mode="multi",
        default=default,
        # What is offered changes with the working days, and nothing else may then be chosen.
        key=f"{key} {offered}",
        format_func=lambda half: speech.markdown(half_day_text(HalfDay(*half))),
    )
    return tuple(sorted(HalfDay(*half) for half in chosen))


def _chosen_rooms(about: Subject, working: tuple[HalfDay, ...], speech: Speech) -> dict[Ags, tuple[HalfDay, ...]]:
    """The half-days of the municipalities that have a room only on some."""
    towns = [ags for district in about.plan.layers[about.layer].districts for ags in district.municipalities]
    limited = st.multiselect(
        speech.markdown(msg("Municipalities that have a room only on some half-days")),
        sorted(towns),
        key=_TOWNS,
        format_func=about.loaded.county.name_of,
        placeholder=speech.plain(msg("None")),
        select_all=False,
    )
    found = {}
    for town in limited:
        label = msg("Room in {town}", town=about.loaded.county.name_of(town))
        halves = _halves(f"{_OPEN} {town}", label, working, (), speech)
        if halves:
            found[town] = halves
    return found


def _offer_files(about: Subject, found: Schedule, speech: Speech) -> None:
    """The poster and the calendar, which count their weeks from a day that is chosen."""
    stem = PurePath(file_name(about.loaded.scenario.name)).stem
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        start = st.date_input(
            speech.markdown(msg("Week A is that of the Monday on or after")),
            datetime.now().astimezone().date(),
            key=_FROM,
            format="DD.MM.YYYY",
            width=260,
        )
        if start is None:
            return
        _offer(msg("Poster (PDF)"), partial(_poster, about, found, speech.language, start), f"{stem}.pdf", speech)
        _offer(msg("Calendar (ICS)"), partial(_calendar, about, found, speech.language, start), f"{stem}.ics", speech)


def _offer(label: Message, make: Callable[[], bytes], name: str, speech: Speech) -> None:
    media = {".pdf": "application/pdf", ".ics": "text/calendar"}[PurePath(name).suffix]
    st.download_button(
        speech.markdown(label), make, name, media, key=f"schedule {name}", on_click="ignore", icon=":material/download:"
    )


# What makes the files is loaded with the first of them: no page waits for it.


def _poster(about: Subject, found: Schedule, language: Language, start: date) -> bytes:
    from reports.schedule.poster import poster

    style: Style = style_in(library().folder)
    return poster(about, found, language, start, style)


def _calendar(about: Subject, found: Schedule, language: Language, start: date) -> bytes:
    from reports.schedule.calendar import calendar

    return calendar(about, found, language, start)
