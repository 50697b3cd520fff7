"""How long questions about a plan take: ``python bench/explore.py [--draws N] [--workers 1 2] [--dask] [NAME ...]``.

For every scenario: the processor time and the time passed of alternatives, rank, frontier, prices, posts and reasons;
then of the draws of robustness and of sensitivity with so many worker processes, and with ``--dask`` with a local Dask
cluster of as many. Prints, never passes or fails: the machine decides the times, only those of one run can be compared.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from optimizer.explore.alternatives import alternatives
from optimizer.explore.frontier import frontier
from optimizer.explore.posts import posts_value
from optimizer.explore.prices import prices
from optimizer.explore.rank import rank
from optimizer.explore.reasons import why
from optimizer.explore.robustness import robustness
from optimizer.explore.sensitivity import sensitivity
from optimizer.explore.situation import given_rows, situation_of
from optimizer.explore.uncertainty import Range, Uncertainty
from optimizer.problem import Problem
from scenarios.assemble import load_problem

SCENARIOS = Path(__file__).parents[1] / "scenarios"
UNCERTAINTY = Uncertainty(
    existing=Range(0.5, 1.5),
    coordination_hours=Range(1, 3),
    block_hours=Range(3, 6),
    minutes=Range(0.8, 1.2),
    each_weight=0.1,
    each_minutes=0.1,
)
Answer = TypeVar("Answer")


def timed(what: str, ask: Callable[[], Answer], note: Callable[[Answer], object]) -> None:
    """Asks once and prints the seconds, with processor time of the processes that were waited for."""
    start, processor = time.perf_counter(), _processor()
    answer = ask()
    seconds, used = time.perf_counter() - start, _processor() - processor
    print(f"  {what:34}{seconds:9.2f} s{used:9.2f} s of processor   {note(answer)}", flush=True)


def _processor() -> float:
    mine, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + others.ru_utime + others.ru_stime


@contextmanager
def cluster(workers: int) -> Iterator[Executor]:
    """The executor of a client of a local Dask cluster."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as local,
        Client(local) as client,
    ):
        yield client.get_executor()


def exact(problem: Problem) -> None:
    """The questions that are answered exactly."""
    best = situation_of(problem).best()
    rows = given_rows(best, 0)
    posts = [
        Fraction(half, 2) for half in range(2, 25) if (Fraction(half, 2) / problem.layers[0].step).denominator == 1
    ]
    timed("alternatives, 10", lambda: alternatives(problem), lambda found: f"complete: {found.complete}")
    timed("alternatives, all in tolerance", lambda: alternatives(problem, count=10_000), lambda found: len(found.items))
    timed("rank", lambda: rank(problem, plan=rows), lambda found: f"{found.plans:,} plans, {len(found.bars)} bars")
    timed("frontier", lambda: frontier(problem), lambda found: f"{len(found.shortfall)} + {len(found.travel)} points")
    timed("prices", lambda: prices(problem), lambda found: f"{len(found.items)} prices")
    timed(f"posts, {len(posts)} totals", lambda: posts_value(problem, posts), lambda found: f"to {found[-1].total}")
    timed("why, every municipality", lambda: [why(problem, best, ags) for ags in problem.index], len)


def sampled(problem: Problem, draws: int, workers: int, what: str, executor: Executor) -> None:
    """Robustness and sensitivity on the workers of an executor."""
    timed(
        f"{draws} draws, {workers} {what}",
        lambda: robustness(problem, UNCERTAINTY, draws=draws, executor=executor),
        lambda found: f"{len(found.outcomes)} best districts; the present ones {found.same_districts.draws} times",
    )
    timed(
        f"sensitivity, {workers} {what}",
        lambda: sensitivity(problem, executor=executor),
        lambda found: ", ".join(f"{one.figure.value} {one.ags or ''} {one.smallest:.1%}" for one in found[:3]),
    )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument(
        "scenarios", nargs="*", help="names of shipped scenarios; by default the models 1 and 2 and 12 posts"
    )
    options.add_argument("--draws", type=int, default=1000)
    options.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    options.add_argument("--dask", action="store_true", help="with a local Dask cluster too")
    chosen = options.parse_args()
    for name in chosen.scenarios or ["modell-1-zentral", "modell-2-wohlfahrt", "ausbau-12-stellen"]:
        problem = load_problem(SCENARIOS / f"{name}.yaml").problem
        print(name)
        exact(problem)
        for workers in chosen.workers:
            with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
                sampled(problem, chosen.draws, workers, "processes", pool)
            if chosen.dask:
                with cluster(workers) as executor:
                    sampled(problem, chosen.draws, workers, "Dask workers", executor)


if __name__ == "__main__":
    main()
