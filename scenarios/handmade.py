"""A plan made by hand: plain data that can be kept as JSON, and every edit as a new plan.

A plan has districts, what is pinned of them, what was changed by hand, and municipalities to be kept together or
apart, for each layer of its scenario, which it carries along: what was worked on stays whole whatever becomes of the
scenario's file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from files.typed import LONGEST_NAME, name_fault
from optimizer.plan import District, Identity, LayerPlan, Plan
from optimizer.problem import Ags, GivenDistrict
from scenarios.layer import MOST_POSTS
from scenarios.schema import Scenario, as_data
from translation import Message, msg

Pair = tuple[Ags, Ags]


class Refused(Exception):  # noqa: N818 - an outcome, not an error of the program
    """An edit that what is pinned does not allow, or that would leave no plan; ``message`` says which."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Move(_Kept):
    """A municipality that was moved by hand; ``origin`` is the number of its district before, ``None``: it had none."""

    town: Ags
    origin: int | None


class HandmadeDistrict(_Kept):
    """A district of a plan made by hand; ``number`` names it as long as it exists, and people may give it a ``name``.

    ``hub`` is where the team has its desk; ``None``: the best place. ``held`` is the hub that a pinned team keeps,
    whatever ``hub`` says; ``None``: the team is not pinned. ``fte_before`` and ``employer_before`` are what the team
    had before that was changed by hand, ``None`` where it was not; ``hub_chosen``: so was its hub. ``anchor`` is the
    municipality by which the district was known when the rest was optimised around it last.
    """

    number: int
    employer: str
    fte: Annotated[Fraction, Field(gt=0, le=MOST_POSTS)]
    hub: Ags | None = None
    municipalities: tuple[Ags, ...] = ()
    held: Ags | None = None
    name: Annotated[str, Field(max_length=LONGEST_NAME)] | None = None
    fte_before: Fraction | None = None
    employer_before: str | None = None
    hub_chosen: bool = False
    anchor: Ags | None = None

    @property
    def identity(self) -> Identity:
        """What people call the district, whatever becomes of it."""
        return Identity(self.number, self.name)

    @property
    def pinned(self) -> bool:
        """Whether the team keeps posts, employer and hub."""
        return self.held is not None

    @property
    def changed(self) -> bool:
        """Whether the team was changed by hand."""
        return self.fte_before is not None or self.employer_before is not None or self.hub_chosen

    @property
    def given(self) -> GivenDistrict:
        """The district as a row of a given plan; it must have a municipality."""
        return GivenDistrict(self.employer, self.municipalities, self.fte, self.held or self.hub)


