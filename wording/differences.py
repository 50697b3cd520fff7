"""What is different between plans: figures with the better direction, and who changes district.

A difference is that of the figures as they are printed: whoever reads both, and reckons, comes to the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from optimizer.plan import LayerPlan, Plan, alike
from optimizer.problem import Ags
from optimizer.reference import changed
from translation import Message, Number, Percent, msg, number, percent
from wording import sentences as wording


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


_WORDS: Mapping[Verdict, Message] = {Verdict.BETTER: msg("▲ better"), Verdict.WORSE: msg("▼ worse")}

Printed = Number | Percent
"""A figure with the decimals that are printed."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure by which plans are compared: what it is called, and how it is printed of a plan.

    ``absolute`` figures can be judged between any two plans of a county, others only where both offer the same
    (:func:`alike`).
    """

    name: Message
    shown: Callable[[Plan], Printed]
    better: Better = Better.NEITHER
    absolute: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a figure is from another one, with its sign, and what that means; ``by`` is the same as a number."""

    text: Message
    verdict: Verdict
    by: float = 0.0

    @property
    def word(self) -> Message | None:
        """The word and sign for better or worse, the same everywhere."""
        return _WORDS.get(self.verdict)

    @property
    def said(self) -> Message:
        """The difference with that word."""
        return self.text if self.word is None else msg("{difference} {word}", difference=self.text, word=self.word)


@dataclass(frozen=True, slots=True)
class Moved:
    """A municipality that changes district: the numbers of its districts before and now, none where it is in none."""

    ags: Ags
    before: tuple[int, ...]
    now: tuple[int, ...]


MEASURES = (
    Measure(msg("posts (FTE)"), lambda p: wording.fte(sum((layer.fte for layer in p.layers), Fraction(0)))),
    Measure(msg("share at the KI"), lambda p: percent(float(p.ki_share))),
    Measure(msg("districts"), lambda p: number(sum(len(layer.districts) for layer in p.layers))),
    Measure(msg("lowest coverage"), lambda p: percent(p.lowest_coverage), Better.HIGHER),
    Measure(msg("shortfall h per week"), lambda p: number(p.shortfall_hours, 1, "h"), Better.LOWER),
    Measure(msg("on site h per week"), lambda p: number(p.on_site_hours, 1, "h"), Better.HIGHER, absolute=True),
    Measure(msg("lost on the road h per week"), lambda p: number(p.travel_hours, 1, "h"), Better.LOWER),
    Measure(msg("lost to coordination h per week"), lambda p: number(p.coordination_hours, 1, "h"), Better.LOWER),
    Measure(msg("lost through unevenness h per week"), lambda p: number(p.surplus_hours, 1, "h"), Better.LOWER),
)
"""What is compared, in the order of showing."""


def less(other: Printed, first: Printed) -> Number:
    """``other`` less ``first``, both as they are printed; of shares in percentage points."""
    digits = max(other.digits, first.digits)
    unit = other.unit if isinstance(other, Number) else ""
    return number(round(_printed(other) - _printed(first), digits), digits, unit)


def missing(plan: Plan) -> Number:
    """The hours per week missing to the fair supply."""
    return number(plan.shortfall_hours, 1)


def adds_up(parts: Iterable[Printed], total: Printed) -> bool:
    """Whether the printed ``parts`` give the printed ``total``."""
    return round(math.fsum(map(_printed, parts)) - _printed(total), total.digits) == 0


def _printed(figure: Printed) -> float:
    if isinstance(figure, Percent):
        return 100 * round(figure.value, figure.digits + 2)
    return round(figure.value, figure.digits)


def signed(amount: Number) -> Message:
    """A difference with its sign; one too small to be seen has none."""
    size = number(abs(amount.value), amount.digits, amount.unit)
    if round(amount.value, amount.digits) == 0:
        return msg("±{amount}", amount=size)
    return msg("+{amount}", amount=size) if amount.value > 0 else msg("−{amount}", amount=size)


def between(first: Printed, other: Printed, better: Better = Better.NEITHER) -> Difference:
    """How ``other`` stands against ``first``, of which ``better`` is the better direction."""
    by = less(other, first)
    if by.value == 0:
        return Difference(msg("the same"), Verdict.SAME)
    text = msg("{difference} points", difference=signed(by)) if isinstance(other, Percent) else signed(by)
    if better is Better.NEITHER:
        return Difference(text, Verdict.OTHER, by.value)
    verdict = Verdict.BETTER if (by.value > 0) == (better is Better.HIGHER) else Verdict.WORSE
    return Difference(text, verdict, by.value)


def difference(measure: Measure, first: Plan, other: Plan) -> Difference:
    """The figure of ``other`` against that of ``first``; it is judged where the two can be measured by it."""
    better = measure.better if measure.absolute or alike(first, other) else Better.NEITHER
    return between(measure.shown(first), measure.shown(other), better)


def coverage(plan: Plan, ags: Ags) -> Percent | None:
    """The coverage of a municipality; ``None`` where it has no need, or where the plan does not know it."""
    supply = plan.municipalities.get(ags)
    return None if supply is None or supply.coverage is None else percent(supply.coverage)


def layer_of(plan: Plan, layer: int) -> LayerPlan:
    """The layer of a plan with that position; the last one of a plan that has fewer."""
    return plan.layers[min(layer, len(plan.layers) - 1)]


def moved(old: Plan, new: Plan, layer: int) -> tuple[Moved, ...]:
    """The municipalities, in AGS order, that change district between two plans of one county.

    Districts are matched as for a reference plan: each of ``new`` counts as the one of ``old`` with which it shares
    most of the key of ``new``. ``layer`` is the position of the layer (:func:`layer_of`).
    """
    before, now = _numbers(layer_of(old, layer)), _numbers(layer_of(new, layer))
    weights = {ags: supply.key for ags, supply in new.municipalities.items()}
    districts = layer_of(new, layer).districts
    reference = [district.municipalities for district in layer_of(old, layer).districts]
    stays = {
        ags
        for district in districts
        for ags in set(district.municipalities) - changed(district.municipalities, reference, weights)
    }
    return tuple(
        Moved(ags, before.get(ags, ()), now.get(ags, ()))
        for ags in new.municipalities
        if ags not in stays and (ags in before or ags in now)
    )


def moved_key(new: Plan, moves: Iterable[Moved]) -> float:
    """The share of the key of ``new`` that changes district."""
    return math.fsum(new.municipalities[move.ags].key for move in moves)


def _numbers(layer: LayerPlan) -> dict[Ags, tuple[int, ...]]:
    found: dict[Ags, tuple[int, ...]] = {}
    for position, district in enumerate(layer.districts, start=1):
        for ags in district.municipalities:
            found[ags] = (*found.get(ags, ()), position)
    return found
