"""A page of questions about a plan: which one, about which layer, and its part of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import streamlit as st

from exploring.query import Subject
from exploring.question import Question, Topic
from translation import Message, msg
from views import address
from views.asking.asked import Asked, asked_about
from views.head import headed
from views.parts.choices import chosen_layer
from views.parts.shown import show_basis, show_conflicts, show_description
from views.speech import Speech
from wording.explore.told import ASKED, layer_remarks, measure_remarks, size_remarks
from wording.sentences import NO_POSTS

Parts = Mapping[Question, tuple[Message, Callable[[Asked, Speech], None]]]
"""What each question of a page is called in short, and its part of the page."""
_STYLE = Path(__file__).parents[1] / "static" / "explore.css"


def show_questions(title: Message, topic: Topic, parts: Parts) -> None:
    """Draws the page of the questions about a topic."""
    speech = Speech(address.language())
    st.html(_STYLE)
    found = headed(title, speech, section=topic)
    if found is None:
        return
    entry, answer = found
    show_description(answer.loaded, speech)
    if answer.solution.plan is None:
        show_conflicts(answer, speech)
        return
    if not answer.solution.plan.layers:
        st.info(speech.markdown(NO_POSTS))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        question = _chosen(parts, speech)
        layer = chosen_layer(answer.solution.plan, speech)
    asked = asked_about(entry.id, answer, answer.solution.plan, layer)
    st.header(speech.markdown(ASKED[question]), anchor=False)
    for remark in (*layer_remarks(asked.about), *measure_remarks(asked.about)):
        st.caption(speech.markdown(remark))
    for remark in _size_remarks(asked.about, question, asked.digest):
        st.info(speech.markdown(remark))
    _, part = parts[question]
    part(asked, speech)
    show_basis(answer.loaded, speech)


@st.cache_data(max_entries=200, show_spinner=False)
def _size_remarks(_about: Subject, question: Question, digest: str) -> tuple[Message, ...]:  # noqa: ARG001 - stands for it
    return size_remarks(_about, question)


def _chosen(parts: Parts, speech: Speech) -> Question:
    """The question of the address, to be changed with a click."""
    given = address.value(address.QUESTION)
    question = Question(address.one_of(address.QUESTION, list(parts), next(iter(parts))))
    if given not in (None, question):
        # One of the other page, and so is what was chosen to be shown of it.
        address.put(address.SHOWN, None)
    address.bind(address.QUESTION, question)
    st.segmented_control(
        speech.markdown(msg("Question")),
        list(parts),
        key=address.QUESTION,
        format_func=lambda known: speech.markdown(parts[known][0]),
        required=True,
        on_change=partial(_follow, question),
        label_visibility="collapsed",
    )
    return question


def _follow(before: Question) -> None:
    address.follow(address.QUESTION)
    if st.session_state[address.QUESTION] != before:
        # What was chosen to be shown belongs to the question before.
        address.put(address.SHOWN, None)
