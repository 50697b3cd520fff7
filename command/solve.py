"""``kim solve``: the best plan of a scenario, with its proof."""

from __future__ import annotations

import argparse

from command.screen import Screen
from command.solving import load, show_solved
from command.status import ExitStatus
from scenarios.assemble import without_existing_services
from translation import msg, translate


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Shows the plan."""
    loaded = load(options.scenario, options)
    screen.notices(loaded.notices)
    if options.without_existing_services:
        name = msg("{scenario} – without existing services", scenario=loaded.scenario.name)
        loaded = without_existing_services(loaded, translate(name, screen.language))
    return show_solved(loaded, options, screen)
