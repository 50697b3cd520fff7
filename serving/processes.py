"""Long work in processes of its own: who asks the same shares one answer, and what nobody wants is stopped."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Any, Protocol
from uuid import uuid4

from serving import tally
from serving.allowance import Allowance, allowance
from serving.logs import about_job, begin_logging
from serving.parted import Lead, PartedWork, Parts, Progress, Room
from workers.limits import limit_memory
from workers.pool import Pool, Terms
from workers.worker import Overdue, ProcessExpired, packed

#: Answers kept for whoever asks again.
MOST_ANSWERS = 512
#: Work in parts that goes on at the same time; what comes later waits.
_MOST_LEADING = 4
#: A task that changes each time it is packed is given up.
_MOST_PACKED = 100
_LOG = logging.getLogger(__name__)
#: Says who asks at this moment: a session or, where people log in, a person. This module knows neither.
ASKED_BY: list[Callable[[], str]] = []
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

    def __init__(
        self, key: str, start: Callable[[str], Any], place: Callable[[Any], int | None] = lambda _: None
    ) -> None:
        self.key = key
        self.id = uuid4().hex[:8]
        self._asked = time.monotonic()
        self._waiting: set[object] = set()
        self._lock = threading.Lock()
        self._place = place
        self._future = start(self.id)

    @property
    def kind(self) -> str:
        """What is done, in a word."""
        return self.key.split(" ", 1)[0]

    @property
    def place(self) -> int | None:
        """Which one it is of those that wait, from 1 on; ``None`` where it is being done or is done."""
        return self._future.place if isinstance(self._future, PartedWork) else self._place(self._future)

    def when_done(self, then: Callable[[Job, Any], object]) -> None:
        """Has something done with its future once it is."""
        self._future.add_done_callback(lambda future: then(self, future))

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
        """Time since the work began, or was asked for where it has not."""
        return time.monotonic() - (getattr(self._future, "begun", None) or self._asked)

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


class Shelf(Protocol):
    """Where answers outlast the server."""

    def read(self, key: str) -> Any:
        """The answer under ``key``, ``None`` where there is none."""

    def write(self, key: str, answer: Any) -> None:
        """Puts an answer there, if it is one to be kept."""


class Work:
    """A few processes, as many as the machine has cores, and the answers they gave."""

    def __init__(self, processes: int | None = None, allowed: Allowance | None = None) -> None:
        self._allowed = allowed or allowance()
        self._processes = processes or self._allowed.processes or os.cpu_count() or 1
        most = self._allowed.jobs or max(2, self._processes // 2)
        # One process more, so that who asks for a plan does not wait for what takes long.
        self._pool = Pool(self._processes, _Context(), _begin, spare=1, most_jobs=most)
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.RLock()
        self._room = Room(_MOST_LEADING, most)

    def ask(
        self,
        key: str,
        function: Callable[..., Any],
        *args: object,
        timeout: float | None = None,
        outcomes: tuple[type[BaseException], ...] = (),
        shelf: Shelf | None = None,
        long: bool = False,
    ) -> Job:
        """The job that answers ``key``: a known one, else ``function(*args)``, ended after ``timeout`` seconds.

        ``function`` stands at the top of a module; what goes in and out must be picklable. Work that failed begins
        again, except where it failed with one of ``outcomes``. An answer on the ``shelf`` is taken
        from there, another one put there. What takes ``long`` leaves a process to what does not. Raises what
        :data:`PERMITS` raise.
        """
        _permit()

        def start(id: str) -> Any:
            known = None if shelf is None else shelf.read(key)
            if known is not None:
                return _finished(known)
            begun = self._scheduled(function, args, timeout, Terms(long=long, owner=_owner(), job=id))
            if shelf is not None:
                begun.add_done_callback(partial(_put, key, shelf))
            return begun

        job = self._asked(key, start, outcomes)
        if not long:
            # Others may have asked for it before, without waiting.
            self._pool.hurry(job._future)
        return job

    def known(self, key: str, shelf: Shelf) -> Job | None:
        """The job that answers ``key`` where there is one, or an answer on the shelf; no work is begun."""
        with self._lock:
            job = self._jobs.get(key)
        answer = shelf.read(key) if job is None else None
        return job if answer is None else self._asked(key, lambda _: _finished(answer), ())

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
        owner = _owner()
        if whole:
            with self._lock:
                if key in self._jobs and self._jobs[key].stopped:
                    del self._jobs[key]

        def start(id: str) -> PartedWork:
            terms = Terms(owner=owner, job=id)
            parts = Parts(lambda function, args: self._scheduled(function, args, None, terms), self._processes)
            return PartedWork(partial(_led, lead, id), parts, self._room, owner)

        return self._asked(key, start, outcomes)

    def _scheduled(
        self, function: Callable[..., Any], args: tuple[Any, ...], timeout: float | None, terms: Terms
    ) -> Future[Any]:
        most = self._allowed.seconds
        limit = most if timeout is None else min(timeout, most)
        task = _packed(_done, (terms.job, function, args))
        return self._pool.schedule(task, replace(terms, limit=limit))

    def _asked(self, key: str, start: Callable[[str], Any], outcomes: tuple[type[BaseException], ...]) -> Job:
        with self._lock:
            job = self._jobs.get(key)
            if job is None or not job.stands(outcomes):
                job = Job(key, start, self._pool.place)
                if not job.done:
                    job.when_done(tally.ended)
            self._jobs[key] = job
            self._jobs.move_to_end(key)
            while len(self._jobs) > MOST_ANSWERS:
                self._jobs.popitem(last=False)
            return job

    def prepare(self, *modules: str) -> None:
        """Has a process begin and load what it will need, while the server does something else."""
        terms = Terms(job="prepare")
        self._asked(f"prepare {' '.join(modules)}", lambda _: self._scheduled(_load, (modules,), None, terms), ())

    def forget(self, key: str) -> None:
        """Lets finished work be done anew when it is next asked for."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and job.done:
                del self._jobs[key]

    def counts(self) -> tuple[int, int]:
        """How many tasks are being done, and how many wait."""
        return self._pool.counts()

    @property
    def closed(self) -> bool:
        """Whether no further work is begun."""
        return self._pool.closed

    def close(self, seconds: float = 0.0) -> None:
        """Begins nothing more, and ends everything; what is being done may go on for some ``seconds``."""
        self._pool.shutdown(seconds=seconds)


def _packed(function: Callable[..., Any], args: tuple[Any, ...]) -> bytes:
    """A task for a process. Figures of a plan are computed when they are asked for, by other pages too: then it is
    packed once more.
    """
    for _ in range(_MOST_PACKED):
        try:
            return packed(function, args)
        except RuntimeError as changed:
            _LOG.debug("a task changed while it was packed", exc_info=changed)
    return packed(function, args)


def _done(job: str, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """In a process: does a task, which log lines are about."""
    with about_job(job):
        return function(*args)


def _led(lead: Lead, job: str, *means: Any) -> Any:
    with about_job(job):
        return lead(*means)


def _owner() -> str:
    return ASKED_BY[0]() if ASKED_BY else ""


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
    """What a process begins with."""
    # They compute side by side; threads of each would only stand in each other's way, and take memory.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    begin_logging()
    limit_memory(allowance().megabytes)


__all__ = ["CancelledError", "Job", "Overdue", "ProcessExpired", "Progress", "Work", "work"]
