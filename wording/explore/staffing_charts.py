"""Charts of the posts that a standard takes; ``say``, ``width`` and ``height`` as in ``charts``."""

from __future__ import annotations

from typing import Any

import altair as alt

from exploring.query import Subject
from optimizer.explore.staffing import Staffing, Workload
from translation import msg, number
from wording import sentences as wording
from wording.explore.axes import DARK, MIDDLE, PALE, SMALL, STRONG, WIDTH, Chart, Say, axis, data, finished, scale
from wording.explore.staffing import WORKLOAD, parts_name
from wording.explore.ticks import ticks


def workload_chart(
    work: Workload, contract: float, say: Say, width: float = WIDTH, height: float | None = None
) -> Chart:
    """What the fewest posts are made of, one step after the other; ``contract`` are the hours per week of a post."""
    rows: list[dict[str, Any]] = []
    begin = 0.0
    for key, name in WORKLOAD:
        posts = getattr(work, key) / contract
        rows.append(_bar(say(name), begin, begin + posts, say(number(posts, 2)), STRONG if key == "advice" else MIDDLE))
        begin += posts
    rows.append(_bar(say(msg("together")), 0.0, begin, say(number(begin, 2)), PALE))
    return _bars(rows, say(msg("Posts (FTE)")), say, width, height)


def standard_chart(
    about: Subject, found: Staffing, say: Say, width: float = WIDTH, height: float | None = None
) -> Chart:
    """The fewest posts of the whole standard, and without each of its parts."""
    rows: list[dict[str, Any]] = []
    posts = found.fewest.posts
    if posts is not None:
        rows.append(_bar(say(msg("the whole standard")), 0.0, float(posts), say(wording.fte(posts)), STRONG))
    for cost in found.costs:
        name = say(msg("without: {part}", part=parts_name(about, found, cost)))
        without = cost.fewest.posts
        if without is None:
            text = msg("no plan") if cost.fewest.searched else msg("no answer in time")
        elif posts is None:
            text = msg("{posts}", posts=wording.fte(without))
        else:
            text = msg("{posts} ({apart} fewer)", posts=wording.fte(without), apart=wording.fte(posts - without))
        rows.append(_bar(name, 0.0, float(without or 0), say(text), MIDDLE))
    return _bars(rows, say(msg("Fewest posts (FTE)")), say, width, height)


def _bar(name: str, begin: float, end: float, text: str, fill: str) -> dict[str, Any]:
    return {"name": name, "from": begin, "to": end, "text": text, "fill": fill}


def _bars(rows: list[dict[str, Any]], title: str, say: Say, width: float, height: float | None) -> Chart:
    along = ticks(0, max(max(row["to"] for row in rows), 0.5), 8)
    x = alt.X("from:Q", title=title, axis=axis(along, say), scale=scale(along, high=along[-1] * 1.25))
    labels = alt.Axis(labelLimit=0.45 * width, labelPadding=6, ticks=False, domain=False)
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=labels)
    tooltip = [alt.Tooltip("name:N", title=say(msg("Part"))), alt.Tooltip("text:N", title=title)]
    base = alt.Chart(data(rows)).encode(y=y, tooltip=tooltip)
    bars = base.mark_bar(stroke=DARK, strokeWidth=0.6, size=15).encode(
        x=x, x2="to:Q", color=alt.Color("fill:N", scale=None)
    )
    values = base.mark_text(align="left", dx=5, fontSize=SMALL, color=DARK).encode(x=alt.X("to:Q"), text="text:N")
    return finished((bars, values), width, height or 66 + 24 * len(rows))
