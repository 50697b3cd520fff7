"""The three stages over the plan of all layers together, each with its proof or its bound (model: "What is best")."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from optimizer.joint.bounds import Pooled
from optimizer.joint.course import Course, Figures
from optimizer.joint.districts import Plans
from optimizer.joint.local import Annealing
from optimizer.joint.method import Goal, Limits, Method, TooMany
from optimizer.joint.own_posts import OwnPosts, is_own
from optimizer.joint.two_layers import TwoLayers
from optimizer.levels import SLACK
from optimizer.plan import LayerPlan, Stage, StageName
from optimizer.problem import Problem
from optimizer.rounding import EQUAL, more
from optimizer.solver import Deadline, TimeUp
from optimizer.stages import SHORTFALL_TOLERANCE, TIE_TOLERANCE, Infeasible, NoPlanInTime

#: A lowest coverage counts as higher than another from here on.
HIGHER = 1e-8
#: Steps of the search without proof by pair of municipalities, and how often it runs: before a proof, in its place.
BEFORE_PROOF = 30, 1
WITHOUT_PROOF = 100, 3
MOST_STEPS = 30_000
#: Parts of plans that are followed at first.
WIDTH = 100
#: Larger counties, or layers with more possible districts, are beyond the exact methods.
MOST_MUNICIPALITIES = 17
MOST_DISTRICTS = 12_000


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

    ``start`` is a plan that may keep the rules, ``None`` where none is known; what comes back is never worse where it
    does. ``progress`` is called with the share of the work that is done. Where the time is up, or no exact method
    reaches, stages come with a bound in place of the proof. Raises ``Infeasible`` where there is no plan,
    ``NoPlanInTime`` where none was found and none was excluded.
    """
    course = Course(problem)
    decision = _Decision(course, deadline, progress or (lambda _: None))
    decision.begin(None if start is None else course.plans_of(start))
    stages = decision.decide()
    return JointPlan(course.layer_plans(decision.best), stages)


