"""The page “What if – and if we did it our way?”: a plan changed by hand, with its figures at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import streamlit as st

import scenarios
from files.faults import InputError
from files.typed import shown
from optimizer.solve import Solution, Status
from scenarios.handmade import HandmadePlan, begun
from scenarios.handmade_problem import rest_of, unfit
from scenarios.history import SUFFIX
from scenarios.library import Entry, library
from scenarios.scenario import scenario_from
from scenarios.schema import Scenario, as_data
from serving import answers
from translation import msg
from views import address
from views.handmade.draft import BEFORE, PlanDesk, come_back, leave, opened_draft
from views.handmade.editor import Table, evaluated, show_editor
from views.handmade.listed import offer_list
from views.parts import plans
from views.parts.choices import chosen_layer, entry_name
from views.parts.removed import show_removed
from views.parts.shown import answer_of, show_conflicts, show_faults
from views.speech import Speech
from wording.sentences import NO_POSTS

_STYLE = Path(__file__).parents[1] / "static" / "whatif.css"
_BASE = "what-if base"


def show() -> None:
    """Draws the page."""
    speech = Speech(address.language())
    st.html(_STYLE)
    # Title, scenario and layer share the row, so that the map begins high.
    head = st.container(key="what-if-head", horizontal=True, vertical_alignment="center", gap="small")
    head.title(speech.markdown(msg("What if – and if we did it our way?")), anchor=False, width="content")
    found = opened_draft()
    if found is None and address.value(address.PLAN_DRAFT) is not None:
        gone = msg("There is no plan made by hand under this address. Shown instead: the plan of the scenario.")
        st.warning(speech.markdown(gone))
    entries = {entry.id: entry for entry in answers.entries()}
    names = {id: entry_name(entry, speech) for id, entry in entries.items()}
    if found is not None:
        draft, plan = found
        name = str(plan.scenario.get("name", draft.base))
        names.setdefault(draft.base, speech.plain(msg("{name} (no longer there)", name=shown(name))))
        _choose_scenario(head, draft.base, names, speech)
        _show_draft(draft.base, plan, head, speech)
    elif names and show_removed(speech):
        _choose_scenario(head, None, names, speech)
    elif names:
        id, wrong = address.scenario(list(names))
        _choose_scenario(head, id, names, speech)
        if wrong is not None:
            st.warning(speech.markdown(wrong))
        _show_fresh(entries[id], head, speech)
    else:
        st.error(speech.markdown(msg("There is no scenario file.")))


def _choose_scenario(
    head: st.delta_generator.DeltaGenerator, base: str | None, names: Mapping[str, str], speech: Speech
) -> None:
    """The scenario that the plan begins with; choosing another one begins anew."""
    address.bind(_BASE, base)
    head.selectbox(
        speech.markdown(msg("Begin with the plan of")),
        list(names),
        key=_BASE,
        format_func=lambda id: names[id],
        on_change=_begin,
        placeholder=speech.plain(msg("Choose a scenario")),
        width=480,
    )
    if st.session_state.get(BEFORE) is not None:
        head.button(
            speech.markdown(msg("Back to the plan you worked on before")),
            key="what-if back",
            icon=":material/arrow_back:",
            on_click=come_back,
        )


def _begin() -> None:
    leave()
    address.put(address.SCENARIO, st.session_state[_BASE])


def _show_fresh(entry: Entry, head: st.delta_generator.DeltaGenerator, speech: Speech) -> None:
    """The plan of a scenario, which nobody has changed yet."""
    answer = answer_of(entry, speech)
    if answer is None:
        return
    if answer.solution.plan is None:
        show_conflicts(answer, speech)
        return
    if not answer.solution.plan.layers:
        st.info(speech.markdown(NO_POSTS))
        return
    scenario = answer.loaded.scenario
    desk = PlanDesk(entry.id, scenario.source.digest, begun(scenario, answer.solution.plan))
    _show_editor(desk, answer, head, speech)


def _show_draft(base: str, plan: HandmadePlan, head: st.delta_generator.DeltaGenerator, speech: Speech) -> None:
    """A plan made by hand, under the rules that its scenario had when it was begun."""
    try:
        scenario = scenario_from(plan.scenario)
    except InputError as error:
        show_faults(error, speech)
        return
    known = answers.entry(base)
    _compare_with_file(known, scenario, plan, base, speech)
    entry = Entry(base, _path(base), scenario, shipped=known is not None and known.shipped)
    answer = answer_of(entry, speech)
    if answer is None:
        return
    wrong = unfit(plan, answer.loaded)
    if wrong:
        st.error(speech.markdown(msg("The plan made by hand is kept, but it does not fit its county as that is now:")))
        st.markdown(speech.bullets(wrong))
        st.button(speech.markdown(msg("Begin anew")), key="what-if begin", on_click=leave)
        return
    _show_editor(PlanDesk(base, scenario.source.digest, plan), answer, head, speech)


def _path(base: str) -> Path:
    """Where the scenario with that id stands or stood, for the county and the reference plan that it names."""
    known = answers.entry(base)
    if known is not None:
        return known.path
    folder = library().scenarios_folder if "/" in base else scenarios.SCENARIOS
    return folder / f"{Path(base).name}{SUFFIX}"


def _compare_with_file(entry: Entry | None, scenario: Scenario, plan: HandmadePlan, base: str, speech: Speech) -> None:
    """Tells that the scenario is another one by now."""
    if entry is None or entry.scenario is None:
        gone = msg("The scenario of this plan is no longer there. The plan goes on under the rules that it had.")
        st.info(speech.markdown(gone))
        return
    now = as_data(entry.scenario)
    if now == as_data(scenario):
        return
    changed = msg("The scenario was changed since this plan was begun. The plan goes on under the rules of that time.")
    st.warning(speech.markdown(changed))
    if len(entry.scenario.layers) == len(plan.layers) and entry.scenario.county == scenario.county:
        st.button(
            speech.markdown(msg("Go on under the rules as they are now")),
            key="what-if rules",
            on_click=partial(PlanDesk(base, None, plan).edit, lambda plan: plan.model_copy(update={"scenario": now})),
        )


def _show_editor(
    desk: PlanDesk, answer: answers.Answer, head: st.delta_generator.DeltaGenerator, speech: Speech
) -> None:
    plan = desk.plan
    best = _best(plan, answer, speech)
    with st.container(key="what-if-layer"):
        layer = chosen_layer(evaluated(answer.loaded, plan)[1], speech)
    offer_list(head, desk, answer, layer, speech)
    show_editor(Table(desk, answer, best, layer), speech)


def _best(plan: HandmadePlan, answer: answers.Answer, speech: Speech) -> Solution | None:
    """What the plan made by hand is measured by: the best one of its scenario.

    Where the scenario gives all its layers, it is the best one that could be in their place.
    """
    if answer.solution.status is not Status.GIVEN:
        return answer.solution if answer.solution.plan is not None else None
    start = plan.model_copy(update={"layers": plan.start})
    problem = rest_of(answer.loaded, start, range(len(plan.layers)))
    try:
        found = plans.solved(problem, f"{answer.digest} free", speech)
    except plans.NoAnswer:
        return None
    return found if found.plan is not None else None


if __name__ == "__main__":
    show()
