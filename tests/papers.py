"""Scenarios with their answers, for tests of the papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import scenarios
from optimizer.conflicts import Conflict, explain
from optimizer.solve import Solution, solve
from scenarios.assemble import LoadedScenario, load_problem

DAY = date(2026, 3, 9)
MODELS = ("modell-1-zentral", "modell-2-wohlfahrt", "modell-3-kommunen")
#: Three persons in each of three teams are more than six posts give.
IMPOSSIBLE = "{posts: {total: 6}, districts: {minimum: 3, minimum_persons: 3}}"


@dataclass(frozen=True)
class Answer:
    """A scenario with its plan, or with the conflicts behind there being none."""

    loaded: LoadedScenario
    solution: Solution
    conflicts: Sequence[Conflict] = ()


@cache
def shipped(stem: str) -> Answer:
    """A scenario that comes with the planner."""
    return answered(scenarios.SCENARIOS / f"{stem}.yaml")


def models() -> list[Answer]:
    """The comparison of the three models."""
    return [shipped(stem) for stem in MODELS]


def answered(path: Path) -> Answer:
    """The answer to the scenario in a file."""
    loaded = load_problem(path)
    solution = solve(loaded.problem)
    return Answer(loaded, solution, explain(solution) if solution.plan is None else ())


def scenario(
    folder: Path, name: str, layers: str, *, county: str = "05558-coesfeld", key: str = "", more: str = ""
) -> Answer:
    """The answer to a scenario written into ``folder``."""
    path = folder / "probe.yaml"
    path.write_text(f"name: {name}\ncounty: {county}\n{key}\n{more}\nlayers: [{layers}]\n", "utf-8")
    return answered(path)


def drawing(width: float = 165, height: float = 115, text: str = "1") -> str:
    """A picture in place of a map, in millimetres."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}"><rect width="90" height="70" fill="#ccc"/>'
        f'<text x="9" y="9" font-family="Source Sans Pro">{text}</text></svg>'
    )
