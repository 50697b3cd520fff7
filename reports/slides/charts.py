"""Charts on slides that office programs can edit: columns, a line over figures, points against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.slide import Slide
from pptx.util import Pt

from reports.number_formats import share_format
from reports.slides.deck import SlideDeck
from reports.slides.master import INK, Box
from translation import Language
from wording.explore.axes import ticks

_FONT, _LABEL = Pt(11), Pt(12)
_MUTED, _GRID, _WHITE = RGBColor(0x4A, 0x52, 0x5C), RGBColor(0xD5, 0xD9, 0xDE), RGBColor(0xFF, 0xFF, 0xFF)
_WHOLE, _HOURS = "#,##0", "#,##0.0"
#: So many names are readable below columns, and so many figures beside an axis.
_MOST_NAMES, _MOST_TICKS = 14, 7


@dataclass(frozen=True, slots=True)
class Words:
    """What a chart is called, how it is described, and the titles of its axes."""

    name: str
    described: str
    across: str
    up: str


def columns_chart(
    deck: SlideDeck, slide: Slide, words: Words, names: Sequence[str], counts: Sequence[float], box: Box
) -> None:
    """A column for each of ``names``, which are our own, as high as its count."""
    data = CategoryChartData(number_format=_WHOLE)
    data.categories = list(names)
    data.add_series(words.up, list(counts))
    chart = deck.chart(slide, words.name, XL_CHART_TYPE.COLUMN_CLUSTERED, data, box, words.described)
    chart.has_legend = False
    _axes(chart, words, _WHOLE)
    plot = chart.plots[0]
    plot.gap_width = 5
    (series,) = plot.series
    series.format.fill.solid()
    series.format.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
    _every(chart, len(names))


def line_chart(
    deck: SlideDeck,
    slide: Slide,
    words: Words,
    points: Sequence[tuple[float, float]],
    own: tuple[str, tuple[float, float]] | None,
    language: Language,
    box: Box,
) -> None:
    """Shares over figures, which need not be equally far apart, on a line; the ``own`` point has a label."""
    data = XyChartData(number_format=share_format(language, 1))
    line = data.add_series(words.up)
    for across, share in points:
        line.add_data_point(across, share)
    if own is not None:
        data.add_series(own[0]).add_data_point(*own[1])
    chart = deck.chart(slide, words.name, XL_CHART_TYPE.XY_SCATTER_LINES, data, box, words.described)
    chart.has_legend = False
    _axes(chart, words, share_format(language, 0), "General")
    chart.category_axis.minimum_scale = chart.value_axis.minimum_scale = 0
    most = ticks(0, max(across for across, _ in points), 2 * _MOST_TICKS)
    chart.category_axis.maximum_scale, chart.category_axis.major_unit = most[-1], most[1]
    drawn, *single = chart.plots[0].series
    drawn.smooth = False
    _line(drawn, MSO_THEME_COLOR.ACCENT_1)
    _marker(drawn, XL_MARKER_STYLE.CIRCLE, 7, MSO_THEME_COLOR.ACCENT_1)
    for series in single:
        _marker(series, XL_MARKER_STYLE.DIAMOND, 14, MSO_THEME_COLOR.ACCENT_2)
        _labelled(series.points[0], series.name, XL_LABEL_POSITION.ABOVE)


def frontier_points(
    deck: SlideDeck,
    slide: Slide,
    words: Words,
    points: Sequence[tuple[float, float]],
    own: tuple[str, tuple[float, float]],
    names: tuple[str, str],
    language: Language,
    box: Box,
) -> None:
    """Shares against hours: the points on a stepped line, and the ``own`` one. ``names`` are of line and points."""
    data = XyChartData(number_format=_HOURS)
    line, dots, mine = data.add_series(names[0]), data.add_series(names[1]), data.add_series(own[0])
    before: tuple[float, float] | None = None
    for share, hours in points:
        if before is not None:
            # No plan with a higher coverage than the last has fewer hours than the next.
            line.add_data_point(before[0], hours)
        line.add_data_point(share, hours)
        dots.add_data_point(share, hours)
        before = share, hours
    mine.add_data_point(*own[1])
    chart = deck.chart(slide, words.name, XL_CHART_TYPE.XY_SCATTER_LINES, data, box, words.described)
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.legend.font.size = _FONT
    _axes(chart, words, _WHOLE, share_format(language, 0))
    _limits(chart.category_axis, [share for share, _ in (*points, own[1])], 0.01)
    _limits(chart.value_axis, [hours for _, hours in (*points, own[1])], 1.0)
    stepped, dotted, single = chart.plots[0].series
    for series in (stepped, dotted, single):
        series.smooth = False
    _line(stepped, MSO_THEME_COLOR.ACCENT_1)
    stepped.marker.style = XL_MARKER_STYLE.NONE
    for series in (dotted, single):
        series.format.line.fill.background()
    _marker(dotted, XL_MARKER_STYLE.CIRCLE, 8, MSO_THEME_COLOR.ACCENT_1)
    _marker(single, XL_MARKER_STYLE.DIAMOND, 14, MSO_THEME_COLOR.ACCENT_2)
    _labelled(single.points[0], own[0], XL_LABEL_POSITION.RIGHT)


def _axes(chart: Chart, words: Words, up: str, across: str | None = None) -> None:
    for axis, title, written, upright in (
        (chart.category_axis, words.across, across, False),
        (chart.value_axis, words.up, up, True),
    ):
        axis.has_title = True
        frame = axis.axis_title.text_frame
        frame.text = title
        run = frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold, run.font.color.rgb = _LABEL, False, INK
        axis.tick_labels.font.size = _FONT
        axis.format.line.color.rgb = _MUTED
        axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        axis.has_major_gridlines = upright or across is not None
        if axis.has_major_gridlines:
            axis.major_gridlines.format.line.color.rgb = _GRID
        if written is not None:
            axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = written, False


def _limits(axis: Any, values: Sequence[float], least: float) -> None:
    """Round figures around the points, with room."""
    low, high = min(values), max(values)
    room = max(0.12 * (high - low), least)
    found = ticks(max(0.0, low - room / 2), high + room, _MOST_TICKS)
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = found[0], found[-1], found[1] - found[0]


def _every(chart: Chart, count: int) -> None:
    """Names below every so many columns only, where there are too many to be read."""
    skipped = -(-count // _MOST_NAMES)
    axis = chart.category_axis._element
    place = axis.find("{*}noMultiLvlLbl")
    for tag in ("tickLblSkip", "tickMarkSkip"):
        place.addprevious(parse_xml(f'<c:{tag} {nsdecls("c")} val="{skipped}"/>'))


def _line(series: Any, colour: Any) -> None:
    series.format.line.width = Pt(2)
    series.format.line.color.theme_color = colour


def _marker(series: Any, style: Any, size: int, colour: Any) -> None:
    marker = series.marker
    marker.style, marker.size = style, size
    marker.format.fill.solid()
    marker.format.fill.fore_color.theme_color = colour
    marker.format.line.color.rgb = _WHITE


def _labelled(point: Any, text: str, position: Any) -> None:
    label = point.data_label
    label.has_text_frame = True
    label.text_frame.text = text
    run = label.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold, run.font.color.rgb = _LABEL, True, INK
    label.position = position
