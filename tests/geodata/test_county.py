import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from files.faults import InputError
from geodata import COUNTIES, county_folder, county_names
from geodata.county import County, load_county
from geodata.records import NO_DRIVE, Connection, Service
from tests.counties import SIDE, SOUTH, WEST, county_texts, features, key, square, write_county

A, B, C = key(0), key(1), key(2)


def faults(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_county(folder)
    return caught.value.lines("en")


def broken(parent: Path, file: str, old: str, new: str, columns: int = 3) -> Path:
    texts = county_texts(columns)
    assert old in texts[file]
    return write_county(parent, texts | {file: texts[file].replace(old, new, 1)})


@pytest.fixture(scope="module")
def coesfeld() -> County:
    return load_county(COUNTIES / "05558-coesfeld")


def test_kreis_coesfeld_is_as_its_sources_say(coesfeld):
    assert (coesfeld.ags, coesfeld.name, len(coesfeld.municipalities)) == ("05558", "Kreis Coesfeld", 11)
    sums = {name: sum(m.indicators[name] for m in coesfeld.municipalities) for name in coesfeld.indicator_names}
    assert sums["population"] == 222953
    assert sums["migration_history"] == 31474
    assert sums["area_km2"] == pytest.approx(1112.03)
    assert len(coesfeld.travel) == 110
    assert {trip.method for trip in coesfeld.travel.values()} == {"road"}
    assert coesfeld.travel["05558004", "05558008"].minutes == 32
    assert [service.fte for service in coesfeld.services] == [2, 4, 1, None, None, None, 3.5]
    assert coesfeld.services[6].fte_range == (3, 4)
    assert [service.year for service in coesfeld.services] == [2018, 2016, 2013, 2016, 2020, 2022, 2020]
    assert coesfeld.services[1].catchment == ("05558012", "05558008")
    assert coesfeld.services[0].catchment is None
    assert all(service.credit is None for service in coesfeld.services)
    assert [e.id for e in coesfeld.employers if e.kind != "municipality"] == ["ki", "awo", "drk", "caritas", "skf"]
    assert coesfeld.employer("05558036").name == "Olfen"
    assert not coesfeld.notices


def test_every_part_of_kreis_coesfeld_has_its_source(coesfeld):
    parts = (*coesfeld.indicator_names, "lon", "lat", "boundaries.geojson", "travel.csv", "services.csv")
    assert all(coesfeld.source_of(part) for part in parts)
    assert coesfeld.source_of("travel.csv").attribution == "© OpenStreetMap contributors, ODbL 1.0; © OpenMapTiles"
    assert coesfeld.source_of("name") is None


def test_staff_that_is_no_published_number_of_posts_is_marked_as_an_estimate(coesfeld):
    for service in coesfeld.services:
        assert ("Schätzung" in service.note) == (service.fte is not None)


def test_lookups(coesfeld):
    assert coesfeld.name_of("05558036") == "Olfen"
    assert coesfeld.municipality("05558036").place == (7.37953, 51.70723)
    with pytest.raises(KeyError):
        coesfeld.name_of("05558000")
    with pytest.raises(KeyError):
        coesfeld.employer("nobody")


def test_the_frame_has_the_same_municipalities_on_the_map(coesfeld):
    frame = coesfeld.frame
    assert list(frame.index) == [m.ags for m in coesfeld.municipalities]
    assert frame.loc["05558036", "population"] == 12814
    assert frame.crs.to_epsg() == 4326
    assert frame.to_crs(25832).area.sum() / 1e6 == pytest.approx(1112.03, rel=1e-3)


def test_a_county_can_be_sent_to_another_process(coesfeld):
    assert pickle.loads(pickle.dumps(coesfeld)) == coesfeld


def test_loading_a_county_needs_no_tables_or_projection_library():
    code = (
        "import sys; from geodata import COUNTIES; from geodata.county import load_county;"
        "load_county(COUNTIES / '05558-coesfeld');"
        "print(sorted({'pandas', 'geopandas', 'pyproj', 'pyogrio'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=COUNTIES.parents[1]
    )
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("columns", [1, 2, 3, 9])
def test_a_county_of_any_size_loads(tmp_path, columns):
    county = load_county(write_county(tmp_path, county_texts(columns)))
    assert [m.ags for m in county.municipalities] == [key(i) for i in range(columns)]
    assert len(county.travel) == columns * (columns - 1)
    assert sorted(len(others) for others in county.neighbours.values())[-1] == min(columns - 1, 2)
    assert not county.notices


def test_one_direction_serves_both(tmp_path):
    folder = broken(tmp_path, "travel.csv", f"{A},{B},", f"{B},{A},")
    county = load_county(folder)
    assert county.travel[A, B] == county.travel[B, A]


def test_both_directions_are_kept_where_they_are_given(tmp_path):
    folder = broken(tmp_path, "travel.csv", f"{A},{B},", f"{B},{A},9.5,9.9,estimate\n{A},{B},")
    county = load_county(folder)
    assert county.travel[B, A].minutes == 9.9
    assert county.travel[A, B].method == "road"


def test_without_a_travel_table_all_drives_are_estimated(tmp_path):
    texts = county_texts()
    del texts["travel.csv"]
    county = load_county(write_county(tmp_path, texts))
    assert {trip.method for trip in county.travel.values()} == {"estimate"}
    assert len(county.travel) == 6
    assert "all are estimated" in county.notices[0].text("en")


def test_the_form_of_excel_reads_like_the_other(tmp_path):
    texts = dict(county_texts())
    expected = load_county(write_county(tmp_path, texts))
    for name in ("municipalities.csv", "travel.csv"):
        german = texts[name].replace(",", ";").replace(".", ",").replace("\n", "\r\n").replace("0599", "599")
        texts[name] = german.encode("utf-8-sig")
    county = load_county(write_county(tmp_path, texts))
    assert (county.municipalities, county.travel) == (expected.municipalities, expected.travel)
    assert [notice.column for notice in county.notices] == ["ags", "from", "to"]


def test_hostile_but_legal_names_stay_text(tmp_path):
    name = "<script>${alert(1)}</script>&amp;'"
    county = load_county(broken(tmp_path, "municipalities.csv", "Adorf", name))
    assert county.name_of(A) == name


YAML_END = "attribution: © Statistisches Amt\n"
CASES = [
    # municipalities.csv
    ("municipalities.csv", f"{B},Bestadt", f"{A},Bestadt", f"municipalities.csv:3, ags: {A} is there twice, first in"),
    ("municipalities.csv", "Bestadt", "ADORF", "municipalities.csv:3, name: the name “ADORF” is there twice"),
    ("municipalities.csv", "7.15,", "7.05,", "municipalities.csv:3, lon, lat: Bestadt lies exactly where line 2 lies"),
    (
        "municipalities.csv",
        B,
        "05558004",
        "municipalities.csv:3, ags: Bestadt (05558004) does not belong to the county",
    ),
    (
        "municipalities.csv",
        "7.15,51.85",
        "51.85,7.15",
        "municipalities.csv:3, lon, lat: Bestadt (05999008) lies outside",
    ),
    ("municipalities.csv", "7.15,51.85", "51.85,7.15", "longitude and latitude are swapped"),
    ("municipalities.csv", "7.15,51.85", "372543,5743", "degrees in WGS 84"),
    ("municipalities.csv", "7.15,", "7.45,", "the place of Bestadt (05999008) lies 17.2 km outside its boundary"),
    ("municipalities.csv", "2000", "-5", "municipalities.csv:3, population: -5 is too small: at least 0"),
    ("municipalities.csv", "2000", "nan", "municipalities.csv:3, population: “nan” is not a number"),
    ("municipalities.csv", "2000", "1e999", "municipalities.csv:3, population: “1e999” is not a number"),
    ("municipalities.csv", "2000", "many", "municipalities.csv:3, population: “many” is not a number"),
    ("municipalities.csv", "population", "equal", "“equal” cannot be the name of an indicator"),
    ("municipalities.csv", "population", "<b>", "“<b>” cannot be the name of an indicator"),
    ("municipalities.csv", "population", "poplation", "poplation: the column has no source"),
    ("municipalities.csv", "population", "poplation", "county.yaml:7, sources, covers: there is no column or file"),
    ("municipalities.csv", "Bestadt", "Be\x07stadt", "municipalities.csv:3, name: “Be�stadt” contains the invisible"),
    ("municipalities.csv", "Bestadt", "B" * 201, "municipalities.csv:3, name: the text is 201 characters long"),
    (
        "municipalities.csv",
        f"{C},Cehausen,7.25,51.85,3000,102\n",
        "",
        "feature 3: the county has no municipality 05999012",
    ),
    (
        "municipalities.csv",
        f"{C},Cehausen,7.25,51.85,3000,102\n",
        "",
        "travel.csv:3, to: the county has no municipality",
    ),
    # county.yaml
    ("county.yaml", "05999", "5558a", "county.yaml:1, ags: “5558a” is not a county key"),
    ("county.yaml", "ags: 05999\n", "", "county.yaml:1: the key “ags” is missing"),
    ("county.yaml", "name: Kreis", "nome: Kreis", "the key “nome” is not known: did you mean “name”?"),
    ("county.yaml", "Kreis Musterland", "", "county.yaml:2, name: a text is missing here"),
    ("county.yaml", "Kreis Musterland", "true", "county.yaml:2, name: true is not a text: a text; put it in quotes"),
    ("county.yaml", "Kreis Musterland", "[a]", "county.yaml:2, name: a text is missing here"),
    ("county.yaml", "kind: ki,", "kind: kis,", "employers, kind: the kind “kis” is not known: did you mean “ki”?"),
    ("county.yaml", "kind: ki,", "kind: welfare,", "employers: 0 employers are of the kind “ki”: exactly one"),
    ("county.yaml", "kind: welfare,", "kind: ki,", "employers: 2 employers are of the kind “ki”: exactly one"),
    (
        "county.yaml",
        "id: awo",
        "id: ki",
        "county.yaml:5, employers, id: the employer “ki” is there twice, first in line 4",
    ),
    ("county.yaml", "id: awo", "id: municipalities", "“municipalities” cannot be the id of an employer"),
    ("county.yaml", "id: awo", f"id: {A}", f"the id “{A}” does not fit the kind “welfare”"),
    ("county.yaml", "kind: welfare", "kind: municipality", "the id “awo” does not fit the kind “municipality”"),
    (
        "county.yaml",
        "office: 05999004}",
        "office: 05999005}",
        "county.yaml:4, employers, office: the county has no municipality 05999005",
    ),
    ("county.yaml", ", office: 05999004}", "}", "county.yaml:4, employers: the key “office” is missing"),
    ("county.yaml", "[population, foreigners]", "population", "foreigners: the column has no source"),
    (
        "county.yaml",
        "foreigners]",
        "foreigner]",
        "sources, covers: there is no column or file “foreigner”: did you mean",
    ),
    (
        "county.yaml",
        "licence: dl-de/by-2-0\n",
        "licence:\n",
        "county.yaml:11, sources, licence: a text is missing here",
    ),
    ("county.yaml", YAML_END, YAML_END + "    colour: red\n", "county.yaml:13, sources: the key “colour” is not known"),
    ("county.yaml", YAML_END, YAML_END + "name: x\n", "county.yaml:13, name: the key “name” is there twice"),
    ("county.yaml", "name: Kreis", "a: &a x\nb: *a\nname: Kreis", "county.yaml:2, a: anchors and aliases"),
    ("county.yaml", "name: Kreis", "\tname: Kreis", "county.yaml:2: the line holds a tab"),
    ("county.yaml", "name: Kreis Musterland", "name: " + "[" * 5000, "county.yaml:2: the file is nested too deeply"),
    ("county.yaml", "name: Kreis", "name: " + "x" * 200_000, "county.yaml: the file is too large"),
    ("county.yaml", YAML_END, YAML_END + "neighbours: x\n", "county.yaml:13, neighbours: a list is missing here"),
    ("county.yaml", YAML_END, YAML_END + f"neighbours: [[{A}, {C}]]\n", "and what joins them are 2 texts here: like"),
    ("county.yaml", YAML_END, YAML_END + f"neighbours: [[{A}, {C}, fery]]\n", "“fery” joins no neighbours: did you"),
    ("county.yaml", YAML_END, YAML_END + f"neighbours: [[{A}, 05999009, ferry]]\n", "no municipality 05999009"),
    ("county.yaml", YAML_END, YAML_END + f"neighbours: [[{A}, {A}, ferry]]\n", "is no neighbour of itself: two muni"),
    (
        "county.yaml",
        YAML_END,
        YAML_END + f"neighbours:\n  - [{A}, {C}, ferry]\n  - [{C}, {A}, bridge]\n",
        "county.yaml:15, neighbours: the two neighbours stand there twice, first in line 14: each pair once",
    ),
    # boundaries.geojson
    ("boundaries.geojson", B, A, "boundaries.geojson, feature 2: Adorf (05999004) is there twice, first as feature 1"),
    ("boundaries.geojson", B, "05999009", "municipalities.csv:3, ags: Bestadt (05999008) has no boundary"),
    ("boundaries.geojson", B, "05999009", "did you mean Bestadt (05999008)?"),
    ("boundaries.geojson", f'"{B}"', "5999008", "feature 2: the property “ags” is missing or not a text"),
    ("boundaries.geojson", '"ags"', '"AGS"', "feature 1: the key “AGS” is not known: did you mean “ags”?"),
    ("boundaries.geojson", "Polygon", "Point", "feature 1: the geometry is not a polygon but “Point”"),
    ("boundaries.geojson", "[7.0, 51.8]", "[NaN, 51.8]", "boundaries.geojson: this is not well-formed JSON"),
    ("boundaries.geojson", "[7.0, 51.8]", '["7", 51.8]', "feature 1: the coordinates do not form a polygon"),
    ("boundaries.geojson", "[7.0, 51.8]", "[1e999, 51.8]", "feature 1: the coordinates do not form a polygon"),
    ("boundaries.geojson", "[7.0, 51.8]", "[7.0, 51.9]", "feature 1: the coordinates do not form a polygon"),
    (
        "boundaries.geojson",
        "[7.1, 51.8], [7.1, 51.9]",
        "[7.1, 51.9], [7.1, 51.8]",
        "boundary of Adorf (05999004) is not valid",
    ),
    ("boundaries.geojson", "[7.1, 51.8]", "[71, 51.8]", "the boundary of Adorf (05999004) lies outside Germany"),
    ("boundaries.geojson", "[7.1, 51.8]", "[7.11, 51.8]", "Adorf (05999004) and Bestadt (05999008) overlap by 3,8"),
    (
        "boundaries.geojson",
        "[7.1, 51.8], ",
        "[7.1, 51.8], [7.1, 51.85], ",
        "is not the same line on both sides, for 11,1",
    ),
    ("boundaries.geojson", "[7.1, 51.8], [7.1, 51.9]", "[7.09995, 51.8], [7.09995, 51.9]", "Adorf (05999004), Bestadt"),
    (
        "boundaries.geojson",
        "[7.1, 51.8], [7.1, 51.9]",
        "[7.099, 51.8], [7.099, 51.9]",
        "to the rest of the county, 69 m",
    ),
    ("boundaries.geojson", "FeatureCollection", "Feature", "boundaries.geojson: this is not a collection of features"),
    ("boundaries.geojson", '{"type"', "[" * 100_000, "boundaries.geojson: this is not well-formed JSON"),
    ("boundaries.geojson", '{"type"', '{"type', "boundaries.geojson:1: this is not well-formed JSON"),
    # travel.csv
    ("travel.csv", f"{A},{B},", f"{A},{A},", "travel.csv:2: Adorf (05999004) is no drive from itself: 0 km"),
    ("travel.csv", f"{A},{C},", f"{A},{B},", "Adorf (05999004) – Bestadt (05999008) is there twice, first in line 2"),
    (
        "travel.csv",
        f"{A},{C},",
        f"{A},{B},",
        "1 pair of municipalities has no row: Adorf (05999004) – Cehausen (05999012)",
    ),
    (
        "travel.csv",
        "9.0,8.8",
        "5.0,8.8",
        "travel.csv:2, km: Adorf (05999004) – Bestadt (05999008): 5.0 km by road are less",
    ),
    (
        "travel.csv",
        "9.0,8.8",
        "9.0,0",
        "travel.csv:2, minutes: Adorf (05999004) – Bestadt (05999008): the drive takes no",
    ),
    ("travel.csv", "9.0,8.8", "9.0,3", "9.0 km in 3.0 min are 180 km/h"),
    (
        "travel.csv",
        "9.0,8.8",
        "9.0,528",
        "9.0 km in 528.0 min are 1 km/h: kilometres and minutes (not metres or seconds)",
    ),
    ("travel.csv", f"{A},{B},", f"{B},{A},9.0,30,road\n{A},{B},", "takes 8.8 min, the way back (line 2) 30.0 min"),
    ("travel.csv", "road", "raod", "travel.csv:2, method: the method “raod” is not known: did you mean “road”?"),
    ("travel.csv", "8.8,road", "8.8,none", "travel.csv:2, km: “9.0” stands where there is no drive by car"),
    ("travel.csv", "9.0,8.8", ",", "travel.csv:2, km: no figure is given"),
    ("travel.csv", "9.0,8.8", "9.0,inf", "travel.csv:2, minutes: “inf” is not a number"),
    # services.csv
    ("services.csv", "JMD,05999004", "JMD,05999016", "services.csv:2, seat: the county has no municipality 05999016"),
    (
        "services.csv",
        "05999004,05999004",
        "05999004,05999004 x",
        "services.csv:3, catchment: “x” is not a municipality key",
    ),
    (
        "services.csv",
        "05999004,05999004",
        "05999004,05999016",
        "services.csv:3, catchment: the county has no municipality",
    ),
    ("services.csv", "05999004,05999004", "05999004,05999004 05999004", "catchment: 05999004 is named twice"),
    ("services.csv", ",all,", ",al,", "services.csv:2, catchment: “al” is not a catchment: “all”, or"),
    ("services.csv", ",all,", ",,", "services.csv:2, catchment: “” is not a catchment"),
    ("services.csv", "1.5", "-1", "services.csv:2, fte: -1 is too small: at least 0"),
    ("services.csv", "1.5", "3-1", "services.csv:2, fte: “3-1” is no range: the smaller number first"),
    ("services.csv", "1.5", "1-x", "services.csv:2, fte: “1-x” is not a number"),
    ("services.csv", "1.5", "1-2-3", "services.csv:2, fte: “1-2-3” is not a number"),
    ("services.csv", "0.5", "25", "services.csv:3, credit: 25 is too large: at most 1"),
    (
        "services.csv",
        "provider",
        "supplier",
        "services.csv:1, supplier: the column is not known: did you mean “provider”?",
    ),
    (
        "services.csv",
        "Flüchtlingsberatung,DRK,Beratung",
        "Jugendmigrationsdienst,AWO,JMD",
        "is there twice, first in line 2",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "expected"), CASES)
def test_each_fault_is_told_with_its_place(tmp_path, file, old, new, expected):
    lines = faults(broken(tmp_path, file, old, new))
    assert any(expected in line for line in lines), lines
    assert all(line.startswith("county/") for line in lines)


@pytest.mark.parametrize("file", sorted(county_texts()))
@pytest.mark.parametrize(
    "content", [b"", b"\0\1\2", b"\xff\xfe{\0", b"[]", b"null", b"{}", b"1", b'"', b"a,b\n1,2", b"- x\n", b"%"]
)
def test_no_content_of_any_file_raises_anything_else(tmp_path, file, content):
    lines = faults(write_county(tmp_path, county_texts() | {file: content}))
    assert any(file in line for line in lines)


@pytest.mark.parametrize("file", sorted(set(county_texts()) - {"travel.csv"}))
def test_a_missing_file_is_a_fault(tmp_path, file):
    texts = county_texts()
    del texts[file]
    assert f"county/{file}: the file does not exist: a file of this name" in faults(write_county(tmp_path, texts))


def test_a_missing_folder_is_a_fault(tmp_path):
    assert faults(tmp_path / "nowhere") == ["nowhere: there is no such county folder: the path of a folder"]


def test_all_faults_of_all_files_are_told_at_once(tmp_path):
    texts = county_texts()
    changes = {
        "county.yaml": ("kind: welfare", "kind: wellfare"),
        "municipalities.csv": ("2000", "many"),
        "boundaries.geojson": ("Polygon", "Point"),
        "travel.csv": ("road", "raod"),
        "services.csv": ("1.5", "-1"),
    }
    for file, (old, new) in changes.items():
        texts[file] = texts[file].replace(old, new, 1)
    lines = faults(write_county(tmp_path, texts))
    assert {line.split("/")[1].partition(":")[0].partition(",")[0] for line in lines} == set(changes)
    assert len(lines) == 5


def test_an_indicator_that_is_zero_everywhere_is_a_fault(tmp_path):
    texts = county_texts(1)
    texts["municipalities.csv"] = texts["municipalities.csv"].replace(",100\n", ",0\n")
    assert faults(write_county(tmp_path, texts)) == [
        "county/municipalities.csv, foreigners: no figure is above zero: a figure above zero, or no such column"
    ]


def test_a_source_may_cover_the_whole_file(tmp_path):
    county = load_county(broken(tmp_path, "county.yaml", "[population, foreigners]", "municipalities.csv"))
    assert county.source_of("population").title == "Zählung"


def shapes_county(parent: Path, change: Callable[[dict[str, list[list[float]]]], None], columns: int = 3) -> Path:
    texts = county_texts(columns, 3 if columns == 3 else 1)
    rings = {
        f["properties"]["ags"]: f["geometry"]["coordinates"][0]
        for f in json.loads(texts["boundaries.geojson"])["features"]
    }
    change(rings)
    return write_county(parent, texts | {"boundaries.geojson": features(rings)})


def test_a_sliver_between_municipalities_is_a_gap(tmp_path):
    def dent(rings):
        # The middle square keeps its western border, its neighbour's recedes by some 70 m.
        west = rings[key(3)]
        west[1:3] = [[7.1, 51.9], [7.099, 51.92], [7.099, 51.98], [7.1, 52.0]]

    [line] = faults(shapes_county(tmp_path, dent))
    assert "there is a gap of 613," in line
    assert "Dekirchen (05999016)" in line
    assert "Eheim (05999020)" in line
    assert "Adorf" not in line


def test_a_wide_hole_is_taken_for_land_of_another_county(tmp_path):
    texts = county_texts(3, 3)
    middle = key(4)
    for file in ("municipalities.csv", "travel.csv"):
        texts[file] = "".join(line for line in texts[file].splitlines(True) if middle not in line)
    collection = json.loads(texts["boundaries.geojson"])
    del collection["features"][4]
    county = load_county(write_county(tmp_path, texts | {"boundaries.geojson": json.dumps(collection)}))
    [notice] = county.notices
    assert "enclose 76." in notice.text("en")


def test_an_island_is_noticed_and_no_fault(tmp_path):
    def drift(rings):
        rings[key(3)] = [[round(lon + 0.02, 6), lat] for lon, lat in square(3, 0)]

    county = load_county(shapes_county(tmp_path, drift, columns=4))
    assert county.neighbours[key(3)] == frozenset()
    [notice] = county.notices
    assert "no border of at least 100 m, bridge or ferry connects Dekirchen (05999016) to the rest" in notice.text("en")
    assert "connected: false" in notice.text("en")


@pytest.mark.parametrize("link", ["ferry", "bridge"])
def test_a_bridge_or_ferry_makes_neighbours(tmp_path, link):
    def drift(rings):
        rings[key(3)] = [[round(lon + 0.02, 6), lat] for lon, lat in square(3, 0)]

    folder = shapes_county(tmp_path, drift, columns=4)
    file = folder / "county.yaml"
    file.write_text(file.read_text() + f"neighbours:\n  - [{key(2).lstrip('0')}, {key(3)}, {link}]\n")
    county = load_county(folder)
    assert county.neighbours[key(3)] == frozenset({key(2)})
    assert key(3) in county.neighbours[key(2)]
    assert county.connections == (Connection(key(2), key(3), link),)
    assert frozenset({key(2), key(3)}) not in county.border_metres
    assert not county.notices


def test_a_figure_that_nobody_published_is_missing_and_told(tmp_path):
    county = load_county(broken(tmp_path, "municipalities.csv", "2000", ""))
    assert county.municipality(B).indicators == {"population": None, "foreigners": 101}
    assert county.indicator_names == ("population", "foreigners")
    assert (county.total("population"), county.total("foreigners")) == (None, 303)
    assert [notice.text("en") for notice in county.notices] == [
        "county/municipalities.csv, population: there is no figure for Bestadt: "
        "missing, and not 0: no key can use the column without them"
    ]


def test_a_pair_may_have_no_drive_by_car(tmp_path):
    county = load_county(broken(tmp_path, "travel.csv", "9.0,8.8,road", ",,none"))
    assert county.travel[A, B] == county.travel[B, A] == NO_DRIVE
    one_way = load_county(broken(tmp_path, "travel.csv", f"{A},{B},", f"{B},{A},,,none\n{A},{B},"))
    assert one_way.travel[B, A] == NO_DRIVE
    assert one_way.travel[A, B].minutes == 8.8


@pytest.mark.parametrize(("cell", "ends"), [("1-3", (1, 3)), ("1.5 – 2", (1.5, 2)), ("0-1", (0, 1))])
def test_posts_may_be_a_range(tmp_path, cell, ends):
    service = load_county(broken(tmp_path, "services.csv", "all,1.5", f"all,{cell}")).services[0]
    assert (service.fte, service.fte_range) == (sum(ends) / 2, ends)
    assert service.cell("fte") == cell.replace(" – ", "-")


def test_services_may_name_their_target_group_and_year(tmp_path):
    texts = county_texts()
    header, first, second = texts["services.csv"].splitlines()
    lines = (f"{header},target_group", f"{first},junge Menschen", f"{second},")
    county = load_county(write_county(tmp_path, texts | {"services.csv": "\n".join(lines) + "\n"}))
    assert [service.target_group for service in county.services] == ["junge Menschen", ""]
    assert [service.year for service in county.services] == [2018, None]


@pytest.mark.parametrize(
    ("text", "year"), [("2018", 2018), ("April 2016", 2016), ("2022-05-15", 2022), ("", None), ("05558012", None)]
)
def test_the_year_of_a_service(text, year):
    assert Service("a", "b", "c", A, None, 1, None, text, "", "").year == year


def test_a_scenario_names_a_county_or_a_path_relative_to_itself(tmp_path):
    folder = write_county(tmp_path)
    assert "05558-coesfeld" in county_names()
    assert county_folder("05558-coesfeld", tmp_path) == COUNTIES / "05558-coesfeld"
    assert county_folder("county", tmp_path) == folder
    assert county_folder("../county", folder).resolve() == folder


@pytest.mark.parametrize("name", ["", " ", "nowhere", "a\0b", "x" * 5000, "05154-clewe", "county/county.yaml"])
def test_an_unknown_county_is_a_fault_that_names_known_ones(tmp_path, name):
    write_county(tmp_path)
    with pytest.raises(InputError, match="05154-kleve"):
        county_folder(name, tmp_path)


def zigzag(teeth: int, *, sideways: bool) -> list[list[float]]:
    """A valid outline of two lines that go up and down beside each other."""
    line = [(i / teeth, 0.02 if i % 2 else 0.98) for i in range(teeth)]
    ring = [*line, *((x, y + 0.01 / teeth) for x, y in reversed(line)), line[0]]
    return [[WEST + SIDE * (y if sideways else x), SOUTH + SIDE * (x if sideways else y)] for x, y in ring]


@pytest.mark.parametrize(
    ("rings", "expected"),
    [
        # Of 500 teeth each, 38 kB took 90 seconds and 1.4 GB.
        ({A: zigzag(500, sideways=False), B: zigzag(500, sideways=True)}, "cross each other too often"),
        ({A: square(0, 0)[:-1] * 501 + square(0, 0)[:1], B: square(1, 0)}, "there are 2,010 points"),
    ],
)
def test_boundaries_that_would_keep_a_computer_busy_are_refused_before_they_are_compared(
    tmp_path, monkeypatch, rings, expected
):
    monkeypatch.setattr("geodata.boundaries.MOST_POINTS", 2009)
    texts = county_texts(columns=2)
    with pytest.raises(InputError, match=expected):
        load_county(write_county(tmp_path, texts | {"boundaries.geojson": features(rings)}))


def test_a_county_is_named_by_a_full_path_on_the_command_line_only(tmp_path):
    folder = write_county(tmp_path)
    assert county_folder(str(folder), tmp_path, anywhere=True) == folder
    for name in (str(folder), "\\\\server\\share", "//server/share", "C:\\county", "c:county", "\\county"):
        with pytest.raises(InputError, match="is named by a full path: the name of a county, or a path that begins"):
            county_folder(name, tmp_path)
