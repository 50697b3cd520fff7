"""The standard streams of ``kim``: what goes to them harms no terminal, and what cannot is let go."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterable
from typing import TextIO

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def tell(lines: Iterable[str]) -> None:
    """Says something on standard error, a line each."""
    for line in lines:
        print(harmless(line), file=sys.stderr)


def harmless(text: str) -> str:
    """A text as one line without commands to the terminal, both of which the name of a file may hold."""
    return _CONTROL.sub("�", text)


def replace_unknown_signs() -> None:
    """Has signs that a console lacks replaced: a Windows console in another code page must not end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def discard(*streams: TextIO) -> None:
    """Lets go what Python still holds for a stream that takes no more, lest it fail once more at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
