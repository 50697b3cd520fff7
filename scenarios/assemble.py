"""A scenario and a county put together: the problem that the optimizer solves (docs/methode.md).

What cannot be right for the county is a fault with its place in the scenario file. What merely cannot be fulfilled is
none: the optimizer explains it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, pairwise
from pathlib import Path

from files.faults import Fault, InputError
from files.typed import instead, shown
from files.yaml_file import Place
from geodata import county_folder
from geodata.county import Ags, County, load_county
from optimizer.problem import GivenDistrict, Layer, Municipality, Problem
from optimizer.solve import Solution
from optimizer.solve import solve as best_plan
from scenarios import SCENARIOS
from scenarios.employers import default_employer, fixed_employers, given_plan, layer_employers
from scenarios.key import KeyPeople, key_of, people_of
from scenarios.names import Resolver
from scenarios.scenario import load_scenario
from scenarios.schema import LayerRules, Scenario
from translation import listing, msg

FULL_TIME_HOURS = 39.0
"""Hours per week of one FTE of an existing service."""

Districts = Sequence[Collection[Ags]]
"""The districts of a layer, each as its municipalities."""


def problem_of(scenario: Scenario, county: County, *, reference: Sequence[Districts | None] | None = None) -> Problem:
    """The problem that ``scenario`` poses for ``county``.

    ``reference`` are the districts of the reference plan for each layer, matched by position. Raises ``InputError``
    with everything in the scenario that cannot be right for this county.
    """
    resolver = Resolver(county, scenario.source)
    weights = key_of(scenario.key, resolver)
    drafts = [_layer(rules, resolver, ("layers", position)) for position, rules in enumerate(scenario.layers)]
    if resolver.faults:
        raise InputError(resolver.faults)
    layers = [layer for layer in drafts if layer is not None]
    for position, districts in enumerate((reference or ())[: len(layers)]):
        if districts is not None:
            layers[position] = replace(layers[position], reference=tuple(map(frozenset, districts)))
    hours = existing_hours(county, weights, scenario.existing_services.credit)
    people = people_of(scenario.key, county)
    return Problem(
        municipalities=tuple(Municipality(ags, weight, hours[ags]) for ags, weight in weights.items()),
        minutes={pair: trip.minutes for pair, trip in county.travel.items()},
        neighbours=county.neighbours,
        layers=tuple(layers),
        ki_minimum=scenario.ki_share.minimum,
        ki_binding=scenario.ki_share.binding,
        fairness_tolerance=scenario.objective.fairness_tolerance,
        people=None if people is None else people.total,
    )


def with_plan(problem: Problem, county: County, plan: Sequence[GivenDistrict], *, layer: int = 0) -> Problem:
    """The problem with ``plan`` given for a layer, which keeps its rules.

    An employer of the plan that the layer does not have is added with its default settings.
    """
    rules = problem.layers[layer]
    known = {employer.id for employer in rules.employers}
    added = [default_employer(county.employer(id)) for id in sorted({row.employer for row in plan} - known)]
    given = replace(rules, plan=tuple(plan), employers=(*rules.employers, *added))
    return replace(problem, layers=(*problem.layers[:layer], given, *problem.layers[layer + 1 :]))


def existing_hours(county: County, weights: Mapping[Ags, float], credit: float) -> dict[Ags, float]:
    """Hours per week of existing services that count towards each municipality's supply.

    ``weights`` is the key; ``credit`` counts for services without a credit of their own. A service is spread over its
    catchment by the key; one without known staff, or without need in its catchment, adds nothing.
    """
    parts: dict[Ags, list[float]] = {ags: [] for ags in weights}
    for service in county.services:
        catchment = tuple(weights) if service.catchment is None else service.catchment
        need = math.fsum(weights[ags] for ags in catchment)
        if not service.fte or not need:
            continue
        counted = credit if service.credit is None else service.credit
        for ags in catchment:
            parts[ags].append(counted * service.fte * FULL_TIME_HOURS * weights[ags] / need)
    return {ags: math.fsum(hours) for ags, hours in parts.items()}


def _layer(rules: LayerRules, resolver: Resolver, place: Place) -> Layer | None:
    """A layer of the problem; ``None`` where it has faults, which are noted."""
    known = len(resolver.faults)
    employers, limits = layer_employers(rules.employers, resolver, (*place, "employers"))
    plan = None if rules.plan is None else given_plan(rules.plan, employers, resolver, (*place, "plan"))
    towns = (*place, "municipalities")
    together = _groups(rules.municipalities.together, resolver, (*towns, "together"))
    apart = _groups(rules.municipalities.apart, resolver, (*towns, "apart"))
    fixed = fixed_employers(rules.municipalities.employer, employers, resolver, (*towns, "employer"))
    if len(resolver.faults) > known:
        return None
    posts, districts = rules.posts, rules.districts
    layer = Layer(
        name=rules.name,
        total=posts.total,
        employers=tuple(employers.values()),
        step=posts.step,
        hours_per_week=posts.hours_per_week,
        coordination_hours=posts.coordination_hours,
        block_hours=rules.visits.block_hours,
        districts_minimum=districts.minimum,
        districts_maximum=districts.maximum,
        max_drive_minutes=districts.max_drive_minutes,
        minimum_persons=districts.minimum_persons,
        connected=districts.connected,
        minimum_hours=rules.municipalities.minimum_hours,
        limits=limits,
        together=tuple(pair for group in together for pair in pairwise(group)),
        apart=tuple(pair for group in apart for pair in combinations(group, 2)),
        fixed_employers=fixed,
    )
    if plan is None:
        return layer
    # The plan stands in place of rules for districts; what remains is that each is connected.
    return replace(layer, plan=plan, districts_minimum=1, districts_maximum=len(plan), max_drive_minutes=None)


def _groups(groups: Sequence[Sequence[str]], resolver: Resolver, place: Place) -> list[tuple[Ags, ...]]:
    return [resolver.towns(group, (*place, position)) for position, group in enumerate(groups)]


Solve = Callable[["LoadedScenario"], Sequence[Districts | None]]
"""Solves a scenario: the districts of each layer, ``None`` where there is no plan."""


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario file with its county and the problem that it poses."""

    path: Path
    scenario: Scenario
    county: County
    problem: Problem

    @property
    def notices(self) -> tuple[Fault, ...]:
        """What was repaired, and what is worth knowing, in the files read."""
        return (*self.scenario.notices, *self.county.notices)

    @cached_property
    def people(self) -> KeyPeople | None:
        """The people of the key, where their number is known."""
        return people_of(self.scenario.key, self.county)


