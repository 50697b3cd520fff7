"""The answers for the papers: the exact ones of each section in a process, the draws shared out among all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from exploring.exploration import EXACT, IN_PARTS, THE_WAY, Exploration, explore
from exploring.query import Means, Reply, Subject, subject_of
from exploring.question import Question
from exploring.questions.change import ChangeQuery, usual_reference
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


class Part(StrEnum):
    """What one job answers for the papers."""

    EXACT = "why this plan"
    DRAWN = "draws"
    WAY = "the way there"


_DOING: Mapping[Part, Message] = {
    Part.EXACT: msg("The questions to the plan are being answered"),
    Part.DRAWN: msg("Draws for the robustness are being made"),
    Part.WAY: msg("The questions on the way there are being answered"),
}
_MISSING: Mapping[Part, Message] = {
    Part.EXACT: msg("The section “Why this plan” is missing: the questions could not be answered in time."),
    Part.DRAWN: msg("Robustness is missing: the draws could not be made."),
    Part.WAY: msg("The section “The way there” is missing: the questions could not be answered in time."),
}


@dataclass(frozen=True)
class Exploring:
    """The answers about a layer that are being worked on."""

    about: Subject
    parts: Mapping[Part, Job]
    wanted: ExitStack
    """Keeps others who ask the same from stopping it."""

    @property
    def jobs(self) -> tuple[tuple[Message, Job], ...]:
        """What is being done, in words."""
        return tuple((_DOING[part], job) for part, job in self.parts.items())

    def found(self) -> Exploration:
        """All answers that there are, once nothing is left to do."""
        replies: dict[Question, Reply[Any]] = {}
        for found in self._results.values():
            replies |= {} if found is None else found.replies
        return Exploration(self.about, replies)

    @property
    def _results(self) -> dict[Part, Exploration | None]:
        results: dict[Part, Exploration | None] = {}
        for part, job in self.parts.items():
            try:
                results[part] = job.result()
            except Exception:
                # The papers are of use without them; ``wrong`` says that they are missing.
                _LOG.exception("%s: failed", part)
                results[part] = None
        if Part.EXACT in results and results[Part.EXACT] is None:
            # Draws alone are no section.
            results.pop(Part.DRAWN)
        return results

    def wrong(self) -> list[Message]:
        """What could not be answered, and why."""
        return [*unanswered(self.found()), *(_MISSING[part] for part, found in self._results.items() if found is None)]

    def end(self) -> None:
        """Stops what goes on still, unless somebody else waits for it."""
        self.wanted.close()
        for _, job in self.jobs:
            job.stop()


def begin_exploring(
    answers: Sequence[Answer], proposed: int, uncertainty: Uncertainty | None, *, way: bool
) -> list[Exploring]:
    """Begins to answer what the sections wanted have about the proposed plan, layer by layer.

    With an ``uncertainty``, which is drawn from, that is why this plan; ``way``: the way there.
    """
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
        parts: dict[Part, Job] = {}
        if uncertainty is not None:
            call = partial(explore, about, means, questions=EXACT, queries=[RankQuery(others)])
            key = f"explore all {answer.digest} {layer} {named}"
            parts[Part.EXACT] = work().ask(key, call, timeout=EXPLORE_LIMIT, long=True)
            key = f"explore drawn {answer.digest} {layer} {uncertainty}"
            parts[Part.DRAWN] = work().ask_in_parts(key, partial(_drawn, about, uncertainty), whole=True)
        if way:
            queries = [ChangeQuery(usual_reference(about, others))]
            call = partial(explore, about, means, questions=THE_WAY, queries=queries)
            key = f"explore way {answer.digest} {layer} {named}"
            parts[Part.WAY] = work().ask(key, call, timeout=EXPLORE_LIMIT, long=True)
        wanted = ExitStack()
        for job in parts.values():
            wanted.enter_context(job.wanted())
        found.append(Exploring(about, parts, wanted))
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
