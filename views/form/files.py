"""Scenario files on the page of rules: read one in, take one away, remove a saved one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from files.faults import InputError
from files.reading import read_content
from files.typed import shown
from files.yaml_file import MOST_BYTES
from scenarios.library import Entry, library
from scenarios.rendering import rendered
from scenarios.scenario import parse_scenario
from scenarios.schema import Scenario
from scenarios.store import ConflictError, file_name
from translation import Message, msg
from views.form import desk as desks
from views.form.desk import RulesDesk
from views.form.state import state_of
from views.parts.shown import show_faults
from views.speech import Speech
from views.who import initials

_UPLOAD = "rules upload"
_FAULTS = "rules upload faults"
_REMOVING = "rules removing"


def show_files(desk: RulesDesk, scenario: Scenario | None, speech: Speech) -> None:
    """What can be done with files; ``scenario`` is what the form states, where it is in order."""
    _offer_download(desk.entry, scenario, speech)
    _offer_upload(speech)
    if desk.entry is not None and not desk.entry.shipped:
        st.button(
            speech.markdown(msg("Remove this saved scenario")),
            key="rules remove",
            icon=":material/delete:",
            on_click=partial(_put, _REMOVING, desk.entry.id),
            width="stretch",
        )


def removing() -> bool:
    """Whether a scenario is about to be removed."""
    return st.session_state.get(_REMOVING) is not None


def ask_before_removing(desk: RulesDesk, speech: Speech) -> None:
    """The question whether a saved scenario is to be removed, where that was asked for."""
    entry = desk.entry
    if entry is None or st.session_state.get(_REMOVING) != entry.id:
        return
    title = speech.markdown(msg("Remove a saved scenario"))
    st.dialog(title, on_dismiss=partial(_put, _REMOVING, None), icon=":material/delete:")(_confirm)(entry, speech)


def _confirm(entry: Entry, speech: Speech) -> None:
    text = msg(
        "“{name}” moves to the trash for everybody who uses this planner; from there it can be restored.",
        name=entry.name,
    )
    st.warning(speech.markdown(text))
    row = st.container(horizontal=True)
    removing = row.button(
        speech.markdown(msg("Remove")), key="rules remove now", type="primary", on_click=partial(_remove, entry)
    )
    keeping = row.button(speech.markdown(msg("Keep it")), key="rules keep", on_click=partial(_put, _REMOVING, None))
    if removing or keeping:
        st.rerun()


def _remove(entry: Entry) -> None:
    _put(_REMOVING, None)
    digest = None if entry.scenario is None else entry.scenario.source.digest
    try:
        library().remove(entry, digest, initials())
    except ConflictError as conflict:
        desks.notify(msg("Not removed: {reason}. Look at it again first.", reason=conflict.message))
    except InputError as error:
        desks.notify(msg("Not removed: {reason}", reason=error.faults[0].message))
    else:
        desks.removed(entry)
        desks.notify(msg("“{name}” is in the trash.", name=entry.name))


def _offer_download(entry: Entry | None, scenario: Scenario | None, speech: Speech) -> None:
    label = speech.markdown(msg("Download as a file (YAML)"))
    about = None if scenario is not None else speech.markdown(msg("First mend the entries that are wrong."))
    content: Callable[[], bytes] = (lambda: b"") if scenario is None else partial(_content, entry, scenario)
    st.download_button(
        label,
        content,
        file_name="scenario.yaml" if scenario is None else file_name(scenario.name),
        mime="application/yaml",
        key="rules download",
        icon=":material/download:",
        help=about,
        disabled=scenario is None,
        on_click="ignore",
        width="stretch",
    )


def _content(entry: Entry | None, scenario: Scenario) -> bytes:
    """The file, with the comments of the one that the scenario comes from."""
    try:
        content = None if entry is None else read_content(entry.path, entry.path.name, MOST_BYTES)
        return rendered(content, scenario, "")
    except InputError:
        return rendered(None, scenario, "")


def _offer_upload(speech: Speech) -> None:
    # A new key empties the box: what was read in is not read again with the next click.
    key = f"{_UPLOAD} {st.session_state.setdefault(_UPLOAD, 0)}"
    st.file_uploader(
        speech.markdown(msg("Read in a scenario file (YAML)")),
        type=["yaml", "yml"],
        key=key,
        on_change=partial(_read_in, key),
        max_upload_size=1,
    )
    faults = st.session_state.pop(_FAULTS, None)
    if faults is not None:
        show_faults(faults, speech, msg("The file cannot be read in. What is wrong:"))


def _read_in(key: str) -> None:
    file = st.session_state.get(key)
    if file is None:
        return
    st.session_state[_UPLOAD] += 1
    name = shown(file.name)
    try:
        scenario = parse_scenario(file.getvalue(), name)
    except InputError as error:
        _put(_FAULTS, error)
        return
    desks.begin(state_of(scenario))
    text: Message = msg("“{name}” was read in from {file}. It is not saved yet.", name=scenario.name, file=name)
    desks.notify(text)


def _put(name: str, value: object) -> None:
    st.session_state[name] = value
