"""The key: the share of the county's need that falls on each municipality."""

from __future__ import annotations

import math
from collections.abc import Mapping

from files.typed import instead, shown
from geodata.county import Ags
from scenarios.names import Resolver
from translation import listing, msg

EQUAL = "equal"
"""The indicator that gives every municipality the same."""


def key_of(indicators: Mapping[str, float], resolver: Resolver) -> dict[Ags, float]:
    """The share of each municipality in the need of the whole county, in AGS order; adds up to one.

    ``indicators`` are weights. Faults are noted in ``resolver``.
    """
    towns = resolver.county.municipalities
    known = resolver.county.indicator_names
    total = math.fsum(indicators.values())
    parts: dict[Ags, list[float]] = {town.ags: [] for town in towns}
    for name, weight in indicators.items():
        place = ("key", name)
        if name != EQUAL and name not in known:
            wrong = msg("there is no indicator “{name}” in this county", name=shown(name))
            resolver.fault(place, wrong, instead(name, [*known, EQUAL]))
            continue
        stated = [1.0 if name == EQUAL else town.indicators[name] for town in towns]
        figures = [0.0 if figure is None else figure for figure in stated]
        missing = [town.name for town, figure in zip(towns, stated, strict=True) if figure is None]
        if missing and weight > 0:
            wrong = msg("the indicator “{name}” has no figure for {towns}", name=shown(name), towns=listing(missing))
            resolver.fault(place, wrong, msg("an indicator with a figure for every municipality"))
        elif not any(figures):
            wrong = msg("the indicator “{name}” is zero everywhere", name=shown(name))
            resolver.fault(place, wrong, msg("an indicator with figures above zero"))
        else:
            for town, figure in zip(towns, figures, strict=True):
                parts[town.ags].append(weight / total * figure / math.fsum(figures))
    return {ags: math.fsum(shares) for ags, shares in parts.items()}
