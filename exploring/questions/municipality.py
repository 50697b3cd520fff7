"""What does it mean for each municipality?"""

from __future__ import annotations

from dataclasses import dataclass

from exploring.query import Means, Query, Subject
from exploring.question import Question
from optimizer.problem import Ags
from optimizer.way.municipality import Municipalities, municipality


@dataclass(frozen=True)
class MunicipalityQuery(Query[Municipalities]):
    """What good plans can do for each municipality, and what its own courses cost, of all or of ``towns`` alone."""

    question = Question.MUNICIPALITY
    towns: tuple[Ags, ...] | None = None

    def find(self, about: Subject, means: Means) -> Municipalities:
        """The ranges of all, with the courses. Raises ``KeyError`` for one that is unknown or takes no part."""
        return municipality(
            about.problem,
            layer=about.layer,
            towns=self.towns,
            declined=about.loaded.declined,
            progress=means.progress,
            **means.exact,
        )
