"""What is agreed, and what hangs on the open answers?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from exploring.query import Means, Query, Subject
from exploring.question import Question
from optimizer.options import Option
from optimizer.problem import Ags, Problem
from optimizer.way.agreements import Agreements, agreements


@dataclass(frozen=True)
class AgreementsQuery(Query[Agreements]):
    """The answers of the scenario, or those that are stated in their place.

    Papers go without: what somebody has not decided yet is no news for a session.
    """

    question = Question.AGREEMENTS
    in_papers = False
    options: tuple[Option, ...] | None = None

    def find(self, about: Subject, means: Means) -> Agreements:
        """What hangs on the answers that are open."""

        def declined(problem: Problem, towns: Collection[Ags]) -> Problem | None:
            return about.loaded.declined(problem, *sorted(towns))

        return agreements(
            about.problem,
            about.loaded.agreements if self.options is None else self.options,
            layer=about.layer,
            declined=declined,
            progress=means.progress,
            **means.exact,
        )
