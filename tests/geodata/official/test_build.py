from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas
import pandas
import pytest
import shapely

from files.faults import InputError
from geodata.county import load_county
from geodata.official.build import build_county
from geodata.official.figures import county_name, read_vintage
from geodata.records import Connection

HEADER = (
    "ags,name,county_ags,county,centre_lon,centre_lat,area_km2,population_2024_12_31,population_2019_12_31,"
    "census_population_2022_05_15,foreigners_2022_05_15,immigration_history_2022_05_15,immigrants_2022_05_15"
)
# A state of a county of four squares (one with a notched border) and a town that is a county by itself.
TOWNS = {
    "05999004": ("Adorf", "05999", "Musterland"),
    "05999008": ("Bestadt", "05999", "Musterland"),
    "05999012": ("Cehausen", "05999", "Musterland"),
    "05999016": ("Dekirchen", "05999", "Musterland"),
    "05911000": ("Großstadt", "05911", '"Großstadt, Stadt"'),
}
X, Y, SIDE = 400_000.0, 5_750_000.0, 7_000.0
NOTCH = [(X + SIDE, Y + 1234.567), (X + SIDE + 345.678, Y + 3456.789), (X + SIDE, Y + 4567.891)]


@pytest.fixture(scope="module")
def state(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    x0, x1, x2, x3 = (X + i * SIDE for i in range(4))
    y0, y1, y2 = (Y + i * SIDE for i in range(3))
    shapes = [
        shapely.Polygon([(x0, y0), (x1, y0), *NOTCH, (x1, y1), (x0, y1)]),
        shapely.Polygon([(x1, y0), (x2, y0), (x2, y1), (x1, y1), *reversed(NOTCH)]),
        shapely.Polygon([(x0, y1), (x1, y1), (x1, y2), (x0, y2)]),
        shapely.Polygon([(x1, y1), (x2, y1), (x2, y2), (x1, y2)]),
        shapely.box(x2, y0, x3, y2),
    ]
    frame = geopandas.GeoDataFrame({"ags": list(TOWNS), "bez": "Stadt"}, geometry=shapes, crs=25832)
    frame.to_file(folder / "boundaries.gpkg", layer="municipalities")
    rows = [HEADER]
    for position, (centre, (ags, (name, county, listed))) in enumerate(
        zip(frame.geometry.centroid.to_crs(4326), TOWNS.items(), strict=True), start=1
    ):
        figures = f"49,{1100 * position},{1000 * position},{1050 * position},{100 * position}"
        rows.append(
            f"{ags},{name},{county},{listed},{centre.x:.6f},{centre.y:.6f},{figures},{200 * position},{150 * position}"
        )
    (folder / "figures.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def build(state: Path, out: Path, county: str = "05999", **more: object):
    files = {"figures": state / "figures.csv", "boundaries": state / "boundaries.gpkg", "out": out}
    return build_county(county, **(files | more))


def changed(state: Path, tmp_path: Path, change: Callable[[str], str]) -> Path:
    path = tmp_path / "figures.csv"
    path.write_text(change((state / "figures.csv").read_text(encoding="utf-8")), encoding="utf-8")
    return path


def test_a_county_is_built_from_the_files_of_the_state(state, tmp_path):
    county = build(state, tmp_path)
    assert county.folder == tmp_path / "05999-musterland"
    assert (county.name, [m.name for m in county.municipalities]) == (
        "Kreis Musterland",
        ["Adorf", "Bestadt", "Cehausen", "Dekirchen"],
    )
    assert dict(county.municipality("05999008").indicators) == {
        "population": 2100,
        "foreigners": 200,
        "migration_history": 400,
        "immigrants": 300,
        "population_update": 2200,
        "area_km2": 49,
    }
    assert {trip.method for trip in county.travel.values()} == {"estimate"}
    again = load_county(county.folder)
    assert (again.municipalities, again.travel, again.sources) == (county.municipalities, county.travel, county.sources)


def test_common_borders_stay_identical(state, tmp_path):
    county = build(state, tmp_path)
    metres = {tuple(sorted(ags[-2:] for ags in pair)): length for pair, length in county.border_metres.items()}
    assert set(metres) == {("04", "08"), ("04", "12"), ("08", "16"), ("12", "16")}
    # Longer than the side by the notch, in true metres and not those of the projection.
    assert metres["04", "08"] == pytest.approx(7079.27 / 0.99972, rel=1e-4)
    coordinates = shapely.get_coordinates(list(county.boundaries.values()))
    assert (coordinates == coordinates.round(6)).all()


def test_every_source_is_named_with_its_own_date(state, tmp_path):
    county = build(state, tmp_path)
    assert county.source_of("population").reference_date == "2022-05-15"
    assert county.source_of("population").attribution == (
        "© Statistische Ämter des Bundes und der Länder, 2024, Zensus 2022, dl-de/by-2-0"
    )
    assert county.source_of("population_update").reference_date == "2024-12-31"
    assert "Destatis), 2025" in county.source_of("area_km2").attribution
    assert "Mittelpunkte" in county.source_of("lon").title
    assert county.source_of("travel.csv").publisher == "KIM-Planer"
    assert county.source_of("boundaries.geojson").attribution == "© GeoBasis-DE / BKG 2016 (Daten verändert)"
    assert county.source_of("services.csv") is None


def test_the_next_vintage_needs_no_change(state, tmp_path):
    figures = changed(
        state, tmp_path, lambda text: text.replace("2024_12_31", "2025_12_31").replace("2022_05", "2031_05")
    )
    county = build(state, tmp_path / "out", figures=figures)
    assert county.source_of("population_update").reference_date == "2025-12-31"
    assert "Destatis), 2026" in county.source_of("population_update").attribution
    assert county.source_of("population").title.startswith("Zensus 2031")
    assert county.municipality("05999004").indicators["population_update"] == 1100


def test_a_town_that_is_its_own_county(state, tmp_path):
    county = build(state, tmp_path, "Großstadt")
    assert (county.folder.name, county.name, len(county.municipalities)) == ("05911-grossstadt", "Großstadt", 1)
    assert county.travel == {}


@pytest.mark.parametrize("county", ["05999", "5999", "Musterland", "kreis musterland", " 05999 "])
def test_a_county_is_found_by_key_or_name(state, tmp_path, county):
    assert build(state, tmp_path, county).ags == "05999"


def test_the_office_of_the_ki_is_assumed_and_said_so(state, tmp_path):
    county = build(state, tmp_path)
    assert county.employer("ki").office == "05999016"
    assert county.employer("ki").name == "Kommunales Integrationszentrum Kreis Musterland"
    assert any("assumed to be in Dekirchen" in notice.text("en") for notice in county.notices)


def test_collected_tables_are_taken_over(state, tmp_path):
    first = build(state, tmp_path / "first")
    places = {m.ags: m.place for m in first.municipalities}
    halls = "\n".join(
        ["ags,name,lat,lon,note", *(f"{a},x,{lat + 0.01:.6f},{lon:.6f}," for a, (lon, lat) in places.items())]
    )
    (tmp_path / "halls.csv").write_text(halls, encoding="utf-8")
    rows = ["from,to,km,minutes,minutes_low,minutes_high,km_shortest,km_air", "05911000,05999004,50,50,,,,"]
    rows += [f"{a},{b},{trip.km + 1},{trip.minutes + 1},,,," for (a, b), trip in first.travel.items()]
    (tmp_path / "routes.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "services.csv").write_text(
        "name,provider,kind,seat_ags,catchment_ags,staff,as_of,source,note\n"
        "Beratung,AWO,MBE,05999004,05999004 05999008,2,2018,Zeitung,zwei Namen\n"
        "Dienst,DRK,JMD,05999008,all,,2016,Zeitung,\n",
        encoding="utf-8",
    )
    (tmp_path / "employers.yaml").write_text(
        "employers:\n  - {id: ki, kind: ki, name: KI, office: 05999004}\n"
        "  - {id: awo, kind: welfare, name: AWO, office: 05999008}\n"
    )
    county = build(
        state,
        tmp_path,
        town_halls=tmp_path / "halls.csv",
        travel=tmp_path / "routes.csv",
        services=tmp_path / "services.csv",
        employers=tmp_path / "employers.yaml",
    )
    assert county.municipality("05999004").lat == pytest.approx(places["05999004"][1] + 0.01)
    assert {trip.method for trip in county.travel.values()} == {"road"}
    assert county.travel["05999004", "05999008"].km == first.travel["05999004", "05999008"].km + 1
    assert [(s.fte, s.catchment) for s in county.services] == [(2, ("05999004", "05999008")), (None, None)]
    assert county.services[0].note.startswith("zwei Namen; gezählt in Personen")
    assert county.services[1].note == ""
    assert [e.id for e in county.employers[:2]] == ["ki", "awo"]
    assert county.source_of("lon").attribution == "© OpenStreetMap contributors"
    assert "ODbL" in county.source_of("travel.csv").licence
    assert county.source_of("services.csv") is not None
    assert not county.notices


def test_the_files_of_an_earlier_folder_can_be_taken_over(state, tmp_path):
    first = build(state, tmp_path / "first").folder
    text = (first / "services.csv").read_text(encoding="utf-8")
    (first / "services.csv").write_text(
        text + "Dienst,DRK,JMD,05999008,all,1-2,0.5,2016,Zeitung,,junge Menschen\n", encoding="utf-8"
    )
    listed = (first / "county.yaml").read_text(encoding="utf-8")
    joined = "neighbours:\n  - ['05999004', '05999008', bridge]\n"
    (first / "county.yaml").write_text(listed + joined, encoding="utf-8")
    county = build(
        state,
        tmp_path / "second",
        travel=first / "travel.csv",
        services=first / "services.csv",
        employers=first / "county.yaml",
    )
    earlier = load_county(first)
    assert (county.services, county.employers, county.travel) == (earlier.services, earlier.employers, earlier.travel)
    assert county.connections == earlier.connections == (Connection("05999004", "05999008", "bridge"),)
    assert (county.services[0].fte_range, county.services[0].note) == ((1, 2), "")


def test_an_existing_folder_is_left_alone_unless_it_is_to_be_replaced(state, tmp_path, tmp_path_factory):
    folder = build(state, tmp_path).folder
    (folder / "note.txt").write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        build(state, tmp_path)
    assert (folder / "note.txt").exists()
    figures = changed(state, tmp_path_factory.mktemp("next"), lambda text: text.replace(",1050,100,", ",1050,1000,"))
    county = build(state, tmp_path, figures=figures, replace=True)
    assert not (folder / "note.txt").exists()
    # New figures are held against those that were there.
    told = [notice.text("en") for notice in county.notices]
    assert any("foreigners: Adorf: 100 → 1,000, about 10 times the old figure" in text for text in told)
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_a_county_that_would_not_load_leaves_everything_as_it_was(state, tmp_path):
    folder = build(state, tmp_path / "out").folder
    before = (folder / "municipalities.csv").read_bytes()
    (tmp_path / "routes.csv").write_text("from,to,km,minutes\n05999004,05999008,20,20\n")
    with pytest.raises(InputError, match=r"05999-musterland/travel\.csv: 5 pairs of municipalities have no row"):
        build(state, tmp_path / "out", travel=tmp_path / "routes.csv", replace=True)
    assert (folder / "municipalities.csv").read_bytes() == before
    assert [path.name for path in (tmp_path / "out").iterdir()] == [folder.name]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "foreigners_2022_05_15",
            "forigners_2022_05_15",
            "forigners_2022_05_15: the column is not known: did you mean",
        ),
        ("foreigners_2022_05_15", "forigners_2022_05_15", "figures.csv:1, foreigners: the column is missing"),
        ("foreigners_2022_05_15", "foreigners_2022_13_15", "foreigners_2022_13_15: the column is not known"),
        ("census_population_2022_05_15", "census_population", "census_population: the column has no reference date"),
        ("county_ags", "kreis", "figures.csv:1, county_ags: the column is missing"),
        (",100,", ",many,", "figures.csv:2, foreigners_2022_05_15: “many” is not a number"),
        ("05999012", "05999011", "boundaries.gpkg: there is no polygon of Cehausen (05999011): boundaries of the same"),
        ("05999012", "05999011", "boundaries.gpkg: the polygon of 05999012 has no row in figures.csv: a row in"),
        ("Adorf", "A\x07dorf", "figures.csv:2, name: “A�dorf” contains the invisible character U+0007"),
    ],
)
def test_faults_of_the_figures_are_told(state, tmp_path, old, new, expected):
    with pytest.raises(InputError) as caught:
        build(state, tmp_path / "out", figures=changed(state, tmp_path, lambda text: text.replace(old, new, 1)))
    assert any(expected in line for line in caught.value.lines("en")), caught.value
    assert not list((tmp_path / "out").glob("*"))


