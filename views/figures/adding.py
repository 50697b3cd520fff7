"""Adding a county on the page of the figures: one of the list with its own posts, or one from files."""

from __future__ import annotations

import streamlit as st

from files.faults import InputError
from scenarios.first import first_scenario
from scenarios.library import CountyEntry, library
from serving import answers
from translation import msg
from views import address
from views.figures.uploading import WAY_NEXT, show_uploading
from views.parts.counties import county_label, known_counties
from views.parts.shown import show_faults
from views.speech import Speech
from views.who import initials

_WAY, _COUNTY, _POSTS, _OFFERED = "county way", "county first", "county posts", "county offered"
_LIST, _FILES = "list", "files"


def offer_adding(entry: CountyEntry, speech: Speech) -> None:
    """Both ways to another county; ``entry`` is the data set that the page shows."""
    with st.expander(speech.markdown(msg("Add a county")), icon=":material/add_location_alt:"):
        ways = {_LIST: msg("A county of the list"), _FILES: msg("From files of your own")}
        if st.session_state.pop(WAY_NEXT, False) or _WAY not in st.session_state:
            st.session_state[_WAY] = _LIST
        way = st.segmented_control(
            speech.markdown(msg("Where the figures come from")),
            list(ways),
            key=_WAY,
            format_func=lambda one: speech.markdown(ways[one]),
            required=True,
        )
        if way == _LIST:
            _show_list(entry, speech)
        else:
            show_uploading(speech)


def _show_list(entry: CountyEntry, speech: Speech) -> None:
    told = msg(
        "The counties of North Rhine-Westphalia are here with figures, boundaries and drives. A first scenario needs "
        "nothing but your posts; everything else can be changed afterwards."
    )
    st.markdown(speech.markdown(told))
    labels = {name: speech.plain(county_label(one)) for name, one in known_counties().items()}
    if st.session_state.get(_OFFERED) != entry.name or st.session_state.get(_COUNTY) not in labels:
        # The one that the page shows, until another one is chosen.
        st.session_state[_OFFERED] = st.session_state[_COUNTY] = entry.name
    row = st.container(horizontal=True, vertical_alignment="bottom")
    row.selectbox(
        speech.markdown(msg("County")), list(labels), key=_COUNTY, format_func=lambda name: labels.get(name, name)
    )
    row.text_input(
        speech.markdown(msg("Posts (FTE) that are to be placed there")),
        key=_POSTS,
        placeholder=speech.plain(msg("as the grant has them, such as 6")),
    )
    if row.button(
        speech.markdown(msg("Make a first scenario and open it")),
        key="county first scenario",
        type="primary",
        icon=":material/map:",
    ):
        _open_first(st.session_state[_COUNTY], speech)


def _open_first(place: str, speech: Speech) -> None:
    """Saves the scenario and shows its plan; where it cannot be made, it is said below the button."""
    posts = st.session_state[_POSTS].strip()
    try:
        county = answers.county(known_counties()[place].folder)
        name = _free_name(speech.plain(msg("{county}, {posts} posts", county=county.name, posts=posts)))
        saved = library().save_new(first_scenario(county, place, name, posts), initials())
    except InputError as error:
        show_faults(error, speech, msg("There is no scenario yet. What is wrong with the posts:"))
        return
    address.put(address.SCENARIO, saved.id)
    address.put(address.RULES_DRAFT, None)
    address.put(address.PLAN_DRAFT, None)
    st.switch_page("views/plan.py")


def _free_name(name: str) -> str:
    taken = {entry.name for entry in answers.entries()}
    found, count = name, 1
    while found in taken:
        count += 1
        found = f"{name} ({count})"
    return found
