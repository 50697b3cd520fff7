"""What the columns of an uploaded table hold, asked where no heading tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from files.typed import nearest
from geodata.county import County
from geodata.editing.indicator_csv import Chosen
from geodata.labels import covered
from translation import msg
from views.speech import Speech

_KEPT, _ANSWER = "data columns", "data column"

Read = Callable[[bytes, str, Chosen], None]
"""Takes an upload with its name and what its columns hold."""


@dataclass(frozen=True, slots=True)
class Question:
    """An upload whose ``columns`` are headed by nothing that is known, and the data set that it is for."""

    county: str
    file: str
    content: bytes
    columns: tuple[str, ...]


def ask(question: Question) -> None:
    """Lets the page ask ``question`` when it is drawn next."""
    st.session_state[_KEPT] = question


def forget() -> None:
    """Ends the question: it was answered, or another file came."""
    st.session_state.pop(_KEPT, None)


def show_question(county: County, read: Read, speech: Speech) -> None:
    """Asks for each column which indicator it holds, where an upload left that open."""
    question = st.session_state.get(_KEPT)
    if not isinstance(question, Question) or question.county != county.folder.name:
        return
    told = msg(
        "Not all headings in “{file}” name an indicator. Which indicator do these columns hold? Figures of different "
        "kinds, such as those of a census and of an update, are different indicators.",
        file=question.file,
    )
    names = {speech.plain(covered(name)): name for name in county.indicator_names}
    with st.form("data columns asked"):
        st.markdown(speech.markdown(told))
        for position, column in enumerate(question.columns):
            likely = names.get(nearest(column, names) or "", "") if len(question.columns) == 1 else ""
            options = ["", *county.indicator_names]
            st.selectbox(
                speech.markdown(msg("“{text}”", text=column)),
                options,
                index=options.index(likely),
                key=f"{_ANSWER} {position}",
                format_func=lambda name: speech.plain(covered(name) if name else msg("leave out")),
            )
        with st.container(horizontal=True):
            st.form_submit_button(
                speech.markdown(msg("Read these columns")),
                key="data columns read",
                type="primary",
                on_click=_answer,
                args=(question, read),
            )
            st.form_submit_button(
                speech.markdown(msg("Leave the file aside")), key="data columns leave", on_click=forget
            )


def _answer(question: Question, read: Read) -> None:
    chosen = {
        column: str(st.session_state.get(f"{_ANSWER} {position}", ""))
        for position, column in enumerate(question.columns)
    }
    forget()
    read(question.content, question.file, chosen)
