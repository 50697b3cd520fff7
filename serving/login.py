"""Who somebody is, from what an OpenID Connect provider or a proxy vouches for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from access.roles import Person, Right

SINCE = "kim-connected"
"""The header in which the server itself notes, in seconds since 1970, when a connection began."""
EVERYBODY = "*"
"""A role that whoever is logged in has."""
_HOUR = 3600
#: What a page gets to know of the headers of a proxy, by these names.
_ID, _NAME, _ROLES, _CONNECTED = "kim_id", "kim_name", "kim_roles", "kim_connected"


class Method(StrEnum):
    """By what people are known."""

    OIDC = "oidc"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Login:
    """How people are known, and what they may do.

    ``id``, ``name`` and ``roles`` are claims of the provider (``realm_access.roles`` is one within another) or headers
    of the proxy, there with roles in one text, parted by commas. ``rights`` has the roles that give each right. A
    session ends after ``hours``.
    """

    method: Method
    id: str
    name: str
    roles: str
    rights: Mapping[Right, tuple[str, ...]]
    hours: float = 10.0
    #: With OIDC: where browsers find the planner, and Streamlit's settings for the provider.
    address: str = ""
    provider: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: With headers: addresses and networks of the proxies that may send them.
    proxies: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """Which headers a page gets to know, and under what names."""
        own = {SINCE: _CONNECTED}
        if self.method is Method.OIDC:
            return own
        # Where one header is both, it is the id.
        return {self.name: _NAME, self.roles: _ROLES, self.id: _ID} | own

    @property
    def secrets(self) -> dict[str, Any]:
        """Streamlit's secrets for the provider; none where a proxy does the work."""
        if self.method is Method.HEADER:
            return {}
        stated = {name: value for name, value in self.provider.items() if name != "scope"}
        kwargs = {"client_kwargs": {"scope": self.provider["scope"]}}
        return {"auth": {**stated, **kwargs, "redirect_uri": f"{self.address}/oauth2callback"}}

    @property
    def place(self) -> str:
        """Name and port under which browsers find the planner; empty where a proxy does the work."""
        return urlsplit(self.address).netloc

    def person(self, known: Mapping[str, Any], now: float) -> Person | None:
        """Who that is, from what Streamlit knows of a connection; ``None`` for nobody, or a session that has ended."""
        if self.method is Method.HEADER:
            begun, id, name = known.get(_CONNECTED), known.get(_ID), known.get(_NAME)
            roles: Any = str(known.get(_ROLES) or "").split(",")
        elif known.get("is_logged_in") is True:
            begun, id, name = known.get("iat"), _claim(known, self.id), _claim(known, self.name)
            roles = _claim(known, self.roles)
        else:
            return None
        if not id or not _seconds(begun) <= now <= _seconds(begun) + self.hours * _HOUR:
            return None
        return Person(str(id), str(name or id), self._right(_texts(roles)))

    def _right(self, roles: Sequence[str]) -> Right | None:
        held = {EVERYBODY, *roles}
        return max((right for right, giving in self.rights.items() if held & set(giving)), default=None)


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """A claim: by its whole name (which may be an address), else step by step."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _texts(roles: Any) -> list[str]:
    listed = roles if isinstance(roles, list | tuple) else [roles]
    return [one.strip() for one in listed if isinstance(one, str) and one.strip()]


def _seconds(value: Any) -> float:
    """A moment; one that cannot be read is long past."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("-inf")
