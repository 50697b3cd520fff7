"""A worked example: one district of a plan, step by step, with the figures that the plan itself was computed from.

Nothing is computed anew: every figure is a property of the plan, of its problem, or of the service that the optimizer
asked. Hours are per week.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from geodata.county import Ags, Service
from geodata.labels import covered
from optimizer.plan import District, Plan
from optimizer.service import Service as Supplier
from scenarios.assemble import LoadedScenario
from scenarios.existing import FULL_TIME_HOURS
from scenarios.key import EQUAL
from translation import Message, Number, Percent, listing, msg, msgs, number, percent
from wording.sentences import fte, short, stated, stated_share

_NOTHING = "–"
#: Hours below which nothing is left over but rounding.
_ROUNDING = 1e-6


class StepName(Enum):
    """The steps, in the order of reckoning."""

    TEAM = "team"
    KEY = "key"
    EXISTING = "existing"
    ROAD_RATE = "road_rate"
    LEVEL = "level"
    ON_SITE = "on_site"
    ROAD = "road"
    CHECK = "check"
    COVERAGE = "coverage"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: whose it is, how it comes about, the figure as people read it, and exactly.

    ``ags`` is the municipality where the line is about one.
    """

    subject: object
    reckoning: object
    shown: object
    exact: float
    ags: Ags | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the reckoning with its figures; ``about`` says what it is for."""

    name: StepName
    title: Message
    about: Message
    lines: tuple[Line, ...]


def worked_example(loaded: LoadedScenario, plan: Plan, layer: int, position: int) -> tuple[Step, ...]:
    """The steps from statistics to coverage for the district at ``position`` of a ``layer`` of the scenario's plan."""
    return _Example(loaded, plan, layer, position).steps()


