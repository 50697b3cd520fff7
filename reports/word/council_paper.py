"""The council paper in the form that German counties know: decision, reasons I to V, annexes; as data for a document.

What people have not written yet is marked, so that nobody takes an empty part for an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from reports.paper import SECTIONS, Paper
from reports.report.report import Block, Writer
from translation import Message, msg
from wording.council_paper import decision, financing, marked_lines, other_texts, own_text, without_posts


def blocks(paper: Paper, maps: Sequence[str], annexes: Sequence[str]) -> list[Block]:
    """The council paper on the proposed scenario of ``paper``.

    ``maps`` are SVG texts in the order of ``paper.maps``; ``annexes`` what goes with it. Besides
    the kinds of the report (:mod:`reports.report.report`) there are ``open`` (still to be written) and ``numbers``.
    """
    return list(_CouncilPaper(paper, maps, annexes).all())


class _CouncilPaper:
    def __init__(self, paper: Paper, maps: Sequence[str], annexes: Sequence[str]) -> None:
        self._paper, self._annexes = paper, annexes
        self._scenario = paper.proposed.loaded.scenario
        # The report's headings stand below those of this paper.
        self._writer = Writer(paper, maps, level=1)

    def all(self) -> Iterator[Block]:
        paper = self._paper
        yield self._heading(1, msg("Proposed decision"))
        yield from self._decision()
        yield self._heading(1, msg("Reasons"))
        yield from self._written("reasons")
        yield self._heading(2, msg("I. Problem"))
        yield from self._writer.problem()
        yield self._heading(2, msg("II. Solution"))
        yield from self._writer.proposal()
        yield from self._under(msg("Special reason for passing posts on"), "welfare")
        for topic, explorations in paper.explored.items():
            yield self._heading(3, SECTIONS[topic])
            yield from self._writer.answers(explorations)
        yield self._heading(2, msg("III. Alternatives"))
        yield from self._alternatives()
        yield self._heading(2, msg("IV. Effects"))
        yield from self._effects()
        yield self._heading(2, msg("V. Responsibility"))
        yield from self._written("responsibility") or self._open(msg("which body decides, by what rule"))
        yield from self._under(msg("Agreed with, open with"), "agreed")
        for name, text in other_texts(self._scenario).items():
            yield {"kind": "heading", "level": 2, "text": name}
            yield from self._paragraphs(text)
        if self._annexes:
            yield self._heading(1, msg("Annexes"))
            yield {"kind": "numbers", "items": list(self._annexes)}

    def _decision(self) -> Iterator[Block]:
        """What is to be decided: on posts and districts, and on the financing of several years where it is stated."""
        second = self._second_decision()
        if second:
            yield self._heading(2, msg("1. Posts and districts"))
        yield from self._first_decision()
        if second:
            yield self._heading(2, msg("2. Posts and money over the years"))
            yield from second

    def _first_decision(self) -> Iterator[Block]:
        planned = self._paper.proposed.planned
        own = own_text(self._scenario, "decision")
        if own:
            yield from self._paragraphs(own)
        elif planned is None:
            yield from self._open(msg("the decision; for the proposed scenario there is no plan"))
        else:
            first, *teams = decision(planned.plan, self._paper.county)
            yield {"kind": "text", "text": self._say(first), "strong": False, "small": False}
            if teams:
                yield {"kind": "list", "items": [self._say(text) for text in teams], "small": False}

    def _second_decision(self) -> list[Block]:
        planned = self._paper.proposed.planned
        written = self._written("financing")
        if written or planned is None:
            return written
        found = financing(self._paper.proposed.loaded, planned.plan)
        if found is None:
            return []
        return [
            {"kind": "text", "text": self._say(found.first), "strong": False, "small": False},
            {"kind": "list", "items": [self._say(text) for text in found.years], "small": False},
            *({"kind": "text", "text": self._say(text), "strong": False, "small": False} for text in found.further),
        ]

    def _alternatives(self) -> Iterator[Block]:
        planned = self._paper.proposed.planned
        if planned is not None and planned.plan.problem.offered_hours:
            text = self._say(without_posts(planned.plan, self._paper.county))
            yield {"kind": "text", "text": text, "strong": False, "small": False}
        if self._paper.alternatives:
            yield from self._writer.alternatives()

    def _effects(self) -> Iterator[Block]:
        yield self._heading(3, msg("1. Finances"))
        yield from self._written("finances")
        if self._paper.finance is not None:
            yield from self._writer.money()
        for title, key, what in (
            (msg("2. Staff"), "staff", msg("effects on staff beside the table above")),
            (msg("3. IT"), "it", msg("effects on IT")),
            (msg("4. Other resources"), "other", msg("effects on rooms, vehicles and the like")),
        ):
            yield self._heading(3, title)
            yield from self._written(key) or self._open(what)

    def _under(self, title: Message, key: str) -> Iterator[Block]:
        written = self._written(key)
        if written:
            yield self._heading(3, title)
            yield from written

    def _written(self, key: str) -> list[Block]:
        return list(self._paragraphs(own_text(self._scenario, key)))

    def _paragraphs(self, text: str) -> Iterator[Block]:
        """What people wrote: a paragraph for each line; lines that begin with a stroke are items of a list."""
        for item, lines in groupby(marked_lines(text), key=lambda line: line[0]):
            found = [line for _, line in lines]
            if item:
                yield {"kind": "list", "items": found, "small": False}
            else:
                yield from ({"kind": "text", "text": line, "strong": False, "small": False} for line in found)

    def _open(self, what: Message) -> list[Block]:
        return [{"kind": "open", "text": self._say(msg("[to be written: {what}]", what=what))}]

    def _heading(self, level: int, text: Message) -> Block:
        return {"kind": "heading", "level": level, "text": self._say(text)}

    def _say(self, value: object) -> str:
        return self._paper.say(value)
