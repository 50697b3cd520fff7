"""The result file has the form of docs/dateien.md, and its figures are those of the plan to the last digit."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from counties import county_texts, write_county
from jsonschema import Draft202012Validator

from optimizer.conflicts import explain
from optimizer.plan import District, LayerPlan
from optimizer.rules import RuleName, check_plan
from optimizer.solve import Solution, solve
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario, load_problem
from scenarios.identity import Before, labelled
from translation import LANGUAGES
from wording.result_form import result_schema
from wording.result_json import read_result, result, written

SHIPPED = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
SCHEMA = Draft202012Validator(result_schema("en"))


@cache
def answered(name: str) -> tuple[LoadedScenario, Solution]:
    loaded = load_problem(SCENARIOS / f"{name}.yaml")
    return loaded, solve(loaded.problem)


def read_back(loaded: LoadedScenario, solution: Solution) -> dict[str, Any]:
    text = written(result(loaded, solution, explain(solution), "en"))
    assert text.endswith("}\n")
    document: dict[str, Any] = json.loads(text, parse_constant=pytest.fail)
    SCHEMA.validate(document)
    return document


def small(tmp_path: Path, layer: str, **texts: str) -> LoadedScenario:
    write_county(tmp_path, county_texts(columns=4) | texts)
    text = f"name: Probe\ncounty: county\nkey: {{population: 1}}\nlayers: [{layer}]\n"
    (tmp_path / "probe.yaml").write_text(text, encoding="utf-8")
    return load_problem(tmp_path / "probe.yaml")


@pytest.mark.parametrize("name", SHIPPED)
def test_the_form_is_that_of_the_schema(name: str) -> None:
    document = read_back(*answered(name))
    assert (document["format"], document["county"], document["status"]) == (
        "kim-result/2",
        "05558-coesfeld",
        "given" if name == "nichts" else "optimal",
    )
    assert all(document[part] for part in ("municipalities", "assumptions", "sources"))
    assert bool(document["layers"]) == bool(document["rules"]) == (name != "nichts")


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document or schema, also those within."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(inner)


def test_the_schema_has_every_key_of_the_writer_and_no_other(tmp_path: Path) -> None:
    """A key more or less anywhere is refused, so that neither can change without the other."""
    Draft202012Validator.check_schema(SCHEMA.schema)
    for one in SCHEMA.schema["$defs"].values():
        assert one["required"] == list(one["properties"])
        assert not one["additionalProperties"]
        assert all(
            figure["title"] and figure["description"] for figure in one["properties"].values() if "const" not in figure
        )
    layer = "{posts: {total: 2}, districts: {minimum: 1}}"
    planned, none = (
        small(tmp_path, f"{layer}, {layer.replace('2}', '1}, name: B')}"),
        small(tmp_path, "{posts: {total: 1}, districts: {minimum: 4}}"),
    )
    for document in (read_back(planned, solve(planned.problem)), read_back(none, solve(none.problem))):
        for one in objects(document):
            one["of_nobody"] = 1
            assert not SCHEMA.is_valid(document)
            del one["of_nobody"]
            for key in list(one):
                whole, value = dict(one), one.pop(key)
                assert not SCHEMA.is_valid(document), (key, value)
                one.clear()
                one.update(whole)
        assert SCHEMA.is_valid(document)
    assert {unit for one in objects(SCHEMA.schema) for unit in [one.get("x-unit")] if isinstance(unit, str)} == {
        "h",
        "FTE",
    }


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
        assert town["hours_per_1000"] == plan.hours_per_1000(supply.ags)
        assert town["existing_share"] == pytest.approx(supply.existing_hours / supply.fair_supply)
        assert town["existing_oldest"] == loaded.existing[supply.ags].oldest
    assert document["hours_per_1000"] == pytest.approx(min(one["hours_per_1000"] for one in document["municipalities"]))
    posts = loaded.scenario.yardstick.posts or loaded.problem.total_posts
    assert document["yardstick"] == {"kind": "posts", "posts": float(posts)}
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
    posts = sum(district["fte"] for layer in document["layers"] for district in layer["districts"])
    assert sum(document["losses"].values()) == pytest.approx(posts * 39)
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
    assert document["status"] == "infeasible"
    assert {rule for conflict in document["conflicts"] for rule in conflict["rules"]} <= {n.value for n in RuleName}
    assert document["conflicts"][0]["rules"] == ["posts", "districts_minimum"]
    assert "2 districts" in document["conflicts"][0]["detail"]


def test_a_plan_that_is_given_or_not_proven_says_so(tmp_path: Path) -> None:
    towns = "[Adorf, Bestadt, Cehausen, Dekirchen]"
    given = small(tmp_path, f"{{posts: {{total: 2}}, plan: [{{employer: ki, fte: 2, municipalities: {towns}}}]}}")
    document = read_back(given, solve(given.problem))
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


def test_a_result_of_the_first_edition_is_read_as_one_of_the_second(tmp_path: Path) -> None:
    loaded = small(tmp_path, "{posts: {total: 2}, districts: {minimum: 1}}")
    now = read_back(loaded, solve(loaded.problem))
    assert read_result(now) == now
    found = read_result(first_edition(now))
    unknown = ("yardstick", "hours_per_1000", "losses")
    assert {key: found[key] for key in unknown} == dict.fromkeys(unknown)
    assert {key: value for key, value in found.items() if key not in (*unknown, "municipalities")} == {
        key: value for key, value in now.items() if key not in (*unknown, "municipalities")
    }
    for old, new in zip(found["municipalities"], now["municipalities"], strict=True):
        assert old.keys() == new.keys()
        assert old | {"existing_oldest": None, "hours_per_1000": None} == pytest.approx(
            new | {"existing_oldest": None, "hours_per_1000": None}
        )
    none = small(tmp_path, "{posts: {total: 1}, districts: {minimum: 4}}")
    document = read_back(none, solve(none.problem))
    assert read_result(first_edition(document)) == document | {"yardstick": None}
    with pytest.raises(ValueError, match="kim-result/9"):
        read_result(now | {"format": "kim-result/9"})


def first_edition(document: dict[str, Any]) -> dict[str, Any]:
    """What the first edition wrote of the same plan."""
    new = ("yardstick", "hours_per_1000", "losses", "stages")
    found = {key: value for key, value in document.items() if key not in new} | {"format": "kim-result/1"}
    if "layers" in document:
        of_district, of_town = ("name", "continues"), ("taking_part", "existing_share", "existing_oldest")
        found["layers"] = [
            {
                "name": layer["name"],
                "given": layer["given"],
                "stages": document["stages"],
                "districts": [{k: v for k, v in one.items() if k not in of_district} for one in layer["districts"]],
            }
            for layer in document["layers"]
        ]
        found["municipalities"] = [
            {k: v for k, v in town.items() if k not in (*of_town, "hours_per_1000", "changes")}
            for town in document["municipalities"]
        ]
    return found


def test_changes_names_and_who_takes_no_part_are_told(tmp_path: Path) -> None:
    write_county(tmp_path, county_texts(columns=4))
    layer = "{posts: {total: 2}, districts: {minimum: 2, maximum: 2}}"
    more = "not_taking_part: [Dekirchen]\ndistrict_names: {West: [Adorf]}\nyardstick: {hours_per_1000: 12}"
    text = f"name: Probe\ncounty: county\nkey: {{population: 1}}\n{more}\nlayers: [{layer}]\n"
    (tmp_path / "probe.yaml").write_text(text, encoding="utf-8")
    loaded = load_problem(tmp_path / "probe.yaml")
    towns = [town.ags for town in loaded.problem.municipalities]
    reference = (frozenset(towns[1:3]), frozenset(towns[:1]))
    layers = (replace(loaded.problem.layers[0], reference=reference),)
    loaded = replace(loaded, problem=replace(loaded.problem, layers=layers))
    document = read_back(loaded, solve(loaded.problem))
    assert document["yardstick"] == {"kind": "hours_per_1000", "hours_per_1000": 12.0}
    assert [town["taking_part"] for town in document["municipalities"]] == [True, True, True, False]
    assert document["municipalities"][3]["coverage"] is None
    districts = document["layers"][0]["districts"]
    assert districts[0]["name"] == "West"
    assert districts[0]["continues"] == 1
    # Without one of its own a district has the name of the one that it continues.
    before = Before(reference, labelled(reference, ["Ost", "Mitte"]))
    named = read_back(replace(loaded, known=[before]), solve(loaded.problem))["layers"][0]["districts"]
    assert [(one["name"], one["continues"]) for one in named] == [("West", 1), ("Ost", 0)]
    for district in districts:
        for town in district["municipalities"]:
            told = next(one for one in document["municipalities"] if one["ags"] == town["ags"])
            stays = district["continues"] is not None and town["ags"] in reference[district["continues"]]
            assert told["changes"] is not stays
