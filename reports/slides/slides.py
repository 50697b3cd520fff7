"""The slides for the committee (.pptx, 16:9): the scenarios, what tells them apart, and what is to be decided.

Tables and charts can be edited, pictures and tables are described, every slide has a title of its own, and its notes
say what it shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reports.paper import SECTIONS, Paper
from reports.slides.charts import MOST_SERIES, Shares, Words, fitted, shares_chart
from reports.slides.deck import TEXT_SIZES, SlideDeck
from reports.slides.explore import explored_slides
from reports.slides.master import BODY
from reports.slides.models import MAP_MM, ModelSlides
from reports.slides.pen import SMALL_SIZES, Pen
from reports.slides.text import Paragraph
from reports.style import Style
from translation import Percent, listing, msg, percent
from wording.council_paper import decision, financing, marked_lines, own_text
from wording.grid import NOTHING, GridCell, GridRow, GridTable
from wording.money_remarks import sources

__all__ = ["MAP_MM", "slides"]

_MOST_GROUPS = 26
"""Municipalities whose names can be read below a chart."""
_ROOM = 0.004
"""Of coverage, above the highest dot of a chart."""


def slides(paper: Paper, pictures: Sequence[bytes], style: Style) -> bytes:
    """The presentation. ``pictures`` are PNG maps in the order of ``paper.maps``, drawn for :data:`MAP_MM`."""
    return _Slides(paper, pictures, style).all()


class _Slides:
    """Makes one presentation."""

    def __init__(self, paper: Paper, pictures: Sequence[bytes], style: Style) -> None:
        self._paper = paper
        self._deck = SlideDeck(paper.language, paper.say(paper.title), paper.county.name, paper.day, style)
        self._pen = Pen(self._deck, paper)
        self._models = ModelSlides(self._pen, dict(zip(paper.maps, pictures, strict=True)))

    def all(self) -> bytes:
        paper, say = self._paper, self._pen.say
        below = [paper.county.name, msg("As of {date}", date=paper.day), paper.vintage]
        notes = list(map(say, (*paper.problem, paper.vintage)))
        self._deck.first(say(paper.title), [Paragraph(say(text)) for text in below], notes)
        for part in paper.parts:
            known = msg("Proposed: {status}", status=part.status) if part is paper.proposed else part.status
            self._models.plan(part, known)
        alone = replace(paper.figures, title=msg("Figures of the scenario"))
        self._pen.table_slides(paper.figures if len(paper.parts) > 1 else alone, paper.remarks)
        self._coverage(paper.coverage)
        self._verdict()
        for part in paper.alternatives:
            self._models.arguments(part)
        for topic, explorations in paper.explored.items():
            for exploration in explorations:
                layer = exploration.about.layer_name if len(explorations) > 1 else None
                explored_slides(self._pen, SECTIONS[topic], exploration, layer)
        self._recommendation()
        if paper.finance is not None:
            granted = [text for part in paper.parts[:1] for text in sources(part.loaded)]
            money = paper.finance
            self._pen.table_slides(money.compared, (*money.warnings, *money.sentences), granted)
            if money.years is not None:
                self._pen.table_slides(money.years, ())
        self._decision()
        texts = [Paragraph(say(text), bullet=True) for text in paper.sources]
        self._pen.text_slides(msg("Sources"), texts, SMALL_SIZES)
        return self._deck.content()

    def _verdict(self) -> None:
        """What the figures say: its headline as the title, then why, and what speaks against it."""
        found = self._paper.verdict
        if found is None:
            return
        say = self._pen.say
        bullets = [text for text in found.sentences[1:] if text not in found.beside]
        texts = [Paragraph(say(text), bullet=True) for text in bullets]
        self._pen.text_slides(found.headline, [*texts, *(Paragraph(say(text)) for text in found.beside)], TEXT_SIZES)

    def _recommendation(self) -> None:
        paper, say = self._paper, self._pen.say
        first, *reasons = paper.recommendation
        texts = [Paragraph(say(text), bullet=True) for text in (*reasons, *paper.existing)]
        whole = [Paragraph(say(first), bold=True), *texts, Paragraph(say(paper.people_decide))]
        self._pen.text_slides(msg("Recommendation"), whole, TEXT_SIZES)

    def _decision(self) -> None:
        """What is to be decided, also on the financing where that is stated: what people wrote, else from the plan."""
        loaded, planned = self._paper.proposed.loaded, self._paper.proposed.planned
        made: list[tuple[object, bool]] = []
        paid: list[tuple[object, bool]] = []
        if planned is not None:
            made = [(text, position > 0) for position, text in enumerate(decision(planned.plan, self._paper.county))]
            money = financing(loaded, planned.plan)
            paid = [] if money is None else list(money.text)
        for title, key, found in (
            (msg("Proposed decision"), "decision", made),
            (msg("Proposed decision on the financing"), "financing", paid),
        ):
            own = [(line, item) for item, line in marked_lines(own_text(loaded.scenario, key))]
            texts = [Paragraph(self._pen.say(text), bullet=bullet) for text, bullet in own or found]
            if texts:
                self._pen.text_slides(title, texts, TEXT_SIZES)

    def _coverage(self, table: GridTable) -> None:
        """The shares of ``table`` as dots, a series for each of its scenarios that has any; then all of its figures."""
        columns = [
            column
            for column in range(1, len(table.columns))
            if any(isinstance(row.cells[column].value, Percent) for row in table.rows)
        ]
        parts = [columns[start : start + MOST_SERIES] for start in range(0, len(columns), MOST_SERIES)]
        pieces = [self._shares(table, rows, some) for some in parts for rows in _in_groups(table.rows)]
        known = [value for piece in pieces for _, values in piece.series for value in values if value is not None]
        for page, shares in enumerate(pieces, start=1):
            low, high, step = fitted(known, _ROOM)
            up = msg("Coverage")
            if low > 0:
                up = msg("Coverage (axis from {low} to {high}, not from 0)", low=percent(low, 0), high=percent(high, 0))
            title = msg("{table} as a chart", table=table.title)
            notes = list(self._described(shares))
            slide = self._pen.slide(title, notes, page, len(pieces))
            words = Words(self._pen.say(title), " ".join(notes), "", self._pen.say(up))
            shares_chart(self._deck, slide, words, shares, (low, high, step), self._paper.language, BODY)
        self._pen.table_slides(table, ())

    def _shares(self, table: GridTable, rows: Sequence[GridRow], columns: Sequence[int]) -> Shares:
        found = [cell.value for row in rows for cell in row.cells if isinstance(cell.value, Percent)]
        say = self._pen.say
        return Shares(
            tuple(say(row.cells[0].value) for row in rows),
            tuple((say(table.columns[at].heading), tuple(_share(row.cells[at]) for row in rows)) for at in columns),
            max((share.digits for share in found), default=0),
        )

    def _described(self, shares: Shares) -> Iterator[str]:
        """What a chart shows, in sentences."""
        scenarios = listing(name for name, _ in shares.series)
        yield self._pen.say(msg("Chart of the coverage by municipality: {scenarios}.", scenarios=scenarios))
        for position, group in enumerate(shares.groups):
            told = listing(_said(values[position], shares.digits) for _, values in shares.series)
            yield self._pen.say(msg("{name}: {shares}.", name=group, shares=told))


def _said(share: float | None, digits: int) -> object:
    return NOTHING if share is None else percent(share, digits)


def _share(cell: GridCell) -> float | None:
    return cell.value.value if isinstance(cell.value, Percent) else None


def _in_groups(rows: Sequence[GridRow]) -> Iterator[Sequence[GridRow]]:
    """The rows in parts of about the same size with names that can be read."""
    size = -(-len(rows) // -(-len(rows) // _MOST_GROUPS))
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
