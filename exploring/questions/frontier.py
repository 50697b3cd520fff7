"""What does evenness cost?"""

from __future__ import annotations

from dataclasses import dataclass

from exploring.query import Means, Query, Subject
from exploring.question import Question
from optimizer.explore.frontier import Frontier, frontier


@dataclass(frozen=True)
class FrontierQuery(Query[Frontier]):
    """The lowest coverage against missing hours and against hours on the road."""

    question = Question.FRONTIER
    of_all = True

    def find(self, about: Subject, means: Means) -> Frontier:
        """The plans that no other one betters."""
        return frontier(about.problem, layer=about.layer, **means.exact)
