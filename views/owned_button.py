"""The button for the list of scenarios with all that can be done with them. The dialogue is loaded with the click."""

from __future__ import annotations

import streamlit as st

from access.roles import Right
from translation import msg
from views import person
from views.speech import Speech

_OPEN = "owned open"


def offer_owned(speech: Speech) -> None:
    """The button that opens the dialogue; none where the address is for viewing only."""
    if not person.may(Right.PLAN):
        return
    label = speech.markdown(msg("Scenarios"))
    about = speech.markdown(msg("Copies, names, notes, versions and what was removed."))
    st.button(label, key="owned", icon=":material/folder_managed:", help=about, on_click=_open)
    if st.session_state.get(_OPEN):
        from views import owned

        st.dialog(speech.markdown(msg("Manage scenarios")), width="large", on_dismiss=_close)(owned.show)(
            _close, speech
        )


def _open() -> None:
    from views import owned

    owned.begin()
    st.session_state[_OPEN] = True


def _close() -> None:
    st.session_state.pop(_OPEN, None)
