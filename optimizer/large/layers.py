"""Several layers of a large county: decided one after the other, with bounds on what all could have together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from optimizer.columns import ColumnSource
from optimizer.hub_prices import HubPrices
from optimizer.joint.bounds import Pooled
from optimizer.joint.course import Course
from optimizer.large.ground import Ground
from optimizer.levels import Floats
from optimizer.plan import Plan, Stage
from optimizer.problem import Problem
from optimizer.rounding import ROUNDING, more
from optimizer.service import Service


class TogetherPrices(HubPrices):
    """The hubs of all layers: each serves what it can of every municipality, and several may share one."""

    def __init__(self, layers: Sequence[HubPrices]) -> None:
        self.size = layers[0].size
        self.hubs = np.concatenate([one.hubs for one in layers])
        self.is_office = np.concatenate([one.is_office for one in layers])
        self.reached = np.concatenate([one.reached for one in layers])
        self.per_hour = np.concatenate([one.per_hour for one in layers])
        # Whom no hub reaches gets nothing from these layers, whatever the plan.
        self.required = np.any(self.reached, axis=0)
        # A hub may leave some of its own place to another layer.
        self.own = np.zeros_like(self.reached)
        self.fewest, self.most = 0, sum(one.most for one in layers)
        self.scale = max(one.scale for one in layers)


def with_bounds(plan: Plan) -> Plan:
    """A plan whose layers were decided one after the other, with stages that hold for all plans of all layers."""
    problem = plan.problem
    pooled = Pooled(Course(problem))
    prices = _prices(problem)
    value = plan.reached
    high = pooled.coverage()
    if prices is not None:
        high = min(high, prices.highest_coverage(pooled.needs, pooled.hours + ROUNDING, high)[0])
    proven = high <= more(value)
    first, second, third = plan.stages
    coverage = Stage(first.name, value, value if proven else high, proven)
    floor = max(0.0, value - problem.fairness_tolerance)
    least = pooled.shortfall(floor)
    if prices is not None:
        needs: Floats = pooled.needs(floor)
        best = prices.best(needs, pooled.hours + ROUNDING)
        least = max(least, pooled.shortfall_at_road(best.total - float(np.sum(needs))))
    least = min(least, plan.shortfall_hours)
    same = proven and plan.shortfall_hours <= least + ROUNDING
    shortfall = Stage(second.name, plan.shortfall_hours, least, same)
    return replace(plan, stages=(coverage, shortfall, Stage(third.name, third.value, 0.0, False)))


def _prices(problem: Problem) -> TogetherPrices | None:
    """The hubs of all layers; ``None`` where some plan is given, whose hubs may be any."""
    if any(layer.plan is not None for layer in problem.layers):
        return None
    found = []
    for layer in problem.layers:
        source = ColumnSource(problem, layer, Service(problem, layer), 0)
        found.append(HubPrices(source, source.rules.hubs, Ground(source).reach, source.required))
    return TogetherPrices(found)
