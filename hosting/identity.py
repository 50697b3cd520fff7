"""What is known of whoever asks: only what the server itself or a proxy that it knows vouches for."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Callable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.server_util import AUTH_COOKIE_NAME

from hosting.refusal import page, refuse
from serving.login import SINCE, Login, Method
from translation import msg

_UNAUTHORIZED = 401
_SET = b"set-cookie"
_AGE = re.compile(rb"Max-Age=(\d+)")

Claims = Callable[[Mapping[str, str]], Mapping[str, object]]
"""What the cookies of a request say of a person, as far as they are signed by this server."""


class Identity:
    """Takes away headers that nobody vouches for, and keeps files from whoever is not logged in.

    Streamlit hands the headers of a connection on to the page as it began; from then on :class:`Login` counts the
    hours. Files that pages offer, and uploads, are requests of their own and are asked for here.
    """

    def __init__(self, app: ASGIApp, login: Login, claims: Claims, path: str) -> None:
        self._app, self._login, self._claims = app, login, claims
        self._proxies = [ipaddress.ip_network(proxy) for proxy in login.proxies]
        self._guarded = tuple(f"{path}/{one}/" for one in ("media", "_stcore/upload_file"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is vouched for."""
        if scope["type"] in ("http", "websocket"):
            self._vouch(scope)
        if scope["type"] == "http" and scope["path"].startswith(self._guarded) and not self._logged_in(scope):
            told = msg("Log in first: the session has ended, or there was none.")
            await refuse(scope, receive, send, page(told, status=_UNAUTHORIZED))
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                rows = message.get("headers", ())
                message["headers"] = [(name, self._cookie(value) if name == _SET else value) for name, value in rows]
            await send(message)

        await self._app(scope, receive, sent)

    def _cookie(self, value: bytes) -> bytes:
        """Streamlit's cookie of a person lasts as long as the session, and goes over HTTPS alone where that is used."""
        if not value.startswith(AUTH_COOKIE_NAME.encode()):
            return value
        longest = int(self._login.hours * 3600)
        value = _AGE.sub(lambda found: b"Max-Age=%d" % min(int(found[1]), longest), value)
        return value + b"; Secure" if self._login.address.startswith("https:") else value

    def _vouch(self, scope: Scope) -> None:
        headers = MutableHeaders(scope=scope)
        trusted = self._is_proxy(scope)
        for name in self._login.headers:
            if name in headers and (name == SINCE or not trusted or len(headers.getlist(name)) > 1):
                del headers[name]
        headers[SINCE] = str(int(time.time()))

    def _is_proxy(self, scope: Scope) -> bool:
        host = scope["client"][0] if scope.get("client") else ""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)

    def _logged_in(self, scope: Scope) -> bool:
        if self._login.method is Method.HEADER:
            headers = Headers(scope=scope)
            known: Mapping[str, object] = {key: headers.get(name) for name, key in self._login.headers.items()}
        else:
            known = self._claims(HTTPConnection(scope).cookies)
        found = self._login.person(known, time.time())
        return found is not None and found.right is not None
