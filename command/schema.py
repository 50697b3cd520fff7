"""``kim schema``: the JSON Schema of what the program writes or reads."""

from __future__ import annotations

import argparse

from command.screen import Screen
from command.status import ExitStatus
from files.faults import InputError
from scenarios.json_schema import scenario_schema
from wording.result_form import result_schema
from wording.result_json import written

#: By the word that stands for each in the command.
SCHEMAS = {"result": result_schema, "scenario": scenario_schema}


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Writes the schema to standard output, or to a file. Raises ``InputError`` where that cannot be written."""
    unwritten = screen.save(written(SCHEMAS[options.of](screen.language)), options.out)
    if unwritten:
        raise InputError(unwritten)
    return ExitStatus.DONE
