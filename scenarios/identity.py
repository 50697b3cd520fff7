"""Number and name of districts: what is the same district has the same ones, on every map, in every table and paper.

They come from the district that one continues, else from what the scenario saves, else from the order of keys.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from optimizer.plan import Identity, LayerPlan, Naming, Plan
from optimizer.problem import Ags
from optimizer.reference import continued, weights_of

Districts = Sequence[Collection[Ags]]
"""The districts of a layer, each as its municipalities."""


@dataclass(frozen=True, slots=True)
class Before:
    """Districts that others may continue, and by what they are known."""

    districts: Districts
    naming: Naming


def continuing(
    districts: Districts, before: Before, weights: Mapping[Ags, float], names: Sequence[str | None]
) -> Naming:
    """By what ``districts`` are known beside those of ``before``: a new one has the next free number.

    ``names`` are those that they have of their own; one without has the name of the district that it continues.
    ``weights`` are the keys of those that can change (:func:`optimizer.reference.continued`).
    """
    known = dict(before.naming.known)
    found: dict[int, Identity] = {}
    of = continued(districts, before.districts, weights)
    # New ones by their keys, so that the order of the districts makes no difference.
    for place in sorted(range(len(districts)), key=lambda place: sorted(districts[place])):
        position, name = of[place], names[place]
        if position is None:
            number = 1 + max(known, default=0)
            known[number] = tuple(sorted(districts[place]))
            found[place] = Identity(number, name)
        else:
            old = before.naming.identities[position]
            found[place] = Identity(old.number, name or (None if old.name in names else old.name))
    return Naming(tuple(found[place] for place in range(len(districts))), known)


def listed(
    districts: Districts,
    names: Sequence[str | None],
    saved: Sequence[str] = (),
    rows: Mapping[int, Collection[Ags]] | None = None,
) -> Naming:
    """By what ``districts`` are known that continue none: numbered by the order of municipality keys.

    Those of a plan that the scenario gives have the numbers of its ``rows``. Else the order of the names that it has
    ``saved`` is the numbering of the districts with ``names``; they share out among them the numbers that are theirs
    by their keys, so that a name alone changes no number.
    """
    order = sorted(range(len(districts)), key=lambda place: sorted(districts[place]))
    if rows is not None:
        numbers = _row_numbers(districts, order, rows)
    else:
        named = iter(
            sorted((place for place in order if names[place]), key=lambda place: saved.index(names[place] or ""))
        )
        order = [next(named) if names[place] else place for place in order]
        numbers = {place: number for number, place in enumerate(order, start=1)}
    return Naming(
        tuple(Identity(numbers[place], name) for place, name in enumerate(names)),
        {number: tuple(sorted(districts[place])) for place, number in sorted(numbers.items(), key=lambda one: one[1])},
    )


def _row_numbers(districts: Districts, order: Sequence[int], rows: Mapping[int, Collection[Ags]]) -> dict[int, int]:
    """The number of each district by its place: that of its row; one that has none takes the next."""
    left = {number: set(towns) for number, towns in rows.items()}
    numbers: dict[int, int] = {}
    for place in order:
        mine = set(districts[place])
        following = 1 + max([*rows, *numbers.values()], default=0)
        numbers[place] = next((number for number, towns in left.items() if towns == mine), following)
        left.pop(numbers[place], None)
    return numbers


def labelled(districts: Districts, labels: Sequence[str]) -> Naming:
    """By what the districts of a table are known: their labels are numbers, or names in the order of the table."""
    places = range(1, len(labels) + 1)
    if {*labels} == {str(place) for place in places}:
        identities = [Identity(int(label)) for label in labels]
    else:
        identities = [Identity(place, label) for place, label in zip(places, labels, strict=True)]
    known = {one.number: tuple(sorted(towns)) for one, towns in zip(identities, districts, strict=True)}
    return Naming(tuple(identities), known)


def known_by(layer: LayerPlan) -> Before:
    """The districts of a layer with the names that others may continue."""
    return Before([district.municipalities for district in layer.districts], Naming(layer.identities, layer.known))


def identified_by(plan: Plan, base: Plan) -> Plan:
    """A plan beside ``base``: what continues a district there has its number, colour and name.

    Layers are matched by position, further ones with the last one of ``base``. A name of its own stays.
    """
    if plan is base or not base.layers:
        return plan
    weights = weights_of(plan.problem)
    layers = []
    for position, layer in enumerate(plan.layers):
        before = known_by(base.layers[min(position, len(base.layers) - 1)])
        districts, names = [one.municipalities for one in layer.districts], [one.name for one in layer.identities]
        layers.append(replace(layer, naming=continuing(districts, before, weights, names)))
    return replace(plan, layers=tuple(layers))
