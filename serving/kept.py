"""Answers kept on disk, so that nobody waits twice for the same proof, also after a restart.

They stand in the data directory under the digest of their key, which says all that they depend on, in a folder for the
version of the program: its own source and the solver. Whatever is wrong with them, they are computed anew.
"""

from __future__ import annotations

import hashlib
import io
import logging
import pickle
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import exploring
import geodata
import optimizer
import scenarios
from files.faults import InputError
from files.writing import make_folder, write_atomically
from scenarios.library import library

#: Kept at the most; the oldest make room. One takes 10 kB, the best plans beside a plan 100 kB.
MOST = 2000
_PACKAGES = (exploring, geodata, optimizer, scenarios)
#: What answers are made of: values of these packages, and fractions.
_OURS = ("exploring.", "optimizer.")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """The answers on disk, among which those are put of which ``final`` is true: nobody would find a better one."""

    final: Callable[[Any], bool]

    def read(self, key: str) -> Any:
        """The answer that is kept under ``key``; ``None`` where there is none, or none that can be read."""
        try:
            return _Reader(io.BytesIO(_file(key).read_bytes())).load()
        except FileNotFoundError:
            return None
        except Exception:
            _LOG.warning("an answer that was kept cannot be read and is computed anew", exc_info=True)
            return None

    def write(self, key: str, answer: Any) -> None:
        """Keeps an answer that is final; where it cannot be written, that is noted in the log."""
        if not self.final(answer):
            return
        file = _file(key)
        try:
            if not file.parent.is_dir():
                # Those of another version are of no use any more.
                shutil.rmtree(file.parents[1], ignore_errors=True)
                make_folder(file.parent)
            _make_room(file.parent)
            write_atomically(file, pickle.dumps(answer))
        except InputError as error:
            # A full disk or a missing right is no fault of the program: a line for each answer is enough.
            _LOG.warning("an answer cannot be kept: %s", error)
        except (OSError, pickle.PicklingError):
            _LOG.warning("an answer cannot be kept", exc_info=True)


def _make_room(folder: Path) -> None:
    files = [file for file in folder.iterdir() if not file.name.startswith(".")]
    if len(files) < MOST:
        return
    # A tenth at once, so that not every answer has to look for the oldest.
    for file in sorted(files, key=lambda file: file.stat().st_mtime_ns)[: len(files) - MOST + MOST // 10]:
        file.unlink(missing_ok=True)


def _file(key: str) -> Path:
    return library().answers_folder / _program() / hashlib.sha256(key.encode()).hexdigest()


@cache
def _program() -> str:
    """A digest of everything that makes the answers: what is changed while it is developed counts, too."""
    total = hashlib.sha256(f"{version('highspy')}\0{version('pulp')}\0".encode())
    for file in _sources():
        total.update(f"{file.name}\0".encode() + file.read_bytes())
    return total.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for package in _PACKAGES:
        yield from sorted(Path(package.__path__[0]).rglob("*.py"))


class _Reader(pickle.Unpickler):
    """Reads answers and nothing else: no other class and no function can be named in a file."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("fractions", "Fraction"):
            return Fraction
        if module.startswith(_OURS) and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of an answer")
