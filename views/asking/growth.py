"""In which steps we hire: the steps as a table to be edited, the answer, and each step on the map."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
import streamlit as st

from exploring.questions.growth import LOSS, MOST_STEPS, Grown, GrowthQuery, month_of, steps_of
from files.csv_table import NumberError, parse_number
from maps.screen import Mark
from optimizer.way.growth import GrowthStep
from scenarios.layer import MOST_POSTS
from scenarios.values import plain
from translation import Message, msg, number
from views.asking.asked import Asked, ask
from views.asking.plans import MAP_HEIGHT, Shown, chosen_shown, offer
from views.asking.questions import show_chart, tell
from views.map_view import show_map
from views.parts.map_choices import chosen_view
from views.parts.tables import show_grid
from views.speech import Speech
from wording import sentences as wording
from wording.compared_tables import CHANGED
from wording.explore.growth import growth_told, step_name
from wording.explore.growth_chart import growth_chart
from wording.explore.told import names
from wording.yardstick import beside

_KEPT = "explore growth"
_POSTS, _MONTH = "posts", "month"
Typed = dict[str, Any]


def show_growth(asked: Asked, speech: Speech) -> None:
    """The steps, the path through them, and its plans."""
    query = _chosen(asked, speech)
    if query is None:
        return
    grown = ask(asked, query, speech, details=f"{query}")
    if grown is None:
        return
    told = growth_told(asked.about, grown)
    if not grown.growth.found:
        tell(told, speech)
        show_grid(told.tables[0], speech)
        return
    words, where = st.container(key="map-and-figures").columns(2, gap="medium")
    with words:
        tell(told, speech)
        about = msg("Points: the lowest coverage at each step, on the path and at best; the table has the figures")
        show_chart(growth_chart(grown, speech.plain), about, speech)
    with where:
        _show_step(asked, grown, speech)
    for table in told.tables:
        show_grid(table, speech)


def _show_step(asked: Asked, grown: Grown, speech: Speech) -> None:
    """The map of a step in the colours of the path, with those who change district there."""
    steps = grown.growth.steps
    days = grown.dates or (None,) * len(steps)
    shown = [
        Shown(
            msg("{step}: {coverage}", step=step_name(step, day), coverage=beside(step.plan.problem, step.plan.reached)),
            step.plan,
            posts=step.total or None,
        )
        for step, day in zip(steps, days, strict=True)
        if step.plan is not None
    ]
    position = chosen_shown(shown, msg("Step on the map"), speech, first=len(shown) - 1)
    step, one = steps[position], shown[position]
    changing = _changing(step)
    view = chosen_view(speech, coloured=False).draw(
        asked.answer.loaded,
        one.plan,
        asked.about.layer,
        speech.language,
        marks={ags: Mark(CHANGED, msg("In another district than before"), hatched=True) for ags in changing},
    )
    show_map(view, key="map", height=MAP_HEIGHT, label=speech.plain(msg("Map: {what}", what=one.label)))
    if step.changes is not None:
        towns = names(asked.about.loaded.county, changing)
        st.caption(
            speech.markdown(
                msg("{sign} In another district than at the step before: {towns}.", sign=CHANGED, towns=towns)
            )
        )
    if step.total:
        offer(asked, one, speech)


def _changing(step: GrowthStep) -> tuple[str, ...]:
    return () if step.changes is None else step.changes.municipalities


# --- the form


def _chosen(asked: Asked, speech: Speech) -> GrowthQuery | None:
    """The steps of the form, as it was sent off last; ``None`` where something in it is wrong, which is said."""
    key = f"{_KEPT} {asked.id} {asked.about.layer}"
    kept: Typed = st.session_state.setdefault(key, _usual(asked))
    with st.form(f"{key} form", border=True):
        left, right = st.columns([3, 2], gap="medium")
        with left:
            rows = _steps(kept["rows"], key, speech)
        with right:
            loss = st.number_input(
                speech.markdown(msg("Points of lowest coverage that each earlier step may lose")),
                0.0,
                100.0,
                float(kept["loss"]),
                0.5,
                format="%g",
                key=f"{key} loss",
            )
            ticks = {
                name: st.checkbox(speech.markdown(label), bool(kept[name]), key=f"{key} {name}")
                for name, label in (
                    ("nobody_less", msg("Nobody gets fewer hours on site than before")),
                    ("hubs_stay", msg("No hub is given up")),
                    ("free_districts", msg("Any number of districts")),
                )
            }
        if st.form_submit_button(speech.markdown(msg("Compute")), type="primary"):
            kept.update(ticks, rows=rows, loss=loss)
    reading = Reading(kept["rows"], asked.about.problem.layers[asked.about.layer].step)
    if reading.wrong:
        st.error(speech.markdown(msg("Nothing was computed. What is wrong in the steps:")))
        st.markdown(speech.bullets(reading.wrong))
        return None
    conditions = {name: bool(kept[name]) for name in ("nobody_less", "hubs_stay", "free_districts")}
    return GrowthQuery(tuple(reading.totals), tuple(reading.days), kept["loss"] / 100, **conditions)


def _usual(asked: Asked) -> Typed:
    """Where the form begins."""
    rows = [
        (plain(total), "" if day is None else f"{day:%Y-%m}")
        for total, day in steps_of(asked.about.loaded, asked.about.layer).items()
    ]
    return {"rows": rows, "loss": 100 * LOSS, "nobody_less": False, "hubs_stay": False, "free_districts": False}


def _steps(rows: list[tuple[str, str]], key: str, speech: Speech) -> list[tuple[str, str]]:
    """The steps as they are typed: posts, and the month from which they are filled."""
    frame = pd.DataFrame(rows, columns=[_POSTS, _MONTH], dtype=str)
    config = {
        _POSTS: st.column_config.TextColumn(speech.plain(msg("Posts (FTE)"))),
        _MONTH: st.column_config.TextColumn(speech.plain(msg("From month (2027-04), or nothing"))),
    }
    st.markdown(speech.markdown(msg("Steps: a row for each, in order; the last row adds one.")))
    edited = st.data_editor(
        frame, column_config=config, num_rows="dynamic", hide_index=True, key=f"{key} steps", width="stretch"
    )
    typed = ((_text(posts), _text(month)) for posts, month in zip(edited[_POSTS], edited[_MONTH], strict=True))
    return [row for row in typed if any(row)]


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


class Reading:
    """Reads the typed steps; ``wrong`` has every fault."""

    def __init__(self, rows: list[tuple[str, str]], step: Fraction) -> None:
        self.wrong: list[Message] = []
        totals = [self._posts(posts, step) for posts, _ in rows]
        days = [self._day(month) for _, month in rows if month]
        self.totals = [total for total in totals if total is not None]
        self.days = [day for day in days if day is not None]
        if self.wrong:
            return
        if not 2 <= len(rows) <= MOST_STEPS:
            self.wrong.append(msg("Two steps at least, and {most} at most", most=number(MOST_STEPS)))
        if any(after <= before for before, after in zip(self.totals, self.totals[1:], strict=False)):
            self.wrong.append(msg("Each step has more posts than the one before"))
        if self.days and len(self.days) < len(rows):
            self.wrong.append(msg("A month for each step, or for none"))
        if any(after <= before for before, after in zip(self.days, self.days[1:], strict=False)):
            self.wrong.append(msg("Each step begins later than the one before"))

    def _posts(self, text: str, step: Fraction) -> Fraction | None:
        try:
            value = Fraction(parse_number(text)).limit_denominator(1000)
        except NumberError as error:
            self.wrong.append(
                msg("{figure}: {wrong}: {allowed}", figure=text, wrong=error.wrong, allowed=error.allowed)
            )
            return None
        if not 0 <= value <= MOST_POSTS or (value / step).denominator != 1:
            self.wrong.append(
                msg(
                    "{posts} posts: from 0 to {most} in steps of {step}",
                    posts=text,
                    most=number(MOST_POSTS),
                    step=wording.fte(step),
                )
            )
            return None
        return value

    def _day(self, text: str) -> date | None:
        found = month_of(text)
        if found is None:
            self.wrong.append(msg("“{text}” is not a month such as 2027-04", text=text))
        return found
