"""Which key the plan amounts to: in words, against that of the scenario, on the map, and as a scenario to work on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from access.roles import Right
from exploring.query import Subject
from exploring.questions.key import FoundKey, KeyOfPlan, KeyQuery, whole_percents
from maps.colours import MapFigure
from translation import msg, number
from views import person
from views.asking.asked import Asked, ask, handmade_of
from views.asking.plans import Shown, draw
from views.asking.questions import show_chart, tell
from views.form import desk as rules_desk
from views.form.state import State, state_of
from views.parts.tables import show_grid
from views.speech import Speech
from wording.explore.key import key_text, key_told, shares
from wording.explore.key_chart import key_chart

_BY_HAND = "explore key by hand"


def show_key(asked: Asked, speech: Speech) -> None:
    """The mixtures of indicators by which the plan, or the one made by hand, is as even as it can be."""
    about, digest = asked.about, ""
    handmade = handmade_of(asked)
    if handmade is not None:
        _, plan, stamp = handmade
        if st.toggle(speech.markdown(msg("Ask about the plan made by hand")), key=_BY_HAND):
            about, digest = Subject(replace(about.loaded, problem=plan.problem), plan, about.layer), stamp
    found = ask(asked, KeyQuery(), speech, about=about, details=digest)
    if found is None:
        return
    told = key_told(about, found)
    words, picture = st.columns([2, 3], gap="medium")
    with words:
        tell(told, speech)
        _offer(asked, found, speech)
    with picture:
        spoken = msg(
            "Bars: share of all hours of each district; marks: its need by two keys; the table has the figures"
        )
        show_chart(key_chart(shares(about, found), speech.plain), spoken, speech)
    left, right = st.container(key="map-and-figures").columns(2, gap="medium")
    with left:
        draw(asked, Shown(msg("Need by the key found"), found.plan, figure=_figure(found)), speech)
    with right:
        show_grid(told.tables[0], speech)
    show_grid(told.tables[1], speech)


def _figure(found: KeyOfPlan) -> MapFigure:
    now, then = found.plan.municipalities, found.told.plan.municipalities
    return MapFigure(
        msg("Need by the key found, as a multiple of that by the key of the scenario"),
        {ags: then[ags].key / now[ags].key if now[ags].key > 0 else None for ags in now},
        (0.5, 0.8, 1.25, 2.0),
        lambda times: number(times, 1),
        lambda times: number(times, 2),
        2,
        msg("no need by the key of the scenario"),
    )


def _offer(asked: Asked, found: KeyOfPlan, speech: Speech) -> None:
    """The scenario with a key of these, to be changed further and saved under a name of its own."""
    if not person.may(Right.PLAN):
        return
    own = whole_percents(found.own)
    for position, one in enumerate(one for one in found.keys if one.stated != own):
        label = msg("Open as a scenario with the key {key}", key=key_text(one.stated))
        if st.button(speech.markdown(label), key=f"explore key {position}", icon=":material/tune:"):
            _open(asked, one)
            st.switch_page("views/rules.py")


def _open(asked: Asked, one: FoundKey) -> None:
    rules_desk.open_scenario(asked.id)
    rules_desk.edit(state_of(asked.answer.loaded.scenario), partial(_keyed, one))


def _keyed(one: FoundKey, state: State) -> State:
    return {**state, "key": dict(one.stated)}
