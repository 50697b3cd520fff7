"""Data sets of counties that were removed: in the trash beside the others, to be restored under the same name.

A scenario names the folder of its data set. So nobody else's gets a name that is in the trash, and a data set that is
restored is again what its scenarios rest on.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from files.faults import Fault, InputError
from files.system import reason, refused
from files.typed import shown
from files.writing import locked, settle
from geodata import TRASH
from scenarios.history import Record, next_record, records
from translation import msg

_ENDING = ".county"


@dataclass(frozen=True, slots=True)
class RemovedCounty:
    """A data set in the trash: ``folder`` is where it stood."""

    folder: Path
    record: Record


def remove_county(folder: Path, who: str = "") -> None:
    """Moves the data set in ``folder`` to the trash; ``who`` are the initials of who does it.

    Raises ``InputError`` where it is gone already or cannot be moved.
    """
    with locked(folder.parent):
        if not folder.is_dir():
            wrong = msg("this data set is no longer there")
            raise InputError([Fault(shown(folder.name), wrong, msg("one of the list"))])
        _move(folder, next_record(folder.parent / TRASH / folder.name, who, suffix=_ENDING))


def removed_counties(counties: Path) -> tuple[RemovedCounty, ...]:
    """The data sets in the trash of the folder ``counties``, the last removed first."""
    try:
        names = sorted(one.name for one in (counties / TRASH).iterdir() if one.is_dir())
    except OSError:
        return ()
    found = [
        RemovedCounty(counties / name, record) for name in names for record in records(counties / TRASH / name, _ENDING)
    ]
    return tuple(sorted(found, key=lambda one: one.record.when, reverse=True))


def restore_county(removed: RemovedCounty) -> None:
    """Moves a data set back to where it stood. Raises ``InputError`` where another one stands there by now.

    So it does where somebody else restored it, and where it cannot be moved.
    """
    with locked(removed.folder.parent):
        name = shown(removed.folder.name)
        if not removed.record.path.exists():
            wrong = msg("somebody else took this data set out of the trash")
            raise InputError([Fault(name, wrong, msg("look at the list again"))])
        if os.path.lexists(removed.folder):
            wrong = msg("there is a data set {folder} already", folder=name)
            raise InputError([Fault(name, wrong, msg("remove that one first"))])
        _move(removed.record.path, removed.folder)
        with suppress(OSError):  # another one of that name is in there
            removed.record.path.parent.rmdir()


def _move(folder: Path, target: Path) -> None:
    try:
        folder.replace(target)
    except OSError as error:
        wrong = msg("the data set cannot be moved ({reason})", reason=reason(error))
        raise refused(error, folder, wrong) from None
    for place in {folder.parent, target.parent}:
        settle(place)
