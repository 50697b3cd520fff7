"""The test oracle: the model of docs/methode.md worked out by exhaustive means, slow and plain.

It shares no code with the program: of ``optimizer`` it knows only the input (``optimizer.problem``).
Every admissible column of a layer is built, then every plan is looked at: by dynamic programming over subsets
(:func:`best_layer`, up to some eleven municipalities) or one by one (:func:`all_plans`, tiny counties).

Layers are solved in order, so a layer's best values depend on the earlier layers' plans. The caller passes those
plans' on-site hours and posts at the KI, both of which :func:`evaluate_plan` gives for any plan.
Hours are per week, posts are FTE as exact fractions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from optimizer.problem import Ags, Employer, GivenDistrict, Layer, PostLimit, Problem

TIE = 1e-9  # relative: two hubs whose levels differ by less are equally good
SLACK = 1e-9  # absolute: what rounding may add to a sum of hours or a coverage
BUDGET_HOURS = 0.001  # shortfall that stage 3 may give away
ROUNDING = 1e-11  # absolute: what tells two sums of hours apart
NO_HOURS: Mapping[Ags, float] = {}
NO_POSTS = Fraction(0)


@dataclass(frozen=True, slots=True)
class Team:
    """A team in its district. ``hours`` on site per municipality of ``towns`` (AGS order).

    ``level`` is hours per unit of key, ``None`` where a given team cannot serve its district in full. ``changes`` is
    the cost of who changes in it, where it is thought to continue a certain reference district or none.
    """

    employer: str
    towns: tuple[Ags, ...]
    fte: Fraction
    hub: Ags
    level: float | None
    hours: tuple[float, ...]
    travel_hours: float
    coverage: float
    shortfall: float
    changes: float = 0.0

    def row(self) -> GivenDistrict:
        """The team as a row of a plan."""
        return GivenDistrict(self.employer, self.towns, self.fte, self.hub)


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """A plan of one layer; coverage and shortfall count the existing hours and all layers up to this one.

    ``changed`` are the municipalities that change against the reference, ``changes`` what that costs.
    """

    teams: tuple[Team, ...]
    hours: Mapping[Ags, float]
    coverage: Mapping[Ags, float]
    lowest_coverage: float
    shortfall: float
    travel_hours: float
    changed: frozenset[Ags]
    changes: float
    ki_posts: Fraction


@dataclass(frozen=True, slots=True)
class Best:
    """The best values of a layer's stages. ``third`` is the cost of changes with a reference, else travel hours.

    ``plan`` reaches ``shortfall`` and ``third`` (but for what the tolerances allow); among equals any.
    """

    lowest_coverage: float
    shortfall: float
    third: float
    plan: LayerPlan


def level(needs: Sequence[tuple[float, float, float]], minimum: float | Sequence[float], hours: float) -> float | None:
    """The largest ``r`` with ``sum max(minimum, r w - s) (1 + o) <= hours``; ``None``: the minimum does not fit.

    ``needs``: ``(w, s, o)`` per municipality; ``minimum``: of all, or of each. Infinite where no municipality has
    weight.
    """
    least = list(minimum) if isinstance(minimum, Sequence) else [minimum] * len(needs)
    room = hours - sum(m * (1 + travel) for (_, _, travel), m in zip(needs, least, strict=True))
    if hours < -SLACK or room < -SLACK:
        return None
    # Whichever municipalities A are thought to lie above the minimum, r is at most the level at which they use up the
    # hours: the left side is the largest of these sums over all A. The binding A is a prefix in order of (s + m) / w.
    room, weight, bound = max(room, 0.0), 0.0, math.inf
    needy = [(w, s, o, m) for (w, s, o), m in zip(needs, least, strict=True) if w > 0]
    for w, s, travel, m in sorted(needy, key=lambda need: (need[1] + need[3]) / need[0]):
        room += (s + m) * (1 + travel)
        weight += w * (1 + travel)
        bound = min(bound, room / weight)
    return bound


def fair_level(problem: Problem) -> float:
    """``R``, hours per unit of key if no hour of the scenario's posts were lost."""
    if problem.stated_level is not None:
        return problem.stated_level
    offered = sum(float(layer.total) * layer.hours_per_week for layer in problem.layers)
    fair = level([(town.weight, town.existing_hours, 0.0) for town in problem.municipalities], 0.0, offered)
    assert fair is not None
    return fair


