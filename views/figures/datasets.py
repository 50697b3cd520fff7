"""Data sets that were saved here: called otherwise, moved to the trash, and taken out of it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from files.faults import InputError
from geodata.editing.datasets import dataset_name, name_dataset
from scenarios.county_trash import RemovedCounty
from scenarios.library import CountyEntry, library
from serving import answers
from translation import listing, msg
from views import address
from views.figures.outcome import DATASETS, Outcome, show_outcome, tell
from views.parts.counties import county_label
from views.parts.removed import moment
from views.speech import Speech
from views.who import ask_initials, initials

_NAME, _REMOVING = "dataset name", "dataset removing"


def offer_keeping(entry: CountyEntry, speech: Speech) -> None:
    """What can be done with a saved data set, and the trash; nothing where there is neither."""
    removed = library().removed_counties()
    if entry.shipped and not removed:
        return
    label = msg("Data sets saved here: rename, remove, restore")
    with st.expander(speech.markdown(label), icon=":material/folder_managed:"):
        if not entry.shipped:
            _offer_name(entry, speech)
            _offer_removal(entry, speech)
        for one in removed:
            _offer_restoring(one, speech)
        show_outcome(DATASETS, speech)


def _offer_name(entry: CountyEntry, speech: Speech) -> None:
    known = dataset_name(entry.folder)
    key = f"{_NAME} {entry.name}"
    st.session_state.setdefault(key, entry.folder.name if known is None else known[0])
    row = st.container(horizontal=True, vertical_alignment="bottom")
    row.text_input(speech.markdown(msg("Name of this data set")), key=key, max_chars=60, disabled=known is None)
    row.button(
        speech.markdown(msg("Rename")),
        key="dataset rename",
        icon=":material/edit:",
        disabled=known is None,
        on_click=partial(_rename, entry, key),
    )


def _rename(entry: CountyEntry, key: str) -> None:
    name = st.session_state[key].strip()
    try:
        name_dataset(entry.folder, name)
    except InputError as error:
        tell(Outcome(DATASETS, msg("The data set keeps its name."), error))
        return
    tell(Outcome(DATASETS, msg("The data set is called “{name}” now. What rests on it stays as it is.", name=name)))


def _offer_removal(entry: CountyEntry, speech: Speech) -> None:
    if st.session_state.get(_REMOVING) != entry.name:
        st.button(
            speech.markdown(msg("Remove this data set")),
            key="dataset remove",
            icon=":material/delete:",
            on_click=partial(_put, _REMOVING, entry.name),
        )
        return
    resting = [one.name for one in answers.entries() if one.scenario is not None and one.scenario.county == entry.name]
    if resting:
        told = msg("These scenarios rest on it and have no plan until it is restored: {names}.", names=listing(resting))
    else:
        told = msg("No scenario rests on it. It moves to the trash for everybody, from where it can be restored.")
    st.warning(speech.markdown(told))
    ask_initials("dataset", speech)
    row = st.container(horizontal=True)
    row.button(
        speech.markdown(msg("Remove")), key="dataset remove now", type="primary", on_click=partial(_remove, entry)
    )
    row.button(speech.markdown(msg("Keep it")), key="dataset keep", on_click=partial(_put, _REMOVING, None))


def _remove(entry: CountyEntry) -> None:
    _put(_REMOVING, None)
    label = county_label(entry)
    try:
        library().remove_county(entry, initials())
    except InputError as error:
        tell(Outcome(DATASETS, msg("The data set was not removed."), error))
        return
    address.put(address.COUNTY, None)
    address.put(address.DATA_DRAFT, None)
    tell(Outcome(DATASETS, msg("“{name}” is in the trash.", name=label)))


def _offer_restoring(removed: RemovedCounty, speech: Speech) -> None:
    known = dataset_name(removed.folder)
    name = removed.folder.name if known is None else known[0]
    row = st.container(horizontal=True, vertical_alignment="center")
    row.markdown(speech.markdown(msg("In the trash: “{name}” ({when})", name=name, when=moment(removed.record))))
    row.button(
        speech.markdown(msg("Restore")),
        key=f"dataset restore {removed.record.path}",
        icon=":material/restore_from_trash:",
        on_click=partial(_restore, removed),
    )


def _restore(removed: RemovedCounty) -> None:
    try:
        entry = library().restore_county(removed)
    except InputError as error:
        tell(Outcome(DATASETS, msg("The data set was not restored."), error))
        return
    address.put(address.COUNTY, entry.name)
    tell(Outcome(DATASETS, msg("“{name}” is back.", name=county_label(entry))))


def _put(name: str, value: object) -> None:
    st.session_state[name] = value
