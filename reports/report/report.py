"""The report in the order in which it is read: headings, texts, lists, tables and maps, as data for the layout.

An annex to a council paper (*Anlage zur Sitzungsvorlage*): problem, proposal, alternatives, money and staff, then what
everything rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from exploring.exploration import Exploration
from geodata.editing.workbook_layout import WHY_THIS_PLAN
from reports.column_widths import LONGEST_IN_TEXT, breakable, widths
from reports.paper import Paper, Part
from reports.report.drawing import chart_svg
from reports.report.shown import charts_of, tables_beside
from translation import Message, Number, Percent, msg
from wording.about import planner_version
from wording.explore.all import everything_told, unanswered
from wording.explore.told import Told, layer_remarks, measure_remarks
from wording.grid import GridCell, GridTable
from wording.plan_tables import key_figures_table

Block = dict[str, Any]
"""A piece of the report: its ``kind`` and what that needs. The layout (``report.typ``) knows every kind."""

#: Between a figure and its unit.
_TOGETHER = "\u00a0"
_PER_CENT = re.compile(r"(?<=\d) (?=%)")


def blocks(paper: Paper, maps: Sequence[str]) -> list[Block]:
    """The report but for what it rests on. ``maps`` are SVG texts in the order of ``paper.maps``."""
    return list(Writer(paper, maps).all())


def basis(paper: Paper) -> list[Block]:
    """What the report rests on: method, words, limits, assumptions, sources."""
    return list(Writer(paper, [""] * len(paper.maps)).basis())


class Writer:
    """Writes the parts of a report, or of a council paper. ``level`` is how deep its headings stand below others."""

    def __init__(self, paper: Paper, maps: Sequence[str], level: int = 0) -> None:
        self._paper, self._level = paper, level
        self._pictures = {(text.scenario, text.layer): svg for text, svg in zip(paper.maps, maps, strict=True)}

    def all(self) -> Iterator[Block]:
        paper = self._paper
        yield self._heading(1, msg("The problem"))
        yield from self.problem()
        yield self._heading(1, msg("The proposal"))
        yield from self.proposal()
        if paper.alternatives:
            yield self._heading(1, msg("The alternatives"))
            yield from self.alternatives()
        if paper.exploration:
            yield self._heading(1, WHY_THIS_PLAN)
            yield from self.why()
        if paper.finance is not None:
            yield self._heading(1, msg("Money and staff"))
            yield from self.money()

    def problem(self) -> Iterator[Block]:
        """What is to be decided."""
        yield self._text(*self._paper.problem)

    def why(self) -> Iterator[Block]:
        """The answers about the proposed plan."""
        for exploration in self._paper.exploration:
            yield from self._explored(exploration)

    def proposal(self) -> Iterator[Block]:
        """The proposed plan with map and tables."""
        paper, part = self._paper, self._paper.proposed
        first, *reasons = paper.recommendation
        yield self._text(first, strong=True)
        if part.description:
            yield self._text(part.description)
        yield from self._list(reasons)
        if part.planned is None:
            yield from self._without_plan(part)
            return
        yield self._text(part.proof)
        yield from self._list(paper.existing, small=True)
        yield from self._maps(part)
        yield self._table(key_figures_table(part.planned.figures))
        for table in part.planned.districts:
            yield self._table(table)
        yield self._table(part.planned.municipalities)
        yield self._table(part.planned.losses)
        yield self._heading(2, msg("Rules"))
        yield from self._list((text for _, text in part.planned.rules), small=True)

    def alternatives(self) -> Iterator[Block]:
        """The other scenarios beside the proposed one."""
        paper = self._paper
        yield from self._list(paper.remarks)
        yield self._table(paper.figures)
        yield self._table(paper.coverage)
        for part in paper.alternatives:
            yield {"kind": "page"}
            yield self._heading(2, part.title)
            if part.description:
                yield self._text(part.description)
            if part.planned is None:
                yield from self._without_plan(part)
                continue
            yield self._text(part.proof, small=True)
            found = part.arguments
            sides = [
                (msg("This speaks for it"), "+", found.better),
                (msg("This speaks against it"), "–", found.worse),
            ]
            lists = [
                {"title": self._say(title), "sign": sign, "items": self._all(items or [msg("Nothing in the figures.")])}
                for title, sign, items in sides
            ]
            if found.better or found.worse:
                yield {"kind": "lists", "lists": lists}
            # What holds for the proposed plan stands there.
            own = (text for text in part.planned.existing if text not in paper.existing)
            yield from self._list((*found.other, *own), small=True)
            yield from self._maps(part)
            for table in part.planned.districts:
                yield self._table(table)

    def _explored(self, exploration: Exploration) -> Iterator[Block]:
        about, layer = exploration.about, exploration.about.layer_name
        remark, *more = (*layer_remarks(about), *measure_remarks(about))
        yield self._text(msg("{layer}: {text}", layer=layer, text=remark), *more, small=True)
        for told in everything_told(exploration):
            several = len(self._paper.exploration) > 1
            title = msg("{layer}: {question}", layer=layer, question=told.title) if several else told.title
            yield self._heading(2, title)
            first, *others = (_PER_CENT.sub(_TOGETHER, self._paper.say(text)) for text in told.answer)
            yield self._text(first, strong=True)
            if others:
                yield self._text(*others)
            yield self._text(_PER_CENT.sub(_TOGETHER, self._paper.say(told.proof)), small=True)
            yield from self._charts(exploration, told)
            for table in tables_beside(exploration, told):
                yield self._table(table) | {"together": True}
        yield from self._list(unanswered(exploration), small=True)

    def _charts(self, exploration: Exploration, told: Told) -> Iterator[Block]:
        for drawn in charts_of(exploration, told, self._paper.say):
            yield {
                "kind": "chart",
                "svg": chart_svg(drawn.chart),
                "title": self._say(drawn.title),
                "alt": " ".join(map(self._paper.say, (msg("Chart: {title}.", title=drawn.title), *told.answer))),
            }

    def money(self) -> Iterator[Block]:
        """Funding, cost and staff."""
        found = self._paper.finance
        assert found is not None
        if found.warnings:
            yield self._text(*found.warnings, strong=True)
        yield self._text(*found.sentences)
        own = (found.own_by_employer, found.own_by_municipality)
        for table in (found.compared, found.years, found.staff, found.grants, *own):
            if table is not None:
                yield self._table(table)

    def basis(self) -> Iterator[Block]:
        """What everything rests on."""
        paper = self._paper
        yield {"kind": "page"}
        yield self._heading(1, msg("What this rests on"))
        yield self._heading(2, msg("Method"))
        yield self._text(paper.people_decide)
        for passage in paper.method:
            yield self._heading(3, passage.title)
            yield self._text(passage.text)
            yield from self._list(passage.points)
        yield self._heading(2, msg("Words"))
        items = [{"term": self._say(term), "text": self._say(meaning)} for term, meaning in paper.glossary]
        yield {"kind": "terms", "items": items}
        yield self._heading(2, msg("What the figures do not say"))
        yield from self._list(paper.limits)
        yield self._heading(2, msg("Assumptions (set, no statistics)"))
        yield from self._list(paper.assumptions)
        yield self._heading(2, msg("Sources"))
        yield from self._list(paper.sources)
        yield self._text(msg("Made with KIM-Planer {version}.", version=planner_version()))

    def _without_plan(self, part: Part) -> Iterator[Block]:
        yield self._text(part.proof, strong=True)
        yield from self._list(part.reasons)

    def _maps(self, part: Part) -> Iterator[Block]:
        assert part.planned is not None
        for text in part.planned.maps:
            yield {
                "kind": "map",
                "svg": self._pictures[text.scenario, text.layer],
                "title": self._say(text.title),
                "alt": " ".join(map(self._paper.say, text.shows)),
            }

    def _table(self, table: GridTable) -> Block:
        headings = [self._say(column.heading) for column in table.columns]
        rows = [
            {"weight": row.weight.value, "cells": [list(map(breakable, self._lines(cell))) for cell in row.cells]}
            for row in table.rows
        ]
        texts = [
            [heading, *("\n".join(self._lines(row.cells[position])) for row in table.rows)]
            for position, heading in enumerate(headings)
        ]
        found = widths(texts, [column.figures for column in table.columns])
        return {
            "kind": "table",
            "title": self._say(table.title),
            "columns": [
                {"heading": heading, "figures": column.figures, "width": width}
                for heading, column, width in zip(headings, table.columns, found.shares, strict=True)
            ],
            "rows": rows,
            "notes": self._all(table.notes),
            "wide": found.wide,
            "whole": found.whole,
        }

    def _lines(self, cell: GridCell) -> list[str]:
        """The text of a cell, and below it the difference with what that means."""
        text = self._paper.say(cell.value)
        lines = [text.replace(" ", _TOGETHER) if isinstance(cell.value, Number | Percent) else text]
        if cell.difference is not None:
            parts = (cell.difference.text, cell.difference.word)
            lines.append(" ".join(self._paper.say(part).replace(" ", _TOGETHER) for part in parts if part is not None))
        return lines

    def _heading(self, level: int, text: Message) -> Block:
        return {"kind": "heading", "level": self._level + level, "text": self._say(text)}

    def _text(self, *texts: Message | str, strong: bool = False, small: bool = False) -> Block:
        return {"kind": "text", "text": " ".join(self._all(texts)), "strong": strong, "small": small}

    def _list(self, texts: Iterable[Message], *, small: bool = False) -> Iterator[Block]:
        items = self._all(texts)
        if items:
            yield {"kind": "list", "items": items, "small": small}

    def _all(self, texts: Iterable[object]) -> list[str]:
        return [self._say(text) for text in texts]

    def _say(self, text: object) -> str:
        return breakable(self._paper.say(text), LONGEST_IN_TEXT)
