"""The half-days of a working week, and what a schedule of visits takes for granted about them: assumptions, all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from optimizer.problem import Ags

DAYS = 5
#: Days of a fortnight that begin it: weeks that a schedule may repeat.
WEEKS = (1, 2)


class HalfDay(NamedTuple):
    """The morning or afternoon of a weekday, 0 for Monday; they sort as they follow one another."""

    day: int
    afternoon: bool = False


EVERY_HALF_DAY = tuple(HalfDay(day, afternoon) for day in range(DAYS) for afternoon in (False, True))
#: Town halls are closed on Friday afternoon, and contract hours fit into the nine half-days before.
USUAL_HALF_DAYS = EVERY_HALF_DAY[:-1]


@dataclass(frozen=True)
class Terms:
    """What is taken for granted of a schedule that repeats every ``weeks`` (one or two).

    ``working`` are the half-days on which anybody works, ``part_time`` those of persons with part of a post (``None``:
    as many as their part: when all meet, then mornings). All persons of a layer ``meet`` on one half-day, each at the
    hub (``None``: they never do). ``open`` are the half-days on which a municipality has a room, where not on all.
    Nobody works more than ``longest_day`` hours on one day (the law of working time allows ten), nor more than half of
    it without a break at the hub.

    Raises ``ValueError`` where there is no such week.
    """

    weeks: int = 2
    working: tuple[HalfDay, ...] = USUAL_HALF_DAYS
    part_time: tuple[HalfDay, ...] | None = None
    meet: HalfDay | None = EVERY_HALF_DAY[0]
    open: Mapping[Ags, tuple[HalfDay, ...]] = field(default_factory=dict)
    longest_day: float = 10.0

    def __post_init__(self) -> None:
        named = {*self.working, *(self.part_time or ()), *(half for halves in self.open.values() for half in halves)}
        if self.weeks not in WEEKS or not self.working or not named <= set(EVERY_HALF_DAY) or self.longest_day <= 0:
            raise ValueError("no such week")

    def worked(self, fte: Fraction) -> tuple[HalfDay, ...]:
        """The half-days of a person with ``fte`` of a post, at most one."""
        if fte >= 1:
            return in_order(self.working)
        if self.part_time is not None:
            return in_order(self.part_time)
        preferred = sorted(set(self.working), key=lambda half: (half != self.meet, half.afternoon, half.day))
        return in_order(preferred[: math.ceil(fte * len(preferred))])

    def opened(self, town: Ags) -> tuple[HalfDay, ...]:
        """The half-days on which somebody can be received in a municipality."""
        return in_order(self.open.get(town, self.working))


def in_order(halves: Iterable[HalfDay]) -> tuple[HalfDay, ...]:
    """Half-days as they follow one another, each once."""
    return tuple(sorted(set(halves)))