class _Situation:
    """One layer of a problem with what the municipalities have before it."""

    def __init__(self, problem: Problem, layer_index: int, earlier_hours: Mapping[Ags, float]) -> None:
        self.problem = problem
        self.layer: Layer = problem.layers[layer_index]
        self.towns = tuple(sorted(town.ags for town in problem.municipalities))
        self.weight = {town.ags: town.weight for town in problem.municipalities}
        self.supply = {t.ags: t.existing_hours + earlier_hours.get(t.ags, 0.0) for t in problem.municipalities}
        self.present = tuple(sorted(town.ags for town in problem.municipalities if town.taking_part))
        self.least = {ags: self.still_to_give(ags, earlier_hours) for ags in self.towns}
        # Who has no need and gets no hours needs no team.
        self.free = {ags for ags in self.present if not self.weight[ags] and not self.least[ags]}
        fair = fair_level(problem)
        self.fair = {ags: fair * weight for ags, weight in self.weight.items()}
        self.ki = {employer.id for employer in self.layer.employers if employer.is_ki}

    def still_to_give(self, town: Ags, earlier_hours: Mapping[Ags, float]) -> float:
        least = self.layer.minimum_hours_of.get(town, self.layer.minimum_hours) - earlier_hours.get(town, 0.0)
        return least if town in self.present and least > SLACK else 0.0

    def minutes(self, hub: Ags, town: Ags) -> float:
        return 0.0 if hub == town else self.problem.minutes.get((hub, town), math.inf)

    def travel(self, hub: Ags, town: Ags) -> float:
        return 2 * self.minutes(hub, town) / 60 / self.layer.block_hours

    def budget(self, fte: Fraction) -> float:
        return float(fte) * self.layer.hours_per_week - self.layer.coordination_hours * math.ceil(fte)

    def change_cost(self, towns: Iterable[Ags]) -> float:
        return sum(1 + self.weight[ags] / 2 for ags in towns)

    def changed(self, districts: Sequence[Sequence[Ags]]) -> frozenset[Ags]:
        """Who changes against the reference: the least of all ways in which districts may continue others."""
        reference = self.layer.reference
        if reference is None:
            return frozenset()
        concerned = {ags for d in (*districts, *reference) for ags in d if ags in self.present}
        ways: list[tuple[int, ...]] = [()]
        for _ in districts:
            # A number beyond the reference: none is continued.
            ways = [(*way, k) for way in ways for k in range(len(reference) + 1) if k == len(reference) or k not in way]
        found = []
        for way in ways:
            kept = {
                ags
                for towns, k in zip(districts, way, strict=True)
                if k < len(reference)
                for ags in towns
                if ags in reference[k]
            }
            found.append(sorted(concerned - kept))
        return frozenset(min(found, key=lambda towns: (len(towns), round(sum(map(self.weight.get, towns)), 12), towns)))

    def figures(self, towns: Sequence[Ags], hours: Mapping[Ags, float]) -> tuple[float, float]:
        """Lowest coverage and shortfall of the towns with these on-site hours."""
        served = [ags for ags in towns if self.weight[ags] > 0]
        lowest = min(((self.supply[t] + hours.get(t, 0.0)) / self.fair[t] for t in served), default=math.inf)
        return lowest, sum(max(0.0, self.fair[ags] - self.supply[ags] - hours.get(ags, 0.0)) for ags in served)

    def team(self, employer: str, towns: tuple[Ags, ...], fte: Fraction, hub: Ags, hours: Mapping[Ags, float],
             reached: float | None) -> Team:  # fmt: skip
        coverage, shortfall = self.figures(towns, hours)
        travel = sum(hours[ags] * self.travel(hub, ags) for ags in towns if hours[ags])
        by_town = tuple(hours[ags] for ags in towns)
        return Team(employer, towns, fte, hub, reached, by_town, travel, coverage, shortfall)

    def serve(self, employer: str, towns: tuple[Ags, ...], fte: Fraction, hubs: Sequence[Ags]) -> Team | None:
        """The team at the best of these hubs, ``None`` where it can serve the district from none of them."""
        least = [self.least[ags] for ags in towns]
        levels: dict[Ags, float] = {}
        for hub in hubs:
            if any(self.minutes(hub, ags) == math.inf for ags in towns):
                continue
            needs = [(self.weight[ags], self.supply[ags], self.travel(hub, ags)) for ags in towns]
            reached = level(needs, least, self.budget(fte))
            if reached is not None:
                levels[hub] = reached
        if not levels:
            return None
        hub = _lowest_of_best(levels)
        hours = {
            ags: max(m, levels[hub] * self.weight[ags] - self.supply[ags]) if self.weight[ags] else m
            for ags, m in zip(towns, least, strict=True)
        }
        return self.team(employer, towns, fte, hub, hours, levels[hub])

    def serve_as_given(self, row: GivenDistrict) -> Team:
        """The team of a row with ``fte``; where the minimum does not fit, all hours are the minimum scaled down.

        Where no hub can drive to all, the first of those that can drive to most serves these alone.
        """
        assert row.fte is not None
        towns, hubs = tuple(sorted(row.municipalities)), self.hubs_of_row(row)
        reached = {hub: tuple(ags for ags in towns if self.minutes(hub, ags) < math.inf) for hub in hubs}
        most = max(map(len, reached.values()))
        if most < len(towns):
            hub = min(hub for hub in hubs if len(reached[hub]) == most)
            hours = dict.fromkeys(towns, 0.0)
            if reached[hub]:
                part = self.serve_as_given(GivenDistrict(row.employer, reached[hub], row.fte, hub))
                hours |= dict(zip(part.towns, part.hours, strict=True))
            return self.team(row.employer, towns, row.fte, hub, hours, None)
        hubs = [hub for hub in hubs if len(reached[hub]) == most]
        team = self.serve(row.employer, towns, row.fte, hubs)
        if team is not None:
            return team
        parts = {}
        for hub in hubs:
            needed = sum(self.least[ags] * (1 + self.travel(hub, ags)) for ags in towns)
            parts[hub] = max(0.0, self.budget(row.fte)) / needed if needed > 0 else 0.0
        hub = _lowest_of_best(parts)
        hours = {ags: self.least[ags] * parts[hub] for ags in towns}
        return self.team(row.employer, towns, row.fte, hub, hours, None)

    def within_drive(self, hub: Ags, towns: Sequence[Ags]) -> bool:
        longest = self.layer.max_drive_minutes
        drives = [self.minutes(hub, ags) for ags in towns] or [0.0]
        return max(drives) < math.inf and (longest is None or max(drives) <= longest)

    def allowed_hubs(self, employer: Employer, towns: Sequence[Ags]) -> list[Ags]:
        here = [town for town in towns if town in self.present]
        desks = [employer.office] if employer.base == "office" and employer.office else here
        return [
            hub for hub in desks if (employer.hubs is None or hub in employer.hubs) and self.within_drive(hub, towns)
        ]

    def hubs_of_row(self, row: GivenDistrict) -> list[Ags]:
        """The hubs that a given district may have: the stated one, else the allowed ones, else any that there is."""
        employer = self.layer.employer(row.employer)
        if row.hub is not None:
            return [row.hub]
        allowed = self.allowed_hubs(employer, row.municipalities)
        if allowed:
            return allowed
        # A fixed office stays the hub even where it lies too far away; so do the employer's own places.
        if employer.base == "office" and employer.office:
            return [employer.office]
        here = [town for town in row.municipalities if town in self.present]
        own = [town for town in here if employer.hubs is None or town in employer.hubs]
        return own or list(row.municipalities)

    def each_once(self, covered: Sequence[Ags]) -> bool:
        times = {ags: covered.count(ags) for ags in self.present}
        return all(n == 1 or (n == 0 and ags in self.free) for ags, n in times.items())

    def connected(self, towns: Sequence[Ags]) -> bool:
        reached, border = {towns[0]}, [towns[0]]
        while border:
            found = (self.problem.neighbours.get(border.pop(), frozenset()) & set(towns)) - reached
            reached |= found
            border += found
        return len(reached) == len(set(towns))

    def plan(self, teams: Sequence[Team]) -> LayerPlan:
        """All figures of the layer; a municipality in no district gets no hours, one in several gets the sum."""
        hours = dict.fromkeys(self.towns, 0.0)
        teams = [replace(team, changes=0.0) for team in teams if team.fte > 0]
        for team in teams:
            for ags, amount in zip(team.towns, team.hours, strict=True):
                hours[ags] += amount
        lowest, shortfall = self.figures(self.towns, hours)
        coverage = {t: (self.supply[t] + hours[t]) / self.fair[t] for t in self.towns if self.weight[t] > 0}
        travel, changed = sum(team.travel_hours for team in teams), self.changed([team.towns for team in teams])
        cost, ki_posts = self.change_cost(changed), self.ki_posts(teams)
        return LayerPlan(tuple(teams), hours, coverage, lowest, shortfall, travel, changed, cost, ki_posts)

    def third(self, team: Team) -> float:
        return team.travel_hours if self.layer.reference is None else team.changes

    def third_of(self, plan: LayerPlan) -> float:
        return plan.travel_hours if self.layer.reference is None else plan.changes

    def copies(self, team: Team) -> list[tuple[int, int, Team]]:
        """The team as one of a new district (number -1), and for each reference district that it can continue.

        With how many change. Who is in no district (a team without posts) changes where the reference has a district.
        """
        reference = self.layer.reference
        if reference is None:
            return [(-1, 0, team)]
        if team.fte == 0:
            known = [ags for ags in team.towns if any(ags in district for district in reference)]
            return [(-1, len(known), replace(team, changes=self.change_cost(known)))]
        found = []
        for k, district in enumerate((*reference, frozenset[Ags]())):
            moving = [ags for ags in team.towns if ags not in district]
            if k == len(reference) or len(moving) < len(team.towns):
                number = k if k < len(reference) else -1
                found.append((number, len(moving), replace(team, changes=self.change_cost(moving))))
        return found

    def too_many_change(self, districts: Sequence[Sequence[Ags]]) -> bool:
        most = self.layer.changes_maximum
        return most is not None and len(self.changed(districts)) > most

    def ki_posts(self, teams: Sequence[Team]) -> Fraction:
        return sum((team.fte for team in teams if team.employer in self.ki), Fraction(0))


