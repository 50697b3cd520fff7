"""Plans side by side: what is the same district has one number, colour and name in all of them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from papers import Answer, shipped

from maps.colours import district_colours
from optimizer.plan import Plan
from optimizer.problem import GivenDistrict
from optimizer.solve import solve
from scenarios.assemble import LoadedScenario, with_plan
from translation import translate
from wording.compared_tables import ComparedPlan, change_remarks, changes_table, compared, known_alike
from wording.compared_tables import with_plan as plans_of
from wording.plan_tables import districts_table, map_sentences, municipalities_table

ASCHEBERG, BILLERBECK, COESFELD, DUELMEN = "05558004", "05558008", "05558012", "05558016"
HAVIXBECK, LUEDINGHAUSEN, NORDKIRCHEN, NOTTULN = "05558020", "05558024", "05558028", "05558032"
OLFEN, ROSENDAHL, SENDEN = "05558036", "05558040", "05558044"
SOUTH, NORTH = (ASCHEBERG, LUEDINGHAUSEN, NORDKIRCHEN, OLFEN), (BILLERBECK, COESFELD, ROSENDAHL)
MIDDLE = (HAVIXBECK, NOTTULN, SENDEN)


@pytest.fixture(scope="module")
def loaded() -> LoadedScenario:
    plain = shipped("modell-1-zentral").loaded
    names = {"district_names": {"Nord": ("Rosendahl", "Billerbeck")}}
    return replace(plain, scenario=plain.scenario.model_copy(update=names))


def answer(loaded: LoadedScenario, *districts: tuple[str, ...]) -> Answer:
    rows = [GivenDistrict("ki", towns, Fraction(1), towns[0]) for towns in districts]
    problem = with_plan(loaded.problem, loaded.county, rows)
    return Answer(loaded, replace(loaded, problem=problem).answered(solve(problem)))


@pytest.fixture(scope="module")
def sides(loaded: LoadedScenario) -> tuple[ComparedPlan, ...]:
    # Ascheberg goes to Dülmen, so that the order of keys is another one.
    plain = replace(loaded, scenario=loaded.scenario.model_copy(update={"district_names": {}}))
    second = answer(plain, (ASCHEBERG, DUELMEN), SOUTH[1:], NORTH, MIDDLE)
    return tuple(plans_of(compared([answer(loaded, SOUTH, NORTH, (DUELMEN,), MIDDLE), second])))


def named(plan: Plan) -> dict[tuple[str, ...], tuple[int, str | None]]:
    return {district.municipalities: (one.number, one.name) for one, district in plan.layers[0].numbered}


def test_a_comparison_keeps_number_colour_and_name_of_the_first_plan(sides: tuple[ComparedPlan, ...]) -> None:
    first, second = (one.plan for one in sides)
    assert named(first) == {SOUTH: (1, None), NORTH: (2, "Nord"), (DUELMEN,): (3, None), MIDDLE: (4, None)}
    assert named(second) == {
        SOUTH[1:]: (1, None), NORTH: (2, "Nord"), (ASCHEBERG, DUELMEN): (3, None), MIDDLE: (4, None),
    }  # fmt: skip
    county = sides[0].loaded.county
    looks = [
        dict(zip([i.number for i in p.layers[0].identities], district_colours(county, p.layers[0]), strict=True))
        for p in (first, second)
    ]
    assert looks[0] == looks[1]


def test_another_one_may_give_the_numbers(sides: tuple[ComparedPlan, ...]) -> None:
    first, second = known_alike(sides, sides[1])
    assert isinstance(first, ComparedPlan)
    assert second is not sides[0]
    assert named(first.plan)[SOUTH] == (1, None)


def test_tables_and_sentences_list_districts_by_number_and_name(sides: tuple[ComparedPlan, ...]) -> None:
    plan, loaded = sides[1].plan, sides[1].loaded
    table = districts_table(plan.layers[0], loaded.county)
    assert [translate(row.cells[0].value, "de") for row in table.rows] == ["1", "2 Nord", "3", "4", ""]
    assert "Ascheberg, Dülmen" in translate(table.rows[2].cells[1].value, "de")
    towns = {
        translate(row.cells[0].value, "de"): translate(row.cells[1].value, "de")
        for row in municipalities_table(loaded, plan).rows
    }
    assert (towns["Ascheberg"], towns["Rosendahl"]) == ("3", "2 Nord")
    said = [translate(text, "de") for text in map_sentences(plan, 0, loaded.county)]
    assert [text.split(" (")[0] for text in said[1:5]] == ["Bezirk 1", "Bezirk 2 Nord", "Bezirk 3", "Bezirk 4"]


def test_who_changes_is_told_by_the_same_numbers(sides: tuple[ComparedPlan, ...]) -> None:
    rows = changes_table(sides, 0).rows
    districts = {
        translate(row.cells[0].value, "de"): [translate(cell.value, "de").split(" · ")[0] for cell in row.cells[1:]]
        for row in rows
    }
    assert {name: both for name, both in districts.items() if both[0] != both[1]} == {"Ascheberg": ["1", "3"]}
    assert districts["Rosendahl"] == ["2 Nord", "2 Nord"]
    texts = [str(text) for text in change_remarks(sides)]
    assert texts[0].startswith("(2) 1 municipality is in another district: Ascheberg (")
    assert any(text.startswith("(2) Teams: ") and "another hub" in text for text in texts[1:])
