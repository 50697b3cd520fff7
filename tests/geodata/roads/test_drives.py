import sys
from datetime import date
from pathlib import Path

import osmium
import pytest

from files.faults import InputError
from geodata.official.uploaded import Upload
from geodata.records import Trip
from geodata.roads.drives import Limits, road_drives, road_source
from geodata.roads.rules import blocks, way_of
from geodata.roads.uploaded import UploadedDrives, drives_of

# Metres east and north of 7° E, 52° N.
PER_LON, PER_LAT = 68_678.0, 111_267.0
DATE = "2025-11-03T20:21:00Z"


def osm(path: Path, nodes: dict[int, tuple[float, float]], ways: list[tuple[list[int], dict[str, str]]], barriers=None):
    """An extract with nodes in metres; a barrier is the tags of a node."""
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", DATE)
    with osmium.SimpleWriter(path, header=header, overwrite=True) as writer:
        for id, place in nodes.items():
            tags = (barriers or {}).get(id, {})
            writer.add_node(osmium.osm.mutable.Node(id=id, version=1, location=at(*place), tags=tags))
        for id, (points, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=id, version=1, nodes=points, tags=tags))
    return path


def at(x: float, y: float) -> tuple[float, float]:
    return 7 + x / PER_LON, 52 + y / PER_LAT


TOWNS = {"a": (0, -25), "b": (10_000, 0), "c": (10_000, 5_000), "d": (0, 9_000)}
PLACES = [
    (-500, 0),
    (5_000, 0),
    (10_500, 0),
    (10_000, 0),
    (10_000, 5_000),
    (0, 5_000),
    (0, 0),
    (0, 9_000),
    (500, 9_000),
]
NODES = dict(enumerate(PLACES, start=1))
WAYS = [
    ([1, 7, 2, 4, 3], {"highway": "primary"}),
    # Round by the north, from b to a only.
    ([4, 5, 6, 7], {"highway": "secondary", "oneway": "yes", "maxspeed": "50"}),
    # An island, which a ferry reaches.
    ([8, 9], {"highway": "residential"}),
    ([6, 8], {"route": "ferry", "motor_vehicle": "yes"}),
    # A short cut for nobody with a car.
    ([7, 5], {"highway": "track"}),
    ([7, 5], {"highway": "tertiary", "access": "private"}),
]


def drives_on(file: Path, **options):
    places = {name: at(*place) for name, place in TOWNS.items()}
    return road_drives(file, places, {name: name.upper() for name in TOWNS}, **options)


def test_drives_follow_roads_directions_and_limits(tmp_path):
    told = []
    file = osm(tmp_path / "a.osm.pbf", NODES, WAYS)
    found = drives_on(file, progress=lambda share, _doing: told.append(share))
    trips = {pair: trip.cells for pair, trip in found.trips.items()}
    # 10 km at 75 km/h, both ways, and 25 m to the road.
    assert trips["a", "b"] == trips["b", "a"] == (10.0, 8.1, "road")
    # 5 km at four fifths of 50 km/h; back there is only the way round by a.
    assert trips["b", "c"] == (5.0, 7.5, "road")
    assert trips["c", "b"] == (25.0, 30.5, "road")
    assert trips["a", "c"] == (15.0, 15.6, "road")
    assert trips["c", "a"] == (15.0, 22.6, "road")
    assert {pair for pair in trips if "d" in pair} == {pair for pair, cells in trips.items() if cells[2] == "none"}
    assert len(trips) == 12
    assert [notice.wrong.msgid for notice in found.notices] == ["no road leads from {origin} to {target}"] * 6
    assert found.as_of == DATE[:10]
    assert found.slower["a", "b"] == 9.3
    assert told == sorted(told)
    assert told[0] == 0
    assert drives_on(file) == found
    places, names = {name: at(*place) for name, place in TOWNS.items()}, {name: name.upper() for name in TOWNS}
    upload = Upload("Mein Kreis.osm.pbf", file.read_bytes())
    uploaded = drives_of(upload, places, names, date(2026, 11, 28))
    assert isinstance(uploaded, UploadedDrives)
    assert (uploaded.trips, uploaded.source.reference_date) == (found.trips, DATE[:10])
    assert [notice.wrong for notice in uploaded.notices] == [notice.wrong for notice in found.notices]
    source = road_source(file.name, found.as_of)
    assert (source.covers, source.reference_date) == (("travel.csv",), "2025-11-03")
    assert "OpenStreetMap contributors" in source.attribution


