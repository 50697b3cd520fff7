"""Under which names the application answers, and to pages of which origin.

A page of somebody else can have its own name lead to this machine (DNS rebinding) and would then be of one origin with
the planner: so the name that a browser asked for has to be one of ours. And it can send requests to our name: those
carry its origin.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from hosting.refusal import page, refuse
from translation import msg

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""The names of the machine itself."""
_MISDIRECTED = 421
_FORBIDDEN = 403


class KnownHosts:
    """Refuses requests for a foreign name and from pages of a foreign origin.

    ``names`` are those configured beside ``localhost``, each with its port where that is not the usual one of the
    protocol (``planung.kreis.example:8443``).
    """

    def __init__(self, app: ASGIApp, names: Collection[str] = ()) -> None:
        self._app = app
        self._configured = frozenset(name.lower() for name in names)
        self._hosts = LOOPBACK | {_host_of(name) for name in self._configured}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is for us and from us."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host, origins = headers.getlist("host"), headers.getlist("origin")
        if len(host) != 1 or _host_of(host[0]) not in self._hosts:
            told = msg(
                "KIM-Planer does not answer under this name. Whoever runs it can allow the name: kim app --host NAME."
            )
            await refuse(scope, receive, send, page(told, status=_MISDIRECTED))
        elif any(not self._own(origin, host[0]) for origin in origins):
            told = msg("A page of another server asked KIM-Planer for something. That is not allowed.")
            await refuse(scope, receive, send, page(told, status=_FORBIDDEN))
        else:
            if origins:
                # A proxy may have changed the name: Streamlit would not know it, and ask outside for its own address.
                MutableHeaders(scope=scope)["host"] = _split(origins[0]).netloc
            await self._app(scope, receive, send)

    def _own(self, origin: str, host: str) -> bool:
        place = _split(origin).netloc.lower()
        return place == host.lower() or place in self._configured


def _host_of(place: str) -> str:
    """The name without its port, as names are compared; nothing where it is none."""
    try:
        split = urlsplit(f"//{place}")
        _ = split.port  # one that is no number
    except ValueError:
        return ""
    if split.netloc != place or split.username is not None:
        return ""
    return (split.hostname or "").rstrip(".")


def _split(origin: str) -> SplitResult:
    try:
        return urlsplit(origin)
    except ValueError:
        return SplitResult("", "", "", "", "")
