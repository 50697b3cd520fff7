"""The test oracle's teams: what each delivers in its district, which are admitted, and the figures of a layer's plan.

The model of docs/methode.md, from "Was ein Team leistet" to "Regeln", plain and slow. It shares no code with the
program: of ``optimizer`` it knows only the input (``optimizer.problem``). Tests import it through ``exhaustive``.
Hours are per week, posts are FTE as exact fractions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations

from optimizer.problem import Ags, Employer, GivenDistrict, Layer, PostLimit, Problem

TIE = 1e-9  # relative: two hubs whose levels differ by less are equally good
SLACK = 1e-9  # absolute: what rounding may add to a sum of hours or a coverage
NO_HOURS: Mapping[Ags, float] = {}
NO_POSTS = Fraction(0)


@dataclass(frozen=True, slots=True)
class Team:
    """A team in its district. ``hours`` on site per municipality of ``towns`` (AGS order).

    ``level`` is hours per unit of key, ``None`` where a given team cannot serve its district in full. ``coverage`` (the
    lowest) and ``shortfall`` are those of its towns with the hours of this and all earlier layers.
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

    def row(self) -> GivenDistrict:
        """The team as a row of a plan."""
        return GivenDistrict(self.employer, self.towns, self.fte, self.hub)


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """A plan of one layer; coverage and shortfall count the existing hours and all layers up to this one.

    ``changes`` is the sum over the municipalities that change of ``1 + w / 2``; 0 without a reference.
    """

    teams: tuple[Team, ...]
    hours: Mapping[Ags, float]
    coverage: Mapping[Ags, float]
    lowest_coverage: float
    shortfall: float
    travel_hours: float
    changes: float
    ki_posts: Fraction


def level(needs: Sequence[tuple[float, float, float]], minimum: float | Sequence[float], hours: float) -> float | None:
    """The largest ``r`` with ``sum max(minimum, r w - s) (1 + o) <= hours``; ``None``: the minimum does not fit.

    ``needs``: ``(w, s, o)`` per municipality; ``minimum``: of all, or of each. Infinite where no municipality has
    weight.
    """
    least = [minimum] * len(needs) if isinstance(minimum, int | float) else minimum
    known = [(w, s, 1 + travel, m) for (w, s, travel), m in zip(needs, least, strict=True)]
    room = hours - sum(m * cost for _, _, cost, m in known)
    if hours < -SLACK or room < -SLACK:
        return None
    # Whichever municipalities A are thought to lie above the minimum, r is at most the level at which they use up the
    # hours: the left side is the largest of these sums over all A. The binding A is a prefix in order of (s + m) / w.
    room, weight, bound = max(room, 0.0), 0.0, math.inf
    for w, s, cost, m in sorted((one for one in known if one[0] > 0), key=lambda one: (one[1] + one[3]) / one[0]):
        room += (s + m) * cost
        weight += w * cost
        bound = min(bound, room / weight)
    return bound


def fair_level(problem: Problem) -> float:
    """``R``, hours per unit of key: the stated yardstick, else that of the scenario's posts if no hour were lost."""
    if problem.stated_level is not None:
        return problem.stated_level
    offered = sum(float(layer.total) * layer.hours_per_week for layer in problem.layers)
    fair = level([(town.weight, town.existing_hours, 0.0) for town in problem.municipalities], 0.0, offered)
    assert fair is not None
    return fair


def least_change(
    districts: Sequence[Sequence[Ags]], reference: Sequence[frozenset[Ags]], weight: Mapping[Ags, float]
) -> tuple[int, float]:
    """How many municipalities change and their key, of all ways in which districts can continue the reference's.

    Each district continues at most one, and none is continued twice; fewest municipalities, then least key. Who is in
    no district changes if it was in one. ``weight``: of those who can change, which is who takes part.
    """
    touched = weight.keys() & {ags for district in (*districts, *reference) for ags in district}

    def stays(left: Sequence[Sequence[Ags]], places: frozenset[int]) -> Iterator[frozenset[Ags]]:
        """Who is in the district that its district continues, in every way."""
        if not left:
            yield frozenset()
            return
        yield from stays(left[1:], places)
        for place in places:
            kept = reference[place] & set(left[0])
            if kept:
                yield from (kept | others for others in stays(left[1:], places - {place}))

    ways = (sorted(touched - kept) for kept in stays(districts, frozenset(range(len(reference)))))
    return min((len(changing), sum(weight[ags] for ags in changing)) for changing in ways)


