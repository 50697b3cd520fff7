import json
import math

import pytest

from files.faults import InputError
from geodata.records import NO_DRIVE, Trip
from geodata.roads.matrices import read_matrix

PLACES = {"05999002": (7.2, 51.9), "05999001": (7.1, 51.8), "05999003": (7.4, 51.7)}
#: Each engine is asked in an order of its own, and puts the points on the road next to them.
ASKED = [(7.2004, 51.9003), (7.4001, 51.7), (7.1, 51.8002)]
ORDER = ["05999002", "05999003", "05999001"]
SECONDS = [[0, 1500.4, 900], [1620, 0, None], [930, 2100, 0]]
METRES = [[0, 25_340, 14_000], [26_000, 0, None], [14_100, 30_000, 0]]
KM = [[None if cell is None else cell / 1000 for cell in row] for row in METRES]
FOUND = {
    ("05999001", "05999002"): Trip(14.1, 15.5, "road"),
    ("05999001", "05999003"): Trip(30.0, 35.0, "road"),
    ("05999002", "05999001"): Trip(14.0, 15.0, "road"),
    ("05999002", "05999003"): Trip(25.3, 25.0, "road"),
    ("05999003", "05999001"): NO_DRIVE,
    ("05999003", "05999002"): Trip(26.0, 27.0, "road"),
}


def osrm(**other):
    points = [{"hint": "x", "location": list(place), "name": "Markt", "distance": 20.1} for place in ASKED]
    answer = {"code": "Ok", "sources": points, "destinations": points, "durations": SECONDS, "distances": METRES}
    return answer | {"data_version": "2025-11-03T20:21:00Z"} | other


def valhalla(**other):
    points = [{"lon": lon, "lat": lat} for lon, lat in ASKED]
    cells = [
        [
            {"from_index": row, "to_index": column, "time": SECONDS[row][column], "distance": KM[row][column]}
            for column in range(3)
        ]
        for row in range(3)
    ]
    return {
        "algorithm": "costmatrix",
        "units": "kilometers",
        "sources": points,
        "targets": points,
        "sources_to_targets": cells,
    } | other


def openrouteservice(unit="m", lengths=METRES):
    points = [{"location": list(place), "snapped_distance": 12.5} for place in ASKED]
    metadata = {
        "attribution": "openrouteservice.org | OpenStreetMap contributors",
        "query": {"profile": "driving-car", "metrics": ["duration", "distance"], "units": unit},
        "engine": {"version": "9.0.0", "graph_date": "2025-11-01T00:00:00Z"},
    }
    return {
        "durations": SECONDS,
        "distances": lengths,
        "sources": points,
        "destinations": points,
        "metadata": metadata,
    }


def read(tmp_path, answer):
    file = tmp_path / "matrix.json"
    file.write_text(answer if isinstance(answer, str) else json.dumps(answer))
    return read_matrix(file, PLACES)


@pytest.mark.parametrize(
    ("answer", "engine", "as_of"),
    [
        (osrm(), "OSRM", "2025-11-03"),
        (valhalla(), "Valhalla", None),
        (valhalla(sources=[valhalla()["sources"]], targets=[valhalla()["targets"]]), "Valhalla", None),
        (valhalla(sources_to_targets={"durations": SECONDS, "distances": KM}), "Valhalla", None),
        (openrouteservice(), "openrouteservice", "2025-11-01"),
        (openrouteservice("km", KM), "openrouteservice", "2025-11-01"),
    ],
)
def test_each_engine_is_read_as_it_answers(tmp_path, answer, engine, as_of):
    matrix = read(tmp_path, answer)
    assert matrix.trips == FOUND
    assert list(matrix.trips) == sorted(FOUND)
    assert (matrix.engine, matrix.as_of) == (engine, as_of)
    source = matrix.source("2025-11-01")
    assert engine in source.title
    assert "OpenStreetMap contributors" in source.attribution


def test_without_points_the_rows_are_in_the_order_of_the_keys(tmp_path):
    answer = osrm(sources=None, destinations=None)
    assert read(tmp_path, answer).trips["05999001", "05999003"] == Trip(14.0, 15.0, "road")
    assert read(tmp_path, answer | {"data_version": "2025-13-40"}).as_of is None
    miles = valhalla(units="miles", sources=None, targets=None)
    assert read(tmp_path, miles).trips["05999001", "05999002"].km == pytest.approx(25.34 * 1.609344, abs=0.05)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("from;to\n", "this is no JSON"),
        ("[" * 100_000, "this is no JSON"),
        ([1], "this is no matrix of drives"),
        ({"type": "FeatureCollection", "features": []}, "this is no matrix of drives"),
        ({"code": "InvalidQuery", "message": "Query string malformed"}, "Query string malformed"),
        ({"error": {"code": 6004, "message": "too many locations"}}, "too many locations"),
        (osrm(distances=None), "no kilometres"),
        (osrm(durations=None), "no minutes"),
        (osrm(durations=[]), "no rows of figures"),
        (osrm(durations=[[0, 1], [1]]), "not equally long"),
        (osrm(durations=[[0, 1, 2]] * 2), "names 3 points for 2 rows"),
        (osrm(distances=[[0, 1, 2]] * 2), "other kilometres than minutes"),
        (osrm(durations=[[0, -1, 2]] * 3), "“-1” in the matrix is no figure"),
        (osrm(durations=[[0, math.nan, 2]] * 3), "“nan” in the matrix is no figure"),
        (osrm(durations=[[0, 10**400, 2]] * 3), "is no figure of a drive"),
        (osrm(durations=[[0, "1", 2]] * 3), "is no figure of a drive"),
        (osrm(durations=[[0, 1e9, 2]] * 3), "a drive of"),
        (osrm(sources=None, destinations=None, durations=[[0]], distances=[[0]]), "of 1 points; the county has 3"),
        (osrm(sources=[{"location": [7.2, 51.9]}] * 3), "two points of the matrix are in 05999002"),
        (osrm(sources=[{"location": [51.9, 7.2]}] * 3), "no town hall is near the point 51.9000, 7.2000"),
        (valhalla(units="furlongs"), "the unit “furlongs” is not known"),
        (valhalla(sources_to_targets=[1]), "no rows of figures"),
    ],
)
def test_what_is_no_matrix_of_the_county_is_told(tmp_path, answer, said):
    with pytest.raises(InputError) as told:
        read(tmp_path, answer)
    assert said in str(told.value)
    assert "matrix.json: " in str(told.value)
