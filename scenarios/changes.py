"""What two versions of a scenario say differently, in plain words: for whoever has to choose between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from files.yaml_file import Place, key_path
from scenarios.agreements import ASKED, Agreement
from scenarios.by_town import HoursByTown, ReasonsByTown
from scenarios.funding import FundingYear
from scenarios.layer import KI, MUNICIPALITIES, EmployerRules, LayerRules, PlanRow
from scenarios.schema import Scenario
from scenarios.section import Section
from scenarios.values import About, Choice, Quantity, plain, with_unit
from translation import Message, listing, msg, number, percent

_NOTHING = msg("nothing")


@dataclass(frozen=True, slots=True)
class SettingDifference:
    """A setting that two scenarios state differently, with both values as people read them.

    ``path`` is its place in the old scenario, the same whatever it is compared with. What only the new one has stands
    at its place there, with a plus sign: ``layers[+1]``.
    """

    path: str
    about: Message
    old: object
    new: object


def differences(old: Scenario, new: Scenario) -> tuple[SettingDifference, ...]:
    """What ``new`` states otherwise than ``old``, in the order of the schema; nothing where they are equal.

    Layers are the same where their names are, else where their places are; employers where their ids are.
    """
    return tuple(_of_sections(old, new, (), None))


def worded(value: object, kind: object = None, about: About | None = None) -> object:
    """A value of a scenario as people read it; ``kind`` is its annotation in the schema, which knows the unit."""
    nothing = about.nothing if about is not None and about.nothing is not None else _NOTHING
    match value:
        case None:
            return nothing
        case bool():
            return msg("yes") if value else msg("no")
        case int() | float() | Fraction() | Decimal():
            quantity = kind.quantity if isinstance(kind, HoursByTown) else kind
            return _figure(Fraction(str(value)), quantity if isinstance(quantity, Quantity) else None)
        case str() if isinstance(kind, Choice):
            return dict(kind.words)[value]
        case str():
            return {KI: msg("the KI"), MUNICIPALITIES: msg("the municipalities")}.get(value, value) or _NOTHING
        case Mapping() if isinstance(kind, HoursByTown):
            base, named = kind.split(value)
            figures = {name: worded(hours, kind) for name, hours in named.items()}
            others = msg("{hours} in all others", hours=worded(base, kind))
            return listing([*(msg("{name}: {value}", name=name, value=text) for name, text in figures.items()), others])
        case Mapping() if isinstance(kind, ReasonsByTown):
            return listing(msg("{name} ({why})", name=name, why=why) if why else name for name, why in value.items())
        case Mapping():
            pairs = [msg("{name}: {value}", name=name, value=worded(item)) for name, item in value.items()]
            return listing(pairs) if pairs else nothing
        case tuple() if value and isinstance(value[0], tuple):
            return listing(msg("({names})", names=listing(group)) for group in value)
        case tuple():
            return listing(value) if value else nothing
        case _:
            return str(value)


def _figure(value: Fraction, kind: Quantity | None) -> object:
    """A number with its unit and the decimals that it has; a fraction where it has too many."""
    if kind is not None and kind.unit == "year":
        return plain(value)
    if kind is not None and kind.share:
        digits = _decimals(value * 100)
        return plain(value) if digits is None else percent(float(value), digits)
    digits = _decimals(value)
    figure = plain(value) if digits is None else number(float(value), digits)
    return figure if kind is None else with_unit(figure, kind.unit)


def _decimals(value: Fraction) -> int | None:
    return next((digits for digits in range(4) if (value * 10**digits).denominator == 1), None)


def _of_sections(old: Section, new: Section, place: Place, within: Message | None) -> Iterator[SettingDifference]:
    unsaid = old.left_out() | new.left_out()
    for name, field in type(old).model_fields.items():
        before, after = getattr(old, name), getattr(new, name)
        here = (*place, name)
        if before == after:
            continue
        if isinstance(before, Section) and name in unsaid:
            # Rules for districts say nothing where a plan stands in their place.
            continue
        if isinstance(before, Section):
            yield from _of_sections(before, after, here, within)
        elif name in _LISTS and before is not None and after is not None:
            yield from _of_lists(before, after, here, within, _LISTS[name])
        elif name in _LISTS:
            values = (msg("is to be found") if plan is None else _plan(plan) for plan in (before, after))
            yield SettingDifference(key_path(here), _inside(within, msg("Plan")), *values)
        else:
            about = next(item for item in field.metadata if isinstance(item, About))
            kinds = (Quantity, Choice, HoursByTown, ReasonsByTown)
            kind = next((item for item in field.metadata if isinstance(item, kinds)), None)
            values = (worded(value, kind, about) for value in (before, after))
            yield SettingDifference(key_path(here), _inside(within, about.label), *values)


@dataclass(frozen=True, slots=True)
class _List:
    """How the entries of a list of sections are told apart."""

    order: Message
    name: Callable[[Any], object]
    by_place: bool


_LISTS = {
    "layers": _List(msg("Order of the layers"), lambda layer: layer.name, by_place=True),
    "employers": _List(msg("Order of the employers"), lambda employer: employer.id, by_place=False),
    "years": _List(msg("Order of the years"), lambda each: each.year, by_place=False),
    "agreements": _List(msg("Order of the agreements"), lambda one: (one.who, one.what, one.other), by_place=False),
    "plan": _List(msg("Order of the districts"), lambda row: frozenset(row.municipalities), by_place=True),
}


def _of_lists(
    old: Sequence[Section], new: Sequence[Section], place: Place, within: Message | None, kind: _List
) -> Iterator[SettingDifference]:
    pairs = _pairs(old, new, kind)
    for before, item in enumerate(old):
        here = (*place, before)
        if before in pairs:
            yield from _of_sections(item, new[pairs[before]], here, _inside(within, _title(item)))
        else:
            yield SettingDifference(key_path(here), _inside(within, _title(item)), _summary(item), msg("not there"))
    for after in sorted(set(range(len(new))) - set(pairs.values())):
        item = new[after]
        path = f"{key_path(place)}[+{after}]"
        yield SettingDifference(path, _inside(within, _title(item)), msg("not there"), _summary(item))
    placed = [pairs[before] for before in sorted(pairs)]
    if placed != sorted(placed):
        titles = (listing(map(_title, items)) for items in (old, new))
        yield SettingDifference(f"{key_path(place)}[]", _inside(within, kind.order), *titles)


def _pairs(old: Sequence[Section], new: Sequence[Section], kind: _List) -> dict[int, int]:
    """Which entry of ``new`` is which of ``old``: an equal one, else one of its name, else that at its place."""
    pairs: dict[int, int] = {}
    likeness: list[Callable[[int, int], bool]] = [
        lambda before, after: old[before] == new[after],
        lambda before, after: kind.name(old[before]) == kind.name(new[after]),
    ]
    if kind.by_place:
        likeness.append(lambda before, after: before == after)
    for alike in likeness:
        for before in range(len(old)):
            free = (after for after in range(len(new)) if after not in pairs.values())
            found = None if before in pairs else next((after for after in free if alike(before, after)), None)
            if found is not None:
                pairs[before] = found
    return pairs


def _inside(within: Message | None, about: Message) -> Message:
    return about if within is None else msg("{section} – {setting}", section=within, setting=about)


def _title(item: object) -> Message:
    match item:
        case EmployerRules():
            return msg("Employer {name}", name=worded(item.id))
        case Agreement():
            return msg("Agreement with {name}: {what}", name=item.who, what=dict(ASKED)[item.what])
        case FundingYear():
            return msg("Year {year}", year=str(item.year))
        case PlanRow():
            return msg("District {towns}", towns=listing(item.municipalities))
        case _:
            return msg("Layer “{name}”", name=getattr(item, "name", ""))


def _summary(item: object) -> object:
    match item:
        case LayerRules():
            return _posts(item.posts.total)
        case EmployerRules():
            least = msg("at least {minimum}", minimum=_posts(item.minimum))
            return (
                least
                if item.maximum is None
                else listing([least, msg("at most {maximum}", maximum=_posts(item.maximum))])
            )
        case PlanRow():
            posts = msg("best size") if item.fte is None else _posts(item.fte)
            return msg("{employer}, {posts}", employer=worded(item.employer), posts=posts)
        case _:
            return msg("there")


def _posts(value: Fraction) -> object:
    return msg("{value} FTE", value=_figure(value, None))


def _plan(plan: Sequence[PlanRow]) -> object:
    return listing(msg("{district} ({team})", district=_title(row), team=_summary(row)) for row in plan)
