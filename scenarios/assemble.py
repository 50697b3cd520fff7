"""A scenario and a county put together: the problem that the optimizer solves (docs/methode.md).

What cannot be right for the county is a fault with its place in the scenario file. What merely cannot be fulfilled is
none: the optimizer explains it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise
from pathlib import Path

from files.faults import Fault, InputError
from files.reading import listed_files, misnamed
from files.typed import instead, shown
from files.yaml_file import Place
from geodata import county_folder
from geodata.county import Ags, County, load_county
from optimizer.declining import without_town
from optimizer.options import Option
from optimizer.plan import Naming, Plan
from optimizer.problem import GivenDistrict, Layer, Municipality, Problem, level_of
from optimizer.reference import weights_of
from optimizer.solve import Solution
from optimizer.solve import solve as best_plan
from scenarios import SCENARIOS
from scenarios.by_municipality import minimum_hours, not_taking_part
from scenarios.district_names import check_names, names_of
from scenarios.employers import default_employer, fixed_employers, given_plan, layer_employers, overlap
from scenarios.existing import FULL_TIME_HOURS, ExistingAdvice, Posts, existing_advice, middle_posts
from scenarios.identity import Before, Districts, continuing, labelled, listed
from scenarios.key import KeyPeople, key_of, people_of
from scenarios.layer import KI, LayerRules, district_numbers
from scenarios.names import Resolver
from scenarios.options import options_of
from scenarios.plan_table import PlanTable, read_plan
from scenarios.scenario import load_scenario
from scenarios.schema import Scenario
from scenarios.values import PLAN_TABLES, plain
from translation import listing, msg


def problem_of(scenario: Scenario, county: County, *, reference: Sequence[Districts | None] | None = None) -> Problem:
    """The problem that ``scenario`` poses for ``county``.

    ``reference`` are the districts of the reference plan for each layer, matched by position. Raises ``InputError``
    with everything in the scenario that cannot be right for this county.
    """
    resolver = Resolver(county, scenario.source)
    key = key_of(scenario.key, resolver)
    absent = not_taking_part(scenario.not_taking_part, resolver)
    people = people_of(scenario.key, county, absent)
    if not _need(key, absent) and not resolver.faults:
        wrong = msg("by this key nobody who takes part has any need")
        resolver.fault(("not_taking_part",), wrong, msg("a key with figures above zero for those who take part"))
    check_names(scenario.district_names, resolver)
    options_of(scenario.agreements, resolver)
    layers = _layers(scenario, resolver, absent, reference or ())
    if scenario.yardstick.hours_per_1000 is not None and people is None:
        wrong = msg("the hours are for 1,000 people, and no indicator counts all people of the key")
        resolver.fault(("yardstick", "hours_per_1000"), wrong, msg("a yardstick of posts, or a key of people"))
    if resolver.faults:
        raise InputError(resolver.faults)
    towns = _towns(scenario, county, key, absent)
    return Problem(
        municipalities=towns,
        minutes={pair: trip.minutes for pair, trip in county.travel.items()},
        neighbours=county.neighbours,
        layers=tuple(layers),
        ki_minimum=scenario.ki_share.minimum,
        ki_binding=scenario.ki_share.binding,
        fairness_tolerance=scenario.objective.fairness_tolerance,
        stated_level=_stated_level(scenario, towns, people),
        people=None if people is None else people.total,
    )


def _need(key: Mapping[Ags, float], absent: Collection[Ags]) -> float:
    return math.fsum(share for ags, share in key.items() if ags not in absent)


def _towns(
    scenario: Scenario, county: County, key: Mapping[Ags, float], absent: Collection[Ags]
) -> tuple[Municipality, ...]:
    """The municipalities with their shares of the need of those who take part, and their existing advice."""
    need, advice = _need(key, absent), existing_advice(county, key, scenario.existing_services, absent)
    return tuple(
        Municipality(ags, 0.0, 0.0, taking_part=False)
        if ags in absent
        else Municipality(ags, share / need, advice[ags].counted)
        for ags, share in key.items()
    )


def _stated_level(scenario: Scenario, towns: Sequence[Municipality], people: KeyPeople | None) -> float | None:
    """Hours per unit of key that the scenario's yardstick says are fair; ``None`` where its own posts are it."""
    yardstick = scenario.yardstick
    if yardstick.hours_per_1000 is not None and people is not None:
        return yardstick.hours_per_1000 * people.total / 1000
    if yardstick.posts is None:
        return None
    hours = scenario.layers[0].posts.hours_per_week if scenario.layers else FULL_TIME_HOURS
    return level_of(towns, float(yardstick.posts) * hours)