class _Decision:
    """What is known so far: ``best``, the plan to return, and ``highest``, the one with the highest lowest coverage."""

    def __init__(self, course: Course, deadline: Deadline, progress: Callable[[float], None]) -> None:
        self.course = course
        self.deadline = deadline
        self.progress = progress
        self.tolerance = course.problem.fairness_tolerance
        self.pooled = Pooled(course)
        self.method: Method | None = None
        self.highest: Plans = ()
        self.best: Plans = ()
        self.span = 0.0, 0.1
        self.told = 0.0

    # -- the beginning ------------------------------------------------------------------------------------------

    def begin(self, start: Plans | None) -> None:
        """Takes a first plan if it gives the fewest hours, or looks for one."""
        if start is not None and self.course.figures(start) is None:
            start = None
        if start is not None:
            self.highest = self.best = start
        with contextlib.suppress(TimeUp):
            self.method = self._method()
        if start is None:
            try:
                self.highest = self.best = self._any()
            except (TimeUp, TooMany):
                raise NoPlanInTime from None
        scale, runs = WITHOUT_PROOF if self.method is None else BEFORE_PROOF
        steps = min(MOST_STEPS, scale * self.course.county.size**2)
        self.annealing = Annealing(self.course, self.deadline, steps, runs)

    def _method(self) -> Method | None:
        """The exact method that reaches, if any."""
        course = self.course
        if len(course.layers) != 2 or not course.plain or course.county.size > MOST_MUNICIPALITIES:
            return None
        self.deadline.check()
        if any(len(layer.possible) > MOST_DISTRICTS for layer in course.layers):
            return None
        if not all(layer.possible for layer in course.layers):
            raise Infeasible
        if any(map(is_own, course.layers)):
            return OwnPosts(course, self.deadline, self._watch)
        return TwoLayers(course, self.deadline, self._watch)

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
        floor = max(0.0, first.value - self.tolerance)
        self.best = self._within_floor(floor)
        second, plans = self._least_shortfall(floor, first.proven)
        third = self._last(floor, second, plans)
        return first, second, third

    def _figures(self, plans: Plans) -> Figures:
        figures = self.course.figures(plans)
        assert figures is not None
        return figures

    def _watch(self, share: float) -> None:
        """Tells how far the present part of the work is; never backwards."""
        reached = self.span[0] + (self.span[1] - self.span[0]) * share
        if reached > self.told:
            self.told = reached
            self.progress(reached)

    # -- stage 1: the highest lowest coverage -------------------------------------------------------------------

    def _highest_coverage(self) -> Stage:
        bound = self.pooled.coverage()
        self.highest = self.annealing.highest(self.highest, bound)
        if self.method is not None:
            with contextlib.suppress(TimeUp, TooMany):
                goal = Goal(self._above())
                for plans in self.method.reaching(goal, WIDTH):
                    self._take(plans, goal)
            with contextlib.suppress(TimeUp, TooMany):
                for number in range(self.method.tries, 0, -1):
                    self.span = self.span[1], 0.1 + 0.4 / number
                    bound = min(bound, self._refuted(self.method, bound, (number - 1) / (number + 1)))
        value = self._figures(self.highest).lowest
        proven = bound <= self._above()
        return Stage(StageName.LOWEST_COVERAGE, value, value if proven else bound, proven)

    def _refuted(self, method: Method, bound: float, share: float) -> float:
        """A coverage that no plan has, that ``share`` of the way to the bound; the highest plan is raised meanwhile."""
        lowest = self._figures(self.highest).lowest
        goal = Goal(max(self._above(), lowest + share * (bound - lowest)))
        for plans in method.reaching(goal):
            self._take(plans, goal)
        return goal.coverage

    def _take(self, plans: Plans, goal: Goal) -> None:
        found = self.course.strongest(plans)
        figures = None if found is None else self.course.figures(found)
        if found is not None and figures is not None and figures.lowest > self._figures(self.highest).lowest:
            self.highest = found
            goal.coverage = max(goal.coverage, self._above())

    def _above(self) -> float:
        """From where on a lowest coverage is higher than the highest."""
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
        self.best = self.annealing.smallest(self.best, floor)
        bound = self.pooled.shortfall(floor)
        plans: list[Plans] | None = None
        if proven and self.method is not None:
            with contextlib.suppress(TimeUp, TooMany):
                bound = max(bound, self.method.bounds(floor)[0])
                value = self._figures(self.best).shortfall
                for number in range(self.method.tries, 0, -1):
                    self.span = self.span[1], 0.5 + 0.4 / number
                    limit = bound + (value - bound) / number
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

    # -- stage 3: least change or travel, then the order of keys --------------------------------------------------

    def _last(self, floor: float, second: Stage, plans: list[Plans] | None) -> Stage:
        name = StageName.TRAVEL if self.course.change_cost(self.best) is None else StageName.CHANGED
        bound = 0.0
        if second.proven and plans is None and self.method is not None and name is StageName.TRAVEL:
            self.span = self.span[1], 1.0
            with contextlib.suppress(TimeUp, TooMany):
                bound = self.method.bounds(floor)[1]
                plans = self._near(floor, second.value)
        self.span = self.span[1], 1.0
        self._watch(1.0)
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
        cost = self.course.change_cost(plans)
        return self._figures(plans).travel if cost is None else cost


def _enough(figures: Figures, floor: float, limits: Limits) -> bool:
    close = figures.shortfall <= limits.shortfall + SLACK and figures.travel <= limits.travel + SLACK
    return close and figures.lowest >= floor - EQUAL


def _order(plans: Plans) -> list[list[tuple[tuple[int, ...], int, int]]]:
    """The order of municipality keys, layer by layer."""
    return [sorted(team.order for team in placed) for placed in plans]
