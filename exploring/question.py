"""What is asked of a plan."""

from __future__ import annotations

from enum import StrEnum


class Topic(StrEnum):
    """What questions are about: each has a page of them, and a section of the papers."""

    PLAN = "plan"
    """Why this plan."""
    WAY = "way"
    """The way there."""


class Question(StrEnum):
    """What is asked of a plan, in the order in which it is told. How is in ``exploring.questions``, a file for each."""

    ALTERNATIVES = "alternatives"
    RANK = "rank"
    FRONTIER = "frontier"
    PRICES = "prices"
    POSTS = "posts"
    ROBUSTNESS = "robustness"
    SENSITIVITY = "sensitivity"
    WHY = "why"
    CHANGE = "change"
    GROWTH = "growth"
    ABSENCE = "absence"
    STAFFING = "staffing"
    MUNICIPALITY = "municipality"
    AGREEMENTS = "agreements"
    SCHEDULE = "schedule"
    SERVICES = "services"
    KEY = "key"

    @property
    def topic(self) -> Topic:
        """What it is about."""
        return Topic.PLAN if self in _PLAN else Topic.WAY


_PLAN: frozenset[Question] = frozenset(
    (
        Question.ALTERNATIVES,
        Question.RANK,
        Question.FRONTIER,
        Question.PRICES,
        Question.POSTS,
        Question.ROBUSTNESS,
        Question.SENSITIVITY,
        Question.WHY,
    )
)


def questions(topic: Topic) -> tuple[Question, ...]:
    """The questions about a topic, in the order in which they are told."""
    return tuple(question for question in Question if question.topic is topic)
