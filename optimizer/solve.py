"""From a problem to a plan: the layers one after the other, each with its own proof."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from optimizer.column import Column
from optimizer.columns import ColumnSource, given_hubs
from optimizer.plan import District, LayerPlan, Plan, added_hours
from optimizer.problem import GivenDistrict, Layer, Problem
from optimizer.program import Program
from optimizer.service import Delivery, Service
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
        """Optimal only where all stages of all layers are proven."""
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
    progress: Callable[[int, int], None] | None = None,
    reduce: bool = True,
) -> Solution:
    """The best plan, layer by layer, or the proof that there is none.

    ``time_limit`` in seconds for everything; the best plan found by then comes with its gap. ``progress`` is called
    with the number of layers done and of all. Without ``reduce`` all columns go to the solver (for measurements).
    Raises :class:`NoPlanInTime` where the time was up before any plan was found, and ``SolverError``.
    """
    solver = solver or default_solver()
    start = time.perf_counter()
    deadline = Deadline(time_limit)
    done: list[LayerPlan] = []
    measures: list[Measures] = []
    for number, layer in enumerate(problem.layers):
        if progress:
            progress(number, len(problem.layers))
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
            seconds = time.perf_counter() - start
            return Solution(problem, None, seconds, number, tuple(done), ki_units, tuple(measures))
        measures.append(staged.measures)
        districts = tuple(district_of(source, column) for column in staged.columns)
        done.append(LayerPlan(layer, districts, staged.stages))
    return Solution(problem, Plan(problem, tuple(done)), time.perf_counter() - start, measures=tuple(measures))


def district_of(source: ColumnSource, column: Column) -> District:
    """A column with all its figures."""
    delivery = source.service.deliver(column.members, column.hub, column.level)
    employer = source.employers[column.employer].id
    return _built(source.problem, source.layer, employer, column.units * source.layer.step, delivery)


def _built(problem: Problem, layer: Layer, employer: str, fte: Fraction, delivery: Delivery) -> District:
    towns = problem.municipalities
    return District(
        employer=employer,
        fte=fte,
        hub=towns[delivery.hub].ags,
        level=delivery.level,
        municipalities=tuple(towns[i].ags for i in delivery.members),
        hours=delivery.hours,
        travel_hours=delivery.travel_hours,
        coordination_hours=layer.coordination_hours * math.ceil(fte),
        contract_hours=float(fte) * layer.hours_per_week,
        fits=delivery.fits,
    )


def evaluate_layer(problem: Problem, layer: Layer, service: Service) -> LayerPlan:
    """The figures of a layer whose plan is given in full; the plan may break rules."""
    districts = [_evaluated(problem, layer, service, row) for row in layer.plan or ()]
    districts.sort(key=lambda district: (district.municipalities, district.employer, district.fte, district.hub))
    return LayerPlan(layer, tuple(districts))


def _evaluated(problem: Problem, layer: Layer, service: Service, row: GivenDistrict) -> District:
    assert row.fte is not None
    members = tuple(sorted(problem.index[ags] for ags in row.municipalities))
    hubs = given_hubs(problem, layer, service, layer.employer(row.employer), members, row.hub)
    return _built(problem, layer, row.employer, row.fte, service.evaluate(members, hubs, row.fte))


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
