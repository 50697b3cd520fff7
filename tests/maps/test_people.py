"""People per post, by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from counties import county_texts, key, write_county

from geodata.county import County, load_county
from maps.people import people_indicator, people_per_post
from optimizer.plan import LayerPlan
from optimizer.problem import GivenDistrict
from optimizer.solve import solve
from scenarios.assemble import problem_of, with_plan
from scenarios.scenario import scenario_from


@pytest.fixture
def county(tmp_path: Path) -> County:
    """Three towns of 1000, 2000 and 3000 inhabitants."""
    return load_county(write_county(tmp_path, county_texts(3)))


def _layer(county: County, districts: list[tuple[list[str], Fraction]]) -> LayerPlan:
    data = {"name": "Test", "county": "x", "key": {"population": 1}, "layers": [{"posts": {"total": 4}}]}
    rows = [GivenDistrict("ki", tuple(towns), fte, towns[0]) for towns, fte in districts]
    plan = solve(with_plan(problem_of(scenario_from(data), county), county, rows)).plan
    assert plan is not None
    return plan.layers[0]


def test_people_of_a_district_are_divided_by_its_posts(county: County) -> None:
    layer = _layer(county, [([key(0), key(1)], Fraction(3, 2)), ([key(2)], Fraction(5, 2))])
    assert people_per_post(county, layer, "population") == {key(0): 2000, key(1): 2000, key(2): 1200}


def test_a_municipality_of_no_district_is_missing_and_one_of_two_has_the_fewest(county: County) -> None:
    layer = _layer(county, [([key(0), key(1)], Fraction(1)), ([key(1)], Fraction(2))])
    assert people_per_post(county, layer, "population") == {key(0): 3000, key(1): 1000}


def test_the_indicator_that_is_named_is_taken_else_migration_history_else_the_first(
    county: County, tmp_path: Path
) -> None:
    assert people_indicator(county, "foreigners") == "foreigners"
    assert people_indicator(county, "equal") == "population"
    assert people_indicator(county) == "population"
    texts = county_texts(3)
    for file in ("municipalities.csv", "county.yaml"):
        texts[file] = texts[file].replace("foreigners", "migration_history")
    other = load_county(write_county(tmp_path, texts))
    assert people_indicator(other, "equal") == "migration_history"
