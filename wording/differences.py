"""What is different between plans: figures with the better direction, and who changes district.

A difference is that of the figures as they are printed: whoever reads both, and reckons, comes to the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from geodata.county import County
from maps.colours import identity_text
from optimizer.plan import District, Identity, LayerPlan, Plan
from optimizer.problem import Ags
from optimizer.reference import Changes, changes, weights_of
from translation import Listing, Message, Number, Percent, listing, msg, msgs, number, percent
from wording import sentences as wording
from wording.yardstick import has_yardstick, per_1000, same_advice, same_need, same_posts, same_yardstick


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

    ``by_yardstick``: it says something only beside a yardstick, and of two plans only where that is one. ``supply``:
    existing advice counts in it, so that only plans that count it alike are judged by it. ``same_posts``: fewer posts
    alone make it smaller, so that only plans with as many are judged by it. ``known``: which plans have it.
    """

    name: Message
    shown: Callable[[Plan], Printed]
    better: Better = Better.NEITHER
    by_yardstick: bool = False
    supply: bool = False
    same_posts: bool = False
    known: Callable[[Plan], bool] = lambda _: True

    def of(self, plan: Plan) -> Printed | None:
        """The figure of a plan, where it has one."""
        return self.shown(plan) if self.known(plan) else None


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


@dataclass(frozen=True, slots=True)
class Reshaped:
    """What becomes of districts, told apart; each by number and name.

    ``new`` continue none of before, ``ended`` are continued by none. ``split`` ones of before are in several, of which
    one is new; ``merged`` ones hold several of before, of which one has ended. ``employers`` and ``hubs`` are those
    that continue one whose team had another one.
    """

    new: tuple[Identity, ...] = ()
    ended: tuple[Identity, ...] = ()
    split: tuple[Identity, ...] = ()
    merged: tuple[Identity, ...] = ()
    employers: tuple[Identity, ...] = ()
    hubs: tuple[Identity, ...] = ()


def _lowest_per_1000(plan: Plan) -> Printed:
    return per_1000(plan, plan.least_covered.ags) or number(0, 1, "h")


