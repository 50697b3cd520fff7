"""Asks the questions about a plan in processes of their own, and says why there is no answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import accumulate
from typing import Any

import streamlit as st

from exploring.query import Answered, Found, Means, Query, Reply, Subject, subject_of
from exploring.questions.rank import Others, comparable
from exploring.unanswered import Unanswered
from files.faults import InputError
from optimizer.explore.situation import with_layer
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.solver import SolverError
from scenarios.drafts import Draft
from scenarios.handmade import HandmadePlan
from scenarios.handmade_problem import rest_of, unfit
from serving import answers
from serving.kept import Kept
from serving.processes import Job, ProcessExpired, Progress, work
from translation import Message, msg
from views.handmade.draft import opened_draft
from views.handmade.editor import evaluated
from views.parts import plans, waiting
from views.speech import Speech

#: Seconds for one question.
LIMIT = 60
#: Failures that stand: to ask again is left to the planner.
_OUTCOMES = (TimeoutError, MemoryError)
#: How the page says that there is no answer, and whether to ask again may help.
_SHOWN: Mapping[Unanswered, tuple[Callable[[str], object], bool]] = {
    Unanswered.TOO_LARGE: (st.warning, False),
    Unanswered.INFEASIBLE: (st.warning, False),
    Unanswered.NO_PEOPLE: (st.warning, False),
    Unanswered.NO_TIME: (st.error, True),
    Unanswered.NO_MEMORY: (st.error, True),
    Unanswered.FAILED: (st.error, True),
    Unanswered.STOPPED: (st.info, True),
}


def _exact(reply: Reply[Any]) -> bool:
    """Whether it says of itself that nobody would find more."""
    return isinstance(reply, Answered) and reply.whole and getattr(reply.found, "complete", False)


_EXACT = Kept(_exact)


@dataclass(frozen=True)
class Asked:
    """What the page asks about, of a scenario with its answer. ``digest`` says all that the answers depend on."""

    id: str
    answer: answers.Answer
    about: Subject
    digest: str


def asked_about(id: str, answer: answers.Answer, plan: Plan, layer: int) -> Asked:
    """The plan of a scenario as something to ask about."""
    return Asked(id, answer, subject_of(answer.loaded, plan, layer), f"{answer.digest} {layer}")


def ask(
    asked: Asked,
    query: Query[Found],
    speech: Speech,
    *,
    about: Subject | None = None,
    details: object = "",
    so_far: Callable[[Found], Message | None] | None = None,
) -> Found | None:
    """What is found, once for everybody, in processes of their own; ``None`` where it is not, which is said.

    ``about`` stands for what ``asked`` is about; ``details`` tell the answers to different values apart. Who waits
    reads ``so_far`` of what is found already, where the question tells that.
    """
    key = _key(asked, query, details)
    about = asked.about if about is None else about

    def begin() -> Job:
        return _begun(key, query, about)

    def known() -> Message | None:
        found = begin().so_far
        return None if so_far is None or found is None else so_far(found)

    reply = _reply(key, begin, speech, known)
    if isinstance(reply, Unanswered):
        shown, again = _SHOWN[reply]
        shown(speech.markdown(reply.text))
        if again:
            _offer_again(key, speech)
        return None
    if not reply.whole:
        st.info(speech.markdown(msg("Stopped early: shown is what was done until then.")))
        _offer_again(key, speech)
    found: Found = reply.found
    return found


def begun(asked: Asked, query: Query[Any], *, details: object = "") -> Job:
    """The work on a question that nobody waits for; whoever asks the same by :func:`ask` shares it."""
    return _begun(_key(asked, query, details), query, asked.about)


def known(asked: Asked, query: Query[Any], *, details: object = "") -> Job | None:
    """The work on a question where somebody asked it before; else none is begun."""
    return work().known(_key(asked, query, details), _EXACT)


def _key(asked: Asked, query: Query[Any], details: object) -> str:
    return f"explore {query.question} {asked.digest} {details}"


def _begun(key: str, query: Query[Any], about: Subject) -> Job:
    if query.in_parts:
        return work().ask_in_parts(key, partial(_in_parts, query, about), outcomes=_OUTCOMES)
    call = partial(query.ask, about, Means(time_limit=LIMIT))
    return work().ask(key, call, timeout=2 * LIMIT, outcomes=_OUTCOMES, shelf=_EXACT, long=True)


def _in_parts(
    query: Query[Found],
    about: Subject,
    executor: Executor,
    progress: Progress,
    cancel: Callable[[], bool],
) -> Reply[Found]:
    return query.ask(about, Means(executor=executor, progress=progress, cancel=cancel, so_far=progress.found))


def _reply(key: str, begin: Callable[[], Job], speech: Speech, known: Callable[[], Message | None]) -> Reply[Any]:
    """What came of the work, that its process ended included."""
    try:
        reply: Reply[Any] = waiting.answer_of(key, begin, msg("The question is being worked on"), LIMIT, speech, known)
    except TimeoutError:
        return Unanswered.NO_TIME
    except MemoryError:
        return Unanswered.NO_MEMORY
    except waiting.Stopped:
        return Unanswered.STOPPED
    except (SolverError, ProcessExpired):
        return Unanswered.FAILED
    return reply


def _offer_again(key: str, speech: Speech) -> None:
    """A button to do work again that was stopped."""
    st.button(speech.markdown(msg("Compute again")), key=f"again {key}", on_click=partial(waiting.ask_again, key))


def handmade_of(asked: Asked) -> tuple[Message, Plan, str] | None:
    """The plan made by hand in this session, with its name and a digest, where it is one of this scenario."""
    found = _draft_of(asked)
    if found is None:
        return None
    draft, plan = found
    return msg("plan made by hand"), evaluated(asked.answer.loaded, plan)[1], f"{draft.id} {draft.position}"


def pinned_of(asked: Asked) -> tuple[Subject, str] | None:
    """The same asked with what is pinned and wished in the plan made by hand as rules, and a digest, if there is any.

    Raises ``Refused`` where a pinned team is none that the layer can have.
    """
    found = _draft_of(asked)
    if found is None:
        return None
    draft, plan = found
    about = asked.about
    around = rest_of(asked.answer.loaded, plan, [about.layer]).layers[about.layer]
    if around == about.problem.layers[about.layer]:
        return None
    loaded = replace(about.loaded, problem=with_layer(about.problem, about.layer, around))
    return replace(about, loaded=loaded), f"{draft.id} {draft.position}"


def _draft_of(asked: Asked) -> tuple[Draft, HandmadePlan] | None:
    found = opened_draft()
    if found is None or found[0].base != asked.id or unfit(found[1], asked.answer.loaded):
        return None
    return found


def others_of(asked: Asked, speech: Speech) -> tuple[Others, str]:
    """The plans of the other scenarios of the county that can be compared, with a digest of them.

    Only those are solved that have as many posts, the same key and existing advice.
    """
    found: list[tuple[str, Plan]] = []
    digests: list[str] = []
    for entry in answers.entries():
        if entry.id == asked.id or entry.scenario is None:
            continue
        try:
            loaded = plans.posed(entry.scenario, entry.path, speech)
            if loaded.county.ags != asked.about.loaded.county.ags or not _alike(loaded.problem, asked):
                continue
            answer = plans.answer(entry.scenario, entry.path, speech)
        except (plans.NoAnswer, InputError):
            continue  # said where it is opened
        plan = answer.solution.plan
        if plan is not None and comparable(asked.about.until, plan) is not None:
            found.append((entry.name, plan))
            digests.append(answer.digest)
    return tuple(found), " ".join(digests)


def _alike(problem: Problem, asked: Asked) -> bool:
    own = asked.about.problem
    posts = sum((layer.total for layer in own.layers[: asked.about.layer + 1]), Fraction(0))
    reached = accumulate(layer.total for layer in problem.layers)
    return problem.total_posts == own.total_posts and posts in reached