def _lowest_of_best(values: Mapping[Ags, float]) -> Ags:
    best = max(values.values())
    return min(hub for hub, value in values.items() if value >= best * (1 - TIE))


def columns(problem: Problem, layer_index: int, earlier_hours: Mapping[Ags, float] = NO_HOURS) -> list[Team]:
    """Every district, employer and team size that the rules of a layer without a plan admit, each at its best hub."""
    return _columns(_Situation(problem, layer_index, earlier_hours))


def _columns(at: _Situation) -> list[Team]:
    layer = at.layer
    found: list[Team] = []
    for count in range(1, len(at.present) + 1):
        for towns in combinations(at.present, count):
            if _torn(layer, towns) or _crowded(layer, towns) or (layer.connected and not at.connected(towns)):
                continue
            for employer in layer.employers:
                if _excluded(layer, employer, towns):
                    continue
                hubs = at.allowed_hubs(employer, towns)
                found += [
                    team for fte in _sizes(layer) if (team := at.serve(employer.id, towns, fte, hubs)) is not None
                ]
    return found


def _sizes(layer: Layer) -> list[Fraction]:
    sizes = [layer.step * units for units in range(1, layer.units + 1)]
    return [fte for fte in sizes if math.ceil(fte) >= layer.minimum_persons]


