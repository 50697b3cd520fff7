"""The answers to “Why this plan” for the papers: the exact ones in a process, the draws shared out among all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

from exploring.exploration import DRAWS, Exploration, explore
from optimizer.explore.robustness import Robustness, robustness
from optimizer.explore.sensitivity import Sensitivity, sensitivity
from optimizer.explore.situation import given_rows
from optimizer.explore.uncertainty import Uncertainty
from optimizer.explore.workers import Cancelled
from optimizer.plan import Plan
from optimizer.problem import Problem
from scenarios.handmade_problem import with_free_layer
from serving.answers import Answer
from serving.processes import Job, work
from translation import Message, msg
from wording.explore.all import unanswered

#: Seconds for the exact answers about a layer, and for each question of them.
EXPLORE_LIMIT, _QUESTION_LIMIT = 240, 60
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exploring:
    """The answers about a layer that are being worked on."""

    exact: Job
    drawn: Job
    uncertainty: Uncertainty
    wanted: ExitStack
    """Keeps others who ask the same from stopping it."""

    @property
    def jobs(self) -> tuple[tuple[Message, Job], ...]:
        """What is being done, in words."""
        return (
            (msg("The questions to the plan are being answered"), self.exact),
            (msg("Draws for the robustness are being made"), self.drawn),
        )

    def found(self) -> Exploration | None:
        """All answers that there are, once nothing is left to do."""
        try:
            found = self.exact.result()
        except Exception:
            # The papers are of use without them; ``wrong`` says that they are missing.
            _LOG.exception("the questions to a plan: failed")
            return None
        assert isinstance(found, Exploration)
        try:
            drawn: tuple[Robustness, tuple[Sensitivity, ...]] = self.drawn.result()
        except Exception:
            _LOG.exception("draws: failed")
            return found
        return replace(found, robustness=drawn[0], sensitivity=drawn[1], uncertainty=self.uncertainty)

    def wrong(self) -> list[Message]:
        """What could not be answered, and why."""
        found = self.found()
        if found is None:
            return [msg("The section “Why this plan” is missing: the questions could not be answered in time.")]
        missing = list(unanswered(found))
        if found.robustness is None:
            missing.append(msg("Robustness is missing: the draws could not be made."))
        return missing

    def end(self) -> None:
        """Stops what goes on still, unless somebody else waits for it."""
        self.wanted.close()
        for _, job in self.jobs:
            job.stop()


def begin_exploring(answers: Sequence[Answer], proposed: int, uncertainty: Uncertainty) -> list[Exploring]:
    """Begins to answer everything about the proposed plan, layer by layer; ``uncertainty`` is drawn from."""
    answer = answers[proposed]
    plan = answer.solution.plan
    if plan is None:
        return []
    others = [
        (other.loaded.scenario.name, other.solution.plan)
        for other in answers
        if other is not answer and other.solution.plan is not None
    ]
    named = " ".join(other.digest for other in answers)
    found = []
    for layer in range(len(plan.layers)):
        exact = partial(explore, answer.loaded, plan, layer, others, draws=0, time_limit=_QUESTION_LIMIT)
        key = f"explore all {answer.digest} {layer} {named}"
        lead = partial(_drawn, with_free_layer(answer.loaded, layer).problem, plan, layer, uncertainty)
        jobs = (
            work().ask(key, exact, timeout=EXPLORE_LIMIT),
            work().ask_in_parts(f"explore drawn {answer.digest} {layer} {uncertainty}", lead, whole=True),
        )
        wanted = ExitStack()
        for job in jobs:
            wanted.enter_context(job.wanted())
        found.append(Exploring(*jobs, uncertainty, wanted))
    return found


def _drawn(
    problem: Problem,
    plan: Plan,
    layer: int,
    uncertainty: Uncertainty,
    executor: Executor,
    progress: Callable[[int, int], None],
    cancel: Callable[[], bool],
) -> tuple[Robustness, tuple[Sensitivity, ...]]:
    rows = given_rows(plan, layer)
    found = robustness(
        problem,
        uncertainty,
        layer=layer,
        plan=rows,
        draws=DRAWS,
        executor=executor,
        progress=progress,
        cancel=cancel,
    )
    figures = sensitivity(problem, layer=layer, executor=executor, cancel=cancel)
    if cancel():
        # Half a sample does not stand for the whole when the papers are next made.
        raise Cancelled
    return found, figures
