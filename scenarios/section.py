"""What the sections of a scenario share: declared once, frozen, unknown keys refused, empty ones at their defaults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from files.yaml_file import Place
from scenarios.values import FAULT
from translation import Message

Finding = tuple[Place, Message, Message]
"""Values that cannot stand together: key, what is wrong, what is allowed."""


class Section(BaseModel):
    """A part of a scenario. An empty section in a file stands for its defaults."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_default(cls, data: Any) -> Any:
        return {} if data is None else data

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core)
        if not schema.get("required"):
            handler.resolve_ref_schema(schema)["type"] = ["object", "null"]
        return schema

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        found = tuple(self.contradictions())
        if found:
            raise PydanticCustomError(FAULT, FAULT, {"faults": found})
        return self

    def contradictions(self) -> Iterator[Finding]:
        """Values of this section that cannot stand together: key, what is wrong, what is allowed."""
        return iter(())

    def left_out(self) -> frozenset[str]:
        """Keys that must not be written beside the others."""
        return frozenset()

    def stated(self) -> dict[str, Any]:
        """The keys that are not at their defaults, in the order of the schema."""
        stated = {}
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if name not in self.left_out() and (
                field.is_required() or value != field.get_default(call_default_factory=True)
            ):
                stated[name] = value
        return stated
