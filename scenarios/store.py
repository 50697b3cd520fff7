"""Keep scenarios in files: save a change without losing another person's change; list; name files."""

from __future__ import annotations

import os
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from files.faults import Fault, InputError
from files.reading import listed_files, misnamed, read_content
from files.system import reason, refused
from files.typed import shown
from files.writing import TakenError, locked, settle, write_atomically
from files.yaml_file import MOST_BYTES, digest_of
from scenarios.history import SUFFIX, Record, keep_version, next_record, records, removed_from, trash_of, versions_of
from scenarios.rendering import rendered
from scenarios.scenario import load_scenario, parse_scenario
from scenarios.schema import Scenario
from translation import msg

_LONGEST_NAME = 60
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# Windows opens a device under these names.
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


class ConflictError(Exception):
    """The file is not the one that was read: somebody else changed, removed or created it.

    ``mine`` is what was to be saved (``None``: the file was to be removed), ``theirs`` what the file says now (``None``
    where it is gone or cannot be read). Saving with ``digest`` replaces their version knowingly.
    """

    def __init__(self, path: Path, mine: Scenario | None, theirs: Scenario | None, digest: str | None) -> None:
        self.path, self.mine, self.theirs, self.digest = path, mine, theirs, digest
        self.message = msg("{file} was changed by somebody else in the meantime", file=shown(path.name))
        super().__init__(str(self.message))


@dataclass(frozen=True, slots=True)
class Listed:
    """A scenario file of a folder: the scenario, or why it cannot be read."""

    path: Path
    scenario: Scenario | None
    faults: tuple[Fault, ...] = ()


def list_scenarios(folder: Path) -> tuple[Listed, ...]:
    """Every scenario file of ``folder`` in the order of file names; a faulty one is listed with its faults.

    So is what bears such a name and is no file, or a name that is no text.
    """
    found = []
    for path in listed_files(folder, SUFFIX):
        wrong = misnamed(path.name)
        try:
            if wrong is not None:
                raise InputError([Fault(shown(path.name), *wrong)])
            found.append(Listed(path, load_scenario(path, path.name)))
        except InputError as error:
            found.append(Listed(path, None, error.faults))
    return tuple(found)


def file_name(name: str) -> str:
    """A file name for a scenario of that name: small letters, digits and hyphens, on every system allowed."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_UMLAUTS)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", text).strip("-")
    if len(stem) > _LONGEST_NAME:
        # A date at the end is what tells a copy with the figures of another year from the others.
        end = re.search(r"(?:-[0-9]{1,4}){0,3}$", stem)
        kept = end[0] if end else ""
        most = _LONGEST_NAME - len(kept)
        words = re.fullmatch(r"(.+)-[^-]*", stem[: most + 1])
        # No part of a word at the end, which would read as another one.
        stem = (stem[:most] if words is None else words[1]).strip("-") + kept
    if not stem or _RESERVED.fullmatch(stem):
        stem = f"szenario-{stem}".rstrip("-")
    return stem + SUFFIX


def free_path(folder: Path, name: str) -> Path:
    """A path in ``folder`` for a new scenario of that name that no file has, or had: links to that one stay its own."""
    first = folder / file_name(name)
    path, count = first, 1
    # A link that leads nowhere has the name, too.
    while os.path.lexists(path) or trash_of(path).exists():
        count += 1
        path = first.with_name(f"{first.stem}-{count}{SUFFIX}")
    return path


def save_scenario(path: Path, scenario: Scenario, *, digest: str | None, who: str = "") -> Scenario:
    """Save ``scenario`` in ``path`` and return it as read from there. The version before is kept.

    ``digest`` is that of the file as it was read (``Scenario.source.digest``), ``None`` for a new file. ``who`` are
    the initials of who saves. Raises
    :class:`ConflictError` where the file is another one by now, and ``InputError`` where it cannot be written, or
    would be too large to be read again.
    """
    with locked(path.parent):
        present = _present(path)
        current = None if present is None else digest_of(present)
        if current != digest:
            raise ConflictError(path, scenario, _readable(path, present), current)
        content = rendered(present, scenario, path.name)
        saved = parse_scenario(content, shown(path.name))
        if content != present:
            _replace(path, present, content, who)
    return saved


def restore_version(path: Path, version: Record, digest: str | None, who: str = "") -> Scenario:
    """Save what ``version`` holds in ``path`` again, comments and all; conditions are those of :func:`save_scenario`.

    Raises ``InputError`` too where the version is gone or cannot be read any more.
    """
    with locked(path.parent):
        content = read_content(version.path, path.name, MOST_BYTES)
        scenario = parse_scenario(content, shown(path.name))
        present = _present(path)
        current = None if present is None else digest_of(present)
        if current != digest:
            raise ConflictError(path, scenario, _readable(path, present), current)
        if content != present:
            _replace(path, present, content, who)
    return scenario


def _replace(path: Path, present: bytes | None, content: bytes, who: str) -> None:
    """Writes the file; what it said before is kept, also where somebody changed it by hand."""
    if present is not None:
        keep_version(path, present, "", _written(path))
    try:
        write_atomically(path, content, new=present is None)
    except TakenError:
        theirs = _present(path)
        digest = None if theirs is None else digest_of(theirs)
        raise ConflictError(path, parse_scenario(content, path.name), _readable(path, theirs), digest) from None
    # Where this fails, all that is lost are the initials: the next save keeps what it finds.
    with suppress(InputError):
        keep_version(path, content, who)


def _written(path: Path) -> datetime | None:
    """When the file was changed; ``None`` where its date is none, or is still to come."""
    try:
        when = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return None
    return when if when < datetime.now(UTC) else None


def remove_scenario(path: Path, digest: str | None, who: str = "", *, useless: bool = False) -> None:
    """Moves the file to the trash, unless it is another one than that of ``digest`` by now.

    A ``useless`` one, which is listed with its faults, goes whatever it holds. Raises :class:`ConflictError` where
    somebody changed it, and ``InputError`` where it cannot be removed.
    """
    with locked(path.parent):
        if not useless:
            present = _present(path)
            if present is None:
                return
            if digest_of(present) != digest:
                raise ConflictError(path, None, _readable(path, present), digest_of(present))
        _move(path, next_record(trash_of(path), who))


@dataclass(frozen=True, slots=True)
class Removed:
    """A scenario in the trash: ``path`` is where it stood; without ``scenario`` its file is faulty."""

    path: Path
    record: Record
    scenario: Scenario | None

    @property
    def name(self) -> str:
        """What people call it; the file's name where the file cannot be read."""
        return shown(self.path.name) if self.scenario is None else self.scenario.name


