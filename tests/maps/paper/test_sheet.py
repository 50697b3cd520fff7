"""Maps for paper: everything is on them, nothing overlaps, the scale is right."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import counties
import pytest
import shapely
from counties import county_texts, key, write_county
from shapely.geometry.base import BaseGeometry

from geodata.county import County, load_county
from geodata.measure import distance_km
from maps.colours import AROUND_FAIR, PALETTE, RAMP, MapColour, district_colours, figure
from maps.paper.hatching import AROUND, HATCHES, RISING, Hatch, district_hatches, hatch_marks
from maps.paper.legend import class_hatches
from maps.paper.png import Paper, plan_png
from maps.paper.projection import fitted
from maps.paper.sheet import plan_svg
from maps.paper.svg import Box
from maps.paper.symbols import scale_kilometres
from maps.paper.text import text_width
from maps.shapes import district_outline
from optimizer.plan import Identity, Naming, Plan
from optimizer.problem import GivenDistrict
from optimizer.solve import solve
from scenarios import SCENARIOS
from scenarios.assemble import load_problem, problem_of, with_plan
from scenarios.scenario import scenario_from

SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2025, 3, 14)
LONG = "Niederoberhausen-Unterstadt an der Großen Emscher bei Wesel!"
HOSTILE = ("<script>alert('x')</script>", "\"/><image href='//x'/>", "]]>&amp;${1}", "A\ufffeB", "Ö" * 60, LONG)
SHEETS = [paper.size(landscape) for paper in Paper for landscape in (False, True)]


def _solved(name: str) -> tuple[County, Plan]:
    loaded = load_problem(SCENARIOS / f"{name}.yaml", solve=lambda _: [])
    plan = solve(loaded.problem).plan
    assert plan is not None
    return loaded.county, plan


@pytest.fixture(scope="module")
def coesfeld() -> tuple[County, Plan]:
    return _solved("modell-2-wohlfahrt")


def _grid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, side: int, districts: int) -> tuple[County, Plan]:
    """A county of ``side`` × ``side`` squares, its districts one after the other."""
    count = side * side
    monkeypatch.setattr(counties, "NAMES", tuple(f"Oberkirchhausen {position}" for position in range(count)))
    monkeypatch.setattr(counties, "SIDE", 0.5 / side)
    texts = {name: text for name, text in county_texts(side, side).items() if name != "travel.csv"}
    county = load_county(write_county(tmp_path, texts))
    keys = [key(position) for position in range(count)]
    return county, _given(
        county, [keys[n * count // districts : (n + 1) * count // districts] for n in range(districts)]
    )


def _given(county: County, districts: list[list[str]]) -> Plan:
    data = {"name": "Test", "county": "x", "key": {"population": 1}, "layers": [{"posts": {"total": len(districts)}}]}
    rows = [GivenDistrict("ki", tuple(towns), Fraction(1), towns[0]) for towns in districts]
    plan = solve(with_plan(problem_of(scenario_from(data), county), county, rows)).plan
    assert plan is not None
    return plan


def _drawn(county: County, plan: Plan, layer: int = 0, **options: object) -> Element:
    settings = {"width_mm": 210, "height_mm": 297, "day": DAY, "language": "de", **options}
    return ElementTree.fromstring(plan_svg(county, plan, layer, **settings))  # type: ignore[arg-type]


def _of(root: Element, name: str) -> list[Element]:
    return [element for element in root.iter() if element.get("class") == name]


def _texts(root: Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def _labels(root: Element) -> dict[str, str]:
    """What the label of each municipality says, without its number."""
    return {
        label.get("data-ags", ""): " ".join(text.text or "" for text in list(label.iter(f"{SVG}text"))[1:])
        for label in _of(root, "label")
    }


def _box(element: Element) -> BaseGeometry:
    left, top, width, height = (float(element.get(name, "")) for name in ("x", "y", "width", "height"))
    return shapely.box(left, top, left + width, top + height)


def _text_box(element: Element) -> BaseGeometry:
    """What a text covers by its own metrics."""
    size = float(element.get("font-size", ""))
    width = text_width(element.text or "", size, element.get("font-weight") == "700")
    left = float(element.get("x", "")) - width * {None: 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor")]
    base = float(element.get("y", ""))
    return shapely.box(left, base - 0.7 * size, left + width, base + 0.22 * size)


def _assert_apart(root: Element) -> None:
    """No label meets another, a symbol or a leader of another, and all texts are on the sheet and apart."""
    labels = {label.get("data-ags", ""): _box(label[0]) for label in _of(root, "label")}
    for (first, one), (second, other) in combinations(labels.items(), 2):
        assert one.intersection(other).area < 1e-3, (first, second)
    symbols = _of(root, "symbols")[0]
    signs = [_box(sign) for sign in symbols.iter(f"{SVG}rect")]
    signs += [
        shapely.Point(float(dot.get("cx", "")), float(dot.get("cy", ""))).buffer(float(dot.get("r", "")))
        for dot in symbols.iter(f"{SVG}circle")
    ]
    for sign in signs:
        assert not [ags for ags, box in labels.items() if box.intersection(sign).area > 1e-3]
    for leader in _of(root, "leaders")[0]:
        numbers = [float(value) for value in re.findall(r"-?[\d.]+", leader.get("d", ""))]
        line = shapely.LineString([numbers[:2], numbers[2:]])
        assert not [ags for ags, box in labels.items() if box.intersection(line).length > 0.05]
    width, height = (float(value) for value in root.get("viewBox", "").split()[2:])
    texts = [(element.text, _text_box(element)) for element in root.iter(f"{SVG}text")]
    for text, box in texts:
        assert shapely.box(0, 0, width, height).covers(box), text
    tree = shapely.STRtree([box for _, box in texts])
    for first, second in tree.query([box for _, box in texts]).T.tolist():
        if first < second:
            met = texts[first][1].intersection(texts[second][1]).area
            assert met < 0.01, (texts[first][0], texts[second][0])


@pytest.mark.parametrize("name", sorted(path.stem for path in SCENARIOS.glob("*.yaml")))
@pytest.mark.parametrize("sheet", [(210, 297), (420, 297)])
def test_shipped_plans_are_drawn_whole_with_nothing_overlapping(name: str, sheet: tuple[int, int]) -> None:
    county, plan = _solved(name)
    for layer in range(len(plan.layers)):
        root = _drawn(county, plan, layer, width_mm=sheet[0], height_mm=sheet[1], title="Ein Plan")
        assert root.get("width") == f"{sheet[0]}mm"
        shapes = [shape for shape in _of(root, "municipality") if shape.tag == f"{SVG}path"]
        assert {shape.get("data-ags") for shape in shapes} == {town.ags for town in county.municipalities}
        assert len(shapes) == 11
        labels = _labels(root)
        for town in county.municipalities:
            coverage = plan.municipalities[town.ags].coverage
            assert coverage is not None
            assert re.fullmatch(rf"{town.name} \d+,\d.%", labels[town.ags]), labels[town.ags]
        assert len(_of(root, "legend-entry")) == len(plan.layers[layer].districts) + 4
        _assert_apart(root)


@pytest.mark.parametrize("sheet", [(165, 110), (80.5, 120)])
def test_a_map_within_a_text_has_its_legend_and_hides_no_border(
    coesfeld: tuple[County, Plan], sheet: tuple[float, float]
) -> None:
    county, plan = coesfeld
    root = _drawn(county, plan, width_mm=sheet[0], height_mm=sheet[1], frame=False, keyed=True)
    assert len(_of(root, "legend-entry")) == len(plan.layers[0].districts) + 4
    assert not _of(root, "head")
    _assert_apart(root)
    borders = shapely.union_all(
        [shapely.LineString(ring) for shape in _of(root, "municipality") for ring in _rings(shape.get("d", ""))]
    )
    assert len(_labels(root)) == 11
    for label in _of(root, "label"):
        # A corner may touch one.
        assert _box(label[0]).intersection(borders).length < 2.5, label.get("data-ags")
        assert min(float(text.get("font-size", "")) for text in label.iter(f"{SVG}text")) > 1.7
    # The county takes the better part of the map.
    left, _, right, _ = borders.bounds
    assert right - left > 0.5 * sheet[0]


def _rings(path: str) -> list[list[tuple[float, float]]]:
    """The corners of the rings of a path."""
    rings = [[float(value) for value in re.findall(r"-?[\d.]+", ring)] for ring in path.split("M")[1:]]
    return [list(zip(ring[::2], ring[1::2], strict=True)) for ring in rings]


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize(("side", "districts"), [(5, 4), (7, 18)])
def test_counties_of_many_municipalities_have_all_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: tuple[int, int], side: int, districts: int
) -> None:
    county, plan = _grid(tmp_path, monkeypatch, side, districts)
    root = _drawn(county, plan, width_mm=sheet[0], height_mm=sheet[1])
    labels = _labels(root)
    assert len(labels) == side * side
    assert all(town.name in labels[town.ags] for town in county.municipalities)
    _assert_apart(root)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    county, plan = _grid(tmp_path, monkeypatch, 5, 4)
    towns = tuple(replace(t, name=f"{name[:58]}{i:02}") for i, t in enumerate(county.municipalities))
    employers = tuple(replace(employer, name=name) for employer in county.employers)
    sources = tuple(replace(source, covers=("lon",), attribution=name) for source in county.sources)
    county = replace(county, municipalities=towns, employers=employers, sources=sources)
    root = _drawn(county, plan, title=name, description=name)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "path", "rect", "circle", "text"}
    labels = _labels(root)
    assert len(labels) == 25
    for town in towns:
        # Names stand on several lines, broken where there is no other way.
        assert town.name.replace(" ", "").replace("\ufffe", "\ufffd") in labels[town.ags].replace(" ", "")
    assert any(name[:6].replace("\ufffe", "\ufffd") in text for text in _texts(root))
    _assert_apart(root)


def test_longest_names_are_shortened_and_still_apart(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    towns = tuple(replace(town, name=f"{i} " + "W" * 198) for i, town in enumerate(county.municipalities))
    employers = tuple(replace(employer, name="W " * 100) for employer in county.employers)
    root = _drawn(replace(county, municipalities=towns, employers=employers), plan, width_mm=297, height_mm=210)
    assert all(label.startswith(f"{i} W") for i, label in enumerate(_labels(root).values()))
    _assert_apart(root)


def test_scale_bar_is_right(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    root = _drawn(county, plan)
    bar = _of(root, "scale-bar")[0]
    mm_per_km = float(bar[0].get("width", "")) / float(bar.get("data-km", ""))
    circles = _of(root, "symbols")[0].iter(f"{SVG}circle")
    dots = [(float(circle.get("cx", "")), float(circle.get("cy", ""))) for circle in circles]
    hubs = {district.hub for district in plan.layers[0].districts}
    places = [town.place for town in county.municipalities if town.ags not in hubs]
    assert len(places) == len(dots) > 3
    for first, second in combinations(range(len(dots)), 2):
        km = distance_km(places[first], places[second])
        assert math.dist(dots[first], dots[second]) / mm_per_km == pytest.approx(km, rel=0.01)


def test_north_is_up_and_the_county_fills_its_frame(coesfeld: tuple[County, Plan]) -> None:
    shapes = coesfeld[0].screen.municipalities
    projection = fitted(shapes.values(), Box(10, 20, 100, 200))
    west, top, east, bottom = projection.drawn(shapely.union_all(list(shapes.values()))).bounds
    assert (west, east) == pytest.approx((10, 110))
    assert 20 < top < bottom < 220
    assert top - 20 == pytest.approx(220 - bottom)
    south, north = projection.point((7.4, 51.7)), projection.point((7.4, 52.0))
    assert north[0] == pytest.approx(south[0], abs=0.1)
    assert north[1] < south[1]


@pytest.mark.parametrize(("longest", "km"), [(50, 50.0), (49.9, 20.0), (12, 10.0), (1, 1.0), (0.3, 0.2)])
def test_scale_bar_has_a_round_length(longest: float, km: float) -> None:
    assert scale_kilometres(0.001, longest) == km


def test_every_district_has_a_hatching_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county, plan = _grid(tmp_path, monkeypatch, 4, 16)
    assert len(set(district_hatches(county, plan.layers[0]))) == len(HATCHES) == 16


def test_neighbouring_districts_never_share_a_hatching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county, plan = _grid(tmp_path, monkeypatch, 4, 16)
    monkeypatch.setattr("maps.paper.hatching.HATCHES", HATCHES[:4])
    layer = plan.layers[0]
    hatches = dict(zip((d.hub for d in layer.districts), district_hatches(county, layer), strict=True))
    assert all(hatches[town] != hatches[other] for town in hatches for other in county.neighbours[town])


@pytest.mark.parametrize("hatches", [HATCHES, RISING, AROUND])
def test_hatchings_look_different(hatches: tuple[Hatch, ...]) -> None:
    looks = {(hatch_marks(shapely.box(0, 0, 20, 20), hatch, 1.0).wkt, hatch.dash) for hatch in hatches}
    assert len(looks) == len(hatches)


def test_hatching_stays_within_its_shape() -> None:
    shape = shapely.Point(30, 40).buffer(12)
    for hatch in HATCHES[1:]:
        marks = hatch_marks(shape, hatch, 1.3)
        assert not marks.is_empty
        assert shape.buffer(1e-6).covers(marks)


def test_fills_and_hatching_are_in_the_legend(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    root = _drawn(county, plan)
    entries = _of(root, "legend-entry")
    hatched = sum(hatch != HATCHES[0] for hatch in district_hatches(county, plan.layers[0]))
    assert sum(len(_of(entry, "hatch")) for entry in entries) == hatched
    assert len(_of(_of(root, "municipalities")[0], "hatch")) == hatched
    fills = [shape.get("fill") for entry in entries for shape in entry.iter(f"{SVG}rect")]
    assert set(district_colours(county, plan.layers[0])) <= set(fills)
    said = " ".join(text for entry in entries for text in _texts(entry))
    for position, district in enumerate(plan.layers[0].districts):
        texts = " ".join(_texts(entries[position]))
        assert texts.startswith(f"{position + 1} ")
        assert county.employer(district.employer).name in texts
        assert county.name_of(district.hub) in texts
        assert f"{float(district.fte):.1f}".replace(".", ",") in texts
    assert "100" in said


def test_named_districts_are_in_the_legend_by_number(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    layer, last = plan.layers[0], len(plan.layers[0].districts)
    identities = (*(Identity(place + 1) for place in range(1, last)), Identity(1, "Nord"))
    known = {one.number: d.municipalities for one, d in zip(identities, layer.districts, strict=True)}
    layer = replace(layer, naming=Naming(identities, known))
    root = _drawn(county, replace(plan, layers=(layer,)))
    first = " ".join(_texts(_of(root, "legend-entry")[0]))
    assert first.startswith("1 Nord – ")
    assert county.name_of(layer.districts[-1].hub) in first
    fills = {shape.get("data-ags"): shape.get("fill") for shape in _of(root, "municipality")}
    assert {fills[ags] for ags in layer.districts[-1].municipalities} == {PALETTE[0]}
    assert district_hatches(county, layer)[-1] == HATCHES[0]


def test_outlines_lie_on_the_fills(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    root = _drawn(county, plan)
    outlines = _of(root, "outlines")[0]
    assert all(float(line.get("stroke-width", "")) > 0.8 for line in outlines)
    order = [group.get("class") for group in root if group.get("class")]
    wanted = ["municipalities", "outlines", "leaders", "symbols", "labels"]
    assert [name for name in order if name in wanted] == wanted
    assert district_outline(county.screen.municipalities, plan.layers[0].districts[0].municipalities).is_valid


@pytest.mark.parametrize("colour", list(MapColour))
@pytest.mark.parametrize("language", ["de", "en"])
def test_figures_are_written_hatched_and_explained(
    coesfeld: tuple[County, Plan], colour: MapColour, language: str
) -> None:
    root = _drawn(*coesfeld, colour=colour, language=language)
    assert all(re.search(r"\d", label) for label in _labels(root).values())
    shown = figure(colour, *coesfeld, 0, None)
    classes = 0 if shown is None else len(shown.colours)
    signs = 4 if colour is MapColour.DISTRICT else 3
    assert len(_of(root, "legend-entry")) == len(coesfeld[1].layers[0].districts) + classes + signs
    assert _of(_of(root, "municipalities")[0], "hatch")
    _assert_apart(root)


def test_more_is_hatched_more_densely_but_a_fair_share_not_at_all(coesfeld: tuple[County, Plan]) -> None:
    fills = {MapColour.KEY: (RAMP, RISING), MapColour.POSTS: (RAMP, RISING), MapColour.COVERAGE: (AROUND_FAIR, AROUND)}
    for colour, (colours, expected) in fills.items():
        shown = figure(colour, *coesfeld, 0, None)
        assert shown is not None
        hatches = class_hatches(shown)
        assert [hatches[fill] for fill in shown.colours] == [expected[colours.index(fill)] for fill in shown.colours]
    strength = [
        0 if hatch == RISING[0] else hatch_marks(shapely.box(0, 0, 40, 40), hatch, 1.0).length for hatch in RISING
    ]
    assert strength == sorted(strength)
    assert len(set(strength)) == 5


def test_hub_of_other_districts_says_their_numbers(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    hubs: dict[str, list[int]] = {}
    for number, district in enumerate(plan.layers[0].districts, 1):
        hubs.setdefault(district.hub, []).append(number)
    several = [" · ".join(map(str, numbers)) for numbers in hubs.values() if len(numbers) > 1]
    assert several
    assert set(several) <= set(_texts(_of(_drawn(county, plan), "symbols")[0]))


def test_sheet_says_title_date_sources_and_directions(coesfeld: tuple[County, Plan]) -> None:
    root = _drawn(*coesfeld, title="Modell 2", description="Karte mit sechs Bezirken")
    texts = _texts(root)
    assert "Modell 2" in texts
    assert any("Kreis Coesfeld" in text and "14.03.2025" in text for text in texts)
    sources = " ".join(_texts(_of(root, "sources")[0]))
    assert "© GeoBasis-DE / BKG 2016" in sources
    assert "© OpenStreetMap contributors" in sources
    assert _texts(_of(root, "north-arrow")[0]) == ["N"]
    assert "10 km" in [text.replace("\xa0", " ") for text in _texts(_of(root, "scale-bar")[0])]
    assert {"Münster", "Haltern am See"} <= set(_texts(_of(root, "names-around")[0]))
    assert root.findtext(f"{SVG}title") == "Modell 2"
    assert root.findtext(f"{SVG}desc") == "Karte mit sechs Bezirken"
    assert (root.get("lang"), root.get("role")) == ("de", "img")


def test_without_a_frame_there_is_only_the_map(coesfeld: tuple[County, Plan]) -> None:
    root = _drawn(*coesfeld, width_mm=170, height_mm=120, frame=False, title="Modell 2")
    assert "Modell 2" not in _texts(root)
    assert not _of(root, "legend")
    assert len(_labels(root)) == 11
    assert _of(root, "scale-bar")
    assert _of(root, "north-arrow")
    assert _of(root, "sources")
    _assert_apart(root)


def test_county_without_surroundings_and_sources_is_drawn(tmp_path: Path) -> None:
    county = load_county(write_county(tmp_path, county_texts(3, 1)))
    root = _drawn(replace(county, sources=()), _given(county, [[key(0), key(1)], [key(2)]]))
    assert not _texts(_of(root, "names-around")[0])
    assert not _texts(_of(root, "sources")[0])
    assert len(_labels(root)) == 3


def test_plan_that_leaves_out_and_doubles_is_drawn(tmp_path: Path) -> None:
    county = load_county(write_county(tmp_path, county_texts(3, 1)))
    root = _drawn(county, _given(county, [[key(0), key(1)], [key(1)]]))
    numbers = {label.get("data-ags"): next(label.iter(f"{SVG}text")).text for label in _of(root, "label")}
    assert numbers == {key(0): "1", key(1): "1 · 2", key(2): "–"}


def test_same_plan_is_the_same_drawing(coesfeld: tuple[County, Plan]) -> None:
    first, second = (plan_svg(*coesfeld, 0, "de", width_mm=210, height_mm=297, day=DAY) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("paper", "landscape", "pixels"), [(Paper.A4, False, (2480, 3508)), (Paper.A3, True, (4961, 3508))]
)
def test_picture_has_the_size_of_its_sheet(paper: Paper, landscape: bool, pixels: tuple[int, int]) -> None:
    width, height = paper.size(landscape)
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 9 9"/>'
    picture = plan_png(drawing, paper=paper, landscape=landscape)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert (int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])) == pixels
    assert picture[37:41] == b"pHYs"
    assert int.from_bytes(picture[41:45]) == 11811
