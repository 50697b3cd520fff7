"""Plans for several numbers of posts of which each continues the one before, decided together in one linear program.

The program has the columns of all steps side by side, each step with its own rows (``optimizer.program``). Two
municipalities may share a district at a later step only if they shared one at the step before. In a connected district
it is enough to ask that of neighbours: along them everybody is reached.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from optimizer.column import Column, Order
from optimizer.columns import ColumnSource
from optimizer.explore.situation import Situation
from optimizer.program import Choice, Program, Relaxation, Row
from optimizer.rounding import ROUNDING, less, more
from optimizer.service import mask_of, members_of
from optimizer.solver import Outcome, Termination, TimeUp
from optimizer.stages import SHORTFALL_TOLERANCE, TIE_TOLERANCE, travel_hours

if TYPE_CHECKING:
    import pulp

#: Hours per week on site by which a municipality may have less than before: less than the model tells apart.
HOURS_ALIKE = 0.001
#: How far below the highest lowest coverage of the last step on its own a path is looked for.
WIDTHS = (0.0, 0.05, 0.2, math.inf)
#: With more municipalities it would take too long to find out which columns a path can have.
MOST_DIVIDED = 20
#: So many columns that the relaxation likes best are tried first.
PROMISING = 500
#: By how much the loss rises where there is no path.
RISE = 2.0
#: A loss from which on no coverage is asked for, and the least that the search for the smallest one begins with.
ANY_LOSS, FIRST_LOSS = 1e6, 0.01

Chosen = tuple[tuple[Column, ...], ...]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What else must hold from step to step. ``nobody_less``: nobody has fewer hours on site; ``hubs_stay``: where a
    team has its desk, one has it at the next step, too."""

    nobody_less: bool = False
    hubs_stay: bool = False


@dataclass(frozen=True)
class PathStep:
    """A step with its situation, and the lowest coverage that the best plan for it alone has."""

    situation: Situation
    reached: float

    @cached_property
    def source(self) -> ColumnSource:
        """The columns of the step."""
        return self.situation.source()

    @property
    def fair_level(self) -> float:
        """Hours per unit of key of full coverage."""
        return self.situation.service.fair_level

    def columns(self, coverage: float, most_shortfall: float = math.inf) -> list[Column]:
        """The columns of plans that reach a coverage. Raises ``TimeUp``."""
        found = self.source.columns(max(0.0, coverage), self.situation.deadline, most_shortfall)
        return found if self.source.layer.most_changes is None else self.source.copies(found)

    def lowest(self, columns: Sequence[Column]) -> float:
        """The lowest coverage of a plan."""
        return min(self.source.ceiling, min(column.level for column in columns) / self.fair_level)

    def shortfall(self, columns: Sequence[Column]) -> float:
        """Hours per week missing in a plan."""
        return math.fsum(map(self.source.shortfall, columns))


@dataclass(frozen=True)
class Cap:
    """What paths may cost at most, by the costs of each column."""

    name: str
    costs: Sequence[float]
    most: float


