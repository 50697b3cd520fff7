"""What if one person is away: who stands in, what remains, and the plan that is best served then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from optimizer.explore.situation import Infeasible, NoPlanInTime, Situation, TooLarge, situation_of
from optimizer.explore.table import Table
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.rounding import ROUNDING, less, more
from optimizer.solver import Solver, TimeUp
from optimizer.stages import SHORTFALL_TOLERANCE, TIE_TOLERANCE
from optimizer.way.one_away import Absence, Teams
from optimizer.way.robust_plan import At, Ints, StandIns

#: Coverages closer than this are no longer halved: the next plan above the best one is looked for.
STEP = 0.001


@dataclass(frozen=True)
class Served:
    """A plan, and how it is served while any one person of the layer is away.

    ``worst`` is the lowest coverage of any municipality, whether all are there or any one person is away; no plan that
    it is compared with has more than ``bound``. Proven: they are the same but for rounding.
    """

    plan: Plan
    absences: tuple[Absence, ...]
    worst: float
    bound: float
    proven: bool


class Unsought(Enum):
    """Why no plan is sought that is best served."""

    TOO_LARGE = "too many districts to go through"
    NO_TIME = "no best plan in time, or none proven"
    INFEASIBLE = "the rules leave no plan"


@dataclass(frozen=True)
class Absences:
    """How plans of a layer are served while one person is away.

    ``own`` is the plan that is asked about and ``best`` the best plan of the layer; of these two nothing is sought.
    ``within`` is the plan whose worst is highest among those within the fairness tolerance of the highest lowest
    coverage, ``of_all`` among all plans that the rules allow; of several the best one. They are ``None`` where the time
    was up before, or ``unsought``.
    """

    own: Served
    layer: int
    best: Served | None = None
    within: Served | None = None
    of_all: Served | None = None
    unsought: Unsought | None = None

    @property
    def complete(self) -> bool:
        """Whether everything that is sought was found and is proven."""
        if self.unsought is not None:
            return self.unsought is Unsought.INFEASIBLE
        return all(one is not None and one.proven for one in (self.within, self.of_all))


def served(plan: Plan, layer: int) -> Served:
    """How a plan without later layers is served while one person of a layer is away."""
    teams = Teams(plan, layer)
    return Served(plan, teams.absences, teams.worst, teams.worst, proven=True)


def absence(
    problem: Problem,
    plan: Plan,
    *,
    layer: int = 0,
    solver: Solver | None = None,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Absences:
    """How ``plan``, which has no layers after ``layer``, is served while one person of that layer is away, and which
    plans are best served then, at which price.

    Exact: plans are gone through, those that cannot be among the best left out by bounds. ``progress`` gets the number
    of plans found and that of all that are sought.
    """
    told = Absences(served(plan, layer), layer)
    found: list[Served] = []
    try:
        situation = situation_of(problem, layer, solver=solver, time_limit=time_limit)
        told = replace(told, best=served(situation.best(), layer))
        if told.best is None or not told.best.plan.proven:
            return replace(told, unsought=Unsought.NO_TIME)
        search = _Search(situation, told.best)
        for floor in (max(0.0, search.highest - problem.fairness_tolerance), 0.0):
            if progress:
                progress(len(found), 2)
            found.append(search.most_robust(floor, found))
    except TimeUp:
        pass
    except (TooLarge, NoPlanInTime, Infeasible) as reason:
        return replace(told, unsought=_UNSOUGHT[type(reason)])
    within, of_all = [*found, None, None][:2]
    return replace(told, within=within, of_all=of_all)


_UNSOUGHT = {
    TooLarge: Unsought.TOO_LARGE,
    NoPlanInTime: Unsought.NO_TIME,
    Infeasible: Unsought.INFEASIBLE,
}


class _Search:
    """Looks for plans above those known. Raises ``TimeUp`` and :class:`TooLarge`."""

    def __init__(self, situation: Situation, best: Served) -> None:
        self.situation, self.best = situation, best
        #: The highest lowest coverage: no plan is served better than that.
        self.highest = best.plan.stages[0].value
        self.table = Table(situation, situation.columns())
        self.stand_ins = StandIns(self.table)

    def most_robust(self, floor: float, known: list[Served]) -> Served:
        """The plan whose worst is highest among those with a lowest coverage of at least ``floor``."""
        plan, bound = max([self.best, *known], key=lambda one: one.worst), self.highest
        try:
            while more(plan.worst) <= bound:
                middle = (plan.worst + bound) / 2
                at = middle if bound - plan.worst > STEP else more(plan.worst)
                better = self._above(plan.worst, at, floor)
                if better is None:
                    bound = at if at == middle else plan.worst
                else:
                    plan = better
            cheapest = served(self._plan(self._cheapest(plan.worst, floor)), self.situation.number)
        except TimeUp:
            return Served(plan.plan, plan.absences, plan.worst, bound, proven=False)
        return cheapest

    def _above(self, worst: float, coverage: float, floor: float) -> Served | None:
        """A plan in which everyone reaches a coverage and whose worst is above another; ``None``: there is none."""
        for rows in At(self.stand_ins, coverage, floor).plans():
            for row in rows:
                # What reaches the coverage by rounding alone need not be above.
                found = served(self._plan(row), self.situation.number)
                if found.worst > worst:
                    return found
        return None

    def _plan(self, columns: Ints) -> Plan:
        return self.situation.plan([self.table.columns[j] for j in columns if j >= 0])

    def _cheapest(self, worst: float, floor: float) -> Ints:
        """Of the plans with a worst coverage the one that the model puts first."""
        rows = np.concatenate(list(At(self.stand_ins, less(worst), floor).plans()))
        there = rows >= 0
        lowest = np.where(there, self.table.coverage[rows], np.inf).min(axis=1)
        within = lowest >= less(lowest.max() - self.situation.problem.fairness_tolerance, ROUNDING)
        rows, there = rows[within], there[within]
        missing = np.where(there, self.table.shortfall[rows], 0.0).sum(axis=1)
        rows = rows[missing <= missing.min() + SHORTFALL_TOLERANCE + ROUNDING]
        thirds = [self.table.third_of([j for j in row if j >= 0]) for row in rows]
        tied = [row for row, third in zip(rows, thirds, strict=True) if third <= min(thirds) + TIE_TOLERANCE]
        return min(tied, key=lambda row: sorted(self.table.order(j) for j in row if j >= 0))
