"""What scenario files were before, and those that were removed: in folders beside them that no list of files shows.

``.versions/<stem>/`` holds what was saved in ``<stem>.yaml``, ``.trash/<stem>/`` that file where it was removed. A
record is named after the moment in UTC and who did it, by initials or, with a login, by name:
``20261128T185657000000Z-AB.yaml``.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from files.faults import InputError
from files.reading import read_content
from files.typed import invisible
from files.writing import make_folder, write_atomically
from files.yaml_file import MOST_BYTES

SUFFIX = ".yaml"
MOST_VERSIONS = 50
"""Versions that are kept of a scenario; earlier ones are forgotten."""
LONGEST_INITIALS = 5
LONGEST_NAME = 60
"""Signs of a name that stands in a record's."""
_TRASH = ".trash"
#: What bears a later date is none of ours, and stands at the end of all dates.
_LAST = datetime(9998, 1, 1, tzinfo=UTC)
_FORM = "%Y%m%dT%H%M%S%fZ"
#: What of a name may stand in that of a file, on every system.
_SIGNS = r"[\w.@ -]"
_NAME = re.compile(rf"(\d{{8}}T\d{{12}}Z)(?:-(\w{_SIGNS}{{0,{LONGEST_NAME - 1}}}))?")


@dataclass(frozen=True, slots=True)
class Record:
    """A file that was kept: ``when`` in UTC, ``who`` the initials, a name or nothing."""

    path: Path
    when: datetime
    who: str

    @property
    def id(self) -> str:
        """What tells it from the others of its scenario."""
        return self.path.stem


def initials(text: str) -> str:
    """What of ``text`` can stand as initials: at most five letters and digits."""
    return "".join(c for c in unicodedata.normalize("NFC", text) if c.isalnum() and not invisible(c))[:LONGEST_INITIALS]


def versions_of(path: Path) -> Path:
    """The folder of what was saved in the scenario file ``path``."""
    return path.parent / ".versions" / path.stem


def trash_of(path: Path) -> Path:
    """The folder of the scenario file ``path`` where it was removed. It stays, so that no other file takes the name."""
    return path.parent / _TRASH / path.stem


def removed_from(folder: Path) -> tuple[Path, ...]:
    """Where in ``folder`` the files stood that something is kept of in the trash, in the order of names."""
    trash = folder / _TRASH
    try:
        return tuple(folder / f"{one.name}{SUFFIX}" for one in sorted(trash.iterdir()) if one.is_dir())
    except OSError:
        return ()


def records(folder: Path, suffix: str = SUFFIX) -> tuple[Record, ...]:
    """What is kept in ``folder`` under names with that ending, the newest first; other files are left alone."""
    found = []
    for path in folder.glob(f"*{suffix}"):
        name = _NAME.fullmatch(path.stem)
        try:
            when = None if name is None else datetime.strptime(name[1], _FORM).replace(tzinfo=UTC)
        except ValueError:
            continue  # no date
        if name is not None and when is not None and when < _LAST:
            found.append(Record(path, when, name[2] or ""))
    return tuple(sorted(found, key=lambda one: one.when, reverse=True))


def next_record(folder: Path, who: str, when: datetime | None = None, suffix: str = SUFFIX) -> Path:
    """The path of a further record, later than all that are there. Raises ``InputError`` where it cannot be written."""
    make_folder(folder)
    when = datetime.now(UTC) if when is None else when
    known = records(folder, suffix)
    if known:
        # The clock may have been set back.
        when = max(when, known[0].when + timedelta(microseconds=1))
    name = when.strftime(_FORM)
    who = "".join(re.findall(_SIGNS, unicodedata.normalize("NFC", who))).lstrip(".@ -")[:LONGEST_NAME].rstrip()
    return folder / (f"{name}-{who}{suffix}" if who else f"{name}{suffix}")


def keep_version(path: Path, content: bytes, who: str, when: datetime | None = None) -> None:
    """Keeps ``content`` as what was saved in ``path``, unless that is the newest version. Raises ``InputError``."""
    folder = versions_of(path)
    known = records(folder)
    if known and _content(known[0]) == content:
        return
    write_atomically(next_record(folder, who, when), content)
    for old in records(folder)[MOST_VERSIONS:]:
        # One too many does no harm.
        with suppress(OSError):
            old.path.unlink(missing_ok=True)


def _content(record: Record) -> bytes | None:
    try:
        return read_content(record.path, record.path.name, MOST_BYTES)
    except InputError:
        return None
