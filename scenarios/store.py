"""Keep scenarios in files: save a change without losing another person's change; list; name files."""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from files.csv_table import read_content
from files.faults import Fault, InputError
from files.typed import shown
from files.writing import write_atomically
from files.yaml_file import MOST_BYTES, digest_of
from scenarios.rendering import rendered
from scenarios.scenario import load_scenario, parse_scenario
from scenarios.schema import Scenario
from translation import msg

SUFFIX = ".yaml"
_LONGEST_NAME = 60
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# Windows opens a device under these names.
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
_WRITING = threading.Lock()


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
    """Every scenario file of ``folder`` in the order of file names; a faulty one is listed with its faults."""
    listed = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        if path.name.startswith("."):
            continue
        try:
            listed.append(Listed(path, load_scenario(path)))
        except InputError as error:
            listed.append(Listed(path, None, error.faults))
    return tuple(listed)


def file_name(name: str) -> str:
    """A file name for a scenario of that name: small letters, digits and hyphens, on every system allowed."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_UMLAUTS)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", text)[:_LONGEST_NAME].strip("-")
    if not stem or _RESERVED.fullmatch(stem):
        stem = f"szenario-{stem}".rstrip("-")
    return stem + SUFFIX


def free_path(folder: Path, name: str) -> Path:
    """A path in ``folder`` for a new scenario of that name that no file has yet."""
    first = folder / file_name(name)
    path, count = first, 1
    while path.exists():
        count += 1
        path = first.with_name(f"{first.stem}-{count}{SUFFIX}")
    return path


def save_scenario(path: Path, scenario: Scenario, *, digest: str | None) -> Scenario:
    """Save ``scenario`` in ``path`` and return it as read from there.

    ``digest`` is that of the file as it was read (``Scenario.source.digest``), ``None`` for a new file. Raises
    :class:`ConflictError` where the file is another one by now, and ``InputError`` where it cannot be written, or
    would be too large to be read again.
    """
    with _WRITING:
        present = _present(path)
        current = None if present is None else digest_of(present)
        if current != digest:
            raise ConflictError(path, scenario, _readable(path, present), current)
        content = rendered(present, scenario, str(path))
        saved = parse_scenario(content, str(path))
        if content != present:
            write_atomically(path, content)
    return saved


def remove_scenario(path: Path, digest: str | None) -> None:
    """Removes the file, unless it is another one than that of ``digest`` by now.

    Raises :class:`ConflictError` where somebody changed it, and ``InputError`` where it cannot be removed.
    """
    with _WRITING:
        present = _present(path)
        if present is None:
            return
        theirs = _readable(path, present)
        if digest_of(present) != digest:
            raise ConflictError(path, None, theirs, digest_of(present))
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            wrong = msg("the file cannot be removed ({reason})", reason=shown(error.strerror))
            raise InputError([Fault(str(path), wrong, msg("a folder that may be written to"))]) from None


def _present(path: Path) -> bytes | None:
    return read_content(path, str(path), MOST_BYTES) if path.exists() else None


def _readable(path: Path, content: bytes | None) -> Scenario | None:
    try:
        return None if content is None else parse_scenario(content, str(path))
    except InputError:
        return None
