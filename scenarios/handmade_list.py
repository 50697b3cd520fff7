"""A plan made by hand from a list: the districts of a table with their labels as names or numbers."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from geodata.county import Ags
from optimizer.problem import Problem
from scenarios.assemble import LoadedScenario, with_plan
from scenarios.handmade import HandmadeDistrict, HandmadeLayer, HandmadePlan
from scenarios.plan_table import PlanTable

_HIGHEST = 999

Sizes = Mapping[frozenset[Ags], Fraction]
"""The posts of districts by their municipalities."""


def sizing_problem(loaded: LoadedScenario, handmade: HandmadePlan, position: int, table: PlanTable) -> Problem:
    """What finds the best team sizes for the districts of ``table`` in a layer; the other layers stay as they are."""
    problem = with_plan(loaded.problem, loaded.county, table.districts, layer=position)
    for other, layer in enumerate(handmade.layers):
        if other != position:
            problem = with_plan(problem, loaded.county, layer.rows, layer=other)
    return problem


def listed_layer(table: PlanTable, sizes: Sizes) -> HandmadeLayer:
    """The layer that ``table`` states; where it has no posts they are those of ``sizes``.

    Whole numbers as labels are the numbers of districts, other labels their names.
    """
    labels = [label.strip() for label in table.labels]
    numbered = all(label.isdecimal() and 0 < int(label) <= _HIGHEST for label in labels)
    numbers = [int(label) for label in labels] if numbered else [*range(1, len(labels) + 1)]
    if len(set(numbers)) < len(numbers):  # such as 1 and 01
        numbers = [*range(1, len(labels) + 1)]
    districts = [
        HandmadeDistrict(
            number=number,
            name=None if numbered else label,
            employer=row.employer,
            fte=sizes[frozenset(row.municipalities)] if row.fte is None else row.fte,
            municipalities=row.municipalities,
            hub=row.hub,
        )
        for number, label, row in zip(numbers, labels, table.districts, strict=True)
    ]
    return HandmadeLayer(districts=tuple(sorted(districts, key=lambda district: district.number)))
