"""When the time of a command is over: for what looks at the clock, and for what hears nothing any more."""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from command.screen import Screen
from command.status import ExitStatus
from command.streams import tell
from translation import translate
from workers.limits import hard_limit


def late(time_limit: float | None) -> Callable[[], bool]:
    """Whether a time in seconds is over."""
    end = math.inf if time_limit is None else time.monotonic() + time_limit
    return lambda: time.monotonic() > end


@contextmanager
def ended_when_late(time_limit: float | None, screen: Screen) -> Iterator[None]:
    """Ends the command where what is done within should have ended after ``time_limit`` seconds and does not.

    Nothing else ends a solver that runs inside of this process.
    """
    if time_limit is None:
        yield
        return
    timer = threading.Timer(hard_limit(time_limit), _end, (screen,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _end(screen: Screen) -> None:
    # Read only here: it is for failures alone.
    from command.failures import OVERDUE

    # The status line hides it.
    screen.err.show_cursor()
    tell([translate(OVERDUE, screen.language)])
    sys.stderr.flush()
    os._exit(ExitStatus.NO_ANSWER)
