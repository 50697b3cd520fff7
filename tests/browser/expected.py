"""What the pages are to show of the shipped scenarios, looked up in plans that are found here once more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import papers

from optimizer.plan import Plan
from optimizer.problem import Ags
from optimizer.solve import solve
from translation import percent, translate

#: The scenario that every page begins with.
FIRST = "modell-1-zentral"


@cache
def plan(stem: str = FIRST) -> Plan:
    """The proven plan of a scenario."""
    found = papers.shipped(stem).solution.plan
    assert found is not None
    assert found.proven
    return found


@cache
def without_existing() -> Plan:
    """The proven plan of the first scenario if there were no existing services."""
    problem = plan().problem
    alone = tuple(replace(town, existing_hours=0.0) for town in problem.municipalities)
    found = solve(replace(problem, municipalities=alone)).plan
    assert found is not None
    assert found.proven
    return found


def name(ags: Ags) -> str:
    """What a municipality is called."""
    return papers.shipped(FIRST).loaded.county.name_of(ags)


def names(towns: Iterable[Ags]) -> str:
    """Municipalities, one after the other, as a page lists them."""
    return ", ".join(map(name, towns))


def districts(of: Plan, layer: int = 0) -> list[list[Ags]]:
    """The municipalities of each district."""
    return sorted(sorted(district.municipalities) for district in of.layers[layer].districts)


def number(of: Plan, ags: Ags) -> int:
    """The number of the district of a municipality."""
    (found,) = (n for n, d in enumerate(of.layers[0].districts, start=1) if ags in d.municipalities)
    return found


def driven_to(of: Plan) -> list[Ags]:
    """The municipalities that a team has to drive to."""
    return [ags for district in of.layers[0].districts for ags in district.municipalities if ags != district.hub]


def lowest_coverage(of: Plan) -> str:
    """The lowest coverage as a page in English writes it."""
    return translate(percent(of.lowest_coverage), "en")
