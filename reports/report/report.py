"""The report in the order in which it is read: headings, texts, lists, tables and maps, as data for the layout.

An annex to a council paper (*Anlage zur Sitzungsvorlage*): problem, proposal, alternatives, money and staff, then what
everything rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from exploring.exploration import Exploration
from reports.column_widths import LONGEST_IN_TEXT, USUAL, breakable, parted, widths
from reports.paper import SECTIONS, Paper, Part
from reports.report.drawing import chart_svg
from reports.typeface import kept_together
from translation import Message, Number, Percent, msg
from wording.about import planner_version
from wording.explore.all import everything_told, unanswered
from wording.explore.told import Told, layer_remarks, measure_remarks
from wording.grid import NOTHING, GridCell, GridColumn, GridRow, GridTable, Weight
from wording.judgement import Judgement
from wording.plan_tables import districts_in_short, key_figures_table, summary_figures

Block = dict[str, Any]
"""A piece of the report: its ``kind`` and what that needs. The layout (``report.typ``) knows every kind."""

_TOGETHER = "\u00a0"
_WIDEST = 0.64
"""The largest share of the line for one of two lists."""
_MANY_ALONE = 3
"""So many rows of one scenario alone leave too many gaps in a table."""


def blocks(paper: Paper, maps: Sequence[str] = (), *, brief: bool = False) -> list[Block]:
    """The report but for what it rests on. ``maps`` are SVG texts in the order of ``paper.maps``, where known.

    With ``brief`` the summary has no tables of districts, for which it may have no room.
    """
    return list(Writer(paper, maps).all(brief=brief))


def basis(paper: Paper) -> list[Block]:
    """What the report rests on: method, words, limits, assumptions, sources."""
    return [block | {"small": True} for block in Writer(paper).basis()]


class Writer:
    """Writes the parts of a report, or of a council paper. ``level`` is how deep its headings stand below others."""

    def __init__(self, paper: Paper, maps: Sequence[str] = (), level: int = 0) -> None:
        self._paper, self._level = paper, level
        drawn = maps or [""] * len(paper.maps)
        self._pictures = {
            (text.scenario, text.layer): (at, svg) for at, (text, svg) in enumerate(zip(paper.maps, drawn, strict=True))
        }

    def all(self, *, brief: bool = False) -> Iterator[Block]:
        """The whole but for what it rests on; with ``brief`` the summary has no tables."""
        paper = self._paper
        yield self._heading(1, msg("At a glance"))
        yield from self.summary(brief=brief)
        if paper.proposed.planned is not None and paper.proposed.planned.maps:
            yield {"kind": "page"}
        yield self._heading(1, msg("The problem"))
        yield from self.problem()
        yield self._heading(1, msg("The proposal"))
        yield from self.proposal(maps=False)
        if paper.alternatives:
            yield self._heading(1, msg("The alternatives"))
            yield from self.alternatives()
        for topic, explorations in paper.explored.items():
            yield self._heading(1, SECTIONS[topic])
            yield from self.answers(explorations)
        if paper.finance is not None:
            yield self._heading(1, msg("Money and staff"))
            yield from self.money()

    def summary(self, *, brief: bool = False) -> Iterator[Block]:
        """What has to be known, on a page: proposal, verdict, three figures, map and, unless ``brief``, districts."""
        paper, part = self._paper, self._paper.proposed
        yield self._text(paper.recommendation[0], strong=True)
        if part.planned is None:
            yield from self._without_plan(part)
            return
        if paper.verdict is not None:
            yield self._text(_sentence(paper, paper.verdict), *paper.verdict.why[:1])
        items = [
            {"value": self._say(value), "text": self._say(text)}
            for value, text in summary_figures(part.planned.plan, paper.county)
        ]
        yield {"kind": "figures", "items": items}
        for block in self._maps(part):
            # All on this page, however many districts they have.
            yield block | {"districts": 0}
        for layer in () if brief else part.planned.plan.layers:
            table = districts_in_short(layer, paper.county)
            # Its title has the sum.
            rows = tuple(row for row in table.rows if row.weight is not Weight.TOTAL)
            if rows:
                yield from self._table(replace(table, rows=rows))

    def problem(self) -> Iterator[Block]:
        """What is to be decided."""
        yield self._text(*self._paper.problem)

    def answers(self, explorations: Sequence[Exploration]) -> Iterator[Block]:
        """The answers about the proposed plan."""
        for exploration in explorations:
            yield from self._explored(exploration, len(explorations) > 1)

    def proposal(self, *, maps: bool = True) -> Iterator[Block]:
        """The proposed plan with tables, and with its ``maps``."""
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
        if maps:
            yield from self._maps(part)
        tables = (*part.planned.districts, part.planned.municipalities, part.planned.losses)
        for table in (key_figures_table(part.planned.figures), *tables):
            yield from self._table(table)
        if part.planned.rules:
            yield self._heading(2, msg("Rules"))
        yield from self._list((text for _, text in part.planned.rules), small=True)

    def alternatives(self) -> Iterator[Block]:
        """The other scenarios beside the proposed one."""
        paper = self._paper
        if paper.verdict is not None:
            yield from self._verdict(paper.verdict)
        yield from self._list(paper.remarks, small=True)
        yield from self._table(paper.figures)
        yield from self._table(paper.coverage)
        for part in paper.alternatives:
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
            lists: list[Block] = [
                {"title": self._say(title), "sign": sign, "items": self._all(items or [msg("Nothing in the figures.")])}
                for title, sign, items in sides
            ]
            if found.better or found.worse:
                yield {"kind": "lists", "lists": list(_shared_out(lists))}
            # What holds for the proposed plan stands there.
            own = (text for text in part.planned.existing if text not in paper.existing)
            yield from self._list((*found.other, *own), small=True)
            yield from self._maps(part)
            for table in part.planned.districts:
                yield from self._table(table)

    def _verdict(self, verdict: Judgement) -> Iterator[Block]:
        yield self._text(_sentence(self._paper, verdict), strong=True)
        yield from self._list(verdict.sentences[1:])

    def _explored(self, exploration: Exploration, several: bool) -> Iterator[Block]:
        about, layer = exploration.about, exploration.about.layer_name
        remark, *more = (*layer_remarks(about), *measure_remarks(about))
        yield self._text(msg("{layer}: {text}", layer=layer, text=remark), *more, small=True)
        for told in everything_told(exploration):
            title = msg("{layer}: {question}", layer=layer, question=told.title) if several else told.title
            yield self._heading(2, title)
            first, *others = told.answer
            yield self._text(first, strong=True)
            if others:
                yield self._text(*others)
            yield self._text(told.proof, small=True)
            yield from self._shown(exploration, told)
        yield from self._list(unanswered(exploration), small=True)

    def _shown(self, exploration: Exploration, told: Told) -> Iterator[Block]:
        # Read only here: most reports have no charts, and what draws them takes half a second to load.
        from reports.report.shown import charts_of, tables_beside

        for drawn in charts_of(exploration, told, self._paper.say):
            yield {
                "kind": "chart",
                "svg": chart_svg(drawn.chart),
                "title": self._say(drawn.title),
                "alt": " ".join(map(self._paper.say, (msg("Chart: {title}.", title=drawn.title), *told.answer))),
            }
        for table in tables_beside(exploration, told):
            yield from self._table(table)

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
                yield from self._table(table)

    def basis(self) -> Iterator[Block]:
        """What everything rests on."""
        paper = self._paper
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
            at, svg = self._pictures[text.scenario, text.layer]
            yield {
                "kind": "map",
                "at": at,
                "districts": len(part.planned.plan.layers[text.layer].districts),
                "svg": svg,
                "title": self._say(text.title),
                "alt": " ".join(map(self._paper.say, text.shows)),
            }

    def _table(self, table: GridTable) -> Iterator[Block]:
        """The table, or several where it has more columns than there is room for; none of a sum of nothing."""
        if all(row.weight is Weight.TOTAL for row in table.rows):
            return
        table = self._without_gaps(table)
        headings = [self._say(column.heading) for column in table.columns]
        texts = [
            [heading, *("\n".join(self._lines(row.cells[at], column)) for row in table.rows)]
            for at, (heading, column) in enumerate(zip(headings, table.columns, strict=True))
        ]
        groups = parted(texts)
        for number, columns in enumerate(groups, start=1):
            title = table.title
            if len(groups) > 1:
                title = msg("{title}, part {part} of {parts}", title=title, part=number, parts=len(groups))
            found = widths([texts[at] for at in columns], [table.columns[at].figures for at in columns])
            yield {
                "kind": "table",
                "title": self._say(title),
                "goes_on": self._say(msg("{title} (continued)", title=title)),
                "columns": [
                    {"heading": headings[at], "figures": table.columns[at].figures, "width": width}
                    for at, width in zip(columns, found.shares, strict=True)
                ],
                "rows": [
                    {
                        "weight": row.weight.value,
                        "cells": [
                            list(map(breakable, self._lines(row.cells[at], table.columns[at]))) for at in columns
                        ],
                    }
                    for row in table.rows
                ],
                "notes": self._all(table.notes) if number == len(groups) else [],
                "size": found.size,
                "wide": found.size < USUAL,
                "whole": found.whole,
            }

    def _without_gaps(self, table: GridTable) -> GridTable:
        """``table`` without rows and columns of dashes; rows of one scenario alone are told in a sentence each."""
        rows = [row for row in table.rows if any(cell.value != NOTHING for cell in row.cells[1:])] or [*table.rows]
        scenarios = [at for at, column in enumerate(table.columns) if column.short is not None and not column.kind]
        alone: dict[int, list[GridRow]] = {}
        for row in rows:
            filled = [at for at in range(1, len(row.cells)) if row.cells[at].value != NOTHING]
            if len(scenarios) > 1 and len(filled) == 1 and filled[0] in scenarios:
                alone.setdefault(filled[0], []).append(row)
        told = {at: some for at, some in alone.items() if len(some) >= _MANY_ALONE}
        rows = [row for row in rows if not any(row in some for some in told.values())]
        kept = [
            at
            for at in range(len(table.columns))
            if at == 0 or at in told or any(row.cells[at].value not in (NOTHING, "") for row in rows)
        ]
        return replace(
            table,
            columns=tuple(table.columns[at] for at in kept),
            rows=tuple(replace(row, cells=tuple(row.cells[at] for at in kept)) for row in rows),
            notes=(*table.notes, *(self._only_in(table.columns[at], at, some) for at, some in told.items())),
        )

    def _only_in(self, column: GridColumn, at: int, rows: Sequence[GridRow]) -> Message:
        """What rows say that have a figure in one column only."""
        each = (" ".join(map(self._paper.say, (row.cells[0].value, row.cells[at].value))) for row in rows)
        return msg("Only in {scenario}: {figures}.", scenario=column.short, figures="; ".join(each))

    def _lines(self, cell: GridCell, column: GridColumn) -> list[str]:
        """The text of a cell, and below it the difference with what that means; no dash where words may stand."""
        text = "" if cell.value == NOTHING and not column.figures else kept_together(self._paper.say(cell.value))
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
        return breakable(kept_together(self._paper.say(text)), LONGEST_IN_TEXT)


def _sentence(paper: Paper, verdict: Judgement) -> str:
    """What a verdict begins with, which elsewhere is a heading."""
    return f"{paper.say(verdict.headline).rstrip('.')}."


def _shared_out(lists: Sequence[Block]) -> Iterator[Block]:
    """Lists side by side, each with the share of the line that suits the length of its items."""
    lengths = [sum(map(len, one["items"])) for one in lists]
    for one, length in zip(lists, lengths, strict=True):
        yield one | {"share": min(_WIDEST, max(1 - _WIDEST, length / sum(lengths)))}
