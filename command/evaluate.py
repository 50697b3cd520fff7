"""``kim evaluate``: figures and breaches of a plan made by hand."""

from __future__ import annotations

import argparse
from dataclasses import replace

from command.screen import Screen
from command.solving import load, no_layers, show_solved
from command.status import ExitStatus
from files.faults import Fault, InputError
from scenarios.assemble import table_before, with_plan
from scenarios.plan_table import read_plan
from translation import msg


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Shows the plan of a table, given for one layer."""
    loaded = load(options.scenario, options)
    layers = loaded.problem.layers
    if not layers:
        raise InputError([Fault(str(options.scenario), *no_layers())])
    if not 1 <= options.layer <= len(layers):
        wrong = msg("there is no layer {number}", number=options.layer)
        raise InputError([Fault("--layer", wrong, msg("a number from 1 to {most}", most=len(layers)))])
    employers = layers[options.layer - 1].employers
    only = employers[0].id if len(employers) == 1 else None
    table = read_plan(options.plan, loaded.county, only_employer=only)
    screen.notices([*loaded.notices, *table.notices])
    problem = with_plan(loaded.problem, loaded.county, table.districts, layer=options.layer - 1)
    known = [*loaded.known, *[None] * len(layers)][: len(layers)]
    # Where nothing is to be continued, the labels of the table say what its districts are called.
    known[options.layer - 1] = known[options.layer - 1] or table_before(table)
    return show_solved(replace(loaded, problem=problem, known=known), options, screen)
