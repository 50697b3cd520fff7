"""Every way to part a county into districts, gone through by dynamic programming over what is still uncovered.

A plan is put together by covering the first uncovered municipality of a fixed order, so every plan comes about in one
way only. What is uncovered then is one of few sets: the fewer, the narrower the front between covered and uncovered
that the order leaves (5,297 and not 34,889 in Rhein-Sieg). Sets of municipalities are bit masks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.columns import ColumnSource
from optimizer.explore.counters import Counters
from optimizer.explore.following import START, Changed, following
from optimizer.explore.situation import TooLarge
from optimizer.service import mask_of
from optimizer.solver import Deadline

#: More steps (a district taken out of an uncovered set) than this are not gone through.
MOST_STEPS = 1_500_000
#: Numbers held at once while counting.
MOST_NUMBERS = 12_000_000
#: Integers below this are exact in floating point, and so are their sums.
EXACT = 2.0**53

Floats = NDArray[np.float64]
#: Who is left to cover (a mask), and how much has changed so far.
_Node = tuple[int, Changed]


@dataclass(frozen=True)
class Group:
    """The steps out of the uncovered sets with the same first municipality, in the order of these sets.

    ``starts`` are the first steps of each set, ``by_rest`` the steps by what remains;
    ``counts`` per kind those counts before and after it that matter here.
    ``left`` are those of the sets whose first municipality may be in no district, ``left_rest`` what remains then.
    """

    uncovered: NDArray[np.intp]
    district: NDArray[np.intp]
    rest: NDArray[np.intp]
    starts: NDArray[np.intp]
    by_rest: NDArray[np.intp]
    left: NDArray[np.intp]
    left_rest: NDArray[np.intp]
    counts: list[tuple[NDArray[np.intp], NDArray[np.intp]]]


@dataclass(frozen=True)
class PartOfPlans:
    """Which districts with which kind of team (districts × kinds) are part of a plan, and who is in none in some."""

    columns: NDArray[np.bool_]
    left_out: frozenset[int]


class Cover:
    """The steps by which districts (masks, each once) part the county.

    The county are those who take part in the layer of ``source``; who needs no team may be left out. ``uncovered`` are
    the sets that can be left to cover, the whole county last; where changes are limited a set stands there once for
    each way in which they may have come about. ``steps`` are the districts that can be taken out of each set, with what
    then remains, and ``left`` what remains when its first municipality is left out. ``groups`` stand in the order in
    which they are worked out. Raises :class:`TooLarge` and ``TimeUp``.
    """

    def __init__(self, source: ColumnSource, districts: Sequence[int], counters: Counters, deadline: Deadline) -> None:
        self.districts = tuple(districts)
        self.counters = counters
        self.deadline = deadline
        steps, left = self._steps(source)
        county = source.service.taking_part
        place = {node: self._place(node[0]) for node in steps}
        nodes = sorted(steps, key=lambda node: (-place[node], node))
        self.uncovered = (0, *(mask for mask, _ in nodes))
        index = {node: number for number, node in enumerate(nodes, start=1)}
        self.whole = index[county, START]
        # Once nobody is left, it is all the same how many have changed.
        self.steps = {index[node]: [(j, index.get(rest, 0)) for j, rest in steps[node]] for node in nodes}
        self.left = {index[node]: index.get(rest, 0) for node, rest in left.items()}
        self._parted: dict[int, tuple[NDArray[np.intp], NDArray[np.intp]]] = {}
        self.groups = self._groups()

    def _steps(self, source: ColumnSource) -> tuple[dict[_Node, list[tuple[int, _Node]]], dict[_Node, _Node]]:
        """The steps out of each set that can be left to cover, and what remains when its first one is left out."""
        follow = following(source)
        self._order = narrow_order(source)
        by_first: list[list[tuple[int, int]]] = [[] for _ in self._order]
        for number, mask in enumerate(self.districts):
            by_first[self._place(mask)].append((number, mask))
        steps: dict[_Node, list[tuple[int, _Node]]] = {}
        left: dict[_Node, _Node] = {}
        open_, count = [(source.service.taking_part, START)], 0
        while open_:
            node = open_.pop()
            mask, changed = node
            if node in steps or not mask:
                continue
            place = self._place(mask)
            fitting = [(j, d) for j, d in by_first[place] if not d & ~mask]
            if follow is None:
                steps[node] = [(j, (mask ^ d, changed)) for j, d in fitting]
            else:
                further = ((j, mask ^ d, follow.with_district(changed, d)) for j, d in fitting)
                steps[node] = [(j, (rest, then)) for j, rest, then in further if then is not None]
            open_.extend(rest for _, rest in steps[node])
            first = 1 << self._order[place]
            if not first & source.required:
                then = follow.without(changed, first) if follow else changed
                if then is not None:
                    left[node] = (mask ^ first, then)
                    open_.append(left[node])
            count += len(steps[node])
            if count > MOST_STEPS:
                raise TooLarge
            if len(steps) % 1000 == 0:
                self.deadline.check()
        return steps, left

    def _place(self, mask: int) -> int:
        """Where the first municipality of a set stands in the order."""
        return next(place for place, i in enumerate(self._order) if mask >> i & 1)

    def _groups(self) -> list[Group]:
        grouped: dict[int, list[int]] = {}
        for number, mask in enumerate(self.uncovered[1:], start=1):
            grouped.setdefault(self._place(mask), []).append(number)
        kinds = [(kind.before, kind.after) for kind in self.counters.kinds]
        groups = []
        for numbers in grouped.values():
            rows = [(number, j, rest) for number in numbers for j, rest in self.steps[number]]
            left = [(number, self.left[number]) for number in numbers if number in self.left]
            uncovered, district, rest = np.array(rows, dtype=np.intp).reshape(-1, 3).T
            some, some_rest = np.array(left, dtype=np.intp).reshape(-1, 2).T
            starts = np.flatnonzero(np.diff(uncovered, prepend=-1))
            by_rest = np.argsort(rest, kind="stable")
            groups.append(Group(uncovered, district, rest, starts, by_rest, some, some_rest, list(kinds)))
        return groups

    def narrow(self, numbers: Floats) -> None:
        """From now on only such counts are looked at as plans of these columns have (districts × kinds)."""
        useful = self.useful(_free(numbers > 0))
        for group in self.groups:
            before, after = (useful[some].max(axis=0, initial=False) for some in (group.rest, group.uncovered))
            kept = [before[kind.before] & after[kind.after] for kind in self.counters.kinds]
            group.counts[:] = [
                (kind.before[mine], kind.after[mine]) for kind, mine in zip(self.counters.kinds, kept, strict=True)
            ]

    def least(self, costs: Floats, *, highest: bool = False) -> Floats:
        """The least cost of covering each uncovered set with each count (uncovered × states); infinite: impossible.

        ``costs`` are those of the best column per district and kind, infinite without one. The cost of a plan is the
        sum of its columns', or with ``highest`` the highest of them.
        """
        found = np.full((len(self.uncovered), len(self.counters.states)), np.inf)
        found[0, 0] = -np.inf if highest else 0.0
        join: Callable[..., Any] = np.maximum if highest else np.add
        for group, usable in zip(self.groups, self._usable(costs), strict=True):
            self.deadline.check()
            for k, (before, after) in enumerate(group.counts):
                rows = np.flatnonzero(usable[:, k])
                if not len(rows) or not len(before):
                    continue
                left = found[group.rest[rows][:, None], before[None, :]]
                joined = join(left, costs[group.district[rows], k][:, None])
                uncovered = group.uncovered[rows]
                starts = np.flatnonzero(np.diff(uncovered, prepend=-1))
                target = np.ix_(uncovered[starts], after)
                found[target] = np.minimum(found[target], np.minimum.reduceat(joined, starts, axis=0))
            found[group.left] = np.minimum(found[group.left], found[group.left_rest])
        return found

    def fewest_units(self, costs: Floats) -> float:
        """The fewest units of posts that columns for the whole county take; infinite where even that is too many.

        A bound: what else is counted is left aside, and so is that all posts are used.
        """
        to_come = self._to_come(self._sizes(costs)[1])
        units = float(to_come[self.whole])
        return units if units <= self.counters.units else math.inf

    def _sizes(self, costs: Floats) -> tuple[Floats, Floats]:
        """The units of each kind, and the fewest of each district."""
        sizes = np.array([kind.units for kind in self.counters.kinds], dtype=np.float64)
        return sizes, np.where(np.isfinite(costs), sizes, np.inf).min(axis=1, initial=np.inf)

    def _to_come(self, fewest: Floats) -> Floats:
        found = np.full(len(self.uncovered), np.inf)
        found[0] = 0.0
        for group in self.groups:
            units = found[group.rest] + fewest[group.district]
            if len(units):
                found[group.uncovered[group.starts]] = np.minimum.reduceat(units, group.starts)
            found[group.left] = np.minimum(found[group.left], found[group.left_rest])
        return found

    def _usable(self, costs: Floats) -> list[NDArray[np.bool_]]:
        """Per group (steps × kinds), whether the posts suffice for a column and the fewest for all others."""
        sizes, fewest = self._sizes(costs)
        to_come = self._to_come(fewest)
        before = np.full(len(self.uncovered), np.inf)
        before[self.whole] = 0.0
        for group in reversed(self.groups):
            np.minimum.at(before, group.rest, before[group.uncovered] + fewest[group.district])
            np.minimum.at(before, group.left_rest, before[group.left])
        found = []
        for group in self.groups:
            others = before[group.uncovered] + to_come[group.rest]
            enough = others[:, None] + sizes[None, :] <= self.counters.units
            found.append(enough & np.isfinite(costs[group.district]))
        return found

    def best(self, found: Floats) -> float:
        """The least cost of a whole plan by a table of :meth:`least`; infinite where there is none."""
        return float(found[self.whole, self.counters.accepted].min(initial=np.inf))

    def useful(self, costs: Floats) -> NDArray[np.bool_]:
        """Which counts of each uncovered set (uncovered × states) are those of the rest of a plan of the columns."""
        possible: NDArray[np.bool_] = np.isfinite(self.least(costs))
        found = np.zeros_like(possible)
        found[self.whole, self.counters.accepted] = possible[self.whole, self.counters.accepted]
        for group in reversed(self.groups):
            np.logical_or.at(found, group.left_rest, found[group.left])
            there = np.isfinite(costs[group.district])
            for k, kind in enumerate(self.counters.kinds):
                rows = group.by_rest[there[group.by_rest, k]]
                if not len(rows) or not len(kind.before):
                    continue
                wanted = found[group.uncovered[rows][:, None], kind.after[None, :]]
                rests = group.rest[rows]
                starts = np.flatnonzero(np.diff(rests, prepend=-1))
                found[np.ix_(rests[starts], kind.before)] |= np.logical_or.reduceat(wanted, starts, axis=0)
        useful: NDArray[np.bool_] = found & possible
        return useful

    def part_of_plans(self, numbers: Floats) -> PartOfPlans:
        """Of the districts and kinds that have a column (``numbers``), those that some plan of such columns has."""
        there = numbers > 0
        useful = self.useful(_free(there))
        found = np.zeros_like(there)
        left_out = set()
        for group in self.groups:
            self.deadline.check()
            for k, kind in enumerate(self.counters.kinds):
                rows = np.flatnonzero(there[group.district, k])
                at_once = max(1, MOST_NUMBERS // max(1, len(kind.before)))
                for some in (rows[start : start + at_once] for start in range(0, len(rows), at_once)):
                    after = useful[group.uncovered[some][:, None], kind.after[None, :]]
                    before = useful[group.rest[some][:, None], kind.before[None, :]]
                    found[group.district[some[(after & before).any(axis=1)]], k] = True
            without = (useful[group.left] & useful[group.left_rest]).any(axis=1)
            if without.any():
                left_out.add(self._order[self._place(self.uncovered[int(group.left[0])])])
        return PartOfPlans(found, frozenset(left_out))

    def split(self, uncovered: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The districts that can be taken out of an uncovered set, and what then remains."""
        if uncovered not in self._parted:
            steps = np.array(self.steps[uncovered], dtype=np.intp).reshape(-1, 2)
            self._parted[uncovered] = steps[:, 0].copy(), steps[:, 1].copy()
        return self._parted[uncovered]

    def count(self, numbers: Floats) -> list[int]:
        """How many plans there are, exactly, for each of several choices of columns.

        ``numbers`` (choices × districts × kinds) are the columns per district and kind.
        """
        useful = self.useful(_free(numbers.max(axis=0, initial=0.0) > 0))
        plain = self._count(numbers, useful, None)
        if plain.max(initial=0.0) < EXACT:
            return [int(number) for number in plain]
        # Beyond what floating point holds exactly: remainders by numbers without common divisor, put together.
        largest = int(EXACT // (1 + numbers.sum(axis=1).max())) // (1 + len(self.counters.kinds))
        totals, product = [0] * len(numbers), 1
        for modulus in range(largest, 1, -1):
            if math.gcd(modulus, product) > 1:
                continue
            inverse = pow(product, -1, modulus)
            for choice, remainder in enumerate(self._count(numbers, useful, modulus)):
                totals[choice] += (int(remainder) - totals[choice]) * inverse % modulus * product
            product *= modulus
            if product > 2 * plain.max():
                break
        return totals

    def _count(self, numbers: Floats, useful: NDArray[np.bool_], modulus: int | None) -> Floats:
        """The numbers of plans per choice in floating point; their remainders with a modulus."""
        states = len(self.counters.states)
        at_once = max(1, MOST_NUMBERS // (len(self.uncovered) * states))
        parts = []
        for start in range(0, len(numbers), at_once):
            some = numbers[start : start + at_once]
            found = np.zeros((len(self.uncovered), len(some), states))
            found[0, :, 0] = 1.0
            for uncovered in self.steps:
                if not useful[uncovered].any():
                    continue
                self.deadline.check()
                districts, rests = self.split(uncovered)
                columns = np.flatnonzero(useful[rests].any(axis=0))
                position = np.full(states, -1, dtype=np.intp)
                position[columns] = np.arange(len(columns))
                # choices × kinds × steps times choices × steps × states
                left = found[rests[:, None, None], np.arange(len(some))[None, :, None], columns[None, None, :]]
                ways = some[:, districts].transpose(0, 2, 1) @ left.transpose(1, 0, 2)
                if modulus:
                    ways %= modulus
                for k, kind in enumerate(self.counters.kinds):
                    chosen = (position[kind.before] >= 0) & useful[uncovered, kind.after]
                    found[uncovered][:, kind.after[chosen]] += ways[:, k, position[kind.before[chosen]]]
                if uncovered in self.left:
                    found[uncovered] += found[self.left[uncovered]]
                if modulus:
                    found[uncovered] %= modulus
            parts.append(found[self.whole][:, self.counters.accepted].sum(axis=1))
        total = np.concatenate(parts) if parts else np.zeros(0)
        return total % modulus if modulus else total


def _free(there: NDArray[np.bool_]) -> Floats:
    """Costs of nothing where there is a column."""
    return np.where(there, 0.0, np.inf)


def narrow_order(source: ColumnSource) -> tuple[int, ...]:
    """All municipalities in an order by which few border on what comes before them, whichever comes first.

    The narrower that front, the fewer sets can be left to cover.
    """
    problem = source.problem
    near = [
        mask_of(problem.index[ags] for ags in problem.neighbours.get(town.ags, ())) for town in problem.municipalities
    ]

    def beginning(first: int) -> tuple[int, list[int]]:
        order, done, border, front = [first], 1 << first, near[first], 0
        while len(order) < len(near):
            front += 1 << (border & ~done).bit_count()
            others = (i for i in range(len(near)) if not done >> i & 1)
            added = min(others, key=lambda i: (((border | near[i]) & ~(done | 1 << i)).bit_count(), i))
            order.append(added)
            done |= 1 << added
            border |= near[added]
        return front, order

    return tuple(min(map(beginning, range(len(near))))[1])
