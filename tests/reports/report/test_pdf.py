"""The report opened again by another library: pages, text, tags, alternative texts, fonts, bookmarks; hostile names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from counties import NAMES, county_texts, write_county
from explored_answers import answers, without
from papers import DAY, IMPOSSIBLE, Answer, drawing, models, scenario, shipped
from pypdf import PageObject, PdfReader

from exploring.question import Question, Topic
from reports.paper import MapText, Paper, paper
from reports.report.pdf import pdf
from reports.report.report import blocks
from reports.report.shown import charts_of, tables_beside
from reports.style import Style
from tests.reports.slides.test_slides import picture
from tests.reports.test_paper import GIVEN
from translation import Language, Number, Percent, msg
from wording.explore.all import everything_told

LONG = "Sankt Maria-Magdalena-Neukirchen im Oberen Tecklenburger Land"
assert len(LONG) > 60
HOSTILE = '#strong[x] *y* $z$ `w` <b> ${alert(1)} "q" \\ @ref = & 🚀'


def made(*answers: Answer, language: Language = "de", **more: Any) -> tuple[Paper, PdfReader]:
    found = paper(answers, language, day=DAY, **more)
    return found, PdfReader(BytesIO(pdf(found, sketched)))


def sketched(_: MapText, wide: float, high: float) -> str:
    """A picture in place of a map, with a text at its lower edge."""
    return drawing(wide, high).replace('y="9"', f'y="{high - 2}"')


@pytest.fixture(scope="module")
def three() -> tuple[Paper, PdfReader]:
    return made(*models())


def text_of(reader: PdfReader) -> str:
    text = " ".join(page.extract_text() for page in reader.pages)
    return re.sub(r"\s+", " ", text.replace("\u00ad", ""))


def elements(node: Any) -> Iterator[Any]:
    """The elements of the structure tree in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        for item in node:
            yield from elements(item)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


def tags(reader: PdfReader) -> list[str]:
    return [element["/S"] for element in elements(reader.root_object["/StructTreeRoot"])]


def test_it_says_that_it_is_accessible(three: tuple[Paper, PdfReader]) -> None:
    found, reader = three
    root = reader.root_object
    assert root["/Lang"].startswith("de")
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == found.say(found.title)
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>2</pdfaid:part>" in metadata


def test_tables_have_headings_and_maps_alternative_texts(three: tuple[Paper, PdfReader]) -> None:
    found, reader = three
    kinds = tags(reader)
    assert {"/H1", "/H2", "/H3", "/P", "/L", "/Table", "/TH", "/TD", "/Caption", "/Figure"} <= set(kinds)
    assert kinds.count("/Table") == 13
    alternative = [e["/Alt"] for e in elements(reader.root_object["/StructTreeRoot"]) if "/Alt" in e]
    assert alternative == [" ".join(map(found.say, text.shows)) for text in found.maps]


def test_bookmarks_are_the_headings(three: tuple[Paper, PdfReader]) -> None:
    found, reader = three
    top = [entry for entry in reader.outline if not isinstance(entry, list)]
    assert len(top) == 6
    nested = [
        str(entry.title) for part in reader.outline if isinstance(part, list) for entry in part if "/Title" in entry
    ]
    for part in found.alternatives:
        assert any(found.say(part.title) in title for title in nested)


def test_every_font_is_embedded_and_ours(three: tuple[Paper, PdfReader]) -> None:
    _, reader = three
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            for one in font.get_object().get("/DescendantFonts", [font]):
                descriptor = one.get_object()["/FontDescriptor"].get_object()
                fonts[descriptor["/FontName"]] = descriptor
    assert {name.partition("+")[2] for name in fonts} == {"SourceSansPro-Regular", "SourceSansPro-Bold"}
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in fonts.values())


def test_it_shows_the_figures_of_the_plans(three: tuple[Paper, PdfReader]) -> None:
    found, reader = three
    text = text_of(reader)
    assert found.finance is not None
    planned = [part.planned for part in found.parts if part.planned is not None]
    tables = [found.figures, found.coverage, planned[0].municipalities, planned[0].losses]
    tables += [table for one in planned for table in one.districts]
    tables += [found.finance.compared, found.finance.staff, found.finance.grants]
    figures = [
        found.say(cell.value)
        for table in tables
        for row in table.rows
        for cell in row.cells
        if isinstance(cell.value, Number | Percent)
    ]
    assert len(figures) > 350
    assert [figure for figure in figures if figure not in text] == []


def test_pages_are_numbered_and_dated(three: tuple[Paper, PdfReader]) -> None:
    found, reader = three
    count = len(reader.pages)
    assert count <= 12
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert re.search(rf"\b{number} \w+ {count}\b", text)
        assert "09.03.2026" in text
        assert "15.05.2022" in text
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    assert found.day == DAY


