"""``kim compare``: several scenarios side by side."""

from __future__ import annotations

import argparse

from command.printed import comparison
from command.screen import Screen
from command.solving import all_solved, status_of_all
from command.status import ExitStatus


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Shows the scenarios."""
    answers = all_solved(options, screen)
    screen.show(comparison(answers, screen.language))
    return status_of_all(answers)
