"""Scenarios and their plans: computed once for everybody, and again when anything they depend on changes."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import scenarios
from faults import InputError
from geodata import county_folder
from geodata.county import County, load_county
from optimizer.conflicts import Conflict, explain
from optimizer.plan import Plan
from optimizer.problem import GivenDistrict, Problem
from optimizer.solve import NoPlanInTime, Solution, solve
from optimizer.solver import SolverError
from scenarios.assemble import Districts, LoadedScenario, districts_of, problem_from, with_plan
from scenarios.library import Entry, Library, library
from scenarios.schema import Scenario, as_data
from scenarios.store import SUFFIX
from translation import Message, msg
from views import waiting
from views.speech import Speech
from views.work import ProcessExpired, work

#: Seconds for one plan; the best found by then is shown with its gap.
TIME_LIMIT = 60
#: Seconds for the reasons why there is none.
EXPLAIN_LIMIT = 60
#: What a scenario states without any effect on its plan.
_WITHOUT_EFFECT = {"name", "description", "funding"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A scenario with its plan or, where there is none, the conflicts behind that.

    ``digest`` changes with everything that the answer depends on.
    """

    loaded: LoadedScenario
    solution: Solution
    conflicts: tuple[Conflict, ...]
    digest: str


class NoAnswer(Exception):  # noqa: N818 - an outcome, not an error of the program
    """There is no plan to show; ``message`` says why. ``again`` is the key of the work, which can be begun again.

    ``wanted``: the planner stopped it.
    """

    def __init__(self, message: Message, again: str, *, wanted: bool = False) -> None:
        self.message, self.again, self.wanted = message, again, wanted
        super().__init__(str(message))


def entries() -> tuple[Entry, ...]:
    """The scenarios that can be chosen."""
    kept = library()
    files = [*_scenario_files(scenarios.SCENARIOS), *_scenario_files(kept.scenarios_folder)]
    return _entries(kept, _digest(files))


def entry(id: str) -> Entry | None:
    """The scenario with that id, which may come from outside."""
    return next((known for known in entries() if known.id == id), None)


def county(folder: Path) -> County:
    """The county in ``folder``. Raises ``InputError`` with all its faults."""
    return _county(folder, _county_digest(folder))


def answer(scenario: Scenario, path: Path, speech: Speech) -> Answer:
    """The plan of ``scenario``, which stands in the file ``path`` or would stand there.

    While it is computed, the page says so. Raises ``InputError`` with every fault of the scenario and of what it
    refers to, :class:`NoAnswer` where there is no answer.
    """
    digest = _digest_of_all(scenario, path)
    loaded = _loaded(scenario, path, digest, speech)
    question = _question(scenario, path)
    solution = _solution(loaded.problem, question, speech)
    conflicts = conflicts_of(solution, question, speech) if solution.plan is None else ()
    return Answer(loaded, solution, conflicts, digest)


def posed(scenario: Scenario, path: Path, speech: Speech) -> LoadedScenario:
    """The problem of a scenario, without its plan. Raises as :func:`answer`, where it has a reference plan."""
    return _loaded(scenario, path, _digest_of_all(scenario, path), speech)


def solved(problem: Problem, digest: str, speech: Speech) -> Solution:
    """The best plan of a ``problem`` made from an answer; ``digest`` says all that it depends on.

    Raises :class:`NoAnswer`.
    """
    return _solution(problem, digest, speech)


def evaluate(loaded: LoadedScenario, rows: Mapping[int, Sequence[GivenDistrict]]) -> Plan:
    """The figures of a plan made by hand: ``rows`` by layer, team sizes stated; a layer left out is as it was given."""
    problem = loaded.problem
    for layer, plan in rows.items():
        problem = with_plan(problem, loaded.county, plan, layer=layer)
    found = solve(problem)
    assert found.plan is not None
    return found.plan


def solve_ahead() -> None:
    """Begins with the scenarios that come with the planner, so that they are there when somebody opens them."""
    threading.Thread(target=_solve_ahead, daemon=True).start()


def _solve_ahead() -> None:
    for known in entries():
        if known.scenario is None or not known.shipped or known.scenario.reference_plan is not None:
            continue
        try:
            question = _question(known.scenario, known.path)
            loaded = problem_from(known.scenario, known.path, load=county)
        except InputError:
            continue  # said where it is opened
        work().ask(f"plan {question}", _solve, loaded.problem)


