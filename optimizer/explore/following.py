"""How many municipalities change against a reference while a county is covered district by district."""

from __future__ import annotations

from functools import cache

from optimizer.columns import ColumnSource
from optimizer.reference import matched

Shared = tuple[int, ...]
#: How many are covered or change without a district, and how many each district so far shares with each reference one.
Changed = tuple[int, tuple[Shared, ...]]
START: Changed = (0, ())


class Following:
    """Leaves out what changes more municipalities than a layer allows.

    What changes can only become more with further districts, so this may be asked before the county is covered.
    """

    def __init__(self, source: ColumnSource, most: int) -> None:
        self.known = source.known
        self.lost = source.lost
        self.most = most
        self._kept = cache(self._most_kept)

    def with_district(self, changed: Changed, district: int) -> Changed | None:
        """What has changed with one more district (a mask); ``None``: too much."""
        covered, shared = changed
        mine = tuple((district & known).bit_count() for known in self.known)
        return self._allowed((covered + district.bit_count(), tuple(sorted((*shared, mine)))))

    def without(self, changed: Changed, municipality: int) -> Changed | None:
        """What has changed when a municipality (a mask) is in no district; ``None``: too much."""
        covered, shared = changed
        return self._allowed((covered + (municipality & self.lost).bit_count(), shared))

    def _allowed(self, changed: Changed) -> Changed | None:
        covered, shared = changed
        return changed if covered - self._kept(shared) <= self.most else None

    def _most_kept(self, shared: tuple[Shared, ...]) -> int:
        matching = zip(shared, matched(shared, len(self.known)), strict=True)
        return sum(mine[k] for mine, k in matching if k is not None)


def following(source: ColumnSource) -> Following | None:
    """What follows the changes of a layer, where they are limited."""
    most = source.layer.most_changes
    return None if most is None else Following(source, most)
