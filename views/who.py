"""Who works here: initials, typed once in a session and kept with what is saved; with a login the name counts."""

from __future__ import annotations

from functools import partial

import streamlit as st

from access.roles import login_is_on
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
    """A field for the initials, where nobody logs in. ``key`` names the place on the page."""
    if login_is_on():
        return
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