def list_removed(folder: Path) -> tuple[Removed, ...]:
    """What was removed from ``folder`` and is in the trash, the last first."""
    found = []
    for path in removed_from(folder):
        for record in records(trash_of(path)):
            try:
                found.append(Removed(path, record, load_scenario(record.path, record.path.name)))
            except InputError:
                found.append(Removed(path, record, None))
    return tuple(sorted(found, key=lambda one: one.record.when, reverse=True))


def restore_removed(removed: Removed) -> Path:
    """Moves a file out of the trash and says where to: where it stood or, where another one stands by now, beside it.

    Raises :class:`ConflictError` where it is in the trash no more, and ``InputError`` where it cannot be moved.
    """
    path = removed.path
    with locked(path.parent):
        if not removed.record.path.exists():
            present = _present(path)
            digest = None if present is None else digest_of(present)
            raise ConflictError(path, removed.scenario, _readable(path, present), digest)
        if path.exists():
            path = free_path(path.parent, removed.name)
        _move(removed.record.path, path)
        with suppress(OSError):  # something else of that name is in there
            trash_of(removed.path).rmdir()
    return path


def purge_removed(removed: Removed) -> None:
    """Removes a file from the trash, and the versions of a scenario of which nothing is left. Raises ``InputError``."""
    with locked(removed.path.parent):
        try:
            removed.record.path.unlink(missing_ok=True)
            if not removed.path.exists() and not records(trash_of(removed.path)):
                for version in records(versions_of(removed.path)):
                    version.path.unlink(missing_ok=True)
        except OSError as error:
            raise _unmoved(removed.record.path, error) from None


def _move(path: Path, target: Path) -> None:
    try:
        path.replace(target)
    except OSError as error:
        raise _unmoved(path, error) from None
    for folder in {path.parent, target.parent}:
        settle(folder)


def _unmoved(path: Path, error: OSError) -> InputError:
    return refused(error, path, msg("the file cannot be removed ({reason})", reason=reason(error)))


def _present(path: Path) -> bytes | None:
    return read_content(path, shown(path.name), MOST_BYTES) if os.path.lexists(path) else None


def _readable(path: Path, content: bytes | None) -> Scenario | None:
    try:
        return None if content is None else parse_scenario(content, shown(path.name))
    except InputError:
        return None
