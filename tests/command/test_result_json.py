"""The result file has the form of docs/dateien.md, and its figures are those of the plan to the last digit."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from counties import county_texts, write_county

from command.result_json import result, written
from optimizer.conflicts import explain
from optimizer.plan import District, LayerPlan
from optimizer.rules import RuleName, check_plan
from optimizer.solve import Solution, solve
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario, load_problem
from translation import LANGUAGES

SHIPPED = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
STAGE = {"name": str, "value": float, "bound": float, "proven": bool}
DISTRICT = {
    "employer": str,
    "fte": float,
    "persons": int,
    "hub": str,
    "level": float,
    "travel_hours": float,
    "coordination_hours": float,
    "municipalities": [{"ags": str, "hours": float, "travel_hours": float}],
}
TOWN = {
    "ags": str,
    "name": str,
    "key": float,
    "existing_hours": float,
    "hours": float,
    "coverage": float,
    "shortfall_hours": float,
}
PLANNED = {
    "format": str,
    "scenario": str,
    "county": str,
    "status": str,
    "fair_level": float,
    "lowest_coverage": float,
    "shortfall_hours": float,
    "travel_hours": float,
    "ki_share": float,
    "layers": [{"name": str, "given": bool, "stages": [STAGE], "districts": [DISTRICT]}],
    "municipalities": [TOWN],
    "rules": [{"rule": str, "holds": bool, "binding": bool, "detail": str}],
    "assumptions": [str],
    "sources": [str],
    "seconds": float,
}
IMPOSSIBLE = {
    "format": str,
    "scenario": str,
    "county": str,
    "status": str,
    "fair_level": float,
    "conflicts": [{"rules": [str], "detail": str}],
    "assumptions": [str],
    "sources": [str],
    "seconds": float,
}


def check_form(value: Any, form: Any, place: str = "result") -> None:
    """The very keys in their order, the very types, and no figure that is not finite."""
    if isinstance(form, dict):
        assert list(value) == list(form), place
        for key, inner in form.items():
            check_form(value[key], inner, f"{place}.{key}")
    elif isinstance(form, list):
        assert isinstance(value, list), place
        for item in value:
            check_form(item, form[0], f"{place}[]")
    else:
        assert type(value) is form, (place, value)
        assert form is not float or math.isfinite(value), place


@cache
def answered(name: str) -> tuple[LoadedScenario, Solution]:
    loaded = load_problem(SCENARIOS / f"{name}.yaml")
    return loaded, solve(loaded.problem)


def read_back(loaded: LoadedScenario, solution: Solution) -> dict[str, Any]:
    text = written(result(loaded, solution, explain(solution), "en"))
    assert text.endswith("}\n")
    document: dict[str, Any] = json.loads(text)
    return document


def small(tmp_path: Path, layer: str, **texts: str) -> LoadedScenario:
    write_county(tmp_path, county_texts(columns=4) | texts)
    text = f"name: Probe\ncounty: county\nkey: {{population: 1}}\nlayers: [{layer}]\n"
    (tmp_path / "probe.yaml").write_text(text, encoding="utf-8")
    return load_problem(tmp_path / "probe.yaml")


@pytest.mark.parametrize("name", SHIPPED)
def test_the_form_is_that_of_the_manual(name: str) -> None:
    document = read_back(*answered(name))
    check_form(document, PLANNED)
    assert (document["format"], document["county"], document["status"]) == (
        "kim-result/1",
        "05558-coesfeld",
        "optimal",
    )
    assert all(document[part] for part in ("layers", "municipalities", "rules", "assumptions", "sources"))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_figures_are_those_of_the_plan_to_the_last_digit(name: str) -> None:
    loaded, solution = answered(name)
    plan, document = solution.plan, read_back(loaded, solution)
    assert plan is not None
    for figure in ("fair_level", "lowest_coverage", "shortfall_hours", "travel_hours"):
        assert document[figure] == getattr(plan, figure)
    assert document["ki_share"] == float(plan.ki_share)
    assert document["seconds"] == solution.seconds
    assert [town["ags"] for town in document["municipalities"]] == list(plan.municipalities)
    for town in document["municipalities"]:
        supply = plan.municipalities[town["ags"]]
        assert town["name"] == loaded.county.name_of(supply.ags)
        for figure in ("key", "existing_hours", "hours", "coverage", "shortfall_hours"):
            assert town[figure] == getattr(supply, figure)
    for stage, expected in zip(document["stages"], plan.stages, strict=True):
        assert stage == {
            "name": expected.name.value,
            "value": expected.value,
            "bound": expected.bound,
            "proven": expected.proven,
        }
    for told, layer in zip(document["layers"], plan.layers, strict=True):
        check_layer(told, layer)
    for rule, check in zip(document["rules"], check_plan(plan), strict=True):
        assert (rule["rule"], rule["holds"], rule["binding"]) == (check.rule.name.value, check.holds, check.binding)


def check_layer(told: dict[str, Any], layer: LayerPlan) -> None:
    assert (told["name"], told["given"]) == (layer.layer.name, layer.given)
    for row, district in zip(told["districts"], layer.districts, strict=True):
        for figure in ("employer", "hub", "persons", "level", "coordination_hours"):
            assert row[figure] == getattr(district, figure)
        assert (row["fte"], row["travel_hours"]) == (float(district.fte), district.total_travel_hours)
        assert [(town["ags"], town["hours"], town["travel_hours"]) for town in row["municipalities"]] == list(
            zip(district.municipalities, district.hours, district.travel_hours, strict=True)
        )


@pytest.mark.parametrize("name", SHIPPED)
def test_the_hours_add_up(name: str) -> None:
    document = read_back(*answered(name))
    hours = {town["ags"]: 0.0 for town in document["municipalities"]}
    for layer in document["layers"]:
        for district in layer["districts"]:
            of_towns = sum(town["hours"] + town["travel_hours"] for town in district["municipalities"])
            spent = of_towns + district["coordination_hours"]
            assert spent == pytest.approx(district["fte"] * 39)
            for town in district["municipalities"]:
                hours[town["ags"]] += town["hours"]
    for town in document["municipalities"]:
        assert town["hours"] == pytest.approx(hours[town["ags"]])
    missing = sum(town["shortfall_hours"] for town in document["municipalities"])
    assert document["shortfall_hours"] == pytest.approx(missing)
    assert document["lowest_coverage"] == min(town["coverage"] for town in document["municipalities"])


def test_a_language_changes_words_only(tmp_path: Path) -> None:
    loaded = small(tmp_path, "{posts: {total: 2}, districts: {minimum: 1}}")
    solution = solve(loaded.problem)
    german, english = (result(loaded, solution, (), language) for language in LANGUAGES)
    for document in (german, english):
        for rule in document["rules"]:
            del rule["detail"]
        assert document.pop("assumptions")
        assert document.pop("sources")
    assert german == english


def test_without_a_plan_there_are_conflicts(tmp_path: Path) -> None:
    loaded = small(tmp_path, "{posts: {total: 1}, districts: {minimum: 4}}")
    document = read_back(loaded, solve(loaded.problem))
    check_form(document, IMPOSSIBLE)
    assert document["status"] == "infeasible"
    assert {rule for conflict in document["conflicts"] for rule in conflict["rules"]} <= {n.value for n in RuleName}
    assert document["conflicts"][0]["rules"] == ["posts", "districts_minimum"]
    assert "2 districts" in document["conflicts"][0]["detail"]


def test_a_plan_that_is_given_or_not_proven_says_so(tmp_path: Path) -> None:
    towns = "[Adorf, Bestadt, Cehausen, Dekirchen]"
    given = small(tmp_path, f"{{posts: {{total: 2}}, plan: [{{employer: ki, fte: 2, municipalities: {towns}}}]}}")
    document = read_back(given, solve(given.problem))
    check_form(document, PLANNED)
    assert (document["status"], document["stages"]) == ("given", [])
    loaded = small(tmp_path, "{posts: {total: 2}, districts: {minimum: 1}}")
    solution = solve(loaded.problem)
    assert solution.plan is not None
    first, second, third = solution.plan.stages
    open_ = replace(second, bound=0.0, proven=False)
    unproven = replace(solution.plan, stages=(first, open_, third))
    document = read_back(loaded, replace(solution, plan=unproven))
    assert document["status"] == "feasible"
    assert document["stages"][1] == {
        "name": "shortfall_hours",
        "value": open_.value,
        "bound": 0.0,
        "proven": False,
    }


def test_where_nobody_has_any_need_there_is_no_level_and_no_coverage(tmp_path: Path) -> None:
    texts = county_texts(columns=4)
    towns = texts["municipalities.csv"].replace(",1000,", ",0,")
    loaded = small(
        tmp_path,
        "{posts: {total: 1.5}, plan: [{employer: ki, fte: 0.5, municipalities: [Adorf]},"
        " {employer: ki, fte: 1, municipalities: [Bestadt, Cehausen, Dekirchen]}]}",
        **{"municipalities.csv": towns},
    )
    solution = solve(loaded.problem)
    assert solution.plan is not None
    districts: tuple[District, ...] = solution.plan.layers[0].districts
    assert math.isinf(districts[0].level)
    document = read_back(loaded, solution)
    assert document["layers"][0]["districts"][0]["level"] is None
    assert document["municipalities"][0]["coverage"] is None
    assert math.isfinite(document["lowest_coverage"])


def test_a_figure_that_is_no_number_is_never_written() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        written({"value": math.nan})
