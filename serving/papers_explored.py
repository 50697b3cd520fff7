"""The answers to “Why this plan” for the papers: the exact ones in a process, the draws shared out among all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

from exploring.exploration import EXACT, IN_PARTS, Exploration, explore
from exploring.query import Means, Subject, subject_of
from exploring.question import Question
from exploring.questions.rank import RankQuery
from exploring.questions.robustness import DRAWS, RobustnessQuery
from optimizer.explore.uncertainty import Uncertainty
from optimizer.explore.workers import Cancelled
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
            drawn: Exploration = self.drawn.result()
        except Exception:
            _LOG.exception("draws: failed")
            return found
        return replace(found, replies={**found.replies, **drawn.replies})

    def wrong(self) -> list[Message]:
        """What could not be answered, and why."""
        found = self.found()
        if found is None:
            return [msg("The section “Why this plan” is missing: the questions could not be answered in time.")]
        missing = list(unanswered(found))
        if Question.ROBUSTNESS not in found.replies:
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
    others = tuple((other.loaded.scenario.name, other.solution.plan) for other in answers if other is not answer)
    named = " ".join(other.digest for other in answers)
    found = []
    for layer in range(len(plan.layers)):
        about = subject_of(answer.loaded, plan, layer)
        means = Means(time_limit=_QUESTION_LIMIT)
        exact = partial(explore, about, means, questions=EXACT, queries=[RankQuery(others)])
        jobs = (
            work().ask(f"explore all {answer.digest} {layer} {named}", exact, timeout=EXPLORE_LIMIT, long=True),
            work().ask_in_parts(
                f"explore drawn {answer.digest} {layer} {uncertainty}", partial(_drawn, about, uncertainty), whole=True
            ),
        )
        wanted = ExitStack()
        for job in jobs:
            wanted.enter_context(job.wanted())
        found.append(Exploring(*jobs, wanted))
    return found


def _drawn(
    about: Subject,
    uncertainty: Uncertainty,
    executor: Executor,
    progress: Callable[[int, int], None],
    cancel: Callable[[], bool],
) -> Exploration:
    begun: list[Question] = []

    def done(parts: int, of: int) -> None:
        # Each question has as large a share.
        progress((len(begun) - 1) * of + parts, len(IN_PARTS) * of)

    means = Means(executor=executor, progress=done, cancel=cancel)
    queries = [RobustnessQuery(uncertainty, DRAWS)]
    found = explore(about, means, questions=IN_PARTS, queries=queries, progress=begun.append)
    if cancel():
        # Half a sample does not stand for the whole when the papers are next made.
        raise Cancelled
    return found
