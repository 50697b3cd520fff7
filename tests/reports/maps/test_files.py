"""The maps of a plan as files."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from maps.paper.png import Paper
from optimizer.plan import Plan
from optimizer.solve import solve
from reports.maps.files import MapFormat, map_files
from reports.maps.page import plan_html
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario, load_problem

DAY = date(2025, 3, 14)
HOSTILE = "</script><script>alert(1)</script>${1}<img src=x onerror=alert(1)>"


def _answer(name: str) -> tuple[LoadedScenario, Plan]:
    loaded = load_problem(SCENARIOS / f"{name}.yaml", solve=lambda _: [])
    plan = solve(loaded.problem).plan
    assert plan is not None
    return loaded, plan


@pytest.fixture(scope="module")
def answer() -> tuple[LoadedScenario, Plan]:
    return _answer("modell-2-wohlfahrt")


@pytest.fixture(scope="module")
def page(answer: tuple[LoadedScenario, Plan]) -> str:
    loaded, plan = answer
    return plan_html(loaded, plan, 0, "de", title="Modell 2", day=DAY)


class _Elements(HTMLParser):
    """The elements of a page: open and closed in order, every one that has to be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.text.append(data)


def test_a_plan_has_its_maps_in_every_format(answer: tuple[LoadedScenario, Plan]) -> None:
    files = map_files(*answer, "de", DAY, (MapFormat.SVG, MapFormat.HTML))
    assert list(files) == [
        "map.html",
        "map-a4-portrait.svg",
        "map-a4-landscape.svg",
        "map-a3-portrait.svg",
        "map-a3-landscape.svg",
    ]
    for name, content in files.items():
        if name.endswith(".svg"):
            root = ElementTree.fromstring(content)
            sides = (210, 297) if "a4" in name else (297, 420)
            assert (root.get("width"), root.get("height")) == tuple(
                f"{side}mm" for side in (sides if "portrait" in name else reversed(sides))
            )
            assert "Dülmen" in (root.findtext("{http://www.w3.org/2000/svg}desc") or "")


def test_each_layer_has_maps_of_its_own() -> None:
    files = map_files(*_answer("modell-3-kommunen"), "en", DAY, (MapFormat.SVG,), papers=(Paper.A4,))
    assert list(files) == [f"map-layer-{n}-a4-{side}.svg" for n in (1, 2) for side in ("portrait", "landscape")]
    assert b"Anteile der Kommunen" in files["map-layer-1-a4-portrait.svg"]
    assert "Ergänzung durch das KI".encode() in files["map-layer-2-a4-portrait.svg"]


def test_the_same_plan_gives_the_same_files(answer: tuple[LoadedScenario, Plan]) -> None:
    first, second = (map_files(*answer, "de", DAY, tuple(MapFormat), papers=(Paper.A4,)) for _ in range(2))
    assert first == second
    portrait, landscape = (first[f"map-a4-{side}.png"] for side in ("portrait", "landscape"))
    assert (int.from_bytes(portrait[16:20]), int.from_bytes(portrait[20:24])) == (2480, 3508)
    assert (int.from_bytes(landscape[16:20]), int.from_bytes(landscape[20:24])) == (3508, 2480)
    # A sheet with nothing on it would be far smaller.
    assert len(portrait) > 300_000


def test_page_needs_no_other_file(page: str) -> None:
    elements = _Elements(page).found
    assert not [attributes for _, attributes in elements if {"src", "href"} & set(attributes)]
    assert "url(" not in re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    assert "sourceMappingURL" not in page
    policy = next(attributes for tag, attributes in elements if tag == "meta" and "http-equiv" in attributes)
    assert "default-src 'none'" in (policy["content"] or "")


def test_page_is_well_formed_and_readable_by_everybody(page: str) -> None:
    elements = _Elements(page)
    assert elements.open == []
    assert next(attributes for tag, attributes in elements.found if tag == "html")["lang"] == "de"
    assert [tag for tag, _ in elements.found].count("h1") == 1
    scopes = [attributes.get("scope") for tag, attributes in elements.found if tag == "th"]
    assert set(scopes) == {"col", "row"}
    described = next(attributes for _, attributes in elements.found if attributes.get("class") == "kim-map-body")
    assert "Dülmen" in (described["aria-label"] or "")


def test_page_has_districts_municipalities_and_sources(answer: tuple[LoadedScenario, Plan], page: str) -> None:
    loaded, plan = answer
    text = " ".join(_Elements(page).text).replace("\xa0", " ")
    assert "Modell 2" in text
    assert "14.03.2025" in text
    for district in plan.layers[0].districts:
        assert loaded.county.employer(district.employer).name in text
        assert f"{district.on_site_hours:.1f}".replace(".", ",") in text
    for town in loaded.county.municipalities:
        coverage = plan.municipalities[town.ags].coverage
        assert coverage is not None
        assert town.name in text
        assert f"{coverage * 100:.1f} %".replace(".", ",") in text
    assert all(source.attribution in text for source in loaded.county.sources)


def test_hostile_names_stay_text_on_the_page(answer: tuple[LoadedScenario, Plan]) -> None:
    loaded, plan = answer
    county = loaded.county
    towns = tuple(replace(town, name=f"{HOSTILE}{i}") for i, town in enumerate(county.municipalities))
    employers = tuple(replace(employer, name=HOSTILE) for employer in county.employers)
    sources = tuple(replace(source, attribution=HOSTILE, title=HOSTILE) for source in county.sources)
    county = replace(county, name=HOSTILE, municipalities=towns, employers=employers, sources=sources)
    page = plan_html(replace(loaded, county=county), plan, 0, "de", title=HOSTILE, day=DAY)
    elements = _Elements(page)
    assert HOSTILE not in page
    assert elements.open == []
    assert [tag for tag, _ in elements.found].count("script") == 2
    assert not [tag for tag, _ in elements.found if tag == "img"]
    assert html.escape(HOSTILE) in page
