"""What is known of a county: read, checked, built, drawn."""

from __future__ import annotations

from functools import cache
from pathlib import Path, PurePosixPath, PureWindowsPath

from files.faults import Fault, InputError
from files.typed import instead, shown
from translation import msg

COUNTIES = Path(__file__).parent / "counties"
TRASH = ".trash"
"""Where data sets are that were removed, beside the others: nobody else's gets the name of one of them."""
_NAME = "name: "


def county_names() -> tuple[str, ...]:
    """The counties that come with the program: folder names in ``geodata/counties/``, in order."""
    return tuple(sorted(folder.name for folder in COUNTIES.iterdir() if folder.is_dir()))


@cache
def shipped_name(folder: str) -> str:
    """What people call a county that comes with the program: ``name`` in its ``county.yaml``, read in no time."""
    with (COUNTIES / folder / "county.yaml").open(encoding="utf-8") as lines:
        named = (line.removeprefix(_NAME).strip() for line in lines if line.startswith(_NAME))
        return next(named, folder)


def county_folder(name_or_path: str, relative_to: Path, *, anywhere: bool = False) -> Path:
    """The folder that ``county`` of a scenario means (docs/dateien.md).

    ``name_or_path`` is a folder name in ``geodata/counties/`` or a path relative to the folder ``relative_to``; a path
    that is not relative only where it may be ``anywhere``, since a scenario comes from other people: to look at
    ``\\\\server\\share`` is to log in there. Raises ``InputError`` where neither exists.
    """
    if name_or_path in county_names():
        return COUNTIES / name_or_path
    if not anywhere and not _relative(name_or_path):
        wrong = msg("the county “{name}” is named by a full path", name=shown(name_or_path))
        allowed = msg("the name of a county, or a path that begins at the scenario's file")
        raise InputError([Fault(shown(name_or_path), wrong, allowed)])
    folder = relative_to / name_or_path
    if name_or_path.strip() and _is_folder(folder):
        return folder
    if folder.name.strip(".") and _is_folder(folder.parent / TRASH / folder.name):
        wrong = msg("the county data set “{name}” is in the trash", name=shown(folder.name))
        allowed = msg("restore it on the page “Data”, under “Data sets saved here”, or choose another one")
        raise InputError([Fault(shown(name_or_path), wrong, allowed)])
    wrong = msg("there is no county “{name}”", name=shown(name_or_path))
    raise InputError([Fault(shown(name_or_path), wrong, instead(name_or_path, county_names()))])


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        # A name that no file system takes, such as one of a thousand characters.
        return False


def _relative(path: str) -> bool:
    """Whether a path begins at a folder that is known: it has no root and no drive, on whatever system."""
    windows = PureWindowsPath(path)
    return not (PurePosixPath(path).is_absolute() or windows.root or windows.drive)
