"""The tables that set several plans side by side, each figure with its difference to that of one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Protocol

from geodata.county import Ags
from maps.colours import drive_minutes, identity_text, numbered_by_town
from optimizer.conflicts import Conflict
from optimizer.plan import LayerPlan, Plan
from optimizer.rules import broken, check_plan
from optimizer.solve import Solution
from scenarios.assemble import LoadedScenario
from scenarios.identity import identified_by
from translation import Message, listing, msg, number
from wording import sentences as wording
from wording.differences import (
    MEASURES,
    Better,
    Difference,
    Measure,
    Verdict,
    between,
    change_texts,
    coverage,
    difference,
    layer_of,
    moved,
)
from wording.grid import NOTHING, GridCell, GridColumn, GridRow, GridTable, row
from wording.money import case_management_funding
from wording.yardstick import (
    has_yardstick,
    measured_by,
    per_1000,
    per_1000_heading,
    per_1000_text,
    same_advice,
    same_need,
    same_posts,
    yardstick_meaning,
)

#: Beyond so many columns a heading is only the scenario's number.
_MOST_NAMED = 4
CHANGED = "⇄"
"""The sign of a municipality that changes district."""
_CHANGES = Difference(msg("{sign} changes district", sign=CHANGED), Verdict.OTHER)
_WORST, _COVERAGE = msg("lowest hours per 1,000 people"), msg("lowest coverage")
_MISSED, _ROAD = msg("shortfall h per week"), msg("lost on the road h per week")
PER_1000 = "per_1000"
"""The kind of the columns with hours per 1,000 people."""


class Solved(Protocol):
    """A scenario with the answer to it; ``conflicts`` say why there is no plan."""

    @property
    def loaded(self) -> LoadedScenario: ...
    @property
    def solution(self) -> Solution: ...
    @property
    def conflicts(self) -> Sequence[Conflict]: ...


@dataclass(frozen=True)
class Compared:
    """A scenario of a comparison: its number there (from 1), its name, and what is known of its plan.

    ``loaded`` is ``None`` where its files cannot be used.
    """

    number: int
    name: str
    known: Message
    loaded: LoadedScenario | None

    @property
    def title(self) -> Message:
        """Its number and name."""
        return scenario_title(self.number, self.name)

    @property
    def short(self) -> Message:
        """Its number."""
        return msg("({number})", number=self.number)


@dataclass(frozen=True)
class ComparedPlan(Compared):
    """One that has a plan."""

    loaded: LoadedScenario
    plan: Plan


def scenario_title(number_: int, name: str) -> Message:
    """A scenario with its number in the comparison."""
    return msg("({number}) {name}", number=number_, name=name)


def numbered(position: int, one: Solved) -> Compared:
    """A scenario with its answer, as the one with that number of a comparison."""
    loaded, plan = one.loaded, one.solution.plan
    name, known = loaded.scenario.name, wording.known(one.solution)
    if plan is None:
        return Compared(position, name, known, loaded)
    return ComparedPlan(position, name, known, loaded, plan)


def compared(solved: Iterable[Solved]) -> tuple[Compared, ...]:
    """Scenarios with their answers, numbered in their order, and measured with one yardstick."""
    return measured(known_alike([numbered(position, one) for position, one in enumerate(solved, start=1)]))


def known_alike(scenarios: Sequence[Compared], base: Compared | None = None) -> tuple[Compared, ...]:
    """The scenarios, what is the same district with the same number, colour and name in all plans for a county.

    They come from ``base``, else from the first plan for the county.
    """
    bases = {_county(same[0]): same[0].plan for _, same in by_county(scenarios)}
    if isinstance(base, ComparedPlan):
        bases[_county(base)] = base.plan
    return tuple(
        replace(one, plan=identified_by(one.plan, bases[_county(one)])) if isinstance(one, ComparedPlan) else one
        for one in scenarios
    )


def measured(scenarios: Sequence[Compared], base: Compared | None = None) -> tuple[Compared, ...]:
    """The scenarios, all those with the same need measured with one yardstick: that of :func:`yardstick_of`."""
    by = {id(one): yardstick_of(scenarios, one, base) for one in with_plan(scenarios)}

    def plan_of(one: Compared) -> Compared:
        first = by.get(id(one))
        if not isinstance(one, ComparedPlan) or first is None:
            return one
        return replace(one, plan=measured_by(first.plan, one.plan))

    return tuple(map(plan_of, scenarios))


def yardstick_of(scenarios: Iterable[Compared], one: ComparedPlan, base: Compared | None = None) -> ComparedPlan | None:
    """The scenario whose yardstick measures ``one``: ``base``, else the first with the same need that has one."""
    plans = [base] if isinstance(base, ComparedPlan) else []
    return next(
        (first for first in (*plans, *with_plan(scenarios)) if _has_own(first) and comparable(first, one)), None
    )


def _has_own(one: ComparedPlan) -> bool:
    """Whether a plan has a yardstick, and not that of another one by which it was measured."""
    return has_yardstick(one.plan) and one.plan.problem.stated_level == one.loaded.problem.stated_level


def with_plan(scenarios: Iterable[Compared]) -> list[ComparedPlan]:
    """Those that have a plan."""
    return [one for one in scenarios if isinstance(one, ComparedPlan)]


def by_county(scenarios: Iterable[Compared]) -> Iterator[tuple[str | None, list[ComparedPlan]]]:
    """The plans of each county, those of the first one first, with its name where there are several.

    Data sets of one county count as that county.
    """
    plans = with_plan(scenarios)
    order = list(dict.fromkeys(_county(one) for one in plans))
    for _, group in groupby(sorted(plans, key=lambda one: order.index(_county(one))), key=_county):
        same = list(group)
        yield same[0].loaded.county.name if len(order) > 1 else None, same


def layer_states(plan: Plan) -> tuple[Message, ...]:
    """What is known of each layer of a plan: given, or the best and whether that is proven."""
    together = sum(not layer.given for layer in plan.layers) > 1
    return tuple(
        msg("{layer} · {known}", layer=wording.layer_title(layer), known=_state(plan, layer, together=together))
        for layer in plan.layers
    )


def _state(plan: Plan, layer: LayerPlan, *, together: bool) -> Message:
    if layer.given:
        return msg("given")
    if not plan.proven:
        return msg("best found (not proven)")
    return msg("together the best (proven)") if together else msg("best (proven)")


def town_names(scenarios: Iterable[Compared]) -> dict[Ags, str]:
    """The municipalities of scenarios about one county, by AGS: a data set may lack one of another."""
    counties = [one.loaded.county for one in scenarios if one.loaded is not None]
    names = {town.ags: town.name for county in reversed(counties) for town in county.municipalities}
    return dict(sorted(names.items()))


def comparison_remarks(scenarios: Sequence[Compared], base: Compared | None) -> Iterator[Message]:
    """What a reader has to know to read rightly how far the plans are from that of ``base``."""
    if not isinstance(base, ComparedPlan):
        return
    plans = with_plan(scenarios)
    same = [one for one in plans if comparable(base, one)]
    if len(same) > 1:
        yield msg("Differences are those to {scenario}; of shares in percentage points.", scenario=base.short)
    first = yardstick_of(scenarios, base, base)
    if first is not None:
        measured_alike = len(same) > 1
        yield yardstick_text(first) if measured_alike else own_yardstick_text(first)
    if any(one.plan.problem.people is not None for one in plans):
        yield per_1000_text(next(one.loaded for one in plans if one.plan.problem.people is not None))
    others = [one.short for one in plans if one not in same and _county(one) == _county(base)]
    if others:
        yield msg(
            "{scenarios}: another key, or others take part, than in {first}. Only hours are shown; no percentages, "
            "no differences, and nothing is called better.",
            scenarios=listing(others),
            first=base.short,
        )
    advised = [one.short for one in same if not same_advice(base.plan, one.plan)]
    if advised:
        yield msg(
            "{scenarios}: existing advice counts otherwise than in {first}, so that coverage and hours per 1,000 "
            "people are not judged.",
            scenarios=listing(advised),
            first=base.short,
        )


def yardstick_text(first: ComparedPlan) -> Message:
    """By what all plans of a comparison are measured."""
    return msg("{own} All are measured by it.", own=own_yardstick_text(first))


def own_yardstick_text(first: ComparedPlan) -> Message:
    """What counts as 100 % in a scenario of a comparison."""
    return msg(
        "Yardstick: that of {scenario}. {meaning}",
        scenario=first.short,
        meaning=yardstick_meaning(first.loaded, first.plan),
    )


def scenario_columns(scenarios: Sequence[Compared], *, figures: bool = True) -> tuple[GridColumn, ...]:
    """A column for each scenario."""
    named = len(scenarios) <= _MOST_NAMED
    return tuple(GridColumn(one.title if named else one.short, figures, one.short) for one in scenarios)


def figures_table(scenarios: Sequence[Compared], base: Compared | None) -> GridTable:
    """The figures of each scenario, each with its difference to those of ``base`` where this has a plan."""

    def line(name: Message, value: Callable[[ComparedPlan], object]) -> GridRow:
        return row([name, *(value(one) if isinstance(one, ComparedPlan) else NOTHING for one in scenarios)])

    rows = (
        row([msg("What is known"), *(one.known for one in scenarios)]),
        *(
            line(measure.name, partial(_figure, measure, base))
            for measure in MEASURES
            if any(measure.known(one.plan) for one in with_plan(scenarios))
        ),
        line(msg("served worst"), lambda one: one.loaded.county.name_of(one.plan.least_covered.ags)),
        line(msg("rules not kept"), lambda one: number(len(broken(check_plan(one.plan))))),
        line(
            msg("funding of the posts per year"),
            lambda one: number(float(case_management_funding(one.loaded, one.plan)), 0, "€"),
        ),
    )
    columns = (GridColumn(msg("Figure"), figures=False), *scenario_columns(scenarios))
    names = tuple(one.title for one in scenarios) if len(scenarios) > _MOST_NAMED else ()
    return GridTable(msg("Figures of the scenarios, with differences"), columns, rows, names)


def deciding_table(scenarios: Sequence[Compared], base: Compared | None) -> GridTable:
    """The few figures that decide at first sight; all of them are in :func:`figures_table`.

    Where posts differ, the missing hours name the posts by which they are measured.
    """
    plans = with_plan(scenarios)
    worst, missed, road = (_measure(name) for name in (_WORST, _MISSED, _ROAD))
    if not any(worst.known(one.plan) for one in plans):
        worst = _measure(_COVERAGE)
    by = yardstick_of(scenarios, base, base) if isinstance(base, ComparedPlan) else None
    missing_name = msg("missing hours per week")
    if by is not None and any(not same_posts(by.plan, one.plan) for one in plans):
        posts = wording.fte(by.loaded.scenario.yardstick.posts or by.plan.problem.total_posts)
        missing_name = msg("missing hours per week, measured by {posts} posts", posts=posts)

    def line(name: Message, value: Callable[[ComparedPlan], object]) -> GridRow:
        return row([name, *(value(one) if isinstance(one, ComparedPlan) else NOTHING for one in scenarios)])

    worst_name = (
        msg("hours per 1,000 people in the municipality served worst")
        if worst.name == _WORST
        else msg("coverage of the municipality served worst")
    )
    rows = (
        line(worst_name, partial(_figure, worst, base)),
        line(missing_name, partial(_figure, missed, base)),
        line(msg("hours on the road per week"), partial(_figure, road, base)),
        line(msg("posts at the KI"), _at_the_ki),
    )
    columns = (GridColumn(msg("Figure"), figures=False), *(GridColumn(one.short) for one in scenarios))
    return GridTable(msg("The figures that decide"), columns, rows)


def _measure(name: Message) -> Measure:
    return next(measure for measure in MEASURES if measure.name == name)


def _at_the_ki(one: ComparedPlan) -> Message:
    return msg("{ki} of {posts}", ki=wording.short(float(one.plan.ki_fte)), posts=wording.short(float(one.plan.fte)))


def folded(table: GridTable) -> GridTable:
    """A table of scenarios without the rows in which all are alike; a note tells these. The first row stays."""
    first, *rows = table.rows
    alike = [one for one in rows if len(one.cells) > 2 and len({str(cell.value) for cell in one.cells[1:]}) == 1]
    told = [one for one in alike if one.cells[1].value != NOTHING]
    if not told:
        return replace(table, rows=(first, *(one for one in rows if one not in alike)))
    same = listing(msg("{name}: {value}", name=one.cells[0].value, value=one.cells[1].value) for one in told)
    rest = tuple(one for one in rows if one not in alike)
    return replace(table, rows=(first, *rest), notes=(*table.notes, msg("The same in all: {figures}.", figures=same)))


def coverage_table(scenarios: Sequence[Compared], base: Compared | None, county: str | None = None) -> GridTable:
    """The coverage of each municipality in scenarios about one county, named where there are others.

    Columns of the kind :data:`PER_1000` have its hours per 1,000 people in each.
    """
    counted = [one for one in with_plan(scenarios) if one.plan.problem.people is not None]
    columns = (
        GridColumn(msg("Municipality"), figures=False),
        *scenario_columns(scenarios),
        *(_per_1000_column(one) for one in counted),
    )
    rows = [
        row(
            [
                name,
                *(_coverage(one, base, ags) for one in scenarios),
                *(per_1000(one.plan, ags) or NOTHING for one in counted),
            ]
        )
        for ags, name in town_names(scenarios).items()
    ]
    return GridTable(_titled(msg("Coverage by municipality"), county), columns, tuple(rows))


def _per_1000_column(one: ComparedPlan) -> GridColumn:
    heading = msg("{scenario} {figure}", scenario=one.short, figure=per_1000_heading(one.loaded))
    return GridColumn(heading, short=heading, kind=PER_1000)


def changes_table(plans: Sequence[ComparedPlan], layer: int, county: str | None = None) -> GridTable:
    """The district of each municipality in each plan of one county; who changes district against the first is marked.

    ``layer`` is the position of the layer (:func:`layer_of`).
    """
    base = plans[0]
    changing = [{move.ags for move in moved(base.plan, one.plan, layer)} for one in plans]
    layers = [layer_of(one.plan, layer) for one in plans]
    served = [{} if shown is None else numbered_by_town(shown) for shown in layers]

    def cell(position: int, ags: Ags) -> GridCell:
        county = plans[position].loaded.county
        places = [
            msg("{number} · hub {hub}", number=identity_text(identity), hub=county.name_of(district.hub))
            for identity, district in served[position].get(ags, [])
        ]
        return GridCell(listing(places) if places else NOTHING, _CHANGES if ags in changing[position] else None)

    rows = [row([name, *(cell(at, ags) for at in range(len(plans)))]) for ags, name in town_names(plans).items()]
    about = msg(
        "{sign} changes district against {scenario}. A district continues at most one there, and each there is "
        "continued by at most one, so that as few as possible change: where one is divided, one part stays in it and "
        "the others change.",
        sign=CHANGED,
        scenario=base.short,
    )
    columns = (GridColumn(msg("Municipality"), figures=False), *scenario_columns(plans, figures=False))
    return GridTable(_titled(msg("Who changes district?"), county), columns, tuple(rows), (about,))


def change_remarks(plans: Sequence[ComparedPlan]) -> Iterator[Message]:
    """What changes in each plan of one county against the first, where it has as many layers."""
    base = plans[0]
    for one in plans[1:]:
        if len(one.plan.layers) == len(base.plan.layers):
            for text in change_texts(base.plan, one.plan, one.loaded.county):
                yield msg("{scenario} {text}", scenario=one.short, text=text)


def town_table(scenarios: Sequence[ComparedPlan], ags: Ags, layer: int) -> GridTable:
    """What one municipality gets in each plan that knows it; district and drive are those of the layer."""
    plans = [one for one in scenarios if ags in one.plan.municipalities]
    supplies = [one.plan.municipalities[ags] for one in plans]
    layers = [layer_of(one.plan, layer) for one in plans]
    served = [
        listing(() if shown is None else (identity_text(one) for one, _ in numbered_by_town(shown).get(ags, [])))
        for shown in layers
    ]
    drives = [
        None if shown is None else drive_minutes(one.plan, one.plan.layers.index(shown))[ags]
        for one, shown in zip(plans, layers, strict=True)
    ]
    rows = (
        row([msg("Coverage"), *(_coverage(one, scenarios[0], ags).value for one in plans)]),
        row([msg("Hours per 1,000 people"), *(per_1000(one.plan, ags) or NOTHING for one in plans)]),
        row([msg("On site per week"), *(number(supply.hours, 1, "h") for supply in supplies)]),
        row([msg("Existing advice per week"), *(number(supply.existing_hours, 1, "h") for supply in supplies)]),
        row([msg("Shortfall per week"), *(_missing(one, scenarios[0], ags) for one in plans)]),
        row([msg("District"), *(found if found.items else NOTHING for found in served)]),
        row([msg("Drive from the hub"), *(NOTHING if one is None else number(one, 0, "min") for one in drives)]),
    )
    columns = (GridColumn(msg("Figure"), figures=False), *scenario_columns(plans))
    return GridTable(msg("{town} in each of the plans", town=town_names(plans)[ags]), columns, rows)


def _titled(title: Message, county: str | None) -> Message:
    return title if county is None else msg("{title}: {county}", title=title, county=county)


def _county(one: ComparedPlan) -> str:
    return one.loaded.county.ags


def comparable(first: ComparedPlan, one: ComparedPlan) -> bool:
    """Whether two plans may be measured with one yardstick: those of one county with the same need."""
    return _county(first) == _county(one) and same_need(first.plan, one.plan)


def _against(base: Compared | None, one: ComparedPlan) -> Plan | None:
    """The plan that the one of a scenario is measured by."""
    if not isinstance(base, ComparedPlan) or one is base or not comparable(base, one):
        return None
    return base.plan


def _has_shares(one: ComparedPlan, base: Compared | None) -> bool:
    """Whether what depends on a yardstick can be told of a plan beside that of ``base``."""
    return has_yardstick(one.plan) and (not isinstance(base, ComparedPlan) or comparable(base, one))


def _figure(measure: Measure, base: Compared | None, one: ComparedPlan) -> GridCell:
    figure, against = measure.of(one.plan), _against(base, one)
    if figure is None or (measure.by_yardstick and not _has_shares(one, base)):
        return GridCell(NOTHING)
    if measure.by_yardstick and measure.same_posts and against is not None and not same_posts(against, one.plan):
        # Beyond the 100 % of fewer posts is not beyond those of one's own: no hour is lost by it.
        return GridCell(NOTHING)
    return GridCell(figure, None if against is None else difference(measure, against, one.plan))


def _missing(one: ComparedPlan, base: Compared | None, ags: Ags) -> object:
    return number(one.plan.municipalities[ags].shortfall_hours, 1, "h") if _has_shares(one, base) else NOTHING


def _coverage(one: Compared, base: Compared | None, ags: Ags) -> GridCell:
    share = coverage(one.plan, ags) if isinstance(one, ComparedPlan) and _has_shares(one, base) else None
    if share is None or not isinstance(one, ComparedPlan):
        return GridCell(NOTHING)
    against = _against(base, one)
    before = None if against is None else coverage(against, ags)
    if against is None or before is None:
        return GridCell(share)
    return GridCell(share, between(before, share, Better.HIGHER if same_advice(against, one.plan) else Better.NEITHER))
