"""How many posts a standard takes: the standard as a form, the answer, its parts, and the plan on the map."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from exploring.questions.staffing import (
    HOURS_PER_1000,
    MOST_HOURS_PER_1000,
    STAND_IN_MINUTES,
    Cases,
    StaffingQuery,
)
from optimizer.problem import Layer
from translation import Message, msg
from views.asking.asked import Asked, ask
from views.asking.plans import Shown, show_plans
from views.asking.questions import show_chart, tell
from views.parts.tables import show_grid
from views.speech import Speech
from wording import sentences as wording
from wording.explore.staffing import staffing_told
from wording.explore.staffing_charts import standard_chart, workload_chart
from wording.yardstick import measured_by

_KEPT = "explore standard"
HOURS, CASES, KEY = "hours", "cases", "key"
#: How a need can be stated.
_BY: dict[str, Message] = {
    HOURS: msg("hours per 1,000 people"),
    CASES: msg("cases and hours per case"),
    KEY: msg("cases and cases per post"),
}


@dataclass(frozen=True)
class _Field:
    # A figure of the form with its usual value, its limits, and the step of its buttons.
    name: str
    label: Message
    usual: float
    least: float
    most: float
    step: float


_FIELDS: dict[str, tuple[_Field, ...]] = {
    HOURS: (_Field("hours", msg("Hours per week and 1,000 people"), HOURS_PER_1000, 0.1, MOST_HOURS_PER_1000, 0.5),),
    CASES: (
        _Field("per_1000", msg("Cases per 1,000 people and year"), 20.0, 0.1, 10_000.0, 1.0),
        _Field("each", msg("Hours with people per case"), 15.0, 0.1, 1000.0, 1.0),
        _Field("weeks", msg("Weeks of a year in which a person is there (an assumption)"), 44.0, 1.0, 53.0, 1.0),
    ),
    KEY: (
        _Field("per_1000", msg("Cases per 1,000 people and year"), 20.0, 0.1, 10_000.0, 1.0),
        _Field("per_post", msg("Cases per post and year"), 100.0, 0.1, 10_000.0, 5.0),
    ),
}


def show_staffing(asked: Asked, speech: Speech) -> None:
    """The standard, the fewest posts for it, and what they are made of."""
    query = _chosen(asked, speech)
    found = ask(asked, query, speech, details=f"{query}")
    if found is None:
        return
    about, answer = asked.about, found.found
    told = staffing_told(about, found)
    words, where = st.container(key="map-and-figures").columns(2, gap="medium")
    with words:
        tell(told, speech)
        if answer.workload is not None:
            contract = about.problem.layers[about.layer].hours_per_week
            text = msg("Bars: what the fewest posts are made of; the table has the figures")
            show_chart(workload_chart(answer.workload, contract, speech.plain), text, speech)
        if answer.costs:
            text = msg(
                "Bars: what each part of the standard costs in hours of the same posts; the table has the figures"
            )
            show_chart(standard_chart(about, answer, speech.plain), text, speech)
    with where:
        if answer.plan is not None and answer.fewest.posts is not None:
            posts = answer.fewest.posts
            plan = measured_by(about.until, answer.plan)
            best = Shown(msg("The best plan with {posts} posts", posts=wording.fte(posts)), plan, posts=posts)
            own = Shown(msg("The plan asked about"), about.until)
            label = msg("On the map; coverage measured by the planned posts")
            show_plans(asked, [best, own], label, speech)
    for table in told.tables:
        show_grid(table, speech)


def _chosen(asked: Asked, speech: Speech) -> StaffingQuery:
    """The standard of the form, as it was sent off last."""
    layer = asked.about.problem.layers[asked.about.layer]
    kept: dict[str, float] = st.session_state.setdefault(_KEPT, {})
    by = st.segmented_control(
        speech.markdown(msg("The need is stated in")),
        list(_BY),
        key="explore standard by",
        default=HOURS,
        required=True,
        format_func=lambda one: speech.markdown(_BY[one]),
    )
    with st.form("explore standard form", border=True):
        usual = _usual(asked, layer)
        fields = (
            *_FIELDS[by],
            _Field("presence", msg("Presence: fewest hours per week in each municipality"), 0.0, 0.0, 100.0, 1.0),
            _Field("minutes", msg("A stand-in for teams of one person within minutes"), STAND_IN_MINUTES, 0, 240, 5),
        )
        columns = st.columns(len(fields), vertical_alignment="bottom")
        typed = {
            one.name: column.number_input(
                speech.markdown(one.label),
                float(one.least),
                float(one.most),
                float(kept.get(one.name, usual.get(one.name, one.usual))),
                float(one.step),
                format="%g",
                key=f"explore standard {by} {one.name}",
            )
            for column, one in zip(columns, fields, strict=True)
        }
        alone = st.checkbox(
            speech.markdown(msg("Teams of one person need no stand-in")),
            bool(kept.get("alone", 0.0)),
            key="explore standard alone",
        )
        if st.form_submit_button(speech.markdown(msg("Compute")), type="primary"):
            kept.update(typed, alone=float(alone))
    return query_of(by, {**typed, "alone": float(alone)})


def _usual(asked: Asked, layer: Layer) -> dict[str, float]:
    """Where the form begins: what the scenario states."""
    stated = asked.about.loaded.scenario.yardstick.hours_per_1000
    fewest = [layer.minimum_hours, *layer.minimum_hours_of.values()]
    weeks = asked.about.loaded.scenario.funding.weeks_per_year
    return {"weeks": weeks, "hours": min(stated or HOURS_PER_1000, MOST_HOURS_PER_1000), "presence": max(fewest)}


def query_of(by: str, typed: dict[str, float]) -> StaffingQuery:
    """The question that what was typed asks; ``by`` says how the need is stated."""
    minutes = None if typed["alone"] else typed["minutes"]
    if by == HOURS:
        return StaffingQuery(typed["hours"], presence=typed["presence"], stand_in_minutes=minutes)
    cases = (
        Cases(typed["per_1000"], typed["each"], weeks=typed["weeks"])
        if by == CASES
        else Cases(typed["per_1000"], per_post=typed["per_post"])
    )
    return StaffingQuery(cases=cases, presence=typed["presence"], stand_in_minutes=minutes)
