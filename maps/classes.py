"""Where the classes of a map's colours part: in the wide gaps of its figures, at limits that are easily read.

Figures that are next to each other share a colour, figures far apart do not: natural breaks (Jenks 1967), the classes
within which figures differ least.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np


def natural_limits(figures: Iterable[float], most: int, digits: int, least: int = 1) -> tuple[float, ...]:
    """The limits of at most ``most`` classes of ``figures``, each as round as it can be; a limit is of the class above.

    Figures count as they are read, with ``digits`` decimals; two that are less than ``least`` units of the last one
    apart are never parted.
    """
    unit = 10.0**-digits
    known = sorted({round(figure / unit) for figure in figures if math.isfinite(figure)})
    return tuple(round(_round_within(known[at - 1], known[at]) * unit, digits) for at in _starts(known, most, least))


def limits_around_one(shares: Iterable[float], digits: int, least: int) -> tuple[tuple[float, ...], int]:
    """The limits of at most three classes below 1 and two above, 1 among them, and how many lie below it."""
    known = [share for share in shares if math.isfinite(share)]
    below = natural_limits([share for share in known if round(share, digits) < 1], 3, digits, least)
    above = natural_limits([share for share in known if round(share, digits) >= 1], 2, digits, least)
    return (*below, 1.0, *above), len(below) + 1


def _starts(known: Sequence[int], most: int, least: int) -> list[int]:
    """The positions in sorted figures where a class begins, without the first."""
    count = len(known)
    apart = [0, *(at for at in range(1, count) if known[at] - known[at - 1] >= least)]
    if len(apart) < 2:
        return []
    # Figures that are never parted are taken together.
    edges = [*apart, count]
    values = np.array(known, dtype=float)
    sums = np.array([[values[low:high].sum(), (values[low:high] ** 2).sum()] for low, high in pairwise(edges)]).T
    cost = _spread(np.diff(edges), sums)
    groups = len(apart)
    best, came = cost[0].copy(), []
    for _ in range(min(most, groups) - 1):
        # A class from the group ``start`` on, after the best classes of those before it.
        before = np.concatenate([[np.inf], best[:-1]])
        total = before[:, None] + cost
        came.append(total.argmin(axis=0))
        best = total.min(axis=0)
    found, end = [], groups - 1
    for starts in reversed(came):
        found.append(int(starts[end]))
        end = found[-1] - 1
    return [apart[start] for start in reversed(found)]


def _spread(counts: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """By first and last group: the squared distances of the figures of such a class to their mean."""
    number, first, second = (np.concatenate([[0.0], np.cumsum(row)]) for row in (counts, *sums))
    size = len(counts)
    cost = np.full((size, size), np.inf)
    for start in range(size):
        many = number[start + 1 :] - number[start]
        total = first[start + 1 :] - first[start]
        cost[start, start:] = second[start + 1 :] - second[start] - total**2 / many
    return cost


def _round_within(low: int, high: int) -> int:
    """The roundest whole number above ``low`` and not above ``high``."""
    power: int = 10 ** len(str(max(abs(low), abs(high))))
    while power >= 1:
        for step in (power, power // 2, power // 5):
            if step >= 1 and high // step * step > low:
                return high // step * step
        power //= 10
    return high
