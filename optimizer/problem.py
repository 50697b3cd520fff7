"""What is to be decided: municipalities, their need, travel, and the layers of posts with their rules.

Everything is frozen and checked on construction. Units: hours are per week, travel is minutes one way,
posts are FTE as exact fractions. The terms are those of docs/methode.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

Ags = str
Base = Literal["district", "office"]


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality with ``weight``, its share of the county's need (the key), and its existing hours per week.

    One that is not ``taking_part`` has neither; it is in no district of a layer that is optimised, and counts nowhere.
    """

    ags: Ags
    weight: float
    existing_hours: float = 0.0
    taking_part: bool = True


@dataclass(frozen=True, slots=True)
class Employer:
    """Who may employ teams in a layer.

    ``hubs`` are the municipalities where it may have a hub (``None``: any). With ``base="office"`` every team
    starts from ``office``, in its district or not. ``max_municipalities`` limits each of its districts. Employers of a
    ``group`` have their settings in common: what limits them is one rule.
    """

    id: str
    is_ki: bool = False
    base: Base = "district"
    office: Ags | None = None
    hubs: frozenset[Ags] | None = None
    max_municipalities: int | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class PostLimit:
    """Fewest and most FTE of one employer, or of several together (``employers``), in a layer.

    ``maximum`` is ``None`` where nothing but the layer's total limits it.
    """

    id: str
    employers: frozenset[str]
    minimum: Fraction = Fraction(0)
    maximum: Fraction | None = None


@dataclass(frozen=True, slots=True)
class GivenDistrict:
    """A row of a given plan. ``fte=None``: the best team size is to be found; ``hub=None``: the best hub is."""

    employer: str
    municipalities: tuple[Ags, ...]
    fte: Fraction | None = None
    hub: Ags | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """What a planner has settled of one district: these municipalities are in it together, with no other pin's.

    ``employer``, ``fte`` and ``hub`` are the team's where stated; a stated hub stands in place of the best one and must
    be one that the layer's rules allow.
    """

    municipalities: frozenset[Ags]
    employer: str | None = None
    fte: Fraction | None = None
    hub: Ags | None = None