_LOADED: dict[str, LoadedScenario] = {}
_MOST_LOADED = 256


def _loaded(scenario: Scenario, path: Path, digest: str, speech: Speech) -> LoadedScenario:
    known = _LOADED.get(digest)
    if known is None:

        def districts(other: LoadedScenario) -> Sequence[Districts | None]:
            return districts_of(_solution(other.problem, _question(other.scenario, other.path), speech))

        known = problem_from(scenario, path, solve=districts, load=county)
        while len(_LOADED) >= _MOST_LOADED:
            _LOADED.pop(next(iter(_LOADED)), None)
        _LOADED[digest] = known
    return known


def _solution(problem: Problem, digest: str, speech: Speech) -> Solution:
    key = f"plan {digest}"
    try:
        found = waiting.answer_of(
            key,
            lambda: work().ask(key, _solve, problem, outcomes=(NoPlanInTime,)),
            msg("The best plan is being computed"),
            TIME_LIMIT,
            speech,
        )
    except waiting.Stopped as stopped:
        raise NoAnswer(msg("The computation was stopped."), stopped.key, wanted=True) from None
    except NoPlanInTime:
        wrong = msg("No plan was found within {seconds} seconds. Fewer posts or larger steps help.", seconds=TIME_LIMIT)
        raise NoAnswer(wrong, key) from None
    except (SolverError, ProcessExpired):
        wrong = msg("The solver failed. Please try again, or tell who looks after this planner.")
        raise NoAnswer(wrong, key) from None
    assert isinstance(found, Solution)
    return found


def conflicts_of(solution: Solution, digest: str, speech: Speech) -> tuple[Conflict, ...]:
    """Why the problem of ``solution`` has no plan; nothing where the reasons were not found in time."""
    key = f"conflicts {digest}"
    try:
        found: tuple[Conflict, ...] = waiting.answer_of(
            key,
            lambda: work().ask(key, explain, solution, timeout=EXPLAIN_LIMIT, outcomes=(TimeoutError,)),
            msg("There is no such plan; the reasons are being looked for"),
            EXPLAIN_LIMIT,
            speech,
        )
    except (waiting.Stopped, TimeoutError, SolverError, ProcessExpired):
        return ()
    return found


def _solve(problem: Problem) -> Solution:
    return solve(problem, time_limit=TIME_LIMIT)


def _question(scenario: Scenario, path: Path) -> str:
    """A digest of everything that decides the plan of ``scenario``. Raises ``InputError``."""
    stated = {name: value for name, value in as_data(scenario).items() if name not in _WITHOUT_EFFECT}
    total = hashlib.sha256(json.dumps(stated, default=str).encode())
    folder = county_folder(scenario.county, path.parent)
    total.update(f"{folder}\0{_county_digest(folder)}".encode())
    if scenario.reference_plan is not None:
        # All scenarios beside it count, because one may refer to another.
        files = [*_scenario_files(path.parent), *_scenario_files(scenarios.SCENARIOS)]
        total.update(f"{path.name}\0{_digest(files)}".encode())
    return total.hexdigest()


def _digest_of_all(scenario: Scenario, path: Path) -> str:
    """A digest of everything that an answer shows. Raises ``InputError``."""
    total = hashlib.sha256(_question(scenario, path).encode())
    total.update(f"{path}\0{json.dumps(as_data(scenario), default=str)}".encode())
    return total.hexdigest()


def _county_digest(folder: Path) -> str:
    try:
        return _digest(sorted(file for file in folder.iterdir() if file.is_file()))
    except OSError:
        return ""


def _scenario_files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))


def _digest(files: Iterable[Path]) -> str:
    """What changes when a file does: names, sizes and times of change."""
    total = hashlib.sha256()
    for file in files:
        try:
            state = file.stat()
        except OSError:
            continue  # removed since it was listed
        total.update(f"{file}\0{state.st_size}\0{state.st_mtime_ns}\0{state.st_ino}\0".encode())
    return total.hexdigest()


@lru_cache(maxsize=8)
def _entries(kept: Library, _files: str) -> tuple[Entry, ...]:
    return kept.entries()


@lru_cache(maxsize=16)
def _county(folder: Path, _files: str) -> County:
    return load_county(folder)
