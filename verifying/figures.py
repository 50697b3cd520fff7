"""The figures of the districts in a result, worked out again from the inputs (docs/methode.md)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geodata.county import Ags
from verifying.inputs import Inputs, LayerInput, largest

#: Hours and shares that differ by less are the same.
CLOSE = 1e-6
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Team:
    """A team as the result states it, and what it delivers: ``level`` is ``None`` where nobody has any need."""

    employer: str
    fte: float
    hub: Ags
    towns: tuple[Ags, ...]
    level: float | None
    hours: tuple[float, ...]
    travel: tuple[float, ...]
    coordination: float

    @property
    def persons(self) -> int:
        """Persons who share the posts."""
        return persons(self.fte)


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a plan: ``teams`` by layer; ``hours`` on site and ``travel`` by municipality."""

    teams: tuple[tuple[Team, ...], ...]
    hours: Mapping[Ags, float]
    travel: Mapping[Ags, float]


def persons(fte: float) -> int:
    """Persons who share so many posts."""
    return math.ceil(fte - _ROUNDING)


def figures_of(inputs: Inputs, layers: Sequence[Mapping[str, Any]]) -> Figures:
    """The figures of the districts that ``layers`` of a result state by employer, posts, hub and municipalities."""
    hours, travel = dict.fromkeys(inputs.towns, 0.0), dict.fromkeys(inputs.towns, 0.0)
    teams = []
    for layer, stated in zip(inputs.layers, layers, strict=True):
        # On-site hours of earlier layers are existing ones here.
        there = {ags: inputs.existing[ags] + hours[ags] for ags in inputs.towns}
        fewest = {
            ags: least if (least := layer.fewest.get(ags, 0.0) - hours[ags]) > _ROUNDING else 0.0
            for ags in inputs.towns
        }
        found = tuple(_team(inputs, layer, there, fewest, one) for one in stated["districts"])
        for team in found:
            for ags, on_site, road in zip(team.towns, team.hours, team.travel, strict=True):
                hours[ags] += on_site
                travel[ags] += road
        teams.append(found)
    return Figures(tuple(teams), hours, travel)


def spent(layer: LayerInput, fte: float) -> float:
    """``F``: hours of a team after coordination."""
    posts = layer.rules.posts
    return fte * posts.hours_per_week - posts.coordination_hours * persons(fte)


def level_from(
    inputs: Inputs,
    layer: LayerInput,
    there: Mapping[Ags, float],
    fewest: Mapping[Ags, float],
    towns: Sequence[Ags],
    hub: Ags,
    fte: float,
) -> float | None:
    """``r``, the level that a team reaches from a hub; ``None`` where the fewest hours do not fit or nobody can drive.

    Infinite where nobody has any need.
    """
    road = {ags: 1 + 2 * inputs.drive(hub, ags) / 60 / layer.rules.visits.block_hours for ags in towns}
    if not all(map(math.isfinite, road.values())):
        return None
    available = spent(layer, fte)
    if math.fsum(fewest[ags] * road[ags] for ags in towns) > available + _ROUNDING:
        return None

    def needed(level: float) -> float:
        return math.fsum(_hours(inputs, there, fewest, ags, level) * road[ags] for ags in towns)

    return largest(needed, available)


def _hours(inputs: Inputs, there: Mapping[Ags, float], fewest: Mapping[Ags, float], ags: Ags, level: float) -> float:
    """``h_i``."""
    key = inputs.key[ags]
    return max(0.0, fewest[ags], level * key - there[ags]) if key else fewest[ags]


def _team(
    inputs: Inputs,
    layer: LayerInput,
    there: Mapping[Ags, float],
    fewest: Mapping[Ags, float],
    stated: Mapping[str, Any],
) -> Team:
    towns = tuple(one["ags"] for one in stated["municipalities"])
    hub, fte = stated["hub"], float(stated["fte"])
    level = level_from(inputs, layer, there, fewest, towns, hub, fte)
    if level is None:
        hours, level = _in_part(inputs, layer, there, fewest, towns, hub, fte), 0.0
    elif math.isinf(level):
        hours, level = {ags: fewest[ags] for ags in towns}, None
    else:
        hours = {ags: _hours(inputs, there, fewest, ags, level) for ags in towns}
    block = layer.rules.visits.block_hours
    road = {ags: 2 * inputs.drive(hub, ags) / 60 / block if hours[ags] else 0.0 for ags in towns}
    return Team(
        employer=stated["employer"],
        fte=fte,
        hub=hub,
        towns=towns,
        level=level,
        hours=tuple(hours[ags] for ags in towns),
        travel=tuple(hours[ags] * road[ags] for ags in towns),
        coordination=layer.rules.posts.coordination_hours * persons(fte),
    )


def _in_part(
    inputs: Inputs,
    layer: LayerInput,
    there: Mapping[Ags, float],
    fewest: Mapping[Ags, float],
    towns: Sequence[Ags],
    hub: Ags,
    fte: float,
) -> dict[Ags, float]:
    """What a given team does where not all can be driven to, or the fewest hours do not fit: the same part of them."""
    reached = [ags for ags in towns if math.isfinite(inputs.drive(hub, ags))]
    hours = dict.fromkeys(towns, 0.0)
    level = level_from(inputs, layer, there, fewest, reached, hub, fte) if reached else None
    if level is not None:
        able = math.isfinite(level)
        return hours | {ags: _hours(inputs, there, fewest, ags, level) if able else fewest[ags] for ags in reached}
    block = layer.rules.visits.block_hours
    needed = math.fsum(fewest[ags] * (1 + 2 * inputs.drive(hub, ags) / 60 / block) for ags in reached)
    part = max(0.0, spent(layer, fte)) / needed if needed else 0.0
    return hours | {ags: fewest[ags] * part for ags in reached}
