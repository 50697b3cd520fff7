"""What a scenario and a county say, as plain figures: the model's input (docs/methode.md), read off a second time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from geodata.county import Ags, County, Employer
from scenarios.by_town import reasons_of
from scenarios.layer import MINIMUM_HOURS, MUNICIPALITIES, EmployerRules, LayerRules
from scenarios.names import Names
from scenarios.schema import PRESENCE, Scenario

_FULL_TIME = 39.0
_EQUAL = "equal"
#: Indicators that count no people.
_NOT_PEOPLE = ("equal", "area_km2")
_POPULATION = ("population", "population_update")
#: A level that no hours reach, and how often an interval is halved: to the last digit.
_BEYOND, _HALVINGS = 1e15, 200


@dataclass(frozen=True, slots=True)
class Limit:
    """Fewest and most posts of some employers together; ``most`` is ``None`` where there is no limit."""

    members: frozenset[str]
    fewest: Fraction
    most: Fraction | None


@dataclass(frozen=True, slots=True)
class Entry:
    """Employers that stand in one entry of a layer: where they may have hubs and the most municipalities of each."""

    hubs: Mapping[str, frozenset[Ags] | None]
    offices: Mapping[str, Ags | None]
    most: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class LayerInput:
    """A layer. ``fewest`` are the least hours on site of this and all earlier layers, of those taking part.

    ``given``: its districts were not chosen, but stated by the scenario or a table. ``reference`` are the districts
    that changes are counted against.
    """

    rules: LayerRules
    given: bool
    fewest: Mapping[Ags, float]
    entries: tuple[Entry, ...]
    limits: tuple[Limit, ...]
    together: tuple[tuple[Ags, Ags], ...]
    apart: tuple[tuple[Ags, Ags], ...]
    fixed: Mapping[Ags, frozenset[str]]
    reference: Sequence[Sequence[Ags]] | None


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a result depends on. ``key`` and ``existing`` are 0 of those ``absent``; hours are per week.

    ``fair_level`` is the yardstick in hours per unit of key, ``people`` those that hours per 1,000 are counted for.
    """

    scenario: Scenario
    towns: tuple[Ags, ...]
    absent: frozenset[Ags]
    key: Mapping[Ags, float]
    existing: Mapping[Ags, float]
    people: float | None
    fair_level: float
    minutes: Mapping[tuple[Ags, Ags], float]
    neighbours: Mapping[Ags, frozenset[Ags]]
    layers: tuple[LayerInput, ...]
    at_ki: frozenset[str]

    @property
    def present(self) -> list[Ags]:
        """The municipalities that take part."""
        return [town for town in self.towns if town not in self.absent]

    def drive(self, hub: Ags, town: Ags) -> float:
        """Minutes one way by car; infinite where there is no drive."""
        return 0.0 if hub == town else self.minutes.get((hub, town), math.inf)


@dataclass(frozen=True, slots=True)
class Stated:
    """What is known of a layer beside the scenario: the employers of districts that a table gives it.

    ``None`` where none does. ``reference`` are the districts of the reference plan.
    """

    employers: Sequence[str] | None = None
    reference: Sequence[Sequence[Ags]] | None = None


def inputs_of(scenario: Scenario, county: County, stated: Sequence[Stated]) -> Inputs:
    """The inputs of a scenario that has been read without faults; ``stated`` has an entry for each layer with posts."""
    names = _Names(county)
    towns = tuple(town.ags for town in county.municipalities)
    absent = frozenset(names.town(name) for name in reasons_of(scenario.not_taking_part))
    shares = _shares(scenario, county)
    taking = math.fsum(share for ags, share in shares.items() if ags not in absent)
    key = {ags: 0.0 if ags in absent else share / taking for ags, share in shares.items()}
    existing = _existing(scenario, county, shares, absent)
    people = _people(scenario, county, absent)
    layers = tuple(
        _layer(scenario, position, names, absent, beside)
        for position, beside in zip(layers_of(scenario), stated, strict=True)
    )
    return Inputs(
        scenario=scenario,
        towns=towns,
        absent=absent,
        key=key,
        existing=existing,
        people=people,
        fair_level=_fair_level(scenario, key, existing, people),
        minutes={pair: trip.minutes for pair, trip in county.travel.items()},
        neighbours=county.neighbours,
        layers=layers,
        at_ki=frozenset(employer.id for employer in county.employers if employer.kind == "ki"),
    )


