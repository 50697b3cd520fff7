"""How far work may go before it is ended."""

from __future__ import annotations

#: Beyond the time that work is allowed: who keeps to it by itself has something to show, so that it comes first.
_SHARE_MORE, _SECONDS_MORE = 1.25, 15.0


def hard_limit(seconds: float) -> float:
    """Seconds after which work is ended that was to end by itself after ``seconds``."""
    return _SHARE_MORE * seconds + _SECONDS_MORE
