"""What most subcommands of ``kim`` do: read a scenario, find its plan or what is in its way, and tell it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from command import printed as tables
from command.limits import ended_when_late
from command.screen import Screen
from command.status import ExitStatus
from files.faults import Fault, InputError
from optimizer.conflicts import Conflict, explain
from optimizer.plan import Plan
from optimizer.solve import Solution, solve
from optimizer.solver import Solver
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario, load_problem, without_existing_services
from translation import Message, msg, percent, translate
from wording.result_json import result, written


class SolvedScenario(NamedTuple):
    """A scenario with its plan or, where there is none, the conflicts behind that."""

    loaded: LoadedScenario
    solution: Solution
    conflicts: list[Conflict]

    @property
    def status(self) -> ExitStatus:
        """How a command ends that asked for the plan."""
        return ExitStatus.DONE if self.solution.plan else ExitStatus.INFEASIBLE


def scenario_path(name: str) -> Path:
    """A scenario file, or the shipped scenario of that name."""
    shipped = SCENARIOS / f"{name.removesuffix('.yaml')}.yaml"
    path = Path(name)
    return shipped if not path.exists() and path.name == name and shipped.exists() else path


def solver_of(options: argparse.Namespace) -> Solver | None:
    """The solver that was asked for."""
    return Solver(options.solver) if options.solver else None


def load(name: str, options: argparse.Namespace) -> LoadedScenario:
    """A scenario by file or name; the solver and the time are those of its reference plan, too."""

    def reference(loaded: LoadedScenario) -> Plan | None:
        limit = options.time_limit
        with ended_when_late(limit, Screen(options.lang)):
            return solve(loaded.problem, solver=solver_of(options), time_limit=limit).plan

    return load_problem(scenario_path(name), solve=reference)


def as_if_none(loaded: LoadedScenario, screen: Screen) -> LoadedScenario:
    """The scenario as if there were no existing services, and called so."""
    name = msg("{scenario} – without existing services", scenario=loaded.scenario.name)
    return without_existing_services(loaded, translate(name, screen.language))


def solved(loaded: LoadedScenario, options: argparse.Namespace, screen: Screen) -> SolvedScenario:
    """A scenario with its plan, while the screen says how far it is."""
    with screen.err.status(screen.line(msg("Solving {name} …", name=loaded.scenario.name))) as status:

        def done(share: float) -> None:
            if share:
                text = msg("{name}: all layers together, {share} …", name=loaded.scenario.name, share=percent(share, 0))
                status.update(screen.line(text))

        def asked(count: int) -> None:
            status.update(screen.line(msg("Looking for the conflicting rules: {count} …", count=count)))

        solver = solver_of(options)
        with ended_when_late(options.time_limit, screen):
            solution = solve(loaded.problem, solver=solver, time_limit=options.time_limit, progress=done)
        conflicts = list(explain(solution, solver=solver, progress=asked))
        return SolvedScenario(loaded, loaded.answered(solution), conflicts)


def show_solved(loaded: LoadedScenario, options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Solves a scenario and tells its plan on the screen and, where that is asked for, as JSON."""
    answer = solved(loaded, options, screen)
    unwritten: list[Fault] = []
    if options.json is not None:
        unwritten = screen.save(written(result(*answer, screen.language)), options.json)
        if options.json == "-":
            return answer.status
    # What took long to find is shown also where its file cannot be written.
    screen.show(tables.plan(*answer, screen.language))
    if unwritten:
        raise InputError(unwritten)
    return answer.status


def no_layers() -> tuple[Message, Message]:
    """What is wrong with a scenario that places no posts where a layer is asked about, and what is allowed."""
    return msg("the scenario places no posts"), msg("a scenario with a layer")


def all_solved(options: argparse.Namespace, screen: Screen, faults: Sequence[Fault] = ()) -> list[SolvedScenario]:
    """The answers to all scenarios; ``faults`` found before are told with those of the scenarios."""
    loaded: list[LoadedScenario] = []
    found = list(faults)
    for name in options.scenarios:
        try:
            loaded.append(load(name, options))
        except InputError as error:
            found.extend(error.faults)
    if found:
        raise InputError(found)
    for scenario in loaded:
        screen.notices(scenario.notices)
    return [solved(scenario, options, screen) for scenario in loaded]


def status_of_all(answers: Sequence[SolvedScenario]) -> ExitStatus:
    """How a command about several scenarios ends."""
    return max(answer.status for answer in answers)
