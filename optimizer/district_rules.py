"""What the rules of a layer ask of a single district, by positions and masks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pinned:
    """A pin by positions; ``hubs`` is the mask of the hubs that it leaves."""

    members: int = 0
    employer: int | None = None
    units: int | None = None
    hubs: int = -1


#: What is pinned of a district of which nothing is.
FREE = Pinned()


@dataclass(frozen=True, slots=True)
class DistrictRules:
    """``together`` are masks of which a district holds all or nothing. Per employer, in the order of the teams:
    ``hubs`` is the mask of its hubs, ``allowed`` that of the municipalities that it may serve."""

    pins: tuple[Pinned, ...]
    together: tuple[int, ...]
    hubs: tuple[int, ...]
    allowed: tuple[int, ...]
