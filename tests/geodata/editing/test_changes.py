"""Changes: what is different, row by row."""

from __future__ import annotations

import dataclasses

import pytest

from geodata import COUNTIES
from geodata.county import County, load_county
from geodata.editing.changes import Kind, changes
from geodata.editing.figures import TableName, figures_of
from geodata.records import Employer, Service, Trip


@pytest.fixture(scope="module")
def coesfeld() -> County:
    return load_county(COUNTIES / "05558-coesfeld")


def test_nothing_changes_nothing(coesfeld):
    assert changes(coesfeld, figures_of(coesfeld)) == ()


def test_changed_cells_are_named_with_old_and_new(coesfeld):
    old = figures_of(coesfeld)
    values = old.indicators["population"] | {"05558036": 13000.0}
    trip = dataclasses.replace(old.travel["05558004", "05558008"], minutes=31.0)
    new = dataclasses.replace(
        old,
        indicators={**old.indicators, "population": values},
        travel={**old.travel, ("05558004", "05558008"): trip},
        employers=(dataclasses.replace(old.employers[0], office="05558016"), *old.employers[1:]),
        sources=(dataclasses.replace(old.sources[0], reference_date="2024-12-31"), *old.sources[1:]),
    )
    assert [(c.kind, c.table, c.row, c.column, c.old, c.new) for c in changes(coesfeld, new)] == [
        (Kind.CHANGED, TableName.INDICATORS, "Olfen", "population", 12814, 13000),
        (Kind.CHANGED, TableName.TRAVEL, "Ascheberg – Billerbeck", "minutes", 32, 31),
        (Kind.CHANGED, TableName.EMPLOYERS, old.employers[0].name, "office", "05558012", "05558016"),
        (Kind.CHANGED, TableName.SOURCES, "population", "reference_date", "2022-05-15", "2024-12-31"),
    ]


def test_rows_that_come_and_go_are_told_as_such(coesfeld):
    old = figures_of(coesfeld)
    service = Service("Neue Stelle", "AWO", "MBE", "05558016", None, 0.5, None, "2025", "AWO", "")
    new = dataclasses.replace(
        old,
        services=(*old.services[1:], service),
        employers=(*old.employers, Employer("kolping", "welfare", "Kolping", "05558016")),
        travel={pair: trip for pair, trip in old.travel.items() if pair != ("05558004", "05558008")},
    )
    found = [(c.kind, c.table, c.row, c.column) for c in changes(coesfeld, new)]
    assert found == [
        (Kind.ADDED, TableName.SERVICES, "AWO: Neue Stelle", None),
        (Kind.REMOVED, TableName.SERVICES, "AWO: Jugendmigrationsdienst", None),
        (Kind.REMOVED, TableName.TRAVEL, "Ascheberg – Billerbeck", None),
        (Kind.ADDED, TableName.EMPLOYERS, "Kolping", None),
    ]
    assert dict(changes(coesfeld, new)[0].cells)["fte"] == 0.5


def test_a_service_whose_seat_was_mended_is_the_same_service(coesfeld):
    old = figures_of(coesfeld)
    moved = dataclasses.replace(old.services[0], seat="05558012", fte=3.0)
    found = changes(coesfeld, dataclasses.replace(old, services=(moved, *old.services[1:])))
    assert [(c.column, c.old, c.new) for c in found] == [("seat", "05558016", "05558012"), ("fte", 2.0, 3.0)]


def test_a_catchment_in_another_order_is_no_change(coesfeld):
    old = figures_of(coesfeld)
    turned = dataclasses.replace(old.services[1], catchment=tuple(reversed(old.services[1].catchment)))
    services = (old.services[0], turned, *old.services[2:])
    assert changes(coesfeld, dataclasses.replace(old, services=services)) == ()
    whole = (old.services[0], dataclasses.replace(turned, catchment=None), *old.services[2:])
    (change,) = changes(coesfeld, dataclasses.replace(old, services=whole))
    assert (change.old, change.new) == (("05558008", "05558012"), "all")


def test_a_further_indicator_changes_every_municipality(coesfeld):
    old = figures_of(coesfeld)
    new = dataclasses.replace(
        old, indicators={**old.indicators, "pupils": dict.fromkeys(old.indicators["area_km2"], 7.0)}
    )
    found = changes(coesfeld, new)
    assert len(found) == 11
    assert {(c.column, c.old, c.new) for c in found} == {("pupils", None, 7.0)}


def test_a_trip_by_another_method_is_a_change(coesfeld):
    old = figures_of(coesfeld)
    pair = ("05558004", "05558008")
    (change,) = changes(coesfeld, dataclasses.replace(old, travel={**old.travel, pair: Trip(41.3, 32.0, "estimate")}))
    assert (change.column, change.old, change.new) == ("method", "road", "estimate")
