"""Files of a folder that anybody may have put something into: ordinary files only, and names that can be shown."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

from files.faults import Fault, InputError
from files.system import reason
from files.typed import invisible
from translation import Message, msg, number

MOST_BYTES = 20_000_000
_LOG = logging.getLogger(__name__)
#: Neither a pipe without a writer nor a device lets an opening wait; unknown to Windows, which has no such files.
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def read_content(path: Path, file: str, most_bytes: int = MOST_BYTES) -> bytes:
    """The bytes of ``path``, named ``file`` in faults.

    Raises ``InputError`` where it is missing, too large, or no ordinary file: to read a pipe has no end.
    """
    try:
        _check_ordinary(path.stat().st_mode, file)
        with os.fdopen(os.open(path, os.O_RDONLY | _AT_ONCE), "rb") as stream:
            # It may be another one since.
            _check_ordinary(os.fstat(stream.fileno()).st_mode, file)
            content = stream.read(most_bytes + 1)
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError([_missing(path, file)]) from None
    except OSError as error:
        _LOG.warning("a file cannot be read: %s", error)
        wrong = msg("the file cannot be read ({reason})", reason=reason(error))
        raise InputError([Fault(file, wrong, msg("a file that may be read"))]) from None
    except ValueError:
        raise InputError([Fault(file, msg("no file can have this name"), msg("a file of another name"))]) from None
    check_size(content, file, most_bytes)
    return content


def check_size(content: bytes, file: str, most_bytes: int = MOST_BYTES) -> None:
    """Raises ``InputError`` where the bytes of a file, also of an upload, are too many."""
    if len(content) > most_bytes:
        allowed = msg("at most {size}", size=number(most_bytes / 1e6, 1, "MB"))
        raise InputError([Fault(file, msg("the file is too large"), allowed)])


def _missing(path: Path, file: str) -> Fault:
    if path.is_symlink():
        return Fault(file, msg("the link leads to no file"), msg("the file itself, or a link to one that is there"))
    return Fault(file, msg("the file does not exist"), msg("a file of this name"))


def _check_ordinary(mode: int, file: str) -> None:
    if stat.S_ISREG(mode):
        return
    wrong = msg("this is a folder and no file") if stat.S_ISDIR(mode) else msg("this is a pipe or device and no file")
    raise InputError([Fault(file, wrong, msg("an ordinary file"))])


def listed_files(folder: Path, suffix: str) -> list[Path]:
    """Everything in ``folder`` whose name ends in ``suffix``, in the order of names; what is hidden is left out.

    Whether it is a file that can be read is told where it is read.
    """
    return sorted(path for path in folder.glob(f"*{suffix}") if not path.name.startswith("."))


def misnamed(name: str) -> tuple[Message, Message] | None:
    """What is wrong with the name of a file that is no text (not UTF-8), and what is allowed; ``None`` for others.

    No page, table or address could hold it.
    """
    if invisible(name) is None:
        return None
    return msg("its name cannot be shown"), msg("a name of visible characters in UTF-8; rename it")
