"""Asking an application of the server without a server: requests go to it as ASGI has them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True)
class Answer:
    """What came back; a WebSocket that was refused has the status that a browser gets."""

    status: int
    headers: Headers
    text: str


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """The application behind: says under which host, and as whom, it was asked; a WebSocket is accepted."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        return
    headers = Headers(scope=scope)
    await PlainTextResponse(f"{headers['host']} {headers.get('remote-user')}")(scope, receive, send)


def ask(
    app: ASGIApp,
    address: str = "/",
    *,
    kind: str = "http",
    method: str = "GET",
    client: str = "127.0.0.1",
    **headers: str | list[str],
) -> Answer:
    """What ``app`` answers; of headers, ``_`` stands for ``-``."""
    path, _, query = address.partition("?")
    given: Mapping[str, str | list[str]] = {"host": "localhost:8501", **headers}
    rows = [
        (name.replace("_", "-").encode(), one.encode("latin-1"))
        for name, value in given.items()
        for one in ([value] if isinstance(value, str) else value)
    ]
    scope = {"type": kind, "path": path, "query_string": query.encode(), "headers": rows, "client": (client, 40000)}
    scope |= {"method": method, "scheme": "http", "server": ("127.0.0.1", 8501), "root_path": "", "http_version": "1.1"}
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"} if kind == "websocket" else {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    if kind == "websocket":
        return Answer(101 if sent[0]["type"] == "websocket.accept" else 403, Headers(), "")
    text = b"".join(message.get("body", b"") for message in sent).decode()
    return Answer(sent[0]["status"], Headers(raw=sent[0]["headers"]), text)
