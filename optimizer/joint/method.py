"""What an exact method for several layers answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from optimizer.joint.districts import Plans


class TooMany(Exception):  # noqa: N818 - an answer, not an error
    """There are too many plans within a limit to look at all of them."""


@dataclass(slots=True)
class Goal:
    """The lowest coverage to be reached. It may be raised while plans are being listed."""

    coverage: float


@dataclass(slots=True)
class Limits:
    """Up to where plans are listed. They may be lowered while a list is being made."""

    shortfall: float
    travel: float = math.inf


class Method(Protocol):
    """Lists plans completely.

    Plans stand for all that differ from them in the employers of teams within a kind (``Districts.kinds``) alone; none
    of these is better in lowest coverage or shortfall than the best of them. Goals are best lowered, and limits raised,
    in so many ``tries``: the more, the faster the work grows with them.
    """

    tries: int

    def reaching(self, goal: Goal, width: int | None = None) -> Iterator[Plans]:
        """Plans that reach the goal, until there are none left; those that do not reach it are none either way.

        With ``width`` only some of them, and fast, the faster the smaller it is.
        """

    def bounds(self, floor: float) -> tuple[float, float]:
        """Lower bounds of shortfall and travel of all plans with a lowest coverage of ``floor``."""

    def within(self, floor: float, limits: Limits) -> Iterator[Plans]:
        """All plans with a lowest coverage of ``floor`` within limits of shortfall and travel, and maybe others."""
