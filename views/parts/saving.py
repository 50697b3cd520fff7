"""Saving a scenario under a name; where somebody else changed it meanwhile, both changes are shown and none is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import streamlit as st

from files.faults import Fault, InputError
from files.typed import shown
from scenarios.changes import SettingDifference, differences
from scenarios.library import Entry, library
from scenarios.scenario import scenario_from
from scenarios.schema import Scenario, as_data
from scenarios.store import ConflictError
from translation import Message, msg
from views import address
from views.parts.tables import show_text_table, text_table
from views.speech import Speech
from views.who import ask_initials, initials

Kept = Callable[[Entry, Message], None]
"""Told which entry holds from now on what the planner sees, and what is to be said about that."""


@dataclass(frozen=True, slots=True)
class _Conflict:
    """Somebody else changed ``entry`` since the planner began with ``began``; ``theirs`` is what it says now."""

    entry: Entry
    began: Scenario | None
    mine: Scenario
    theirs: Scenario | None
    digest: str | None


def offer_saving(
    scenario: Scenario,
    *,
    origin: Entry | None,
    digest: str | None,
    key: str,
    speech: Speech,
    began: Scenario | None = None,
    kept: Kept | None = None,
) -> None:
    """A name and the buttons that save ``scenario`` over ``origin``, where that is a saved one, or as a new one.

    ``digest`` is that of the file of ``origin`` when the work began, ``began`` what it said then. Where somebody else
    changed the file since, a dialogue shows both changes and asks. Afterwards the address names the scenario saved, and
    a message says where it is: here, or by ``kept`` where that is given. ``key`` names the place on the page.
    """
    place = _Place(key)
    # With a key of its own for each name, the field begins anew when the scenario is renamed.
    st.text_input(speech.markdown(msg("Save under the name")), scenario.name, key=place.name_key(scenario.name))
    ask_initials(key, speech)
    row = st.container(horizontal=True)
    if origin is not None and not origin.shipped:
        row.button(
            speech.markdown(msg("Save")),
            key=f"{key} save",
            type="primary",
            icon=":material/save:",
            help=speech.markdown(msg("Replaces the saved scenario “{name}”", name=origin.name)),
            on_click=partial(_save, place, origin, scenario, digest, began, kept),
        )
    row.button(
        speech.markdown(msg("Save as a new scenario")),
        key=f"{key} save new",
        icon=":material/note_add:",
        on_click=partial(_save_new, place, scenario, kept),
    )
    place.show_outcome(speech)
    conflict = st.session_state.get(place.conflict)
    if conflict is not None:
        _ask(place, conflict, kept, speech)


def asking(key: str) -> bool:
    """Whether a dialogue of :func:`offer_saving` with that ``key`` is open, or is about to be."""
    return _Place(key).conflict in st.session_state


@dataclass(frozen=True, slots=True)
class _Place:
    """The names under which the session keeps what happens at one place of a page."""

    key: str

    @property
    def name(self) -> str:
        """What was typed as the name."""
        typed: str = st.session_state[self._name_key]
        return typed

    def name_key(self, name: str) -> str:
        """The key of the field for the name of a scenario called ``name`` so far."""
        counted = f"{self.key} names"
        known, count = st.session_state.get(counted, (name, 0))
        st.session_state[counted] = name, count + (known != name)
        return self._name_key

    @property
    def _name_key(self) -> str:
        return f"{self.key} name {st.session_state[f'{self.key} names'][1]}"

    @property
    def copy(self) -> str:
        return f"{self.key} name of the copy"

    @property
    def conflict(self) -> str:
        return f"{self.key} conflict"

    @property
    def outcome(self) -> str:
        return f"{self.key} outcome"

    def saved(self, entry: Entry, kept: Kept | None, told: Message) -> None:
        """``entry`` is what holds now."""
        st.session_state.pop(self.conflict, None)
        address.put(address.SCENARIO, entry.id)
        if kept is not None:
            kept(entry, told)
        else:
            st.session_state[self.outcome] = told

    @property
    def choice(self) -> str:
        return f"{self.key} choice"

    def show_outcome(self, speech: Speech) -> None:
        """What came of the last click, once."""
        self._show(self.outcome, speech)

    def show_choice(self, speech: Speech) -> None:
        """What came of the last click in the dialogue, once."""
        self._show(self.choice, speech)

    def _show(self, name: str, speech: Speech) -> None:
        match st.session_state.pop(name, None):
            case InputError() as error:
                st.error(speech.markdown(msg("Not saved. What is wrong:")) + "\n\n" + speech.bullets(_said(error)))
            case Message() as told:
                st.success(speech.markdown(told), icon=":material/check:")


def _save(
    place: _Place,
    entry: Entry,
    scenario: Scenario,
    digest: str | None,
    began: Scenario | None,
    kept: Kept | None,
) -> None:
    try:
        mine = _named(scenario, place.name)
        saved = library().save(entry, mine, digest, initials())
    except ConflictError as conflict:
        _put_conflict(place, entry, began, conflict)
    except InputError as error:
        st.session_state[place.outcome] = error
    else:
        place.saved(saved, kept, _where(saved))


def _save_new(place: _Place, scenario: Scenario, kept: Kept | None) -> None:
    try:
        saved = library().save_new(_named(scenario, place.name), initials())
    except InputError as error:
        st.session_state[place.outcome] = error
    else:
        place.saved(saved, kept, _where(saved))


def _put_conflict(place: _Place, entry: Entry, began: Scenario | None, conflict: ConflictError) -> None:
    assert conflict.mine is not None
    st.session_state[place.conflict] = _Conflict(entry, began, conflict.mine, conflict.theirs, conflict.digest)


def _ask(place: _Place, conflict: _Conflict, kept: Kept | None, speech: Speech) -> None:
    """Opens the dialogue; it stays open in every run until the planner chooses or closes it."""

    def close() -> None:
        st.session_state.pop(place.conflict, None)

    title = speech.markdown(msg("Somebody else changed this scenario"))
    st.dialog(title, width="large", on_dismiss=close, icon=":material/call_merge:")(_show_conflict)(
        place, conflict, kept, speech
    )


def _show_conflict(place: _Place, conflict: _Conflict, kept: Kept | None, speech: Speech) -> None:
    name = shown(conflict.entry.name)
    if conflict.theirs is None:
        gone = conflict.digest is None
        wrong = msg("“{name}” was removed in the meantime.", name=name)
        if not gone:
            wrong = msg("“{name}” was changed in the meantime and can no longer be read.", name=name)
        st.warning(speech.markdown(wrong))
    else:
        text = msg("“{name}” was saved by somebody else since you began. Nothing of yours is lost.", name=name)
        st.warning(speech.markdown(text))
        _show_changes(conflict, conflict.theirs, speech)
    if place.copy not in st.session_state:
        st.session_state[place.copy] = speech.plain(msg("{name} (copy)", name=conflict.mine.name))
    st.text_input(speech.markdown(msg("Name of the copy")), key=place.copy)
    choices = [
        (
            "copy",
            msg("Save mine as a copy"),
            msg("Both stay: theirs under its name, yours as a scenario of its own."),
            _keep_copy,
        )
    ]
    if conflict.digest is None:
        choices.append(
            ("replace", msg("Save mine all the same"), msg("Under the name that it had, in the same file."), _replace)
        )
    if conflict.theirs is not None:
        choices += [
            (
                "replace",
                msg("Replace theirs by mine"),
                msg("Theirs stays among the versions of the scenario."),
                _replace,
            ),
            ("take", msg("Take theirs over"), msg("You go on with theirs; your changes are given up."), _take),
        ]
    row = st.columns(len(choices))
    clicked = False
    for position, (column, (id, label, about, act)) in enumerate(zip(row, choices, strict=True)):
        with column:
            kind: Literal["primary", "secondary"] = "primary" if position == 0 else "secondary"
            clicked |= st.button(
                speech.markdown(label),
                key=f"{place.key} {id}",
                type=kind,
                on_click=partial(act, place, conflict, kept),
                width="stretch",
            )
            st.caption(speech.markdown(about))
    if clicked and place.choice not in st.session_state:
        st.rerun()
    place.show_choice(speech)


def _show_changes(conflict: _Conflict, theirs: Scenario, speech: Speech) -> None:
    """A row for each setting that somebody changed, with what it was and what each of the two says."""
    if conflict.began is None:
        found = differences(theirs, conflict.mine)
        columns = {msg("Theirs"): [d.old for d in found], msg("Mine"): [d.new for d in found]}
        _show_table(found, columns, speech)
        return
    changed = {d.path: d for d in differences(conflict.began, theirs)}
    mine = {d.path: d for d in differences(conflict.began, conflict.mine)}
    found = tuple((changed | mine)[path] for path in dict.fromkeys([*changed, *mine]))
    same = msg("unchanged")
    columns = {
        msg("When you began"): [d.old for d in found],
        msg("Theirs"): [changed[d.path].new if d.path in changed else same for d in found],
        msg("Mine"): [mine[d.path].new if d.path in mine else same for d in found],
    }
    _show_table(found, columns, speech)


def _show_table(found: tuple[SettingDifference, ...], columns: dict[Message, list[object]], speech: Speech) -> None:
    if not found:
        st.markdown(speech.markdown(msg("Both versions say the same.")))
        return
    rows = [list(row) for row in zip((difference.about for difference in found), *columns.values(), strict=True)]
    table = text_table([msg("Setting"), *columns], rows, speech)
    show_text_table(table, msg("What was changed, by whom"), speech)


def _keep_copy(place: _Place, conflict: _Conflict, kept: Kept | None) -> None:
    try:
        saved = library().save_new(_named(conflict.mine, st.session_state[place.copy]), initials())
    except InputError as error:
        st.session_state[place.choice] = error
    else:
        place.saved(saved, kept, _where(saved))


def _replace(place: _Place, conflict: _Conflict, kept: Kept | None) -> None:
    try:
        saved = library().save(conflict.entry, conflict.mine, conflict.digest, initials())
    except ConflictError as again:
        # Somebody was quicker once more: that version is shown before anything is replaced.
        _put_conflict(place, conflict.entry, conflict.began, again)
    except InputError as error:
        st.session_state[place.choice] = error
    else:
        place.saved(saved, kept, _where(saved))


def _take(place: _Place, conflict: _Conflict, kept: Kept | None) -> None:
    entry = replace(conflict.entry, scenario=conflict.theirs, faults=())
    place.saved(entry, kept, msg("Shown is “{name}” as it was saved by somebody else.", name=entry.name))


def _named(scenario: Scenario, name: str) -> Scenario:
    """``scenario`` under another name. Raises ``InputError`` where that cannot be one."""
    if not name.strip():
        raise InputError([Fault("", msg("the name is empty"), msg("type a name"))])
    return scenario_from(as_data(scenario) | {"name": name})


def _where(entry: Entry) -> Message:
    return msg(
        "Saved as “{name}”. It stands in the list of scenarios; file: {file}",
        name=entry.name,
        file=shown(entry.path.name),
    )


def _said(error: InputError) -> list[object]:
    """Each fault; a setting is named only where the planner sees it."""
    told: list[object] = []
    for fault in error.faults:
        what = fault.message
        told.append(msg("{file}: {what}", file=fault.file, what=what) if fault.file else what)
    return told