class PathProgram(Program):
    """The linear program over the columns of all steps."""

    def __init__(
        self,
        steps: Sequence[PathStep],
        pools: Sequence[Sequence[Column]],
        conditions: Conditions,
        caps: Sequence[Cap] = (),
    ) -> None:
        first = steps[0].situation
        self.source, self.solver, self.deadline = steps[0].source, first.solver, first.deadline
        self.steps, self.conditions, self.caps = steps, conditions, tuple(caps)
        self.columns = [column for pool in pools for column in pool]
        self.step_of = [number for number, pool in enumerate(pools) for _ in pool]
        self.covering = []
        self.rows = list(self._each(pools))
        for number in range(1, len(steps)):
            self.rows += self._divided(number)
            if conditions.nobody_less:
                self.rows += self._no_less(number)
            if conditions.hubs_stay:
                self.rows += self._hubs(number)
        self.rows += [Row(cap.name, [(j, c) for j, c in enumerate(cap.costs) if c], None, cap.most) for cap in caps]

    @property
    def most_chosen(self) -> int:
        """No path has more columns than this."""
        return sum(min(step.source.rows, step.source.district_range[1]) for step in self.steps)

    def only(self, positions: Sequence[int], *caps: Cap) -> PathProgram:
        """The program over some of its columns, and with further caps."""
        kept = sorted(positions)
        pools = [[self.columns[j] for j in kept if self.step_of[j] == number] for number in range(len(self.steps))]
        capped = [replace(cap, costs=[cap.costs[j] for j in kept]) for cap in (*self.caps, *caps)]
        return PathProgram(self.steps, pools, self.conditions, capped)

    def costs(self, cost: Callable[[int, Column], float]) -> list[float]:
        """What each column costs, by its step."""
        return [cost(number, column) for number, column in zip(self.step_of, self.columns, strict=True)]

    def positions(self, path: Chosen) -> list[int]:
        """The columns of a path, with all copies of each."""
        mine = {(number, column.order) for number, columns in enumerate(path) for column in columns}
        ordered = enumerate(zip(self.step_of, self.columns, strict=True))
        return [j for j, (number, column) in ordered if (number, column.order) in mine]

    def _each(self, pools: Sequence[Sequence[Column]]) -> Iterator[Row]:
        """The rows of each step by itself."""
        start = 0
        for number, (step, pool) in enumerate(zip(self.steps, pools, strict=True)):
            for row in Program(step.source, pool, self.solver, self.deadline).rows:
                coefficients = [(start + j, value) for j, value in row.coefficients]
                yield replace(row, name=f"s{number}_{row.name}", coefficients=coefficients)
            start += len(pool)

    def of_step(self, number: int) -> list[int]:
        """The positions of the columns of a step."""
        return [j for j, of in enumerate(self.step_of) if of == number]

    def _divided(self, number: int) -> Iterator[Row]:
        """Who shares a district at a step shared one at the step before."""
        together: list[dict[tuple[int, int], list[int]]] = [{}, {}]
        near = self.source.neighbour_masks
        for j, column in enumerate(self.columns):
            which = self.step_of[j] - (number - 1)
            if which not in (0, 1):
                continue
            members = mask_of(column.members)
            for one in column.members:
                for other in members_of(near[one] & members):
                    if one < other:
                        together[which].setdefault((one, other), []).append(j)
        before, now = together
        for pair, mine in sorted(now.items()):
            entries = [*((j, 1.0) for j in mine), *((j, -1.0) for j in before.get(pair, ()))]
            yield Row(f"s{number}_divided_{pair[0]}_{pair[1]}", entries, None, 0.0)

    def _no_less(self, number: int) -> Iterator[Row]:
        """Nobody has fewer hours on site at a step than at the step before."""
        entries: dict[int, list[tuple[int, float]]] = {}
        for j, column in enumerate(self.columns):
            which = self.step_of[j] - (number - 1)
            if which in (0, 1):
                for i, hours in zip(column.members, self.hours(j), strict=True):
                    entries.setdefault(i, []).append((j, hours if which else -hours))
        for i in sorted(entries):
            yield Row(f"s{number}_no_less_{i}", entries[i], -HOURS_ALIKE, None)

    def _hubs(self, number: int) -> Iterator[Row]:
        """Who is a hub at the step before is one."""
        hubs: list[dict[int, list[int]]] = [{}, {}]
        for j, column in enumerate(self.columns):
            which = self.step_of[j] - (number - 1)
            if which in (0, 1):
                hubs[which].setdefault(column.hub, []).append(j)
        before, now = hubs
        for hub, mine in sorted(before.items()):
            later = [(j, 1.0) for j in now.get(hub, ())]
            # Of districts that hold it only one can be chosen; from an office several may be served.
            alone = all(hub in self.columns[j].members for j in mine)
            for place, some in enumerate([mine] if alone else [[j] for j in mine]):
                yield Row(f"s{number}_hub_{hub}_{place}", [*later, *((j, -1.0) for j in some)], 0.0, None)

    def hours(self, j: int) -> tuple[float, ...]:
        """Hours per week on site of the municipalities of a column."""
        column = self.columns[j]
        service = self.steps[self.step_of[j]].situation.service
        return service.deliver(column.members, column.hub, column.level).hours

    def chosen(self, columns: Sequence[int]) -> Chosen:
        """The columns of some positions, step by step."""
        return tuple(
            tuple(self.columns[j] for j in columns if self.step_of[j] == number) for number in range(len(self.steps))
        )

    def _choice(self, outcome: Outcome, variables: Sequence[pulp.LpVariable]) -> Choice:
        if not outcome.has_solution:
            return Choice(outcome.termination, None)
        found = tuple(j for j, variable in enumerate(variables) if (variable.value() or 0.0) > 0.5)
        for step, columns in zip(self.steps, self.chosen(found), strict=True):
            if not step.source.complete([i for column in columns for i in column.covers]):
                # A time limit may leave a rounded, fractional "solution".
                return Choice(Termination.TIME_LIMIT, None)
        return Choice(outcome.termination, found)


