"""From few posts to many: plans of which each continues the one before, so that nobody is moved back and forth."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from optimizer.column import Column
from optimizer.explore.prices import under
from optimizer.explore.situation import Infeasible, NoPlanInTime, Situation, situation_of, with_layer
from optimizer.plan import LayerPlan, Plan
from optimizer.problem import Ags, Problem
from optimizer.reference import Changes, changes, weights_of
from optimizer.solver import Solver, TimeUp
from optimizer.way.path import Conditions, PathSearch, PathStep


@dataclass(frozen=True, slots=True)
class GrowthStep:
    """A number of posts (FTE) on the way.

    ``alone`` is the best plan with so many posts, whatever comes before and after, and ``plan`` the one on the path;
    ``None``: there is none. ``lost_coverage`` is what the lowest coverage of ``plan`` is below that of ``alone``,
    ``lost_hours`` the hours per week that it misses beyond those of ``alone``; either may be below zero where the other
    is not. ``changes`` is against the step before (``None``: no posts were there).
    """

    total: Fraction
    alone: Plan | None
    plan: Plan | None
    lost_coverage: float | None
    lost_hours: float | None
    changes: Changes | None


@dataclass(frozen=True, slots=True)
class Growth:
    """The best path through ``steps``, all measured by one yardstick, that of the last step.

    ``loss`` is what each earlier step may lose of the lowest coverage of its plan alone, ``conditions`` what else must
    hold from step to step. ``needed``: with that loss there is no path; this is the smallest one with which there is,
    and the path is the best with it. ``proven``: every plan of the path is the proven choice, or it is proven that
    there is none; else no path has a higher lowest coverage at the last step than ``bound``.
    """

    steps: tuple[GrowthStep, ...]
    loss: float
    conditions: Conditions
    needed: float | None
    bound: float | None
    proven: bool
    layer: int

    @property
    def impossible(self) -> tuple[Fraction, ...]:
        """The numbers of posts with which the rules leave no plan at all."""
        return tuple(step.total for step in self.steps if step.alone is None)

    @property
    def found(self) -> bool:
        """Whether there is a path."""
        return all(step.plan is not None for step in self.steps)

    @property
    def changing(self) -> tuple[Ags, ...]:
        """Municipalities that change district at some step, in AGS order."""
        return tuple(sorted({ags for step in self.steps if step.changes for ags in step.changes.municipalities}))


def growth(
    problem: Problem,
    totals: Sequence[Fraction],
    *,
    layer: int = 0,
    loss: float = 0.02,
    conditions: Conditions = Conditions(),  # noqa: B008 - it cannot be changed
    free_districts: bool = False,
    solver: Solver | None = None,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Growth:
    """The best plans for some numbers of posts of a layer, ascending, of which each continues the one before.

    ``totals`` are multiples of the step of the layer; 0 is a step at which nothing is there. A district of a later step
    is a part of one of the step before: two municipalities that share a district later shared one before, so whoever
    has been parted never comes together again. ``conditions`` say what else must
    hold from step to step.

    The last step is best in the order of the model (highest lowest coverage, then within the fairness tolerance fewest
    hours missing) among all paths whose earlier steps lose at most ``loss`` (absolute) of the lowest coverage of the
    best plan with so many posts alone, that of :func:`posts_value`; of those, and within 0.001 hours each, the path
    with the fewest hours missing at all earlier steps together counts, then that with the least travel at all steps
    together, then the order of municipality keys from the first step to the last. All are measured by the yardstick of
    the last step, or the stated one.

    All rules hold at every step, the KI's share of the then larger or smaller whole included; with ``free_districts``
    the numbers of districts are free. ``progress`` gets the parts done and of all. Raises :class:`Infeasible` where an
    earlier layer has no plan, :class:`NoPlanInTime` and :class:`TooLarge`.
    """
    ordered = sorted(set(totals))
    rules = problem.layers[layer]
    if free_districts:
        most = max(len(problem.municipalities), rules.districts_maximum)
        problem = with_layer(problem, layer, replace(rules, districts_minimum=1, districts_maximum=most))
    situation = situation_of(problem, layer, solver=solver, time_limit=time_limit)
    yardstick = with_total(situation.problem, layer, ordered[-1]).fair_level
    filled = [total for total in ordered if total]
    alone: list[_Alone | None] = []
    try:
        for number, total in enumerate(filled):
            if progress:
                progress(number, len(filled) + 1)
            alone.append(_alone(situation, total, yardstick))
        if progress:
            progress(len(filled), len(filled) + 1)
        search = _search([one for one in alone if one is not None], conditions) if all(alone) else None
        needed, proven = (None, True) if search is None else _found(search, loss)
    except TimeUp:
        raise NoPlanInTime from None
    steps = [] if ordered[0] else [_nothing(situation, yardstick)]
    for number, (total, one) in enumerate(zip(filled, alone, strict=True)):
        columns = None if search is None or search.path is None else search.path[number]
        steps.append(_step(total, one, columns, steps[-1] if steps else None))
    return Growth(tuple(steps), loss, conditions, needed, None if search is None else search.bound, proven, layer)


def with_total(problem: Problem, layer: int, total: Fraction) -> Problem:
    """The problem with another number of posts in a layer."""
    return with_layer(problem, layer, replace(problem.layers[layer], total=total))


@dataclass(frozen=True, slots=True)
class _Alone:
    """The best plan for a step alone, and the situation; both with the yardstick of all. ``highest``: by its own."""

    situation: Situation
    plan: Plan
    highest: float


def _alone(situation: Situation, total: Fraction, yardstick: float) -> _Alone | None:
    """The best plan for a step alone; ``None``: the rules leave none. Raises ``TimeUp``."""
    there = under(situation, with_total(situation.problem, situation.number, total))
    try:
        best = there.best()
    except Infeasible:
        return None
    except NoPlanInTime:
        raise TimeUp from None
    if not best.proven:
        # What is lost is told against what is possible, so that has to be known.
        raise TimeUp
    problem = replace(there.problem, stated_level=yardstick)
    return _Alone(replace(there, problem=problem), Plan(problem, best.layers), best.stages[0].value)


def _search(alone: Sequence[_Alone], conditions: Conditions) -> PathSearch | None:
    if not alone:
        return None
    steps = [PathStep(one.situation, one.plan.reached) for one in alone]
    return PathSearch(steps, alone[-1].highest, conditions)


def _found(search: PathSearch, loss: float) -> tuple[float | None, bool]:
    """Searches; the smallest loss where the one stated leaves no path, and whether all is proven.

    Raises ``TimeUp`` where nothing at all is known.
    """
    needed = None
    try:
        if not search.best(loss):
            needed = math.inf
            needed = search.smallest_loss(loss)
            if needed is not None:
                search.best(needed)
    except TimeUp:
        if search.path is None and needed is None:
            raise
        return None if needed == math.inf else needed, False
    return needed, True


def _nothing(situation: Situation, yardstick: float) -> GrowthStep:
    """The step without posts: what there is without them."""
    problem = replace(situation.problem, stated_level=yardstick)
    plan = Plan(problem, (*situation.done, LayerPlan(situation.layer, ())))
    return GrowthStep(Fraction(0), plan, plan, 0.0, 0.0, None)


def _step(
    total: Fraction, one: _Alone | None, columns: Sequence[Column] | None, before: GrowthStep | None
) -> GrowthStep:
    if one is None or columns is None:
        return GrowthStep(total, None if one is None else one.plan, None, None, None, None)
    plan = one.situation.plan(columns)
    lost = one.plan.reached - plan.reached, plan.shortfall_hours - one.plan.shortfall_hours
    then = before.plan if before is not None and before.total else None
    changed = None if then is None else _changes(plan, then, one.situation.number)
    return GrowthStep(total, one.plan, plan, *lost, changed)


def _changes(plan: Plan, before: Plan, number: int) -> Changes:
    now, then = ([d.municipalities for d in one.layers[number].districts] for one in (plan, before))
    return changes(now, then, weights_of(plan.problem))
