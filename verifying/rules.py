"""The rules of a scenario, checked again on the districts of a result."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache

from geodata.county import Ags
from verifying.figures import CLOSE, Figures, Team
from verifying.inputs import Entry, Inputs, LayerInput

Check = tuple[str, bool]
"""The name of a rule as the result has it, and whether it holds."""

_MOST_MATCHED = 16


def checks_of(inputs: Inputs, figures: Figures) -> list[Check]:
    """Every rule that is set; several of one name where the scenario states several."""
    found: list[Check] = []
    share = inputs.scenario.ki_share
    if share.minimum > 0 and inputs.layers:
        placed = math.fsum(team.fte for teams in figures.teams for team in teams)
        at_ki = math.fsum(team.fte for teams in figures.teams for team in teams if team.employer in inputs.at_ki)
        found.append(("ki_share", at_ki >= float(share.minimum) * placed - CLOSE and placed > 0))
    given = dict.fromkeys(inputs.towns, 0.0)
    for layer, teams in zip(inputs.layers, figures.teams, strict=True):
        before = dict(given)
        for team in teams:
            for ags, hours in zip(team.towns, team.hours, strict=True):
                given[ags] += hours
        found += _layer(inputs, layer, teams, before, given)
    return found


def _layer(
    inputs: Inputs, layer: LayerInput, teams: Sequence[Team], before: dict[Ags, float], after: dict[Ags, float]
) -> Iterator[Check]:
    districts, posts = layer.rules.districts, layer.rules.posts
    count = len(teams)
    yield "one_district", _parted(inputs, layer, teams, before)
    if districts.connected or layer.rules.plan is not None:
        yield "connected", all(_connected(inputs, team.towns) for team in teams)
    yield "posts", abs(math.fsum(team.fte for team in teams) - float(posts.total)) < CLOSE
    fewest, most = (districts.minimum, districts.maximum)
    if layer.rules.plan is not None:
        fewest, most = 1, len(layer.rules.plan)
    yield "districts_minimum", count >= fewest
    yield "districts_maximum", count <= most
    drives = [inputs.drive(team.hub, ags) for team in teams for ags in team.towns]
    longest = max(filter(math.isfinite, drives), default=0.0)
    if layer.rules.plan is None and districts.max_drive_minutes is not None:
        yield "max_drive_minutes", longest <= districts.max_drive_minutes
    pairs = len(inputs.towns) * (len(inputs.towns) - 1)
    if sum(map(math.isfinite, inputs.minutes.values())) < pairs:
        yield "drivable", all(map(math.isfinite, drives))
    if districts.minimum_persons > 1:
        yield "minimum_persons", all(team.persons >= districts.minimum_persons for team in teams)
    for hours in sorted({*layer.fewest.values()} - {0.0}):
        yield "minimum_hours", all(after[ags] >= hours - CLOSE for ags, own in layer.fewest.items() if own == hours)
    for pair in layer.together:
        yield "together", all(len({*pair} & {*team.towns}) != 1 for team in teams)
    for pair in layer.apart:
        yield "apart", not any({*pair} <= {*team.towns} for team in teams)
    for ags, allowed in layer.fixed.items():
        yield "fixed_employer", all(team.employer in allowed for team in teams if ags in team.towns)
    for limit in layer.limits:
        fte = math.fsum(team.fte for team in teams if team.employer in limit.members)
        if limit.fewest > 0:
            yield "employer_minimum", fte >= float(limit.fewest) - CLOSE
        if limit.most is not None:
            yield "employer_maximum", fte <= float(limit.most) + CLOSE
    yield from _entries(layer, teams)
    limited = inputs.scenario.changes.maximum_municipalities
    if limited is not None and layer.reference is not None:
        yield "changes_maximum", len(changing(inputs, layer, teams) or ()) <= limited


def _entries(layer: LayerInput, teams: Sequence[Team]) -> Iterator[Check]:
    for entry in layer.entries:
        mine = [team for team in teams if team.employer in entry.hubs]
        if any(most is not None for most in entry.most.values()):
            yield "max_municipalities", all(len(team.towns) <= (entry.most[team.employer] or math.inf) for team in mine)
        if layer.given or any(hubs is not None for hubs in entry.hubs.values()):
            yield "hub", all(hub_allowed(entry, team.employer, team.hub, team.towns) for team in mine)


def hub_allowed(entry: Entry, employer: str, hub: Ags, towns: Sequence[Ags]) -> bool:
    """Whether an employer of the entry may serve a district from there."""
    hubs, office = entry.hubs[employer], entry.offices[employer]
    return (hubs is None or hub in hubs) and (hub == office if office is not None else hub in towns)


def _parted(inputs: Inputs, layer: LayerInput, teams: Sequence[Team], before: dict[Ags, float]) -> bool:
    """Whether each municipality that needs a team is in one district, and none in two."""
    times = {ags: sum(ags in team.towns for team in teams) for ags in inputs.present}
    needs = {ags: bool(inputs.key[ags]) or layer.fewest[ags] - before[ags] > CLOSE for ags in times}
    return all(count == 1 or (count == 0 and not needs[ags]) for ags, count in times.items())


def _connected(inputs: Inputs, towns: Sequence[Ags]) -> bool:
    reached, border = {towns[0]}, {towns[0]}
    while border:
        border = {near for ags in border for near in inputs.neighbours.get(ags, ()) if near in towns} - reached
        reached |= border
    return reached == {*towns}


def changing(inputs: Inputs, layer: LayerInput, teams: Sequence[Team]) -> frozenset[Ags] | None:
    """Who changes district against the reference; ``None`` without one, or with too many districts to try all.

    Tries every assignment of districts to reference districts, unlike the optimizer.
    """
    if layer.reference is None or len(layer.reference) > _MOST_MATCHED:
        return None
    ordered = sorted(inputs.present)
    # The fewest changes, then the smallest key, then who comes first by its key stays: exact in whole numbers.
    worth = {
        ags: (2**53 + round(inputs.key[ags] * 2**52) << len(ordered)) + 2 ** (len(ordered) - 1 - rank)
        for rank, ags in enumerate(ordered)
    }
    mine = [{*team.towns} & worth.keys() for team in teams]
    theirs = [{*district} & worth.keys() for district in layer.reference]

    @cache
    def best(position: int, free: int) -> tuple[int, tuple[int, ...]]:
        if position == len(mine):
            return 0, ()
        value, rest = best(position + 1, free)
        options = [(value, (-1, *rest))]
        for other, towns in enumerate(theirs):
            if free >> other & 1 and mine[position] & towns:
                value, rest = best(position + 1, free & ~(1 << other))
                options.append((value + sum(worth[ags] for ags in mine[position] & towns), (other, *rest)))
        return max(options)

    _, continued = best(0, (1 << len(theirs)) - 1)
    kept = {ags for own, other in zip(mine, continued, strict=True) if other >= 0 for ags in own & theirs[other]}
    return frozenset(set().union(*mine, *theirs) - kept)
