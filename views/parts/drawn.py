"""What the page “Plan” draws of an answer, once for everybody who looks at it."""

from __future__ import annotations

import streamlit as st

from optimizer.plan import Plan
from optimizer.problem import Ags
from serving.answers import Answer
from translation import Language, msg
from views.kept import kept
from views.map_view import DrawnMap, drawn
from views.parts.finance import show_finance
from views.parts.map_choices import MapChoices
from views.parts.shown import show_basis, show_description, show_figures, show_rules
from views.parts.tables import show_districts, show_grid, show_sortable
from views.speech import Speech
from wording import sentences as wording
from wording.existing import existing_remarks
from wording.key_figures import key_figures
from wording.plan_tables import losses_table, municipalities_table
from wording.verdict import verdict

#: Key figures in a row.
_FIGURES = 5


@kept
def show_verdict(answer: Answer, speech: Speech) -> None:
    """The answer in two or three sentences."""
    first, *more = (speech.unbroken(sentence) for sentence in verdict(answer.loaded, answer.solution))
    st.container(key="verdict").markdown(" ".join([f"**{first}**", *more]))


@kept
def show_rest(answer: Answer, layer: int, year: int, speech: Speech) -> None:
    """What stands below the first screen."""
    plan = answer.solution.plan
    assert plan is not None
    show_figures(key_figures(answer.loaded, plan), speech, columns=_FIGURES)
    st.markdown(speech.unbroken(wording.proof(answer.solution)))
    remarks = list(existing_remarks(answer.loaded, plan, year))
    if remarks:
        st.warning(speech.bullets(remarks))
    show_rules(answer.loaded, plan, speech)
    st.header(speech.markdown(msg("Districts")), anchor=False)
    show_districts(answer.loaded.county, plan.layers[layer], speech)
    _show_municipalities(answer, plan, speech)
    show_grid(losses_table(plan), speech)
    show_finance(answer, year, speech)


@kept
def show_nothing(answer: Answer, speech: Speech) -> None:
    """A scenario that places no posts: what existing services alone reach."""
    plan = answer.solution.plan
    assert plan is not None
    show_figures(key_figures(answer.loaded, plan), speech, columns=_FIGURES)
    _show_municipalities(answer, plan, speech)


@kept
def show_ground(answer: Answer, speech: Speech) -> None:
    """What the scenario stands for, and what the plan rests on."""
    show_description(answer.loaded, speech)
    show_basis(answer.loaded, speech)


@kept
def map_of(
    answer: Answer, layer: int, choices: MapChoices, town: Ags | None, language: Language, place: str
) -> DrawnMap:
    """The map of a layer for that place on the page, with a municipality that is chosen."""
    plan = answer.solution.plan
    assert plan is not None
    return drawn(choices.draw(answer.loaded, plan, layer, language, selected=town), place)


def _show_municipalities(answer: Answer, plan: Plan, speech: Speech) -> None:
    county = answer.loaded.county
    st.header(speech.markdown(msg("Municipalities")), anchor=False)
    indicators = tuple(name for name in answer.loaded.scenario.key if name in county.indicator_names)
    alt = msg("Municipalities with need, coverage, hours per week and drive from the hub")
    show_sortable(municipalities_table(answer.loaded, plan, indicators), alt, speech)
    st.caption(speech.markdown(msg("Drive from the hub: one way. A click on a heading sorts the table.")))
