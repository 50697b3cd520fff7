"""What is asked of a plan, and with which values where nobody says otherwise."""

from __future__ import annotations

import math
from enum import StrEnum
from fractions import Fraction

from optimizer.explore.uncertainty import Range, Uncertainty
from optimizer.problem import Problem

#: With more totals than this whole posts are enough.
MOST_TOTALS = 25
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


class Question(StrEnum):
    """What is asked of a plan, in the order in which it is told."""

    ALTERNATIVES = "alternatives"
    RANK = "rank"
    FRONTIER = "frontier"
    PRICES = "prices"
    POSTS = "posts"
    ROBUSTNESS = "robustness"
    SENSITIVITY = "sensitivity"
    WHY = "why"


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