def _layers(
    scenario: Scenario, resolver: Resolver, absent: Collection[Ags], reference: Sequence[Districts | None]
) -> list[Layer]:
    """The layers that have posts, without those that have faults, which are noted."""
    fewest = minimum_hours(scenario, resolver, absent)
    layers = []
    for position, rules in enumerate(scenario.layers):
        layer = _layer(rules, resolver, ("layers", position), absent)
        if layer is None:
            continue
        base, single = fewest[position]
        layer = replace(layer, minimum_hours=base, minimum_hours_of=single)
        districts = reference[position] if position < len(reference) else None
        if districts is not None:
            # Who takes no part changes nothing by it.
            kept = tuple(frozenset(district).difference(absent) for district in districts)
            layer = replace(layer, reference=kept, changes_maximum=scenario.changes.maximum_municipalities)
        layers.append(layer)
    return layers


def with_plan(problem: Problem, county: County, plan: Sequence[GivenDistrict], *, layer: int = 0) -> Problem:
    """The problem with ``plan`` given for a layer, which keeps its rules.

    An employer of the plan that the layer does not have is added with its default settings.
    """
    rules = problem.layers[layer]
    known = {employer.id for employer in rules.employers}
    added = [default_employer(county.employer(id)) for id in sorted({row.employer for row in plan} - known)]
    given = replace(rules, plan=tuple(plan), employers=(*rules.employers, *added))
    return replace(problem, layers=(*problem.layers[:layer], given, *problem.layers[layer + 1 :]))


def _layer(rules: LayerRules, resolver: Resolver, place: Place, absent: Collection[Ags]) -> Layer | None:
    """A layer of the problem; ``None`` where it has no posts, or faults, which are noted."""
    known = len(resolver.faults)
    employers, limits = layer_employers(rules.employers, resolver, (*place, "employers"))
    plan = None if rules.plan is None else given_plan(rules.plan, employers, resolver, (*place, "plan"))
    towns = (*place, "municipalities")
    together = _groups(rules.municipalities.together, resolver, (*towns, "together"))
    apart = _groups(rules.municipalities.apart, resolver, (*towns, "apart"))
    fixed = fixed_employers(rules.municipalities.employer, employers, resolver, (*towns, "employer"))
    for position, group in enumerate(together):
        resolver.check_present(group, absent, (*towns, "together", position))
    for position, row in enumerate(plan or ()):
        if row.fte is None:
            resolver.check_present(row.municipalities, absent, (*place, "plan", position, "municipalities"))
    if len(resolver.faults) > known or not rules.posts.total:
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


