"""Beside a plan made by hand: how far it is from the best one, its figures, what it breaks; and saving it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from files.faults import InputError
from optimizer.plan import Plan
from optimizer.rules import broken, check_plan
from optimizer.solve import Solution, Status
from scenarios.handmade import Refused
from scenarios.handmade_scenarios import as_plan, as_rules
from translation import Message, listing, msg, number
from views.handmade.layer import LayerEdit
from views.parts.saving import offer_saving
from views.parts.shown import show_faults, show_rules
from views.parts.tables import judged
from views.speech import Speech
from wording import sentences as wording
from wording.differences import MEASURES, Better, Measure, Verdict, difference
from wording.grid import NOTHING
from wording.yardstick import beside

#: Parts of the shortfall, which says enough here.
_LEFT_OUT = {"lost to coordination h per week", "lost through unevenness h per week"}
#: Those that can be better or worse first.
_SHOWN = sorted(
    (measure for measure in MEASURES if measure.name.msgid not in _LEFT_OUT),
    key=lambda measure: measure.better is Better.NEITHER,
)
PLAN, RULES = "plan", "rules"


def show_standing(edit: LayerEdit, start: Plan, best: Solution | None, speech: Speech) -> None:
    """How the plan stands; ``start`` is what it began as, ``best`` the best plan of its scenario."""
    st.markdown(speech.markdown(_distance(edit.plan, best)))
    show_rules(edit.loaded, edit.plan, speech)
    foreign = _foreign_employers(edit)
    if foreign:
        text = msg("Employers that the scenario does not provide for: {names}.", names=listing(foreign))
        st.warning(speech.markdown(text))
    alt = speech.plain(msg("Figures of the plan, and how far they are from the start and from the best plan"))
    st.table(_figures(edit, start, best, speech), border="horizontal", alt=alt)


def _distance(plan: Plan, best: Solution | None) -> Message:
    """How far the plan is from the best one, in a sentence; a plan with a given layer is not called the best."""
    figures = {"mine": beside(plan.problem, plan.reached), "hours": number(plan.shortfall_hours, 1, "h")}
    if best is None or best.plan is None:
        return msg(
            "Lowest coverage {mine}, {hours} missing per week. There is no best plan to measure it by.", **figures
        )
    others = {
        "best": beside(best.plan.problem, best.plan.reached),
        "fewest": number(best.plan.shortfall_hours, 1, "h"),
        "state": msg("proven") if best.status is Status.OPTIMAL else wording.status_text(best.status),
    }
    values = {**figures, **others}
    if any(layer.given for layer in best.plan.layers):
        values["state"] = wording.known(best)
        alike = msg(
            "As good as the plan of the scenario ({state}): lowest coverage {mine}, {hours} missing per week.", **values
        )
        text = msg(
            "Lowest coverage {mine} against {best} in the plan of the scenario ({state}); {hours} against {fewest} "
            "missing per week.",
            **values,
        )
    else:
        alike = msg("As good as the best plan ({state}): lowest coverage {mine}, {hours} missing per week.", **values)
        text = msg(
            "Lowest coverage {mine} against {best} in the best plan ({state}); {hours} against {fewest} missing per "
            "week.",
            **values,
        )
    if _alike(plan, best.plan):
        return alike
    better = plan.reached > best.plan.reached or plan.shortfall_hours < best.plan.shortfall_hours
    if better and broken(check_plan(plan)):
        return msg("{text} It breaks rules that this plan keeps.", text=text)
    return text


def _alike(plan: Plan, best: Plan) -> bool:
    judged = (measure for measure in _SHOWN if measure.better is not Better.NEITHER)
    apart = [difference(measure, best, plan) for measure in judged]
    return all(one.verdict is Verdict.SAME for one in apart if one is not None)


def _figures(edit: LayerEdit, start: Plan, best: Solution | None, speech: Speech) -> pd.DataFrame:
    """The figures of the plan in Markdown, with what changed since the start and what is missing to the best plan."""
    others = {msg("against the start"): start}
    if best is not None and best.plan is not None:
        decided = not any(layer.given for layer in best.plan.layers)
        if _alike(start, best.plan):
            of_it = msg("against the start (the best plan)")
            others = {of_it if decided else msg("against the start (the plan of the scenario)"): start}
        else:
            others[msg("against the best plan") if decided else msg("against the plan of the scenario")] = best.plan
    place = edit.towns[edit.plan.least_covered.ags]
    rows = [
        [speech.markdown(measure.name), f"**{speech.markdown(measure.of(edit.plan) or NOTHING)}**"]
        + [_difference(measure, other, edit.plan, speech) for other in others.values()]
        for measure in _SHOWN
    ]
    rows.insert(1, [speech.markdown(msg("served worst")), speech.markdown(place), *([""] * len(others))])
    headings = [msg("Figure"), msg("Now"), *others]
    frame = pd.DataFrame(rows, columns=[speech.markdown(heading) for heading in headings])
    return frame.set_index(frame.columns[0])


def _difference(measure: Measure, other: Plan, plan: Plan, speech: Speech) -> str:
    apart = difference(measure, other, plan)
    return NOTHING if apart is None or apart.verdict is Verdict.SAME else judged(apart, speech)


def _foreign_employers(edit: LayerEdit) -> list[object]:
    known = {employer.id for employer in edit.answer.loaded.problem.layers[edit.position].employers}
    used = sorted({district.employer for district in edit.layer.filled} - known)
    return [wording.employer_name(id, edit.loaded.county) for id in used]


def show_saving(edit: LayerEdit, speech: Speech) -> None:
    """The plan as a scenario, in one of two forms, to be saved under a name."""
    with st.expander(speech.markdown(msg("Save as a scenario")), icon=":material/save:", key="what-if saving"):
        forms = {
            PLAN: msg("The plan as it stands: it is evaluated, not optimised"),
            RULES: msg("What is pinned and wished, as rules: the rest is optimised"),
        }
        form = st.radio(
            speech.markdown(msg("What is saved")),
            list(forms),
            key="what-if form",
            format_func=lambda form: speech.markdown(forms[form]),
        )
        if form == RULES and any(district.pinned for district in edit.layer.districts):
            about = msg(
                "Posts and hubs of pinned teams cannot be stated as rules; the saved scenario leaves them open."
            )
            st.caption(speech.markdown(about))
        name = speech.plain(msg("{name} – by hand", name=edit.loaded.scenario.name))
        try:
            if form == RULES:
                scenario = as_rules(edit.answer.loaded, edit.handmade, edit.position, name)
            else:
                scenario = as_plan(edit.answer.loaded, edit.handmade, name)
        except Refused as refused:
            st.error(speech.markdown(refused.message))
        except InputError as error:
            show_faults(error, speech)
        else:
            offer_saving(scenario, origin=None, digest=None, key="what-if save", speech=speech)
