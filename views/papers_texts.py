"""What only people can write for the council paper: asked in the dialogue on the papers, kept with the scenario."""

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
from wording.council_paper import OWN_TEXTS, OwnText, decision, own_text

_OUTCOME = "papers texts outcome"


def ask(answer: Answer, speech: Speech) -> Mapping[str, str]:
    """Draws a field for each text, folded away, and gives what the proposed scenario's ``papers`` are to be."""
    entry = _saved_entry(answer)
    with st.expander(speech.markdown(msg("Texts for the council paper")), icon=":material/edit_note:"):
        st.caption(speech.markdown(_about(entry)))
        texts = {text.key: _field(text, answer, speech) for text in OWN_TEXTS}
        found = _with(answer, texts)
        if entry is not None and person.may(Right.PLAN):
            st.button(
                speech.markdown(msg("Keep the texts with the scenario")),
                key="papers texts keep",
                icon=":material/save:",
                disabled=found == dict(answer.loaded.scenario.papers),
                on_click=partial(_keep, entry, found),
            )
            _tell(speech)
    return found


def _about(entry: Entry | None) -> Message:
    if entry is not None:
        return msg("What stays empty is marked in the document. Lines that begin with “- ” are points of a list.")
    return msg(
        "What stays empty is marked in the document. Lines that begin with “- ” are points of a list. This scenario "
        "comes with the planner: the texts are for these papers; saved under a name of your own, a scenario keeps them."
    )


def _saved_entry(answer: Answer) -> Entry | None:
    """The saved scenario that is proposed; one that comes with the planner or is not saved keeps no texts."""
    known = (one for one in entries() if one.path == answer.loaded.path and not one.shipped)
    return next((one for one in known if one.scenario is not None), None)


def _field(text: OwnText, answer: Answer, speech: Speech) -> str:
    key = f"papers text {text.key} {answer.loaded.path.name}"
    label, about = speech.markdown(text.label), speech.markdown(text.about)
    written = own_text(answer.loaded.scenario, text.key)
    if not text.lines:
        return st.text_input(label, written, key=key, placeholder=about, max_chars=120)
    usual = about
    plan = answer.solution.plan
    if text.key == "decision" and plan is not None:
        usual = "\n".join(speech.plain(line) for line in decision(plan, answer.loaded.county))
    height = 120 if text.key in ("decision", "reasons") else 68
    return st.text_area(label, written, key=key, placeholder=usual, height=height, max_chars=4000)


def _with(answer: Answer, texts: Mapping[str, str]) -> dict[str, str]:
    """The scenario's texts with those of the fields; what is empty is none."""
    others = {key: text for key, text in answer.loaded.scenario.papers.items() if key not in texts}
    return others | {key: text.strip() for key, text in texts.items() if text.strip()}


def _keep(entry: Entry, texts: Mapping[str, str]) -> None:
    """Keeps the texts in the scenario's file; if somebody changed it meanwhile, their other changes stay."""
    assert entry.scenario is not None
    scenario, digest = entry.scenario, entry.scenario.source.digest
    try:
        try:
            library().save(entry, scenario.model_copy(update={"papers": dict(texts)}), digest, initials())
        except ConflictError as conflict:
            if conflict.theirs is None:
                st.session_state[_OUTCOME] = conflict.message
                return
            theirs = conflict.theirs.model_copy(update={"papers": dict(texts)})
            library().save(entry, theirs, conflict.digest, initials())
    except InputError as error:
        st.session_state[_OUTCOME] = error
        return
    except ConflictError as conflict:
        st.session_state[_OUTCOME] = conflict.message
        return
    st.session_state[_OUTCOME] = None


def _tell(speech: Speech) -> None:
    if _OUTCOME not in st.session_state:
        return
    outcome = st.session_state.pop(_OUTCOME)
    if isinstance(outcome, InputError):
        show_faults(outcome, speech, msg("The texts could not be kept. What is wrong:"))
    elif outcome is not None:
        st.error(speech.markdown(outcome))
    else:
        st.success(speech.markdown(msg("Kept with the scenario.")))
