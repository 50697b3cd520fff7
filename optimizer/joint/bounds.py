"""What no plan of all layers can beat, whatever the method: bounds that hold always."""

from __future__ import annotations

import numpy as np

from optimizer.joint.course import Course
from optimizer.joint.districts import Districts
from optimizer.levels import Floats
from optimizer.problem import Layer

#: How often the interval of the coverage is halved.
BISECTIONS = 60


class Pooled:
    """All hours of all layers together, for everyone from the nearest place where any team may start.

    A municipality that is nobody's hub costs the road from the nearest other place; not more of them are spared it
    than there can be districts.
    """

    def __init__(self, course: Course) -> None:
        self.county = course.county
        self.hours = 0.0
        self.hubs = 0
        foreign = np.full(self.county.size, np.inf)
        home = np.full(self.county.size, np.inf)
        for step in course.steps:
            cost, hours, hubs = _of_layer(course, step) if isinstance(step, Districts) else _of_given(course, step)
            self.hours += hours
            self.hubs += hubs
            home = np.minimum(home, np.diagonal(cost))
            others = cost.copy()
            np.fill_diagonal(others, np.inf)
            foreign = np.minimum(foreign, others.min(axis=0))
        # Who can be served from nowhere gets nothing; a bound may count it as served without a road.
        self.foreign: Floats = np.where(np.isfinite(foreign), foreign, np.where(np.isfinite(home), home, 1.0))
        self.home: Floats = np.where(np.isfinite(home), np.minimum(home, self.foreign), self.foreign)
        self.fewest: Floats = np.max([layer.fewest for layer in course.layers], axis=0)

    def needs(self, coverage: float) -> Floats:
        """On-site hours of all layers that each municipality lacks for a coverage."""
        return np.maximum(0.0, self.county.needs(coverage, self.fewest) - self.county.given)

    def road(self, coverage: float) -> float:
        """The fewest hours on the road with which everyone can have a coverage."""
        needs = self.needs(coverage)
        spared = np.sort(needs * (self.foreign - self.home))[::-1][: self.hubs]
        return float(np.sum(needs * (self.foreign - 1)) - np.sum(spared))

    def coverage(self) -> float:
        """A lowest coverage that no plan exceeds."""
        low, high = 0.0, 1.0
        while self._suffices(high) and high < 1e6:
            low, high = high, high * 2
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._suffices(middle) else (low, middle)
        return high

    def _suffices(self, coverage: float) -> bool:
        return float(self.needs(coverage).sum()) + self.road(coverage) <= self.hours

    def shortfall(self, floor: float) -> float:
        """A shortfall that no plan with a lowest coverage of ``floor`` falls below."""
        return self.shortfall_at_road(self.road(floor))

    def shortfall_at_road(self, road: float) -> float:
        """A shortfall that no plan with so many hours on the road falls below."""
        county = self.county
        gap = float(np.sum(np.maximum(0.0, county.fair - county.supply)))
        return max(0.0, gap - self.hours + road)


def _of_layer(course: Course, layer: Districts) -> tuple[Floats, float, int]:
    """What an on-site hour costs by hub and municipality (infinite: not from there), all hours, most hubs."""
    size = course.county.size
    cost = np.full((size, size), np.inf)
    for hub, towns in enumerate(layer.reaches):
        members = [i for i in range(size) if towns >> i & 1]
        cost[hub, members] = layer.cost[hub, members]
    return cost, layer.most_hours, layer.teams.district_range[1]


def _of_given(course: Course, layer: Layer) -> tuple[Floats, float, int]:
    size = course.county.size
    rows = layer.plan or ()
    hours = sum(float(row.fte or 0) * layer.hours_per_week for row in rows)
    return np.ones((size, size)), hours, len(rows)