def lines(page: PageObject) -> list[tuple[float, str]]:
    """What stands between head and foot of a page: how many mm from above, and the text."""
    found: dict[float, str] = {}

    def visit(text: str, page: Any, own: Any, *_: Any) -> None:
        y = own[4] * page[1] + own[5] * page[3] + page[5]
        place = round(297 - y / 72 * 25.4, 1)
        if text.strip() and 22 < place < 278:
            found[place] = found.get(place, "") + text

    page.extract_text(visitor_text=visit)
    return sorted(found.items())


def assert_made_up(reader: PdfReader, lists: int, least: float = 0.5) -> None:
    """No page but the last is emptier, no heading is the last on a page, no item of a list is alone.

    ``lists`` is how many lists have one item only.
    """
    headings = {re.sub(r"\W", "", str(entry.title)) for entry in _entries(reader.outline)}
    assert headings
    for page in list(reader.pages)[:-1]:
        place, text = lines(page)[-1]
        assert (place - 25) / 250 >= least, text
        assert re.sub(r"\W", "", text) not in headings
    alone = [
        element
        for element in elements(reader.root_object["/StructTreeRoot"])
        if element["/S"] == "/L" and sum(child["/S"] == "/LI" for child in elements(element["/K"])) == 1
    ]
    assert len(alone) == lists


def _entries(outline: Any) -> Iterator[Any]:
    for entry in outline:
        yield from _entries(entry) if isinstance(entry, list) else [entry]


def test_pages_are_full_and_nothing_is_left_alone(three: tuple[Paper, PdfReader]) -> None:
    found, reader = three
    written = blocks(found)
    lists = [block["items"] for block in written if block["kind"] == "list"]
    lists += [one["items"] for block in written if block["kind"] == "lists" for one in block["lists"]]
    assert_made_up(reader, sum(len(items) == 1 for items in lists), least=0.6)
    first = reader.pages[0].extract_text()
    for text in (
        found.recommendation[0],
        "213,9\u00a0h",
        "9,3\u00a0h",
        "6,1\u00a0h",
        *found.proposed.planned.maps[0].title.values.values(),
    ):
        assert re.sub(r"\s+", " ", found.say(text)) in re.sub(r"\s+", " ", first)
    assert "Auf einen Blick" in first
    assert "Die Aufgabe" not in first
    # Between a figure and its unit no line ends.
    assert not [text for page in reader.pages for text in re.findall(r"\d *\n *(?:h|%|€|VZÄ)\b", page.extract_text())]


def test_the_same_input_gives_the_same_bytes() -> None:
    answer = shipped("modell-1-zentral")
    first, second, later = (pdf(paper([answer], "de", day=day), sketched) for day in (DAY, DAY, date(2026, 3, 10)))
    assert first == second != later
    logo = pdf(paper([answer], "de", day=DAY), sketched, Style(logo=picture(40, 20)))
    reader = PdfReader(BytesIO(logo))
    assert len(reader.pages[0].images) == 1
    # It says nothing that the text does not.
    assert tags(reader).count("/Figure") == tags(PdfReader(BytesIO(first))).count("/Figure") == 1


def test_english() -> None:
    found, reader = made(shipped("modell-1-zentral"), language="en")
    assert reader.root_object["/Lang"].startswith("en")
    assert "The proposal" in text_of(reader)
    assert found.alternatives == ()
    assert "The alternatives" not in text_of(reader)


def test_maps_are_as_high_as_there_is_room(three: tuple[Paper, PdfReader]) -> None:
    found, _ = three
    sizes: list[tuple[float, float]] = []

    def noted(text: MapText, wide: float, high: float) -> str:
        sizes.append((wide, high))
        return sketched(text, wide, high)

    pdf(found, noted)
    assert len(sizes) == len(found.maps) == 4
    # The first has what the summary leaves, eleven districts are not made smaller for the map of others.
    assert [wide for wide, _ in sizes] == [165] * 4
    assert all(88 <= high <= 135 for _, high in sizes)
    assert sizes[0][1] > 110
    sizes.clear()
    pdf(paper([shipped("modell-3-kommunen")], "de", day=DAY), noted)
    assert [wide for wide, _ in sizes] == [80.5, 80.5]
    assert len({high for _, high in sizes}) == 1


def test_a_scenario_without_a_plan_and_a_given_one(tmp_path: Path) -> None:
    impossible = scenario(tmp_path, "Zu viel", IMPOSSIBLE)
    given = scenario(tmp_path, "Wie früher", GIVEN)
    found, reader = made(impossible, given, shipped("modell-3-kommunen"), language="en")
    text = text_of(reader)
    assert "at least 3 persons in every team" in text
    assert "every municipality in exactly one district: NOT kept." in text
    assert len(found.maps) == 3
    alone, pages = made(impossible, language="en")
    assert alone.maps == ()
    assert "there is no plan" in text_of(pages)


