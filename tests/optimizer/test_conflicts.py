"""Why there is no plan: conflicts that are ones, no rule of them to be spared, and figures that are the nearest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import exhaustive
import pytest
from hypothesis import HealthCheck, assume, given, settings
from lanes import examples
from random_problems import problems

from optimizer import conflicts as conflicts_module
from optimizer import feasibility as feasibility_module
from optimizer.conflicts import Conflict, Remedy, explain
from optimizer.problem import Employer, GivenDistrict, Layer, Municipality, PostLimit, Problem
from optimizer.rules import Rule, RuleName, entries, rules_of
from optimizer.solve import Status, solve
from optimizer.solver import Solver

SOME = settings(deadline=None, max_examples=examples(40), suppress_health_check=list(HealthCheck), derandomize=True)
KI, AWO = Employer("ki", is_ki=True), Employer("awo")

# --- the exhaustive search asked whether some of the rules can hold


class Question:
    """A problem of one layer, of which any rules may be dropped or given other figures."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.layer = problem.layers[0]
        self.every = tuple(rule for rule in rules_of(problem) if self.can_be_dropped(rule))
        persons = max(1, math.ceil(self.layer.minimum_persons / self.layer.step))
        #: More posts than any rule or figure can call for.
        self.most_units = 3 * self.layer.units + len(problem.municipalities) * persons
        self.can_hold = cache(self._can_hold)

    def can_be_dropped(self, rule: Rule) -> bool:
        if rule.name is RuleName.ONE_DISTRICT or (rule.name is RuleName.KI_SHARE and not self.problem.ki_binding):
            return False
        shared = entries(self.layer)
        return rule.name is not RuleName.HUB or len(shared[rule.subject[0]]) == 1

    def holds(self, rules: Iterable[Rule], figures: dict[Rule, float] | None = None) -> bool:
        return self.can_hold(frozenset(rules), tuple((figures or {}).items()))

    def _can_hold(self, rules: frozenset[Rule], figures: tuple[tuple[Rule, float], ...]) -> bool:
        asked = replaced(self.problem, self.every, rules, dict(figures))
        posts = {rule: figure for rule, figure in figures if rule.name is RuleName.POSTS}
        if posts:
            return self.has_plan(with_total(asked, round(next(iter(posts.values())) / self.layer.step)))
        if any(rule.name is RuleName.POSTS for rule in rules):
            return self.has_plan(asked)
        # Any total: at first without the KI, whose share depends on it.
        free = exhaustive.Stages(with_total(asked, self.most_units), 0)
        free.bounds[0] = (1, self.most_units)
        if free.highest_coverage() is None:
            return False
        return asked.ki_minimum == 0 or any(self.has_plan(with_total(asked, n)) for n in self.totals())

    def totals(self) -> Iterator[int]:
        yield from sorted(range(1, self.most_units + 1), key=lambda units: abs(units - self.layer.units))

    @staticmethod
    def has_plan(problem: Problem) -> bool:
        needed = exhaustive.ki_posts_needed(problem, 0)
        return exhaustive.Stages(problem, 0, exhaustive.NO_HOURS, needed).highest_coverage() is not None


def with_total(problem: Problem, units: int) -> Problem:
    return replace(problem, layers=(replace(problem.layers[0], total=units * problem.layers[0].step),))


