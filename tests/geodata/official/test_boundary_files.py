"""Boundaries as offices publish them: layers, keys, archives, areas without people, islands, tips of other counties."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from files.faults import InputError
from geodata.county import County, load_county
from geodata.official.build import build_county
from geodata.official.layers import full_key, read_state
from geodata.records import Connection

X, Y, SIDE = 380_000.0, 5_740_000.0, 5_000.0
COLUMNS = (
    "ags,name,county_ags,county,centre_lon,centre_lat,area_km2,population_2024_12_31,census_population_2022_05_15,"
    "foreigners_2022_05_15,immigration_history_2022_05_15,immigrants_2022_05_15"
)
NAMES = {"05999001": "Nordau", "05999002": "Südau", "05999003": "Ostau", "05999004": "Müllau"}


def box(column: float, row: float, width: float = 1, height: float = 1) -> shapely.Polygon:
    west, south = X + column * SIDE, Y + row * SIDE
    return shapely.box(west, south, west + width * SIDE, south + height * SIDE)


SQUARES: dict[str, BaseGeometry] = {
    "05999001": box(0, 0),
    "05999002": box(1, 0),
    "05999003": box(0, 1),
    "05999004": box(1, 1),
}
ISLAND = box(-4, 0)


def frame(shapes: Mapping[str, BaseGeometry], column: str = "ags", **more: Sequence[str]) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame({column: list(shapes), **more}, geometry=list(shapes.values()), crs=25832)


def figures(
    path: Path, names: Mapping[str, str], places: Mapping[str, BaseGeometry], people: Mapping[str, int] | None = None
) -> Path:
    centres = geopandas.GeoSeries([places[ags].centroid for ags in names], crs=25832).to_crs(4326)
    rows = [COLUMNS]
    for (ags, name), centre in zip(names.items(), centres, strict=True):
        count = (people or {}).get(ags, 10_000 + int(ags[-3:]))
        counts = ",".join(str(count // part) for part in (1, 1, 10, 7, 9))
        rows.append(f'{ags},"{name}",05999,Kreis Musterau,{centre.x:.5f},{centre.y:.5f},25,{counts}')
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def build(
    folder: Path,
    shapes: Mapping[str, BaseGeometry],
    names: Mapping[str, str] = NAMES,
    people: Mapping[str, int] | None = None,
    kinds: Mapping[str, str] | None = None,
    **more: Any,
) -> County:
    columns = {} if kinds is None else {"BEZ": [kinds.get(ags, "Gemeinde") for ags in shapes]}
    frame(shapes, **columns).to_file(folder / "b.gpkg")
    places = {ags: shapes.get(ags, box(0.5, 0.5)) for ags in names}
    listed = figures(folder / "figures.csv", names, places, people)
    return build_county("05999", figures=listed, boundaries=folder / "b.gpkg", out=folder / "out", **more)


def told(county: County) -> str:
    return "\n".join(notice.text("en") for notice in county.notices)


def fault(call: Any, *arguments: Any, **more: Any) -> str:
    with pytest.raises(InputError) as caught:
        call(*arguments, **more)
    return str(caught.value)


def test_the_layer_with_the_municipalities_is_read(tmp_path: Path) -> None:
    path = tmp_path / "vg250.gpkg"
    whole = shapely.union_all(list(SQUARES.values()))
    frame({"05": whole}, "AGS").to_file(path, layer="vg250_sta")
    frame({"05999": whole}, "AGS", RS=["05999"]).to_file(path, layer="vg250_krs")
    # The points of the towns have the same keys, and one more.
    points = {ags: shape.centroid for ags, shape in SQUARES.items()} | {"05999005": shapely.Point(X, Y)}
    frame(points, "AGS").to_file(path, layer="vg250_pk")
    named = {"GEN": list(NAMES.values()), "BEZ": ["Stadt", "Gemeinde", "Gemeinde", "Gemeinde"]}
    frame(SQUARES, "AGS", **named).to_file(path, layer="vg250_gem")
    geopandas.GeoDataFrame({"AGZ": [1]}, geometry=[whole.boundary], crs=25832).to_file(path, layer="vg250_li")
    state = read_state(path, "05999")
    assert list(state.polygons["ags"]) == list(SQUARES)
    assert list(state.polygons["name"]) == list(NAMES.values())
    assert state.polygons["kind"][0] == "Stadt"
    [notice] = state.notices
    assert "the layer “vg250_gem” is read, one of 5" in notice.text("en")
    wrong = fault(read_state, path, "05998")
    assert "whose “AGS” begins with 05998" in wrong
    assert "layer “vg250_krs”" in wrong


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("05999001", "05999001"),
        ("5999001", "05999001"),
        ("5999001.0", "05999001"),
        ("5999001.00", "05999001"),
        (" 05 9 99 001 ", "05999001"),
        ("059990001001", "05999001"),
        ("59990001001", "05999001"),
        ("05999", "05999"),
        ("5999001.5", "5999001.5"),
        ("", ""),
        ("DE", "DE"),
    ],
)
def test_keys_are_read_as_offices_write_them(written: str, key: str) -> None:
    assert full_key(written) == key


@pytest.mark.parametrize("column", ["ags", "AGS", "Ags", "ARS"])
@pytest.mark.parametrize("kind", [str, int, float])
def test_keys_may_be_numbers_in_a_column_in_capitals(tmp_path: Path, column: str, kind: type) -> None:
    keys = [key[:5] + "0000" * (column == "ARS") + key[5:] for key in SQUARES]
    table = {column: [kind(key) for key in keys]}
    geopandas.GeoDataFrame(table, geometry=list(SQUARES.values()), crs=25832).to_file(tmp_path / "b.gpkg")
    state = read_state(tmp_path / "b.gpkg", "05999")
    assert list(state.polygons["ags"]) == list(SQUARES)
    assert bool(state.notices) == (kind is not str and column != "ARS")


def _archive(path: Path, parts: Mapping[str, geopandas.GeoDataFrame], folder: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, shapes in parts.items():
            shapes.to_file(path.parent / name)
            for part in sorted(path.parent.glob(Path(name).stem + ".*")):
                if part != path:
                    archive.write(part, f"{folder}{part.name}")
        archive.writestr(f"__MACOSX/{folder}._gem.shp", b"\0")
        archive.writestr("liesmich.txt", "Verwaltungsgebiete")
    return path


def test_maps_within_an_archive_are_found(tmp_path: Path) -> None:
    counties = frame({"05999": box(0, 0, 2, 2)}, "AGS")
    shapefiles = {"vg_krs.shp": counties, "vg_gem.shp": frame(SQUARES, "AGS")}
    nested = _archive(tmp_path / "vg250 Ä.zip", shapefiles, "vg250.utm32s/vg250_ebenen_1231/")
    flat = _archive(tmp_path / "flat.zip", {"only.gpkg": frame(SQUARES)}, "")
    for path in (nested, flat):
        assert list(read_state(path, "05999").polygons["ags"]) == list(SQUARES)
    empty = _archive(tmp_path / "empty.zip", {}, "")
    assert "the archive holds no boundaries: __MACOSX/._gem.shp, liesmich.txt" in fault(read_state, empty, "05999")
    (tmp_path / "cut.zip").write_bytes(nested.read_bytes()[:2000])
    assert "cut.zip: the boundaries cannot be read" in fault(read_state, tmp_path / "cut.zip", "05999")


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        ({"05999": box(0, 0, 2, 2)}, "has 1 shape, and none whose “ags” begins with 05999; its keys are like “05999”"),
        ({"05998001": box(0, 0), "05998002": box(1, 0)}, "has 2 shapes, and none whose “ags” begins with 05999"),
        ({key: shape.boundary for key, shape in SQUARES.items()}, "the file holds lines and no polygons"),
        ({key: shape.centroid for key, shape in SQUARES.items()}, "the file holds points and no polygons"),
        ({"05999001": box(0, 0).boundary, "05999002": shapely.MultiPoint([(X, Y)])}, "holds lines, points and no"),
        ({"05998001": box(0, 0), "05999001": box(1, 0).boundary}, "the file holds lines and no polygons"),
    ],
)
def test_a_file_without_polygons_of_the_county_is_told(
    tmp_path: Path, shapes: dict[str, BaseGeometry], expected: str
) -> None:
    frame(shapes).to_file(tmp_path / "b.gpkg")
    assert expected in fault(read_state, tmp_path / "b.gpkg", "05999")


def test_a_file_without_keys_or_shapes_is_told(tmp_path: Path) -> None:
    frame(SQUARES, "schluessel").to_file(tmp_path / "b.gpkg", layer="gemeinden")
    wrong = fault(read_state, tmp_path / "b.gpkg", "05999")
    assert "“ags” or the geometry is missing; there is layer “gemeinden” with the columns schluessel" in wrong
    (tmp_path / "b.csv").write_text("ags,name\n05999001,Nordau\n")
    assert "“ags” or the geometry is missing" in fault(read_state, tmp_path / "b.csv", "05999")
    assert "none.gpkg: the file does not exist" in fault(read_state, tmp_path / "none.gpkg", "05999")


def test_polygons_among_other_shapes_are_taken(tmp_path: Path) -> None:
    mixed = shapely.GeometryCollection([box(0, 0), shapely.Point(X, Y), shapely.MultiPolygon([box(3, 3)])])
    frame({"05999001": mixed, "05999002": shapely.force_3d(box(1, 0), 7), "05999003": box(0, 1).boundary}).to_file(
        tmp_path / "b.gpkg"
    )
    state = read_state(tmp_path / "b.gpkg", "05999")
    assert list(state.polygons.geometry.area) == [2 * SIDE**2, SIDE**2]
    assert not state.polygons.geometry.has_z.any()
    assert "1 shape is no polygon: left out" in "\n".join(notice.text("en") for notice in state.notices)


# Where the border of Nordau and Ostau reaches the edge of the county, it opens for 300 m, to 7 m.
TIP = shapely.Polygon([(X, Y + SIDE), (X + 300, Y + SIDE), (X, Y + SIDE + 7)])


@pytest.mark.parametrize("known", [True, False])
def test_a_thin_tip_of_another_county_is_noticed(tmp_path: Path, known: bool) -> None:
    shapes = SQUARES | {"05999003": SQUARES["05999003"].difference(TIP)}
    others: dict[str, BaseGeometry] = {"05911000": box(-1, 0, 1, 2).union(TIP)} if known else {}
    county = build(tmp_path, shapes | others)
    assert "between Nordau (05999001), Ostau (05999003) at the edge of the county 1," in told(county)
    assert "05999003" in county.neighbours["05999001"]
    assert told(load_county(county.folder)) in told(county)


# A strip of 5 m between the same two, from the edge of the county to the other two towns: no common border is left.
STRIP = box(0, 1, 1, 0.001)


def test_a_strip_between_two_towns_is_another_county_s_only_where_its_polygon_is(tmp_path: Path) -> None:
    shapes = SQUARES | {"05999003": SQUARES["05999003"].difference(STRIP)}
    assert "Nordau (05999001), Ostau (05999003) is not the same line on both sides" in fault(build, tmp_path, shapes)
    county = build(tmp_path, shapes | {"05911000": box(-1, 0, 1, 2).union(STRIP)})
    assert "at the edge of the county" in told(county)
    assert "05999003" not in county.neighbours["05999001"]


# 40 m by 1 km on their border.
ENCLAVE = box(0.4, 1, 0.2, 0.008)


def test_a_narrow_enclave_is_another_county_s_only_where_its_polygon_is(tmp_path: Path) -> None:
    shapes = SQUARES | {"05999003": SQUARES["05999003"].difference(ENCLAVE)}
    wrong = fault(build, tmp_path, shapes)
    assert "there is a gap of 40," in wrong
    county = build(tmp_path, shapes | {"05911000": shapely.MultiPolygon([box(-1, 0, 1, 2), ENCLAVE])})
    assert "enclose 0.04 km² that belong to none of the municipalities" in told(county)
    assert not load_county(county.folder).surroundings[0].shape.is_empty


def test_a_narrow_hole_in_one_town_is_no_border_drawn_twice(tmp_path: Path) -> None:
    hole = box(0.4, 0.5, 0.2, 0.008)
    county = build(tmp_path, SQUARES | {"05999001": SQUARES["05999001"].difference(hole)})
    assert "Nordau (05999001) enclose 0.04 km²" in told(county)


def test_a_ring_that_touches_itself_is_the_same_land(tmp_path: Path) -> None:
    corners = [(0, 0), (5, 0), (5, 5), (2, 5), (3, 4), (1, 4), (2, 5), (0, 5), (0, 0)]
    ring = shapely.Polygon([(X + 1000 * east, Y + 1000 * north) for east, north in corners])
    assert not ring.is_valid
    county = build(tmp_path, SQUARES | {"05999001": ring})
    assert county.boundaries["05999001"].is_valid
    assert len(county.boundaries["05999001"].interiors) == 1


AREA = "05999501"


@pytest.mark.parametrize(
    ("names", "people", "kinds", "expected"),
    [
        # The area says what it is: in the boundaries, in the figures, or by having no people.
        ({AREA: "Ostau"}, {}, {AREA: "Gemeindefreies Gebiet"}, {"05999003": "Ostau", AREA: "Ostau (gemfr. Gebiet)"}),
        ({AREA: "Ostau, gemfr. Gebiet"}, {}, None, {"05999003": "Ostau", AREA: "Ostau (gemfr. Gebiet)"}),
        ({AREA: "Ostau"}, {AREA: 0}, None, {"05999003": "Ostau", AREA: "Ostau (gemfr. Gebiet)"}),
        # Two towns.
        ({AREA: "Ostau, Stadt"}, {}, None, {"05999003": "Ostau (05999003)", AREA: "Ostau (05999501)"}),
        ({AREA: "OSTAU"}, {}, None, {"05999003": "Ostau (05999003)", AREA: "OSTAU (05999501)"}),
        (
            {AREA: unicodedata.normalize("NFD", "Südau")},
            {},
            None,
            {"05999002": "Südau (05999002)", AREA: "Südau (05999501)"},
        ),
    ],
)
def test_municipalities_of_one_name_are_told_apart(
    tmp_path: Path,
    names: dict[str, str],
    people: dict[str, int],
    kinds: dict[str, str] | None,
    expected: dict[str, str],
) -> None:
    county = build(tmp_path, SQUARES | {AREA: box(2, 0)}, NAMES | names, people, kinds)
    assert {ags: county.name_of(ags) for ags in expected} == expected
    assert all(name in told(county) for name in expected.values() if "(" in name)


def test_an_area_without_people_needs_no_row_in_the_figures(tmp_path: Path) -> None:
    # The centre of Südau lies in the wood that the town surrounds.
    wood = box(1.3, 0.3, 0.4, 0.4)
    shapes = SQUARES | {"05999002": SQUARES["05999002"].difference(wood), "05999990": wood}
    county = build(tmp_path, shapes)
    assert "b.gpkg: areas outside every municipality have polygons, and no row in figures.csv: " in told(county)
    area = county.municipality("05999990")
    assert area.name == "Gemeindefreies Gebiet 05999990"
    assert area.indicators["population"] == 0
    assert area.indicators["area_km2"] == pytest.approx(4, abs=0.01)
    assert county.boundaries["05999990"].covers(shapely.Point(area.place))
    assert county.travel["05999002", "05999990"].minutes > 0
    assert county.employer("ki").office != "05999990"


def test_a_town_without_a_row_or_polygon_is_a_fault_of_the_files(tmp_path: Path) -> None:
    wrong = fault(build, tmp_path, SQUARES | {"05999012": box(2, 0)})
    assert wrong.startswith("b.gpkg: the polygon of 05999012 has no row in figures.csv")
    # The digits of an area, but the file says that it is a town.
    wrong = fault(build, tmp_path, SQUARES | {AREA: box(2, 0)}, kinds={AREA: "Stadt"})
    assert "the polygon of 05999501 has no row" in wrong
    wrong = fault(build, tmp_path, {key: SQUARES[key] for key in list(SQUARES)[:3]})
    assert wrong.startswith("b.gpkg: there is no polygon of Müllau (05999004)")


def test_a_row_without_people_and_polygon_is_left_out(tmp_path: Path) -> None:
    county = build(tmp_path, SQUARES, NAMES | {AREA: "Wald"}, {AREA: 0})
    assert [town.ags for town in county.municipalities] == list(SQUARES)
    assert "figures.csv: Wald (05999501) has no people and no polygon: left out" in told(county)


def test_town_halls_and_drives_may_leave_out_areas_without_people(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("from,to,km,minutes\n" + "".join(_drives(list(SQUARES))))
    halls = ["05999001,7.296,51.82", "05999002,7.36,51.82", "05999003,7.29,51.866", "05999004,7.366,51.867"]
    (tmp_path / "h.csv").write_text("\n".join(["ags,lon,lat", *halls]))
    shapes = SQUARES | {"05999990": box(2, 0)}
    county = build(tmp_path, shapes, travel=tmp_path / "t.csv", town_halls=tmp_path / "h.csv")
    methods = {pair: trip.method for pair, trip in county.travel.items()}
    assert methods["05999001", "05999990"] == "estimate"
    assert methods["05999001", "05999002"] == "road"
    assert "t.csv: 8 drives to areas without people have no row: estimated" in told(county)


def _drives(keys: Sequence[str], figures: str = "9,12") -> list[str]:
    return [f"{one},{other},{figures}\n" for one in keys for other in keys if one != other]


WITH_ISLAND, ISLAND_NAMES = SQUARES | {"05999005": ISLAND}, NAMES | {"05999005": "Inselau"}


def _employers(folder: Path, link: str) -> Path:
    text = "employers: [{id: ki, kind: ki, name: KI, office: 05999001}]\n"
    (folder / "employers.yaml").write_text(text + f"neighbours: [[05999001, 05999005, {link}]]\n")
    return folder / "employers.yaml"


def _across(county: County) -> set[str]:
    return {trip.method for pair, trip in county.travel.items() if "05999005" in pair}


def test_the_sea_is_no_road(tmp_path: Path) -> None:
    county = build(tmp_path, WITH_ISLAND, ISLAND_NAMES)
    assert _across(county) == {"none"}
    assert county.travel["05999001", "05999004"].method == "estimate"
    assert "travel.csv: no drive is known from Inselau (05999005) to the rest of the county" in told(county)
    (county.folder / "travel.csv").unlink()
    assert _across(load_county(county.folder)) == {"none"}


@pytest.mark.parametrize(("link", "method"), [("bridge", "estimate"), ("ferry", "none")])
def test_a_bridge_is_a_road_and_a_ferry_is_not(tmp_path: Path, link: Any, method: str) -> None:
    county = build(tmp_path, WITH_ISLAND, ISLAND_NAMES, employers=_employers(tmp_path, link))
    assert county.connections == (Connection("05999001", "05999005", link),)
    assert "05999005" in county.neighbours["05999001"]
    assert _across(county) == {method}
    assert ("no drive is known" in told(county)) == (link == "ferry")


def test_an_exclave_beyond_another_county_s_land_is_reached_by_road(tmp_path: Path) -> None:
    names = {**ISLAND_NAMES}
    county = build(tmp_path, WITH_ISLAND | {"05911000": box(-3, 0, 3, 1)}, names)
    # Without a name in the figures that land is not among the surroundings.
    assert _across(county) == {"none"}
    shapes = WITH_ISLAND | {"05911000": box(-3, 0, 3, 1)}
    listed = figures(tmp_path / "figures.csv", names, shapes)
    centre = "05911000,Großstadt,05911,Großstadt,7.1,51.8,25,1000,1000,100,100,100\n"
    listed.write_text(listed.read_text(encoding="utf-8") + centre, encoding="utf-8")
    county = build_county("05999", figures=listed, boundaries=tmp_path / "b.gpkg", out=tmp_path / "land")
    assert _across(county) == {"estimate"}
    assert "05999005" not in county.neighbours["05999001"]


@pytest.mark.parametrize("cells", [",", "null,NaN", "-,inf"])
def test_a_matrix_without_figures_means_not_by_car(tmp_path: Path, cells: str) -> None:
    keys = list(WITH_ISLAND)
    rows = _drives(keys[:4]) + [f"05999005,{key},{cells}\n{key},05999005,{cells}\n" for key in keys[:4]]
    (tmp_path / "t.csv").write_text("from,to,km,minutes\n" + "".join([*rows, f"05999005,05999005,{cells}\n"]))
    county = build(tmp_path, WITH_ISLAND, ISLAND_NAMES, travel=tmp_path / "t.csv")
    assert _across(county) == {"none"}
    assert "t.csv:14: 8 drives have no figures: taken as: no way by car" in told(county)


def test_a_matrix_may_leave_out_an_island_and_nothing_else(tmp_path: Path) -> None:
    keys = list(WITH_ISLAND)
    (tmp_path / "t.csv").write_text("from,to,km,minutes\n" + "".join(_drives(keys[:4])))
    county = build(tmp_path, WITH_ISLAND, ISLAND_NAMES, travel=tmp_path / "t.csv")
    assert _across(county) == {"none"}
    assert "t.csv: 8 drives over water have no row" in told(county)
    (tmp_path / "t.csv").write_text("from,to,km,minutes\n" + "".join(_drives(keys[:3])))
    again = {"travel": tmp_path / "t.csv", "replace": True}
    assert "3 pairs of municipalities have no row" in fault(build, tmp_path, WITH_ISLAND, ISLAND_NAMES, **again)
    half = "05999001,05999005,9,\n"
    (tmp_path / "t.csv").write_text("from,to,km,minutes\n" + "".join([*_drives(keys[:4]), half]))
    assert "t.csv:14, minutes: no figure is given" in fault(build, tmp_path, WITH_ISLAND, ISLAND_NAMES, **again)


def test_drives_over_water_that_a_table_calls_estimates_are_told(tmp_path: Path) -> None:
    keys = list(WITH_ISLAND)
    (tmp_path / "t.csv").write_text("from,to,km,minutes,method\n" + "".join(_drives(keys, "30,40,estimate")))
    county = build(tmp_path, WITH_ISLAND, ISLAND_NAMES, travel=tmp_path / "t.csv")
    assert "drives from Inselau (05999005) to the rest of the county are air lines, as over water" in told(county)


def test_parts_with_a_narrow_strait_between_are_no_fault(tmp_path: Path) -> None:
    # A headland that comes near at one corner; side by side for 5 km it would be a border drawn twice.
    headland = shapely.Polygon([(X - 70, Y + 2000), (X - 4000, Y + 500), (X - 4000, Y + 4000)])
    county = build(tmp_path, SQUARES | {"05999005": headland}, ISLAND_NAMES)
    assert "no border of at least 100 m, bridge or ferry connects Inselau" in told(county)
    beside = box(-1, 0).intersection(shapely.box(X - SIDE, Y, X - 70, Y + SIDE))
    wrong = fault(build, tmp_path, SQUARES | {"05999005": beside}, ISLAND_NAMES, replace=True)
    assert "no border connects Inselau (05999005) to the rest of the county, 70 m away" in wrong
