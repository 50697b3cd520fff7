"""The port that the server listens on: taken before anything is said about it, or a fault in plain words."""

from __future__ import annotations

import errno
import os
import socket

from files.faults import Fault, InputError
from files.typed import shown
from translation import Message, msg

_BACKLOG = 2048
_WILDCARDS = ("0.0.0.0", "::", "")


def listening(address: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 is any that is free. Raises ``InputError``."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            address or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, OverflowError, UnicodeError):
        raise InputError([_no_address(address)]) from None
    taken = socket.socket(family, kind, protocol)
    try:
        # Elsewhere a port would stay taken for a minute after a server; on Windows two could share it.
        if os.name != "nt":
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and address == "::":
            taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        taken.bind(place)
        taken.listen(_BACKLOG)
    except OSError as error:
        taken.close()
        raise InputError([_fault(error, address, port)]) from None
    taken.set_inheritable(False)
    return taken


def _fault(error: OSError, address: str, port: int) -> Fault:
    if error.errno == errno.EADDRINUSE or getattr(error, "winerror", None) == 10048:
        wrong = msg("port {port} is taken, perhaps by KIM-Planer itself", port=str(port))
        return Fault(
            "--port", wrong, msg("end the other program, or take another port such as --port {free}", free="8502")
        )
    if error.errno == errno.EACCES:
        wrong = msg("port {port} may not be used by this account", port=str(port))
        return Fault("--port", wrong, msg("a port from 1024 on that nobody uses, such as --port {free}", free="8502"))
    return _no_address(address)


def _no_address(address: str) -> Fault:
    wrong = msg("“{address}” is no address of this machine", address=shown(address))
    return Fault("--address", wrong, msg("such as 127.0.0.1, or 0.0.0.0 for the whole network"))


def url(address: str, port: int, base: str) -> str:
    """Where a browser of this machine finds the server; ``base`` is a path without slashes at its ends, or empty."""
    host = "127.0.0.1" if address in _WILDCARDS else address
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{port}/{base}/" if base else f"http://{host}:{port}/"


def open_to(address: str, names: tuple[str, ...]) -> Message | None:
    """What whoever starts the server for others needs to know; ``None`` where there is nothing to say."""
    if names or address not in _WILDCARDS:
        return None
    return msg("Other machines are refused until the name that they ask for is allowed: --host NAME.")