def _torn(layer: Layer, towns: Sequence[Ags]) -> bool:
    return any((a in towns) != (b in towns) for a, b in layer.together)


def _crowded(layer: Layer, towns: Sequence[Ags]) -> bool:
    return any(a in towns and b in towns for a, b in layer.apart)


def _excluded(layer: Layer, employer: Employer, towns: Sequence[Ags]) -> bool:
    too_many = employer.max_municipalities is not None and len(towns) > employer.max_municipalities
    return too_many or any(employer.id not in layer.fixed_employers.get(ags, {employer.id}) for ags in towns)


# What a plan is put together from: each item (municipality, or row of a plan without team sizes) in exactly one team.
_Items = frozenset[int]
_State = tuple[int, ...]
_Label = tuple[float, float, tuple[Team, ...]]


def _choices(at: _Situation) -> tuple[int, list[tuple[_Items, Team]]]:
    """The number of items and, for each admissible team, the items that it covers.

    Where a municipality may be in no district, one "team" without posts covers it alone.
    """
    rows, layer = at.layer.plan, at.layer
    if rows is None:
        nobody = [Team("", (ags,), NO_POSTS, ags, None, (0.0,), 0.0, math.inf, 0.0) for ags in sorted(at.free)]
        teams = [*_columns(at), *nobody]
        return len(at.present), [(frozenset(map(at.present.index, team.towns)), team) for team in teams]
    if len({ags for row in rows for ags in row.municipalities}) < sum(len(row.municipalities) for row in rows):
        raise ValueError("the oracle sizes teams only of districts that do not overlap")
    found: list[tuple[_Items, Team]] = []
    for place, row in enumerate(rows):
        for fte in _sizes(layer):
            team = at.serve(row.employer, tuple(sorted(row.municipalities)), fte, at.hubs_of_row(row))
            if team is not None:
                found.append((frozenset([place]), team))
    return len(rows), found


