"""Every county of the state, and how others divide it: ``python bench/counties.py [--posts N] [--peers] [COUNTY ...]``.

Default rules; posts in proportion to people with migration history, six at least, or ``--posts N`` for every county.
For each county, in a process of its own: seconds, CPU seconds (with those of the solver), connected sets looked at,
columns of the last program and those of it that were kept, peak memory, the highest lowest coverage that is possible,
that of the plan, and its shortfall, with the gap where one is not proven.

With ``--peers`` (``pip install kim-planer[peers]``) also, on the same county: GerryChain (short bursts of ReCom for
equal people), spopt (p-median of drives weighted by people) and OR-Tools CP-SAT (the model of Hess
with contiguity). Each divides it into every number of districts that the rules allow; every division gets the best team
sizes by our own evaluation, and the best one counts: of those that break no rule, else of all. Told are lowest
coverage, shortfall against ours, rules broken, and the seconds of the divisions alone. Prints, never passes or fails.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from geodata import COUNTIES, county_names
from geodata.county import County, load_county
from optimizer.plan import Plan
from optimizer.problem import GivenDistrict, Problem
from optimizer.rules import broken, check_plan
from optimizer.solve import Solution, solve
from scenarios.assemble import problem_of, with_plan
from scenarios.scenario import scenario_from
from scenarios.template import LEAST

PEOPLE = "migration_history"
#: Six posts in Kreis Coesfeld, which has 31,474 people with migration history.
PER_POST = 31_474 / 6
SEED, BURSTS, LENGTH, LOOKED_AT = 1, 20, 20, 20
MOST_SECONDS = 10.0
"""For one number of districts."""
Division = list[list[str]]


class Measured(NamedTuple):
    """A county as it was solved: seconds, CPU seconds, peak MB, and the solution."""

    seconds: float
    cpu: float
    memory: float
    solution: Solution


class Peer(NamedTuple):
    """What a peer made of a county."""

    plan: Plan | None
    breaches: int
    seconds: float


def posts_of(county: County) -> Fraction:
    """In proportion to people, six at least, in halves."""
    return max(LEAST, Fraction(round(2 * (county.total(PEOPLE) or 0.0) / PER_POST), 2))


def problem_for(county: County, posts: Fraction) -> Problem:
    """The default rules."""
    data = {"name": county.name, "county": "-", "layers": [{"posts": {"total": float(posts)}}]}
    return problem_of(scenario_from(data), county)


def alone(work: Callable[..., Any], *given: object) -> Any:
    """What ``work`` gives in a process of its own."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_send, args=(there, work, given))
    process.start()
    there.close()
    try:
        return here.recv()
    finally:
        process.join()


def _send(there: Connection, work: Callable[..., Any], given: Sequence[object]) -> None:
    there.send(work(*given))


def solved(problem: Problem, time_limit: float) -> Measured:
    """The plan and what it took."""
    start = time.perf_counter()
    solution = solve(problem, time_limit=time_limit)
    seconds = time.perf_counter() - start
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in both)
    return Measured(seconds, cpu, max(one.ru_maxrss for one in both) / 1024, solution)


def gap(plan: Plan, number: int) -> str:
    """What is not proven of a stage; nothing where all is."""
    stage = plan.stages[number]
    return "" if stage.proven else f" ({abs(stage.value - stage.bound):.4f} not proven)"


# -- Peers: each gives divisions into ``parts`` districts -------------------------------------------------------------


