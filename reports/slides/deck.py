"""Slides and what stands on them: texts, tables, charts and pictures that fit, are described and can be edited."""

from __future__ import annotations

import io
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Pt

from files.archive import settled
from maps.paper.svg import clean
from reports.chart_figures import chart_figures
from reports.number_formats import share_format
from reports.slides.master import (
    INK,
    REGIONS,
    TITLE_AND_TEXT,
    TITLE_ONLY,
    TITLE_SLIDE,
    Box,
    empty_deck,
    layout_of,
    place,
    set_language,
    title_box_of,
)
from reports.slides.table import BELOW, INSET_X, INSET_Y, LaidTable
from reports.slides.text import Paragraph, after, fitting, indent, shortened
from reports.style import Style
from translation import Language

TITLE_SIZES = (28.0, 24.0, 20.0, 18.0)
TEXT_SIZES = (20.0, 18.0, 16.0, 14.0, 12.0)
#: Between a text and the edge of its box, in points.
INSET = 4.0
_FIRST_SIZES = (40.0, 36.0, 32.0, 28.0, 24.0)
_FOOTER_SIZE, _CHART_SIZE, _LABEL_SIZE = 11.0, 12.0, 9.0
_MUTED = RGBColor(0x4A, 0x52, 0x5C)
_GRID = RGBColor(0xD5, 0xD9, 0xDE)
_ACCENTS = (
    MSO_THEME_COLOR.ACCENT_1,
    MSO_THEME_COLOR.ACCENT_2,
    MSO_THEME_COLOR.ACCENT_3,
    MSO_THEME_COLOR.ACCENT_4,
    MSO_THEME_COLOR.ACCENT_5,
    MSO_THEME_COLOR.ACCENT_6,
)
MOST_SERIES = len(_ACCENTS)
#: The room of the sign beside an entry of a legend.
_SIGN = 30.0


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars in a chart: names of groups; for each series its name and a share for every group or ``None``.

    Shares are shown in per cent with so many ``digits``.
    """

    groups: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    digits: int


class SlideDeck:
    """A presentation being made; shapes are read aloud in the order in which they are added."""

    def __init__(self, language: Language, title: str, author: str, day: date, style: Style) -> None:
        self._language, self._day = language, day
        self._deck = empty_deck(language, clean(title), clean(author), day, style)
        self._title_box = title_box_of(style)

    def content(self) -> bytes:
        """The presentation as the bytes of a .pptx; the same slides give the same bytes."""
        for slide in self._deck.slides:
            set_language(slide._element, self._language)
            for shape in slide.shapes:
                if shape.has_chart:
                    set_language(shape.chart._chartSpace, self._language)
        stream = io.BytesIO()
        self._deck.save(stream)
        return settled(stream.getvalue(), self._day)

    def first(self, title: str, below: Sequence[Paragraph]) -> None:
        """The slide with the title of all."""
        slide = self._deck.slides.add_slide(layout_of(self._deck, TITLE_SLIDE, self._language))
        heading, text = slide.placeholders
        self._write_title(heading.text_frame, title, _box(heading), _FIRST_SIZES, 3)
        self._write(text.text_frame, below, _box(text), TEXT_SIZES)

    def slide(self, title: str, footer: str) -> Slide:
        """A slide with a title and free room below it."""
        return self._slide(TITLE_ONLY, title, footer)

    def text_slide(self, title: str, footer: str, paragraphs: Sequence[Paragraph], sizes: Sequence[float]) -> None:
        """A slide with a title and a text."""
        slide = self._slide(TITLE_AND_TEXT, title, footer)
        (body,) = (s for s in slide.placeholders if s.placeholder_format.type is PP_PLACEHOLDER.OBJECT)
        self._write(body.text_frame, paragraphs, _box(body), sizes)

    def text(self, slide: Slide, name: str, paragraphs: Sequence[Paragraph], box: Box, sizes: Sequence[float]) -> None:
        """A text in a box."""
        shape = slide.shapes.add_textbox(0, 0, 0, 0)
        shape.name = name
        place(shape, box)
        self._write(shape.text_frame, paragraphs, box, sizes)
        self._foot(slide)

    def picture(self, slide: Slide, name: str, content: bytes, box: Box, described: str) -> None:
        """A PNG picture, as large as it fits into the box."""
        shape = slide.shapes.add_picture(io.BytesIO(content), 0, 0)
        left, top, wide, high = box
        scale = min(wide / shape.width, high / shape.height)
        width, height = shape.width * scale, shape.height * scale
        place(shape, (left + (wide - width) / 2, top + (high - height) / 2, width, height))
        self._describe(shape._element.nvPicPr.cNvPr, name, described)
        self._foot(slide)

    def table(self, slide: Slide, name: str, laid: LaidTable, corner: tuple[float, float], described: str) -> None:
        """A table that can be edited, with its upper left corner there; the first row is its header."""
        rows = [tuple((heading,) for heading in laid.table.headings), *(row.cells for row in laid.table.rows)]
        bold = [True, *(row.bold for row in laid.table.rows)]
        frame = slide.shapes.add_table(len(rows), len(laid.widths), 0, 0, 0, 0)
        place(frame, (*corner, sum(laid.widths), laid.height))
        self._describe(frame._element.nvGraphicFramePr.cNvPr, name, described)
        table = frame.table
        for column, wide in zip(table.columns, laid.widths, strict=True):
            column.width = Pt(round(wide, 2))
        for position, (cells, strong) in enumerate(zip(rows, bold, strict=True)):
            table.rows[position].height = Pt(round(laid.heights[position], 2))
            for column, content in enumerate(cells):
                cell = table.cell(position, column)
                cell.margin_left = cell.margin_right = Pt(INSET_X)
                cell.margin_top = cell.margin_bottom = Pt(INSET_Y)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                align = PP_ALIGN.RIGHT if laid.table.figures[column] else PP_ALIGN.LEFT
                self._write_cell(cell.text_frame, content, laid.size, strong, align)
        self._foot(slide)

    def bars(self, slide: Slide, name: str, bars: Bars, box: Box, described: str) -> None:
        """A bar chart that can be edited."""
        written = share_format(self._language, bars.digits)
        groups = [clean(group) for group in bars.groups]
        entry = box[2] / len(bars.series) - _SIGN
        series = [(shortened(clean(text), entry / _CHART_SIZE, 2), values) for text, values in bars.series]
        data = CategoryChartData(number_format=written)
        data.categories = groups
        for text, values in series:
            data.add_series(text, values)
        figures = chart_figures(groups, series, written)
        chart = self.chart(slide, name, XL_CHART_TYPE.BAR_CLUSTERED, data, box, described, figures)
        self._form(chart, bars, written)

    def chart(
        self, slide: Slide, name: str, kind: Any, data: Any, box: Box, described: str, figures: bytes | None = None
    ) -> Chart:
        """A chart of a ``kind`` that can be edited, to be formed; ``figures`` are its workbook if not made of ``data``.

        Only where all names in ``data`` are our own it may make the workbook: it would make formulas of others.
        """
        frame = slide.shapes.add_chart(kind, 0, 0, 0, 0, data)
        place(frame, box)
        self._describe(frame._element.nvGraphicFramePr.cNvPr, name, described)
        chart = frame.chart
        book = chart.part.chart_workbook
        book.update_from_xlsx_blob(settled(figures or book.xlsx_part.blob, self._day))
        chart.font.size, chart.font.color.rgb = Pt(_CHART_SIZE), INK
        chart.has_title = False
        space = chart._chartSpace
        space.insert(1, parse_xml(f'<c:lang {nsdecls("c")} val="{REGIONS[self._language]}"/>'))
        self._foot(slide)
        return chart

    def _slide(self, layout: str, title: str, footer: str) -> Slide:
        slide = self._deck.slides.add_slide(layout_of(self._deck, layout, self._language))
        heading = slide.shapes.title
        assert heading is not None
        self._write_title(heading.text_frame, title, self._title_box, TITLE_SIZES, 2)
        for shape in slide.slide_layout.placeholders:
            if shape.placeholder_format.type in (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER):
                slide.shapes._spTree.append(deepcopy(shape._element))
                added = slide.shapes[len(slide.shapes) - 1]
                added._element.nvSpPr.cNvPr.set("id", str(900 + added.placeholder_format.idx))
                if shape.placeholder_format.type is PP_PLACEHOLDER.FOOTER:
                    text = shortened(clean(footer), (_box(shape)[2] - 4 * INSET) / _FOOTER_SIZE)
                    added.text_frame.text = text
        return slide

    def _foot(self, slide: Slide) -> None:
        """Footer and number are read last."""
        tree = slide.shapes._spTree
        for shape in list(slide.placeholders):
            if shape.placeholder_format.type in (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER):
                tree.append(shape._element)

    def _describe(self, properties: Any, name: str, described: str) -> None:
        properties.set("name", clean(name))
        properties.set("descr", clean(described))

    def _write_title(self, frame: TextFrame, title: str, box: Box, sizes: Sequence[float], most: int) -> None:
        room = box[2] - 2 * INSET
        high = box[3] - 2 * INSET
        size = next((s for s in sizes if _fits(title, room / s, min(most, int(high / (s * 1.2))))), sizes[-1])
        text = shortened(clean(title), room / size, int(high / (size * 1.2)), bold=True)
        frame.vertical_anchor = MSO_ANCHOR.BOTTOM
        self._write(frame, [Paragraph(text, bold=True)], box, (size,))

    def _write(self, frame: TextFrame, paragraphs: Sequence[Paragraph], box: Box, sizes: Sequence[float]) -> None:
        """Writes ``paragraphs`` in the largest of ``sizes`` that fits into the box."""
        size = fitting(paragraphs, box[2] - 2 * INSET, box[3] - 2 * INSET, sizes)
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Pt(INSET)
        for position, paragraph in enumerate(paragraphs):
            line = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
            line.space_before, line.space_after = Pt(0), Pt(round(after(paragraph, size), 1))
            _bullet(line._p.get_or_add_pPr(), paragraph.bullet, indent(size))
            run = line.add_run()
            run.text = clean(paragraph.text)
            run.font.size, run.font.bold = Pt(round(size * paragraph.scale, 1)), paragraph.bold
            run.font.color.rgb = INK

    def _write_cell(self, frame: TextFrame, content: Sequence[str], size: float, bold: bool, align: PP_ALIGN) -> None:
        frame.word_wrap = True
        for position, text in enumerate(content or ("",)):
            line = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
            line.alignment = align
            run = line.add_run()
            run.text = clean(text)
            run.font.size = Pt(round(size * (BELOW if position else 1), 1))
            run.font.bold = bold

    def _form(self, chart: Chart, bars: Bars, written: str) -> None:
        chart.has_legend = len(bars.series) > 1
        if chart.has_legend:
            chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        names, values = chart.category_axis, chart.value_axis
        # As in a table: the first group on top.
        names.reverse_order = True
        # Else the other axis would be on top too.
        values._element.find(qn("c:crosses")).set("val", "max")
        names.format.line.color.rgb = _MUTED
        values.minimum_scale = 0
        values.major_gridlines.format.line.color.rgb = _GRID
        values.format.line.fill.background()
        values.tick_labels.number_format, values.tick_labels.number_format_is_linked = (
            share_format(self._language, 0),
            False,
        )
        plot = chart.plots[0]
        plot.gap_width, plot.overlap = 30, 0
        for shown, accent in zip(plot.series, _ACCENTS, strict=False):
            shown.format.fill.solid()
            shown.format.fill.fore_color.theme_color = accent
            shown.invert_if_negative = False
        plot.has_data_labels = True
        labels = plot.data_labels
        labels.number_format, labels.number_format_is_linked = written, False
        labels.position, labels.show_value = XL_LABEL_POSITION.OUTSIDE_END, True
        labels.font.size = Pt(_LABEL_SIZE)


def _fits(title: str, room: float, most: int) -> bool:
    return most > 0 and shortened(title, room, most, bold=True) == " ".join(title.split())


def _box(shape: Any) -> Box:
    lengths = (shape.left, shape.top, shape.width, shape.height)
    left, top, width, height = (length / Pt(1) for length in lengths)
    return left, top, width, height


def _bullet(properties: Any, bullet: bool, depth: float) -> None:
    left = int(Pt(round(depth, 1))) if bullet else 0
    properties.set("marL", str(left))
    properties.set("indent", str(-left))
    sign = '<a:buChar {names} char="•"/>' if bullet else "<a:buNone {names}/>"
    properties.append(parse_xml(sign.format(names=nsdecls("a"))))