def test_nobody_passes_a_bollard_or_a_bus_gate(tmp_path):
    for barrier in ({"barrier": "bollard"}, {"barrier": "gate", "access": "no"}):
        found = drives_on(osm(tmp_path / "a.osm.pbf", NODES, [*WAYS, ([5, 4], WAYS[0][1])], {2: barrier}))
        # By the north alone, and so not from a to b.
        assert found.trips["b", "a"].km == 20.0
        assert found.trips["a", "b"].method == "none"
    # Where both are at the same door it takes some time all the same.
    places = dict.fromkeys("xy", at(-100, 0))
    assert road_drives(tmp_path / "a.osm.pbf", places, {}).trips["x", "y"] == Trip(0.0, 0.1, "road")
    open_gate = osm(tmp_path / "a.osm.pbf", NODES, WAYS, {2: {"barrier": "gate"}})
    assert drives_on(open_gate).trips["a", "b"].km == 10.0


def test_roads_are_slow_where_many_live(tmp_path):
    streets = {100 + n: (7_400 + 5 * n, 50 + 100 * (n % 2)) for n in range(60)}
    ways = [([100 + n, 101 + n], {"highway": "residential"}) for n in range(0, 60, 2)]
    found = drives_on(osm(tmp_path / "a.osm.pbf", NODES | streets, WAYS + ways))
    assert found.trips["a", "b"].km == 10.0
    # The second half of the way at 38 km/h instead of 75.
    assert found.trips["a", "b"].minutes == 12.0
    said = [({**WAYS[0][1], "zone:traffic": "DE:rural"}) if way == 0 else tags for way, (_, tags) in enumerate(WAYS)]
    ruled = [(points, tags) for (points, _), tags in zip(WAYS, said, strict=True)]
    assert drives_on(osm(tmp_path / "a.osm.pbf", NODES | streets, ruled + ways)).trips["a", "b"].minutes == 8.1


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({"highway": "motorway"}, True, False),
        ({"highway": "motorway", "oneway": "no"}, True, True),
        ({"highway": "primary", "oneway": "-1"}, False, True),
        ({"highway": "tertiary", "junction": "roundabout"}, True, False),
        ({"highway": "residential", "oneway": "yes", "oneway:motor_vehicle": "no"}, True, True),
        ({"highway": "unclassified", "access": "no", "motor_vehicle": "yes"}, True, True),
    ],
)
def test_the_directions_of_a_way(tags, forward, backward):
    assert way_of(tags)[1:3] == (forward, backward)


def test_ways_that_are_none_for_cars_and_limits():
    for tags in (
        {"highway": "cycleway"},
        {"highway": "residential", "vehicle": "destination"},
        {"highway": "service", "service": "driveway"},
        {"highway": "primary", "motorcar": "no", "access": "yes"},
        {"waterway": "river"},
    ):
        assert way_of(tags) is None
    limits = {"30": (30, 1), "100": (100, 0), "none": (0, -1), "DE:urban": (0, 1), "DE:rural": (0, 0), "²": (0, -1)}
    for said, known in limits.items():
        assert way_of({"highway": "primary", "maxspeed": said})[3:] == known
    assert not blocks({"barrier": "bollard", "motor_vehicle": "yes"})
    assert not blocks({"highway": "crossing"})


def test_an_extract_that_is_none_or_of_elsewhere_is_told(tmp_path, monkeypatch):
    file = osm(tmp_path / "a.osm.pbf", NODES, WAYS)

    def fault(path: Path = file, **options) -> str:
        with pytest.raises(InputError) as told:
            drives_on(path, **options)
        return str(told.value)

    assert "more than 5 points of roads" in fault(limits=Limits(points=5))
    assert "at most 0 MB" in fault(limits=Limits(megabytes=1e-4))
    assert "not computed in 0 seconds" in fault(limits=Limits(seconds=0))
    assert "there is no such file" in fault(tmp_path / "none.osm.pbf")
    monkeypatch.setitem(TOWNS, "e", (10_000, 12_000))
    assert fault() == "a.osm.pbf: there is no road near E: an extract of the county and its surroundings"
    file.write_text("<osm version='0.6'></osm>")
    assert "there is no road near the municipalities" in fault()
    for content in (
        b"<osm version='0.6'><node id='1' lon='x' lat='52'/></osm>",
        b"",
        b"ags,name\n",
        b"\x00\x00\x00\x0d\x0a\x09OSMHeader",
        b"<html></html>",
        b"<osm",
    ):
        file.write_bytes(content)
        assert "this is no file of OpenStreetMap" in fault() or "there is no road" in fault()
    monkeypatch.setitem(sys.modules, "osmium", None)
    assert "pip install" in fault()
