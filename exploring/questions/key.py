"""Which key does the plan amount to?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from exploring.query import Means, Query, Subject
from exploring.question import Question
from geodata.county import Ags
from optimizer.explore.situation import given_rows
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.way.implied_key import ImpliedKey, Weights, implied_key, with_plans
from scenarios.assemble import problem_of
from scenarios.existing import county_wide_hours
from scenarios.key import EQUAL

#: Most rounds in which existing advice is shared out anew, and by how much a weight may still change at the end.
ROUNDS, _SETTLED = 20, 0.001


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key that a plan amounts to: proven, and as a scenario can state it.

    ``stated`` are the weights of its indicators in whole per cent, and ``plan`` the plan by that key. ``settled``: the
    proof is about existing advice as this key shares it out; else about that by another key.
    """

    implied: ImpliedKey
    stated: Mapping[str, int]
    plan: Plan
    settled: bool


@dataclass(frozen=True, slots=True)
class KeyOfPlan:
    """The key of the scenario by which the plan is as it is (``own``, parts of one), and those it amounts to.

    ``simple`` is a mixture of the scenario's own indicators and a base for every municipality, ``best`` one of all
    ``indicators`` that have figures for all.
    """

    own: Weights
    plan: Plan
    simple: FoundKey
    best: FoundKey
    indicators: tuple[str, ...]

    @property
    def told(self) -> FoundKey:
        """The one to be told first: of two about as even that of the scenario's own indicators."""
        gained = self.best.plan.evenness - self.simple.plan.evenness
        return self.best if gained > self.plan.problem.fairness_tolerance else self.simple

    @property
    def keys(self) -> tuple[FoundKey, ...]:
        """The keys, the one told first."""
        other = self.simple if self.told is self.best else self.best
        return (self.told,) if other.stated == self.told.stated else (self.told, other)

    @property
    def changes_little(self) -> bool:
        """Whether by no key the plan is more even than by that of the scenario, but for the fairness tolerance."""
        gained = max(self.simple.plan.evenness, self.best.plan.evenness) - self.plan.evenness
        return gained <= self.plan.problem.fairness_tolerance


@dataclass(frozen=True)
class KeyQuery(Query[KeyOfPlan]):
    """The mixtures of indicators by which the plan is as even as it can be."""

    question = Question.KEY

    def find(self, about: Subject, means: Means) -> KeyOfPlan:
        """The key of the scenario's own indicators and a base, and that of all indicators."""
        indicators, present = _indicators(about)
        stated = about.loaded.scenario.key
        weights = {name: weight for name, weight in stated.items() if weight > 0 and name in indicators}
        whole = math.fsum(weights.values())
        own = {name: weight / whole for name, weight in weights.items()}
        every = tuple(dict.fromkeys([*own, EQUAL, *indicators]))

        def found(names: tuple[str, ...]) -> FoundKey:
            return _found(about, means, {name: indicators[name] for name in names}, own, present)

        simple = tuple(dict.fromkeys([*own, EQUAL]))
        first = found(simple)
        return KeyOfPlan(own, about.until, first, first if simple == every else found(every), every)


def _found(
    about: Subject,
    means: Means,
    indicators: Mapping[str, Mapping[Ags, float]],
    own: Weights,
    present: Mapping[str, float],
) -> FoundKey:
    """What a plan amounts to by some indicators. ``present`` are the parts of them where the county takes part.

    What existing advice there is for the whole county follows the key. That for some of it is shared out by a key, too:
    it is once more by each key found, until that stays as it is.
    """
    plans = [given_rows(about.plan, layer) for layer in range(about.layer + 1)]
    wanted = {name: weight * present[name] for name, weight in own.items()}
    rounds: list[tuple[ImpliedKey, Weights, Plan]] = []
    problem = about.problem
    before: Weights = wanted
    exact: Weights = own
    everywhere = county_wide_hours(about.loaded.county, about.loaded.scenario.existing_services)
    settled = False
    while not settled and len(rounds) < ROUNDS:
        # Of the hours for all of the county those count that fall on who takes part.
        spread = everywhere * math.fsum(exact[name] * present[name] for name in exact) / math.fsum(exact.values())
        implied = implied_key(problem, plans, indicators, wanted, spread=spread, **means.exact)
        exact = {name: weight / present[name] for name, weight in implied.weights.items()}
        problem = _keyed(about, exact)
        rounds.append((implied, exact, with_plans(problem, plans)))
        weights = implied.weights
        settled = all(abs(weights.get(name, 0.0) - before.get(name, 0.0)) < _SETTLED for name in indicators)
        before = weights
    implied, exact, _ = rounds[-1] if settled else max(rounds, key=lambda one: one[2].evenness)
    stated = whole_percents(exact)
    return FoundKey(implied, stated, with_plans(_keyed(about, stated), plans), settled)


def _keyed(about: Subject, key: Mapping[str, float]) -> Problem:
    """The problem asked about where the scenario has another key."""
    scenario = about.loaded.scenario.model_copy(update={"key": dict(key)})
    return replace(problem_of(scenario, about.loaded.county), layers=about.problem.layers)


def _indicators(about: Subject) -> tuple[dict[str, dict[Ags, float]], dict[str, float]]:
    """The share of each municipality that takes part in every indicator with figures for all of the county, and the
    part of the whole county's figures that is there. One that is zero everywhere is left out."""
    towns, absent = about.loaded.county.municipalities, about.loaded.not_taking_part
    found: dict[str, dict[Ags, float]] = {}
    present: dict[str, float] = {}
    for name in (*about.loaded.county.indicator_names, EQUAL):
        stated = {town.ags: 1.0 if name == EQUAL else town.indicators[name] for town in towns}
        figures = {ags: figure for ags, figure in stated.items() if figure is not None}
        if len(figures) < len(stated):
            continue
        there = math.fsum(figure for ags, figure in figures.items() if ags not in absent)
        if there > 0:
            found[name] = {ags: 0.0 if ags in absent else figure / there for ags, figure in figures.items()}
            present[name] = there / math.fsum(figures.values())
    return found, present


def whole_percents(weights: Weights) -> dict[str, int]:
    """Weights in whole per cent that add up to a hundred: what is left goes where most was cut off. None is zero."""
    whole = math.fsum(weights.values())
    parts = {name: 100 * weight / whole for name, weight in weights.items()}
    found = {name: math.floor(part + 1e-9) for name, part in parts.items()}
    names = list(parts)
    cut = sorted(names, key=lambda name: (found[name] - parts[name], names.index(name)))
    for name in cut[: 100 - sum(found.values())]:
        found[name] += 1
    return {name: part for name, part in found.items() if part}
