"""A scenario from nothing on the page of rules: for which county, with how many posts."""

from __future__ import annotations

import streamlit as st

from files.typed import shown
from translation import msg
from views.form import desk as desks
from views.form.state import empty_state
from views.parts.counties import county_at_hand, county_label, known_counties
from views.speech import Speech

_COUNTY = "rules new county"
_POSTS = "rules new posts"


def offer_new(speech: Speech) -> None:
    """Asks for county and posts, and begins a scenario with the defaults."""
    labels = {name: county_label(entry) for name, entry in known_counties().items()}
    known = list(labels)
    st.selectbox(
        speech.markdown(msg("County")),
        known,
        index=known.index(county_at_hand()),
        key=_COUNTY,
        format_func=lambda name: speech.plain(labels.get(name, name)),
    )
    st.text_input(
        speech.markdown(msg("Posts (FTE) that are to be placed there")),
        key=_POSTS,
        placeholder=speech.plain(msg("as the grant has them, such as 6")),
    )
    st.button(
        speech.markdown(msg("Begin a scenario with the defaults")),
        key="rules empty",
        icon=":material/note_add:",
        type="primary",
        on_click=lambda: _begin(labels, speech),
        width="stretch",
    )


def _begin(labels: dict[str, object], speech: Speech) -> None:
    county, posts = st.session_state[_COUNTY], st.session_state[_POSTS].strip()
    name = msg("{county}, {posts} posts", county=labels[county], posts=shown(posts)) if posts else msg("New scenario")
    state = empty_state(speech.plain(name), county)
    state["layers"][0]["posts"]["total"] = posts
    desks.begin(state)
