"""What would the next post bring?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from exploring.query import Means, Query, Subject
from exploring.question import Question
from optimizer.explore.hours import HourValue, hour_values
from optimizer.explore.posts import Posts, posts_value
from optimizer.problem import Problem

#: With more totals than this whole posts are enough.
MOST_TOTALS = 25


@dataclass(frozen=True)
class PostsValue:
    """The best plan for each number of posts, and what one more hour brings in each district of the plan as it is."""

    posts: tuple[Posts, ...]
    hours: tuple[HourValue, ...]


@dataclass(frozen=True)
class PostsQuery(Query[PostsValue]):
    """The numbers of posts that are asked about, by default those worth asking about (:func:`totals_of`)."""

    question = Question.POSTS
    totals: tuple[Fraction, ...] = ()
    free_districts: bool = False

    def find(self, about: Subject, means: Means) -> PostsValue:
        """The best plans, and one more hour in each district."""
        problem, layer = about.problem, about.layer
        totals, free = self.totals or totals_of(problem, layer), self.free_districts
        found = posts_value(problem, totals, layer=layer, free_districts=free, progress=means.progress, **means.exact)
        return PostsValue(found, hour_values(problem, about.plan, layer=layer))


def totals_of(problem: Problem, layer: int) -> tuple[Fraction, ...]:
    """The numbers of posts (FTE) worth asking about: from one post to two more than twice those planned.

    In the steps of the layer where those are not too many, else in halves, else whole posts; the planned number and the
    two next steps are always among them.
    """
    rules = problem.layers[layer]
    first, last = min(Fraction(1), rules.total), 2 * rules.total + (1 if rules.total < 6 else 0)
    steps = (step for step in (rules.step, Fraction(1, 2), Fraction(1)) if (step / rules.step).denominator == 1)
    step = next((step for step in steps if (last - first) / step < MOST_TOTALS), Fraction(math.ceil(last / 20)))
    count = int((last - first) / step)
    found = {first + number_ * step for number_ in range(count + 1)}
    found |= {rules.total, rules.total + rules.step, rules.total + Fraction(1, 2), rules.total + 1}
    return tuple(sorted(total for total in found if (total / rules.step).denominator == 1))