@dataclass(frozen=True)
class Layer:
    """One set of posts that is placed at once, with its rules.

    ``total`` and ``step`` in FTE (total is a multiple of step); ``hours_per_week`` contract hours per post;
    ``coordination_hours`` per person and week; ``block_hours`` on-site hours per visit; ``minimum_hours`` are the
    fewest on-site hours per municipality and week of this and all earlier layers, ``minimum_hours_of`` those of single
    municipalities; ``max_drive_minutes`` one way from the hub (``None``: no limit).
    ``together`` and ``apart`` are pairs; ``fixed_employers`` maps a municipality to the employers that may serve it.
    With ``plan`` the layer is given; ``reference`` are the districts of which few are to change, each known by its
    position, and ``changes_maximum`` is how many municipalities may change at most. ``pins`` hold for districts that
    are to be found; a given plan may break them as it may any rule.
    """

    name: str
    total: Fraction
    employers: tuple[Employer, ...]
    step: Fraction = Fraction(1, 2)
    hours_per_week: float = 39.0
    coordination_hours: float = 2.0
    block_hours: float = 4.0
    districts_minimum: int = 3
    districts_maximum: int = 6
    max_drive_minutes: float | None = 40.0
    minimum_persons: int = 1
    connected: bool = True
    minimum_hours: float = 0.0
    minimum_hours_of: Mapping[Ags, float] = field(default_factory=dict)
    limits: tuple[PostLimit, ...] = ()
    together: tuple[tuple[Ags, Ags], ...] = ()
    apart: tuple[tuple[Ags, Ags], ...] = ()
    fixed_employers: Mapping[Ags, frozenset[str]] = field(default_factory=dict)
    plan: tuple[GivenDistrict, ...] | None = None
    reference: tuple[frozenset[Ags], ...] | None = None
    changes_maximum: int | None = None
    pins: tuple[Pin, ...] = ()

    def __post_init__(self) -> None:
        _require(self.total > 0, "a layer needs posts")
        _require(self.step > 0, "the step must be positive")
        _require((self.total / self.step).denominator == 1, "the posts must be a multiple of the step")
        _require(self.hours_per_week > 0 and self.block_hours > 0, "hours per week and per visit must be positive")
        fewest = (self.minimum_hours, *self.minimum_hours_of.values())
        _require(self.coordination_hours >= 0 and min(fewest) >= 0, "hours must not be negative")
        _require(1 <= self.districts_minimum <= self.districts_maximum, "the numbers of districts contradict")
        _require(self.minimum_persons >= 1, "a team has at least one person")
        _require(bool(self.employers), "a layer needs an employer")
        ids = [employer.id for employer in self.employers]
        _require(len(set(ids)) == len(ids), "an employer is named twice")
        for employer in self.employers:
            _require(employer.group not in ids, "a group is named like an employer")
            _require(employer.base == "district" or employer.office is not None, "an office base needs an office")
        for limit in self.limits:
            _require(limit.employers <= set(ids), "a limit names an employer that the layer does not have")
        for row in self.plan or ():
            _require(row.employer in ids, "the plan names an employer that the layer does not have")
            _require(row.fte is None or row.fte > 0, "a team needs posts")
        if self.plan is not None:
            _require(bool(self.plan), "a given plan needs a district")
            _require(len({row.fte is None for row in self.plan}) == 1, "team sizes are given for all districts or none")
            towns = [ags for row in self.plan for ags in row.municipalities]
            _require(self.evaluated_only or len(set(towns)) == len(towns), "districts overlap")
        if self.changes_maximum is not None:
            _require(self.reference is not None, "changes are counted against a reference")
            _require(self.changes_maximum >= 0, "the most changes must not be negative")
        for pin in self.pins:
            _require(bool(pin.municipalities), "a pin needs a municipality")
            _require(pin.employer is None or pin.employer in ids, "a pin names an employer not of the layer")
            if pin.fte is not None:
                _require(0 < pin.fte <= self.total, "a pinned team has some of the layer's posts")
                _require((pin.fte / self.step).denominator == 1, "the posts of a pin must be a multiple of the step")
        pinned = [ags for pin in self.pins for ags in pin.municipalities]
        _require(len(set(pinned)) == len(pinned), "pins overlap")

    @property
    def units(self) -> int:
        """The posts of the layer, counted in steps."""
        return int(self.total / self.step)

    @property
    def placed(self) -> Fraction:
        """Posts in FTE that are placed: all, or what a plan that is given in full has."""
        if self.plan is None or not self.evaluated_only:
            return self.total
        return sum((row.fte or Fraction(0) for row in self.plan), Fraction(0))

    @property
    def most_changes(self) -> int | None:
        """How many municipalities may change at most; a given plan may change as many as it does."""
        return self.changes_maximum if self.plan is None else None

    @property
    def evaluated_only(self) -> bool:
        """Whether the plan of the layer is given in full, with nothing left to decide."""
        return self.plan is not None and self.plan[0].fte is not None

    def fewest_hours(self, ags: Ags) -> float:
        """The fewest on-site hours per week that a municipality that takes part gets of this and all earlier layers."""
        return self.minimum_hours_of.get(ags, self.minimum_hours)

    def employer(self, id: str) -> Employer:
        """The employer with that id. Raises ``KeyError``."""
        for employer in self.employers:
            if employer.id == id:
                return employer
        raise KeyError(id)


