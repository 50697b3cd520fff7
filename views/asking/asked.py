"""Asks the questions of the page “Why this plan?” in processes of their own, and says why there is no answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial
from itertools import accumulate
from typing import Any

import streamlit as st

from exploring.exploration import Others, comparable
from exploring.question import Question
from exploring.unanswered import no_time, too_large
from files.faults import InputError
from optimizer.explore.situation import Infeasible, NoPlanInTime, TooLarge
from optimizer.explore.workers import Cancelled
from optimizer.plan import Plan, until
from optimizer.problem import Problem
from optimizer.solver import SolverError
from scenarios.assemble import LoadedScenario
from scenarios.drafts import Draft
from scenarios.handmade import HandmadePlan
from scenarios.handmade_problem import rest_of, unfit, with_free_layer
from serving import answers
from serving.processes import ProcessExpired, work
from translation import Message, msg
from views.handmade.draft import opened_draft
from views.handmade.editor import evaluated
from views.parts import plans, waiting
from views.speech import Speech

#: Seconds for one question.
LIMIT = 60
#: Outcomes that are as good as an answer: to ask again changes nothing, or is left to the planner.
_OUTCOMES = (Infeasible, NoPlanInTime, TooLarge, TimeoutError, Cancelled)


@dataclass(frozen=True)
class Asked:
    """What the page asks about: a layer of the plan of a scenario.

    ``loaded`` has rules for that layer also where the scenario gives it: then those by which a better plan could be
    found. ``digest`` says all that the answers depend on.
    """

    id: str
    answer: answers.Answer
    loaded: LoadedScenario
    plan: Plan
    layer: int
    digest: str

    @property
    def problem(self) -> Problem:
        """The problem whose plans are gone through."""
        return self.loaded.problem

    @cached_property
    def until(self) -> Plan:
        """The plan up to the layer, as the answers are."""
        return until(self.plan, self.layer)


def asked_about(id: str, answer: answers.Answer, plan: Plan, layer: int) -> Asked:
    """The plan of a scenario as something to ask about."""
    return Asked(id, answer, with_free_layer(answer.loaded, layer), plan, layer, f"{answer.digest} {layer}")


def ask(
    asked: Asked,
    question: Question,
    function: Callable[..., Any],
    speech: Speech,
    *arguments: Any,
    details: str = "",
    **options: Any,
) -> Any:
    """What ``function(*arguments, **options)`` answers, once for everybody; ``None`` where none is had, which is said.

    ``details`` tell the answers to different arguments apart. The function is one of ``optimizer.explore`` or like
    them: it gets layer and time limit too.
    """
    key = f"explore {question} {asked.digest} {details}"
    call = partial(function, *arguments, layer=asked.layer, time_limit=LIMIT, **options)
    return _answer(key, lambda: work().ask(key, call, timeout=2 * LIMIT, outcomes=_OUTCOMES), speech)


def ask_in_parts(asked: Asked, question: Question, lead: Callable[..., Any], speech: Speech, *, details: str) -> Any:
    """The same for draws: ``lead`` gets an executor, progress and cancel, and may be stopped halfway."""
    key = f"explore {question} {asked.digest} {details}"

    def led(executor: Executor, progress: Callable[[int, int], None], cancel: Callable[[], bool]) -> Any:
        return lead(executor=executor, progress=progress, cancel=cancel), cancel()

    found = _answer(key, lambda: work().ask_in_parts(key, led, outcomes=_OUTCOMES), speech)
    if found is None:
        return None
    answer, stopped = found
    if stopped:
        st.info(speech.markdown(msg("Stopped early: shown is what was done until then.")))
        offer_again(key, speech)
    return answer


def offer_again(key: str, speech: Speech) -> None:
    """A button to do work again that was stopped."""
    st.button(speech.markdown(msg("Compute again")), key=f"again {key}", on_click=partial(waiting.ask_again, key))


def _answer(key: str, begin: Callable[[], Any], speech: Speech) -> Any:
    try:
        return waiting.answer_of(key, begin, msg("The question is being worked on"), LIMIT, speech)
    except TooLarge:
        st.warning(speech.markdown(too_large()))
    except Infeasible:
        st.warning(speech.markdown(msg("The rules leave no plan.")))
    except (NoPlanInTime, TimeoutError):
        _none(key, no_time(), speech)
    except (waiting.Stopped, Cancelled):
        _none(key, msg("The computation was stopped."), speech, wanted=True)
    except (SolverError, ProcessExpired):
        wrong = msg("The solver failed. Please try again, or tell who looks after this planner.")
        _none(key, wrong, speech)
    return None


def _none(key: str, message: Message, speech: Speech, *, wanted: bool = False) -> None:
    (st.info if wanted else st.error)(speech.markdown(message))
    offer_again(key, speech)


def handmade_of(asked: Asked) -> tuple[Message, Plan, str] | None:
    """The plan made by hand in this session, with its name and a digest, where it is one of this scenario."""
    found = _draft_of(asked)
    if found is None:
        return None
    draft, plan = found
    return msg("plan made by hand"), evaluated(asked.answer.loaded, plan)[1], f"{draft.id} {draft.position}"


def pinned_of(asked: Asked) -> tuple[Problem, str] | None:
    """The problem with what is pinned and wished in the plan made by hand as rules, and a digest, where there is any.

    Raises ``Refused`` where a pinned team is none that the layer can have.
    """
    found = _draft_of(asked)
    if found is None:
        return None
    draft, plan = found
    layers = list(asked.problem.layers)
    around = rest_of(asked.answer.loaded, plan, [asked.layer]).layers[asked.layer]
    if around == layers[asked.layer]:
        return None
    layers[asked.layer] = around
    return replace(asked.problem, layers=tuple(layers)), f"{draft.id} {draft.position}"


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
            if loaded.county.ags != asked.loaded.county.ags or not _alike(loaded.problem, asked):
                continue
            answer = plans.answer(entry.scenario, entry.path, speech)
        except (plans.NoAnswer, InputError):
            continue  # said where it is opened
        plan = answer.solution.plan
        if plan is not None and comparable(asked.until, plan) is not None:
            found.append((entry.name, plan))
            digests.append(answer.digest)
    return found, " ".join(digests)


def _alike(problem: Problem, asked: Asked) -> bool:
    posts = sum((layer.total for layer in asked.problem.layers[: asked.layer + 1]), Fraction(0))
    reached = accumulate(layer.total for layer in problem.layers)
    return problem.total_posts == asked.problem.total_posts and posts in reached
