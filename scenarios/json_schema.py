"""JSON Schema (draft 2020-12) of what the program reads and writes, made from the types that it does so with."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from scenarios.schema import Scenario, as_data
from translation import Language, Message, msg, translate

DRAFT = "https://json-schema.org/draft/2020-12/schema"
#: Keywords whose values are data: nothing in them is a title.
_DATA = ("default", "const", "enum")
_SAID = ("title", "description")


class _Generator(GenerateJsonSchema):
    """Exact numbers as a file has them."""

    def encode_default(self, dft: Any) -> Any:
        return as_data(dft)


def json_schema(of: Any, title: Message, language: Language) -> dict[str, Any]:
    """The schema of a type whose fields have an ``About``; titles and descriptions are in ``language``."""
    made = TypeAdapter(of).json_schema(schema_generator=_Generator)
    said: dict[str, Any] = _said(made, language)
    return {"$schema": DRAFT, "title": translate(title, language), **said}


def scenario_schema(language: Language) -> dict[str, Any]:
    """The schema of a scenario file as an editor of YAML can use it."""
    return json_schema(Scenario, msg("Scenario of KIM-Planer"), language)


def _said(schema: Any, language: Language) -> Any:
    """The schema with its messages written; names and words of the code are for those who read the code."""
    if isinstance(schema, list):
        return [_said(item, language) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {}
    for key, value in schema.items():
        if key in _SAID and isinstance(value, str):
            continue
        if isinstance(value, Message):
            found[key] = translate(value, language)
        else:
            found[key] = value if key in _DATA else _said(value, language)
    return found
