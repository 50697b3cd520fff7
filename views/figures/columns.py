"""In which columns of an uploaded table the indicators stand, asked where no heading tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from files.faults import Fault, InputError
from files.typed import shown
from geodata.county import County
from geodata.editing.indicator_csv import Chosen
from geodata.labels import covered
from translation import msg
from views.figures.outcome import UPLOAD, Outcome, tell
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
    """Asks for each indicator in which column it stands, where an upload left that open."""
    question = st.session_state.get(_KEPT)
    if not isinstance(question, Question) or question.county != county.folder.name:
        return
    told = msg(
        "Not all headings in “{file}” name an indicator. In which column does each indicator stand? Figures of "
        "different kinds, such as those of a census and of an update, are different indicators.",
        file=question.file,
    )
    with st.form("data columns asked"):
        st.markdown(speech.markdown(told))
        for name in county.indicator_names:
            st.selectbox(
                speech.markdown(covered(name)),
                ["", *question.columns],
                key=f"{_ANSWER} {name}",
                format_func=lambda column: column or speech.plain(msg("in none")),
            )
        with st.container(horizontal=True):
            st.form_submit_button(
                speech.markdown(msg("Read these columns")),
                key="data columns read",
                type="primary",
                on_click=_answer,
                args=(question, county.indicator_names, read),
            )
            st.form_submit_button(
                speech.markdown(msg("Leave the file aside")), key="data columns leave", on_click=forget
            )


def _answer(question: Question, indicators: Sequence[str], read: Read) -> None:
    chosen = dict.fromkeys(question.columns, "")
    answers = {name: str(st.session_state.get(f"{_ANSWER} {name}", "")) for name in indicators}
    chosen |= {column: name for name, column in answers.items() if column}
    doubled = [column for column, times in Counter(answers.values()).items() if column and times > 1]
    if doubled:
        wrong = msg("“{text}” was chosen for several indicators", text=shown(doubled[0]))
        error = InputError([Fault(question.file, wrong, msg("each indicator from a column of its own"))])
        tell(Outcome(UPLOAD, msg("“{file}” was not taken over; nothing is changed.", file=question.file), error))
        return
    forget()
    read(question.content, question.file, chosen)
