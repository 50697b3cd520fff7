"""A plan made by hand: plain data that can be kept as JSON, and every edit as a new plan.

A plan has districts, what is pinned of them, and municipalities to be kept together or apart, for each layer of its
scenario, which it carries along: what was worked on stays whole whatever becomes of the scenario's file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


class HandmadeDistrict(_Kept):
    """A district of a plan made by hand; ``number`` names it as long as it exists, and people may give it a ``name``.

    ``hub`` is where the team has its desk; ``None``: the best place. ``held`` is the hub that a pinned team keeps,
    whatever ``hub`` says; ``None``: the team is not pinned.
    """

    number: int
    employer: str
    fte: Annotated[Fraction, Field(gt=0, le=MOST_POSTS)]
    hub: Ags | None = None
    municipalities: tuple[Ags, ...] = ()
    held: Ags | None = None
    name: Annotated[str, Field(max_length=LONGEST_NAME)] | None = None

    @property
    def identity(self) -> Identity:
        """What people call the district, whatever becomes of it."""
        return Identity(self.number, self.name)

    @property
    def pinned(self) -> bool:
        """Whether the team keeps posts, employer and hub."""
        return self.held is not None

    @property
    def given(self) -> GivenDistrict:
        """The district as a row of a given plan; it must have a municipality."""
        return GivenDistrict(self.employer, self.municipalities, self.fte, self.held or self.hub)


class HandmadeLayer(_Kept):
    """The districts of a layer, those without municipalities last; the pinned municipalities; and wishes in pairs.

    Every method gives the layer as it is after an edit, or raises :class:`Refused`. Districts go by their ``number``.
    """

    districts: tuple[HandmadeDistrict, ...]
    pinned: tuple[Ags, ...] = ()
    together: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()

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

    def moved(self, ags: Ags, number: int | None) -> HandmadeLayer:
        """The municipality in that district and no other; with ``None`` in none."""
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
        return self._with(districts)

    def added(self, employer: str, fte: Fraction) -> HandmadeLayer:
        """A further district, without municipalities yet."""
        number = 1 + max((district.number for district in self.districts), default=0)
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
        return self._team(number, {"fte": fte})

    def employed(self, number: int, employer: str) -> HandmadeLayer:
        """Another employer for the team of a district."""
        return self._team(number, {"employer": employer})

    def based(self, number: int, hub: Ags | None) -> HandmadeLayer:
        """Another hub for the team of a district, ``None`` for the best one."""
        return self._team(number, {"hub": hub})

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

    def optimised(self, found: LayerPlan) -> HandmadeLayer:
        """The districts of a plan that was found around what is pinned; each keeps the number most like it."""
        left = list(self.filled)
        numbered: dict[int, HandmadeDistrict] = {}
        following = 1 + max(district.number for district in self.districts)
        new = sorted(found.districts, key=lambda d: -max(_shared(d, old, self.pinned) for old in self.filled))
        for district in new:
            like = max(left, key=lambda old: _shared(district, old, self.pinned), default=None)
            if like is not None and _shared(district, like, self.pinned) > 0:
                left.remove(like)
                team = like if _keeps_team(district, like) else None
                numbered[like.number] = _of(district, like.identity, team)
            else:
                numbered[following] = _of(district, Identity(following), None)
                following += 1
        order = [old.number for old in self.districts if old.number in numbered]
        return self._with([numbered.pop(number) for number in order] + list(numbered.values()))

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
        districts.append(_of(district, identity, None).model_copy(update={"hub": hub}))
    return HandmadeLayer(districts=tuple(districts))


def _of(district: District, identity: Identity, team: HandmadeDistrict | None) -> HandmadeDistrict:
    return HandmadeDistrict(
        number=identity.number,
        name=identity.name,
        employer=district.employer,
        fte=district.fte,
        hub=None if team is None else team.hub,
        municipalities=district.municipalities,
        held=None if team is None else team.held,
    )


def _keeps_team(district: District, old: HandmadeDistrict) -> bool:
    return (district.employer, district.fte, district.hub) == (old.employer, old.fte, old.held)


def _shared(district: District, old: HandmadeDistrict, pinned: Iterable[Ags]) -> int:
    # What is pinned weighs more than everything that is not, so that pins stay with their district.
    common = set(district.municipalities) & set(old.municipalities)
    pins = len(common & set(pinned)) + (1 if common and _keeps_team(district, old) else 0)
    return len(common) + 1000 * pins
