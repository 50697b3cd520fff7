"""The settings of a server: a YAML file that ``KIM_SETTINGS`` names (docs/betrieb.md); without it there is no login."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from access.audit import Record
from access.roles import Right
from files.faults import InputError
from files.typed import offered
from geodata.yaml_keys import Entry, YamlFile, read_yaml
from scenarios.library import library
from serving.login import Login, Method
from translation import listing, msg

VARIABLE = "KIM_SETTINGS"
"""The environment variable that names the file."""
SECRETS = {"client_secret": "KIM_CLIENT_SECRET", "cookie_secret": "KIM_COOKIE_SECRET"}
"""Secrets that may come as environment variables instead."""
_LEAST_SECRET = 32
#: What Streamlit needs to log people in.
_PACKAGES = ("authlib", "httpx")
_OIDC = ("address", "metadata", "client_id")
_OIDC_MORE = (*SECRETS, "scope")
_BOTH = ("id", "name", "roles", "rights", "hours")
_RIGHTS = {"read": Right.READ, "plan": Right.PLAN, "administer": Right.ADMINISTER}
Amount = TypeVar("Amount", int, float)
_MOST = 1e6


@dataclass(frozen=True, slots=True)
class Settings:
    """``hosts`` are names beside ``localhost``; ``frames`` the origins that may show the planner in a frame.

    ``audit`` is where the record of what people do is kept, ``None`` for none. ``operator``, ``feedback`` and
    ``enforcement`` stand on the page on accessibility: who runs this, where to report a barrier, who mediates.
    """

    hosts: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    base: str = ""
    login: Login | None = None
    audit: Record | None = None
    operator: str | None = None
    feedback: str | None = None
    enforcement: str | None = None


def current() -> Settings:
    """The settings of this process, read once. Raises ``InputError`` with every fault."""
    return _read(os.environ.get(VARIABLE, ""))


@lru_cache(maxsize=1)
def _read(path: str) -> Settings:
    return settings_in(Path(path)) if path else Settings()


def settings_in(path: Path) -> Settings:
    """The settings in a file. Raises ``InputError`` with every fault."""
    source = read_yaml(path, path.name)
    top = source.mapping(source.top, None, (), ("hosts", "frames", "base_path", "login", "audit", "accessibility"))
    hosts = _names(source, top.get("hosts"), "hosts")
    frames = _names(source, top.get("frames"), "frames")
    base = (source.name(top.get("base_path"), "base_path") or "").strip("/")
    login = None if "login" not in top else _login(source, top["login"])
    audit = None if "audit" not in top else _audit(source, top["audit"])
    told = _accessibility(source, top.get("accessibility"))
    if source.faults:
        raise InputError(source.faults)
    if login is not None and login.address:
        hosts = (*hosts, login.place)
        base = base or urlsplit(login.address).path.strip("/")
    return Settings(hosts, frames, base, login, audit, *told)


def _accessibility(source: YamlFile, entry: Entry | None) -> tuple[str | None, str | None, str | None]:
    if entry is None:
        return None, None, None
    keys = source.mapping(entry, "accessibility", ("feedback",), ("operator", "enforcement"))
    operator, feedback, enforcement = (
        source.name(keys.get(key), f"accessibility, {key}") for key in ("operator", "feedback", "enforcement")
    )
    return operator, feedback, enforcement


def _names(source: YamlFile, entry: Entry | None, key: str) -> tuple[str, ...]:
    found = (source.name(item, key) for item in source.items(entry, key))
    return tuple(name for name in found if name is not None)


def _login(source: YamlFile, entry: Entry) -> Login | None:
    given = entry.value.get("method") if isinstance(entry.value, dict) else None
    if given == Method.OIDC:
        return _oidc(source, entry)
    if given == Method.HEADER:
        return _header(source, entry)
    wrong = msg("{value} is no way to log in", value=offered(given))
    source.fault(entry, "login, method", wrong, msg("oidc or header"))
    return None


def _oidc(source: YamlFile, entry: Entry) -> Login:
    if any(find_spec(package) is None for package in _PACKAGES):
        wrong = msg("the packages for this login are missing: {packages}", packages=listing(_PACKAGES))
        source.fault(entry, "login, method", wrong, msg("install KIM-Planer with [login] (docs/betrieb.md)"))
    keys = source.mapping(entry, "login", ("method", *_OIDC, "rights"), (*_OIDC_MORE, *_BOTH))
    address = (source.name(keys.get("address"), "login, address") or "").rstrip("/")
    if address and urlsplit(address).scheme not in ("http", "https"):
        allowed = msg("the whole address, such as https://planung.kreis.example/kim")
        source.fault(keys["address"], "login, address", msg("this is no address of a page"), allowed)
    provider = {
        "server_metadata_url": source.name(keys.get("metadata"), "login, metadata") or "",
        "client_id": source.name(keys.get("client_id"), "login, client_id") or "",
        **{key: _secret(source, entry, keys.get(key), key) for key in SECRETS},
    }
    scope = source.name(keys.get("scope"), "login, scope") or "openid profile email"
    return Login(
        Method.OIDC,
        _text(source, keys, "id", "email"),
        _text(source, keys, "name", "name"),
        _text(source, keys, "roles", "roles"),
        _rights(source, keys),
        _amount(source, keys.get("hours"), "login, hours", 10.0, float),
        address,
        provider | {"scope": scope},
    )


def _secret(source: YamlFile, entry: Entry, given: Entry | None, key: str) -> str:
    variable = SECRETS[key]
    text = os.environ.get(variable) or (source.name(given, f"login, {key}") if given else None) or ""
    least = _LEAST_SECRET if key == "cookie_secret" else 1
    if len(text) < least:
        wrong = msg("a secret of {count} signs or more is missing", count=str(least))
        source.fault(
            given or entry, f"login, {key}", wrong, msg("here, or as environment variable {name}", name=variable)
        )
    return text


def _header(source: YamlFile, entry: Entry) -> Login:
    keys = source.mapping(entry, "login", ("method", "proxies", "id", "roles", "rights"), ("name", "hours"))
    proxies = _names(source, keys.get("proxies"), "login, proxies")
    for proxy in proxies:
        try:
            ipaddress.ip_network(proxy)
        except ValueError:
            wrong = msg("{value} is no address of a machine or network", value=offered(proxy))
            source.fault(keys["proxies"], "login, proxies", wrong, msg("such as 127.0.0.1 or 10.1.0.0/24"))
    id = _text(source, keys, "id", "")
    return Login(
        Method.HEADER,
        id,
        _text(source, keys, "name", id),
        _text(source, keys, "roles", ""),
        _rights(source, keys),
        _amount(source, keys.get("hours"), "login, hours", 10.0, float),
        proxies=proxies,
    )


def _text(source: YamlFile, keys: Mapping[str, Entry], key: str, usual: str) -> str:
    return source.name(keys.get(key), f"login, {key}") or usual


def _rights(source: YamlFile, keys: Mapping[str, Entry]) -> dict[Right, tuple[str, ...]]:
    if "rights" not in keys:
        return {}
    entries = source.mapping(keys["rights"], "login, rights", (), tuple(_RIGHTS))
    return {_RIGHTS[key]: _names(source, entry, f"login, rights, {key}") for key, entry in entries.items()}


def _audit(source: YamlFile, entry: Entry) -> Record | None:
    keys = source.mapping(entry, "audit", (), ("folder", "most_mb", "files"))
    folder = source.name(keys.get("folder"), "audit, folder")
    most = _amount(source, keys.get("most_mb"), "audit, most_mb", 10.0, float)
    files = _amount(source, keys.get("files"), "audit, files", 10, int)
    return Record(Path(folder) if folder else library().folder / "audit", int(most * 1_000_000), files)


def _amount(source: YamlFile, entry: Entry | None, key: str, usual: Amount, read: Callable[[str], Amount]) -> Amount:
    if entry is None:
        return usual
    try:
        found = read(str(entry.value))
    except ValueError:
        found = read("0")
    if not 0 < found < _MOST:
        source.fault(entry, key, msg("{value} is no number", value=offered(entry.value)), msg("a number above 0"))
    return found
