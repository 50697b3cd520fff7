"""The chart of the steps: what the lowest coverage is on the path, and what it is at most; as in ``charts``."""

from __future__ import annotations

from typing import Any

import altair as alt

from exploring.questions.growth import Grown
from optimizer.plan import Plan
from translation import msg
from wording import sentences as wording
from wording.explore.axes import (
    DARK,
    HEIGHT,
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
from wording.explore.ticks import ticks
from wording.yardstick import beside


def growth_chart(grown: Grown, say: Say, width: float = WIDTH, height: float = HEIGHT) -> Chart:
    """The lowest coverage at each step of a path that was found, beside that of the best plan with as many posts."""
    path, alone = say(msg("on the path")), say(msg("best plan with as many posts"))
    rows: list[dict[str, Any]] = []
    problem = None
    for step in grown.growth.steps:
        for plan, kind in ((step.alone, alone), (step.plan, path)):
            assert plan is not None
            problem = plan.problem
            rows.append(_spot(plan, float(step.total), kind, say) | {"fte": say(wording.fte(step.total))})
    assert problem is not None
    up = ticks(0, max(0.1, *(row["coverage"] for row in rows)), 8)
    along = ticks(0, max(row["posts"] for row in rows), 13)
    title, coverage = say(msg("Posts (FTE)")), say(msg("Lowest coverage"))
    x = alt.X("posts:Q", title=title, axis=axis(along, say, grid=False), scale=scale(along, high=1.03 * along[-1]))
    y = alt.Y(
        "coverage:Q",
        title=say(coverage_title(problem, upright=True)),
        axis=coverage_axis(up, say, problem, upright=True),
        scale=scale(up),
    )
    line = alt.Chart(data([row for row in rows if row["kind"] == path])).mark_line(color=STRONG, strokeWidth=1.6)
    # The best alone lies behind and is larger, so that it is seen where both are the same.
    kinds = [alone, path]
    dots = (
        alt.Chart(data(rows))
        .mark_point(filled=True, opacity=1, stroke=DARK, strokeWidth=1.4)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["circle", "square"])),
            color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[WHITE, STRONG])),
            size=alt.Size("size:Q", scale=None, legend=None),
            tooltip=[
                alt.Tooltip("fte:N", title=title),
                alt.Tooltip("kind:N", title=say(msg("Plan"))),
                alt.Tooltip("text:N", title=coverage),
            ],
        )
    )
    return finished((line.encode(x=x, y=y), dots), width, height)


def _spot(plan: Plan, posts: float, kind: str, say: Say) -> dict[str, Any]:
    return {
        "posts": posts,
        "coverage": plan.reached,
        "text": say(beside(plan.problem, plan.reached)),
        "kind": kind,
        "size": 60 if kind == say(msg("on the path")) else 190,
    }
