"""Boundaries as GeoJSON may say them: what is read does not depend on how plainly they are drawn."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata import COUNTIES
from geodata.boundaries import read_boundaries, read_surroundings
from geodata.measure import line_metres

SQUARE = [[7, 51], [8, 51], [8, 52], [7, 52], [7, 51]]
HOLE = [[7.2, 51.2], [7.4, 51.2], [7.4, 51.4], [7.2, 51.2]]


def read(folder: Path, geometry: object) -> shapely.Geometry | str:
    """The shape that is read, or what is wrong with it."""
    feature = {"type": "Feature", "properties": {"ags": "05999004"}, "geometry": geometry}
    file = folder / "boundaries.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    shapes, faults = read_boundaries(file, "b")
    assert len(shapes) + len(faults) == 1
    return shapes[0][2] if shapes else str(faults[0].wrong)


def as_geojson_says(geometry: dict[str, Any]) -> shapely.Geometry | str:
    """The same from the library's own reader."""
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.ShapelyError, ValueError):
        return "the coordinates do not form a polygon"
    return shapely.force_2d(shape) if not shape.is_empty else "the polygon is empty"


@pytest.mark.parametrize("name", ["boundaries.geojson", "surroundings.geojson"])
def test_the_shapes_of_a_county_are_those_of_the_library(name: str) -> None:
    file = COUNTIES / "05558-coesfeld" / name
    shapes, faults = (read_boundaries if name.startswith("b") else read_surroundings)(file, name)
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    assert not faults
    assert [shape.wkb for *_, shape in shapes] == [as_geojson_says(feature["geometry"]).wkb for feature in features]


def test_a_thousand_small_municipalities_may_lie_around_a_county(tmp_path: Path) -> None:
    # Kreis Rhein-Hunsrück has 1,045 around it.
    square = {"type": "Polygon", "coordinates": [SQUARE]}
    features = [{"type": "Feature", "properties": {"name": f"Dorf {i}"}, "geometry": square} for i in range(1045)]
    file = tmp_path / "surroundings.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    _, faults = read_surroundings(file, "s")
    assert "features" not in str(faults)
    features *= 4
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    assert "4180 features" in str([fault.text("en") for fault in read_surroundings(file, "s")[1]])


point = st.lists(st.integers(6, 8) | st.floats(50, 53) | st.just("7") | st.none(), min_size=1, max_size=4)
ring = (
    st.sampled_from([SQUARE, HOLE, [[*place, 3] for place in SQUARE], SQUARE[:-1], SQUARE[:2], []])
    | st.lists(point, max_size=5)
    | st.lists(st.tuples(st.integers(6, 8), st.integers(50, 53)), min_size=3, max_size=6).map(
        lambda places: [*places, places[0]]
    )
)
rings = st.lists(ring, max_size=3)


@given(rings.map(lambda one: ("Polygon", one)) | st.lists(rings, max_size=3).map(lambda many: ("MultiPolygon", many)))
def test_whatever_is_drawn_is_read_as_the_library_reads_it(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[str, Any]
) -> None:
    geometry = {"type": drawn[0], "coordinates": drawn[1]}
    found, wanted = read(tmp_path_factory.getbasetemp(), geometry), as_geojson_says(geometry)
    assert getattr(found, "wkb", found) == getattr(wanted, "wkb", wanted)


@pytest.mark.parametrize("coordinates", [None, 7, "7 51", {}, [7, 51], [[7, 51]], [[[7, 51]]], [[[[7, 51]]]]])
@pytest.mark.parametrize("kind", ["Polygon", "MultiPolygon"])
def test_coordinates_that_form_no_polygon_are_a_fault(tmp_path: Path, kind: str, coordinates: object) -> None:
    assert isinstance(read(tmp_path, {"type": kind, "coordinates": coordinates}), str)


def test_the_way_from_one_line_to_the_next_has_no_length() -> None:
    lines = [shapely.LineString([(7, 51.0), (7, 51.1)]), shapely.LineString([(8, 51.0), (8, 51.1), (8.1, 51.1)])]
    together = shapely.GeometryCollection([lines[0], shapely.Point(9, 51), lines[1], shapely.box(7, 51, 8, 52)])
    assert line_metres(together) == pytest.approx(sum(map(line_metres, lines)), rel=1e-12)
    assert line_metres(lines[0]) == pytest.approx(11_124, abs=5)
    assert line_metres(shapely.Point(7, 51)) == 0