def replaced(problem: Problem, every: tuple[Rule, ...], kept: frozenset[Rule], figures: dict[Rule, float]) -> Problem:
    """The problem with every rule dropped that is not ``kept``, and other figures for some."""
    layer = problem.layers[0]
    share = Fraction(0)
    by_id = {employer.id: employer for employer in layer.employers}
    groups = {id: [employer.id for employer in found] for id, found in entries(layer).items()}
    limits = {limit.id: limit for limit in layer.limits}
    change: dict[str, Any] = {"minimum_hours_of": dict(layer.minimum_hours_of)}
    minutes = problem.minutes
    for rule in every:
        held = rule in kept
        figure = figures.get(rule, rule.limit)
        assert figure is not None or rule.limit is None
        value = figure or 0.0
        subject = rule.subject[0] if rule.subject else ""
        match rule.name:
            case RuleName.KI_SHARE:
                if held:
                    share = Fraction(value).limit_denominator(10**6) if rule in figures else problem.ki_minimum
            case RuleName.CONNECTED:
                change["connected"] = held
            case RuleName.DISTRICTS_MINIMUM:
                change["districts_minimum"] = int(value) if held else 1
            case RuleName.DISTRICTS_MAXIMUM:
                change["districts_maximum"] = int(value) if held else len(problem.municipalities)
            case RuleName.MAX_DRIVE:
                change["max_drive_minutes"] = value if held else None
            case RuleName.CHANGES_MAXIMUM:
                change["changes_maximum"] = int(value) if held else None
            case RuleName.MINIMUM_PERSONS:
                change["minimum_persons"] = int(value) if held else 1
            case RuleName.MINIMUM_HOURS:
                if rule.subject:
                    change["minimum_hours_of"] |= dict.fromkeys(rule.subject, value if held else 0.0)
                else:
                    change["minimum_hours"] = value if held else 0.0
            case RuleName.DRIVABLE if not held:
                towns = [town.ags for town in problem.municipalities]
                minutes = {(a, b): minutes.get((a, b), 0.0) for a in towns for b in towns if a != b}
            case RuleName.TOGETHER | RuleName.APART if not held:
                name = rule.name.value
                pairs = change.get(name, getattr(layer, name))
                change[name] = tuple(pair for pair in pairs if pair != rule.subject)
            case RuleName.FIXED_EMPLOYER if not held:
                fixed = change.get("fixed_employers", layer.fixed_employers)
                change["fixed_employers"] = {ags: who for ags, who in fixed.items() if ags != subject}
            case RuleName.EMPLOYER_MINIMUM:
                least = limits[subject].minimum if rule not in figures else Fraction(value).limit_denominator(1000)
                limits[subject] = replace(limits[subject], minimum=least if held else Fraction(0))
            case RuleName.EMPLOYER_MAXIMUM:
                most = limits[subject].maximum if rule not in figures else Fraction(value).limit_denominator(1000)
                limits[subject] = replace(limits[subject], maximum=most if held else None)
            case RuleName.MAX_MUNICIPALITIES:
                for id in groups[subject]:
                    own = by_id[id].max_municipalities
                    largest = (int(value) if rule in figures else own) if held else None
                    by_id[id] = replace(by_id[id], max_municipalities=largest)
            case RuleName.HUB if not held:
                for id in groups[subject]:
                    by_id[id] = replace(by_id[id], hubs=None)
            case _:
                pass
    lowest = min(change.get("districts_minimum", 1), change.get("districts_maximum", 99))
    if lowest < change.get("districts_minimum", 1):
        # Contradicting numbers of districts are no problem that can be posed: nothing can hold.
        change |= {"districts_minimum": 1, "districts_maximum": 1, "minimum_hours": 1e6, "minimum_hours_of": {}}
    change |= {"employers": tuple(by_id.values()), "limits": tuple(limits.values())}
    return replace(problem, layers=(replace(layer, **change),), ki_minimum=share, minutes=minutes)


def nearer_figures(rule: Rule, figure: float, question: Question) -> list[float]:
    """Figures between the rule's own and the one found, that one left out."""
    layer = question.layer
    step, own = float(layer.step), rule.limit or 0.0
    match rule.name:
        case RuleName.DISTRICTS_MINIMUM | RuleName.MINIMUM_PERSONS:
            return [float(n) for n in range(int(figure) + 1, int(own))]
        case RuleName.DISTRICTS_MAXIMUM | RuleName.MAX_MUNICIPALITIES | RuleName.CHANGES_MAXIMUM:
            return [float(n) for n in range(int(own) + 1, int(figure))]
        case RuleName.POSTS:
            away = abs(figure - own)
            return [n * step for n in question.totals() if abs(n * step - own) < away - 1e-9]
        case RuleName.EMPLOYER_MINIMUM:
            return [figure + step] if figure + step < own else []
        case RuleName.EMPLOYER_MAXIMUM:
            return [figure - step] if figure - step > own else []
        case RuleName.MAX_DRIVE:
            return sorted({minutes for minutes in question.problem.minutes.values() if own < minutes < figure})
        case RuleName.MINIMUM_HOURS:
            return [figure + 0.1] if figure + 0.1 < own else []
        case RuleName.KI_SHARE:
            one = step / float(layer.total)
            return [figure + one / 2] if figure + one / 2 < own else []
        case _:
            raise AssertionError(rule)


