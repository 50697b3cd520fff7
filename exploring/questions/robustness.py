"""Does it hold if figures are off?"""

from __future__ import annotations

from dataclasses import dataclass

from exploring.query import Means, Query, Subject
from exploring.question import Question
from optimizer.explore.decision import Rows
from optimizer.explore.robustness import Robustness, robustness
from optimizer.explore.situation import evaluated, given_rows
from optimizer.explore.uncertainty import Range, Uncertainty
from optimizer.plan import Plan

#: Draws where nobody says otherwise.
DRAWS = 1000
#: How far figures may be off unless somebody says otherwise: set, no statistics.
DEFAULT = Uncertainty(
    existing=Range(0.5, 1.5),
    coordination_hours=Range(1.0, 3.0),
    block_hours=Range(3.0, 6.0),
    minutes=Range(0.8, 1.2),
    each_weight=0.1,
    each_existing=0.1,
    each_minutes=0.1,
)


@dataclass(frozen=True)
class RobustnessQuery(Query[Robustness]):
    """All corners of the assumptions and random draws; a seed gives the same ones again."""

    question = Question.ROBUSTNESS
    in_parts = True
    uncertainty: Uncertainty = DEFAULT
    draws: int = DRAWS
    seed: int = 1

    def find(self, about: Subject, means: Means) -> Robustness:
        """How the plan fares in every case."""
        problem, layer, rows = about.problem, about.layer, given_rows(about.plan, about.layer)
        return robustness(
            problem, self.uncertainty, layer=layer, plan=rows, draws=self.draws, seed=self.seed, **means.shared
        )

    def whole(self, found: Robustness, means: Means) -> bool:  # noqa: ARG002 - it knows of itself
        """Whether every draw was made and compared."""
        return found.complete


@dataclass(frozen=True)
class AsStatedQuery(Query[list[Plan]]):
    """Plans that were the best in some draw, with the figures as they are stated."""

    question = Question.ROBUSTNESS
    plans: tuple[Rows, ...]

    def find(self, about: Subject, means: Means) -> list[Plan]:
        """The plans in their order; they may break rules."""
        return evaluated(about.problem, self.plans, layer=about.layer, **means.exact)
