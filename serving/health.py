"""Whether the server can do its work: for who watches it, and for a proxy that chooses among several."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from concurrent.futures import CancelledError
from pathlib import Path

from optimizer.solver import SolverError, works
from scenarios.library import library
from serving.processes import Job, ProcessExpired, Work

GOOD = ("ok", "busy")
"""What stands where all is well; busy where every process has something to do, which ends by its limit."""
#: Seconds for which an answer of a process holds, in which it must come, and that who asks waits for it.
_FRESH, _LIMIT, _WAIT = 30.0, 20.0, 5.0
#: What a saved scenario takes, roughly: a disk that is full has no room for it.
_SIZE = 65_536
_LOG = logging.getLogger(__name__)


class Health:
    """Looks whether what the server needs is there."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._worked = float("-inf")

    def ready(self) -> dict[str, str]:
        """A word about the data directory, and one about the processes and their solver. All :data:`GOOD`: ready."""
        return {"data": _writable(library().folder), "work": self._works()}

    def _works(self) -> str:
        if self._work.closed:
            return "ending"
        if time.monotonic() - self._worked < _FRESH:
            return "ok"
        try:
            # Whoever asks meanwhile waits for the same.
            job = self._work.ask("health", works, timeout=_LIMIT)
            return self._answer(job)
        except (SolverError, ProcessExpired, MemoryError, CancelledError) as failure:
            _LOG.warning("no process solves: %s", failure)
            return "failed"

    def _answer(self, job: Job) -> str:
        try:
            solved = job.result(_WAIT)
        except TimeoutError:
            if job.done:
                return "failed"
            return "busy" if job.place is not None else "slow"
        self._work.forget(job.key)
        if solved:
            self._worked = time.monotonic()
        return "ok" if solved else "failed"


def _writable(folder: Path) -> str:
    """Whether something can be saved in ``folder``, or made there where it does not exist yet."""
    there = next(place for place in (folder, *folder.parents) if place.is_dir())
    if there != folder:
        return "ok" if os.access(there, os.W_OK | os.X_OK) else "not writable"
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_SIZE))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        _LOG.warning("nothing can be saved: %s", error.strerror or error)
        return "not writable"
    return "ok"
