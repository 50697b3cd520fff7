"""All answers about a layer in words, and the questions that have none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from exploring.exploration import Exploration
from exploring.query import Subject
from exploring.question import Question
from translation import Message, msg
from wording.explore.absence import absence_told
from wording.explore.agreements import agreements_told
from wording.explore.alternatives import alternatives_told
from wording.explore.change import change_told
from wording.explore.frontier import frontier_told
from wording.explore.growth import growth_told
from wording.explore.key import key_told
from wording.explore.municipality import municipality_told
from wording.explore.posts import posts_told
from wording.explore.prices import prices_told
from wording.explore.rank import rank_told
from wording.explore.robustness import robustness_told
from wording.explore.schedule import schedule_told
from wording.explore.sensitivity import sensitivity_told
from wording.explore.services import services_told
from wording.explore.staffing import staffing_told
from wording.explore.told import ASKED, Told
from wording.explore.why import reasons_told

TOLD: Mapping[Question, Callable[[Subject, Any], Told]] = {
    Question.ALTERNATIVES: alternatives_told,
    Question.RANK: rank_told,
    Question.FRONTIER: frontier_told,
    Question.PRICES: prices_told,
    Question.POSTS: posts_told,
    Question.ROBUSTNESS: robustness_told,
    Question.SENSITIVITY: sensitivity_told,
    Question.WHY: reasons_told,
    Question.CHANGE: change_told,
    Question.GROWTH: growth_told,
    Question.ABSENCE: absence_told,
    Question.STAFFING: staffing_told,
    Question.MUNICIPALITY: municipality_told,
    Question.AGREEMENTS: agreements_told,
    Question.SCHEDULE: schedule_told,
    Question.SERVICES: services_told,
    Question.KEY: key_told,
}
"""Tells what was found about a layer."""


def everything_told(found: Exploration) -> tuple[Told, ...]:
    """Every answer in words, in the order of the questions."""
    return tuple(TOLD[question](found.about, answer) for question, answer in found.answers.items())


def unanswered(found: Exploration) -> tuple[Message, ...]:
    """The questions without an answer, each with the reason."""
    return tuple(
        msg("{question} {reason}", question=ASKED[question], reason=reason.text)
        for question, reason in found.missing.items()
    )