def load_problem(path: Path, *, solve: Solve | None = None) -> LoadedScenario:
    """The problem of a scenario file. Where it names a reference plan, ``solve`` is asked for that plan.

    By default the plan is solved for without a time limit. Raises ``InputError`` with every fault of the scenario,
    of its county, and of the scenarios it refers to, and whatever ``solve`` does (by default ``SolverError``).
    """
    return problem_from(load_scenario(path), path, solve=solve)


def problem_from(
    scenario: Scenario, path: Path, *, solve: Solve | None = None, load: Callable[[Path], County] = load_county
) -> LoadedScenario:
    """As :func:`load_problem` for a scenario at hand, which stands in ``path`` or would stand there.

    ``load`` gives the county of a folder.
    """
    return _load(scenario, path, solve or (lambda loaded: districts_of(best_plan(loaded.problem))), load, ())


def districts_of(solution: Solution) -> Sequence[Districts | None]:
    """The districts of each layer, ``None`` for every one where there is no plan."""
    if solution.plan is None:
        return [None for _ in solution.problem.layers]
    return [[district.municipalities for district in layer.districts] for layer in solution.plan.layers]


def county_of(scenario: Scenario, path: Path, load: Callable[[Path], County] = load_county) -> County:
    """The county of a scenario that stands in the file ``path``, as ``load`` gives it. Raises ``InputError``."""
    try:
        folder = county_folder(scenario.county, path.parent)
    except InputError as error:
        faults = [scenario.source.fault(("county",), fault.wrong, fault.allowed) for fault in error.faults]
        raise InputError(faults) from None
    return load(folder)


def _load(
    scenario: Scenario, path: Path, solve: Solve, load: Callable[[Path], County], referring: tuple[Path, ...]
) -> LoadedScenario:
    county = county_of(scenario, path, load)
    reference = None
    if scenario.reference_plan is not None:
        reference = _reference(scenario, county, path, solve, load, (*referring, path))
    return LoadedScenario(path, scenario, county, problem_of(scenario, county, reference=reference))


def _reference(
    scenario: Scenario,
    county: County,
    path: Path,
    solve: Solve,
    load: Callable[[Path], County],
    chain: tuple[Path, ...],
) -> Sequence[Districts | None]:
    """The districts of the reference plan. ``chain`` are the scenarios that refer to each other, up to this one."""
    name = scenario.reference_plan or ""
    # A saved scenario may refer to one that comes with the planner.
    other = next((file for file in (path.with_name(name), SCENARIOS / name) if file.is_file()), path.with_name(name))
    place = ("reference_plan",)
    if other in chain:
        names = [file.name for file in (*chain[chain.index(other) :], other)]
        wrong = msg("the reference plans go round in a circle: {files}", files=listing(names))
        raise InputError([scenario.source.fault(place, wrong, msg("a scenario that does not lead back here"))])
    if not other.is_file():
        files = [file.name for file in path.parent.glob("*.yaml") if file != path]
        wrong = msg("there is no scenario “{name}” in this folder", name=shown(other.name))
        raise InputError([scenario.source.fault(place, wrong, instead(other.name, sorted(files)))])
    loaded = _load(load_scenario(other), other, solve, load, chain)
    if loaded.county.ags != county.ags:
        wrong = msg("the scenario {file} is about another county: {name}", file=other.name, name=loaded.county.name)
        raise InputError([scenario.source.fault(place, wrong, msg("a scenario for {name}", name=county.name))])
    return solve(loaded)
