"""Work in parts: shared out to processes a few at a time, led by a thread of the server, and stopped halfway."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from functools import partial
from typing import Any


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


class Room:
    """So many pieces of work go on at the same time, and so many of each owner; what comes later waits for its turn."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most, self._most_each = most, most_each
        self._changed = threading.Condition()
        self._waiting: list[tuple[object, str]] = []
        self._inside: list[tuple[object, str]] = []

    @contextmanager
    def entered(self, work: object, owner: str) -> Iterator[None]:
        """Waits until there is room for it, and holds that."""
        own = (work, owner)
        with self._changed:
            self._waiting.append(own)
            self._changed.wait_for(lambda: self._next() == own)
            self._waiting.remove(own)
            self._inside.append(own)
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._inside.remove(own)
                self._changed.notify_all()

    def place(self, work: object) -> int | None:
        """Which one it is of those that wait, from 1 on; ``None`` where it does not wait."""
        with self._changed:
            return next((number for number, (one, _) in enumerate(self._waiting, 1) if one is work), None)

    def _next(self) -> tuple[object, str] | None:
        inside = Counter(owner for _, owner in self._inside)
        may = [one for one in self._waiting if not one[1] or inside[one[1]] < self._most_each]
        if len(self._inside) >= self._most or not may:
            return None
        return min(may, key=lambda one: inside[one[1]])


class PartedWork:
    """Work whose parts are shared out to processes, led by a thread of the server. It is like a future.

    Stopped, ``lead`` gives what was done until then.
    """

    def __init__(
        self,
        lead: Lead,
        executor: Executor,
        room: Room,
        owner: str = "",
    ) -> None:
        self._lead = lead
        self._executor = executor
        self._room = room
        self._owner = owner
        self._stop = threading.Event()
        self.progress = Progress()
        self.begun: float | None = None
        self._future: Future[Any] = Future()
        # The end of the server does not wait for it.
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with self._room.entered(self, self._owner):
            if not self._future.set_running_or_notify_cancel():
                return
            self.begun = time.monotonic()
            try:
                answer = self._lead(self._executor, self.progress, self._stop.is_set)
            except BaseException as failure:
                self._future.set_exception(failure)
            else:
                self._future.set_result(answer)

    @property
    def place(self) -> int | None:
        """Which one it is of those that wait to begin, from 1 on; ``None`` where it has begun."""
        return self._room.place(self)

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

    def add_done_callback(self, then: Callable[[Any], object]) -> None:
        """Has something done with it once there is an answer, or the certainty that there will be none."""
        self._future.add_done_callback(lambda _: then(self))

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


class Parts(Executor):
    """Hands tasks to the processes a few at a time, so that those who ask for something short need not wait long."""

    def __init__(self, schedule: Callable[[Callable[..., Any], tuple[Any, ...]], Future[Any]], at_once: int) -> None:
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

    def _ended(self, future: Future[Any], ended: Future[Any]) -> None:
        failure = CancelledError() if ended.cancelled() else ended.exception()
        if failure is None:
            future.set_result(ended.result())
        else:
            future.set_exception(failure)
        with self._lock:
            self._free += 1
        self._next()
