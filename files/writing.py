"""Files that are written as a whole or not at all."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from files.faults import Fault, InputError
from files.typed import shown
from translation import msg


def write_atomically(path: Path, content: bytes) -> None:
    """Writes a file so that a reader sees the old one or the new one, never a half. Raises ``InputError``."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with temporary.open("xb") as stream:
            if path.exists():
                temporary.chmod(path.stat().st_mode)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        wrong = msg("the file cannot be written ({reason})", reason=shown(error.strerror))
        raise InputError([Fault(str(path), wrong, msg("a folder that may be written to"))]) from None


def make_folder(folder: Path) -> None:
    """Makes ``folder`` and those above it, where they are not there. Raises ``InputError``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        wrong = msg("the folder cannot be made ({reason})", reason=shown(error.strerror))
        raise InputError([Fault(str(folder), wrong, msg("a folder that may be written to"))]) from None
