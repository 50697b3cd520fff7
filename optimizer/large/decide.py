"""A layer of a large county decided: districts searched for, the program over those met, and bounds by hub prices.

No search proves anything; the bounds do, and say to within what the plan is the best. Work is measured in steps, so the
same problem gives the same plan unless the time is up before.
"""

from __future__ import annotations

import contextlib
import math
import random
from collections.abc import Sequence
from dataclasses import replace

from optimizer.column import Column
from optimizer.columns import ColumnSource
from optimizer.large.annealing import Annealing, Shape
from optimizer.large.bounds import HubBounds
from optimizer.large.ground import Ground
from optimizer.large.pool import Pool
from optimizer.large.starts import Starts
from optimizer.plan import Stage
from optimizer.program import Program, Relaxation
from optimizer.rounding import ROUNDING, more
from optimizer.service import mask_of
from optimizer.solver import Deadline, Solver, TimeUp
from optimizer.stages import Infeasible, NoPlanInTime, Staged, Stages

#: From so many municipalities that take part on districts are searched for; below, all are gone through.
LARGE = 28
#: Searches that begin anew: so many by the number of parts, and at most; the steps of each.
BEGINNINGS, MOST_BEGINNINGS, FIRST_STEPS = 4000, 90, 50_000
#: How many of the best plans are improved, how often, and by how many steps.
IMPROVED, TIMES, MORE_STEPS = 6, 4, 60_000
#: The steps by which each of the plans found is followed to a smaller shortfall.
SHORT_STEPS = 50_000
#: How far below its bound the coverage is that a search first aims at; and how far, of the way from the best known.
AIM, FURTHER = 0.015, 0.35
#: Hours beyond the best known by which a state may be worse and its districts are still kept.
WORTH_KEEPING = 4.0
#: Most districts that the program decides over: with more it may take long to prove what need not be proven.
MOST_DISTRICTS = 500
#: The numbers of teams that searches begin with, in turn: by the place in their order, the best first; -1: any.
TURNS = (0, 0, 1, 0, 2, 0, -1)
#: The share of the time left that each search takes at most where time is limited.
SEARCHING = 0.4


def is_large(source: ColumnSource, municipalities: int = LARGE) -> bool:
    """Whether a layer has too many ``municipalities`` for its districts to be gone through."""
    return source.layer.plan is None and source.service.taking_part.bit_count() >= municipalities


def solve_large(
    source: ColumnSource,
    tolerance: float,
    solver: Solver,
    deadline: Deadline,
    *,
    effort: float = 1.0,
    known: Staged | None = None,
) -> Staged:
    """A good plan of a layer with the bounds on its coverage and shortfall; ``effort`` is the share of all steps.

    ``known`` is what another way found of the layer and could not prove: what comes back is no worse. Raises
    ``Infeasible`` where it is proven that there is no plan, and ``NoPlanInTime`` where none was found.
    """
    return _Search(source, tolerance, solver, deadline, effort, known).solve()


