"""What does each rule cost?"""

from __future__ import annotations

from dataclasses import dataclass

from exploring.query import Means, Query, Subject
from exploring.question import Question
from optimizer.explore.prices import Prices, prices


@dataclass(frozen=True)
class PricesQuery(Query[Prices]):
    """The best plan without each rule."""

    question = Question.PRICES

    def find(self, about: Subject, means: Means) -> Prices:
        """The price of every rule."""
        return prices(about.problem, layer=about.layer, progress=means.progress, **means.exact)
