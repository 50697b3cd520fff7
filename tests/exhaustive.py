"""The test oracle: the model of docs/methode.md worked out by exhaustive means, slow and plain.

It shares no code with the program: of ``optimizer`` it knows only the input (``optimizer.problem``).
Every admissible team of a layer is built (``exhaustive_teams.py``), then every plan is looked at: by dynamic
programming over subsets (:class:`Stages`, up to some eleven municipalities) or one by one (:func:`all_plans`, tiny
counties).

What is best is decided over all layers together: :func:`solve` goes through the plans of all layers but the last one
by one, and through those of the last by dynamic programming; :func:`whole_plans` lists the plans of all layers.
Of a single layer, :func:`best_layer` answers what is best after given plans of the earlier layers: the caller passes
their on-site hours and posts at the KI, both of which :func:`evaluate_plan` gives for any plan.
Hours are per week, posts are FTE as exact fractions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from exhaustive_teams import (
    NO_HOURS,
    NO_POSTS,
    SLACK,
    Ground,
    LayerPlan,
    Situation,
    Team,
    breaks,
    columns,
    columns_of,
    crowded,
    excluded,
    fair_level,
    least_change,
    level,
    torn,
)

from optimizer.problem import Ags, GivenDistrict, Layer, Pin, Problem

__all__ = [
    "BUDGET_HOURS", "NO_HOURS", "SLACK", "Best", "LayerPlan", "Situation", "Stages", "Team", "Together", "Whole",
    "all_plans", "best_layer", "broken_rules", "by_change", "carried", "columns", "evaluate_plan", "fair_level",
    "ki_posts_needed", "least_change", "level", "most_ki_posts", "posts_placed", "solve", "third_of", "together",
    "whole_plans",
]  # fmt: skip

BUDGET_HOURS = 0.001  # shortfall that stage 3 may give away
ROUNDING = 1e-11  # absolute: what tells two sums of hours apart


@dataclass(frozen=True, slots=True)
class Best:
    """The best values of a layer's stages. ``third`` is the change with a reference, else travel hours.

    ``plan`` reaches ``shortfall`` and ``third`` (but for what the tolerances allow); among equals any.
    """

    lowest_coverage: float
    shortfall: float
    third: float
    plan: LayerPlan


@dataclass(frozen=True, slots=True)
class Whole:
    """The best values of the stages over all layers, and the plan of each layer, as :class:`Best`.

    ``lowest_coverage`` is ``None`` where nothing says what a fair supply is: no posts and no stated level.
    """

    lowest_coverage: float | None
    shortfall: float
    third: float
    plans: tuple[LayerPlan, ...]


# What a plan is put together from: each item (municipality, or row of a plan without team sizes) in exactly one team,
# or, where it needs none, in no team.
_Items = frozenset[int]
_State = tuple[int, ...]
_Label = tuple[float, float, tuple[Team, ...]]


def _choices(at: Situation) -> tuple[int, list[tuple[_Items, Team | None]]]:
    """The number of items and, for each admissible team, the items that it covers; ``None`` is no team."""
    ground, rows = at.ground, at.layer.plan
    found: list[tuple[_Items, Team | None]] = []
    if rows is None:
        place = ground.present.index
        found += [(frozenset(map(place, team.towns)), team) for team in columns_of(at)]
        found += [(frozenset([place(ags)]), None) for ags in sorted(at.needs_none)]
        return len(ground.present), found
    if len({ags for row in rows for ags in row.municipalities}) < sum(len(row.municipalities) for row in rows):
        raise ValueError("the oracle sizes teams only of districts that do not overlap")
    for number, row in enumerate(rows):
        for fte in ground.sizes:
            team = at.serve(row.employer, tuple(sorted(row.municipalities)), fte, ground.hubs_of_row(row))
            if team is not None:
                found.append((frozenset([number]), team))
    return len(rows), found


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to cover some items: by a team that continues a district of the reference (a bit, 0: none), or by none."""

    covered: int
    counted: _State
    team: Team | None
    continues: int
    third: float

    @property
    def coverage(self) -> float:
        return math.inf if self.team is None else self.team.coverage

    @property
    def shortfall(self) -> float:
        return 0.0 if self.team is None else self.team.shortfall


