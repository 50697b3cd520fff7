"""A link to a scenario that was removed: what became of it is said in words, and no other one is shown in its place."""

from __future__ import annotations

import streamlit as st

from access.roles import Right
from files.faults import InputError
from scenarios.history import Record
from scenarios.library import library
from scenarios.store import ConflictError, Removed
from serving import answers
from translation import Message, msg
from views import address, person
from views.speech import Speech

_OUTCOME = "removed outcome"


def moment(record: Record) -> Message:
    """Date and time of a record where the planner runs, and the initials where there are some."""
    when = record.when.astimezone()
    date, time = when.date(), f"{when:%H:%M}"
    if record.who:
        return msg("{date}, {time}, {who}", date=date, time=time, who=record.who)
    return msg("{date}, {time}", date=date, time=time)


def told_removed(id: str) -> Message | None:
    """What became of the scenario with that id, which may come from outside; ``None`` where nothing is known of it."""
    if answers.entry(id) is not None:
        return None
    removed = library().removed_entry(id)
    if removed is not None:
        when = moment(removed.record)
        return msg("The scenario “{name}” is in the trash since {when}.", name=removed.name, when=when)
    if library().purged(id):
        return msg("The scenario of this link was removed for good.")
    return None


def show_removed(speech: Speech) -> bool:
    """Tells where the address names a scenario that was removed, and offers to restore it; else ``False``."""
    outcome = st.session_state.pop(_OUTCOME, None)
    if outcome is not None:
        st.error(speech.markdown(outcome))
    id = address.value(address.SCENARIO)
    told = None if id is None else told_removed(id)
    if id is None or told is None:
        return False
    st.warning(speech.markdown(told), icon=":material/delete:")
    removed = library().removed_entry(id)
    if removed is not None and person.may(Right.PLAN):
        label = speech.markdown(msg("Restore"))
        st.button(
            label, key="restore removed", icon=":material/restore_from_trash:", on_click=_restore, args=(removed,)
        )
    return True


def _restore(removed: Removed) -> None:
    try:
        back = library().restore(removed)
    except ConflictError:
        st.session_state[_OUTCOME] = msg("Somebody else took “{name}” out of the trash.", name=removed.name)
    except InputError as error:
        st.session_state[_OUTCOME] = msg("Not restored: {reason}", reason=error.faults[0].message)
    else:
        address.put(address.SCENARIO, back.id)
