"""The county as arrays, and the level that teams reach: ``optimizer.service`` for many districts at once.

Municipalities are positions in AGS order, hours are per week.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from optimizer.problem import Problem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: Hours by which rounding may miss: what fits but for them fits.
SLACK = 1e-9


class County:
    """Key, existing hours and fair supply per municipality.

    ``given`` are the on-site hours of the layers that come before all that is decided; ``supply`` is what there is
    with them.
    """

    def __init__(self, problem: Problem, given: Sequence[float]) -> None:
        towns = problem.municipalities
        self.size = len(towns)
        self.weights: Floats = np.array([town.weight for town in towns])
        self.existing: Floats = np.array([town.existing_hours for town in towns])
        self.given: Floats = np.array(given)
        self.supply: Floats = self.existing + self.given
        self.fair: Floats = problem.fair_level * self.weights
        self.needy: Flags = self.weights > 0

    def lowest(self, supply: Floats) -> float:
        """The lowest coverage with that supply."""
        return float(np.min(supply[self.needy] / self.fair[self.needy]))

    def missing(self, supply: Floats) -> float:
        """The shortfall with that supply."""
        return float(np.sum(np.maximum(0.0, self.fair - supply)))

    def needs(self, coverage: float, fewest: Floats) -> Floats:
        """On-site hours of all layers together that each municipality needs for a coverage and the ``fewest`` hours."""
        return np.maximum(np.maximum(fewest, coverage * self.fair - self.existing), 0.0)


def levels(cost: Floats, to_spend: Floats, supply: Floats, fewest: Floats, weights: Floats) -> Floats:
    """The largest level of each row (model: "What a team delivers").

    ``cost`` (rows, municipalities) is what one on-site hour takes, 0 outside the district. ``supply`` and ``fewest``
    have a row each or one for all. Minus infinity where not even the fewest hours fit, infinite without any need.
    The level solves ``sum cost * max(fewest, level * weight - supply) = to_spend``: the least of the levels at which
    the municipalities up to a kink would use up the hours, the kinks in rising order.
    """
    needy = weights > 0
    slack = to_spend - np.sum(cost * fewest, axis=1)
    base = supply + fewest
    kinks = np.where(needy, base / np.where(needy, weights, 1.0), np.inf)
    order = np.broadcast_to(np.argsort(kinks, axis=-1, kind="stable"), cost.shape)
    ordered = np.take_along_axis(np.where(needy, cost, 0.0), order, axis=1)
    per_level = np.cumsum(ordered * weights[order], axis=1)
    offset = np.cumsum(ordered * np.take_along_axis(np.broadcast_to(base, cost.shape), order, axis=1), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        reached = (np.maximum(slack, 0.0)[:, None] + offset) / per_level
    found: Floats = np.min(np.where(per_level > 0, reached, np.inf), axis=1)
    return np.where(slack >= -SLACK, found, -np.inf)


def hours_at(level: Floats, inside: Flags, supply: Floats, fewest: Floats, weights: Floats) -> Floats:
    """On-site hours (rows, municipalities) at the level of each row, 0 outside the district."""
    needy = inside & (weights > 0)
    with np.errstate(invalid="ignore"):
        wanted = level[:, None] * weights - supply
    return np.where(inside, np.where(needy, np.maximum(fewest, wanted), fewest), 0.0)
