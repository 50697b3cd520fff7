"""Scenarios and their plans, computed once for everybody and again when a file changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

import scenarios
from geodata import county_folder
from optimizer.conflicts import Conflict, explain
from optimizer.solve import NoPlanInTime, Solution, solve
from optimizer.solver import SolverError
from scenarios.assemble import Districts, LoadedScenario, districts_of, load_problem
from scenarios.schema import Scenario
from scenarios.store import SUFFIX, Listed, list_scenarios
from translation import Message, msg

#: Seconds for one plan; the best found by then is shown with its gap.
TIME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Version:
    """A file or folder with a digest of everything that its answer depends on."""

    path: Path
    digest: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A scenario with its plan or, where there is none, the conflicts behind that. ``digest`` is that of its files."""

    loaded: LoadedScenario
    solution: Solution
    conflicts: tuple[Conflict, ...]
    digest: str


class NoAnswer(Exception):  # noqa: N818 - an outcome, not an error of the program
    """There is no plan to show; ``message`` says why."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


def listed_scenarios() -> tuple[Listed, ...]:
    """The scenario files that can be chosen."""
    folder = scenarios.SCENARIOS
    return _listed(Version(folder, _digest(_scenario_files(folder))))


def answer(path: Path, scenario: Scenario) -> Answer:
    """The plan of the scenario file ``path``, which says ``scenario``.

    Raises ``InputError`` with every fault of its files, :class:`NoAnswer` where the solver found nothing.
    """
    county = county_folder(scenario.county, path.parent)
    # All scenarios of the folder count, because one may refer to another.
    files = [*_scenario_files(path.parent), *sorted(file for file in county.iterdir() if file.is_file())]
    return _answer(Version(path, _digest(files)))


def _scenario_files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256")
        total.update(f"{file.name}\0{content.hexdigest()}\0".encode())
    return total.hexdigest()


@st.cache_resource(max_entries=4, show_spinner=False)
def _listed(folder: Version) -> tuple[Listed, ...]:
    return list_scenarios(folder.path)


@st.cache_resource(max_entries=64, show_spinner=False)
def _answer(scenario: Version) -> Answer:
    loaded = load_problem(scenario.path, solve=_districts)
    solution = _solved(loaded)
    return Answer(loaded, solution, explain(solution), scenario.digest)


def _solved(loaded: LoadedScenario) -> Solution:
    try:
        return solve(loaded.problem, time_limit=TIME_LIMIT)
    except NoPlanInTime:
        wrong = msg("No plan was found within {seconds} seconds. Fewer posts or larger steps help.", seconds=TIME_LIMIT)
        raise NoAnswer(wrong) from None
    except SolverError:
        raise NoAnswer(msg("The solver failed. Please try again, or tell who looks after this planner.")) from None


def _districts(loaded: LoadedScenario) -> Sequence[Districts | None]:
    """The districts of a reference plan, by layer."""
    return districts_of(_solved(loaded))
