"""The workbook for the committee (.xlsx): plans, comparison, money and what they rest on, and the county's figures.

Behind the results stand the sheets of the county's own workbook: changed there, the file can be read as new figures.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time
from functools import partial

from openpyxl import load_workbook
from openpyxl.workbook.properties import CalcProperties

from exploring.exploration import Exploration
from files.archive import settled
from geodata.editing.workbook_layout import (
    COMPARISON,
    COVERAGE,
    FOUNDATIONS,
    MONEY,
    OVERVIEW,
    PLAN_DISTRICTS,
    PLAN_MUNICIPALITIES,
    PLAN_RULES,
    PLAN_TRAVEL,
    SETTINGS,
)
from geodata.editing.workbook_write import county_workbook
from geodata.labels import METHOD_LABELS
from maps.colours import identity_text
from maps.paper.svg import clean
from optimizer.plan import LayerPlan
from reports.paper import SECTIONS, Paper, Part
from reports.slides.master import REGIONS
from reports.workbook.settings import setting_rows
from reports.workbook.sheets import Sheet, Sheets, Written, cell_of, figures_in, fit
from translation import Message, msg, number
from wording.about import planner_version
from wording.explore.all import everything_told, unanswered
from wording.explore.told import layer_remarks, measure_remarks
from wording.grid import NOTHING, GridCell, GridRow, GridTable

_NOTHING = Written("")
#: Keys of a scenario that the overview shows.
_ELSEWHERE = ("name", "description")


def workbook(paper: Paper) -> bytes:
    """The bytes of the .xlsx; the same paper gives the same bytes. The county's figures are the proposed scenario's."""
    county = paper.proposed.loaded.county
    book = load_workbook(io.BytesIO(county_workbook(county, paper.language)))
    for write in _Writer(paper, Sheets(book, paper.language, paper.county.name, paper.day)).in_order():
        write()
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is book.active
        fit(sheet)
    properties, day = book.properties, datetime.combine(paper.day, time())
    properties.title, properties.creator = clean(paper.say(paper.title)), clean(paper.county.name)
    properties.lastModifiedBy, properties.language = "KIM-Planer", REGIONS[paper.language]
    properties.subject, properties.created = clean(paper.say(paper.vintage)), day
    stream = io.BytesIO()
    book.calculation = CalcProperties(fullCalcOnLoad=False)
    book.save(stream)
    return settled(stream.getvalue(), paper.day)


def _number(part: Part) -> Written:
    """The number of a scenario, as the papers write it."""
    return Written(part.number, '"("0")"')


class _Writer:
    """Writes the sheets of results."""

    def __init__(self, paper: Paper, sheets: Sheets) -> None:
        self._paper, self._sheets = paper, sheets
        self._plans = [(part, part.planned) for part in paper.parts if part.planned is not None]

    def in_order(self) -> Iterator[Callable[[], None]]:
        yield self._overview
        yield self._comparison
        yield self._coverage
        placed = any(planned.districts for _, planned in self._plans)
        if placed:
            yield self._districts
        if self._plans:
            yield self._municipalities
        if placed:
            yield self._travel
            yield self._rules
        for topic, explorations in self._paper.explored.items():
            yield partial(self._explored, SECTIONS[topic], explorations)
        if self._paper.finance is not None:
            yield self._money
        yield self._settings
        yield self._foundations

    def _cell(self, value: object) -> Written:
        return cell_of(value, self._paper.language)

    def _overview(self) -> None:
        paper, sheet = self._paper, self._sheets.add(OVERVIEW)
        sheet.texts([paper.title], bold=True, size=16)
        sheet.texts([paper.county.name, msg("As of {date}", date=paper.day), paper.vintage])
        for title, texts in (
            (msg("The problem"), paper.problem),
            (msg("Recommendation"), (*paper.recommendation, paper.people_decide)),
            (msg("How to read the comparison"), paper.remarks),
        ):
            if texts:
                sheet.gap()
                sheet.texts([title], bold=True)
                sheet.texts(texts)
        for part in paper.parts:
            sheet.gap()
            sheet.texts([part.title], bold=True)
            existing = () if part.planned is None else part.planned.existing
            sheet.texts([text for text in (part.description, part.proof, *existing, *part.reasons) if text])
        sheet.gap()
        sheet.texts([msg("The last sheets hold the county's figures; changed there, the file can be uploaded again.")])
        sheet.texts([msg("Made with KIM-Planer {version}.", version=planner_version())])
        sheet.close(repeated=False, widest=110)

    def _comparison(self) -> None:
        sheet = self._sheets.add(COMPARISON)
        self._table(sheet, self._paper.figures.apart())
        sheet.close()

    def _coverage(self) -> None:
        sheet = self._sheets.add(COVERAGE)
        self._table(sheet, self._paper.coverage.apart())
        sheet.close()

    def _districts(self) -> None:
        sheet = self._sheets.add(PLAN_DISTRICTS)
        columns = next(planned.districts[0].columns for _, planned in self._plans if planned.districts)
        headings = [msg("Scenario"), msg("Layer"), *(column.heading for column in columns)]
        sheet.headings(headings, [False, False, *(column.figures for column in columns)])
        for part, planned in self._plans:
            for layer, table in zip(planned.plan.layers, planned.districts, strict=True):
                for row in table.rows:
                    named = [_number(part), self._cell(layer.layer.name)]
                    sheet.row([*named, *(self._cell(cell.value) for cell in row.cells)], row.weight)
        sheet.filtered()
        sheet.close(frozen="D2")

    def _municipalities(self) -> None:
        """Scenarios may have different columns, one for each layer's district: each row has what its scenario has."""
        sheet = self._sheets.add(PLAN_MUNICIPALITIES)
        tables = [(part, planned.municipalities, len(planned.plan.layers)) for part, planned in self._plans]
        _, widest, most = max(tables, key=lambda one: one[2])
        headings = [msg("Scenario"), *(column.heading for column in widest.columns)]
        sheet.headings(headings, [False, *(column.figures for column in widest.columns)])
        for part, table, layers in tables:
            for row in table.rows:
                town, *cells = (self._cell(cell.value) for cell in row.cells)
                districts = [*cells[:layers], *[_NOTHING] * (most - layers)]
                sheet.row([_number(part), town, *districts, *cells[layers:]], row.weight)
        sheet.filtered()
        sheet.close(frozen="C2")

    def _travel(self) -> None:
        sheet = self._sheets.add(PLAN_TRAVEL)
        headings = [
            msg("Scenario"), msg("Layer"), msg("District"), msg("Hub"), msg("Municipality"), msg("km one way"),
            msg("Minutes one way"), msg("Method"), msg("Visits per week"), msg("On site (h)"), msg("Travel (h)"),
        ]  # fmt: skip
        texts = (0, 1, 3, 4, 7)
        sheet.headings(headings, [position not in texts for position in range(len(headings))])
        for part, planned in self._plans:
            for layer in planned.plan.layers:
                for cells in self._drives(part, layer):
                    sheet.row([_number(part), *map(self._cell, cells)])
        sheet.filtered()
        sheet.close(frozen="F2")

    def _drives(self, part: Part, layer: LayerPlan) -> Iterator[list[object]]:
        county = part.loaded.county
        for identity, district in layer.numbered:
            hub = county.name_of(district.hub)
            for ags, hours, road in zip(district.municipalities, district.hours, district.travel_hours, strict=True):
                trip = None if ags == district.hub else county.travel[district.hub, ags]
                figures = (0.0, 0.0) if trip is None else trip.cells[:2]
                yield [
                    layer.layer.name,
                    identity_text(identity),
                    hub,
                    county.name_of(ags),
                    *(NOTHING if figure is None else number(figure, 1) for figure in figures),
                    NOTHING if trip is None else METHOD_LABELS[trip.method],
                    number(hours / layer.layer.block_hours, 1),
                    number(hours, 1),
                    number(road, 1),
                ]

    def _rules(self) -> None:
        sheet = self._sheets.add(PLAN_RULES)
        sheet.headings([msg("Scenario"), msg("Kept"), msg("Binding"), msg("Rule")], [False] * 4)
        for part, planned in self._plans:
            for check, text in planned.rules:
                kept, binding = (msg("yes") if so else msg("no") for so in (check.holds, check.binding))
                sheet.row([_number(part), *map(self._cell, (kept, binding, self._paper.say(text)))])
        sheet.filtered()
        sheet.close(frozen="A2", widest=90)

    def _explored(self, section: Message, explorations: Sequence[Exploration]) -> None:
        """Every answer with its tables; the tables of a matrix too, whose figures other papers show as a chart."""
        sheet = self._sheets.add(section)
        for exploration in explorations:
            if len(explorations) > 1:
                sheet.texts([exploration.about.layer_name], bold=True, size=14)
            sheet.texts([*layer_remarks(exploration.about), *measure_remarks(exploration.about)])
            for told in everything_told(exploration):
                sheet.texts([told.title], bold=True, size=12)
                sheet.texts([*told.answer, told.proof])
                for table in told.tables:
                    sheet.gap()
                    sheet.texts([table.title], bold=True)
                    self._table(sheet, table.apart())
                    sheet.texts(table.notes)
                sheet.gap()
            sheet.texts(unanswered(exploration))
        sheet.close(repeated=False, widest=52)

    def _money(self) -> None:
        found, sheet = self._paper.finance, self._sheets.add(MONEY)
        assert found is not None
        self._table(sheet, found.compared)
        own = (found.own_by_employer, found.own_by_municipality)
        for table in (found.years, found.grants, *own, self._staff(found.staff)):
            if table is not None:
                sheet.gap()
                sheet.texts([table.title], bold=True)
                self._table(sheet, table)
        sheet.gap()
        sheet.texts([*found.warnings, *found.sentences])
        sheet.close()

    def _table(self, sheet: Sheet, table: GridTable) -> None:
        sheet.headings([column.heading for column in table.columns], [column.figures for column in table.columns])
        for row in table.rows:
            sheet.row([self._cell(cell.value) for cell in row.cells], row.weight)

    def _staff(self, table: GridTable) -> GridTable:
        """Posts and persons in columns of their own: a cell holds one figure."""
        first, *scenarios = table.columns
        columns = [first]
        for column in scenarios:
            columns += [type(column)(msg("{scenario}: FTE", scenario=column.heading))]
            columns += [type(column)(msg("{scenario}: persons", scenario=column.heading))]
        rows = []
        for row in table.rows:
            name, *teams = row.cells
            cells = [name]
            for team in teams:
                persons, posts = figures_in(team.value) or ("", "")
                cells += [GridCell(posts), GridCell(persons)]
            rows.append(GridRow(tuple(cells), row.weight))
        return GridTable(table.title, tuple(columns), tuple(rows), table.notes)

    def _settings(self) -> None:
        sheet, parts = self._sheets.add(SETTINGS), self._paper.parts
        named = [part.title for part in parts]
        sheet.headings([msg("Setting"), msg("Meaning"), msg("Assumption"), *named], [False] * 3 + [True] * len(parts))
        for one in setting_rows([part.loaded.scenario for part in parts]):
            if one.path in _ELSEWHERE:
                continue
            told = [one.path, one.label, msg("yes") if one.assumption else ""]
            sheet.row([self._cell(value) for value in (*told, *one.values)])
        sheet.close(frozen="D2", widest=44)

    def _foundations(self) -> None:
        paper, sheet = self._paper, self._sheets.add(FOUNDATIONS)
        for title, texts in (
            (msg("Assumptions (set, no statistics)"), paper.assumptions),
            (msg("What the figures do not say"), paper.limits),
            (msg("Sources"), paper.sources),
            (msg("Words"), tuple(msg("{term}: {meaning}", term=t, meaning=m) for t, m in paper.glossary)),
        ):
            sheet.texts([title], bold=True)
            sheet.texts(texts)
            sheet.gap()
        sheet.close(repeated=False, widest=110)
