"""The workbook opened again: figures as numbers, pages that print, nothing that runs, and the county's figures back."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from counties import NAMES, county_texts, write_county
from explored_answers import HOSTILE, answers
from openpyxl import load_workbook
from papers import DAY, IMPOSSIBLE, models, scenario, shipped

from exploring.question import Question, Topic
from geodata.editing.figures import figures_of
from geodata.editing.workbook_layout import (
    COMPARISON,
    COVERAGE,
    MONEY,
    OVERVIEW,
    PLAN_DISTRICTS,
    PLAN_MUNICIPALITIES,
    PLAN_RULES,
    PLAN_TRAVEL,
    SETTINGS,
    THE_WAY_THERE,
    WHY_THIS_PLAN,
)
from geodata.editing.workbook_read import read_workbook
from reports.number_formats import number_format, stored
from reports.paper import Paper, paper
from reports.workbook.sheets import cell_of
from reports.workbook.workbook import workbook
from translation import LANGUAGES, Message, Number, Percent, msg, msgs, number, percent, translate
from wording.compared_tables import compared, with_plan
from wording.explore.all import everything_told

LONG = "Sankt Maria-Magdalena-Neukirchen im Oberen Tecklenburger Land"
RESULTS = 10


def opened(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def found() -> Paper:
    return paper(models(), "en", day=DAY)


@pytest.fixture(scope="module")
def content(found: Paper) -> bytes:
    return workbook(found)


@pytest.fixture(scope="module")
def book(content: bytes) -> Any:
    return opened(content)


def rows(book: Any, title: Message) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in book[str(title)].iter_rows()]


def exactly(figures: Iterable[float]) -> Any:
    """As exact as the file keeps them: 16 digits."""
    return pytest.approx(list(figures), rel=1e-15)


def test_results_come_first_and_the_figures_of_the_county_last(book: Any) -> None:
    assert book.sheetnames == [
        "Overview", "Comparison", "Coverage", "Plan by district", "Plan by municipality", "Travel of the plan",
        "Rules of the plan", "Money", "Settings", "What this rests on", "How it works", "Indicators", "Services",
        "Drives", "Bridges and ferries", "Employers", "Sources",
    ]  # fmt: skip
    assert book.active.title == "Overview"
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == ["Overview"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_are_those_that_a_spreadsheet_allows(language: Any) -> None:
    names = opened(workbook(paper([shipped("modell-1-zentral")], language, day=DAY))).sheetnames
    assert len({name.casefold() for name in names}) == len(names) == 17
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_sheets_print_well(book: Any) -> None:
    for sheet in book:
        assert sheet.print_area, sheet.title
        if sheet.title == "How it works":
            continue
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        if sheet.title not in ("Overview", "What this rests on"):
            assert sheet.freeze_panes is not None
            assert sheet.print_title_rows == "$1:$1" or sheet.print_title_rows == "1:1"
    assert book["Overview"].oddFooter.left.text == "Kreis Coesfeld · 9 March 2026"


def test_the_comparison_has_the_figures_in_full(found: Paper, book: Any) -> None:
    shown = rows(book, COMPARISON)
    plans = [answer.solution.plan for answer in models()]
    one, two = plans[0], plans[1]
    assert one is not None
    assert two is not None
    by_name = {row[0]: row for row in shown}
    assert by_name["lowest coverage"][1:3] == exactly([one.lowest_coverage, two.lowest_coverage])
    assert by_name["shortfall h per week"][3] == round(round(two.shortfall_hours, 1) - round(one.shortfall_hours, 1), 1)
    assert by_name["lowest coverage"][3] == pytest.approx(
        100 * (round(two.lowest_coverage, 3) - round(one.lowest_coverage, 3))
    )
    sheet = book[str(COMPARISON)]
    line = [row[0] for row in shown].index("lowest coverage") + 1
    assert sheet.cell(line, 2).number_format == "0.0%"
    assert sheet.cell(line, 4).number_format == '"+"#,##0.0" points ▼ worse";"−"#,##0.0" points ▼ worse"'
    assert by_name["posts (FTE)"][3] == 0
    assert len(shown) == len(found.figures.rows) + 1


def test_coverage_districts_and_municipalities_are_those_of_the_plans(book: Any) -> None:
    plan = with_plan(compared(models()))[1].plan
    coverage = {row[0]: row[2] for row in rows(book, COVERAGE)}
    assert coverage["Dülmen"] == pytest.approx(plan.municipalities["05558016"].coverage, rel=1e-15)
    second = [row for row in rows(book, PLAN_DISTRICTS) if row[0] == 2]
    assert [row[7] for row in second[:-1]] == exactly(d.on_site_hours for _, d in plan.layers[0].numbered)
    assert second[-1][3] == "all districts"
    towns = [row for row in rows(book, PLAN_MUNICIPALITIES) if row[0] == 2]
    place = {name: position for position, name in enumerate(rows(book, PLAN_MUNICIPALITIES)[0])}
    supplies = list(plan.municipalities.values())
    assert [row[place["On site (h)"]] for row in towns[:-1]] == exactly(supply.hours for supply in supplies)
    assert [row[place["Coverage"]] for row in towns[:-1]] == exactly(supply.coverage for supply in supplies)
    assert book[str(PLAN_MUNICIPALITIES)].auto_filter.ref == "A1:N37"


def test_scenarios_with_more_layers_have_more_columns(book: Any) -> None:
    headings, *below = rows(book, PLAN_MUNICIPALITIES)
    assert headings[2:5] == ["District, layer 1", "District, layer 2", "Key"]
    ascheberg = [row for row in below if row[1] == "Ascheberg"]
    numbers = [
        [one.number for layer in each.plan.layers for one, d in layer.numbered if "05558004" in d.municipalities]
        for each in with_plan(compared(models()))
    ]
    assert [[found for found in row[2:4] if found is not None] for row in ascheberg] == numbers
    assert [len(some) for some in numbers] == [1, 1, 2]
    assert all(0 < row[4] < 1 for row in ascheberg)


def test_travel_is_that_of_the_teams(book: Any) -> None:
    answer = models()[0]
    plan, county = answer.solution.plan, answer.loaded.county
    assert plan is not None
    headings, *below = rows(book, PLAN_TRAVEL)
    first = [row for row in below if row[0] == 1]
    assert math.fsum(row[10] for row in first) == pytest.approx(plan.travel_hours)
    assert math.fsum(row[9] for row in first) == pytest.approx(plan.on_site_hours)
    place = {name: position for position, name in enumerate(headings)}
    (drive,) = [row for row in first if row[place["Municipality"]] == "Ascheberg"]
    keys = {town.name: town.ags for town in county.municipalities}
    trip = county.travel[keys["Senden"], keys["Ascheberg"]]
    assert drive[place["Hub"]] == "Senden"
    assert drive[place["km one way"] : place["Method"]] == [trip.km, trip.minutes]
    # There and back for every visit.
    assert drive[10] == pytest.approx(2 * trip.minutes / 60 * drive[place["Visits per week"]])
    own = [row for row in first if row[place["Municipality"]] == "Senden"]
    assert own[0][place["km one way"]] == 0


def test_rules_money_and_settings(book: Any) -> None:
    rules = rows(book, PLAN_RULES)
    assert {row[1] for row in rules[1:]} == {"yes"}
    assert "at least 33.3% of the posts" in rules[1][3]
    money = {row[0]: row for row in reversed(rows(book, MONEY)) if row[0]}
    assert money["Module II: case management"][1] == 330_000
    plans = [answer.solution.plan for answer in models()]
    teams = [[team for layer in plan.layers for team in layer.districts] for plan in plans if plan is not None]
    placed = [(sum(team.fte for team in each), sum(team.persons for team in each)) for each in teams]
    assert [posts for posts, _ in placed] == [6, 6, 6]
    assert money["all employers"][1:] == [figure for both in placed for figure in both]
    settings = {row[0]: row for row in rows(book, SETTINGS)}
    assert settings["layers[0].posts.total"][3:] == [6, 6, 4]
    assert settings["layers[1].posts.total"][3:] == [None, None, 2]
    assert settings["layers[0].posts.step"][1:3] == ["Smallest part of a post", "yes"]
    assert settings["funding.cost_per_post"][3] == "not known"
    assert settings["key.migration_history"][3] == 1


def test_numbers_are_numbers(book: Any) -> None:
    for title in (COMPARISON, COVERAGE, PLAN_DISTRICTS, PLAN_MUNICIPALITIES, PLAN_TRAVEL, MONEY):
        headings, *below = rows(book, title)
        for row in below:
            for heading, value in zip(headings, row, strict=True):
                # The date of figures is no quantity: a year alone stays a text.
                assert (
                    heading == "as of"
                    or not isinstance(value, str)
                    or not value.replace(".", "").replace(",", "").rstrip("% h€").isdigit()
                )


def test_what_the_file_says_of_itself(found: Paper, book: Any) -> None:
    properties = book.properties
    assert properties.title == found.say(found.title)
    assert (properties.creator, properties.language) == ("Kreis Coesfeld", "en-GB")
    assert properties.created.date() == properties.modified.date() == DAY


def test_the_same_input_gives_the_same_bytes(found: Paper, content: bytes) -> None:
    assert workbook(found) == content
    assert workbook(paper(models(), "en", day=date(2026, 3, 10))) != content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_read_back_as_the_figures_of_the_county(language: Any) -> None:
    found = paper(models(), language, day=DAY)
    entered = read_workbook(workbook(found), found.county, "papers.xlsx")
    assert entered.notices == ()
    assert entered.figures == figures_of(found.county)


def test_changed_figures_are_read_also_where_sheets_were_deleted(found: Paper, content: bytes) -> None:
    book = opened(content)
    book["Indicators"]["C7"] = 16000
    del book["Drives"]
    stream = io.BytesIO()
    book.save(stream)
    entered = read_workbook(stream.getvalue(), found.county, "papers.xlsx")
    assert entered.notices == ()
    assert entered.figures.indicators["population"]["05558004"] == 16000
    assert entered.figures.travel == figures_of(found.county).travel


@pytest.mark.parametrize("name", [LONG, '=HYPERLINK("http://x")', "@SUM(A1)", "+1", "-1 & <b>"])
def test_hostile_names_stay_texts(tmp_path: Path, name: str) -> None:
    texts = county_texts(columns=4)
    quoted = '"' + name.replace('"', '""') + '"'
    texts["municipalities.csv"] = texts["municipalities.csv"].replace(NAMES[0], quoted)
    texts["county.yaml"] = texts["county.yaml"].replace("Kreis Musterland", "'" + name.replace("'", "''") + "'")
    write_county(tmp_path, texts)
    answer = scenario(
        tmp_path,
        "'" + name.replace("'", "''") + "'",
        "{posts: {total: 2}, districts: {minimum: 1}}",
        county="county",
        key="key: {population: 1}",
        more="funding: {cost_per_post: 71234.56}",
    )
    found = paper([answer, answer], "en", day=DAY)
    book = opened(workbook(found))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    named = [cell for cell in cells if cell.value == name]
    assert len(named) > 10
    assert all(cell.quotePrefix for cell in named) is (name[0] in "=@+-")
    assert str(book[str(OVERVIEW)].oddFooter.left.text).startswith(name.replace("&", "&&"))


def test_without_any_plan(tmp_path: Path) -> None:
    impossible = scenario(tmp_path, "Zu viel", IMPOSSIBLE)
    book = opened(workbook(paper([impossible], "en", day=DAY)))
    assert len(book.sheetnames) == 17 - 5
    overview = " ".join(str(row[0]) for row in rows(book, OVERVIEW))
    assert "at least 3 persons in every team" in overview


@pytest.mark.parametrize(
    ("value", "digits", "kept"),
    [(4.25, 1, 4.2), (4.35, 1, 4.3), (4.36, 1, 4.36), (2.5, 0, 2), (1 / 3, 1, 1 / 3), (-0.04, 1, -0.04)],
)
def test_a_figure_is_kept_in_full_unless_a_spreadsheet_would_round_it_otherwise(
    value: float, digits: int, kept: float
) -> None:
    assert stored(number(value, digits)) == kept


@pytest.mark.parametrize("value", [number(1234.5, 1, "h"), percent(0.12345, 1), number(3), number(0.5, 2, '"q"')])
def test_number_formats_have_the_decimals_and_the_unit(value: Any) -> None:
    form = number_format(value, "en")
    assert form.partition(".")[2].count("0") == value.digits
    assert translate(value, "en").endswith("%") == form.endswith("%")


def test_a_message_around_one_figure_is_a_number() -> None:
    written = cell_of(msg("{posts} FTE", posts=number(2.5, 1)), "en")
    assert (written.value, written.form) == (2.5, '#,##0.0" FTE"')
    several = cell_of(msgs("{posts} FTE, {count} person", "{posts} FTE, {count} persons", 3, posts=number(2, 1)), "en")
    assert several.value == "2.0 FTE, 3 persons"


def test_every_difference_reads_as_on_paper(found: Paper) -> None:
    seen = set()
    for row in (*found.figures.rows, *found.coverage.rows):
        for cell in row.cells:
            if cell.difference is None:
                continue
            written = cell_of(cell.difference, "en")
            assert isinstance(written.value, int | float)
            assert written.form is not None
            text = found.say(cell.difference.text)
            seen.add(cell.difference.verdict)
            first, _, second = written.form.partition(";")
            section = second if written.value < 0 else first
            assert section.startswith(f'"{text[0]}"') or section == f'"{text}"'
    assert len(seen) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_have_a_sheet_with_their_figures(language: Any) -> None:
    answer, exploration = answers()
    found = paper([answer], language, day=DAY, exploration=[exploration])
    content = workbook(found)
    assert workbook(found) == content
    book = opened(content)
    titles = {Topic.PLAN: found.say(WHY_THIS_PLAN), Topic.WAY: found.say(THE_WAY_THERE)}
    assert book.sheetnames[7:9] == list(titles.values())
    for told in everything_told(exploration):
        shown = [[cell.value for cell in row] for row in book[titles[told.question.topic]].iter_rows()]
        first = [row[0] for row in shown]
        assert {found.say(text) for text in (told.title, *told.answer, told.proof)} <= set(first)
        for table in told.tables:
            start = first.index(found.say(table.title)) + 2
            places = [shown[start - 1].index(found.say(column.heading)) for column in table.columns]
            for row, cells in zip(table.rows, shown[start:], strict=False):
                for place, cell in zip(places, row.cells, strict=True):
                    if isinstance(cell.value, Number | Percent):
                        assert cells[place] == pytest.approx(stored(cell.value), rel=1e-15, abs=1e-15)
    assert all(book[title].print_area for title in titles.values())
    entered = read_workbook(content, found.county, "papers.xlsx")
    assert entered.notices == ()
    assert entered.figures == figures_of(found.county)


def test_changes_with_a_sign_are_numbers() -> None:
    _, exploration = answers()
    for one in exploration.answers[Question.SENSITIVITY]:
        for turn in (one.less, one.more):
            if turn is None:
                continue
            sign = "+" if turn.change > 0 else "−"
            written = cell_of(Message(sign + "{amount}", {"amount": percent(abs(turn.change))}), "en")
            assert written.value == math.copysign(stored(percent(abs(turn.change))), turn.change)
            assert written.form == '"+"0.0%;"−"0.0%'


@pytest.mark.parametrize("name", [LONG, HOSTILE])
def test_answers_about_hostile_names(name: str) -> None:
    answer, exploration = answers(name)
    found = paper([answer], "en", day=DAY, exploration=[exploration])
    book = opened(workbook(found))
    cells = [cell for row in book["Why this plan"].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    named = [cell for cell in cells if cell.value == name]
    assert named
    assert all(cell.quotePrefix for cell in named) is (name[0] in "=@+-")
