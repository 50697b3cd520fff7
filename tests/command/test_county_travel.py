"""``kim county travel``: a county with drives by road, as a new data set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from counties import county_texts, key, write_county
from running import run

from command import county_travel
from geodata.county import load_county
from tests.geodata.roads.test_drives import NODES, WAYS, osm


def test_want_of_memory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_much(*_given: object, **_options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(county_travel, "road_drives", too_much)
    roads = osm(tmp_path / "a.osm.pbf", NODES, WAYS)
    shown = run("county", "travel", write_county(tmp_path, county_texts()), "--osm", roads)
    assert shown.status == 3
    assert shown.err.splitlines()[-1].startswith("Der Arbeitsspeicher hat nicht gereicht")


def test_drives_are_put_into_a_new_data_set(tmp_path: Path) -> None:
    folder = write_county(tmp_path, county_texts())
    county = load_county(folder)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    places = [town.place for town in county.municipalities]
    points = [{"location": place} for place in places]
    figures = [[abs(row - column) for column in range(3)] for row in range(3)]
    answer = {
        "sources": points,
        "destinations": points,
        "durations": [[700 * figure for figure in row] for row in figures],
        "distances": [[9000 * figure for figure in row] for row in figures],
    }
    matrix = tmp_path / "matrix.json"
    matrix.write_text(json.dumps(answer), encoding="utf-8")
    command = ("county", "travel", folder, "--matrix", matrix, "--out", tmp_path / "out")
    shown = run(*command)
    assert shown.status == 2
    assert "matrix.json: die Datei sagt nicht, von welchem Tag ihre Daten sind: mit --date" in shown.err
    shown = run(*command, "--date", "2025-11-03", "--lang", "en")
    assert (shown.status, shown.err) == (0, "")
    assert "Against the drives before: " in shown.out
    made = load_county(tmp_path / "out" / "05999-fahrzeiten-2025-11-03")
    assert made.travel[key(0), key(2)].cells == (18.0, 23.3, "road")
    source = made.source_of("travel.csv")
    assert source is not None
    assert (source.reference_date, source.licence) == ("2025-11-03", "ODbL 1.0")
    assert sum("travel.csv" in one.covers for one in made.sources) == 1
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    # On an extract of somewhere else, and with a name that is taken.
    far = osm(tmp_path / "far.osm.pbf", {1: (900_000, 0), 2: (901_000, 0)}, [([1, 2], {"highway": "primary"})])
    shown = run("county", "travel", folder, "--osm", far, "--lang", "en")
    assert shown.status == 2
    assert "there is no road near the municipalities: an extract of the county" in shown.err
    assert run(*command, "--date", "2025-11-03").status == 2
