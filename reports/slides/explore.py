"""The slides “Why this plan”: for each question the short answer, how sure it is, and a chart or table to be edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pptx.slide import Slide

from exploring.exploration import Exploration
from exploring.question import Question
from optimizer.explore.posts import Posts
from reports.slides.charts import Words, columns_chart, frontier_points, line_chart
from reports.slides.deck import INSET
from reports.slides.master import BODY, Box
from reports.slides.pen import Pen
from reports.slides.table import laid_out
from reports.slides.text import Paragraph, fitting, height
from translation import Message, Number, msg, number
from wording import sentences as wording
from wording.explore.all import everything_told
from wording.explore.frontier import SHORTFALL, TRAVEL
from wording.explore.ticks import THIS
from wording.explore.told import Told
from wording.grid import GridRow, GridTable
from wording.yardstick import hours_at

_LEFT, _TOP, _WIDE, _HIGH = BODY
_GAP = 8.0
_ANSWER_SIZES, _PROOF_SIZES = (16.0, 14.0, 13.0, 12.0), (12.0,)
#: Of the height below the title, at most so much is for the answer and for the proof.
_ANSWER, _PROOF = 0.32, 0.16
_TOGETHER = (Question.ROBUSTNESS, Question.SENSITIVITY)
#: What is told on slides; the rest stands in the report.
_QUESTIONS = (
    Question.ALTERNATIVES,
    Question.RANK,
    Question.FRONTIER,
    Question.PRICES,
    Question.POSTS,
    *_TOGETHER,
)
_TABLES = (Question.ALTERNATIVES, Question.PRICES)


def explored_slides(pen: Pen, section: Message, exploration: Exploration, layer: str | None) -> None:
    """The slides of a section: the answers about a layer, whose name is given where there are several."""
    _Explored(pen, section, exploration, layer).all()


class _Explored:
    """Makes the slides of one exploration."""

    def __init__(self, pen: Pen, section: Message, exploration: Exploration, layer: str | None) -> None:
        self._pen, self._section, self._exploration, self._layer = pen, section, exploration, layer
        self._deck, self._say = pen.deck, pen.say

    def all(self) -> None:
        told = {one.question: one for one in everything_told(self._exploration) if one.question in _QUESTIONS}
        for question, one in told.items():
            if question in _TABLES:
                self._table_slides(one)
            elif question not in _TOGETHER:
                self._chart_slide(one)
        together = [told[question] for question in _TOGETHER if question in told]
        if len(together) < len(_TOGETHER) or not self._side_by_side(*together):
            for one in together:
                self._table_slides(one)

    def _title(self, *told: Told) -> Message:
        asked: object = (
            told[0].title if len(told) == 1 else msg("{one} {other}", one=told[0].title, other=told[1].title)
        )
        title = msg("{section}: {question}", section=self._section, question=asked)
        return title if self._layer is None else msg("{title} ({layer})", title=title, layer=self._layer)

    def _slide(self, told: Sequence[Told], page: int = 1, pages: int = 1) -> Slide:
        """A slide with all that is told in its notes: of a long answer the slide has only the beginning."""
        notes = [text for one in told for text in (*one.answer, one.proof)]
        return self._pen.slide(self._title(*told), notes, page, pages)

    def _answer(self, told: Sequence[Told]) -> list[Paragraph]:
        if len(told) > 1:
            return [Paragraph(self._say(one.answer[0]), bold=True) for one in told]
        first, *others = map(self._say, told[0].answer)
        paragraphs = [Paragraph(first, bold=True)]
        # Of a long answer as many sentences as fit; the report has them all.
        for count in range(len(others), 0, -1):
            whole = [*paragraphs, Paragraph(" ".join(others[:count]))]
            if _height(whole, _ANSWER_SIZES[-1]) <= _ANSWER * _HIGH:
                return whole
        return paragraphs

    def _frame(self, told: Sequence[Told], more: Sequence[Message] = ()) -> _Frame:
        answer = self._answer(told)
        proof = [Paragraph(" ".join(self._say(text) for text in (*(one.proof for one in told), *more)))]
        upper = _needed(answer, _ANSWER * _HIGH, _ANSWER_SIZES)
        lower = _needed(proof, _PROOF * _HIGH, _PROOF_SIZES)
        return _Frame(answer, proof, upper, lower)

    def _write(self, slide: Slide, frame: _Frame, *, first: bool = True, last: bool = True) -> None:
        if first:
            box = (_LEFT, _TOP, _WIDE, frame.upper)
            self._deck.text(slide, self._say(msg("Answer")), frame.answer, box, _ANSWER_SIZES)
        if last:
            box = (_LEFT, _TOP + _HIGH - frame.lower, _WIDE, frame.lower)
            self._deck.text(slide, self._say(msg("Proof")), frame.proof, box, _PROOF_SIZES)

    def _table_slides(self, told: Told) -> None:
        table = _narrow(told)
        frame = self._frame([told])
        texts = self._pen.texts(table)
        _, top, wide, high = frame.middle
        laid = min((laid_out(one, wide, high) for one in (texts, texts.joined())), key=lambda p: (len(p), -p[0].size))
        for page, part in enumerate(laid, start=1):
            slide = self._slide([told], page, len(laid))
            self._write(slide, frame, first=page == 1, last=page == len(laid))
            self._pen.place(slide, table.title, part, (_LEFT, top if page == 1 else _TOP))

    def _side_by_side(self, *told: Told) -> bool:
        """Two tables on one slide, or nothing where there is no room for them."""
        wide, frame = (_WIDE - 2 * _GAP) / 2, self._frame(told)
        tables = [_narrow(one) for one in told]
        laid = [laid_out(self._pen.texts(table), wide, frame.middle[3]) for table in tables]
        if any(len(parts) > 1 for parts in laid):
            return False
        slide = self._slide(told)
        self._write(slide, frame)
        for position, (table, (part,)) in enumerate(zip(tables, laid, strict=True)):
            self._pen.place(slide, table.title, part, (_LEFT + position * (wide + 2 * _GAP), frame.middle[1]))
        return True

    def _chart_slide(self, told: Told) -> None:
        frame, slide = self._frame([told]), self._slide([told])
        self._write(slide, frame)
        about, found, box = self._exploration.about, self._exploration.answers[told.question], frame.middle
        match told.question:
            case Question.RANK:
                bars = found.rank.bars
                digits = 0 if all(abs(100 * bar.low - round(100 * bar.low)) < 1e-6 for bar in bars) else 1
                names = [self._say(number(100 * bar.low, digits)) for bar in bars]
                width = number(100 * (bars[0].high - bars[0].low), 1)
                whole = self._whole()
                across = (
                    msg("Lowest coverage in % (each column from there, {wide} points wide)", wide=width)
                    if whole is None
                    else msg(
                        "Lowest coverage in % (each column from there, {wide} points wide; 100 % = {hours} per 1,000 "
                        "people)",
                        wide=width,
                        hours=whole,
                    )
                )
                words = self._words(told, across, msg("Number of plans"))
                columns_chart(self._deck, slide, words, names, [float(bar.plans) for bar in bars], box)
            case Question.FRONTIER:
                asked = about.until
                left, top, wide, high = box
                half = (wide - 2 * _GAP) / 2
                for place, (points, hours, title) in enumerate(
                    ((found.shortfall, asked.shortfall_hours, SHORTFALL), (found.travel, asked.travel_hours, TRAVEL))
                ):
                    frontier_points(
                        self._deck,
                        slide,
                        self._words(told, self._coverage(), title),
                        [(point.coverage, point.hours) for point in points],
                        (self._say(THIS), (asked.reached, hours)),
                        (self._say(msg("no plan lies below")), self._say(msg("plans that no other one betters"))),
                        self._pen.language,
                        (left + place * (half + 2 * _GAP), top, half, high),
                    )
            case Question.POSTS:
                self._posts(told, found.posts, slide, box)

    def _whole(self) -> Number | None:
        """What 100 % is in hours per 1,000 people."""
        return hours_at(self._exploration.about.problem, 1.0)

    def _coverage(self) -> Message:
        """The title of an axis of coverages."""
        whole = self._whole()
        if whole is None:
            return msg("Lowest coverage")
        return msg("Lowest coverage (100 % = {hours} per 1,000 people)", hours=whole)

    def _posts(self, told: Told, posts: Sequence[Posts], slide: Slide, box: Box) -> None:
        about = self._exploration.about
        planned = about.plan.problem.layers[about.layer].total
        # The upright axis is too short for what 100 % is.
        whole, across = self._whole(), msg("Posts (FTE)")
        if whole is not None:
            across = msg("Posts (FTE); 100 % = {hours} per 1,000 people", hours=whole)
        words = self._words(told, across, msg("Lowest coverage"))
        points = [
            (float(one.total), one.lowest_coverage_as_planned)
            for one in posts
            if one.lowest_coverage_as_planned is not None
        ]
        label = self._say(msg("planned: {posts}", posts=wording.fte(planned)))
        own = next(((label, point) for point in points if point[0] == float(planned)), None)
        if points:
            line_chart(self._deck, slide, words, points, own, self._pen.language, box)

    def _words(self, told: Told, across: Message, up: Message) -> Words:
        name = msg("{up} by {across}", up=up, across=across)
        described = " ".join(map(self._say, (msg("Chart: {title}.", title=name), *told.answer)))
        return Words(self._say(name), described, self._say(across), self._say(up))


@dataclass(frozen=True, slots=True)
class _Frame:
    # What stands above and below, and how high that is.
    answer: list[Paragraph]
    proof: list[Paragraph]
    upper: float
    lower: float

    @property
    def middle(self) -> Box:
        """The room between."""
        top = _TOP + self.upper + _GAP
        return _LEFT, top, _WIDE, _TOP + _HIGH - self.lower - _GAP - top


def _needed(paragraphs: Sequence[Paragraph], most: float, sizes: Sequence[float]) -> float:
    return _height(paragraphs, fitting(paragraphs, _WIDE - 2 * INSET, most - 2 * INSET - 1, sizes))


def _height(paragraphs: Sequence[Paragraph], size: float) -> float:
    return height(paragraphs, _WIDE - 2 * INSET, size) + 2 * INSET + 1


def _narrow(told: Told) -> GridTable:
    """The first table of an answer without its last column of names, where it has one: half a slide is narrow."""
    table = told.tables[0]
    if told.question is not Question.SENSITIVITY:
        return table
    rows = tuple(GridRow(row.cells[:-1], row.weight) for row in table.rows)
    return GridTable(table.title, table.columns[:-1], rows, table.notes)
