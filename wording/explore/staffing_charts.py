"""Charts of the posts that a standard takes; ``say``, ``width`` and ``height`` as in ``charts``."""

from __future__ import annotations

from typing import Any

import altair as alt

from exploring.query import Subject
from optimizer.way.staffing import Staffing, Workload
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
    """What each part costs: how many posts fewer it takes without it, and what the same posts would then give everyone.

    Where the whole standard has no plan: the posts that it takes without each part.
    """
    posts, reached = found.fewest.posts, found.reached
    if posts is None or reached is None or reached.hours_per_1000 is None:
        return _freeing_chart(about, found, say, width, height)
    whole = reached.hours_per_1000
    rows = [_bar(say(msg("the whole standard")), whole, whole, say(number(whole, 2, "h")), STRONG)]
    for cost in found.costs:
        name = say(msg("without: {part}", part=parts_name(about, found, cost)))
        hours = None if cost.reached is None else cost.reached.hours_per_1000
        text: object = msg("no answer in time")
        if cost.fewest.posts is not None and hours is not None:
            fewer = wording.fte(posts - cost.fewest.posts)
            text = msg("{hours}, {fewer} posts fewer", hours=number(hours, 2, "h"), fewer=fewer)
        rows.append(_bar(name, whole, whole if hours is None else hours, say(text), MIDDLE))
    title = say(msg("Hours per 1,000 that {posts} posts give", posts=wording.fte(posts)))
    return _bars(rows, title, say, width, height, begin=whole)


def _freeing_chart(about: Subject, found: Staffing, say: Say, width: float, height: float | None) -> Chart:
    rows = []
    for cost in found.costs:
        without = cost.fewest.posts
        text: object = msg("no plan") if cost.fewest.searched else msg("no answer in time")
        name = say(msg("without: {part}", part=parts_name(about, found, cost)))
        shown = say(text if without is None else wording.fte(without))
        rows.append(_bar(name, 0.0, float(without or 0), shown, MIDDLE))
    return _bars(rows, say(msg("Fewest posts (FTE)")), say, width, height)


def _bar(name: str, begin: float, end: float, text: str, fill: str) -> dict[str, Any]:
    return {"name": name, "from": begin, "to": end, "text": text, "fill": fill}


def _bars(
    rows: list[dict[str, Any]], title: str, say: Say, width: float, height: float | None, begin: float = 0.0
) -> Chart:
    along = ticks(begin, max(max(row["to"] for row in rows), begin + 0.5), 6)
    high = along[-1] + 0.45 * (along[-1] - along[0])
    x = alt.X("from:Q", title=title, axis=axis(along, say), scale=scale(along, high=high))
    labels = alt.Axis(labelLimit=0.45 * width, labelPadding=6, ticks=False, domain=False)
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=labels)
    tooltip = [alt.Tooltip("name:N", title=say(msg("Part"))), alt.Tooltip("text:N", title=title)]
    base = alt.Chart(data(rows)).encode(y=y, tooltip=tooltip)
    bars = base.mark_bar(stroke=DARK, strokeWidth=0.6, size=15).encode(
        x=x, x2="to:Q", color=alt.Color("fill:N", scale=None)
    )
    values = base.mark_text(align="left", dx=5, fontSize=SMALL, color=DARK).encode(x=alt.X("to:Q"), text="text:N")
    return finished((bars, values), width, height or 66 + 24 * len(rows))
