import pytest
import shapely
from pyproj import Geod

from geodata import COUNTIES
from geodata.county import load_county
from geodata.neighbours import common_borders, connected_parts, neighbours

# Nineteen common borders; Olfen touches only Lüdinghausen.
COESFELD = """Ascheberg–Nordkirchen Ascheberg–Senden Billerbeck–Coesfeld Billerbeck–Havixbeck Billerbeck–Nottuln
Billerbeck–Rosendahl Coesfeld–Dülmen Coesfeld–Nottuln Coesfeld–Rosendahl Dülmen–Lüdinghausen Dülmen–Nottuln
Dülmen–Senden Havixbeck–Nottuln Havixbeck–Senden Lüdinghausen–Nordkirchen Lüdinghausen–Olfen Lüdinghausen–Senden
Nordkirchen–Senden Nottuln–Senden"""

METRES_NORTH = Geod(ellps="WGS84").inv(7, 51, 7, 52)[2]
"""Metres of a degree of latitude at 51.5 degrees north."""


def test_the_nineteen_borders_of_kreis_coesfeld():
    county = load_county(COUNTIES / "05558-coesfeld")
    pairs = {"–".join(sorted(county.name_of(ags) for ags in pair)) for pair in county.border_metres}
    assert pairs == set(COESFELD.split())
    assert county.neighbours["05558036"] == {"05558024"}
    assert sum(len(others) for others in county.neighbours.values()) == 2 * 19


def test_border_lengths_are_those_of_the_map_projection():
    county = load_county(COUNTIES / "05558-coesfeld")
    plane = county.frame.geometry.to_crs(25832)
    for pair, metres in county.border_metres.items():
        first, second = sorted(pair)
        # The projection shortens lengths in its middle zone by up to four in ten thousand.
        assert metres == pytest.approx(plane[first].intersection(plane[second]).length, rel=5e-4)


def test_a_border_shorter_than_a_hundred_metres_makes_no_neighbours():
    for metres, expected in ((99.0, frozenset()), (101.0, frozenset({"b"}))):
        top = 51.5 + metres / METRES_NORTH
        borders = common_borders({"a": shapely.box(7, 51.4, 7.1, top), "b": shapely.box(7.1, 51.5, 7.2, 51.6)})
        assert borders[frozenset("ab")] == pytest.approx(metres, rel=1e-4)
        assert neighbours("ab", borders)["a"] == expected


def test_a_common_point_is_no_border():
    assert common_borders({"a": shapely.box(7, 51, 8, 52), "b": shapely.box(8, 52, 9, 53)}) == {}


def test_a_border_in_two_pieces_counts_both():
    ring = shapely.box(7, 51.4, 7.1, 51.7)
    bay = shapely.box(7.05, 51.5, 7.1, 51.6)
    island = shapely.MultiPolygon([shapely.box(7.1, 51.4, 7.2, 51.5), shapely.box(7.1, 51.6, 7.2, 51.7)])
    borders = common_borders({"a": ring.difference(bay), "b": island})
    assert borders[frozenset("ab")] == pytest.approx(0.2 * METRES_NORTH, rel=1e-4)


def test_the_parts_that_no_border_connects():
    near = {"a": frozenset("b"), "b": frozenset("a"), "c": frozenset(), "d": frozenset("e"), "e": frozenset("d")}
    assert connected_parts(near) == [{"a", "b"}, {"d", "e"}, {"c"}]
    assert connected_parts({"a": frozenset()}) == [{"a"}]
