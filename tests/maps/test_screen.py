"""What is on a map, and that nothing on it is live but the map itself. How it looks: tests/browser/."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from counties import county_texts, key, write_county
from shapely import union_all

from geodata.county import County, Service, load_county
from maps.colours import (
    AROUND_FAIR,
    NOTHING,
    PALETTE,
    RAMP,
    MapColour,
    MapFigure,
    district_colours,
    figure,
    numbered_by_town,
)
from maps.layers import STATIC, Draw
from maps.screen import Mark, OfflineMap, escaped, plan_map
from maps.shapes import district_lines, district_outline, encoded
from optimizer.plan import Identity, Naming, Plan
from optimizer.problem import GivenDistrict
from optimizer.solve import solve
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario, load_problem, problem_of, with_plan
from scenarios.scenario import scenario_from
from translation import msg, percent

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


def _calls(view: OfflineMap) -> dict[str, list[Any]]:
    """The functions of static/map.js that the map calls, with their arguments."""
    drawn = [child for child in view._children.values() if isinstance(child, Draw)]
    assert len({call.function for call in drawn}) == len(drawn)
    return {call.function: json.loads(f"[{call.arguments.removeprefix(', ')}]") for call in drawn}


def _features(view: OfflineMap) -> dict[str, dict[str, Any]]:
    return {feature["ags"]: feature for feature in _calls(view)["municipalities"][0]}


def _labels(view: OfflineMap, county: County) -> dict[str, str]:
    """What stands on the map at each municipality, without tags."""
    texts = {(lat, lon): re.sub("<[^>]*>", " ", label) for lat, lon, label in _calls(view)["labels"][0]}
    return {town.ags: html.unescape(texts[town.lat, town.lon]).replace("\xa0", " ") for town in county.municipalities}


def _legend(view: OfflineMap) -> str:
    return re.sub("<[^>]*>", " ", view.drawn("x").html).replace("\xa0", " ")


def _decoded_shape(parts: list[list[list[int]]]) -> shapely.MultiPolygon:
    polygons = [[np.cumsum(np.reshape(ring, (-1, 2)), axis=0) / 1e4 for ring in part] for part in parts]
    return shapely.MultiPolygon([(rings[0], rings[1:]) for rings in polygons])


def test_every_municipality_is_a_shape_with_a_tooltip(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    features = _features(plan_map(county, plan, 0, "de"))
    assert list(features) == [town.ags for town in county.municipalities]
    for town in county.municipalities:
        assert features[town.ags]["tooltip"].startswith(f"<strong>{town.name}</strong>")
        drawn = _decoded_shape(features[town.ags]["shape"])
        assert drawn.is_valid
        assert drawn.symmetric_difference(county.boundaries[town.ags]).area < 0.02 * drawn.area


def test_simplified_borders_stay_common(coesfeld: tuple[County, Plan]) -> None:
    shapes = coesfeld[0].screen.municipalities
    assert shapely.coverage_is_valid(np.array(list(shapes.values()), dtype=object))
    assert sum(len(shapely.get_coordinates(shape)) for shape in shapes.values()) < 2500


def test_script_is_small(coesfeld: tuple[County, Plan]) -> None:
    assert len(plan_map(*coesfeld, 0, "de").drawn("map").script) < 50_000


def test_same_map_is_the_same_text_and_each_place_on_a_page_has_its_own(coesfeld: tuple[County, Plan]) -> None:
    first, second = (plan_map(*coesfeld, 0, "de").drawn("map") for _ in range(2))
    other = plan_map(*coesfeld, 0, "de").drawn("other")
    assert first == second
    assert f'id="{first.name}"' in first.html
    assert first.name not in other.html + other.script


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
    shapes = county.screen.municipalities
    districts = plan.layers[0].districts
    outlines = [district_outline(shapes, district.municipalities) for district in districts]
    for district, outline in zip(districts, outlines, strict=True):
        assert outline.is_valid
        assert outline.area == pytest.approx(sum(shapes[ags].area for ags in district.municipalities))
    assert union_all(outlines).area == pytest.approx(sum(outline.area for outline in outlines))


def test_outlines_are_drawn_once_and_without_inner_borders(tmp_path: Path) -> None:
    county = _squares(tmp_path, 3)
    layer = _given(county, [[key(0), key(1)], [key(2)]]).layers[0]
    # Around three squares, and the border between the second and the third.
    assert district_lines(county.screen.municipalities, layer).length == pytest.approx(0.9)


def test_encoded_polygons_keep_their_holes() -> None:
    ring = shapely.box(7, 51, 7.3, 51.3).difference(shapely.box(7.1, 51.1, 7.2, 51.2))
    assert _decoded_shape(encoded(ring)).equals(ring)


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
    assert [one.number for one, _ in numbered_by_town(plan.layers[0])[key(1)]] == [1, 2]
    page = _page(plan_map(county, plan, 0, "en"))
    assert "In no district" in page
    assert "1 · 2" in _decoded(page)


def test_named_districts_stand_in_legend_and_tooltip_by_number_and_name(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    layer = plan.layers[0]
    assert "kim-swatch" not in plan_map(county, plan, 0, "de").drawn("x").html
    last = len(layer.districts)
    # Numbers other than the places: the last district is the first one.
    identities = (*(Identity(place + 1) for place in range(1, last)), Identity(1, "Nord <b>"))
    known = {one.number: d.municipalities for one, d in zip(identities, layer.districts, strict=True)}
    named = replace(plan, layers=(replace(layer, naming=Naming(identities, known)),))
    view = plan_map(county, named, 0, "de")
    html_ = view.drawn("x").html
    assert html_.count("kim-swatch") == last
    assert f'background:{PALETTE[0]}"></span>1 Nord &lt;b&gt;' in html_
    features = _features(view)
    for ags in layer.districts[-1].municipalities:
        assert features[ags]["fill"] == PALETTE[0]
        assert "Bezirk 1 Nord &lt;b&gt;" in features[ags]["tooltip"]
    for ags in layer.districts[0].municipalities:
        assert features[ags]["fill"] == PALETTE[1]
    labels = _labels(view, county)
    assert labels[layer.districts[-1].municipalities[0]].split()[0] == "1"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(coesfeld: tuple[County, Plan], name: str) -> None:
    county, plan = coesfeld
    towns = tuple(replace(town, name=name) for town in county.municipalities)
    sources = tuple(replace(source, attribution=name) for source in county.sources)
    services = tuple(replace(service, name=name, provider=name, as_of=name) for service in county.services)
    around = tuple(replace(one, name=name) for one in county.surroundings)
    county = replace(county, municipalities=towns, sources=sources, services=services, surroundings=around)
    marks = {towns[0].ags: Mark(name, msg("It was in {district}", district=name))}
    view = plan_map(county, plan, 0, "de", drives=True, services=True, marks=marks)
    page = _page(view)
    assert name not in page
    for live in ("<img", "<script>alert", "${", "onerror=alert(1)>", "alert('x')"):
        assert live not in page
        assert live not in _decoded(page)
    assert "`" not in page
    assert html.unescape(escaped(name)) == name


def _decoded(page: str) -> str:
    """What the JSON texts in a page say."""
    return "\n".join(json.loads(text) for text in re.findall(r'"(?:[^"\\\n]|\\.)*"', page))


def test_nothing_comes_from_a_network(coesfeld: tuple[County, Plan]) -> None:
    page = _page(plan_map(*coesfeld, 0, "de", drives=True, services=True))
    assert "//" not in re.sub(r"http://www\.w3\.org/\S+", "", page)
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(loaded) == 4
    folder = Path(__file__).parents[2] / "static"
    for address in loaded:
        assert (folder / address.removeprefix(f"{STATIC}/").partition("?")[0]).is_file()


def test_tiles_are_asked_for_only_on_demand_and_named(coesfeld: tuple[County, Plan]) -> None:
    view = plan_map(*coesfeld, 0, "de", tiles=True)
    page = _page(view)
    assert "GLOBAL_WEBMERCATOR/{z}/{y}/{x}.png" in page
    assert re.search(r"\\u00a9 basemap\.de / BKG \S+ 20\d\d", page)
    assert 0 < _calls(view)["municipalities"][2] < 1


def test_attribution_stands_on_the_map(coesfeld: tuple[County, Plan]) -> None:
    page = _decoded(_page(plan_map(*coesfeld, 0, "de")))
    assert "© GeoBasis-DE / BKG 2016" in page
    assert "© OpenStreetMap contributors" in page


def test_surroundings_are_drawn_where_they_are_known(coesfeld: tuple[County, Plan], tmp_path: Path) -> None:
    land, borders, names = _calls(plan_map(*coesfeld, 0, "de"))["surroundings"]
    assert land
    assert borders
    assert {"Münster", "Haltern am See"} <= {name for _, _, name in names}
    county = _squares(tmp_path, 2)
    assert "surroundings" not in _calls(plan_map(county, _given(county, [[key(0), key(1)]]), 0, "de"))


_WRITTEN = {
    MapColour.DISTRICT: r"\d\d,\d %",
    MapColour.COVERAGE: r"\d\d,\d %",
    MapColour.PER_1000: r"\d+,\d h",
    MapColour.HOURS: r"\d+,\d h",
    MapColour.KEY: r"\d+,\d %",
    MapColour.POSTS: r"\d\.\d{3}",
    MapColour.TRAVEL: r"\d+ min",
}


@pytest.mark.parametrize("colour", list(MapColour))
def test_labels_show_the_figure_of_the_colour(coesfeld: tuple[County, Plan], colour: MapColour) -> None:
    county, plan = coesfeld
    labels = _labels(plan_map(county, plan, 0, "de", colour=colour), county)
    for town in county.municipalities:
        assert re.search(rf"{town.name} +{_WRITTEN[colour]}", labels[town.ags]), labels[town.ags]


@pytest.mark.parametrize("colour", [colour for colour in MapColour if colour is not MapColour.DISTRICT])
def test_fills_are_classes_of_the_legend(coesfeld: tuple[County, Plan], colour: MapColour) -> None:
    county, plan = coesfeld
    shown = figure(colour, county, plan, 0, None)
    assert shown is not None
    assert len(shown.colours) == len(shown.limits) + 1
    assert all(low < high for low, high in pairwise(shown.limits))
    view = plan_map(county, plan, 0, "de", colour=colour)
    legend = view.drawn("x").html
    bounds = [-np.inf, *shown.limits, np.inf]
    for ags, feature in _features(view).items():
        place = shown.colours.index(feature["fill"])
        value = shown.values[ags]
        assert value is not None
        assert bounds[place] <= round(value, shown.digits) < bounds[place + 1]
        assert f"background:{feature['fill']}" in legend
    assert len({feature["fill"] for feature in _features(view).values()}) > 1


def test_a_class_never_contradicts_the_figure_that_is_read(coesfeld: tuple[County, Plan]) -> None:
    shown = figure(MapColour.COVERAGE, *coesfeld, 0, None)
    assert shown is not None
    nearly = replace(shown, values={"x": 0.99996, "y": 0.9994})
    assert (nearly.colour("x"), nearly.colour("y")) == (AROUND_FAIR[3], AROUND_FAIR[2])


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        (MapColour.COVERAGE, ["95 %", "100 %"]),
        (MapColour.HOURS, ["20", "40", "60", "80"]),
        (MapColour.PER_1000, ["9,5"]),
        (MapColour.KEY, ["5 %", "10 %", "15 %", "20 %"]),
        (MapColour.POSTS, ["5.000", "6.000"]),
        (MapColour.TRAVEL, ["10", "20", "30", "40"]),
    ],
)
def test_limits_of_classes_are_round(coesfeld: tuple[County, Plan], colour: MapColour, expected: list[str]) -> None:
    legend = _legend(plan_map(*coesfeld, 0, "de", colour=colour))
    for limit in expected:
        assert f" {limit} " in re.sub(r"\s+", " ", legend)


def test_maps_side_by_side_share_their_classes(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    towns = [town.ags for town in plan.problem.municipalities]
    rows = [GivenDistrict("ki", tuple(towns[:5]), Fraction(1)), GivenDistrict("ki", tuple(towns[5:]), Fraction(5))]
    other = solve(with_plan(plan.problem, county, rows)).plan
    assert other is not None
    for colour in MapColour:
        one, two = figure(colour, county, plan, 0, None, beside=[other]), figure(colour, county, other, 0, None)
        both = figure(colour, county, other, 0, None, beside=[plan])
        if one is None or two is None or both is None:
            assert colour is MapColour.DISTRICT
            continue
        assert one.classes() == both.classes()
        assert (one.limits == two.limits) == (colour in (MapColour.HOURS, MapColour.KEY, MapColour.TRAVEL))


@pytest.mark.parametrize("fill", [*PALETTE, *RAMP, *AROUND_FAIR, NOTHING])
def test_dark_text_is_readable_on_every_fill(fill: str) -> None:
    assert _contrast(fill, "#1b1f24") >= 4.5


def test_names_around_the_county_are_readable() -> None:
    static = Path(__file__).parents[2] / "static"
    text = re.search(r"\.kim-around > div \{ color: (#\w+)", (static / "map.css").read_text(encoding="utf-8"))
    land = re.search(r'fillColor: "(#\w+)"', (static / "map.js").read_text(encoding="utf-8"))
    assert text is not None
    assert land is not None
    assert _contrast(text[1], land[1]) >= 4.5


def _contrast(first: str, second: str) -> float:
    """The contrast of WCAG 2.1."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_municipality_in_no_district_has_no_figure_of_one(tmp_path: Path) -> None:
    county = _squares(tmp_path, 3)
    plan = _given(county, [[key(0), key(1)]])
    for colour in (MapColour.TRAVEL, MapColour.POSTS):
        view = plan_map(county, plan, 0, "en", colour=colour)
        assert _features(view)[key(2)]["fill"] == NOTHING
        assert "in no district" in _legend(view)
    assert _features(plan_map(county, plan, 0, "en"))[key(2)]["fill"] == NOTHING


