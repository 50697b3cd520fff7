"""Does it hold if figures are off?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from exploring.query import Means, Query, Subject
from exploring.question import Question
from geodata.county import Ags, Service
from optimizer.explore.decision import Rows
from optimizer.explore.robustness import Robustness, robustness
from optimizer.explore.situation import evaluated, given_rows
from optimizer.explore.uncertainty import Range, StaffRange, Uncertainty
from optimizer.plan import Plan
from scenarios.assemble import LoadedScenario
from scenarios.existing import Posts, fewest_posts, middle_posts, most_posts

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


def staff_ranges(loaded: LoadedScenario) -> tuple[StaffRange, ...]:
    """What existing services of which only a range of posts is known count for at its ends, in the county's order."""
    return tuple(
        StaffRange(*(_changed(loaded, service, end) for end in (fewest_posts, most_posts)))
        for service in loaded.county.services
        if service.fte_range is not None
    )


def _changed(loaded: LoadedScenario, service: Service, end: Posts) -> dict[Ags, float]:
    """By how many hours existing advice changes where the one service has its posts at an end, the others theirs."""
    found = loaded.existing_with(lambda other: end(other) if other is service else middle_posts(other))
    return {
        ags: advice.counted - loaded.existing[ags].counted
        for ags, advice in found.items()
        if advice.counted != loaded.existing[ags].counted
    }


@dataclass(frozen=True)
class RobustnessQuery(Query[Robustness]):
    """All corners of the assumptions and random draws; a seed gives the same ones again."""

    question = Question.ROBUSTNESS
    of_all = True
    in_parts = True
    uncertainty: Uncertainty = DEFAULT
    draws: int = DRAWS
    seed: int = 1

    def find(self, about: Subject, means: Means) -> Robustness:
        """How the plan fares in every case."""
        problem, layer, rows = about.problem, about.layer, given_rows(about.plan, about.layer)
        uncertainty = replace(self.uncertainty, services=staff_ranges(about.loaded))
        return robustness(
            problem, uncertainty, layer=layer, plan=rows, draws=self.draws, seed=self.seed, **means.shared
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
