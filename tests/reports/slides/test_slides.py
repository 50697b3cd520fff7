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
from exploring.question import Question, Topic
from maps.colours import PALETTE, by_number
from reports.paper import Paper, paper
from reports.slides.deck import INSET
from reports.slides.master import HIGH, WIDE
from reports.slides.slides import slides
from reports.slides.text import Paragraph, height
from reports.style import Style
from translation import Language, Percent, number, percent
from wording.council_paper import decision
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
    first, second, third = map(found.say, (part.title for part in found.parts))
    assert found.finance is not None
    assert found.verdict is not None
    coverage = found.say(found.coverage.title)
    assert titles(deck) == [
        found.say(found.title),
        first,
        second,
        f"{third}: Anteile der Kommunen",
        f"{third}: Ergänzung durch das KI",
        found.say(found.figures.title),
        f"{coverage}, als Diagramm",
        coverage,
        found.say(found.verdict.headline),
        f"{second}: dafür und dagegen",
        f"{third}: dafür und dagegen",
        "Empfehlung",
        found.say(found.finance.compared.title),
        "Beschlussvorschlag",
        "Quellen",
    ]


def unbroken(text: str) -> str:
    """With blanks where a slide keeps words together."""
    return text.replace("\u00a0", " ")


def on(deck: Any, title: str) -> str:
    """All texts of the slide with a title."""
    (slide,) = [slide for slide in deck.slides if slide.shapes.title.text_frame.text == title]
    return unbroken(" ".join(t.text or "" for t in slide._element.iter(qn("a:t"))))


def notes(slide: Any) -> str:
    return unbroken(slide.notes_slide.notes_text_frame.text)


def test_notes_say_what_the_slide_says(three: tuple[Paper, Any, bytes]) -> None:
    found, deck, content = three
    assert found.finance is not None
    for slide in deck.slides:
        told = notes(slide)
        assert told.endswith(found.say(found.vintage))
        small = [shape for shape in slide.shapes if shape.has_text_frame and shape.name not in ("Legende", "Beweis")]
        for shape in (shape for shape in small if not shape.is_placeholder or shape.placeholder_format.idx == 1):
            for line in shape.text_frame.paragraphs:
                assert unbroken(line.text) in told or slide is deck.slides[0]
        for table in (shape.table for shape in slide.shapes if shape.has_table):
            for row in list(table.rows)[1:]:
                assert unbroken(row.cells[1].text_frame.text.split("\n")[0]) in told or row.cells[0].text == ""
    assert all(found.say(text) in notes(deck.slides[0]) for text in found.problem)
    assert all(found.say(text) in notes(deck.slides[1]) for text in found.maps[0].shows)
    assert found.parts[0].description.strip() in notes(deck.slides[1])
    assert "Quellen: © GeoBasis-DE" in notes(deck.slides[1])
    assert "niedrigster Versorgungsgrad: (1) 91,6 %; (2) 89,0 % (−2,6 %-Punkte ▼ schlechter)" in notes(deck.slides[5])
    for name, part in parts(content).items():
        if re.match(r"ppt/(notesSlides|notesMasters)/[^/]+\.xml", name):
            assert set(re.findall(rb'<a:\w+Pr[^>]* lang="([^"]*)"', part)) <= {b"de-DE"}, name


def test_the_table_beside_a_map_is_all_that_is_decided(three: tuple[Paper, Any, bytes]) -> None:
    found, deck, _ = three
    planned = found.parts[1].planned
    assert planned is not None
    (layer,) = planned.plan.layers
    (shape,) = [shape for shape in deck.slides[2].shapes if shape.has_table]
    headings, *rows, total = [[unbroken(cell.text_frame.text) for cell in row.cells] for row in shape.table.rows]
    assert headings == ["Bezirk", "Kommunen", "Stellen", "Anstellungsträger", "Standort"]
    name = found.county.name_of
    assert rows == [
        [
            str(identity.number),
            ", ".join(sorted(map(name, district.municipalities))),
            found.say(number(float(district.fte), 1)),
            found.county.employer(district.employer).name,
            name(district.hub),
        ]
        for identity, district in layer.numbered
    ]
    assert total == ["", "alle Bezirke", "6,0", "", ""]
    fills = [str(row.cells[0].fill.fore_color.rgb).lower() for row in list(shape.table.rows)[1:-1]]
    numbered = by_number(found.county, layer, PALETTE)
    assert [f"#{fill}" for fill in fills] == [numbered[identity.number] for identity, _ in layer.numbered]
    about = on(deck, found.say(found.parts[1].title))
    assert all(found.say(figure.value) in about for figure in planned.figures[:3])
    assert "Zahl und Farbe: Bezirk · Haus: Standort · Prozent: Versorgungsgrad" in about


