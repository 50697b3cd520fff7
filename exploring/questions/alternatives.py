"""Are there other good plans?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from exploring.query import Means, Query, Subject
from exploring.question import Question
from optimizer.explore.alternatives import Alternatives, alternatives


@dataclass(frozen=True)
class AlternativesQuery(Query[Alternatives]):
    """The ``count`` best plans. ``within_coverage`` is absolute, by default the fairness tolerance.

    With ``teams`` other employers and team sizes make another plan, too.
    """

    question = Question.ALTERNATIVES
    count: int = 10
    within_coverage: float | None = None
    within_hours: float = math.inf
    teams: bool = False

    def find(self, about: Subject, means: Means) -> Alternatives:
        """The best plans beside the best one."""
        return alternatives(
            about.problem,
            layer=about.layer,
            count=self.count,
            coverage_within=self.within_coverage,
            hours_within=self.within_hours,
            distinct="teams" if self.teams else "districts",
            progress=means.progress,
            **means.exact,
        )
