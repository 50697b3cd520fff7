"""Why a question about a plan has no answer."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from optimizer.explore.situation import Infeasible, NoPlanInTime, TooLarge
from optimizer.explore.workers import Cancelled
from optimizer.way.change import NoReference
from optimizer.way.staffing import NoPeople
from translation import Message, msg


class Unanswered(StrEnum):
    """Why there is no answer; the value stands in files."""

    TOO_LARGE = "too_large"
    NO_TIME = "no_time"
    NO_MEMORY = "no_memory"
    INFEASIBLE = "infeasible"
    NO_REFERENCE = "no_reference"
    NO_PEOPLE = "no_people"
    STOPPED = "stopped"
    FAILED = "failed"

    @classmethod
    def of(cls, failure: Exception) -> Unanswered:
        """The reason behind one of the ``FAILURES``."""
        return next(reason for kind, reason in _REASONS.items() if isinstance(failure, kind))

    @property
    def text(self) -> Message:
        """The reason as people are told it."""
        return _TEXTS[self]


_REASONS: Mapping[type[Exception], Unanswered] = {
    TooLarge: Unanswered.TOO_LARGE,
    NoPlanInTime: Unanswered.NO_TIME,
    Infeasible: Unanswered.INFEASIBLE,
    NoReference: Unanswered.NO_REFERENCE,
    NoPeople: Unanswered.NO_PEOPLE,
    Cancelled: Unanswered.STOPPED,
}
FAILURES = tuple(_REASONS)
"""What the optimizer raises where a question has no answer."""
_TEXTS: Mapping[Unanswered, Message] = {
    Unanswered.TOO_LARGE: msg(
        "This question cannot be answered for so many municipalities: the rules allow too many districts to go through "
        "them all. A shorter longest drive or fewer districts help."
    ),
    Unanswered.NO_TIME: msg("The time allowed did not suffice for this question."),
    Unanswered.NO_MEMORY: msg("The memory allowed did not suffice for this question."),
    Unanswered.INFEASIBLE: msg("The rules leave no plan."),
    Unanswered.NO_REFERENCE: msg(
        "No districts are known against which anything could change: the scenario has no reference plan, and no other "
        "plan was named."
    ),
    Unanswered.NO_PEOPLE: msg("No indicator counts all people of the key, so nothing can be said for 1,000 of them."),
    Unanswered.STOPPED: msg("The computation was stopped."),
    Unanswered.FAILED: msg("The solver failed. Please try again, or tell who looks after this planner."),
}
