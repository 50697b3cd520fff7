"""The start token: only who was given the address that the server printed gets in, not every account of the machine.

It is in the address once; then the browser has a cookie, which it sends for pages of this server only.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from html import escape
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from hosting.refusal import page, refuse
from translation import LANGUAGES, msg, translate

PARAMETER = "token"
"""What the token is called in the address."""
_FORBIDDEN = 403


class StartToken:
    """Lets in who has the ``token``, in the address or as ``cookie``; ``base`` is the path that the cookie holds for.

    Paths in ``free`` need none.
    """

    def __init__(self, app: ASGIApp, *, token: str, cookie: str, base: str, free: Collection[str] = ()) -> None:
        self._app, self._token, self._cookie, self._base = app, token, cookie, base
        self._free = frozenset(free)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on who has the token, and hands out the cookie."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in self._free:
            await self._app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        if self._is_token(asked.cookies.get(self._cookie, "")):
            await self._app(scope, receive, send)
        elif self._is_token(asked.query_params.get(PARAMETER, "")):
            await refuse(scope, receive, send, self._welcome(scope))
        else:
            await refuse(scope, receive, send, _closed(scope))

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), self._token.encode())

    def _welcome(self, scope: Scope) -> HTMLResponse:
        # A page and no redirect: a browser that came from elsewhere, such as a mail, would not send the cookie on.
        address = escape(_address(scope))
        response = page(status=200, head=f'<meta http-equiv=refresh content="0; url={address}">', link=_link(address))
        response.headers["Referrer-Policy"] = "no-referrer"
        response.set_cookie(self._cookie, self._token, path=self._base, httponly=True, samesite="strict")
        return response


def _closed(scope: Scope) -> HTMLResponse:
    told = msg(
        "KIM-Planer is open only to who started it: use the address with “token=” that is printed in the window of kim "
        "app. After a restart it is another one."
    )
    # Who followed a link of another page has the cookie, but does not send it before the next step.
    return page(told, status=_FORBIDDEN, link=_link(escape(_address(scope))))


def _address(scope: Scope) -> str:
    """Path and query that were asked for, without the token."""
    path = "/" + quote(scope["path"]).lstrip("/")
    given = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    query = urlencode([(name, value) for name, value in given if name != PARAMETER])
    return f"{path}?{query}" if query else path


def _link(address: str) -> str:
    words = " · ".join(translate(msg("Go on"), one) for one in LANGUAGES)
    return f'<p><a href="{address}">{escape(words)}</a></p>'
