"""``kim verify``: results are worked out again, and what was changed by hand is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from counties import county_texts, write_county
from papers import DAY, answered, shipped
from running import run

from command.verify import _stated
from reports.paper import paper
from scenarios import SCENARIOS
from verifying.inputs import inputs_of
from verifying.verify import digest, verify
from wording.result_json import result, written

RULES = """\
name: Many rules
county: county
key: {population: 1, equal: 1}
existing_services: {credit: 0.5, most: 1.1}
presence: {hours: 1, Bestadt: 3}
not_taking_part: [Eheim]
yardstick: {hours_per_1000: 20}
ki_share: {minimum: 1/2, binding: false}
reference_plan: before.csv
changes: {maximum_municipalities: 2}
layers:
  - posts: {total: 2, step: 1/2, coordination_hours: 3}
    districts: {minimum: 1, maximum: 3, minimum_persons: 1}
    municipalities: {minimum_hours: {Adorf: 2}, apart: [[Adorf, Dekirchen]], together: [[Cehausen, Dekirchen]]}
    employers: [{id: ki, minimum: 1}, {id: awo, maximum: 1, base: office}]
  - posts: {total: 1, step: 1/4}
    districts: {minimum: 1, maximum: 5}
    municipalities: {employer: {Adorf: municipalities}}
    employers: [{id: municipalities, max_municipalities: 2}]
"""
BEFORE = "municipality,district\nAdorf,1\nBestadt,1\nCehausen,2\nDekirchen,2\nEheim,2\n"


def _document(name: str) -> dict[str, Any]:
    answer = shipped(name)
    return json.loads(written(result(answer.loaded, answer.solution, [], "de")))


@pytest.mark.parametrize("name", sorted(path.stem for path in SCENARIOS.glob("*.yaml")))
def test_shipped_plans_come_out_the_same_to_the_last_rule(name: str) -> None:
    document, loaded = _document(name), shipped(name).loaded
    found = verify(document, inputs_of(loaded.scenario, loaded.county, _stated(document, loaded)))
    assert found.differences == ()
    assert found.compared > 100


def test_a_plan_under_many_rules_comes_out_the_same(tmp_path: Path) -> None:
    write_county(tmp_path, county_texts(columns=5))
    (tmp_path / "before.csv").write_text(BEFORE, "utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    answer = answered(tmp_path / "rules.yaml")
    assert answer.solution.plan is not None
    document = json.loads(written(result(answer.loaded, answer.solution, [], "de")))
    assert {"minimum_hours", "apart", "together", "changes_maximum", "fixed_employer", "hub"} <= {
        rule["rule"] for rule in document["rules"]
    }
    loaded = answer.loaded
    found = verify(document, inputs_of(loaded.scenario, loaded.county, _stated(document, loaded)))
    assert found.differences == ()


def test_a_hub_beyond_the_longest_drive_is_no_better_one(tmp_path: Path) -> None:
    """Without the limit another hub of a district has a higher level; with it, that one is none."""
    text = (SCENARIOS / "modell-1-zentral.yaml").read_text("utf-8")
    (tmp_path / "short.yaml").write_text(text.replace("max_drive_minutes: 40", "max_drive_minutes: 18"), "utf-8")
    answer = answered(tmp_path / "short.yaml")
    document = json.loads(written(result(answer.loaded, answer.solution, [], "de")))
    inputs = inputs_of(answer.loaded.scenario, answer.loaded.county, _stated(document, answer.loaded))
    assert verify(document, inputs).differences == ()


def test_what_is_changed_by_hand_is_found() -> None:
    changes: dict[str, Callable[[dict[str, Any]], None]] = {
        "municipalities[4].hours": lambda d: d["municipalities"][4].update(hours=d["municipalities"][4]["hours"] + 0.1),
        "lowest_coverage": lambda d: d.update(lowest_coverage=d["lowest_coverage"] + 0.001),
        "layers[0].districts[0].hub": lambda d: d["layers"][0]["districts"][0].update(
            hub=d["layers"][0]["districts"][0]["municipalities"][0]["ags"]
        ),
        "rules.ki_share: broken": lambda d: next(r for r in d["rules"] if r["rule"] == "ki_share").update(holds=False),
        "losses.road": lambda d: d["losses"].update(road=0.0),
        "status": lambda d: d.update(status="feasible"),
        "layers[0].districts[0].employer": lambda d: d["layers"][0]["districts"][0].update(employer="nobody"),
    }
    loaded = shipped("modell-1-zentral").loaded
    for place, change in changes.items():
        document = _document("modell-1-zentral")
        change(document)
        found = verify(document, inputs_of(loaded.scenario, loaded.county, _stated(document, loaded)))
        assert place in [one.place for one in found.differences]
    moved = _document("modell-1-zentral")
    first, second = moved["layers"][0]["districts"][:2]
    second["municipalities"].append(first["municipalities"].pop())
    assert digest(moved) != digest(_document("modell-1-zentral"))


def test_the_command_names_what_differs_and_papers_carry_its_digest(tmp_path: Path) -> None:
    document = _document("modell-1-zentral")
    file = tmp_path / "result.json"
    file.write_text(written(document), "utf-8")
    fine = run("verify", str(file), "--lang", "en")
    assert fine.status == 0
    assert "all agree" in fine.out
    signs = fine.out.split("Digest: ")[1].split()[0]
    content = paper([shipped("modell-1-zentral")], "de", day=DAY)
    assert sum(signs in content.say(source) for source in content.sources) == 1
    document["municipalities"][0]["coverage"] = 1.0
    file.write_text(written(document), "utf-8")
    wrong = run("verify", str(file), "--lang", "en")
    assert wrong.status == 1
    assert "municipalities[0].coverage: the result says 1.000000, the inputs give 0.96" in wrong.out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no json", "this is no result"),
        ("[1]", "this is no result"),
        ('{"format": "kim-result/9"}', "this is no result"),
        ('{"format": "kim-result/2", "scenario": "None such", "county": "x", "layers": []}', "no scenario “None such”"),
        ('{"format": "kim-result/2", "scenario": "a", "county": "05558-coesfeld"}', "has no plan"),
        (
            '{"format": "kim-result/2", "scenario": "Modell 1 – zentral am KI, dezentral im Einsatz", "county": "x",'
            ' "layers": []}',
            "about the county x",
        ),
        (
            '{"format": "kim-result/2", "scenario": "Modell 1 – zentral am KI, dezentral im Einsatz",'
            ' "county": "05558-coesfeld", "layers": [{}]}',
            "this is no result",
        ),
    ],
)
def test_what_cannot_be_verified_is_told(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "result.json"
    file.write_text(text, "utf-8")
    found = run("verify", str(file), "--lang", "en")
    assert found.status == 2
    assert told in found.err
    assert "Traceback" not in found.err
