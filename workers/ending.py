"""Ends processes with all that they started, whatever these are doing, and however the one they work for ended."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress


def lead_group() -> None:
    """Lets whatever this process starts be ended with it, and keeps the Ctrl+C of a terminal from it."""
    if sys.platform != "win32":
        os.setpgid(0, 0)


def end_with_parent(folder: str) -> None:
    """Ends this process, what it started and ``folder`` when the one that it works for is gone, however that ended.

    A thread waits for that, since nothing tells a process that is killed from one that is still.
    """
    threading.Thread(target=_watch, args=(folder,), daemon=True).start()


def _watch(folder: str) -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    shutil.rmtree(folder, ignore_errors=True)
    kill(os.getpid())


def kill(pid: int) -> None:
    """Ends a process that leads a group, and all of that, at once. It must not have been waited for before."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(pid)], capture_output=True, check=False)
        return
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # It was only about to lead one, or ended by itself.
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
