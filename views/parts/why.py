"""“Why is this municipality here?”: what it gets, from whom, and what each other district would cost."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from maps.colours import drive_minutes
from optimizer.moves import Move, moves
from optimizer.plan import Plan
from optimizer.problem import Ags
from serving.answers import Answer
from translation import msg, number, percent
from views.parts.shown import show_figures
from views.parts.tables import show_text_table, text_table
from views.speech import Speech
from wording import reasons
from wording.grid import NOTHING
from wording.key_figures import KeyFigure


def show_why(answer: Answer, plan: Plan, layer: int, ags: Ags, speech: Speech) -> None:
    """Draws the answer for one municipality."""
    loaded = answer.loaded
    name = loaded.county.name_of(ags)
    st.header(speech.markdown(msg("Why is {town} here?", town=name)), anchor=False)
    show_figures(_figures(plan, layer, ags), speech)
    for text in reasons.places(loaded, plan, layer, ags):
        st.markdown(speech.markdown(text))
    found = reasons.alternatives(plan, layer, _moves(plan, layer, ags, answer.digest), loaded)
    st.markdown(f"**{speech.markdown(reasons.second_best(plan, found))}**")
    if found:
        about = msg("What each other district would cost")
        show_text_table(_table(plan, found, speech), about, speech, figures=(1, 2))
        with st.expander(speech.markdown(msg("How this was reckoned, and which rules are in the way"))):
            st.markdown(speech.bullets(reasons.remarks(found, loaded)))
    services = reasons.existing_texts(loaded, ags)
    with st.expander(speech.markdown(msg("Existing advice that counts here"))):
        if services:
            st.markdown(speech.bullets(services))
        else:
            st.markdown(speech.markdown(msg("None.")))


def _figures(plan: Plan, layer: int, ags: Ags) -> list[KeyFigure]:
    supply = plan.municipalities[ags]
    drive = drive_minutes(plan, layer)[ags]
    return [
        KeyFigure(
            msg("Coverage"),
            NOTHING if supply.coverage is None else percent(supply.coverage),
            msg("Supply divided by fair supply. 100 % is fair."),
        ),
        KeyFigure(
            msg("On site per week"),
            number(supply.hours, 1, "h"),
            msg("Hours that reach people here, all layers together."),
        ),
        KeyFigure(
            msg("Existing advice per week"),
            number(supply.existing_hours, 1, "h"),
            msg("Hours of existing services that count here."),
        ),
        KeyFigure(
            msg("Drive from the hub"),
            NOTHING if drive is None else number(drive, 0, "min"),
            msg("By car, one way, from town hall to town hall."),
        ),
    ]


def _table(plan: Plan, found: list[reasons.Alternative], speech: Speech) -> pd.DataFrame:
    headings = [msg("Instead in"), msg("Lowest coverage"), msg("Shortfall per week")]
    rows: list[list[object]] = [
        [msg("as it is"), percent(plan.lowest_coverage), number(plan.shortfall_hours, 1, "h")],
        *(
            [
                one.where if one.allowed else msg("{where} – not allowed", where=one.where),
                percent(one.move.plan.lowest_coverage),
                number(one.move.plan.shortfall_hours, 1, "h"),
            ]
            for one in found
        ),
    ]
    return text_table(headings, rows, speech)


@st.cache_data(max_entries=2000, show_spinner=False)
def _moves(_plan: Plan, layer: int, ags: Ags, digest: str) -> tuple[Move, ...]:  # noqa: ARG001 - stands for the plan
    return moves(_plan, layer, ags)
