"""The key: the share of the county's need that falls on each municipality."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from files.typed import instead, shown
from geodata.county import Ags, County
from scenarios.names import Resolver
from translation import listing, msg

EQUAL = "equal"
"""The indicator that gives every municipality the same."""
POPULATION = ("population", "population_update")
_NOT_PEOPLE = ("area_km2", EQUAL)


@dataclass(frozen=True, slots=True)
class KeyPeople:
    """The people of the key, all together: which indicator counts them, and how many they are where it takes part.

    ``weighted``: the key is not their number alone, so that its share of them is a weighted one.
    """

    indicator: str
    total: float
    weighted: bool


def people_of(indicators: Mapping[str, float], county: County, absent: Collection[Ags] = ()) -> KeyPeople | None:
    """The people of a key with the weights ``indicators``, without municipalities that are ``absent``.

    They are those of the indicator with the largest weight, the county's first of several; of population where the
    key counts no people. ``None`` where a figure of them is missing.
    """
    stated = {name: weight for name, weight in indicators.items() if weight > 0}
    known = county.indicator_names
    counted = [name for name in known if name in stated and name not in _NOT_PEOPLE]
    name = max(counted, key=lambda name: stated[name], default=next((n for n in POPULATION if n in known), None))
    if name is None:
        return None
    figures = [town.indicators[name] for town in county.municipalities if town.ags not in absent]
    people = [figure for figure in figures if figure is not None]
    if len(people) < len(figures) or not any(people):
        return None
    return KeyPeople(name, math.fsum(people), weighted=stated.keys() != {name})


def key_of(indicators: Mapping[str, float], resolver: Resolver) -> dict[Ags, float]:
    """The share of each municipality in the need of the whole county, in AGS order; adds up to one.

    Whether a municipality takes part does not matter here.

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
