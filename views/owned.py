"""The dialogue on scenarios: one list to open, copy, rename and note, with versions, links and the trash."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from textwrap import shorten

import streamlit as st

from access.roles import Right, refusal
from files.faults import Fault, InputError
from scenarios.changes import differences
from scenarios.history import Record
from scenarios.library import Entry, library
from scenarios.scenario import load_scenario, scenario_from
from scenarios.schema import as_data
from scenarios.store import ConflictError, Removed
from serving import answers
from translation import Message, msg
from views import address, person
from views.copy_link import copy_link, link_to
from views.parts.choices import entry_name
from views.parts.removed import moment
from views.parts.tables import show_text_table, text_table
from views.speech import Speech
from views.who import ask_initials, initials

_MORE, _TOLD = "owned more", "owned told"
_WHICH, _PURGING = "owned which", "owned purging"
#: Signs of a note in the list.
_SHORT = 120


def begin() -> None:
    """The dialogue begins with the list, at the scenario of the address."""
    st.session_state[_MORE] = address.value(address.SCENARIO)
    for name in (_TOLD, _WHICH, _PURGING):
        st.session_state.pop(name, None)


def show(close: Callable[[], None], speech: Speech) -> None:
    """Draws the dialogue; ``close`` has it closed with the next run of the page."""
    removed = library().removed()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {"scenarios": msg("Scenarios"), "trash": msg("Trash ({count})", count=len(removed))}
        which = st.segmented_control(
            speech.markdown(msg("What is listed")),
            list(names),
            key=_WHICH,
            default="scenarios",
            format_func=lambda one: speech.markdown(names[one]),
            required=True,
            label_visibility="collapsed",
        )
        ask_initials("owned", speech)
    told = st.session_state.pop(_TOLD, None)
    if told is not None:
        st.info(speech.markdown(told))
    if which == "trash":
        _show_trash(removed, speech)
        return
    for entry in answers.entries():
        _show_row(entry, close, speech)


def _show_row(entry: Entry, close: Callable[[], None], speech: Speech) -> None:
    versions = library().versions(entry)
    with st.container(horizontal=True, vertical_alignment="center", key=f"owned row {entry.id}"):
        with st.container(gap=None):
            st.markdown(speech.markdown(entry_name(entry, speech)))
            st.caption(speech.markdown(_about(entry, versions)))
        if st.button(speech.markdown(msg("Open")), key=f"owned open {entry.id}", icon=":material/open_in_new:"):
            close()
            address.put(address.RULES_DRAFT, None)
            address.put(address.SCENARIO, entry.id)
            st.rerun()
        opened = st.session_state.get(_MORE) == entry.id
        st.button(
            speech.markdown(msg("Less") if opened else msg("More")),
            key=f"owned more {entry.id}",
            icon=":material/expand_less:" if opened else ":material/expand_more:",
            on_click=partial(_put, _MORE, None if opened else entry.id),
        )
    if opened:
        with st.container(border=True):
            _show_more(entry, versions, speech)


def _about(entry: Entry, versions: tuple[Record, ...]) -> object:
    """Who saved a scenario when, and the first line of its note."""
    text = "" if entry.scenario is None else entry.scenario.description.partition("\n")[0]
    note = shorten(text, _SHORT, placeholder=" …")
    if entry.scenario is None:
        return msg("The file cannot be read.")
    if entry.shipped:
        return msg("Comes with the planner. {note}", note=note)
    if versions:
        return msg("{when}. {note}", when=moment(versions[0]), note=note)
    return note


def _show_more(entry: Entry, versions: tuple[Record, ...], speech: Speech) -> None:
    if entry.scenario is not None and not entry.shipped:
        _show_names(entry, speech)
    with st.container(horizontal=True, vertical_alignment="center"):
        if entry.scenario is not None:
            name = speech.plain(msg("{name} (copy)", name=entry.name))
            label = speech.markdown(msg("Copy"))
            st.button(label, key="owned copy", icon=":material/content_copy:", on_click=_copy, args=(entry, name))
        if not entry.shipped:
            _offer_removal(entry, speech)
        links = [("link", msg("Copy the link"), False), ("viewing", msg("Copy a link for viewing only"), True)]
        for key, about, view in links:
            copy_link(about, link_to(entry.id, speech, view=view), key=f"owned {key}", speech=speech)
    if versions:
        _show_versions(entry, versions, speech)


def _offer_removal(entry: Entry, speech: Speech) -> None:
    may = person.may(Right.ADMINISTER)
    st.button(
        speech.markdown(msg("Move to the trash")),
        key="owned remove",
        icon=":material/delete:",
        disabled=not may,
        help=None if may else speech.markdown(msg("Not for you: {reason}.", reason=refusal(Right.ADMINISTER))),
        on_click=_remove,
        args=(entry,),
    )


def _show_names(entry: Entry, speech: Speech) -> None:
    assert entry.scenario is not None
    # Fields of their own for each version of the file, so that they begin with what it says.
    key = f"{entry.id} {entry.scenario.source.digest}"
    st.text_input(speech.markdown(msg("Name")), entry.name, key=f"owned name {key}")
    st.text_area(speech.markdown(msg("Note")), entry.scenario.description, key=f"owned note {key}", height=90)
    label = speech.markdown(msg("Save name and note"))
    st.button(label, key="owned rename", icon=":material/save:", on_click=_rename, args=(entry, key))


def _show_versions(entry: Entry, versions: tuple[Record, ...], speech: Speech) -> None:
    known = {version.id: version for version in versions}
    id = st.selectbox(
        speech.markdown(msg("Versions")),
        list(known),
        key=f"owned version {entry.id} {versions[0].id}",
        format_func=lambda one: speech.plain(moment(known[one])),
    )
    version = known[id]
    try:
        then = load_scenario(version.path)
    except InputError:
        st.caption(speech.markdown(msg("This version cannot be read.")))
        return
    found = () if entry.scenario is None else differences(then, entry.scenario)
    if entry.scenario == then:
        st.caption(speech.markdown(msg("So it is saved now.")))
        return
    rows = [[difference.about, difference.old, difference.new] for difference in found]
    if rows:
        table = text_table([msg("Setting"), msg("In this version"), msg("Now")], rows, speech)
        show_text_table(table, msg("What was changed since this version"), speech)
    label = speech.markdown(msg("Restore this version"))
    st.button(label, key="owned restore", icon=":material/history:", on_click=_restore_version, args=(entry, version))


def _show_trash(removed: tuple[Removed, ...], speech: Speech) -> None:
    if not removed:
        st.caption(speech.markdown(msg("The trash is empty.")))
    for one in removed:
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(gap=None):
                st.markdown(speech.markdown(one.name))
                st.caption(speech.markdown(msg("Removed: {when}", when=moment(one.record))))
            _offer_back(one, speech)


def _offer_back(one: Removed, speech: Speech) -> None:
    """Buttons to restore it, and to remove it for good after a second click."""
    key, label = f"{one.path.stem} {one.record.id}", speech.markdown(msg("Restore"))
    st.button(label, key=f"owned back {key}", icon=":material/restore_from_trash:", on_click=_restore, args=(one,))
    if not person.may(Right.ADMINISTER):
        return
    if st.session_state.get(_PURGING) != key:
        label = speech.markdown(msg("Remove for good"))
        asked = partial(_put, _PURGING, key)
        st.button(label, key=f"owned purge {key}", icon=":material/delete_forever:", on_click=asked)
        return
    label = speech.markdown(msg("Yes, there is no way back"))
    st.button(label, key=f"owned sure {key}", icon=":material/delete_forever:", on_click=_purge, args=(one,))
    st.button(speech.markdown(msg("Keep it")), key=f"owned keep {key}", on_click=partial(_put, _PURGING, None))


def _done(act: Callable[[], Message]) -> None:
    """Does what was asked for, and has it said what came of it."""
    try:
        told = act()
    except ConflictError as conflict:
        told = msg("Not done: {reason}. Look at it again first.", reason=conflict.message)
    except InputError as error:
        told = msg("Not done: {reason}", reason=error.faults[0].message)
    st.session_state[_TOLD] = told


def _digest(entry: Entry) -> str | None:
    return None if entry.scenario is None else entry.scenario.source.digest


def _copy(entry: Entry, name: str) -> None:
    def act() -> Message:
        copy = library().save_new(scenario_from(as_data(entry.scenario) | {"name": name}), initials())
        st.session_state[_MORE] = copy.id
        return msg("Saved as “{name}”.", name=copy.name)

    _done(act)


def _rename(entry: Entry, key: str) -> None:
    name, note = st.session_state[f"owned name {key}"], st.session_state[f"owned note {key}"]

    def act() -> Message:
        if not name.strip():
            raise InputError([Fault("", msg("the name is empty"), msg("type a name"))])
        named = scenario_from(as_data(entry.scenario) | {"name": name, "description": note})
        saved = library().save(entry, named, _digest(entry), initials())
        return msg("Saved as “{name}”.", name=saved.name)

    _done(act)


def _remove(entry: Entry) -> None:
    def act() -> Message:
        library().remove(entry, _digest(entry), initials())
        return msg("“{name}” is in the trash.", name=entry.name)

    _done(act)


def _restore_version(entry: Entry, version: Record) -> None:
    def act() -> Message:
        library().restore_version(entry, version, _digest(entry), initials())
        return msg("The version of {when} is restored; the one before it is kept.", when=moment(version))

    _done(act)


def _restore(removed: Removed) -> None:
    def act() -> Message:
        back = library().restore(removed)
        return msg("“{name}” is back in the list.", name=back.name)

    _done(act)


def _purge(removed: Removed) -> None:
    def act() -> Message:
        library().purge(removed)
        return msg("“{name}” was removed for good.", name=removed.name)

    _done(act)


def _put(name: str, value: object) -> None:
    st.session_state[name] = value
