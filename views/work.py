"""Long work in processes of its own: who asks the same shares one answer, and what nobody wants is stopped."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import cache
from multiprocessing.context import SpawnContext, SpawnProcess
from types import FrameType, ModuleType
from typing import Any

from pebble import ProcessExpired, ProcessPool

#: Answers kept for whoever asks again.
MOST_ANSWERS = 512


class _Process(SpawnProcess):
    """A process that begins afresh, without the script that the server is running at that moment.

    Otherwise each would import the whole application first, or fail where the script is gone.
    """

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - the name in multiprocessing
        script, nothing = sys.modules["__main__"], ModuleType("__main__")
        sys.modules["__main__"] = nothing
        try:
            return SpawnProcess._Popen(process_obj)
        finally:
            # Streamlit may have begun another script meanwhile.
            if sys.modules["__main__"] is nothing:
                sys.modules["__main__"] = script


class _Context(SpawnContext):
    Process = _Process


class Job:
    """Work that was asked for under a key. Finished, it stays as the answer."""

    def __init__(self, key: str, start: Callable[[], Any]) -> None:
        self.key = key
        self.begun = time.monotonic()
        self._waiting = 0
        self._lock = threading.Lock()
        self._future = start()

    @property
    def done(self) -> bool:
        """Whether there is an answer, or the certainty that there will be none."""
        return bool(self._future.done())

    def stands(self, outcomes: tuple[type[BaseException], ...]) -> bool:
        """Whether there is an answer or may be one; of failures only those ``outcomes`` that are one, too."""
        if not self.done:
            return True
        if self._future.cancelled():
            return False
        failure = self._future.exception()
        return failure is None or isinstance(failure, outcomes)

    @property
    def seconds(self) -> float:
        """Time since the work was asked for."""
        return time.monotonic() - self.begun

    def result(self, timeout: float | None = None) -> Any:
        """The answer; ``TimeoutError`` where there is none after ``timeout`` seconds and the work goes on.

        Raises what the work raised, ``CancelledError`` where it was stopped.
        """
        return self._future.result(timeout)

    @contextmanager
    def wanted(self) -> Iterator[None]:
        """While somebody is in here, the work is not stopped for somebody else."""
        with self._lock:
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1

    def stop(self) -> None:
        """Ends the work, unless somebody wants it."""
        with self._lock:
            if not self._waiting:
                self._future.cancel()


class Work:
    """A few processes, as many as the machine has cores, and the answers they gave."""

    def __init__(self, processes: int | None = None) -> None:
        self._processes = processes or os.cpu_count() or 1
        self._pool = self._begun()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()

    def _begun(self) -> ProcessPool:
        # A fork of a server with many threads may stand still.
        return ProcessPool(self._processes, initializer=_begin, context=_Context())

    def ask(
        self,
        key: str,
        function: Callable[..., Any],
        *args: object,
        timeout: float | None = None,
        outcomes: tuple[type[BaseException], ...] = (),
    ) -> Job:
        """The job that answers ``key``: a known one, else ``function(*args)``, which ends after ``timeout`` seconds.

        ``function`` stands at the top of a module; what goes in and out must be picklable. Work that failed begins
        again, except where it failed with one of ``outcomes``.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None or not job.stands(outcomes):
                if not self._pool.active:
                    # It does not survive if its processes cannot be started, for want of memory, say.
                    self._pool = self._begun()
                job = Job(key, lambda: self._pool.schedule(function, args=args, timeout=timeout))
            self._jobs[key] = job
            self._jobs.move_to_end(key)
            while len(self._jobs) > MOST_ANSWERS:
                self._jobs.popitem(last=False)
            return job

    def forget(self, key: str) -> None:
        """Lets finished work be done anew when it is next asked for."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and job.done:
                del self._jobs[key]

    def close(self) -> None:
        """Ends everything."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


@cache
def work() -> Work:
    """The processes of this server."""
    return Work()


def _begin() -> None:
    """At the start of a process: what it started (the solver) ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        return
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, _end)


def _end(_signal: int, _frame: FrameType | None) -> None:
    if sys.platform != "win32":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)
    os._exit(1)


__all__ = ["CancelledError", "Job", "ProcessExpired", "Work", "work"]
