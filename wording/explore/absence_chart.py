"""The chart of what remains for each municipality; ``say``, ``width`` and ``height`` as in ``charts``."""

from __future__ import annotations

from typing import Any

import altair as alt

from exploring.query import Subject
from optimizer.way.absence import Served
from translation import msg, percent
from wording.explore.absence import lowest_of
from wording.explore.axes import WIDTH, Chart, Say, coverage_axis, coverage_title, scale
from wording.explore.span_chart import span_chart
from wording.explore.ticks import ticks


def absence_chart(about: Subject, served: Served, say: Say, width: float = WIDTH, height: float | None = None) -> Chart:
    """From the lowest coverage of each municipality while any one person is away to the usual one; a diamond marks it
    while one of its own team is."""
    rows = [row for ags in served.plan.municipalities if (row := _row(about, served, ags, say)) is not None]
    ends = [row[end] for row in rows for end in ("low", "high")]
    along = ticks(max(0.0, min(ends) - 0.05), max(ends) + 0.05, 8)
    means, title = coverage_axis(along, say, about.problem), coverage_title(about.problem)
    x = alt.X("low:Q", title=say(title), axis=means, scale=scale(along))
    told = {
        "least": msg("Lowest coverage of all absences"),
        "then": msg("Own team one short"),
        "now": msg("All there"),
    }
    return span_chart(rows, x, told, say, width, height or 76 + 21 * len(rows), label="now")


def _row(about: Subject, served: Served, ags: str, say: Say) -> dict[str, Any] | None:
    usual, lowest = served.plan.municipalities[ags].coverage, lowest_of(served, ags)
    if usual is None or lowest is None:
        return None
    districts = served.plan.layers[about.layer].districts
    mine = [one for one in served.absences if ags in districts[one.district].municipalities]
    short = mine[0].coverage[ags] if mine else usual
    return {
        "name": about.loaded.county.name_of(ags),
        "low": lowest,
        "high": max(usual, short),
        "mark": short,
        "right": max(usual, short),
        "least": say(percent(lowest)),
        "then": say(percent(short)),
        "now": say(percent(usual)),
    }
