"""The schema of a scenario says what the program reads: all that is shipped, no other key, the same ranges."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from files.faults import InputError
from scenarios import SCENARIOS
from scenarios.json_schema import scenario_schema
from scenarios.scenario import scenario_from
from scenarios.schema import settings
from translation import LANGUAGES

SCHEMA = Draft202012Validator(scenario_schema("en"))
LEAST: dict[str, Any] = {"name": "Probe", "county": "c", "layers": [{"posts": {"total": 6}}]}


def at(path: str, value: Any) -> dict[str, Any]:
    """A scenario with ``value`` at the key ``path``, with no more than that needs."""
    found = json.loads(json.dumps(LEAST))
    *way, last = path.split(".")
    inner = found
    for key in way:
        name, many = key.removesuffix("[]"), key.endswith("[]")
        needed: dict[str, Any] = {
            "employers": {"id": "ki"},
            "plan": {"employer": "ki", "municipalities": ["a"]},
            "years": {"year": 2027},
        }.get(name, {})
        inner = inner.setdefault(name, [needed] if many else {})
        inner = inner[0] if many else inner
    inner[last] = value
    return found


def is_read(document: dict[str, Any]) -> bool:
    try:
        scenario_from(document)
    except InputError:
        return False
    return True


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_is_said_with_its_meaning(language: str) -> None:
    schema = scenario_schema(language)
    Draft202012Validator.check_schema(schema)
    said = {
        one["description"]
        for part in (schema, *schema["$defs"].values())
        for one in part["properties"].values()
        if "description" in one
    }
    assert len(said) > 60
    assert all(not part["additionalProperties"] for part in (schema, *schema["$defs"].values()))


def test_what_is_shipped_is_valid_and_no_other_key() -> None:
    for path in sorted(SCENARIOS.glob("*.yaml")):
        document = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
        SCHEMA.validate(document)
        assert not SCHEMA.is_valid({**document, "of_nobody": 1})


@pytest.mark.parametrize(
    "value", [None, 0, 1, 2.5, -1, 500, 1e9 + 0.5, "0.5", "1/2", "50 %", "x", True, [], ["a", "b"], {"a": 1}]
)
def test_a_value_is_valid_where_it_is_read(value: Any) -> None:
    """What the schema refuses the program refuses, too; the other way round only what no schema can say."""
    for setting in settings():
        document = at(setting.path, value)
        if is_read(document):
            assert SCHEMA.is_valid(document), (setting.path, value)
        elif isinstance(value, (bool, list, dict)) or value in (-1, 1e9 + 0.5):
            assert not SCHEMA.is_valid(document), (setting.path, value)