class _Names:
    """What the names of a scenario mean; it has been read, so that all of them are known."""

    def __init__(self, county: County) -> None:
        self.county = county
        self._names = Names(county)

    def town(self, name: str) -> Ags:
        found = self._names.town(name)
        if not isinstance(found, str):
            raise ValueError(name)
        return found

    def employer(self, name: str) -> Employer:
        found = self._names.employer(name)
        if not isinstance(found, Employer):
            raise ValueError(name)
        return found


def _shares(scenario: Scenario, county: County) -> dict[Ags, float]:
    """``w_i`` of all municipalities."""
    weights = {name: weight for name, weight in scenario.key.items() if weight}
    total = math.fsum(weights.values())
    shares = dict.fromkeys((town.ags for town in county.municipalities), 0.0)
    for name, weight in weights.items():
        figures = {town.ags: 1.0 if name == _EQUAL else town.indicators[name] or 0.0 for town in county.municipalities}
        of_all = math.fsum(figures.values())
        for ags, figure in figures.items():
            shares[ags] += weight / total * figure / of_all
    return shares


def _existing(
    scenario: Scenario, county: County, shares: Mapping[Ags, float], absent: frozenset[Ags]
) -> dict[Ags, float]:
    """``s_i``, peaks cut."""
    settings = scenario.existing_services
    hours = dict.fromkeys(shares, 0.0)
    for service in county.services:
        catchment = tuple(shares) if service.catchment is None else service.catchment
        need = math.fsum(shares[ags] for ags in catchment)
        if service.fte is None or not need:
            continue
        credit = settings.credit if service.credit is None else service.credit
        for ags in catchment:
            hours[ags] += credit * service.fte * _FULL_TIME * shares[ags] / need
    present = [ags for ags in shares if ags not in absent]
    found = {ags: hours[ags] if ags in present else 0.0 for ags in shares}
    if settings.most is None:
        return found
    per_key = math.fsum(found.values()) / math.fsum(shares[ags] for ags in present)
    return {ags: min(figure, settings.most * per_key * shares[ags]) for ags, figure in found.items()}


def _people(scenario: Scenario, county: County, absent: frozenset[Ags]) -> float | None:
    """``P``: the people of the indicator with the largest weight, of those taking part."""
    weights = {name: scenario.key.get(name, 0.0) for name in county.indicator_names if name not in _NOT_PEOPLE}
    name = max((name for name in weights if weights[name]), key=lambda name: weights[name], default=None)
    if name is None:
        name = next((one for one in _POPULATION if one in county.indicator_names), None)
    if name is None:
        return None
    figures = [town.indicators[name] for town in county.municipalities if town.ags not in absent]
    known = [figure for figure in figures if figure is not None]
    return math.fsum(known) if any(known) and len(known) == len(figures) else None


def _fair_level(
    scenario: Scenario, key: Mapping[Ags, float], existing: Mapping[Ags, float], people: float | None
) -> float:
    """``R``: all hours of the posts, spread as evenly as they can be."""
    yardstick = scenario.yardstick
    if yardstick.hours_per_1000 is not None and people is not None:
        return yardstick.hours_per_1000 * people / 1000
    own = math.fsum(float(layer.posts.total) * layer.posts.hours_per_week for layer in scenario.layers)
    if yardstick.posts is not None:
        week = scenario.layers[0].posts.hours_per_week if scenario.layers else _FULL_TIME
        own = float(yardstick.posts) * week
    return largest(lambda level: math.fsum(max(0.0, level * key[a] - existing[a]) for a in key), own) if own else 0.0


def layers_of(scenario: Scenario) -> list[int]:
    """The positions of the layers that have posts."""
    return [position for position, layer in enumerate(scenario.layers) if layer.posts.total]


