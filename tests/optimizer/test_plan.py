"""A plan's figures: worked out by hand, against the exhaustive search, and adding up whatever the plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import exhaustive
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lanes import examples
from random_problems import problems

from optimizer.plan import Losses, Plan, StageName, added_hours
from optimizer.problem import Employer, GivenDistrict, Layer, Municipality, Problem
from optimizer.rules import check_plan
from optimizer.solve import Status, solve

MANY = settings(deadline=None, max_examples=examples(200), suppress_health_check=list(HealthCheck), derandomize=True)
KI, AWO = Employer("ki", is_ki=True), Employer("awo")


@st.composite
def given_problems(draw: st.DrawFn, hubs: bool = False) -> Problem:
    """Every layer with a plan in full: districts that overlap, leave towns out, hang apart, with hubs anywhere."""
    problem = draw(problems(given=False))
    towns = [town.ags for town in problem.municipalities]
    made = []
    for layer in problem.layers:
        rows = []
        for _ in range(draw(st.integers(1, 4))):
            members = draw(st.lists(st.sampled_from(towns), min_size=1, unique=True))
            hub = draw(st.sampled_from(towns if draw(st.integers(0, 3)) == 0 else members))
            fte = draw(st.sampled_from([layer.step, Fraction(1), Fraction(3, 2), layer.total, Fraction(1, 8)]))
            stated = hubs or draw(st.booleans())
            rows.append(GivenDistrict(draw(st.sampled_from(layer.employers)).id, tuple(members), fte,
                                      hub if stated else None))  # fmt: skip
        made.append(replace(layer, plan=tuple(rows), reference=None, changes_maximum=None))
    return replace(problem, layers=tuple(made))


def plan_of(problem: Problem) -> Plan:
    solution = solve(problem)
    assert solution.plan is not None
    return solution.plan


def county(*layers: Layer, weights: Sequence[float] = (0.5, 0.3, 0.2), existing: Sequence[float] = ()) -> Problem:
    """Towns a, b, c ... half an hour from each other: an on-site hour away from the hub costs a quarter more."""
    names = "abcdefg"[: len(weights)]
    had = existing or [0.0] * len(weights)
    return Problem(
        municipalities=tuple(Municipality(a, w, s) for a, w, s in zip(names, weights, had, strict=True)),
        minutes={(a, b): 30.0 for a in names for b in names if a != b},
        neighbours={},
        layers=layers,
    )


def layer(total: str, *rows: GivenDistrict, **rules: Any) -> Layer:
    return Layer("one", Fraction(total), (KI, AWO), hours_per_week=40.0, plan=rows, **rules)


def row(employer: str, towns: str, fte: str, hub: str | None = None) -> GivenDistrict:
    return GivenDistrict(employer, tuple(towns), Fraction(fte), hub)


@given(given_problems())
@MANY
def test_a_given_plan_has_the_figures_of_the_exhaustive_search(problem: Problem) -> None:
    plan = plan_of(problem)
    rows = [layer.plan or () for layer in problem.layers]
    # Where no hub is allowed the search takes any town of the district, the program one that the employer may have.
    stated = [
        [GivenDistrict(d.employer, d.municipalities, d.fte, d.hub) for d in layer.districts] for layer in plan.layers
    ]
    expected = exhaustive.evaluate_plan(problem, stated)
    for found, made, wanted in zip(plan.layers, rows, expected, strict=True):
        assert len(found.districts) == len(made)
        assert sorted(d.municipalities for d in found.districts) == sorted(
            tuple(sorted(r.municipalities)) for r in made
        )
        assert sum(d.total_travel_hours for d in found.districts) == pytest.approx(wanted.travel_hours, abs=1e-7)
        for district, team in zip(found.districts, wanted.teams, strict=True):
            assert district.hours == pytest.approx(team.hours, abs=1e-7)
            assert district.fits is (team.level is not None)
            assert district.level == pytest.approx(0.0 if team.level is None else team.level, rel=1e-9)
        hours = found.hours_by_municipality()
        for ags, amount in wanted.hours.items():
            assert hours.get(ags, 0.0) == pytest.approx(amount, abs=1e-7)
    assert plan.lowest_coverage == pytest.approx(expected[-1].lowest_coverage, rel=1e-9)
    assert plan.shortfall_hours == pytest.approx(expected[-1].shortfall, abs=1e-6)
    assert plan.travel_hours == pytest.approx(sum(one.travel_hours for one in expected), abs=1e-6)
    assert plan.ki_fte == sum((one.ki_posts for one in expected), Fraction(0))
    for ags, supply in plan.municipalities.items():
        assert supply.coverage == (pytest.approx(expected[-1].coverage[ags]) if supply.key else None)


@given(given_problems())
@MANY
def test_a_given_plan_takes_the_hub_of_the_exhaustive_search(problem: Problem) -> None:
    plan = plan_of(problem)
    wanted = exhaustive.evaluate_plan(problem, [layer.plan or () for layer in problem.layers])
    for found, expected, layer_ in zip(plan.layers, wanted, problem.layers, strict=True):
        teams = sorted(expected.teams, key=lambda team: (team.towns, team.employer, team.fte, team.hub))
        for district, team in zip(found.districts, teams, strict=True):
            employer = layer_.employer(team.employer)
            allowed = employer.hubs is None or set(employer.hubs) & set(team.towns)
            # Where the drive rules all hubs out, the employer's own ones come before any other.
            if allowed and (layer_.max_drive_minutes is None or employer.hubs is None):
                assert (district.municipalities, district.hub) == (team.towns, team.hub)


@given(given_problems())
@MANY
def test_the_figures_of_a_plan_add_up(problem: Problem) -> None:
    plan = plan_of(problem)
    supplies = plan.municipalities.values()
    assert [supply.ags for supply in supplies] == sorted(supply.ags for supply in supplies)
    districts = [district for layer in plan.layers for district in layer.districts]
    assert plan.on_site_hours == pytest.approx(sum(d.on_site_hours for d in districts))
    assert plan.travel_hours == pytest.approx(sum(s.travel_hours for s in supplies))
    assert plan.contract_hours == pytest.approx(
        sum(float(layer.fte) * layer.layer.hours_per_week for layer in plan.layers)
    )
    ki_fte = [d.fte for one in plan.layers for d in one.districts if one.layer.employer(d.employer).is_ki]
    assert plan.ki_share == sum(ki_fte, Fraction(0)) / problem.placed_posts
    spent = plan.on_site_hours + plan.travel_hours + plan.coordination_hours
    assert plan.unused_hours == pytest.approx(problem.offered_hours - spent)
    # A team without hours left spends more on coordination than it has; any other spends what it has, if it can.
    for layer in plan.layers:
        for d in layer.districts:
            left = d.contract_hours - d.coordination_hours
            assert d.on_site_hours + d.total_travel_hours <= max(0.0, left) + 1e-6
            assert d.persons == math.ceil(d.fte)
            assert d.coordination_hours == d.persons * layer.layer.coordination_hours
    lost = plan.travel_hours + plan.coordination_hours + plan.surplus_hours + plan.unused_hours
    # A stated yardstick asks for more or less than is offered.
    asked = sum(max(0.0, supply.fair_supply - supply.existing_hours) for supply in supplies)
    assert plan.shortfall_hours == pytest.approx(lost + asked - problem.offered_hours, abs=1e-6)
    least = plan.least_covered
    assert least.coverage is not None
    assert least.coverage == pytest.approx(plan.lowest_coverage, rel=1e-8)
    equal = [s.ags for s in supplies if s.coverage is not None and s.coverage <= plan.lowest_coverage * (1 + 1e-9)]
    assert least.ags == equal[0]
    assert plan.earlier_hours(len(plan.layers)) == pytest.approx([supply.hours for supply in supplies])
    assert plan.earlier_hours(0) == [0.0] * len(supplies)


def test_the_figures_by_hand() -> None:
    # 40 and 60 hours offered; a has 10: 110 in all, 55 fair in a, 33 in b, 22 in c.
    problem = county(layer("5/2", row("ki", "ab", "3/2", "a"), row("awo", "c", "1")), existing=(10, 0, 0))
    plan = plan_of(problem)
    # The KI: 60 less 4. 0.5 r - 10 + 0.3 r 1.25 = 56: r = 66 / 0.875.
    level = 66 / 0.875
    ki, awo = plan.layers[0].districts
    assert (ki.employer, ki.persons, ki.hub, ki.coordination_hours, ki.contract_hours) == ("ki", 2, "a", 4.0, 60.0)
    assert ki.level == pytest.approx(level)
    assert ki.hours == pytest.approx((0.5 * level - 10, 0.3 * level))
    assert ki.travel_hours == pytest.approx((0.0, 0.3 * level / 4))
    assert awo.hours == pytest.approx((38.0,))
    assert plan.fair_level == pytest.approx(110)
    assert plan.lowest_coverage == pytest.approx(level / 110)
    assert plan.least_covered.ags == "a"
    assert plan.shortfall_hours == pytest.approx((110 - level) * 0.8)
    # c has 38 and needs 22.
    assert plan.surplus_hours == pytest.approx(16)
    assert plan.coordination_hours == 6.0
    assert plan.unused_hours == pytest.approx(0, abs=1e-9)
    assert plan.municipalities["c"].coverage == pytest.approx(38 / 22)
    assert plan.municipalities["c"].shortfall_hours == 0.0
    assert plan.ki_share == Fraction(3, 5)


def test_the_share_of_the_ki_is_exact() -> None:
    third = plan_of(county(layer("3", row("ki", "a", "1"), row("awo", "bc", "2"))))
    assert third.ki_share == Fraction(1, 3)
    # Of the posts that the plan places, not of those that the scenario has.
    assert plan_of(county(layer("3", row("ki", "a", "1")))).ki_share == 1
    tenths = layer("3/10", row("ki", "a", "1/10"), row("awo", "bc", "2/10"), step=Fraction(1, 10))
    assert plan_of(county(tenths)).ki_share == Fraction(1, 3)


def test_hours_for_1000_people_need_no_yardstick() -> None:
    problem = county(layer("1", row("ki", "ab", "1", "a")), weights=(0.5, 0.3, 0.2), existing=(0.0, 2.0, 4.0))
    assert plan_of(problem).hours_per_1000() is None
    plan = plan_of(replace(problem, people=2000.0))
    of = plan.municipalities
    assert plan.hours_per_1000("a") == pytest.approx(of["a"].hours)
    assert plan.hours_per_1000("b") == pytest.approx((2.0 + of["b"].hours) / 0.6)
    assert plan.hours_per_1000("c") == pytest.approx(4.0 / 0.4)
    assert plan.hours_per_1000() == pytest.approx((6.0 + of["a"].hours + of["b"].hours) / 2)
    idle = replace(problem, people=2000.0, municipalities=(Municipality("a", 1.0), Municipality("b", 0.0)), minutes={})
    assert plan_of(replace(idle, layers=(layer("1", row("ki", "a", "1")),))).hours_per_1000("b") is None


def test_hours_of_who_takes_no_part_are_beyond_the_fair_supply() -> None:
    problem = county(layer("1", row("ki", "abc", "1", "a"), minimum_hours=2.0), weights=(0.6, 0.4, 0.0))
    towns = (*problem.municipalities[:2], Municipality("c", 0.0, taking_part=False))
    plan = plan_of(replace(problem, municipalities=towns))
    assert plan.municipalities["c"].hours == 0.0
    # Stated, a yardstick below what the posts give: the rest is beyond it.
    low = plan_of(replace(problem, municipalities=towns, stated_level=10.0))
    assert low.lowest_coverage > 1
    assert low.losses.on_site == pytest.approx(10.0)
    assert sum(vars_of(low.losses)) == pytest.approx(40.0)


def vars_of(losses: Losses) -> tuple[float, ...]:
    return losses.on_site, losses.beyond, losses.road, losses.coordination, losses.not_placed


def test_a_plan_without_layers_has_hours_and_with_a_stated_level_a_coverage() -> None:
    problem = replace(county(existing=(10.0, 2.0, 1.0)), people=1000.0)
    solution = solve(problem)
    assert solution.status is Status.GIVEN
    nothing = plan_of(problem)
    assert (nothing.layers, nothing.fair_level, nothing.ki_share, nothing.shortfall_hours) == ((), 0.0, 0, 0.0)
    assert all(supply.coverage is None for supply in nothing.municipalities.values())
    assert nothing.hours_per_1000() == pytest.approx(13.0)
    assert check_plan(nothing) == ()
    stated = plan_of(replace(problem, stated_level=20.0))
    assert stated.lowest_coverage == pytest.approx(1 / 4)
    assert stated.shortfall_hours == pytest.approx(4.0 + 3.0)


def test_posts_not_placed_are_unused() -> None:
    plan = plan_of(county(layer("3", row("ki", "a", "1"))))
    assert plan.contract_hours == 40.0
    assert plan.unused_hours == pytest.approx(80.0)


def test_the_least_covered_of_equals_is_the_first_key() -> None:
    plan = plan_of(county(layer("1", row("ki", "cba", "1"))))
    assert plan.least_covered.ags == "a"
    # Nobody serves b and c.
    plan = plan_of(county(layer("1", row("ki", "a", "1"))))
    assert (plan.least_covered.ags, plan.lowest_coverage) == ("b", 0.0)
    # Who has no need is not the least covered.
    plan = plan_of(county(layer("1", row("ki", "bc", "1")), weights=(0.0, 0.6, 0.4)))
    assert plan.least_covered.ags == "b"
    assert plan.municipalities["a"].coverage is None


def test_districts_that_overlap_add_their_hours() -> None:
    plan = plan_of(county(layer("2", row("ki", "ab", "1", "a"), row("awo", "b", "1"))))
    one, two = plan.layers[0].districts
    assert plan.municipalities["b"].hours == pytest.approx(one.hours[1] + two.hours[0])
    assert plan.layers[0].hours_by_municipality()["b"] == pytest.approx(one.hours[1] + 38)


def test_districts_come_in_the_order_of_keys() -> None:
    plan = plan_of(county(layer("3", row("awo", "c", "1"), row("ki", "ba", "1"), row("awo", "a", "1"))))
    assert [d.municipalities for d in plan.layers[0].districts] == [("a",), ("a", "b"), ("c",)]


def test_a_team_that_cannot_give_the_fewest_hours_says_so() -> None:
    plan = plan_of(county(layer("1", row("ki", "abc", "1", "b"), minimum_hours=20.0)))
    (district,) = plan.layers[0].districts
    # 20 in each would take 70 hours; 38 are there.
    assert not district.fits
    assert district.hours == pytest.approx([20 * 38 / 70] * 3)
    assert district.level == 0.0


def test_layers_add_up_and_count_as_existing_for_the_next() -> None:
    first = layer("1", row("ki", "a", "1"))
    second = replace(layer("1", row("awo", "ab", "1", "a")), name="two")
    plan = plan_of(county(first, second, weights=(0.5, 0.5)))
    # a has 38 of the first layer: the second serves b alone, 0.5 r 1.25 = 38.
    assert plan.layers[1].districts[0].hours == pytest.approx((0.0, 38 / 1.25))
    assert plan.municipalities["a"].hours == pytest.approx(38)
    assert plan.earlier_hours(1) == pytest.approx([38, 0])
    assert added_hours(plan.problem, plan.layers) == pytest.approx([38, 38 / 1.25])
    assert plan.given
    assert plan.proven
    assert plan.stages == ()
    assert solve(plan.problem).status is Status.GIVEN


def test_the_names_of_the_stages_are_those_of_the_file() -> None:
    names = ["lowest_coverage", "shortfall_hours", "travel_hours", "changes"]
    assert [name.value for name in StageName] == names
