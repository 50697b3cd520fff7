"""``kim doctor``: whether this machine has what the planner needs, each with what to do where it has not."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import shutil
import socket
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import typst
from packaging.requirements import Requirement

from command.screen import Screen
from command.status import ExitStatus
from files.faults import InputError
from geodata.county import load_county
from maps.paper.text import FONTS
from optimizer.solve import Status, solve
from optimizer.solver import Solver, SolverError
from optimizer.stages import NoPlanInTime
from reports.typeface import FAMILY, printable
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from scenarios.library import Library, library
from translation import Message, listing, msg, number
from wording.about import PACKAGE

#: The environment and some years of saved scenarios.
_LEAST_FREE = 200_000_000
_SECONDS = 60.0
_EXAMPLE = "modell-1-zentral"
_STATIC = Path(__file__).parents[1] / "static"


class Verdict(Enum):
    """What a check says."""

    FINE = msg("in order")
    NOTE = msg("note")
    WRONG = msg("WRONG")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; where something is to be done, the text says what."""

    verdict: Verdict
    text: Message


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Tells every finding; the status is that of bad input where one is wrong."""
    wrong = False
    for finding in findings(options.address, options.port, library()):
        wrong = wrong or finding.verdict is Verdict.WRONG
        screen.done(msg("{verdict}: {text}", verdict=finding.verdict.value, text=finding.text))
    if wrong:
        screen.done(msg("Not everything is as it must be: mend what is marked, and ask again."))
        return ExitStatus.BAD_INPUT
    screen.done(msg("KIM-Planer can work here."))
    return ExitStatus.DONE


def findings(address: str, port: int, saved: Library) -> Iterator[Finding]:
    """Each check in turn: what is missing for one does not keep the others from being made."""
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        _python,
        _packages,
        lambda: _data_directory(saved.folder),
        _temporary_folder,
        _solvers,
        _fonts,
        _map,
        lambda: _saved(saved),
        lambda: _port(address, port),
        _proxy,
    )
    for check in checks:
        yield from check()


def _fine(text: Message) -> Finding:
    return Finding(Verdict.FINE, text)


def _wrong(text: Message) -> Finding:
    return Finding(Verdict.WRONG, text)


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.maxsize < 2**32:
        yield _wrong(msg("Python {version} has 32 bits: install one with 64 bits.", version=version))
    else:
        yield _fine(msg("Python {version}", version=version))


def _packages() -> Iterator[Finding]:
    """Packages older than what the planner needs: left behind where only the folder was replaced."""
    try:
        stated = [Requirement(one) for one in importlib.metadata.requires(PACKAGE) or ()]
    except importlib.metadata.PackageNotFoundError:
        yield Finding(Verdict.NOTE, msg("KIM-Planer is not installed: its packages cannot be checked."))
        return
    needed = [one for one in stated if one.marker is None or one.marker.evaluate({"extra": ""})]
    missing = [one.name for one in needed if not _is_met(one)]
    if missing:
        text = msg("Packages missing or too old: {names}. Install again as README says.", names=listing(missing))
        yield _wrong(text)
    else:
        yield _fine(msg("All packages are there: {count}", count=len(needed)))


def _is_met(requirement: Requirement) -> bool:
    try:
        return requirement.specifier.contains(importlib.metadata.version(requirement.name), prereleases=True)
    except importlib.metadata.PackageNotFoundError:
        return False


def _data_directory(folder: Path) -> Iterator[Finding]:
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=there, prefix=".kim-", suffix=".tmp") as file:
            file.write(b"1")
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(there).free
    except OSError:
        text = msg("Data directory {path}: not to be written to. Allow it, or name another in KIM_DATA.", path=folder)
        yield _wrong(text)
        return
    size = number(free / 1e9, digits=1)
    if free < _LEAST_FREE:
        text = msg("Data directory {path}: only {size} GB free; make room.", path=folder, size=size)
        yield _wrong(text)
        return
    yield _fine(msg("Data directory {path}: it can be written to, {size} GB free", path=folder, size=size))
    if sys.platform != "win32" and folder.is_dir() and folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        text = msg("Other accounts of this machine can read {path}; chmod 700 forbids it.", path=folder)
        yield Finding(Verdict.NOTE, text)


def _temporary_folder() -> Iterator[Finding]:
    try:
        with tempfile.TemporaryFile() as file:
            file.write(b"1")
    except OSError:
        yield _wrong(msg("There is no folder for temporary files that can be written to: set TMPDIR (Windows: TEMP)."))
        return
    yield _fine(msg("Temporary files: {path}", path=tempfile.gettempdir()))


def _solvers() -> Iterator[Finding]:
    """Each solves a shipped scenario: to be there is not yet to run (virus scanners, missing rights)."""
    problem = load_problem(SCENARIOS / f"{_EXAMPLE}.yaml").problem
    working = []
    for solver in Solver:
        try:
            found = solve(problem, solver=solver, time_limit=_SECONDS)
        except (SolverError, NoPlanInTime, OSError):
            continue
        if found.status is Status.OPTIMAL:
            working.append(solver)
            text = msg(
                "Solver {name}: model 1 solved and proven in {seconds} s",
                name=solver.value,
                seconds=number(found.seconds, digits=1),
            )
            yield _fine(text)
    for solver in Solver:
        if solver not in working and working:
            text = msg("Solver {name} does not run here; the other one is used.", name=solver.value)
            yield Finding(Verdict.NOTE, text)
    if not working:
        yield _wrong(msg("No solver runs here: install again; a virus scanner may have taken its files."))


def _fonts() -> Iterator[Finding]:
    page = f'#set text(font: "{FAMILY}")\n{printable("Größe 1")}'
    try:
        ours = typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
        made = typst.compile(page.encode(), format="pdf", font_paths=ours)
    except (typst.TypstError, OSError):
        made = b""
    if made.startswith(b"%PDF") and FAMILY.replace(" ", "").encode() in made:
        yield _fine(msg("Papers: a page can be set in {font}", font=FAMILY))
    else:
        yield _wrong(msg("Papers: the type {font} is missing. Install again.", font=FAMILY))


def _map() -> Iterator[Finding]:
    if (_STATIC / "leaflet" / "leaflet.js").is_file():
        yield _fine(msg("Maps: all that the browser loads is here"))
    else:
        yield _wrong(msg("Maps: {file} is missing. Install again.", file="static/leaflet/leaflet.js"))


def _saved(saved: Library) -> Iterator[Finding]:
    entries = [entry for entry in saved.entries() if not entry.shipped]
    faulty = [entry.path.name for entry in entries if entry.scenario is None]
    for county in saved.counties():
        if not county.shipped:
            try:
                load_county(county.folder)
            except InputError:
                faulty.append(county.folder.name)
    if faulty:
        text = msg("Saved files with faults: {names}. kim check names each fault.", names=listing(faulty))
        yield Finding(Verdict.NOTE, text)
    else:
        yield _fine(msg("Saved scenarios: {count}, all can be read", count=len(entries)))


def _port(address: str, port: int) -> Iterator[Finding]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            if sys.platform != "win32":
                # As servers do: what a server before left behind does not count.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except (OSError, OverflowError):
        text = msg("Port {port} is taken or not allowed: kim app --port takes another.", port=port)
        yield Finding(Verdict.NOTE, text)
        return
    yield _fine(msg("Port {port} on {address} is free", port=port, address=address))


def _proxy() -> Iterator[Finding]:
    """A browser asks the proxy for this machine, too, unless it is told not to."""
    proxies = [name for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy") if os.environ.get(name)]
    spared = ",".join(os.environ.get(name, "") for name in ("NO_PROXY", "no_proxy"))
    if proxies and "localhost" not in spared and "*" not in spared:
        text = msg("A proxy is set ({names}); the browser must not use it for localhost.", names=listing(proxies))
        yield Finding(Verdict.NOTE, text)
