"""The best plan of a layer for other figures, without a solver: a few hundredths of a second each, exact."""

from __future__ import annotations

import math
import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np

from optimizer.columns import ColumnSource
from optimizer.explore.best import best_of
from optimizer.explore.cover import Floats
from optimizer.explore.shapes import Figured, Shapes, seat_levels
from optimizer.explore.situation import Situation
from optimizer.explore.table import NO_NEED
from optimizer.explore.uncertainty import CaseFigures, Uncertainty
from optimizer.problem import Ags, GivenDistrict
from optimizer.solver import Deadline

Rows = tuple[GivenDistrict, ...]
Districts = frozenset[frozenset[Ags]]


@dataclass(frozen=True, slots=True)
class Decision:
    """The best plan for some figures, and the highest lowest coverage of all plans (above ``coverage`` by at most the
    fairness tolerance). ``shortfall`` in hours per week."""

    plan: Rows
    highest_coverage: float
    coverage: float
    shortfall: float

    @property
    def districts(self) -> Districts:
        """Who is with whom."""
        return frozenset(frozenset(row.municipalities) for row in self.plan)


@dataclass(frozen=True)
class Engine:
    """Decides a situation for changed figures within an uncertainty."""

    situation: Situation
    uncertainty: Uncertainty

    @cached_property
    def shapes(self) -> Shapes:
        """Raises :class:`Infeasible` and :class:`TooLarge`."""
        shortest = self.uncertainty.shortest_minutes(self.situation.problem)
        return Shapes(self.situation, shortest, Deadline(None))

    def figured(self, figures: CaseFigures) -> Figured:
        """All columns for some figures."""
        return Figured(self.shapes, self._figured(figures))

    def _figured(self, figures: CaseFigures) -> Situation:
        situation = self.situation
        return replace(situation, problem=figures.applied(situation.problem, situation.number))

    def decide(self, grid: Figured) -> Decision | None:
        """The best plan by the order of the model; ``None`` where the rules leave none."""
        highest = grid.highest_coverage()
        if highest == -math.inf:
            return None
        best = best_of(grid, highest)
        columns = list(best.columns)
        coverage, shortfall = float(grid.coverage[columns].min()), float(grid.shortfall[columns].sum())
        return Decision(self.rows(grid, columns), highest, coverage, shortfall)

    def rows(self, grid: Figured, columns: Sequence[int]) -> Rows:
        """Columns as rows of a plan, in the order of municipality keys."""
        shapes, towns, step = self.shapes, self.situation.problem.municipalities, self.situation.layer.step
        return tuple(
            GivenDistrict(
                shapes.employers[shapes.employer[j]],
                tuple(towns[i].ags for i in shapes.members[shapes.district[j]]),
                shapes.sizes[shapes.size[j]] * step,
                towns[grid.hub[j]].ags,
            )
            for j in sorted(columns, key=grid.order)
        )

    def coverage(self, grid: Figured, plan: Rows) -> float:
        """The lowest coverage of a plan that stays as it is, hubs included; it may break rules."""
        return self._coverage(grid.situation, plan, self._lowest(grid.levels, plan))

    def coverages(self, figures: CaseFigures, places: Places) -> list[float]:
        """The same for some plans and other figures, without working out what they have nothing of."""
        situation = self._figured(figures)
        levels = seat_levels(self.shapes, situation.service, places.seats)[places.rows, places.sizes]
        lowest = np.minimum.reduceat(levels, places.starts) if len(levels) else levels
        found = dict(zip(places.known, lowest.tolist(), strict=True))
        return [self._coverage(situation, plan, found.get(k)) for k, plan in enumerate(places.plans)]

    def _coverage(self, situation: Situation, plan: Rows, level: float | None) -> float:
        if level is None or level == -math.inf:
            return situation.evaluated(plan).reached
        return min(level / situation.service.fair_level, NO_NEED)

    def keeps_rules(self, grid: Figured, plan: Rows) -> bool:
        """Whether each district of a plan can be served from its hub within the drive limit, with the fewest hours."""
        level = self._lowest(grid.allowed, plan)
        return level is not None and level > -math.inf

    def _lowest(self, levels: Floats, plan: Rows) -> float | None:
        """The lowest of some levels (seats × sizes) of a plan; ``None`` where the rules do not know its districts."""
        cells = self.cells(plan)
        return None if cells is None else min(float(levels[cell]) for cell in cells)

    def cells(self, plan: Rows) -> list[tuple[int, int]] | None:
        """The seat and the size of each district of a plan; ``None`` where the rules do not know them all."""
        index, step = self.situation.problem.index, self.situation.layer.step
        if not self._source.complete([index[ags] for row in plan for ags in row.municipalities]):
            return None
        found = []
        for row in plan:
            members = tuple(sorted(index[ags] for ags in row.municipalities))
            seat = self._seats.get((members, index[row.hub])) if row.hub else None
            size = self._sizes.get(row.fte / step) if row.fte else None
            if seat is None or size is None:
                return None
            found.append((seat, size))
        return found

    @cached_property
    def _source(self) -> ColumnSource:
        return self.situation.source()

    @cached_property
    def _seats(self) -> dict[tuple[tuple[int, ...], int], int]:
        shapes = self.shapes
        pairs = zip(shapes.seat_district.tolist(), shapes.seat_hub.tolist(), strict=True)
        return {(shapes.members[district], hub): seat for seat, (district, hub) in enumerate(pairs)}

    @cached_property
    def _sizes(self) -> dict[Fraction, int]:
        return {Fraction(units): number for number, units in enumerate(self.shapes.sizes)}


class Places:
    """Where the levels of some plans stand, so that only those are worked out when figures change.

    ``known`` are the positions of the plans whose districts the rules know. Their districts, one after the other from
    ``starts`` on, have ``rows`` of the ``seats`` and ``sizes``.
    """

    def __init__(self, engine: Engine, plans: Sequence[Rows]) -> None:
        self.plans = plans
        found = [(k, cells) for k, plan in enumerate(plans) if (cells := engine.cells(plan)) is not None]
        self.known = [k for k, _ in found]
        every = np.array([cell for _, cells in found for cell in cells], dtype=np.intp).reshape(-1, 2)
        self.starts = np.cumsum([0, *(len(cells) for _, cells in found)])[:-1]
        self.seats, self.rows = np.unique(every[:, 0], return_inverse=True)
        self.sizes = every[:, 1]


def packed(situation: Situation, uncertainty: Uncertainty) -> bytes:
    """What :func:`engine_of` makes an engine of, in whatever process."""
    plain = Situation(
        situation.problem, situation.number, situation.done, situation.ki_units, situation.solver, Deadline(None)
    )
    return pickle.dumps((plain, uncertainty))


@lru_cache(maxsize=2)
def engine_of(package: bytes) -> Engine:
    """The engine of a package; kept, so that a process works it out once."""
    return Engine(*pickle.loads(package))