WITHOUT_FIGURE = {
    RuleName.CONNECTED, RuleName.TOGETHER, RuleName.APART, RuleName.FIXED_EMPLOYER, RuleName.HUB, RuleName.DRIVABLE,
}  # fmt: skip


def assert_explained(problem: Problem, found: tuple[Conflict, ...]) -> None:
    question = Question(problem)
    assert found, "nothing is said"
    assert [len(conflict.rules) for conflict in found] == sorted(len(conflict.rules) for conflict in found)
    for one in found:
        assert not any(set(one.rules) <= set(other.rules) for other in found if other is not one)
        assert not question.holds(one.rules), "no conflict"
        for remedy in one.remedies:
            left = set(one.rules) - {remedy.rule}
            assert question.holds(left), f"{remedy.rule} can be spared"
            assert_remedy(question, remedy, left)
    if len(found) < conflicts_module.MOST_CONFLICTS:
        # All conflicts are there: one rule of each dropped, the others hold. (One choice of rules is tried.)
        first = {conflict.rules[0] for conflict in found}
        assert question.holds(set(question.every) - first) or len(found) > 1


def assert_remedy(question: Question, remedy: Remedy, left: set[Rule]) -> None:
    rule = remedy.rule
    others = set(question.every) - {rule}
    assert remedy.enough == question.holds(others)
    if rule.name in WITHOUT_FIGURE:
        assert remedy.figure is None
        return
    if not remedy.enough:
        others = left
    if rule.name is RuleName.KI_SHARE:
        # A share is one of the posts that there are to be.
        others |= {other for other in question.every if other.name is RuleName.POSTS}
        if remedy.figure is None:
            assert not question.holds(others)
            return
    assert remedy.figure is not None
    assert question.holds(others | {rule}, {rule: remedy.figure}), f"{rule} does not hold at {remedy.figure}"
    for nearer in nearer_figures(rule, remedy.figure, question):
        assert not question.holds(others | {rule}, {rule: nearer}), f"{rule} holds at {nearer}, too"


@given(problems(most_towns=4, most_units=6, most_employers=2, most_layers=1, given=False))
@settings(SOME, max_examples=examples(25))
def test_conflicts_and_figures_are_those_of_the_exhaustive_search(problem: Problem) -> None:
    layer = problem.layers[0]
    assume(layer.step >= Fraction(1, 4))
    solution = solve(problem, solver=Solver.HIGHS)
    assume(solution.status is Status.INFEASIBLE)
    assert_explained(problem, explain(solution, solver=Solver.CBC))


@given(problems(most_towns=4, most_units=6, most_employers=2, most_layers=1))
@SOME
def test_nothing_is_to_be_explained_where_there_is_a_plan(problem: Problem) -> None:
    solution = solve(problem, solver=Solver.HIGHS)
    assume(solution.status is not Status.INFEASIBLE)
    assert explain(solution) == ()


# --- by hand

Told = list[dict[tuple[str, ...], tuple[float | None, bool]]]


def county(towns: int = 4, **rules: Any) -> Problem:
    """Towns a, b, c ... of equal need in a row, ten minutes to the next; six posts of the KI in whole ones."""
    names = "abcdefgh"[:towns]
    settings_: dict[str, Any] = {"total": Fraction(6), "employers": (KI,), "step": Fraction(1), **rules}
    settings_ = {"districts_minimum": 1, "districts_maximum": 8, **settings_}
    return Problem(
        municipalities=tuple(Municipality(name, 1 / towns) for name in names),
        minutes={(a, b): 10.0 * abs(ord(a) - ord(b)) for a in names for b in names if a != b},
        neighbours={a: frozenset(b for b in names if abs(ord(a) - ord(b)) == 1) for a in names},
        layers=(Layer("one", **settings_),),
    )


def told(problem: Problem, solver: Solver = Solver.CBC) -> Told:
    """Each conflict as its rules (name and subject) with the figure that would do, and whether it were enough."""
    solution = solve(problem, solver=solver)
    assert solution.status is Status.INFEASIBLE
    return [
        {(r.rule.name.value, *r.rule.subject): (r.figure, r.enough) for r in conflict.remedies}
        for conflict in explain(solution, solver=solver)
    ]


