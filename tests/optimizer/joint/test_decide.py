"""The joint decision against all plans of all layers together (tests/all_plans.py), on small random counties."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import all_plans
import pytest
from lanes import seeds

from optimizer.joint.decide import JointPlan, solve_jointly
from optimizer.plan import LayerPlan, Plan, StageName
from optimizer.problem import Employer, GivenDistrict, Layer, Municipality, PostLimit, Problem
from optimizer.rules import broken, check_plan
from optimizer.solve import solve
from optimizer.solver import Deadline
from optimizer.stages import Infeasible


def county(chance: random.Random, towns: int, layers: tuple[Layer, ...], **others: object) -> Problem:
    """Towns at random places, near ones joined, so that all of them hang together."""
    places = [(chance.uniform(0, 30), chance.uniform(0, 30)) for _ in range(towns)]
    keys = [f"{5000 + i}" for i in range(towns)]
    minutes = {
        (a, b): math.dist(p, q) * chance.uniform(1.1, 1.5)
        for a, p in zip(keys, places, strict=True)
        for b, q in zip(keys, places, strict=True)
        if a != b
    }
    near: dict[str, set[str]] = {ags: set() for ags in keys}
    pairs = [(i, min(range(i), key=lambda j, i=i: math.dist(places[i], places[j]))) for i in range(1, towns)]
    pairs += [pair for pair in combinations(range(towns), 2) if chance.random() < 0.3]
    for i, j in pairs:
        near[keys[i]].add(keys[j])
        near[keys[j]].add(keys[i])
    weights = [chance.choice([chance.uniform(0.3, 3), 1.0]) for _ in keys]
    given = [chance.choice([0.0, 0.0, chance.uniform(0, 8), 60.0 if chance.random() < 0.1 else 2.0]) for _ in keys]
    return Problem(
        tuple(Municipality(a, w / sum(weights), s) for a, w, s in zip(keys, weights, given, strict=True)),
        minutes,
        {ags: frozenset(others) for ags, others in near.items()},
        layers,
        **others,  # type: ignore[arg-type]
    )


def own_layer(chance: random.Random, towns: int, spare: int) -> Layer:
    """Every municipality with posts of its own."""
    units = towns + spare
    step = chance.choice([Fraction(1, 10), Fraction(1, 4), Fraction(1, 2)])
    return Layer(
        "own",
        step * units,
        tuple(Employer(f"{5000 + i}", hubs=frozenset({f"{5000 + i}"}), max_municipalities=1) for i in range(towns)),
        step=step,
        coordination_hours=chance.choice([0.0, 2.0]),
        districts_minimum=1,
        districts_maximum=towns,
    )


def wide_layer(chance: random.Random, units: int, employers: tuple[Employer, ...], **rules: object) -> Layer:
    """Districts of several municipalities."""
    settings: dict[str, object] = {
        "districts_minimum": 1,
        "districts_maximum": min(3, units),
        "max_drive_minutes": chance.choice([None, 25.0]),
        "connected": chance.random() < 0.8,
        "minimum_hours": chance.choice([0.0, 0.0, 0.9]),
        **rules,
    }
    return Layer("wide", Fraction(units, 2), employers, **settings)  # type: ignore[arg-type]


KI = Employer("ki", is_ki=True)
AWO = Employer("awo")


def compare(problem: Problem) -> JointPlan | None:
    """The stages are those of all plans, each proven, and the plan has these values and keeps the rules."""
    plans = all_plans.all_plans(problem)
    expected = all_plans.best(plans, problem.fairness_tolerance)
    if expected is None:
        with pytest.raises(Infeasible):
            solve_jointly(problem, None, Deadline(None))
        return None
    found = solve_jointly(problem, None, Deadline(None))
    lowest, shortfall, third = found.stages
    assert all(stage.proven for stage in found.stages)
    assert lowest.value == pytest.approx(expected.lowest, rel=1e-6, abs=1e-7)
    assert shortfall.value == pytest.approx(expected.shortfall, abs=1e-3 + 1e-6)
    edges = [all_plans.best(plans, problem.fairness_tolerance, aside) for aside in (-1e-6, 1e-6)]
    if all(edge and abs(edge.third - expected.third) < 1e-6 for edge in edges):
        assert shortfall.value == pytest.approx(expected.shortfall, abs=1e-3 + 1e-6)
        assert third.value == pytest.approx(expected.third, abs=2e-6)
        shapes = [plan.plan for plan in expected.plans]
        assert shape(found) in shapes
    plan = Plan(problem, found.layers)
    assert plan.lowest_coverage >= lowest.value - problem.fairness_tolerance - 1e-8
    assert plan.shortfall_hours <= shortfall.value + 0.001 + 1e-8
    if third.name is StageName.TRAVEL:
        assert plan.travel_hours == pytest.approx(third.value, abs=1e-8)
    advisory = set() if problem.ki_binding else {"ki_share"}
    given = [number for number, layer in enumerate(problem.layers) if layer.evaluated_only]
    breaches = {check.rule.name.value for check in broken(check_plan(plan)) if check.rule.layer not in given}
    assert breaches <= advisory | set(forgiven(problem))
    return found


def forgiven(problem: Problem) -> list[str]:
    """Rules that a plan may seem to break: who has no need may be left out."""
    return ["one_district", "minimum_hours"] if any(town.weight == 0 for town in problem.municipalities) else []


def shape(plan: JointPlan) -> tuple[tuple[tuple[tuple[str, ...], str, Fraction], ...], ...]:
    """What a plan decides."""
    return tuple(tuple(sorted((d.municipalities, d.employer, d.fte) for d in layer.districts)) for layer in plan.layers)


@pytest.mark.parametrize("seed", seeds(40))
def test_own_posts_then_districts_are_the_best_of_all_plans(seed: int) -> None:
    chance = random.Random(seed)
    towns = chance.randint(2, 4)
    layers = (own_layer(chance, towns, chance.randint(0, 4)), wide_layer(chance, chance.randint(1, 4), (KI,)))
    compare(county(chance, towns, layers, ki_minimum=Fraction(0)))


@pytest.mark.parametrize("seed", seeds(40))
def test_districts_then_own_posts_are_the_best_of_all_plans(seed: int) -> None:
    chance = random.Random(seed)
    towns = chance.randint(2, 4)
    layers = (wide_layer(chance, chance.randint(1, 4), (KI,)), own_layer(chance, towns, chance.randint(0, 4)))
    compare(county(chance, towns, layers, ki_minimum=Fraction(0)))


@pytest.mark.parametrize("seed", seeds(60))
def test_two_layers_of_districts_are_the_best_of_all_plans(seed: int) -> None:
    chance = random.Random(seed)
    towns = chance.randint(3, 4)
    municipal = tuple(Employer(f"{5000 + i}", hubs=frozenset({f"{5000 + i}"})) for i in range(towns))
    first = chance.choice([(KI,), municipal])
    layers = (wide_layer(chance, chance.randint(2, 4), first), wide_layer(chance, chance.randint(2, 4), (KI,)))
    compare(county(chance, towns, layers, ki_minimum=Fraction(0), fairness_tolerance=chance.choice([0.0, 0.02, 0.1])))


@pytest.mark.parametrize("seed", seeds(60))
def test_rules_hold_over_both_layers(seed: int) -> None:
    # Employers in both layers of which the KI must have its share over all, limits, an office, pairs, fixed employers.
    chance = random.Random(seed)
    towns = 3
    keys = [f"{5000 + i}" for i in range(towns)]
    office = replace(AWO, base="office", office=chance.choice(keys))
    employers = chance.choice([(KI, AWO), (KI, office), (replace(KI, max_municipalities=2), AWO)])

    def some(units: int) -> Layer:
        most = chance.choice([None, Fraction(1, 2), Fraction(1)])
        limit = PostLimit("awo", frozenset({"awo"}), Fraction(chance.choice([0, 0, 1]), 2), most)
        rules: dict[str, object] = {"limits": (limit,) if chance.random() < 0.5 else ()}
        if chance.random() < 0.2:
            rules["fixed_employers"] = {keys[0]: frozenset({chance.choice(["ki", "awo"])})}
        if chance.random() < 0.2:
            rules[chance.choice(["together", "apart"])] = ((keys[0], keys[1]),)
        return wide_layer(chance, units, employers, **rules)

    layers: tuple[Layer, ...] = (some(chance.randint(1, 3)), some(chance.randint(1, 3)))
    if chance.random() < 0.4:
        own = own_layer(chance, towns, chance.randint(0, 2))
        layers = (own, layers[1]) if chance.random() < 0.5 else (layers[0], own)
    share = chance.choice([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(3, 4)])
    compare(county(chance, towns, layers, ki_minimum=share, ki_binding=chance.random() < 0.8))


@pytest.mark.parametrize("seed", seeds(40))
def test_least_change_counts_over_both_layers_and_may_be_limited(seed: int) -> None:
    chance = random.Random(seed)
    towns = chance.randint(2, 3)
    keys = [f"{5000 + i}" for i in range(towns)]

    def known() -> dict[str, object]:
        parts = chance.choice([[keys[:1], keys[1:]], [keys], [[ags] for ags in keys], [keys[:-1], keys[-1:]]])
        most = chance.choice([None, None, 0, 1, 2])
        return {"reference": tuple(map(frozenset, parts)), "changes_maximum": most}

    first = wide_layer(chance, chance.randint(1, 3), (KI,), **known())
    second = wide_layer(chance, chance.randint(1, 3), (KI,), **(known() if chance.random() < 0.5 else {}))
    if chance.random() < 0.3:
        first = own_layer(chance, towns, chance.randint(0, 3))
    tolerance = chance.choice([0.02, 0.2, 1.0])
    compare(county(chance, towns, (first, second), ki_minimum=Fraction(0), fairness_tolerance=tolerance))


@pytest.mark.parametrize("seed", seeds(40))
def test_a_given_layer_after_the_one_that_is_decided_counts(seed: int) -> None:
    chance = random.Random(seed)
    towns = chance.randint(2, 4)
    keys = [f"{5000 + i}" for i in range(towns)]
    cut = chance.randint(1, towns)
    parts = [part for part in (keys[:cut], keys[cut:]) if part][: chance.choice([1, 2])]
    rows = tuple(
        GivenDistrict("ki", tuple(part), Fraction(chance.randint(1, 5), chance.choice([2, 3]))) for part in parts
    )
    given = Layer("given", Fraction(2), (KI,), plan=rows, max_drive_minutes=None, connected=False)
    free = chance.choice([wide_layer(chance, chance.randint(2, 4), (KI, AWO)), own_layer(chance, towns, 3)])
    compare(county(chance, towns, (free, given), ki_minimum=Fraction(0)))


def three(chance: random.Random, towns: int) -> Problem:
    """Three layers that are all decided, beyond the exact methods."""
    layers = tuple(
        replace(wide_layer(chance, chance.randint(1, 2), (KI,)), name=f"layer {number}") for number in range(3)
    )
    return county(chance, towns, layers, ki_minimum=Fraction(0))


@pytest.mark.parametrize("seed", seeds(10))
def test_beyond_the_exact_methods_bounds_hold_and_nothing_is_worse_than_the_start(seed: int) -> None:
    problem = three(random.Random(seed), 3)
    start = solve(replace(problem, layers=problem.layers[:1])).plan
    if start is None:
        return
    done = list(start.layers)
    for number in (1, 2):
        given = [as_given(layer.layer, layer) for layer in done]
        after = solve(replace(problem, layers=(*given, problem.layers[number]), stated_level=problem.fair_level)).plan
        if after is None:
            return
        done.append(after.layers[number])
    first = Plan(problem, tuple(replace(one, layer=layer) for one, layer in zip(done, problem.layers, strict=True)))
    found = solve_jointly(problem, first.layers, Deadline(None))
    expected = all_plans.best(all_plans.all_plans(problem), problem.fairness_tolerance)
    assert expected is not None
    lowest, shortfall, _ = found.stages
    assert lowest.value <= expected.lowest + 1e-9 <= lowest.bound + 2e-9
    assert lowest.value >= (first.lowest_coverage or 0.0) - 1e-9
    assert shortfall.bound <= expected.shortfall + 1e-9
    plan = Plan(problem, found.layers)
    floor = lowest.value - problem.fairness_tolerance
    assert (plan.lowest_coverage or 0.0) >= floor - 1e-8
    if (first.lowest_coverage or 0.0) >= floor:
        assert plan.shortfall_hours <= first.shortfall_hours + 1e-9


def as_given(layer: Layer, done: LayerPlan) -> Layer:
    """A layer with its plan given in full."""
    rows = tuple(GivenDistrict(d.employer, d.municipalities, d.fte, d.hub) for d in done.districts)
    return replace(layer, plan=rows)


@pytest.mark.parametrize("seed", seeds(12))
def test_the_order_of_the_input_changes_nothing(seed: int) -> None:
    chance = random.Random(seed)
    layers = (
        wide_layer(chance, 3, (KI, AWO)),
        chance.choice([own_layer(chance, 3, 2), wide_layer(chance, 2, (AWO, KI))]),
    )
    problem = county(chance, 3, layers, ki_minimum=Fraction(0))
    mixed = replace(
        problem,
        municipalities=problem.municipalities[::-1],
        layers=tuple(replace(layer, employers=layer.employers[::-1]) for layer in problem.layers),
    )
    if all_plans.all_plans(problem):
        one, other = (solve_jointly(of, None, Deadline(None)) for of in (problem, mixed))
        assert shape(one) == shape(other)
        assert one.stages == other.stages


@pytest.mark.parametrize("own_first", [True, False])
def test_a_shortfall_of_0_is_proven_and_the_least_travel_found(own_first: bool) -> None:
    # A fair level that is reached everywhere: all plans have a shortfall of 0, and those near the highest lowest
    # coverage differ in travel alone.
    chance = random.Random(7)
    own, wide = own_layer(chance, 3, 3), wide_layer(chance, 3, (KI,), minimum_hours=0.0)
    for layers in ((own, wide), (wide, own), (wide, replace(wide, name="other"))):
        problem = county(chance, 3, layers if own_first else layers[::-1], ki_minimum=Fraction(0), stated_level=5.0)
        found = compare(problem)
        assert found is not None
        assert found.stages[1].value == 0.0


def test_a_lowest_coverage_of_0_is_a_value() -> None:
    # Nobody can serve the third town, which has nothing: the highest lowest coverage is 0, and proven.
    chance = random.Random(3)
    problem = county(chance, 3, (own_layer(chance, 3, 2), wide_layer(chance, 2, (KI,))), ki_minimum=Fraction(0))
    rows = (GivenDistrict("ki", ("5000",)), GivenDistrict("ki", ("5001",)))
    towns = tuple(replace(t, weight=1 / 3, existing_hours=0.0) for t in problem.municipalities)
    layer = replace(problem.layers[1], plan=rows, minimum_hours=0.0)
    problem = replace(problem, municipalities=towns, layers=(layer, replace(layer, name="more")))
    found = solve_jointly(problem, None, Deadline(None))
    assert [stage.proven for stage in found.stages] == [True, True, True]
    assert found.stages[0].value == 0.0