class Stages:
    """The stages of a layer, by dynamic programming over what is covered, what is counted, and what is continued.

    ``ki_posts`` is the least that this layer must place at the KI. ``by_change``: the third stage adds up what changes
    against the reference, else travel hours. Each team covers the first item not yet covered.
    """

    def __init__(
        self,
        problem: Problem,
        layer_index: int,
        earlier_hours: Mapping[Ags, float] = NO_HOURS,
        ki_posts: Fraction = NO_POSTS,
        *,
        by_change: bool | None = None,
        ground: Ground | None = None,
    ) -> None:
        self.at = at = Situation(problem, layer_index, earlier_hours, ground)
        self.layer = layer = at.layer
        self.by_change = layer.reference is not None if by_change is None else by_change
        #: Whether the number of municipalities that change matters before the third stage; a given district stays.
        self.limited = layer.changes_maximum is not None and layer.plan is None
        items, choices = _choices(at)
        # Per counter: whose posts (None: districts), the least, and the most where there is one; all in steps.
        everyone = frozenset(employer.id for employer in layer.employers)
        counters: list[tuple[frozenset[str] | None, int, int | None]] = [(everyone, layer.units, layer.units)]
        if layer.plan is None:
            counters.append((None, layer.districts_minimum, layer.districts_maximum))
        for limit in layer.limits:
            highest = None if limit.maximum is None else math.floor(limit.maximum / layer.step)
            counters.append((limit.employers, math.ceil(limit.minimum / layer.step), highest))
        counters.append((frozenset(at.ground.ki), math.ceil(ki_posts / layer.step), None))
        counters = [counter for counter in counters if counter[1] > 0 or counter[2] is not None]
        self.bounds = [(least, most) for _, least, most in counters]
        if self.limited:
            self.bounds.append((0, layer.changes_maximum))
        self.start: _State = (0,) * len(self.bounds)
        self.full = (1 << items) - 1
        self.ways: dict[int, list[_Way]] = {item: [] for item in range(items)}
        seen = set()
        for covered, team in choices:
            counted = _counted(team, layer, [whose for whose, _, _ in counters])
            # Teams of two employers that no rule tells apart are one.
            figures = team and (team.employer in at.ground.ki, team.coverage, team.shortfall, team.travel_hours)
            if (covered, counted, figures) not in seen:
                seen.add((covered, counted, figures))
                mask = sum(1 << item for item in covered)
                towns = (at.ground.present[min(covered)],) if team is None else team.towns
                self.ways[_first(mask)] += self._ways(mask, counted, team, towns)
        # As long as only coverage and shortfall count, it does not matter which district continues which.
        self.plain = {
            item: ways if self.limited else [way for way in ways if not way.continues]
            for item, ways in self.ways.items()
        }
        given = {ags for row in layer.plan or () for ags in row.municipalities}
        outside = [ags for ags in at.ground.present if layer.plan is not None and ags not in given]
        self.coverage_outside, self.shortfall_outside = at.figures(outside, NO_HOURS)
        left = [ags for ags in outside if any(ags in old for old in layer.reference or ())]
        self.third_outside = self._change(left) if self.by_change else 0.0
        self._rests: dict[float, _Completion] = {}

    def _ways(self, mask: int, counted: _State, team: Team | None, towns: Sequence[Ags]) -> Iterator[_Way]:
        """With each district of the reference that the team can continue, and with none."""
        reference = self.layer.reference or ()
        for place in range(-1, len(reference)):
            kept = reference[place] if place >= 0 else frozenset()
            if place >= 0 and (team is None or kept.isdisjoint(towns)):
                continue
            # Who is in no district changes if it was in one.
            changing = [ags for ags in towns if ags not in kept and (team or any(ags in old for old in reference))]
            also = (len(changing),) if self.limited else ()
            third = 0.0 if team is None else team.travel_hours
            if self.by_change:
                third = self._change(changing)
            yield _Way(mask, (*counted, *also), team, 1 << place if place >= 0 else 0, third)

    def _change(self, towns: Iterable[Ags]) -> float:
        return sum(1 + self.at.ground.weight[ags] / 2 for ags in towns) if self.layer.reference is not None else 0.0

    def highest_coverage(self, at_least: float = -math.inf) -> float | None:
        """Stage 1: the highest lowest coverage, ``None`` where no plan reaches ``at_least``."""
        if self.coverage_outside < at_least:
            return None

        def cost(way: _Way) -> float:
            return -way.coverage if way.coverage >= at_least else math.inf

        negative = _Completion(self, cost, max, -math.inf)(0, self.start, 0)
        return None if negative == math.inf else min(-negative, self.coverage_outside)

    def least_shortfall(self, coverage: float) -> float:
        """Stage 2: the smallest shortfall with at least this coverage in each district; infinite where none has it."""
        return self._shortfall(coverage)(0, self.start, 0) + self.shortfall_outside

    def least_third(self, coverage: float, shortfall: float) -> tuple[float, LayerPlan] | None:
        """Stage 3: the smallest change (or travel hours) of the plans with at least this coverage in each district and
        at most this shortfall, and one such plan; ``None`` where there is none."""
        rest = self._shortfall(coverage)
        # Per state the choices so far of which none is better in both sums: shortfall, third, teams.
        reached: dict[int, dict[tuple[_State, int], list[_Label]]] = {
            0: {(self.start, 0): [(self.shortfall_outside, self.third_outside, ())]}
        }
        for mask in range(self.full):
            for (state, used), labels in reached.pop(mask, {}).items():
                for way in self.ways[_first(~mask)]:
                    after = self.after(mask, state, used, way) if way.coverage >= coverage else None
                    if after is None:
                        continue
                    new, to_come = mask | way.covered, rest(mask | way.covered, after[0], self.tracked(after[1]))
                    team = () if way.team is None else (way.team,)
                    for label in labels:
                        if label[0] + way.shortfall + to_come <= shortfall:
                            more = (label[0] + way.shortfall, label[1] + way.third, (*label[2], *team))
                            _keep(reached.setdefault(new, {}).setdefault(after, []), more)
        last = [label for labels in reached.get(self.full, {}).values() for label in labels]
        if not last:
            return None
        _, third, teams = min(last, key=lambda label: label[1])
        return third, self.at.plan(teams)

    def most_ki_posts(self) -> Fraction | None:
        """The most posts that a plan can place at the KI, ``None`` where there is no plan."""
        ki = self.at.ground.ki
        elsewhere = _Completion(
            self, lambda way: 0.0 if way.team is None or way.team.employer in ki else float(way.team.fte), _add, 0.0
        )
        least = elsewhere(0, self.start, 0)
        return None if least == math.inf else self.layer.total - round(least / self.layer.step) * self.layer.step

    def after(self, mask: int, state: _State, used: int, way: _Way) -> tuple[_State, int] | None:
        """The counts and what is continued with one more team; ``None`` where a most is passed, or an item or a
        district of the reference taken twice. Beyond a lone least counts do not matter."""
        if way.covered & mask or way.continues & used:
            return None
        sums = []
        for value, more, (least, most) in zip(state, way.counted, self.bounds, strict=True):
            if most is not None and value + more > most:
                return None
            sums.append(value + more if most is not None else min(least, value + more))
        return tuple(sums), used | way.continues

    def tracked(self, used: int) -> int:
        """What of the districts continued matters to coverage and shortfall."""
        return used if self.limited else 0

    def _shortfall(self, coverage: float) -> _Completion:
        if coverage not in self._rests:
            self._rests[coverage] = _Completion(
                self, lambda way: way.shortfall if way.coverage >= coverage else math.inf, _add, 0.0
            )
        return self._rests[coverage]


