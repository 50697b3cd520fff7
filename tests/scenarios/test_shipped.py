"""The scenarios that come with the planner can be read, are about the shipped county, and are what they say."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer.solve import solve
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario, load_problem
from scenarios.district_names import names_of
from scenarios.scenario import load_scenario, parse_scenario
from scenarios.schema import settings
from scenarios.store import list_scenarios

FILES = [
    "abruf-4-stellen",
    "ausbau-12-stellen",
    "kommunen-2023",
    "kommunen-frei",
    "modell-1-zentral",
    "modell-2-wohlfahrt",
    "modell-3-kommunen",
    "nichts",
]
MODELS = FILES[4:7]


def load(name: str) -> LoadedScenario:
    return load_problem(SCENARIOS / f"{name}.yaml", solve=lambda _: [])


def test_eight_scenarios_come_with_the_planner() -> None:
    assert [item.path.stem for item in list_scenarios(SCENARIOS)] == FILES


@pytest.mark.parametrize("name", FILES)
def test_a_scenario_fits_the_county_and_says_what_it_is(name: str) -> None:
    loaded = load(name)
    assert loaded.county.ags == "05558"
    assert loaded.notices == ()
    assert loaded.scenario.description
    assert loaded.problem.ki_minimum == Fraction(1, 3)


@pytest.mark.parametrize("name", FILES[:-1])
def test_every_municipality_gets_half_a_day_a_week(name: str) -> None:
    loaded = load(name)
    assert loaded.scenario.presence == 4
    last = loaded.problem.layers[-1]
    assert {last.fewest_hours(town.ags) for town in loaded.problem.municipalities} == {4}
    assert all(layer.minimum_hours == 0 for layer in loaded.problem.layers[:-1])
    plan = solve(loaded.problem).plan
    assert plan is not None
    assert all(supply.hours >= 4 - 1e-9 for supply in plan.municipalities.values())


def test_peaks_of_existing_advice_are_cut_alike_in_all() -> None:
    for name in FILES:
        loaded = load(name)
        assert loaded.scenario.existing_services.most == 1.5
        cut = {loaded.county.name_of(ags) for ags, advice in loaded.existing.items() if advice.cut}
        assert cut == {"Billerbeck", "Coesfeld"}


def test_nothing_is_measured_with_the_six_posts() -> None:
    nothing, six = load("nichts"), load("modell-1-zentral")
    assert (nothing.problem.layers, nothing.problem.fair_level) == ((), six.problem.fair_level)
    assert nothing.scenario.presence == 0


def test_the_region_of_2023_has_its_public_name() -> None:
    loaded = load("kommunen-2023")
    plan = loaded.problem.layers[0].plan or ()
    found = names_of([row.municipalities for row in plan], loaded.scenario, loaded.county)
    assert found == (None, "Mitte", None)


@pytest.mark.parametrize("name", FILES[:-1])
def test_the_posts_suffice_for_the_limits(name: str) -> None:
    problem = load(name).problem
    most_ki = Fraction(0)
    for layer in problem.layers:
        assert sum(limit.minimum for limit in layer.limits) <= layer.total
        most = {employer.id: layer.total for employer in layer.employers}
        for limit in layer.limits:
            if limit.maximum is not None and len(limit.employers) == 1:
                most[limit.id] = limit.maximum
        assert sum(most.values()) >= layer.total
        if layer.plan is None:
            most_ki += sum(most[employer.id] for employer in layer.employers if employer.is_ki)
            assert layer.districts_minimum <= layer.units
        else:
            assert sum(row.fte or 0 for row in layer.plan) == layer.total
            assert len({town for row in layer.plan for town in row.municipalities}) == 11
    assert most_ki >= problem.ki_minimum * problem.total_posts


@pytest.mark.parametrize("name", FILES)
def test_assumptions_are_marked_where_they_stand(name: str) -> None:
    keys = {setting.path.rpartition(".")[2] for setting in settings() if setting.about.assumption}
    lines = (SCENARIOS / f"{name}.yaml").read_text("utf-8").splitlines()
    stated = [line for line in lines if re.search(rf"^[^#]*\b({'|'.join(keys)}):", line)]
    assert len(stated) >= (2 if name == "nichts" else 4)
    assert [line for line in stated if "# Annahme" not in line] == []


def test_the_models_differ_in_who_employs() -> None:
    first, second, third = (load(name).problem for name in MODELS)
    assert [problem.total_posts for problem in (first, second, third)] == [6, 6, 6]
    assert [employer.id for employer in first.layers[0].employers] == ["ki"]
    assert [(employer.id, employer.base) for employer in second.layers[0].employers] == [
        ("ki", "district"),
        ("awo", "office"),
        ("drk", "office"),
        ("caritas", "office"),
    ]
    assert [(layer.total, len(layer.employers), layer.step) for layer in third.layers] == [
        (4, 11, Fraction(1, 10)),
        (2, 1, Fraction(1, 2)),
    ]


def test_fewer_and_more_posts_differ_from_model_1_in_little_else() -> None:
    base = load("modell-1-zentral").problem.layers[0]
    fewer, more = (load(name).problem.layers[0] for name in FILES[:2])
    for other, total, most in ((fewer, 4, 6), (more, 12, 11)):
        assert (other.total, other.districts_minimum, other.districts_maximum) == (total, 3, most)
        assert (other.step, other.max_drive_minutes, other.coordination_hours, other.block_hours) == (
            base.step,
            base.max_drive_minutes,
            base.coordination_hours,
            base.block_hours,
        )


def test_the_plan_of_2023_is_that_of_the_councils() -> None:
    plan = load("kommunen-2023").problem.layers[0].plan
    assert plan is not None
    assert [(row.employer, row.fte, [ags[-2:] for ags in row.municipalities]) for row in plan] == [
        ("05558012", Fraction(5, 2), ["12", "08", "20", "40"]),
        ("05558016", Fraction(1), ["16", "32"]),
        ("05558004", Fraction(5, 2), ["04", "24", "28", "36", "44"]),
    ]


def test_the_free_posts_differ_from_those_of_2023_in_the_plan_alone() -> None:
    real, free = (load(name).problem for name in ("kommunen-2023", "kommunen-frei"))
    layer = free.layers[0]
    assert (layer.plan, layer.total, len(layer.employers)) == (None, 6, 11)
    assert (layer.districts_minimum, layer.districts_maximum, layer.max_drive_minutes) == (3, 6, 40)
    assert {employer.max_municipalities for employer in layer.employers} == {11}
    first = real.layers[0]
    assert (layer.hours_per_week, layer.coordination_hours, layer.block_hours, layer.step) == (
        first.hours_per_week,
        first.coordination_hours,
        first.block_hours,
        first.step,
    )
    assert replace(free, layers=free.layers[1:]) == replace(real, layers=real.layers[1:])


def test_model_1_shows_every_default() -> None:
    path = SCENARIOS / "modell-1-zentral.yaml"
    scenario = load_scenario(path)
    least = "name: x\ncounty: 05558-coesfeld\nlayers: [{posts: {total: 6}, employers: [{id: ki}]}]\n"
    own = {"name", "description", "presence"}
    assert scenario.model_dump(exclude=own) == parse_scenario(least.encode(), "x").model_dump(exclude=own)
