"""Names of districts: known by municipalities, each under one name."""

from __future__ import annotations

import pytest

from files.faults import InputError
from geodata import COUNTIES
from geodata.county import County, load_county
from scenarios.assemble import problem_of
from scenarios.district_names import names_of
from scenarios.scenario import parse_scenario
from scenarios.schema import Scenario

OLFEN, ROSENDAHL, BILLERBECK, COESFELD = "05558036", "05558040", "05558008", "05558012"
LEAST = "name: Versuch\ncounty: 05558-coesfeld\nlayers:\n  - posts: {total: 6}\n"


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(COUNTIES / "05558-coesfeld")


def read(names: str) -> Scenario:
    return parse_scenario(f"{LEAST}district_names: {names}\n".encode(), "s.yaml")


def test_a_district_has_the_name_whose_municipalities_it_has(county: County) -> None:
    scenario = read("{Nord: [Rosendahl, 05558008], Süd: [Olfen], Mitte: [Senden, Nottuln]}")
    districts = [[OLFEN, COESFELD], [ROSENDAHL, BILLERBECK], ["05558044"], ["05558032"]]
    assert names_of(districts, scenario, county) == ("Süd", "Nord", None, None)
    assert names_of([[ROSENDAHL], [BILLERBECK]], scenario, county) == (None, None)
    assert names_of([], scenario, county) == ()


def test_of_several_names_the_first_counts_and_who_takes_no_part_says_nothing(county: County) -> None:
    scenario = read("{Süd: [Olfen], Nord: [Rosendahl, Billerbeck]}")
    assert names_of([[OLFEN, ROSENDAHL, BILLERBECK]], scenario, county) == ("Süd",)
    assert names_of([[ROSENDAHL]], scenario, county, {BILLERBECK}) == ("Nord",)
    assert names_of([[ROSENDAHL]], scenario, county, {OLFEN}) == (None,)


@pytest.mark.parametrize(
    ("names", "wrong"),
    [
        ("{Nord: [Olven]}", "district_names.Nord[0]: there is no municipality “Olven” in this county: did you mean"),
        ("{Nord: [Olfen, olfen]}", "district_names.Nord[1]: the municipality “olfen” stands twice"),
        ("{Nord: [Olfen], Süd: [Olfen]}", "district_names.Süd: Olfen stands under two names, also “Nord”"),
    ],
)
def test_faults_are_told_with_their_place(county: County, names: str, wrong: str) -> None:
    with pytest.raises(InputError) as caught:
        problem_of(read(names), county)
    (line,) = caught.value.lines("en")
    assert line.startswith("s.yaml:5, ")
    assert wrong in line
