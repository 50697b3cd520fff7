"""The head of a page about one scenario: its title, the scenario, what it stands for, and the papers on it."""

from __future__ import annotations

import streamlit as st

from scenarios.library import Entry
from serving import answers
from translation import Message
from views.papers_button import offer_papers
from views.parts.choices import chosen_entry
from views.parts.shown import PLANS_STYLE, answer_of, show_description
from views.speech import Speech


def headed(title: Message, speech: Speech, *, why: bool = False) -> tuple[Entry, answers.Answer] | None:
    """Draws the head; gives the scenario chosen with its answer. Where there is none, the page has said why.

    ``why``: the papers have the section “Why this plan” unless the planner says otherwise.
    """
    st.html(PLANS_STYLE)
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
    left.title(speech.markdown(title), anchor=False)
    with right:
        entry = chosen_entry(speech)
    answer = None if entry is None else answer_of(entry, speech)
    if entry is None or answer is None:
        return None
    with st.container(horizontal=True, vertical_alignment="center"):
        show_description(answer.loaded, speech)
        offer_papers([answer], speech, why=why)
    return entry, answer
