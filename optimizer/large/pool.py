"""The districts that a search met, as columns for the program that decides by all rules."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from optimizer.column import Column
from optimizer.columns import ColumnSource
from optimizer.large.ground import Ground
from optimizer.rounding import ROUNDING, less
from optimizer.service import members_of
from optimizer.solver import Deadline

if TYPE_CHECKING:
    from optimizer.hub_columns import HubColumns

#: So many of the smallest sizes of a team that reach a threshold are columns.
SIZES = 4


class Pool(ColumnSource):
    """The columns of some districts alone: a plan of them is a plan, what it says of the best is not."""

    def __init__(self, ground: Ground) -> None:
        source = ground.source
        super().__init__(source.problem, source.layer, source.service, source.ki_units)
        self.ground = ground
        self.districts: dict[int, None] = {}
        self.made: dict[float, list[Column]] = {}

    def add(self, masks: Iterable[int]) -> None:
        """Takes districts that are connected and keep what rules say of municipalities."""
        for mask in masks:
            if mask not in self.districts:
                self.districts[mask] = None
                self.made.clear()

    @property
    def hub_columns(self) -> HubColumns | None:
        """None: there is nothing to grow."""
        return None

    def columns(
        self,
        coverage: float,
        deadline: Deadline,
        most_shortfall: float = math.inf,
        *,
        reduce: bool = True,  # noqa: ARG002 - there are no others to leave out
        share: float = 1.0,  # noqa: ARG002
    ) -> list[Column]:
        """As ``ColumnSource.columns``, of the districts of the pool. Raises ``TimeUp``."""
        level = less(coverage, ROUNDING) * self.service.fair_level
        made = max((floor for floor in self.made if floor <= coverage), default=None)
        if made is None:
            deadline.check()
            made = coverage
            self.made[coverage] = [c for mask in self.districts for c in self.columns_of(mask, coverage)]
        self.sets_seen = len(self.districts)
        return [
            column
            for column in self.made[made]
            if column.level >= level and (most_shortfall == math.inf or self.shortfall(column) <= most_shortfall)
        ]

    def columns_of(self, mask: int, coverage: float, only: tuple[int, int] | None = None) -> list[Column]:
        """The columns of a district that reach a coverage; ``only``: of this employer and size."""
        pin = self._pin_of(mask)
        if pin is None:
            return []
        members = members_of(mask)
        ordered = [i for i in self.service.by_kink if mask >> i & 1]
        level = less(coverage, ROUNDING) * self.service.fair_level
        found: list[Column] = []
        for e, employer in enumerate(self.employers):
            if pin.employer not in (None, e) or len(members) > (employer.max_municipalities or len(members)):
                continue
            hubs = [b for b in self.ground.hubs(e, mask) if pin.hubs >> b & 1 and not mask & ~self.ground.usable(e, b)]
            reached = 0
            for units in sorted(self.sizes, key=lambda units: self.sizes[units]) if hubs else ():
                if units > self.largest_team[e] or pin.units not in (None, units) or only not in (None, (e, units)):
                    continue
                best = self.service.best_hub(ordered, hubs, self.sizes[units])
                if best is not None and best[1] >= level:
                    found.append(Column(members, members, e, units, *best))
                    reached += 1
                    if reached == SIZES:
                        break
        return found
