"""The chart of the key that a plan amounts to; ``say``, ``width`` and ``height`` as in ``charts``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from translation import msg, percent
from wording.explore.axes import DARK, MIDDLE, STRONG, WHITE, WIDTH, Chart, Say, axis, data, finished, looked_up, scale
from wording.explore.ticks import ticks

#: Characters of the name of a district.
_LONGEST = 36


def key_chart(
    shares: Sequence[tuple[object, float, float, float]],
    say: Say,
    width: float = WIDTH,
    height: float | None = None,
) -> Chart:
    """For each district its share of all hours as a bar, and of the need by two keys as marks.

    A row of ``shares``: what it is called, its share of the hours, by the key of the scenario, and by the key found.
    """
    hours, own, found = (
        say(text)
        for text in (msg("Share of all hours"), msg("need by the key of the scenario"), msg("need by the key found"))
    )
    rows: list[dict[str, Any]] = []
    for place, (name, *figures) in enumerate(shares):
        texts = dict(zip(("hours", "own", "found"), (say(percent(one)) for one in figures), strict=True))
        for kind, figure in zip((hours, own, found), figures, strict=True):
            rows.append({"place": str(place), "name": say(name), "kind": kind, "share": figure, **texts})
    along = ticks(0, max(row["share"] for row in rows), 8)
    labels = [_cut(say(name)) for name, *_ in shares]
    y = alt.Y(
        "place:N",
        sort=None,
        title=None,
        axis=alt.Axis(labelExpr=looked_up(labels), labelLimit=0.6 * width, labelPadding=6, ticks=False, domain=False),
    )
    title = say(msg("Bars: share of all hours; marks: share of the need"))
    x = alt.X("share:Q", title=title, axis=axis(along, say, shares=True), scale=scale(along))
    tooltip = [
        alt.Tooltip("name:N", title=say(msg("District"))),
        *(alt.Tooltip(f"{key}:N", title=title) for key, title in (("hours", hours), ("own", own), ("found", found))),
    ]
    bars = (
        alt.Chart(data([row for row in rows if row["kind"] == hours]))
        .mark_bar(color=MIDDLE, stroke=DARK, strokeWidth=0.6, size=16)
        .encode(x=x, x2=alt.datum(0), y=y, tooltip=tooltip)
    )
    kinds = [own, found]
    marks = (
        alt.Chart(data([row for row in rows if row["kind"] in kinds]))
        .mark_point(size=130, filled=True, opacity=1, stroke=DARK, strokeWidth=1.6)
        .encode(
            x=x,
            y=y,
            tooltip=tooltip,
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond"])),
            color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[WHITE, STRONG])),
        )
    )
    return finished((bars, marks), width, height or 84 + 34 * len(shares))


def _cut(text: str) -> str:
    """The beginning of a long name; the chart itself would cut through a character of two parts."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