class HandmadeLayer(_Kept):
    """The districts of a layer, those without municipalities last; the pinned municipalities; and wishes in pairs.

    ``moves`` are the municipalities that were moved by hand and are not back where they were, in the order of keys.
    Every method gives the layer as it is after an edit, or raises :class:`Refused`. Districts go by their ``number``.
    """

    districts: tuple[HandmadeDistrict, ...]
    pinned: tuple[Ags, ...] = ()
    together: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()
    moves: tuple[Move, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        numbers = [district.number for district in self.districts]
        if len(set(numbers)) != len(numbers):
            raise ValueError("a number is there twice")
        if any(len(set(d.municipalities)) != len(d.municipalities) for d in self.districts):
            raise ValueError("a district names a municipality twice")
        if not self.filled:
            raise ValueError("no district has a municipality")
        return self

    @property
    def filled(self) -> tuple[HandmadeDistrict, ...]:
        """The districts that have municipalities; what is evaluated."""
        return tuple(district for district in self.districts if district.municipalities)

    @property
    def rows(self) -> tuple[GivenDistrict, ...]:
        """The same as rows of a given plan."""
        return tuple(district.given for district in self.filled)

    def district(self, number: int) -> HandmadeDistrict:
        """The district with that number. Raises ``KeyError``."""
        for district in self.districts:
            if district.number == number:
                return district
        raise KeyError(number)

    def district_of(self, ags: Ags) -> HandmadeDistrict | None:
        """The first district that has a municipality; ``None`` where none has."""
        return next((district for district in self.districts if ags in district.municipalities), None)

    @property
    def kept_moves(self) -> tuple[Move, ...]:
        """The moves that stay when the rest is optimised: those into a district."""
        return tuple(move for move in self.moves if self.district_of(move.town) is not None)

    @property
    def changes(self) -> int:
        """How many changes made by hand stay when the rest is optimised: moved municipalities and changed teams."""
        return len(self.kept_moves) + sum(district.changed for district in self.filled)

    def painted(self, towns: Iterable[Ags], number: int | None) -> tuple[HandmadeLayer, tuple[Refused, ...]]:
        """Several municipalities moved, those that may be; and what stands in the way of the others."""
        layer, refused = self, []
        for ags in towns:
            try:
                layer = layer.moved(ags, number)
            except Refused as outcome:
                refused.append(outcome)
        return layer, tuple(refused)

    def moved(self, ags: Ags, number: int | None) -> HandmadeLayer:
        """The municipality in that district and no other; with ``None`` in none."""
        homes = [district.number for district in self.districts if ags in district.municipalities]
        if homes == ([] if number is None else [number]):
            return self
        if ags in self.pinned:
            raise Refused(msg("This municipality is pinned. Loosen it to move it."))
        emptied = [district for district in self.districts if district.pinned and set(district.municipalities) == {ags}]
        if any(district.number != number for district in emptied):
            raise Refused(msg("A pinned team needs a municipality. Loosen the team to take its last one away."))
        districts = []
        for district in self.districts:
            towns = [town for town in district.municipalities if town != ags]
            if district.number == number:
                towns = sorted([*towns, ags])
            districts.append(district.model_copy(update={"municipalities": tuple(towns)}))
        return self._with(districts).model_copy(update={"moves": self._moves_with(ags, homes, number)})

    def _moves_with(self, ags: Ags, homes: Sequence[int], number: int | None) -> tuple[Move, ...]:
        known = {move.town: move for move in self.moves}
        move = known.pop(ags, Move(town=ags, origin=homes[0] if len(homes) == 1 else None))
        others = [*known.values()] if move.origin == number else [*known.values(), move]
        return tuple(sorted(others, key=lambda one: one.town))

    def added(self, employer: str, fte: Fraction, taken: int = 0) -> HandmadeLayer:
        """A further district, without municipalities yet; its number is none up to ``taken``."""
        number = 1 + max((taken, *(district.number for district in self.districts)))
        return self._with([*self.districts, HandmadeDistrict(number=number, employer=employer, fte=fte)])

    def dissolved(self, number: int) -> HandmadeLayer:
        """Without that district; its municipalities are in none."""
        district = self.district(number)
        if district.pinned or set(district.municipalities) & set(self.pinned):
            raise Refused(msg("Something of this district is pinned. Loosen it to dissolve the district."))
        return self._with([other for other in self.districts if other.number != number])

    def sized(self, number: int, fte: Fraction) -> HandmadeLayer:
        """Another number of posts for the team of a district."""
        if not 0 < fte <= MOST_POSTS:
            raise Refused(msg("A team has more than 0 and at most {most} posts.", most=MOST_POSTS))
        district = self.district(number)
        before = district.fte if district.fte_before is None else district.fte_before
        return self._team(number, {"fte": fte, "fte_before": None if fte == before else before})

    def employed(self, number: int, employer: str) -> HandmadeLayer:
        """Another employer for the team of a district."""
        district = self.district(number)
        before = district.employer_before or district.employer
        return self._team(number, {"employer": employer, "employer_before": None if employer == before else before})

    def based(self, number: int, hub: Ags | None) -> HandmadeLayer:
        """Another hub for the team of a district, ``None`` for the best one."""
        return self._team(number, {"hub": hub, "hub_chosen": hub is not None})

    def named(self, number: int, name: str) -> HandmadeLayer:
        """Another name for a district; an empty one takes its name away."""
        text = " ".join(name.split())
        fault = name_fault(text)
        if fault is not None:
            raise Refused(msg("The name: {wrong}. Allowed: {allowed}.", wrong=fault[0], allowed=fault[1]))
        if text and any(other.name == text for other in self.districts if other.number != number):
            raise Refused(msg("Another district is called “{name}”.", name=text))
        return self._replaced(self.district(number).model_copy(update={"name": text or None}))

    def with_pin(self, ags: Ags, pinned: bool) -> HandmadeLayer:
        """The municipality pinned to its district, or loosened."""
        if not pinned:
            return self.model_copy(update={"pinned": tuple(town for town in self.pinned if town != ags)})
        if self.district_of(ags) is None:
            raise Refused(msg("This municipality is in no district: there is nothing to pin it to."))
        return self.model_copy(update={"pinned": tuple(sorted({*self.pinned, ags}))})

    def team_pinned(self, number: int, hub: Ags | None) -> HandmadeLayer:
        """The team of a district pinned with its posts, employer and ``hub``, its present one; ``None`` loosens it."""
        district = self.district(number)
        if hub is not None and not district.municipalities:
            raise Refused(msg("This district has no municipality yet: there is nothing to pin the team to."))
        return self._replaced(district.model_copy(update={"held": hub}))

    def locked(self, hubs: Mapping[int, Ags]) -> HandmadeLayer:
        """Everything pinned: each municipality to its district, each team at its hub, by the district's number."""
        served = {ags for district in self.districts for ags in district.municipalities}
        districts = [
            district.model_copy(update={"held": district.held or hubs.get(district.number)})
            for district in self.districts
        ]
        return self._with(districts).model_copy(update={"pinned": tuple(sorted(served))})

    def unlocked(self) -> HandmadeLayer:
        """Nothing pinned, and no change kept; only wishes stay."""
        districts = [district.model_copy(update={"held": None}) for district in self.districts]
        return self._with(districts).model_copy(update={"pinned": ()}).loosened()

    def loosened(self, towns: Collection[Ags] | None = None, numbers: Collection[int] | None = None) -> HandmadeLayer:
        """The changes made by hand no longer kept: those of such municipalities and teams, with ``None`` all.

        The plan itself stays as it is.
        """
        districts = [
            district.model_copy(update={"fte_before": None, "employer_before": None, "hub_chosen": False})
            if numbers is None or district.number in numbers
            else district
            for district in self.districts
        ]
        moves = () if towns is None else tuple(move for move in self.moves if move.town not in towns)
        return self._with(districts).model_copy(update={"moves": moves})

    def kept(self, one: Ags, other: Ags, *, together: bool) -> HandmadeLayer:
        """Two municipalities to be kept together, else apart; what was wished of them before is forgotten."""
        if one == other:
            raise Refused(msg("These are not two municipalities."))
        free = self.released(one, other)
        name = "together" if together else "apart"
        pairs = {*getattr(free, name), (min(one, other), max(one, other))}
        return free.model_copy(update={name: tuple(sorted(pairs))})

    def released(self, one: Ags, other: Ags) -> HandmadeLayer:
        """Nothing wished of two municipalities."""
        pair = {one, other}
        return self.model_copy(
            update={
                "together": tuple(wish for wish in self.together if set(wish) != pair),
                "apart": tuple(wish for wish in self.apart if set(wish) != pair),
            }
        )

    def optimised(self, found: LayerPlan, taken: int = 0) -> HandmadeLayer:
        """The districts of a plan that was found around what is kept; each keeps the number most like it.

        A new one has none up to ``taken``.
        """
        left = list(self.filled)
        settled = {*self.pinned}.union(*(pin.municipalities for pin in found.layer.pins))
        numbered: dict[int, HandmadeDistrict] = {}
        following = 1 + max((taken, *(district.number for district in self.districts)))
        new = sorted(found.districts, key=lambda d: -max(_shared(d, old, settled) for old in self.filled))
        for district in new:
            like = max(left, key=lambda old: _shared(district, old, settled), default=None)
            if like is not None and _shared(district, like, settled) > 0:
                left.remove(like)
                numbered[like.number] = self._continued(district, like, settled)
            else:
                numbered[following] = _of(district, Identity(following))
                following += 1
        order = [old.number for old in self.districts if old.number in numbered]
        return self._with([numbered.pop(number) for number in order] + list(numbered.values()))

    def _continued(self, district: District, old: HandmadeDistrict, settled: Collection[Ags]) -> HandmadeDistrict:
        """A district that was found, in place of ``old``, with what was kept of its team."""
        by_hand = {*self.pinned, *(move.town for move in self.moves)}
        anchors = [ags for ags in old.municipalities if ags in district.municipalities and ags in settled]
        kept: dict[str, Any] = {"anchor": next((ags for ags in anchors if ags not in by_hand), None)}
        if _keeps_team(district, old):
            kept |= {"hub": old.hub, "held": old.held}
        if district.fte == old.fte:
            kept["fte_before"] = old.fte_before
        if district.employer == old.employer:
            kept["employer_before"] = old.employer_before
        if old.hub_chosen and district.hub == old.hub:
            kept |= {"hub": old.hub, "hub_chosen": True}
        return _of(district, old.identity).model_copy(update=kept)

    def _team(self, number: int, change: dict[str, Any]) -> HandmadeLayer:
        district = self.district(number)
        if district.pinned:
            raise Refused(msg("This team is pinned. Loosen it to change it."))
        return self._replaced(district.model_copy(update=change))

    def _replaced(self, new: HandmadeDistrict) -> HandmadeLayer:
        return self._with([new if old.number == new.number else old for old in self.districts])

    def _with(self, districts: Sequence[HandmadeDistrict]) -> HandmadeLayer:
        if not any(district.municipalities for district in districts):
            raise Refused(msg("A plan needs a district with a municipality: this is the last one."))
        ordered = sorted(districts, key=lambda district: not district.municipalities)
        return self.model_copy(update={"districts": tuple(ordered)})


class HandmadePlan(_Kept):
    """A plan made by hand for every layer of ``scenario``, which is in the plain form of a file.

    ``start`` is the plan that it began with.
    """

    scenario: dict[str, Any]
    start: tuple[HandmadeLayer, ...]
    layers: tuple[HandmadeLayer, ...]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not self.layers or len(self.start) != len(self.layers):
            raise ValueError("layers are missing")
        return self

    def with_layer(self, position: int, layer: HandmadeLayer) -> HandmadePlan:
        """The plan with another layer in that place."""
        layers = (*self.layers[:position], layer, *self.layers[position + 1 :])
        return self.model_copy(update={"layers": layers})

    def taken(self, position: int) -> int:
        """The highest number of a layer that a district had in the beginning: that of another is above it."""
        return max(district.number for district in self.start[position].districts)

    def data(self) -> Any:
        """The plan as plain JSON values."""
        return self.model_dump(mode="json")


def begun(scenario: Scenario, plan: Plan) -> HandmadePlan:
    """A plan made by hand that begins as the ``plan`` of ``scenario``."""
    layers = tuple(_begun_layer(layer) for layer in plan.layers)
    return HandmadePlan(scenario=as_data(scenario), start=layers, layers=layers)


def read_handmade(data: object) -> HandmadePlan | None:
    """The plan that :meth:`HandmadePlan.data` gave; ``None`` where the data, which may come from outside, are none."""
    try:
        return HandmadePlan.model_validate(data)
    except (ValidationError, RecursionError):
        return None


def _begun_layer(layer: LayerPlan) -> HandmadeLayer:
    stated = {(frozenset(row.municipalities), row.employer, row.fte): row.hub for row in layer.layer.plan or ()}
    districts = []
    for identity, district in layer.numbered:
        towns = frozenset(district.municipalities)
        hub = stated.get((towns, district.employer, district.fte), stated.get((towns, district.employer, None)))
        districts.append(_of(district, identity).model_copy(update={"hub": hub}))
    return HandmadeLayer(districts=tuple(districts))


def _of(district: District, identity: Identity) -> HandmadeDistrict:
    return HandmadeDistrict(
        number=identity.number,
        name=identity.name,
        employer=district.employer,
        fte=district.fte,
        municipalities=district.municipalities,
    )


def _keeps_team(district: District, old: HandmadeDistrict) -> bool:
    return (district.employer, district.fte, district.hub) == (old.employer, old.fte, old.held)


def _shared(district: District, old: HandmadeDistrict, settled: Iterable[Ags]) -> int:
    # What is kept weighs more than everything that is not, so that it stays with its district.
    common = set(district.municipalities) & set(old.municipalities)
    pins = len(common & set(settled)) + (1 if common and _keeps_team(district, old) else 0)
    return len(common) + 1000 * pins