class Stages:
    """The stages of a layer, by dynamic programming: its state is what is covered and what is counted.

    ``ki_posts`` is the least that this layer must place at the KI. Each team covers the first item not yet covered.
    """

    def __init__(
        self,
        problem: Problem,
        layer_index: int,
        earlier_hours: Mapping[Ags, float] = NO_HOURS,
        ki_posts: Fraction = NO_POSTS,
    ) -> None:
        self.at = at = _Situation(problem, layer_index, earlier_hours)
        layer, (items, choices) = at.layer, _choices(at)
        # Per counter: whose posts (None: districts), the least, and the most where there is one; all in steps.
        everyone = frozenset(employer.id for employer in layer.employers)
        counters: list[tuple[frozenset[str] | None, int, int | None]] = [(everyone, layer.units, layer.units)]
        if layer.plan is None:
            counters.append((None, layer.districts_minimum, layer.districts_maximum))
        for limit in layer.limits:
            highest = None if limit.maximum is None else math.floor(limit.maximum / layer.step)
            counters.append((limit.employers, math.ceil(limit.minimum / layer.step), highest))
        counters.append((frozenset(at.ki), math.ceil(ki_posts / layer.step), None))
        counters = [counter for counter in counters if counter[1] > 0 or counter[2] is not None]
        self.bounds = [(least, most) for _, least, most in counters]
        # Each reference district once; and who changes, also those whom the given districts leave out.
        references = len(layer.reference or ())
        given = {ags for row in layer.plan or () for ags in row.municipalities}
        outside = [ags for ags in at.towns if layer.plan is not None and ags not in given]
        gone = [ags for ags in outside if ags in at.present and any(ags in d for d in layer.reference or ())]
        self.changes_outside = at.change_cost(gone)
        self.bounds += [(0, 1)] * references
        if layer.changes_maximum is not None:
            self.bounds.append((0, layer.changes_maximum - len(gone)))
        self.start: _State = (0,) * len(self.bounds)
        self.full = (1 << items) - 1
        self.options: dict[int, list[tuple[int, _State, Team]]] = {item: [] for item in range(items)}
        for covered, team in choices:
            steps, mask = int(team.fte / layer.step), sum(1 << item for item in covered)
            counted = tuple(
                int(team.fte > 0) if whose is None else steps if team.employer in whose else 0
                for whose, _, _ in counters
            )
            for number, moving, copy in at.copies(team):
                changing = [int(k == number) for k in range(references)]
                changing += [moving] if layer.changes_maximum is not None else []
                self.options[_first(mask)].append((mask, (*counted, *changing), copy))
        self.coverage_outside, self.shortfall_outside = at.figures(outside, NO_HOURS)

    def highest_coverage(self) -> float | None:
        """Stage 1: the highest lowest coverage, ``None`` where there is no plan."""
        negative = _Completion(self, lambda team: -team.coverage, max, -math.inf)(0, self.start)
        return None if negative == math.inf else min(-negative, self.coverage_outside)

    def least_shortfall(self, coverage: float) -> float:
        """Stage 2: the smallest shortfall with at least this coverage in each district; infinite where none has it."""
        return self._shortfall(coverage)(0, self.start) + self.shortfall_outside

    def least_third(self, coverage: float, shortfall: float) -> tuple[float, LayerPlan] | None:
        """Stage 3: the least cost of changes (with a reference, else travel hours) of the plans with at least this
        coverage in each district and at most this shortfall, and one such plan; ``None`` where there is none."""
        rest = self._shortfall(coverage)
        # Per state the choices so far of which none is better in both sums: shortfall, third, teams.
        reached: dict[int, dict[_State, list[_Label]]] = {0: {self.start: [(self.shortfall_outside, 0.0, ())]}}
        for mask in range(self.full):
            for state, labels in reached.pop(mask, {}).items():
                for covered, counted, team in self.options[_first(~mask)]:
                    after = None if covered & mask or team.coverage < coverage else self.after(state, counted)
                    to_come = math.inf if after is None else rest(mask | covered, after)
                    for label in labels:
                        if after is not None and label[0] + team.shortfall + to_come <= shortfall:
                            more = (label[0] + team.shortfall, label[1] + self.at.third(team), (*label[2], team))
                            _keep(reached.setdefault(mask | covered, {}).setdefault(after, []), more)
        last = [label for labels in reached.get(self.full, {}).values() for label in labels]
        if not last:
            return None
        _, third, teams = min(last, key=lambda label: label[1])
        return third + (0.0 if self.at.layer.reference is None else self.changes_outside), self.at.plan(teams)

    def most_ki_posts(self) -> Fraction | None:
        """The most posts that a plan can place at the KI, ``None`` where there is no plan."""
        elsewhere = _Completion(self, lambda team: 0.0 if team.employer in self.at.ki else float(team.fte), _add, 0.0)
        least = elsewhere(0, self.start)
        return (
            None if least == math.inf else self.at.layer.total - round(least / self.at.layer.step) * self.at.layer.step
        )

    def after(self, state: _State, counted: _State) -> _State | None:
        """The counts with one more team; ``None`` where a most is passed. Beyond a lone least they do not matter."""
        sums = []
        for value, more, (least, most) in zip(state, counted, self.bounds, strict=True):
            if most is not None and value + more > most:
                return None
            sums.append(value + more if most is not None else min(least, value + more))
        return tuple(sums)

    def _shortfall(self, coverage: float) -> _Completion:
        return _Completion(self, lambda team: team.shortfall if team.coverage >= coverage else math.inf, _add, 0.0)


