"""“Why is this municipality here?”: what it gets, from whom, and what each other district would cost."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from exploring.query import Answered
from exploring.questions.why import WhyQuery
from maps.colours import drive_minutes
from optimizer.moves import Move, moves
from optimizer.plan import Plan
from optimizer.problem import Ags
from optimizer.solver import SolverError
from scenarios.assemble import LoadedScenario
from serving.answers import Answer
from serving.processes import CancelledError, Job, ProcessExpired
from translation import msg, number, percent
from views.asking.asked import asked_about, begun
from views.parts.shown import show_figures
from views.parts.tables import show_text_table, text_table
from views.speech import Speech
from wording import reasons
from wording.grid import NOTHING
from wording.key_figures import KeyFigure
from wording.yardstick import beside, per_1000, per_1000_text

#: Seconds between two looks at whether it is known by now.
_LOOK = 1.0


def show_why(answer: Answer, plan: Plan, layer: int, ags: Ags, speech: Speech) -> None:
    """Draws the answer for one municipality."""
    loaded = answer.loaded
    name = loaded.county.name_of(ags)
    st.header(speech.markdown(msg("Why is {town} here?", town=name)), anchor=False)
    show_figures(_figures(loaded, plan, layer, ags), speech)
    for text in reasons.places(loaded, plan, layer, ags):
        st.markdown(speech.markdown(text))
    found = reasons.alternatives(plan, layer, _moves(plan, layer, ags, answer.digest), loaded)
    (first,) = reasons.why_here(loaded, plan, layer, ags, found, None)
    st.markdown(f"**{speech.markdown(first)}**")
    _show_freely(answer, plan, layer, ags, speech)
    if found:
        about = msg("What each other district would cost")
        show_text_table(_table(plan, found, speech), about, speech, figures=(1, 2))
        with st.expander(speech.markdown(msg("How this was reckoned, and which rules are in the way"))):
            st.markdown(speech.bullets(reasons.remarks(found, loaded)))
    services = reasons.existing_texts(loaded, ags)
    with st.expander(speech.markdown(msg("Existing advice that counts here"))):
        if services:
            st.markdown(speech.bullets(services))
        else:
            st.markdown(speech.markdown(msg("None.")))


def _show_freely(answer: Answer, plan: Plan, layer: int, ags: Ags, speech: Speech) -> None:
    """What it would cost were everything free to change: the answer of the page “Why this plan?”.

    The page does not wait for it.
    """
    if not plan.problem.municipalities[plan.problem.index[ags]].taking_part:
        return
    asked = asked_about("", answer, plan, layer)
    job = begun(asked, WhyQuery((ags,)), details=ags)
    if not job.done:
        st.fragment(_wait, run_every=_LOOK)(job, speech)
        return
    try:
        reply = job.result(0)
    except (TimeoutError, MemoryError, SolverError, ProcessExpired, CancelledError):
        return  # said where it is asked for
    if isinstance(reply, Answered):
        st.markdown(speech.markdown(reasons.freely(asked.about.until, reply.found.by_town[ags], msg("the parting"))))


def _wait(job: Job, speech: Speech) -> None:
    """A place kept for it; the page is drawn once more when it is known."""
    st.caption(speech.markdown(msg("What the parting would cost were everything free to change is being computed …")))
    if job.done:
        st.rerun()


def _figures(loaded: LoadedScenario, plan: Plan, layer: int, ags: Ags) -> list[KeyFigure]:
    supply, per = plan.municipalities[ags], per_1000(plan, ags)
    drive = drive_minutes(plan, layer)[ags]
    return [
        KeyFigure(
            msg("Coverage"),
            NOTHING if supply.coverage is None else percent(supply.coverage),
            msg("Supply divided by fair supply. 100 % is fair."),
        ),
        *([] if per is None else [KeyFigure(msg("Hours per 1,000 people"), per, per_1000_text(loaded))]),
        KeyFigure(
            msg("On site per week"),
            number(supply.hours, 1, "h"),
            msg("Hours that reach people here, all layers together."),
        ),
        KeyFigure(
            msg("Existing advice per week"),
            number(supply.existing_hours, 1, "h"),
            msg("Hours of existing services that count here."),
        ),
        KeyFigure(
            msg("Drive from the hub"),
            NOTHING if drive is None else number(drive, 0, "min"),
            msg("By car, one way, from town hall to town hall."),
        ),
    ]


def _table(plan: Plan, found: list[reasons.Alternative], speech: Speech) -> pd.DataFrame:
    headings = [msg("Instead in"), msg("Lowest coverage"), msg("Shortfall per week")]
    now: list[object] = [msg("as it is"), beside(plan.problem, plan.reached), number(plan.shortfall_hours, 1, "h")]
    others: list[list[object]] = [
        [
            one.where if one.allowed else msg("{where} – not allowed", where=one.where),
            beside(plan.problem, one.move.plan.reached),
            number(one.move.plan.shortfall_hours, 1, "h"),
        ]
        for one in found
    ]
    return text_table(headings, [now, *others], speech)


@st.cache_data(max_entries=2000, show_spinner=False)
def _moves(_plan: Plan, layer: int, ags: Ags, digest: str) -> tuple[Move, ...]:  # noqa: ARG001 - stands for the plan
    return moves(_plan, layer, ags)
