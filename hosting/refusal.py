"""How a request is refused before it reaches the application: a page in German and English, or no connection."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from translation import LANGUAGES, Message, translate


def page(*texts: Message, status: int, head: str = "", link: str = "") -> HTMLResponse:
    """A page that needs nothing else: the texts in each language. ``head`` and ``link`` are HTML."""
    said = "".join(f'<p lang="{one}">{escape(translate(text, one))}</p>' for one in LANGUAGES for text in texts)
    # Without an icon of its own a browser asks for one, and is refused again.
    head = f'<meta charset=utf-8><link rel=icon href="data:,"><title>KIM-Planer</title>{head}'
    content = f"<!doctype html><html lang=de>{head}{said}{link}</html>"
    return HTMLResponse(content, status, {"Cache-Control": "no-store"})


async def refuse(scope: Scope, receive: Receive, send: Send, response: HTMLResponse) -> None:
    """Answers a request with ``response``; a WebSocket is closed before it is open, which a browser sees as 403."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
    else:
        await response(scope, receive, send)
