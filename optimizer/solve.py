"""From a problem to a plan: what is best of all layers together, with its proof."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction

from optimizer.columns import ColumnSource
from optimizer.evaluate import district_of, evaluate_layer
from optimizer.joint.decide import solve_jointly
from optimizer.plan import LayerPlan, Plan, Stage, StageName, added_hours
from optimizer.problem import Problem
from optimizer.program import Program
from optimizer.service import Service
from optimizer.solver import Deadline, Solver, Termination, TimeUp, default_solver
from optimizer.stages import Infeasible, Measures, NoPlanInTime, Stages

__all__ = ["NoPlanInTime", "Solution", "Status", "solve"]


class Status(Enum):
    """What is known of the plan."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    GIVEN = "given"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True)
class Solution:
    """The answer to a problem. Without a plan, ``failed_layer`` is the layer whose rules cannot be kept."""

    problem: Problem
    plan: Plan | None
    seconds: float
    failed_layer: int | None = None
    done: tuple[LayerPlan, ...] = ()
    ki_units: int = 0
    measures: tuple[Measures, ...] = ()

    @property
    def status(self) -> Status:
        """Optimal only where all stages are proven."""
        if self.plan is None:
            return Status.INFEASIBLE
        if self.plan.given:
            return Status.GIVEN
        return Status.OPTIMAL if self.plan.proven else Status.FEASIBLE


def solve(
    problem: Problem,
    *,
    solver: Solver | None = None,
    time_limit: float | None = None,
    progress: Callable[[float], None] | None = None,
    reduce: bool = True,
) -> Solution:
    """The best plan of all layers together, or the proof that there is none.

    ``time_limit`` in seconds for everything; the best plan found by then comes with its gap. ``progress`` is called
    with the share of the work that is done. Without ``reduce`` all columns go to the solver (for measurements).
    Raises :class:`NoPlanInTime` where the time was up before any plan was found, and ``SolverError``.
    """
    start = time.perf_counter()
    deadline = Deadline(time_limit)
    report = progress or (lambda _: None)
    report(0.0)
    first = _one_after_the_other(problem, solver or default_solver(), deadline, reduce)
    if not _decided_together(problem) or (first.plan is None and first.failed_layer == _first_decided(problem)):
        report(1.0)
        return replace(first, seconds=time.perf_counter() - start)
    # Layers one after the other are only a start: what is best for one may leave too little to the next.
    try:
        joint = solve_jointly(problem, None if first.plan is None else first.plan.layers, deadline, report)
    except Infeasible:
        return replace(first, seconds=time.perf_counter() - start)
    plan = Plan(problem, joint.layers, joint.stages)
    return Solution(problem, plan, time.perf_counter() - start, measures=first.measures)


def _first_decided(problem: Problem) -> int:
    return next(number for number, layer in enumerate(problem.layers) if not layer.evaluated_only)


def _decided_together(problem: Problem) -> bool:
    """Whether the layer decided on its own may not be what is best for all: another layer comes after it."""
    return any(not layer.evaluated_only for layer in problem.layers[:-1])


def _one_after_the_other(problem: Problem, solver: Solver, deadline: Deadline, reduce: bool) -> Solution:
    """Each layer as it is best after the ones before it; the stages are those of the last one decided."""
    done: list[LayerPlan] = []
    measures: list[Measures] = []
    stages: tuple[Stage, ...] = ()
    for number, layer in enumerate(problem.layers):
        service = Service(problem, layer, added_hours(problem, done))
        if layer.evaluated_only:
            done.append(evaluate_layer(problem, layer, service))
            continue
        ki_units = 0
        try:
            ki_units = needed_ki_units(problem, number, done, solver, deadline)
            source = ColumnSource(problem, layer, service, ki_units)
            staged = Stages(source, problem.fairness_tolerance, solver, deadline).solve(reduce=reduce)
        except TimeUp:
            raise NoPlanInTime from None
        except Infeasible:
            return Solution(problem, None, 0.0, number, tuple(done), ki_units, tuple(measures))
        measures.append(staged.measures)
        stages = tuple(_of_the_plan(stage, done) for stage in staged.stages)
        done.append(LayerPlan(layer, tuple(district_of(source, column) for column in staged.columns)))
    return Solution(problem, Plan(problem, tuple(done), stages), 0.0, measures=tuple(measures))


def _of_the_plan(stage: Stage, earlier: Sequence[LayerPlan]) -> Stage:
    """The stage of a layer as one of the plan: the road of the layers before it counts, too."""
    if stage.name is not StageName.TRAVEL:
        return stage
    road = math.fsum(district.total_travel_hours for layer in earlier for district in layer.districts)
    return replace(stage, value=stage.value + road, bound=stage.bound + road)


def needed_ki_units(
    problem: Problem, number: int, done: Sequence[LayerPlan], solver: Solver, deadline: Deadline
) -> int:
    """Fewest units of posts that the KI must get in a layer, so that its share can still be reached.

    Counts what the KI has in earlier layers and the most that later layers can place there.
    """
    if not problem.ki_binding:
        return 0
    layer = problem.layers[number]
    needed = problem.ki_minimum * problem.placed_posts
    for earlier in done:
        needed -= sum((d.fte for d in earlier.districts if earlier.layer.employer(d.employer).is_ki), Fraction(0))
    for later in range(number + 1, len(problem.layers)):
        if needed <= 0:
            return 0
        needed -= most_ki_posts(problem, later, solver, deadline)
    return max(0, math.ceil(needed / layer.step))


def most_ki_posts(problem: Problem, number: int, solver: Solver, deadline: Deadline) -> Fraction:
    """The most posts that a layer can place at the KI under its own rules.

    Which teams are possible depends on other layers only by their hours, which leave fewer that must be given here: so
    it may be more than this.
    """
    layer = problem.layers[number]
    ki = {employer.id for employer in layer.employers if employer.is_ki}
    if layer.evaluated_only:
        return sum((row.fte for row in layer.plan or () if row.fte and row.employer in ki), Fraction(0))
    if len(ki) == len(layer.employers):
        return layer.total
    if not ki:
        return Fraction(0)
    source = ColumnSource(problem, layer, Service(problem, layer), 0)
    columns = source.columns(0.0, deadline)
    if layer.changes_maximum is not None:
        columns = source.copies(columns)
    costs = [-float(c.units) if source.employers[c.employer].is_ki else 0.0 for c in columns]
    choice = Program(source, columns, solver, deadline).minimise(costs)
    if choice.columns is None:
        if choice.termination is Termination.INFEASIBLE:
            # The later layer fails on its own and is explained there.
            return layer.total
        raise NoPlanInTime
    return -sum(int(costs[j]) for j in choice.columns) * layer.step
