"""Which municipalities change district against other districts (docs/methode.md, "Was am besten ist", stage 3)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

from optimizer.problem import Ags


def changed(
    district: Collection[Ags], reference: Iterable[Collection[Ags]], weights: Mapping[Ags, float]
) -> frozenset[Ags]:
    """The municipalities of ``district`` that are new in it.

    The district counts as the district of the ``reference`` with which it shares most weight, the first of several;
    where there is no reference, all of it is new.
    """
    members = frozenset(district)
    shared = [members.intersection(other) for other in reference]
    kept = max(shared, key=lambda towns: math.fsum(weights[ags] for ags in sorted(towns)), default=frozenset())
    return members - kept
