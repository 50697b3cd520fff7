"""How much may be handed in: the widget of a page says it to who keeps to it, and this to everybody else.

Streamlit itself refuses a file above its ``server.maxUploadSize``, but takes any number of them.
"""

from __future__ import annotations

import time
from collections import deque

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from hosting.refusal import page, refuse
from translation import msg

_TOO_MANY = 429
#: Bytes that a session may hand in within the time, in seconds.
_MOST_BYTES = 50_000_000
_WITHIN = 600
#: Sessions to remember; where there are more, those are forgotten that have been quiet.
_MOST_SESSIONS = 1000


class UploadLimit:
    """Refuses uploads under ``path`` of a session that has handed in more than is for people.

    ``most`` is the size of a file at most, for one whose size is not stated.
    """

    def __init__(self, app: ASGIApp, path: str, most: int) -> None:
        self._app, self._path, self._most = app, f"{path}/_stcore/upload_file/", most
        self._taken: dict[str, deque[tuple[float, int]]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is no upload, and uploads within the limit."""
        upload = scope["type"] == "http" and scope["method"] == "PUT" and scope["path"].startswith(self._path)
        if upload and not self._fits(scope):
            told = msg("Too much was uploaded within a short time. Wait ten minutes.")
            await refuse(scope, receive, send, page(told, status=_TOO_MANY))
        else:
            await self._app(scope, receive, send)

    def _fits(self, scope: Scope) -> bool:
        stated = Headers(scope=scope).get("content-length", "")
        size = int(stated) if stated.isascii() and stated.isdigit() else self._most
        session = scope["path"].removeprefix(self._path).partition("/")[0]
        now = time.monotonic()
        if len(self._taken) >= _MOST_SESSIONS:
            self._taken = {one: taken for one, taken in self._taken.items() if taken[-1][0] > now - _WITHIN}
        taken = self._taken.setdefault(session, deque())
        while taken and taken[0][0] <= now - _WITHIN:
            taken.popleft()
        fits = sum(bytes_ for _, bytes_ in taken) + size <= _MOST_BYTES
        if fits or not taken:
            taken.append((now, min(size, _MOST_BYTES)))
        return fits
