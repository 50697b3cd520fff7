"""Which rules can hold together: a program of its own, without levels, over the districts possible at all.

Every candidate district carries what it breaks, so that a rule is dropped by filtering, not by looking again.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import pulp

from optimizer.districts import Growth, connected_sets
from optimizer.plan import added_hours
from optimizer.problem import Employer, Layer, Pin, Problem
from optimizer.rounding import ROUNDING
from optimizer.rules import Rule, RuleName, entries, is_connected, pin_of, rules_of, towns_of
from optimizer.service import Service, mask_of, members_of, possible_hubs
from optimizer.solve import Solution, most_ki_posts
from optimizer.solver import Deadline, Solver, SolverError, Termination, run

#: Up to this many municipalities districts that do not hang together are looked at too.
SMALL_COUNTY = 12
#: More possible districts than this are not asked about: it would take minutes.
MOST_DISTRICTS = 20_000
#: Seconds for one of its programs, which take far less than one.
_LONGEST = 60.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A district that employers of one kind could have: what it covers, breaks and takes.

    ``minutes`` is the longest drive from the hub. ``costs`` are what tells apart the hours that fewest on-site hours
    take: what one such hour takes with the way, per rule or per municipality.
    """

    covers: tuple[int, ...]
    kind: int
    breaks: frozenset[Rule]
    members: tuple[int, ...]
    hub: int
    minutes: float
    costs: tuple[float, ...]
    entry: str
    most: float


class TooManyDistricts(Exception):  # noqa: N818 - an answer, not an error
    """The county allows too many districts to ask which rules conflict."""


