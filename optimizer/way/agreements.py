"""What is agreed and what is still open: whether open answers matter, and the districts that hold whatever they are.

Every combination of the open answers is a case of its own with its best plan. Districts are judged by what they lose in
each case against the best plan of that case: within a case all plans have one yardstick, between cases they need not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

from optimizer.declining import without_town
from optimizer.explore.best import BestPlans
from optimizer.explore.situation import (
    Infeasible,
    NoPlanInTime,
    Situation,
    districts_of,
    situation_of,
    with_layer,
)
from optimizer.options import Option, What
from optimizer.plan import Plan
from optimizer.problem import Ags, Employer, Layer, Pin, PostLimit, Problem
from optimizer.solver import Solver, TimeUp

#: More open answers than this have too many combinations.
MOST_OPEN = 4

Districts = frozenset[frozenset[Ags]]
Declined = Callable[[Problem, Collection[Ags]], Problem | None]


@dataclass(frozen=True)
class Case:
    """The best plan for one combination of the open ``answers``; without one the rules then leave none."""

    answers: tuple[bool, ...]
    plan: Plan | None


@dataclass(frozen=True)
class Candidate:
    """Districts that are the best in some case, and the best plan with them in every one.

    ``plans`` stand in the order of the cases; ``None``: the districts cannot be kept there, or nothing can. Teams and
    hubs are the best in each case; who declines is left out of its district, who joins is where it is best.
    ``worst_loss`` is the most that they lose of the lowest coverage against the best plan of a case, where they can be.
    """

    districts: Districts
    plans: tuple[Plan | None, ...]
    worst_loss: float


@dataclass(frozen=True)
class Agreements:
    """What hangs on the open answers of a layer.

    ``open`` are the options (by position) of whose answers ``cases`` go through every combination, the first with a yes
    to all, the last with a no to all: that is what is agreed alone. ``left_out`` are further open ones, which count as
    a no. ``matters`` says for each open one in how many combinations of the others its answer changes who is with whom.
    ``candidates`` are in their order: those that can be kept in most cases, then those that lose least in the worst.
    """

    options: tuple[Option, ...]
    open: tuple[int, ...]
    left_out: tuple[int, ...]
    cases: tuple[Case, ...]
    matters: tuple[int, ...]
    candidates: tuple[Candidate, ...]

    @property
    def agreed(self) -> Plan | None:
        """The best plan for what is agreed: every open answer counts as a no."""
        return self.cases[-1].plan

    @property
    def possible(self) -> int:
        """The number of cases in which the rules leave a plan."""
        return sum(case.plan is not None for case in self.cases)


def agreements(
    problem: Problem,
    options: Sequence[Option],
    *,
    layer: int = 0,
    declined: Declined | None = None,
    solver: Solver | None = None,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Agreements:
    """What hangs on the open answers among ``options``, of which the first :data:`MOST_OPEN` are gone through.

    ``declined`` is the problem in which some municipalities take no part, where that is known better than
    :func:`optimizer.declining.without_town` can tell; ``None``: nobody else has any need. ``progress`` gets the plans
    found and a bound of all.

    Raises :class:`Infeasible` where an earlier layer has no plan, :class:`TooLarge`, and :class:`NoPlanInTime` where
    the time does not suffice for all cases.
    """
    still = [position for position, option in enumerate(options) if option.agreed is None]
    open_, left_out = still[:MOST_OPEN], still[MOST_OPEN:]
    work = _Cases(situation_of(problem, layer, solver=solver, time_limit=time_limit), options, declined or _without)
    try:
        cases = work.solved(open_, progress)
        candidates = work.candidates(cases, progress)
    except TimeUp:
        raise NoPlanInTime from None
    plans = {case.answers: case.plan for case in cases}
    matters = tuple(_changed(plans, place, layer) for place in range(len(open_)))
    return Agreements(tuple(options), tuple(open_), tuple(left_out), tuple(cases), matters, candidates)


def _without(problem: Problem, towns: Collection[Ags]) -> Problem | None:
    found: Problem | None = problem
    for ags in sorted(towns):
        found = None if found is None else without_town(found, ags)
    return found


def _changed(plans: dict[tuple[bool, ...], Plan | None], place: int, layer: int) -> int:
    """In how many combinations of the other answers the one in ``place`` changes who is with whom."""
    found = 0
    for answers, plan in plans.items():
        other = plans[(*answers[:place], False, *answers[place + 1 :])]
        if answers[place] and not _alike(plan, other, layer):
            found += 1
    return found


def _alike(one: Plan | None, other: Plan | None, layer: int) -> bool:
    """Whether those who take part in both plans are with the same of them; with one plan alone they are not."""
    if one is None or other is None:
        return one is other
    both = _present(one) & _present(other)
    return _among(districts_of(one, layer), both) == _among(districts_of(other, layer), both)


def _present(plan: Plan) -> frozenset[Ags]:
    return frozenset(town.ags for town in plan.problem.municipalities if town.taking_part)


def _among(districts: Districts, towns: frozenset[Ags]) -> Districts:
    return frozenset(kept for district in districts if (kept := district & towns))


class _Cases:
    """Solves a situation for answers, as they are and with districts that are settled."""

    def __init__(self, situation: Situation, options: Sequence[Option], declined: Declined) -> None:
        self.situation = situation
        self.options = options
        self.declined = declined
        self.best = BestPlans()
        self.likely = situation.source().highest_coverage
        self.situations: list[Situation | None] = []

    def solved(self, open_: Sequence[int], progress: Callable[[int, int], None] | None) -> list[Case]:
        """The best plan for every combination of the open answers, the first with a yes to all."""
        combinations = list(product((True, False), repeat=len(open_)))
        cases = []
        for number, answers in enumerate(combinations):
            if progress:
                progress(number, 2 * len(combinations))
            self.situations.append(self._situation(dict(zip(open_, answers, strict=True))))
            plan = self._plan(self.situations[-1], self.likely)
            self.likely = self.likely if plan is None else plan.reached
            cases.append(Case(answers, plan))
        return cases

    def candidates(self, cases: Sequence[Case], progress: Callable[[int, int], None] | None) -> tuple[Candidate, ...]:
        """The districts of all best plans in every case, in their order."""
        layer = self.situation.number
        known = list(dict.fromkeys(districts_of(case.plan, layer) for case in cases if case.plan is not None))
        found = []
        for number, districts in enumerate(known):
            if progress:
                progress(len(cases) + number * len(cases) // len(known), 2 * len(cases))
            plans = tuple(
                case.plan
                if case.plan is None or districts_of(case.plan, layer) == districts
                else self._with(situation, districts)
                for case, situation in zip(cases, self.situations, strict=True)
            )
            losses = [
                case.plan.reached - plan.reached
                for case, plan in zip(cases, plans, strict=True)
                if case.plan is not None and plan is not None
            ]
            found.append(Candidate(districts, plans, max(0.0, *losses)))
        return tuple(sorted(found, key=_rank))

    def _with(self, situation: Situation | None, districts: Districts) -> Plan | None:
        """The best plan of a case with its districts settled."""
        assert situation is not None
        present = frozenset(town.ags for town in situation.problem.municipalities if town.taking_part)
        pins = {kept: Pin(kept) for kept in sorted(_among(districts, present), key=sorted)}
        for pin in situation.layer.pins:
            # What is settled of a team stays so; the districts have kept it together.
            whole = next((kept for kept in pins if pin.municipalities <= kept), None)
            if whole is None:
                return None
            pins[whole] = replace(pin, municipalities=whole)
        settled = replace(situation.layer, pins=tuple(pins.values()))
        problem = with_layer(situation.problem, situation.number, settled)
        # So few columns are left that all of them are looked at.
        return self._plan(replace(situation, problem=problem), 0.0)

    def _plan(self, situation: Situation | None, likely: float) -> Plan | None:
        if situation is None:
            return None
        try:
            return self.best.plan(situation, likely)
        except Infeasible:
            return None

    def _situation(self, answers: dict[int, bool]) -> Situation | None:
        """The situation for some answers, those left out as a no; ``None`` where the rules leave no plan before it."""
        situation = self.situation
        given = [
            (option, answers.get(at, bool(option.agreed)))
            for at, option in enumerate(self.options)
            if _concerns(option, situation.problem)
        ]
        layer = situation.layer
        for option, yes in given:
            layer = _answered(layer, option, yes, situation.problem)
        problem = with_layer(situation.problem, situation.number, layer)
        absent = {option.who for option, yes in given if option.what is What.TAKES_PART and not yes}
        if not absent:
            return replace(situation, problem=problem)
        fewer = self.declined(problem, absent)
        if fewer is None:
            return None
        left = situation.deadline.remaining
        try:
            return situation_of(fewer, situation.number, solver=situation.solver, time_limit=left)
        except Infeasible:
            return None


def _concerns(option: Option, problem: Problem) -> bool:
    """Whether the municipalities of an option take part; nothing else is asked of the others."""
    towns = [ags for ags in (option.who, option.other) if ags is not None and ags in problem.index]
    return all(problem.municipalities[problem.index[ags]].taking_part for ags in towns)


def _rank(one: Candidate) -> tuple[int, float, list[list[Ags]]]:
    kept = sum(plan is not None for plan in one.plans)
    return -kept, round(one.worst_loss, 9), sorted(map(sorted, one.districts))


def _answered(layer: Layer, option: Option, yes: bool, problem: Problem) -> Layer:
    """The layer with what an answer makes of its rules."""
    who = option.who
    match option.what:
        case What.ROOM if not yes:
            everywhere = frozenset(town.ags for town in problem.municipalities)
            return replace(
                layer,
                employers=tuple(
                    replace(one, hubs=(everywhere if one.hubs is None else one.hubs) - {who}) for one in layer.employers
                ),
            )
        case What.EMPLOYS if not yes:
            if not any(one.id == who for one in layer.employers):
                return layer
            none = PostLimit(f"agreement {who}", frozenset({who}), Fraction(0), Fraction(0))
            return replace(layer, limits=(*layer.limits, none))
        case What.EMPLOYS:
            return _employing(layer, option, problem)
        case What.TOGETHER if yes and option.other is not None:
            return replace(layer, together=(*layer.together, (who, option.other)))
        case What.APART if yes and option.other is not None:
            return replace(layer, apart=(*layer.apart, (who, option.other)))
    return layer


def _employing(layer: Layer, option: Option, problem: Problem) -> Layer:
    """The layer in which somebody may employ, and at least as many posts as were stated."""
    employers, limits = layer.employers, layer.limits
    if not any(one.id == option.who for one in employers):
        home = frozenset({option.who}) if option.who in problem.index else None
        employers = (*employers, Employer(option.who, hubs=home))
    if option.posts:
        limits = (*limits, PostLimit(f"agreement {option.who}", frozenset({option.who}), option.posts))
    return replace(layer, employers=employers, limits=limits)
