"""The button for the committee's papers. The dialogue behind it is loaded with the first click: it needs much."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from exploring.question import Topic
from scenarios.funding import Funding
from serving.answers import Answer, digest_of
from translation import msg
from views.speech import Speech

_OPEN = "papers open"


def offer_papers(answers: Sequence[Answer], speech: Speech, *, section: Topic | None = None) -> None:
    """The button that opens the dialogue on these scenarios, in their order; none where no scenario has a plan.

    The papers have the ``section`` on the questions about a topic unless the planner says otherwise.
    """
    if all(answer.solution.plan is None for answer in answers):
        return
    label = speech.markdown(msg("Papers for the committee"))
    st.button(label, key="papers", icon=":material/description:", on_click=_open, args=(answers,))
    if _OPEN in st.session_state and st.session_state[_OPEN] == _shown(answers):
        from views import papers

        st.dialog(label, width="medium", on_dismiss=_close)(papers.show)(answers, section, speech)


def _shown(answers: Sequence[Answer]) -> tuple[str, ...]:
    """What the dialogue is about: the scenarios but for the texts and the money that it asks for itself."""
    found, asked = [answer.loaded for answer in answers], {"papers": {}, "funding": Funding()}
    return tuple(digest_of(one.scenario.model_copy(update=asked), one.path) for one in found)


def _open(answers: Sequence[Answer]) -> None:
    # A dialogue that was left by the browser's own buttons was never closed.
    _close()
    st.session_state[_OPEN] = _shown(answers)


def _close() -> None:
    from views import papers

    papers.close()
    st.session_state.pop(_OPEN, None)
