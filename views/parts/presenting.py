"""The way to the page for the projector, from a page about one scenario or several, and back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from translation import msg
from views import address
from views.speech import Speech


def offer_presenting(ids: Sequence[str], page: str, speech: Speech) -> None:
    """A button that shows these scenarios on the projector; from there one comes back to ``page``."""
    label = speech.markdown(msg("Present"))
    about = speech.markdown(msg("For the projector: large, one answer on each screen."))
    begin = partial(_begin, ids, page)
    if st.button(label, key="present", icon=":material/present_to_all:", help=about, on_click=begin):
        st.switch_page("views/present.py")


def _begin(ids: Sequence[str], page: str) -> None:
    address.put(address.PRESENTED, address.joined(ids))
    address.put(address.SCREEN, None)
    address.put(address.FROM, page)
