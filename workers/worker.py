"""One process that does tasks, one after the other, each within a limit."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from types import FrameType
from typing import Any

from workers.ending import end_with_parent, kill, lead_group

_BEGUN = b"begun"
#: Seconds in which a process must have started.
_START = 60.0


class ProcessExpired(RuntimeError):  # noqa: N818 - the usual name
    """The process that did the work ended, or none could be started: killed by somebody, or for want of memory."""


class NotBegun(ProcessExpired):
    """It had ended before it was given the work, which may be given to another one."""


class Overdue(TimeoutError):  # noqa: N818 - an outcome, not an error of the program
    """The work did not end in its time and was ended, with all that it had started."""


class Worker:
    """A process, from its start on. After :class:`ProcessExpired` and :class:`Overdue` it does no further task."""

    def __init__(self, context: BaseContext, begin: Callable[[], None]) -> None:
        ours, theirs = context.Pipe()
        # What a process that is killed leaves behind is removed with it.
        self._folder = tempfile.mkdtemp(prefix="kim-")
        arguments = (theirs, self._folder, begin)
        self._connection: Connection[Any, Any] = ours
        # mypy: only the contexts of each way to begin have the class.
        self._process = context.Process(target=_serve, args=arguments, daemon=True)  # type: ignore[attr-defined]
        try:
            self._process.start()
        except BaseException:
            ours.close()
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        finally:
            theirs.close()

    @property
    def alive(self) -> bool:
        """Whether a task can be given to it."""
        return not wait([self._process.sentinel], 0)

    def do(self, task: bytes, limit: float | None) -> Any:
        """What comes of a packed function with its arguments, within ``limit`` seconds. Raises what that raises."""
        begun = False
        try:
            self._connection.send_bytes(task)
            begun = self._received(_START) == _BEGUN
            told = self._received(limit)
        except (EOFError, OSError) as error:
            if isinstance(error, Overdue):
                self.kill()
                raise
            raise (ProcessExpired if begun else NotBegun)("the process ended before its work was done") from error
        done, answer = pickle.loads(told)
        if done:
            return answer
        raise answer

    def _received(self, limit: float | None) -> bytes:
        # The clock on the wall may jump; the one of this does not.
        if not wait([self._connection, self._process.sentinel], limit):
            raise Overdue("the work did not end in its time")
        return self._connection.recv_bytes()

    def kill(self) -> None:
        """Ends it, and what it started, from any thread."""
        kill(self._process.pid)

    def end(self) -> None:
        """Ends it for good. What it started may outlive it where somebody else killed it."""
        self.kill()
        self._process.join()
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def packed(function: Callable[..., Any], args: tuple[Any, ...]) -> bytes:
    """A task for a worker."""
    return pickle.dumps((function, args))


def _serve(connection: Connection[Any, Any], folder: str, begin: Callable[[], None]) -> None:
    """In the process: does tasks until nobody is left to give any."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lead_group()
    end_with_parent(folder)
    if sys.platform != "win32":
        signal.signal(signal.SIGTERM, _end)
    tempfile.tempdir = folder
    begin()
    with suppress(EOFError, OSError):
        while True:
            task = connection.recv_bytes()
            connection.send_bytes(_BEGUN)
            connection.send_bytes(_done(task))


def _done(task: bytes) -> bytes:
    try:
        function, args = pickle.loads(task)
        return pickle.dumps((True, function(*args)))
    except BaseException as error:
        error.add_note("".join(traceback.format_exception(error)))
        try:
            told = pickle.dumps((False, error))
            pickle.loads(told)
        except Exception:
            return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
        return told


def _end(_signal: int, _frame: FrameType | None) -> None:
    kill(os.getpid())
