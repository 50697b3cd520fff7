"""What the dialogue on the papers asks beside the plan, kept in the file of the scenario that is proposed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from access.roles import Right
from files.faults import InputError
from scenarios.library import Entry, library
from scenarios.store import ConflictError
from serving.answers import Answer, entries
from translation import Message, msg
from views import person
from views.parts.shown import show_faults
from views.speech import Speech
from views.who import initials


def saved_entry(answer: Answer) -> Entry | None:
    """The saved scenario that is proposed; one that comes with the planner or is not saved keeps nothing."""
    known = (one for one in entries() if one.path == answer.loaded.path and not one.shipped)
    return next((one for one in known if one.scenario is not None), None)


def offer_keeping(
    entry: Entry, changes: Mapping[str, object], key: str, label: Message, changed: bool, speech: Speech
) -> None:
    """A button that keeps ``changes`` of the scenario's keys, and what came of it; ``key`` is that of its widget."""
    if not person.may(Right.PLAN):
        return
    outcome = f"papers {key} outcome"
    st.button(
        speech.markdown(label),
        key=f"papers {key} keep",
        icon=":material/save:",
        disabled=not changed,
        on_click=partial(_keep, entry, changes, outcome),
    )
    if outcome not in st.session_state:
        return
    found = st.session_state.pop(outcome)
    if isinstance(found, InputError):
        show_faults(found, speech, msg("This could not be kept. What is wrong:"))
    elif found is not None:
        st.error(speech.markdown(found))
    else:
        st.success(speech.markdown(msg("Kept with the scenario.")))


def _keep(entry: Entry, changes: Mapping[str, object], outcome: str) -> None:
    """Keeps the changes in the scenario's file; if somebody changed it meanwhile, their other changes stay."""
    st.session_state[outcome] = _outcome(entry, changes)


def _outcome(entry: Entry, changes: Mapping[str, object]) -> InputError | Message | None:
    assert entry.scenario is not None
    scenario, digest = entry.scenario, entry.scenario.source.digest
    try:
        try:
            library().save(entry, scenario.model_copy(update=changes), digest, initials())
        except ConflictError as conflict:
            if conflict.theirs is None:
                return conflict.message
            library().save(entry, conflict.theirs.model_copy(update=changes), conflict.digest, initials())
    except InputError as error:
        return error
    except ConflictError as conflict:
        return conflict.message
    return None
