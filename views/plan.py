"""The page “Plan – what is proposed?”: the best plan of a scenario on the map, in figures and in tables."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import streamlit as st

from maps.colours import MapColour
from optimizer.plan import Plan
from scenarios.library import Entry
from serving import answers
from translation import msg
from views import address
from views.head import headed
from views.map_view import show_drawn
from views.parts import plans
from views.parts.beside import show_beside
from views.parts.choices import choose_town, chosen_layer, layer_shown, open_town
from views.parts.drawn import map_of, show_ground, show_nothing, show_rest, show_verdict
from views.parts.map_choices import chosen_view
from views.parts.presenting import offer_presenting
from views.parts.shown import show_conflicts, show_no_answer
from views.parts.taken_out import offer_map
from views.speech import Speech
from wording.verdict import hours_missing, hours_used

#: Pixels of the map where the window has no room for more.
MAP_HEIGHT = 340
_MAP = "map"


def show() -> None:
    """Draws the page."""
    speech = Speech(address.language())
    title = msg("Plan – what is proposed?")
    found = headed(title, speech, switches=lambda entry: _switches(entry, speech))
    if found is None:
        return
    entry, answer = found
    if address.flag(address.WITHOUT_EXISTING):
        name = msg("{scenario} – without existing services", scenario=answer.loaded.scenario.name)
        try:
            answer = plans.without_existing(answer, speech.plain(name), speech)
        except plans.NoAnswer as outcome:
            show_no_answer(outcome, speech)
            return
        st.info(speech.markdown(msg("This is the best plan as if there were no existing services.")))
    plan = answer.solution.plan
    if plan is None:
        show_conflicts(answer, speech)
    else:
        _show_plan(entry.id, answer, plan, speech)
    show_ground(answer, speech)


def _switches(entry: Entry, speech: Speech) -> None:
    _switch_existing(speech)
    # The projector shows scenarios as they are.
    if not address.flag(address.WITHOUT_EXISTING):
        offer_presenting([entry.id], "plan", speech)


def _switch_existing(speech: Speech) -> None:
    """One click shows the plan without existing services."""
    name = address.WITHOUT_EXISTING
    address.bind(name, address.flag(name))
    st.toggle(
        speech.markdown(msg("Without existing services")),
        key=name,
        help=speech.markdown(msg("A second result: how far the plan rests on them.")),
        on_change=partial(address.follow, name),
    )


def _show_plan(id: str, answer: answers.Answer, plan: Plan, speech: Speech) -> None:
    show_verdict(answer, speech)
    if not plan.layers:
        show_nothing(answer, speech)
        return
    layer = layer_shown(plan)
    with st.container(key="first-screen"):
        st.fragment(_show_first)(id, answer, plan, layer, speech)
    show_rest(answer, layer, datetime.now().astimezone().year, speech)


def _show_first(id: str, answer: answers.Answer, plan: Plan, before: int, speech: Speech) -> None:
    """The map, and beside it the districts or the municipality chosen. Drawn anew by itself, but for another layer."""
    county = answer.loaded.county
    towns = {town.ags: town.name for town in county.municipalities}
    columns = st.container(key="map-and-figures").columns([6, 5], gap="medium")
    left, right = (column.container(gap="xsmall") for column in columns)
    with left:
        choices = chosen_view(speech)
    with right:
        layer = chosen_layer(plan, speech, labelled=False)
        if layer != before:
            st.rerun()
        label = msg("Why here? Click on a municipality or choose it")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="asked-and-saved"):
            town = choose_town(towns, speech, label=label, nothing=label, labelled=False)
            offer_map(answer, layer, choices, speech)
    with left:
        shown = map_of(answer, layer, choices, town, speech.language, _MAP)
        spoken = speech.plain(msg("Map of the districts"))
        show_drawn(shown, height=MAP_HEIGHT, label=spoken, fill=True, on_chosen=open_town)
    with right:
        if town is None:
            _show_districts(id, answer, layer, choices.colour is MapColour.DISTRICT, speech)
        else:
            # Loaded with the first municipality that somebody asks about.
            from views.asking.why_here import show_why

            show_why(answer, plan, layer, town, speech)


def _show_districts(id: str, answer: answers.Answer, layer: int, coloured: bool, speech: Speech) -> None:
    """The districts of a layer, what the hours are used for, and how settled it all is."""
    # Loaded when the map is there: nobody waits for it.
    from views.asking.settled import show_settled

    plan = answer.solution.plan
    assert plan is not None
    show_beside(answer.loaded.county, plan.layers[layer], speech, place=_MAP, coloured=coloured)
    with st.container(key="sums", gap="xsmall"):
        st.markdown(speech.unbroken(hours_used(plan)))
        st.markdown(speech.unbroken(hours_missing(plan)))
        show_settled(id, answer, plan, layer, speech)


if __name__ == "__main__":
    show()
