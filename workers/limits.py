"""How far work may go before it is ended."""

from __future__ import annotations

import sys

#: Beyond the time that work is allowed: who keeps to it by itself has something to show, so that it comes first.
_SHARE_MORE, _SECONDS_MORE = 1.25, 15.0


def hard_limit(seconds: float) -> float:
    """Seconds after which work is ended that was to end by itself after ``seconds``."""
    return _SHARE_MORE * seconds + _SECONDS_MORE


def limit_memory(megabytes: float) -> None:
    """Lets this process, and each that it starts, take no more memory; nothing for 0, and under Windows.

    Work that needs more raises ``MemoryError``, or its process ends.
    """
    if sys.platform == "win32" or not megabytes:
        return
    import resource

    # What is taken, not what is mapped: libraries map far more than they ever use.
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (int(megabytes * 2**20), most))
