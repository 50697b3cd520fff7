"""Saving a plan made by hand: a dialogue with name and note, and then where the saved plan can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from urllib.parse import quote

import streamlit as st

from files.faults import Fault, InputError
from files.typed import shown
from optimizer.plan import Plan
from optimizer.solve import Solution
from scenarios.handmade import Refused
from scenarios.handmade_scenarios import as_plan, as_rules
from scenarios.library import Entry, library
from serving import answers
from translation import Message, msg
from views import address
from views.form import desk as desks
from views.form.state import state_of
from views.handmade.layer import LayerEdit
from views.handmade.panel import distance
from views.speech import Speech
from views.who import ask_initials, initials
from wording.differences import change_texts

PLAN, RULES = "plan", "rules"
_OPEN, _SAVED, _FAULT = "what-if saving", "what-if saved", "what-if not saved"
_NAME, _NOTE, _FORM = "what-if name", "what-if note", "what-if form"


def show_saving(edit: LayerEdit, start: Plan, best: Solution | None, speech: Speech) -> None:
    """The button, and the dialogue that it opens."""
    name = _free_name(edit, speech)
    st.button(speech.markdown(msg("Save …")), key="what-if save", icon=":material/save:", on_click=partial(_open, name))
    if st.session_state.get(_OPEN):
        title = speech.markdown(msg("Save the plan made by hand"))
        st.dialog(title, width="medium", on_dismiss=_close, icon=":material/save:")(_show)(edit, start, best, speech)


def _free_name(edit: LayerEdit, speech: Speech) -> str:
    """What the plan would be called: no other scenario is."""
    own = edit.loaded.scenario.name
    name = speech.plain(msg("{name} – by hand", name=own))
    ending = name.removeprefix(own)
    name = own if ending and own.rstrip(" 0123456789").endswith(ending) else name
    taken = {entry.name for entry in answers.entries()}
    found, count = name, 1
    while found in taken:
        count += 1
        found = f"{name.rstrip(' 0123456789')} {count}"
    return found


def _open(name: str) -> None:
    st.session_state[_OPEN] = True
    st.session_state[_NAME] = name
    for key in (_NOTE, _SAVED, _FAULT):
        st.session_state.pop(key, None)


def _close() -> None:
    st.session_state.pop(_OPEN, None)


def _show(edit: LayerEdit, start: Plan, best: Solution | None, speech: Speech) -> None:
    saved = st.session_state.get(_SAVED)
    if saved is not None:
        _show_saved(edit, saved, speech)
    else:
        _show_form(edit, start, best, speech)


def _show_form(edit: LayerEdit, start: Plan, best: Solution | None, speech: Speech) -> None:
    st.text_input(speech.markdown(msg("Name")), key=_NAME)
    about = speech.plain(msg("What speaks for this plan, who wished it"))
    st.text_area(speech.markdown(msg("Note")), key=_NOTE, placeholder=about, height=90)
    ask_initials("what-if", speech)
    forms = {
        PLAN: msg("The plan as it stands: it is evaluated, not optimised"),
        RULES: msg("What is kept and wished, as rules: the rest is optimised"),
    }
    form = st.radio(
        speech.markdown(msg("What is saved")),
        list(forms),
        key=_FORM,
        format_func=lambda form: speech.markdown(forms[form]),
    )
    if form == RULES and any(district.pinned or district.changed for district in edit.layer.districts):
        text = msg("Posts and hubs of teams cannot be stated as rules; the saved scenario leaves them open.")
        st.caption(speech.markdown(text))
    facts = _facts(edit, start, best) if form == PLAN else []
    if facts:
        st.caption(speech.markdown(msg("Written below it:")) + "\n\n" + speech.bullets(facts))
    row = st.container(horizontal=True)
    facts_said = [speech.plain(fact) for fact in facts]
    row.button(
        speech.markdown(msg("Save")),
        key="what-if save now",
        type="primary",
        on_click=partial(_save, edit, form, facts_said),
    )
    if row.button(speech.markdown(msg("Cancel")), key="what-if save not"):
        _close()
        st.rerun()
    match st.session_state.get(_FAULT):
        case InputError() as error:
            st.error(
                speech.markdown(msg("Not saved. What is wrong:"))
                + "\n\n"
                + speech.bullets(error.lines(speech.language))
            )
        case Refused() as refused:
            st.error(speech.markdown(refused.message))


def _facts(edit: LayerEdit, start: Plan, best: Solution | None) -> list[Message]:
    """What is to be read of the plan wherever it is shown: where it comes from, and how far it is from the best."""
    return [
        msg("Changed by hand, beginning with the plan of “{name}”.", name=edit.loaded.scenario.name),
        *change_texts(start, edit.plan, edit.loaded.county),
        distance(edit.plan, best),
    ]


def _save(edit: LayerEdit, form: str, facts: Sequence[str]) -> None:
    st.session_state.pop(_FAULT, None)
    name, note = st.session_state[_NAME].strip(), st.session_state[_NOTE].strip()
    description = "\n".join(text for text in (note, *facts) if text) or None
    loaded, handmade = edit.answer.loaded, edit.handmade
    try:
        if not name:
            raise InputError([Fault("", msg("the name is empty"), msg("type a name"))])
        if form == RULES:
            scenario = as_rules(loaded, handmade, edit.position, name, description)
        else:
            scenario = as_plan(loaded, handmade, name, description)
        st.session_state[_SAVED] = library().save_new(scenario, initials())
    except (InputError, Refused) as fault:
        st.session_state[_FAULT] = fault


def _show_saved(edit: LayerEdit, saved: Entry, speech: Speech) -> None:
    """Where the saved plan is, and what can be done with it."""
    file = shown(saved.path.name)
    where = msg("Saved as “{name}”. It stands in the list of scenarios; file: {file}", name=saved.name, file=file)
    st.success(speech.markdown(where), icon=":material/check:")
    row = st.container(horizontal=True)
    view, compare, on = msg("See it on the page “Plan”"), msg("Compare with the plan it began with"), msg("Work on")
    if row.button(speech.markdown(view), key="what-if view", type="primary", icon=":material/map:"):
        _close()
        address.put(address.SCENARIO, saved.id)
        st.switch_page("views/plan.py")
    base = edit.desk.base
    known = any(entry.id == base for entry in answers.entries())
    if known and row.button(speech.markdown(compare), key="what-if compare", icon=":material/compare:"):
        _close()
        address.put(address.COMPARED, ",".join(quote(id, safe="/") for id in (base, saved.id)))
        st.switch_page("views/compare.py")
    reference = msg("Take it as reference plan")
    about = speech.markdown(msg("Begins a scenario with the same rules whose plan changes little against this one"))
    if row.button(speech.markdown(reference), key="what-if reference", icon=":material/anchor:", help=about):
        _close()
        state = state_of(edit.loaded.scenario)
        state |= {"name": speech.plain(msg("{name} – few changes", name=edit.loaded.scenario.name))}
        desks.begin(state | {"reference_plan": saved.path.name})
        st.switch_page("views/rules.py")
    if row.button(speech.markdown(on), key="what-if work on"):
        _close()
        st.rerun()