def test_drives_go_from_the_hub_to_every_other_municipality(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    assert "drives" not in _calls(plan_map(county, plan, 0, "de"))
    view = plan_map(county, plan, 0, "de", drives=True)
    places = {(town.lat, town.lon): town.ags for town in county.municipalities}
    drives = {
        (places[tuple(start)], places[tuple(end)]): text.replace("\xa0", " ")
        for start, end, text in _calls(view)["drives"][0]
    }
    assert drives == {
        (district.hub, ags): f"{plan.problem.minutes[district.hub, ags]:.0f} min"
        for district in plan.layers[0].districts
        for ags in district.municipalities
        if ags != district.hub
    }
    assert "minutes one way" in _legend(plan_map(county, plan, 0, "en", drives=True))


def test_services_of_one_seat_share_a_marker(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    town, other = county.municipalities[:2]
    services = (
        Service("Dienst", "AWO", "JMD", town.ags, None, 1.5, None, "2018", "", ""),
        Service("Beratung", "DRK", "MBE", town.ags, (town.ags, other.ags), None, None, "", "", ""),
        Service("Fachdienst", "SkF", "FD", other.ags, (other.ags,), 2, None, "2020", "", ""),
    )
    county = replace(county, services=services)
    assert "services" not in _calls(plan_map(county, plan, 0, "en"))
    first, second = _calls(plan_map(county, plan, 0, "en", services=True))["services"][0]
    assert first[:3] == [town.lat, town.lon, 2]
    assert second[2] == 1
    for part in (
        f"2 existing services in {town.name}",
        "<strong>Dienst (AWO, JMD)</strong><br>1.50 FTE, for the whole county, as of 2018",
        f"<strong>Beratung (DRK, MBE)</strong><br>Posts not known, for {town.name}, {other.name}",
    ):
        assert part in first[3]
    assert "2 FTE, for" in second[3]


def test_what_is_hatched_and_other_borders_are_drawn_and_explained(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    town = county.municipalities[0].ags
    marks = {town: Mark("⇄", msg("Changes district"), hatched=True)}
    view = plan_map(
        county, plan, 0, "en", marks=marks, over=(plan.layers[0], msg("borders of {scenario}", scenario="<1>"))
    )
    calls = _calls(view)
    assert calls["hatched"] == [[town]]
    assert calls["over"] == [calls["municipalities"][1]]
    assert "⇄" not in _labels(view, county)[town]
    assert "Changes district" in _features(view)[town]["tooltip"]
    assert "borders of &lt;1&gt;" in view.drawn("x").html
    assert "Changes district" in _legend(view)
    assert {"hatched", "over"}.isdisjoint(_calls(plan_map(county, plan, 0, "en")))


def test_marks_stand_in_the_label_and_mean_something_in_the_tooltip(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    town, other = county.municipalities[:2]
    view = plan_map(county, plan, 0, "en", marks={town.ags: Mark("⇄", msg("Changes district"))})
    labels, features = _labels(view, county), _features(view)
    assert "⇄" in labels[town.ags]
    assert features[town.ags]["tooltip"].endswith("<br>Changes district")
    assert "⇄" not in labels[other.ags]
    assert "Changes" not in features[other.ags]["tooltip"]


def test_selected_municipality_is_outlined(coesfeld: tuple[County, Plan]) -> None:
    town = coesfeld[0].municipalities[3]
    assert _calls(plan_map(*coesfeld, 0, "de", selected=town.ags))["select"] == [town.ags]
    assert "select" not in _calls(plan_map(*coesfeld, 0, "de"))


def _own(county: County, missing: str) -> MapFigure:
    """A figure of a page's own: the position of each municipality, one without."""
    values: dict[str, float | None] = {town.ags: position / 10 for position, town in enumerate(county.municipalities)}
    values[missing] = None
    return MapFigure(
        msg("Share of <the> {plans}", plans="${plans}"),
        values,
        (0.2, 0.4, 0.6, 0.8),
        lambda share: percent(share, 0),
        lambda limit: percent(limit, 0),
        2,
        msg("the municipality itself"),
    )


@pytest.mark.parametrize("colour", list(MapColour))
def test_figure_of_a_page_is_shown_instead_of_any_colour(coesfeld: tuple[County, Plan], colour: MapColour) -> None:
    county, plan = coesfeld
    missing = county.municipalities[4].ags
    own = _own(county, missing)
    view = plan_map(county, plan, 0, "de", colour=colour, own=own)
    labels, features = _labels(view, county), _features(view)
    for town in county.municipalities:
        value = own.values[town.ags]
        feature = features[town.ags]
        lines = [html.unescape(line).replace("\xa0", " ") for line in feature["tooltip"].split("<br>")]
        if value is None:
            assert feature["fill"] == NOTHING
            assert "%" not in labels[town.ags]
            assert not any("Share of" in line for line in lines)
        else:
            written = f"{round(100 * value)} %"
            assert feature["fill"] == RAMP[sum(value >= limit for limit in own.limits)]
            assert labels[town.ags].rstrip().endswith(f"{town.name} {written}")
            # Said first, below the name; what else is known of it follows.
            assert lines[1] == f"Share of <the> ${{plans}}: {written}"
        assert sum(line.startswith("Versorgungsgrad: ") for line in lines) == 1
        assert len(lines) == (6 if value is not None else 5)
    assert view.drawn("x").html == plan_map(county, plan, 0, "de", own=own).drawn("x").html


def test_legend_of_a_figure_of_a_page(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    own = _own(county, county.municipalities[4].ags)
    view = plan_map(county, plan, 0, "en", own=own)
    shown = view.drawn("x").html
    for fill in (*RAMP, NOTHING):
        assert f"background:{fill}" in shown
    legend = html.unescape(re.sub(r"\s+", " ", _legend(view)))
    assert "Share of <the> ${plans}" in legend
    for text in ("under 20%", "20% to 40%", "60% to 80%", "80% and more", "the municipality itself"):
        assert text in legend
    # The figure in a label is not the coverage then.
    assert "100% coverage" not in legend
    assert "<the>" not in shown
    assert "${" not in shown
    whole = replace(own, values={ags: value or 0.5 for ags, value in own.values.items()})
    assert "the municipality itself" not in plan_map(county, plan, 0, "en", own=whole).drawn("x").html


def test_figure_of_a_page_goes_with_marks_and_selection(coesfeld: tuple[County, Plan]) -> None:
    county, plan = coesfeld
    town = county.municipalities[2].ags
    own = _own(county, county.municipalities[4].ags)
    marks = {town: Mark("⇄", msg("Changes district"))}
    view = plan_map(county, plan, 0, "en", own=own, marks=marks, selected=town)
    assert "⇄" in _labels(view, county)[town]
    assert _features(view)[town]["tooltip"].endswith("<br>Changes district")
    assert _calls(view)["select"] == [town]
