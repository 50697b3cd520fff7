"""The files of ``kim explore schedule``: poster and calendar."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

from command.screen import Screen
from exploring.query import Subject
from files.faults import Fault, InputError
from files.system import reason
from files.writing import write_atomically
from optimizer.way.schedule import Schedule
from scenarios.library import library
from translation import Language, msg


def save_schedule(
    about: Subject, found: Schedule, start: date, options: argparse.Namespace, screen: Screen
) -> list[Fault]:
    """Writes the files that were asked for, which count from ``start``; what kept one from being written."""
    faults: list[Fault] = []
    for path, make in _asked(about, found, start, options, screen.language):
        try:
            write_atomically(path, make(), private=False)
        except OSError as error:
            wrong = msg("the file cannot be written ({reason})", reason=reason(error))
            faults.append(Fault(str(path), wrong, msg("a folder that may be written to")))
        except InputError as error:
            faults += error.faults
        else:
            if options.json != "-":
                screen.done(msg("Written: {file}", file=path))
    return faults


def _asked(
    about: Subject, found: Schedule, start: date, options: argparse.Namespace, language: Language
) -> Iterator[tuple[Path, Callable[[], bytes]]]:
    if options.pdf is not None:
        yield options.pdf, partial(_poster, about, found, language, start)
    if options.ics is not None:
        yield options.ics, partial(_calendar, about, found, language, start)


# What makes the files is loaded with the first of them: no other question waits for it.


def _poster(about: Subject, found: Schedule, language: Language, start: date) -> bytes:
    from reports.schedule.poster import poster
    from reports.style import style_in

    return poster(about, found, language, start, style_in(library().folder))


def _calendar(about: Subject, found: Schedule, language: Language, start: date) -> bytes:
    from reports.schedule.calendar import calendar

    return calendar(about, found, language, start)
