"""Why a municipality is where it is: the best plan in which it is not, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from optimizer.explore.situation import Infeasible, districts_of, situation_of, with_layer
from optimizer.plan import Plan
from optimizer.problem import Ags, Problem
from optimizer.service import mask_of
from optimizer.solver import Solver
from optimizer.stages import NoPlanInTime


@dataclass(frozen=True, slots=True)
class Reason:
    """The best plan that is otherwise in one point (``None``: the rules leave none), and what it costs.

    ``lost_coverage`` of the lowest coverage and ``lost_hours`` per week (more shortfall) are against the plan asked
    about; below zero they are gains. ``proven``: the plan is proven best, or that there is none is proven.
    """

    plan: Plan | None
    lost_coverage: float | None
    lost_hours: float | None
    proven: bool


def why(
    problem: Problem,
    plan: Plan,
    ags: Ags,
    *,
    layer: int = 0,
    solver: Solver | None = None,
    time_limit: float | None = None,
) -> Reason:
    """The best plan in which a municipality shares its district with others than it does now.

    ``plan`` is one of ``problem`` or of its first layers, with ``layer`` among them; earlier layers of the answer are
    those of their best plan. Raises ``KeyError`` for a municipality that is unknown or takes no part,
    :class:`Infeasible` where an earlier layer has no plan, and :class:`NoPlanInTime`.
    """
    _check(problem, ags)
    mine = [district for district in districts_of(plan, layer) if ags in district]
    forbidden = frozenset(mask_of(problem.index[town] for town in district) for district in mine)
    return _answer(problem, plan, layer, forbidden, solver, time_limit)


def why_not(
    problem: Problem,
    plan: Plan,
    one: Ags,
    other: Ags,
    *,
    layer: int = 0,
    solver: Solver | None = None,
    time_limit: float | None = None,
) -> Reason:
    """The best plan with two municipalities together; where they are together now, the best one with them apart.

    Arguments and what is raised as for :func:`why`.
    """
    _check(problem, one)
    _check(problem, other)
    rules = problem.layers[layer]
    if any({one, other} <= district for district in districts_of(plan, layer)):
        changed = replace(rules, apart=(*rules.apart, (one, other)))
    else:
        changed = replace(rules, together=(*rules.together, (one, other)))
    return _answer(with_layer(problem, layer, changed), plan, layer, frozenset(), solver, time_limit)


def _check(problem: Problem, ags: Ags) -> None:
    if not problem.municipalities[problem.index[ags]].taking_part:
        raise KeyError(ags)


def _answer(
    problem: Problem,
    plan: Plan,
    layer: int,
    forbidden: frozenset[int],
    solver: Solver | None,
    time_limit: float | None,
) -> Reason:
    situation = situation_of(problem, layer, solver=solver, time_limit=time_limit)
    try:
        answer = situation.best(forbidden)
    except Infeasible:
        return Reason(None, None, None, True)
    # Later layers of the plan are left out of account, as they are in the answer.
    asked = replace(plan, layers=plan.layers[: layer + 1])
    return Reason(
        answer,
        asked.reached - answer.reached,
        answer.shortfall_hours - asked.shortfall_hours,
        answer.proven,
    )


__all__ = ["Infeasible", "NoPlanInTime", "Reason", "why", "why_not"]
