"""What the page of rules works on: a scenario and the changes to it that are not saved, kept after every edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import streamlit as st

from files.faults import InputError
from scenarios.drafts import Draft, Drafts
from scenarios.library import Entry, library
from scenarios.schema import Scenario
from serving import answers
from translation import Message, msg
from views import address
from views.form.fields import Edit
from views.form.state import State, completed, scenario_of, state_of
from views.shortcuts import Step

KIND = "rules"
NEW = ""
"""The base of a draft that began with no scenario."""
_OPEN = "rules drafts"
_SEEN = "rules scenario"
_UNKEPT = "unkept"
_NOTICE = "rules notice"


@dataclass(frozen=True)
class RulesDesk:
    """What is worked on: the scenario ``entry``, where there is one, or a draft that began with it or with none."""

    entry: Entry | None
    draft: Draft | None
    fresh: State

    @cached_property
    def state(self) -> State:
        """The form as it is now."""
        return self.fresh if self.draft is None else completed(self.draft.state) or self.fresh

    @cached_property
    def first(self) -> State:
        """The form as it was when the work began."""
        return self.fresh if self.draft is None else completed(self.draft.states[0]) or self.fresh

    def earlier(self) -> Iterator[Scenario]:
        """The scenarios that the form stated before, as far as they were ones, the latest first."""
        for state in self.draft.states[: self.draft.position][::-1] if self.draft is not None else ():
            scenario = _stated(state)
            if scenario is not None:
                yield scenario

    @property
    def digest(self) -> str | None:
        """That of the scenario's file when the work began."""
        if self.draft is not None:
            return self.draft.digest
        return None if self.entry is None or self.entry.scenario is None else self.entry.scenario.source.digest

    @cached_property
    def began(self) -> Scenario | None:
        """The scenario that the work began with, as far as it was one."""
        if not self.outdated and self.entry is not None:
            return self.entry.scenario
        return None if self.draft is None else _stated(self.draft.states[0])

    @property
    def outdated(self) -> bool:
        """Whether somebody else changed the scenario's file since the work began."""
        if self.draft is None or self.entry is None or self.entry.scenario is None:
            return False
        return self.entry.scenario.source.digest != self.draft.digest


def opened(fresh: State) -> RulesDesk:
    """What the address says is to be worked on; ``fresh`` is the form where it names neither scenario nor draft."""
    draft = _draft()
    if draft is None and address.value(address.RULES_DRAFT) is not None:
        address.put(address.RULES_DRAFT, None)
        notify(msg("There are no changes under this address. Shown instead: the scenario as it is saved."))
    entries = {entry.id: entry for entry in answers.entries()}
    chosen = address.value(address.SCENARIO)
    seen = st.session_state.get(_SEEN, chosen)
    st.session_state[_SEEN] = chosen
    if draft is not None and draft.base == NEW and seen == chosen:
        return RulesDesk(None, draft, fresh)
    if draft is not None:
        _open_drafts()[draft.base or draft.id] = draft.id
    known = [id for id, entry in entries.items() if entry.scenario is not None]
    if not known:
        return RulesDesk(None, None, fresh)
    id, wrong = (chosen, None) if chosen in entries else address.scenario(known)
    if wrong is not None:
        notify(wrong)
    if draft is None or draft.base != id:
        kept = _open_drafts().get(id)
        address.put(address.RULES_DRAFT, kept)
        draft = _draft()
    entry = entries[id]
    return RulesDesk(entry, draft, fresh if entry.scenario is None else state_of(entry.scenario))


def begun_with_none() -> bool:
    """Whether the address names a draft that began with no scenario."""
    draft = _draft()
    return draft is not None and draft.base == NEW


def changes_left() -> bool:
    """Whether this session has changes to the scenario of the address that are not saved."""
    return _left() is not None


def begin_with_changes_left() -> None:
    """Begins a scenario of its own with the changes to that of the address, which is no more."""
    draft = _left()
    state = None if draft is None else completed(draft.state)
    if draft is not None and state is not None:
        begin(state)
        _open_drafts().pop(draft.base, None)


def _left() -> Draft | None:
    chosen = address.value(address.SCENARIO)
    kept = _open_drafts().get(chosen or NEW)
    found = (_draft(), None if kept is None else _read(kept))
    return next((draft for draft in found if draft is not None and draft.base == chosen), None)


def begin(state: State) -> None:
    """Begins a scenario of its own with ``state``."""
    _leave()
    _begin(NEW, None, state)
    st.session_state[_SEEN] = address.value(address.SCENARIO)


