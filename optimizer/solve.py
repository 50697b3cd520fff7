"""From a problem to a plan: what is best of all layers together, with its proof."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction

from optimizer.columns import ColumnSource
from optimizer.evaluate import district_of, evaluate_layer
from optimizer.joint.decide import solve_jointly
from optimizer.large.decide import is_large, solve_large
from optimizer.large.layers import with_bounds
from optimizer.plan import LayerPlan, Plan, Stage, StageName, added_hours
from optimizer.problem import Ags, Layer, Problem
from optimizer.program import Program
from optimizer.rules import broken, check_plan
from optimizer.service import Service
from optimizer.solver import Deadline, Solver, Termination, TimeUp, default_solver
from optimizer.stages import Infeasible, Measures, NoPlanInTime, Staged, Stages

__all__ = ["NoPlanInTime", "Solution", "Status", "first_plan", "solve"]


#: From so many municipalities on it may take too long to go through all districts, and the share of a limited time that
#: is given to it.
MAYBE_LARGE, EXACT = 24, 0.7


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
    solver = solver or default_solver()
    deadline = Deadline(time_limit)
    report = progress or (lambda _: None)
    report(0.0)

    def one_after_the_other(asked: Problem) -> Solution:
        return _one_after_the_other(asked, solver, deadline, reduce)

    first = one_after_the_other(problem)
    if not _decided_together(problem) or (first.plan is None and not _may_be_together(first)):
        report(1.0)
        return replace(first, seconds=time.perf_counter() - start)
    # Layers one after the other are only a start: what is best for one may leave too little to the next.
    known = first.plan or one_after_the_other(_presence_at_once(problem)).plan
    if any(is_large(ColumnSource(problem, layer, Service(problem, layer), 0)) for layer in problem.layers):
        return _one_by_one(first, known, time.perf_counter() - start)
    try:
        joint = solve_jointly(problem, None if known is None else known.layers, deadline, report)
    except Infeasible:
        return replace(first, seconds=time.perf_counter() - start)
    except NoPlanInTime:
        if one_after_the_other(_without_presence(problem)).plan is not None:
            raise
        return replace(first, seconds=time.perf_counter() - start)
    plan = Plan(problem, joint.layers, joint.stages)
    return Solution(problem, plan, time.perf_counter() - start, measures=first.measures)


def _one_by_one(first: Solution, known: Plan | None, seconds: float) -> Solution:
    """What is known of a large county whose layers were decided one after the other. Raises ``NoPlanInTime``."""
    if known is None:
        raise NoPlanInTime
    problem = first.problem
    layers = tuple(replace(one, layer=layer) for one, layer in zip(known.layers, problem.layers, strict=True))
    plan = Plan(problem, layers, known.stages)
    if first.plan is None and any(check.binding for check in broken(check_plan(plan))):
        # Its layers were asked for more than they owe, and that did not help.
        raise NoPlanInTime
    return Solution(problem, with_bounds(plan), seconds, measures=first.measures)


def first_plan(problem: Problem, *, solver: Solver | None = None, time_limit: float | None = None) -> Plan | None:
    """A plan that is there long before the best one: each layer as it is best after the ones before it.

    None where layers are not decided together (the best one is there as soon), or one has no plan so. Raises
    :class:`NoPlanInTime` where ``time_limit`` seconds did not suffice, and ``SolverError``.
    """
    if not _decided_together(problem):
        return None
    return _one_after_the_other(problem, solver or default_solver(), Deadline(time_limit), True).plan


def _may_be_together(failed: Solution) -> bool:
    """Whether there may be a plan although some layer has none after the plans of the ones before it.

    Not where it is the first to be decided; and only by the fewest hours, which earlier layers may give, too.
    """
    layers = failed.problem.layers
    owed = any(layer.minimum_hours or layer.minimum_hours_of for layer in layers if not layer.evaluated_only)
    return owed and failed.failed_layer != _first_decided(failed.problem)


def _presence_at_once(problem: Problem) -> Problem:
    """The problem with the fewest hours of later layers asked of earlier ones: likely to have plans that fit."""
    layers: list[Layer] = []
    most: dict[Ags, float] = {}
    for layer in reversed(problem.layers):
        if layer.evaluated_only:
            layers.append(layer)
            continue
        most = {town.ags: max(most.get(town.ags, 0.0), layer.fewest_hours(town.ags)) for town in problem.municipalities}
        layers.append(replace(layer, minimum_hours=0.0, minimum_hours_of=most))
    return replace(problem, layers=tuple(layers[::-1]))


def _without_presence(problem: Problem) -> Problem:
    """The problem with nobody's hours owed: where there is no plan of it, one layer after the other, there is none."""
    return replace(problem, layers=tuple(map(_owing_nothing, problem.layers)))


