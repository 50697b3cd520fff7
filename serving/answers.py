"""Scenarios and their plans: computed once for everybody, and again when anything they depend on changes."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path

import scenarios
from access.roles import Right, require
from files.faults import Fault, InputError
from files.typed import shown
from geodata import COUNTIES, county_folder
from geodata.county import County, load_county
from optimizer.conflicts import Conflict
from optimizer.plan import Plan
from optimizer.problem import GivenDistrict
from optimizer.solve import Solution, Status, solve
from scenarios.assemble import LoadedScenario, problem_from, with_plan
from scenarios.history import SUFFIX
from scenarios.library import Entry, Library, library
from scenarios.schema import Scenario, as_data
from scenarios.values import PLAN_TABLES
from serving.kept import Kept
from serving.processes import PERMITS, ProcessExpired, work
from translation import msg
from workers.limits import hard_limit

#: Seconds for one plan; the best found by then is shown with its gap.
TIME_LIMIT = 60
#: Seconds after which its process is ended, where it hears nothing any more.
PLAN_ENDED = hard_limit(TIME_LIMIT)
#: A county folder of more bytes than any that comes with the planner is read in a process of its own, for so long.
_LARGE_COUNTY, _READING = 1_500_000, 60
#: What a scenario states without any effect on its plan.
_WITHOUT_EFFECT = {"name", "description", "funding", "district_names", "papers", "agreements"}
#: The best plan of a problem within the time for one. No function of this module, so that a process that finds plans
#: loads the optimizer alone.
plan_of = partial(solve, time_limit=TIME_LIMIT)
PERMITS.append(partial(require, Right.READ, "compute"))


@dataclass(frozen=True, slots=True)
class Answer:
    """A scenario with its plan or, where there is none, the conflicts behind that.

    ``digest`` changes with everything that the answer depends on.
    """

    loaded: LoadedScenario
    solution: Solution
    conflicts: tuple[Conflict, ...]
    digest: str


def entries() -> tuple[Entry, ...]:
    """The scenarios that can be chosen. Raises ``RefusedError`` where somebody may not read."""
    require(Right.READ, "scenarios.list")
    kept = library()
    files = [*_scenario_files(scenarios.SCENARIOS), *_scenario_files(kept.scenarios_folder)]
    return _entries(kept, _digest(files))


def entry(id: str) -> Entry | None:
    """The scenario with that id, which may come from outside."""
    return next((known for known in entries() if known.id == id), None)


def county(folder: Path) -> County:
    """The county in ``folder``. Raises ``InputError`` with all its faults."""
    return _county(folder, _county_digest(folder))


def evaluate(loaded: LoadedScenario, rows: Mapping[int, Sequence[GivenDistrict]]) -> Plan:
    """The figures of a plan made by hand: ``rows`` by layer, team sizes stated; a layer left out is as it was given."""
    problem = loaded.problem
    for layer, plan in rows.items():
        problem = with_plan(problem, loaded.county, plan, layer=layer)
    found = solve(problem)
    assert found.plan is not None
    return found.plan


def _final(solution: Solution) -> bool:
    """Whether it is proven, or nothing was to be decided."""
    return solution.status is not Status.FEASIBLE


PLANS = Kept(_final)
"""Plans on disk; one that was found when time was up is looked for again."""


@cache
def prepare() -> None:
    """Has a process begin that finds plans, once in a server, while that loads its first page; tidies the data."""
    library().tidy()
    work().prepare("optimizer.solve", "pulp")


@cache
def solve_ahead() -> None:
    """Begins, once in a server, with the scenarios that come with it: they are there when somebody opens them."""
    threading.Thread(target=_solve_ahead, daemon=True).start()


def _solve_ahead() -> None:
    for known in entries():
        if known.scenario is None or not known.shipped or known.scenario.reference_plan is not None:
            continue
        try:
            question = question_of(known.scenario, known.path)
            loaded = problem_from(known.scenario, known.path, load=county)
        except InputError:
            continue  # said where it is opened
        work().ask(f"plan {question}", plan_of, loaded.problem, timeout=PLAN_ENDED, shelf=PLANS, long=True)


def question_of(scenario: Scenario, path: Path) -> str:
    """A digest of everything that decides the plan of ``scenario``. Raises ``InputError``."""
    total = hashlib.sha256(_stated(scenario)[0])
    folder = county_folder(scenario.county, path.parent)
    total.update(os.fsencode(folder) + f"\0{_county_digest(folder)}".encode())
    if scenario.reference_plan is not None:
        # All scenarios and tables beside it count, because one may refer to another.
        files = [file for folder in (path.parent, scenarios.SCENARIOS) for file in _reference_files(folder)]
        total.update(os.fsencode(path.name) + f"\0{_digest(files)}".encode())
    return total.hexdigest()


def digest_of(scenario: Scenario, path: Path) -> str:
    """A digest of everything that an answer shows. Raises ``InputError``."""
    total = hashlib.sha256(question_of(scenario, path).encode())
    total.update(os.fsencode(path) + b"\0" + _stated(scenario)[1])
    return total.hexdigest()


#: By the identity of a scenario, which is kept with it, what it states: what its plan depends on, and all.
_STATED: dict[int, tuple[Scenario, bytes, bytes]] = {}
_MOST_STATED = 256


def _stated(scenario: Scenario) -> tuple[bytes, bytes]:
    """What decides the plan of a scenario and what it states in all: pages ask for it in every run."""
    known = _STATED.get(id(scenario))
    if known is None:
        data = as_data(scenario)
        deciding = {name: value for name, value in data.items() if name not in _WITHOUT_EFFECT}
        texts = [json.dumps(one, default=str).encode() for one in (deciding, data)]
        while len(_STATED) >= _MOST_STATED:
            _STATED.pop(next(iter(_STATED)), None)
        known = _STATED[id(scenario)] = (scenario, texts[0], texts[1])
    return known[1:]


def _county_digest(folder: Path) -> str:
    try:
        return _digest(sorted(file for file in folder.iterdir() if file.is_file()))
    except OSError:
        return ""


def _scenario_files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))


def _reference_files(folder: Path) -> list[Path]:
    return [*_scenario_files(folder), *(table for ending in PLAN_TABLES for table in sorted(folder.glob(f"*{ending}")))]


def _digest(files: Iterable[Path]) -> str:
    """What changes when a file does: names, sizes and times of change."""
    total = hashlib.sha256()
    for file in files:
        try:
            state = file.stat()
        except OSError:
            continue  # removed since it was listed
        total.update(os.fsencode(file) + f"\0{state.st_size}\0{state.st_mtime_ns}\0{state.st_ino}\0".encode())
    return total.hexdigest()


@lru_cache(maxsize=8)
def _entries(kept: Library, _files: str) -> tuple[Entry, ...]:
    return kept.entries()


@lru_cache(maxsize=16)
def _county(folder: Path, files: str) -> County:
    if folder.parent == COUNTIES or _bytes_in(folder) < _LARGE_COUNTY:
        return load_county(folder)
    # Whatever a large one takes, it takes it from a process that ends.
    job = work().ask(f"county {folder!r} {files}", _county_or_faults, folder, timeout=_READING)
    try:
        with job.wanted():
            found = job.result()
    except (TimeoutError, ProcessExpired, MemoryError):
        wrong = msg("it takes too long to read the county, or too much memory")
        raise InputError([Fault(shown(folder.name), wrong, msg("boundaries with fewer points"))]) from None
    if isinstance(found, County):
        return found
    raise InputError(found)


def _county_or_faults(folder: Path) -> County | tuple[Fault, ...]:
    try:
        return load_county(folder)
    except InputError as error:
        return error.faults


def _bytes_in(folder: Path) -> int:
    try:
        return sum(file.stat().st_size for file in folder.iterdir())
    except OSError:
        return 0
