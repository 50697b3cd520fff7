"""Values that may differ between municipalities: one for all, or one for each that is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from files.typed import offered
from scenarios.values import Name, PartFaults, Quantity, Text, Value, invalid, real, repaired_ags
from translation import msg

Hours = float | Mapping[str, float]
"""Hours for all municipalities; or by municipality, with those for all others under the word of the key."""
Reasons = tuple[str, ...] | Mapping[str, str]
"""Municipalities; or the reason of each, which may be empty."""

_HOURS = real(0, 1000, "h")
_TOWN = Name()
_REASON = Text(lines=True)


@dataclass(frozen=True)
class ByTown(Value):
    """What such values share: a municipality's key that lost its zero is mended and noted, and all faults are told."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read_and_note(value: object, info: core_schema.ValidationInfo) -> object:
            if isinstance(info.context, list):
                info.context.extend(_repaired(value))
            return self.read(value)

        return core_schema.with_info_plain_validator_function(read_and_note)


@dataclass(frozen=True)
class HoursByTown(ByTown):
    """Hours per week: one figure for all, or ``{word: 4, Olfen: 8}``, where ``word`` is 0 unless it is stated."""

    word: str
    quantity: Quantity = _HOURS

    def read(self, value: object) -> Hours:
        """The figure, or the figures by municipality with that for all others."""
        if not isinstance(value, Mapping):
            figure = self.quantity.read(value)
            assert isinstance(figure, float)
            return figure
        found: dict[str, float] = {self.word: 0.0}
        faults = PartFaults()
        for key, item in value.items():
            name = self.word if key == self.word else faults.reading((key,), _TOWN, key)
            figure = faults.reading((key,), self.quantity, item)
            if name is not None and figure is not None:
                found[name] = figure
        faults.check()
        return found if len(found) > 1 else found[self.word]

    def schema(self) -> dict[str, Any]:
        """A figure, or one for each name."""
        figure = self.quantity.schema()
        by_town = {"type": "object", "additionalProperties": {"anyOf": figure["anyOf"]}}
        return {**figure, "anyOf": [*figure["anyOf"], by_town]}

    def split(self, value: Hours) -> tuple[float, dict[str, float]]:
        """Hours for all, and those of the municipalities that are named."""
        if not isinstance(value, Mapping):
            return value, {}
        return value[self.word], {name: hours for name, hours in value.items() if name != self.word}


@dataclass(frozen=True)
class ReasonsByTown(ByTown):
    """Municipalities as a list, or each with a reason."""

    def schema(self) -> dict[str, Any]:
        """A list of names, or a reason for each name."""
        reasons = {"type": "object", "additionalProperties": {"type": ["string", "null"]}}
        return {"anyOf": [{"type": "array", "items": _TOWN.schema()}, reasons, {"type": "null"}]}

    def read(self, value: object) -> Reasons:
        """The municipalities, with reasons as soon as one is stated."""
        faults = PartFaults()
        match value:
            case None:
                return ()
            case Mapping():
                pairs = [
                    (faults.reading((key,), _TOWN, key), faults.reading((key,), _REASON, "" if why is None else why))
                    for key, why in value.items()
                ]
            case str() | bool() | int() | float():
                invalid(msg("{value} is no list", value=offered(value)), msg("a list, such as [a, b]"))
            case Sequence():
                pairs = [(faults.reading((place,), _TOWN, name), "") for place, name in enumerate(value)]
            case _:
                invalid(msg("{value} is no list", value=offered(value)), msg("a list, such as [a, b]"))
        faults.check()
        names = tuple(name for name, _ in pairs)
        return dict(pairs) if any(why for _, why in pairs) else names


def reasons_of(value: Reasons) -> dict[str, str]:
    """The reason of each municipality, empty where none is stated."""
    return dict(value) if isinstance(value, Mapping) else dict.fromkeys(value, "")


def _repaired(value: object) -> Iterator[object]:
    """The names of municipalities in a value that are read otherwise than they are written."""
    names = value if isinstance(value, Mapping | list | tuple) else ()
    for name in names:
        if isinstance(name, str) and repaired_ags(name.strip()) != name.strip():
            yield name
