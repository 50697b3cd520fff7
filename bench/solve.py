"""How long the shipped scenarios take: ``python bench/solve.py [--runs N] [--without] [SCENARIO ...]``.

For every scenario, in one process: the median time of a solve with all stages and proofs, for each solver; the
connected sets looked at; the columns of all districts and sizes, of the last program before its bounds from duals, and
after; with ``--without`` also the median time when all columns go to the solver, and the ratio (takes minutes).
Prints, never passes or fails: the machine decides the times, only ratios of one run can be compared.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from optimizer.columns import ColumnSource
from optimizer.plan import LayerPlan, added_hours
from optimizer.problem import Problem
from optimizer.service import Service
from optimizer.solve import Solution, solve
from optimizer.solver import Deadline, Solver
from scenarios.assemble import load_problem

SCENARIOS = Path(__file__).parents[1] / "scenarios"


def timed(problem: Problem, solver: Solver, runs: int, *, reduce: bool = True) -> tuple[float, Solution]:
    """Median seconds of a solve, and the last solution."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        solution = solve(problem, solver=solver, reduce=reduce)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), solution


def all_columns(problem: Problem, done: tuple[LayerPlan, ...]) -> list[int]:
    """Columns of every decided layer, of whatever coverage."""
    counts = []
    for number, layer in enumerate(problem.layers):
        if not layer.evaluated_only:
            service = Service(problem, layer, added_hours(problem, done[:number]))
            counts.append(len(ColumnSource(problem, layer, service, 0).columns(0.0, Deadline(None), reduce=False)))
    return counts


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("scenarios", nargs="*", help="names of shipped scenarios; all of them without any")
    options.add_argument("--runs", type=int, default=9)
    options.add_argument("--without", action="store_true", help="measure the program without reduction too")
    chosen = options.parse_args()
    names = chosen.scenarios or sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
    head = f"{'scenario':22}{'cbc s':>8}{'highs s':>9}{'sets':>12}{'columns':>16}{'before':>12}{'after':>9}"
    print(head + (f"{'without s':>11}{'ratio':>8}" if chosen.without else ""))
    for name in names:
        problem = load_problem(SCENARIOS / f"{name}.yaml").problem
        cbc, solution = timed(problem, Solver.CBC, chosen.runs)
        highs, _ = timed(problem, Solver.HIGHS, chosen.runs)
        assert solution.plan is not None
        sets = "+".join(str(measure.sets) for measure in solution.measures)
        before = "+".join(str(measure.columns) for measure in solution.measures)
        after = "+".join(str(measure.kept) for measure in solution.measures)
        columns = "+".join(map(str, all_columns(problem, solution.plan.layers)))
        line = f"{name:22}{cbc:8.3f}{highs:9.3f}{sets:>12}{columns:>16}{before:>12}{after:>9}"
        if chosen.without:
            without, _ = timed(problem, Solver.CBC, 1, reduce=False)
            line += f"{without:11.2f}{without / cbc:8.0f}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
