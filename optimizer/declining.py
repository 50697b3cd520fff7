"""A municipality that takes no part: the problem without it."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

from optimizer.problem import Ags, Layer, Pin, Problem


def without_town(problem: Problem, ags: Ags) -> Problem | None:
    """The problem in which a municipality takes no part: the key is that of the others, and what hangs on it is gone.

    What existing services do in it stays there and counts nowhere. ``None`` where nobody else has any need.
    """
    rest = math.fsum(town.weight for town in problem.municipalities if town.ags != ags)
    if rest <= 0:
        return None
    towns = (
        replace(town, weight=0.0, existing_hours=0.0, taking_part=False)
        if town.ags == ags
        else replace(town, weight=town.weight / rest)
        for town in problem.municipalities
    )
    return replace(
        problem,
        municipalities=tuple(towns),
        layers=tuple(_layer_without(layer, ags) for layer in problem.layers),
        stated_level=None if problem.stated_level is None else problem.stated_level * rest,
        people=None if problem.people is None else problem.people * rest,
    )


def _layer_without(layer: Layer, ags: Ags) -> Layer:
    partners = sorted({town for pair in layer.together if ags in pair for town in pair} - {ags})
    together = [pair for pair in layer.together if ags not in pair]
    # Who had to be with it still has to be with each other.
    together += [pair for pair in combinations(partners, 2) if pair not in together]
    plan = layer.plan
    if plan is not None and not layer.evaluated_only:
        rows = (
            replace(
                row,
                municipalities=tuple(town for town in row.municipalities if town != ags),
                hub=None if row.hub == ags else row.hub,
            )
            for row in plan
        )
        plan = tuple(row for row in rows if row.municipalities)
    reference = None if layer.reference is None else tuple(district - {ags} for district in layer.reference)
    return replace(
        layer,
        together=tuple(together),
        apart=tuple(pair for pair in layer.apart if ags not in pair),
        plan=plan or None,
        reference=reference,
        pins=pins_without(layer, ags),
    )


def pins_without(layer: Layer, ags: Ags) -> tuple[Pin, ...]:
    """The pins of a layer without a municipality; none of it alone."""
    pins = (
        replace(pin, municipalities=pin.municipalities - {ags}, hub=None if pin.hub == ags else pin.hub)
        for pin in layer.pins
    )
    return tuple(pin for pin in pins if pin.municipalities)
