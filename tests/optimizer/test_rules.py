"""The rules: each named when it is broken and only then, with the figure of the plan and the offenders."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import exhaustive
import pytest
from hypothesis import HealthCheck, given, settings
from lanes import examples

from optimizer.plan import Plan
from optimizer.problem import Employer, GivenDistrict, Layer, Municipality, PostLimit, Problem
from optimizer.rules import Rule, RuleCheck, RuleName, broken, check_plan, entries, is_connected, rules_of
from tests.optimizer.test_plan import AWO, KI, given_problems, plan_of

MANY = settings(deadline=None, max_examples=examples(300), suppress_health_check=list(HealthCheck), derandomize=True)

#: The names of the exhaustive search for each rule; a limit's carries its id.
ORACLE_NAMES = {
    RuleName.ONE_DISTRICT: "each municipality once",
    RuleName.CONNECTED: "connected",
    RuleName.POSTS: "posts",
    RuleName.DISTRICTS_MINIMUM: "number of districts",
    RuleName.DISTRICTS_MAXIMUM: "number of districts",
    RuleName.MAX_DRIVE: "drive",
    RuleName.DRIVABLE: "drivable",
    RuleName.CHANGES_MAXIMUM: "changes",
    RuleName.MINIMUM_PERSONS: "persons",
    RuleName.TOGETHER: "together",
    RuleName.APART: "apart",
    RuleName.FIXED_EMPLOYER: "employer",
    RuleName.MAX_MUNICIPALITIES: "employer",
    RuleName.HUB: "hub",
}


@given(given_problems(hubs=True))
@MANY
def test_the_broken_rules_are_those_of_the_exhaustive_search(problem: Problem) -> None:
    plan = plan_of(problem)
    checks = check_plan(plan)
    for number, layer in enumerate(problem.layers):
        rows = layer.plan or ()
        # The KI's share is the scenario's, teams in steps no rule of a plan, the fewest hours those of a municipality.
        earlier = exhaustive.evaluate_plan(problem, [one.plan or () for one in problem.layers[:number]])
        hours = exhaustive.carried(earlier)[0]
        expected = exhaustive.broken_rules(problem, number, rows, earlier_hours=hours)
        expected -= {"ki share", "step", "minimum hours"}
        found = set()
        for check in broken(checks):
            if check.rule.layer != number or check.rule.name is RuleName.MINIMUM_HOURS:
                continue
            if check.rule.name in (RuleName.EMPLOYER_MINIMUM, RuleName.EMPLOYER_MAXIMUM):
                found.add(f"limit {check.rule.subject[0]}")
            else:
                found.add(ORACLE_NAMES[check.rule.name])
        # A most that the layer's posts cannot pass is no rule; too many posts are a breach by themselves.
        idle = {
            f"limit {limit.id}"
            for limit in layer.limits
            if limit.maximum is not None and limit.maximum >= layer.total and "posts" in expected
        }
        assert found - idle == expected - idle
        done = exhaustive.evaluate_plan(problem, [one.plan or () for one in problem.layers[: number + 1]])
        short = any(
            sum(one.hours[town.ags] for one in done) < layer.fewest_hours(town.ags) - 1e-6
            for town in problem.municipalities
            if town.taking_part
        )
        assert short == any(c.rule.name is RuleName.MINIMUM_HOURS and c.rule.layer == number for c in broken(checks))
    share = plan.ki_fte / problem.placed_posts
    assert (share < problem.ki_minimum) == any(check.rule.name is RuleName.KI_SHARE for check in broken(checks))


# --- by hand


def county(**rules: Any) -> Problem:
    """Towns a to e of equal need in a row, ten minutes to the next; a with b at the KI, c with d and e at the AWO."""
    names = "abcde"
    settings_: dict[str, Any] = {
        "employers": (KI, AWO),
        "districts_minimum": 1,
        "plan": (row("ki", "ab", "1", "a"), row("awo", "cde", "2", "d")),
        **rules,
    }
    return Problem(
        municipalities=tuple(Municipality(name, 0.2) for name in names),
        minutes={(a, b): 10.0 * abs(ord(a) - ord(b)) for a in names for b in names if a != b},
        neighbours={a: frozenset(b for b in names if abs(ord(a) - ord(b)) == 1) for a in names},
        layers=(Layer("one", Fraction(3), **settings_),),
    )


def row(employer: str, towns: str, fte: str, hub: str | None = None) -> GivenDistrict:
    return GivenDistrict(employer, tuple(towns), Fraction(fte), hub)


def check(plan: Plan, name: RuleName, *subject: str) -> RuleCheck:
    found = [one for one in check_plan(plan) if one.rule.name is name and (not subject or one.rule.subject == subject)]
    assert len(found) == 1, f"{name} stands {len(found)} times"
    return found[0]


def without_e(problem: Problem) -> Problem:
    """The same with e taking no part."""
    towns = (*(Municipality(ags, 0.25) for ags in "abcd"), Municipality("e", 0.0, taking_part=False))
    return replace(problem, municipalities=towns)


def test_who_takes_no_part_is_missed_nowhere_and_may_be_in_a_given_plan() -> None:
    plan = (row("ki", "ab", "1", "a"), row("awo", "cd", "2", "d"))
    assert broken(check_plan(plan_of(county(plan=plan))))
    assert broken(check_plan(plan_of(without_e(county(plan=plan, minimum_hours=1.0))))) == ()
    assert broken(check_plan(plan_of(without_e(county())))) == ()


def test_who_has_no_need_and_no_fewest_hours_may_be_in_no_district() -> None:
    plan = (row("ki", "ab", "1", "a"), row("awo", "cd", "2", "d"))
    towns = (*(Municipality(ags, 0.25) for ags in "abcd"), Municipality("e", 0.0))
    idle = replace(county(plan=plan), municipalities=towns)
    assert broken(check_plan(plan_of(idle))) == ()
    due = replace(county(plan=plan, minimum_hours_of={"e": 0.5}), municipalities=towns)
    assert {one.rule.name for one in broken(check_plan(plan_of(due)))} == {
        RuleName.ONE_DISTRICT,
        RuleName.MINIMUM_HOURS,
    }
    twice = replace(county(plan=(*plan, row("awo", "e", "1"), row("ki", "de", "1"))), municipalities=towns)
    assert check(plan_of(twice), RuleName.ONE_DISTRICT).offenders == (("d",), ("e",))


def test_fewest_hours_written_once_are_one_rule() -> None:
    own = county(minimum_hours=1.0, minimum_hours_of={"d": 3.0, "b": 3.0, "c": 0.0, "e": 99.0})
    rules = [rule for rule in rules_of(own) if rule.name is RuleName.MINIMUM_HOURS]
    assert [(rule.subject, rule.limit) for rule in rules] == [((), 1.0), (("b", "d"), 3.0), (("e",), 99.0)]
    assert check(plan_of(own), RuleName.MINIMUM_HOURS, "e").offenders == (("e",),)
    # Whom the figure of all others does not concern: it is none where everyone has its own.
    everyone = county(minimum_hours=1.0, minimum_hours_of=dict.fromkeys("abcde", 2.5))
    assert [rule.subject for rule in rules_of(everyone) if rule.limit == 2.5] == [tuple("abcde")]
    assert not [rule for rule in rules_of(everyone) if rule.name is RuleName.MINIMUM_HOURS and not rule.subject]


def test_hours_of_earlier_layers_count_towards_the_fewest() -> None:
    first = county().layers[0]
    later = replace(first, plan=(row("ki", "abc", "1", "a"), row("awo", "de", "2", "d")), minimum_hours=20.0)
    problem = replace(county(), layers=(first, later))
    plan = plan_of(problem)
    least = min(sum(hours) for hours in zip(plan.earlier_hours(1), plan.earlier_hours(2), strict=False))
    assert least > 20.0
    assert check(plan, RuleName.MINIMUM_HOURS).holds
    alone = replace(problem, layers=(later,))
    assert not check(plan_of(alone), RuleName.MINIMUM_HOURS).holds


def test_a_hub_from_where_nobody_can_drive_to_the_district_is_a_breach() -> None:
    problem = county()
    assert not [rule for rule in rules_of(problem) if rule.name is RuleName.DRIVABLE]
    roads = {pair: t for pair, t in problem.minutes.items() if pair != ("d", "e")}
    plan = plan_of(replace(problem, minutes=roads))
    assert check(plan, RuleName.DRIVABLE).offenders == (("c", "d", "e"),)
    assert check(plan, RuleName.MAX_DRIVE).value == 10.0
    assert plan.municipalities["e"].hours == 0.0
    other = replace(county(plan=(row("ki", "ab", "1", "a"), row("awo", "cde", "2"))), minutes=roads)
    assert check(plan_of(other), RuleName.DRIVABLE).holds


def test_a_plan_in_order_breaks_nothing() -> None:
    assert broken(check_plan(plan_of(county()))) == ()


@pytest.mark.parametrize(
    ("rules", "name", "value", "offenders"),
    [
        ({"plan": (row("ki", "ab", "1"), row("ki", "bcd", "2"))}, RuleName.ONE_DISTRICT, None, (("b",), ("e",))),
        ({"plan": (row("ki", "abd", "1"), row("ki", "ce", "2"))}, RuleName.CONNECTED, None,
         (("a", "b", "d"), ("c", "e"))),
        ({"plan": (row("ki", "ab", "1"), row("ki", "cde", "5/2"))}, RuleName.POSTS, 3.5, ()),
        ({"districts_minimum": 3}, RuleName.DISTRICTS_MINIMUM, 2, ()),
        ({"districts_maximum": 1}, RuleName.DISTRICTS_MAXIMUM, 2, ()),
        ({"max_drive_minutes": 9.0}, RuleName.MAX_DRIVE, 10.0, (("a", "b"), ("c", "d", "e"))),
        ({"max_drive_minutes": 10.0, "plan": (row("ki", "ab", "1"), row("ki", "cde", "2", "c"))}, RuleName.MAX_DRIVE,
         20.0, (("c", "d", "e"),)),
        # Two teams in the same district: the nearer one does not hide the other.
        ({"max_drive_minutes": 10.0, "plan": (row("ki", "abc", "1", "a"), row("ki", "abc", "1", "b"),
                                              row("ki", "de", "1"))}, RuleName.MAX_DRIVE, 20.0, (("a", "b", "c"),)),
        ({"minimum_persons": 2}, RuleName.MINIMUM_PERSONS, 1, (("a", "b"),)),
        ({"minimum_hours": 30.0}, RuleName.MINIMUM_HOURS, pytest.approx(37 / (2 + 1 / 12)),
         (("a",), ("b",), ("c",), ("d",), ("e",))),
        ({"together": (("b", "c"),)}, RuleName.TOGETHER, None, (("a", "b"), ("c", "d", "e"))),
        ({"apart": (("c", "e"),)}, RuleName.APART, None, (("c", "d", "e"),)),
        ({"fixed_employers": {"e": frozenset({"ki"})}}, RuleName.FIXED_EMPLOYER, None, (("c", "d", "e"),)),
        ({"limits": (PostLimit("awo", frozenset({"awo"}), Fraction(5, 2)),)}, RuleName.EMPLOYER_MINIMUM, 2.0, ()),
        ({"limits": (PostLimit("awo", frozenset({"awo"}), maximum=Fraction(3, 2)),)}, RuleName.EMPLOYER_MAXIMUM, 2.0,
         ()),
        ({"employers": (KI, Employer("awo", max_municipalities=2))}, RuleName.MAX_MUNICIPALITIES, 3,
         (("c", "d", "e"),)),
        ({"employers": (Employer("ki", True, hubs=frozenset("b")), Employer("awo", hubs=frozenset("cd")))},
         RuleName.HUB, None, (("a", "b"),)),
        ({"plan": (row("ki", "ab", "1", "c"), row("awo", "cde", "2"))}, RuleName.HUB, None, (("a", "b"),)),
        ({"employers": (Employer("ki", True, "office", "b"), AWO)}, RuleName.HUB, None, (("a", "b"),)),
    ],
)  # fmt: skip
def test_a_rule_is_named_when_it_is_broken(
    rules: dict[str, Any], name: RuleName, value: float | None, offenders: tuple[tuple[str, ...], ...]
) -> None:
    wrong = [check for check in broken(check_plan(plan_of(county(**rules)))) if check.rule.name is name]
    assert [(check.value, check.offenders, check.binding) for check in wrong] == [(value, offenders, True)]


@pytest.mark.parametrize(
    ("rules", "name"),
    [
        ({"connected": True}, RuleName.CONNECTED),
        ({"districts_minimum": 2}, RuleName.DISTRICTS_MINIMUM),
        ({"districts_maximum": 2}, RuleName.DISTRICTS_MAXIMUM),
        ({"max_drive_minutes": 10.0}, RuleName.MAX_DRIVE),
        ({"minimum_hours": 37 / (2 + 1 / 12)}, RuleName.MINIMUM_HOURS),
        ({"together": (("c", "e"),)}, RuleName.TOGETHER),
        ({"apart": (("b", "c"),)}, RuleName.APART),
        ({"fixed_employers": {"e": frozenset({"ki", "awo"})}}, RuleName.FIXED_EMPLOYER),
        ({"limits": (PostLimit("awo", frozenset({"awo"}), Fraction(2)),)}, RuleName.EMPLOYER_MINIMUM),
        ({"limits": (PostLimit("awo", frozenset({"awo"}), maximum=Fraction(2)),)}, RuleName.EMPLOYER_MAXIMUM),
        ({"employers": (KI, Employer("awo", max_municipalities=3))}, RuleName.MAX_MUNICIPALITIES),
    ],
)
def test_a_rule_kept_to_the_letter_holds(rules: dict[str, Any], name: RuleName) -> None:
    assert check(plan_of(county(**rules)), name).holds


def test_the_share_of_the_ki_is_binding_or_advisory() -> None:
    problem = county()
    exact = check(plan_of(problem), RuleName.KI_SHARE)
    assert (exact.holds, exact.binding, exact.rule.layer) == (True, True, None)
    assert exact.value == pytest.approx(1 / 3)
    more = check(plan_of(replace(problem, ki_minimum=Fraction(34, 100), ki_binding=False)), RuleName.KI_SHARE)
    assert (more.holds, more.binding, more.rule.limit) == (False, False, 0.34)


def test_an_office_is_a_hub_outside_and_any_other_place_is_none() -> None:
    office = (Employer("ki", True, "office", "e"), AWO)
    plan = plan_of(county(employers=office, plan=(row("ki", "ab", "1"), row("awo", "cde", "2"))))
    assert plan.layers[0].districts[0].hub == "e"
    assert check(plan, RuleName.HUB, "ki").holds
    plan = plan_of(county(employers=office))
    assert plan.layers[0].districts[0].hub == "a"
    assert not check(plan, RuleName.HUB, "ki").holds


def test_only_rules_that_are_set_are_listed() -> None:
    bare = county(plan=None, connected=False, max_drive_minutes=None)
    bare = replace(bare, ki_minimum=Fraction(0))
    assert [rule.name for rule in rules_of(bare)] == [
        RuleName.ONE_DISTRICT,
        RuleName.POSTS,
        RuleName.DISTRICTS_MINIMUM,
        RuleName.DISTRICTS_MAXIMUM,
    ]


def test_every_rule_has_its_subject_and_limit() -> None:
    problem = county(
        plan=None,
        employers=(KI, Employer("awo", hubs=frozenset("c"), max_municipalities=4)),
        minimum_persons=2,
        minimum_hours=1.5,
        together=(("a", "b"),),
        apart=(("c", "d"), ("d", "e")),
        fixed_employers={"e": frozenset({"ki"}), "d": frozenset({"ki", "awo"})},
        limits=(
            PostLimit("awo", frozenset({"awo"}), Fraction(1, 2), Fraction(2)),
            PostLimit("ki", frozenset({"ki"}), Fraction(0), Fraction(3)),
        ),
    )
    assert rules_of(problem) == [
        Rule(RuleName.KI_SHARE, None, (), float(Fraction(1, 3))),
        Rule(RuleName.ONE_DISTRICT, 0),
        Rule(RuleName.CONNECTED, 0),
        Rule(RuleName.POSTS, 0, (), 3.0),
        Rule(RuleName.DISTRICTS_MINIMUM, 0, (), 1),
        Rule(RuleName.DISTRICTS_MAXIMUM, 0, (), 6),
        Rule(RuleName.MAX_DRIVE, 0, (), 40.0),
        Rule(RuleName.MINIMUM_PERSONS, 0, (), 2),
        Rule(RuleName.MINIMUM_HOURS, 0, (), 1.5),
        Rule(RuleName.TOGETHER, 0, ("a", "b")),
        Rule(RuleName.APART, 0, ("c", "d")),
        Rule(RuleName.APART, 0, ("d", "e")),
        Rule(RuleName.FIXED_EMPLOYER, 0, ("d", "awo", "ki")),
        Rule(RuleName.FIXED_EMPLOYER, 0, ("e", "ki")),
        Rule(RuleName.EMPLOYER_MINIMUM, 0, ("awo",), 0.5),
        Rule(RuleName.EMPLOYER_MAXIMUM, 0, ("awo",), 2.0),
        Rule(RuleName.EMPLOYER_MAXIMUM, 0, ("ki",), 3.0),
        Rule(RuleName.MAX_MUNICIPALITIES, 0, ("awo",), 4),
        Rule(RuleName.HUB, 0, ("awo",)),
    ]


def test_employers_of_a_group_are_one_entry() -> None:
    towns = tuple(Employer(name, hubs=frozenset(name), max_municipalities=1, group="towns") for name in "ba")
    problem = county(plan=None, employers=(*towns, AWO, KI))
    assert {id: [e.id for e in found] for id, found in entries(problem.layers[0]).items()} == {
        "ki": ["ki"],
        "towns": ["a", "b"],
        "awo": ["awo"],
    }
    named = [rule for rule in rules_of(problem) if rule.name is RuleName.MAX_MUNICIPALITIES]
    assert named == [Rule(RuleName.MAX_MUNICIPALITIES, 0, ("towns",), 1)]


def test_an_employer_with_settings_of_its_own_hides_not_those_of_others_with_whom_it_shares_a_limit() -> None:
    # As a scenario file makes it: all municipalities together with one of them that has settings of its own.
    towns = (Employer("a", max_municipalities=1), Employer("b"))
    plan = (row("b", "bcd", "1", "b"), row("a", "ae", "1", "a"), row("ki", "a", "1"))
    limits = (PostLimit("towns", frozenset("ab"), maximum=Fraction(2)),)
    problem = county(employers=(*towns, KI), limits=limits, plan=plan)
    wrong = [one for one in broken(check_plan(plan_of(problem))) if one.rule.name is RuleName.MAX_MUNICIPALITIES]
    assert [one.offenders for one in wrong] == [(("a", "e"),)]


@pytest.mark.parametrize(
    ("towns", "expected"), [("a", True), ("ab", True), ("bcd", True), ("ac", False), ("abde", False), ("abcde", True)]
)
def test_connected_through_neighbours(towns: str, expected: bool) -> None:
    assert is_connected(towns, county()) is expected