class Ground:
    """What of a layer does not depend on the hours of earlier ones."""

    def __init__(self, problem: Problem, layer_index: int) -> None:
        self.problem = problem
        self.layer: Layer = problem.layers[layer_index]
        self.towns = tuple(sorted(town.ags for town in problem.municipalities))
        self.present = tuple(sorted(town.ags for town in problem.municipalities if town.taking_part))
        self.weight = {town.ags: town.weight for town in problem.municipalities}
        fair = fair_level(problem)
        self.fair = {ags: fair * weight for ags, weight in self.weight.items()}
        self.ki = {employer.id for employer in self.layer.employers if employer.is_ki}
        self.pin_of = {ags: pin for pin in self.layer.pins for ags in pin.municipalities}
        # What a team with so many hours does in a district with such a need: the same question comes up often.
        self.served: dict[object, tuple[Ags, float, dict[Ags, float]] | None] = {}

    def minutes(self, hub: Ags, town: Ags) -> float:
        return 0.0 if hub == town else self.problem.minutes.get((hub, town), math.inf)

    def travel(self, hub: Ags, town: Ags) -> float:
        return 2 * self.minutes(hub, town) / 60 / self.layer.block_hours

    def drives(self, hub: Ags, towns: Iterable[Ags]) -> bool:
        return all(self.minutes(hub, ags) < math.inf for ags in towns)

    def within_drive(self, hub: Ags, towns: Sequence[Ags]) -> bool:
        longest = self.layer.max_drive_minutes
        near = longest is None or all(self.minutes(hub, ags) <= longest for ags in towns)
        return near and self.drives(hub, towns)

    def allowed_hubs(self, employer: Employer, towns: Sequence[Ags]) -> list[Ags]:
        # Who takes no part lends no desk, but an office may be there.
        home = [ags for ags in towns if ags in self.present]
        desks = [employer.office] if employer.base == "office" and employer.office else home
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
        home = [town for town in row.municipalities if town in self.present] or list(row.municipalities)
        return [town for town in home if employer.hubs is None or town in employer.hubs] or home

    def connected(self, towns: Sequence[Ags]) -> bool:
        reached, border = {towns[0]}, [towns[0]]
        while border:
            found = (self.problem.neighbours.get(border.pop(), frozenset()) & set(towns)) - reached
            reached |= found
            border += found
        return len(reached) == len(set(towns))

    @cached_property
    def sizes(self) -> list[Fraction]:
        layer = self.layer
        sizes = [layer.step * units for units in range(1, layer.units + 1)]
        return [fte for fte in sizes if math.ceil(fte) >= layer.minimum_persons]

    @cached_property
    def openings(self) -> list[tuple[str, tuple[Ags, ...], list[Fraction], list[Ags]]]:
        """Each employer and district that the rules and pins admit, with the team sizes and hubs that it may have."""
        found = []
        for count in range(1, len(self.present) + 1):
            for towns in combinations(self.present, count):
                if torn(self.layer, towns) or crowded(self.layer, towns):
                    continue
                if self.layer.connected and not self.connected(towns):
                    continue
                for employer in self.layer.employers:
                    sizes, hubs = self._pinned(employer, towns)
                    if sizes and hubs and not excluded(self.layer, employer, towns):
                        found.append((employer.id, towns, sizes, hubs))
        return found

    def _pinned(self, employer: Employer, towns: Sequence[Ags]) -> tuple[list[Fraction], list[Ags]]:
        """The sizes and hubs that the pins leave."""
        sizes, hubs = self.sizes, self.allowed_hubs(employer, towns)
        for pin in self.layer.pins:
            inside = pin.municipalities & set(towns)
            if not inside:
                continue
            others = any(ags in self.pin_of and ags not in pin.municipalities for ags in towns)
            if inside != pin.municipalities or others or pin.employer not in (None, employer.id):
                return [], []
            sizes = [fte for fte in sizes if pin.fte in (None, fte)]
            hubs = [hub for hub in hubs if pin.hub in (None, hub)]
        return sizes, hubs

    def changes(self, districts: Sequence[Sequence[Ags]]) -> float:
        if self.layer.reference is None:
            return 0.0
        count, key = least_change(districts, self.layer.reference, {ags: self.weight[ags] for ags in self.present})
        return count + key / 2

    def ki_posts(self, teams: Sequence[Team]) -> Fraction:
        return sum((team.fte for team in teams if team.employer in self.ki), NO_POSTS)


