"""What if one person is away?"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from exploring.query import Means, Query, Subject
from exploring.question import Question
from optimizer.way.absence import Absences, absence

#: Weeks and working days of a week in a year of contract.
WEEKS, WORKING_DAYS = 52.0, 5.0
#: Weeks of leave per person and year: 30 working days of a five-day week (TVöD § 26).
LEAVE_WEEKS = 6.0
#: Working days per person and year: on average of all employees in Germany in 2024 (Statistisches Bundesamt, Qualität
#: der Arbeit: Krankenstand).
SICK_DAYS = 14.8


@dataclass(frozen=True)
class Leave:
    """How long a person is away in a year, an assumption: ``weeks`` of leave, ``sick_days`` of five in a week."""

    weeks: float = LEAVE_WEEKS
    sick_days: float = SICK_DAYS

    @property
    def away(self) -> float:
        """Weeks of a year in which a person is away; never more than there are."""
        return min(WEEKS, self.weeks + self.sick_days / WORKING_DAYS)

    def short(self, persons: int) -> float:
        """Weeks of a year in which one of some persons is away, where never two are at once."""
        return min(WEEKS, persons * self.away)

    def worked(self, fte: Fraction, hours_per_week: float) -> tuple[float, float]:
        """Hours of a year in the contracts of some posts, and those of them that are worked."""
        contract = float(fte) * hours_per_week
        return contract * WEEKS, contract * (WEEKS - self.away)


@dataclass(frozen=True)
class Away:
    """How plans are served while one person is away, and how long that is in a year."""

    found: Absences
    leave: Leave = Leave()

    @property
    def complete(self) -> bool:
        """Whether everything that was sought is proven."""
        return self.found.complete


@dataclass(frozen=True)
class AbsenceQuery(Query[Away]):
    """One person of each team away; ``leave`` weeks and ``sick`` working days per person and year."""

    question = Question.ABSENCE
    leave: float | None = None
    sick: float | None = None

    def find(self, about: Subject, means: Means) -> Away:
        """The plan asked about, and those that are best served then."""
        leave = Leave(LEAVE_WEEKS if self.leave is None else self.leave, SICK_DAYS if self.sick is None else self.sick)
        found = absence(about.problem, about.until, layer=about.layer, progress=means.progress, **means.exact)
        return Away(found, leave)
