"""Charts with a row for each figure, outcome or municipality; ``say``, ``width`` and ``height`` as in ``charts``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from optimizer.explore.alternatives import Alternatives
from optimizer.explore.robustness import Robustness
from optimizer.explore.sensitivity import STEPS, Sensitivity, Turn
from optimizer.problem import Ags
from translation import msg, msgs, number, percent
from wording.explore.axes import (
    DARK,
    FONT,
    MIDDLE,
    PALE,
    QUIET,
    SMALL,
    STRONG,
    WHITE,
    WIDTH,
    Chart,
    Say,
    axis,
    data,
    finished,
    looked_up,
    scale,
)
from wording.explore.robustness import MOST_OUTCOMES, interval, outcomes_in_order
from wording.explore.ticks import ticks


def sensitivity_chart(
    sensitivities: Sequence[Sensitivity],
    names: Sequence[object],
    say: Say,
    width: float = WIDTH,
    height: float | None = None,
) -> Chart:
    """For each figure, called as in ``names``, how far it can change before other districts are the best.

    Where a bar ends in an arrow, no change up to the largest one tried makes others the best.
    """
    most = STEPS[-1]
    along = [round(-most + step * most / 5, 6) for step in range(11)]
    none = msg("none up to {most}", most=percent(most, 0))
    rows: list[dict[str, Any]] = []
    for position, (one, name) in enumerate(zip(sensitivities, names, strict=True)):
        less, more = _end(one.less, -1, say), _end(one.more, 1, say)
        rows.append(
            {
                "place": position,
                "name": say(name),
                "from": less[0],
                "to": more[0],
                "less": less[1],
                "more": more[1],
                "least": less[1] or say(none),
                "most": more[1] or say(none),
            }
        )
    order = [row["name"] for row in rows]
    title = say(msg("Change of the figure within which the best districts stay the same"))
    x = alt.X(
        "from:Q",
        title=title,
        axis=axis(along, say, shares=True, signed=True),
        scale=scale(along, -1.28 * most, 1.28 * most),
    )
    y = alt.Y(
        "name:N", sort=order, title=None, axis=alt.Axis(labelLimit=240, labelPadding=6, ticks=False, domain=False)
    )
    tooltip = [
        alt.Tooltip("name:N", title=say(msg("What is changed"))),
        alt.Tooltip("least:N", title=say(msg("Less"))),
        alt.Tooltip("most:N", title=say(msg("More"))),
    ]
    base = alt.Chart(data(rows)).encode(y=y, tooltip=tooltip)
    bars = base.mark_bar(color=MIDDLE, stroke=DARK, strokeWidth=0.6, size=13).encode(x=x, x2="to:Q")
    layers = [bars, alt.Chart().mark_rule(color=DARK, strokeWidth=1.4, aria=False).encode(x=alt.datum(0))]
    for end, text, sign in (("from", "less", -1), ("to", "more", 1)):
        at = alt.X(f"{end}:Q")
        label = base.transform_filter(f"datum.{text} != ''").mark_text(
            align="right" if sign < 0 else "left", dx=4 * sign, fontSize=SMALL, color=DARK
        )
        arrow = base.transform_filter(f"datum.{text} == ''").mark_point(
            shape="triangle-left" if sign < 0 else "triangle-right",
            size=130,
            filled=True,
            opacity=1,
            color=MIDDLE,
            stroke=DARK,
            strokeWidth=0.6,
            xOffset=5 * sign,
        )
        layers += [arrow.encode(x=at), label.encode(x=at, text=f"{text}:N")]
    return finished(layers, width, height or 70 + 21 * len(rows))


def _end(turn: Turn | None, sign: int, say: Say) -> tuple[float, str]:
    """Where a bar ends and what stands there; nothing where it goes on."""
    if turn is None:
        return sign * STEPS[-1], ""
    amount = say(percent(abs(turn.change)))
    return turn.change, f"+{amount}" if sign > 0 else f"−{amount}"


def outcomes_chart(
    robustness: Robustness,
    say: Say,
    width: float = WIDTH,
    height: float | None = None,
) -> Chart:
    """In what share of the draws which districts are the best, with intervals of 95 %.

    Those of the plan come first; the others have the numbers of the table of the answer.
    """
    ordered = outcomes_in_order(robustness)
    shown, left = ordered[:MOST_OUTCOMES], ordered[MOST_OUTCOMES:]
    called: list[tuple[object, int]] = [(msg("those of this plan"), shown[0].draws)]
    for position, one in enumerate(shown[1:], start=1):
        called.append((msg("other districts ({number})", number=number(position)), one.draws))
    if left:
        rest = msgs("{count} other together", "{count} others together", len(left))
        called.append((rest, sum(one.draws for one in left)))
    without = sum(1 for case in robustness.cases if case.best is None and case.draw is not None)
    if without:
        called.append((msg("no plan possible"), without))
    draws = max(1, robustness.draws)
    rows: list[dict[str, Any]] = []
    for position, (name, hits) in enumerate(called):
        low, high = interval(hits, draws)
        between = msg("{low} to {high}", low=percent(low), high=percent(high))
        rows.append(
            {
                "place": str(position),
                "name": say(name),
                "share": hits / draws,
                "low": low,
                "high": high,
                "text": say(percent(hits / draws)),
                "between": say(between),
                "fill": STRONG if position == 0 else MIDDLE if position < len(shown) else PALE,
                "weight": "bold" if position == 0 else "normal",
            }
        )
    along = ticks(0, max(row["high"] for row in rows), 8)
    share = say(msg("Share of draws"))
    labels = [row["name"] for row in rows]
    # Two outcomes may be called the same: their place tells them apart.
    y = alt.Y(
        "place:N",
        sort=None,
        title=None,
        axis=alt.Axis(
            labelExpr=looked_up(labels),
            labelFontWeight=alt.condition("datum.value == '0'", alt.value("bold"), alt.value("normal")),
            labelLimit=0.42 * width,
            labelPadding=6,
            ticks=False,
            domain=False,
        ),
    )
    x = alt.X("share:Q", title=share, axis=axis(along, say, shares=True), scale=scale(along, high=along[-1] * 1.12))
    tooltip = [
        alt.Tooltip("name:N", title=say(msg("Best districts"))),
        alt.Tooltip("text:N", title=share),
        alt.Tooltip("between:N", title=say(msg("With 95% certainty"))),
    ]
    base = alt.Chart(data(rows)).encode(y=y, tooltip=tooltip)
    bars = base.mark_bar(stroke=DARK, strokeWidth=0.6, size=16).encode(x=x, color=alt.Color("fill:N", scale=None))
    # A light line below the dark one, so that it is seen on a dark bar too.
    halo = base.mark_rule(color=WHITE, strokeWidth=4).encode(x=alt.X("low:Q"), x2="high:Q")
    within = base.mark_rule(color=DARK, strokeWidth=1.6).encode(x=alt.X("low:Q"), x2="high:Q")
    values = base.mark_text(align="left", dx=6, fontSize=SMALL, color=DARK).encode(x=alt.X("high:Q"), text="text:N")
    return finished((bars, halo, within, values), width, height or 66 + 26 * len(rows))


def together_chart(
    alternatives: Alternatives,
    names: Mapping[Ags, str],
    say: Say,
    width: float = WIDTH,
    height: float | None = None,
) -> Chart:
    """In how many of the best plans two municipalities share a district; columns are headed by the numbers of rows."""
    towns = [town.ags for town in alternatives.items[0].plan.problem.municipalities]
    counts, most = alternatives.together_counts, len(alternatives.items)
    rows = [
        {
            "row": f"{i}",
            "column": f"{j}",
            "count": None if one == other else (many := counts[min(one, other), max(one, other)]),
            "text": "–" if one == other else say(number(many)),
            "pair": f"{names[one]} – {names[other]}",
        }
        for i, one in enumerate(towns, start=1)
        for j, other in enumerate(towns, start=1)
    ]
    order = [str(place) for place in range(1, len(towns) + 1)]
    labels = [say(msg("{number} {town}", number=place, town=names[ags])) for place, ags in enumerate(towns, start=1)]
    y = alt.Y(
        "row:N",
        sort=order,
        title=None,
        axis=alt.Axis(labelExpr=looked_up(labels, 1), labelLimit=220, labelPadding=6, ticks=False, domain=False),
    )
    x = alt.X("column:N", sort=order, title=None, axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False))
    tooltip = [
        alt.Tooltip("pair:N", title=say(msg("Municipalities"))),
        alt.Tooltip("text:N", title=say(msgs("In how many of {count} plan", "In how many of {count} plans", most))),
    ]
    base = alt.Chart(data(rows)).encode(x=x, y=y, tooltip=tooltip)
    fill = alt.Color(
        "count:Q", scale=alt.Scale(domain=[0, most], range=[WHITE, MIDDLE], interpolate="rgb"), legend=None
    )
    cells = base.mark_rect(stroke=QUIET, strokeWidth=0.6).encode(color=fill)
    empty = base.transform_filter("datum.count === null").mark_rect(color="#e4e7ea", stroke=QUIET, strokeWidth=0.6)
    tall = height or 44 + 25 * len(towns)
    size = min(FONT, 0.42 * (tall - 44) / len(towns), 0.42 * (width - 160) / len(towns))
    always = base.transform_filter(f"datum.count === {most}").mark_text(
        fontSize=round(size, 1), color=DARK, fontWeight="bold"
    )
    some = base.transform_filter(f"datum.count !== {most}").mark_text(fontSize=round(size, 1), color=DARK)
    return finished((cells, empty, some.encode(text="text:N"), always.encode(text="text:N")), width, tall)