BOTH = pytest.mark.parametrize("solver", list(Solver))


@BOTH
def test_seven_districts_of_two_persons_with_six_posts(solver: Solver) -> None:
    problem = county(8, districts_minimum=7, minimum_persons=2, step=Fraction(1, 2))
    # Two persons are more than one post: one and a half seven times.
    assert told(problem, solver) == [
        {("posts",): (10.5, True), ("districts_minimum",): (4.0, True), ("minimum_persons",): (1, True)}
    ]


@BOTH
def test_five_minutes_from_the_hub(solver: Solver) -> None:
    # Four towns, three districts at most: one of them has two towns, ten minutes apart.
    problem = county(4, max_drive_minutes=5.0, districts_maximum=3)
    assert told(problem, solver) == [{("districts_maximum",): (4.0, True), ("max_drive_minutes",): (10.0, True)}]
    # Two districts of three towns each are reached from their middle.
    problem = county(6, max_drive_minutes=5.0, districts_maximum=2)
    assert told(problem, solver) == [{("districts_maximum",): (6.0, True), ("max_drive_minutes",): (10.0, True)}]


@BOTH
def test_a_limit_written_once_for_a_group_is_one_rule(solver: Solver) -> None:
    # Four towns employ for themselves alone, but there are three posts: two towns have to share one.
    own = tuple(Employer(ags, hubs=frozenset(ags), max_municipalities=1, group="towns") for ags in "abcd")
    problem = replace(county(4, total=Fraction(3), employers=own), ki_minimum=Fraction(0))
    assert [rule.subject for rule in rules_of(problem) if rule.name is RuleName.MAX_MUNICIPALITIES] == [("towns",)]
    # Not that one town of four may serve more than itself, but that all may.
    assert told(problem, solver) == [{("posts",): (4.0, True), ("max_municipalities", "towns"): (2, True)}]


@BOTH
def test_together_and_apart(solver: Solver) -> None:
    problem = county(4, together=(("a", "b"), ("b", "c")), apart=(("a", "c"),))
    assert told(problem, solver) == [
        {("together", "a", "b"): (None, True), ("together", "b", "c"): (None, True), ("apart", "a", "c"): (None, True)}
    ]
    problem = county(4, together=(("a", "d"),), apart=(("b", "c"), ("a", "b"), ("b", "d")))
    # From a to d it goes through b.
    assert told(problem, solver) == [
        {("connected",): (None, True), ("together", "a", "d"): (None, True), ("apart", "b", "c"): (None, False)},
        {("connected",): (None, True), ("together", "a", "d"): (None, True), ("apart", "a", "b"): (None, False)},
        {("connected",): (None, True), ("together", "a", "d"): (None, True), ("apart", "b", "d"): (None, False)},
    ]


@BOTH
def test_the_ki_below_a_third_beside_an_association_at_its_office(solver: Solver) -> None:
    association = Employer("awo", base="office", office="a")
    limits = (PostLimit("ki", frozenset({"ki"}), maximum=Fraction(1)),)
    problem = county(4, employers=(KI, association), limits=limits, districts_minimum=2)
    assert told(problem, solver) == [
        {("ki_share",): (1 / 6, True), ("posts",): (3.0, True), ("employer_maximum", "ki"): (2.0, True)}
    ]
    # Its office is too far from d and from c, which the KI would have to serve: no figure of the KI is wrong there.
    far = county(4, employers=(association,), max_drive_minutes=15.0)
    assert told(replace(far, ki_minimum=Fraction(0)), solver) == [{("max_drive_minutes",): (30.0, True)}]


@BOTH
def test_the_least_of_an_employer_and_the_share_of_the_ki(solver: Solver) -> None:
    limits = (PostLimit("awo", frozenset({"awo"}), Fraction(5)),)
    problem = county(4, employers=(KI, AWO), limits=limits)
    assert told(problem, solver) == [
        {("ki_share",): (1 / 6, True), ("posts",): (8.0, True), ("employer_minimum", "awo"): (4.0, True)}
    ]
    assert solve(replace(problem, ki_binding=False), solver=solver).plan is not None


