"""Work shared out to the workers of an executor: in order, with progress, and to be stopped.

The executor is one of ``concurrent.futures`` or that of a Dask cluster. Workers need nothing but the installed project:
what they do is handed over by its name, and their tasks are plain values.
"""

from __future__ import annotations

import asyncio
import importlib
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

#: Seconds after which it is looked whether to stop.
LOOK = 0.2
#: Seconds in which a Dask scheduler and a worker of it must have answered.
ANSWER = 10.0


class Cancelled(Exception):  # noqa: N818 - an answer, not an error
    """It was cancelled before there was anything to tell."""


class NoCluster(Exception):  # noqa: N818 - an answer, not an error
    """There is no cluster to work on: Dask is not installed (``reason`` is "missing"), or no scheduler with a worker
    answers at the address in time ("unreachable")."""

    def __init__(self, reason: Literal["missing", "unreachable"]) -> None:
        super().__init__(reason)
        self.reason = reason


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


@contextmanager
def scheduler_executor(address: str) -> Iterator[Executor]:
    """The executor of a Dask cluster, by the address of its scheduler (``tcp://host:8786``), for the time being.

    The workers must have this version of the project installed. Raises :class:`NoCluster`.
    """
    try:
        # An extra that most installations do without, slow to import and only half typed.
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise NoCluster("missing") from None
    try:
        # Not by a client: one that was never connected may lock up the next one when it is thrown away.
        asyncio.run(_answered(distributed, address))
        client = distributed.Client(address, timeout=ANSWER, set_as_default=False)
    except (OSError, ValueError, OverflowError):
        # An address that cannot be one has a wrong value, or a port beyond all ports.
        raise NoCluster("unreachable") from None
    with client:
        try:
            # Without a worker every task would wait for ever.
            client.wait_for_workers(1, timeout=ANSWER)
        except OSError:
            raise NoCluster("unreachable") from None
        executor: Executor = client.get_executor()
        yield executor


async def _answered(distributed: Any, address: str) -> None:
    """Waits until a scheduler answers. Raises ``OSError``, and what an impossible address raises."""
    safely = distributed.Security().get_connection_args("client")
    comm = await distributed.comm.connect(address, timeout=ANSWER, **safely)
    await comm.close()


def shared_out(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    executor: Executor,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], bool] | None = None,
    so_far: Callable[[list[Result | None]], None] | None = None,
) -> list[Result | None]:
    """The result of each task, in order; ``None`` for those that were not begun when ``cancel`` said so.

    A Dask cluster does not tell what was begun: there it is ``None`` for all that were not done.
    ``work`` is a function that other processes can import. ``progress`` gets the number of tasks done and of all, and
    ``so_far`` what came of those done, in the same order.
    """
    futures = [executor.submit(work, task) for task in tasks]
    open_: set[Future[Result]] = set(futures)
    try:
        while open_:
            done, open_ = wait(open_, timeout=LOOK, return_when=FIRST_COMPLETED)
            if progress and done:
                progress(len(futures) - len(open_), len(futures))
            if so_far and done and open_:
                so_far([None if future in open_ or future.exception() else future.result() for future in futures])
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
