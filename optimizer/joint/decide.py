"""The three stages over the plan of all layers together, each with its proof or its bound (model: "What is best")."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from optimizer.joint.bounds import Pooled
from optimizer.joint.course import Course, Figures, Plans, TooMany
from optimizer.joint.local import Annealing
from optimizer.joint.method import Goal, Limits, Method
from optimizer.joint.own_posts import OwnPosts, is_own
from optimizer.joint.supply import SLACK
from optimizer.joint.two_layers import TwoLayers
from optimizer.plan import LayerPlan, Stage, StageName
from optimizer.problem import Problem
from optimizer.rounding import EQUAL, more
from optimizer.solver import Deadline, TimeUp
from optimizer.stages import SHORTFALL_TOLERANCE, TIE_TOLERANCE, Infeasible, NoPlanInTime

#: A lowest coverage counts as higher than another from here on.
HIGHER = 1e-8
#: Steps of the search without proof for each of the first two stages, by pair of municipalities.
STEPS = 30
#: Hours that a coverage below the floor of the second stage is worth there.
BELOW_FLOOR = 400.0
#: Parts of plans that are followed at first.
WIDTH = 100
#: Larger counties are beyond the exact methods.
MOST_MUNICIPALITIES = 14


@dataclass(frozen=True)
class JointPlan:
    """The layers of a plan with all figures, and the stages of the plan as a whole."""

    layers: tuple[LayerPlan, ...]
    stages: tuple[Stage, ...]


def solve_jointly(
    problem: Problem,
    start: tuple[LayerPlan, ...] | None,
    deadline: Deadline,
    progress: Callable[[float], None] | None = None,
) -> JointPlan:
    """The best plan of all layers together.

    ``start`` is a plan that keeps the rules, ``None`` where none is known; what comes back is never worse. ``progress``
    is called with the share of the work that is done. Where the time is up, or no exact method reaches, stages come
    with a bound in place of the proof. Raises ``Infeasible`` where there is no plan, ``NoPlanInTime`` where none was
    found and none was excluded.
    """
    course = Course(problem)
    decision = Decision(course, deadline, progress or (lambda _: None))
    decision.begin(None if start is None else course.plans_of(start))
    stages = decision.decide()
    return JointPlan(course.layer_plans(decision.best), stages)


class Decision:
    """What is known so far: ``best``, the plan to return, and ``highest``, the one with the highest lowest coverage."""

    def __init__(self, course: Course, deadline: Deadline, progress: Callable[[float], None]) -> None:
        self.course = course
        self.deadline = deadline
        self.progress = progress
        self.tolerance = course.problem.fairness_tolerance
        self.pooled = Pooled(course)
        self.method: Method | None = None
        self.annealing = Annealing(course, deadline)
        self.steps = STEPS * course.county.size**2
        self.highest: Plans = ()
        self.best: Plans = ()

    def begin(self, start: Plans | None) -> None:
        """Takes a first plan, or looks for one."""
        if start is not None:
            self.highest = self.best = start
        try:
            self.method = self._method()
            if start is None:
                self.highest = self.best = self._any()
        except (TimeUp, TooMany):
            if start is None:
                raise NoPlanInTime from None

    def _method(self) -> Method | None:
        """The exact method that reaches, if any."""
        course = self.course
        if len(course.layers) != 2 or not course.plain or course.county.size > MOST_MUNICIPALITIES:
            return None
        if any(map(is_own, course.layers)):
            return OwnPosts(course, self.deadline)
        return TwoLayers(course, self.deadline)

    def _any(self) -> Plans:
        if self.method is None:
            raise NoPlanInTime
        for plans in self.method.reaching(Goal(0.0)):
            found = self.course.strongest(plans)
            if found is not None and self.course.figures(found) is not None:
                return found
        raise Infeasible

    def decide(self) -> tuple[Stage, ...]:
        """The stages; after it ``best`` is the plan."""
        first = self._highest_coverage()
        self.progress(0.4)
        floor = max(0.0, first.value - self.tolerance)
        self.best = self._within_floor(floor)
        second, plans = self._least_shortfall(floor, first.proven)
        self.progress(0.8)
        third = self._last(floor, second, plans)
        self.progress(1.0)
        return first, second, third

    def _figures(self, plans: Plans) -> Figures:
        figures = self.course.figures(plans)
        assert figures is not None
        return figures

    # -- stage 1: the highest lowest coverage -------------------------------------------------------------------

    def _highest_coverage(self) -> Stage:
        self.highest = self.annealing.improve(
            self.highest, lambda figures: figures.shortfall * 1e-4 - figures.lowest, 4e-3, 3e-4, self.steps
        )
        bound, proven = self.pooled.coverage(), False
        if self.method is not None:
            with contextlib.suppress(TimeUp, TooMany):
                self._raise(self.method)
                proven = True
        value = self._figures(self.highest).lowest
        if proven or bound <= more(value):
            return Stage(StageName.LOWEST_COVERAGE, value, value, True)
        return Stage(StageName.LOWEST_COVERAGE, value, bound, False)

    def _raise(self, method: Method) -> None:
        """Raises the highest plan, until none is higher."""
        goal = Goal(self._above())
        for width in (WIDTH, None):
            for plans in method.reaching(goal, width):
                self._take(plans, goal)

    def _take(self, plans: Plans, goal: Goal) -> None:
        found = self.course.strongest(plans)
        figures = None if found is None else self.course.figures(found)
        if found is not None and figures is not None and figures.lowest > self._figures(self.highest).lowest:
            self.highest = found
            goal.coverage = max(goal.coverage, self._above())

    def _above(self) -> float:
        """From where on a lowest coverage is higher."""
        lowest = self._figures(self.highest).lowest
        return max(more(lowest), lowest + HIGHER)

    def _within_floor(self, floor: float) -> Plans:
        """The better of the start and the highest plan, once it is known what may be given up."""
        start = self._figures(self.best)
        if start.lowest >= floor - EQUAL and start.shortfall <= self._figures(self.highest).shortfall:
            return self.best
        return self.highest

    # -- stage 2: the smallest shortfall ------------------------------------------------------------------------

    def _least_shortfall(self, floor: float, proven: bool) -> tuple[Stage, list[Plans] | None]:
        """The stage, and all plans that are as good, where they are few enough."""
        found = self.annealing.improve(
            self.best,
            lambda figures: figures.shortfall + BELOW_FLOOR * max(0.0, floor - figures.lowest),
            0.5,
            0.02,
            self.steps,
        )
        if self._figures(found).lowest >= floor - EQUAL:
            self.best = found
        bound = self.pooled.shortfall(floor)
        plans: list[Plans] | None = None
        if proven and self.method is not None:
            with contextlib.suppress(TimeUp, TooMany):
                bound = max(bound, self.method.bounds(floor)[0])
                value = self._figures(self.best).shortfall
                for step in range(1, self.method.tries + 1):
                    limit = bound + (value - bound) / (self.method.tries + 1 - step)
                    plans = self._close(floor, limit)
                    if plans is not None:
                        break
                    bound = limit
        value = self._figures(self.best).shortfall
        if proven and (plans is not None or value <= bound + SLACK):
            return Stage(StageName.SHORTFALL, value, value, True), plans
        return Stage(StageName.SHORTFALL, value, min(bound, value), False), None

    def _listed(self, floor: float, limits: Limits) -> Iterator[tuple[Figures, Plans]]:
        """All plans within limits, which may be lowered meanwhile."""
        assert self.method is not None
        for plans in self.method.within(floor, limits):
            yield from self.course.alike(plans, lambda figures: _enough(figures, floor, limits))

    def _close(self, floor: float, limit: float) -> list[Plans] | None:
        """All plans with the smallest shortfall but for the tolerance, the best of which ``best`` becomes.

        Nothing where the smallest shortfall is more than ``limit``.
        """
        limits = Limits(limit + SHORTFALL_TOLERANCE)
        least = self._figures(self.best).shortfall
        found: list[tuple[Figures, Plans]] = []
        for figures, plans in self._listed(floor, limits):
            found.append((figures, plans))
            if figures.shortfall < least:
                least, self.best = figures.shortfall, plans
                limits.shortfall = min(limits.shortfall, least + SHORTFALL_TOLERANCE)
        if least > limit:
            return None
        limits.shortfall = least + SHORTFALL_TOLERANCE
        return [plans for figures, plans in found if _enough(figures, floor, limits)]

    # -- stage 3: least travel, then the order of keys ----------------------------------------------------------

    def _last(self, floor: float, second: Stage, plans: list[Plans] | None) -> Stage:
        name = StageName.TRAVEL
        bound = 0.0
        if second.proven and plans is None and self.method is not None:
            with contextlib.suppress(TimeUp, TooMany):
                bound = self.method.bounds(floor)[1]
                plans = self._near(floor, second.value)
        if not second.proven or plans is None:
            return Stage(name, self._third(self.best), min(bound, self._third(self.best)), False)
        plans = [*plans, self.best]
        least = min(map(self._third, plans))
        self.best = min((one for one in plans if self._third(one) <= least + TIE_TOLERANCE), key=_order)
        value = self._third(self.best)
        return Stage(name, value, value, True)

    def _near(self, floor: float, shortfall: float) -> list[Plans]:
        """All plans with the least travel of those with the smallest shortfall."""
        least = self._third(self.best)
        limits = Limits(shortfall + SHORTFALL_TOLERANCE, least + TIE_TOLERANCE)
        found = []
        for figures, plans in self._listed(floor, limits):
            found.append(plans)
            if figures.travel < least:
                least, self.best = figures.travel, plans
                limits.travel = least + TIE_TOLERANCE
        return found

    def _third(self, plans: Plans) -> float:
        return self._figures(plans).travel


def _enough(figures: Figures, floor: float, limits: Limits) -> bool:
    close = figures.shortfall <= limits.shortfall + SLACK and figures.travel <= limits.travel + SLACK
    return close and figures.lowest >= floor - EQUAL


def _order(plans: Plans) -> list[list[tuple[tuple[int, ...], int, int]]]:
    """The order of municipality keys, layer by layer."""
    return [sorted(team.order for team in placed) for placed in plans]
