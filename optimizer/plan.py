"""A plan and all its figures, the same for optimised and hand-made plans.

Every figure shown anywhere (screen, report, workbook, command line) is a property here. Hours are per week.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from functools import cached_property

from optimizer.problem import Ags, Layer, Problem
from optimizer.rounding import more


class StageName(Enum):
    """What is decided, in the order of deciding. Changes are 1 and half its key for each municipality that changes."""

    LOWEST_COVERAGE = "lowest_coverage"
    SHORTFALL = "shortfall_hours"
    TRAVEL = "travel_hours"
    CHANGED = "changes"


@dataclass(frozen=True, slots=True)
class Stage:
    """Value of a stage and the bound that no plan can beat. Proven: they are the same but for rounding."""

    name: StageName
    value: float
    bound: float
    proven: bool

    @property
    def gap(self) -> float:
        """How far the value may be from the best, in the unit of the stage; 0 where proven."""
        return 0.0 if self.proven else abs(self.bound - self.value)


@dataclass(frozen=True)
class District:
    """A district with its team. ``hours`` (on site) and ``travel_hours`` belong to ``municipalities`` in order.

    ``level`` is supply per unit of key, infinite where nobody in the district has any need. ``fits`` is false
    where a given team cannot even give the fewest hours.
    """

    employer: str
    fte: Fraction
    hub: Ags
    level: float
    municipalities: tuple[Ags, ...]
    hours: tuple[float, ...]
    travel_hours: tuple[float, ...]
    coordination_hours: float
    contract_hours: float
    fits: bool = True

    @property
    def persons(self) -> int:
        """Persons who share the posts of the team."""
        return math.ceil(self.fte)

    @property
    def on_site_hours(self) -> float:
        """Hours that reach people in the district."""
        return math.fsum(self.hours)

    @property
    def total_travel_hours(self) -> float:
        """Hours on the road."""
        return math.fsum(self.travel_hours)


@dataclass(frozen=True, slots=True)
class Identity:
    """By what people know a district: its number, from 1, and its name where it has one."""

    number: int
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """By what the districts of a layer are known, in their order; no two have the same number.

    ``known`` are the municipalities that each number stands for: those of the districts that can be continued, and of
    new ones. What is coloured by ``known`` has the same colour wherever it occurs.
    """

    identities: tuple[Identity, ...]
    known: Mapping[int, tuple[Ags, ...]]


@dataclass(frozen=True)
class LayerPlan:
    """The districts of a layer, in the order of their lowest AGS. ``given``: evaluated only, nothing was decided.

    ``naming`` is that of :mod:`scenarios.identity`; without one, a district is known by its place.
    """

    layer: Layer
    districts: tuple[District, ...]
    naming: Naming | None = field(default=None, compare=False)

    @property
    def identities(self) -> tuple[Identity, ...]:
        """Number and name of each district."""
        if self.naming is None:
            return tuple(Identity(place) for place in range(1, len(self.districts) + 1))
        return self.naming.identities

    @property
    def known(self) -> Mapping[int, tuple[Ags, ...]]:
        """The municipalities that each number stands for (:class:`Naming`)."""
        if self.naming is None:
            return {place: district.municipalities for place, district in enumerate(self.districts, start=1)}
        return self.naming.known

    @property
    def numbered(self) -> tuple[tuple[Identity, District], ...]:
        """The districts with number and name, in the order of their numbers: as tables list them."""
        both = zip(self.identities, self.districts, strict=True)
        return tuple(sorted(both, key=lambda one: one[0].number))

    @property
    def given(self) -> bool:
        """Whether the layer was evaluated only."""
        return self.layer.evaluated_only

    @property
    def fte(self) -> Fraction:
        """Posts placed."""
        return sum((district.fte for district in self.districts), Fraction(0))

    def hours_by_municipality(self) -> dict[Ags, float]:
        """On-site hours of the layer; a municipality in no district is missing."""
        found: dict[Ags, list[float]] = {}
        for district in self.districts:
            for ags, hours in zip(district.municipalities, district.hours, strict=True):
                found.setdefault(ags, []).append(hours)
        return {ags: math.fsum(hours) for ags, hours in found.items()}


@dataclass(frozen=True, slots=True)
class Losses:
    """Where the contract hours offered go, per week: all five together are these hours.

    ``on_site`` reach people up to the fair supply, ``beyond`` above it. ``not_placed`` are those of posts that the plan
    does not place and of teams with nobody to serve; below zero where a given plan has more posts than are offered.
    """

    on_site: float
    beyond: float
    road: float
    coordination: float
    not_placed: float


@dataclass(frozen=True, slots=True)
class Supply:
    """What a municipality gets. ``coverage`` is ``None`` where it has no need or there is no yardstick."""

    ags: Ags
    key: float
    existing_hours: float
    hours: float
    travel_hours: float
    fair_supply: float

    @property
    def coverage(self) -> float | None:
        """Supply divided by fair supply."""
        return (self.existing_hours + self.hours) / self.fair_supply if self.fair_supply > 0 else None

    @property
    def shortfall_hours(self) -> float:
        """Hours missing to the fair supply."""
        return max(0.0, self.fair_supply - self.existing_hours - self.hours)

    @property
    def surplus_hours(self) -> float:
        """On-site hours beyond the fair supply: spent where they are not missing."""
        return max(0.0, self.hours - max(0.0, self.fair_supply - self.existing_hours))


@dataclass(frozen=True)
class Plan:
    """Layers of districts for a problem, and every figure of them.

    ``stages`` say what was decided of the plan as a whole, each with its proof; none where the plan is given.
    """

    problem: Problem
    layers: tuple[LayerPlan, ...]
    stages: tuple[Stage, ...] = ()

    @cached_property
    def municipalities(self) -> Mapping[Ags, Supply]:
        """Supply by municipality, in AGS order."""
        hours: dict[Ags, list[float]] = {town.ags: [] for town in self.problem.municipalities}
        travel: dict[Ags, list[float]] = {town.ags: [] for town in self.problem.municipalities}
        for layer in self.layers:
            for district in layer.districts:
                for ags, on_site, road in zip(
                    district.municipalities, district.hours, district.travel_hours, strict=True
                ):
                    hours[ags].append(on_site)
                    travel[ags].append(road)
        return {
            town.ags: Supply(
                town.ags,
                town.weight,
                town.existing_hours,
                math.fsum(hours[town.ags]),
                math.fsum(travel[town.ags]),
                self.problem.fair_level * town.weight,
            )
            for town in self.problem.municipalities
        }

    @property
    def fair_level(self) -> float:
        """Hours per unit of key that count as fair; 0 where there is no yardstick."""
        return self.problem.fair_level

    @cached_property
    def least_covered(self) -> Supply:
        """The municipality with the lowest coverage, the lowest AGS among equals.

        Coverage has the order of the supply per unit of key, which needs no yardstick.
        """
        unit = self.fair_level or 1.0
        needy = [supply for supply in self.municipalities.values() if supply.key > 0]
        served = [(supply.existing_hours + supply.hours) / (unit * supply.key) for supply in needy]
        lowest = more(min(served))
        return next(supply for supply, level in zip(needy, served, strict=True) if level <= lowest)

    @cached_property
    def lowest_coverage(self) -> float | None:
        """The lowest coverage of all municipalities with any need; ``None`` without a yardstick."""
        covered = [supply.coverage for supply in self.municipalities.values() if supply.coverage is not None]
        return min(covered, default=None)

    @property
    def reached(self) -> float:
        """The lowest coverage of a plan that has a yardstick, as every plan with posts has. Raises ``ValueError``."""
        if self.lowest_coverage is None:
            raise ValueError("without posts and a stated yardstick there is no coverage")
        return self.lowest_coverage

    @property
    def evenness(self) -> float:
        """The lowest supply per unit of key as a share of what the municipalities get on average; needs no yardstick.

        0 where nobody gets anything.
        """
        needy = [supply for supply in self.municipalities.values() if supply.key > 0]
        hours = math.fsum(supply.existing_hours + supply.hours for supply in needy)
        least = self.least_covered
        return (least.existing_hours + least.hours) / least.key / hours if hours > 0 else 0.0

    def hours_per_1000(self, ags: Ags | None = None) -> float | None:
        """Supply in hours per week for 1,000 people of the key: of a municipality, or of all that take part.

        ``None`` where the people are not known or the municipality has no need. Raises ``KeyError``.
        """
        if self.problem.people is None:
            return None
        supplies = self.municipalities.values() if ags is None else [self.municipalities[ags]]
        needy = [supply for supply in supplies if supply.key > 0]
        people = math.fsum(supply.key for supply in needy) * self.problem.people
        return 1000 * math.fsum(supply.existing_hours + supply.hours for supply in needy) / people if needy else None

    @cached_property
    def shortfall_hours(self) -> float:
        """Hours missing to the fair supply, all municipalities."""
        return math.fsum(supply.shortfall_hours for supply in self.municipalities.values())

    @cached_property
    def on_site_hours(self) -> float:
        """Hours that reach people, without those of existing services."""
        return math.fsum(supply.hours for supply in self.municipalities.values())

    @cached_property
    def travel_hours(self) -> float:
        """Hours on the road."""
        return math.fsum(supply.travel_hours for supply in self.municipalities.values())

    @cached_property
    def coordination_hours(self) -> float:
        """Hours in team meetings, supervision and documentation."""
        return math.fsum(district.coordination_hours for layer in self.layers for district in layer.districts)

    @cached_property
    def surplus_hours(self) -> float:
        """On-site hours beyond the fair supply: the loss through unevenness."""
        return math.fsum(supply.surplus_hours for supply in self.municipalities.values())

    @cached_property
    def contract_hours(self) -> float:
        """Hours of all posts placed."""
        return math.fsum(district.contract_hours for layer in self.layers for district in layer.districts)

    @cached_property
    def unused_hours(self) -> float:
        """Contract hours that the plan does not spend (posts not placed, teams with nobody to serve)."""
        spent = self.on_site_hours + self.travel_hours + self.coordination_hours
        return self.problem.offered_hours - spent

    @cached_property
    def losses(self) -> Losses:
        """Where the contract hours offered go."""
        return Losses(
            self.on_site_hours - self.surplus_hours,
            self.surplus_hours,
            self.travel_hours,
            self.coordination_hours,
            self.unused_hours,
        )

    @cached_property
    def ki_fte(self) -> Fraction:
        """Posts employed by the KI."""
        return sum(
            (
                district.fte
                for layer in self.layers
                for district in layer.districts
                if layer.layer.employer(district.employer).is_ki
            ),
            Fraction(0),
        )

    @property
    def ki_share(self) -> Fraction:
        """Share of all posts placed that the KI employs; 0 where none are."""
        return self.ki_fte / self.fte if self.fte else Fraction(0)

    @cached_property
    def fte(self) -> Fraction:
        """Posts placed, of all layers."""
        return sum((layer.fte for layer in self.layers), Fraction(0))

    @property
    def given(self) -> bool:
        """Whether nothing in the plan was decided here."""
        return all(layer.given for layer in self.layers)

    @property
    def proven(self) -> bool:
        """Whether no stage was left open."""
        return all(stage.proven for stage in self.stages)

    def earlier_hours(self, layers: int) -> list[float]:
        """On-site hours of the first ``layers`` layers by municipality, in AGS order."""
        return added_hours(self.problem, self.layers[:layers])


def added_hours(problem: Problem, layers: Sequence[LayerPlan]) -> list[float]:
    """On-site hours of some layers together, by municipality in AGS order."""
    parts = [layer.hours_by_municipality() for layer in layers]
    return [math.fsum(part.get(town.ags, 0.0) for part in parts) for town in problem.municipalities]


def until(plan: Plan, layer: int) -> Plan:
    """A plan without the layers after ``layer``: what the answers about that layer are compared with."""
    if layer + 1 == len(plan.layers):
        return plan
    return replace(plan, layers=plan.layers[: layer + 1], stages=())


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
