"""The slides for the committee (.pptx, 16:9): the scenarios with map and figures, comparison, proposal, money, sources.

Tables and charts can be edited, pictures and tables are described, and every slide has a title of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pptx.slide import Slide

from reports.paper import MapText, Paper, Part
from reports.slides.deck import MOST_SERIES, TEXT_SIZES, Bars, SlideDeck
from reports.slides.explore import Pen, explored_slides
from reports.slides.master import BODY, Box
from reports.slides.table import LaidTable, TextRow, TextTable, laid_out
from reports.slides.text import Paragraph, fitting, height
from reports.style import Style
from translation import Message, Number, Percent, listing, msg, percent
from wording.grid import NOTHING, GridCell, GridRow, GridTable, Weight

MAP_MM = (148.5, 105.0)
"""Width and height in mm for which maps are drawn: smaller than shown, so that names are read from the last row."""
_LEFT, _TOP, _WIDE, _HIGH = BODY
_MAP: Box = (_LEFT, _TOP, 560, _HIGH)
_BESIDE: Box = (_LEFT + 576, _TOP, _WIDE - 576, _HIGH)
_KEY_FIGURES = 5
_SMALL = (14.0, 13.0, 12.0, 11.0, 10.0)
_MOST_COLUMNS = 4
"""Scenarios that stand side by side on a slide."""
_MOST_BARS = 36
_GAP = 10.0
_TOGETHER = "\u00a0"
_PER_CENT = re.compile(r"(?<=\d) (?=%)")


def slides(paper: Paper, pictures: Sequence[bytes], style: Style) -> bytes:
    """The presentation. ``pictures`` are PNG maps in the order of ``paper.maps``, drawn for :data:`MAP_MM`."""
    return _Slides(paper, pictures, style).all()


class _Slides:
    """Makes one presentation."""

    def __init__(self, paper: Paper, pictures: Sequence[bytes], style: Style) -> None:
        self._paper = paper
        self._pictures = dict(zip(paper.maps, pictures, strict=True))
        title, author = self._say(paper.title), paper.county.name
        self._deck = SlideDeck(paper.language, title, author, paper.day, style)
        self._footer = self._say(msg("{county} · {day}", county=paper.county.name, day=paper.day))

    def all(self) -> bytes:
        paper = self._paper
        below = [paper.county.name, msg("As of {date}", date=paper.day), paper.vintage]
        self._deck.first(self._say(paper.title), [Paragraph(self._say(text)) for text in below])
        for part in paper.parts:
            self._scenario(part)
        self._table_slides(paper.figures, paper.remarks)
        self._chart_slides(paper.coverage)
        for exploration in paper.exploration:
            layer = exploration.about.layer_name if len(paper.exploration) > 1 else None
            pen = Pen(self._deck, paper.language, self._footer, self._say, self._title, self._texts)
            explored_slides(pen, exploration, layer)
        reasons = (*paper.recommendation[1:], *paper.existing)
        recommendation = [Paragraph(self._say(text), bullet=True) for text in reasons]
        first = Paragraph(self._say(paper.recommendation[0]), bold=True)
        last = Paragraph(self._say(paper.people_decide))
        self._text_slides(msg("Recommendation"), [first, *recommendation, last], TEXT_SIZES)
        if paper.finance is not None:
            self._table_slides(paper.finance.compared, (*paper.finance.warnings, *paper.finance.sentences))
            if paper.finance.years is not None:
                self._table_slides(paper.finance.years, ())
        sources = [Paragraph(self._say(text), bullet=True) for text in paper.sources]
        self._text_slides(msg("Sources"), sources, _SMALL)
        return self._deck.content()

    def _say(self, value: object) -> str:
        return _PER_CENT.sub(_TOGETHER, self._paper.say(value))

    def _scenario(self, part: Part) -> None:
        paper = self._paper
        known = msg("Proposed: {status}", status=part.status) if part is paper.proposed else part.status
        if part.planned is None:
            texts = [Paragraph(self._say(part.proof), bold=True)]
            texts += [Paragraph(self._say(reason), bullet=True) for reason in part.reasons]
            self._text_slides(part.title, texts, TEXT_SIZES)
            return
        for text in part.planned.maps:
            several = len(part.planned.maps) > 1
            layer = part.planned.plan.layers[text.layer].layer.name
            title = msg("{scenario}: {layer}", scenario=part.title, layer=layer) if several else part.title
            slide = self._deck.slide(self._say(title), self._footer)
            self._map(slide, text)
            left, top, wide, high = _BESIDE
            status = [Paragraph(self._say(known), bold=True)]
            self._deck.text(slide, self._say(msg("Status")), status, (left, top, wide, 30), (16.0, 14.0, 12.0))
            table = self._key_figures(part)
            (laid, *_) = laid_out(table, wide, high - 130, (16.0, 14.0, 13.0, 12.0, 11.0, 10.0))
            described = self._say(msg("Table: key figures of {scenario}", scenario=part.title))
            self._deck.table(slide, self._say(msg("Key figures")), laid, (left, top + 34), described)
            below = top + 34 + laid.height + _GAP
            proof = [Paragraph(self._say(part.proof))]
            box = (left, below, wide, top + high - below)
            self._deck.text(slide, self._say(msg("Proof")), proof, box, _SMALL)

    def _map(self, slide: Slide, text: MapText) -> None:
        described = " ".join(self._say(sentence) for sentence in text.shows)
        self._deck.picture(slide, self._say(text.title), self._pictures[text], _MAP, described)

    def _key_figures(self, part: Part) -> TextTable:
        assert part.planned is not None
        rows = []
        for figure in part.planned.figures[:_KEY_FIGURES]:
            label = (self._say(figure.label),)
            value = (self._whole(figure.value), *(() if figure.where is None else (self._say(figure.where),)))
            rows.append(TextRow((label, value)))
        headings = (self._say(msg("Figure")), self._say(msg("Value")))
        return TextTable(headings, (False, True), tuple(rows))

    def _text_slides(self, title: Message, texts: Sequence[Paragraph], sizes: Sequence[float]) -> None:
        pages = list(_pages(texts, sizes))
        for page, found in enumerate(pages, start=1):
            self._deck.text_slide(self._title(title, page, len(pages)), self._footer, found, sizes)

    def _title(self, title: Message, page: int, pages: int) -> str:
        if pages == 1:
            return self._say(title)
        return self._say(msg("{title} ({page} of {pages})", title=title, page=page, pages=pages))

    def _table_slides(self, table: GridTable, texts: Sequence[Message]) -> None:
        """A table, with ``texts`` below it; what is too large goes on on further slides."""
        paragraphs = [Paragraph(self._say(text)) for text in texts]
        laid = [part for few in _few_columns(table) for part in self._laid(few, _HIGH)]
        least = height(paragraphs, _WIDE - 2 * _GAP, _SMALL[-2]) + 2 * _GAP
        if len(laid) == 1 and paragraphs:
            # Smaller type is better than a slide for a few sentences.
            again = self._laid(table, _HIGH - least)
            laid = again if len(again) == 1 else laid
        beside = bool(paragraphs) and laid[-1].height + least <= _HIGH
        pages = len(laid) + (1 if paragraphs and not beside else 0)
        for page, part in enumerate(laid, start=1):
            slide = self._deck.slide(self._title(table.title, page, pages), self._footer)
            described = self._say(
                msg("Table: {title}. Columns: {columns}", title=table.title, columns=listing(part.table.headings))
            )
            self._deck.table(slide, self._say(table.title), part, (_LEFT, _TOP), described)
            if beside and part is laid[-1]:
                top = _TOP + part.height + _GAP
                box = (_LEFT, top, _WIDE, _TOP + _HIGH - top)
                self._deck.text(slide, self._say(msg("Remarks")), paragraphs, box, _SMALL)
        if paragraphs and not beside:
            self._deck.text_slide(self._title(table.title, pages, pages), self._footer, paragraphs, TEXT_SIZES)

    def _laid(self, table: GridTable, high: float) -> list[LaidTable]:
        """Differences beside the figures or below them, whichever can be read better."""
        texts = self._texts(table)
        below, beside = (laid_out(one, _WIDE, high) for one in (texts, texts.joined()))
        return beside if (len(beside), -beside[0].size) < (len(below), -below[0].size) else below

    def _texts(self, table: GridTable) -> TextTable:
        return TextTable(
            tuple(self._say(column.heading) for column in table.columns),
            tuple(column.figures for column in table.columns),
            tuple(
                TextRow(tuple(self._lines(cell) for cell in row.cells), row.weight is not Weight.PLAIN)
                for row in table.rows
            ),
        )

    def _lines(self, cell: GridCell) -> tuple[str, ...]:
        text = self._whole(cell.value)
        return (text,) if cell.difference is None else (text, self._say(cell.difference.said))

    def _whole(self, value: object) -> str:
        """A figure and its unit stay on one line."""
        text = self._say(value)
        return text.replace(" ", _TOGETHER) if isinstance(value, Number | Percent) else text

    def _chart_slides(self, table: GridTable) -> None:
        """The shares of ``table`` as bars, a series for each of its scenarios that has any."""
        columns = [
            column
            for column in range(1, len(table.columns))
            if any(isinstance(row.cells[column].value, Percent) for row in table.rows)
        ]
        parts = [columns[start : start + MOST_SERIES] for start in range(0, len(columns), MOST_SERIES)]
        pieces = [(some, rows) for some in parts for rows in _in_groups(table, len(some))]
        for page, (some, rows) in enumerate(pieces, start=1):
            bars = self._bars(GridTable(table.title, table.columns, rows), some)
            slide = self._deck.slide(self._title(table.title, page, len(pieces)), self._footer)
            self._deck.bars(slide, self._say(table.title), bars, BODY, self._described(bars))

    def _bars(self, table: GridTable, columns: Sequence[int]) -> Bars:
        shares = [cell.value for row in table.rows for cell in row.cells if isinstance(cell.value, Percent)]
        digits = max(share.digits for share in shares) if shares else 0
        return Bars(
            tuple(self._say(row.cells[0].value) for row in table.rows),
            tuple(
                (
                    self._say(table.columns[column].heading),
                    tuple(_share(row.cells[column]) for row in table.rows),
                )
                for column in columns
            ),
            digits,
        )

    def _described(self, bars: Bars) -> str:
        shares = [
            msg(
                "{name}: {shares}",
                name=group,
                shares=listing(_said(values[i], bars.digits) for _, values in bars.series),
            )
            for i, group in enumerate(bars.groups)
        ]
        scenarios = listing(name for name, _ in bars.series)
        first = msg("Bar chart of the coverage by municipality: {scenarios}.", scenarios=scenarios)
        return " ".join([self._say(first), "; ".join(map(self._say, shares))])


def _said(share: float | None, digits: int) -> object:
    return NOTHING if share is None else percent(share, digits)


def _share(cell: GridCell) -> float | None:
    return cell.value.value if isinstance(cell.value, Percent) else None


def _few_columns(table: GridTable) -> Iterator[GridTable]:
    """The table in parts with the first column and a few others."""
    others = range(1, len(table.columns))
    for start in range(0, len(others), _MOST_COLUMNS):
        yield table.of((0, *others[start : start + _MOST_COLUMNS]))


def _in_groups(table: GridTable, series: int) -> Iterator[tuple[GridRow, ...]]:
    """The rows of ``table`` in parts of about the same size whose bars are thick enough."""
    most = max(1, _MOST_BARS // max(1, series))
    count = -(-len(table.rows) // most)
    size = -(-len(table.rows) // count)
    for start in range(0, len(table.rows), size):
        yield table.rows[start : start + size]


def _pages(texts: Sequence[Paragraph], sizes: Sequence[float]) -> Iterator[list[Paragraph]]:
    wide, high = _WIDE - _GAP, _HIGH - _GAP
    if height(texts, wide, fitting(texts, wide, high, sizes)) <= high:
        yield list(texts)
        return
    page: list[Paragraph] = []
    for text in texts:
        if page and height([*page, text], wide, sizes[-2]) > high:
            yield page
            page = []
        page.append(text)
    yield page