def _owing_nothing(layer: Layer) -> Layer:
    return layer if layer.evaluated_only else replace(layer, minimum_hours=0.0, minimum_hours_of={})


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
        try:
            ki_units = needed_ki_units(problem, number, done, solver, deadline)
            source = ColumnSource(problem, layer, service, ki_units)
            staged = _staged(source, solver, deadline, reduce)
        except TimeUp:
            raise NoPlanInTime from None
        except Infeasible:
            return Solution(problem, None, 0.0, number, tuple(done), tuple(measures))
        measures.append(staged.measures)
        stages = tuple(_of_the_plan(stage, done) for stage in staged.stages)
        done.append(LayerPlan(layer, tuple(district_of(source, column) for column in staged.columns)))
    return Solution(problem, Plan(problem, tuple(done), stages), 0.0, measures=tuple(measures))


def _staged(source: ColumnSource, solver: Solver, deadline: Deadline, reduce: bool) -> Staged:
    """The stages of a layer, by the way that its number of municipalities allows.

    Where all districts may be too many for the time, some of it is kept for the search that needs none of them.
    """
    tolerance = source.problem.fairness_tolerance
    if is_large(source):
        return solve_large(source, tolerance, solver, deadline)
    left = deadline.remaining
    if left is None or not is_large(source, MAYBE_LARGE):
        return Stages(source, tolerance, solver, deadline).solve(reduce=reduce)
    known: Staged | None = None
    with contextlib.suppress(NoPlanInTime, TimeUp):
        known = Stages(source, tolerance, solver, Deadline(left * EXACT)).solve(reduce=reduce)
    if known is not None and all(stage.proven for stage in known.stages):
        return known
    return solve_large(source, tolerance, solver, deadline, known=known)


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

    Which teams are possible depends on other layers only by their hours, which leave fewer that must be given here: as
    if they left none, so that it is never more than this.
    """
    layer = _owing_nothing(problem.layers[number])
    ki = {employer.id for employer in layer.employers if employer.is_ki}
    if layer.evaluated_only:
        return sum((row.fte for row in layer.plan or () if row.fte and row.employer in ki), Fraction(0))
    if len(ki) == len(layer.employers):
        return layer.total
    if not ki:
        return Fraction(0)
    source = ColumnSource(problem, layer, Service(problem, layer), 0)
    most = _most_by_limits(layer, ki)
    if is_large(source):
        return most
    if source.hub_columns is not None:
        # All districts at a threshold of nothing are very many; mostly a plan with that many is soon found.
        units = math.floor(most / layer.step)
        wanted = ColumnSource(problem, layer, source.service, units)
        with contextlib.suppress(Infeasible, NoPlanInTime):
            Stages(wanted, problem.fairness_tolerance, solver, deadline).solve()
            return units * layer.step
    columns = source.columns(0.0, deadline)
    if layer.most_changes is not None:
        columns = source.copies(columns)
    costs = [-float(c.units) if source.employers[c.employer].is_ki else 0.0 for c in columns]
    choice = Program(source, columns, solver, deadline).minimise(costs)
    if choice.columns is None:
        if choice.termination is Termination.INFEASIBLE:
            # The later layer fails on its own and is explained there.
            return layer.total
        raise NoPlanInTime
    return -sum(int(costs[j]) for j in choice.columns) * layer.step


def _most_by_limits(layer: Layer, ki: set[str]) -> Fraction:
    """The most posts that the limits of a layer leave to the KI, whatever its districts."""
    most = layer.total
    for limit in layer.limits:
        if ki <= limit.employers and limit.maximum is not None:
            most = min(most, limit.maximum)
        if ki.isdisjoint(limit.employers):
            most = min(most, layer.total - limit.minimum)
    return most