@BOTH
def test_a_municipality_fixed_to_an_employer_with_too_few_of_them(solver: Solver) -> None:
    employers = (KI, Employer("awo", max_municipalities=1))
    fixed = {"a": frozenset({"awo"})}
    problem = county(3, employers=employers, fixed_employers=fixed, together=(("a", "b"),))
    assert told(problem, solver) == [
        {("together", "a", "b"): (None, True), ("fixed_employer", "a", "awo"): (None, True),
         ("max_municipalities", "awo"): (2, True)}
    ]  # fmt: skip


@BOTH
def test_a_list_of_hubs_too_far_away(solver: Solver) -> None:
    problem = county(4, employers=(Employer("ki", True, hubs=frozenset("a")),), max_drive_minutes=20.0)
    # All in one district with its hub in a, or none: d is thirty minutes away.
    assert told(problem, solver) == [{("max_drive_minutes",): (30.0, True), ("hub", "ki"): (None, True)}]


@BOTH
def test_more_hours_than_there_are(solver: Solver) -> None:
    # Two posts of 37 hours. Each of four towns at least 20 hours: 80, the road left aside.
    problem = county(4, total=Fraction(2), minimum_hours=20.0)
    (conflict,) = told(problem, solver)
    assert set(conflict) == {("posts",), ("minimum_hours",)}
    # Two districts of two: 37 = m (2 + 1/12), m = 17.76.
    assert conflict["minimum_hours",] == (17.7, True)
    assert conflict["posts",] == (3.0, True)


@BOTH
def test_given_districts_without_sizes_that_the_posts_do_not_reach(solver: Solver) -> None:
    plan = tuple(GivenDistrict("ki", tuple(towns)) for towns in ("a", "b", "c", "d"))
    problem = county(4, total=Fraction(3), plan=plan, districts_minimum=4, districts_maximum=4)
    assert told(problem, solver) == [{("posts",): (4.0, True)}]
    persons = county(4, total=Fraction(6), plan=plan, minimum_persons=2, districts_minimum=4, districts_maximum=4)
    assert told(persons, solver) == [{("posts",): (8.0, True), ("minimum_persons",): (1, True)}]
    # The rules of districts that are given are no matter of their sizes.
    torn = county(4, total=Fraction(1), connected=True, apart=(("a", "c"),), districts_minimum=2, districts_maximum=2,
                  plan=(GivenDistrict("ki", ("a", "c")), GivenDistrict("ki", ("b", "d"))))  # fmt: skip
    assert told(torn, solver) == [{("posts",): (2.0, True)}]


@BOTH
def test_the_second_of_two_layers(solver: Solver) -> None:
    first = county(4).layers[0]
    second = replace(first, name="two", total=Fraction(2), districts_minimum=3)
    problem = replace(county(4), layers=(first, second))
    solution = solve(problem, solver=solver)
    assert (solution.status, solution.failed_layer, len(solution.done)) == (Status.INFEASIBLE, 1, 1)
    (conflict,) = explain(solution, solver=solver)
    assert conflict.layer == 1
    assert {(r.rule.name, r.rule.layer, r.figure) for r in conflict.remedies} == {
        (RuleName.POSTS, 1, 3.0),
        (RuleName.DISTRICTS_MINIMUM, 1, 2.0),
    }


@BOTH
def test_the_share_of_the_ki_over_two_layers(solver: Solver) -> None:
    # The first layer has none at the KI, the second can give it two of eight.
    first = replace(county(4).layers[0], employers=(AWO,))
    second = replace(first, name="two", employers=(KI,), total=Fraction(2))
    problem = replace(county(4), layers=(first, second))
    solution = solve(problem, solver=solver)
    assert solution.failed_layer == 0
    (conflict,) = explain(solution, solver=solver)
    assert {(r.rule.name, r.rule.layer, r.figure) for r in conflict.remedies} == {
        (RuleName.KI_SHARE, None, 0.25),
        (RuleName.POSTS, 0, 4.0),
    }
    # In the other order it is the first layer again, as the second has none to give.
    solution = solve(replace(problem, layers=(second, replace(first, total=Fraction(5)))), solver=solver)
    assert solution.failed_layer == 0
    (conflict,) = explain(solution, solver=solver)
    assert {(r.rule.name, r.rule.layer, r.figure) for r in conflict.remedies} == {
        (RuleName.KI_SHARE, None, 2 / 7),
        (RuleName.POSTS, 0, 3.0),
    }


