"""Which services are there twice, for which staff the districts stay the best, and whose answer would decide."""

from __future__ import annotations

import streamlit as st

from exploring.questions.services import DRAWS, MOST, ServicesQuery
from translation import msg, number
from views.asking.asked import Asked, ask
from views.asking.questions import tell
from views.parts.tables import show_grid
from views.speech import Speech
from wording.explore.services import services_told

_MOST, _DRAWS = "explore services most", "explore services draws"
_SOME_DRAWS = (DRAWS, 300, 1000)


def show_services(asked: Asked, speech: Speech) -> None:
    """The services by municipality and target group, and what is not known of them."""
    left, right = st.columns(2, gap="medium")
    most = left.number_input(
        speech.markdown(msg("Most posts of a service of unknown staff (assumption)")), 0.5, 20.0, MOST, 0.5, key=_MOST
    )
    draws = right.selectbox(
        speech.markdown(msg("Draws")), _SOME_DRAWS, key=_DRAWS, format_func=lambda count: speech.plain(number(count))
    )
    found = ask(asked, ServicesQuery(float(most), draws), speech, details=f"{most} {draws}")
    if found is None:
        return
    told = services_told(asked.about, found)
    tell(told, speech)
    for table in told.tables:
        show_grid(table, speech)