@pytest.mark.parametrize(
    ("county", "nearest"), [("05998", "“05999”"), ("Kreis Musterlant", "“Kreis Musterland”"), ("", "Kreis Musterland")]
)
def test_an_unknown_county_is_told_with_the_nearest(state, tmp_path, county, nearest):
    with pytest.raises(InputError, match="there is no county") as caught:
        build(state, tmp_path, county)
    assert nearest in str(caught.value)


def test_all_faults_of_the_collected_tables_are_told_at_once(state, tmp_path):
    for name in ("halls.csv", "routes.csv", "services.csv"):
        (tmp_path / name).write_text("ags;nonsense\n1;2\n")
    (tmp_path / "employers.yaml").write_text("employers: [{id: ki}]\ncolour: red\n")
    (tmp_path / "boundaries.gpkg").write_bytes(b"\0nothing")
    with pytest.raises(InputError) as caught:
        build(
            state,
            tmp_path / "out",
            boundaries=tmp_path / "boundaries.gpkg",
            town_halls=tmp_path / "halls.csv",
            travel=tmp_path / "routes.csv",
            services=tmp_path / "services.csv",
            employers=tmp_path / "employers.yaml",
        )
    told = {fault.file for fault in caught.value.faults}
    assert told == {"boundaries.gpkg", "halls.csv", "routes.csv", "services.csv", "employers.yaml"}


