"""What ``kim`` prints for people: a plan, several side by side, or an answer about one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from optimizer.conflicts import Conflict
from optimizer.plan import LayerPlan, Plan
from optimizer.rules import broken, check_plan
from optimizer.solve import Solution
from scenarios.assemble import LoadedScenario
from translation import Language, Message, Percent, msg, number, percent, translate
from wording import grid
from wording import sentences as wording

if TYPE_CHECKING:
    from wording.explore.told import Told

Answer = tuple[LoadedScenario, Solution, Sequence[Conflict]]
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
    yield ""
    if solution.plan is None:
        yield from _conflicts(loaded, conflicts, language)
    else:
        found = solution.plan
        for layer in found.layers:
            yield _districts(layer, loaded, language)
            yield from _lines((wording.stage_text(stage) for stage in layer.stages), language)
            yield ""
        yield _municipalities(found, loaded, language)
        yield ""
        yield _losses(found, language)
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


def _table(title: object, columns: Sequence[tuple[object, bool]], language: Language) -> Table:
    """An empty table; a column is its heading and whether it holds figures."""
    table = Table(title=_heading(title, language), title_justify="left")
    for heading, figures in columns:
        name = Text(translate(heading, language))
        least = 1 if figures else NARROWEST_LABEL
        table.add_column(name, justify="right" if figures else "left", min_width=least, overflow="fold")
    return table


def _districts(layer: LayerPlan, loaded: LoadedScenario, language: Language) -> Table:
    columns = [
        (msg("No."), True),
        (msg("Employer"), False),
        (msg("FTE"), True),
        (msg("Persons"), True),
        (msg("Hub"), False),
        (msg("Municipalities"), False),
        (msg("On site h"), True),
        (msg("Road h"), True),
        (msg("Coordination h"), True),
    ]
    table = _table(wording.layer_title(layer), columns, language)
    for position, district in enumerate(layer.districts, 1):
        cells: list[object] = [
            position,
            wording.employer_name(district.employer, loaded.county),
            wording.fte(district.fte),
            district.persons,
            loaded.county.name_of(district.hub),
            wording.town_names(district.municipalities, loaded.county),
            number(district.on_site_hours, 1),
            number(district.total_travel_hours, 1),
            number(district.coordination_hours, 1),
        ]
        _add(table, cells, language)
    return table


def _add(table: Table, cells: Iterable[object], language: Language, style: str | None = None) -> None:
    texts = [Text(translate(cell, language)) for cell in cells]
    for column, text in zip(table.columns, texts, strict=True):
        if column.justify == "right":
            column.min_width = max(column.min_width or 0, min(text.cell_len, WIDEST_FIGURE))
    table.add_row(*texts, style=style)


def _coverage(value: float | None) -> Percent | str:
    return "–" if value is None else percent(value)


def _municipalities(found: Plan, loaded: LoadedScenario, language: Language) -> Table:
    columns = [
        (msg("Municipality"), False),
        (msg("Key"), True),
        (msg("Fair supply h"), True),
        (msg("Existing h"), True),
        (msg("On site h"), True),
        (msg("Road h"), True),
        (msg("Coverage"), True),
        (msg("Shortfall h"), True),
    ]
    table = _table(msg("Municipalities (hours per week)"), columns, language)
    supplies = list(found.municipalities.values())
    for supply in supplies:
        lowest = supply.ags == found.least_covered.ags
        cells: list[object] = [
            loaded.county.name_of(supply.ags),
            percent(supply.key),
            number(supply.fair_supply, 1),
            number(supply.existing_hours, 1),
            number(supply.hours, 1),
            number(supply.travel_hours, 1),
            _coverage(supply.coverage),
            number(supply.shortfall_hours, 1),
        ]
        _add(table, cells, language, "bold" if lowest else None)
    table.add_section()
    total: list[object] = [
        msg("County; lowest coverage"),
        percent(math.fsum(s.key for s in supplies)),
        number(math.fsum(s.fair_supply for s in supplies), 1),
        number(math.fsum(s.existing_hours for s in supplies), 1),
        number(found.on_site_hours, 1),
        number(found.travel_hours, 1),
        percent(found.lowest_coverage),
        number(found.shortfall_hours, 1),
    ]
    _add(table, total, language)
    return table


def _losses(found: Plan, language: Language) -> Table:
    title = msg("Where the hours go")
    table = _table(title, [(msg("Use"), False), (msg("h per week"), True), (msg("Share"), True)], language)
    offered = found.problem.offered_hours
    for label, hours in wording.losses(found):
        _add(table, [label, number(hours, 1), percent(hours / offered)], language)
    table.add_section()
    _add(table, [msg("all posts"), number(offered, 1), percent(1.0)], language)
    return table


def comparison(answers: Sequence[Answer], language: Language) -> Iterator[RenderableType]:
    """Scenarios side by side; behind each figure the difference to the first of them."""
    numbered = [(msg("({number})", number=position), True) for position in range(1, len(answers) + 1)]
    for position, (loaded, solution, _) in enumerate(answers, 1):
        name, status = loaded.scenario.name, wording.status_text(solution.status)
        text = msg("({number}) {name}: {status}", number=position, name=name, status=status)
        yield Text(translate(text, language))
    yield ""
    plans = [solution.plan for _, solution, _ in answers]
    title = msg("Figures (in brackets: difference to the first, of shares in percentage points)")
    table = _table(title, [(msg("Figure"), False), *numbered], language)
    for label, value, show in _FIGURES:
        _add(table, [label, *_compared(plans, value, show, language)], language)
    least = [
        loaded.county.name_of(p.least_covered.ags) if p else "–"
        for (loaded, _, _), p in zip(answers, plans, strict=True)
    ]
    _add(table, [msg("lowest coverage in"), *least], language)
    _add(table, [msg("rules not kept"), *(len(broken(check_plan(p))) if p else "–" for p in plans)], language)
    yield table
    yield ""
    counties = {loaded.county.ags: loaded.county for loaded, _, _ in answers}
    for ags, county in counties.items():
        same = [p if loaded.county.ags == ags else None for (loaded, _, _), p in zip(answers, plans, strict=True)]
        title = msg("Coverage by municipality, {county} (in brackets: percentage points)", county=county.name)
        table = _table(title, [(msg("Municipality"), False), *numbered], language)
        # Two folders may describe the same county, one without a municipality of the other.
        towns = {
            t.ags: t.name for loaded, _, _ in answers if loaded.county.ags == ags for t in loaded.county.municipalities
        }
        for town, name in sorted(towns.items()):
            _add(table, [name, *_compared(same, _coverage_of(town), percent, language)], language)
        yield table
        yield ""
    for position, (loaded, solution, conflicts) in enumerate(answers, 1):
        if solution.plan is None:
            yield _heading(msg("({number}) {name}", number=position, name=loaded.scenario.name), language)
            yield from _conflicts(loaded, conflicts, language)


def _coverage_of(ags: str) -> Callable[[Plan], float | None]:
    return lambda plan: plan.municipalities[ags].coverage if ags in plan.municipalities else None


def _compared(
    plans: Sequence[Plan | None],
    value: Callable[[Plan], float | None],
    show: Callable[[float], object],
    language: Language,
) -> Iterator[str]:
    values = [None if p is None else value(p) for p in plans]
    first = values[0]
    for position, figure in enumerate(values):
        if figure is None:
            yield "–"
            continue
        text = translate(show(figure), language)
        if position and first is not None:
            difference = translate(_apart(show, figure - first), language)
            sign = "±" if difference == translate(_apart(show, 0.0), language) else "+" if figure > first else "−"
            text += f" ({sign}{difference})"
        yield text


def _apart(show: Callable[[float], object], difference: float) -> object:
    # Shares differ by percentage points, not by percent.
    return number(abs(difference) * 100, 1) if show is percent else show(abs(difference))


def _hours(value: float) -> object:
    return number(value, 1)


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


def grid_table(table: grid.Table, language: Language) -> Iterator[RenderableType]:
    """A table of the papers, each difference in brackets behind its figure, and the notes below it."""
    shown = _table(table.title, [(column.heading, column.figures) for column in table.columns], language)
    for row in table.rows:
        if row.weight is grid.Weight.TOTAL:
            shown.add_section()
        style = "bold" if row.weight is grid.Weight.STRONG else None
        _add(shown, [_cell(cell, language) for cell in row.cells], language, style)
    yield shown
    for note in table.notes:
        yield Text(translate(note, language))


def _cell(cell: grid.Cell, language: Language) -> str:
    text = translate(cell.value, language)
    return text if cell.difference is None else f"{text} ({translate(cell.difference.text, language)})"


_FIGURES: tuple[tuple[object, Callable[[Plan], float], Callable[[float], object]], ...] = (
    (msg("posts (FTE)"), lambda p: float(sum(layer.fte for layer in p.layers)), wording.fte),
    (msg("share at the KI"), lambda p: float(p.ki_share), percent),
    (msg("districts"), lambda p: sum(len(layer.districts) for layer in p.layers), number),
    (msg("lowest coverage"), lambda p: p.lowest_coverage, percent),
    (msg("shortfall h per week"), lambda p: p.shortfall_hours, _hours),
    (msg("fair supply h per unit of key"), lambda p: p.fair_level, _hours),
    (msg("on site h per week"), lambda p: p.on_site_hours, _hours),
    (msg("lost on the road h per week"), lambda p: p.travel_hours, _hours),
    (msg("lost to coordination h per week"), lambda p: p.coordination_hours, _hours),
    (msg("lost through unevenness h per week"), lambda p: p.surplus_hours, _hours),
)
