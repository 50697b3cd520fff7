"""Compares what a result says with what its inputs give, and gives both a digest that papers can carry."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geodata.county import Ags
from verifying.figures import CLOSE, Figures, Team, figures_of, level_from, persons
from verifying.inputs import Inputs, LayerInput
from verifying.rules import changing, checks_of, hub_allowed

Value = float | int | str | bool | None
#: Signs of a digest: two results that differ have the same one by chance once in 10^19.
_SIGNS = 16
#: What the last stage may give away of the shortfall, hours.
_BUDGET = 0.001


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of the result, as a path into its document, and what the inputs give in its place."""

    place: str
    stated: Value
    found: Value


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of it: how many figures and rules were compared, and those that differ."""

    compared: int
    differences: tuple[Difference, ...]


def verify(document: Mapping[str, Any], inputs: Inputs) -> Verified:
    """Works out a result (``kim-result/2`` with a plan) again and compares every figure and rule.

    Whether a better plan exists is not asked again: that is what the stages' proofs say. Raises ``KeyError``,
    ``TypeError`` or ``ValueError`` where the document has not the form of a result.
    """
    unknown = list(_unknown(document, inputs))
    if unknown:
        return Verified(len(unknown), tuple(unknown))
    figures = figures_of(inputs, document["layers"])
    compared = [*_totals(document, inputs, figures), *_stages(document, inputs, figures)]
    for number, (layer, teams) in enumerate(zip(inputs.layers, figures.teams, strict=True)):
        compared += _layer(document["layers"][number], f"layers[{number}]", layer, teams)
    compared += _hubs(inputs, figures)
    compared += _towns(document, inputs, figures)
    compared += _rules(document, inputs, figures)
    differences = tuple(one for one in compared if not _same(one.stated, one.found))
    return Verified(len(compared), differences)


def digest(document: Mapping[str, Any]) -> str:
    """Sixteen signs that stand for county, yardstick, districts and hours of a result, whatever its language.

    Hours count to the millionth, so that no last binary digit of another machine matters.
    """
    said = {
        "county": document["county"],
        "status": document["status"],
        "fair_level": _rounded(document["fair_level"]),
        "layers": [
            [
                [
                    one["employer"],
                    _rounded(one["fte"]),
                    one["hub"],
                    sorted(town["ags"] for town in one["municipalities"]),
                ]
                for one in layer["districts"]
            ]
            for layer in document.get("layers", ())
        ],
        "municipalities": [
            [town["ags"], *(_rounded(town[name]) for name in ("key", "existing_hours", "hours"))]
            for town in document.get("municipalities", ())
        ],
    }
    text = json.dumps(said, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_SIGNS]


def _rounded(value: float) -> str:
    return f"{value + 0.0:.6f}"


def _same(stated: Value, found: Value) -> bool:
    if isinstance(stated, bool) or isinstance(found, bool) or not _are_figures(stated, found):
        return stated == found and type(stated) is type(found)
    assert isinstance(stated, int | float)
    assert isinstance(found, int | float)
    return math.isclose(stated, found, rel_tol=CLOSE, abs_tol=CLOSE)


def _are_figures(*values: Value) -> bool:
    return all(isinstance(value, int | float) for value in values)


def _unknown(document: Mapping[str, Any], inputs: Inputs) -> Iterator[Difference]:
    """What is not in the inputs at all, so that nothing can be worked out from it."""
    if len(document["layers"]) != len(inputs.layers):
        yield Difference("layers", len(document["layers"]), len(inputs.layers))
    listed = [town["ags"] for town in document["municipalities"]]
    if listed != [*inputs.towns]:
        yield Difference("municipalities", ", ".join(listed), ", ".join(inputs.towns))
    known = {*inputs.towns}
    for number, layer in enumerate(document["layers"]):
        entries = inputs.layers[number].entries if number < len(inputs.layers) else ()
        employers = {id for entry in entries for id in entry.hubs}
        for position, one in enumerate(layer["districts"]):
            place = f"layers[{number}].districts[{position}]"
            if one["employer"] not in employers:
                yield Difference(f"{place}.employer", one["employer"], None)
            for name in [one["hub"], *(town["ags"] for town in one["municipalities"])]:
                if name not in known:
                    yield Difference(place, name, None)


def _totals(document: Mapping[str, Any], inputs: Inputs, figures: Figures) -> Iterator[Difference]:
    fair = inputs.fair_level
    supply = {ags: inputs.existing[ags] + figures.hours[ags] for ags in inputs.towns}
    needy = [ags for ags in inputs.towns if inputs.key[ags]]
    worst = min(needy, key=lambda ags: supply[ags] / inputs.key[ags])
    offered = math.fsum(float(layer.rules.posts.total) * layer.rules.posts.hours_per_week for layer in inputs.layers)
    on_site, road = math.fsum(figures.hours.values()), math.fsum(figures.travel.values())
    beyond = math.fsum(
        max(0.0, figures.hours[ags] - max(0.0, fair * inputs.key[ags] - inputs.existing[ags])) for ags in inputs.towns
    )
    teams = [team for teams in figures.teams for team in teams]
    coordination = math.fsum(team.coordination for team in teams)
    placed = math.fsum(team.fte for team in teams)
    at_ki = math.fsum(team.fte for team in teams if team.employer in inputs.at_ki)
    found: dict[str, Value] = {
        "fair_level": fair,
        "lowest_coverage": supply[worst] / (fair * inputs.key[worst]) if fair else None,
        "hours_per_1000": _per_1000(inputs, supply, worst),
        "shortfall_hours": missing(inputs, supply) if fair else None,
        "travel_hours": road,
        "ki_share": at_ki / placed if placed else 0.0,
    }
    for name, value in found.items():
        yield Difference(name, document[name], value)
    losses: dict[str, Value] = {
        "on_site": on_site - beyond,
        "beyond": beyond,
        "road": road,
        "coordination": coordination,
        "not_placed": offered - on_site - road - coordination,
    }
    for name, value in losses.items():
        yield Difference(f"losses.{name}", document["losses"][name], value)


def missing(inputs: Inputs, supply: Mapping[Ags, float]) -> float:
    """Hours missing to the fair supply."""
    return math.fsum(max(0.0, inputs.fair_level * inputs.key[ags] - supply[ags]) for ags in inputs.towns)


def _per_1000(inputs: Inputs, supply: Mapping[Ags, float], ags: Ags) -> float | None:
    if inputs.people is None or not inputs.key[ags]:
        return None
    return 1000 * supply[ags] / (inputs.key[ags] * inputs.people)


def _stages(document: Mapping[str, Any], inputs: Inputs, figures: Figures) -> Iterator[Difference]:
    """That the plan is within what each stage allows of its value, and that nothing beats its bound."""
    supply = {ags: inputs.existing[ags] + figures.hours[ags] for ags in inputs.towns}
    stages = {stage["name"]: stage for stage in document["stages"]}
    decided = any(not layer.given for layer in inputs.layers)
    yield Difference("stages", bool(stages), decided)
    proven = all(stage["proven"] for stage in stages.values())
    status = "given" if not decided else "optimal" if proven else "feasible"
    yield Difference("status", document["status"], status)
    highest = stages.get("lowest_coverage")
    if highest is not None:
        least = highest["value"] - inputs.scenario.objective.fairness_tolerance
        yield Difference("stages.lowest_coverage", document["lowest_coverage"] >= least - CLOSE, True)
        beats = highest["bound"] is not None and document["lowest_coverage"] > highest["bound"] + CLOSE
        yield Difference("stages.lowest_coverage.bound", beats, False)
    shortfall = stages.get("shortfall_hours")
    if shortfall is not None and shortfall["proven"]:
        within = missing(inputs, supply) <= shortfall["value"] + _BUDGET + CLOSE
        yield Difference("stages.shortfall_hours", within, True)


def _layer(stated: Mapping[str, Any], place: str, layer: LayerInput, teams: Sequence[Team]) -> Iterator[Difference]:
    yield Difference(f"{place}.given", stated["given"], layer.given)
    for position, (one, team) in enumerate(zip(stated["districts"], teams, strict=True)):
        here = f"{place}.districts[{position}]"
        found: dict[str, Value] = {
            "persons": persons(team.fte),
            "level": team.level,
            "travel_hours": math.fsum(team.travel),
            "coordination_hours": team.coordination,
        }
        for name, value in found.items():
            yield Difference(f"{here}.{name}", one[name], value)
        for at, town in enumerate(one["municipalities"]):
            yield Difference(f"{here}.municipalities[{at}].hours", town["hours"], team.hours[at])
            yield Difference(f"{here}.municipalities[{at}].travel_hours", town["travel_hours"], team.travel[at])


def _hubs(inputs: Inputs, figures: Figures) -> Iterator[Difference]:
    """That no other allowed hub serves a district better, where the hub was chosen."""
    before = dict.fromkeys(inputs.towns, 0.0)
    for number, (layer, teams) in enumerate(zip(inputs.layers, figures.teams, strict=True)):
        there = {ags: inputs.existing[ags] + before[ags] for ags in inputs.towns}
        fewest = {ags: max(0.0, layer.fewest.get(ags, 0.0) - before[ags]) for ags in inputs.towns}
        limit = layer.rules.districts.max_drive_minutes
        longest = math.inf if limit is None else limit
        for position, team in enumerate(teams if not layer.given else ()):
            entry = next(entry for entry in layer.entries if team.employer in entry.hubs)
            levels = {
                hub: level
                for hub in inputs.present
                if hub_allowed(entry, team.employer, hub, team.towns)
                and max(inputs.drive(hub, ags) for ags in team.towns) <= longest
                and (level := level_from(inputs, layer, there, fewest, team.towns, hub, team.fte)) is not None
            }
            best = max(levels, key=lambda hub: (levels[hub], hub == team.hub), default=team.hub)
            close = team.hub in levels and levels[team.hub] >= levels[best] * (1 - CLOSE)
            yield Difference(f"layers[{number}].districts[{position}].hub", team.hub, team.hub if close else best)
        for team in teams:
            for ags, hours in zip(team.towns, team.hours, strict=True):
                before[ags] += hours


def _towns(document: Mapping[str, Any], inputs: Inputs, figures: Figures) -> Iterator[Difference]:
    supply = {ags: inputs.existing[ags] + figures.hours[ags] for ags in inputs.towns}
    moved = [
        changing(inputs, layer, teams)
        for layer, teams in zip(inputs.layers, figures.teams, strict=True)
        if layer.reference is not None
    ]
    for position, town in enumerate(document["municipalities"]):
        ags, place = town["ags"], f"municipalities[{position}]"
        fair = inputs.fair_level * inputs.key[ags]
        found: dict[str, Value] = {
            "taking_part": ags not in inputs.absent,
            "key": inputs.key[ags],
            "existing_hours": inputs.existing[ags],
            "existing_share": inputs.existing[ags] / fair if fair else None,
            "hours": figures.hours[ags],
            "coverage": supply[ags] / fair if fair else None,
            "hours_per_1000": _per_1000(inputs, supply, ags),
            "shortfall_hours": max(0.0, fair - supply[ags]) if inputs.fair_level else None,
        }
        if None not in moved:
            found["changes"] = any(ags in one for one in moved if one) if moved else None
        for name, value in found.items():
            yield Difference(f"{place}.{name}", town[name], value)


def _rules(document: Mapping[str, Any], inputs: Inputs, figures: Figures) -> Iterator[Difference]:
    """Of each rule how often it is set, and how often it is broken."""
    found = checks_of(inputs, figures)
    stated = [(rule["rule"], rule["holds"]) for rule in document["rules"]]
    for name in dict.fromkeys(name for name, _ in [*stated, *found]):
        counts = [sorted(holds for one, holds in some if one == name) for some in (stated, found)]
        yield Difference(f"rules.{name}: set", *map(len, counts))
        yield Difference(f"rules.{name}: broken", *(holds.count(False) for holds in counts))
