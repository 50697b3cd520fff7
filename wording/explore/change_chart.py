"""What each further change of district brings, as a chart; ``say``, ``width`` and ``height`` as in ``charts``."""

from __future__ import annotations

from typing import Any

import altair as alt

from exploring.questions.change import Changed
from optimizer.problem import Problem
from translation import Message, msg, msgs, number
from wording.explore.axes import (
    DARK,
    FONT,
    HEIGHT,
    MARKED,
    STRONG,
    WHITE,
    WIDTH,
    Chart,
    Say,
    axis,
    coverage_axis,
    coverage_title,
    data,
    finished,
    scale,
)
from wording.explore.ticks import THIS, ticks
from wording.yardstick import beside


def change_chart(
    found: Changed,
    asked: tuple[int, float, float],
    problem: Problem,
    say: Say,
    width: float = WIDTH,
    height: float = HEIGHT,
    *,
    hours: bool = False,
) -> Chart:
    """The best plans by how many municipalities change; with ``hours`` by missing hours, else by lowest coverage.

    ``asked`` is the plan asked about: how many change in it, its lowest coverage, and its missing hours. The
    recommended point is filled. No plan lies on the better side of the stepped line.
    """
    points = found.change.shortfall if hours else found.change.coverage
    mine = asked[2] if hours else asked[1]
    values = [*(point.hours if hours else point.coverage for point in points), mine]
    most = max(*(point.count for point in points), asked[0], 1)
    along = ticks(0, most, 12) if most > 11 else [float(count) for count in range(most + 1)]
    span = max(max(values) - min(values), 1.0 if hours else 0.02)
    up = ticks(max(0.0, min(values) - 0.15 * span), max(values) + 0.1 * span, 6)
    title = msg("Missing hours per week") if hours else coverage_title(problem, upright=True)

    def spot(count: int, value: float, name: Message, chosen: bool = False) -> dict[str, Any]:
        text = number(value, 1) if hours else beside(problem, value)
        return {"count": count, "value": value, "name": say(name), "text": say(text), "chosen": chosen}

    rows = [
        spot(
            point.count,
            point.hours if hours else point.coverage,
            msgs("{count} change of district", "{count} changes of district", point.count),
            point is found.change.recommended,
        )
        for point in points
    ]
    # The line goes on to the right: more changes bring no more.
    rest = [] if points[-1].count == along[-1] else [{**rows[-1], "count": along[-1]}]
    tooltip = [
        alt.Tooltip("name:N", title=say(msg("Plan"))),
        alt.Tooltip("text:N", title=say(msg("Missing hours per week") if hours else msg("Lowest coverage"))),
    ]
    x = alt.X(
        "count:Q",
        title=say(msg("Municipalities that change district")),
        axis=axis(along, say, grid=False),
        scale=scale(along, -0.03 * along[-1], 1.03 * along[-1]),
    )
    y_axis = axis(up, say) if hours else coverage_axis(up, say, problem, upright=True)
    y = alt.Y("value:Q", title=say(title), axis=y_axis, scale=scale(up))
    line = alt.Chart(data([*rows, *rest])).mark_line(interpolate="step-after", color=STRONG, strokeWidth=2)
    own = data([spot(asked[0], mine, THIS)])
    sign = alt.Chart(own).mark_point(
        shape="diamond", size=230, filled=True, opacity=1, color=MARKED, stroke=DARK, strokeWidth=1.8
    )
    left = asked[0] > along[-1] / 2
    label = alt.Chart(own).mark_text(
        align="right" if left else "left",
        baseline="top",
        dx=-10 if left else 10,
        dy=7,
        fontSize=FONT,
        fontWeight="bold",
        color=DARK,
    )
    layers = [line.encode(x=x, y=y)]
    for chosen, fill in ((False, WHITE), (True, STRONG)):
        some = [row for row in rows if row["chosen"] is chosen]
        if some:
            dots = alt.Chart(data(some)).mark_point(
                shape="circle", size=90, filled=True, opacity=1, color=fill, stroke=STRONG, strokeWidth=2
            )
            layers.append(dots.encode(x=x, y=y, tooltip=tooltip))
    layers += [sign.encode(x=x, y=y, tooltip=tooltip), label.encode(x=x, y=y, text="name:N")]
    return finished(layers, width, height)
