"""How jobs ended: a line in the log for each, and counts of all for who watches the server."""

from __future__ import annotations

import logging
import threading
from collections import Counter, defaultdict
from concurrent.futures import CancelledError
from typing import Any, Protocol

from serving.logs import about_job
from workers.worker import Overdue, ProcessExpired

_LOG = logging.getLogger(__name__)
#: What the server asks of itself, without anything to tell.
_USUAL = ("health", "prepare")
_LOCK = threading.Lock()
_ENDED: Counter[tuple[str, str]] = Counter()
_SECONDS: defaultdict[str, float] = defaultdict(float)


class _Job(Protocol):
    id: str

    @property
    def kind(self) -> str: ...

    @property
    def seconds(self) -> float: ...


def ended(job: _Job, future: Any) -> None:
    """Counts a job that is over."""
    kind, seconds, end = job.kind, job.seconds, _end(future)
    with _LOCK:
        _ENDED[kind, end] += 1
        _SECONDS[kind] += seconds
    with about_job(job.id):
        level = logging.INFO if end in ("done", "stopped") else logging.WARNING
        if kind in _USUAL and end == "done":
            level = logging.DEBUG
        _LOG.log(level, "%s: %s after %.1f s", kind, end, seconds)


def _end(future: Any) -> str:
    try:
        failure = CancelledError() if future.cancelled() else future.exception()
    except CancelledError as cancelled:
        failure = cancelled
    match failure:
        case None:
            return "done"
        case CancelledError():
            return "stopped"
        case Overdue():
            return "overdue"
        case MemoryError():
            return "memory"
        case ProcessExpired():
            return "killed"
    return "failed"


def metrics(running: int, waiting: int, sessions: int | None = None) -> str:
    """The counts in the text form of Prometheus."""
    with _LOCK:
        ends, seconds = sorted(_ENDED.items()), sorted(_SECONDS.items())
    lines = [
        *_metric("kim_tasks_running", "gauge", "Tasks that processes are doing.", [("", running)]),
        *_metric("kim_tasks_waiting", "gauge", "Tasks that wait for a process.", [("", waiting)]),
        *_metric(
            "kim_jobs_ended_total",
            "counter",
            "Jobs that are over, by what they were and how they ended.",
            [(f'{{kind="{kind}",end="{end}"}}', count) for (kind, end), count in ends],
        ),
        *_metric(
            "kim_job_seconds_total",
            "counter",
            "Seconds from when jobs were asked for to their end.",
            [(f'{{kind="{kind}"}}', round(total, 3)) for kind, total in seconds],
        ),
    ]
    if sessions is not None:
        lines += _metric("kim_sessions", "gauge", "Pages that are open.", [("", sessions)])
    return "\n".join(lines) + "\n"


def _metric(name: str, kind: str, about: str, values: list[tuple[str, float]]) -> list[str]:
    return [f"# HELP {name} {about}", f"# TYPE {name} {kind}", *(f"{name}{label} {value}" for label, value in values)]
