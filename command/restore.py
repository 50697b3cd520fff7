"""``kim restore``: the data directory as it was when an archive was written."""

from __future__ import annotations

import argparse

from command.screen import Screen
from command.status import ExitStatus
from files.backup import restore
from scenarios.library import library
from translation import msg


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Checks the archive, unpacks it, and tells where what was there before is now. Raises ``InputError``."""
    folder = library().folder
    moved = restore(options.archive, folder, options.replace)
    if moved is not None:
        screen.done(msg("What was there before is now in {path}", path=moved))
    screen.done(msg("Restored: {path}", path=folder))
    return ExitStatus.DONE
