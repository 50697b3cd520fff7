"""What several pages show in the same way: a plan's key figures and rules, what it rests on, why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from files.faults import InputError
from optimizer.plan import Plan
from optimizer.rules import broken, check_plan
from scenarios.assemble import LoadedScenario
from scenarios.library import Entry
from serving import answers
from translation import Message, msg
from views.parts import plans, waiting
from views.speech import Speech
from wording import sentences as wording
from wording.key_figures import KeyFigure

PLANS_STYLE = Path(__file__).parents[2] / "static" / "plans.css"
"""The style sheet of pages that show plans."""


def answer_of(entry: Entry, speech: Speech) -> answers.Answer | None:
    """The answer to a scenario; where there is none, the page says why and the result is ``None``."""
    if entry.scenario is None:
        show_faults(InputError(entry.faults), speech)
        return None
    try:
        return plans.answer(entry.scenario, entry.path, speech)
    except InputError as error:
        show_faults(error, speech)
    except plans.NoAnswer as outcome:
        show_no_answer(outcome, speech, entry.id)
    return None


def show_faults(error: InputError, speech: Speech, title: Message | None = None) -> None:
    """Every fault of an input."""
    st.error(speech.markdown(title or msg("This scenario cannot be used. What is wrong:")))
    st.markdown(speech.bullets(error.lines(speech.language)))


def show_no_answer(outcome: plans.NoAnswer, speech: Speech, place: str = "") -> None:
    """Why there is no plan, and a button to try again. ``place`` tells several on one page apart."""
    (st.info if outcome.wanted else st.error)(speech.markdown(outcome.message))
    st.button(
        speech.markdown(msg("Compute again")),
        key=f"again {outcome.again} {place}",
        on_click=partial(waiting.ask_again, outcome.again),
    )


def show_conflicts(answer: answers.Answer, speech: Speech) -> None:
    """That no plan can keep the rules, and which of them cannot hold together."""
    st.error(speech.markdown(wording.proof(answer.solution)))
    if not answer.conflicts:
        st.markdown(speech.markdown(wording.unexplained()))
    for conflict in answer.conflicts:
        st.markdown(speech.bullets(wording.conflict_text(conflict, answer.loaded.county, answer.loaded.problem)))


def show_figures(figures: Sequence[KeyFigure], speech: Speech, columns: int = 2) -> None:
    """Key figures in rows of ``columns``."""
    for start in range(0, len(figures), columns):
        row = st.columns(columns)
        for column, figure in zip(row, figures[start : start + columns], strict=False):
            column.metric(
                speech.markdown(figure.label),
                speech.markdown(figure.value),
                delta=None if figure.where is None else speech.markdown(figure.where),
                delta_color="off",
                delta_arrow="off",
                help=speech.markdown(figure.about),
                border=True,
                height="stretch",
            )


def show_rules(loaded: LoadedScenario, plan: Plan, speech: Speech) -> None:
    """Whether the plan keeps the rules, and each that it breaks."""
    breaches = broken(check_plan(plan))
    if not breaches:
        st.success(speech.markdown(msg("All rules of the scenario are kept.")))
        return
    texts = [wording.rule_text(check, loaded.county, loaded.problem) for check in breaches]
    st.warning(speech.markdown(msg("Rules that the plan breaks:")) + "\n\n" + speech.bullets(texts))


def show_description(loaded: LoadedScenario, speech: Speech) -> None:
    """The county, and what the scenario stands for, in small print."""
    name, text = loaded.county.name, loaded.scenario.description
    st.caption(speech.markdown(msg("{county}: {description}", county=name, description=text) if text else name))


def show_basis(loaded: LoadedScenario, speech: Speech) -> None:
    """What the plan rests on."""
    with st.expander(speech.markdown(msg("Assumptions"))):
        st.markdown(speech.bullets(wording.assumptions(loaded)))
    with st.expander(speech.markdown(msg("Sources"))):
        st.markdown(speech.bullets(wording.sources(loaded.county)))
    if loaded.notices:
        with st.expander(speech.markdown(msg("Remarks on the files"))):
            st.markdown(speech.bullets([notice.text(speech.language) for notice in loaded.notices]))
