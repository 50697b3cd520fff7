"""The tables that set several plans side by side, each figure with its difference to the proposed plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geodata.county import Ags, County
from optimizer.plan import Plan, alike
from optimizer.rules import broken, check_plan
from optimizer.solve import Status
from scenarios.assemble import LoadedScenario
from translation import Message, msg, number
from wording import sentences as wording
from wording.differences import MEASURES, Better, Measure, between, coverage, difference
from wording.grid import NOTHING, Cell, Column, Row, Table, row
from wording.money import case_management_funding

Scenarios = Sequence[tuple[LoadedScenario, Status, Plan | None]]
"""The scenarios of a comparison in their order, each with its plan, where there is one."""

#: Beyond so many columns a heading is only the scenario's number.
MOST_NAMED = 4


def scenario_title(number_: int, name: str) -> Message:
    """A scenario with its number in the comparison."""
    return msg("({number}) {name}", number=number_, name=name)


def scenario_columns(scenarios: Scenarios) -> tuple[Column, ...]:
    """A column of figures for each scenario."""
    named = len(scenarios) <= MOST_NAMED
    return tuple(
        Column(scenario_title(position, loaded.scenario.name) if named else msg("({number})", number=position))
        for position, (loaded, _, _) in enumerate(scenarios, start=1)
    )


def _names(scenarios: Scenarios) -> tuple[Message, ...]:
    """The names of scenarios whose columns have only a number."""
    if len(scenarios) <= MOST_NAMED:
        return ()
    return tuple(scenario_title(at, loaded.scenario.name) for at, (loaded, _, _) in enumerate(scenarios, start=1))


def figures_table(scenarios: Scenarios, proposed: int) -> Table:
    """The figures of each scenario, each with its difference to the one in position ``proposed``."""
    base = scenarios[proposed][2]
    plans = [plan for _, _, plan in scenarios]

    def figures(measure: Measure) -> Row:
        return row([measure.name, *(_figure(measure, plan, base, i == proposed) for i, plan in enumerate(plans))])

    def texts(name: Message, value: Callable[[LoadedScenario, Plan], object]) -> Row:
        return row([name, *(NOTHING if plan is None else value(loaded, plan) for loaded, _, plan in scenarios)])

    rows = (
        row([msg("What is known"), *(wording.status_text(status) for _, status, _ in scenarios)]),
        *map(figures, MEASURES),
        texts(msg("lowest coverage in"), lambda loaded, plan: loaded.county.name_of(plan.least_covered.ags)),
        texts(msg("rules not kept"), lambda _, plan: number(len(broken(check_plan(plan))))),
        texts(
            msg("funding of the posts per year"),
            lambda loaded, plan: number(float(case_management_funding(loaded, plan)), 0, "€"),
        ),
    )
    columns = (Column(msg("Figure"), figures=False), *scenario_columns(scenarios))
    return Table(msg("Figures of the scenarios, with differences"), columns, rows, _names(scenarios))


def coverage_table(scenarios: Scenarios, proposed: int) -> Table:
    """The coverage of each municipality in each scenario, with the difference in percentage points."""
    base = scenarios[proposed][2]
    rows = []
    for ags, name in town_names([loaded.county for loaded, _, _ in scenarios]).items():
        cells = [_coverage(plan, base, ags, position == proposed) for position, (_, _, plan) in enumerate(scenarios)]
        rows.append(row([name, *cells]))
    columns = (Column(msg("Municipality"), figures=False), *scenario_columns(scenarios))
    return Table(msg("Coverage by municipality"), columns, tuple(rows))


def town_names(counties: Sequence[County]) -> dict[Ags, str]:
    """The municipalities of several data sets of one county, by AGS: one may lack one of another."""
    names = {town.ags: town.name for county in reversed(counties) for town in county.municipalities}
    return dict(sorted(names.items()))


def _figure(measure: Measure, plan: Plan | None, base: Plan | None, proposed: bool) -> Cell:
    if plan is None:
        return Cell(NOTHING)
    return Cell(measure.shown(plan), None if base is None or proposed else difference(measure, base, plan))


def _coverage(plan: Plan | None, base: Plan | None, ags: Ags, proposed: bool) -> Cell:
    share = None if plan is None else coverage(plan, ags)
    before = None if base is None or proposed else coverage(base, ags)
    if plan is None or base is None or share is None or before is None:
        return Cell(NOTHING if share is None else share)
    return Cell(share, between(before, share, Better.HIGHER if alike(base, plan) else Better.NEITHER))