class Feasibility:
    """Which rules of a layer that has no plan can hold together; ``rules`` are all that could be dropped."""

    def __init__(self, solution: Solution, solver: Solver, progress: Callable[[int], None] | None) -> None:
        assert solution.failed_layer is not None
        self.problem: Problem = solution.problem
        self.number = solution.failed_layer
        self.layer: Layer = self.problem.layers[self.number]
        self.earlier = added_hours(self.problem, solution.done)
        self.service = Service(self.problem, self.layer, self.earlier)
        # Where nobody can drive, dropping that rule leaves the hours, and the way out of account.
        self.minutes = [[t if t < math.inf else 0.0 for t in row] for row in self.service.minutes]
        self.rates = [[rate if rate < math.inf else 0.0 for rate in row] for row in self.service.travel_rate]
        self.solver = solver
        self.progress = progress
        self.solved = 0
        self.answers: dict[tuple[frozenset[Rule], tuple[tuple[Rule, float], ...]], bool] = {}
        self.entries = entries(self.layer)
        ki = [(d.fte, done.layer.employer(d.employer).is_ki) for done in solution.done for d in done.districts]
        later = range(self.number + 1, len(self.problem.layers))
        self.ki_elsewhere = sum((fte for fte, is_ki in ki if is_ki), Fraction(0)) + sum(
            (most_ki_posts(self.problem, number, solver, Deadline(None)) for number in later), Fraction(0)
        )
        self.rules = [
            rule
            for rule in rules_of(self.problem)
            if (rule.layer == self.number and rule.name is not RuleName.ONE_DISTRICT)
            or (rule.name is RuleName.KI_SHARE and self.problem.ki_binding)
        ]
        if self.layer.plan is not None:
            of_sizes = {
                RuleName.KI_SHARE, RuleName.DRIVABLE, RuleName.POSTS, RuleName.MINIMUM_PERSONS, RuleName.MINIMUM_HOURS,
                RuleName.EMPLOYER_MINIMUM, RuleName.EMPLOYER_MAXIMUM, RuleName.CHANGES_MAXIMUM,
            }  # fmt: skip
            self.rules = [rule for rule in self.rules if rule.name in of_sizes]
        # An employer's hubs are a rule where one employer has a list; a town hall of one's own is a fact.
        self.rules = [
            rule
            for rule in self.rules
            if rule.name is not RuleName.HUB
            or (len(self.entries[rule.subject[0]]) == 1 and self.entries[rule.subject[0]][0].hubs is not None)
        ]
        index = self.problem.index
        #: Those whose fewest hours a rule states, by position.
        self.few = {
            rule: tuple(index[ags] for ags in towns_of(rule, self.layer, self.problem))
            for rule in self.rules
            if rule.name is RuleName.MINIMUM_HOURS
        }
        self.needed: dict[tuple[float, ...], list[float]] = {}
        #: The reference districts, of those that take part, by position.
        self.known = [
            frozenset(index[ags] for ags in district) & {*members_of(self.service.taking_part)}
            for district in self.layer.reference or ()
        ]
        #: The pins with the positions of their municipalities.
        self.pins = {
            rule: (pin_of(rule, self.layer), frozenset(index[ags] for ags in rule.subject))
            for rule in self.rules
            if rule.name is RuleName.PIN
        }
        self.kinds: list[tuple[bool, frozenset[int], frozenset[Rule]]] = []
        self.candidates = self._candidates()
        used = {rule for candidate in self.candidates for rule in candidate.breaks}
        by_candidate = {
            RuleName.CONNECTED, RuleName.TOGETHER, RuleName.APART, RuleName.FIXED_EMPLOYER, RuleName.HUB,
            RuleName.DRIVABLE,
        }  # fmt: skip
        self.rules = [rule for rule in self.rules if rule.name not in by_candidate or rule in used]

    # -- candidates ---------------------------------------------------------------------------------------------

    def _kind(self, employer: Employer) -> int:
        limits = frozenset(n for n, limit in enumerate(self.layer.limits) if employer.id in limit.employers)
        fixed = frozenset(
            rule for rule in self.rules if rule.name is RuleName.FIXED_EMPLOYER and employer.id not in rule.subject[1:]
        )
        kind = (employer.is_ki, limits, fixed)
        if kind not in self.kinds:
            self.kinds.append(kind)
        return self.kinds.index(kind)

    def _candidates(self) -> list[Candidate]:
        best: dict[tuple[object, ...], list[Candidate]] = {}
        for candidate in self._all_candidates():
            same = best.setdefault((candidate.covers, candidate.kind, candidate.entry), [])
            if any(_at_least_as_good(other, candidate) for other in same):
                continue
            same[:] = [other for other in same if not _at_least_as_good(candidate, other)] + [candidate]
        return [candidate for same in best.values() for candidate in same]

    def _all_candidates(self) -> Iterator[Candidate]:
        sets = self._sets() if self.layer.plan is None else ()
        for entry, employers in self.entries.items():
            for employer in employers:
                if self.layer.plan is None:
                    for mask in sets:
                        yield from self._of_employer(entry, employer, members_of(mask), None)
                    continue
                for position, row in enumerate(self.layer.plan):
                    if row.employer == employer.id:
                        members = tuple(sorted(self.problem.index[ags] for ags in row.municipalities))
                        yield from self._of_employer(entry, employer, members, position)

    def _sets(self) -> Sequence[int]:
        size, everyone = self.service.size, self.service.taking_part
        connected = self.layer.connected and size > SMALL_COUNTY
        index = self.problem.index
        near = [mask_of(index[o] for o in self.problem.neighbours.get(t.ags, ())) for t in self.problem.municipalities]
        growth = Growth(
            neighbours=near if connected else [everyone] * size,
            inside=everyone,
            outside=0,
            reach=[everyone] * size,
            apart=[0] * size,
            cost=[[0.0] * size] * size,
            budget=0.0,
            detour=[[0.0] * size] * size,
            allowance=[0.0] * size,
            largest=size,
        )
        found = [members for members, _ in itertools.islice(connected_sets(growth), MOST_DISTRICTS + 1)]
        if len(found) > MOST_DISTRICTS:
            raise TooManyDistricts
        return found

    def _of_employer(
        self, entry: str, employer: Employer, members: tuple[int, ...], position: int | None
    ) -> Iterator[Candidate]:
        towns = [self.problem.municipalities[i].ags for i in members]
        broken = set()
        for rule in self.rules if position is None else ():
            pair = set(rule.subject)
            if (
                (rule.name is RuleName.CONNECTED and not is_connected(towns, self.problem))
                or (rule.name is RuleName.TOGETHER and len(pair & set(towns)) == 1)
                or (rule.name is RuleName.APART and pair <= set(towns))
                or (
                    rule.name is RuleName.FIXED_EMPLOYER
                    and rule.subject[0] in towns
                    and employer.id not in rule.subject[1:]
                )
            ):
                broken.add(rule)
        hub_rule = Rule(RuleName.HUB, self.number, (entry,))
        droppable = hub_rule in self.rules
        free = replace(employer, hubs=None) if droppable else employer
        hubs = [b for b in members_of(possible_hubs(free, self.problem)) if employer.base == "office" or b in members]
        row = self.layer.plan[position] if self.layer.plan is not None and position is not None else None
        if row is not None:
            hubs = [self.problem.index[row.hub]] if row.hub else hubs or list(members)
        mask = mask_of(members)
        drivable = Rule(RuleName.DRIVABLE, self.number)
        for b in hubs:
            outside = employer.hubs is not None and self.problem.municipalities[b].ags not in employer.hubs
            broken_here = broken | {rule for rule in self.pins if self._parts_with(rule, employer, members, b)}
            if mask & ~self.service.drivable[b]:
                broken_here.add(drivable)
            yield Candidate(
                covers=members if position is None else (position,),
                kind=self._kind(employer),
                breaks=frozenset(broken_here | {hub_rule}) if droppable and outside else frozenset(broken_here),
                members=members,
                hub=b,
                minutes=max(self.minutes[b][i] for i in members),
                costs=self._costs(members, b),
                entry=entry,
                most=employer.max_municipalities or math.inf,
            )

    def _costs(self, members: tuple[int, ...], hub: int) -> tuple[float, ...]:
        rates = self.rates[hub]
        if any(self.earlier):
            return tuple(1 + rates[i] for i in members) if self.few else ()
        return tuple(math.fsum(1 + rates[i] for i in members if i in towns) for towns in self.few.values())

    def _fewest(self, active: frozenset[Rule], limits: Mapping[Rule, float]) -> tuple[float, ...]:
        """The fewest on-site hours of each municipality under the rules, those of earlier layers deducted."""
        fewest = [0.0] * self.service.size
        for rule, towns in self.few.items():
            if rule in active:
                for i in towns:
                    hours = limits.get(rule, rule.limit or 0.0) - self.earlier[i]
                    fewest[i] = hours if hours > ROUNDING else 0.0
        return tuple(fewest)

    def _hours(self, fewest: tuple[float, ...]) -> list[float]:
        """The hours that each candidate takes at least."""
        if fewest not in self.needed:
            rates = self.rates
            self.needed[fewest] = [
                math.fsum(fewest[i] * (1 + rates[c.hub][i]) for i in c.members) if any(fewest) else 0.0
                for c in self.candidates
            ]
        return self.needed[fewest]

    def _parts_with(self, rule: Rule, employer: Employer, members: tuple[int, ...], hub: int) -> bool:
        """Whether a district with this employer and hub breaks a pin, its size and the other pins left aside."""
        pin, towns = self.pins[rule]
        if towns.isdisjoint(members):
            return False
        other_hub = pin.hub is not None and self.problem.index[pin.hub] != hub
        return not towns <= set(members) or pin.employer not in (None, employer.id) or other_hub

    def _pinned(self, covers: tuple[int, ...], active: frozenset[Rule]) -> list[Pin]:
        """The pins, of those that hold, whose municipalities are in a district."""
        return [pin for rule, (pin, towns) in self.pins.items() if rule in active and not towns.isdisjoint(covers)]

    # -- feasibility ----------------------------------------------------------------------------------------------

    def holds(self, rules: Iterable[Rule], limits: Mapping[Rule, float] | None = None) -> bool:
        """Whether the rules can hold together, some with other limits than their own."""
        active = frozenset(rules)
        key = (active, tuple(sorted((limits or {}).items(), key=lambda item: self.rules.index(item[0]))))
        if key not in self.answers:
            self.answers[key] = self.best(active, limits or {}, None) is not None
        return self.answers[key]

    def best(
        self,
        active: frozenset[Rule],
        limits: Mapping[Rule, float],
        objective: Callable[[Parts], pulp.LpAffineExpression] | None,
        *,
        extra: Callable[[Parts], Iterable[pulp.LpConstraint]] | None = None,
    ) -> float | None:
        """The least value of an objective under the rules; 0 without one; ``None`` where they cannot hold."""
        self.solved += 1
        if self.progress:
            self.progress(self.solved)
        model = pulp.LpProblem("rules", pulp.LpMinimize)
        parts = self._parts(model, active, limits)
        if parts is None:
            return None
        goal = objective(parts) if objective else pulp.LpAffineExpression()
        model.setObjective(goal)
        for constraint in [*self._constraints(parts, active, limits), *(extra(parts) if extra else ())]:
            model.addConstraint(constraint)
        outcome = run(model, self.solver, Deadline(_LONGEST))
        if outcome.termination is Termination.INFEASIBLE:
            return None
        if outcome.termination is not Termination.OPTIMAL:
            raise SolverError(f"{self.solver.value}: {outcome.termination.value}")
        return float(goal.value() or 0.0)

    def _limit(self, name: RuleName, active: frozenset[Rule], limits: Mapping[Rule, float]) -> float | None:
        rule = next((rule for rule in active if rule.name is name), None)
        return None if rule is None else limits.get(rule, rule.limit)

    def _parts(self, model: pulp.LpProblem, active: frozenset[Rule], limits: Mapping[Rule, float]) -> Parts | None:
        drive = self._limit(RuleName.MAX_DRIVE, active, limits)
        # An employer's own figure counts; a laxer one that is tried out counts for all who share the entry.
        largest = {
            rule.subject[0]: limits.get(rule, 0.0) for rule in active if rule.name is RuleName.MAX_MUNICIPALITIES
        }
        fewest = self._fewest(active, limits)
        needed = self._hours(fewest)
        ordered = sorted(self._sizes(active, limits, max(needed, default=0.0)).items())
        rising = all(one[1] <= two[1] for one, two in itertools.pairwise(ordered))
        cheapest: dict[tuple[tuple[int, ...], int], float] = {}
        for c, hours_needed in zip(self.candidates, needed, strict=True):
            if c.breaks & active or (c.entry in largest and len(c.members) > max(c.most, largest[c.entry])):
                continue
            if drive is not None and c.minutes > drive:
                continue
            key = (c.covers, c.kind)
            cheapest[key] = min(hours_needed, cheapest.get(key, math.inf))
        required = self._required(fewest, active)
        lost = self._lost(required)
        chosen: list[Team] = []
        settled: set[int] = set()
        for (covers, kind), hours_needed in cheapest.items():
            pins = self._pinned(covers, active)
            if len(pins) > 1:
                continue
            possible = [units for units, hours in ordered if hours >= hours_needed - ROUNDING]
            if pins and pins[0].fte is not None:
                possible = [units for units in possible if units * self.layer.step == pins[0].fte]
            for units in possible[:1] if rising else possible:
                for change in self._changes(covers, lost):
                    if pins and pins[0].fte is not None:
                        settled.add(len(chosen))
                    chosen.append(Team(covers, kind, units, *change))
        if not required <= {i for team in chosen for i in team.covers}:
            return None
        variables = [model.add_variable(f"x{j}", 0, 1, "Integer") for j in range(len(chosen))]
        more = [model.add_variable(f"more{k}", 0, None, "Integer") for k in range(len(self.kinds))] if rising else []
        return Parts(tuple(chosen), tuple(variables), tuple(more), required, frozenset(settled), len(lost))

    def _lost(self, required: frozenset[int]) -> frozenset[int]:
        """Who changes against the reference unless a district serves them: not everyone has to be served."""
        known = frozenset(i for district in self.known for i in district)
        if self.layer.plan is None:
            return known - required
        return known - {self.problem.index[ags] for row in self.layer.plan for ags in row.municipalities}

    def _changes(self, covers: tuple[int, ...], lost: frozenset[int]) -> Iterator[tuple[int | None, int]]:
        """The reference districts that a district can continue, and none, with by how many more then change."""
        if self.layer.most_changes is None:
            yield None, 0
            return
        row = None if self.layer.plan is None else self.layer.plan[covers[0]]
        members = set(covers) if row is None else {self.problem.index[ags] for ags in row.municipalities}
        anyway = len(members & lost)
        yield None, len(members) - anyway
        for k, district in enumerate(self.known):
            if not members.isdisjoint(district):
                yield k, len(members - district) - anyway

    def _required(self, fewest: Sequence[float], active: frozenset[Rule]) -> frozenset[int]:
        """What is covered exactly once; whoever needs no team is covered at most once."""
        if self.layer.plan is not None:
            return frozenset(range(len(self.layer.plan)))
        weights = self.service.weights
        pinned = frozenset(i for rule, (_, towns) in self.pins.items() if rule in active for i in towns)
        needy = (i for i in members_of(self.service.taking_part) if weights[i] > 0 or fewest[i] > 0)
        return pinned.union(needy)

    def _sizes(self, active: frozenset[Rule], limits: Mapping[Rule, float], dearest: float) -> dict[int, float]:
        # Units of posts that a team may have, with its hours. Without a total, as many as any team could need.
        persons = self._limit(RuleName.MINIMUM_PERSONS, active, limits) or 1
        step = self.layer.step
        if self._limit(RuleName.POSTS, active, limits) is not None:
            most = self.layer.units
        else:
            gain = max(self.layer.hours_per_week - self.layer.coordination_hours, 1.0)
            most = self.layer.units + math.ceil((persons + dearest / gain + 1) / step)
        return {
            units: self.service.hours_to_spend(units * step)
            for units in range(1, most + 1)
            if math.ceil(units * step) >= persons and self.service.hours_to_spend(units * step) >= 0
        }

    def _constraints(
        self, parts: Parts, active: frozenset[Rule], limits: Mapping[Rule, float]
    ) -> Iterator[pulp.LpConstraint]:
        covering: dict[int, list[pulp.LpVariable]] = {i: [] for i in sorted(parts.required)}
        continuing: dict[int, list[pulp.LpVariable]] = {}
        for team, variable in zip(parts.chosen, parts.variables, strict=True):
            for i in team.covers:
                covering.setdefault(i, []).append(variable)
            if team.continues is not None:
                continuing.setdefault(team.continues, []).append(variable)
        for entries_ in continuing.values():
            yield pulp.lpSum(entries_) <= 1
        for i, entries_ in covering.items():
            yield pulp.lpSum(entries_) == 1 if i in parts.required else pulp.lpSum(entries_) <= 1
        for kind, more in enumerate(parts.more):
            yield more <= 1000 * self.layer.units * parts.growing(kind)
        step = self.layer.step
        for rule in sorted(active, key=self.rules.index):
            limit = limits.get(rule, rule.limit or 0.0)
            match rule.name:
                case RuleName.POSTS:
                    yield parts.units() == round(limit / step)
                case RuleName.DISTRICTS_MINIMUM:
                    yield parts.districts() >= limit
                case RuleName.DISTRICTS_MAXIMUM:
                    yield parts.districts() <= limit
                case RuleName.EMPLOYER_MINIMUM:
                    yield parts.units(self.limited(rule)) >= math.ceil(limit / step - 1e-9)
                case RuleName.EMPLOYER_MAXIMUM:
                    yield parts.units(self.limited(rule)) <= math.floor(limit / step + 1e-9)
                case RuleName.CHANGES_MAXIMUM:
                    yield parts.changes() <= limit
                case RuleName.KI_SHARE:
                    share = self.problem.ki_minimum if rule not in limits else Fraction(limit)
                    others = self.problem.placed_posts - self.layer.total
                    least = (share * others - self.ki_elsewhere) / step
                    yield parts.units(self.ki()) - float(share) * parts.units() >= float(least) - 1e-6
                case _:
                    pass

    def limited(self, rule: Rule) -> set[int]:
        number = next(n for n, limit in enumerate(self.layer.limits) if limit.id == rule.subject[0])
        return {kind for kind, (_, limits, _) in enumerate(self.kinds) if number in limits}

    def ki(self) -> set[int]:
        return {kind for kind, (is_ki, _, _) in enumerate(self.kinds) if is_ki}


