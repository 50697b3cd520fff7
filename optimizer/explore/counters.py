"""What the rules of a layer count in a plan: its districts, and its units of posts per class of employers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.columns import ColumnSource
from optimizer.explore.situation import TooLarge
from optimizer.problem import PostLimit

#: More combinations of districts and units than this are not gone through.
MOST_STATES = 30_000

State = tuple[int, ...]


@dataclass(frozen=True)
class Kind:
    """A team of a class with so many units, and what it does to the counts: ``before[k]`` becomes ``after[k]``."""

    group: int
    units: int
    before: NDArray[np.intp]
    after: NDArray[np.intp]


class Counters:
    """States ``(districts, units of class 0, units of class 1, ...)`` that can be part of a plan.

    Employers of a class are alike to every rule that adds up posts: the KI's share and the limits. ``kind_of`` gives
    the kind of a column by employer and units. ``accepted`` are the states of whole plans; ``missing[a, s]`` is the
    state that completes ``s`` to ``accepted[a]``, the number of states where none does.
    """

    def __init__(self, source: ColumnSource) -> None:
        layer, limits, marks = source.layer, _limits(source), _marks(source)
        groups = list(dict.fromkeys(marks))
        self.group_of = tuple(groups.index(mark) for mark in marks)
        caps = [
            max(units for units, group in zip(source.largest_team, self.group_of, strict=True) if group == g)
            for g in range(len(groups))
        ]
        bounds: list[tuple[tuple[int, ...], int, float]] = []
        if source.ki_units > 0:
            others = tuple(g for g, mark in enumerate(groups) if not mark[0])
            bounds.append((tuple(g for g, mark in enumerate(groups) if mark[0]), source.ki_units, math.inf))
            bounds.append((others, 0, source.units - source.ki_units))
        for number, limit in enumerate(limits, start=1):
            mine = tuple(g for g, mark in enumerate(groups) if mark[number])
            most = math.inf if limit.maximum is None else math.floor(limit.maximum / layer.step)
            bounds.append((mine, math.ceil(limit.minimum / layer.step), most))
        fewest, self.most_districts = source.district_range
        self.units = source.units

        most_groups = self._most_units(groups, bounds, caps)
        self.states: list[State] = [(0,) * (1 + len(groups))]
        for units in _vectors(most_groups, source.units):
            if any(sum(units[g] for g in mine) > most for mine, _, most in bounds):
                continue
            busy, total = sum(1 for u in units if u), sum(units)
            self.states += [(d, *units) for d in range(max(1, busy), min(self.most_districts, total) + 1)]
            if len(self.states) > MOST_STATES:
                raise TooLarge
        self.index = {state: number for number, state in enumerate(self.states)}
        self.accepted = np.array(
            [
                number
                for number, (districts, *units) in enumerate(self.states)
                if sum(units) == source.units
                and fewest <= districts
                and all(sum(units[g] for g in mine) >= least for mine, least, _ in bounds)
            ],
            dtype=np.intp,
        )
        self.kinds: list[Kind] = []
        self.kind_of: dict[tuple[int, int], int] = {}
        by_group: dict[tuple[int, int], int] = {}
        for e, group in enumerate(self.group_of):
            for size in source.sizes:
                if size <= source.largest_team[e]:
                    if (group, size) not in by_group:
                        by_group[group, size] = len(self.kinds)
                        self.kinds.append(self._kind(group, size))
                    self.kind_of[e, size] = by_group[group, size]

    @staticmethod
    def _most_units(
        groups: list[tuple[bool, ...]], bounds: list[tuple[tuple[int, ...], int, float]], caps: list[int]
    ) -> list[float]:
        # ``caps`` limit a team, and a class only where it takes no more than its limits leave.
        return [
            min((most for mine, _, most in bounds if g in mine), default=math.inf) if caps[g] else 0
            for g in range(len(groups))
        ]

    def _kind(self, group: int, size: int) -> Kind:
        before, after = [], []
        for number, state in enumerate(self.states):
            target = list(state)
            target[0] += 1
            target[1 + group] += size
            found = self.index.get(tuple(target))
            if found is not None:
                before.append(number)
                after.append(found)
        return Kind(group, size, np.array(before, dtype=np.intp), np.array(after, dtype=np.intp))

    def before(self, kind: int, state: int) -> int:
        """The state that a team of a kind turns into ``state``; the number of states where there is none."""
        group, units = self.kinds[kind].group, self.kinds[kind].units
        source = list(self.states[state])
        source[0] -= 1
        source[1 + group] -= units
        return self.index.get(tuple(source), len(self.states))

    @cached_property
    def missing(self) -> NDArray[np.intp]:
        """States that complete states to accepted ones (accepted × states)."""
        nothing = len(self.states)
        table = np.full((len(self.accepted), nothing), nothing, dtype=np.intp)
        for row, number in enumerate(self.accepted):
            whole = self.states[number]
            for column, state in enumerate(self.states):
                rest = tuple(a - b for a, b in zip(whole, state, strict=True))
                table[row, column] = self.index.get(rest, nothing)
        return table


def counted(source: ColumnSource) -> tuple[object, ...]:
    """What the counters of a source hang on: sources that are alike in it count alike."""
    limits = tuple((limit.minimum, limit.maximum) for limit in _limits(source))
    sizes = tuple(source.sizes), tuple(source.largest_team)
    return _marks(source), limits, sizes, source.layer.step, source.ki_units, source.units, source.district_range


def _limits(source: ColumnSource) -> tuple[PostLimit, ...]:
    return tuple(limit for limit in source.layer.limits if limit.minimum > 0 or limit.maximum is not None)


def _marks(source: ColumnSource) -> tuple[tuple[bool, ...], ...]:
    """By employer whether it is of the KI and which limits are its: those with the same are of one class."""
    return tuple(
        (employer.is_ki and source.ki_units > 0, *(employer.id in limit.employers for limit in _limits(source)))
        for employer in source.employers
    )


def _vectors(most: list[float], total: int) -> Iterator[tuple[int, ...]]:
    """All vectors of units per class with at most ``total`` together, without the one of nothing."""

    def extend(prefix: tuple[int, ...], left: int) -> Iterator[tuple[int, ...]]:
        if len(prefix) == len(most):
            if left < total:
                yield prefix
            return
        for units in range(int(min(most[len(prefix)], left)) + 1):
            yield from extend((*prefix, units), left - units)

    yield from extend((), total)
