"""The three stages of a layer: the best plan, found and proven one objective after the other."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from optimizer.column import Column, Order
from optimizer.columns import ColumnSource
from optimizer.plan import Stage, StageName
from optimizer.program import Choice, Program, Relaxation, Row
from optimizer.rounding import ROUNDING, less, more
from optimizer.solver import Deadline, Solver, Termination, TimeUp

#: Hours within which two plans count as equal in shortfall (model: stage 3).
SHORTFALL_TOLERANCE = 0.001
#: Difference within which the last stage counts as equal, so that the order of keys decides.
TIE_TOLERANCE = 1e-6
#: More columns than this are first solved on the promising ones.
MANY_COLUMNS = 700
#: Up to so many columns go to the solver at once.
FEW_COLUMNS = 300
#: From more columns than this on the program over covered sets is quicker than a solver (measured).
SOLVER_COLUMNS = 700
#: How far below the highest thinkable coverage the search begins, and goes on while there is no plan.
STEPS = (0.03, 0.03, 0.03, 0.06, 0.12, 0.24, 0.48, 1.0)
#: How far below the bound of the hub prices a good plan is looked for at first and at most; and further steps, longer
#: where fewer sets were seen.
FIRST_STEP, DEEPEST = 0.004, 0.1
SHORT_STEPS = ((3_000, 0.016), (20_000, 0.01), (math.inf, 0.005))
#: What a district takes at most of the hours that all may lose where a good plan is looked for.
PART = 0.5


class Infeasible(Exception):  # noqa: N818 - an answer, not an error
    """No plan keeps the rules of the layer; proven."""


class NoPlanInTime(Exception):  # noqa: N818
    """The time was up before any plan was found."""


@dataclass(frozen=True)
class Measures:
    """What bench prints: connected sets, columns before and after reduction."""

    sets: int
    columns: int
    kept: int


@dataclass(frozen=True)
class Staged:
    """Chosen columns in the order of municipality keys, and the stages."""

    columns: tuple[Column, ...]
    stages: tuple[Stage, ...]
    measures: Measures


def travel_hours(source: ColumnSource, column: Column) -> float:
    """Hours per week on the road of a column."""
    return math.fsum(source.service.deliver(column.members, column.hub, column.level).travel_hours)


class Stages:
    """Solves one layer. ``at_least`` is a lowest coverage that a plan is known to reach, ``at_most`` one that none
    exceeds, ``known`` are the columns of one: all only save time."""

    def __init__(
        self,
        source: ColumnSource,
        tolerance: float,
        solver: Solver,
        deadline: Deadline,
        *,
        at_least: float = 0.0,
        at_most: float = math.inf,
        known: Sequence[Column] | None = None,
    ) -> None:
        self.source = source
        self.at_least = at_least
        self.at_most = at_most
        self.service = source.service
        self.tolerance = tolerance
        self.solver = solver
        self.deadline = deadline
        self.sets = 0
        self.share = 1.0
        self.best: list[Column] | None = None if known is None else list(known)
        self.bound = math.inf
        outside = set(range(self.service.size)) - set(source.served)
        self.missing_outside = math.fsum(self.service.shortfall(i, 0.0) for i in sorted(outside))

    def solve(self, *, reduce: bool = True) -> Staged:
        """The best plan of the layer. Raises :class:`Infeasible` and :class:`NoPlanInTime`.

        Without ``reduce`` every column goes to the solver in every stage (for measurements).
        """
        with contextlib.suppress(TimeUp):
            self._raise_lowest() if reduce else self._raise_lowest_unreduced()
        if self.best is None:
            raise NoPlanInTime
        chosen, lowest = self.best, self._lowest(self.best)
        proven = self.bound <= more(lowest)
        stages = [Stage(StageName.LOWEST_COVERAGE, lowest, lowest if proven else self.bound, proven)]
        third = StageName.TRAVEL if self.source.layer.reference is None else StageName.CHANGED
        pool: list[Column] = []
        kept: list[Column] = []
        stage = Stage(StageName.SHORTFALL, self._shortfall(chosen), 0.0, False)
        if proven:
            with contextlib.suppress(TimeUp):
                if reduce and self.source.hub_columns is not None:
                    chosen = self._smaller_of_part(chosen)
                    stage = replace(stage, value=self._shortfall(chosen))
                limit = stage.value + SHORTFALL_TOLERANCE
                pool = self._columns(max(0.0, lowest - self.tolerance), limit, reduce=reduce)
                chosen, stage, kept = self._least_shortfall(pool, chosen, reduce)
        stages.append(stage)
        if not stage.proven:
            stages.append(Stage(third, self._third(chosen), 0.0, False))
            return Staged(self._ordered(chosen), tuple(stages), Measures(self.sets, len(pool), len(kept)))
        chosen, last = self._last(third, kept, chosen, stage.value)
        stages.append(last)
        return Staged(self._ordered(chosen), tuple(stages), Measures(self.sets, len(pool), len(kept)))

    def highest(self) -> list[Column]:
        """A plan with the highest lowest coverage, proven. Raises ``Infeasible`` and ``TimeUp``."""
        self._raise_lowest()
        assert self.best is not None
        return self.best

    def least_missing(self) -> tuple[list[Column], list[Column]]:
        """A plan with the smallest shortfall, proven, whatever its lowest coverage; and all columns that can be in one
        as good. Needs the columns of a known plan. Raises ``TimeUp``.
        """
        assert self.best is not None
        pool = self._columns(0.0, self._shortfall(self.best) + SHORTFALL_TOLERANCE)
        chosen, stage, kept = self._least_shortfall(pool, self.best, reduce=True)
        if not stage.proven:
            raise TimeUp
        return chosen, kept

    # -- figures of a choice ------------------------------------------------------------------------------------

    def _lowest(self, columns: Sequence[Column]) -> float:
        return min(self.source.ceiling, min(column.level for column in columns) / self.service.fair_level)

    def _shortfall(self, columns: Sequence[Column]) -> float:
        return math.fsum([self.missing_outside, *map(self.source.shortfall, columns)])

    def _third(self, columns: Sequence[Column]) -> float:
        if self.source.layer.reference is not None:
            return self.source.changes_of(columns).cost
        return math.fsum(travel_hours(self.source, column) for column in columns)

    def _ordered(self, columns: Sequence[Column]) -> tuple[Column, ...]:
        return tuple(sorted((replace(column, continues=None) for column in columns), key=lambda column: column.order))

    # -- stage 1: the highest lowest coverage -------------------------------------------------------------------

    def _columns(self, coverage: float, most_shortfall: float = math.inf, *, reduce: bool = True) -> list[Column]:
        columns = self.source.columns(coverage, self.deadline, most_shortfall, reduce=reduce, share=self.share)
        self.sets = max(self.sets, self.source.sets_seen)
        return columns if self.source.layer.most_changes is None else self.source.copies(columns)

    def _program(self, columns: Sequence[Column]) -> Program:
        return Program(self.source, columns, self.solver, self.deadline)

    def _raise_lowest(self) -> None:
        """Finds a plan with the highest lowest coverage (``best``) and the bound on it, as far as time allows."""
        self.bound = min(self.source.highest_coverage, self.source.ceiling, self.at_most)
        if self.best is None and 0.0 < self.at_least < self.bound:
            known = max(0.0, less(self.at_least, ROUNDING))
            self._take(*self._plan_of(self._columns(known), known))
        if self.source.hub_columns is not None:
            if self.source.layer.limits and not self._program(self._every_team()).may_add_up():
                # Said at once: at a threshold of nothing there would be too many districts to go through.
                raise Infeasible
            self.bound = min(self.bound, self.source.hub_columns.highest_coverage(self.bound))
            if self.best is None:
                self._search_part()
        if self.best is not None:
            self._prove_known()
        self._climb()

    def _take(self, plan: list[Column] | None, is_best: bool) -> None:
        """Takes a plan that is better than the one before, and where there is none above it its value for the bound."""
        if plan is not None:
            self.best = plan
            if is_best:
                self.bound = self._lowest(plan)

    def _search_part(self) -> None:
        """Finds a good plan of districts that take their part of what all may lose; it is mostly the best one there is.

        Proves nothing, and may find none.
        """
        self.share = PART
        try:
            threshold, step = self.bound, FIRST_STEP
            while self.best is None and threshold > max(0.0, self.bound - DEEPEST):
                threshold = max(0.0, threshold - step)
                pool, is_best = self._columns(threshold), False
                step = next(step for sets, step in SHORT_STEPS if self.source.sets_seen < sets)
                better: list[Column] | None = pool
                while better is not None and not is_best:
                    better, is_best = self._likely_plan(pool, threshold)
                    if better is not None:
                        self.best = better
                        pool = self._reaching(pool, more(self._lowest(better)))
        finally:
            self.share = 1.0

    def _likely_plan(self, pool: Sequence[Column], threshold: float) -> tuple[list[Column] | None, bool]:
        """A plan with a high lowest coverage from columns that reach a threshold, if one is found; and whether it has
        the highest of all."""
        highest = self._highest_of(pool, threshold)
        if highest is not None:
            return highest
        relaxation = self._program(pool).relax([self.source.shortfall(column) for column in pool])
        if not isinstance(relaxation, Relaxation):
            return None, False
        part = [pool[j] for j in _likeliest(relaxation)]
        choice = self._program(part).raise_lowest()
        return None if choice.columns is None else [part[j] for j in choice.columns], False

    def _prove_known(self) -> None:
        """Finds out whether there is any plan above the known one: mostly there is none."""
        assert self.best is not None
        above = more(self._lowest(self.best))
        pool = self._columns(above) if above < self.bound else []
        while above < self.bound:
            pool = self._reaching(pool, above)
            better, is_best = self._plan_of(pool, above)
            if better is None:
                self.bound = self._lowest(self.best)
                return
            self._take(better, is_best)
            above = more(self._lowest(better))
            if self.source.hub_columns is None:
                # Few columns: quicker by halves. Of many it takes long to prove that there is no plan above.
                return

    def _climb(self) -> None:
        """Raises the lowest coverage, from that of the best plan if there is one, until it is proven."""
        if self.best is None:
            pool, made_for = self._descend()
        elif self._lowest(self.best) < self.bound:
            made_for = self._lowest(self.best)
            pool = self._columns(made_for)
        assert self.best is not None
        while self._lowest(self.best) < self.bound:
            self.deadline.check()
            lowest = self._lowest(self.best)
            if len(pool) > MANY_COLUMNS and lowest > made_for + 0.005:
                # A higher threshold leaves the rest of the county less, which thins out the columns further.
                pool, made_for = self._columns(lowest), lowest
            pool = self._reaching(pool, lowest)
            if len(pool) > MANY_COLUMNS:
                self._halve(pool, lowest)
                continue
            choice = self._program(pool).raise_lowest()
            if choice.columns is not None:
                self.best = max([pool[j] for j in choice.columns], self.best, key=self._lowest)
            self.deadline.check()
            # Solvers work to a tolerance: nothing strictly above may be left, by the columns themselves.
            above = self._reaching(pool, more(self._lowest(self.best)))
            choice = self._program(above).raise_lowest()
            if choice.columns is not None:
                self.best = [above[j] for j in choice.columns]
            else:
                _must_be_proven(choice.termination)
                self.bound = self._lowest(self.best)

    def _descend(self) -> tuple[list[Column], float]:
        """Lowers the threshold until there is a plan; its columns and the threshold."""
        steps = iter(STEPS)
        threshold = self.bound if self.bound == self.source.ceiling else self.bound - next(steps)
        while True:
            threshold = max(0.0, threshold)
            pool = self._columns(threshold)
            self._take(*self._plan_of(pool, threshold))
            if self.best is not None:
                return pool, threshold
            if threshold == 0.0:
                raise Infeasible
            self.bound = threshold
            threshold = self.bound - next(steps, self.bound)

    def _every_team(self) -> list[Column]:
        """The teams of all employers and sizes, wherever they are, as often as a plan may have them."""
        return [
            Column((), (), employer, units, 0, math.inf)
            for employer, most in enumerate(self.source.largest_team)
            for units in self.source.sizes
            if units <= most
            for _ in range(min(self.source.district_range[1], self.source.units // units))
        ]

    def _halve(self, columns: Sequence[Column], lowest: float) -> None:
        """Raises the lowest coverage or lowers its bound, halfway among the values that it can still have."""
        fair = self.service.fair_level
        above = more(lowest)
        values = sorted({column.level / fair for column in columns if above < column.level / fair < self.bound})
        if not values:
            self.bound = lowest
            return
        middle = values[len(values) // 2]
        better, is_best = self._plan_of(self._reaching(columns, middle), middle)
        if better is None:
            self.bound = middle
        else:
            self._take(better, is_best)

    def _reaching(self, columns: Sequence[Column], coverage: float) -> list[Column]:
        """The columns that reach a coverage."""
        level = less(coverage, ROUNDING) * self.service.fair_level
        return [column for column in columns if column.level >= level]

    def _raise_lowest_unreduced(self) -> None:
        self.bound = self.source.highest_coverage
        pool = self._columns(0.0, reduce=False)
        choice = self._program(pool).raise_lowest()
        if choice.termination is Termination.INFEASIBLE:
            raise Infeasible
        if choice.columns is not None:
            self.best = [pool[j] for j in choice.columns]
            if choice.termination is Termination.OPTIMAL:
                self.bound = self._lowest(self.best)

    def _plan_of(self, pool: list[Column], threshold: float) -> tuple[list[Column] | None, bool]:
        """A plan from columns that reach a threshold, and whether it has the highest lowest coverage of all.

        No plan: there is none. Raises ``TimeUp`` where the solver cannot tell.
        """
        return self._highest_of(pool, threshold) or (self._any_plan(pool), False)

    def _highest_of(self, pool: Sequence[Column], threshold: float) -> tuple[list[Column] | None, bool] | None:
        """The same where columns are many, by the program over covered sets; ``None`` where it cannot tell."""
        if self.source.hub_columns is None or len(pool) <= SOLVER_COLUMNS:
            return None
        from optimizer.covered_sets import CoveredSets, TooManyStates

        rest = self.source.hub_columns.rest(threshold)
        try:
            found = CoveredSets(self.source, pool, rest, self.deadline).highest()
        except TooManyStates:
            return None
        # Whether it keeps the rules the linear program decides.
        return None if found is None else self._any_plan(found), True

    def _any_plan(self, pool: list[Column]) -> list[Column] | None:
        """A plan from these columns; ``None``: there is none. Raises ``TimeUp`` where the solver cannot tell."""
        program = self._program(pool)
        costs = [self.source.shortfall(column) for column in pool]
        if len(pool) > FEW_COLUMNS:
            relaxation = program.relax(costs)
            if not isinstance(relaxation, Relaxation):
                _must_be_proven(relaxation.termination)
                return None
            choice, part = self._promising(pool, costs, relaxation)
            if choice.columns is not None:
                return [part[j] for j in choice.columns]
        choice = program.minimise(costs)
        if choice.columns is None:
            _must_be_proven(choice.termination)
            return None
        return [pool[j] for j in choice.columns]

    def _promising(
        self, pool: Sequence[Column], costs: Sequence[float], relaxation: Relaxation
    ) -> tuple[Choice, list[Column]]:
        """The best choice among the columns that the relaxation likes best."""
        order = _likeliest(relaxation)
        part = [pool[j] for j in order]
        return self._program(part).minimise([costs[j] for j in order]), part

    # -- stage 2: the smallest shortfall ------------------------------------------------------------------------

    def _smaller_of_part(self, known: list[Column]) -> list[Column]:
        """A plan with a smaller shortfall of districts that take their part, if one is found; proves nothing."""
        self.share = PART
        try:
            limit = self._shortfall(known) + SHORTFALL_TOLERANCE
            pool = self._columns(max(0.0, self._lowest(known) - self.tolerance), limit)
            costs = [self.source.shortfall(column) for column in pool]
            relaxation = self._program(pool).relax(costs)
            if not isinstance(relaxation, Relaxation):
                return known
            choice, part = self._promising(pool, costs, relaxation)
        finally:
            self.share = 1.0
        found = known if choice.columns is None else [part[j] for j in choice.columns]
        return min(known, found, key=self._shortfall)

    def _least_shortfall(
        self, pool: list[Column], known: list[Column], reduce: bool
    ) -> tuple[list[Column], Stage, list[Column]]:
        """The plan with the smallest shortfall, its stage, and all columns that can be in one as good."""
        costs = [self.source.shortfall(column) for column in pool]
        best, value = known, self._shortfall(known)
        if not reduce:
            choice = self._program(pool).minimise(costs)
            if choice.columns is not None:
                best = [pool[j] for j in choice.columns]
            proven = choice.termination is Termination.OPTIMAL
            value = self._shortfall(best)
            return best, Stage(StageName.SHORTFALL, value, value if proven else 0.0, proven), pool

        relaxation = self._program(pool).relax(costs)
        if not isinstance(relaxation, Relaxation):
            return best, Stage(StageName.SHORTFALL, value, 0.0, False), pool
        bound = relaxation.bound + self.missing_outside
        choice, part = self._promising(pool, costs, relaxation)
        if choice.columns is not None:
            found = [part[j] for j in choice.columns]
            if self._shortfall(found) < value:
                best, value = found, self._shortfall(found)
        proven = value <= bound + ROUNDING
        if not proven:
            kept = [j for j, cost in enumerate(relaxation.reduced) if bound + cost <= value + ROUNDING]
            choice = self._program([pool[j] for j in kept]).minimise([costs[j] for j in kept])
            if choice.columns is not None:
                found = [pool[kept[j]] for j in choice.columns]
                if self._shortfall(found) < value:
                    best, value = found, self._shortfall(found)
            # Infeasible: no column is left that could better the known plan.
            proven = choice.termination is not Termination.TIME_LIMIT
        limit = value + SHORTFALL_TOLERANCE + ROUNDING
        close = [pool[j] for j, cost in enumerate(relaxation.reduced) if bound + cost <= limit]
        return best, Stage(StageName.SHORTFALL, value, value if proven else bound, proven), close

    # -- stage 3: fewest changes or least travel, then the order of keys ------------------------------------------

    def _last(
        self, name: StageName, pool: list[Column], known: list[Column], shortfall: float
    ) -> tuple[list[Column], Stage]:
        if len({column.order for column in pool}) == len(known):
            value = self._third(known)
            return known, Stage(name, value, value, True)
        if name is StageName.CHANGED and self.source.layer.most_changes is None:
            pool = self.source.copies(pool)
        costs, always = self._third_costs(name, pool)
        limit = shortfall + SHORTFALL_TOLERANCE - self.missing_outside
        missing = [(j, self.source.shortfall(column)) for j, column in enumerate(pool)]
        close = Row("shortfall", missing, None, limit)
        program = self._program(pool)
        choice = program.minimise(costs, close)
        best = [pool[j] for j in choice.columns] if choice.columns is not None else known
        value = self._third(best)
        if choice.termination is not Termination.OPTIMAL:
            return best, Stage(name, value, 0.0, False)
        # In units of the tolerance, so that the solver's own tolerance is small beside it.
        scaled = [(j, c / TIE_TOLERANCE * 1e-3) for j, c in enumerate(costs)]
        tied = Row("tie", scaled, None, ((value - always) / TIE_TOLERANCE + 1) * 1e-3)
        best, settled = self._first_in_order(program, best, close, tied)
        value = self._third(best)
        return best, Stage(name, value, value, settled)

    def _third_costs(self, name: StageName, pool: Sequence[Column]) -> tuple[list[float], float]:
        """What the third stage adds up of each column, and what it counts in every plan."""
        if name is StageName.TRAVEL:
            return [travel_hours(self.source, column) for column in pool], 0.0
        return [self.source.changes(column)[1] for column in pool], self.source.changes_at_least[1]

    def _first_in_order(
        self, program: Program, known: list[Column], close: Row, tied: Row
    ) -> tuple[list[Column], bool]:
        """Of all equally good plans the first in the order of municipality keys; and whether time sufficed."""
        pool = program.columns
        chosen = {column.order for column in known}
        # Copies of one column are the same district, whatever they continue.
        mine = [j for j, column in enumerate(pool) if column.order in chosen]
        nothing = [0.0] * len(pool)
        other = Row("another", [(j, 1.0) for j in mine], None, len(chosen) - 1)
        choice = program.minimise(nothing, close, tied, other)
        if choice.termination is Termination.TIME_LIMIT:
            return known, False
        if choice.columns is None:
            return known, True
        settled: list[Row] = []
        found: list[Column] = []
        covered: set[int] = set()
        for row in range(program.source.rows):
            candidates: dict[Order, list[int]] = {}
            for j, column in enumerate(pool) if row not in covered else ():
                if row in column.covers and not covered & set(column.covers):
                    candidates.setdefault(column.order, []).append(j)
            if not candidates:
                continue
            ordered = sorted(candidates)
            needed = program.source.required >> row & 1
            taken: Order | None = ordered[0]
            if len(ordered) > needed:
                # Whoever needs no team may be in none, which comes last.
                ranks = [0.0] * len(pool)
                for rank, order in enumerate(ordered):
                    for j in candidates[order]:
                        ranks[j] = float(rank if needed else rank - len(ordered))
                choice = program.minimise(ranks, close, tied, *settled)
                if choice.columns is None or choice.termination is Termination.TIME_LIMIT:
                    return known, False
                taken = next((pool[j].order for j in choice.columns if row in pool[j].covers), None)
            copies = [j for order in ordered if taken in (None, order) for j in candidates[order]]
            settled.append(
                Row(f"settled_{row}", [(j, 1.0) for j in copies], float(taken is not None), float(taken is not None))
            )
            if taken is not None:
                found.append(pool[copies[0]])
                covered |= set(found[-1].covers)
        return found, True


def _likeliest(relaxation: Relaxation) -> list[int]:
    """The columns that the relaxation likes best."""
    order = sorted(range(len(relaxation.reduced)), key=lambda j: (relaxation.reduced[j], j))
    return order[: MANY_COLUMNS // 4]


def _must_be_proven(termination: Termination) -> None:
    # Only a solver that says so proves that there is no plan; one that gives up proves nothing.
    if termination is not Termination.INFEASIBLE:
        raise TimeUp
