"""How a question is asked: about which plan, with which values and by what means; and what comes of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from exploring.question import Question
from exploring.unanswered import FAILURES, Unanswered
from optimizer.explore.situation import given_rows
from optimizer.explore.size import Size, size
from optimizer.plan import Plan, until
from optimizer.problem import Problem
from optimizer.solver import Solver
from scenarios.assemble import LoadedScenario
from scenarios.handmade_problem import with_free_layer

Found = TypeVar("Found")


@dataclass(frozen=True)
class Subject:
    """What is asked about: a layer of the ``plan`` of a scenario, whose rules say which plans it is compared with."""

    loaded: LoadedScenario
    plan: Plan
    layer: int

    @property
    def problem(self) -> Problem:
        """The problem whose plans are gone through."""
        return self.loaded.problem

    @property
    def layer_name(self) -> str:
        """The name of the layer."""
        return self.plan.layers[self.layer].layer.name

    @cached_property
    def size(self) -> Size | None:
        """How many districts the rules allow, estimated; ``None`` where they are few."""
        return size(self.problem, self.layer)

    @cached_property
    def until(self) -> Plan:
        """The plan without the layers after the one asked about, as the answers are."""
        return until(self.plan, self.layer)


def subject_of(loaded: LoadedScenario, plan: Plan, layer: int) -> Subject:
    """A layer of a plan; one that the scenario gives is compared with what could be done in its place.

    The layers before it stay as they are in the plan.
    """
    free = with_free_layer(loaded, layer)
    before = [replace(rules, plan=given_rows(plan, at)) for at, rules in enumerate(free.problem.layers[:layer])]
    problem = replace(free.problem, layers=(*before, *free.problem.layers[layer:]))
    return Subject(replace(free, problem=problem), plan, layer)


@dataclass(frozen=True)
class Means:
    """By what a question is answered: ``time_limit`` in seconds, ``executor`` and ``cancel`` for one in parts.

    ``progress`` gets the parts done and of all, ``so_far`` what is found already of an answer that can be told in part.
    As :mod:`optimizer.explore` has them.
    """

    solver: Solver | None = None
    time_limit: float | None = None
    executor: Executor | None = None
    progress: Callable[[int, int], None] | None = None
    cancel: Callable[[], bool] | None = None
    so_far: Callable[[Any], None] | None = None

    @property
    def exact(self) -> dict[str, Any]:
        """Those of a question that is answered in one go."""
        return {"solver": self.solver, "time_limit": self.time_limit}

    @property
    def shared(self) -> dict[str, Any]:
        """Those of a question whose parts are shared out."""
        return {"solver": self.solver, "executor": self.executor, "progress": self.progress, "cancel": self.cancel}


@dataclass(frozen=True)
class Answered(Generic[Found]):
    """An answer; not ``whole`` where it is that of a part, because somebody stopped the work or its time was over."""

    found: Found
    whole: bool = True


Reply = Answered[Found] | Unanswered


@dataclass(frozen=True)
class Query(ABC, Generic[Found]):
    """A question with the values with which it is asked; those of a new one are the usual ones. Can be pickled."""

    question: ClassVar[Question]
    of_all: ClassVar[bool] = False
    """Whether all plans that the rules allow are gone through, which a large county can have too many of."""
    in_parts: ClassVar[bool] = False
    """Whether its work is shared out to an executor and can be stopped halfway."""
    in_papers: ClassVar[bool] = True
    """Whether the papers can have its answer with the usual values."""

    @abstractmethod
    def find(self, about: Subject, means: Means) -> Found:
        """Asks the optimizer. Raises what that does: one of ``FAILURES``, or ``SolverError``."""

    def whole(self, found: Found, means: Means) -> bool:  # noqa: ARG002 - for those that know of themselves
        """Whether ``found`` is the whole answer."""
        return means.cancel is None or not means.cancel()

    def ask(self, about: Subject, means: Means) -> Reply[Found]:
        """The answer, or why there is none, which is said at once where that is seen beforehand.

        Raises ``SolverError``.
        """
        extent = about.size if self.of_all else None
        if extent is not None and extent.too_large:
            return Unanswered.TOO_LARGE
        try:
            found = self.find(about, means)
        except FAILURES as failure:
            return Unanswered.of(failure)
        return Answered(found, self.whole(found, means))
