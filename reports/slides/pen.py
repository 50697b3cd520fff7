"""What all slides of a presentation share: texts said, titles numbered, tables laid out, notes with the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pptx.slide import Slide

from reports.paper import Paper
from reports.slides.deck import TEXT_SIZES, SlideDeck
from reports.slides.master import BODY
from reports.slides.table import LaidTable, TextRow, TextTable, fits_beside, laid_out
from reports.slides.text import Paragraph, fitting, height, in_pages
from translation import Language, Message, Number, Percent, listing, msg
from wording.grid import NOTHING, GridCell, GridTable, Weight

SMALL_SIZES = (14.0, 13.0, 12.0)
"""For what only belongs to it."""
GAP = 10.0
"""Between what stands on a slide, in points."""
_LEFT, _TOP, _WIDE, _HIGH = BODY
_TOGETHER = "\u00a0"
#: Between a figure and what it is a figure of.
_UNIT = re.compile(r"(?<=\d) (?=(?:%|€|h|km|kg|FTE|VZÄ)(?!\w))")


class Pen:
    """Writes slides into a presentation; what a slide says, its notes say in sentences, and how old the data are."""

    def __init__(self, deck: SlideDeck, paper: Paper) -> None:
        self.deck, self._paper = deck, paper
        self._footer = self.say(msg("{county} · {day}", county=paper.county.name, day=paper.day))

    @property
    def language(self) -> Language:
        """Of all texts."""
        return self._paper.language

    def say(self, value: object) -> str:
        """A message or figure; a figure and its unit stay on one line."""
        return _UNIT.sub(_TOGETHER, self._paper.say(value))

    def slide(self, title: Message, notes: Iterable[object], page: int = 1, pages: int = 1) -> Slide:
        """A slide with free room below its title, the ``page``-th of so many of that title."""
        return self.deck.slide(self._title(title, page, pages), self._footer, self._noted(notes))

    def text_slides(
        self, title: Message, texts: Sequence[Paragraph], sizes: Sequence[float], notes: Sequence[object] = ()
    ) -> None:
        """A text; what is too long goes on on further slides. ``notes`` are said to the last one."""
        pages = list(_pages(texts, sizes))
        for page, found in enumerate(pages, start=1):
            said = [*(text.text for text in found), *(notes if page == len(pages) else ())]
            heading = self._title(title, page, len(pages))
            self.deck.text_slide(heading, self._footer, self._noted(said), found, sizes)

    def table_slides(self, table: GridTable, texts: Sequence[object], notes: Sequence[object] = ()) -> None:
        """A table, with ``texts`` below it; what is too large goes on on further slides. ``notes`` are said besides."""
        paragraphs = [Paragraph(self.say(text)) for text in texts]
        laid = [part for few in self._few_columns(table) for part in self._laid(few, _HIGH)]
        least = height(paragraphs, _WIDE - 2 * GAP, SMALL_SIZES[-1]) + 2 * GAP
        if len(laid) == 1 and paragraphs:
            # Smaller type is better than a slide for a few sentences.
            again = self._laid(table, _HIGH - least)
            laid = again if len(again) == 1 else laid
        beside = bool(paragraphs) and laid[-1].height + least <= _HIGH
        pages = len(laid) + (1 if paragraphs and not beside else 0)
        for page, part in enumerate(laid, start=1):
            last = beside and part is laid[-1]
            said = [*rows_said(part.table), *(texts if last else ()), *notes]
            slide = self.slide(table.title, said, page, pages)
            self.place(slide, table.title, part, (_LEFT, _TOP))
            if last:
                top = _TOP + part.height + GAP
                box = (_LEFT, top, _WIDE, _TOP + _HIGH - top)
                self.deck.text(slide, self.say(msg("Remarks")), paragraphs, box, SMALL_SIZES)
        if paragraphs and not beside:
            title, spoken = self._title(table.title, pages, pages), self._noted([*texts, *notes])
            self.deck.text_slide(title, self._footer, spoken, paragraphs, TEXT_SIZES)

    def place(self, slide: Slide, title: Message, part: LaidTable, corner: tuple[float, float]) -> None:
        """A table on a slide, described by its ``title`` and columns."""
        columns = listing(part.table.headings)
        described = self.say(msg("Table: {title}. Columns: {columns}", title=title, columns=columns))
        self.deck.table(slide, self.say(title), part, corner, described)

    def texts(self, table: GridTable, fills: Sequence[str] = ()) -> TextTable:
        """A table in words; ``fills`` are the colours of its first rows."""
        colours = [*fills, *[""] * (len(table.rows) - len(fills))]
        return TextTable(
            tuple(self.say(column.heading) for column in table.columns),
            tuple(column.figures for column in table.columns),
            tuple(
                TextRow(tuple(self._lines(cell) for cell in row.cells), row.weight is not Weight.PLAIN, colour)
                for row, colour in zip(table.rows, colours, strict=True)
            ),
            tuple(self.say(column.short or column.heading) for column in table.columns),
        )

    def _noted(self, notes: Iterable[object]) -> list[str]:
        """The sentences of the notes, each once, and at the end of when the data are."""
        said = [*notes, self._paper.vintage]
        return list(dict.fromkeys(text for text in map(self.say, said) if text))

    def _title(self, title: Message, page: int, pages: int) -> str:
        if pages == 1:
            return self.say(title)
        text = self.say(msg("{title} ({page} of {pages})", title=title, page=page, pages=pages))
        name, sign, numbered = text.rpartition(" (")
        return name + sign + numbered.replace(" ", _TOGETHER)

    def _few_columns(self, table: GridTable) -> list[GridTable]:
        """The table in as few parts with the first column and some others as leave all words whole."""
        others = range(1, len(table.columns))
        for count in range(1, len(others) + 1):
            size = -(-len(others) // count)
            found = [table.of((0, *others[start : start + size])) for start in range(0, len(others), size)]
            if all(fits_beside(self.texts(one), _WIDE) for one in found):
                break
        return found

    def _laid(self, table: GridTable, high: float) -> list[LaidTable]:
        """Differences beside the figures or below them, whichever can be read better."""
        texts = self.texts(table)
        below, beside = (laid_out(one, _WIDE, high) for one in (texts, texts.joined()))
        return beside if (len(beside), -beside[0].size) < (len(below), -below[0].size) else below

    def _lines(self, cell: GridCell) -> tuple[str, ...]:
        text = self.say(cell.value)
        # A figure and its unit stay on one line.
        text = text.replace(" ", _TOGETHER) if isinstance(cell.value, Number | Percent) else text
        return (text,) if cell.difference is None else (text, self.say(cell.difference.said))


def rows_said(table: TextTable) -> Iterator[str]:
    """A sentence for each row of a table: what it is about, and under each heading what is there."""
    for row in table.joined().rows:
        (name,), *cells = row.cells
        told = [
            f"{heading} {cell}"
            for heading, (cell,) in zip(table.short[1:], cells, strict=True)
            if cell not in ("", NOTHING)
        ]
        yield f"{name}: {'; '.join(told)}." if told else f"{name}."


def _pages(texts: Sequence[Paragraph], sizes: Sequence[float]) -> Iterator[list[Paragraph]]:
    wide, high = _WIDE - GAP, _HIGH - GAP
    if height(texts, wide, fitting(texts, wide, high, sizes)) <= high:
        yield list(texts)
        return
    # Not in the smallest type where there are several slides anyway.
    for page in in_pages([height([text], wide, sizes[-2]) for text in texts], high):
        yield list(texts[page.start : page.stop])