def test_boundaries_without_keys_or_coordinate_system_are_refused(state, tmp_path):
    frame = geopandas.read_file(state / "boundaries.gpkg")
    frame.rename(columns={"ags": "gkz"}).to_file(tmp_path / "keys.gpkg")
    with pytest.warns(UserWarning, match="crs"):
        frame.set_crs(None, allow_override=True).to_file(tmp_path / "system.shp")
    with pytest.raises(InputError, match="column “ags” or the geometry is missing"):
        build(state, tmp_path, boundaries=tmp_path / "keys.gpkg")
    with pytest.raises(InputError, match="coordinate system is not given"):
        build(state, tmp_path, boundaries=tmp_path / "system.shp")


def test_invalid_boundaries_are_refused_where_they_come_from(state, tmp_path):
    frame = geopandas.read_file(state / "boundaries.gpkg")
    frame.loc[2, "geometry"] = shapely.Polygon([(X, Y), (X + 9, Y + 9), (X + 9, Y), (X, Y + 9)])
    frame.to_file(tmp_path / "crossed.gpkg")
    with pytest.raises(InputError, match=r"crossed\.gpkg: the boundary of 05999012 is not valid"):
        build(state, tmp_path, boundaries=tmp_path / "crossed.gpkg")


def test_boundaries_in_degrees_are_taken_too(state, tmp_path):
    geopandas.read_file(state / "boundaries.gpkg").to_crs(4258).to_file(tmp_path / "degrees.gpkg")
    expected = build(state, tmp_path / "metres").border_metres
    county = build(state, tmp_path / "degrees", boundaries=tmp_path / "degrees.gpkg")
    assert county.border_metres == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("indicators: [a]\nsources: []\n", "indicators: keys are missing here"),
        ("indicators: {a: a}\nsources: [{part: figures}]\n", "the key “covers” is missing"),
        (
            "indicators: {a: a}\nsources: [{part: x, covers: a, publisher: '{date}', title: t, reference_date: d,"
            " licence: l, attribution: a}]\n",
            "the source cannot be filled in: {date}",
        ),
    ],
)
def test_faults_of_the_list_of_official_columns_are_told(state, tmp_path, text, expected):
    (tmp_path / "official.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        build(state, tmp_path, official=tmp_path / "official.yaml")
    assert any(expected in line for line in caught.value.lines("en")), caught.value


def test_land_and_water_of_a_municipality_are_joined(state, tmp_path):
    frame = geopandas.read_file(state / "boundaries.gpkg")
    whole = frame.geometry[2]
    west, south, east, north = whole.bounds
    halves = [shapely.box(west, south, east, south + 3000), shapely.box(west, south + 3000, east, north)]
    parts = geopandas.GeoDataFrame({"ags": ["05999012"] * 2, "bez": "Stadt"}, geometry=halves, crs=25832)
    pandas.concat([frame.drop(index=2), parts], ignore_index=True).to_file(tmp_path / "water.gpkg")
    county = build(state, tmp_path, boundaries=tmp_path / "water.gpkg")
    assert county.boundaries["05999012"].geom_type == "Polygon"
    # The corner where the parts met stays on the border, on both sides.
    assert len(county.boundaries["05999016"].exterior.coords) == 6


def test_a_place_where_nobody_may_write_is_a_fault(state, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot be written"):
        build(state, tmp_path / "file")


@pytest.mark.parametrize(
    ("listed", "name"),
    [
        ("Coesfeld", "Kreis Coesfeld"),
        ("Münster, Stadt", "Münster"),
        ("Rhein-Sieg-Kreis", "Rhein-Sieg-Kreis"),
        ("Märkischer Kreis", "Märkischer Kreis"),
        ("Städteregion Aachen", "Städteregion Aachen"),
    ],
)
def test_counties_are_called_as_people_call_them(listed, name):
    assert county_name(listed) == name


def test_every_indicator_of_the_official_files_has_a_source():
    vintage = read_vintage()
    covered = {cover for source in vintage.sources for cover in source["covers"]}
    assert set(vintage.indicators) <= covered
