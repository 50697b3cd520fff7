"""The program over covered sets: the best plan of very many columns, without a solver.

A plan is put together by covering the first municipality that is still uncovered, in an order that goes through the
county with a narrow front: so every plan comes about in one way only. A state is what is covered and what the columns
so far add up to (posts, districts, limits). Of equal states the best one counts, and states whose rest cannot be
served with what is left are dropped (Held and Karp 1962, A dynamic programming approach to sequencing problems, for
partitions). All rules of :class:`~optimizer.program.Program` are kept, so what comes out is what an integer program
finds; where the states become too many, nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
import numpy.typing as npt

from optimizer.column import Column
from optimizer.columns import ColumnSource
from optimizer.hub_growth import Masks
from optimizer.levels import Flags, Floats, Ints, memberships
from optimizer.service import mask_of, members_of
from optimizer.solver import Deadline

#: Pairs of state and column that are looked at together, and in all at most.
CHUNK = 1 << 20
MOST_PAIRS = 1_000_000_000
#: States that wait for one municipality before equal ones are told apart, and all that may be kept: bounds the memory.
CROWD = 1 << 17
MOST_STATES = 3_000_000
#: States whose rest is worked out together.
ROWS = 1 << 17

_Rows = npt.NDArray[np.intp]


class TooManyStates(Exception):  # noqa: N818 - an answer, not an error
    """The program over covered sets does not reach so far: nothing is known of the plans."""


class Rest(Protocol):
    """What tells which states lead nowhere."""

    def possible(self, inside: Floats, covered: Ints, units: Ints, districts: Ints) -> Flags:
        """Of each state whether whoever it leaves may still be served by further districts.

        ``covered`` is the row of ``inside`` (covered sets, municipalities) that is 1 for whom it covers, with so many
        ``units`` of posts in so many ``districts``.
        """


@dataclass(frozen=True)
class _Sum:
    # What columns add up to from ``start`` on: at the end within ``low`` and ``high``, on the way never above ``most``.
    # With ``enough`` what is more than ``most`` counts as that.
    amounts: Ints
    low: int
    high: int
    most: int
    start: int = 0
    enough: bool = False


@dataclass(frozen=True)
class _States:
    # ``counts``: what each has of every sum, packed; ``before`` and ``column``: by which column from which state.
    covered: Masks
    counts: Ints
    value: Floats
    before: Ints
    column: Ints

    def __len__(self) -> int:
        return len(self.covered)

    def take(self, rows: _Rows | Flags | slice) -> _States:
        return _States(*(getattr(self, field.name)[rows] for field in fields(self)))

    @staticmethod
    def joined(parts: Sequence[_States]) -> _States:
        return _States(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(_States)))


class CoveredSets:
    """The program over covered sets for some columns of a layer, copies where changes are limited.

    Raises :class:`TooManyStates` where masks or sums do not fit.
    """

    def __init__(self, source: ColumnSource, columns: Sequence[Column], rest: Rest, deadline: Deadline) -> None:
        self.source = source
        self.columns = columns
        self.rest = rest
        self.deadline = deadline
        #: The municipalities by their place in the masks, those that need a team first.
        self.order = self._order()
        self.needed = source.required.bit_count()
        self.masks, self.first = self._masks()
        self.sums = list(self._sums())
        widths = [max(1, one.most.bit_length(), one.start.bit_length()) for one in self.sums]
        if sum(widths) > 62:
            raise TooManyStates
        self.shifts = [sum(widths[:position]) for position in range(len(widths))]
        self.fields = [(1 << width) - 1 for width in widths]

    def highest(self) -> list[Column] | None:
        """The plan with the highest lowest level; ``None``: there is no plan. Raises ``TooManyStates``, ``TimeUp``."""
        values = np.array([-column.level for column in self.columns], dtype=np.float64)
        chosen = _Search(self, values).best()
        return None if chosen is None else [self.columns[j] for j in chosen]

    def _order(self) -> list[int]:
        counts = [0] * self.source.service.size
        for column in self.columns:
            for i in column.covers:
                counts[i] += 1
        required, neighbours = self.source.required, self.source.neighbour_masks
        order: list[int] = []
        for part in (required, mask_of(i for i, count in enumerate(counts) if count) & ~required):
            left, done = set(members_of(part)), 0
            while left:
                # Next to many that are done, and in few columns: the front stays narrow.
                near = {i: (neighbours[i] & done).bit_count() for i in left}
                chosen = min(left, key=lambda i: (-near[i], counts[i], i))
                order.append(chosen)
                left.remove(chosen)
                done |= 1 << chosen
        return order

    def _masks(self) -> tuple[Masks, Ints]:
        """What each column covers, by places, and the first of them."""
        place = {town: position for position, town in enumerate(self.order)}
        size = len(self.order)
        if size + len(self.source.known) > 63:
            raise TooManyStates
        masks = [mask_of(place[i] for i in column.covers) for column in self.columns]
        first = [(mask & -mask).bit_length() - 1 for mask in masks]
        # Who continues a district of the reference takes it from all others, as if it were one of the municipalities.
        continued = [0 if c.continues is None else 1 << size + c.continues for c in self.columns]
        both = [mask | one for mask, one in zip(masks, continued, strict=True)]
        return np.array(both, dtype=np.uint64), np.array(first, dtype=np.int64)

    def _sums(self) -> Iterator[_Sum]:
        """What is counted: units of posts and districts, then what further rules count."""
        source, columns, layer = self.source, self.columns, self.source.layer
        units = np.array([column.units for column in columns], dtype=np.int64)
        yield _Sum(units, source.units, source.units, source.units)
        fewest, most = source.district_range
        yield _Sum(np.ones(len(columns), dtype=np.int64), fewest, most, most)
        ids = [employer.id for employer in source.employers]
        for limit in layer.limits:
            mine = np.array([ids[column.employer] in limit.employers for column in columns], dtype=bool)
            low = math.ceil(limit.minimum / layer.step)
            high = None if limit.maximum is None else math.floor(limit.maximum / layer.step)
            yield from _bounded(np.where(mine, units, 0), low, high)
        ki = np.array([source.employers[column.employer].is_ki for column in columns], dtype=bool)
        yield from _bounded(np.where(ki, units, 0), source.ki_units, None)
        if layer.most_changes is not None:
            changed = np.array([source.changes(column)[0] for column in columns], dtype=np.int64)
            high = layer.most_changes - source.changes_at_least[0]
            # Whoever changes unless a column serves them may be served later: so many may be too many until then.
            back = source.lost.bit_count()
            yield _Sum(changed, 0, high + back, high + 2 * back, back)


def _bounded(amounts: Ints, low: int, high: int | None) -> Iterator[_Sum]:
    if high is not None:
        yield _Sum(amounts, max(0, low), high, high)
    elif low > 0:
        yield _Sum(amounts, low, low, low, enough=True)


class _Search:
    # For a plan of which the highest of the ``values`` of its columns is the least.

    def __init__(self, program: CoveredSets, values: Floats) -> None:
        self.program = program
        self.values = values
        self.kept = self._without_worse_twins()
        self.waiting: dict[int, list[_States]] = {}
        #: Value, state and last column of the best plan so far.
        self.found: tuple[float, int, int] | None = None
        self.done: list[_States] = []
        self.known = 0

    def best(self) -> list[int] | None:
        """The columns of the best plan; ``None``: there is no plan."""
        program = self.program
        pairs = 0
        counts = sum(one.start << shift for one, shift in zip(program.sums, program.shifts, strict=True))
        nowhere = np.full(1, -1, dtype=np.int64)
        value = np.full(1, -math.inf)
        self._wait(_States(np.zeros(1, np.uint64), np.array([counts]), value, nowhere, nowhere), -1)
        firsts = program.first[self.kept]
        for position in range(len(program.order)):
            states = self._told_apart(self.waiting.pop(position, []))
            mine = self.kept[firsts == position]
            pairs += len(states) * len(mine)
            if pairs > MOST_PAIRS:
                raise TooManyStates
            self._grow(states, mine, position)
            self.done.append(states)
            self.known += len(states)
        return None if self.found is None else self._traced(self.found)

    def _without_worse_twins(self) -> Ints:
        """The columns but those that differ from a better one in nothing that counts."""
        program = self.program
        keys: list[Masks | Ints] = [program.masks, *(one.amounts for one in program.sums)]
        order = np.lexsort((self.values, *keys)).astype(np.int64)
        return order[_firsts([key[order] for key in keys])]

    def _grow(self, states: _States, mine: Ints, position: int) -> None:
        """Adds each of some columns to all states that leave what it covers uncovered."""
        program = self.program
        rows = max(1, CHUNK // max(1, len(mine)))
        for start in range(0, len(states) if len(mine) else 0, rows):
            program.deadline.check()
            some = states.take(slice(start, start + rows))
            at, which = np.nonzero((some.covered[:, None] & program.masks[mine][None, :]) == 0)
            column = mine[which]
            counts, kept = self._added(some.counts[at], column)
            at, column, counts = at[kept], column[kept], counts[kept]
            before = some.value[at]
            value = np.maximum(before, self.values[column])
            covered = some.covered[at] | program.masks[column]
            self._wait(_States(covered, counts, value, self.known + start + at, column), position)

    def _added(self, counts: Ints, column: Ints) -> tuple[Ints, Flags]:
        """The sums with one column more, and which of them are not too much."""
        program = self.program
        added, kept = np.zeros_like(counts), np.ones(len(counts), dtype=bool)
        for one, shift, width in zip(program.sums, program.shifts, program.fields, strict=True):
            count = (counts >> shift & width) + one.amounts[column]
            if one.enough:
                count = np.minimum(count, one.most)
            kept &= count <= one.most
            added |= np.clip(count, 0, width) << shift
        return added, kept

    def _wait(self, states: _States, position: int) -> None:
        """Notes the best plan among the states, and has the others wait for whom a further column covers first."""
        program = self.program
        whole = ~states.covered & np.uint64((1 << program.needed) - 1) == 0
        self._note(states.take(np.flatnonzero(whole & self._complete(states.counts))))
        # The lowest bit that is not set.
        lowest = np.bitwise_count((~states.covered & (states.covered + np.uint64(1))) - np.uint64(1))
        for later in range(position + 1, len(program.order)):
            mine = ~whole & (lowest == later)
            if later >= program.needed:
                # Whoever needs no team may be left out.
                mine |= whole & (states.covered >> np.uint64(later) & np.uint64(1) == 0)
            if not mine.any():
                continue
            waiting = self.waiting.setdefault(later, [])
            waiting.append(states.take(mine))
            if len(waiting) > 1 and sum(map(len, waiting[1:])) > max(CROWD, len(waiting[0])):
                self.waiting[later] = [self._told_apart(waiting)]
                if self.known + sum(len(part) for parts in self.waiting.values() for part in parts) > MOST_STATES:
                    raise TooManyStates

    def _complete(self, counts: Ints) -> Flags:
        """Whether the sums are those of a plan."""
        program = self.program
        complete = np.ones(len(counts), dtype=bool)
        for one, shift, width in zip(program.sums, program.shifts, program.fields, strict=True):
            count = counts >> shift & width
            complete &= (one.low <= count) & (count <= one.high)
        return complete

    def _note(self, plans: _States) -> None:
        if len(plans):
            least = int(np.argmin(plans.value))
            value = float(plans.value[least])
            if self.found is None or value < self.found[0]:
                self.found = value, int(plans.before[least]), int(plans.column[least])

    def _told_apart(self, parts: Sequence[_States]) -> _States:
        """The best of equal states, of those whose rest may be served."""
        nothing: Ints = np.empty(0, dtype=np.int64)
        none = _States(nothing.astype(np.uint64), nothing, nothing.astype(np.float64), nothing, nothing)
        states = _States.joined([none, *parts])
        states = states.take(np.lexsort((states.value, states.counts, states.covered)))
        states = states.take(_firsts([states.covered, states.counts]))
        several = [states.take(slice(start, start + ROWS)) for start in range(0, len(states), ROWS)]
        return _States.joined([none, *(some.take(self._possible(some)) for some in several)])

    def _possible(self, states: _States) -> Flags:
        program = self.program
        first = _firsts([states.covered])
        inside = np.zeros((int(np.sum(first)), program.source.service.size))
        inside[:, program.order] = memberships(states.covered[first], len(program.order))
        units, districts = (states.counts >> program.shifts[k] & program.fields[k] for k in range(2))
        return program.rest.possible(inside, np.cumsum(first) - 1, units, districts)

    def _traced(self, found: tuple[float, int, int]) -> list[int]:
        """The columns by which a state came about."""
        _, state, column = found
        begins = np.cumsum([0, *map(len, self.done)])
        chosen = []
        while column >= 0:
            chosen.append(column)
            position = int(np.searchsorted(begins, state, side="right")) - 1
            states, row = self.done[position], state - int(begins[position])
            state, column = int(states.before[row]), int(states.column[row])
        return sorted(chosen)


def _firsts(keys: Sequence[Masks | Ints]) -> Flags:
    """Of rows in the order of some keys the first of each run of equal ones."""
    first = np.ones(len(keys[0]), dtype=bool)
    first[1:] = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    return first
