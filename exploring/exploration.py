"""All questions about a layer of a plan, and what came of them: what “Why this plan” tells in the papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from exploring.query import Answered, Means, Query, Reply, Subject
from exploring.question import Question, Topic, questions
from exploring.questions.absence import AbsenceQuery
from exploring.questions.agreements import AgreementsQuery
from exploring.questions.alternatives import AlternativesQuery
from exploring.questions.change import ChangeQuery
from exploring.questions.frontier import FrontierQuery
from exploring.questions.growth import GrowthQuery
from exploring.questions.key import KeyQuery
from exploring.questions.municipality import MunicipalityQuery
from exploring.questions.posts import PostsQuery
from exploring.questions.prices import PricesQuery
from exploring.questions.rank import RankQuery
from exploring.questions.robustness import RobustnessQuery
from exploring.questions.schedule import ScheduleQuery
from exploring.questions.sensitivity import SensitivityQuery
from exploring.questions.services import ServicesQuery
from exploring.questions.staffing import StaffingQuery
from exploring.questions.why import WhyQuery
from exploring.unanswered import Unanswered

QUERIES: Mapping[Question, type[Query[Any]]] = {
    query.question: query
    for query in (
        AlternativesQuery,
        RankQuery,
        FrontierQuery,
        PricesQuery,
        PostsQuery,
        RobustnessQuery,
        SensitivityQuery,
        WhyQuery,
        ChangeQuery,
        GrowthQuery,
        AbsenceQuery,
        StaffingQuery,
        MunicipalityQuery,
        AgreementsQuery,
        ScheduleQuery,
        ServicesQuery,
        KeyQuery,
    )
}
"""How each question is asked."""
EXACT = tuple(question for question in questions(Topic.PLAN) if not QUERIES[question].in_parts)
"""The questions of “Why this plan” that are answered in one go."""
IN_PARTS = tuple(question for question in questions(Topic.PLAN) if QUERIES[question].in_parts)
"""Those whose work is shared out."""
THE_WAY = tuple(question for question in questions(Topic.WAY) if QUERIES[question].in_papers)
"""The questions of “The way there” that papers can have with the usual values."""


@dataclass(frozen=True)
class Exploration:
    """What came of the questions about a layer of a plan, in the order in which they were asked."""

    about: Subject
    replies: Mapping[Question, Reply[Any]] = field(default_factory=dict)

    @property
    def answers(self) -> dict[Question, Any]:
        """The answers, in the order in which they are told."""
        found = ((question, self.replies.get(question)) for question in Question)
        return {question: reply.found for question, reply in found if isinstance(reply, Answered)}

    @property
    def missing(self) -> dict[Question, Unanswered]:
        """The questions without an answer."""
        found = self.replies.items()
        return {question: reply for question, reply in found if isinstance(reply, Unanswered)}

    def on(self, topic: Topic) -> Exploration:
        """What came of the questions about a topic."""
        return replace(self, replies={asked: reply for asked, reply in self.replies.items() if asked.topic is topic})


def explore(
    about: Subject,
    means: Means,
    *,
    questions: Iterable[Question] = Question,
    queries: Iterable[Query[Any]] = (),
    progress: Callable[[Question], None] = lambda _: None,
) -> Exploration:
    """What comes of ``questions``, asked as ``queries`` say, else with the usual values.

    The time limit of ``means`` is that of each question. ``progress`` is told which one is next. Raises
    ``SolverError``.
    """
    stated = {query.question: query for query in queries}
    replies: dict[Question, Reply[Any]] = {}
    for question in questions:
        progress(question)
        replies[question] = stated.get(question, QUERIES[question]()).ask(about, means)
    return Exploration(about, replies)
