"""The head of a page about one scenario, in one line: the scenario as its title, what it rests on, the papers on it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from exploring.question import Topic
from scenarios.library import Entry
from serving import answers
from translation import Message
from views.owned_button import offer_owned
from views.papers_button import offer_papers
from views.parts.choices import chosen_entry
from views.parts.shown import PLANS_STYLE, answer_of
from views.speech import Speech
from wording.verdict import facts


def headed(
    title: Message,
    speech: Speech,
    *,
    section: Topic | None = None,
    switches: Callable[[Entry], object] = lambda _: None,
) -> tuple[Entry, answers.Answer] | None:
    """Draws the head; gives the scenario chosen with its answer. Where there is none, the page has said why.

    ``title`` is what a screen reader calls the page: on the screen the list of scenarios stands in its place.
    The papers have the ``section`` on the questions about a topic unless the planner says otherwise. ``switches`` draws
    what else the page has in its head on that scenario.
    """
    st.html(PLANS_STYLE)
    st.container(key="page-title").title(speech.markdown(title), anchor=False)
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="page-head")
    with row:
        entry = chosen_entry(speech, titled=True)
    answer = None if entry is None else answer_of(entry, speech)
    if entry is None or answer is None:
        with row:
            offer_owned(speech)
        return None
    with row:
        st.caption(speech.unbroken(facts(answer.loaded)), width="content")
        switches(entry)
        offer_papers([answer], speech, section=section)
        offer_owned(speech)
    return entry, answer
