from statistics import fmean

import pytest
from pyproj import Geod

from geodata import COUNTIES
from geodata.county import load_county
from geodata.measure import distance_km
from geodata.records import Trip
from geodata.travel import both_directions, estimated_travel, estimated_trip


def test_the_air_line_is_that_of_the_ellipsoid():
    for origin, target in (((6.780068, 51.22422), (7.626804, 51.961908)), ((7, 51), (7, 52)), ((7, 51), (8, 51))):
        geodesic = Geod(ellps="WGS84").inv(*origin, *target)[2]
        assert distance_km(origin, target) == pytest.approx(geodesic / 1000, rel=1e-4)


def test_the_estimate_is_air_line_times_one_point_three_at_sixty_one():
    trip = estimated_trip((7, 51), (7, 51.5))
    assert trip == Trip(72.3, 71.1, "estimate")


def test_the_estimate_is_near_the_road_table_of_kreis_coesfeld():
    county = load_county(COUNTIES / "05558-coesfeld")
    estimated = estimated_travel({m.ags: m.place for m in county.municipalities})
    off = [abs(estimated[pair].minutes - trip.minutes) for pair, trip in county.travel.items()]
    assert fmean(off) == pytest.approx(1.65, abs=0.05)
    assert max(off) == pytest.approx(7.4, abs=0.05)


def test_every_ordered_pair_is_estimated():
    travel = estimated_travel({"a": (7, 51), "b": (8, 51), "c": (7, 52)})
    assert len(travel) == 6
    assert travel["a", "b"] == travel["b", "a"]


def test_a_missing_direction_is_the_given_one():
    there, back, only = Trip(10, 12, "road"), Trip(11, 13, "road"), Trip(5, 6, "road")
    assert both_directions({("b", "a"): back, ("a", "b"): there, ("c", "a"): only}) == {
        ("a", "b"): there,
        ("a", "c"): only,
        ("b", "a"): back,
        ("c", "a"): only,
    }