def test_a_most_that_the_posts_reach_is_kept_when_posts_are_added() -> None:
    # Seven posts are needed, but the KI may have six: more posts alone solve nothing.
    limits = (PostLimit("ki", frozenset({"ki"}), maximum=Fraction(6)),)
    problem = county(8, districts_minimum=7, limits=limits)
    for conflict in told(problem):
        figure, enough = conflict.get(("posts",), (None, False))
        if enough:
            more = replace(problem, layers=(replace(problem.layers[0], total=Fraction(figure or 0)),))
            assert solve(more).plan is not None, f"{figure} posts are not enough"


def test_who_shares_a_limit_keeps_its_own_most() -> None:
    # From either town hall both towns are served equally well, but a must not serve more than itself: b does.
    towns = (Employer("a", hubs=frozenset("a"), max_municipalities=1), Employer("b", hubs=frozenset("b")))
    limits = (PostLimit("towns", frozenset("ab"), maximum=Fraction(5)),)
    problem = county(2, employers=towns, limits=limits, districts_maximum=1)
    problem = replace(problem, ki_minimum=Fraction(0))
    assert told(problem) == [{("posts",): (5.0, True), ("employer_maximum", "towns"): (6.0, True)}]


@BOTH
def test_equal_shares_of_two_employers_are_possible(solver: Solver) -> None:
    fixed = {"b": frozenset({"awo"})}
    problem = county(2, total=Fraction(3, 2), step=Fraction(1, 2), employers=(KI, AWO), minimum_persons=2,
                     fixed_employers=fixed)  # fmt: skip
    # One and a half posts for either: half of three.
    assert told(replace(problem, ki_minimum=Fraction(1, 2)), solver) == [
        {("ki_share",): (0.0, True), ("posts",): (3.0, True), ("minimum_persons",): (1, True),
         ("fixed_employer", "b", "awo"): (None, True)}
    ]  # fmt: skip


@BOTH
def test_the_nearest_posts_may_be_fewer(solver: Solver) -> None:
    # A second person costs 22 hours: one post has 18 hours, 5/4 have 6, 3/2 have 16, 7/4 have 26. Needed are 17.
    quarters = {"step": Fraction(1, 4), "hours_per_week": 40.0, "coordination_hours": 22.0}
    problem = county(1, total=Fraction(5, 4), minimum_hours=17.0, **quarters)
    assert told(problem, solver) == [{("posts",): (1.0, True), ("minimum_hours",): (6.0, True)}]
    # From 3/2 it is nearer to more.
    problem = county(1, total=Fraction(3, 2), minimum_hours=17.0, **quarters)
    assert told(problem, solver) == [{("posts",): (1.75, True), ("minimum_hours",): (16.0, True)}]


def test_only_so_many_conflicts_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = county(6, max_drive_minutes=None, apart=tuple(("a", other) for other in "bcdef"), districts_maximum=1)
    assert len(told(problem)) == 5
    monkeypatch.setattr(conflicts_module, "MOST_CONFLICTS", 2)
    assert len(told(problem)) == 2


def test_too_many_districts_are_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = county(4, total=Fraction(2), districts_minimum=3)
    assert told(problem)
    monkeypatch.setattr(feasibility_module, "MOST_DISTRICTS", 14)
    assert told(problem) == []
    monkeypatch.setattr(feasibility_module, "MOST_DISTRICTS", 15)
    assert told(problem)
    # In a large county only districts that hang together are looked at: ten stretches of four towns.
    monkeypatch.setattr(feasibility_module, "SMALL_COUNTY", 3)
    monkeypatch.setattr(feasibility_module, "MOST_DISTRICTS", 10)
    assert told(problem)
    monkeypatch.setattr(feasibility_module, "MOST_DISTRICTS", 9)
    assert told(problem) == []


def test_progress_counts_the_programs() -> None:
    counted: list[int] = []
    explain(solve(county(4, total=Fraction(2), districts_minimum=3)), progress=counted.append)
    assert counted == list(range(1, len(counted) + 1))
    assert counted