Solve = Callable[["LoadedScenario"], Plan | None]
"""Solves a scenario: the districts of each layer, ``None`` where there is no plan."""


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario file with its county and the problem that it poses.

    ``known`` are the districts that those of each layer continue, ``None`` where they continue none: those of the
    reference plan. ``reference`` is that plan with all its figures, where it is a scenario's.
    """

    path: Path
    scenario: Scenario
    county: County
    problem: Problem
    known: Sequence[Before | None] = ()
    reference: Plan | None = None

    def identified(self, plan: Plan) -> Plan:
        """A plan of the problem with numbers and names of its districts (:mod:`scenarios.identity`)."""
        layers = [
            replace(layer, naming=self.naming(position, [district.municipalities for district in layer.districts]))
            for position, layer in enumerate(plan.layers)
        ]
        return replace(plan, layers=tuple(layers))

    def answered(self, solution: Solution) -> Solution:
        """An answer to the problem, its plan with numbers and names."""
        return solution if solution.plan is None else replace(solution, plan=self.identified(solution.plan))

    def naming(self, position: int, districts: Districts) -> Naming:
        """By what the districts of the layer in that position are known.

        From the districts that they continue, else from the plan or the names that the scenario has, else by key.
        """
        names = names_of(districts, self.scenario, self.county, self.not_taking_part)
        before = self.known[position] if position < len(self.known) else None
        if before is not None:
            return continuing(districts, before, weights_of(self.problem), names)
        plan, stated = self.problem.layers[position].plan, self.scenario.layers[position].plan
        numbers = None if stated is None else district_numbers(stated)
        rows = None
        if plan is not None and numbers is not None:
            rows = {number: row.municipalities for number, row in zip(numbers, plan, strict=True)}
        return listed(districts, names, [*self.scenario.district_names], rows)

    @property
    def notices(self) -> tuple[Fault, ...]:
        """What was repaired, and what is worth knowing, in the files read."""
        return (*self.scenario.notices, *self._remarks(), *self.county.notices)

    @cached_property
    def not_taking_part(self) -> Mapping[Ags, str]:
        """The municipalities that decline, each with its reason."""
        return not_taking_part(self.scenario.not_taking_part, Resolver(self.county, self.scenario.source))

    @cached_property
    def people(self) -> KeyPeople | None:
        """The people of the key, where their number is known."""
        return people_of(self.scenario.key, self.county, self.not_taking_part)

    @cached_property
    def existing(self) -> Mapping[Ags, ExistingAdvice]:
        """The existing advice of every municipality."""
        return self.existing_with(middle_posts)

    def existing_with(self, posts: Posts) -> Mapping[Ags, ExistingAdvice]:
        """The same where services have as many ``posts``."""
        key = key_of(self.scenario.key, Resolver(self.county, self.scenario.source))
        return existing_advice(self.county, key, self.scenario.existing_services, self.not_taking_part, posts)

    def existing_share(self, ags: Ags) -> float | None:
        """The share of a municipality's fair supply that is existing advice; ``None`` where it has no fair supply."""
        town = self.problem.municipalities[self.problem.index[ags]]
        fair = self.problem.fair_level * town.weight
        return town.existing_hours / fair if fair > 0 else None

    @cached_property
    def agreements(self) -> tuple[Option, ...]:
        """What is asked of municipalities and employers, in the order of the scenario."""
        return options_of(self.scenario.agreements, Resolver(self.county, self.scenario.source))

    def declined(self, problem: Problem, *towns: Ags) -> Problem | None:
        """A problem of this scenario where further municipalities took no part; ``None``: nobody else has any need.

        Key, existing advice, people and yardstick are those that the scenario would then have.
        """
        changed: Problem | None = problem
        for ags in towns:
            changed = None if changed is None else without_town(changed, ags)
        if changed is None:
            return None
        absent = {*self.not_taking_part, *towns}
        key = key_of(self.scenario.key, Resolver(self.county, self.scenario.source))
        left, people = (
            _towns(self.scenario, self.county, key, absent),
            people_of(self.scenario.key, self.county, absent),
        )
        return replace(
            changed,
            municipalities=left,
            stated_level=_stated_level(self.scenario, left, people),
            people=None if people is None else people.total,
        )

    def _remarks(self) -> Iterator[Fault]:
        scenario = self.scenario
        cut = [self.county.name_of(ags) for ags, advice in self.existing.items() if advice.cut]
        if cut and "most" not in scenario.existing_services.model_fields_set:
            wrong = msg(
                "existing advice is cut in {towns}: it counts for at most {most} times the county's average per head",
                towns=listing(cut),
                most=plain(Fraction(str(scenario.existing_services.most))),
            )
            allowed = msg("new with this version; to count all of it as before: most: null")
            yield scenario.source.fault(("existing_services", "most"), wrong, allowed)
        limited = scenario.changes.maximum_municipalities is not None
        if limited and self.problem.layers and all(layer.reference is None for layer in self.problem.layers):
            wrong = msg("the reference plan has no districts for these layers: no change is counted")
            yield scenario.source.fault(("reference_plan",), wrong, msg("a reference plan with districts"))


def without_existing_services(loaded: LoadedScenario, name: str) -> LoadedScenario:
    """The same scenario, to be called ``name``, for a county without any existing service."""
    county = replace(loaded.county, services=())
    scenario = loaded.scenario.model_copy(update={"name": name})
    reference = [layer.reference for layer in loaded.problem.layers]
    return replace(loaded, scenario=scenario, county=county, problem=problem_of(scenario, county, reference=reference))


def load_problem(path: Path, *, solve: Solve | None = None) -> LoadedScenario:
    """The problem of a scenario file. Where it names a reference plan, ``solve`` is asked for that plan.

    By default the plan is solved for without a time limit. Raises ``InputError`` with every fault of the scenario,
    of its county, and of the scenarios it refers to, and whatever ``solve`` does (by default ``SolverError``).
    """
    return problem_from(load_scenario(path), path, solve=solve)


def problem_from(
    scenario: Scenario,
    path: Path,
    *,
    solve: Solve | None = None,
    load: Callable[[Path], County] = load_county,
    county: County | None = None,
) -> LoadedScenario:
    """As :func:`load_problem` for a scenario at hand, which stands in ``path`` or would stand there.

    ``load`` gives the county of a folder; with ``county`` the scenario is about that one, whichever it names.
    """
    solve = solve or (lambda loaded: best_plan(loaded.problem).plan)
    return _load(scenario, path, solve, load, (), county)


