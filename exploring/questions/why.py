"""Why here and not there?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exploring.query import Means, Query, Subject
from exploring.question import Question
from optimizer.explore.reasons import Reason, why, why_not
from optimizer.problem import Ags


@dataclass(frozen=True)
class Reasons:
    """The best plan in which it is otherwise, for each municipality asked about; for ``pair`` one, under its first."""

    by_town: Mapping[Ags, Reason]
    towns: tuple[Ags, ...] = ()


@dataclass(frozen=True)
class WhyQuery(Query[Reasons]):
    """Why each municipality is with whom it is; of ``towns``, why that one is, or why two are together or apart."""

    question = Question.WHY
    towns: tuple[Ags, ...] = ()

    def find(self, about: Subject, means: Means) -> Reasons:
        """What it costs to have it otherwise. Raises ``KeyError`` for an unknown municipality."""
        problem, plan, layer = about.problem, about.until, about.layer
        if len(self.towns) == 2:
            one, other = self.towns
            found = {one: why_not(problem, plan, one, other, layer=layer, **means.exact)}
        else:
            asked = self.towns or [town.ags for town in problem.municipalities]
            found = {ags: why(problem, plan, ags, layer=layer, **means.exact) for ags in asked}
        return Reasons(found, self.towns)
