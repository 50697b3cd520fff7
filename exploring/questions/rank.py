"""Where does it stand among all plans?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from exploring.query import Means, Query, Subject
from exploring.question import Question
from optimizer.explore.rank import Rank, rank
from optimizer.explore.situation import given_rows
from optimizer.plan import Plan, alike, until

Others = tuple[tuple[str, Plan | None], ...]
"""Other scenarios by name with their plans, where they have one, in the order in which they are marked."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A plan marked in the distribution: its lowest coverage, and how many plans have a higher one.

    ``own``: it is the plan that is asked about.
    """

    name: str
    coverage: float
    better: int
    own: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """All plans of a layer, and the plans marked among them, the one asked about first."""

    rank: Rank
    marks: tuple[Marked, ...]


@dataclass(frozen=True)
class RankQuery(Query[Ranked]):
    """All plans are counted; those of ``others`` are marked that can be compared."""

    question = Question.RANK
    of_all = True
    others: Others = ()

    def find(self, about: Subject, means: Means) -> Ranked:
        """Where the plan stands among all of its layer."""
        asked = about.until
        known = [
            (name, other)
            for name, whole in self.others
            if whole is not None and (other := comparable(asked, whole)) is not None
        ]
        found = rank(
            about.problem,
            layer=about.layer,
            plan=given_rows(about.plan, about.layer),
            coverages=[other.reached for _, other in known],
            progress=means.progress,
            **means.exact,
        )
        assert found.standing is not None
        own = Marked(about.loaded.scenario.name, asked.reached, found.standing.better, own=True)
        marks = [Marked(name, other.reached, better) for (name, other), better in zip(known, found.better, strict=True)]
        return Ranked(found, (own, *marks))


def comparable(asked: Plan, other: Plan) -> Plan | None:
    """As many layers of ``other`` as have the posts of ``asked``, where coverages then have the same measure.

    Plans are measured alike (:func:`alike`) with the same need, existing advice and posts in all.
    """
    if not alike(asked, other):
        return None
    parts = (until(other, layer) for layer in range(len(other.layers)))
    return next((part for part in parts if math.isclose(_posts(part), _posts(asked), rel_tol=1e-9)), None)


def _posts(plan: Plan) -> float:
    return float(sum(layer.fte for layer in plan.layers))