MEASURES = (
    Measure(msg("posts (FTE)"), lambda p: wording.fte(sum((layer.fte for layer in p.layers), Fraction(0)))),
    Measure(msg("share at the KI"), lambda p: percent(float(p.ki_share))),
    Measure(msg("districts"), lambda p: number(sum(len(layer.districts) for layer in p.layers))),
    Measure(
        msg("lowest hours per 1,000 people"),
        _lowest_per_1000,
        Better.HIGHER,
        supply=True,
        known=lambda p: p.problem.people is not None,
    ),
    Measure(
        msg("lowest coverage"),
        lambda p: percent(p.reached),
        Better.HIGHER,
        by_yardstick=True,
        supply=True,
        known=has_yardstick,
    ),
    Measure(
        msg("shortfall h per week"),
        lambda p: number(p.shortfall_hours, 1, "h"),
        Better.LOWER,
        by_yardstick=True,
        supply=True,
        known=has_yardstick,
    ),
    Measure(msg("on site h per week"), lambda p: number(p.on_site_hours, 1, "h"), Better.HIGHER),
    Measure(
        msg("lost on the road h per week"), lambda p: number(p.travel_hours, 1, "h"), Better.LOWER, same_posts=True
    ),
    Measure(
        msg("lost to coordination h per week"),
        lambda p: number(p.coordination_hours, 1, "h"),
        Better.LOWER,
        same_posts=True,
    ),
    Measure(
        msg("lost through unevenness h per week"),
        lambda p: number(p.surplus_hours, 1, "h"),
        Better.LOWER,
        by_yardstick=True,
        supply=True,
        same_posts=True,
        known=has_yardstick,
    ),
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


def more_missing(hours: Number) -> Message:
    """How many hours more, or fewer, are missing per week, as printed; none is said in words."""
    values = {"hours": number(abs(hours.value), hours.digits)}
    if hours.value == 0:
        return msg("as many hours missing per week")
    if hours.value > 0:
        return msg("{hours} hours more missing per week", **values)
    return msg("{hours} hours fewer missing per week", **values)


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


def difference(measure: Measure, first: Plan, other: Plan) -> Difference | None:
    """The figure of ``other`` against that of ``first``, judged where the two can be judged by it.

    ``None`` where the two cannot be compared by it.
    """
    before, now = measure.of(first), figure_beside(measure, first, other)
    if before is None or now is None or not same_need(first, other):
        return None
    judged = (not measure.supply or same_advice(first, other)) and (not measure.same_posts or same_posts(first, other))
    return between(before, now, measure.better if judged else Better.NEITHER)


def figure_beside(measure: Measure, first: Plan, other: Plan) -> Printed | None:
    """The figure of ``other``, which is measured by ``first``, as far as it can be told beside that of ``first``."""
    # With another key 100 % may by chance be as many hours per unit of it.
    if measure.by_yardstick and not (same_need(first, other) and same_yardstick(first, other)):
        return None
    if measure.by_yardstick and measure.same_posts and not same_posts(first, other):
        # Beyond the 100 % of fewer posts is not beyond those of one's own: no hour is lost by it.
        return None
    return measure.of(other)


def coverage(plan: Plan, ags: Ags) -> Percent | None:
    """The coverage of a municipality; ``None`` where it has no need, or where the plan does not know it."""
    supply = plan.municipalities.get(ags)
    return None if supply is None or supply.coverage is None else percent(supply.coverage)


def lowest(plan: Plan) -> Percent | None:
    """The lowest coverage; ``None`` without a yardstick."""
    return None if plan.lowest_coverage is None else percent(plan.lowest_coverage)


def layer_of(plan: Plan, layer: int) -> LayerPlan | None:
    """The layer of a plan with that position; the last one of a plan that has fewer, ``None`` of one that has none."""
    return plan.layers[min(layer, len(plan.layers) - 1)] if plan.layers else None


def moved(old: Plan, new: Plan, layer: int) -> tuple[Moved, ...]:
    """The municipalities, in AGS order, that change district between two plans of one county.

    Districts are matched as for a reference plan, by the key of ``new``. ``layer`` is the position of the layer
    (:func:`layer_of`).
    """
    first, other = layer_of(old, layer), layer_of(new, layer)
    if first is None or other is None:
        return ()
    before, now = _numbers(first), _numbers(other)
    moving = _changes(first, other, new).municipalities
    return tuple(Moved(ags, before.get(ags, ()), now.get(ags, ())) for ags in moving)


def _changes(first: LayerPlan, other: LayerPlan, new: Plan) -> Changes:
    districts, reference = ([district.municipalities for district in placed.districts] for placed in (other, first))
    return changes(districts, reference, weights_of(new.problem))


def reshaped(old: Plan, new: Plan, layer: int) -> Reshaped:
    """What becomes of districts and teams between two plans of one county, matched as by :func:`moved`."""
    first, other = layer_of(old, layer), layer_of(new, layer)
    if first is None or other is None:
        return Reshaped()
    return reshaped_since(first.identities, first.districts, other, _changes(first, other, new))


def reshaped_since(
    before: Sequence[Identity], then: Sequence[District] | None, other: LayerPlan, found: Changes
) -> Reshaped:
    """The same of the changes ``found`` between districts known as ``before`` and those of ``other``.

    ``then`` are those districts with their teams, where these are known.
    """
    teams = [
        (identity, district, then[position])
        for identity, district, position in zip(other.identities, other.districts, found.continued, strict=True)
        if position is not None and then is not None
    ]

    def apart(figure: Callable[[District], str]) -> tuple[Identity, ...]:
        return _in_order(identity for identity, now, old in teams if figure(now) != figure(old))

    return Reshaped(
        new=_in_order(other.identities[position] for position in found.new),
        ended=_in_order(before[position] for position in found.ended),
        split=_in_order(before[position] for position in found.split),
        merged=_in_order(other.identities[position] for position in found.merged),
        employers=apart(lambda district: district.employer),
        hubs=apart(lambda district: district.hub),
    )


def reshaped_texts(found: Reshaped) -> Iterator[Message]:
    """The same in words, one sentence of the districts and one of the teams, where there is anything to tell."""
    districts = (
        (found.new, msg("{count} new ({which})", **_which(found.new))),
        (found.ended, msg("{count} ended ({which})", **_which(found.ended))),
        (found.split, msg("{count} split ({which})", **_which(found.split))),
        (found.merged, msg("{count} merged ({which})", **_which(found.merged))),
    )
    if any(which for which, _ in districts):
        yield msg("Districts: {changes}.", changes=listing(text for which, text in districts if which))
    teams = (
        (found.employers, msg("{count} with another employer ({which})", **_which(found.employers))),
        (found.hubs, msg("{count} with another hub ({which})", **_which(found.hubs))),
    )
    if any(which for which, _ in teams):
        yield msg("Teams: {changes}.", changes=listing(text for which, text in teams if which))


def reshaped_short(found: Reshaped) -> Listing | None:
    """How many districts are new, ended, split and merged, in a few words; ``None`` where none is."""
    counts = (
        (found.new, msg("{count} new", count=number(len(found.new)))),
        (found.ended, msg("{count} ended", count=number(len(found.ended)))),
        (found.split, msg("{count} split", count=number(len(found.split)))),
        (found.merged, msg("{count} merged", count=number(len(found.merged)))),
    )
    texts = [text for which, text in counts if which]
    return listing(texts) if texts else None


def moved_text(old: Plan, new: Plan, layer: int, county: County) -> Message:
    """Who changes district between two plans, in a sentence."""
    moves = moved(old, new, layer)
    if not moves:
        return msg("No municipality changes district.")
    return msgs(
        "{count} municipality is in another district: {towns} ({share} of the need).",
        "{count} municipalities are in another district: {towns} ({share} of the need).",
        len(moves),
        towns=listing(county.name_of(move.ags) for move in moves),
        share=percent(moved_key(new, moves)),
    )


def change_texts(old: Plan, new: Plan, county: County) -> Iterator[Message]:
    """What changes between two plans with as many layers: municipalities, districts and teams, layer by layer."""
    for position, layer in enumerate(new.layers):
        for text in (moved_text(old, new, position, county), *reshaped_texts(reshaped(old, new, position))):
            yield msg("{layer}: {text}", layer=layer.layer.name, text=text) if len(new.layers) > 1 else text


def _which(identities: Sequence[Identity]) -> dict[str, object]:
    return {"count": number(len(identities)), "which": listing(map(identity_text, identities))}


def _in_order(identities: Iterable[Identity]) -> tuple[Identity, ...]:
    return tuple(sorted(identities, key=lambda identity: identity.number))


def moved_key(new: Plan, moves: Iterable[Moved]) -> float:
    """The share of the key of ``new`` that changes district."""
    return math.fsum(new.municipalities[move.ags].key for move in moves)


def _numbers(layer: LayerPlan) -> dict[Ags, tuple[int, ...]]:
    found: dict[Ags, tuple[int, ...]] = {}
    for identity, district in layer.numbered:
        for ags in district.municipalities:
            found[ags] = (*found.get(ags, ()), identity.number)
    return found
