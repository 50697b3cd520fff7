"""A bar from a low to a high figure for each municipality, with a diamond between; as in ``charts``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from translation import Message, msg
from wording.explore.axes import DARK, MARKED, MIDDLE, SMALL, Chart, Say, data, finished


def span_chart(
    rows: Sequence[Mapping[str, Any]],
    x: alt.X,
    told: Mapping[str, Message],
    say: Say,
    width: float,
    height: float,
    *,
    label: str,
) -> Chart:
    """The spans of ``rows``, which have the numbers ``low``, ``high``, ``mark`` and ``right``, where the text begins.

    ``x`` is the axis of ``low``. ``told`` names the further columns of texts, which the pointer shows; that of
    ``label`` stands beside its bar.
    """
    y = alt.Y(
        "name:N",
        sort=[row["name"] for row in rows],
        title=None,
        axis=alt.Axis(labelLimit=240, labelPadding=6, ticks=False, domain=False),
    )
    named = {"name": msg("Municipality"), **told}
    tooltip = [alt.Tooltip(f"{column}:N", title=say(title)) for column, title in named.items()]
    base = alt.Chart(data([dict(row) for row in rows])).encode(y=y, tooltip=tooltip)
    bars = base.mark_bar(color=MIDDLE, stroke=DARK, strokeWidth=0.6, size=13).encode(x=x, x2="high:Q")
    marks = base.mark_point(
        shape="diamond", size=110, filled=True, opacity=1, color=MARKED, stroke=DARK, strokeWidth=1.4
    ).encode(x=alt.X("mark:Q"))
    texts = base.mark_text(align="left", dx=9, fontSize=SMALL, color=DARK).encode(x=alt.X("right:Q"), text=f"{label}:N")
    return finished([bars, marks, texts], width, height)
