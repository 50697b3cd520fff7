"""The layer of a plan made by hand that is in hand: its districts with their figures, and how it is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from maps.colours import identity_text
from optimizer.plan import District, LayerPlan, Plan
from optimizer.problem import Ags, Layer
from scenarios.assemble import LoadedScenario
from scenarios.handmade import HandmadeLayer, HandmadePlan
from serving.answers import Answer
from translation import Message, msg
from views.handmade.draft import PlanDesk


def change_layer(desk: PlanDesk, position: int, change: Callable[[HandmadeLayer], HandmadeLayer]) -> None:
    """Keeps a change of one layer as a further step."""
    desk.edit(lambda plan: plan.with_layer(position, change(plan.layers[position])))


@dataclass(frozen=True)
class LayerEdit:
    """The layer at ``position`` of the plan ``handmade``; ``plan`` has its figures, under the rules of ``loaded``.

    ``answer`` is that to its scenario.
    """

    desk: PlanDesk
    answer: Answer
    loaded: LoadedScenario
    handmade: HandmadePlan
    plan: Plan
    position: int

    @property
    def layer(self) -> HandmadeLayer:
        """The layer as it is by hand."""
        return self.handmade.layers[self.position]

    @property
    def evaluated(self) -> LayerPlan:
        """The layer with its figures."""
        return self.plan.layers[self.position]

    @property
    def rules(self) -> Layer:
        """The rules of the layer."""
        return self.loaded.problem.layers[self.position]

    @cached_property
    def districts(self) -> dict[int, District]:
        """The figures of each district that has municipalities, by its number."""
        numbers = [district.number for district in self.layer.filled]
        return dict(zip(numbers, self.evaluated.districts, strict=True))

    @cached_property
    def towns(self) -> dict[Ags, str]:
        """The names of the municipalities, in their order."""
        towns = sorted(self.loaded.county.municipalities, key=lambda town: town.name)
        return {town.ags: town.name for town in towns}

    def is_out(self, ags: Ags) -> bool:
        """Whether a municipality that takes part is in no district of the layer."""
        town = self.loaded.problem.municipalities[self.loaded.problem.index[ags]]
        return town.taking_part and self.layer.district_of(ags) is None

    def with_new(self, layer: HandmadeLayer) -> HandmadeLayer:
        """With a further district, last: it has what posts are left, at the KI, else at the first employer."""
        free = self.rules.total - sum((district.fte for district in layer.districts), Fraction(0))
        employer = next((e.id for e in self.rules.employers if e.is_ki), self.rules.employers[0].id)
        fte = max(self.rules.step, free // self.rules.step * self.rules.step)
        return layer.added(employer, fte, self.handmade.taken(self.position))

    def name(self, number: int) -> Message:
        """What a district is called."""
        called = identity_text(self.layer.district(number).identity)
        if number not in self.districts:
            return msg("District {number} (empty)", number=called)
        hub = self.loaded.county.name_of(self.districts[number].hub)
        return msg("District {number} ({hub})", number=called, hub=hub)

    def change(self, change: Callable[[HandmadeLayer], HandmadeLayer]) -> None:
        """Keeps a change of the layer as a further step."""
        change_layer(self.desk, self.position, change)
