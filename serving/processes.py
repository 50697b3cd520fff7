"""Long work in processes of its own: who asks the same shares one answer, and what nobody wants is stopped."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from functools import cache, partial
from importlib import import_module
from multiprocessing.context import SpawnContext, SpawnProcess
from types import FrameType, ModuleType
from typing import Any, Protocol

from pebble import ProcessExpired, ProcessPool

#: Answers kept for whoever asks again.
MOST_ANSWERS = 512
#: Work in parts that goes on at the same time; what comes later waits.
_MOST_LEADING = 4
#: A task that changes each time it is packed is given up.
_MOST_PACKED = 100
_LOG = logging.getLogger(__name__)
#: Asked before anything is worked out, whoever asks: it raises where they may not. This module knows no rights.
PERMITS: list[Callable[[], object]] = []


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
        self._waiting: set[object] = set()
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

    @property
    def in_parts(self) -> bool:
        """Whether it is :class:`PartedWork`: its share done is known, and stopped it answers with what was done."""
        return isinstance(self._future, PartedWork)

    @property
    def stopped(self) -> bool:
        """Whether it is work in parts that was told to begin no further one."""
        return isinstance(self._future, PartedWork) and self._future.stopped

    @property
    def share(self) -> float | None:
        """How much of it is done, from 0 to 1; ``None`` where that is not known."""
        return self._future.progress.share if isinstance(self._future, PartedWork) else None

    @property
    def so_far(self) -> Any:
        """What is found already of work in parts that tells; else ``None``."""
        return self._future.progress.so_far if isinstance(self._future, PartedWork) else None

    def result(self, timeout: float | None = None) -> Any:
        """The answer; ``TimeoutError`` where there is none after ``timeout`` seconds and the work goes on.

        Raises what the work raised, ``CancelledError`` where it was stopped.
        """
        return self._future.result(timeout)

    @contextmanager
    def wanted(self) -> Iterator[object]:
        """While somebody is in here, the work is not stopped for somebody else; gives what stands for who waits."""
        who = object()
        with self._lock:
            self._waiting.add(who)
        try:
            yield who
        finally:
            with self._lock:
                self._waiting.remove(who)

    def stop(self, who: object = None) -> bool:
        """Ends the work, unless somebody else than ``who`` wants it.

        Says whether it will answer with what was done until then.
        """
        with self._lock:
            return not self._waiting - {who} and not self._future.cancel() and self.in_parts


class Progress:
    """What work in parts tells of itself: it is called with the parts done and of all."""

    def __init__(self) -> None:
        self.share = 0.0
        self.so_far: Any = None

    def __call__(self, done: int, of: int) -> None:
        """So many parts are done of all."""
        self.share = done / of

    def found(self, so_far: Any) -> None:
        """What is found already."""
        self.so_far = so_far


Lead = Callable[[Executor, Progress, Callable[[], bool]], Any]
"""Leads work in parts: gets an executor, what to tell the parts done and of all, and a function that says “stop”."""


class PartedWork:
    """Work whose parts are shared out to processes, led by a thread of the server. It is like a future.

    Stopped, ``lead`` gives what was done until then.
    """

    def __init__(
        self,
        lead: Lead,
        executor: Executor,
        room: threading.Semaphore,
    ) -> None:
        self._lead = lead
        self._executor = executor
        self._room = room
        self._stop = threading.Event()
        self.progress = Progress()
        self._future: Future[Any] = Future()
        # The end of the server does not wait for it.
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with self._room:
            if not self._future.set_running_or_notify_cancel():
                return
            try:
                answer = self._lead(self._executor, self.progress, self._stop.is_set)
            except BaseException as failure:
                self._future.set_exception(failure)
            else:
                self._future.set_result(answer)

    @property
    def stopped(self) -> bool:
        """Whether it was told to begin no further part."""
        return self._stop.is_set()

    def done(self) -> bool:
        """Whether there is an answer."""
        return self._future.done()

    def cancelled(self) -> bool:
        """Whether it was stopped before it began."""
        return self._future.cancelled()

    def cancel(self) -> bool:
        """Begins no further part; whether it had not begun at all."""
        self._stop.set()
        return self._future.cancel()

    def exception(self) -> BaseException | None:
        """What it raised."""
        return self._future.exception()

    def result(self, timeout: float | None = None) -> Any:
        """The answer; raises ``TimeoutError`` where there is none yet."""
        return self._future.result(timeout)


class _Workers(Executor):
    """Hands tasks to the processes a few at a time, so that those who ask for something short need not wait long."""

    def __init__(self, schedule: Callable[..., Any], at_once: int) -> None:
        self._schedule = schedule
        self._free = at_once
        self._waiting: deque[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = deque()
        self._lock = threading.Lock()

    def submit(self, function: Callable[..., Any], /, *args: Any, **_more: Any) -> Future[Any]:
        """As of every executor; ``function`` stands at the top of a module."""
        future: Future[Any] = Future()
        with self._lock:
            self._waiting.append((future, function, args))
        self._next()
        return future

    def _next(self) -> None:
        while True:
            with self._lock:
                if self._free <= 0 or not self._waiting:
                    return
                future, function, args = self._waiting.popleft()
                if not future.set_running_or_notify_cancel():
                    continue
                self._free -= 1
            try:
                taken = self._schedule(function, args)
            except Exception as failure:
                # Without it, whoever waits for this part, or for those behind it, would wait for ever.
                with self._lock:
                    self._free += 1
                future.set_exception(failure)
                continue
            taken.add_done_callback(partial(self._ended, future))

    def _ended(self, future: Future[Any], ended: Any) -> None:
        failure = CancelledError() if ended.cancelled() else ended.exception()
        if failure is None:
            future.set_result(ended.result())
        else:
            future.set_exception(failure)
        with self._lock:
            self._free += 1
        self._next()


class Shelf(Protocol):
    """Where answers outlast the server."""

    def read(self, key: str) -> Any:
        """The answer under ``key``, ``None`` where there is none."""

    def write(self, key: str, answer: Any) -> None:
        """Puts an answer there, if it is one to be kept."""


class Work:
    """A few processes, as many as the machine has cores, and the answers they gave."""

    def __init__(self, processes: int | None = None) -> None:
        self._processes = processes or os.cpu_count() or 1
        self._pool = self._begun()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.RLock()
        self._room = threading.Semaphore(_MOST_LEADING)

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
        shelf: Shelf | None = None,
    ) -> Job:
        """The job that answers ``key``: a known one, else ``function(*args)``, which ends after ``timeout`` seconds.

        ``function`` stands at the top of a module; what goes in and out must be picklable. Work that failed begins
        again, except where it failed with one of ``outcomes``. An answer on the ``shelf`` is taken
        from there, another one put there. Raises what :data:`PERMITS` raise.
        """
        _permit()

        def start() -> Any:
            known = None if shelf is None else shelf.read(key)
            if known is not None:
                return _finished(known)
            begun = self._scheduled(function, args, timeout)
            if shelf is not None:
                begun.add_done_callback(partial(_put, key, shelf))
            return begun

        return self._asked(key, start, outcomes)

    def known(self, key: str, shelf: Shelf) -> Job | None:
        """The job that answers ``key`` where there is one, or an answer on the shelf; no work is begun."""
        with self._lock:
            job = self._jobs.get(key)
        answer = shelf.read(key) if job is None else None
        return job if answer is None else self._asked(key, lambda: _finished(answer), ())

    def ask_in_parts(
        self,
        key: str,
        lead: Lead,
        outcomes: tuple[type[BaseException], ...] = (),
        *,
        whole: bool = False,
    ) -> Job:
        """The same for work that shares itself out (:class:`PartedWork`).

        Where the answer must be ``whole``, work that was stopped begins again, too.
        """
        _permit()
        executor = _Workers(self._scheduled, self._processes)
        if whole:
            with self._lock:
                if key in self._jobs and self._jobs[key].stopped:
                    del self._jobs[key]
        return self._asked(key, lambda: PartedWork(lead, executor, self._room), outcomes)

    def _scheduled(self, function: Callable[..., Any], args: tuple[Any, ...], timeout: float | None = None) -> Any:
        packed = _packed((function, args))
        with self._lock:
            if not self._pool.active:
                # It does not survive if its processes cannot be started, for want of memory, say.
                self._pool = self._begun()
            return self._pool.schedule(_call, args=(packed,), timeout=timeout)

    def _asked(self, key: str, start: Callable[[], Any], outcomes: tuple[type[BaseException], ...]) -> Job:
        with self._lock:
            job = self._jobs.get(key)
            if job is None or not job.stands(outcomes):
                job = Job(key, start)
            self._jobs[key] = job
            self._jobs.move_to_end(key)
            while len(self._jobs) > MOST_ANSWERS:
                self._jobs.popitem(last=False)
            return job

    def prepare(self, *modules: str) -> None:
        """Has a process begin and load what it will need, while the server does something else."""
        self._asked(f"prepare {modules}", lambda: self._scheduled(_load, (modules,), None), ())

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


def _packed(task: object) -> bytes:
    """A task for a process. Packed by the pool, one that cannot be would end the pool's thread, and all work with it.

    Figures of a plan are computed when they are asked for, by other pages too: then it is packed once more.
    """
    for _ in range(_MOST_PACKED):
        try:
            return pickle.dumps(task)
        except RuntimeError as changed:
            _LOG.debug("a task changed while it was packed", exc_info=changed)
    return pickle.dumps(task)


def _call(packed: bytes) -> Any:
    """In a process: does a task."""
    function, args = pickle.loads(packed)
    return function(*args)


def _load(modules: Sequence[str]) -> None:
    for name in modules:
        import_module(name)


def _finished(answer: object) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(answer)
    return future


def _put(key: str, shelf: Shelf, ended: Future[Any]) -> None:
    if not ended.cancelled() and ended.exception() is None:
        shelf.write(key, ended.result())


@cache
def work() -> Work:
    """The processes of this server."""
    return Work()


def _permit() -> None:
    for permit in PERMITS:
        permit()


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
