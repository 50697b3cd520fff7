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

from maps.paper.svg import clean
from reports.chart_figures import chart_figures
from reports.number_formats import share_format
from reports.slides.deck import SlideDeck
from reports.slides.master import INK, Box
from reports.slides.text import lines, shortened, width
from translation import Language
from wording.explore.ticks import ticks

_SIZE = 12.0
_FONT = Pt(_SIZE)
_MUTED, _GRID, _WHITE = RGBColor(0x4A, 0x52, 0x5C), RGBColor(0xD5, 0xD9, 0xDE), RGBColor(0xFF, 0xFF, 0xFF)
_WHOLE, _HOURS = "#,##0", "#,##0.0"
#: So many names are readable below columns, and so many figures beside an axis.
_MOST_NAMES, _MOST_TICKS = 14, 7
#: A colour and a sign for each series; of those at one place the later ones are smaller and lie above.
_ACCENTS = (
    MSO_THEME_COLOR.ACCENT_1,
    MSO_THEME_COLOR.ACCENT_2,
    MSO_THEME_COLOR.ACCENT_3,
    MSO_THEME_COLOR.ACCENT_4,
    MSO_THEME_COLOR.ACCENT_5,
    MSO_THEME_COLOR.ACCENT_6,
)
_SIGNS = (
    (XL_MARKER_STYLE.SQUARE, 15),
    (XL_MARKER_STYLE.DIAMOND, 14),
    (XL_MARKER_STYLE.CIRCLE, 10),
    (XL_MARKER_STYLE.TRIANGLE, 9),
    (XL_MARKER_STYLE.SQUARE, 6),
    (XL_MARKER_STYLE.CIRCLE, 5),
)
MOST_SERIES = len(_ACCENTS)
#: Of a chart's width, what the upright axis takes, and the room of the sign beside an entry of a legend.
_UPRIGHT, _SIGN = 70.0, 30.0
#: The room that a figure above a dot needs.
_LABELLED = 48.0


@dataclass(frozen=True, slots=True)
class Words:
    """What a chart is called, how it is described, and the titles of its axes, where one needs any."""

    name: str
    described: str
    across: str
    up: str


@dataclass(frozen=True, slots=True)
class Shares:
    """Names of groups; for each series its name and a share for every group or ``None``, of so many ``digits``."""

    groups: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    digits: int


def fitted(values: Sequence[float], room: float) -> tuple[float, float, float]:
    """Round figures below and above ``values`` with that much room around, and how far apart those of an axis are."""
    found = ticks(max(0.0, min(values) - room / 2), max(values) + room, _MOST_TICKS)
    return found[0], found[-1], found[1] - found[0]


def shares_chart(
    deck: SlideDeck,
    slide: Slide,
    words: Words,
    shares: Shares,
    limits: tuple[float, float, float],
    language: Language,
    box: Box,
) -> None:
    """A dot for each share above the name of its group, on an axis with those ``limits`` (:func:`fitted`).

    Dots and not bars: the length of a bar says something only where the axis begins at 0.
    """
    written = share_format(language, shares.digits)
    groups = [clean(group) for group in shares.groups]
    entry = box[2] / len(shares.series) - _SIGN
    series = [(shortened(clean(text), entry / _SIZE, 2), values) for text, values in shares.series]
    data = CategoryChartData(number_format=written)
    data.categories = groups
    for text, values in series:
        data.add_series(text, values)
    figures = chart_figures(groups, series, written)
    chart = deck.chart(slide, words.name, XL_CHART_TYPE.LINE_MARKERS, data, box, words.described, figures)
    chart.has_legend = len(series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _axes(chart, words, share_format(language, 0), None)
    chart.category_axis.has_major_gridlines = True
    chart.category_axis.major_gridlines.format.line.color.rgb = _GRID
    _set_limits(chart.value_axis, limits)
    _slant(chart, groups, (box[2] - _UPRIGHT) / len(groups))
    if len(series) == 1 and box[2] / len(groups) >= _LABELLED:
        chart.plots[0].has_data_labels = True
        labels = chart.plots[0].data_labels
        labels.number_format, labels.number_format_is_linked = written, False
        labels.position, labels.show_value, labels.font.size = XL_LABEL_POSITION.ABOVE, True, _FONT
    for shown, accent, (sign, size) in zip(chart.plots[0].series, _ACCENTS, _SIGNS, strict=False):
        shown.smooth = False
        shown.format.line.fill.background()
        _marker(shown, sign, size, accent)


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
    for axis, at, least in ((chart.category_axis, 0, 0.01), (chart.value_axis, 1, 1.0)):
        values = [point[at] for point in (*points, own[1])]
        _set_limits(axis, fitted(values, max(0.12 * (max(values) - min(values)), least)))
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
        axis.has_title = bool(title)
        if title:
            frame = axis.axis_title.text_frame
            frame.text = title
            run = frame.paragraphs[0].runs[0]
            run.font.size, run.font.bold, run.font.color.rgb = _FONT, False, INK
        axis.tick_labels.font.size = _FONT
        axis.format.line.color.rgb = _MUTED
        axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        axis.has_major_gridlines = upright or across is not None
        if axis.has_major_gridlines:
            axis.major_gridlines.format.line.color.rgb = _GRID
        if written is not None:
            axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = written, False


def _set_limits(axis: Any, limits: tuple[float, float, float]) -> None:
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = limits


def _slant(chart: Chart, names: Sequence[str], room: float) -> None:
    """Names below the columns stand aslant where some would take more than two lines of ``room`` points."""
    room /= _SIZE
    if all(lines(name, room) <= 2 and max(map(width, name.split()), default=0.0) <= room for name in names):
        return
    # In 60,000ths of a degree.
    chart.category_axis._element.find("{*}txPr").bodyPr.set("rot", str(-45 * 60_000))


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
    run.font.size, run.font.bold, run.font.color.rgb = _FONT, True, INK
    label.position = position