def _counted(team: Team | None, layer: Layer, counters: Sequence[frozenset[str] | None]) -> _State:
    if team is None:
        return (0,) * len(counters)
    steps = int(team.fte / layer.step)
    return tuple(1 if whose is None else steps if team.employer in whose else 0 for whose in counters)


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
    """The least cost of completing a plan from what is covered, counted and continued; infinite where nothing does.

    ``join`` is the sum (costs not negative) or the maximum: never below the cost of a single team.
    """

    def __init__(
        self, stages: Stages, cost: Callable[[_Way], float], join: Callable[[float, float], float], empty: float
    ) -> None:
        self.stages, self.join, self.empty = stages, join, empty
        self.known: dict[tuple[int, _State, int], float] = {}
        self.costs: dict[int, list[tuple[float, _Way]]] = {}
        for item, ways in stages.plain.items():
            priced = [(cost(way), way) for way in ways]
            self.costs[item] = sorted((one for one in priced if one[0] < math.inf), key=lambda one: one[0])

    def __call__(self, mask: int, state: _State, used: int) -> float:
        key = (mask, state, used)
        if key not in self.known:
            self.known[key] = self._least(mask, state, used)
        return self.known[key]

    def _least(self, mask: int, state: _State, used: int) -> float:
        if mask == self.stages.full:
            enough = all(value >= least for value, (least, _) in zip(state, self.stages.bounds, strict=True))
            return self.empty if enough else math.inf
        lowest = math.inf
        for cost, way in self.costs[_first(~mask)]:
            if cost >= lowest:
                break
            after = self.stages.after(mask, state, used, way)
            if after is not None:
                lowest = min(lowest, self.join(cost, self(mask | way.covered, *after)))
        return lowest


