"""The answers as charts: one definition for screen and paper, told apart by shape, place and label as well as colour.

``say`` writes messages and figures in the reader's language; ``width`` and ``height`` are those of the whole chart in
pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import altair as alt

from exploring.questions.rank import Ranked
from optimizer.explore.frontier import Point
from optimizer.explore.posts import Posts
from optimizer.problem import Problem
from translation import Message, msg, number
from wording import sentences as wording
from wording.explore.axes import (
    DARK,
    FONT,
    HEIGHT,
    MARKED,
    MIDDLE,
    QUIET,
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
from wording.explore.row_charts import outcomes_chart, sensitivity_chart, together_chart
from wording.explore.ticks import THIS, ticks
from wording.yardstick import beside

__all__ = [
    "HEIGHT",
    "WIDTH",
    "Chart",
    "Say",
    "distribution_chart",
    "frontier_chart",
    "outcomes_chart",
    "posts_chart",
    "sensitivity_chart",
    "together_chart",
]

#: Around the plot: figures and title of the other axis, and the least distance of two marks in a lane.
_MARGIN, _APART = 80.0, 24.0
#: From such a count on the axis has a multiple of it.
_LARGE = 10**10


def distribution_chart(
    ranked: Ranked, problem: Problem, say: Say, width: float = WIDTH, height: float = HEIGHT
) -> Chart:
    """How many plans have which lowest coverage; the marked plans are numbered as in the table of the answer."""
    bars = ranked.rank.bars
    low = min(bars[0].low, *(mark.coverage for mark in ranked.marks)) if ranked.marks else bars[0].low
    high = max(bars[-1].high, *(mark.coverage for mark in ranked.marks)) if ranked.marks else bars[-1].high
    along = ticks(low, high, 10)
    most = max(bar.plans for bar in bars)
    # Counts may have dozens of digits.
    unit = 1000 ** max(0, (len(str(most)) - 7) // 3) if most >= _LARGE else 1
    up = ticks(0, most / unit, 5)
    lanes = _lanes([mark.coverage for mark in ranked.marks], along, width)
    own = max(lanes, default=0) + 1
    step = up[-1] * 26 / max(60.0, height - 146)
    marks: list[dict[str, Any]] = [
        {
            "coverage": mark.coverage,
            "number": str(position),
            "own": mark.own,
            "top": up[-1] + step * ((own if mark.own else lane) + 0.7),
            "name": mark.name,
            "text": say(beside(problem, mark.coverage)),
            "better": say(number(mark.better)),
            "this": say(THIS) if mark.own else "",
        }
        for position, (mark, lane) in enumerate(zip(ranked.marks, lanes, strict=True), start=1)
    ]
    counted = [
        {
            "low": bar.low,
            "high": bar.high,
            "plans": bar.plans / unit,
            "range": say(msg("{low} to {high}", low=beside(problem, bar.low), high=beside(problem, bar.high))),
            "text": say(number(bar.plans)),
        }
        for bar in bars
    ]
    coverage, plans = say(msg("Lowest coverage")), say(msg("Number of plans"))
    upright = plans if unit == 1 else say(msg("Number of plans (in units of {unit})", unit=number(unit)))
    x = alt.X(
        "low:Q",
        title=say(coverage_title(problem)),
        axis=coverage_axis(along, say, problem, grid=False),
        scale=scale(along),
    )
    y = alt.Y("plans:Q", title=upright, axis=axis(up, say), scale=scale(up, high=up[-1] + step * (own + 1.3)))
    heights = (
        alt.Chart(data(counted))
        .mark_bar(color=MIDDLE, stroke=DARK, strokeWidth=0.5, binSpacing=0)
        .encode(
            x=x,
            x2="high:Q",
            y=y,
            y2=alt.datum(0),
            tooltip=[alt.Tooltip("range:N", title=coverage), alt.Tooltip("text:N", title=plans)],
        )
    )
    rules: list[alt.Chart] = []
    signs: list[alt.Chart] = []
    tooltip = [
        alt.Tooltip("number:N", title=say(msg("No."))),
        alt.Tooltip("name:N", title=say(msg("Plan"))),
        alt.Tooltip("text:N", title=coverage),
        alt.Tooltip("better:N", title=say(msg("Plans with a higher one"))),
    ]
    # The own plan last, on top of the others.
    for mine in (False, True):
        some = [mark for mark in marks if mark["own"] is mine]
        if not some:
            continue
        base = alt.Chart(data(some)).encode(x=alt.X("coverage:Q", scale=scale(along)), tooltip=tooltip)
        at = alt.Y("top:Q")
        rule = base.mark_rule(color=DARK, strokeWidth=2.5 if mine else 1.2, strokeDash=[1, 0] if mine else [4, 3])
        sign = base.mark_point(shape="circle", size=330, filled=True, opacity=1, stroke=DARK, strokeWidth=1.4)
        label = base.mark_text(fontSize=FONT, fontWeight="bold", baseline="middle")
        rules.append(rule.encode(y=at, y2=alt.datum(0)))
        signs += [
            sign.encode(y=at, color=alt.value(STRONG if mine else WHITE)),
            label.encode(y=at, text="number:N", color=alt.value(WHITE if mine else DARK)),
        ]
        if mine:
            left = _share_of(some[0]["coverage"], along) > 0.5
            name = base.mark_text(
                align="right" if left else "left", dx=-14 if left else 14, fontSize=FONT, fontWeight="bold", color=DARK
            )
            signs.append(name.encode(y=at, text="this:N"))
    return finished((heights, *rules, *signs), width, height)


def frontier_chart(
    points: Sequence[Point],
    proposed: tuple[float, float],
    problem: Problem,
    say: Say,
    title: Message,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> Chart:
    """The plans that no other one betters, and the ``proposed`` one with its lowest coverage and hours.

    ``title`` says which hours. No plan lies to the right of or below the stepped line.
    """
    values = [*(point.coverage for point in points), proposed[0]]
    hours = [*(point.hours for point in points), proposed[1]]
    span = max(max(values) - min(values), 0.02)
    # Room on the right for the label of the plan.
    right = max(values) + 0.22 * span
    along = [value for value in ticks(min(values) - 0.05 * span, right, 9) if value <= right]
    rise = max(max(hours) - min(hours), 1.0)
    up = ticks(max(0.0, min(hours) - 0.2 * rise), max(hours) + 0.05 * rise, 6)
    coverage = say(msg("Lowest coverage"))

    def spot(at: tuple[float, float], name: Message | str) -> dict[str, Any]:
        shown = {"coverage": at[0], "hours": at[1], "name": say(name)}
        return shown | {"at": say(beside(problem, at[0])), "lost": say(number(at[1], 1))}

    rows = [
        spot((point.coverage, point.hours), msg("Point {number}", number=number(position)))
        for position, point in enumerate(points, start=1)
    ]
    own = data([spot(proposed, THIS)])
    tooltip = [
        alt.Tooltip("name:N", title=say(msg("Plan"))),
        alt.Tooltip("at:N", title=coverage),
        alt.Tooltip("lost:N", title=say(title)),
    ]
    x = alt.X(
        "coverage:Q",
        title=say(coverage_title(problem)),
        axis=coverage_axis(along, say, problem),
        scale=scale(along, high=right),
    )
    y = alt.Y("hours:Q", title=say(title), axis=axis(up, say), scale=scale(up))
    base = alt.Chart(data(rows)).encode(x=x, y=y, tooltip=tooltip)
    line = base.mark_line(interpolate="step-before", color=STRONG, strokeWidth=2)
    dots = base.mark_point(shape="circle", size=60, filled=True, opacity=1, color=WHITE, stroke=STRONG, strokeWidth=2)
    mine = alt.Chart(own).encode(x=x, y=y, tooltip=tooltip)
    sign = mine.mark_point(
        shape="diamond", size=230, filled=True, opacity=1, color=MARKED, stroke=DARK, strokeWidth=1.8
    )
    label = mine.mark_text(align="left", baseline="top", dx=10, dy=7, fontSize=FONT, fontWeight="bold", color=DARK)
    return finished((line, dots, sign, label.encode(text="name:N")), width, height)


def posts_chart(
    posts: Sequence[Posts],
    planned_total: Fraction,
    problem: Problem,
    say: Say,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> Chart:
    """The lowest coverage for each number of posts, all by the yardstick of ``problem``, that of those planned."""
    kept, other, none = (
        say(text)
        for text in (msg("districts as with fewer posts"), msg("other districts"), msg("no plan, or none in time"))
    )
    top = max((one.lowest_coverage_as_planned or 0.0 for one in posts), default=1.0)
    up = ticks(0, max(top, 0.1), 8)
    along = ticks(0, float(max(one.total for one in posts)), 13)
    rows = [
        {
            "posts": float(one.total),
            "fte": say(wording.fte(one.total)),
            "coverage": one.lowest_coverage_as_planned or 0.0,
            "text": none
            if one.lowest_coverage_as_planned is None
            else say(beside(problem, one.lowest_coverage_as_planned)),
            "kind": none if one.plan is None else other if one.reshaped else kept,
        }
        for one in posts
    ]
    kinds = [kind for kind in (kept, other, none) if any(row["kind"] == kind for row in rows)]
    look = {kept: ("circle", WHITE), other: ("square", STRONG), none: ("cross", QUIET)}
    title, coverage = say(msg("Posts (FTE)")), say(msg("Lowest coverage"))
    x = alt.X("posts:Q", title=title, axis=axis(along, say, grid=False), scale=scale(along, high=1.03 * along[-1]))
    y = alt.Y(
        "coverage:Q",
        title=say(coverage_title(problem, upright=True)),
        axis=coverage_axis(up, say, problem, upright=True),
        scale=scale(up),
    )
    base = alt.Chart(data(rows)).encode(x=x, y=y)
    line = (
        alt.Chart(data([row for row in rows if row["kind"] != none]))
        .mark_line(color=STRONG, strokeWidth=1.6)
        .encode(x=x, y=y)
    )
    dots = base.mark_point(size=70, filled=True, opacity=1, stroke=DARK, strokeWidth=1.4).encode(
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=[look[kind][0] for kind in kinds])),
        color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[look[kind][1] for kind in kinds])),
        tooltip=[
            alt.Tooltip("fte:N", title=title),
            alt.Tooltip("text:N", title=coverage),
            alt.Tooltip("kind:N", title=say(msg("Districts"))),
        ],
    )
    planned = float(planned_total)
    left = _share_of(planned, along) > 0.5
    mine = data(
        [{"posts": planned, "label": say(msg("planned: {posts}", posts=wording.fte(planned_total))), "top": up[-1]}]
    )
    rule = alt.Chart(mine).mark_rule(color=DARK, strokeWidth=1.6, strokeDash=[5, 3]).encode(x=x)
    label = (
        alt.Chart(mine)
        .mark_text(
            align="right" if left else "left",
            baseline="top",
            dx=-6 if left else 6,
            dy=2,
            fontSize=FONT,
            fontWeight="bold",
            color=DARK,
        )
        .encode(x=x, y=alt.Y("top:Q"), text="label:N")
    )
    return finished((rule, line, dots, label), width, height)


def _share_of(value: float, along: Sequence[float]) -> float:
    return (value - along[0]) / (along[-1] - along[0])


def _lanes(values: Sequence[float], along: Sequence[float], width: float) -> list[int]:
    """For each value the lowest lane in which its mark touches none of those before it; marks come by value."""
    plot = max(60.0, width - _MARGIN)
    ends: list[float] = []
    lanes = [0] * len(values)
    for position in sorted(range(len(values)), key=lambda i: (values[i], i)):
        at = _share_of(values[position], along) * plot
        lane = next((lane for lane, end in enumerate(ends) if at - end >= _APART), len(ends))
        ends[lane : lane + 1] = [at]
        lanes[position] = lane
    return lanes
