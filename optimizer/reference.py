"""Which district continues which of a reference plan, and who changes (docs/methode.md, "Was am besten ist", stage 3).

The one definition of it: for the limit on changes, the third stage, and every number, colour and count.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from optimizer.problem import Ags, Problem

Districts = Sequence[Collection[Ags]]


@dataclass(frozen=True, slots=True)
class Changes:
    """How districts differ from those of a reference plan. Districts of either are named by their positions.

    ``continued``: of each district the one that it continues. ``municipalities`` are those that change, in AGS order.
    ``new`` districts continue none, and ``ended`` ones are continued by none. ``split`` reference districts are in
    several districts, of which one is new; ``merged`` districts hold several reference districts, of which one has
    ended. ``cost`` is 1 and half its key for each municipality that changes: the fewest first, then the smallest key.
    """

    continued: tuple[int | None, ...]
    municipalities: tuple[Ags, ...]
    new: tuple[int, ...]
    ended: tuple[int, ...]
    split: tuple[int, ...]
    merged: tuple[int, ...]
    cost: float


def weights_of(problem: Problem) -> dict[Ags, float]:
    """The key of the municipalities that take part, in AGS order: of those that can change."""
    return {town.ags: town.weight for town in problem.municipalities if town.taking_part}


def change_cost(municipalities: Iterable[Ags], weights: Mapping[Ags, float]) -> float:
    """What it counts that some municipalities change district."""
    return math.fsum(1 + weights[ags] / 2 for ags in municipalities)


def continued(districts: Districts, reference: Districts, weights: Mapping[Ags, float]) -> tuple[int | None, ...]:
    """For each district the position of the reference district that it continues; ``None``: it is new.

    Each continues at most one, and each is continued by at most one, with which it shares a municipality. Of all
    such ways the one counts in which the fewest municipalities change, then the smallest key; of ties the one in which
    the municipality that comes first by its key stays. ``weights`` are the keys of those that can change.
    """
    worth = _worth(weights)
    mine = [worth.keys() & set(district) for district in districts]
    theirs = [worth.keys() & set(district) for district in reference]
    values = [[sum(worth[ags] for ags in one & other) for other in theirs] for one in mine]
    return tuple(
        k if k is not None and values[number][k] else None for number, k in enumerate(matched(values, len(reference)))
    )


def changes(districts: Districts, reference: Districts, weights: Mapping[Ags, float]) -> Changes:
    """Who changes, and what becomes of the reference districts.

    A municipality changes when it is not in the reference district that its district continues; in no district, when
    it was in one.
    """
    of = continued(districts, reference, weights)
    kept = {
        ags for district, k in zip(districts, of, strict=True) if k is not None for ags in {*district} & {*reference[k]}
    }
    touched = {ags for district in (*districts, *reference) for ags in district}
    changed = tuple(ags for ags in sorted(weights) if ags in touched and ags not in kept)
    new = tuple(number for number, k in enumerate(of) if k is None)
    ended = tuple(k for k in range(len(reference)) if k not in of)
    shared = [[k for k, other in enumerate(reference) if not {*district}.isdisjoint(other)] for district in districts]
    within = [[number for number, known in enumerate(shared) if k in known] for k in range(len(reference))]
    return Changes(
        of,
        changed,
        new,
        ended,
        tuple(k for k, numbers in enumerate(within) if len(numbers) > 1 and not set(new).isdisjoint(numbers)),
        tuple(number for number, known in enumerate(shared) if len(known) > 1 and not set(ended).isdisjoint(known)),
        change_cost(changed, weights),
    )


def _worth(weights: Mapping[Ags, float]) -> dict[Ags, int]:
    # In whole numbers, so that sums are exact: the cost of a change, and below all that who comes first by its key.
    ordered = sorted(weights)
    return {
        ags: (2**53 + round(weights[ags] * 2**52) << len(ordered)) + 2 ** (len(ordered) - 1 - rank)
        for rank, ags in enumerate(ordered)
    }


def matched(values: Sequence[Sequence[int]], columns: int) -> list[int | None]:
    """Of each row the column in the matching of the greatest sum, ``None`` where none is left.

    By the method of Kuhn and Munkres with potentials, for whole numbers that are not negative.
    """
    size = max(len(values), columns)
    # Rows and columns from 1; 0 stands for none yet.
    row_price, column_price = [0] * (size + 1), [0] * (size + 1)
    row_of = [0] * (size + 1)
    for row in range(1, size + 1):
        row_of[0], current = row, 0
        slack: list[float] = [math.inf] * (size + 1)
        came, done = [0] * (size + 1), [False] * (size + 1)
        while row_of[current]:
            done[current] = True
            here, least, following = row_of[current], math.inf, 0
            for column in range(1, size + 1):
                if done[column]:
                    continue
                real = here <= len(values) and column <= columns
                value = values[here - 1][column - 1] if real else 0
                left = -value - row_price[here] - column_price[column]
                if left < slack[column]:
                    slack[column], came[column] = left, current
                if slack[column] < least:
                    least, following = slack[column], column
            for column in range(size + 1):
                if done[column]:
                    row_price[row_of[column]] += int(least)
                    column_price[column] -= int(least)
                else:
                    slack[column] -= least
            current = following
        while current:
            row_of[current] = row_of[came[current]]
            current = came[current]
    found: list[int | None] = [None] * len(values)
    for column in range(1, columns + 1):
        if row_of[column] <= len(values):
            found[row_of[column] - 1] = column - 1
    return found
