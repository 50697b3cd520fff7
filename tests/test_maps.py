"""The map's structure and that nothing on it is live but the map itself. How it looks: tests/browser/."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import folium
import pytest
from counties import county_texts, key, write_county
from shapely import union_all

from geodata.county import County, load_county
from geodata.maps import PALETTE, OfflineMap, district_colours, district_outline, districts_of, escaped, plan_map
from optimizer.plan import Plan
from optimizer.problem import GivenDistrict
from optimizer.solve import solve
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario, load_problem, problem_of, with_plan
from scenarios.scenario import scenario_from

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "${alert(1)}",
    "`+alert(1)+`",
    "\"><script>alert('x')</script>",
    "{{ 7*7 }} \\u003cb\\u003e",
    "O'Dorf & Söhne",
)


def _solved(loaded: LoadedScenario) -> Plan:
    plan = solve(loaded.problem).plan
    assert plan is not None
    return plan


@pytest.fixture(scope="module")
def coesfeld() -> tuple[County, Plan]:
    loaded = load_problem(SCENARIOS / "modell-1-zentral.yaml", solve=lambda _: [])
    return loaded.county, _solved(loaded)


def _squares(tmp_path: Path, columns: int, rows: int = 1) -> County:
    return load_county(write_county(tmp_path, county_texts(columns, rows)))


def _given(county: County, districts: list[list[str]]) -> Plan:
    data = {"name": "Test", "county": "x", "key": {"population": 1}, "layers": [{"posts": {"total": len(districts)}}]}
    rows = [GivenDistrict("ki", tuple(towns), Fraction(1), towns[0]) for towns in districts]
    plan = solve(with_plan(problem_of(scenario_from(data), county), county, rows)).plan
    assert plan is not None
    return plan


def _page(view: OfflineMap) -> str:
    return view.get_root().render()


def _shapes(view: OfflineMap) -> list[folium.GeoJson]:
    return [child for child in view._children.values() if isinstance(child, folium.GeoJson)]


def test_every_municipality_is_a_shape_with_a_tooltip(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    shapes = _shapes(plan_map(county, plan, 0, "de"))
    tooltips = [
        child.text for shape in shapes for child in shape._children.values() if isinstance(child, folium.Tooltip)
    ]
    assert len(tooltips) == len(county.municipalities) == 11
    assert len(shapes) == 11 + len(plan.layers[0].districts)
    for town, text in zip(county.municipalities, tooltips, strict=True):
        assert town.name in text


def test_tooltip_says_coverage_hours_and_drive_as_the_language_writes_them(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    district = next(district for district in plan.layers[0].districts if len(district.municipalities) > 1)
    away = next(ags for ags in district.municipalities if ags != district.hub)
    page = _page(plan_map(county, plan, 0, "de"))
    supply = plan.municipalities[away]
    assert supply.coverage is not None
    assert f"{supply.coverage * 100:.1f} %".replace(".", ",") in page.replace("\xa0", " ")
    assert f"{supply.hours:.1f} h".replace(".", ",") in page
    assert f"{plan.problem.minutes[district.hub, away]:.0f} min" in page
    assert county.name_of(district.hub) in page


def test_outline_of_a_district_is_the_union_of_its_shapes(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    districts = plan.layers[0].districts
    outlines = [district_outline(county, district) for district in districts]
    for district, outline in zip(districts, outlines, strict=True):
        assert outline.is_valid
        assert outline.area == pytest.approx(sum(county.boundaries[ags].area for ags in district.municipalities))
    assert union_all(outlines).area == pytest.approx(sum(outline.area for outline in outlines))


def test_outline_without_inner_borders(tmp_path: Path) -> None:
    county = _squares(tmp_path, 2)
    outline = district_outline(county, _given(county, [[key(0), key(1)]]).layers[0].districts[0])
    assert outline.normalize().equals(outline.envelope)
    assert outline.length == pytest.approx(0.6)


def test_districts_of_one_number_each_their_own_colour_while_there_are_enough(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    colours = district_colours(county, plan.layers[0])
    assert len(set(colours)) == len(colours) == len(plan.layers[0].districts)


def test_neighbouring_districts_never_share_a_colour(tmp_path: Path) -> None:
    county = _squares(tmp_path, 3, 3)
    layer = _given(county, [[key(i)] for i in range(9)]).layers[0]
    assert len(layer.districts) > len(PALETTE)
    colours = dict(zip((d.hub for d in layer.districts), district_colours(county, layer), strict=True))
    assert all(colours[town] != colours[other] for town in colours for other in county.neighbours[town])


def test_plan_that_leaves_out_and_doubles_is_drawn(tmp_path: Path) -> None:
    county = _squares(tmp_path, 3)
    plan = _given(county, [[key(0), key(1)], [key(1)]])
    assert [n for n, _ in districts_of(plan.layers[0])[key(1)]] == [1, 2]
    page = _page(plan_map(county, plan, 0, "en"))
    assert "In no district" in page
    assert "1 · 2" in _decoded(page)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(coesfeld: tuple[County, Plan], name: str) -> None:
    county, plan = coesfeld
    towns = tuple(replace(town, name=name) for town in county.municipalities)
    sources = tuple(replace(source, attribution=name) for source in county.sources)
    view = plan_map(replace(county, municipalities=towns, sources=sources), plan, 0, "de")
    page = _page(view)
    assert name not in page
    for live in ("<img", "<script>alert", "${", "onerror=alert(1)>", "alert('x')"):
        assert live not in page
        assert live not in _decoded(page)
    assert "`" not in re.sub(r"bindTooltip\(\s*`[^`]*`", "", page)
    assert html.unescape(escaped(name)) == name


def _decoded(page: str) -> str:
    """What the JSON texts in a page say."""
    return "\n".join(json.loads(text) for text in re.findall(r'"(?:[^"\\\n]|\\.)*"', page))


def test_nothing_comes_from_a_network(coesfeld: tuple[County, Plan]) -> None:
    page = _page(plan_map(*coesfeld, 0, "de"))
    assert "//" not in re.sub(r"http://www\.w3\.org/\S+", "", page)
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(loaded) == 4
    folder = Path(__file__).parents[1] / "static"
    for address in loaded:
        assert (folder / address.removeprefix("../../app/static/")).is_file()


def test_attribution_stands_on_the_map(coesfeld: tuple[County, Plan]) -> None:
    page = _decoded(_page(plan_map(*coesfeld, 0, "de")))
    assert "© GeoBasis-DE / BKG 2016" in page
    assert "© OpenStreetMap contributors" in page