# --- the KI's share


def posts_placed(problem: Problem) -> Fraction:
    """Posts of all layers: where a plan is given in full, those that it has."""
    rows = [layer.plan or () if layer.evaluated_only else () for layer in problem.layers]
    given = sum((row.fte or NO_POSTS for plan in rows for row in plan), NO_POSTS)
    return given + sum((layer.total for layer in problem.layers if not layer.evaluated_only), NO_POSTS)


def most_ki_posts(problem: Problem, layer_index: int) -> Fraction | None:
    """The most posts that a plan of the layer can place at the KI, ``None`` where the layer has no plan.

    The KI share itself is left aside, and so are hours of earlier layers, with which teams owe fewer minimum hours.
    """
    at = Situation(problem, layer_index)
    if at.layer.evaluated_only:
        return at.ground.ki_posts([at.serve_as_given(row) for row in at.layer.plan or ()])
    return Stages(problem, layer_index).most_ki_posts()


def ki_posts_needed(problem: Problem, layer_index: int, earlier_ki_posts: Fraction = NO_POSTS) -> Fraction:
    """The posts that the layer must place at the KI so that the share stays reachable, be it binding or not.

    A later layer without any plan counts as placing none.
    """
    later = [most_ki_posts(problem, k) or NO_POSTS for k in range(layer_index + 1, len(problem.layers))]
    return problem.ki_minimum * posts_placed(problem) - earlier_ki_posts - sum(later, NO_POSTS)


# --- the best plan of a layer after given ones, and of all layers


def best_layer(
    problem: Problem,
    layer_index: int,
    earlier_hours: Mapping[Ags, float] = NO_HOURS,
    earlier_ki_posts: Fraction = NO_POSTS,
) -> Best | None:
    """The best values of the layer's stages after the earlier layers' plans, as if no layer followed but for the KI's
    share, and a plan that has them; ``None`` where no plan keeps the rules.

    ``earlier_hours``: on-site hours of all earlier layers. A plan given in full is evaluated and never ``None``.
    """
    at = Situation(problem, layer_index, earlier_hours)
    if at.layer.evaluated_only:
        plan = at.plan([at.serve_as_given(row) for row in at.layer.plan or ()])
        third = plan.travel_hours if at.layer.reference is None else plan.changes
        return Best(plan.lowest_coverage, plan.shortfall, third, plan)
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


def by_change(problem: Problem) -> bool:
    """Whether the third stage is the least change: a layer that is decided has a reference."""
    return any(layer.reference is not None and not layer.evaluated_only for layer in problem.layers)


def third_of(problem: Problem, plans: Sequence[LayerPlan]) -> float:
    """What the third stage adds up over the first layers: what changes in those that are decided, else travel."""
    if not by_change(problem):
        return sum(plan.travel_hours for plan in plans)
    layers = problem.layers[: len(plans)]
    return sum(plan.changes for plan, layer in zip(plans, layers, strict=True) if not layer.evaluated_only)


