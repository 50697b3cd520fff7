"""How the server ends when it is told to: what is being worked out may still come to its end."""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType

from uvicorn import Server

from serving.allowance import allowance
from serving.processes import work

_LOG = logging.getLogger(__name__)


class PatientServer(Server):
    """Told to end, it begins no further work and gives what goes on some seconds, while pages are still served."""

    _told = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ends at once for Ctrl+C, and for whoever says it twice."""
        if sig == signal.SIGINT or self._told:
            super().handle_exit(sig, frame)
            return
        self._told = True
        # Here a signal has interrupted the server: what takes time is done elsewhere.
        threading.Thread(target=self._end, args=(sig, frame), daemon=True).start()

    def _end(self, sig: int, frame: FrameType | None) -> None:
        running, waiting = work().counts()
        _LOG.info("ending: %d tasks may go on for %.0f s, %d are not begun", running, allowance().stop, waiting)
        try:
            work().close(allowance().stop)
        finally:
            super().handle_exit(sig, frame)
