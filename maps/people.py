"""How many people a post of a plan stands for: the caseload behind a district."""

from __future__ import annotations

import math
from collections.abc import Mapping

from geodata.county import County
from optimizer.plan import LayerPlan
from optimizer.problem import Ags

#: Taken where a county has it and nobody names another indicator.
MIGRATION_HISTORY = "migration_history"


def people_indicator(county: County, indicator: str | None = None) -> str:
    """The indicator whose people are counted: the one named, else migration history, else the county's first.

    One with gaps is none, as long as there is another.
    """
    names = county.indicator_names
    known = [name for name in names if county.total(name) is not None] or names
    return next(name for name in (indicator, MIGRATION_HISTORY, known[0]) if name in known and name is not None)


def people_per_post(county: County, layer: LayerPlan, indicator: str) -> Mapping[Ags, float]:
    """People of the ``indicator`` in a municipality's district per FTE of its team, the fewest where several serve it.

    A municipality that no district has is missing, and so is a district in which a figure is.
    """
    found: dict[Ags, float] = {}
    for district in layer.districts:
        towns = district.municipalities
        people = [county.municipality(ags).indicators[indicator] for ags in towns]
        known = [figure for figure in people if figure is not None]
        if len(known) < len(people):
            continue
        ratio = math.fsum(known) / float(district.fte)
        for ags in towns:
            found[ags] = min(ratio, found.get(ags, math.inf))
    return found
