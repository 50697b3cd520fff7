"""The page “Scenario – under which rules?”: a form for all that a scenario states, with the new plan beside it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from files.reading import listed_files, misnamed
from scenarios.library import Entry, library
from scenarios.schema import Scenario
from scenarios.values import PLAN_TABLES
from serving import answers
from translation import Message, msg
from views import address
from views.form import desk as desks
from views.form import files
from views.form.check import check
from views.form.desk import RulesDesk
from views.form.fields import Form
from views.form.fresh import offer_new
from views.form.layout import FOUND, Choices, chosen_layer, draw_form
from views.form.outcome import show_outcome
from views.form.state import State, empty_state
from views.owned_button import offer_owned
from views.parts.choices import entry_name
from views.parts.counties import county_at_hand, county_label, known_counties
from views.parts.removed import show_removed
from views.parts.saving import asking, offer_saving
from views.parts.shown import answer_of
from views.shortcuts import undo_keys
from views.speech import Speech

_STYLE = Path(__file__).parents[1] / "static" / "rules.css"
_CHOSEN = "rules scenario chosen"
_NEW = "rules new"
_FILES = "rules files"
_SAVING = "rules saving"
_SAVE = "rules save"


def show() -> None:
    """Draws the page."""
    speech = Speech(address.language())
    st.html(_STYLE)
    st.title(speech.markdown(msg("Scenario – under which rules?")), anchor=False)
    if not desks.begun_with_none() and show_removed(speech):
        # Nothing else is shown in its place; another one is chosen in the dialogue.
        if desks.changes_left():
            label = speech.markdown(msg("Go on with my changes as a new scenario"))
            st.button(label, key="rules go on", icon=":material/edit:", on_click=desks.begin_with_changes_left)
        offer_owned(speech)
        return
    fresh = empty_state(speech.plain(msg("New scenario")), county_at_hand())
    desk = desks.opened(fresh)
    checked = check(desk.state, desk.entry)
    with st.container(horizontal=True, vertical_alignment="bottom", key="rules-tools"):
        _choose_scenario(desk, speech)
        _offer_steps(desk, fresh, speech)
        if files.removing() or asking(_SAVE):
            # A dialogue is about to open: nothing else may lie over it.
            _fold_up()
        with st.popover(speech.markdown(msg("New")), icon=":material/note_add:", key=_NEW, on_change="rerun"):
            offer_new(speech)
        with st.popover(speech.markdown(msg("File")), icon=":material/folder:", key=_FILES, on_change="rerun"):
            files.show_files(desk, checked.scenario, speech)
        with st.popover(
            speech.markdown(msg("Save")), icon=":material/save:", type="primary", key=_SAVING, on_change="rerun"
        ):
            _offer_saving(desk, checked.scenario, speech)
        if not (files.removing() or asking(_SAVE)):
            offer_owned(speech)
    files.ask_before_removing(desk, speech)
    _show_notices(desk, speech)
    if desk.entry is not None and desk.entry.scenario is None:
        answer_of(desk.entry, speech)
        return
    left, right = st.container(key="rules-and-plan").columns([5, 6], gap="medium")
    form = Form("rules", desk.state, checked.faults, partial(desks.edit, fresh), checked.county, speech)
    with left.container(key="rules-form"):
        draw_form(form, _choices(desk, speech))
    with right.container(key="rules-plan"):
        rated = show_outcome(desk, checked, chosen_layer(desk.state), speech)
    st.session_state[FOUND] = [] if rated is None else [form.rows(layer) for layer in rated[1].layers]


def _choose_scenario(desk: RulesDesk, speech: Speech) -> None:
    """The scenario that is worked on; those with changes that are not saved say so."""
    entries = {entry.id: entry_name(entry, speech) for entry in answers.entries()}
    changed = desks.changed_scenarios()
    names: dict[str, object] = {
        id: msg("Changed, not saved: {name}", name=name) if id in changed else name for id, name in entries.items()
    }
    for id, name in changed.items():
        names.setdefault(id, msg("New, not saved: {name}", name=name))
    shown = desk.entry.id if desk.entry is not None else desk.draft.id if desk.draft is not None else None
    address.bind(_CHOSEN, shown)
    st.selectbox(
        speech.markdown(msg("Start from")),
        list(names),
        key=_CHOSEN,
        format_func=lambda id: speech.plain(names[id]),
        on_change=lambda: desks.open_scenario(st.session_state[_CHOSEN]),
    )


def _offer_steps(desk: RulesDesk, fresh: State, speech: Speech) -> None:
    """Undo, redo, and back to what is saved."""
    draft = desk.draft
    steps: list[tuple[str, Message, str, bool]] = [
        ("undo", msg("Undo"), ":material/undo:", draft is not None and draft.can_undo),
        ("redo", msg("Redo"), ":material/redo:", draft is not None and draft.can_redo),
    ]
    for step, label, icon, possible in steps:
        st.button(
            speech.markdown(label),
            key=f"rules {step}",
            icon=icon,
            disabled=not possible,
            on_click=partial(desks.step, ["undo" if step == "undo" else "redo"]),
        )
    st.button(
        speech.markdown(msg("Give up the changes")),
        key="rules back",
        icon=":material/restart_alt:",
        disabled=draft is None or desk.state == desk.first,
        on_click=lambda: desks.edit(fresh, lambda _: desk.first),
    )
    undo_keys("rules keys", desks.step)


def _offer_saving(desk: RulesDesk, scenario: Scenario | None, speech: Speech) -> None:
    if scenario is None:
        st.info(speech.markdown(msg("First mend the entries that are wrong; then the scenario can be saved.")))
        return
    offer_saving(
        scenario,
        origin=desk.entry,
        digest=desk.digest,
        key=_SAVE,
        speech=speech,
        began=desk.began,
        kept=_saved,
    )


def _saved(entry: Entry, told: Message) -> None:
    _fold_up()
    desks.saved(entry, told)


def _fold_up() -> None:
    st.session_state[_NEW] = st.session_state[_FILES] = st.session_state[_SAVING] = False


def _show_notices(desk: RulesDesk, speech: Speech) -> None:
    notice = desks.notice()
    if notice is not None:
        st.info(speech.markdown(notice))
    if desk.outdated:
        text = msg("Somebody else saved this scenario since you began. When you save, you will see both changes.")
        st.info(speech.markdown(text), icon=":material/group:")


def _choices(desk: RulesDesk, speech: Speech) -> Choices:
    counties = {name: county_label(entry) for name, entry in known_counties().items()}
    own = None if desk.entry is None or desk.entry.shipped else desk.entry.path.name
    references: dict[str, object] = {
        entry.path.name: entry_name(entry, speech) for entry in answers.entries() if entry.path.name != own
    }
    folder = library().scenarios_folder if desk.entry is None else desk.entry.path.parent
    tables = [table.name for ending in PLAN_TABLES for table in listed_files(folder, ending)]
    references |= {name: msg("table: {name}", name=name) for name in tables if misnamed(name) is None}
    return Choices(counties, references)


if __name__ == "__main__":
    show()
