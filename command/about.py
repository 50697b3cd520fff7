"""``kim about``: version and solver; its bill of materials and the licences of all parts as files."""

from __future__ import annotations

import argparse
import platform

from command.screen import Screen
from command.status import ExitStatus
from files.faults import Fault, InputError
from translation import msg
from wording.about import OWN_LICENCE, packages, planner_version, solver_used
from wording.bill_of_materials import bill_of_materials, licences_of_all


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Tells what the planner is made of, or writes it. Raises ``InputError`` where a file cannot be written."""
    faults: list[Fault] = []
    for file, made in ((options.sbom, bill_of_materials), (options.licences, licences_of_all)):
        if file is not None:
            wrong = screen.save(made(), file)
            faults += wrong
            if not wrong and file != "-":
                screen.done(msg("Saved: {path}", path=file))
    if faults:
        raise InputError(faults)
    if options.sbom is None and options.licences is None:
        solver = solver_used()
        text = msg("KIM-Planer {version} ({licence})", version=planner_version(), licence=OWN_LICENCE)
        screen.done(text)
        screen.done(msg("Solver: {name} {version}", name=solver.name, version=solver.version))
        text = msg(
            "Python {version}, packages needed: {count}", version=platform.python_version(), count=len(packages())
        )
        screen.done(text)
    return ExitStatus.DONE