class _Example:
    def __init__(self, loaded: LoadedScenario, plan: Plan, layer: int, position: int) -> None:
        self.loaded, self.plan, self.number = loaded, plan, layer
        self.problem, self.county = plan.problem, loaded.county
        self.layer = plan.layers[layer].layer
        self.district: District = plan.layers[layer].districts[position]
        self.towns = self.district.municipalities
        self.supplier = Supplier(self.problem, self.layer, plan.earlier_hours(layer))
        self.index = self.problem.index
        self.to_spend = self.supplier.hours_to_spend(self.district.fte)

    def steps(self) -> tuple[Step, ...]:
        return (
            self._team(),
            self._key(),
            self._existing(),
            self._road_rate(),
            self._level(),
            self._on_site(),
            self._road(),
            self._check(),
            self._coverage(),
        )

    def _team(self) -> Step:
        district, layer = self.district, self.layer
        contract = _hours(district.contract_hours)
        coordination = _hours(district.coordination_hours)
        posts = msg("{posts} FTE × {hours}", posts=fte(district.fte), hours=_stated_hours(layer.hours_per_week))
        talks = msgs(
            "{count} person × {hours} for team meetings, supervision and records",
            "{count} persons × {hours} for team meetings, supervision and records",
            district.persons,
            hours=_stated_hours(layer.coordination_hours),
        )
        left = msg("{whole} − {part}", whole=contract, part=coordination)
        return Step(
            StepName.TEAM,
            msg("What the team has to spend"),
            msg(
                "Of {contract} a week, {coordination} go into coordination. {left} are left for people and the road.",
                contract=contract,
                coordination=coordination,
                left=_hours(self.to_spend),
            ),
            (
                Line(msg("Contract hours"), posts, contract, district.contract_hours),
                Line(msg("Coordination"), talks, coordination, district.coordination_hours),
                Line(msg("Hours to spend"), left, _hours(self.to_spend), self.to_spend),
            ),
        )

    def _key(self) -> Step:
        lines = (
            self._line(ags, listing(self._figures(ags)), _share(self._weight(ags)), self._weight(ags))
            for ags in self.towns
        )
        return Step(
            StepName.KEY,
            msg("Key: the share of the need"),
            msg("The key is the municipality’s share of the county’s figures. All municipalities together are 100 %."),
            tuple(lines),
        )

    def _figures(self, ags: Ags) -> list[Message]:
        """What each indicator of the key says of a municipality."""
        stated_weights = {name: weight for name, weight in self.loaded.scenario.key.items() if weight > 0}
        total_weight = math.fsum(stated_weights.values())
        absent = self.loaded.not_taking_part
        # A key of several indicators is that of the whole county, scaled.
        scaled = bool(absent) and len(stated_weights) > 1
        present = [town for town in self.county.municipalities if scaled or town.ags not in absent]
        found = []
        for name, weight in stated_weights.items():
            if name == EQUAL:
                figures = msgs("the only municipality", "one of {count} municipalities", len(present))
            else:
                figures = msg(
                    "{figure} of {total} ({indicator})",
                    figure=short(self.county.municipality(ags).indicators[name] or 0.0, 2),
                    total=short(math.fsum(town.indicators[name] or 0.0 for town in present), 2),
                    indicator=covered(name),
                )
            if len(stated_weights) > 1:
                share = stated_share(weight / total_weight)
                figures = msg("{figures}, counting {weight}", figures=figures, weight=share)
            found.append(figures)
        if scaled:
            found.append(msg("scaled to those who take part"))
        return found

    def _existing(self) -> Step:
        settings, existing = self.loaded.scenario.existing_services, self.loaded.existing
        counted = [one for ags in self.towns for one, _ in existing[ags].services]
        here = [service for service in self.county.services if service in counted]
        lines = [self._service(service) for service in here]
        for ags in self.towns:
            sources = [
                msg("{hours} from {service}", hours=_hours(hours), service=service.name)
                for service, hours in existing[ags].services
            ]
            if existing[ags].cut:
                sources.append(
                    msg(
                        "cut to {hours}, {most} times the county's average per head",
                        hours=_hours(existing[ags].counted),
                        most=stated(settings.most or 0.0),
                    )
                )
            for earlier in self.plan.layers[: self.number]:
                hours = earlier.hours_by_municipality().get(ags, 0.0)
                name = earlier.layer.name
                sources.append(msg("{hours} from the layer “{layer}”", hours=_hours(hours), layer=name))
            hours = self.supplier.existing[self.index[ags]]
            reckoning = listing(sources) if sources else msg("no service counts here")
            lines.append(self._line(ags, reckoning, _hours(hours), hours))
        return Step(
            StepName.EXISTING,
            msg("Existing advice"),
            msg(
                "Part of the hours of existing services counts (assumption); it is spread over the service’s area by "
                "the key. Hours of earlier layers count in full."
            ),
            tuple(lines),
        )

    def _service(self, service: Service) -> Line:
        credit = self.loaded.scenario.existing_services.credit
        parts = (part for advice in self.loaded.existing.values() for one, part in advice.services if one == service)
        counted = math.fsum(parts)
        if service.catchment is None:
            area = msg("for the whole county")
        else:
            area = msgs("for {count} municipality", "for {count} municipalities", len(service.catchment))
        reckoning = msg(
            "{posts} FTE × {hours} × {credit}, {area}",
            posts=fte(service.fte or 0.0),
            hours=_stated_hours(FULL_TIME_HOURS),
            credit=stated_share(credit if service.credit is None else service.credit),
            area=area,
        )
        return Line(_called(service), reckoning, _hours(counted), counted)

    def _road_rate(self) -> Step:
        lines = []
        for ags in self.towns:
            rate = self._rate(ags)
            if ags == self.district.hub:
                reckoning: Message = msg("the team’s desk is here: no drive")
            else:
                reckoning = msg(
                    "2 × {minutes} min for a visit of {block}",
                    minutes=stated(self.supplier.minutes[self._hub][self.index[ags]]),
                    block=_stated_hours(self.layer.block_hours),
                )
            lines.append(self._line(ags, reckoning, _minutes(rate), rate))
        return Step(
            StepName.ROAD_RATE,
            msg("Road for each hour on site"),
            msg(
                "The team starts from {hub}. Each visit costs the way there and back (minutes by car, one way).",
                hub=self.county.name_of(self.district.hub),
            ),
            tuple(lines),
        )

    def _level(self) -> Step:
        about = msg(
            "In a district everyone is brought to the same level: hours per week, existing advice included, as if for "
            "the need of the whole county. The level is as high as the hours to spend allow."
        )
        level = self.district.level
        if not self.district.fits:
            reckoning = msg("the fewest hours do not fit: each municipality gets the same part of them")
        elif math.isinf(level):
            reckoning = msg("nobody in this district has any need")
        else:
            reckoning = msg("the highest for which {hours} suffice", hours=_hours(self.to_spend))
        line = Line(msg("Level"), reckoning, self._shown_level, level)
        return Step(StepName.LEVEL, msg("Level of the district"), about, (line,))

    def _on_site(self) -> Step:
        lines = (
            self._line(ags, self._reckoned_hours(ags), _hours(hours), hours)
            for ags, hours in zip(self.towns, self.district.hours, strict=True)
        )
        return Step(
            StepName.ON_SITE,
            msg("Hours on site"),
            msg(
                "The level, {level}, times the key is what a municipality is to have; existing advice is taken off.",
                level=self._shown_level,
            ),
            tuple(lines),
        )

    def _reckoned_hours(self, ags: Ags) -> Message:
        position = self.index[ags]
        fewest = _hours(self.supplier.fewest[position])
        if not self.district.fits:
            return msg("part of the fewest hours, {fewest}", fewest=fewest)
        if not self._weight(ags):
            return msg("no need here: the fewest hours, {fewest}", fewest=fewest)
        reckoning = msg(
            "{level} × {key} − {existing}",
            level=_hours(self.district.level),
            key=_share(self._weight(ags)),
            existing=_hours(self.supplier.existing[position]),
        )
        if self.supplier.kinks[position] < self.district.level:
            return reckoning
        return msg("{reckoning} is less than the fewest hours, {fewest}", reckoning=reckoning, fewest=fewest)

    def _road(self) -> Step:
        lines = []
        for ags, hours, road in zip(self.towns, self.district.hours, self.district.travel_hours, strict=True):
            reckoning = msg("{hours} × {minutes}", hours=_hours(hours), minutes=_minutes(self._rate(ags)))
            lines.append(self._line(ags, reckoning, _hours(road), road))
        about = msg("Hours on site times the road for each of them.")
        return Step(StepName.ROAD, msg("Hours on the road"), about, tuple(lines))

    def _check(self) -> Step:
        district = self.district
        parts = [
            (msg("On site"), _sum(district.hours), district.on_site_hours),
            (msg("On the road"), _sum(district.travel_hours), district.total_travel_hours),
            (msg("Coordination"), msg("as above"), district.coordination_hours),
        ]
        left = district.contract_hours - math.fsum(hours for _, _, hours in parts)
        if abs(left) > _ROUNDING:
            if left > 0:
                parts.append((msg("Not spent"), msg("the team has nothing more to do here"), left))
            else:
                parts.append((msg("Hours missing"), msg("coordination takes more than the contract hours"), left))
        total = math.fsum(hours for _, _, hours in parts)
        lines = [Line(name, reckoning, _hours(hours), hours) for name, reckoning, hours in parts]
        lines.append(Line(msg("Together"), msg("these are the contract hours"), _hours(total), total))
        about = msg(
            "{on_site} on site, {road} on the road and {coordination} of coordination must be the {contract} of the "
            "contracts, no more and no less.",
            on_site=_hours(district.on_site_hours),
            road=_hours(district.total_travel_hours),
            coordination=_hours(district.coordination_hours),
            contract=_hours(district.contract_hours),
        )
        return Step(StepName.CHECK, msg("The check"), about, tuple(lines))

    def _coverage(self) -> Step:
        reckoning = msg(
            "the level at which all {offered} of the scenario’s posts would be used, none of them lost",
            offered=_hours(self.problem.offered_hours),
        )
        lines = [Line(msg("Fair level"), reckoning, _hours(self.plan.fair_level), self.plan.fair_level)]
        for ags in self.towns:
            supply = self.plan.municipalities[ags]
            if supply.coverage is None:
                lines.append(self._line(ags, msg("no need here, so nothing is missing"), _NOTHING, math.nan))
                continue
            text = msg(
                "fair: {level} × {key} = {fair}; here: {existing} existing + {hours} on site; missing: {missing}",
                level=_hours(self.plan.fair_level),
                key=_share(supply.key),
                fair=_hours(supply.fair_supply),
                existing=_hours(supply.existing_hours),
                hours=_hours(supply.hours),
                missing=_hours(supply.shortfall_hours),
            )
            lines.append(self._line(ags, text, percent(supply.coverage, 2), supply.coverage))
        about = msg(
            "Coverage compares what a municipality has, from existing advice and all layers, with its fair supply. "
            "Fair supply is the fair level times the key."
        )
        return Step(StepName.COVERAGE, msg("Coverage"), about, tuple(lines))

    @property
    def _shown_level(self) -> object:
        return _hours(self.district.level) if self.district.fits and math.isfinite(self.district.level) else _NOTHING

    @property
    def _hub(self) -> int:
        return self.index[self.district.hub]

    def _rate(self, ags: Ags) -> float:
        return self.supplier.travel_rate[self._hub][self.index[ags]]

    def _weight(self, ags: Ags) -> float:
        return self.supplier.weights[self.index[ags]]

    def _line(self, ags: Ags, reckoning: object, shown: object, exact: float) -> Line:
        return Line(self.county.name_of(ags), reckoning, shown, exact, ags)


def _called(service: Service) -> Message:
    return msg("{service} ({provider})", service=service.name, provider=service.provider)


def _hours(value: float) -> Number:
    return number(value, 2, "h")


def _sum(values: Sequence[float]) -> Message:
    """Hours with a plus between them."""
    text = msg("{hours}", hours=_hours(values[0]))
    for value in values[1:]:
        text = msg("{one} + {other}", one=text, other=_hours(value))
    return text


def _stated_hours(value: float) -> Message:
    return msg("{hours} h", hours=stated(value))


def _minutes(rate: float) -> Number:
    """Hours on the road for one hour on site, in minutes."""
    return number(rate * 60, 2, "min")


def _share(value: float) -> Percent:
    return percent(value, 4)
