"""Read a scenario file: every fault at once, with file, line, key, what is wrong and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from files.faults import Fault, InputError
from files.reading import read_content
from files.typed import instead, offered
from files.yaml_file import MOST_BYTES, Origin, Place, Written, key_path, read_document
from scenarios.schema import Scenario, section_of
from scenarios.values import FAULT, About, repaired_ags
from translation import msg


def load_scenario(path: Path, file: str | None = None) -> Scenario:
    """The scenario in the YAML file ``path``, with defaults filled in and the line of every key.

    ``file`` is the file as the user knows it, the path where nothing else is said. Raises ``InputError`` with every
    fault of the file. What was repaired stands in ``Scenario.notices``.
    """
    file = str(path) if file is None else file
    return parse_scenario(read_content(path, file, MOST_BYTES), file)


def parse_scenario(content: bytes, file: str) -> Scenario:
    """The scenario in the bytes of a YAML file that the user knows as ``file``. Raises ``InputError``."""
    document = read_document(content, file, msg("a scenario: name, county, layers"))
    return scenario_from(document.data, document.origin)


def scenario_from(data: Mapping[str, Any], source: Origin | None = None) -> Scenario:
    """The scenario that ``data`` states: the sections, lists and values of docs/dateien.md, as a form gives them.

    Raises ``InputError`` with every fault.
    """
    source = source or Origin()
    repaired: list[object] = []
    try:
        scenario = Scenario.model_validate(dict(data), context=repaired)
    except ValidationError as error:
        faults = [fault for details in error.errors(include_url=False) for fault in _faults(details, source)]
        raise InputError(sorted(faults, key=lambda fault: fault.line or 0)) from None
    notices = tuple(_notice(value, source) for value in repaired if isinstance(value, Written))
    return scenario.read_from(Origin(source.file, source.lines, source.digest, notices))


def _notice(value: Written, source: Origin) -> Fault:
    wrong = msg("the key {ags} had lost its leading zero", ags=str(value))
    return Fault(source.file, wrong, msg("read as {ags}", ags=repaired_ags(value)), value.line, key_path(value.place))


def _faults(details: ErrorDetails, source: Origin) -> list[Fault]:
    """Our own sentences for what pydantic found."""
    place: Place = tuple(key for key in details["loc"] if key != "[key]")
    context: Mapping[str, Any] = details.get("ctx", {})
    value = offered(details["input"])
    match details["type"]:
        case error_type if error_type == FAULT:
            return [source.fault((*place, *inner), wrong, allowed) for inner, wrong, allowed in context["faults"]]
        case "missing":
            wrong = msg("the key {key} is missing", key=offered(place[-1]))
            meaning = _meaning(place)
            return [source.fault(place, wrong, msg("add it: {meaning}", meaning=meaning.text) if meaning else None)]
        case "extra_forbidden":
            return [_unknown_key(place, details["input"], source)]
        case "model_type" | "model_attributes_type" | "dict_type" | "mapping_type":
            return [source.fault(place, msg("{value} is no section with keys", value=value), msg("key: value"))]
        case "tuple_type" | "list_type":
            return [source.fault(place, msg("{value} is no list", value=value), msg("a list, such as [a, b]"))]
        case "too_short" if len(details["input"]) >= context["min_length"]:
            return []  # entries that are faulty themselves, each told on its own
        case "too_short":
            allowed = msg("at least {count}", count=context["min_length"])
            return [source.fault(place, msg("the list has too few entries"), allowed)]
        case "too_long":
            allowed = msg("at most {count}", count=context["max_length"])
            return [source.fault(place, msg("the list has too many entries"), allowed)]
        case _:
            return [source.fault(place, msg("{value} cannot stand here", value=value), msg("see the manual"))]


def _unknown_key(place: Place, value: object, source: Origin) -> Fault:
    section = _section(place[:-1])
    known = tuple(section.model_fields) if section else ()
    name = str(place[-1])
    if name.isdigit() and value is None:  # what YAML makes of {total: 6,5}
        wrong = msg("{key} stands alone after a comma", key=offered(name))
        return source.fault(place, wrong, msg("write decimals with a point, such as 0.5"))
    return source.fault(place, msg("unknown key {key}", key=offered(name)), instead(name, known))


def _section(place: Place) -> type[BaseModel] | None:
    """The section of the schema at ``place``."""
    section: type[BaseModel] | None = Scenario
    for key in place:
        if isinstance(key, int):
            continue
        field = section.model_fields.get(key) if section else None
        section = section_of(field.annotation)[0] if field else None
    return section


def _meaning(place: Place) -> About | None:
    section = _section(place[:-1])
    field = section.model_fields.get(str(place[-1])) if section else None
    return next((item for item in field.metadata if isinstance(item, About)), None) if field else None
