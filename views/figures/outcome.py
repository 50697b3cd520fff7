"""What came of an upload or of saving: told after the click, with every wrong cell."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from files.faults import Fault, InputError
from translation import Message, msg
from views.parts.tables import show_text_table, text_table
from views.speech import Speech
from wording.grid import NOTHING

#: Where on the page something is said: beside the button that caused it, or, of the data set as a whole, at the top.
PAGE, UPLOAD, STEPS, SAVING, COPIES = "page", "upload", "steps", "saving", "copies"
DRIVES, DATASETS = "drives", "data sets"
_KEPT = "data outcome"
_MOST_NOTICES = 30


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a click at a ``place`` of the page: ``told``, what was wrong, and what was repaired."""

    place: str
    told: Message
    error: InputError | None = None
    notices: tuple[Fault, ...] = ()


def tell(outcome: Outcome) -> None:
    """Lets the page say ``outcome`` when it is drawn next, in place of what it said before, wherever that was."""
    st.session_state[_KEPT] = outcome


def forget() -> None:
    """Ends what is said of a try, as something else was done since."""
    st.session_state.pop(_KEPT, None)


def show_outcome(place: str, speech: Speech) -> None:
    """What came of a click at this place. A success is said once; what is wrong stands until the next try."""
    outcome = st.session_state.get(_KEPT)
    if outcome is None or outcome.place != place:
        return
    if outcome.error is not None:
        if place == UPLOAD:
            show_wrong_cells(outcome.told, outcome.error, speech)
        else:
            show_failure(outcome.told, outcome.error, speech)
        return
    del st.session_state[_KEPT]
    st.success(speech.markdown(outcome.told), icon=":material/check:")
    show_notices(outcome.notices, speech)


def show_failure(told: Message, error: InputError, speech: Speech) -> None:
    """What did not come about and why, where no cell is to blame."""
    lines = [line.removeprefix(f"{NOTHING}: ") for line in error.lines(speech.language)]
    st.error(f"{speech.markdown(told)}\n\n{speech.bullets(lines)}")


def show_notices(notices: tuple[Fault, ...], speech: Speech) -> None:
    """What was repaired or left aside."""
    if notices:
        st.info(speech.bullets([notice.text(speech.language) for notice in notices[:_MOST_NOTICES]]))


def show_wrong_cells(title: Message, error: InputError, speech: Speech) -> None:
    """What is wrong, a row for each cell."""
    st.error(speech.markdown(title))
    headings = (msg("Place"), msg("What is wrong"), msg("What is allowed"))
    rows = [(_place(fault), fault.wrong, fault.allowed or NOTHING) for fault in error.faults]
    alt = msg("Every wrong cell: its place, what is wrong, what is allowed")
    show_text_table(text_table(headings, rows, speech), alt, speech)


def _place(fault: Fault) -> str:
    line = fault.file if fault.line is None else f"{fault.file}:{fault.line}"
    return line if fault.column is None else f"{line}, {fault.column}"
