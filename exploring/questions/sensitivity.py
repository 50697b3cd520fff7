"""Which figure decides?"""

from __future__ import annotations

from dataclasses import dataclass

from exploring.query import Means, Query, Subject
from exploring.question import Question
from optimizer.explore.sensitivity import Sensitivity, sensitivity


@dataclass(frozen=True)
class SensitivityQuery(Query[tuple[Sensitivity, ...]]):
    """By how much each figure must change before the best districts do."""

    question = Question.SENSITIVITY
    of_all = True
    in_parts = True

    def find(self, about: Subject, means: Means) -> tuple[Sensitivity, ...]:
        """Every figure, the most sensitive first; in a part of the answer some are left out."""
        return sensitivity(about.problem, layer=about.layer, so_far=means.so_far, **means.shared)
