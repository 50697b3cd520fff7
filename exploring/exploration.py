"""All answers about one layer of a scenario's plan: what the section “Why this plan” of the papers tells."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from exploring.question import DEFAULT, Question, totals_of
from exploring.unanswered import no_plan, no_time, too_large
from optimizer.explore.alternatives import Alternatives, alternatives
from optimizer.explore.frontier import Frontier, frontier
from optimizer.explore.hours import HourValue, hour_values
from optimizer.explore.posts import Posts, posts_value
from optimizer.explore.prices import Prices, prices
from optimizer.explore.rank import Rank, rank
from optimizer.explore.reasons import Reason, why
from optimizer.explore.robustness import Robustness, robustness
from optimizer.explore.sensitivity import Sensitivity, sensitivity
from optimizer.explore.situation import Infeasible, NoPlanInTime, TooLarge, given_rows
from optimizer.explore.uncertainty import Uncertainty
from optimizer.plan import Plan, alike, until
from optimizer.problem import Ags, Problem
from optimizer.solver import Solver
from scenarios.assemble import LoadedScenario
from scenarios.handmade_problem import with_free_layer
from translation import Message

Others = Sequence[tuple[str, Plan]]
"""Plans of other scenarios by name, in the order in which they are marked."""
Answer = TypeVar("Answer")
#: Draws of the papers where nobody says otherwise.
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Marked:
    """A plan marked in the distribution: its lowest coverage, and how many plans have a higher one.

    ``own``: it is the plan that is asked about.
    """

    name: str
    coverage: float
    better: int
    own: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """All plans of a layer, and the plans marked among them, the one asked about first."""

    rank: Rank
    marks: tuple[Marked, ...]


@dataclass(frozen=True)
class Exploration:
    """The answers about a layer of the ``plan`` of a scenario; ``missing`` says why one is not there."""

    loaded: LoadedScenario
    plan: Plan
    layer: int
    alternatives: Alternatives | None = None
    ranked: Ranked | None = None
    frontier: Frontier | None = None
    prices: Prices | None = None
    posts: tuple[Posts, ...] | None = None
    hours: tuple[HourValue, ...] = ()
    robustness: Robustness | None = None
    uncertainty: Uncertainty = DEFAULT
    sensitivity: tuple[Sensitivity, ...] | None = None
    reasons: Mapping[Ags, Reason] | None = None
    missing: Mapping[Question, Message] = field(default_factory=dict)


def ranked(
    loaded: LoadedScenario,
    plan: Plan,
    layer: int,
    others: Others = (),
    *,
    solver: Solver | None = None,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Ranked:
    """Where the plan of a scenario stands among all of a layer, with those ``others`` marked that can be compared.

    Raises what :func:`optimizer.explore.rank.rank` does.
    """
    asked = until(plan, layer)
    known = [(name, other) for name, whole in others if (other := comparable(asked, whole)) is not None]
    found = rank(
        loaded.problem,
        layer=layer,
        plan=given_rows(plan, layer),
        coverages=[other.lowest_coverage for _, other in known],
        solver=solver,
        time_limit=time_limit,
        progress=progress,
    )
    assert found.standing is not None
    own = Marked(loaded.scenario.name, asked.lowest_coverage, found.standing.better, own=True)
    marks = [
        Marked(name, other.lowest_coverage, better) for (name, other), better in zip(known, found.better, strict=True)
    ]
    return Ranked(found, (own, *marks))


def comparable(asked: Plan, other: Plan) -> Plan | None:
    """As many layers of ``other`` as have the posts of ``asked``, where coverages then have the same measure.

    Plans are measured alike (:func:`alike`) with the same need, existing advice and posts in all.
    """
    if not alike(asked, other):
        return None
    parts = (until(other, layer) for layer in range(len(other.layers)))
    return next((part for part in parts if math.isclose(_posts(part), _posts(asked), rel_tol=1e-9)), None)


def _posts(plan: Plan) -> float:
    return float(sum(layer.fte for layer in plan.layers))


def everybody(
    problem: Problem, plan: Plan, *, layer: int = 0, solver: Solver | None = None, time_limit: float | None = None
) -> dict[Ags, Reason]:
    """For each municipality the best plan in which it is with others than now. Raises what :func:`why` does."""
    return {
        town.ags: why(problem, plan, town.ags, layer=layer, solver=solver, time_limit=time_limit)
        for town in problem.municipalities
    }


def explore(
    loaded: LoadedScenario,
    plan: Plan,
    layer: int = 0,
    others: Others = (),
    *,
    draws: int = DRAWS,
    uncertainty: Uncertainty = DEFAULT,
    solver: Solver | None = None,
    time_limit: float | None = None,
    executor: Executor | None = None,
    progress: Callable[[Question], None] = lambda _: None,
) -> Exploration:
    """Every answer about a layer of ``plan``, the plan of ``loaded``; with no ``draws`` nothing is said of robustness.

    A layer that the scenario gives is compared with what could be done in its place (:func:`with_free_layer`).

    ``time_limit`` in seconds is that of each question. ``progress`` is told which question is next. What cannot be
    answered is in ``missing``.
    """
    loaded = with_free_layer(loaded, layer)
    problem = loaded.problem
    missing: dict[Question, Message] = {}

    def ask(question: Question, work: Callable[[], Answer]) -> Answer | None:
        progress(question)
        try:
            return work()
        except TooLarge:
            missing[question] = too_large()
        except NoPlanInTime:
            missing[question] = no_time()
        except Infeasible:
            missing[question] = no_plan()
        return None

    def sampled() -> Robustness:
        return robustness(
            problem,
            uncertainty,
            layer=layer,
            plan=given_rows(plan, layer),
            draws=draws,
            solver=solver,
            executor=executor,
        )

    limits: dict[str, Any] = {"layer": layer, "solver": solver, "time_limit": time_limit}
    return Exploration(
        loaded,
        plan,
        layer,
        alternatives=ask(Question.ALTERNATIVES, lambda: alternatives(problem, **limits)),
        ranked=ask(Question.RANK, lambda: ranked(loaded, plan, layer, others, solver=solver, time_limit=time_limit)),
        frontier=ask(Question.FRONTIER, lambda: frontier(problem, **limits)),
        prices=ask(Question.PRICES, lambda: prices(problem, **limits)),
        posts=ask(Question.POSTS, lambda: posts_value(problem, totals_of(problem, layer), **limits)),
        hours=hour_values(problem, plan, layer=layer),
        robustness=ask(Question.ROBUSTNESS, sampled) if draws else None,
        uncertainty=uncertainty,
        sensitivity=ask(
            Question.SENSITIVITY, lambda: sensitivity(problem, layer=layer, solver=solver, executor=executor)
        )
        if draws
        else None,
        reasons=ask(Question.WHY, lambda: everybody(problem, plan, **limits)),
        missing=missing,
    )