class Situation:
    """A layer with what the municipalities have before it: existing hours and ``earlier_hours`` of earlier layers."""

    def __init__(
        self,
        problem: Problem,
        layer_index: int,
        earlier_hours: Mapping[Ags, float] = NO_HOURS,
        ground: Ground | None = None,
    ) -> None:
        self.ground = ground = ground or Ground(problem, layer_index)
        self.layer = layer = ground.layer
        towns = {town.ags: town for town in problem.municipalities}
        had = {ags: earlier_hours.get(ags, 0.0) for ags in towns}
        self.supply = {ags: town.existing_hours + had[ags] for ags, town in towns.items()}
        still = {ags: layer.minimum_hours_of.get(ags, layer.minimum_hours) - had[ags] for ags in ground.present}
        # What is missing by rounding alone is not missing.
        self.least = {ags: max(0.0, more) if more > SLACK else 0.0 for ags, more in still.items()}
        #: Who has no need and is owed no hours needs no team, unless someone has settled its district.
        self.needs_none = {a for a in ground.present if not ground.weight[a] and not self.least[a]} - set(ground.pin_of)

    def figures(self, towns: Iterable[Ags], hours: Mapping[Ags, float]) -> tuple[float, float]:
        """Lowest coverage and shortfall of the towns with these on-site hours."""
        fair = self.ground.fair
        served = [(fair[ags], self.supply[ags] + hours.get(ags, 0.0)) for ags in towns if self.ground.weight[ags] > 0]
        lowest = min((supply / wanted for wanted, supply in served), default=math.inf)
        return lowest, sum(max(0.0, wanted - supply) for wanted, supply in served)

    def to_spend(self, fte: Fraction) -> float:
        return float(fte) * self.layer.hours_per_week - self.layer.coordination_hours * math.ceil(fte)

    def least_of(self, town: Ags) -> float:
        # Who takes no part is owed nothing.
        return self.least.get(town, 0.0)

    def serve(self, employer: str, towns: tuple[Ags, ...], fte: Fraction, hubs: Sequence[Ags]) -> Team | None:
        """The team at the best of these hubs, ``None`` where it can serve the district from none of them."""
        spend = self.to_spend(fte)
        key = (towns, tuple(hubs), spend, tuple((self.supply[ags], self.least_of(ags)) for ags in towns))
        if key not in self.ground.served:
            self.ground.served[key] = self._serve(towns, spend, hubs)
        best = self.ground.served[key]
        return None if best is None else self._team(employer, towns, fte, best[0], best[2], best[1])

    def _serve(
        self, towns: Sequence[Ags], spend: float, hubs: Sequence[Ags]
    ) -> tuple[Ags, float, dict[Ags, float]] | None:
        ground, least = self.ground, [self.least_of(ags) for ags in towns]
        levels: dict[Ags, float] = {}
        for hub in hubs:
            if not ground.drives(hub, towns):
                continue
            needs = [(ground.weight[ags], self.supply[ags], ground.travel(hub, ags)) for ags in towns]
            reached = level(needs, least, spend)
            if reached is not None:
                levels[hub] = reached
        if not levels:
            return None
        hub = _lowest_of_best(levels)
        weighed = {ags: levels[hub] * ground.weight[ags] if ground.weight[ags] else 0.0 for ags in towns}
        hours = {ags: max(m, weighed[ags] - self.supply[ags]) for ags, m in zip(towns, least, strict=True)}
        return hub, levels[hub], hours

    def serve_as_given(self, row: GivenDistrict) -> Team:
        """The team of a row with ``fte``; where the minimum does not fit, all hours are the minimum scaled down.

        Where no hub can drive to all, the first of those that can drive to most serves these alone.
        """
        assert row.fte is not None
        ground = self.ground
        towns, hubs = tuple(sorted(row.municipalities)), ground.hubs_of_row(row)
        reached = {hub: tuple(ags for ags in towns if ground.drives(hub, [ags])) for hub in hubs}
        hub = min(hubs, key=lambda hub: (-len(reached[hub]), hub))
        if len(reached[hub]) < len(towns):
            hours = dict.fromkeys(towns, 0.0)
            if reached[hub]:
                part = self.serve_as_given(GivenDistrict(row.employer, reached[hub], row.fte, hub))
                hours |= dict(zip(part.towns, part.hours, strict=True))
            return self._team(row.employer, towns, row.fte, hub, hours, None)
        hubs = [hub for hub in hubs if ground.drives(hub, towns)]
        team = self.serve(row.employer, towns, row.fte, hubs)
        if team is not None:
            return team
        parts = {}
        for hub in hubs:
            needed = sum(self.least_of(ags) * (1 + ground.travel(hub, ags)) for ags in towns)
            parts[hub] = max(0.0, self.to_spend(row.fte)) / needed if needed > 0 else 0.0
        hub = _lowest_of_best(parts)
        return self._team(row.employer, towns, row.fte, hub, {a: self.least_of(a) * parts[hub] for a in towns}, None)

    def _team(self, employer: str, towns: tuple[Ags, ...], fte: Fraction, hub: Ags, hours: Mapping[Ags, float],
              reached: float | None) -> Team:  # fmt: skip
        coverage, shortfall = self.figures(towns, hours)
        travel = sum(hours[ags] * self.ground.travel(hub, ags) for ags in towns if hours[ags] > 0)
        return Team(employer, towns, fte, hub, reached, tuple(hours[a] for a in towns), travel, coverage, shortfall)

    def plan(self, teams: Sequence[Team]) -> LayerPlan:
        """All figures of the layer; a municipality in no district gets no hours, one in several gets the sum."""
        ground = self.ground
        hours = dict.fromkeys(ground.towns, 0.0)
        for team in teams:
            for ags, amount in zip(team.towns, team.hours, strict=True):
                hours[ags] += amount
        lowest, shortfall = self.figures(ground.towns, hours)
        coverage = {t: (self.supply[t] + hours[t]) / ground.fair[t] for t in ground.towns if ground.weight[t] > 0}
        travel, changes = sum(team.travel_hours for team in teams), ground.changes([team.towns for team in teams])
        return LayerPlan(tuple(teams), hours, coverage, lowest, shortfall, travel, changes, ground.ki_posts(teams))


