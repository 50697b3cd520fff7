"""Files that are written as a whole or not at all, for the eyes of this account only, and by one process at a time."""

from __future__ import annotations

import errno
import logging
import os
import re
import shutil
import stat
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from files.faults import Fault, InputError
from files.system import reason, refused
from files.typed import shown
from translation import msg

LOCK_FILE = ".lock"
"""Stands in a folder in which somebody saved; who holds it may change what is there."""
PATIENCE = 10.0
"""Seconds that a save waits for another one."""
LEFTOVER_SECONDS = 3600
WORKSHOP = ".kim-"
"""What the name of a folder begins with in which a data set is being made."""
_MINE = 0o600
#: What the owner and the group may do stays as somebody set it; others never get anything.
_NOT_OTHERS = 0o770
_BINARY = getattr(os, "O_BINARY", 0)
_LEFTOVER = re.compile(rf"\..+\.[0-9a-f]{{32}}\.tmp|{re.escape(WORKSHOP)}\w+", re.DOTALL)
_LOG = logging.getLogger(__name__)
_THREADS = threading.Lock()
#: Drives that know no locks.
_NO_LOCKS = {errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK}


class TakenError(Exception):
    """There is a file of that name already."""


def write_atomically(path: Path, content: bytes, *, new: bool = False, private: bool = True) -> None:
    """Writes a file so that a reader sees the old one or the new one, never a half, also after a power failure.

    No other account may look into it where it is ``private``. Raises ``InputError`` where it cannot be written and,
    where it must be ``new``, :class:`TakenError` where there is one already.
    """
    temporary = path.with_name(f".{path.name[:100]}.{uuid.uuid4().hex}.tmp")
    try:
        mode = _MINE if private else 0o666
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode), "wb") as stream:
            if not new and path.exists():
                temporary.chmod(path.stat().st_mode & (_NOT_OTHERS if private else 0o777))
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if new:
            _put_new(temporary, path)
        else:
            temporary.replace(path)
        settle(path.parent)
    except OSError as error:
        wrong = msg("the file cannot be written ({reason})", reason=reason(error))
        raise refused(error, path, wrong) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _put_new(temporary: Path, path: Path) -> None:
    try:
        if os.name == "nt":
            temporary.rename(path)  # refuses to replace
            return
        try:
            path.hardlink_to(temporary)
        except PermissionError:
            # Drives that know no links, such as those of Windows: the name is taken first.
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MINE))
            temporary.replace(path)
    except FileExistsError:
        raise TakenError from None


def settle(folder: Path) -> None:
    """Has the names in ``folder`` written to the disk, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def settle_all(folder: Path, *, private: bool = True) -> None:
    """Has every file in ``folder`` written to the disk, for this account only if ``private``. Raises ``OSError``."""
    for path in sorted(folder.iterdir()):
        if private:
            path.chmod(_MINE)
        handle = os.open(path, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    settle(folder)


def make_folder(folder: Path) -> None:
    """Makes ``folder`` and those above it for this account only, where they are not there. Raises ``InputError``."""
    try:
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        for one in reversed(missing):
            one.mkdir(mode=0o700, exist_ok=True)
            settle(one.parent)
        if not folder.is_dir():
            folder.mkdir()
    except OSError as error:
        wrong = msg("the folder cannot be made ({reason})", reason=reason(error))
        raise refused(error, folder, wrong) from None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """While somebody is in here, no other thread and no other process is, as far as the drive can lock.

    Raises ``InputError`` where another one stays in for long, or where nothing can be written in ``folder``.
    """
    make_folder(folder)
    with _THREADS:
        lock = FileLock(folder / LOCK_FILE, timeout=PATIENCE, mode=_MINE, fallback_to_soft=False)
        try:
            lock.acquire()
        except Timeout:
            wrong = msg("somebody else is saving in this folder at the moment")
            raise InputError([Fault(shown(folder.name), wrong, msg("try again in a moment"))]) from None
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                wrong = msg("nothing can be written in the folder ({reason})", reason=reason(error))
                raise refused(error, folder, wrong) from None
            _LOG.warning("this drive cannot lock: only one process may write in %s", folder)
        try:
            yield
        finally:
            lock.release()


def clear_leftovers(folder: Path) -> None:
    """Removes what saves left behind in ``folder`` and below that were broken off more than an hour ago.

    Only what bears a name that this module gives; whatever cannot be removed stays.
    """
    oldest = time.time() - LEFTOVER_SECONDS
    for place, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            path = Path(place, name)
            if not _LEFTOVER.fullmatch(name):
                continue
            with suppress(OSError):
                state = path.lstat()
                if state.st_mtime > oldest:
                    continue
                if stat.S_ISDIR(state.st_mode):
                    shutil.rmtree(path)
                else:
                    path.unlink()


def keep_from_others(folder: Path) -> None:
    """Takes from all other accounts the right to look into ``folder``, where it is there and ours."""
    with suppress(OSError):
        mode = folder.stat().st_mode
        if mode & 0o007:
            folder.chmod(stat.S_IMODE(mode) & _NOT_OTHERS)
