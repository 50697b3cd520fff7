"""What the colours of a map say: districts, or a figure in classes with round limits."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import pairwise
from typing import TypeVar

from geodata.county import County
from maps.classes import limits_around_one, natural_limits
from maps.people import people_indicator, people_per_post
from optimizer.plan import District, Identity, LayerPlan, Plan
from optimizer.problem import Ags
from translation import Message, Number, msg, number, percent

#: Okabe and Ito's colours without black, mixed with white so that dark text is easy to read on them.
PALETTE = ("#f3c86b", "#9ed3f1", "#69c6ac", "#f6ee89", "#6ba9d1", "#e89a69", "#e1b1ca")
NOTHING = "#e6e6e6"
#: From little to much, and from too little over fair to more; told apart by colour-blind eyes, dark text is readable.
RAMP = ("#fbf7d5", "#d6eac0", "#a3d5bb", "#72b9c4", "#569bc4")
AROUND_FAIR = ("#e08f52", "#f2bd8b", "#fbe5cd", "#cfe4f3", "#8dbfe2")
_BELOW_FAIR = 3
#: What is less apart is never of two colours, but where one coverage is the fair supply: half a point, 0.2 hours per
#: 1,000 people, one in a hundred people per post.
_NEAR, _NEAR_HOURS, _NEAR_RATIO = 5, 2, 0.01

_Look = TypeVar("_Look")
Numbered = tuple[Identity, District]
"""A district with its number and name."""


class MapColour(StrEnum):
    """What the fills of a map show. ``POSTS``: people per post; ``PER_1000``: hours for 1,000 people of the key."""

    DISTRICT = "district"
    COVERAGE = "coverage"
    PER_1000 = "per_1000"
    HOURS = "hours"
    KEY = "key"
    POSTS = "posts"
    TRAVEL = "travel"


@dataclass(frozen=True, slots=True)
class MapFigure:
    """A figure of each municipality in classes: ``limits`` part the ``colours``, a limit is of the class above.

    ``values`` has ``None`` where there is no such figure. ``digits`` are those that people see, so that no class
    contradicts the figure on the map; ``written`` is a figure, ``limit`` a limit as text.
    """

    title: Message
    values: Mapping[Ags, float | None]
    limits: tuple[float, ...]
    written: Callable[[float], object]
    limit: Callable[[float], object]
    digits: int
    missing: Message
    colours: tuple[str, ...] = RAMP

    def colour(self, ags: Ags) -> str:
        """The fill of a municipality."""
        value = self.values[ags]
        return NOTHING if value is None else self.colours[bisect_right(self.limits, round(value, self.digits))]

    def classes(self) -> list[tuple[str, Message]]:
        """The colours with what they stand for, and the one for no figure where that occurs."""
        if not self.limits:
            return self._known([msg("all")])
        first, last = self.limits[0], self.limits[-1]
        texts = [
            msg("under {limit}", limit=self.limit(first)),
            *(
                msg("{low} to {high}", low=self.limit(low), high=self.limit(high))
                for low, high in pairwise(self.limits)
            ),
            msg("{limit} and more", limit=self.limit(last)),
        ]
        return self._known(texts)

    def _known(self, texts: Sequence[Message]) -> list[tuple[str, Message]]:
        known = list(zip(self.colours, texts, strict=True))
        return [*known, (NOTHING, self.missing)] if None in self.values.values() else known


def figure(
    colour: MapColour,
    county: County,
    plan: Plan,
    layer: int,
    indicator: str | None,
    *,
    beside: Sequence[Plan] = (),
) -> MapFigure | None:
    """What ``colour`` shows of a layer; ``None`` for districts. ``indicator`` is whose people are counted.

    ``beside`` are the plans for the county on the maps beside this one, to share their classes with it.
    """
    supplies = plan.municipalities
    all_supplies = [supply for one in (plan, *beside) for supply in one.municipalities.values()]
    no_district = msg("in no district")
    match colour:
        case MapColour.DISTRICT:
            return None
        case MapColour.COVERAGE:
            known = [supply.coverage for supply in all_supplies if supply.coverage is not None]
            limits, below = limits_around_one(known, 3, _NEAR)
            return MapFigure(
                msg("Coverage ({full} is fair)", full=percent(1, 0)),
                {ags: supply.coverage for ags, supply in supplies.items()},
                limits,
                percent,
                share_limit,
                3,
                msg("no need"),
                AROUND_FAIR[_BELOW_FAIR - below : _BELOW_FAIR + 1 + len(limits) - below],
            )
        case MapColour.PER_1000:
            per = {ags: plan.hours_per_1000(ags) for ags in supplies}
            all_hours = [one.hours_per_1000(ags) for one in (plan, *beside) for ags in one.municipalities]
            limits = natural_limits((hours for hours in all_hours if hours is not None), len(RAMP), 1, _NEAR_HOURS)
            title = msg("Hours per week for 1,000 people of the key")
            written, missing = partial(number, digits=1, unit="h"), msg("not known")
            return MapFigure(title, per, limits, written, plain_limit, 1, missing, ramp(len(limits) + 1))
        case MapColour.HOURS:
            limits = limits_from_zero(max(supply.fair_supply for supply in all_supplies))
            hours = {ags: supply.hours for ags, supply in supplies.items()}
            title = msg("On site, hours per week")
            return MapFigure(title, hours, limits, lambda value: number(value, 1, "h"), plain_limit, 1, no_district)
        case MapColour.KEY:
            shares = {ags: supply.key for ags, supply in supplies.items()}
            title = msg("Key: share of the county's need")
            limits = limits_from_zero(max(supply.key for supply in all_supplies))
            return MapFigure(title, shares, limits, percent, share_limit, 3, no_district)
        case MapColour.POSTS:
            name = people_indicator(county, indicator)
            found = people_per_post(county, plan.layers[layer], name)
            people = {ags: found.get(ags) for ags in supplies}
            shown = [one.layers[min(layer, len(one.layers) - 1)] for one in (plan, *beside) if one.layers]
            ratios = [ratio for one in shown for ratio in people_per_post(county, one, name).values()]
            limits = natural_limits(ratios, len(RAMP), 0, math.ceil(_NEAR_RATIO * max(ratios, default=0)))
            return MapFigure(
                _per_post(name), people, limits, number, plain_limit, 0, no_district, ramp(len(limits) + 1)
            )
        case MapColour.TRAVEL:
            title = msg("Drive from the hub, minutes one way")
            limits = (10.0, 20.0, 30.0, 40.0)
            drives = drive_minutes(plan, layer)
            return MapFigure(title, drives, limits, lambda value: number(value, 0, "min"), plain_limit, 0, no_district)


def drive_minutes(plan: Plan, layer: int) -> dict[Ags, float | None]:
    """Minutes one way from the hub, from the nearest where several serve a municipality, ``None`` where none can."""
    served = numbered_by_town(plan.layers[layer])
    drives = {
        ags: [plan.problem.drive(district.hub, ags) for _, district in served.get(ags, ())]
        for ags in plan.municipalities
    }
    return {ags: min(filter(math.isfinite, minutes), default=None) for ags, minutes in drives.items()}


def numbered_by_town(layer: LayerPlan) -> dict[Ags, list[Numbered]]:
    """The numbered districts of each municipality: one by the rules, none or several in a plan that breaks them."""
    found: dict[Ags, list[Numbered]] = {}
    for numbered in layer.numbered:
        for ags in numbered[1].municipalities:
            found.setdefault(ags, []).append(numbered)
    return found


def identity_text(identity: Identity) -> Message | Number:
    """What people call a district: its number, and its name where it has one."""
    if identity.name is None:
        return number(identity.number)
    return msg("{number} {name}", number=identity.number, name=identity.name)


def district_colours(county: County, layer: LayerPlan) -> tuple[str, ...]:
    """A fill for each district of a layer, in their order: that of its number (:func:`by_number`)."""
    colours = by_number(county, layer, PALETTE)
    return tuple(colours[identity.number] for identity in layer.identities)


def by_number(county: County, layer: LayerPlan, looks: Sequence[_Look]) -> dict[int, _Look]:
    """One of ``looks`` for each number: its own while there are enough, else one that no neighbour has.

    Neighbours are those among the districts that the numbers stand for, so that what continues one of them looks the
    same on every map.
    """
    chosen: dict[int, _Look] = {}
    near: dict[int, set[Ags]] = {}
    for number_, towns in sorted(layer.known.items()):
        beside = [look for other, look in chosen.items() if not near[other].isdisjoint(towns)]
        free = [look for look in looks if look not in beside] or list(looks)
        own, used = looks[(number_ - 1) % len(looks)], [*chosen.values()]
        chosen[number_] = own if own in free and own not in used else min(free, key=used.count)
        near[number_] = {ags for town in towns for ags in county.neighbours.get(town, ())}
    return chosen


def limits_from_zero(largest: float) -> tuple[float, ...]:
    """Four equal steps from zero, so that the last class holds the largest figure and little more."""
    step = _round_step(largest / 5)
    return tuple(round(step * position, 12) for position in range(1, 5))


def ramp(classes: int) -> tuple[str, ...]:
    """So many colours from little to much."""
    return tuple(RAMP[round(at * (len(RAMP) - 1) / max(1, classes - 1))] for at in range(classes))


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below ``least``."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= least * (1 - 1e-9))


def _digits(value: float) -> int:
    return next((digits for digits in range(6) if math.isclose(round(value, digits), value, rel_tol=1e-9)), 6)


def plain_limit(limit: float) -> object:
    return number(limit, _digits(limit))


def share_limit(limit: float) -> object:
    return percent(limit, _digits(100 * limit))


def _per_post(indicator: str) -> Message:
    texts = {
        "migration_history": msg("People with migration history per post"),
        "foreigners": msg("Foreigners per post"),
        "immigrants": msg("Immigrants per post"),
        "population": msg("Inhabitants per post"),
    }
    return texts.get(indicator, msg("“{indicator}” per post", indicator=indicator))
