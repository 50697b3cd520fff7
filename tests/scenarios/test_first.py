"""The first scenario of a county, from its own number of posts."""

from __future__ import annotations

from fractions import Fraction

import pytest
from counties import county_texts, write_county

from files.faults import InputError
from geodata.county import County, load_county
from scenarios.first import first_scenario


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    return load_county(write_county(tmp_path_factory.mktemp("geodata"), county_texts(columns=4)))


@pytest.mark.parametrize(
    ("typed", "total", "step", "fewest", "most"),
    [
        ("6", Fraction(6), Fraction(1, 2), 3, 4),
        (" 5,5 ", Fraction(11, 2), Fraction(1, 2), 3, 4),
        ("0.75", Fraction(3, 4), Fraction(1, 4), 3, 3),
        ("1", Fraction(1), Fraction(1, 2), 2, 2),
    ],
)
def test_posts_are_placed_with_rules_that_they_can_keep(
    county: County, typed: str, total: Fraction, step: Fraction, fewest: int, most: int
) -> None:
    scenario = first_scenario(county, "../counties/x", "Erstes", typed)
    (layer,) = scenario.layers
    assert (layer.posts.total, layer.posts.step) == (total, step)
    assert (layer.districts.minimum, layer.districts.maximum) == (fewest, most)
    # This county does not know its people with migration history.
    assert dict(scenario.key) == {"foreigners": 1}
    assert scenario.county == "../counties/x"


@pytest.mark.parametrize("typed", ["", "sechs", "0", "-1", "1.258", "0,3", "501"])
def test_posts_that_are_none_are_told(county: County, typed: str) -> None:
    with pytest.raises(InputError):
        first_scenario(county, "x", "Erstes", typed)
