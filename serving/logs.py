"""The log of the server: a line for each thing, which says the job or the session that it is about."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: Our own rooms; others, such as Streamlit, write their own.
_ROOMS = ("app", "exploring", "files", "geodata", "hosting", "maps", "optimizer", "reports", "scenarios", "serving")
_ALSO = ("views", "wording", "workers")
_FORM = "%(asctime)s %(levelname)s [%(about)s] %(name)s: %(message)s"
_JOB: ContextVar[str] = ContextVar("job", default="")
_SESSION: list[Callable[[], str]] = []


@contextmanager
def about_job(id: str) -> Iterator[None]:
    """What is logged within is about a job."""
    token = _JOB.set(id)
    try:
        yield
    finally:
        _JOB.reset(token)


def begin_logging(session: Callable[[], str] | None = None) -> None:
    """Has this process write its log to standard error; ``session`` says whose page is being drawn."""
    if session is not None:
        _SESSION[:] = [session]
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_FORM))
    handler.addFilter(_named)
    for room in (*_ROOMS, *_ALSO):
        logger = logging.getLogger(room)
        if not logger.handlers:
            logger.addHandler(handler)
            logger.setLevel(logging.INFO)
            logger.propagate = False


def _named(record: logging.LogRecord) -> bool:
    record.about = _JOB.get() or (_SESSION[0]() if _SESSION else "") or "-"
    return True
