"""The counties of ``kim state``: read, solved by several processes or a cluster, each result kept as it comes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from command.failures import no_answer
from command.screen import Screen
from command.solving import scenario_path
from command.status import ExitStatus
from command.workers import stopping
from files.faults import Fault, InputError
from files.writing import write_atomically
from geodata import county_folder
from geodata.county import County, load_county
from optimizer.conflicts import Conflict, explain
from optimizer.explore.workers import LOOK
from optimizer.problem import Problem
from optimizer.solve import Solution, solve
from optimizer.solver import Solver
from scenarios.assemble import LoadedScenario, problem_from
from scenarios.schema import Scenario
from scenarios.template import PostsByCounty, digest_of, scenario_for
from translation import msg, number, translate
from wording.about import planner_version
from wording.result_json import result, written
from wording.state import StateRow, answered, failed

COUNTY_FORMAT = "kim-state-county/1"
RESULTS = "counties"
"""The folder of the results in that of the table."""
Found = tuple[Solution, tuple[Conflict, ...]]


def solved(problem: Problem, solver: str | None, time_limit: float | None) -> Found:
    """The plan of a county or the conflicts in its way. Runs in other processes."""
    chosen = None if solver is None else Solver(solver)
    solution = solve(problem, solver=chosen, time_limit=time_limit)
    return solution, tuple(explain(solution, solver=chosen))


@dataclass
class _Asked:
    """A county to be solved."""

    loaded: LoadedScenario
    digest: str
    file: Path


@dataclass
class StateRun:
    """The counties of a call; ``rows`` are those that have an answer or failed, ``status`` is how it ends."""

    options: argparse.Namespace
    screen: Screen
    template: Scenario
    posts: PostsByCounty
    counties: dict[str, County] = field(default_factory=dict)
    rows: dict[str, StateRow] = field(default_factory=dict)
    asked: dict[str, _Asked] = field(default_factory=dict)
    status: ExitStatus = ExitStatus.DONE

    def prepare(self, names: Sequence[str]) -> None:
        """Reads the counties; one that cannot be read, or that the rules do not fit, fails alone."""
        for name in dict.fromkeys(names):
            folder = Path(name).name or name
            if folder in self.rows or folder in self.asked:
                wrong = msg("two county folders have this name")
                raise InputError([Fault(name, wrong, msg("folders with names of their own"))])
            try:
                county = load_county(county_folder(name, Path(), anywhere=True))
                self.counties[folder] = county
                scenario = scenario_for(self.template, county, self.posts)
                path = scenario_path(self.options.scenario)
                loaded = problem_from(scenario, path, county=county)
            except InputError as error:
                self._fail(folder, error.lines(self.screen.language), ExitStatus.BAD_INPUT)
                continue
            digest = digest_of(scenario, county, planner_version(), self.screen.language)
            self.asked[folder] = _Asked(loaded, digest, self.options.out / RESULTS / f"{folder}-{digest[:12]}.json")

    def compute(self, executor: Executor) -> None:
        """Solves what is not there already, the largest counties first; each result is kept as it comes."""
        futures: dict[Future[Found], str] = {}
        order = sorted(self.asked, key=lambda folder: -len(self.asked[folder].loaded.county.municipalities))
        for folder in order:
            asked = self.asked[folder]
            known = self._known(asked)
            if known is not None:
                self._take(folder, known)
                continue
            problem, solver = asked.loaded.problem, self.options.solver
            futures[executor.submit(solved, problem, solver, self.options.time_limit)] = folder
        if len(futures) < len(order):
            done = msg("{count} counties were solved before.", count=number(len(order) - len(futures)))
            self.screen.err.print(self.screen.line(done))
        with stopping() as stopped:
            for future in _as_they_come(futures, stopped):
                self._receive(futures[future], future)
            if stopped():
                self.screen.err.print(self.screen.line(msg("The same call goes on where this one stopped.")))
                raise KeyboardInterrupt

    def _receive(self, folder: str, future: Future[Found]) -> None:
        asked, language = self.asked[folder], self.screen.language
        error = future.exception()
        if error is not None:
            name = f"{type(error).__name__}: {error}"
            failed = msg("The solver failed ({reason}): try the other one with --solver.", reason=name)
            self._fail(folder, [translate(no_answer(error) or failed, language)], ExitStatus.NO_ANSWER)
            return
        found = future.result()
        document = result(asked.loaded, found[0], found[1], language)
        kept = {"format": COUNTY_FORMAT, "digest": asked.digest, "time_limit": self.options.time_limit}
        write_atomically(asked.file, written(kept | {"result": document}).encode(), private=False)
        self._take(folder, document)
        text = msg("{county}: {seconds}", county=asked.loaded.county.name, seconds=number(found[0].seconds, 1, "s"))
        self.screen.err.print(self.screen.line(text), soft_wrap=True)

    def _known(self, asked: _Asked) -> dict[str, Any] | None:
        """The result of an earlier run, unless more time is allowed now for a plan that is not proven."""
        try:
            kept = json.loads(asked.file.read_text(encoding="utf-8"))
            document: dict[str, Any] = kept["result"]
            if (kept["format"], kept["digest"]) != (COUNTY_FORMAT, asked.digest):
                return None
            limit, now = kept["time_limit"], self.options.time_limit
            enough = document["status"] != "feasible" or limit is None or (now is not None and now <= limit)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return document if enough else None

    def _take(self, folder: str, document: Mapping[str, Any]) -> None:
        loaded = self.asked[folder].loaded
        people = None if loaded.people is None else loaded.people.total
        self.rows[folder] = answered(loaded.county, document, people)
        if document["status"] == "infeasible":
            self.status = max(self.status, ExitStatus.INFEASIBLE)

    def _fail(self, folder: str, reasons: list[str], status: ExitStatus) -> None:
        self.rows[folder] = failed(folder, reasons, self.counties.get(folder))
        self.status = max(self.status, status)


def _as_they_come(futures: Mapping[Future[Any], str], stopped: Callable[[], bool]) -> Iterator[Future[Any]]:
    """The futures as they are done; when ``stopped`` says so, only those that were begun."""
    left = set(futures)
    while left:
        done, left = wait(left, timeout=LOOK, return_when=FIRST_COMPLETED)
        if stopped():
            left = {future for future in left if not future.cancel()}
        yield from sorted((one for one in done if not one.cancelled()), key=lambda one: futures[one])
