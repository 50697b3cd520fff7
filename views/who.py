"""Who works here: initials, typed once in a session and kept with what is saved. Nobody is asked to prove it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from scenarios.history import LONGEST_INITIALS
from scenarios.history import initials as sound
from translation import msg
from views.speech import Speech

_WHO = "who"


def initials() -> str:
    """The initials of this session; nothing where none were typed."""
    known: str = st.session_state.get(_WHO, "")
    return known


def ask_initials(key: str, speech: Speech) -> None:
    """A field for the initials. ``key`` names the place on the page."""
    field = f"{key} who"
    st.session_state[field] = initials()
    st.text_input(
        speech.markdown(msg("Your initials")),
        key=field,
        max_chars=LONGEST_INITIALS,
        help=speech.markdown(msg("Stand beside the date of what you save; may stay empty")),
        on_change=partial(_follow, field),
        width=150,
    )


def _follow(field: str) -> None:
    st.session_state[_WHO] = sound(st.session_state[field])