class PathSearch:
    """The best path of some steps. ``path`` is the best one known, ``bound`` what the lowest coverage of its last step
    cannot exceed, and ``proven`` whether every stage of the decision is."""

    def __init__(self, steps: Sequence[PathStep], highest: float, conditions: Conditions) -> None:
        """``highest`` is a lowest coverage that no plan of the last step exceeds."""
        self.steps = steps
        self.last = steps[-1]
        self.highest = highest
        self.conditions = conditions
        self.path: Chosen | None = None
        self.bound = highest
        self.proven = False

    def best(self, loss: float) -> bool:
        """Finds the best path with so much ``loss`` of coverage at each earlier step; false: there is none, proven.

        Raises ``TimeUp``, then with what was found until then.
        """
        self.path, self.bound, self.proven = None, self.highest, False
        earlier = self._earlier(loss)
        if not self._raise_last(earlier):
            return False
        self._decide(earlier)
        self.proven = True
        return True

    def smallest_loss(self, too_small: float) -> float | None:
        """The smallest loss at each earlier step with which there is a path, above one that is ``too_small``.

        ``None``: there is none with any. Raises ``TimeUp``.
        """
        anything = self.last.columns(0.0)

        def lost(loss: float) -> float | None:
            path = self._any_path(_within(self.steps, [*self._earlier(loss), anything]))
            return None if path is None else self._lost(path)

        low, loss = too_small, max(FIRST_LOSS, RISE * too_small)
        while (reached := lost(loss)) is None:
            if loss >= ANY_LOSS:
                return None
            low, loss = loss, RISE * loss if loss < 1.0 else ANY_LOSS
        while True:
            # Only what a column loses can be the loss of a path.
            values = sorted({value for value in self._losses(reached) if more(low) < value < less(reached)})
            if not values:
                return reached
            middle = values[len(values) // 2]
            found = lost(middle)
            if found is None:
                low = middle
            else:
                reached = min(found, reached)

    # -- pools ----------------------------------------------------------------------------------------------------

    def _earlier(self, loss: float) -> list[list[Column]]:
        """The columns of all steps but the last."""
        return [step.columns(step.reached - loss) for step in self.steps[:-1]]

    def _losses(self, most: float) -> Iterator[float]:
        for step, columns in zip(self.steps, self._earlier(most), strict=False):
            for column in columns:
                yield max(0.0, step.reached - column.level / step.fair_level)

    def _lost(self, path: Chosen) -> float:
        """The greatest loss of the earlier steps of a path."""
        losses = (step.reached - step.lowest(columns) for step, columns in zip(self.steps[:-1], path[:-1], strict=True))
        return max([0.0, *losses])

    def _program(self, pools: Sequence[Sequence[Column]]) -> PathProgram:
        return PathProgram(self.steps, pools, self.conditions)

    def _any_path(self, pools: Sequence[Sequence[Column]]) -> Chosen | None:
        """A path from these columns; ``None``: there is none. Raises ``TimeUp`` where the solver cannot tell."""
        program = self._program(pools)
        choice = program.minimise([0.0] * len(program.columns))
        if choice.columns is None:
            if choice.termination is not Termination.INFEASIBLE:
                raise TimeUp
            return None
        return program.chosen(choice.columns)

    # -- the stages -----------------------------------------------------------------------------------------------

    def _raise_last(self, earlier: Sequence[Sequence[Column]]) -> bool:
        """Finds a path with the highest lowest coverage at the last step; false: there is no path."""
        for width in WIDTHS:
            threshold = max(0.0, self.highest - width)
            pools = _within(self.steps, [*earlier, self.last.columns(threshold)])
            self.path = self._any_path(pools)
            if self.path is not None:
                break
            if threshold == 0.0:
                return False
            self.bound = threshold
        assert self.path is not None
        while (above := more(self.last.lowest(self.path[-1]))) < self.bound:
            # Upwards only: that there is no path above takes longer to prove than to find one takes.
            pool = [column for column in pools[-1] if column.level >= above * self.last.fair_level]
            pools = _within(self.steps, [*pools[:-1], pool])
            found = self._any_path(pools)
            if found is None:
                break
            self.path = found
        self.bound = self.last.lowest(self.path[-1])
        return True

    def _decide(self, earlier: Sequence[Sequence[Column]]) -> None:
        """Of all paths with that coverage the best one: hours missing at the last step, at the earlier ones, travel,
        then the order of keys, step by step from the first. Raises ``TimeUp``."""
        assert self.path is not None
        tolerance = self.last.situation.problem.fairness_tolerance
        limit = self.last.shortfall(self.path[-1]) + SHORTFALL_TOLERANCE
        pool = self.last.columns(max(0.0, self.bound - tolerance), limit)
        program = self._program(_within(self.steps, [*earlier, pool]))
        last = len(self.steps) - 1

        def missing(number: int, column: Column) -> float:
            return self.steps[number].source.shortfall(column)

        def road(number: int, column: Column) -> float:
            return travel_hours(self.steps[number].source, column)

        program = self._least(program, "last", lambda n, c: missing(n, c) if n == last else 0.0, SHORTFALL_TOLERANCE)
        program = self._least(program, "earlier", lambda n, c: missing(n, c) if n < last else 0.0, SHORTFALL_TOLERANCE)
        self._first_in_order(self._least(program, "travel", road, TIE_TOLERANCE, unit=TIE_TOLERANCE * 1e3))

    def _least(
        self,
        program: PathProgram,
        name: str,
        cost: Callable[[int, Column], float],
        tolerance: float,
        *,
        unit: float = 1.0,
    ) -> PathProgram:
        """Takes the path with the least costs; the program over the columns of those within the tolerance of it.

        ``unit``: of the costs in the program, so that the tolerance of a solver is small beside that of the stage.
        Raises ``TimeUp``.
        """
        assert self.path is not None
        costs = program.costs(cost)
        relaxation = program.relax(costs)
        if not isinstance(relaxation, Relaxation):
            raise TimeUp
        if len(costs) > PROMISING:
            likeliest = sorted(range(len(costs)), key=lambda j: (relaxation.reduced[j], j))
            self._cheapest(program, likeliest[:PROMISING], cost)
        self._cheapest(program, relaxation.within(self._cost(cost) + ROUNDING), cost)
        limit = self._cost(cost) + tolerance
        close = {*relaxation.within(limit + ROUNDING), *program.positions(self.path)}
        return program.only(sorted(close), Cap(name, [c / unit for c in costs], limit / unit))

    def _cheapest(self, program: PathProgram, positions: Sequence[int], cost: Callable[[int, Column], float]) -> None:
        """Takes the path with the least costs of some columns and those of the known one. Raises ``TimeUp``."""
        assert self.path is not None
        part = program.only(sorted({*positions, *program.positions(self.path)}))
        choice = part.minimise(part.costs(cost))
        if choice.columns is None or choice.termination is not Termination.OPTIMAL:
            raise TimeUp
        self.path = part.chosen(choice.columns)

    def _cost(self, cost: Callable[[int, Column], float]) -> float:
        assert self.path is not None
        return math.fsum(cost(number, column) for number, columns in enumerate(self.path) for column in columns)

    def _first_in_order(self, program: PathProgram) -> None:
        """Of all equally good paths takes the first in the order of municipality keys."""
        assert self.path is not None
        nothing = [0.0] * len(program.columns)
        same = program.positions(self.path)
        other = Row("another", [(j, 1.0) for j in same], None, sum(map(len, self.path)) - 1)
        choice = program.minimise(nothing, other)
        if choice.columns is None:
            if choice.termination is not Termination.INFEASIBLE:
                raise TimeUp
            return
        settled: list[Row] = []
        for number, step in enumerate(self.steps):
            covered: set[int] = set()
            of_step = program.of_step(number)
            for row in range(step.source.rows):
                candidates = _candidates(program, of_step, row, covered) if row not in covered else {}
                if not candidates:
                    continue
                taken = self._settle(program, settled, number, row, candidates)
                copies = [j for order, js in candidates.items() if taken in (None, order) for j in js]
                some = float(taken is not None)
                settled.append(Row(f"settled_{number}_{row}", [(j, 1.0) for j in copies], some, some))
                if taken is not None:
                    covered |= set(program.columns[copies[0]].covers)

    def _settle(
        self, program: PathProgram, settled: Sequence[Row], number: int, row: int, candidates: Mapping[Order, list[int]]
    ) -> Order | None:
        """The first column of a municipality at a step that some equally good path has; ``None``: none has any."""
        ordered = sorted(candidates)
        needed = program.steps[number].source.required >> row & 1
        if len(ordered) > needed:
            # Whoever needs no team may be in none, which comes last.
            ranks = [0.0] * len(program.columns)
            for rank, order in enumerate(ordered):
                for j in candidates[order]:
                    ranks[j] = float(rank if needed else rank - len(ordered))
            choice = program.minimise(ranks, *settled)
            if choice.columns is None or choice.termination is not Termination.OPTIMAL:
                raise TimeUp
            self.path = program.chosen(choice.columns)
        assert self.path is not None
        return next((column.order for column in self.path[number] if row in column.covers), None)


def _candidates(program: PathProgram, positions: Sequence[int], row: int, covered: set[int]) -> dict[Order, list[int]]:
    """The columns that cover a row and nothing that is covered; copies of one column are one."""
    found: dict[Order, list[int]] = {}
    for j in positions:
        column = program.columns[j]
        if row in column.covers and not covered & set(column.covers):
            found.setdefault(column.order, []).append(j)
    return found


class _Parts:
    """Which sets of municipalities the columns of a step can be put together to, and with how few posts."""

    def __init__(self, step: PathStep, pool: Sequence[Column]) -> None:
        self.units = step.source.units
        self.required = step.source.required
        self.whole = step.situation.service.taking_part
        self.least: dict[int, int] = {}
        for column in pool:
            members = mask_of(column.members)
            self.least[members] = min(column.units, self.least.get(members, column.units))
        self.by_first: dict[int, list[int]] = {}
        for members in self.least:
            self.by_first.setdefault(members & -members, []).append(members)
        self._fewest: dict[int, float] = {0: 0.0}

    def fewest(self, towns: int) -> float:
        """The fewest units with which all of these that need a team are in a district of these alone."""
        if towns not in self._fewest:
            first = towns & -towns
            found = math.inf if first & self.required else self.fewest(towns ^ first)
            for members in self.by_first.get(first, ()):
                if not members & ~towns:
                    found = min(found, self.least[members] + self.fewest(towns ^ members))
            self._fewest[towns] = found
        return self._fewest[towns]

    def divides(self, district: int) -> bool:
        """Whether there may be a plan that divides a district of an earlier step, and none of its parts is beyond."""
        return self.fewest(district) + self.fewest(self.whole & ~district) <= self.units

    def fits(self, members: int, units: int, district: int) -> bool:
        """Whether there may be one with this column as a part of the district."""
        if members & ~district:
            return False
        rest = self.fewest(district & ~members) + self.fewest(self.whole & ~district)
        return units + rest <= self.units


def _within(steps: Sequence[PathStep], pools: Sequence[Sequence[Column]]) -> list[list[Column]]:
    """The columns that a path can have: a part of a district of each step before, and divided by each step after.

    Raises ``TimeUp``.
    """
    found = [list(pool) for pool in pools]
    if steps[0].source.rows > MOST_DIVIDED:
        return found
    for later in range(1, len(steps)):
        parts = _Parts(steps[later], found[later])
        for earlier in range(later):
            steps[0].situation.deadline.check()
            divided = {mask: parts.divides(mask) for mask in {mask_of(c.members) for c in found[earlier]}}
            found[earlier] = [column for column in found[earlier] if divided[mask_of(column.members)]]
            wholes = [mask for mask, kept in divided.items() if kept]
            fitting: dict[tuple[int, int], bool] = {}
            for column in found[later]:
                key = mask_of(column.members), column.units
                if key not in fitting:
                    # Who is alone may have been in no district before.
                    alone = len(column.members) == 1
                    fitting[key] = alone or any(parts.fits(*key, whole) for whole in wholes)
            found[later] = [column for column in found[later] if fitting[mask_of(column.members), column.units]]
    return found
