"""One layer of a scenario with what comes before it: what all questions about a plan are asked of.

Earlier layers are taken with the hours of their best plan (or of the given one), later layers are left out of account,
and so is a plan that the layer itself has: the questions are about all plans that its rules allow. Coverage and
shortfall are those after this layer, with the fair level of the whole scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from optimizer.column import Column
from optimizer.columns import ColumnSource
from optimizer.evaluate import district_of, evaluate_layer
from optimizer.large.decide import is_large
from optimizer.plan import LayerPlan, Plan, Stage, added_hours
from optimizer.problem import Ags, GivenDistrict, Layer, Problem
from optimizer.service import Service, mask_of
from optimizer.solve import needed_ki_units
from optimizer.solver import Deadline, Solver, TimeUp, default_solver
from optimizer.stages import Infeasible, NoPlanInTime, Stages

#: Most districts that are gone through, in thousands: for each thousand ``ColumnSource`` looks at the time once.
MOST_LOOKS = 60


class TooLarge(Exception):  # noqa: N818 - an answer, not an error
    """The county allows too many districts for the plans to be gone through one by one."""


class Looks(Deadline):
    """A deadline that also ends the search for districts where there are too many of them: raises TooLarge."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(None)
        self.deadline = deadline
        self.left = MOST_LOOKS

    def check(self) -> None:
        """Raises ``TimeUp`` where no time is left, and :class:`TooLarge`."""
        self.left -= 1
        if self.left < 0:
            raise TooLarge
        self.deadline.check()


@dataclass(frozen=True)
class Situation:
    """A layer without a plan of its own, the plans of the layers before it, and the fewest units the KI needs in it."""

    problem: Problem
    number: int
    done: tuple[LayerPlan, ...]
    ki_units: int
    solver: Solver
    deadline: Deadline

    @property
    def layer(self) -> Layer:
        """The layer that is asked about."""
        return self.problem.layers[self.number]

    @cached_property
    def service(self) -> Service:
        """What teams deliver in the layer."""
        return Service(self.problem, self.layer, added_hours(self.problem, self.done))

    def source(self) -> ColumnSource:
        """The columns that the rules of the layer allow."""
        return ColumnSource(self.problem, self.layer, self.service, self.ki_units)

    def columns(self) -> list[Column]:
        """Every column, whatever the rest of the county then gets. Raises :class:`TooLarge` and ``TimeUp``."""
        return self.source().columns(0.0, Looks(self.deadline), reduce=False)

    def best(self, forbidden: frozenset[int] = frozenset(), *, at_least: float = 0.0) -> Plan:
        """The best plan, with its stages; none of its districts is one of the ``forbidden`` masks.

        ``at_least`` is a lowest coverage that a plan is known to reach, to be quicker.

        Raises :class:`Infeasible` and :class:`NoPlanInTime`.
        """
        source = _Without(self.problem, self.layer, self.service, self.ki_units, forbidden)
        tolerance = self.problem.fairness_tolerance
        staged = Stages(source, tolerance, self.solver, self.deadline, at_least=at_least).solve()
        return self.plan(staged.columns, staged.stages)

    def plan(self, columns: Sequence[Column], stages: tuple[Stage, ...] = ()) -> Plan:
        """The plan of some columns, after those of the earlier layers."""
        source = self.source()
        districts = tuple(district_of(source, column) for column in sorted(columns, key=lambda c: c.order))
        return Plan(self.problem, (*self.done, LayerPlan(self.layer, districts)), stages)

    def evaluated(self, rows: Sequence[GivenDistrict]) -> Plan:
        """The figures of a plan of the layer that is given with sizes; it may break rules."""
        given = replace(self.layer, plan=tuple(rows))
        return Plan(self.problem, (*self.done, evaluate_layer(self.problem, given, self.service)))


class _Without(ColumnSource):
    """The columns of a layer but those of some districts."""

    def __init__(
        self, problem: Problem, layer: Layer, service: Service, ki_units: int, forbidden: frozenset[int]
    ) -> None:
        super().__init__(problem, layer, service, ki_units)
        self.forbidden = forbidden

    def columns(
        self,
        coverage: float,
        deadline: Deadline,
        most_shortfall: float = float("inf"),
        *,
        reduce: bool = True,
        share: float = 1.0,
    ) -> list[Column]:
        found = super().columns(coverage, deadline, most_shortfall, reduce=reduce, share=share)
        return [column for column in found if mask_of(column.members) not in self.forbidden]


def situation_of(
    problem: Problem,
    layer: int = 0,
    *,
    solver: Solver | None = None,
    time_limit: float | None = None,
    any_size: bool = False,
) -> Situation:
    """The situation of a layer; ``time_limit`` in seconds for everything asked of it.

    Raises :class:`Infeasible` where an earlier layer has no plan, :class:`NoPlanInTime`, and :class:`TooLarge` at once
    where there are too many municipalities for all districts to be gone through: of the layer, unless ``any_size`` of
    it will do, or of an earlier one.
    """
    solver, deadline = solver or default_solver(), Deadline(time_limit)
    problem = with_layer(problem, layer, replace(problem.layers[layer], plan=None))
    for rules in problem.layers[: layer if any_size else layer + 1]:
        if is_large(ColumnSource(problem, rules, Service(problem, rules), 0)):
            raise TooLarge
    done: list[LayerPlan] = []
    try:
        for number in range(layer):
            rules = problem.layers[number]
            if rules.evaluated_only:
                done.append(evaluate_layer(problem, rules, Service(problem, rules, added_hours(problem, done))))
            else:
                done.append(_after(problem, number, done, solver, deadline).best().layers[number])
        return _after(problem, layer, done, solver, deadline)
    except TimeUp:
        raise NoPlanInTime from None


def evaluated(
    problem: Problem,
    plans: Sequence[Sequence[GivenDistrict]],
    *,
    layer: int = 0,
    solver: Solver | None = None,
    time_limit: float | None = None,
) -> list[Plan]:
    """The figures of plans of a layer that are given with sizes; they may break rules. Raises as `situation_of`."""
    situation = situation_of(problem, layer, solver=solver, time_limit=time_limit, any_size=True)
    return [situation.evaluated(rows) for rows in plans]


def _after(problem: Problem, number: int, done: Sequence[LayerPlan], solver: Solver, deadline: Deadline) -> Situation:
    ki_units = needed_ki_units(problem, number, done, solver, deadline)
    return Situation(problem, number, tuple(done), ki_units, solver, deadline)


def with_layer(problem: Problem, number: int, layer: Layer) -> Problem:
    """The problem with another layer in place of one."""
    return replace(problem, layers=(*problem.layers[:number], layer, *problem.layers[number + 1 :]))


def given_rows(plan: Plan, layer: int) -> tuple[GivenDistrict, ...]:
    """The districts of a layer of a plan with employers, sizes and hubs."""
    return tuple(GivenDistrict(d.employer, d.municipalities, d.fte, d.hub) for d in plan.layers[layer].districts)


def districts_of(plan: Plan, layer: int) -> frozenset[frozenset[Ags]]:
    """The districts of a layer of a plan, each as its municipalities."""
    return frozenset(frozenset(district.municipalities) for district in plan.layers[layer].districts)


__all__ = [
    "Infeasible",
    "NoPlanInTime",
    "Situation",
    "TooLarge",
    "districts_of",
    "evaluated",
    "given_rows",
    "situation_of",
    "with_layer",
]
