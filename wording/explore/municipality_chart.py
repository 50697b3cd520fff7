"""The chart of what good plans can give each municipality; ``say``, ``width`` and ``height`` as in ``charts``."""

from __future__ import annotations

from typing import Any

import altair as alt

from exploring.query import Subject
from optimizer.plan import Plan
from optimizer.way.municipality import Municipalities, Possible
from translation import Message, msg, number
from wording.explore.axes import WIDTH, Chart, Say, axis, scale
from wording.explore.span_chart import span_chart
from wording.explore.ticks import ticks


def ranges_chart(
    about: Subject, found: Municipalities, say: Say, width: float = WIDTH, height: float | None = None
) -> Chart:
    """From the fewest to the most hours of each municipality, per 1,000 people where these are known; a diamond marks
    what it gets in the plan asked about."""
    rated = about.problem.people is not None
    rows = [_row(about, possible, rated, say) for possible in found.items.values() if _ends(possible, rated)]
    ends = [row[end] for row in rows for end in ("low", "high", "mark")]
    span = max(max(ends) - min(ends), 0.5)
    along = ticks(max(0.0, min(ends) - 0.05 * span), max(ends) + 0.05 * span, 8)
    x = alt.X("low:Q", title=say(ranges_title(about)), axis=axis(along, say), scale=scale(along))
    told = {"least": msg("Fewest"), "most": msg("Most"), "now": msg("In this plan")}
    return span_chart(rows, x, told, say, width, height or 60 + 21 * len(rows), label="most")


def ranges_title(about: Subject) -> Message:
    """What the chart shows."""
    if about.problem.people is None:
        return msg("Hours on site per week")
    return msg("Hours per week and 1,000 people, existing advice with them")


def _ends(possible: Possible, rated: bool) -> tuple[float, float] | None:
    return possible.hours_per_1000 if rated else possible.hours


def _row(about: Subject, possible: Possible, rated: bool, say: Say) -> dict[str, Any]:
    least, most = _ends(possible, rated) or (0.0, 0.0)
    here = _here(about.until, possible, rated)
    return {
        "name": about.loaded.county.name_of(possible.ags),
        "low": least,
        "high": most,
        "mark": here,
        "right": max(most, here),
        "least": say(number(least, 1)),
        "most": say(number(most, 1)),
        "now": say(number(here, 1)),
    }


def _here(plan: Plan, possible: Possible, rated: bool) -> float:
    rate = plan.hours_per_1000(possible.ags) if rated else None
    return plan.municipalities[possible.ags].hours if rate is None else rate
