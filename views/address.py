"""What the address of a page says: scenario and language, checked, so that a link opens what was seen."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geodata.names import instead, shown
from translation import LANGUAGES, Language, Message, msg

LANGUAGE = "language"
SCENARIO = "scenario"
#: Opened where the address names no scenario.
FIRST_SCENARIO = "modell-1-zentral"


def language() -> Language:
    """The language of the address; German where it names none that there is."""
    given = st.query_params.get(LANGUAGE)
    return next((known for known in LANGUAGES if known == given), "de")


def scenario(known: Sequence[str]) -> tuple[str, Message | None]:
    """The scenario of the address among the ``known``, of which there is one at least, and what was wrong with it."""
    given = st.query_params.get(SCENARIO)
    first = FIRST_SCENARIO if FIRST_SCENARIO in known else known[0]
    if given is None:
        return first, None
    if given in known:
        return given, None
    wrong = msg(
        "There is no scenario “{name}”: {allowed}. Shown instead: {first}",
        name=shown(given),
        allowed=instead(given, known),
        first=first,
    )
    return first, wrong


def bind(parameter: str, value: str) -> None:
    """The widget with the key ``parameter`` shows ``value``, to be called before it is drawn."""
    st.session_state[parameter] = value


def follow(parameter: str) -> None:
    """Writes the choice of the widget with the key ``parameter`` into the address."""
    choice = st.session_state[parameter]
    if choice is not None:
        st.query_params[parameter] = choice
