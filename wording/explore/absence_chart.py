"""The chart of what remains for each municipality; ``say``, ``width`` and ``height`` as in ``charts``."""

from __future__ import annotations

from typing import Any

import altair as alt

from exploring.query import Subject
from optimizer.way.absence import Served
from translation import msg, percent
from wording.explore.absence import lowest_of
from wording.explore.axes import (
    DARK,
    MIDDLE,
    SMALL,
    WIDTH,
    Chart,
    Say,
    coverage_axis,
    coverage_title,
    data,
    finished,
    scale,
)
from wording.explore.ticks import ticks


def absence_chart(about: Subject, served: Served, say: Say, width: float = WIDTH, height: float | None = None) -> Chart:
    """From the lowest coverage of each municipality while any one person is away to the usual one; a diamond marks it
    while one of its own team is."""
    rows = [row for ags in served.plan.municipalities if (row := _row(about, served, ags, say)) is not None]
    ends = [row[end] for row in rows for end in ("lowest", "usual")]
    along = ticks(max(0.0, min(ends) - 0.05), max(ends) + 0.05, 8)
    means, title = coverage_axis(along, say, about.problem), coverage_title(about.problem)
    x = alt.X("lowest:Q", title=say(title), axis=means, scale=scale(along))
    y = alt.Y(
        "name:N",
        sort=[row["name"] for row in rows],
        title=None,
        axis=alt.Axis(labelLimit=240, labelPadding=6, ticks=False, domain=False),
    )
    tooltip = [
        alt.Tooltip("name:N", title=say(msg("Municipality"))),
        alt.Tooltip("least:N", title=say(msg("Lowest coverage of all absences"))),
        alt.Tooltip("then:N", title=say(msg("Own team one short"))),
        alt.Tooltip("now:N", title=say(msg("All there"))),
    ]
    base = alt.Chart(data(rows)).encode(y=y, tooltip=tooltip)
    bars = base.mark_bar(color=MIDDLE, stroke=DARK, strokeWidth=0.6, size=13).encode(x=x, x2="usual:Q")
    own = base.mark_point(
        shape="diamond", size=110, filled=True, opacity=1, color="#e69f00", stroke=DARK, strokeWidth=1.4
    ).encode(x=alt.X("short:Q"))
    texts = base.mark_text(align="left", dx=6, fontSize=SMALL, color=DARK).encode(x=alt.X("usual:Q"), text="now:N")
    return finished([bars, own, texts], width, height or 76 + 21 * len(rows))


def _row(about: Subject, served: Served, ags: str, say: Say) -> dict[str, Any] | None:
    usual, lowest = served.plan.municipalities[ags].coverage, lowest_of(served, ags)
    if usual is None or lowest is None:
        return None
    districts = served.plan.layers[about.layer].districts
    mine = [one for one in served.absences if ags in districts[one.district].municipalities]
    short = mine[0].coverage[ags] if mine else usual
    return {
        "name": about.loaded.county.name_of(ags),
        "lowest": lowest,
        "usual": max(usual, short),
        "short": short,
        "least": say(percent(lowest)),
        "then": say(percent(short)),
        "now": say(percent(usual)),
    }
