"""What is settled among the best plans, in one line beside the map. The page does not wait for it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from exploring.query import Answered
from exploring.questions.alternatives import AlternativesQuery
from optimizer.explore.alternatives import Alternatives
from optimizer.explore.situation import districts_of
from optimizer.plan import Plan
from optimizer.solver import SolverError
from serving.answers import Answer
from serving.processes import CancelledError, Job, ProcessExpired
from translation import Message, msg
from views.asking.asked import Asked, asked_about, begun, known
from views.speech import Speech
from wording.explore.alternatives import how_settled

#: As many plans as the page “Why this plan?” begins with, so that the two share the work.
_COUNT = 10
#: Seconds between two looks at whether it is known by now.
_LOOK = 2.0


def show_settled(id: str, answer: Answer, plan: Plan, layer: int, speech: Speech) -> None:
    """What is settled in a layer of the plan of the scenario ``id``, as soon as that is known.

    Nothing of a layer that is given: nobody chose it from several.
    """
    if plan.layers[layer].given:
        return
    asked = asked_about(id, answer, plan, layer)
    job = known(asked, AlternativesQuery(_COUNT), details=_COUNT)
    if job is None or not job.done:
        st.fragment(_Waiting(asked, speech).look, run_every=_LOOK)()
        return
    told = _told(job, answer, plan, layer)
    if told is not None:
        st.markdown(speech.unbroken(told))


@dataclass
class _Waiting:
    """Keeps a place for it. It is begun with the second look, so that nobody waits for what few looked at."""

    asked: Asked
    speech: Speech
    looks: int = 0

    def look(self) -> None:
        """Says that it is being computed; the page is drawn once more when it is known."""
        self.looks += 1
        st.caption(self.speech.markdown(msg("How settled? The ten best plans are being computed …")))
        if self.looks > 1 and begun(self.asked, AlternativesQuery(_COUNT), details=_COUNT).done:
            st.rerun()


def _told(job: Job, answer: Answer, plan: Plan, layer: int) -> Message | None:
    try:
        reply = job.result(0)
    except (TimeoutError, MemoryError, SolverError, ProcessExpired, CancelledError):
        return None  # said where it is asked for
    if not isinstance(reply, Answered):
        return None
    found: Alternatives = reply.found
    if {*map(frozenset, districts_of(found.items[0].plan, layer))} != {*map(frozenset, districts_of(plan, layer))}:
        # It is not the best one by itself: these plans say nothing about it.
        return msg("How settled? This layer was decided together with the others: see “Why this plan”.")
    return how_settled(answer.loaded.county, found)
