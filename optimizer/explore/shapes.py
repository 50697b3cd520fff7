"""The columns of a layer for figures that change: what rules allow once, what teams deliver for each set of figures.

Which districts, employers, sizes and hubs are possible does not depend on need, hours and travel, but for the drive
limit and the fewest hours; these are looked at for each set of figures. All columns at once are a few milliseconds.
The arithmetic is that of ``optimizer.service``, for whole arrays.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.column import Order
from optimizer.columns import ColumnSource
from optimizer.explore.counters import Counters
from optimizer.explore.cover import Cover, Floats
from optimizer.explore.situation import Infeasible, Looks, Situation, TooLarge, with_layer
from optimizer.explore.table import NO_NEED, Grid, in_order
from optimizer.problem import Ags, Layer, Problem
from optimizer.service import TIE, Service, mask_of
from optimizer.solver import Deadline

#: More columns than this are not worked out again and again.
MOST_COLUMNS = 400_000


class _Hubs(Service):
    """Notes which hubs a district may have, in place of choosing the best."""

    def __init__(self, problem: Problem, layer: Layer) -> None:
        super().__init__(problem, layer)
        self.choices: dict[tuple[frozenset[int], tuple[int, ...]], int] = {}

    def best_hub(self, members: Sequence[int], hubs: Iterable[int], to_spend: float) -> tuple[int, float] | None:
        del to_spend
        return self.choices.setdefault((frozenset(members), tuple(hubs)), len(self.choices)), math.inf


class Shapes:
    """All columns that the rules allow a layer, whatever the figures.

    ``minutes`` are the shortest drives that are looked at. One entry per column in ``district``, ``employer``,
    ``size`` and ``choice``; one per seat (a hub for a district) in ``seat_district`` and ``seat_hub``. A choice is a
    run of seats. Raises :class:`Infeasible`, :class:`TooLarge` and ``TimeUp``.
    """

    def __init__(self, situation: Situation, minutes: Mapping[tuple[Ags, Ags], float], deadline: Deadline) -> None:
        loose = replace(situation.layer, minimum_hours=0.0, minimum_hours_of={}, coordination_hours=0.0)
        problem = replace(with_layer(situation.problem, situation.number, loose), minutes=minutes)
        hubs = _Hubs(problem, loose)
        source = ColumnSource(problem, loose, hubs, situation.ki_units)
        columns = source.columns(0.0, Looks(deadline), reduce=False)
        if len(columns) > MOST_COLUMNS:
            raise TooLarge
        if not columns:
            raise Infeasible
        self.counters = Counters(source)
        self.members = sorted({column.members for column in columns})
        masks = [mask_of(members) for members in self.members]
        # Who needs a team depends on the fewest hours.
        self.cover = Cover(situation.source(), masks, self.counters, deadline)
        position = {members: number for number, members in enumerate(self.members)}
        self.employers = tuple(employer.id for employer in source.employers)
        self.sizes = tuple(source.sizes)
        self.district = np.array([position[c.members] for c in columns], dtype=np.intp)
        self.by_district = in_order(self.district, len(masks))
        self.employer = np.array([c.employer for c in columns], dtype=np.intp)
        self.size = np.array([self.sizes.index(c.units) for c in columns], dtype=np.intp)
        self.choice = np.array([c.hub for c in columns], dtype=np.intp)
        self.kind = np.array([self.counters.kind_of[c.employer, c.units] for c in columns], dtype=np.intp)
        self.order = [column.order for column in columns]

        seats = [
            (position[tuple(sorted(members))], hub, number)
            for (members, allowed), number in hubs.choices.items()
            for hub in allowed
        ]
        self.seat_district, self.seat_hub, owner = np.array(seats, dtype=np.intp).reshape(-1, 3).T
        self.choice_start = np.flatnonzero(np.diff(owner, prepend=-1))
        width = max(map(len, self.members))
        #: Members of each district, filled up with the position of nobody.
        self.padded = np.full((len(self.members), width), hubs.size, dtype=np.intp)
        for number, members in enumerate(self.members):
            self.padded[number, : len(members)] = members
        numbers = np.zeros((len(masks), len(self.counters.kinds)))
        numbers[self.district, self.kind] = 1.0
        self.cover.narrow(numbers)


class Figured(Grid):
    """All columns with what the teams deliver for one set of figures.

    ``levels`` (seats × sizes) are those from each seat, minus infinity where the team does not suffice for the fewest
    hours; ``allowed`` are the same, minus infinity also where the way is longer than the rules allow.
    """

    def __init__(self, shapes: Shapes, situation: Situation) -> None:
        self.shapes = shapes
        self.situation = situation
        service = self.service = situation.service
        self.cover, self.counters = shapes.cover, shapes.counters
        self.district, self.kind, self.by_district = shapes.district, shapes.kind, shapes.by_district
        # Nobody, who fills up the lists, has no need, no hours and no way.
        self._weights = np.array([*service.weights, 0.0])
        self._existing = np.array([*service.existing, 0.0])
        self._fewest = np.array([*service.fewest, 0.0])
        self._rates = _with_nobody(service.travel_rate)
        minutes = _with_nobody(service.minutes)
        self.levels = seat_levels(shapes, service, np.arange(len(shapes.seat_hub)))
        limit = service.layer.max_drive_minutes
        far = minutes[shapes.seat_hub[:, None], shapes.padded[shapes.seat_district]].max(axis=1)
        self.allowed = self.levels if limit is None else np.where((far <= limit)[:, None], self.levels, -np.inf)
        best = np.maximum.reduceat(self.allowed, shapes.choice_start, axis=0)
        self.level: Floats = best[shapes.choice, shapes.size]
        self.coverage = np.minimum(self.level / service.fair_level, NO_NEED)

    @cached_property
    def shortfall(self) -> Floats:
        """Hours per week missing in the municipalities of each column; zero where the team cannot serve it."""
        shapes, service = self.shapes, self.service
        members = shapes.padded[self.district]
        weights = self._weights[members]
        with np.errstate(invalid="ignore"):
            served = np.where(weights > 0, np.maximum(self.level, 0.0)[:, None] * weights, 0.0)
        supply = np.maximum(self._existing[members] + self._fewest[members] * (weights > 0), served)
        missing: Floats = np.maximum(0.0, service.fair_level * weights - supply).sum(axis=1)
        return missing

    @cached_property
    def travel(self) -> Floats:
        """Hours per week on the road of each column; zero where the team cannot serve it."""
        members = self.shapes.padded[self.district]
        weights = self._weights[members]
        rates = self._rates[self.hub[:, None], members]
        with np.errstate(invalid="ignore"):
            flowing = np.where(weights > 0, np.maximum(self.level, 0.0)[:, None] * weights - self._existing[members], 0)
        hours = np.maximum(self._fewest[members], flowing)
        travel: Floats = (hours * rates).sum(axis=1)
        return travel

    @property
    def hub(self) -> NDArray[np.intp]:
        """The best hub of each column, the first of equals."""
        return self.shapes.seat_hub[self.seat]

    @cached_property
    def seat(self) -> NDArray[np.intp]:
        """The seat of each column."""
        shapes = self.shapes
        best = np.maximum.reduceat(self.allowed, shapes.choice_start, axis=0)
        counts = np.diff(shapes.choice_start, append=len(shapes.seat_hub))
        owner = np.repeat(np.arange(len(counts)), counts)
        good = np.maximum(self.allowed * (1 + TIE), self.allowed + TIE / 4) >= best[owner]
        number = np.where(good, np.arange(len(shapes.seat_hub))[:, None], len(shapes.seat_hub) - 1)
        first = np.minimum.reduceat(number, shapes.choice_start, axis=0)
        seat: NDArray[np.intp] = first[shapes.choice, shapes.size]
        return seat

    def order(self, column: int) -> Order:
        """A column in the order of municipality keys, employers and sizes."""
        return self.shapes.order[column]


def seat_levels(shapes: Shapes, service: Service, seats: NDArray[np.intp]) -> Floats:
    """The level that a team of each size reaches from some seats (seats × sizes), for the figures of a service.

    Minus infinity where the team does not suffice for the fewest hours.
    """
    # Nobody, who fills up the lists, has no need, no hours and no way.
    everyone = np.array([*service.weights, 0.0])
    existing, at_least = np.array([*service.existing, 0.0]), np.array([*service.fewest, 0.0])
    kinks, rates = np.array([*service.kinks, math.inf]), _with_nobody(service.travel_rate)
    hours = np.array([service.hours_to_spend(units * service.layer.step) for units in shapes.sizes])
    # The more someone has already, the later hours begin to flow there.
    ranks = np.argsort(kinks[shapes.padded], axis=1, kind="stable")
    ordered = np.take_along_axis(shapes.padded, ranks, axis=1)[shapes.seat_district[seats]]
    cost = 1.0 + rates[shapes.seat_hub[seats][:, None], ordered]
    weights = everyone[ordered]
    fewest = (cost * at_least[ordered]).sum(axis=1)
    slack = hours[None, :] - fewest[:, None]
    per_level = np.cumsum(cost * weights, axis=1)
    offset = np.cumsum(np.where(weights > 0, cost * (existing[ordered] + at_least[ordered]), 0.0), axis=1)
    level = np.full(slack.shape, math.inf)
    room = np.maximum(slack, 0.0)
    for place in range(ordered.shape[1]):
        here = np.flatnonzero(weights[:, place] > 0)
        reached = (room[here] + offset[here, place, None]) / per_level[here, place, None]
        level[here] = np.minimum(level[here], reached)
    return np.where((slack < -1e-9) | (hours < -1e-9)[None, :], -np.inf, level)


def _with_nobody(table: Sequence[Sequence[float]]) -> Floats:
    """A table of ways (hubs × municipalities) with none to nobody."""
    return np.hstack([np.array(table), np.zeros((len(table), 1))])
