"""“Optimise the rest”: the best plan around what is kept becomes a further step of the plan made by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from optimizer.solve import Solution
from scenarios.assemble import LoadedScenario
from scenarios.handmade import HandmadePlan, Refused
from scenarios.handmade_problem import free_layer, rest_of
from serving import answers
from translation import Message, listing, msg, number
from views.handmade.draft import PlanDesk, notify
from views.handmade.kept import show_kept
from views.handmade.layer import LayerEdit
from views.parts import plans
from views.parts.shown import show_conflicts, show_no_answer
from views.speech import Speech
from wording import sentences as wording

_ASKED, _LATER = "what-if rest", "what-if later"

Outcome = answers.Answer | plans.NoAnswer
"""Why there is no plan around what is pinned: the conflicts, or what stopped the computation."""


def optimise_if_asked(desk: PlanDesk, answer: answers.Answer, layer: int, speech: Speech) -> Outcome | None:
    """Does what the button asked for. Where there is no such plan, nothing changes and the result says why."""
    asked, handmade = st.session_state.get(_ASKED), desk.plan
    positions = _positions(answer, layer)
    digest = _question(answer, handmade, positions)
    if asked != digest:
        # Another plan by now: what was said of the one before no longer holds.
        st.session_state.pop(_ASKED, None)
        return None
    try:
        problem = rest_of(answer.loaded, handmade, positions)
        solution = plans.solved(problem, digest, speech)
    except Refused as refused:
        st.session_state.pop(_ASKED)
        notify(refused.message)
        return None
    except plans.NoAnswer as outcome:
        return outcome
    if solution.plan is None:
        conflicts = plans.conflicts_of(solution, digest, speech)
        return answers.Answer(replace(answer.loaded, problem=problem), solution, conflicts, digest)
    st.session_state.pop(_ASKED)
    desk.edit(lambda plan: _applied(plan, solution, positions))
    notify(_told(solution))
    return None


def _applied(handmade: HandmadePlan, solution: Solution, positions: Sequence[int]) -> HandmadePlan:
    assert solution.plan is not None
    for position in positions:
        found = handmade.layers[position].optimised(solution.plan.layers[position], handmade.taken(position))
        handmade = handmade.with_layer(position, found)
    return handmade


def _told(solution: Solution) -> Message:
    assert solution.plan is not None
    if not solution.plan.proven:
        return msg("The rest was optimised: the best plan found in the time allowed, not proven. Undo takes it back.")
    return msg("The rest was optimised: no plan that keeps the same is better. Undo takes it back.")


def _positions(answer: answers.Answer, layer: int) -> tuple[int, ...]:
    if not st.session_state.get(_LATER, True):
        return (layer,)
    return (layer, *_later(answer.loaded, layer))


def _later(loaded: LoadedScenario, layer: int) -> list[int]:
    """The layers after one whose districts the scenario leaves open: they build on those before them."""
    layers = loaded.problem.layers
    return [later for later in range(layer + 1, len(layers)) if layers[later].plan is None]


def _question(answer: answers.Answer, handmade: HandmadePlan, positions: Sequence[int]) -> str:
    text = json.dumps([answer.digest, handmade.data(), list(positions)], sort_keys=True)
    return f"rest {hashlib.sha256(text.encode()).hexdigest()}"


def show_rest(edit: LayerEdit, outcome: Outcome | None, speech: Speech) -> None:
    """What optimising the rest came to, and what it would do."""
    answer, layer = edit.answer, edit.position
    if isinstance(outcome, plans.NoAnswer):
        show_no_answer(outcome, speech)
    elif outcome is not None:
        show_conflicts(outcome, speech)
        about = msg("Your plan is as it was. Release a change, loosen a pin or forget a wish, and try again.")
        st.caption(speech.markdown(about))
    out = [edit.towns[town.ags] for town in edit.loaded.problem.municipalities if edit.is_out(town.ags)]
    texts = [msg("Optimising the rest keeps what was changed by hand, pinned and wished, and makes the best of it.")]
    if out:
        texts.append(msg("In no district now, and put into one: {towns}.", towns=listing(out)))
    if answer.loaded.problem.layers[layer].plan is not None:
        texts.append(_default_rules(answer.loaded, layer))
    st.caption(" ".join(speech.markdown(text) for text in texts))
    later = _later(answer.loaded, layer)
    if later:
        names = listing(answer.loaded.problem.layers[position].name for position in later)
        text = msg("Also what comes after this layer and builds on it: {names}", names=names)
        st.session_state.setdefault(_LATER, True)
        st.checkbox(speech.markdown(text), key=_LATER)


def show_foot(edit: LayerEdit, speech: Speech) -> st.delta_generator.DeltaGenerator:
    """What is kept, to be released, and the button that optimises the rest; gives the row that this stands in."""
    row = st.container(horizontal=True, gap="xxsmall", vertical_alignment="center", key="what-if-kept")
    with row:
        show_kept(edit, speech)
    digest = _question(edit.answer, edit.handmade, _positions(edit.answer, edit.position))
    row = st.container(horizontal=True, gap="xsmall")
    row.button(
        speech.markdown(msg("Optimise the rest")),
        key="what-if optimise",
        type="primary",
        icon=":material/auto_fix_high:",
        on_click=_ask,
        args=(digest,),
        width="stretch",
    )
    return row


def _ask(digest: str) -> None:
    st.session_state[_ASKED] = digest


def _default_rules(loaded: LoadedScenario, layer: int) -> Message:
    rules = free_layer(loaded, layer)
    return msg(
        "The scenario gives the plan of this layer and no rules for its districts. Taken instead: {minimum} to "
        "{maximum} districts, at most {minutes} from the hub; employers: {employers}.",
        minimum=rules.districts_minimum,
        maximum=rules.districts_maximum,
        minutes=number(rules.max_drive_minutes or 0, 0, "min"),
        employers=listing(wording.employer_name(employer.id, loaded.county) for employer in rules.employers),
    )