@dataclass(frozen=True)
class Problem:
    """A county's question: municipalities in AGS order, travel, neighbours, and the layers in the order of solving.

    ``minutes[b, i]`` is the drive from ``b`` to ``i`` in minutes, one way; a pair that is missing or infinite cannot
    be driven. ``weight`` adds up to one. ``ki_minimum`` is the least share of all posts at the KI, binding or advisory.
    ``fairness_tolerance`` is absolute, in units of coverage. ``stated_level`` is a yardstick from elsewhere, in hours
    per unit of key; ``people`` are those of the key in all municipalities that take part. Without layers nothing is
    placed.
    """

    municipalities: tuple[Municipality, ...]
    minutes: Mapping[tuple[Ags, Ags], float]
    neighbours: Mapping[Ags, frozenset[Ags]]
    layers: tuple[Layer, ...]
    ki_minimum: Fraction = Fraction(1, 3)
    ki_binding: bool = True
    fairness_tolerance: float = 0.02
    stated_level: float | None = None
    people: float | None = None

    def __post_init__(self) -> None:
        ags = [municipality.ags for municipality in self.municipalities]
        known = set(ags)
        _require(bool(ags), "a county needs a municipality")
        _require(len(known) == len(ags), "a municipality is named twice")
        object.__setattr__(self, "municipalities", tuple(sorted(self.municipalities, key=lambda m: m.ags)))
        for municipality in self.municipalities:
            _require(0 <= municipality.weight < math.inf, f"weight of {municipality.ags}")
            _require(0 <= municipality.existing_hours < math.inf, f"existing hours of {municipality.ags}")
            counts = municipality.weight > 0 or municipality.existing_hours > 0
            _require(municipality.taking_part or not counts, f"{municipality.ags} does not take part and counts")
        _require(math.isclose(math.fsum(m.weight for m in self.municipalities), 1, rel_tol=1e-9), "weights add to one")
        for (origin, target), minutes in self.minutes.items():
            _require(minutes >= 0, f"travel {origin} to {target}")
        if math.inf in self.minutes.values():
            # One form for what cannot be driven, so that no arithmetic meets an infinity.
            driven = {pair: minutes for pair, minutes in self.minutes.items() if minutes < math.inf}
            object.__setattr__(self, "minutes", driven)
        for town, others in self.neighbours.items():
            _require(town in known and others <= known - {town}, f"neighbours of {town}")
            _require(all(town in self.neighbours.get(other, ()) for other in others), f"{town}: neighbours both ways")
        _require(0 <= self.ki_minimum <= 1, "the KI's least share lies between 0 and 1")
        _require(0 <= self.fairness_tolerance < math.inf, "the fairness tolerance must not be negative")
        _require(self.stated_level is None or 0 < self.stated_level < math.inf, "a stated level must be positive")
        _require(self.people is None or 0 < self.people < math.inf, "the number of people must be positive")
        absent = {municipality.ags for municipality in self.municipalities if not municipality.taking_part}
        for layer in self.layers:
            named = {town for pair in (*layer.together, *layer.apart) for town in pair} | set(layer.fixed_employers)
            named |= set(layer.minimum_hours_of)
            present = {town for pair in layer.together for town in pair}
            present |= {town for pin in layer.pins for town in pin.municipalities}
            if layer.plan is not None and not layer.evaluated_only:
                present |= {town for row in layer.plan for town in row.municipalities}
            _require(not present & absent, f"layer {layer.name} serves a municipality that does not take part")
            for employer in layer.employers:
                named |= set(employer.hubs or ()) | ({employer.office} if employer.office else set())
            for pin in layer.pins:
                named |= pin.municipalities | ({pin.hub} if pin.hub else set())
            for row in layer.plan or ():
                named |= set(row.municipalities) | ({row.hub} if row.hub else set())
                _require(bool(row.municipalities), "a given district needs a municipality")
                _require(len(set(row.municipalities)) == len(row.municipalities), "a given district names a town twice")
            _require(named <= known, f"unknown municipality in layer {layer.name}")

    @cached_property
    def index(self) -> Mapping[Ags, int]:
        """Position of each municipality in AGS order."""
        return {municipality.ags: i for i, municipality in enumerate(self.municipalities)}

    def drive(self, origin: Ags, target: Ags) -> float:
        """Minutes by car, one way; infinite where the pair cannot be driven."""
        return 0.0 if origin == target else self.minutes.get((origin, target), math.inf)

    @cached_property
    def offered_hours(self) -> float:
        """Contract hours per week of all posts of all layers."""
        return math.fsum(float(layer.total) * layer.hours_per_week for layer in self.layers)

    @cached_property
    def total_posts(self) -> Fraction:
        """Posts of all layers in FTE."""
        return sum((layer.total for layer in self.layers), Fraction(0))

    @cached_property
    def placed_posts(self) -> Fraction:
        """Posts in FTE that a plan places: those of a layer, or those that its given plan has in place of them."""
        return sum((layer.placed for layer in self.layers), Fraction(0))

    @cached_property
    def fair_level(self) -> float:
        """``R``: hours per unit of key that count as fair. Depends on no plan.

        The stated level; else what would reach everyone if no hour were lost, which solves
        ``sum_i max(0, R w_i - s_i) = offered_hours``; 0 where there is neither a stated level nor a layer.
        """
        if self.stated_level is not None or not self.layers:
            return self.stated_level or 0.0
        return level_of(self.municipalities, self.offered_hours)


def level_of(municipalities: Iterable[Municipality], offered: float) -> float:
    """The level (hours per unit of key) that ``offered`` hours per week reach where none is lost.

    It solves ``sum_i max(0, R w_i - s_i) = offered``.
    """
    served = sorted((m for m in municipalities if m.weight > 0), key=lambda m: m.existing_hours / m.weight)
    weight = hours = 0.0
    level = math.inf
    for position, municipality in enumerate(served):
        weight += municipality.weight
        hours += municipality.existing_hours
        level = (offered + hours) / weight
        following = served[position + 1] if position + 1 < len(served) else None
        if following is None or level <= following.existing_hours / following.weight:
            break
    return level


def _require(condition: bool, what: str) -> None:
    # Reached only by a programming error: files are checked, with places, where they are read.
    if not condition:
        raise ValueError(what)