class _Search:
    def __init__(
        self,
        source: ColumnSource,
        tolerance: float,
        solver: Solver,
        deadline: Deadline,
        effort: float,
        known: Staged | None,
    ) -> None:
        self.source, self.tolerance, self.solver, self.deadline = source, tolerance, solver, deadline
        self.effort = effort
        self.ground = Ground(source)
        self.pool = Pool(self.ground)
        self.chance = random.Random(1)
        self.annealing = Annealing(self.ground, self.chance)
        #: Plans that keep all rules, as the search knows them, with the lowest coverage of each.
        self.found: list[tuple[float, list[Shape]]] = []
        self.known = known
        self.best: list[Column] | None = None if known is None else list(known.columns)
        self.bound = math.inf
        #: The plan with the smallest shortfall that the search knows, with it.
        self.least: tuple[float, list[Column]] | None = None

    def solve(self) -> Staged:
        bounds = HubBounds(self.ground)
        if self.ground.contradictory or not bounds.teams:
            raise Infeasible
        high = min(self.source.highest_coverage, self.source.ceiling)
        bound = min(high, bounds.coverage(high))
        if bound < 0:
            raise Infeasible
        if self.known is not None:
            bound = min(bound, self.known.stages[0].bound)
        self.bound = bound
        self._search_coverage(bound)
        staged = self._decided(self.lowest)
        floor = max(0.0, staged.stages[0].value - self.tolerance)
        self._search_shortfall(staged, floor)
        return self._bounded(self._decided(floor), bound, bounds)

    # -- searching ----------------------------------------------------------------------------------------------------

    def _until(self) -> Deadline:
        left = self.deadline.remaining
        return Deadline(None if left is None else left * SEARCHING)

    def _searches(self) -> int:
        most = min(MOST_BEGINNINGS, BEGINNINGS // len(self.ground.parts))
        return max(2, round(most * self.effort))

    def _search_coverage(self, bound: float) -> None:
        """Looks for plans with a high lowest coverage."""
        until = self._until()
        aim = max(0.0, bound - AIM)
        starts = Starts(self.ground, max(0.0, bound), self.chance)
        for number in range(self._searches()):
            if until.passed:
                break
            shapes = self._beginning(starts, number)
            if shapes:
                self._anneal(shapes, aim, FIRST_STEPS, 2.5 if number % 2 else 1.0, until)
        self.found.sort(key=lambda one: -one[0])
        for lowest, shapes in self.found[:IMPROVED]:
            for _ in range(TIMES):
                aim = lowest + FURTHER * max(0.0, bound - lowest)
                better = None if until.passed else self._anneal(shapes, aim, MORE_STEPS, 0.4, until)
                if better is not None and better[0] > lowest:
                    lowest, shapes = better
        self.found.sort(key=lambda one: -one[0])

    def _beginning(self, starts: Starts, number: int) -> list[Shape]:
        known = [(place, mask) for place, mask in enumerate(self.source.known) if mask]
        if len(known) in starts.counts and (number == 0 or (self.source.layer.most_changes is not None and number % 2)):
            return starts.of_districts(known)
        if not starts.counts:
            return []
        turn = TURNS[number % len(TURNS)]
        place = min(turn, len(starts.counts) - 1) if turn >= 0 else self.chance.randrange(len(starts.counts))
        return starts.around_hubs(starts.counts[place])

    def _search_shortfall(self, staged: Staged, threshold: float) -> None:
        """Looks for plans with a small shortfall, all at a threshold of coverage."""
        until = self._until()
        # One plan for each choice of hubs: those improved differ little from what they began with.
        followed = {tuple(sorted(shape[2] for shape in shapes)): shapes for _, shapes in reversed(self.found)}
        best_first = [*followed.values()][::-1][: self._searches()]
        for shapes in [_shapes_of(staged.columns), *best_first]:
            if until.passed:
                break
            self._anneal(shapes, threshold, SHORT_STEPS, 1.5, until, shortfall=True)

    def _anneal(
        self, shapes: list[Shape], aim: float, steps: int, heat: float, until: Deadline, *, shortfall: bool = False
    ) -> tuple[float, list[Shape]] | None:
        """A search from some teams; its districts join the pool. The best plan that it met, with its coverage."""
        annealing = self.annealing
        annealing.begin(shapes, aim, shortfall=shortfall)
        best: tuple[float, list[Shape], list[Column]] | None = None
        low = math.inf

        def look() -> None:
            nonlocal best, low
            energy = annealing.energy
            low = min(low, energy)
            if energy < low + WORTH_KEEPING:
                self.pool.add(annealing.districts())
            if not annealing.sound:
                return
            columns = self._columns(annealing.shapes())
            if columns is None:
                return
            lowest = self._lowest_of(columns)
            if best is None or shortfall or lowest > best[0]:
                best = lowest, annealing.shapes(), columns
            if energy <= ROUNDING and not shortfall:
                low = math.inf
                further = FURTHER * max(1e-3, self.bound - annealing.threshold)
                annealing.at(annealing.threshold + further, shortfall=False)

        annealing.run(max(1000, round(steps * self.effort**0.5)), look, until, heat)
        if best is None:
            return None
        if not shortfall:
            self.found.append(best[:2])
        if not shortfall:
            self._keep(best[2])
        elif best[0] >= aim:
            missing = math.fsum(self.source.shortfall(column) for column in best[2])
            if self.least is None or missing < self.least[0]:
                self.least = missing, best[2]
        return best[:2]

    # -- deciding -----------------------------------------------------------------------------------------------------

    def _columns(self, shapes: list[Shape]) -> list[Column] | None:
        """The columns of some teams, if that is a plan."""
        found = []
        for mask, employer, _, units, continues in shapes:
            columns = self.pool.columns_of(mask, 0.0, (employer, units)) if mask else []
            if not columns:
                return None
            found.append(replace(columns[0], continues=continues))
        return found if self._kept_by(found) else None

    def _kept_by(self, columns: list[Column]) -> bool:
        """Whether some columns, all of them, keep every row of the program."""
        for row in Program(self.pool, columns, self.solver, self.deadline).rows:
            total = math.fsum(value for _, value in row.coefficients)
            if (row.low is not None and total < row.low) or (row.high is not None and total > row.high):
                return False
        return True

    def _lowest_of(self, columns: list[Column]) -> float:
        return min(self.source.ceiling, min(c.level for c in columns) / self.source.service.fair_level)

    @property
    def lowest(self) -> float:
        """The highest lowest coverage known."""
        return 0.0 if self.best is None else self._lowest_of(self.best)

    def _keep(self, columns: list[Column]) -> None:
        if self.best is None or self._lowest_of(columns) > self.lowest:
            self.best = columns

    def _decided(self, floor: float) -> Staged:
        """The best plan of the districts met, by all rules: of those that the relaxation likes best at a coverage.

        ``best`` is then the one with the highest lowest coverage. Raises ``NoPlanInTime`` where they make none.
        """
        plans = [self.best or [], [] if self.least is None else self.least[1]]
        known = [mask_of(column.members) for plan in plans for column in plan]
        self.pool.add(known)
        part = Pool(self.ground)
        part.add(known)
        with contextlib.suppress(TimeUp):
            part.add(self._likeliest(floor))
        stages = Stages(part, self.tolerance, self.solver, self.deadline, known=self.best)
        try:
            staged = stages.solve()
        except Infeasible:
            # Of these districts there is none; of others there may be.
            raise NoPlanInTime from None
        self.best = stages.best
        return staged

    def _likeliest(self, floor: float) -> list[int]:
        """Districts of the pool, those first whose columns cost least beyond the bound of the relaxation."""
        if len(self.pool.districts) <= MOST_DISTRICTS:
            return list(self.pool.districts)
        columns = self.pool.columns(floor, self.deadline)
        if self.source.layer.most_changes is not None:
            columns = self.pool.copies(columns)
        costs = [self.pool.shortfall(column) for column in columns]
        relaxation = Program(self.pool, columns, self.solver, self.deadline).relax(costs)
        if not isinstance(relaxation, Relaxation):
            return []
        order = sorted(range(len(columns)), key=lambda j: (relaxation.reduced[j], j))
        masks = dict.fromkeys(mask_of(columns[j].members) for j in order)
        return list(masks)[:MOST_DISTRICTS]

    def _bounded(self, staged: Staged, bound: float, bounds: HubBounds) -> Staged:
        """The stages with what is proven of all plans in place of what is of those of the districts met."""
        first, second, third = staged.stages
        proven = bound <= more(first.value)
        coverage = Stage(first.name, first.value, first.value if proven else bound, proven)
        least = bounds.shortfall(max(0.0, first.value - self.tolerance), second.value)
        if self.known is not None:
            least = max(least, self.known.stages[1].bound)
        least = min(least, second.value)
        proven = proven and second.value <= least + ROUNDING
        shortfall = Stage(second.name, second.value, least, proven)
        last = Stage(third.name, third.value, 0.0, False)
        return replace(staged, stages=(coverage, shortfall, last))


def _shapes_of(columns: Sequence[Column]) -> list[Shape]:
    return [(mask_of(c.members), c.employer, c.hub, c.units, c.continues) for c in columns]
