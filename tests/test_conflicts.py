"""Why there is no plan: each conflict is one, none of its rules can be spared, each figure is the nearest that holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import exhaustive
from hypothesis import HealthCheck, assume, given, settings
from random_problems import problems

from optimizer import conflicts as conflicts_module
from optimizer.conflicts import Conflict, Remedy, explain
from optimizer.problem import Employer, Problem
from optimizer.rules import Rule, RuleName, entries, rules_of
from optimizer.solve import Status, solve
from optimizer.solver import Solver

SOME = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck), derandomize=True)
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
    change: dict[str, Any] = {}
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
            case RuleName.MINIMUM_PERSONS:
                change["minimum_persons"] = int(value) if held else 1
            case RuleName.MINIMUM_HOURS:
                change["minimum_hours"] = value if held else 0.0
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
        change |= {"districts_minimum": 1, "districts_maximum": 1, "minimum_hours": 1e6}
    change |= {"employers": tuple(by_id.values()), "limits": tuple(limits.values())}
    return replace(problem, layers=(replace(layer, **change),), ki_minimum=share)


def nearer_figures(rule: Rule, figure: float, question: Question) -> list[float]:
    """Figures between the rule's own and the one found, that one left out."""
    layer = question.layer
    step, own = float(layer.step), rule.limit or 0.0
    match rule.name:
        case RuleName.DISTRICTS_MINIMUM | RuleName.MINIMUM_PERSONS:
            return [float(n) for n in range(int(figure) + 1, int(own))]
        case RuleName.DISTRICTS_MAXIMUM | RuleName.MAX_MUNICIPALITIES:
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
    RuleName.CONNECTED, RuleName.TOGETHER, RuleName.APART, RuleName.FIXED_EMPLOYER, RuleName.HUB,
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


@given(problems(most_towns=4, most_units=6, most_employers=2, most_layers=1))
@SOME
def test_conflicts_and_figures_are_those_of_the_exhaustive_search(problem: Problem) -> None:
    layer = problem.layers[0]
    assume(not layer.evaluated_only and layer.plan is None and layer.step >= Fraction(1, 4))
    solution = solve(problem, solver=Solver.HIGHS)
    assume(solution.status is Status.INFEASIBLE)
    assert_explained(problem, explain(solution, solver=Solver.HIGHS))


@given(problems(most_towns=4, most_units=6, most_employers=2, most_layers=1))
@SOME
def test_nothing_is_to_be_explained_where_there_is_a_plan(problem: Problem) -> None:
    solution = solve(problem, solver=Solver.HIGHS)
    assume(solution.status is not Status.INFEASIBLE)
    assert explain(solution) == ()
