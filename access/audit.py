"""The record of who did what and when: a line of JSON for each, without contents. Kept only where it is set so.

``{"time": "2026-11-28T18:56:57Z", "who": "muster@kreis.example", "what": "scenario.save", "about": "saved/modell-4"}``;
``"refused": true`` where somebody was not allowed to. A file that has grown large becomes ``audit.1.jsonl`` and so on.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FILE = "audit.jsonl"
_LOG = logging.getLogger(__name__)
_WRITING = threading.Lock()
#: Seconds to wait for another process of the server.
_PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Record:
    """Where the record is kept: a file of at most ``most_bytes`` in ``folder``, and ``files`` - 1 that came before."""

    folder: Path
    most_bytes: int
    files: int

    @property
    def path(self) -> Path:
        """The file that is written to."""
        return self.folder / FILE

    def add(self, line: str) -> None:
        """Writes a line; raises ``OSError``."""
        # Read only here: whoever keeps no record starts sooner.
        from filelock import FileLock

        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = line.encode() + b"\n"
        with _WRITING, FileLock(self.folder / f".{FILE}.lock", timeout=_PATIENCE, mode=0o600):
            if self.path.exists() and self.path.stat().st_size + len(content) > self.most_bytes:
                self._turn()
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "ab") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())

    def _turn(self) -> None:
        paths = [self.path, *(self.path.with_name(f"audit.{number}.jsonl") for number in range(1, self.files))]
        for older, newer in zip(paths[:0:-1], paths[-2::-1], strict=True):
            if newer.exists():
                newer.replace(older)
        self.path.unlink(missing_ok=True)


_KEPT: list[Record] = []


def keep(record: Record | None) -> None:
    """From now on the record is kept there, or not at all."""
    _KEPT[:] = [] if record is None else [record]


def note(who: str, what: str, about: str = "", *, refused: bool = False) -> None:
    """Notes what ``who`` did, where a record is kept. If it cannot be written, the log says so and nothing stops."""
    if not _KEPT:
        return
    line = {"time": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"), "who": who, "what": what}
    line["about"] = about
    try:
        _KEPT[0].add(json.dumps(line | ({"refused": True} if refused else {}), ensure_ascii=False))
    except (OSError, TimeoutError):
        _LOG.exception("the audit record cannot be written")
