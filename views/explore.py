"""The page “Why this plan?”: what a head of department is asked in committee, each question with its proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import streamlit as st

from exploring.query import Subject
from exploring.question import Question
from translation import Message, msg
from views import address
from views.asking.asked import Asked, asked_about
from views.asking.questions import (
    show_alternatives,
    show_frontier,
    show_posts,
    show_prices,
    show_rank,
    show_why,
)
from views.asking.robustness import show_robustness, show_sensitivity
from views.head import headed
from views.parts.choices import chosen_layer
from views.parts.shown import show_basis, show_conflicts, show_description
from views.speech import Speech
from wording.explore.told import ASKED, layer_remarks, measure_remarks, size_remarks
from wording.sentences import NO_POSTS

_STYLE = Path(__file__).parents[1] / "static" / "explore.css"
PARTS: Mapping[Question, tuple[Message, Callable[[Asked, Speech], None]]] = {
    Question.ALTERNATIVES: (msg("Alternatives"), show_alternatives),
    Question.RANK: (msg("Rank"), show_rank),
    Question.FRONTIER: (msg("Trade-off"), show_frontier),
    Question.PRICES: (msg("Price of the rules"), show_prices),
    Question.POSTS: (msg("Posts"), show_posts),
    Question.ROBUSTNESS: (msg("Robustness"), show_robustness),
    Question.SENSITIVITY: (msg("Sensitivity"), show_sensitivity),
    Question.WHY: (msg("Why here?"), show_why),
}
"""What each question is called in short, and its part of the page."""


def show() -> None:
    """Draws the page."""
    speech = Speech(address.language())
    st.html(_STYLE)
    found = headed(msg("Why this plan?"), speech, why=True)
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
        question = _chosen(speech)
        layer = chosen_layer(answer.solution.plan, speech)
    asked = asked_about(entry.id, answer, answer.solution.plan, layer)
    st.header(speech.markdown(ASKED[question]), anchor=False)
    for remark in (*layer_remarks(asked.about), *measure_remarks(asked.about)):
        st.caption(speech.markdown(remark))
    for remark in _size_remarks(asked.about, question, asked.digest):
        st.info(speech.markdown(remark))
    _, part = PARTS[question]
    part(asked, speech)
    show_basis(answer.loaded, speech)


@st.cache_data(max_entries=200, show_spinner=False)
def _size_remarks(_about: Subject, question: Question, digest: str) -> tuple[Message, ...]:  # noqa: ARG001 - stands for it
    return size_remarks(_about, question)


def _chosen(speech: Speech) -> Question:
    """The question of the address, to be changed with a click."""
    question = Question(address.one_of(address.QUESTION, list(Question), Question.ALTERNATIVES))
    address.bind(address.QUESTION, question)
    st.segmented_control(
        speech.markdown(msg("Question")),
        list(Question),
        key=address.QUESTION,
        format_func=lambda known: speech.markdown(PARTS[known][0]),
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


if __name__ == "__main__":
    show()
