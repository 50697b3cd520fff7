"""Three addresses for who watches the server: ``/-/live``, ``/-/ready`` and, where that is switched on, ``/-/metrics``.

They stand before the names and the token, because a probe knows neither, and tell nothing of what is saved.
"""

from __future__ import annotations

import asyncio

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import Runtime

from serving import tally
from serving.health import GOOD, Health
from serving.processes import Work

_UNAVAILABLE = 503


class Probes:
    """Answers what is asked below ``{path}/-/``; passes everything else on."""

    def __init__(self, app: ASGIApp, path: str, work: Work, metrics: bool) -> None:
        self._app, self._place, self._work = app, f"{path}/-/", work
        self._health, self._metrics = Health(work), metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers or passes on."""
        asked = scope.get("path", "").removeprefix(self._place)
        if scope["type"] != "http" or asked not in ("live", "ready", "metrics") or asked == scope["path"]:
            await self._app(scope, receive, send)
            return
        answer = await self._answer(asked)
        answer.headers["Cache-Control"] = "no-store"
        await answer(scope, receive, send)

    async def _answer(self, asked: str) -> Response:
        if asked == "live":
            return PlainTextResponse("ok\n")
        if asked == "ready":
            found = await asyncio.to_thread(self._health.ready)
            good = all(word in GOOD for word in found.values())
            return JSONResponse(found, status_code=200 if good else _UNAVAILABLE)
        if not self._metrics:
            return PlainTextResponse("metrics are switched off\n", status_code=404)
        sessions = Runtime.instance()._session_mgr.num_active_sessions() if Runtime.exists() else 0
        return PlainTextResponse(tally.metrics(*self._work.counts(), sessions))
