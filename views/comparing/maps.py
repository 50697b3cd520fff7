"""The map of a scenario in a comparison: what changes against the first is hatched, one classing for all."""

from __future__ import annotations

from collections.abc import Sequence

from maps.screen import Mark, OfflineMap
from optimizer.plan import LayerPlan
from optimizer.problem import Ags
from translation import Language, Message, msg
from views.parts.map_choices import MapChoices
from wording.compared_tables import CHANGED, ComparedPlan
from wording.differences import Moved, layer_of, moved


def alike_county(one: ComparedPlan, plans: Sequence[ComparedPlan]) -> list[ComparedPlan]:
    """The plans for the county of ``one``, itself too."""
    return [other for other in plans if other.loaded.county.ags == one.loaded.county.ags]


def moves_against_first(one: ComparedPlan, plans: Sequence[ComparedPlan], layer: int) -> tuple[Moved, ...] | None:
    """Who changes district against the first plan; ``None`` where there is nothing to compare with."""
    base = plans[0]
    if one is base or base not in alike_county(one, plans) or not base.plan.layers:
        return None
    return moved(base.plan, one.plan, layer)


def compared_map(
    one: ComparedPlan,
    plans: Sequence[ComparedPlan],
    layer: int,
    choices: MapChoices,
    language: Language,
    *,
    borders: bool = False,
    selected: Ags | None = None,
) -> OfflineMap:
    """The map of a plan that has districts; with ``borders`` those of the first plan are drawn over it."""
    base, shown = plans[0], layer_of(one.plan, layer)
    assert shown is not None
    moves = moves_against_first(one, plans, layer)
    meaning = msg("Changes district against {scenario}", scenario=base.short)
    return choices.draw(
        one.loaded,
        one.plan,
        one.plan.layers.index(shown),
        language,
        marks={move.ags: Mark(CHANGED, meaning, hatched=True) for move in moves or ()},
        selected=selected,
        beside=[other.plan for other in alike_county(one, plans)],
        over=_borders(base, layer) if borders and moves is not None else None,
    )


def _borders(base: ComparedPlan, layer: int) -> tuple[LayerPlan, Message] | None:
    shown = layer_of(base.plan, layer)
    return None if shown is None else (shown, msg("borders of {scenario}", scenario=base.short))
