"""Whether a plan holds if figures are off: draws that can be stopped, the steadiest plan, and which figure decides."""

from __future__ import annotations

from functools import partial

import streamlit as st

from exploring.questions.robustness import AsStatedQuery, RobustnessQuery
from exploring.questions.sensitivity import SensitivityQuery
from optimizer.explore.decision import Rows
from optimizer.explore.robustness import Robustness
from translation import Message, msg, number
from views.asking.asked import Asked, ask
from views.asking.plans import Shown, show_plans
from views.asking.questions import show_chart, tell
from views.asking.ranges import chosen_uncertainty
from views.parts.tables import show_grid
from views.speech import Speech
from wording.explore.charts import outcomes_chart, sensitivity_chart
from wording.explore.robustness import outcomes_in_order, robustness_told
from wording.explore.sensitivity import figure_name, sensitivity_so_far, sensitivity_told

DRAWS = (200, 1000, 5000)
_DRAWS, _SEED = "explore draws", "explore seed"
_SEEDS = 1_000_000
#: Best districts that can be looked at one by one.
_MOST_SHOWN = 10


def show_robustness(asked: Asked, speech: Speech) -> None:
    """All corners of the assumptions and many draws."""
    left, right = st.columns([1, 1], gap="medium")
    draws = left.selectbox(
        speech.markdown(msg("Draws")), DRAWS, key=_DRAWS, format_func=lambda count: speech.plain(number(count))
    )
    about = msg("The same seed gives the same draws again.")
    seed = right.number_input(
        speech.markdown(msg("Seed")), 0, _SEEDS, 1, key=_SEED, help=speech.markdown(about), format="%d"
    )
    uncertainty = chosen_uncertainty(asked.about.loaded, speech)
    if uncertainty is None:
        return
    details = f"{draws} {seed} {uncertainty}"
    found = ask(asked, RobustnessQuery(uncertainty, draws, seed), speech, details=details)
    if found is None:
        return
    told = robustness_told(asked.about, found)
    tell(told, speech)
    picture, where = st.container(key="map-and-figures").columns(2, gap="medium")
    with picture:
        about = msg("Bars: share of the draws in which districts are the best; the table has the figures")
        show_chart(outcomes_chart(found, speech.plain), about, speech)
        for table in told.tables[:2]:
            show_grid(table, speech)
    with where:
        shown = _shown(asked, found, details, speech)
        if shown:
            show_plans(asked, shown, msg("Plan on the map"), speech)


def _shown(asked: Asked, found: Robustness, details: str, speech: Speech) -> list[Shown]:
    """The plan asked about, the steadiest, and the best plan of the most frequent districts, with figures as stated."""
    best = {case.best.districts: case.best.plan for case in found.cases if case.best is not None}
    labels: list[tuple[Message, Rows]] = [(msg("The steadiest plan"), found.steadiest.plan)]
    for position, outcome in enumerate(outcomes_in_order(found)[1:_MOST_SHOWN], start=1):
        numbers = {"number": number(position), "draws": number(outcome.draws)}
        labels.append((msg("Other districts ({number}): {draws} draws", **numbers), best[outcome.districts]))
    own = Shown(msg("This plan"), asked.about.until)
    plans = ask(asked, AsStatedQuery(tuple(plan for _, plan in labels)), speech, details=f"plans of {details}")
    if plans is None:
        return [own]
    shown = [
        own if plan == found.plan.plan else Shown(label, figures)
        for (label, plan), figures in zip(labels, plans, strict=True)
    ]
    return [own, *(one for one in shown if one is not own)]


def show_sensitivity(asked: Asked, speech: Speech) -> None:
    """Which figure must change by how much before the best districts change."""
    found = ask(asked, SensitivityQuery(), speech, so_far=partial(sensitivity_so_far, asked.about))
    if found is None:
        return
    told = sensitivity_told(asked.about, found)
    words, picture = st.columns([2, 3], gap="medium")
    with words:
        tell(told, speech)
    with picture:
        about = msg("Bars: how far each figure may change before other districts are best; the table has the figures")
        names = [figure_name(asked.about.loaded.county, one) for one in found]
        show_chart(sensitivity_chart(found, names, speech.plain), about, speech)
    show_grid(told.tables[0], speech)
