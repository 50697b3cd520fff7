"""Drives from an uploaded file: a routing engine's matrix, dated where it does not say its day; all else is a fault."""

from __future__ import annotations

import json
from datetime import date

import pytest

from geodata.official.uploaded import Upload
from geodata.records import Trip
from geodata.roads.uploaded import UploadedDrives, drives_of

A, B = "05999004", "05999008"
PLACES = {A: (7.05, 51.85), B: (7.15, 51.85)}
NAMES = {A: "Adorf", B: "Bestadt"}
TODAY = date(2026, 11, 28)


def test_a_matrix_is_taken_with_both_directions_and_says_that_it_has_no_day() -> None:
    answer = {
        "code": "Ok",
        "durations": [[0, 600], [660, 0]],
        "distances": [[0, 9000], [9100, 0]],
        "sources": [{"location": list(place)} for place in PLACES.values()],
        "destinations": [{"location": list(place)} for place in PLACES.values()],
    }
    found = drives_of(Upload("osrm.json", json.dumps(answer).encode()), PLACES, NAMES, TODAY)
    assert isinstance(found, UploadedDrives)
    assert dict(found.trips) == {(A, B): Trip(9.0, 10.0, "road"), (B, A): Trip(9.1, 11.0, "road")}
    assert (found.source.covers, found.source.reference_date) == (("travel.csv",), "2026-11-28")
    (notice,) = found.notices
    assert notice.file == "osrm.json"


@pytest.mark.parametrize("content", [b"", b"{}", b"[", b"from,to\n", b"\0" * 100, b"<osm/>"])
def test_what_holds_no_drives_is_a_fault(content: bytes) -> None:
    faults = drives_of(Upload("../x.osm.pbf", content), PLACES, NAMES, TODAY)
    assert isinstance(faults, tuple)
    assert faults