@dataclass(frozen=True, slots=True)
class Team:
    """A district with the least posts that it needs, as one that continues a reference district or none.

    ``changed`` is by how many municipalities more change than if nobody were served who need not be.
    """

    covers: tuple[int, ...]
    kind: int
    units: int
    continues: int | None
    changed: int


@dataclass(frozen=True)
class Parts:
    """The variables of one question, and the sums that rules speak of. The sizes of ``settled`` choices are pinned.

    ``always`` is how many change if nobody is served who need not be.
    """

    chosen: tuple[Team, ...]
    variables: tuple[pulp.LpVariable, ...]
    more: tuple[pulp.LpVariable, ...]
    required: frozenset[int]
    settled: frozenset[int]
    always: int

    def districts(self, kinds: set[int] | None = None) -> pulp.LpAffineExpression:
        """Number of districts."""
        mine = zip(self.chosen, self.variables, strict=True)
        return pulp.lpSum(variable for team, variable in mine if kinds is None or team.kind in kinds)

    def changes(self) -> pulp.LpAffineExpression:
        """Number of municipalities that change against the reference."""
        mine = zip(self.chosen, self.variables, strict=True)
        return pulp.LpAffineExpression([(variable, team.changed) for team, variable in mine], self.always)

    def growing(self, kind: int) -> pulp.LpAffineExpression:
        """Number of districts of a kind whose teams may have more posts than they need; pinned sizes are settled."""
        mine = enumerate(zip(self.chosen, self.variables, strict=True))
        return pulp.lpSum(v for j, (team, v) in mine if team.kind == kind and j not in self.settled)

    def units(self, kinds: set[int] | None = None) -> pulp.LpAffineExpression:
        """Units of posts."""
        mine = zip(self.chosen, self.variables, strict=True)
        teams = [(variable, team.units) for team, variable in mine if kinds is None or team.kind in kinds]
        more = [(variable, 1) for kind, variable in enumerate(self.more) if kinds is None or kind in kinds]
        return pulp.LpAffineExpression(teams + more)


def _at_least_as_good(one: Candidate, other: Candidate) -> bool:
    if one.most < other.most:
        return False
    cheaper = all(mine <= others for mine, others in zip(one.costs, other.costs, strict=True))
    return one.breaks <= other.breaks and one.minutes <= other.minutes and cheaper
