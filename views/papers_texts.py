"""What only people can write for the council paper: asked in the dialogue on the papers, kept with the scenario."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from scenarios.library import Entry
from serving.answers import Answer
from translation import Message, msg
from views.papers_kept import offer_keeping, saved_entry
from views.speech import Speech
from wording.council_paper import OWN_TEXTS, OwnText, decision, financing, own_text


def ask(answer: Answer, speech: Speech) -> Mapping[str, str]:
    """Draws a field for each text, folded away, and gives what the proposed scenario's ``papers`` are to be."""
    entry = saved_entry(answer)
    with st.expander(speech.markdown(msg("Texts for the council paper")), icon=":material/edit_note:"):
        st.caption(speech.markdown(_about(entry)))
        texts = {text.key: _field(text, answer, speech) for text in OWN_TEXTS}
        found = _with(answer, texts)
        if entry is not None:
            changed = found != dict(answer.loaded.scenario.papers)
            offer_keeping(entry, {"papers": found}, "texts", msg("Keep the texts with the scenario"), changed, speech)
    return found


def _about(entry: Entry | None) -> Message:
    if entry is not None:
        return msg("What stays empty is marked in the document. Lines that begin with “- ” are points of a list.")
    return msg(
        "What stays empty is marked in the document. Lines that begin with “- ” are points of a list. This scenario "
        "comes with the planner: the texts are for these papers; saved under a name of your own, a scenario keeps them."
    )


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
    second = financing(answer.loaded, plan) if text.key == "financing" and plan is not None else None
    if second is not None:
        usual = "\n".join(f"- {speech.plain(line)}" if item else speech.plain(line) for line, item in second.text)
    height = 120 if text.key in ("decision", "financing", "reasons") else 68
    return st.text_area(label, written, key=key, placeholder=usual, height=height, max_chars=4000)


def _with(answer: Answer, texts: Mapping[str, str]) -> dict[str, str]:
    """The scenario's texts with those of the fields; what is empty is none."""
    others = {key: text for key, text in answer.loaded.scenario.papers.items() if key not in texts}
    return others | {key: text.strip() for key, text in texts.items() if text.strip()}
