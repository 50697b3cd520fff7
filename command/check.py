"""``kim check``: names every fault of scenario files and county folders."""

from __future__ import annotations

import argparse

from command.screen import Screen
from command.solving import scenario_path
from command.status import ExitStatus
from files.faults import Fault, InputError
from geodata import COUNTIES
from geodata.county import County, load_county
from geodata.editing import plausibility
from geodata.editing.plausibility import local_today
from scenarios.assemble import load_problem
from translation import msg


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Says of each path that nothing is wrong with it. Raises ``InputError`` with the faults of all."""
    faults: list[Fault] = []
    for name in options.paths:
        path = scenario_path(name)
        if not path.exists() and (COUNTIES / name).is_dir():
            path = COUNTIES / name
        try:
            # A reference plan need not be known to check a scenario.
            loaded = load_county(path) if path.is_dir() else load_problem(path, solve=lambda _: None)
            county = loaded if isinstance(loaded, County) else loaded.county
        except InputError as error:
            faults.extend(error.faults)
            continue
        screen.notices((*loaded.notices, *plausibility.notices(county, local_today())))
        screen.done(msg("{path}: nothing wrong", path=path))
    if faults:
        raise InputError(faults)
    return ExitStatus.DONE
