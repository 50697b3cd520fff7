"""Who is where when?"""

from __future__ import annotations

from dataclasses import dataclass, field

from exploring.query import Means, Query, Subject
from exploring.question import Question
from optimizer.way.halfdays import Terms
from optimizer.way.schedule import Schedule, schedule


@dataclass(frozen=True)
class ScheduleQuery(Query[Schedule]):
    """The half-days of every person of the layer, by what ``terms`` take for granted."""

    question = Question.SCHEDULE
    terms: Terms = field(default_factory=Terms)

    def find(self, about: Subject, means: Means) -> Schedule:
        """The schedule of each team of the plan as it is."""
        return schedule(about.plan, self.terms, layer=about.layer, progress=means.progress, **means.exact)