def gerrychain(county: County, parts: int) -> Iterator[Division]:
    """Short bursts of ReCom towards equal people; the twenty best that it came by."""
    import networkx
    from gerrychain import Graph, Partition, accept, constraints, proposals, updaters
    from gerrychain.optimization import SingleMetricOptimizer
    from gerrychain.partition import recursive_tree_part
    from gerrychain.tree import bipartition_tree

    people, graph = people_of(county), networkx.Graph()
    graph.add_nodes_from((ags, {"people": max(1, round(count))}) for ags, count in people.items())
    graph.add_edges_from((ags, other) for ags, others in county.neighbours.items() for other in others)
    ideal = sum(people.values()) / parts
    random.seed(SEED)
    tally = {"people": updaters.Tally("people", alias="people")}

    def uneven(partition: Any) -> float:
        return max(abs(count - ideal) for count in partition["people"].values())

    end = time.perf_counter() + MOST_SECONDS
    # Its own default tries a hundred thousand cuts before it gives up.
    cut = partial(bipartition_tree, max_attempts=100, allow_pair_reselection=True)
    whole = partial(recursive_tree_part, bipartition_tree_fn=partial(bipartition_tree, max_attempts=100))
    for epsilon in (0.1, 0.25, 0.5, 0.8, 1.2, 1.8):
        try:
            start = Partition.from_random_assignment(
                Graph.from_networkx(graph), parts, epsilon, "people", updaters=tally, partition_fn=whole, rng=SEED
            )
        except Exception:
            # Towns are too uneven for that: GerryChain says so with errors of several kinds.
            continue
        chain = SingleMetricOptimizer(
            partial(proposals.recom, pop_col="people", pop_target=ideal, epsilon=epsilon, bipartition_tree_fn=cut),
            [constraints.contiguous],
            start,
            uneven,
            maximize=False,
            rng=SEED,
        )
        found: dict[tuple[tuple[str, ...], ...], float] = {}
        try:
            for state in chain.short_bursts(LENGTH, BURSTS, accept.always_accept):
                groups: dict[Any, list[str]] = {}
                for node, part in state.assignment.items():
                    groups.setdefault(part, []).append(state.graph.original_nx_node_id_for_internal_node_id(node))
                found[tuple(sorted(tuple(sorted(group)) for group in groups.values()))] = uneven(state)
                if time.perf_counter() > end:
                    break
        except Exception:
            # No further step from here, which is an error too: what was found by then counts.
            pass
        if found:
            for division in sorted(found, key=lambda one: (found[one], one))[:LOOKED_AT]:
                yield [list(district) for district in division]
            return


def p_median(county: County, parts: int) -> Iterator[Division]:
    """Every municipality to the nearest of ``parts`` hubs, people times minutes as few as can be."""
    import numpy as np
    import pulp
    from spopt.locate import PMedian

    people = people_of(county)
    keys = list(people)
    cost = np.array([[0.0 if a == b else county.travel[a, b].minutes for b in keys] for a in keys])
    model = PMedian.from_cost_matrix(cost, np.array([people[ags] for ags in keys]), p_facilities=parts)
    model = model.solve(pulp.PULP_CBC_CMD(msg=False))
    yield [[keys[client] for client in clients] for clients in model.fac2cli if clients]


def hess(county: County, parts: int) -> Iterator[Division]:
    """Hess: people times minutes as few as can be, between half and one and a half of an equal share in each district.

    A district hangs together: whom a centre serves has a neighbour nearer to it that it serves too.
    """
    from ortools.sat.python import cp_model

    people = people_of(county)
    keys, total = list(people), sum(people.values())
    hops = {centre: _hops(county, centre) for centre in keys}
    model = cp_model.CpModel()
    served = {(ags, centre): model.new_bool_var("") for ags in keys for centre in keys if ags in hops[centre]}
    for ags in keys:
        model.add_exactly_one(served[ags, centre] for centre in keys if (ags, centre) in served)
    model.add(sum(served[centre, centre] for centre in keys) == parts)
    least, most = round(0.5 * total / parts), round(max(1.5 * total / parts, max(people.values())))
    for centre in keys:
        load = sum(round(people[ags]) * served[ags, centre] for ags in keys if (ags, centre) in served)
        model.add(load >= least * served[centre, centre])
        model.add(load <= most * served[centre, centre])
    for (ags, centre), chosen in served.items():
        if ags != centre:
            nearer = [other for other in county.neighbours[ags] if hops[centre].get(other, 999) < hops[centre][ags]]
            model.add_bool_or([served[other, centre] for other in nearer] + [chosen.negated()])
    model.minimize(
        sum(
            round(people[ags] * county.travel[ags, centre].minutes) * chosen
            for (ags, centre), chosen in served.items()
            if ags != centre
        )
    )
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.random_seed = MOST_SECONDS, SEED
    solver.parameters.num_workers = 2
    if solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        groups: dict[str, list[str]] = {}
        for (ags, centre), chosen in served.items():
            if solver.value(chosen):
                groups.setdefault(centre, []).append(ags)
        yield list(groups.values())


