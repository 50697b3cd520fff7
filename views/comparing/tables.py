"""The scenarios on the page “Comparison”, and its tables: a figure, a municipality or a district in each row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby
from typing import TYPE_CHECKING

import pandas as pd

from geodata.county import County
from maps.colours import drive_minutes
from maps.screen import districts_of
from optimizer.plan import LayerPlan, Plan
from optimizer.problem import Ags
from optimizer.rules import broken, check_plan
from scenarios.library import Entry
from serving.answers import Answer
from translation import Message, Percent, listing, msg, number, percent
from views.parts.tables import Column, Marked, judged, styled, text_table
from views.speech import Speech
from wording import sentences as wording
from wording.differences import (
    MEASURES,
    Measure,
    Moved,
    coverage,
    difference,
    layer_of,
    less,
    moved,
    signed,
)
from wording.grid import NOTHING
from wording.money import case_management_funding

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler


@dataclass(frozen=True)
class Compared:
    """A scenario of the comparison with its ``number`` there; without an ``answer`` it cannot be used."""

    number: int
    entry: Entry
    answer: Answer | None

    @property
    def plan(self) -> Plan | None:
        """Its plan, where there is one."""
        return None if self.answer is None else self.answer.solution.plan

    @cached_property
    def title(self) -> Message:
        """Its number and name."""
        return msg("({number}) {name}", number=self.number, name=self.entry.name)

    @cached_property
    def short(self) -> Message:
        """Its number."""
        return msg("({number})", number=self.number)


@dataclass(frozen=True)
class Planned:
    """A scenario of the comparison that has a plan, with the position of the layer that is looked at."""

    compared: Compared
    answer: Answer
    plan: Plan
    layer: int

    @property
    def number(self) -> int:
        """Its number in the comparison."""
        return self.compared.number

    @property
    def county(self) -> County:
        """Its county."""
        return self.answer.loaded.county

    @property
    def shown(self) -> LayerPlan:
        """The layer that is looked at."""
        return layer_of(self.plan, self.layer)

    @property
    def position(self) -> int:
        """The position of that layer in the plan."""
        return self.plan.layers.index(self.shown)

    def moved_from(self, base: Planned) -> tuple[Moved, ...]:
        """The municipalities that change district against ``base``."""
        return moved(base.plan, self.plan, self.layer)


def planned(compared: Iterable[Compared], layer: int) -> list[Planned]:
    """Those that have a plan."""
    return [
        Planned(one, one.answer, one.plan, layer) for one in compared if one.answer is not None and one.plan is not None
    ]


def by_county(plans: Sequence[Planned]) -> Iterator[tuple[County, list[Planned]]]:
    """The plans of each county, those of the first one first; data sets of one county count as that county."""
    order = list(dict.fromkeys(one.county.ags for one in plans))
    ranked = sorted(plans, key=lambda one: order.index(one.county.ags))
    for _, group in groupby(ranked, key=lambda one: one.county.ags):
        members = list(group)
        yield members[0].county, members


def towns_of(plans: Sequence[Planned]) -> dict[Ags, str]:
    """The municipalities of plans of one county, by AGS: a data set may lack one of another."""
    names = {town.ags: town.name for one in reversed(plans) for town in one.county.municipalities}
    return dict(sorted(names.items()))


def figures_table(compared: Sequence[Compared], layer: int, speech: Speech) -> pd.DataFrame:
    """The figures of each scenario, with difference and verdict against the first that has a plan."""
    plans = {one.number: one for one in planned(compared, layer)}
    base = next(iter(plans.values()), None)

    def row(name: Message, cell: Callable[[Planned], object]) -> list[object]:
        return [name, *(cell(plans[one.number]) if one.number in plans else NOTHING for one in compared)]

    rows: list[list[object]] = [
        [msg("What is known"), *map(_state, compared)],
        *(row(measure.name, partial(_figure, measure, base, speech)) for measure in MEASURES),
        row(msg("funding of the posts per year"), _funding),
        row(msg("lowest coverage in"), lambda one: one.county.name_of(one.plan.least_covered.ags)),
        row(msg("rules not kept"), lambda one: number(len(broken(check_plan(one.plan))))),
    ]
    return text_table([msg("Figure"), *(one.title for one in compared)], rows, speech)


def _funding(one: Planned) -> object:
    return number(float(case_management_funding(one.answer.loaded, one.plan)), 0, "€")


def _state(compared: Compared) -> Message:
    if compared.answer is None:
        return msg("no plan to show")
    return wording.status_text(compared.answer.solution.status)


def _figure(measure: Measure, base: Planned | None, speech: Speech, one: Planned) -> Marked:
    text = f"**{speech.markdown(measure.shown(one.plan))}**"
    if base is None or one is base or one.county.ags != base.county.ags:
        return Marked(text)
    apart = difference(measure, base.plan, one.plan)
    return Marked(f"{text}  \n{judged(apart, speech)}")


def coverage_table(plans: Sequence[Planned], speech: Speech) -> Styler:
    """The coverage of each municipality in each plan, and how many percentage points it is from the first."""
    towns = towns_of(plans)
    first = plans[0]
    columns = [Column(msg("Municipality"), list(towns.values()))]
    for one in plans:
        supplies = [one.plan.municipalities.get(ags) for ags in towns]
        columns.append(Column(one.compared.short, [None if s is None else s.coverage for s in supplies], percent))
        if one is not first:
            heading = msg("({number}) − ({first})", number=one.number, first=first.number)
            points = [_points(coverage(first.plan, ags), coverage(one.plan, ags)) for ags in towns]
            columns.append(Column(heading, list(points), lambda value: signed(number(value, 1))))
    return styled(columns, speech)


def _points(first: Percent | None, other: Percent | None) -> float | None:
    return None if first is None or other is None else less(other, first).value


def districts_table(plans: Sequence[Planned], speech: Speech) -> pd.DataFrame:
    """The district of each municipality in each plan; changes against the first are marked."""
    base = plans[0]
    changes = {one.number: {move.ags for move in one.moved_from(base)} for one in plans if one is not base}
    served = {one.number: districts_of(one.shown) for one in plans}

    def cell(one: Planned, ags: Ags) -> object:
        places = [
            msg("{number} · hub {hub}", number=position, hub=one.county.name_of(district.hub))
            for position, district in served[one.number].get(ags, [])
        ]
        text = listing(places) if places else NOTHING
        if ags not in changes.get(one.number, ()):
            return text
        changed = speech.markdown(msg("{sign} {text}", sign=CHANGED, text=text))
        return Marked(f"**{changed}**")

    rows = [[name, *(cell(one, ags) for one in plans)] for ags, name in towns_of(plans).items()]
    return text_table([msg("Municipality"), *(one.compared.title for one in plans)], rows, speech)


CHANGED = "⇄"
"""The sign of a municipality that changes district."""


def town_table(plans: Sequence[Planned], ags: Ags, speech: Speech) -> pd.DataFrame:
    """What one municipality gets in each plan."""
    plans = [one for one in plans if ags in one.plan.municipalities]
    rows: list[tuple[Message, Callable[[Planned], object]]] = [
        (msg("Coverage"), lambda one: _or_nothing(one.plan.municipalities[ags].coverage, percent)),
        (msg("On site per week"), lambda one: number(one.plan.municipalities[ags].hours, 1, "h")),
        (msg("Existing advice per week"), lambda one: number(one.plan.municipalities[ags].existing_hours, 1, "h")),
        (msg("Shortfall per week"), lambda one: number(one.plan.municipalities[ags].shortfall_hours, 1, "h")),
        (msg("District"), lambda one: listing(n for n, _ in districts_of(one.shown).get(ags, [])) or NOTHING),
        (msg("Drive from the hub"), lambda one: _or_nothing(drive_minutes(one.plan, one.position)[ags], _minutes)),
    ]
    cells = [[name, *(cell(one) for one in plans)] for name, cell in rows]
    return text_table([msg("Figure"), *(one.compared.title for one in plans)], cells, speech)


def _minutes(value: float) -> object:
    return number(value, 0, "min")


def _or_nothing(value: float | None, written: Callable[[float], object]) -> object:
    return NOTHING if value is None else written(value)
