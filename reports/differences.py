"""What is different between plans: figures with the better direction, and who changes district."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from optimizer.plan import LayerPlan, Plan
from optimizer.problem import Ags
from optimizer.reference import changes, weights_of
from reports import wording
from translation import Message, Number, msg, number, percent


class Better(Enum):
    """Which direction of a figure is the better one."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Verdict(Enum):
    """How a figure stands against that of another plan."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure by which plans are compared.

    ``written`` is how a value is shown, ``apart`` how the amount of a difference is. ``absolute`` figures can be judged
    between any two plans of a county, others only where both offer the same (:func:`alike`).
    """

    name: Message
    value: Callable[[Plan], float]
    written: Callable[[float], object]
    apart: Callable[[float], Number]
    better: Better = Better.NEITHER
    absolute: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a figure is from that of another plan, with its sign, and what that means."""

    text: Message
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Moved:
    """A municipality that changes district: the numbers of its districts before and now, none where it is in none."""

    ags: Ags
    before: tuple[int, ...]
    now: tuple[int, ...]


def _hours(value: float) -> Number:
    return number(value, 1, "h")


def _points(share: float) -> Number:
    return number(share * 100, 1)


def _count(value: float) -> Number:
    return number(value)


MEASURES = (
    Measure(msg("posts (FTE)"), lambda p: float(sum(layer.fte for layer in p.layers)), wording.fte, wording.fte),
    Measure(msg("share at the KI"), lambda p: float(p.ki_share), percent, _points),
    Measure(msg("districts"), lambda p: sum(len(layer.districts) for layer in p.layers), _count, _count),
    Measure(msg("lowest coverage"), lambda p: p.lowest_coverage, percent, _points, Better.HIGHER),
    Measure(msg("shortfall h per week"), lambda p: p.shortfall_hours, _hours, _hours, Better.LOWER),
    Measure(msg("on site h per week"), lambda p: p.on_site_hours, _hours, _hours, Better.HIGHER, absolute=True),
    Measure(msg("lost on the road h per week"), lambda p: p.travel_hours, _hours, _hours, Better.LOWER),
    Measure(msg("lost to coordination h per week"), lambda p: p.coordination_hours, _hours, _hours, Better.LOWER),
    Measure(msg("lost through unevenness h per week"), lambda p: p.surplus_hours, _hours, _hours, Better.LOWER),
)
"""What is compared, in the order of showing."""


def alike(first: Plan, other: Plan) -> bool:
    """Whether two plans are measured alike: the same municipalities with the same key, fair supply and posts.

    Coverage and shortfall are relative to the fair supply, which is higher the more posts there are: with fewer posts a
    smaller shortfall is no gain.
    """
    one, two = first.municipalities, other.municipalities
    return (
        first.problem.total_posts == other.problem.total_posts
        and one.keys() == two.keys()
        and all(math.isclose(one[ags].fair_supply, two[ags].fair_supply, rel_tol=1e-9) for ags in one)
    )


def difference(measure: Measure, first: Plan, other: Plan) -> Difference:
    """The figure of ``other`` against that of ``first``; too small to be seen, it counts as the same."""
    by = measure.value(other) - measure.value(first)
    amount = measure.apart(abs(by))
    if round(amount.value, amount.digits) == 0:
        return Difference(msg("the same"), Verdict.SAME)
    text = _with_sign(by, amount)
    if measure.written is percent:
        text = msg("{difference} points", difference=text)
    if measure.better is Better.NEITHER or not (measure.absolute or alike(first, other)):
        return Difference(text, Verdict.OTHER)
    return Difference(text, Verdict.BETTER if (by > 0) == (measure.better is Better.HIGHER) else Verdict.WORSE)


def signed(value: float, digits: int = 1) -> Message:
    """A difference with its sign; one too small to be seen has none."""
    return _with_sign(value, number(abs(value), digits))


def _with_sign(by: float, amount: Number) -> Message:
    if round(amount.value, amount.digits) == 0:
        return msg("±{amount}", amount=amount)
    return msg("+{amount}", amount=amount) if by > 0 else msg("−{amount}", amount=amount)


def coverage_points(first: Plan, other: Plan, ags: Ags) -> float | None:
    """By how many percentage points the coverage of a municipality is higher in ``other``; ``None``: not known."""
    one, two = first.municipalities.get(ags), other.municipalities.get(ags)
    if one is None or two is None or one.coverage is None or two.coverage is None:
        return None
    return 100 * (two.coverage - one.coverage)


def layer_of(plan: Plan, layer: int) -> LayerPlan:
    """The layer of a plan with that position; the last one of a plan that has fewer."""
    return plan.layers[min(layer, len(plan.layers) - 1)]


def moved(old: Plan, new: Plan, layer: int) -> tuple[Moved, ...]:
    """The municipalities, in AGS order, that change district between two plans of one county.

    Districts are matched as for a reference plan, by the key of ``new``. ``layer`` is the position of the layer
    (:func:`layer_of`).
    """
    before, now = _numbers(layer_of(old, layer)), _numbers(layer_of(new, layer))
    districts, reference = (
        [district.municipalities for district in layer_of(plan, layer).districts] for plan in (new, old)
    )
    moving = changes(districts, reference, weights_of(new.problem)).municipalities
    return tuple(Moved(ags, before.get(ags, ()), now.get(ags, ())) for ags in moving)


def moved_key(new: Plan, moves: Iterable[Moved]) -> float:
    """The share of the key of ``new`` that changes district."""
    return math.fsum(new.municipalities[move.ags].key for move in moves)


def _numbers(layer: LayerPlan) -> dict[Ags, tuple[int, ...]]:
    found: dict[Ags, tuple[int, ...]] = {}
    for position, district in enumerate(layer.districts, start=1):
        for ags in district.municipalities:
            found[ags] = (*found.get(ags, ()), position)
    return found