@dataclass(frozen=True, slots=True)
class _Beginning:
    """Plans of all layers but the last, with what the last one needs to know of them."""

    plans: tuple[LayerPlan, ...] = ()

    def ends(self, problem: Problem, ground: Ground) -> _End:
        hours, ki_posts = carried(self.plans)
        needed = problem.ki_minimum * posts_placed(problem) - ki_posts if problem.ki_binding else NO_POSTS
        decided = any(not layer.evaluated_only for layer in problem.layers)
        if not ground.layer.evaluated_only:
            place = len(problem.layers) - 1
            return Stages(problem, place, hours, needed, by_change=by_change(problem), ground=ground)
        at = Situation(problem, len(problem.layers) - 1, hours, ground)
        plan = at.plan([at.serve_as_given(row) for row in at.layer.plan or ()])
        return _Given(plan if not decided or plan.ki_posts >= needed else None, 0.0 if by_change(problem) else None)


@dataclass(frozen=True, slots=True)
class _Given:
    """The stages of a last layer that is given, ``None`` where it leaves the KI too few posts."""

    plan: LayerPlan | None
    change: float | None

    def highest_coverage(self, at_least: float = -math.inf) -> float | None:
        return self.plan.lowest_coverage if self.plan and self.plan.lowest_coverage >= at_least else None

    def least_shortfall(self, coverage: float) -> float:
        return self.plan.shortfall if self.plan and self.plan.lowest_coverage >= coverage else math.inf

    def least_third(self, coverage: float, shortfall: float) -> tuple[float, LayerPlan] | None:
        if self.plan is None or self.plan.lowest_coverage < coverage or self.plan.shortfall > shortfall:
            return None
        return self.plan.travel_hours if self.change is None else self.change, self.plan


_End = Stages | _Given


