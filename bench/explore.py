"""How long questions about a plan take: ``python bench/explore.py [--draws N] [--workers 1 2] [--dask] [NAME ...]``.

For every scenario: the processor time and the time passed of alternatives, rank, frontier, prices, posts, hours and
reasons, the medians of ``--repeat`` times; then of the draws of robustness and of sensitivity with so many worker
processes, and with ``--dask`` with a local Dask cluster of as many; last the ratios of the times passed. Prints, never
passes or fails: the machine decides the times, only those of one run can be compared, and only where nothing else runs,
for which the load of the machine is printed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from exploring.questions.robustness import DEFAULT
from optimizer.explore.alternatives import alternatives
from optimizer.explore.frontier import frontier
from optimizer.explore.hours import hour_values
from optimizer.explore.posts import posts_value
from optimizer.explore.prices import prices
from optimizer.explore.rank import rank
from optimizer.explore.reasons import why
from optimizer.explore.robustness import robustness
from optimizer.explore.sensitivity import sensitivity
from optimizer.explore.situation import given_rows, situation_of
from optimizer.problem import Problem
from optimizer.way.absence import absence
from scenarios.assemble import load_problem

SCENARIOS = Path(__file__).parents[1] / "scenarios"
PROCESSES, DASK = "processes", "Dask workers"
Answer = TypeVar("Answer")


def timed(what: str, ask: Callable[[], Answer], note: Callable[[Answer], object], repeat: int = 1) -> float:
    """Asks so often, prints the median seconds and processor time (without the workers'), gives the median seconds."""
    passed, used = [], []
    for _ in range(repeat):
        start, processor = time.perf_counter(), _processor()
        answer = ask()
        passed.append(time.perf_counter() - start)
        used.append(_processor() - processor)
    figures = f"{median(passed):9.3f} s{median(used):9.3f} s of processor, load {os.getloadavg()[0]:4.1f}"
    print(f"  {what:34}{figures}   {note(answer)}", flush=True)
    return median(passed)


def _processor() -> float:
    mine, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + others.ru_utime + others.ru_stime


@contextmanager
def cluster(workers: int) -> Iterator[Executor]:
    """The executor of a client of a local Dask cluster."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0") as local,
        Client(local) as client,
    ):
        yield client.get_executor()


def exact(problem: Problem, repeat: int) -> None:
    """The questions that are answered exactly."""
    best = situation_of(problem).best()
    rows = given_rows(best, 0)
    posts = [
        Fraction(half, 2) for half in range(2, 25) if (Fraction(half, 2) / problem.layers[0].step).denominator == 1
    ]
    questions: list[tuple[str, Callable[[], Any], Callable[[Any], object]]] = [
        ("alternatives, 10", lambda: alternatives(problem), lambda found: f"complete: {found.complete}"),
        (
            "alternatives, all in tolerance",
            lambda: alternatives(problem, count=10_000),
            lambda found: f"{len(found.items)} plans",
        ),
        (
            "rank",
            lambda: rank(problem, plan=rows),
            lambda found: f"{found.plans:,} plans, {len(found.bars)} bars",
        ),
        ("frontier", lambda: frontier(problem), lambda found: f"{len(found.shortfall)} + {len(found.travel)} points"),
        ("prices", lambda: prices(problem), lambda found: f"{len(found.items)} prices"),
        (f"posts, {len(posts)} totals", lambda: posts_value(problem, posts), lambda found: f"to {found[-1].total}"),
        (
            "hours, every district",
            lambda: hour_values(problem, best),
            lambda found: ", ".join(f"{one.shortfall_hours:.2f}" for one in found) + " hours fewer missing",
        ),
        (
            "absence",
            lambda: absence(problem, best),
            lambda found: f"{found.own.worst:.1%}, {found.within.worst:.1%}, {found.of_all.worst:.1%} at worst",
        ),
        (
            "why, every municipality",
            lambda: [why(problem, best, ags) for ags in problem.index],
            lambda found: f"{len(found)} reasons",
        ),
    ]
    for what, ask, note in questions:
        timed(what, ask, note, repeat)


def sampled(problem: Problem, draws: int, workers: int, what: str, executor: Executor) -> tuple[float, float]:
    """Seconds of robustness and of sensitivity on the workers of an executor."""
    return (
        timed(
            f"{draws} draws, {workers} {what}",
            lambda: robustness(problem, DEFAULT, draws=draws, executor=executor),
            lambda found: f"{len(found.outcomes)} best districts; the present ones {found.same_districts.draws} times",
        ),
        timed(
            f"sensitivity, {workers} {what}",
            lambda: sensitivity(problem, executor=executor),
            lambda found: ", ".join(f"{one.figure.value} {one.ags or ''} {one.smallest:.1%}" for one in found[:3]),
        ),
    )


def ratios(seconds: dict[tuple[str, int], tuple[float, float]], counts: list[int]) -> None:
    """Prints how often the time of more workers goes into that of the fewest, and Dask against processes."""
    fewest, *others = sorted(counts)
    kinds = list(dict.fromkeys(kind for kind, _ in seconds))
    for number, what in enumerate(("draws", "sensitivity")):
        for kind in kinds:
            for count in others:
                ratio = seconds[kind, fewest][number] / seconds[kind, count][number]
                print(f"  {what}, {kind}: {fewest} / {count} workers {ratio:.2f}")
        for count in sorted(counts) if DASK in kinds else ():
            ratio = seconds[DASK, count][number] / seconds[PROCESSES, count][number]
            print(f"  {what}, {count} workers: Dask / processes {ratio:.2f}")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument(
        "scenarios", nargs="*", help="names of shipped scenarios; by default the models 1 and 2 and 12 posts"
    )
    options.add_argument("--draws", type=int, default=1000)
    options.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    options.add_argument("--repeat", type=int, default=3, help="how often the exact questions are asked; 0: not")
    options.add_argument("--dask", action="store_true", help="with a local Dask cluster too")
    chosen = options.parse_args()
    for name in chosen.scenarios or ["modell-1-zentral", "modell-2-wohlfahrt", "ausbau-12-stellen"]:
        problem = load_problem(SCENARIOS / f"{name}.yaml").problem
        print(name)
        if chosen.repeat:
            exact(problem, chosen.repeat)
        seconds: dict[tuple[str, int], tuple[float, float]] = {}
        for workers in chosen.workers:
            with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
                seconds[PROCESSES, workers] = sampled(problem, chosen.draws, workers, PROCESSES, pool)
            if chosen.dask:
                with cluster(workers) as executor:
                    seconds[DASK, workers] = sampled(problem, chosen.draws, workers, DASK, executor)
        if seconds:
            ratios(seconds, chosen.workers)


if __name__ == "__main__":
    main()
