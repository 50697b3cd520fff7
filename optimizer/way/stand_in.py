"""Plans in which a team of one person has another team near enough to stand in for it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from optimizer.column import Column
from optimizer.columns import ColumnSource
from optimizer.program import Program, Row
from optimizer.rounding import ROUNDING
from optimizer.solver import Deadline, Solver, TimeUp
from optimizer.stages import Stages


class StandIns(Stages):
    """Solves a layer as :class:`Stages` do, with a stand-in for every team of one person.

    That is another team of the layer whose hub is at most ``minutes`` by car from the hub of the one that is alone
    (``None``: teams of one person need nobody). The best plan keeps at least the coverage ``kept``.
    """

    def __init__(
        self,
        source: ColumnSource,
        tolerance: float,
        solver: Solver,
        deadline: Deadline,
        *,
        minutes: float | None,
        kept: float = 0.0,
        at_least: float = 0.0,
        known: Sequence[Column] | None = None,
    ) -> None:
        super().__init__(source, tolerance, solver, deadline, at_least=at_least, known=known)
        self.minutes = minutes
        self.kept = kept

    def reaching(self, coverage: float) -> list[Column] | None:
        """The columns of any plan with at least a coverage; ``None``: there is none. Raises ``TimeUp``."""
        source = self.source
        if source.ki_units > 0 and not any(employer.is_ki for employer in source.employers):
            return None
        if coverage > source.highest_coverage + ROUNDING:
            return None
        if source.layer.limits and not self._program(self._every_team()).may_add_up():
            return None
        pool = self._columns(coverage)
        return self._plan_of(pool, coverage)[0] if pool else None

    def highest_coverage(self) -> tuple[float, float]:
        """The highest lowest coverage and its bound. Raises ``Infeasible``, and ``TimeUp`` where no plan was found."""
        try:
            self._raise_lowest()
        except TimeUp:
            if self.best is None:
                raise
        assert self.best is not None
        lowest = self._lowest(self.best)
        return lowest, max(lowest, self.bound)

    def _raise_lowest(self) -> None:
        super()._raise_lowest()
        if self.best is not None:
            # What is given up for fewer hours lost must not be what was to be kept.
            self.tolerance = max(0.0, min(self.tolerance, self._lowest(self.best) - self.kept))

    def _program(self, columns: Sequence[Column]) -> Program:
        program = super()._program(columns)
        if self.minutes is not None:
            program.rows += rows(self.source, columns, self.minutes)
        return program

    def _highest_of(self, pool: Sequence[Column], threshold: float) -> tuple[list[Column] | None, bool] | None:
        # The program over covered sets knows nothing of stand-ins.
        return super()._highest_of(pool, threshold) if self.minutes is None else None


def rows(source: ColumnSource, columns: Sequence[Column], minutes: float) -> list[Row]:
    """Constraints by which teams of one person are chosen only with another team so many ``minutes`` away at most.

    Of the teams of one hub that all hold one municipality at most one is chosen: one row for them together.
    """
    alone: dict[tuple[int, int], set[int]] = {}
    at: dict[int, list[int]] = {}
    for j, column in enumerate(columns):
        if not column.members:
            continue
        at.setdefault(column.hub, []).append(j)
        if math.ceil(column.units * source.layer.step) == 1:
            first = column.hub if column.hub in column.members else column.members[0]
            alone.setdefault((column.hub, first), set()).add(j)
    found = []
    for (hub, first), mine in sorted(alone.items()):
        others = (j for b in sorted(at) if source.service.minutes[b][hub] <= minutes for j in at[b] if j not in mine)
        one = [(j, 1.0) for j in sorted(mine)]
        found.append(Row(f"stand_in_{hub}_{first}", [*one, *((j, -1.0) for j in others)], None, 0))
    return found