@pytest.mark.parametrize("name", [LONG, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunternehmen", HOSTILE])
def test_long_and_hostile_names(tmp_path: Path, name: str) -> None:
    texts = county_texts(columns=4)
    quoted = '"' + name.replace('"', '""') + '"'
    texts["municipalities.csv"] = texts["municipalities.csv"].replace(NAMES[0], quoted)
    write_county(tmp_path, texts)
    answer = scenario(
        tmp_path,
        "'" + name.replace("'", "''") + "'",
        "{posts: {total: 2}, districts: {minimum: 1}}",
        county="county",
        key="key: {population: 1}",
    )
    assert answer.loaded.county.municipalities[0].name == name
    found, reader = made(answer, answer, title=name)
    shown = name.replace("🚀", "?")
    assert reader.metadata is not None
    assert reader.metadata.title == shown
    # On paper a word may be broken at the end of a line.
    assert re.sub(r"[\s-]", "", shown) in re.sub(r"[\s-]", "", text_of(reader))
    alternative = [e["/Alt"] for e in elements(reader.root_object["/StructTreeRoot"]) if "/Alt" in e]
    assert all(shown in text for text in alternative)
    assert len(alternative) == len(found.maps)


def test_markup_in_a_map_stays_text() -> None:
    found = paper([shipped("modell-1-zentral")], "de", day=DAY)
    hostile = drawing(text="#panic() &lt;b&gt; 🚀")
    reader = PdfReader(BytesIO(pdf(found, lambda *_: hostile)))
    assert "#panic() <b> ?" in text_of(reader)


def why(name: str = NAMES[0], language: Language = "de") -> tuple[Paper, PdfReader]:
    answer, exploration = answers(name)
    return made(answer, language=language, exploration=[exploration])


def test_the_answers_stand_before_the_money() -> None:
    found, reader = why(language="en")
    top = [str(entry.title) for entry in reader.outline if not isinstance(entry, list)]
    assert [title.partition(" ")[2] for title in top][3:6] == ["Why this plan", "The way there", "Money and staff"]
    (exploration,) = found.exploration
    told = everything_told(exploration)
    text = text_of(reader)
    assert len(told) == len(Question)
    for one in told:
        for sentence in (one.title, *one.answer, one.proof):
            assert re.sub(r"[\s-]", "", found.say(sentence)) in re.sub(r"[\s-]", "", text)
    for number, topic in ((4, Topic.PLAN), (5, Topic.WAY)):
        below = next(part for part in reader.outline if isinstance(part, list) and f"{number}.1" in str(part[0]))
        assert [str(entry.title).partition(" ")[2] for entry in below if "/Title" in entry] == [
            found.say(one.title) for one in told if one.question.topic is topic
        ]
    without, plain = made(answers()[0], language="en")
    assert without.exploration == ()
    assert "Why this plan" not in text_of(plain)


def test_the_answers_have_their_figures_charts_and_tables() -> None:
    found, reader = why()
    _, plain = made(answers()[0])
    (exploration,) = found.exploration
    text = re.sub(r"[\s-]", "", text_of(reader))
    tables = [table for told in everything_told(exploration) for table in tables_beside(exploration, told)]
    figures = [
        found.say(cell.value)
        for table in tables
        for row in table.rows
        for cell in row.cells
        if isinstance(cell.value, Number | Percent)
    ]
    assert len(figures) > 150
    assert [figure for figure in figures if re.sub(r"[\s-]", "", figure) not in text] == []
    # One that is wider than a page is parted.
    assert tags(reader).count("/Table") - tags(plain).count("/Table") >= len(tables)
    alternative = [e["/Alt"] for e in elements(reader.root_object["/StructTreeRoot"]) if "/Alt" in e]
    charts = [told for told in everything_told(exploration) for _ in charts_of(exploration, told, found.say)]
    assert len(charts) == 15
    assert len(alternative) == len(found.maps) + len(charts)
    for told, shown in zip(charts, alternative[len(found.maps) :], strict=True):
        assert " ".join(map(found.say, told.answer)) in shown
    # What a chart says can be found and copied.
    assert found.say(msg("Number of plans")) in text_of(reader)
    assert all(round(page.mediabox.width) in (595, 842) for page in reader.pages)
    metadata = reader.root_object["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata


def test_answers_with_the_same_input_give_the_same_bytes() -> None:
    answer, exploration = answers()
    first, second = (pdf(paper([answer], "de", day=DAY, exploration=[exploration]), sketched) for _ in range(2))
    assert first == second
    rest = without(exploration, Question.ALTERNATIVES)
    found, reader = made(answer, exploration=[rest], language="en")
    assert found.exploration == (rest,)
    assert "Are there other good plans? This question cannot be answered for so many municipalities" in text_of(reader)


@pytest.mark.parametrize("name", [LONG, HOSTILE])
def test_answers_about_hostile_names(name: str) -> None:
    _, reader = why(name)
    shown = name.replace("🚀", "?")
    assert re.sub(r"[\s-]", "", shown) in re.sub(r"[\s-]", "", text_of(reader))
