"""Beside a plan made by hand: how far it is from the best one, what it breaks, its figures and where its hours go."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from optimizer.plan import Plan
from optimizer.rules import broken, check_plan
from optimizer.solve import Solution, Status
from translation import Message, listing, msg, number
from views.handmade.layer import LayerEdit
from views.parts.tables import judged
from views.speech import Speech
from wording import sentences as wording
from wording.differences import MEASURES, Better, Difference, Verdict, between, difference
from wording.grid import NOTHING
from wording.hours import uses_of
from wording.yardstick import beside

#: Parts of the sum of hours, which has a table of its own.
_IN_THE_SUM = {
    "on site h per week",
    "lost on the road h per week",
    "lost to coordination h per week",
    "lost through unevenness h per week",
}
#: Those that can be better or worse first.
_SHOWN = sorted(
    (measure for measure in MEASURES if measure.name.msgid not in _IN_THE_SUM),
    key=lambda measure: measure.better is Better.NEITHER,
)


def show_standing(edit: LayerEdit, start: Plan, best: Solution | None, speech: Speech) -> None:
    """How the plan stands; ``start`` is what it began as, ``best`` the best plan of its scenario."""
    st.markdown(speech.markdown(distance(edit.plan, best)))
    _show_verdict(edit, speech)
    others = _others(start, best)
    alt = speech.plain(msg("Figures of the plan, and how far they are from the start and from the best plan"))
    st.table(_figures(edit, others, speech), border="horizontal", alt=alt)
    alt = speech.plain(msg("Where the contract hours go: one sum"))
    st.table(_hours(edit.plan, others, speech), border="horizontal", alt=alt)


def _show_verdict(edit: LayerEdit, speech: Speech) -> None:
    """What the plan breaks and what else is to be known, in one place, so that nothing contradicts anything."""
    checks = broken(check_plan(edit.plan))
    breaches = [wording.rule_text(c, edit.loaded.county, edit.loaded.problem) for c in checks if c.binding]
    notes = [wording.rule_text(c, edit.loaded.county, edit.loaded.problem) for c in checks if not c.binding]
    foreign = _foreign_employers(edit)
    if foreign:
        notes.append(msg("Employers that the scenario does not provide for: {names}.", names=listing(foreign)))
    if breaches:
        texts = speech.markdown(msg("Rules that the plan breaks:")) + "\n\n" + speech.bullets([*breaches, *notes])
        st.warning(texts)
    elif notes:
        st.info(speech.markdown(msg("All binding rules are kept. To be known:")) + "\n\n" + speech.bullets(notes))
    else:
        st.success(speech.markdown(msg("All rules of the scenario are kept.")))


def distance(plan: Plan, best: Solution | None) -> Message:
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
    same = _alike(plan, best.plan)
    said = alike if same else text
    better = plan.reached > best.plan.reached or plan.shortfall_hours < best.plan.shortfall_hours
    if (same or better) and any(check.binding for check in broken(check_plan(plan))):
        return msg("{text} It breaks rules that this plan keeps.", text=said)
    return said


def _alike(plan: Plan, best: Plan) -> bool:
    judged = (measure for measure in _SHOWN if measure.better is not Better.NEITHER)
    apart = [difference(measure, best, plan) for measure in judged]
    return all(one.verdict is Verdict.SAME for one in apart if one is not None)


def _others(start: Plan, best: Solution | None) -> Mapping[Message, Plan]:
    """What the plan is measured by, with the headings of the columns."""
    others = {msg("against the start"): start}
    if best is not None and best.plan is not None:
        decided = not any(layer.given for layer in best.plan.layers)
        if _alike(start, best.plan):
            of_it = msg("against the start (the best plan)")
            others = {of_it if decided else msg("against the start (the plan of the scenario)"): start}
        else:
            others[msg("against the best plan") if decided else msg("against the plan of the scenario")] = best.plan
    return others


def _figures(edit: LayerEdit, others: Mapping[Message, Plan], speech: Speech) -> pd.DataFrame:
    """The figures of the plan in Markdown, with how far they are from the others."""
    place = edit.towns[edit.plan.least_covered.ags]
    rows = [
        [speech.markdown(measure.name), f"**{speech.markdown(measure.of(edit.plan) or NOTHING)}**"]
        + [_difference(difference(measure, other, edit.plan), speech) for other in others.values()]
        for measure in _SHOWN
    ]
    rows.insert(1, [speech.markdown(msg("served worst")), speech.markdown(place), *([""] * len(others))])
    return _table(msg("Figure"), rows, others, speech)


def _hours(plan: Plan, others: Mapping[Message, Plan], speech: Speech) -> pd.DataFrame:
    """Where the contract hours go, the sum last."""
    theirs = [uses_of(other) for other in others.values()]
    rows = []
    for at, use in enumerate(uses_of(plan)):
        apart = [_difference(between(other[at].hours, use.hours, use.better), speech) for other in theirs]
        rows.append([speech.markdown(use.name), f"**{speech.markdown(use.hours)}**", *apart])
    return _table(msg("Where the hours go"), rows, others, speech)


def _table(first: Message, rows: list[list[str]], others: Mapping[Message, Plan], speech: Speech) -> pd.DataFrame:
    headings = [first, msg("Now"), *others]
    frame = pd.DataFrame(rows, columns=[speech.markdown(heading) for heading in headings])
    return frame.set_index(frame.columns[0])


def _difference(apart: Difference | None, speech: Speech) -> str:
    return NOTHING if apart is None or apart.verdict is Verdict.SAME else judged(apart, speech)


def _foreign_employers(edit: LayerEdit) -> list[object]:
    known = {employer.id for employer in edit.answer.loaded.problem.layers[edit.position].employers}
    used = sorted({district.employer for district in edit.layer.filled} - known)
    return [wording.employer_name(id, edit.loaded.county) for id in used]
