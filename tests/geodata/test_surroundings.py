"""What lies around a county: built from the files of the state, read from the folder, made small for a screen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import geopandas
import pytest
import shapely
from counties import county_texts, features, key, square, write_county

from files.faults import InputError
from geodata import COUNTIES, shipped_name
from geodata.boundaries import write_surroundings
from geodata.county import County, load_county
from geodata.official.layers import read_state
from geodata.official.shapes import county_boundaries, surroundings_of
from geodata.records import SURROUNDINGS_FILE, Surrounding
from geodata.screen import screen_shapes

X, Y, SIDE = 400_000.0, 5_750_000.0, 10_000.0
NAMES = {"05911000": "Oststadt", "05915000": "Fernort", "05919000": "Weitfort"}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county of one square, and beside it to the east: a square, one that reaches beyond 40 km, and one beyond."""
    path = tmp_path_factory.mktemp("state") / "state.gpkg"
    columns = {"05999004": (0, 1), "05911000": (1, 2), "05915000": (2, 9), "05919000": (9, 10)}
    shapes = [shapely.box(X + a * SIDE, Y, X + b * SIDE, Y + SIDE) for a, b in columns.values()]
    # The border of the county has a bend of 50 m.
    shapes[0] = shapes[0].union(shapely.box(X + SIDE, Y + 1000, X + SIDE + 50, Y + 1050))
    shapes[1] = shapes[1].difference(shapes[0])
    geopandas.GeoDataFrame({"ags": list(columns)}, geometry=shapes, crs=25832).to_file(path)
    return path


def _around(path: Path, names: Mapping[str, str]) -> list[Surrounding]:
    state = read_state(path).polygons
    return surroundings_of(state, county_boundaries(state, "05999", path.name), names)


def test_the_municipalities_around_a_county_are_cut_off_and_coarse(state: Path) -> None:
    found = _around(state, NAMES)
    assert [one.name for one in found] == ["Oststadt", "Fernort"]
    # The bend is gone.
    assert len(found[0].shape.exterior.coords) < 8
    metres = geopandas.GeoSeries([one.shape for one in found], crs=4326).to_crs(25832).bounds
    assert metres.maxx[1] == pytest.approx(X + SIDE + 40_000, abs=300)
    assert metres.minx[1] == pytest.approx(metres.maxx[0], abs=50)


def test_a_municipality_without_a_good_name_is_left_out(state: Path) -> None:
    assert _around(state, {}) == []
    assert [one.name for one in _around(state, NAMES | {"05911000": "Ost\x07stadt"})] == ["Fernort"]


def _county(tmp_path: Path, surroundings: str) -> County:
    texts = county_texts(2) | {SURROUNDINGS_FILE: surroundings}
    texts["county.yaml"] = texts["county.yaml"].replace("[population,", "[surroundings.geojson, population,")
    return load_county(write_county(tmp_path, texts))


def _named(name: object) -> str:
    return features({"05911000": square(2, 0)}).replace('"ags": "05911000"', f'"name": {json.dumps(name)}')


def test_what_is_written_is_read(tmp_path: Path) -> None:
    around = (Surrounding("O'Dorf <b>", shapely.Polygon(square(2, 0))),)
    write_surroundings(tmp_path / "file.geojson", around)
    county = _county(tmp_path, (tmp_path / "file.geojson").read_text(encoding="utf-8"))
    assert county.surroundings == around


def test_a_county_without_surroundings_loads_and_has_nothing_around_it(tmp_path: Path) -> None:
    county = load_county(write_county(tmp_path, county_texts(2)))
    assert county.surroundings == ()
    assert county.screen.around.is_empty
    assert county.screen.names == ()


BROKEN = [
    ("{", "surroundings.geojson:1: this is not well-formed JSON"),
    ("[]", "surroundings.geojson: this is not a collection of features"),
    (_named(None), "feature 1: the property “name” is missing or not a text"),
    (_named(" "), "feature 1: the property “name” is missing or not a text"),
    (_named("A\x07"), "contains the invisible character U+0007"),
    (_named("A" * 201), "the text is 201 characters long"),
    (_named("Ost").replace("Polygon", "Point"), "feature 1: the geometry is not a polygon but “Point”"),
    (_named("Ost").replace("[7.3, 51.8]", "[73, 51.8]"), "the boundary of Ost lies outside Germany"),
    (_named("Ost").replace("[7.3, 51.8]", "[7.25, 51.95]"), "feature 1: the boundary of Ost is not valid"),
    (features({"05911000": square(2, 0)}), "the key “ags” is not known: allowed: name"),
]


@pytest.mark.parametrize(("text", "expected"), BROKEN)
def test_faults_are_told_like_those_of_the_other_files(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        _county(tmp_path, text)
    assert {fault.file for fault in caught.value.faults} == {"county/surroundings.geojson"}
    assert any(expected in line for line in caught.value.lines("en")), caught.value


def test_on_a_screen_only_borders_between_them_are_drawn(tmp_path: Path) -> None:
    county = load_county(write_county(tmp_path, county_texts(1)))
    around = [Surrounding(name, shapely.Polygon(square(column, 0))) for name, column in (("A", 1), ("B", 2), ("C", 3))]
    screen = screen_shapes(county.boundaries, around)
    assert screen.around_borders.length == pytest.approx(0.2)
    assert screen.around.area == pytest.approx(0.04)
    assert screen.municipalities[key(0)].equals(county.boundaries[key(0)])
    assert [name for name, _ in screen.names] == ["A", "B", "C"]


def test_shipped_counties_are_in_order_and_have_surroundings() -> None:
    for folder in COUNTIES.iterdir():
        county = load_county(folder)
        assert county.notices == ()
        assert county.name == shipped_name(folder.name)
        assert {trip.method for trip in county.travel.values()} in ({"estimate"}, {"road"})
        assert (county.source_of("travel.csv"), county.source_of("employers")) != (None, None)
        assert county.surroundings
        source = county.source_of(SURROUNDINGS_FILE)
        assert source is not None
        assert source == county.source_of("boundaries.geojson")
        names = {town.name for town in county.municipalities}
        assert not names & {one.name for one in county.surroundings}
