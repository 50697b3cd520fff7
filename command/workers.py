"""Who computes for ``kim explore`` and ``kim state``: processes or a cluster, until Ctrl+C."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from multiprocessing import forkserver, resource_tracker

from files.faults import Fault, InputError
from files.typed import shown
from optimizer.explore.workers import NoCluster, scheduler_executor
from translation import msg
from workers.limits import hard_limit
from workers.pool import Pool, Terms


@contextmanager
def workers(
    count: int | None = None, scheduler: str | None = None, *, time_limit: float | None = None
) -> Iterator[Executor]:
    """So many processes, else one for each processor; or the cluster of a Dask ``scheduler``.

    A process whose task should have ended after ``time_limit`` seconds and did not is ended, with all that it started.
    """
    if scheduler is not None:
        with ExitStack() as stack:
            try:
                executor = stack.enter_context(scheduler_executor(scheduler))
            except NoCluster as error:
                raise InputError([_no_cluster(scheduler, error.reason)]) from None
            yield executor
        return
    terms = Terms(None if time_limit is None else hard_limit(time_limit))
    with Pool(count or os.cpu_count() or 1, _context(), _nothing, terms=terms) as own:
        yield own


def _nothing() -> None:
    """What a process begins with."""


def _context() -> multiprocessing.context.BaseContext:
    """How processes are begun: not by fork, and deaf to Ctrl+C from their first moment on."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    # First, because it lets the signal through again when it begins.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return multiprocessing.get_context("forkserver")


def _no_cluster(address: str, reason: str) -> Fault:
    if reason == "missing":
        wrong = msg("the packages for a Dask cluster are not installed")
        return Fault("--scheduler", wrong, msg("pip install 'kim-planer[dask]'; or leave the option out"))
    wrong = msg("no Dask scheduler with a worker answers at “{address}”", address=shown(address))
    return Fault("--scheduler", wrong, msg("the address that dask scheduler prints, such as tcp://host:8786"))


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl+C was pressed; pressed again, it ends the command."""
    stopped = threading.Event()

    def stop(*_: object) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    if threading.current_thread() is not threading.main_thread():
        yield stopped.is_set
        return
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped.is_set
    finally:
        signal.signal(signal.SIGINT, before)
