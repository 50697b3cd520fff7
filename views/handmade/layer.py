"""The layer of a plan made by hand that is in hand: its districts with their figures, and how it is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
