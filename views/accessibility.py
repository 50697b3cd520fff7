"""The page on accessibility: how far, what does not work, and to whom to report it."""

from __future__ import annotations

import streamlit as st

from serving.settings import current
from translation import msg
from views import address
from views.speech import Speech
from wording.accessibility import ENFORCEMENT, GOOD, HOW, LIMITS, NRW, REPORTING, STATE, reporting


def show() -> None:
    """Draws the page."""
    speech = Speech(address.language())
    settings = current()
    st.title(speech.markdown(msg("Accessibility")), anchor=False)
    for passage in (STATE, GOOD, LIMITS, HOW):
        st.header(speech.markdown(passage.title), anchor=False)
        st.markdown(speech.markdown(passage.text))
        if passage.points:
            st.markdown(speech.bullets(passage.points))
    st.header(speech.markdown(REPORTING), anchor=False)
    st.markdown(speech.markdown(reporting(settings.feedback, settings.operator)))
    st.header(speech.markdown(ENFORCEMENT), anchor=False)
    st.markdown(speech.markdown(settings.enforcement or NRW))


if __name__ == "__main__":
    show()