def test_the_verdict_and_what_speaks_for_and_against(three: tuple[Paper, Any, bytes]) -> None:
    found, deck, _ = three
    assert found.verdict is not None
    told = on(deck, found.say(found.verdict.headline))
    assert all(found.say(text) in told for text in found.verdict.sentences)
    for part in found.alternatives:
        told, sides = on(deck, f"{found.say(part.title)}: dafür und dagegen"), part.arguments
        assert part is not found.parts[1] or "In den Zahlen nichts." in told
        assert all(found.say(text) in told for text in (*sides.better, *sides.worse, *sides.other))
        places = [told.index(title) for title in ("Das spricht dafür", "Das spricht dagegen", "Das ist anders")]
        assert places == sorted(places)


def test_the_proposed_decision_is_made_from_the_plan(three: tuple[Paper, Any, bytes]) -> None:
    found, deck, _ = three
    planned = found.proposed.planned
    assert planned is not None
    told = on(deck, "Beschlussvorschlag")
    assert all(found.say(text) in told for text in decision(planned.plan, found.county))


def test_what_people_wrote_wins() -> None:
    first, second = models()[:2]
    own = {
        "decision": "Der Kreistag beschließt:\n- <b>zwei</b> Stellen",
        "financing": "Über das Geld später.",
        "for": "- nah dran",
        "against": "teuer",
    }
    written = [
        replace(one, loaded=replace(one.loaded, scenario=one.loaded.scenario.model_copy(update={"papers": papers})))
        for one, papers in ((first, own), (second, {"for": "die Verbände sind dafür", "against": "zwei\n- Verträge"}))
    ]
    found, deck, _ = made(*written)
    assert on(deck, "Beschlussvorschlag").startswith("Beschlussvorschlag Der Kreistag beschließt: <b>zwei</b> Stellen ")
    assert "Über das Geld später." in on(deck, "Beschlussvorschlag zur Finanzierung")
    assert "nah dran Dagegen: teuer" in on(deck, "Empfehlung")
    sides = on(deck, f"{found.say(found.parts[1].title)}: dafür und dagegen")
    assert "Das spricht dafür die Verbände sind dafür Das spricht dagegen" in sides
    assert "zwei Verträge Das ist anders" in sides


def test_nothing_as_a_scenario_and_as_the_proposal() -> None:
    found, deck, _ = made(shipped("nichts"), shipped("modell-1-zentral"))
    planned = found.proposed.planned
    assert planned is not None
    (figures,) = [shape.table for shape in deck.slides[1].shapes if shape.has_table]
    assert [row.cells[0].text_frame.text for row in figures.rows][1:] == [
        found.say(figure.label) for figure in planned.figures
    ]
    assert "Kreis Coesfeld: Es wird keine Stelle" in on(deck, "Beschlussvorschlag")
    assert [shape.name for shape in shapes(deck) if not within(shape) or overflows(shape)] == []
    _, other, _ = made(shipped("nichts"), shipped("modell-1-zentral"), proposed=1)
    told = on(other, "(1) Nichts – ohne Stellen im Case-Management: dafür und dagegen")
    assert "Anstellungsträger" not in told
    assert "0 von 0" not in told


def test_nothing_is_too_small_or_too_long(three: tuple[Paper, Any, bytes]) -> None:
    _, deck, content = three
    for name, part in parts(content).items():
        if re.match(r"ppt/(slides|charts)/[^/]+\.xml", name):
            assert min(map(int, re.findall(rb' sz="(\d+)"', part)), default=1200) >= 1200, name
    assert [shape.name for shape in shapes(deck) if not within(shape) or overflows(shape)] == []
    assert all(free for slide in deck.slides for free in free_of_each_other(slide))


