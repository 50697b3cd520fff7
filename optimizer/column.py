"""A column of the linear program: a district with employer, team size and hub."""

from __future__ import annotations

from dataclasses import dataclass

#: Municipalities, employer and units of a column: what settles ties.
Order = tuple[tuple[int, ...], int, int]


@dataclass(frozen=True, slots=True)
class Column:
    """A district with its team. ``covers`` are the rows of the program that it fills: its municipalities, or the
    position of the given district. ``level`` is hours per unit of key (infinite: no need anywhere). ``continues`` is
    the reference district that a copy of the column is to continue; ``None``: none, or nobody asks."""

    members: tuple[int, ...]
    covers: tuple[int, ...]
    employer: int
    units: int
    hub: int
    level: float
    continues: int | None = None

    @property
    def order(self) -> Order:
        """The order of municipality keys, then of employers, then of sizes: settles ties."""
        return self.members, self.employer, self.units