def county_of(scenario: Scenario, path: Path, load: Callable[[Path], County] = load_county) -> County:
    """The county of a scenario that stands in the file ``path``, as ``load`` gives it. Raises ``InputError``."""
    try:
        folder = county_folder(scenario.county, path.parent)
    except InputError as error:
        faults = [scenario.source.fault(("county",), fault.wrong, fault.allowed) for fault in error.faults]
        raise InputError(faults) from None
    return load(folder)


def _load(
    scenario: Scenario,
    path: Path,
    solve: Solve,
    load: Callable[[Path], County],
    referring: tuple[Path, ...],
    county: County | None = None,
) -> LoadedScenario:
    county = county_of(scenario, path, load) if county is None else county
    known: Sequence[Before | None] = ()
    plan: Plan | None = None
    if scenario.reference_plan is not None:
        known, plan = _reference(scenario, county, path, solve, load, (*referring, path))
    reference = [None if before is None else before.districts for before in known]
    return LoadedScenario(path, scenario, county, problem_of(scenario, county, reference=reference), known, plan)


def _reference(
    scenario: Scenario,
    county: County,
    path: Path,
    solve: Solve,
    load: Callable[[Path], County],
    chain: tuple[Path, ...],
) -> tuple[Sequence[Before | None], Plan | None]:
    """The districts of the reference plan, by layer, with their numbers and names; and the plan of a scenario.

    ``chain`` are the scenarios that refer to each other, up to this one.
    """
    name = scenario.reference_plan or ""
    # A saved scenario may refer to one that comes with the planner.
    other = next((file for file in (path.with_name(name), SCENARIOS / name) if file.is_file()), path.with_name(name))
    place = ("reference_plan",)
    if other in chain:
        names = [file.name for file in (*chain[chain.index(other) :], other)]
        wrong = msg("the reference plans go round in a circle: {files}", files=listing(names))
        raise InputError([scenario.source.fault(place, wrong, msg("a scenario that does not lead back here"))])
    if not other.is_file():
        alike = PLAN_TABLES if other.suffix in PLAN_TABLES else (other.suffix,)
        beside = [file for ending in alike for file in listed_files(path.parent, ending)]
        files = [file.name for file in beside if file != path and not misnamed(file.name)]
        wrong = msg("there is no file “{name}” in this folder", name=shown(other.name))
        raise InputError([scenario.source.fault(place, wrong, instead(other.name, sorted(files)))])
    if other.suffix in PLAN_TABLES:
        return _table(other, scenario, county), None
    loaded = _load(load_scenario(other, other.name), other, solve, load, chain)
    if loaded.county.ags != county.ags:
        wrong = msg("the scenario {file} is about another county: {name}", file=other.name, name=loaded.county.name)
        raise InputError([scenario.source.fault(place, wrong, msg("a scenario for {name}", name=county.name))])
    plan = solve(loaded)
    if plan is None:
        return [None for _ in loaded.problem.layers], None
    districts = [[district.municipalities for district in layer.districts] for layer in plan.layers]
    return [Before(one, loaded.naming(position, one)) for position, one in enumerate(districts)], plan


def _table(path: Path, scenario: Scenario, county: County) -> Sequence[Before | None]:
    """The districts of a plan's table, for the first layer whose districts are to be found."""
    free = next((place for place, rules in enumerate(scenario.layers) if rules.plan is None), 0)
    return [*(None for _ in range(free)), reference_table(path, county)]


def reference_table(path: Path, county: County) -> Before:
    """The districts of a plan's table from which others may change. Raises ``InputError`` with every fault."""
    # Who employs does not matter here, and need not be stated.
    table = read_plan(path, county, only_employer=KI, file=path.name)
    rows = table.districts
    towns = Counter(ags for row in rows for ags in row.municipalities)
    double = [overlap(county.name_of(ags))[0] for ags, times in sorted(towns.items()) if times > 1]
    if double:
        allowed = msg("each municipality in one district of a reference plan")
        raise InputError([Fault(path.name, wrong, allowed) for wrong in double])
    return table_before(table)


def table_before(table: PlanTable) -> Before:
    """The districts of a plan's table, known by their labels."""
    districts = [row.municipalities for row in table.districts]
    return Before(districts, labelled(districts, table.labels))