def people_of(county: County) -> dict[str, float]:
    """The people of the key."""
    return {town.ags: town.indicators[PEOPLE] or 0.0 for town in county.municipalities}


def _hops(county: County, centre: str) -> dict[str, int]:
    """Borders to be crossed to each municipality that can be reached."""
    found, ahead = {centre: 0}, [centre]
    while ahead:
        ahead = sorted({other for ags in ahead for other in county.neighbours[ags]} - found.keys())
        found |= dict.fromkeys(ahead, max(found.values()) + 1)
    return found


PEERS = {"GerryChain": gerrychain, "p-median": p_median, "Hess": hess}


def tried(problem: Problem, county: County, peer: Callable[[County, int], Iterator[Division]]) -> Peer:
    """The best of a peer's divisions, with the best team sizes."""
    best, best_rank = Peer(None, 0, 0.0), None
    layer = problem.layers[0]
    start = time.perf_counter()
    # All before the first is evaluated: OR-Tools cannot be loaded where HiGHS is.
    counts = range(layer.districts_minimum, (layer.districts_maximum or 6) + 1)
    divisions = [division for parts in counts for division in peer(county, parts)]
    seconds = time.perf_counter() - start
    for division in divisions:
        plan = solve(with_plan(problem, county, [GivenDistrict("ki", tuple(one)) for one in division])).plan
        if plan is None or plan.lowest_coverage is None:
            continue
        breaches = len(broken(check_plan(plan)))
        rank = (breaches == 0, plan.lowest_coverage, -plan.shortfall_hours)
        if best_rank is None or rank > best_rank:
            best, best_rank = Peer(plan, breaches, 0.0), rank
    return best._replace(seconds=seconds)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("counties", nargs="*", help="names of shipped counties; all of them without any")
    options.add_argument("--posts", type=Fraction, help="as many in every county")
    options.add_argument("--peers", action="store_true")
    options.add_argument("--time-limit", type=float, default=120.0)
    chosen = options.parse_args()
    head = f"{'county':32}{'n':>3}{'posts':>7}{'s':>8}{'cpu s':>8}{'sets':>9}{'columns':>9}{'kept':>6}{'MB':>6}"
    print(f"{head}  highest coverage, coverage of the plan, shortfall")
    # Peers warn of what is not to be helped here.
    warnings.simplefilter("ignore")
    total = 0.0
    for name in chosen.counties or county_names():
        county = load_county(COUNTIES / name)
        problem = problem_for(county, chosen.posts or posts_of(county))
        found: Measured = alone(solved, problem, chosen.time_limit)
        total += found.cpu
        plan, (measure,) = found.solution.plan, found.solution.measures
        assert plan is not None
        assert plan.lowest_coverage is not None
        print(
            f"{name:32}{len(county.municipalities):3}{float(plan.fte):7.1f}{found.seconds:8.2f}{found.cpu:8.2f}"
            f"{measure.sets:9}{measure.columns:9}{measure.kept:6}{found.memory:6.0f}"
            f"  {plan.stages[0].value:.4f}{gap(plan, 0)}  {plan.lowest_coverage:.4f}"
            f"  {plan.shortfall_hours:.2f}{gap(plan, 1)}",
            flush=True,
        )
        for peer, work in PEERS.items() if chosen.peers else ():
            made: Peer = alone(tried, problem, county, work)
            if made.plan is None:
                print(f"    {peer:12} no division, {made.seconds:.1f} s", flush=True)
                continue
            ratio = made.plan.shortfall_hours / plan.shortfall_hours
            print(
                f"    {peer:12} {made.plan.lowest_coverage:.4f}  shortfall × {ratio:.2f}"
                f"  rules broken {made.breaches}  {made.seconds:.1f} s",
                flush=True,
            )
    print(f"CPU seconds in all: {total:.1f}")


if __name__ == "__main__":
    main()
