"""The county as arrays, and what teams give at a level: ``optimizer.service`` for many districts at once.

Municipalities are positions in AGS order, hours are per week.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.levels import Flags, Floats
from optimizer.problem import Problem


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


def hours_at(level: Floats, inside: Flags, supply: Floats, fewest: Floats, weights: Floats) -> Floats:
    """On-site hours (rows, municipalities) at the level of each row, 0 outside the district."""
    needy = inside & (weights > 0)
    with np.errstate(invalid="ignore"):
        wanted = level[:, None] * weights - supply
    return np.where(inside, np.where(needy, np.maximum(fewest, wanted), fewest), 0.0)
