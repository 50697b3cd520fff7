"""Who gets in, and how: what stands in front of Streamlit's own application."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.web.server.server_util import AUTH_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from hosting.headers import SetHeaders, headers
from hosting.health import Probes
from hosting.hosts import KnownHosts
from hosting.identity import Identity
from hosting.start_token import PARAMETER, StartToken
from serving.allowance import allowance
from serving.login import Login
from serving.processes import work
from views import inline

_STREAMLIT_PAGE = Path(st.__file__).parent / "static" / "index.html"
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entrance:
    """How the application is reached.

    ``base`` is the path that it is served under, without slashes at its ends; ``names`` are those that it answers to
    beside ``localhost``; ``token`` opens it, and empty it is open to whoever reaches the port. ``frames`` are the
    origins that may show it in a frame.
    """

    port: int
    base: str = ""
    names: tuple[str, ...] = ()
    token: str = field(default="", repr=False)
    frames: tuple[str, ...] = ()
    login: Login | None = None

    @property
    def path(self) -> str:
        """The base path as it begins an address."""
        return f"/{self.base}" if self.base else ""

    @property
    def query(self) -> str:
        """What the first address needs behind its path."""
        return f"?{PARAMETER}={self.token}" if self.token else ""

    def middleware(self) -> list[Middleware]:
        """What a request passes before it reaches Streamlit, from the outside in."""
        layers = [
            Middleware(SetHeaders, headers(_scripts(), self.frames)),
            Middleware(Probes, self.path, work(), allowance().metrics),
            Middleware(KnownHosts, self.names),
        ]
        if self.login is not None:
            layers.append(Middleware(Identity, self.login, _claims, self.path))
        if self.token:
            free = (f"{self.path}/_stcore/health",)
            # A browser keeps one set of cookies for all ports of a machine.
            cookie = f"kim-{self.port}"
            base = self.path or "/"
            layers.append(Middleware(StartToken, token=self.token, cookie=cookie, base=base, free=free))
        return layers


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


def _scripts() -> tuple[str, ...]:
    """The scripts that stand in pages themselves: our own, and those of Streamlit's one page."""
    return (*inline.every(), *_INLINE.findall(_STREAMLIT_PAGE.read_text("utf-8")))


def _claims(cookies: Mapping[str, str]) -> dict[str, object]:
    """What Streamlit's own cookie says of a person, if it is signed by this server."""
    content = _get_signed_cookie_with_chunks(dict(cookies), AUTH_COOKIE_NAME)
    return json.loads(content) if content else {}
