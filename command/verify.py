"""``kim verify``: a result is worked out again from its inputs, by code that shares nothing with the optimizer."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from command.screen import Screen
from command.solving import load
from command.status import ExitStatus
from files.faults import Fault, InputError
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario
from scenarios.library import library
from scenarios.scenario import load_scenario
from translation import Message, listing, msg, number
from verifying.inputs import Stated, inputs_of, layers_of
from verifying.verify import Difference, Value, digest, verify
from wording.result_json import read_result

_SHOWN = 40


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Compares every figure and rule of a result. Raises ``InputError`` where there is nothing to compare."""
    document = _read(options.result)
    loaded = load(str(options.scenario or _scenario_named(document["scenario"], options.result)), options)
    if document["county"] != loaded.county.folder.name:
        wrong = msg("the result is about the county {name}", name=str(document["county"]))
        allowed = msg("a scenario for that county: this one is for {name}", name=loaded.county.folder.name)
        raise InputError([Fault(str(options.result), wrong, allowed)])
    try:
        stated = _stated(document, loaded)
        found, signs = verify(document, inputs_of(loaded.scenario, loaded.county, stated)), digest(document)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise _no_result(options.result) from error
    screen.done(msg("Digest: {digest}", digest=signs))
    if not found.differences:
        screen.done(msg("{count} figures and rules worked out again: all agree.", count=number(found.compared)))
        return ExitStatus.DONE
    said = msg(
        "{count} of {all} figures and rules do not agree with {scenario}:",
        count=number(len(found.differences)),
        all=number(found.compared),
        scenario=loaded.scenario.name,
    )
    screen.done(said)
    for difference in found.differences[:_SHOWN]:
        screen.done(_told(difference))
    if len(found.differences) > _SHOWN:
        screen.done(msg("… and {count} more.", count=number(len(found.differences) - _SHOWN)))
    return ExitStatus.INFEASIBLE


def _stated(document: dict[str, Any], loaded: LoadedScenario) -> list[Stated]:
    """What the result and the reference plan say of each layer."""
    found = []
    known = {employer.id for employer in loaded.county.employers}
    for position, _ in enumerate(layers_of(loaded.scenario)):
        layer = document["layers"][position]
        employers = [one["employer"] for one in layer["districts"] if one["employer"] in known]
        before = loaded.known[position] if position < len(loaded.known) else None
        kept = None if before is None else [sorted({*one} - {*loaded.not_taking_part}) for one in before.districts]
        found.append(Stated(employers if layer["given"] else None, kept))
    return found


def _told(difference: Difference) -> Message:
    return msg(
        "{place}: the result says {stated}, the inputs give {found}",
        place=difference.place,
        stated=_written(difference.stated),
        found=_written(difference.found),
    )


def _written(value: Value) -> object:
    match value:
        case None:
            return msg("nothing")
        case bool():
            return msg("yes") if value else msg("no")
        case float():
            return number(value, 6)
        case _:
            return str(value)


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        found = read_result(document)
    except (ValueError, AttributeError) as error:
        raise _no_result(path) from error
    if not isinstance(found.get("scenario"), str) or not isinstance(found.get("county"), str):
        raise _no_result(path)
    if document["format"] != found["format"]:
        wrong = msg("the result is of the first edition of the model, whose figures are computed otherwise")
        raise InputError([Fault(str(path), wrong, msg("a result of “kim solve” of this version"))])
    if "layers" not in found:
        wrong = msg("the result has no plan: its rules cannot hold together")
        raise InputError([Fault(str(path), wrong, msg("a result with a plan"))])
    return found


def _no_result(path: Path) -> InputError:
    return InputError([Fault(str(path), msg("this is no result"), msg("a JSON file of “kim solve --json”"))])


def _scenario_named(name: str, result: Path) -> Path:
    """The scenario file that a result was made from, by its name: beside the result, one's own, or shipped."""
    folders = (result.parent, library().folder, SCENARIOS)
    found = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        try:
            if load_scenario(path).name == name:
                found.append(path)
        except InputError:
            continue
    if len(found) == 1:
        return found[0]
    wrong = (
        msg("there are several scenarios “{name}”", name=name)
        if found
        else msg("there is no scenario “{name}”", name=name)
    )
    allowed = (
        msg("--scenario with its file: {files}", files=listing(map(str, found)))
        if found
        else msg("--scenario with its file")
    )
    raise InputError([Fault(str(result), wrong, allowed)])