class Together:
    """The stages of the plans of all layers together: as :class:`Stages` of the last layer, after every plan of the
    layers before it. What was asked before is known."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        last = Ground(problem, len(problem.layers) - 1)
        self.ends = [(beginning, beginning.ends(problem, last)) for beginning in _beginnings(problem)]
        self.thirds: dict[tuple[float, float], tuple[float, tuple[LayerPlan, ...]] | None] = {}

    @cached_property
    def best(self) -> Whole | None:
        """What :func:`solve` gives."""
        highest = self.highest_coverage()
        if highest is None:
            return None
        enough = highest - self.problem.fairness_tolerance - SLACK
        shortfall = self.least_shortfall(enough)
        found = self.least_third(enough, shortfall + BUDGET_HOURS + SLACK)
        assert found is not None
        return Whole(highest, shortfall, *found)

    def highest_coverage(self) -> float | None:
        """Stage 1: the highest lowest coverage, ``None`` where there is no plan."""
        best = -math.inf
        for _, end in self.ends:
            found = end.highest_coverage(best)
            best = best if found is None else max(best, found)
        return None if best == -math.inf else best

    def least_shortfall(self, coverage: float) -> float:
        """Stage 2: the smallest shortfall with at least this lowest coverage; infinite where no plan has it."""
        return min((end.least_shortfall(coverage) for _, end in self.ends), default=math.inf)

    def least_third(self, coverage: float, shortfall: float) -> tuple[float, tuple[LayerPlan, ...]] | None:
        """Stage 3: the least change or travel of the plans with at least this lowest coverage and at most this
        shortfall, and one such plan of each layer; ``None`` where there is none."""
        asked = coverage, shortfall
        if asked not in self.thirds:
            self.thirds[asked] = self._least_third(coverage, shortfall)
        return self.thirds[asked]

    def _least_third(self, coverage: float, shortfall: float) -> tuple[float, tuple[LayerPlan, ...]] | None:
        best: tuple[float, tuple[LayerPlan, ...]] | None = None
        for beginning, end in self.ends:
            found = end.least_third(coverage, shortfall) if end.least_shortfall(coverage) <= shortfall else None
            if found is not None:
                third = third_of(self.problem, beginning.plans) + found[0]
                if best is None or third < best[0]:
                    best = third, (*beginning.plans, found[1])
        return best


_asked_last: list[Together] = []


def together(problem: Problem) -> Together:
    """Asked again about the same problem, it is the same, with what it knows by then."""
    if not _asked_last or _asked_last[0].problem is not problem:
        _asked_last[:] = [Together(problem)]
    return _asked_last[0]


def solve(problem: Problem) -> Whole | None:
    """The best values of the stages over the plans of all layers, and such plans; ``None`` where there are none."""
    return together(problem).best if problem.layers else _without_layers(problem)


def _without_layers(problem: Problem) -> Whole:
    if problem.stated_level is None:
        return Whole(None, 0.0, 0.0, ())
    level = problem.stated_level
    served = [(town.weight * level, town.existing_hours) for town in problem.municipalities if town.weight > 0]
    lowest = min(had / fair for fair, had in served)
    return Whole(lowest, sum(max(0.0, fair - had) for fair, had in served), 0.0, ())


def _beginnings(problem: Problem) -> list[_Beginning]:
    """The plans of all layers but the last. Of those with the same hours and posts at the KI, the one with the least
    of the third stage: to the last layer they are all the same."""
    found = [_Beginning()]
    for number in range(len(problem.layers) - 1):
        following: dict[object, _Beginning] = {}
        ground = Ground(problem, number)
        for beginning in found:
            for plan in _plans(Situation(problem, number, carried(beginning.plans)[0], ground), None):
                new = _Beginning((*beginning.plans, plan))
                hours, ki_posts = carried(new.plans)
                key = (tuple(round(hours[ags], 9) for ags in ground.towns), ki_posts)
                before = following.get(key)
                if before is None or third_of(problem, new.plans) < third_of(problem, before.plans):
                    following[key] = new
        found = list(following.values())
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
        at = Situation(problem, k, carried(found)[0])
        found.append(at.plan([at.serve_as_given(row) for row in rows]))
    return found


# --- all plans, one by one


def all_plans(
    problem: Problem,
    layer_index: int,
    earlier_hours: Mapping[Ags, float] = NO_HOURS,
    earlier_ki_posts: Fraction = NO_POSTS,
) -> Iterator[LayerPlan]:
    """Every plan of the layer that keeps all rules, each district at its best hub. Up to some six municipalities."""
    at = Situation(problem, layer_index, earlier_hours)
    binding = problem.ki_binding and not at.layer.evaluated_only
    yield from _plans(at, ki_posts_needed(problem, layer_index, earlier_ki_posts) if binding else None)


def whole_plans(problem: Problem) -> Iterator[tuple[LayerPlan, ...]]:
    """Every plan of all layers that keeps all rules. Tiny counties."""
    grounds = [Ground(problem, number) for number in range(len(problem.layers))]
    needed = problem.ki_minimum * posts_placed(problem)
    binding = problem.ki_binding and any(not layer.evaluated_only for layer in problem.layers)

    def grown(plans: tuple[LayerPlan, ...]) -> Iterator[tuple[LayerPlan, ...]]:
        hours, ki_posts = carried(plans)
        if len(plans) < len(grounds):
            for plan in _plans(Situation(problem, len(plans), hours, grounds[len(plans)]), None):
                yield from grown((*plans, plan))
        elif not binding or ki_posts >= needed:
            yield plans

    yield from grown(())


def _plans(at: Situation, ki_posts: Fraction | None) -> Iterator[LayerPlan]:
    """Every plan of the layer that keeps its rules, with so many posts at the KI at least."""
    layer = at.layer
    if layer.evaluated_only:
        yield at.plan([at.serve_as_given(row) for row in layer.plan or ()])
        return
    count, choices = _choices(at)
    by_items: dict[_Items, list[Team | None]] = {}
    for covered, team in choices:
        by_items.setdefault(covered, []).append(team)
    partitions = _partitions(count) if layer.plan is None else [[frozenset([row]) for row in range(count)]]
    for parts in partitions:
        for teams in _teams([by_items.get(part, []) for part in parts], layer.total):
            if layer.plan is None and not layer.districts_minimum <= len(teams) <= layer.districts_maximum:
                continue
            if layer.plan is None and _changes_too_many(at, teams):
                continue
            enough = ki_posts is None or at.ground.ki_posts(teams) >= ki_posts
            if enough and not any(breaks(limit, teams) for limit in layer.limits):
                yield at.plan(teams)


def _changes_too_many(at: Situation, teams: Sequence[Team]) -> bool:
    most, reference = at.layer.changes_maximum, at.layer.reference
    if most is None or reference is None:
        return False
    weight = {ags: at.ground.weight[ags] for ags in at.ground.present}
    return least_change([team.towns for team in teams], reference, weight)[0] > most


def _partitions(count: int) -> Iterable[list[_Items]]:
    """All partitions of ``0 .. count - 1`` into sets."""
    if count == 0:
        return [[]]
    found = []
    for parts in _partitions(count - 1):
        found.append([*parts, frozenset([count - 1])])
        found += [[*parts[:k], parts[k] | {count - 1}, *parts[k + 1 :]] for k in range(len(parts))]
    return found


def _teams(choices: Sequence[Sequence[Team | None]], posts: Fraction) -> Iterator[tuple[Team, ...]]:
    """One team of each choice, with these posts in all; no team where the choice is none."""
    if not choices:
        if posts == 0:
            yield ()
        return
    for team in choices[0]:
        if team is None:
            yield from _teams(choices[1:], posts)
        elif team.fte <= posts:
            for others in _teams(choices[1:], posts - team.fte):
                yield (team, *others)


# --- the rules


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
    at = Situation(problem, layer_index, earlier_hours)
    layer, ground = at.layer, at.ground
    districts = [tuple(sorted(row.municipalities)) for row in rows]
    posts = sum((row.fte or NO_POSTS for row in rows), NO_POSTS)
    ki_posts = sum((row.fte or NO_POSTS for row in rows if row.employer in ground.ki), NO_POSTS)
    reference, most = layer.reference or (), layer.changes_maximum
    weight = {ags: ground.weight[ags] for ags in ground.present}
    changing = least_change(districts, reference, weight)[0] if most is not None else 0
    checks = [
        ("each municipality once", not _each_once(at, [ags for towns in districts for ags in towns])),
        ("taking part", not layer.evaluated_only and any(set(towns) - set(ground.present) for towns in districts)),
        ("posts", posts != layer.total),
        ("number of districts", not layer.districts_minimum <= len(rows) <= layer.districts_maximum),
        ("together", any(torn(layer, towns) for towns in districts)),
        ("apart", any(crowded(layer, towns) for towns in districts)),
        ("ki share", ki_posts < ki_posts_needed(problem, layer_index, earlier_ki_posts)),
        ("changes", most is not None and changing > most),
        *((f"limit {limit.id}", breaks(limit, rows)) for limit in layer.limits),
    ]
    for row, towns in zip(rows, districts, strict=True):
        assert row.fte is not None
        assert row.hub is not None
        employer = layer.employer(row.employer)
        base = [employer.office] if employer.base == "office" else towns
        checks += [
            ("step", (row.fte / layer.step).denominator != 1),
            ("connected", layer.connected and not ground.connected(towns)),
            ("employer", excluded(layer, employer, towns)),
            ("hub", row.hub not in base or (employer.hubs is not None and row.hub not in employer.hubs)),
            ("drivable", not ground.drives(row.hub, towns)),
            ("drive", not ground.within_drive(row.hub, [ags for ags in towns if ground.drives(row.hub, [ags])])),
            ("persons", math.ceil(row.fte) < layer.minimum_persons),
            ("minimum hours", at.serve(row.employer, towns, row.fte, [row.hub]) is None),
        ]
    checks += [("pin", not _keeps_pin(pin, rows, layer)) for pin in layer.pins]
    return {name for name, broken in checks if broken}


def _each_once(at: Situation, covered: Sequence[Ags]) -> bool:
    """Whether everyone who takes part is in one district, or in at most one who needs none."""
    times = {ags: covered.count(ags) for ags in at.ground.present}
    fewest = {ags: 0 if ags in at.needs_none else 1 for ags in times}
    return all(fewest[ags] <= count <= 1 for ags, count in times.items())


def _keeps_pin(pin: Pin, rows: Sequence[GivenDistrict], layer: Layer) -> bool:
    """Whether one district holds the pin's municipalities and no other pin's, by its team."""
    others = {ags for other in layer.pins if other is not pin for ags in other.municipalities}
    holding = [row for row in rows if pin.municipalities & set(row.municipalities)]
    if len(holding) != 1:
        return False
    row, towns = holding[0], set(holding[0].municipalities)
    if not pin.municipalities <= towns or others & towns:
        return False
    return pin.employer in (None, row.employer) and pin.fte in (None, row.fte) and pin.hub in (None, row.hub)
