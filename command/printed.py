"""What ``kim`` prints for people: a plan, several side by side, or an answer about one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from optimizer.conflicts import Conflict
from optimizer.rules import check_plan
from optimizer.solve import Solution
from scenarios.assemble import LoadedScenario
from translation import Language, Message, msg, translate
from wording import grid
from wording import sentences as wording
from wording.compared_tables import (
    Solved,
    by_county,
    change_remarks,
    compared,
    comparison_remarks,
    coverage_table,
    figures_table,
    with_plan,
)
from wording.existing import existing_remarks
from wording.judgement import judgement
from wording.plan_tables import DISTRICT, DRIVE, EXISTING, districts_table, losses_table, municipalities_table

if TYPE_CHECKING:
    from wording.explore.told import Told

#: On a narrow screen a figure of so many signs still stays whole, and a label keeps so many to wrap in.
WIDEST_FIGURE, NARROWEST_LABEL = 20, 12


def plan(
    loaded: LoadedScenario, solution: Solution, conflicts: Sequence[Conflict], language: Language
) -> Iterator[RenderableType]:
    """A scenario's plan with everything that explains it, or why there is none."""
    yield Text(loaded.scenario.name, style="bold")
    if loaded.scenario.description:
        yield Text(loaded.scenario.description)
    yield ""
    yield Text(translate(wording.proof(solution), language), style="bold")
    if solution.plan is not None:
        yield from _lines(existing_remarks(loaded, solution.plan, datetime.now().astimezone().year), language)
    yield ""
    if solution.plan is None:
        yield from _conflicts(loaded, conflicts, language)
    else:
        found = solution.plan
        for layer in found.layers:
            yield from grid_table(districts_table(layer, loaded.county), language)
            yield ""
        if found.stages:
            yield _heading(msg("Proof of the plan"), language)
            yield from _lines(map(wording.stage_text, found.stages), language)
            yield ""
        # Who is in which district, and what rests on existing advice, stands above.
        municipalities = municipalities_table(loaded, found).without(DISTRICT, DRIVE, EXISTING)
        for table in (municipalities, losses_table(found)):
            yield from grid_table(table, language)
            yield ""
        yield _heading(msg("Rules"), language)
        rules = (wording.rule_text(check, loaded.county, loaded.problem) for check in check_plan(found))
        yield from _lines(rules, language)
        yield ""
    yield _heading(msg("Assumptions (set, no statistics)"), language)
    yield from _lines(wording.assumptions(loaded), language)
    yield ""
    yield _heading(msg("Sources"), language)
    yield from _lines(wording.sources(loaded.county), language)


def _conflicts(loaded: LoadedScenario, conflicts: Sequence[Conflict], language: Language) -> Iterator[RenderableType]:
    if not conflicts:
        yield Text(translate(wording.unexplained(), language))
    for conflict in conflicts:
        first, *rest = wording.conflict_text(conflict, loaded.county, loaded.problem)
        yield Text(translate(first, language))
        yield from _lines(rest, language)
        yield ""


def _heading(text: object, language: Language) -> Text:
    return Text(translate(text, language), style="bold")


def _lines(texts: Iterable[object], language: Language) -> Iterator[RenderableType]:
    for text in texts:
        yield Text(f"  – {translate(text, language)}")


def comparison(answers: Sequence[Solved], language: Language) -> Iterator[RenderableType]:
    """The verdict, then the scenarios side by side; behind each figure the difference to the first that has a plan."""
    scenarios = compared(answers)
    base = next(iter(with_plan(scenarios)), None)
    headline, *sentences = judgement(scenarios).sentences
    yield _heading(headline, language)
    yield from _lines(sentences, language)
    yield ""
    yield from grid_table(figures_table(scenarios, base), language)
    yield from (Text(translate(remark, language)) for remark in comparison_remarks(scenarios, base))
    yield ""
    for county, same in by_county(scenarios):
        yield from grid_table(coverage_table(same, same[0], county), language)
        yield ""
        changed = list(change_remarks(same))
        if changed:
            yield _heading(msg("Districts and teams against {scenario}", scenario=same[0].short), language)
            yield from _lines(changed, language)
            yield ""
    for one, answer in zip(scenarios, answers, strict=True):
        if answer.solution.plan is None:
            yield _heading(one.title, language)
            yield from _conflicts(answer.loaded, answer.conflicts, language)


def told(answer: Told, language: Language) -> Iterator[RenderableType]:
    """A question, its answer in sentences, how sure it is, and its tables."""
    yield _heading(answer.title, language)
    for text in answer.answer:
        yield Text(translate(text, language))
    yield ""
    yield Text(translate(answer.proof, language))
    for table in answer.tables:
        yield ""
        yield from grid_table(table, language)


def remarks(texts: Sequence[Message], language: Language) -> Iterator[RenderableType]:
    """What is to be known before an answer."""
    for text in texts:
        yield Text(translate(text, language))
    if texts:
        yield ""


def unanswered(question: Message, reason: Message, language: Language) -> Iterator[RenderableType]:
    """A question, and why it has no answer."""
    yield _heading(question, language)
    yield Text(translate(reason, language))


def grid_table(table: grid.GridTable, language: Language) -> Iterator[RenderableType]:
    """A table, each difference in brackets behind its figure, and the notes below it."""
    shown = Table(title=_heading(table.title, language), title_justify="left")
    rows = [[_cell(cell, language) for cell in row.cells] for row in table.rows]
    for position, column in enumerate(table.columns):
        widest = min(max(len(line) for texts in rows for line in texts[position].plain.split("\n")), WIDEST_FIGURE)
        shown.add_column(
            Text(translate(column.heading, language)),
            justify="right" if column.figures else "left",
            min_width=widest if column.figures else NARROWEST_LABEL,
            overflow="fold",
        )
    for row, texts in zip(table.rows, rows, strict=True):
        if row.weight is grid.Weight.TOTAL:
            shown.add_section()
        shown.add_row(*texts, style="bold" if row.weight is grid.Weight.STRONG else None)
    yield shown
    for note in table.notes:
        yield Text(translate(note, language))


def _cell(cell: grid.GridCell, language: Language) -> Text:
    text = translate(cell.value, language)
    if cell.difference is None:
        return Text(text)
    below = f"({translate(cell.difference.text, language)})"
    return Text(f"{text} {below}" if len(text) + len(below) < WIDEST_FIGURE else f"{text}\n{below}")
