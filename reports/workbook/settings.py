"""What the scenarios set, as rows for the workbook: every key of their files with its value in each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from files.yaml_file import Place, key_path
from scenarios.schema import Scenario, as_data, settings
from scenarios.values import About
from translation import Message, msg
from wording.grid import NOTHING

_POSITION = re.compile(r"\[\d+\]")

_NOT_STATED = NOTHING
#: Lists of sections that may be empty: then there is nothing to say of them.
_LISTS = ("funding.years",)


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A key as in a scenario file, what it means, and its value in each scenario (empty where it has no such key)."""

    path: str
    label: Message | str
    assumption: bool
    values: tuple[object, ...]


def setting_rows(scenarios: Sequence[Scenario]) -> list[SettingRow]:
    """Every setting of the scenarios, in the order of their files."""
    abouts = {setting.path: setting.about for setting in settings()}
    stated: list[dict[str, object]] = [
        {path: _worded(value, _about(path, abouts)) for path, value in _flat(as_data(scenario), ())}
        for scenario in scenarios
    ]
    rows = []
    for path in _in_order(stated):
        about = _about(path, abouts)
        values = tuple(values.get(path, "") for values in stated)
        label = "" if about is None else about.label
        rows.append(SettingRow(path, label, about is not None and about.assumption, values))
    return rows


def _flat(value: Any, place: Place) -> Iterator[tuple[str, Any]]:
    """The values of a file with the way to each; a list of plain values is one value."""
    match value:
        case Mapping() if value:
            for key, item in value.items():
                yield from _flat(item, (*place, key))
        case list() if not value and key_path(place) in _LISTS:
            return
        case list() if any(isinstance(item, Mapping) for item in value):
            for position, item in enumerate(value):
                yield from _flat(item, (*place, position))
        case _:
            yield key_path(place), value


def _in_order(stated: Sequence[Mapping[str, object]]) -> list[str]:
    """All paths; those that only some scenarios have stand behind the one before them there."""
    order: list[str] = []
    for paths in stated:
        last = 0
        for path in paths:
            if path in order:
                last = order.index(path) + 1
            else:
                order.insert(last, path)
                last += 1
    return order


def _about(path: str, abouts: Mapping[str, About]) -> About | None:
    general = _POSITION.sub("[]", path)
    return abouts.get(general) or abouts.get(general.rpartition(".")[0])


def _worded(value: Any, about: About | None) -> object:
    match value:
        case bool():
            return msg("yes") if value else msg("no")
        case int() | float() | str():
            return value
        case list():
            return "; ".join(", ".join(item) if isinstance(item, list) else str(item) for item in value)
        case None if about is not None and about.nothing is not None:
            return about.nothing
        case _:
            return _NOT_STATED
