"""What a scenario states of single municipalities, by their keys: who takes no part, and hours that each gets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from files.typed import shown
from files.yaml_file import Place
from geodata.county import Ags
from scenarios.by_town import Hours, HoursByTown, Reasons, reasons_of
from scenarios.layer import MINIMUM_HOURS, LayerRules
from scenarios.names import Resolver
from scenarios.schema import PRESENCE, Scenario
from translation import msg

LayerHours = tuple[float, dict[Ags, float]]
"""Fewest hours in a layer, and those of single municipalities that have others."""

_T = TypeVar("_T")


def not_taking_part(reasons: Reasons, resolver: Resolver) -> dict[Ags, str]:
    """The municipalities that decline, each with its reason. Faults are noted in ``resolver``."""
    place: Place = ("not_taking_part",)
    listed = reasons_of(reasons)
    keys: Sequence[str | int] = tuple(listed) if isinstance(reasons, Mapping) else range(len(reasons))
    named = reasons if isinstance(reasons, tuple) else tuple(listed)
    absent = _resolved([(key, name, listed[name]) for key, name in zip(keys, named, strict=True)], resolver, place)
    if len(absent) == len(resolver.county.municipalities):
        resolver.fault(place, msg("no municipality takes part"), msg("at least one that takes part"))
    return absent


def minimum_hours(scenario: Scenario, resolver: Resolver, absent: Collection[Ags]) -> list[LayerHours]:
    """The fewest hours of each layer; presence is asked of the last layer that can serve a municipality.

    That is any layer whose districts are to be found, and one with a given plan where the plan serves it. Faults are
    noted in ``resolver``.
    """
    towns = [town.ags for town in resolver.county.municipalities]
    present = [ags for ags in towns if ags not in absent]
    presence = _hours(scenario.presence, PRESENCE, resolver, ("presence",))
    served = [_served(rules, resolver) for rules in scenario.layers]
    found = []
    for position, rules in enumerate(scenario.layers):
        place = ("layers", position, "municipalities", "minimum_hours")
        own = _hours(rules.municipalities.minimum_hours, MINIMUM_HOURS, resolver, place)
        last = {ags for ags in present if _last(ags, served) == position}
        found.append(_summed_up({ags: max(own[ags], presence[ags] if ags in last else 0.0) for ags in present}))
    return found


def _hours(value: Hours, kind: HoursByTown, resolver: Resolver, place: Place) -> dict[Ags, float]:
    """The hours of every municipality."""
    base, named = kind.split(value)
    stated = _resolved([(name, name, hours) for name, hours in named.items()], resolver, place)
    return {town.ags: stated.get(town.ags, base) for town in resolver.county.municipalities}


def _resolved(stated: Sequence[tuple[str | int, str, _T]], resolver: Resolver, place: Place) -> dict[Ags, _T]:
    """Values by municipality of those with a key in the file, a name and a value; faults are noted."""
    found: dict[Ags, _T] = {}
    for key, name, value in stated:
        here = (*place, key)
        town = resolver.town(name, here)
        if town in found:
            wrong = msg("the municipality “{name}” stands twice", name=shown(name))
            resolver.fault(here, wrong, msg("each municipality once"))
        elif town is not None:
            found[town] = value
    return found


def _served(rules: LayerRules, resolver: Resolver) -> frozenset[Ags] | None:
    """The municipalities of a given plan, as far as they are known; ``None`` where districts are to be found."""
    if rules.plan is None:
        return None
    found = [resolver.names.town(name) for row in rules.plan for name in row.municipalities]
    return frozenset(town for town in found if isinstance(town, str))


def _last(ags: Ags, served: Sequence[frozenset[Ags] | None]) -> int:
    able = [position for position, towns in enumerate(served) if towns is None or ags in towns]
    return able[-1] if able else len(served) - 1


def _summed_up(hours: Mapping[Ags, float]) -> LayerHours:
    """The hours that most municipalities have, the fewest of several, and those of the others."""
    counts = Counter(hours.values())
    base = min(counts, key=lambda value: (-counts[value], value), default=0.0)
    return base, {ags: value for ags, value in hours.items() if value != base}
