"""The best plan of a layer without a solver: gone through in the order of the model, exact, and quick where few columns
reach nearly the highest lowest coverage."""

from __future__ import annotations

from optimizer.explore.counters import Counters, counted
from optimizer.explore.search import Found, Search
from optimizer.explore.situation import Situation, TooLarge
from optimizer.explore.table import Grid, Table
from optimizer.plan import Plan
from optimizer.rounding import ROUNDING, less
from optimizer.stages import SHORTFALL_TOLERANCE, TIE_TOLERANCE, Infeasible

#: How far below a coverage that is likely to be reached plans are looked for first, and then twice as far each time.
FIRST_WIDTH = 0.02


def best_of(grid: Grid, highest: float) -> Found:
    """The best plan of a grid by the order of the model, where ``highest`` is its highest lowest coverage."""
    window = grid.reaching(max(0.0, highest - grid.situation.problem.fairness_tolerance))
    search = Search(grid, window, grid.shortfall)
    limit = search.least + SHORTFALL_TOLERANCE
    best: Found | None = None
    for cost, districts in search.partitions():
        if cost > limit:
            break
        found = search.best_teams(districts, limit + ROUNDING, grid.third, TIE_TOLERANCE)
        if found is not None and (best is None or search.before(found, best, TIE_TOLERANCE)):
            best = found
    assert best is not None
    return best


class BestPlans:
    """The best plans of situations that differ in little: what they count is worked out once."""

    def __init__(self) -> None:
        self._counters: dict[tuple[object, ...], Counters] = {}

    def plan(self, situation: Situation, likely: float) -> Plan:
        """The best plan of a situation, proven; quick where its lowest coverage is near ``likely`` or above.

        Where too many plans would have to be gone through, the solver finds it, with its stages. Raises
        :class:`Infeasible`, :class:`NoPlanInTime` and ``TimeUp``.
        """
        try:
            return self._gone_through(situation, likely)
        except TooLarge:
            return situation.best()

    def _gone_through(self, situation: Situation, likely: float) -> Plan:
        tolerance, width = situation.problem.fairness_tolerance, FIRST_WIDTH
        while True:
            floor = max(0.0, likely - width)
            table = self._table(situation, floor)
            highest = table.highest_coverage()
            if highest >= less(floor):
                break
            if floor <= 0:
                raise Infeasible
            width *= 2
        if highest - tolerance < floor:
            table = self._table(situation, max(0.0, highest - tolerance))
        return situation.plan([table.columns[j] for j in best_of(table, highest).columns])

    def _table(self, situation: Situation, coverage: float) -> Table:
        source = situation.source()
        columns = source.columns(coverage, situation.deadline)
        key = counted(source)
        if key not in self._counters:
            self._counters[key] = Counters(source)
        return Table(situation, columns, self._counters[key])
