"""What each municipality gets, as dots on a fitted axis, one for each scenario, told apart by number and brightness."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import altair as alt
import pandas as pd

from geodata.county import Ags
from translation import Message, msg
from views.speech import Speech
from wording.compared_tables import ComparedPlan, town_names
from wording.differences import Printed, coverage
from wording.yardstick import per_1000, same_posts

#: From dark to light, so that the order of the scenarios is seen in grey print too; then the text on each.
_FILLS = ("#0b3c68", "#68a3d3", "#b5d5ec", "#fdf3d6")
_TEXTS = ("#ffffff", "#1b1f24", "#1b1f24", "#1b1f24")
_DARK, _PALE = "#1b1f24", "#c6ccd2"
_FONT, _LANE, _DOT = 13, 18, 260
#: The share of the axis that a dot takes: dots that are nearer stand in lanes.
_WIDE = 0.045


def in_hours(plans: Sequence[ComparedPlan]) -> bool:
    """Whether the dots are hours per 1,000 people: by a yardstick of other posts, coverage says less."""
    known = all(one.plan.problem.people is not None for one in plans)
    return known and not all(same_posts(plans[0].plan, one.plan) for one in plans)


def axis_of(figures: Iterable[float], *, hours: bool) -> tuple[float, float]:
    """Both ends of an axis that fits the figures, at round numbers; the fair supply is on that of coverages."""
    known = list(figures)
    step = 1.0 if hours else 0.05
    lowest, highest = min(known), max(known if hours else [*known, 1.0])
    low, high = math.floor(lowest / step - 1e-9) * step, math.ceil(highest / step - 1e-9) * step
    return round(low, 6), round(max(high, low + step), 6)


def dot_chart(plans: Sequence[ComparedPlan], speech: Speech) -> alt.LayerChart:
    """The dots of up to four plans of one county, in the order of its municipalities."""
    hours = in_hours(plans)
    figures = {
        name: {one.number: found for one in plans if (found := _figure(one, ags, hours=hours)) is not None}
        for ags, name in town_names(plans).items()
    }
    axis = axis_of((found.value for row in figures.values() for found in row.values()), hours=hours)
    numbers = [str(one.number) for one in plans]
    titles = {one.number: speech.plain(one.title) for one in plans}
    lanes = {name: _lanes(row, axis[1] - axis[0]) for name, row in figures.items()}
    rows = [
        {
            "town": name,
            "scenario": str(number),
            "name": titles[number],
            "figure": row[number].value,
            "text": speech.plain(row[number]),
            "lane": lanes[name][number],
        }
        for name, row in figures.items()
        for number in row
    ]
    many = 1 + max((lane for row in lanes.values() for lane in row.values()), default=0)
    title = msg("Hours per 1,000 people") if hours else msg("Coverage")
    scale = alt.Scale(domain=axis)
    base = alt.Chart(pd.DataFrame(rows)).encode(
        y=alt.Y("town:N", sort=list(figures), title=None, axis=_names()),
        x=alt.X("figure:Q", title=speech.plain(title), axis=_marks(speech, hours=hours), scale=scale),
        tooltip=_tooltip(title, speech),
    )
    offset = alt.YOffset("lane:Q", scale=alt.Scale(domain=(-0.5, many - 0.5)))
    spans = base.mark_rule(color=_PALE, strokeWidth=2).encode(
        x=alt.X("min(figure):Q", scale=scale), x2="max(figure):Q", tooltip=alt.value(None)
    )
    dots = base.mark_circle(size=_DOT, opacity=1, stroke=_DARK, strokeWidth=0.8).encode(
        yOffset=offset, color=alt.Color("scenario:N", scale=_scale(numbers, _FILLS), legend=None)
    )
    marks = base.mark_text(fontSize=_FONT - 2, fontWeight="bold", baseline="middle").encode(
        yOffset=offset, text="scenario:N", color=alt.Color("scenario:N", scale=_scale(numbers, _TEXTS), legend=None)
    )
    layers: list[alt.Chart] = [spans, dots, marks]
    if not hours:
        fair = alt.Chart().mark_rule(color=_DARK, strokeDash=[5, 3], aria=False)
        layers.insert(0, fair.encode(x=alt.XDatum(1, scale=scale)))
    chart: alt.LayerChart = (
        alt.layer(*layers)
        .resolve_scale(color="independent")
        .properties(height=max(1, len(figures)) * (many * _LANE + 8))
        .configure_axis(
            labelFontSize=_FONT, titleFontSize=_FONT, labelColor=_DARK, titleColor=_DARK, gridColor="#e4e8ec"
        )
        .configure_view(stroke=None)
    )
    return chart


def _figure(one: ComparedPlan, ags: Ags, *, hours: bool) -> Printed | None:
    return per_1000(one.plan, ags) if hours else coverage(one.plan, ags)


def _lanes(row: Mapping[int, Printed], length: float) -> dict[int, int]:
    """In which lane each scenario's dot stands, so that none covers another: the first one that is free there."""
    found: dict[int, int] = {}
    for number in row:
        near = {lane for other, lane in found.items() if abs(row[other].value - row[number].value) < _WIDE * length}
        found[number] = next(lane for lane in range(len(row)) if lane not in near)
    return found


def _names() -> alt.Axis:
    return alt.Axis(labelLimit=200, labelPadding=8, ticks=False, domain=False, grid=True)


def _marks(speech: Speech, *, hours: bool) -> alt.Axis:
    if hours:
        return alt.Axis(tickCount=6, format="d")
    spaced = (
        "replace(format(datum.value, '.0%'), '%', ' %')" if speech.language == "de" else "format(datum.value, '.0%')"
    )
    return alt.Axis(labelExpr=spaced, tickCount=6)


def _tooltip(title: Message, speech: Speech) -> list[alt.Tooltip]:
    named = {"town": msg("Municipality"), "name": msg("Scenario"), "text": title}
    return [alt.Tooltip(f"{field}:N", title=speech.plain(heading)) for field, heading in named.items()]


def _scale(numbers: Sequence[str], colours: Sequence[str]) -> alt.Scale:
    return alt.Scale(domain=numbers, range=[colours[int(number) - 1] for number in numbers])