def open_scenario(id: str) -> None:
    """Works on the scenario with that id, or goes on with the changes to it; ``id`` may also be a draft's."""
    _leave()
    if id in _open_drafts() and answers.entry(id) is None:
        address.put(address.RULES_DRAFT, _open_drafts()[id])
        return
    address.put(address.SCENARIO, id)
    address.put(address.RULES_DRAFT, _open_drafts().get(id))


def changed_scenarios() -> dict[str, str]:
    """What this session worked on and did not save: the scenario, or a draft that began with none, and its name."""
    found = {}
    for id, kept in _open_drafts().items():
        draft = _read(kept)
        state = None if draft is None else completed(draft.state)
        if draft is not None and state is not None and (draft.base == NEW or draft.state != draft.states[0]):
            found[id] = str(state["name"])
    return found


def edit(fresh: State, change: Edit) -> None:
    """Keeps a further step of what is worked on."""
    # Read anew: a click may come before the page has answered the one before it.
    desk = opened(fresh)
    try:
        state = change(desk.state)
    except LookupError:
        # What was to be changed has gone meanwhile, with an undo for instance.
        return
    if desk.draft is not None:
        _keep(desk.draft.changed(state))
    elif state != desk.state:
        base = NEW if desk.entry is None else desk.entry.id
        _begin(base, desk.digest, desk.state, state)


def step(steps: Sequence[Step]) -> None:
    """Takes edits back, and puts them in force again."""
    draft = _draft()
    if draft is None:
        return
    for one in steps:
        draft = draft.undone() if one == "undo" else draft.redone()
    _keep(draft)


def saved(entry: Entry, told: Message) -> None:
    """What was worked on is saved as ``entry``: nothing is left to be kept."""
    notify(told)
    draft = _draft()
    if draft is not None:
        _open_drafts().pop(draft.base or draft.id, None)
    _open_drafts().pop(entry.id, None)
    address.put(address.SCENARIO, entry.id)
    address.put(address.RULES_DRAFT, None)
    st.session_state[_SEEN] = entry.id


def removed(entry: Entry) -> None:
    """The scenario is no more; neither are the changes to it."""
    _open_drafts().pop(entry.id, None)
    address.put(address.SCENARIO, None)
    address.put(address.RULES_DRAFT, None)


def notify(message: Message) -> None:
    """Has ``message`` shown when the page is drawn next."""
    st.session_state[_NOTICE] = message


def notice() -> Message | None:
    """What is to be shown, once."""
    message: Message | None = st.session_state.pop(_NOTICE, None)
    return message


def _leave() -> None:
    """Puts what is worked on aside, to be found again in the list."""
    draft = _draft()
    if draft is not None:
        _open_drafts()[draft.base or draft.id] = draft.id
    address.put(address.RULES_DRAFT, None)


def _open_drafts() -> dict[str, str]:
    """The drafts of this session by the scenario that they began with, else by their own id."""
    found: dict[str, str] = st.session_state.setdefault(_OPEN, {})
    return found


def _draft() -> Draft | None:
    id = address.value(address.RULES_DRAFT)
    return None if id is None else _read(id)


def _read(id: str) -> Draft | None:
    draft = _unkept().get(id) or Drafts(library().drafts_folder).read(id, KIND)
    return draft if draft is not None and completed(draft.state) is not None else None


def _stated(state: Any) -> Scenario | None:
    """The scenario that a kept state says, where it says one."""
    known = completed(state)
    try:
        return None if known is None else scenario_of(known)
    except InputError:
        return None


def _unkept() -> dict[str, Draft]:
    """The drafts that could not be written, which end with this session."""
    found: dict[str, Draft] = st.session_state.setdefault("rules unkept", {})
    return found


def _begin(base: str, digest: str | None, *states: State) -> None:
    """A new draft in its last state."""
    try:
        draft = Drafts(library().drafts_folder).begin(KIND, base, digest, states[0])
    except InputError:
        # The next write fails too and is told.
        draft = Draft(_UNKEPT, KIND, base, digest, states[:1])
    _keep(replace(draft, states=states, position=len(states) - 1))


def _keep(draft: Draft) -> None:
    """Keeps the draft on disk and its id in the address; where that fails, in this session."""
    _unkept().pop(draft.id, None)
    try:
        Drafts(library().drafts_folder).write(draft)
    except InputError as error:
        _unkept()[draft.id] = draft
        wrong = msg("The changes cannot be kept and are lost with a reload: {reason}", reason=error.faults[0].message)
        notify(wrong)
    address.put(address.RULES_DRAFT, draft.id)
    _open_drafts()[draft.base or draft.id] = draft.id
