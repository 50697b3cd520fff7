"""Existing advice: spread by the key, peaks cut, what nobody published told, and never a silent zero."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from counties import county_texts, write_county
from hypothesis import given
from hypothesis import strategies as st

from geodata.county import County, Service, load_county
from scenarios.existing import ExistingAdvice, existing_advice, fewest_posts, most_posts
from scenarios.schema import ExistingServices

A, B, C, D = (f"05999{number:03}" for number in (4, 8, 12, 16))
KEY = {A: 0.1, B: 0.2, C: 0.7, D: 0.0}
ALL = ExistingServices(credit=0.25, most=None)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    return load_county(write_county(tmp_path_factory.mktemp("geodata"), county_texts(columns=4)))


def service(
    catchment: tuple[str, ...] | None,
    fte: float | None,
    credit: float | None = None,
    as_of: str = "2022",
    ends: tuple[float, float] | None = None,
) -> Service:
    return Service("S", "P", "MBE", A, catchment, fte, credit, as_of, "Zeitung", "", "", ends)


def counted(county: County, *services: Service, **arguments: object) -> dict[str, float]:
    settings = arguments.pop("settings", ALL)
    found = existing_advice(replace(county, services=services), KEY, settings, **arguments)  # type: ignore[arg-type]
    return {ags: advice.counted for ags, advice in found.items()}


def test_services_are_spread_by_the_key(county: County) -> None:
    services = (service(None, 2), service((A, B), 4, 1.0), service((C,), None), service((D,), 0.5))
    everywhere, there = 0.25 * 2 * 39, 4 * 39
    assert counted(county, *services) == pytest.approx(
        {A: everywhere * 0.1 + there / 3, B: everywhere * 0.2 + there * 2 / 3, C: everywhere * 0.7, D: 0}
    )


def test_peaks_are_cut_at_so_many_times_the_average_per_head(county: County) -> None:
    services = (service(None, 1, 1.0), service((A,), 1, 1.0))
    # 78 hours in all: 42.9 of them in A, where the average would be 7.8.
    found = existing_advice(replace(county, services=services), KEY, ExistingServices(most=1.5))
    assert (found[A].found, found[A].counted, found[A].cut) == (pytest.approx(42.9), pytest.approx(11.7), True)
    assert (found[B].counted, found[B].cut) == (pytest.approx(7.8), False)
    assert not existing_advice(replace(county, services=services), KEY, ALL)[A].cut


@given(
    st.lists(st.tuples(st.sampled_from([None, (A,), (A, B), (B, C, D)]), st.floats(0, 10)), max_size=6),
    st.floats(1, 4),
)
def test_no_municipality_counts_more_than_its_share_allows(
    county: County, listed: list[tuple[tuple[str, ...] | None, float]], most: float
) -> None:
    with_services = replace(county, services=tuple(service(catchment, fte) for catchment, fte in listed))
    whole = {ags: a.found for ags, a in existing_advice(with_services, KEY, ALL).items()}
    cut = existing_advice(with_services, KEY, ExistingServices(credit=0.25, most=most))
    for ags, advice in cut.items():
        assert advice.counted == min(whole[ags], most * math.fsum(whole.values()) * KEY[ags])
        assert advice.found == whole[ags]


def test_where_all_have_the_average_nothing_is_cut(county: County) -> None:
    found = existing_advice(replace(county, services=(service(None, 3),)), KEY, ExistingServices(most=1.0))
    assert not any(advice.cut for advice in found.values())


def test_hours_of_one_that_takes_no_part_stay_there_and_count_nowhere(county: County) -> None:
    services = (service(None, 1, 1.0), service((A, B), 1, 1.0))
    found = counted(county, *services, absent={A})
    assert found == pytest.approx({A: 0, B: 39 * 0.2 + 26, C: 39 * 0.7, D: 0})
    cut = counted(county, *services, absent={A}, settings=ExistingServices(credit=1, most=1.5))
    # The average is that of those who take part.
    assert cut[B] == pytest.approx(1.5 * (39 * 0.9 + 26) * 0.2 / 0.9)


def test_a_range_counts_with_its_middle_and_has_its_ends(county: County) -> None:
    services = (service((C,), 2, 1.0, ends=(1, 3)), service((C,), 1, 1.0), service((C,), None))
    assert counted(county, *services)[C] == 3 * 39
    assert counted(county, *services, posts=fewest_posts)[C] == 2 * 39
    assert counted(county, *services, posts=most_posts)[C] == 4 * 39


def test_what_is_behind_the_hours_is_told(county: County) -> None:
    services = (
        service(None, 1, as_of="2018"),
        service((C,), None, as_of="2012"),
        service((C,), 2, as_of="April 2016"),
        service((C,), 1, as_of=""),
        service((B,), 0),
        service((B,), 1, credit=0),
    )
    found = existing_advice(replace(county, services=services), KEY, ALL)
    assert [one for one, _ in found[C].services] == [services[0], services[2], services[3]]
    assert (found[C].oldest, found[C].undated, found[C].unknown) == (2016, (services[3],), (services[1],))
    assert math.fsum(hours for _, hours in found[C].services) == found[C].found
    assert [one for one, _ in found[B].services] == [services[0]]
    assert found[D] == ExistingAdvice(0, 0)
    assert found[D].oldest is None
