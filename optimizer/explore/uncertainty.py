"""How far the figures of a problem may be off, and the problem that they then pose."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np

from optimizer.explore.situation import with_layer
from optimizer.problem import Ags, Problem


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high``, every value between them as likely."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (0 <= self.low <= self.high < math.inf):
            raise ValueError("a range is from a figure that is not negative to one that is not smaller")

    def at(self, share: float) -> float:
        """The value at a share of the way from ``low`` (0) to ``high`` (1)."""
        return self.low + (self.high - self.low) * share


@dataclass(frozen=True, slots=True)
class StaffRange:
    """A service whose staff is known as a range: by how many hours per week the existing hours of each municipality
    change where it has the ``fewest`` and the ``most`` posts; between each and the middle, in proportion.
    """

    fewest: Mapping[Ags, float]
    most: Mapping[Ags, float]

    def at(self, share: float, ags: Ags) -> float:
        """The change at a share of the way from the fewest (0) by the middle, which is stated, to the most (1)."""
        ends = self.fewest if share < 0.5 else self.most
        return abs(2 * share - 1) * ends.get(ags, 0.0)


@dataclass(frozen=True)
class Uncertainty:
    """Ranges of the assumptions, and of single figures around their stated value.

    ``None`` leaves a figure as it is. Of the assumptions, ``existing`` is a factor on all existing hours (the credit of
    existing services), ``coordination_hours`` per person and week, ``block_hours`` per visit, and ``minutes`` a factor
    on all drives. ``each_weight``, ``each_existing`` and ``each_minutes`` are by what share the key of a municipality,
    its existing hours and a drive (both ways alike) may be more or less, each for itself; those named in
    ``weight_of`` and ``existing_of`` have a share of their own. The key still adds up to one. The staff of each of the
    ``services`` is drawn in its range.
    """

    existing: Range | None = None
    coordination_hours: Range | None = None
    block_hours: Range | None = None
    minutes: Range | None = None
    each_weight: float = 0.0
    each_existing: float = 0.0
    each_minutes: float = 0.0
    weight_of: Mapping[Ags, float] = field(default_factory=dict)
    existing_of: Mapping[Ags, float] = field(default_factory=dict)
    services: tuple[StaffRange, ...] = ()

    def __post_init__(self) -> None:
        shares = (self.each_weight, self.each_existing, self.each_minutes)
        if not all(0 <= share <= 1 for share in (*shares, *self.weight_of.values(), *self.existing_of.values())):
            raise ValueError("a figure is off by a share between 0 and 1")
        if self.block_hours is not None and self.block_hours.low <= 0:
            raise ValueError("a visit takes more than no time")

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The assumptions that have a range, by the names of their fields."""
        return tuple(one.name for one in fields(self) if isinstance(getattr(self, one.name), Range))

    def corners(self) -> Iterator[CaseFigures]:
        """Every combination of the lowest and highest values of all assumptions, all other figures as stated."""
        ranges = [(name, getattr(self, name)) for name in self.assumptions]
        ends = [
            [(name, one.low), (name, one.high)] if one.low < one.high else [(name, one.low)] for name, one in ranges
        ]
        for values in itertools.product(*ends):
            yield CaseFigures(**dict(values))

    def draw(self, problem: Problem, seed: int, number: int) -> CaseFigures:
        """The random draw with that number: the same for the same seed, whatever else is drawn."""
        random = np.random.default_rng([seed, number])
        values = {name: getattr(self, name).at(random.random()) for name in self.assumptions}
        towns = problem.municipalities

        def around(share: float) -> float:
            return 1 + share * (2 * random.random() - 1)

        weights = {town.ags: around(self.weight_of.get(town.ags, self.each_weight)) for town in towns}
        existing = {town.ags: around(self.existing_of.get(town.ags, self.each_existing)) for town in towns}
        drives = {(a.ags, b.ags): around(self.each_minutes) for a in towns for b in towns if a.ags < b.ags}
        shares = [random.random() for _ in self.services]
        staff = {
            town.ags: math.fsum(one.at(share, town.ags) for one, share in zip(self.services, shares, strict=True))
            for town in towns
            if shares
        }
        return CaseFigures(
            **values, each_weight=weights, each_existing=existing, each_minutes=drives, added_existing=staff
        )

    def shortest_minutes(self, problem: Problem) -> dict[tuple[Ags, Ags], float]:
        """The shortest drives in minutes that can come about."""
        factor = (1 - self.each_minutes) * (1.0 if self.minutes is None else min(1.0, self.minutes.low))
        return {pair: minutes * factor for pair, minutes in problem.minutes.items()}


@dataclass(frozen=True)
class CaseFigures:
    """One set of figures: those of the assumptions, and factors for single ones. ``None`` and no factor: as stated.

    ``added_existing`` are hours per week that existing services of unsure staff give more or fewer.
    """

    existing: float | None = None
    coordination_hours: float | None = None
    block_hours: float | None = None
    minutes: float | None = None
    each_weight: Mapping[Ags, float] = field(default_factory=dict)
    each_existing: Mapping[Ags, float] = field(default_factory=dict)
    each_minutes: Mapping[tuple[Ags, Ags], float] = field(default_factory=dict)
    added_existing: Mapping[Ags, float] = field(default_factory=dict)

    def applied(self, problem: Problem, layer: int) -> Problem:
        """The problem with these figures; hours of coordination and per visit are those of one layer."""
        raw = {town.ags: town.weight * self.each_weight.get(town.ags, 1.0) for town in problem.municipalities}
        total = math.fsum(raw.values())
        existing = 1.0 if self.existing is None else self.existing
        towns = tuple(
            replace(
                town,
                weight=raw[town.ags] / total if total > 0 else town.weight,
                existing_hours=max(0.0, town.existing_hours + self.added_existing.get(town.ags, 0.0))
                * existing
                * self.each_existing.get(town.ags, 1.0),
            )
            for town in problem.municipalities
        )
        every = 1.0 if self.minutes is None else self.minutes
        drives = self.each_minutes
        minutes = {
            (a, b): value * every * drives.get((a, b) if a < b else (b, a), 1.0)
            for (a, b), value in problem.minutes.items()
        }
        rules = problem.layers[layer]
        changed = replace(
            rules,
            coordination_hours=rules.coordination_hours if self.coordination_hours is None else self.coordination_hours,
            block_hours=rules.block_hours if self.block_hours is None else self.block_hours,
        )
        return with_layer(replace(problem, municipalities=towns, minutes=minutes), layer, changed)
