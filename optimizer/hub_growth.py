"""Connected sets of municipalities that one hub serves, grown as arrays: ``districts.connected_sets`` for many at once.

Masks are 64 bits wide. Costs may be of any sign: what a set can still gain counts for it until nothing is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from optimizer.districts import Growth
from optimizer.levels import Floats
from optimizer.service import members_of
from optimizer.solver import Deadline

Masks = npt.NDArray[np.uint64]
_Rows = npt.NDArray[np.intp]

#: Sets that are grown at once: bounds the memory, whatever their number.
CHUNK = 1 << 17


@dataclass(frozen=True)
class _Sets:
    # ``open``: what may be added, ``shut``: what may not any more; ``gain``: what the cost can still fall;
    # ``allowed``: what it may be at most.
    members: Masks
    open: Masks
    shut: Masks
    hours: Floats
    cost: Floats
    gain: Floats
    allowed: Floats

    def take(self, rows: _Rows | slice) -> _Sets:
        return _Sets(*(getattr(self, field.name)[rows] for field in fields(self)))

    @staticmethod
    def joined(parts: Sequence[_Sets]) -> _Sets:
        return _Sets(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(_Sets)))


class HubGrowth:
    """The sets that a hub serves for at most ``growth.budget`` hours and with a cost of at most ``allowance``.

    ``hours`` and ``weights`` are what each municipality takes and costs. ``leaves`` says of members that are known what
    their set may cost at most, with more members never more. A hub of ``growth.inside`` is in all of its sets, one of
    ``growth.outside`` need not be. ``seen`` counts the sets looked at.
    """

    def __init__(
        self,
        growth: Growth,
        hub: int,
        hours: Floats,
        weights: Floats,
        allowance: float,
        leaves: Callable[[Masks], Floats] | None = None,
    ) -> None:
        self.growth = growth
        self.allowance = allowance
        self.leaves = leaves
        self.reach = growth.reach[hub]
        self.towns = members_of(self.reach)
        self.hours, self.weights = hours, weights
        self.gains: Floats = np.where(np.isfinite(weights), np.minimum(weights, 0.0), 0.0)
        self.roots = self.towns if growth.outside >> hub & 1 else (hub,) if self.reach >> hub & 1 else ()
        self.from_everywhere = bool(growth.outside >> hub & 1)
        self.seen = 0

    def sets(self, deadline: Deadline) -> Iterator[Masks]:
        """All sets, each once, in a fixed order, some at a time. Raises ``TimeUp``."""
        if not self.roots:
            return
        waiting = [self._kept(self._first())]
        while waiting:
            deadline.check()
            sets = waiting.pop()
            if len(sets.members) > CHUNK:
                waiting.append(sets.take(slice(CHUNK, None)))
                sets = sets.take(slice(CHUNK))
            self.seen += len(sets.members)
            yield sets.members[sets.cost <= sets.allowed]
            grown = self._grown(sets)
            if grown is not None:
                waiting.append(grown)

    def _first(self) -> _Sets:
        growth = self.growth
        shut = [(1 << i) | growth.apart[i] | ((1 << i) - 1 if self.from_everywhere else 0) for i in self.roots]
        every = range(len(self.gains))
        gain = [float(sum(self.gains[j] for j in every if self.reach & ~mask & (1 << j))) for mask in shut]
        roots = np.array(self.roots)
        return _Sets(
            np.array([1 << i for i in self.roots], dtype=np.uint64),
            np.array([growth.neighbours[i] & self.reach for i in self.roots], dtype=np.uint64),
            np.array(shut, dtype=np.uint64),
            self.hours[roots],
            self.weights[roots],
            np.array(gain),
            np.full(len(roots), self.allowance),
        )

    def _kept(self, sets: _Sets) -> _Sets:
        fits = (sets.hours <= self.growth.budget) & (sets.cost + sets.gain <= sets.allowed)
        return sets.take(np.flatnonzero(fits))

    def _allowed(self, sets: _Sets) -> _Sets:
        if self.leaves is None or not len(sets.members):
            return sets
        sets = replace(sets, allowed=np.minimum(sets.allowed, self.leaves(sets.members)))
        return sets.take(np.flatnonzero(sets.cost + sets.gain <= sets.allowed))

    def _grown(self, sets: _Sets) -> _Sets | None:
        """All sets with one municipality more. What is tried before it is not added deeper down: none comes twice."""
        growth = self.growth
        sets = sets.take(np.flatnonzero(np.bitwise_count(sets.members) < growth.largest))
        free = sets.open & ~sets.shut
        shut, gain = sets.shut.copy(), sets.gain.copy()
        parts = []
        for i in self.towns:
            added = np.uint64(1 << i)
            rows = np.flatnonzero(free & added)
            if not len(rows):
                continue
            shut[rows] |= added
            gain[rows] -= self.gains[i]
            grown = _Sets(
                sets.members[rows] | added,
                sets.open[rows] | np.uint64(growth.neighbours[i] & self.reach),
                shut[rows] | np.uint64(growth.apart[i]),
                sets.hours[rows] + self.hours[i],
                sets.cost[rows] + self.weights[i],
                gain[rows],
                sets.allowed[rows],
            )
            parts.append(self._kept(grown))
        parts = [part for part in parts if len(part.members)]
        return self._allowed(_Sets.joined(parts)) if parts else None