def _first(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _add(a: float, b: float) -> float:
    return a + b


def _keep(labels: list[_Label], new: _Label) -> None:
    # Sums that differ by rounding alone count as equal, or ties would multiply the labels.
    if not any(old[0] <= new[0] + ROUNDING and old[1] <= new[1] + ROUNDING for old in labels):
        labels[:] = [old for old in labels if old[0] < new[0] or old[1] < new[1]]
        labels.append(new)


class _Completion:
    """The least cost of completing a plan from what is covered and counted; infinite where nothing does.

    ``join`` is the sum (costs not negative) or the maximum: never below the cost of a single team.
    """

    def __init__(
        self, stages: Stages, cost: Callable[[Team], float], join: Callable[[float, float], float], empty: float
    ) -> None:
        self.stages, self.join, self.empty = stages, join, empty
        self.known: dict[tuple[int, _State], float] = {}
        self.costs: dict[int, list[tuple[float, int, _State]]] = {}
        for bit, options in stages.options.items():
            priced = [(cost(team), mask, counted) for mask, counted, team in options]
            self.costs[bit] = sorted(entry for entry in priced if entry[0] < math.inf)

    def __call__(self, mask: int, state: _State) -> float:
        key = (mask, state)
        if key not in self.known:
            self.known[key] = self._least(mask, state)
        return self.known[key]

    def _least(self, mask: int, state: _State) -> float:
        if mask == self.stages.full:
            enough = all(value >= least for value, (least, _) in zip(state, self.stages.bounds, strict=True))
            return self.empty if enough else math.inf
        lowest = math.inf
        for cost, covered, counted in self.costs[_first(~mask)]:
            if cost >= lowest:
                break
            after = None if covered & mask else self.stages.after(state, counted)
            if after is not None:
                lowest = min(lowest, self.join(cost, self(mask | covered, after)))
        return lowest


def most_ki_posts(problem: Problem, layer_index: int) -> Fraction | None:
    """The most posts that a plan of the layer can place at the KI, ``None`` where the layer has no plan.

    The KI share itself is left aside, and so are the hours of earlier layers, which leave fewer minimum hours.
    """
    at = _Situation(problem, layer_index, NO_HOURS)
    if at.layer.evaluated_only:
        return at.ki_posts([at.serve_as_given(row) for row in at.layer.plan or ()])
    return Stages(problem, layer_index).most_ki_posts()


def ki_posts_needed(problem: Problem, layer_index: int, earlier_ki_posts: Fraction = NO_POSTS) -> Fraction:
    """The posts that the layer must place at the KI so that the share stays reachable, be it binding or not.

    A later layer without any plan counts as placing none.
    """
    later = [most_ki_posts(problem, k) or NO_POSTS for k in range(layer_index + 1, len(problem.layers))]
    total = sum((_placed(layer) for layer in problem.layers), NO_POSTS)
    return problem.ki_minimum * total - earlier_ki_posts - sum(later, NO_POSTS)


def _placed(layer: Layer) -> Fraction:
    """The posts of a layer, or those that its plan has where that is given in full."""
    rows = layer.plan or ()
    return sum((row.fte or NO_POSTS for row in rows), NO_POSTS) if rows and rows[0].fte else layer.total


def best_layer(
    problem: Problem,
    layer_index: int,
    earlier_hours: Mapping[Ags, float] = NO_HOURS,
    earlier_ki_posts: Fraction = NO_POSTS,
) -> Best | None:
    """The best values of the layer's stages and a plan that has them, ``None`` where no plan keeps the rules.

    ``earlier_hours``: on-site hours of all earlier layers. A plan given in full is evaluated and never ``None``.
    """
    at = _Situation(problem, layer_index, earlier_hours)
    if at.layer.evaluated_only:
        plan = at.plan([at.serve_as_given(row) for row in at.layer.plan or ()])
        return Best(plan.lowest_coverage, plan.shortfall, at.third_of(plan), plan)
    needed = ki_posts_needed(problem, layer_index, earlier_ki_posts) if problem.ki_binding else NO_POSTS
    stages = Stages(problem, layer_index, earlier_hours, needed)
    highest = stages.highest_coverage()
    if highest is None:
        return None
    enough = highest - problem.fairness_tolerance - SLACK
    shortfall = stages.least_shortfall(enough)
    found = stages.least_third(enough, shortfall + BUDGET_HOURS + SLACK)
    assert found is not None
    return Best(highest, shortfall, *found)


def solve(problem: Problem) -> list[Best] | None:
    """All layers in order, each on the oracle's own plan of the earlier ones; ``None`` where a layer has no plan.

    From the second layer on the values hold only for these earlier plans: another plan with equal values may leave
    other hours. Whether there is a plan at all does not depend on them.
    """
    found: list[Best] = []
    for k in range(len(problem.layers)):
        best = best_layer(problem, k, *carried(best.plan for best in found))
        if best is None:
            return None
        found.append(best)
    return found


def carried(plans: Iterable[LayerPlan]) -> tuple[dict[Ags, float], Fraction]:
    """On-site hours and posts at the KI of the layers' plans together: what the next layer builds on."""
    hours: dict[Ags, float] = {}
    posts = NO_POSTS
    for plan in plans:
        posts += plan.ki_posts
        for ags, amount in plan.hours.items():
            hours[ags] = hours.get(ags, 0.0) + amount
    return hours, posts


def evaluate_plan(problem: Problem, plans: Sequence[Sequence[GivenDistrict]]) -> list[LayerPlan]:
    """The figures of a plan by layer: rows with ``fte``, and with ``hub`` or at the best one. Rules may be broken.

    Coverage and shortfall of the last entry are those of the whole plan. Fewer plans than layers: the first ones.
    """
    found: list[LayerPlan] = []
    for k, rows in enumerate(plans):
        at = _Situation(problem, k, carried(found)[0])
        found.append(at.plan([at.serve_as_given(row) for row in rows]))
    return found


def all_plans(
    problem: Problem,
    layer_index: int,
    earlier_hours: Mapping[Ags, float] = NO_HOURS,
    earlier_ki_posts: Fraction = NO_POSTS,
) -> Iterator[LayerPlan]:
    """Every plan of the layer that keeps all rules, each district at its best hub. Up to some six municipalities."""
    at = _Situation(problem, layer_index, earlier_hours)
    layer = at.layer
    if layer.evaluated_only:
        yield at.plan([at.serve_as_given(row) for row in layer.plan or ()])
        return
    needed = ki_posts_needed(problem, layer_index, earlier_ki_posts) if problem.ki_binding else NO_POSTS
    count, choices = _choices(at)
    by_items: dict[_Items, list[Team]] = {}
    for covered, team in choices:
        by_items.setdefault(covered, []).append(team)
    partitions = _partitions(count) if layer.plan is None else [[frozenset([row]) for row in range(count)]]
    for parts in partitions:
        for teams in _teams([by_items.get(part, []) for part in parts], layer.total):
            districts = sum(1 for team in teams if team.fte > 0)
            if layer.plan is None and not layer.districts_minimum <= districts <= layer.districts_maximum:
                continue
            if at.too_many_change([team.towns for team in teams if team.fte > 0]):
                continue
            if at.ki_posts(teams) >= needed and not any(_breaks(limit, teams) for limit in layer.limits):
                yield at.plan(teams)


def _partitions(count: int) -> Iterable[list[_Items]]:
    """All partitions of ``0 .. count - 1`` into sets."""
    if count == 0:
        return [[]]
    found = []
    for parts in _partitions(count - 1):
        found.append([*parts, frozenset([count - 1])])
        found += [[*parts[:k], parts[k] | {count - 1}, *parts[k + 1 :]] for k in range(len(parts))]
    return found


def _teams(choices: Sequence[Sequence[Team]], posts: Fraction) -> Iterator[tuple[Team, ...]]:
    """One team of each choice, with these posts in all."""
    if not choices:
        if posts == 0:
            yield ()
        return
    for team in choices[0]:
        if team.fte <= posts:
            for others in _teams(choices[1:], posts - team.fte):
                yield (team, *others)


def _breaks(limit: PostLimit, teams: Iterable[Team] | Iterable[GivenDistrict]) -> bool:
    posts = sum((team.fte or NO_POSTS for team in teams if team.employer in limit.employers), NO_POSTS)
    return posts < limit.minimum or (limit.maximum is not None and posts > limit.maximum)


def broken_rules(
    problem: Problem,
    layer_index: int,
    rows: Sequence[GivenDistrict],
    earlier_ki_posts: Fraction = NO_POSTS,
    earlier_hours: Mapping[Ags, float] = NO_HOURS,
) -> set[str]:
    """The rules that a layer's plan breaks, by name. Each row has ``fte`` and ``hub``. The layer's own plan, if it has
    one, is left aside, and the KI share is named whether it is binding or not.
    """
    at = _Situation(problem, layer_index, earlier_hours)
    layer = at.layer
    districts = [tuple(sorted(row.municipalities)) for row in rows]
    posts = sum((row.fte or NO_POSTS for row in rows), NO_POSTS)
    ki_posts = sum((row.fte or NO_POSTS for row in rows if row.employer in at.ki), NO_POSTS)
    checks = [
        ("each municipality once", not at.each_once([ags for towns in districts for ags in towns])),
        ("posts", posts != layer.total),
        ("number of districts", not layer.districts_minimum <= len(rows) <= layer.districts_maximum),
        ("together", any(_torn(layer, towns) for towns in districts)),
        ("changes", at.too_many_change(districts)),
        ("apart", any(_crowded(layer, towns) for towns in districts)),
        ("ki share", ki_posts < ki_posts_needed(problem, layer_index, earlier_ki_posts)),
        *((f"limit {limit.id}", _breaks(limit, rows)) for limit in layer.limits),
    ]
    for row, towns in zip(rows, districts, strict=True):
        assert row.fte is not None
        assert row.hub is not None
        employer = layer.employer(row.employer)
        base = [employer.office] if employer.base == "office" else towns
        checks += [
            ("step", (row.fte / layer.step).denominator != 1),
            ("connected", layer.connected and not at.connected(towns)),
            ("employer", _excluded(layer, employer, towns)),
            ("hub", row.hub not in base or (employer.hubs is not None and row.hub not in employer.hubs)),
            ("drive", not at.within_drive(row.hub, [ags for ags in towns if at.minutes(row.hub, ags) < math.inf])),
            ("drivable", any(at.minutes(row.hub, ags) == math.inf for ags in towns)),
            ("persons", math.ceil(row.fte) < layer.minimum_persons),
            ("minimum hours", at.serve(row.employer, towns, row.fte, [row.hub]) is None),
        ]
    return {name for name, broken in checks if broken}
