"""Slides and what stands on them: texts, tables, charts and pictures that fit, are described and can be edited."""

from __future__ import annotations

import io
from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from pptx.chart.chart import Chart
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Pt

from files.archive import settled
from maps.paper.svg import clean
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
    settle_notes,
    title_box_of,
)
from reports.slides.table import INSET_X, INSET_Y, LaidTable, TextRow
from reports.slides.text import Paragraph, after, fitting, indent, one_line, shortened
from reports.style import Style
from translation import Language

TITLE_SIZES = (28.0, 24.0, 20.0, 18.0)
TEXT_SIZES = (20.0, 18.0, 16.0, 14.0, 12.0)
#: Between a text and the edge of its box, in points.
INSET = 4.0
_FIRST_SIZES = (40.0, 36.0, 32.0, 28.0, 24.0)
#: Below twelve points nobody in the room reads anything.
_FOOTER_SIZE, _CHART_SIZE = 12.0, 12.0


class SlideDeck:
    """A presentation being made; shapes are read aloud in the order in which they are added."""

    def __init__(self, language: Language, title: str, author: str, day: date, style: Style) -> None:
        self._language, self._day = language, day
        self._deck = empty_deck(language, clean(title), clean(author), day, style)
        self._title_box = title_box_of(style)

    def content(self) -> bytes:
        """The presentation as the bytes of a .pptx; the same slides give the same bytes."""
        settle_notes(self._deck, self._language)
        for slide in self._deck.slides:
            set_language(slide._element, self._language)
            set_language(slide.notes_slide._element, self._language)
            for shape in slide.shapes:
                if shape.has_chart:
                    set_language(shape.chart._chartSpace, self._language)
        stream = io.BytesIO()
        self._deck.save(stream)
        return settled(stream.getvalue(), self._day)

    def first(self, title: str, below: Sequence[Paragraph], notes: Sequence[str]) -> None:
        """The slide with the title of all; ``notes`` are what is said to a slide, a paragraph each."""
        slide = self._deck.slides.add_slide(layout_of(self._deck, TITLE_SLIDE, self._language))
        heading, text = slide.placeholders
        self._write_title(heading.text_frame, title, _box(heading), _FIRST_SIZES, 3)
        self._write(text.text_frame, below, _box(text), TEXT_SIZES)
        _note(slide, notes)

    def slide(self, title: str, footer: str, notes: Sequence[str]) -> Slide:
        """A slide with a title and free room below it."""
        return self._slide(TITLE_ONLY, title, footer, notes)

    def text_slide(
        self, title: str, footer: str, notes: Sequence[str], paragraphs: Sequence[Paragraph], sizes: Sequence[float]
    ) -> None:
        """A slide with a title and a text."""
        slide = self._slide(TITLE_AND_TEXT, title, footer, notes)
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
        rows = [TextRow(tuple((heading,) for heading in laid.table.headings), bold=True), *laid.table.rows]
        frame = slide.shapes.add_table(len(rows), len(laid.widths), 0, 0, 0, 0)
        place(frame, (*corner, sum(laid.widths), laid.height))
        self._describe(frame._element.nvGraphicFramePr.cNvPr, name, described)
        table = frame.table
        for column, wide in zip(table.columns, laid.widths, strict=True):
            column.width = Pt(round(wide, 2))
        for position, row in enumerate(rows):
            table.rows[position].height = Pt(round(laid.heights[position], 2))
            for column, content in enumerate(row.cells):
                cell = table.cell(position, column)
                cell.margin_left = cell.margin_right = Pt(INSET_X)
                cell.margin_top = cell.margin_bottom = Pt(INSET_Y)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                align = PP_ALIGN.RIGHT if laid.table.figures[column] else PP_ALIGN.LEFT
                self._write_cell(cell.text_frame, content, laid.size, row.bold, align)
            if row.fill:
                _fill(table.cell(position, 0), row.fill)
        self._foot(slide)

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

    def _slide(self, layout: str, title: str, footer: str, notes: Sequence[str]) -> Slide:
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
        _note(slide, notes)
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
            run.font.size = Pt(round(size, 1))
            run.font.bold = bold


def _note(slide: Slide, notes: Sequence[str]) -> None:
    """What is said to a slide, a paragraph for each of ``notes``."""
    frame = slide.notes_slide.notes_text_frame
    assert frame is not None
    for position, text in enumerate(notes):
        line = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        line.add_run().text = clean(text)


def _fill(cell: Any, colour: str) -> None:
    """The colour of a map behind a text as dark as there."""
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(colour.removeprefix("#").upper())
    for paragraph in cell.text_frame.paragraphs:
        for run in paragraph.runs:
            run.font.bold, run.font.color.rgb = True, INK


def _fits(title: str, room: float, most: int) -> bool:
    return most > 0 and shortened(title, room, most, bold=True) == one_line(title)


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