def _layer(scenario: Scenario, position: int, names: _Names, absent: frozenset[Ags], stated: Stated) -> LayerInput:
    rules = scenario.layers[position]
    told = rules.municipalities
    groups = [[[names.town(name) for name in group] for group in some] for some in (told.together, told.apart)]
    entries, limits = _employers(rules, names, stated.employers or ())
    listed = {id for entry in entries for id in entry.hubs}
    fixed = {}
    for name, id in told.employer.items():
        towns = {town.ags for town in names.county.municipalities}
        allowed = towns & listed if id == MUNICIPALITIES else {names.employer(id).id} & listed
        fixed[names.town(name)] = frozenset(allowed)
    return LayerInput(
        rules=rules,
        given=rules.plan is not None or stated.employers is not None,
        fewest=_fewest(scenario, position, names, absent),
        entries=entries,
        limits=limits,
        together=tuple(pair for group in groups[0] for pair in pairwise(group)),
        apart=tuple(pair for group in groups[1] for pair in combinations(group, 2)),
        fixed=fixed,
        reference=stated.reference,
    )


def _fewest(scenario: Scenario, position: int, names: _Names, absent: frozenset[Ags]) -> dict[Ags, float]:
    """Least hours of a layer, with the presence in the last layer that can serve a municipality."""
    base, named = MINIMUM_HOURS.split(scenario.layers[position].municipalities.minimum_hours)
    own = {names.town(name): hours for name, hours in named.items()}
    present, by_town = PRESENCE.split(scenario.presence)
    asked = {names.town(name): hours for name, hours in by_town.items()}
    served = [
        None if layer.plan is None else {names.town(name) for row in layer.plan for name in row.municipalities}
        for layer in scenario.layers
    ]
    found = {}
    for town in names.county.municipalities:
        if town.ags in absent:
            continue
        able = [at for at, plan in enumerate(served) if plan is None or town.ags in plan] or [len(served) - 1]
        hours = own.get(town.ags, base)
        found[town.ags] = max(hours, asked.get(town.ags, present)) if able[-1] == position else hours
    return found


def _employers(rules: LayerRules, names: _Names, others: Sequence[str]) -> tuple[tuple[Entry, ...], tuple[Limit, ...]]:
    towns = [town.ags for town in names.county.municipalities]
    single = {names.employer(one.id).id: one for one in rules.employers if one.id != MUNICIPALITIES}
    entries: list[Entry] = []
    limits: list[Limit] = []
    for one in rules.employers:
        hubs = None if one.hubs is None else frozenset(names.town(name) for name in one.hubs)
        if one.id == MUNICIPALITIES:
            members = [ags for ags in towns if hubs is None or ags in hubs]
            limited = {*members, *(single.keys() & set(towns))}
            own = [ags for ags in members if ags not in single]
            most: dict[str, int | None] = dict.fromkeys(own, one.max_municipalities or 1)
            entries.append(_entry(one, own, {ags: frozenset({ags}) for ags in own}, most, names))
        else:
            employer = names.employer(one.id)
            limited = {employer.id}
            at_home = frozenset({employer.id}) if employer.kind == "municipality" and hubs is None else hubs
            entries.append(
                _entry(one, [employer.id], {employer.id: at_home}, {employer.id: one.max_municipalities}, names)
            )
        if one.minimum > 0 or one.maximum is not None:
            limits.append(Limit(frozenset(limited), one.minimum, one.maximum))
    listed = {id for entry in entries for id in entry.hubs}
    for name in [*(row.employer for row in rules.plan or ()), *others]:
        employer = names.employer(name)
        if employer.id not in listed:
            listed.add(employer.id)
            home = frozenset({employer.id}) if employer.kind == "municipality" else None
            entries.append(Entry({employer.id: home}, {employer.id: None}, {employer.id: None}))
    return tuple(entry for entry in entries if entry.hubs), tuple(limits)


def _entry(
    rules: EmployerRules,
    members: Sequence[str],
    hubs: Mapping[str, frozenset[Ags] | None],
    most: Mapping[str, int | None],
    names: _Names,
) -> Entry:
    at_office = rules.base == "office"
    return Entry(hubs, {id: names.county.employer(id).office if at_office else None for id in members}, most)


def largest(needed: Callable[[float], float], available: float) -> float:
    """The largest level at which what is ``needed`` (not falling with the level) is no more than is ``available``.

    By halving, unlike the optimizer. Infinite where there is always enough.
    """
    high = 1.0
    while needed(high) <= available:
        high *= 2
        if high > _BEYOND:
            return math.inf
    low = 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if needed(middle) <= available else (low, middle)
    return low
