"""What answers have in common as JSON: a plan, districts, figures that may be missing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from optimizer.plan import Plan, until
from optimizer.problem import Ags, Problem
from wording.yardstick import hours_at

COMPLETE, PROVEN, SAMPLE, INCOMPLETE = "complete", "proven", "sample", "incomplete"
"""How sure an answer is."""

Data = dict[str, Any]


def plan_data(plan: Plan, layer: int) -> Data:
    """The districts of a layer of a plan, and its figures without the layers after that one."""
    asked = until(plan, layer)
    return {
        "lowest_coverage": asked.reached,
        "hours_per_1000": per_1000_data(asked.problem, asked.reached),
        "shortfall_hours": asked.shortfall_hours,
        "travel_hours": asked.travel_hours,
        "districts": [
            {
                "employer": district.employer,
                "fte": float(district.fte),
                "hub": district.hub,
                "municipalities": [
                    {"ags": ags, "hours": hours, "travel_hours": travel}
                    for ags, hours, travel in zip(
                        district.municipalities, district.hours, district.travel_hours, strict=True
                    )
                ],
            }
            for district in asked.layers[layer].districts
        ],
    }


def per_1000_data(problem: Problem, coverage: float) -> float | None:
    """Hours per 1,000 people that a coverage is; ``None`` where the people are not known."""
    hours = hours_at(problem, coverage)
    return None if hours is None else hours.value


def districts_data(districts: Iterable[Iterable[Ags]]) -> list[list[Ags]]:
    """Districts as their municipalities, both in AGS order."""
    return sorted(sorted(district) for district in districts)


def finite(value: float) -> float | None:
    """A figure; ``None`` where it is infinite, which JSON does not know."""
    return value if math.isfinite(value) else None
