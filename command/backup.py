"""``kim backup``: all that was saved, in one archive that is read again before it counts."""

from __future__ import annotations

import argparse

from command.screen import Screen
from command.status import ExitStatus
from files.backup import back_up, check
from files.faults import Fault
from scenarios.library import library
from translation import msg, number


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Writes or checks an archive. Raises ``InputError``."""
    archive = options.archive
    if options.check:
        made = check(archive)
        screen.done(msg("{path}: nothing wrong, files: {count}", path=archive, count=made.files))
        return ExitStatus.DONE
    saved = library()
    made = back_up(saved.folder, archive, without=(saved.answers_folder.name,))
    screen.notices([Fault(name, msg("left out, as it is no file that can be saved")) for name in made.left_out])
    size = number(made.size / 1e6, digits=1)
    done = msg("{path}: written and checked, files: {count}, {size} MB", path=archive, count=made.files, size=size)
    screen.done(done)
    return ExitStatus.DONE
