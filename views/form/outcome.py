"""What comes of the form: the plan beside it with the change against the one before the edits, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Literal

import streamlit as st

from files.faults import Fault, InputError
from maps.screen import plan_map
from optimizer.plan import Plan
from scenarios.assemble import LoadedScenario
from scenarios.library import Entry
from scenarios.schema import Scenario
from serving import answers
from translation import Message, msg, msgs
from views.form.check import Checked, path_of
from views.form.desk import RulesDesk
from views.form.state import name_of
from views.map_view import show_map
from views.parts import plans
from views.parts.shown import show_conflicts, show_faults, show_no_answer, show_rules
from views.parts.tables import show_districts
from views.speech import Speech
from wording import sentences as wording
from wording.differences import MEASURES, Verdict, difference
from wording.grid import NOTHING

MAP_HEIGHT = 380
MOST_EARLIER = 20
"""Earlier states that are asked for a plan to be shown in place of none."""
_COLUMNS = 3
_Colour = Literal["green", "red", "gray"]
_VERDICTS: dict[Verdict, tuple[Message | None, _Colour]] = {
    Verdict.BETTER: (msg("better"), "green"),
    Verdict.WORSE: (msg("worse"), "red"),
}

Rated = tuple[LoadedScenario, Plan]


def show_outcome(desk: RulesDesk, checked: Checked, layer: int, speech: Speech) -> Rated | None:
    """Draws what comes of the form; gives what is shown of a plan, where there is one."""
    answer = None
    if checked.scenario is None:
        _show_faults(checked.faults, speech)
    else:
        answer = _answer(checked.scenario, desk.entry, speech)
    rated = None if answer is None else _rated(answer)
    if answer is not None and rated is not None:
        _show_plan(answer, rated, _before(desk, speech), layer, speech)
        return rated
    if answer is not None:
        show_conflicts(answer, speech)
    last = _last(desk, speech)
    if last is None:
        return None
    st.warning(
        speech.markdown(msg("Shown below is the last plan there was, before these entries.")),
        icon=":material/history:",
    )
    shown = _rated(last)
    assert shown is not None
    _show_plan(last, shown, None, layer, speech)
    return shown


def _show_faults(faults: Sequence[Fault], speech: Speech) -> None:
    """Every fault with the name of its field; it also stands there."""
    title = msgs(
        "One entry has to be mended before there is a new plan:",
        "{count} entries have to be mended before there is a new plan:",
        len(faults),
    )
    st.error(speech.markdown(title) + "\n\n" + speech.bullets([_said(fault) for fault in faults]))


def _said(fault: Fault) -> Message:
    where: object = name_of(fault.column or "")
    if fault.file:
        where = msg("{file}, line {line}", file=fault.file, line=fault.line) if fault.line else fault.file
    return msg("{where}: {wrong}", where=where, wrong=fault.wrong)


def _answer(scenario: Scenario, entry: Entry | None, speech: Speech) -> answers.Answer | None:
    try:
        return plans.answer(scenario, path_of(scenario, entry), speech)
    except InputError as error:
        show_faults(error, speech)
    except plans.NoAnswer as outcome:
        show_no_answer(outcome, speech)
    return None


def _rated(answer: answers.Answer) -> Rated | None:
    plan = answer.solution.plan
    return None if plan is None else (answer.loaded, plan)


def _before(desk: RulesDesk, speech: Speech) -> Rated | None:
    """The plan before the edits, where there were any and it had one."""
    if desk.draft is None or desk.began is None:
        return None
    found = _quietly(desk.began, desk.entry, speech)
    return None if found is None else _rated(found)


def _last(desk: RulesDesk, speech: Speech) -> answers.Answer | None:
    """The answer to the latest state that has a plan."""
    for scenario in islice(desk.earlier(), MOST_EARLIER):
        found = _quietly(scenario, desk.entry, speech)
        if found is not None and found.solution.plan is not None:
            return found
    return None


def _quietly(scenario: Scenario, entry: Entry | None, speech: Speech) -> answers.Answer | None:
    """The answer to an earlier state; where there is none, that was told when it was shown."""
    try:
        return plans.answer(scenario, path_of(scenario, entry), speech)
    except (InputError, plans.NoAnswer):
        return None


def _show_plan(answer: answers.Answer, rated: Rated, before: Rated | None, layer: int, speech: Speech) -> None:
    loaded, plan = rated
    if not plan.layers:
        st.info(speech.markdown(wording.NO_POSTS))
        return
    layer = min(layer, len(plan.layers) - 1)
    if len(plan.layers) > 1:
        st.caption(speech.markdown(msg("Map and table: layer “{layer}”", layer=plan.layers[layer].layer.name)))
    view = plan_map(loaded.county, plan, layer, speech.language)
    show_map(view, key="rules map", height=MAP_HEIGHT, label=speech.plain(msg("Map of the districts")))
    _show_figures(rated, before, speech)
    st.markdown(speech.markdown(wording.proof(answer.solution)))
    show_districts(loaded.county, plan.layers[layer], speech)
    show_rules(loaded, plan, speech)


def _show_figures(rated: Rated, before: Rated | None, speech: Speech) -> None:
    """Key figures, each with the change against the plan before the edits and what that means."""
    for start in range(0, len(MEASURES), _COLUMNS):
        for column, measure in zip(st.columns(_COLUMNS), MEASURES[start : start + _COLUMNS], strict=False):
            word: Message | None = None
            colour: _Colour = "gray"
            text = None
            if before is not None:
                apart = difference(measure, before[1], rated[1])
                if apart is not None:
                    word, colour = _VERDICTS.get(apart.verdict, (None, "gray"))
                    text = apart.text
            column.metric(
                speech.markdown(measure.name),
                speech.markdown(measure.of(rated[1]) or NOTHING),
                delta=None if text is None else speech.markdown(text),
                delta_color=colour,
                delta_arrow="off",
                delta_description=None if word is None else speech.markdown(word),
            )
