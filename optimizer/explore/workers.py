"""Work shared out to the workers of an executor: in order, with progress, and to be stopped."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

#: Seconds after which it is looked whether to stop.
LOOK = 0.2


@contextmanager
def executor_or_own(executor: Executor | None) -> Iterator[Executor]:
    """The executor, or for the time being one with a process per processor."""
    if executor is not None:
        yield executor
        return
    # Not by fork: that would copy the threads and locks of a server.
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context(method)) as own:
        yield own


def shared_out(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    executor: Executor,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> list[Result | None]:
    """The result of each task, in order; ``None`` for those that were not begun when ``cancel`` said so.

    ``work`` is a function that other processes can import. ``progress`` gets the number of tasks done and of all.
    """
    futures = [executor.submit(work, task) for task in tasks]
    open_: set[Future[Result]] = set(futures)
    try:
        while open_:
            done, open_ = wait(open_, timeout=LOOK, return_when=FIRST_COMPLETED)
            if progress and done:
                progress(len(futures) - len(open_), len(futures))
            if cancel is not None and cancel():
                break
    finally:
        for future in open_:
            future.cancel()
    return [_result(future) for future in futures]


def _result(future: Future[Result]) -> Result | None:
    # What was already begun is waited for; it is short.
    try:
        return future.result()
    except CancelledError:
        return None
