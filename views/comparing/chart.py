"""Coverage by municipality as bars, one for each scenario, told apart by number and brightness."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from translation import msg
from views.speech import Speech
from wording.compared_tables import ComparedPlan, town_names
from wording.differences import coverage

#: From dark to light, so that the order of the scenarios is seen in grey print too; then the text on each.
_FILLS = ("#0b3c68", "#68a3d3", "#b5d5ec", "#fdf3d6")
_TEXTS = ("#ffffff", "#1b1f24", "#1b1f24", "#1b1f24")
_DARK = "#1b1f24"
_BAR = 17
_FONT = 13


def coverage_chart(plans: Sequence[ComparedPlan], speech: Speech) -> alt.LayerChart:
    """The bars of up to four plans of one county, in the order of its municipalities."""
    numbers = [str(one.number) for one in plans]
    rows = [
        {
            "town": name,
            "scenario": str(one.number),
            "name": speech.plain(one.title),
            "coverage": share.value,
            "text": speech.plain(share),
        }
        for one in plans
        for ags, name in town_names(plans).items()
        if (share := coverage(one.plan, ags)) is not None
    ]
    heading, coverage_title = speech.plain(msg("Municipality")), speech.plain(msg("Coverage"))
    spaced = (
        "replace(format(datum.value, '.0%'), '%', ' %')" if speech.language == "de" else "format(datum.value, '.0%')"
    )
    base = alt.Chart(pd.DataFrame(rows)).encode(
        y=alt.Y(
            "town:N", sort=None, title=None, axis=alt.Axis(labelLimit=200, labelPadding=8, ticks=False, domain=False)
        ),
        yOffset=alt.YOffset("scenario:N", sort=numbers),
        tooltip=[
            alt.Tooltip("town:N", title=heading),
            alt.Tooltip("name:N", title=speech.plain(msg("Scenario"))),
            alt.Tooltip("text:N", title=coverage_title),
        ],
    )
    length = alt.X(
        "coverage:Q", title=coverage_title, axis=alt.Axis(labelExpr=spaced, tickCount=6), scale=alt.Scale(zero=True)
    )

    def scale(colours: Sequence[str]) -> alt.Scale:
        return alt.Scale(domain=numbers, range=[colours[int(number) - 1] for number in numbers])

    bars = base.mark_bar(stroke=_DARK, strokeWidth=0.6).encode(
        x=length, color=alt.Color("scenario:N", scale=scale(_FILLS), legend=None)
    )
    marks = base.mark_text(align="left", dx=5, fontSize=_FONT - 2, fontWeight="bold").encode(
        x=alt.datum(0), text="scenario:N", color=alt.Color("scenario:N", scale=scale(_TEXTS), legend=None)
    )
    values = base.mark_text(align="right", dx=-5, fontSize=_FONT - 1).encode(
        x=length, text="text:N", color=alt.Color("scenario:N", scale=scale(_TEXTS), legend=None)
    )
    fair = alt.Chart().mark_rule(color=_DARK, strokeDash=[5, 3], aria=False).encode(x=alt.datum(1))
    count = max(1, len(town_names(plans)))
    chart: alt.LayerChart = (
        alt.layer(bars, marks, values, fair)
        .resolve_scale(color="independent")
        .properties(height=count * (len(plans) * _BAR + 10))
        .configure_axis(
            labelFontSize=_FONT, titleFontSize=_FONT, labelColor=_DARK, titleColor=_DARK, gridColor="#d5dae0"
        )
        .configure_view(stroke=None)
    )
    return chart
