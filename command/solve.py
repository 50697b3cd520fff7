"""``kim solve``: the best plan of a scenario, with its proof."""

from __future__ import annotations

import argparse

from command.screen import Screen
from command.solving import as_if_none, load, show_solved
from command.status import ExitStatus


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Shows the plan."""
    loaded = load(options.scenario, options)
    screen.notices(loaded.notices)
    if options.without_existing_services:
        loaded = as_if_none(loaded, screen)
    return show_solved(loaded, options, screen)
