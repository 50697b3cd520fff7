"""The slides opened again: titles, tables and charts to be edited, descriptions, language; names that are long."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from counties import NAMES, county_texts, write_county
from explored_answers import HOSTILE, answers, without
from lxml import etree
from openpyxl import load_workbook
from papers import DAY, IMPOSSIBLE, Answer, models, scenario, shipped
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.util import Pt

from exploring.exploration import Exploration
from exploring.question import Question
from reports.paper import Paper, paper
from reports.slides.master import HIGH, WIDE
from reports.slides.slides import slides
from reports.style import Style
from translation import Language, Percent, number, percent
from wording.explore.all import everything_told

LONG = "Sankt Maria-Magdalena-Neukirchen im Oberen Tecklenburger Land"
ONE_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunternehmen"
FORMULA = '=HYPERLINK("http://x") <b> & ${alert(1)}'


def picture(wide: int = 297, high: int = 210, form: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (wide, high), "#ccc").save(stream, form)
    return stream.getvalue()


def made(
    *answers: Answer, language: Language = "de", style: Style | None = None, **more: Any
) -> tuple[Paper, Any, bytes]:
    found = paper(answers, language, day=DAY, **more)
    content = slides(found, [picture()] * len(found.maps), style or Style())
    return found, Presentation(io.BytesIO(content)), content


@pytest.fixture(scope="module")
def three() -> tuple[Paper, Any, bytes]:
    return made(*models())


def titles(deck: Any) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in deck.slides]


def shapes(deck: Any) -> list[Any]:
    return [shape for slide in deck.slides for shape in slide.shapes]


def tables(deck: Any) -> list[Any]:
    return [shape.table for shape in shapes(deck) if shape.has_table]


def charts(deck: Any) -> list[Any]:
    return [shape.chart for shape in shapes(deck) if shape.has_chart]


def described(shape: Any) -> str:
    (properties,) = shape._element.xpath("./*/p:cNvPr")
    return str(properties.get("descr") or "")


def words(deck: Any) -> str:
    """All texts of the slides."""
    return " ".join(t.text or "" for slide in deck.slides for t in slide._element.iter(qn("a:t")))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_slide_has_a_title_of_its_own(three: tuple[Paper, Any, bytes]) -> None:
    found, deck, _ = three
    assert (deck.slide_width, deck.slide_height) == (Pt(WIDE), Pt(HIGH))
    assert titles(deck) == [
        found.say(found.title),
        found.say(found.parts[0].title),
        found.say(found.parts[1].title),
        f"{found.say(found.parts[2].title)}: Anteile der Kommunen",
        f"{found.say(found.parts[2].title)}: Ergänzung durch das KI",
        found.say(found.figures.title),
        found.say(found.coverage.title),
        "Empfehlung",
        found.say(found.finance.compared.title) if found.finance else "",
        "Quellen",
    ]


def test_titles_are_read_first_and_page_numbers_last(three: tuple[Paper, Any, bytes]) -> None:
    kinds = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
    for position, slide in enumerate(three[1].slides):
        first, *_, last = slide.shapes
        assert first.placeholder_format.type in kinds
        if position:
            assert last.placeholder_format.type is PP_PLACEHOLDER.SLIDE_NUMBER
        ids = [shape.shape_id for shape in slide.shapes]
        assert len(set(ids)) == len(ids)


def test_maps_tables_and_charts_are_described(three: tuple[Paper, Any, bytes]) -> None:
    found, deck, _ = three
    texts = [described(shape) for shape in shapes(deck) if shape.shape_type is not None and not shape.has_text_frame]
    assert len(texts) == 4 + 6 + 1
    assert all(texts)
    pictures = [described(shape) for shape in shapes(deck) if shape._element.tag == qn("p:pic")]
    assert pictures == [" ".join(map(found.say, text.shows)).replace(" %", "\u00a0%") for text in found.maps]
    (chart,) = [shape for shape in shapes(deck) if shape.has_chart]
    plans = [answer.solution.plan for answer in models()]
    for town in found.county.municipalities:
        coverages = [found.say(percent(plan.municipalities[town.ags].coverage)) for plan in plans if plan is not None]
        assert len(coverages) == 3
        assert f"{town.name}: {', '.join(coverages)}".replace(" %", "\u00a0%") in described(chart)


def test_a_slide_of_a_scenario_shows_its_five_figures(three: tuple[Paper, Any, bytes]) -> None:
    found, deck, _ = three
    planned = found.parts[1].planned
    assert planned is not None
    rows = [[cell.text_frame.text for cell in row.cells] for row in tables(deck)[1].rows]
    assert [row[0] for row in rows[1:]] == [found.say(figure.label) for figure in planned.figures[:5]]
    assert [row[1].split("\n")[0].replace("\u00a0", " ") for row in rows[1:]] == [
        found.say(figure.value) for figure in planned.figures[:5]
    ]
    assert rows[1][1].endswith("\nDülmen")


def test_the_comparison_is_a_table_that_can_be_edited(three: tuple[Paper, Any, bytes]) -> None:
    found, deck, _ = three
    table = tables(deck)[4]
    assert table.first_row
    headings, *rows = [[cell.text_frame.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows]
    assert headings == [found.say(column.heading) for column in found.figures.columns]
    assert len(rows) == len(found.figures.rows)
    for shown, row in zip(rows, found.figures.rows, strict=True):
        for text, cell in zip(shown, row.cells, strict=True):
            assert text.startswith(found.say(cell.value))
            assert cell.difference is None or found.say(cell.difference.text) in text
    by_name = {row[0]: row for row in rows}
    lowest = [round(answer.solution.plan.lowest_coverage, 3) for answer in models()[:2] if answer.solution.plan]
    points = found.say(number(100 * (lowest[0] - lowest[1]), 1))
    assert lowest[0] > lowest[1]
    assert f"(−{points} %-Punkte ▼ schlechter)" in by_name["niedrigster Versorgungsgrad"][2]


def test_the_chart_has_the_coverage_of_the_plans(three: tuple[Paper, Any, bytes]) -> None:
    found, deck, _ = three
    (chart,) = charts(deck)
    plans = [answer.solution.plan for answer in models()]
    assert [series.name for series in chart.series] == [found.say(part.title) for part in found.parts]
    names = list(chart.plots[0].categories)
    assert names == [town.name for town in found.county.municipalities]
    for series, plan in zip(chart.series, plans, strict=True):
        assert plan is not None
        assert list(series.values) == pytest.approx([s.coverage for s in plan.municipalities.values()], rel=1e-12)
    figures = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    assert [row[0].value for row in figures.iter_rows(min_row=2)] == names
    assert figures["C2"].value == pytest.approx(plans[1].municipalities["05558004"].coverage, rel=1e-12)
    assert figures["C2"].number_format == '0.0" "%'


def test_the_language_is_told_everywhere(three: tuple[Paper, Any, bytes]) -> None:
    _, deck, content = three
    assert deck.core_properties.language == "de-DE"
    for name, part in parts(content).items():
        if re.match(r"ppt/(slides|charts|slideMasters|slideLayouts)/[^/]+\.xml", name):
            assert set(re.findall(rb'<a:\w+Pr[^>]* lang="([^"]*)"', part)) <= {b"de-DE"}, name
    runs = [run for slide in deck.slides for run in slide._element.iter(qn("a:rPr"))]
    assert runs
    assert {run.get("lang") for run in runs} == {"de-DE"}
    assert b'<c:lang val="de-DE"/>' in next(part for name, part in parts(content).items() if "charts/chart" in name)
    _, english, _ = made(shipped("modell-1-zentral"), language="en")
    assert english.core_properties.language == "en-GB"
    assert "Recommendation" in titles(english)


def test_only_a_font_that_is_everywhere(three: tuple[Paper, Any, bytes]) -> None:
    known = parts(three[2])
    theme = known["ppt/theme/theme1.xml"]
    assert re.findall(rb'<a:latin typeface="([^"]*)"', theme) == [b"Arial", b"Arial"]
    for name, part in known.items():
        if re.match(r"ppt/(slides|charts)/[^/]+\.xml", name):
            assert b"<a:latin" not in part, name


def test_what_the_file_says_of_itself(three: tuple[Paper, Any, bytes]) -> None:
    found, deck, content = three
    properties = deck.core_properties
    assert (properties.title, properties.author) == (found.say(found.title), "Kreis Coesfeld")
    assert (properties.created.date(), properties.modified.date()) == (DAY, DAY)
    assert not [name for name in parts(content) if "thumbnail" in name or "printer" in name]


def test_the_same_input_gives_the_same_bytes() -> None:
    answer = shipped("modell-1-zentral")
    first, second = (made(answer)[2] for _ in range(2))
    later = slides(paper([answer], "de", day=date(2026, 3, 10)), [picture()], Style())
    assert first == second != later


def test_logo_and_colour_of_the_county() -> None:
    _, deck, content = made(shipped("modell-1-zentral"), style=Style(picture(300, 100, "JPEG"), "#ffd400"))
    (logo,) = deck.slide_master._element.iter(qn("p:pic"))
    assert logo.nvPicPr.cNvPr.get("descr") == "Logo"
    size = logo.spPr.find(qn("a:xfrm")).find(qn("a:ext"))
    assert int(size.get("cx")) == pytest.approx(3 * int(size.get("cy")), rel=0.001)
    assert b'val="ffd400"' in parts(content)["ppt/slideMasters/slideMaster1.xml"]
    accent = re.search(rb"<a:accent1><a:srgbClr val=\"(\w+)\"", parts(content)["ppt/theme/theme1.xml"])
    assert accent is not None
    assert accent[1] == Style(accent="#ffd400").strong.removeprefix("#").upper().encode()
    for slide in deck.slides:
        title = slide.shapes.title
        assert title.left + title.width <= Pt(WIDE - 150) or title.top > Pt(80)


def test_scenarios_without_a_plan(tmp_path: Path) -> None:
    impossible = scenario(tmp_path, "Zu viel", IMPOSSIBLE)
    found, deck, _ = made(impossible, shipped("modell-1-zentral"), language="en", proposed=1)
    assert "at least 3 persons in every team" in words(deck)
    assert len(charts(deck)[0].series) == 1
    _, alone, _ = made(impossible, language="en")
    assert charts(alone) == []
    assert titles(alone) == [found.say(found.title), "(1) Zu viel", *titles(alone)[2:]]
    assert titles(alone)[-2:] == ["Recommendation", "Sources"]


def within(shape: Any) -> bool:
    return shape.left >= 0 and shape.top >= 0 and shape.left + shape.width <= Pt(WIDE) + 9 and bottom(shape) <= Pt(HIGH)


def bottom(shape: Any) -> int:
    height = sum(row.height for row in shape.table.rows) if shape.has_table else shape.height
    return int(shape.top + height)


def free_of_each_other(slide: Any) -> Iterator[bool]:
    boxes = [(s.left, s.top, s.left + s.width, bottom(s)) for s in slide.shapes]
    for i, (left, top, right, low) in enumerate(boxes):
        for other_left, other_top, other_right, other_low in boxes[i + 1 :]:
            apart = right <= other_left + 9 or other_right <= left + 9
            yield apart or low <= other_top + 9 or other_low <= top + 9


@pytest.mark.parametrize("name", [LONG, ONE_WORD, FORMULA])
def test_long_and_hostile_names(tmp_path: Path, name: str) -> None:
    texts = county_texts(columns=4)
    quoted = '"' + name.replace('"', '""') + '"'
    texts["municipalities.csv"] = (
        texts["municipalities.csv"].replace(NAMES[0], quoted).replace(NAMES[1], f"={ONE_WORD}")
    )
    write_county(tmp_path, texts)
    answer = scenario(
        tmp_path,
        "'" + (name.replace("'", "''") + " ") * 2 + "'",
        "{posts: {total: 2}, districts: {minimum: 1}}",
        county="county",
        key="key: {population: 1}",
        more="funding: {cost_per_post: 71234.56}",
    )
    _, deck, content = made(answer, answer, answer, title=f"{name} {name} {name}", style=Style(picture()))
    assert [shape.name for shape in shapes(deck) if not within(shape)] == []
    assert all(free for slide in deck.slides for free in free_of_each_other(slide))
    (chart,) = charts(deck)
    assert next(iter(chart.plots[0].categories)) == name
    figures = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    assert figures["A2"].value == name
    assert {cell.data_type for row in figures.iter_rows() for cell in row} <= {"s", "n"}
    for part in parts(content).values():
        if part.startswith(b"<?xml"):
            etree.fromstring(part)


def test_many_scenarios_go_on_on_further_slides() -> None:
    _, deck, _ = made(*(models() * 3)[:7], language="en")
    named = titles(deck)
    assert len(set(named)) == len(named)
    assert [title for title in named if title.startswith("Figures of")] == [
        f"Figures of the scenarios, with differences ({part} of 3)" for part in (1, 2, 3)
    ]
    assert sum(len(chart.series) * len(chart.plots[0].categories) for chart in charts(deck)) == 7 * 11
    assert [shape.name for shape in shapes(deck) if not within(shape)] == []


def test_a_municipality_without_need_has_no_bar() -> None:
    found = paper([shipped("modell-1-zentral")], "en", day=DAY)
    first, *rest = found.coverage.rows
    name, coverage, *hours = first.cells
    gap = replace(first, cells=(name, replace(coverage, value="–"), *hours))
    content = slides(replace(found, coverage=replace(found.coverage, rows=(gap, *rest))), [picture()], Style())
    deck: Any = Presentation(io.BytesIO(content))
    (chart,) = charts(deck)
    assert next(iter(chart.series[0].values)) is None
    assert all(isinstance(row.cells[1].value, Percent) for row in rest)


def why(
    name: str = NAMES[0], language: Language = "en", missing: Iterable[Question] = ()
) -> tuple[Exploration, Paper, Any, bytes]:
    answer, exploration = answers(name)
    for question in missing:
        exploration = without(exploration, question)
    return exploration, *made(answer, language=language, exploration=[exploration])


def test_the_answers_have_slides_of_their_own() -> None:
    exploration, found, deck, content = why()
    titled = [title for title in titles(deck) if title.startswith("Why this plan")]
    named = list(dict.fromkeys(re.sub(r" \(\d of \d\)$", "", title) for title in titled))
    assert len(titled) <= 8
    assert named == [
        "Why this plan: Are there other good plans?",
        "Why this plan: Where does it stand among all plans?",
        "Why this plan: What does evenness cost?",
        "Why this plan: What does each rule cost?",
        "Why this plan: What would the next post bring?",
        "Why this plan: Does it hold if figures are off? Which figure decides?",
    ]
    text = words(deck).replace("\u00a0", " ")
    for told in everything_told(exploration):
        if told.question is not Question.WHY:
            for sentence in (told.answer[0], told.proof):
                assert found.say(sentence).replace("\u00a0", " ") in text
    assert [shape.name for shape in shapes(deck) if not within(shape)] == []
    assert all(free for slide in deck.slides for free in free_of_each_other(slide))
    assert all(described(shape) for shape in shapes(deck) if shape.has_chart or shape.has_table)
    assert slides(found, [picture()] * len(found.maps), Style()) == content


def test_charts_of_the_answers_have_the_figures_and_can_be_edited() -> None:
    exploration, _, deck, content = why(language="de")
    coverage, distribution, shortfall, travel, posts = charts(deck)
    del coverage
    assert list(distribution.series[0].values) == [bar.plans for bar in exploration.answers[Question.RANK].rank.bars]
    for chart, points, hours in (
        (shortfall, exploration.answers[Question.FRONTIER].shortfall, exploration.about.plan.shortfall_hours),
        (travel, exploration.answers[Question.FRONTIER].travel, exploration.about.plan.travel_hours),
    ):
        line, dots, own = chart.plots[0].series
        assert list(dots.values) == pytest.approx([point.hours for point in points], rel=1e-12)
        assert list(own.values) == pytest.approx([hours], rel=1e-12)
        assert len(list(line.values)) == 2 * len(points) - 1
    shares = [one.lowest_coverage_as_planned for one in exploration.answers[Question.POSTS].posts]
    assert list(posts.series[0].values) == pytest.approx([share for share in shares if share is not None], rel=1e-12)
    for chart in charts(deck):
        sheet = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    drawn = [part.decode() for name, part in parts(content).items() if "charts/chart" in name]
    assert {found for part in drawn for found in re.findall(r'lang="([^"]*)"', part)} == {"de-DE"}


def test_tables_of_the_answers_are_those_of_the_report() -> None:
    exploration, found, deck, _ = why()
    told = {one.question: one for one in everything_told(exploration)}
    shown = [[[cell.text_frame.text for cell in row.cells] for row in table.rows] for table in tables(deck)]
    for question in (Question.ALTERNATIVES, Question.PRICES, Question.ROBUSTNESS, Question.SENSITIVITY):
        table = told[question].tables[0]
        start = [found.say(table.columns[0].heading), found.say(table.rows[0].cells[0].value)]
        (same,) = [rows for rows in shown if [rows[0][0], rows[1][0]] == start]
        assert [row[0] for row in same[1:]] == [found.say(row.cells[0].value) for row in table.rows[: len(same) - 1]]
        assert len(same) - 1 >= min(len(table.rows), 8)


def test_one_of_two_questions_has_a_slide_to_itself() -> None:
    *_, deck, _ = why(missing=[Question.ROBUSTNESS, Question.ALTERNATIVES])
    named = [title for title in titles(deck) if title.startswith("Why this plan")]
    assert len(named) == 5
    assert named[-1] == "Why this plan: Which figure decides?"


@pytest.mark.parametrize("name", [LONG, HOSTILE])
def test_answers_about_hostile_names(name: str) -> None:
    _, _, deck, content = why(name)
    assert [shape.name for shape in shapes(deck) if not within(shape)] == []
    assert all(free for slide in deck.slides for free in free_of_each_other(slide))
    assert name.replace(" ", "") in words(deck).replace(" ", "").replace("\u00a0", "")
    for part in parts(content).values():
        if part.startswith(b"<?xml"):
            etree.fromstring(part)
