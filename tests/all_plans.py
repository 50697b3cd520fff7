"""Every plan of two small layers together, one by one: what the joint decision is measured against.

Worked out from docs/methode.md without any code of the program: districts, hubs, levels, hours layer by layer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations

from optimizer.problem import Employer, Layer, Problem

TIE = 1e-9
Hours = Mapping[str, float]
District = tuple[tuple[str, ...], str, Fraction]


@dataclass(frozen=True)
class Judged:
    """A plan of all layers with what its stages compare; ``third`` are hours of travel or what changes."""

    lowest: float
    shortfall: float
    third: float
    plan: tuple[tuple[District, ...], ...]


@dataclass(frozen=True)
class Best:
    """The values of the three stages, and the plans that reach all of them."""

    lowest: float
    shortfall: float
    third: float
    plans: tuple[Judged, ...]


def best(plans: Sequence[Judged], tolerance: float, aside: float = 0.0) -> Best | None:
    """The stages by looking at every plan; ``aside`` moves the tolerances, to tell what hangs on rounding."""
    if not plans:
        return None
    lowest = max(plan.lowest for plan in plans)
    fair = [plan for plan in plans if plan.lowest >= min(lowest, lowest - tolerance - 1e-9 - aside)]
    shortfall = min(plan.shortfall for plan in fair)
    close = [plan for plan in fair if plan.shortfall <= shortfall + 0.001 + 1e-9 + aside]
    third = min(plan.third for plan in close)
    return Best(lowest, shortfall, third, tuple(plan for plan in close if plan.third <= third + 1e-6))


def all_plans(problem: Problem) -> list[Judged]:
    """Every plan of all layers together that keeps the rules."""
    fair = fair_level(problem)
    found = []
    for plan, hours, travel in _after(problem, 0, {town.ags: 0.0 for town in problem.municipalities}):
        if not problem.ki_binding or _ki_posts(problem, plan) >= problem.ki_minimum * sum(
            d[2] for of in plan for d in of
        ):
            supply = {t.ags: t.existing_hours + hours[t.ags] for t in problem.municipalities}
            needs = [(supply[t.ags], fair * t.weight) for t in problem.municipalities if t.weight > 0]
            lowest, missing = min(s / f for s, f in needs), sum(max(0.0, f - s) for s, f in needs)
            changed = [
                change_cost(problem, layer, districts) for layer, districts in zip(problem.layers, plan, strict=True)
            ]
            costs = [cost for cost in changed if cost is not None]
            found.append(Judged(lowest, missing, sum(costs) if costs else travel, plan))
    return found


def fair_level(problem: Problem) -> float:
    """``R`` by bisection: the level at which all posts would be used up."""
    if problem.stated_level is not None:
        return problem.stated_level
    offered = sum(float(layer.total) * layer.hours_per_week for layer in problem.layers)
    low, high = 0.0, 1e7
    for _ in range(200):
        middle = (low + high) / 2
        used = sum(max(0.0, middle * town.weight - town.existing_hours) for town in problem.municipalities)
        low, high = (middle, high) if used <= offered else (low, middle)
    return low


def _ki_posts(problem: Problem, plan: Sequence[Sequence[District]]) -> Fraction:
    ki = [{e.id for e in layer.employers if e.is_ki} for layer in problem.layers]
    return sum((d[2] for of, ds in zip(ki, plan, strict=True) for d in ds if d[1] in of), Fraction(0))


def _after(
    problem: Problem, number: int, hours: Hours
) -> Iterator[tuple[tuple[tuple[District, ...], ...], Hours, float]]:
    """All ways to go on from a layer, with the on-site hours and travel of everything then."""
    if number == len(problem.layers):
        yield (), hours, 0.0
        return
    layer = problem.layers[number]
    rows = layer.plan if layer.plan and layer.evaluated_only else ()
    given = tuple((tuple(sorted(row.municipalities)), row.employer, row.fte or Fraction(0)) for row in rows)
    done: dict[District, tuple[Hours, float] | None] = {}
    for districts in [tuple(sorted(given))] if given else _layer_plans(problem, layer, hours):
        for district in districts:
            if district not in done:
                done[district] = serve(problem, layer, district, hours)
        served = [one for district in districts if (one := done[district]) is not None]
        if len(served) < len(districts):
            continue
        more = dict(hours)
        for given, _ in served:
            for ags, amount in given.items():
                more[ags] += amount
        for rest, all_hours, travel in _after(problem, number + 1, more):
            yield (districts, *rest), all_hours, travel + sum(road for _, road in served)


def _layer_plans(problem: Problem, layer: Layer, hours: Hours) -> Iterator[tuple[District, ...]]:
    towns = [t.ags for t in problem.municipalities if t.taking_part]
    weight = {t.ags: t.weight for t in problem.municipalities}
    free = {ags for ags in towns if weight[ags] == 0 and layer.fewest_hours(ags) <= hours[ags]}
    sizes = [layer.step * k for k in range(1, layer.units + 1) if math.ceil(layer.step * k) >= layer.minimum_persons]

    def extend(left: list[str], posts: Fraction, chosen: tuple[District, ...]) -> Iterator[tuple[District, ...]]:
        if not left:
            if posts == 0 and layer.districts_minimum <= len(chosen) and _limits_hold(problem, layer, chosen):
                yield tuple(sorted(chosen))
            return
        if left[0] in free:
            yield from extend(left[1:], posts, chosen)
        if len(chosen) == layer.districts_maximum:
            return
        for count in range(len(left)):
            for others in combinations(left[1:], count):
                district = (left[0], *others)
                rest = [ags for ags in left if ags not in district]
                for employer in layer.employers:
                    if hubs_of(problem, layer, employer, district):
                        for fte in sizes:
                            if fte <= posts:
                                yield from extend(rest, posts - fte, (*chosen, (district, employer.id, fte)))

    yield from extend(towns, layer.total, ())


def _limits_hold(problem: Problem, layer: Layer, chosen: Sequence[District]) -> bool:
    for limit in layer.limits:
        posts = sum((fte for _, employer, fte in chosen if employer in limit.employers), Fraction(0))
        if posts < limit.minimum or (limit.maximum is not None and posts > limit.maximum):
            return False
    return layer.changes_maximum is None or len(changed(problem, layer, chosen)) <= layer.changes_maximum


def change_cost(problem: Problem, layer: Layer, chosen: Sequence[District]) -> float | None:
    """1 and half its key for each municipality that changes; ``None`` where there is no reference."""
    if layer.evaluated_only or layer.reference is None:
        return None
    weight = {town.ags: town.weight for town in problem.municipalities}
    return sum(1 + weight[ags] / 2 for ags in changed(problem, layer, chosen))


def changed(problem: Problem, layer: Layer, chosen: Sequence[District]) -> set[str]:
    """Who changes, of all ways in which districts can continue those of the reference the one with least change."""
    weight = {town.ags: town.weight for town in problem.municipalities}
    reference = list(layer.reference or ())
    touched = {ags for towns, _, _ in chosen for ags in towns} | {ags for towns in reference for ags in towns}
    ways = []
    for way in permutations([*reference, *[frozenset()] * len(chosen)], len(chosen)):
        kept = {ags for (towns, _, _), of in zip(chosen, way, strict=True) for ags in {*towns} & of}
        ways.append(touched - kept)
    return min(ways, key=lambda way: sum(1 + weight[ags] / 2 for ags in way))


def hubs_of(problem: Problem, layer: Layer, employer: Employer, towns: Sequence[str]) -> list[str]:
    """Where a team may start in a district; nowhere where a rule forbids it."""
    inside = set(towns)
    if any((a in inside) != (b in inside) for a, b in layer.together) or any({a, b} <= inside for a, b in layer.apart):
        return []
    if employer.max_municipalities is not None and len(towns) > employer.max_municipalities:
        return []
    if any(employer.id not in layer.fixed_employers.get(ags, {employer.id}) for ags in towns):
        return []
    if layer.connected and not _hangs_together(problem, inside):
        return []
    desks = [employer.office] if employer.base == "office" and employer.office else sorted(towns)
    limit = math.inf if layer.max_drive_minutes is None else layer.max_drive_minutes
    return [
        hub
        for hub in desks
        if (employer.hubs is None or hub in employer.hubs)
        and all(_minutes(problem, hub, ags) <= limit and _minutes(problem, hub, ags) < math.inf for ags in towns)
    ]


def _minutes(problem: Problem, hub: str, ags: str) -> float:
    return 0.0 if hub == ags else problem.minutes.get((hub, ags), math.inf)


def _hangs_together(problem: Problem, towns: set[str]) -> bool:
    reached = {min(towns)}
    while True:
        more = {near for ags in reached for near in problem.neighbours.get(ags, frozenset())} & towns - reached
        if not more:
            return reached == towns
        reached |= more


def serve(problem: Problem, layer: Layer, district: District, earlier: Hours) -> tuple[Hours, float] | None:
    """On-site hours and travel of a team from its best hub; ``None`` where the fewest hours do not fit."""
    towns, id, fte = district
    to_spend = float(fte) * layer.hours_per_week - layer.coordination_hours * math.ceil(fte)
    weight = {t.ags: t.weight for t in problem.municipalities}
    there = {t.ags: t.existing_hours + earlier[t.ags] for t in problem.municipalities}
    fewest = {ags: max(0.0, layer.fewest_hours(ags) - earlier[ags]) for ags in towns}
    found: tuple[float, dict[str, float], float] | None = None
    for hub in hubs_of(problem, layer, layer.employer(id), towns):
        road = {ags: 2 * _minutes(problem, hub, ags) / 60 / layer.block_hours for ags in towns}

        def used(level: float, road: Mapping[str, float] = road) -> float:
            return sum(max(fewest[a], level * weight[a] - there[a]) * (1 + road[a]) for a in towns)

        level = _largest(used, to_spend)
        if level is not None and (found is None or level > found[0] * (1 + TIE)):
            hours = {a: max(fewest[a], level * weight[a] - there[a]) if weight[a] else fewest[a] for a in towns}
            found = level, hours, sum(hours[a] * road[a] for a in towns)
    return None if found is None else (found[1], found[2])


def _largest(used: object, to_spend: float) -> float | None:
    assert callable(used)
    if used(0.0) > to_spend + 1e-9:
        return None
    low, high = 0.0, 1.0
    while used(high) <= to_spend and high < 1e9:
        low, high = high, 2 * high
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if used(middle) <= to_spend else (low, middle)
    return low
