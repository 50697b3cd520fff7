"""Processes that share work: short work never waits behind long, and each who asks has a turn."""

from __future__ import annotations

import atexit
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from multiprocessing.context import BaseContext
from queue import SimpleQueue
from typing import Any
from weakref import WeakSet

from workers.worker import NotBegun, Overdue, ProcessExpired, Worker, packed


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a task is done.

    ``limit``: the seconds after which it is ended. ``long`` work leaves a process to short work. Of all ``owner``, who
    have it done, the one with the least at work is next. Tasks with the same ``job`` count as one piece of work.
    """

    limit: float | None = None
    long: bool = True
    owner: str = ""
    job: str = ""


class Outcome(Future[Any]):
    """What comes of a task; ``begun`` is when a process was given it, by ``time.monotonic``."""

    begun: float | None = None


@dataclass(eq=False, slots=True)
class _Task:
    number: int
    content: bytes
    terms: Terms
    #: Whether it goes on, once begun, whatever becomes of its future.
    kept: bool
    future: Outcome = field(default_factory=Outcome)
    worker: Worker | None = None

    @property
    def job(self) -> tuple[str, object]:
        """The piece of work that it belongs to."""
        return self.terms.owner, self.terms.job or self.number


class _Keeper:
    """A thread with a process for it, which it begins when it is first needed."""

    def __init__(self, do: Callable[[_Keeper, _Task], None]) -> None:
        self.worker: Worker | None = None
        self.tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self.thread = threading.Thread(target=self._run, args=(do,), daemon=True)
        self.thread.start()

    def _run(self, do: Callable[[_Keeper, _Task], None]) -> None:
        while (task := self.tasks.get()) is not None:
            do(self, task)
        self.drop()

    def drop(self) -> None:
        """Ends the process."""
        if self.worker is not None:
            self.worker.end()
            self.worker = None


class Pool(Executor):
    """At most ``processes`` for long work, and ``spare`` ones more where there is short work, too.

    ``begin`` is called in each process at its start, ``terms`` are those of :meth:`submit`. Nobody has more than
    ``most_jobs`` pieces of work done at once of the long and of the short each, where it is known who asks.
    """

    def __init__(
        self,
        processes: int,
        context: BaseContext,
        begin: Callable[[], None],
        *,
        spare: int = 0,
        terms: Terms = Terms(),
        most_jobs: int | None = None,
    ) -> None:
        self._processes, self._most = processes, processes + spare
        self._context, self._begin, self._terms, self._most_jobs = context, begin, terms, most_jobs
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._numbers = count()
        #: In the order in which they came, the long and the short by who asked.
        self._waiting: dict[tuple[bool, str], deque[_Task]] = {}
        self._running: list[_Task] = []
        self._idle: list[_Keeper] = []
        self._keepers: list[_Keeper] = []
        self._closed = False
        _POOLS.add(self)

    def submit(self, function: Callable[..., Any], /, *args: Any, **_more: Any) -> Future[Any]:
        """As of every executor: what was begun cannot be cancelled."""
        return self._put(packed(function, args), self._terms, kept=True)

    def schedule(self, task: bytes, terms: Terms) -> Future[Any]:
        """Has a :func:`~workers.worker.packed` task done. Cancelled, it is ended whatever it is doing.

        The future raises what the task does, ``Overdue`` or ``ProcessExpired``.
        """
        return self._put(task, terms, kept=False)

    def place(self, future: Future[Any]) -> int | None:
        """Which one it is of those that wait, from 1 on; ``None`` where it does not wait."""
        with self._lock:
            waiting = list(self._all_waiting())
            own = next((task for task in waiting if task.future is future), None)
            if own is None:
                return None
            before = (task for task in waiting if task.number < own.number and task.terms.long == own.terms.long)
            return 1 + len({task.job for task in before} - {own.job})

    def hurry(self, future: Future[Any]) -> None:
        """Makes short work of what waits."""
        with self._lock:
            for task in list(self._all_waiting()):
                if task.future is future and task.terms.long:
                    self._take(task)
                    task.terms, task.number = replace(task.terms, long=False), next(self._numbers)
                    self._line_up(task)
            self._hand_out()

    @property
    def closed(self) -> bool:
        """Whether no further work is begun."""
        return self._closed

    def counts(self) -> tuple[int, int]:
        """How many tasks are being done, and how many wait."""
        with self._lock:
            return len(self._running), sum(1 for _ in self._all_waiting())

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True, seconds: float = 0.0) -> None:  # noqa: ARG002
        """Ends everything; what is being done may go on for some ``seconds``."""
        end = time.monotonic() + seconds
        with self._lock:
            self._closed = True
            waiting = list(self._all_waiting())
            self._waiting.clear()
            while self._running and (left := end - time.monotonic()) > 0:
                self._changed.wait(left)
            for task in self._running:
                if task.worker is not None:
                    task.worker.kill()
            keepers, self._keepers, self._idle = self._keepers, [], []
        for task in waiting:
            task.future.cancel()
        for keeper in keepers:
            keeper.tasks.put(None)
        for keeper in keepers:
            if keeper.thread is not threading.current_thread():
                keeper.thread.join()

    # -- who is next ------------------------------------------------------------------------------------------------

    def _put(self, content: bytes, terms: Terms, *, kept: bool) -> Future[Any]:
        with self._lock:
            if self._closed:
                raise ProcessExpired("no further work is begun")
            task = _Task(next(self._numbers), content, terms, kept)
            self._line_up(task)
            if not kept:
                task.future.add_done_callback(lambda ended: self._cancelled(task) if ended.cancelled() else None)
            self._hand_out()
        return task.future

    def _line_up(self, task: _Task) -> None:
        self._waiting.setdefault((task.terms.long, task.terms.owner), deque()).append(task)

    def _take(self, task: _Task) -> None:
        line = self._waiting[task.terms.long, task.terms.owner]
        line.remove(task)
        if not line:
            del self._waiting[task.terms.long, task.terms.owner]

    def _all_waiting(self) -> Iterator[_Task]:
        for line in self._waiting.values():
            yield from line

    def _hand_out(self) -> None:
        """Gives tasks to whoever is free. The lock is held."""
        while not self._closed and len(self._running) < self._most and (task := self._next()) is not None:
            self._take(task)
            if task.kept and not task.future.set_running_or_notify_cancel():
                continue
            self._running.append(task)
            task.future.begun = time.monotonic()
            # Rather one whose process has begun.
            self._idle.sort(key=lambda keeper: keeper.worker is not None)
            if self._idle:
                keeper = self._idle.pop()
            else:
                keeper = _Keeper(self._do)
                self._keepers.append(keeper)
            keeper.tasks.put(task)

    def _next(self) -> _Task | None:
        """The task to be begun next, if one may be: short work first, and of whoever has the least at work."""
        for long in (False, True):
            running = [task for task in self._running if task.terms.long == long]
            if long and len(running) >= self._processes:
                continue
            jobs = {task.job for task in running}
            lines = (line for (kind, _), line in self._waiting.items() if kind == long)
            may = [task for line in lines if (task := self._first(line, jobs)) is not None]
            if may:
                at_work = Counter(task.terms.owner for task in running)
                return min(may, key=lambda task: (at_work[task.terms.owner], task.number))
        return None

    def _first(self, line: deque[_Task], running: set[tuple[str, object]]) -> _Task | None:
        """The first one of an owner that may be begun beside the jobs that are running."""
        owner = line[0].terms.owner
        if self._most_jobs is None or not owner or sum(job[0] == owner for job in running) < self._most_jobs:
            return line[0]
        return next((task for task in line if task.job in running), None)

    # -- doing it ---------------------------------------------------------------------------------------------------

    def _do(self, keeper: _Keeper, task: _Task) -> None:
        answer, failure = None, None
        try:
            answer = self._done(keeper, task)
        except BaseException as error:
            failure = error
            if isinstance(error, (Overdue, ProcessExpired, MemoryError)):
                keeper.drop()
        with self._lock:
            self._running.remove(task)
            self._idle.append(keeper)
            self._changed.notify_all()
            self._hand_out()
        # Meanwhile it may have been cancelled.
        with suppress(InvalidStateError):
            if failure is None:
                task.future.set_result(answer)
            else:
                task.future.set_exception(failure)

    def _done(self, keeper: _Keeper, task: _Task) -> Any:
        while True:
            fresh = keeper.worker is None
            try:
                return self._done_by(keeper.worker or self._begun(keeper), task)
            except NotBegun:
                # Somebody ended it while it had nothing to do.
                keeper.drop()
                if fresh:
                    raise

    def _begun(self, keeper: _Keeper) -> Worker:
        try:
            keeper.worker = Worker(self._context, self._begin)
        except OSError as error:
            raise ProcessExpired("no process can be started") from error
        return keeper.worker

    def _done_by(self, worker: Worker, task: _Task) -> Any:
        with self._lock:
            if self._closed or task.future.cancelled():
                raise ProcessExpired("nobody wants it any more")
            task.worker = worker
        try:
            return worker.do(task.content, task.terms.limit)
        finally:
            with self._lock:
                task.worker = None

    def _cancelled(self, task: _Task) -> None:
        with self._lock:
            if task in self._all_waiting():
                self._take(task)
            elif task.worker is not None:
                task.worker.kill()


_POOLS: WeakSet[Pool] = WeakSet()


@atexit.register
def _end() -> None:
    """With this process end those that work for it, also those that hear nothing any more."""
    for pool in list(_POOLS):
        pool.shutdown()
