"""The page “Plan – what is proposed?”: the best plan of a scenario on the map, in figures and in tables."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import streamlit as st

from optimizer.plan import Plan
from serving import answers
from translation import msg
from views import address
from views.head import headed
from views.map_view import show_map
from views.parts import plans
from views.parts.choices import choose_town, chosen_layer, chosen_town, click_town
from views.parts.finance import show_finance
from views.parts.map_choices import chosen_view
from views.parts.shown import show_basis, show_conflicts, show_figures, show_no_answer, show_rules
from views.parts.tables import show_districts, show_grid, show_sortable
from views.parts.why import show_why
from views.speech import Speech
from wording import sentences as wording
from wording.existing import existing_remarks
from wording.key_figures import key_figures
from wording.plan_tables import losses_table, municipalities_table

MAP_HEIGHT = 620


def show() -> None:
    """Draws the page."""
    speech = Speech(address.language())
    found = headed(msg("Plan – what is proposed?"), speech)
    if found is None:
        return
    _, answer = found
    if _without_existing(speech):
        name = msg("{scenario} – without existing services", scenario=answer.loaded.scenario.name)
        try:
            answer = plans.without_existing(answer, speech.plain(name), speech)
        except plans.NoAnswer as outcome:
            show_no_answer(outcome, speech)
            return
        st.info(speech.markdown(msg("This is the best plan as if there were no existing services.")))
    if answer.solution.plan is None:
        show_conflicts(answer, speech)
    else:
        _show_plan(answer, answer.solution.plan, speech)
    show_basis(answer.loaded, speech)


def _without_existing(speech: Speech) -> bool:
    """Whether the plan is to be that without existing services; one click changes it."""
    name = address.WITHOUT_EXISTING
    address.bind(name, address.flag(name))
    return st.toggle(
        speech.markdown(msg("Without existing services")),
        key=name,
        help=speech.markdown(msg("A second result: how far the plan rests on them.")),
        on_change=partial(address.follow, name),
    )


def _show_plan(answer: answers.Answer, plan: Plan, speech: Speech) -> None:
    county = answer.loaded.county
    if not plan.layers:
        _show_nothing(answer, plan, speech)
        return
    layer = chosen_layer(plan, speech)
    towns = {town.ags: town.name for town in county.municipalities}
    left, right = st.container(key="map-and-figures").columns([3, 2], gap="medium")
    with left:
        choices = chosen_view(speech)
        view = choices.draw(answer.loaded, plan, layer, speech.language, selected=chosen_town(towns))
        spoken = speech.plain(msg("Map of the districts"))
        click_town(show_map(view, key="map", height=MAP_HEIGHT, label=spoken))
    with right:
        label = msg("Why here? Click on a municipality or choose it")
        town = choose_town(towns, speech, label=label, nothing=msg("The whole county"))
        if town is None:
            show_figures(key_figures(answer.loaded, plan), speech)
            st.markdown(speech.markdown(wording.proof(answer.solution)))
            remarks = list(existing_remarks(answer.loaded, plan, datetime.now().astimezone().year))
            if remarks:
                st.warning(speech.bullets(remarks))
            show_rules(answer.loaded, plan, speech)
        else:
            show_why(answer, plan, layer, town, speech)
    _show_tables(answer, plan, layer, speech)
    show_finance(answer, speech)


def _show_nothing(answer: answers.Answer, plan: Plan, speech: Speech) -> None:
    """A scenario that places no posts: what existing services alone reach."""
    st.info(speech.markdown(wording.NO_POSTS))
    show_figures(key_figures(answer.loaded, plan), speech)
    _show_municipalities(answer, plan, speech)


def _show_tables(answer: answers.Answer, plan: Plan, layer: int, speech: Speech) -> None:
    st.header(speech.markdown(msg("Districts")), anchor=False)
    show_districts(answer.loaded.county, plan.layers[layer], speech)
    _show_municipalities(answer, plan, speech)
    show_grid(losses_table(plan), speech)


def _show_municipalities(answer: answers.Answer, plan: Plan, speech: Speech) -> None:
    county = answer.loaded.county
    st.header(speech.markdown(msg("Municipalities")), anchor=False)
    indicators = tuple(name for name in answer.loaded.scenario.key if name in county.indicator_names)
    alt = msg("Municipalities with need, coverage, hours per week and drive from the hub")
    show_sortable(municipalities_table(answer.loaded, plan, indicators), alt, speech)
    st.caption(speech.markdown(msg("Drive from the hub: one way. A click on a heading sorts the table.")))


if __name__ == "__main__":
    show()
