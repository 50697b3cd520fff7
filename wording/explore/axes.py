"""The look of the charts, and axes with written figures: how they read does not depend on the reader's machine."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import pandas as pd

from optimizer.problem import Problem
from translation import Message, msg, number, percent
from wording.yardstick import hours_at

Say = Callable[[object], str]
"""Says a message or figure in the reader's language."""
Chart = alt.LayerChart

DARK, QUIET, GRID = "#1b1f24", "#4a525c", "#d5dae0"
#: From dark to light; apart in grey print too. White is readable on the first, dark on the others.
STRONG, MIDDLE, PALE = "#0b3c68", "#68a3d3", "#cfe2f1"
WHITE = "#ffffff"
MARKED = "#e69f00"
"""What a chart points out."""
WIDTH, HEIGHT = 620.0, 320.0
"""A chart as wide as the text of a report, in pixels, and about half as high."""
FONT, SMALL = 12, 11


def axis(
    values: Sequence[float],
    say: Say,
    *,
    shares: bool = False,
    grid: bool = True,
    signed: bool = False,
    more: Callable[[float], object] | None = None,
    beside: bool = False,
) -> alt.Axis:
    """An axis with these figures, as the language writes them; ``shares`` in per cent, ``signed`` with a plus.

    ``more`` gives what stands below a figure, or ``beside`` it.
    """
    step = values[1] - values[0]
    digits = _decimals(100 * step if shares else step)
    texts = [say(percent(value, digits) if shares else number(value, digits)) for value in values]
    if signed:
        texts = [f"+{text}" if value > 0 else text.replace("-", "−") for value, text in zip(values, texts, strict=True)]
    labels: list[str] | list[list[str]] = texts
    if more is not None:
        pairs = [[text, say(more(value))] for text, value in zip(texts, values, strict=True)]
        labels = [" · ".join(pair) for pair in pairs] if beside else pairs
    # Figures are told apart by their place: as texts they would depend on how a number is printed.
    place = f"round((datum.value - ({values[0]!r})) / {step!r})"
    return alt.Axis(
        values=list(values),
        labelExpr=f"{json.dumps(labels, ensure_ascii=False)}[{place}]",
        grid=grid,
        labelFlush=False,
        labelOverlap=False,
    )


def coverage_axis(
    values: Sequence[float], say: Say, problem: Problem, *, grid: bool = True, upright: bool = False
) -> alt.Axis:
    """An axis of coverages with their hours per 1,000 people, where these are known: below them, beside if upright."""
    if problem.people is None:
        return axis(values, say, shares=True, grid=grid)
    digits = 1 + (round(1000 * (values[1] - values[0]) * problem.fair_level / problem.people, 2) < 0.1)

    def hours(share: float) -> object:
        return hours_at(problem, share, digits)

    return axis(values, say, shares=True, grid=grid, more=hours, beside=upright)


def coverage_title(problem: Problem, *, upright: bool = False) -> Message:
    """The title of that axis."""
    if problem.people is None:
        return msg("Lowest coverage")
    if upright:
        return msg("Lowest coverage · hours per 1,000 people")
    return msg("Lowest coverage, below it hours per 1,000 people")


def scale(values: Sequence[float], low: float | None = None, high: float | None = None) -> alt.Scale:
    """A scale from the first to the last figure of an axis, or further."""
    domain = [values[0] if low is None else low, values[-1] if high is None else high]
    return alt.Scale(domain=domain, nice=False, zero=False)


def data(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Rows for a chart."""
    return pd.DataFrame(list(rows))


def finished(layers: Sequence[alt.Chart], width: float, height: float) -> Chart:
    """A chart of ``layers``, the last on top, as large as that with all around it, in the look of all charts."""
    # Streamlit adds to the padding, and fails where it is one figure.
    padding = {"left": 4, "top": 4, "right": 4, "bottom": 4}
    fit = alt.AutoSizeParams(type="fit", contains="padding")
    done: Chart = (
        alt.LayerChart(layer=list(layers))
        .properties(width=width, height=height, autosize=fit, padding=padding)
        .configure_axis(
            labelFontSize=SMALL,
            titleFontSize=FONT,
            titleFontWeight="normal",
            labelColor=DARK,
            titleColor=DARK,
            gridColor=GRID,
            domainColor=QUIET,
            tickColor=QUIET,
            titlePadding=8,
        )
        .configure_legend(
            labelFontSize=SMALL, labelColor=DARK, symbolStrokeColor=DARK, orient="top", title=None, labelLimit=400
        )
        .configure_view(stroke=None)
    )
    return done


def looked_up(labels: Sequence[str | list[str]], first: int = 0) -> str:
    """Labels of an axis whose values are the numbers of its places, as an expression; texts stay texts, or lines."""
    return f"{json.dumps(list(labels), ensure_ascii=False)}[toNumber(datum.value) - {first}]"


def _decimals(step: float) -> int:
    return max(0, -math.floor(math.log10(step) + 1e-9))