def _lowest_of_best(values: Mapping[Ags, float]) -> Ags:
    best = max(values.values())
    return min(hub for hub, value in values.items() if value >= best * (1 - TIE))


def columns(problem: Problem, layer_index: int, earlier_hours: Mapping[Ags, float] = NO_HOURS) -> list[Team]:
    """Every district, employer and team size that rules and pins of a layer without a plan admit, at its best hub."""
    return columns_of(Situation(problem, layer_index, earlier_hours))


def columns_of(at: Situation) -> list[Team]:
    """As :func:`columns`."""
    served = (at.serve(who, towns, fte, hubs) for who, towns, sizes, hubs in at.ground.openings for fte in sizes)
    return [team for team in served if team is not None]


def torn(layer: Layer, towns: Sequence[Ags]) -> bool:
    """Whether a district holds one of two that must be together."""
    return any((a in towns) != (b in towns) for a, b in layer.together)


def crowded(layer: Layer, towns: Sequence[Ags]) -> bool:
    """Whether a district holds two that must be apart."""
    return any(a in towns and b in towns for a, b in layer.apart)


def excluded(layer: Layer, employer: Employer, towns: Sequence[Ags]) -> bool:
    """Whether an employer may not serve a district, wherever its hub is."""
    too_many = employer.max_municipalities is not None and len(towns) > employer.max_municipalities
    return too_many or any(employer.id not in layer.fixed_employers.get(ags, {employer.id}) for ags in towns)


def breaks(limit: PostLimit, teams: Iterable[Team] | Iterable[GivenDistrict]) -> bool:
    """Whether the posts of some employers are fewer or more than a limit says."""
    posts = sum((team.fte or NO_POSTS for team in teams if team.employer in limit.employers), NO_POSTS)
    return posts < limit.minimum or (limit.maximum is not None and posts > limit.maximum)
