"""What if one person is away: the answer, one absence on the map, and the plans that are best served then."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from exploring.questions.absence import LEAVE_WEEKS, SICK_DAYS, WEEKS, WORKING_DAYS, AbsenceQuery, Away, Leave
from maps.colours import MapFigure
from optimizer.way.absence import Served
from optimizer.way.one_away import Absence
from translation import Message, msg, percent
from views.asking.asked import Asked, ask
from views.asking.plans import Shown, chosen_shown, draw
from views.asking.questions import show_chart, tell
from views.parts.tables import show_grid
from views.speech import Speech
from wording.explore.absence import absence_told, district_text, plan_names, worst_absence
from wording.explore.absence_chart import absence_chart
from wording.yardstick import beside

_LEAVE, _SICK = "explore absence leave", "explore absence sick"


def show_absence(asked: Asked, speech: Speech) -> None:
    """One person of each team away, and the plans that are best served then."""
    found = ask(asked, AbsenceQuery(), speech)
    if found is None:
        return
    away = replace(found, leave=_chosen_leave(speech))
    told = absence_told(asked.about, away)
    words, where = st.container(key="map-and-figures").columns(2, gap="medium")
    with words:
        tell(told, speech)
        spoken = msg(
            "Bars: coverage of each municipality from the lowest while one person is away to the usual one; the table "
            "has the figures"
        )
        show_chart(absence_chart(asked.about, away.found.own, speech.plain), spoken, speech)
    with where:
        _show_map(asked, away, speech)
    for table in told.tables:
        show_grid(table, speech)


def _chosen_leave(speech: Speech) -> Leave:
    """Leave and sickness as typed: the plans do not depend on them."""
    left, right, _ = st.columns([1, 1, 2])
    weeks = left.number_input(
        speech.markdown(msg("Weeks of leave a year (an assumption)")), 0.0, WEEKS, LEAVE_WEEKS, 0.5, "%g", _LEAVE
    )
    most = WEEKS * WORKING_DAYS
    days = right.number_input(
        speech.markdown(msg("Working days sick a year (an assumption)")), 0.0, most, SICK_DAYS, 1.0, "%g", _SICK
    )
    return Leave(weeks, days)


def _show_map(asked: Asked, away: Away, speech: Speech) -> None:
    """Each absence as figures on the map of the plan asked about, and the plans that are best served."""
    about, own = asked.about, away.found.own
    placed = own.plan.layers[about.layer]
    absences = sorted(own.absences, key=lambda one: placed.identities[one.district].number)
    shown = [
        Shown(
            msg("One person away in {district}", district=district_text(placed, one.district, about)),
            own.plan,
            _figure(own, one),
        )
        for one in absences
    ]
    for name, one in plan_names(about, away.found):
        label = msg("{plan}: {worst} at worst", plan=name, worst=beside(about.problem, one.worst))
        shown.append(Shown(label, one.plan))
    position = chosen_shown(shown, msg("On the map"), speech, first=absences.index(worst_absence(own)))
    draw(asked, shown[position], speech)


def _figure(own: Served, one: Absence) -> MapFigure:
    usual = {ags: supply.coverage for ags, supply in own.plan.municipalities.items()}
    title: Message = msg("Coverage while that person is away")
    return MapFigure(
        title,
        {ags: one.coverage.get(ags, before) for ags, before in usual.items()},
        (0.5, 0.65, 0.8, 0.95),
        lambda share: percent(share, 0),
        lambda limit: percent(limit, 0),
        2,
        msg("no need"),
    )