def overflows(shape: Any) -> bool:
    """Whether the text takes more room than its box has."""
    if not shape.has_text_frame or not shape.text_frame.text or shape.is_placeholder:
        return False
    lines = [line for line in shape.text_frame.paragraphs if line.runs]
    size = max(run.font.size.pt for line in lines for run in line.runs)
    texts = [Paragraph(line.text, bool(line.runs[0].font.bold), line._p.pPr.get("marL") != "0") for line in lines]
    return height(texts, shape.width.pt - 2 * INSET, size) > shape.height.pt - 2 * INSET


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
    assert len(texts) == 4 + 7 + 1
    assert all(texts)
    pictures = [described(shape) for shape in shapes(deck) if shape._element.tag == qn("p:pic")]
    assert list(map(unbroken, pictures)) == [" ".join(map(found.say, text.shows)) for text in found.maps]
    (chart,) = [shape for shape in shapes(deck) if shape.has_chart]
    plans = [answer.solution.plan for answer in models()]
    for town in found.county.municipalities:
        coverages = [found.say(percent(plan.municipalities[town.ags].coverage)) for plan in plans if plan is not None]
        assert len(coverages) == 3
        assert f"{town.name}: {', '.join(coverages)}".replace(" %", "\u00a0%") in described(chart)


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
    axis = chart.value_axis
    assert (round(axis.minimum_scale, 6), round(axis.maximum_scale, 6)) == (0.88, 1.0)
    said = unbroken(axis.axis_title.text_frame.text)
    assert said == "Versorgungsgrad (Achse von 88 % bis 100 %, nicht ab 0)"
    assert chart.has_legend
    signs = [(series.marker.style, series.marker.size) for series in chart.plots[0].series]
    assert len(set(signs)) == 3
    assert [size for _, size in signs] == sorted((size for _, size in signs), reverse=True)
    (figures,) = [shape.table for shape in deck.slides[5].shapes if shape.has_table]
    assert [series.name for series in chart.series] == [cell.text for cell in figures.rows[0].cells][1:]
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
    notes_theme = known["ppt/theme/theme2.xml"]
    for one in (theme, notes_theme):
        assert re.findall(rb'<a:latin typeface="([^"]*)"', one) == [b"Arial", b"Arial"]
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
    assert [shape.name for shape in shapes(deck) if not within(shape) or overflows(shape)] == []
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
        f"Figures of the scenarios, with differences ({part}\u00a0of\u00a02)" for part in (1, 2)
    ]
    assert sum(len(chart.series) * len(chart.plots[0].categories) for chart in charts(deck)) == 7 * 11
    assert [shape.name for shape in shapes(deck) if not within(shape) or overflows(shape)] == []


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
    named = list(dict.fromkeys(re.sub(r" \(\d\sof\s\d\)$", "", title) for title in titled))
    assert len(titled) <= 9
    assert named == [
        "Why this plan: Are there other good plans?",
        "Why this plan: Where does it stand among all plans?",
        "Why this plan: What does evenness cost?",
        "Why this plan: What does each rule cost?",
        "Why this plan: What would the next post bring?",
        "Why this plan: Does it hold if figures are off?",
        "Why this plan: Which figure decides?",
    ]
    text = words(deck).replace("\u00a0", " ")
    for told in everything_told(exploration):
        if told.question.topic is Topic.PLAN and told.question is not Question.WHY:
            for sentence in (told.answer[0], told.proof):
                assert found.say(sentence).replace("\u00a0", " ") in text
    assert [shape.name for shape in shapes(deck) if not within(shape) or overflows(shape)] == []
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
        (first,) = [at for at, rows in enumerate(shown) if [rows[0][0], rows[1][0]] == start]
        # What is too long goes on on the next slide.
        same = [row[0] for rows in shown[first:] if rows[0] == shown[first][0] for row in rows[1:]]
        assert same == [found.say(row.cells[0].value) for row in table.rows[: len(same)]]
        assert len(same) == len(table.rows)


def test_one_of_two_questions_has_a_slide_to_itself() -> None:
    *_, deck, _ = why(missing=[Question.ROBUSTNESS, Question.ALTERNATIVES])
    named = [title for title in titles(deck) if title.startswith("Why this plan")]
    assert len(named) == 5
    assert named[-1] == "Why this plan: Which figure decides?"


@pytest.mark.parametrize("name", [LONG, HOSTILE])
def test_answers_about_hostile_names(name: str) -> None:
    _, _, deck, content = why(name)
    assert [shape.name for shape in shapes(deck) if not within(shape) or overflows(shape)] == []
    assert all(free for slide in deck.slides for free in free_of_each_other(slide))
    assert name.replace(" ", "") in words(deck).replace(" ", "").replace("\u00a0", "")
    for part in parts(content).values():
        if part.startswith(b"<?xml"):
            etree.fromstring(part)
