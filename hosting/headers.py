"""What a browser may do with the pages: headers that every answer carries (docs/betrieb.md says why each exception).

Measured in Chromium with Streamlit 1.67 on every page of the planner.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TILE_SERVER = "https://sgx.geodatenzentrum.de"
"""Where the background map comes from, for who switches it on."""


class SetHeaders:
    """Adds ``headers`` to every answer that does not state them itself."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app, self._headers = app, dict(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, and adds to what comes back."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    found.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sent)


def headers(scripts: Iterable[str], ancestors: Iterable[str] = ()) -> dict[str, str]:
    """The headers of every answer.

    ``scripts`` are those that stand in a page itself, letter by letter; no others run. ``ancestors`` are the origins
    that may show the planner in a frame.
    """
    around = list(ancestors)
    found = {
        "Content-Security-Policy": _content_policy(scripts, around),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": _PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return found if around else {**found, "X-Frame-Options": "DENY"}


_NEVER = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)
_PERMISSIONS = ", ".join([*(f"{name}=()" for name in _NEVER), "clipboard-write=(self)", "fullscreen=(self)"])


def _content_policy(scripts: Iterable[str], ancestors: list[str]) -> str:
    hashes = " ".join(sorted({f"'sha256-{_digest(script)}'" for script in scripts}))
    return "; ".join(
        (
            "default-src 'none'",
            # blob: a component and a map are code that the page itself has put together; nobody else can make one.
            f"script-src 'self' blob: {hashes}",
            # Streamlit writes styles into the page as it goes, and so does Leaflet.
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' data: blob: {TILE_SERVER}",
            "font-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors " + (" ".join(ancestors) or "'none'"),
        )
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
