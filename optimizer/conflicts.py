"""Why there is no plan: the smallest sets of rules that cannot hold together, and the figure at which each would.

Conflicts are found by dropping rules and asking again whether the rest can hold (optimizer/feasibility.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.rules import Rule, RuleName
from optimizer.solve import Solution
from optimizer.solver import Solver, default_solver

if TYPE_CHECKING:
    from optimizer.feasibility import Feasibility

#: More conflicts than this are not looked for: nobody mends them all at once.
MOST_CONFLICTS = 5


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would solve a conflict: the rule dropped, or its figure changed to ``figure`` (nearest to the old one).

    ``enough``: all other rules of the scenario can then hold; else another conflict remains.
    """

    rule: Rule
    figure: float | None
    enough: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules that cannot hold together, while any all but one of them can."""

    layer: int
    remedies: tuple[Remedy, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of the conflict."""
        return tuple(remedy.rule for remedy in self.remedies)


def explain(
    solution: Solution,
    *,
    solver: Solver | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[Conflict, ...]:
    """The smallest conflicts behind an infeasible solution, fewest rules first, at most :data:`MOST_CONFLICTS`.

    None are named in a county that allows too many districts (some twenty municipalities and more).
    ``progress`` is called with the number of programs solved so far.
    """
    if solution.failed_layer is None:
        return ()
    # Loaded only where there is no plan.
    from optimizer.feasibility import Feasibility, TooManyDistricts

    try:
        feasibility = Feasibility(solution, solver or default_solver(), progress)
    except TooManyDistricts:
        return ()
    order = feasibility.rules.index
    found = sorted(_conflicts(feasibility), key=lambda rules: (len(rules), [order(rule) for rule in rules]))
    remedies = _Remedies(feasibility)
    return tuple(
        Conflict(solution.failed_layer, tuple(remedies.remedy(rule, rules) for rule in rules)) for rules in found
    )


def _conflicts(feasibility: Feasibility) -> list[tuple[Rule, ...]]:
    """Irreducible sets of rules that cannot hold together (Reiter's hitting-set tree over deletion filters)."""
    found: list[tuple[Rule, ...]] = []
    open_: list[frozenset[Rule]] = [frozenset()]
    seen = {open_[0]}
    while open_ and len(found) < MOST_CONFLICTS:
        without = open_.pop(0)
        known = next((rules for rules in found if not without & set(rules)), None)
        if known is None:
            left = [rule for rule in feasibility.rules if rule not in without]
            if feasibility.holds(left):
                continue
            known = _irreducible(feasibility, left)
            found.append(known)
        for rule in known:
            further = without | {rule}
            if further not in seen:
                seen.add(further)
                open_.append(further)
    return found


def _irreducible(feasibility: Feasibility, rules: list[Rule]) -> tuple[Rule, ...]:
    kept = list(rules)
    # What a planner is least likely to have meant is dropped first.
    for rule in sorted(rules, key=lambda rule: -feasibility.rules.index(rule)):
        fewer = [other for other in kept if other is not rule]
        if not feasibility.holds(fewer):
            kept = fewer
    return tuple(kept)


class _Remedies:
    def __init__(self, feasibility: Feasibility) -> None:
        self.feasibility = feasibility

    def remedy(self, rule: Rule, conflict: tuple[Rule, ...]) -> Remedy:
        """What would solve a conflict by one of its rules, the others of the scenario kept where that is possible."""
        others = frozenset(self.feasibility.rules) - {rule}
        enough = self.feasibility.holds(others)
        return Remedy(rule, self._figure(rule, others if enough else frozenset(conflict) - {rule}), enough)

    def _figure(self, rule: Rule, others: frozenset[Rule]) -> float | None:
        step = float(self.feasibility.layer.step)
        match rule.name:
            case RuleName.DISTRICTS_MINIMUM:
                return self._negative(self.feasibility.best(others, {}, lambda parts: -1 * parts.districts()))
            case RuleName.DISTRICTS_MAXIMUM:
                return self.feasibility.best(others, {}, lambda parts: parts.districts())
            case RuleName.POSTS:
                return self._nearest_posts(others, step)
            case RuleName.EMPLOYER_MINIMUM:
                most = self.feasibility.best(others, {}, lambda parts: -1 * parts.units(self.feasibility.limited(rule)))
                return None if most is None else -most * step
            case RuleName.EMPLOYER_MAXIMUM:
                least = self.feasibility.best(others, {}, lambda parts: parts.units(self.feasibility.limited(rule)))
                return None if least is None else least * step
            case RuleName.KI_SHARE:
                with_posts = others | {r for r in self.feasibility.rules if r.name is RuleName.POSTS}
                most = self.feasibility.best(with_posts, {}, lambda parts: -1 * parts.units(self.feasibility.ki()))
                if most is None:
                    return None
                return (-most * step + float(self.feasibility.ki_elsewhere)) / float(
                    self.feasibility.problem.placed_posts
                )
            case RuleName.CHANGES_MAXIMUM:
                return self.feasibility.best(others, {}, lambda parts: parts.changes())
            case RuleName.MAX_DRIVE:
                values = sorted({c.minutes for c in self.feasibility.candidates if c.minutes > (rule.limit or 0)})
                return self._first(rule, others, values)
            case RuleName.MAX_MUNICIPALITIES:
                return self._first(rule, others, range(int(rule.limit or 0) + 1, self.feasibility.service.size + 1))
            case RuleName.MINIMUM_PERSONS:
                return self._first(rule, others, range(int(rule.limit or 1) - 1, 0, -1))
            case RuleName.MINIMUM_HOURS:
                tenths = range(math.ceil((rule.limit or 0.0) * 10) - 1, -1, -1)
                return self._first(rule, others, [tenth / 10 for tenth in tenths])
            case _:
                return None

    @staticmethod
    def _negative(value: float | None) -> float | None:
        return None if value is None else -value

    def _nearest_posts(self, others: frozenset[Rule], step: float) -> float | None:
        now = self.feasibility.layer.units
        more = self.feasibility.best(
            others, {}, lambda parts: parts.units(), extra=lambda parts: [parts.units() >= now]
        )
        fewer = self.feasibility.best(
            others, {}, lambda parts: -1 * parts.units(), extra=lambda parts: [parts.units() <= now]
        )
        found = [units for units in (more, self._negative(fewer)) if units is not None]
        return min(found, key=lambda units: (abs(units - now), units)) * step if found else None

    def _first(self, rule: Rule, others: frozenset[Rule], values: Sequence[float]) -> float | None:
        # Values from strict to lax: the first at which the rule can hold, by halving.
        if not values or not self.feasibility.holds(others | {rule}, {rule: values[-1]}):
            return None
        low, high = 0, len(values) - 1
        while low < high:
            middle = (low + high) // 2
            if self.feasibility.holds(others | {rule}, {rule: values[middle]}):
                high = middle
            else:
                low = middle + 1
        return values[low]
