"""What the operating system refuses, in sentences of our own: its words are English, and name folders of the server."""

from __future__ import annotations

import errno
import logging
from pathlib import Path

from files.faults import Fault, InputError
from files.typed import shown
from translation import Message, msg

_LOG = logging.getLogger(__name__)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_AWAY = {errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.EHOSTUNREACH}
_BUSY = {errno.EBUSY, errno.EAGAIN, errno.ETXTBSY, errno.ENOLCK, errno.EMFILE, errno.ENFILE}
_OTHER_KIND = {errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY, errno.ELOOP}
#: Windows says so where another program has a file open (ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION).
_HELD = {32, 33}


def reason(error: OSError) -> Message:
    """Why the system refused, such as a full disk."""
    number = error.errno
    if getattr(error, "winerror", None) in _HELD or number in _BUSY:
        return msg("another program is using it")
    if number in _FULL:
        return msg("the disk is full")
    if number == errno.EROFS:
        return msg("this drive can only be read")
    if number in _FORBIDDEN:
        return msg("the right to do so is missing")
    if number == errno.ENOENT:
        return msg("it is not there any more")
    if number == errno.ENAMETOOLONG:
        return msg("the name is too long")
    if number in _OTHER_KIND:
        return msg("something else stands in its place")
    if number in _AWAY:
        return msg("the drive does not answer")
    return msg("the system refuses it")


def remedy(error: OSError) -> Message:
    """What can be done about it."""
    if error.errno in _FULL:
        return msg("make room on the disk, then try again")
    if error.errno in _FORBIDDEN and getattr(error, "winerror", None) not in _HELD:
        return msg("a folder that may be written to; who looks after the computer can give the right")
    return msg("try again; if that does not help, the log of the program says more")


def refused(error: OSError, path: Path, wrong: Message) -> InputError:
    """The fault for a file that could not be written, moved or made; the log keeps the words of the system."""
    _LOG.warning("%s: %s", wrong, error)
    return InputError([Fault(shown(path.name), wrong, remedy(error))])
