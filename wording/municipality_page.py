"""The page for the talk with a mayor: who comes to a municipality, from where, how often, and what that means there.

One tree for every medium. Figures are those of the plan as the other papers print them; what adds up does so as
printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from exploring.exploration import Exploration
from exploring.question import Question
from geodata.county import Ags
from geodata.records import Method
from maps.colours import identity_text
from optimizer.plan import District, Identity, LayerPlan, Plan
from scenarios.assemble import LoadedScenario
from translation import Message, listing, msg, msgs, number, percent
from wording import money
from wording import sentences as wording
from wording.differences import lowest
from wording.explore.municipality import range_sentence
from wording.grid import NOTHING
from wording.hours import adding_up
from wording.municipality_effects import Effects

#: So many maps have room on a page.
_MOST_MAPS = 2
_METHODS: Mapping[Method, Message] = {
    "road": msg("worked out on the road network"),
    "estimate": msg("estimated from the air line"),
}


@dataclass(frozen=True, slots=True)
class PageFigure:
    """A figure that is seen first: its value, what it is, and what it is to be read beside."""

    value: object
    label: Message
    beside: Message | None = None


@dataclass(frozen=True, slots=True)
class PageMap:
    """A map: of the district in position ``district`` of a layer, or (``layer`` is ``None``) of the neighbours only.

    ``title`` says what its signs mean, ``shows`` what is seen, for who does not see it.
    """

    layer: int | None
    district: int
    title: Message
    shows: Message


@dataclass(frozen=True, slots=True)
class PageSection:
    """A heading and what stands below it, a paragraph each."""

    title: Message | str
    texts: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class MunicipalityPage:
    """All that a page says. ``visits`` are the sections that belong beside the map, ``effects`` those after them."""

    ags: Ags
    name: str
    lead: Message
    figures: tuple[PageFigure, ...]
    maps: tuple[PageMap, ...]
    visits: tuple[PageSection, ...]
    effects: tuple[PageSection, ...]
    sources: Message


def municipality_pages(
    loaded: LoadedScenario, plan: Plan, explored: Sequence[Exploration] = ()
) -> Iterator[MunicipalityPage]:
    """A page for each municipality of the county, in AGS order, also for those that do not take part.

    Where it was asked of the plan (``explored``, for each layer), what other good plans give a municipality is told.
    """
    paid = money.money(loaded, plan)
    for ags in plan.municipalities:
        page, ranges = _Writer(loaded, plan, paid, ags).page(), tuple(_ranges(explored, ags))
        others = PageSection(msg("In other good plans"), ranges)
        yield replace(page, effects=(*page.effects, others)) if ranges else page


def _ranges(explored: Sequence[Exploration], ags: Ags) -> Iterator[Message]:
    for one in explored:
        found = one.answers.get(Question.MUNICIPALITY)
        if found is not None and ags in found.items:
            yield range_sentence(one.about, found, ags)


@dataclass(frozen=True, slots=True)
class _Team:
    """A team that serves the municipality, with its hours there as they are printed."""

    position: int
    place: int
    layer: LayerPlan
    identity: Identity
    district: District
    hours: float
    travel: float

    def visits(self) -> float:
        """Visits per week; none are needed where the hub is."""
        return self.hours / self.layer.layer.block_hours


class _Writer(Effects):
    """Writes the page of a municipality."""

    def page(self) -> MunicipalityPage:
        return MunicipalityPage(
            ags=self.ags,
            name=self.name,
            lead=self._lead(),
            figures=tuple(self._figures()),
            maps=tuple(self._maps()),
            visits=tuple(self._visits()),
            effects=tuple(
                PageSection(title, texts)
                for title, texts in (
                    (msg("How much that is"), tuple(self.supply_texts())),
                    (msg("What changes"), tuple(self.changes())),
                    (msg("What the municipality pays"), tuple(self.payment())),
                    (msg("What is there already"), tuple(self.existing())),
                )
                if texts
            ),
            sources=self.sources(),
        )

    # -- what the plan has of it --------------------------------------------------------------------------------------

    @cached_property
    def _teams(self) -> tuple[_Team, ...]:
        served = [
            (position, place, layer, district, district.municipalities.index(self.ags))
            for position, layer in enumerate(self.plan.layers)
            for place, district in enumerate(layer.districts)
            if self.ags in district.municipalities
        ]
        hours = adding_up([district.hours[at] for *_, district, at in served], self.supply.hours)
        return tuple(
            _Team(position, place, layer, layer.identities[place], district, printed, district.travel_hours[at])
            for (position, place, layer, district, at), printed in zip(served, hours, strict=True)
        )

    @property
    def _coming(self) -> tuple[_Team, ...]:
        """The teams that have hours for it: those of other layers may leave none."""
        return tuple(team for team in self._teams if team.hours)

    # -- seen first ---------------------------------------------------------------------------------------------------

    def _lead(self) -> Message:
        values = {"town": self.name, "hours": self.hours}
        if self.absent is not None:
            if not self.absent:
                return msg("{town} does not take part: nobody comes.", **values)
            return msg("{town} does not take part ({reason}): nobody comes.", reason=self.absent, **values)
        if not self.plan.layers:
            return msg("Without posts nobody comes to {town}; what there is today remains.", **values)
        if not self._teams:
            return msg("{town} is in no district of this plan: nobody comes.", **values)
        if len(self._coming) > 1:
            return msgs(
                "{count} team works for {town}: {hours} hours on site per week.",
                "{count} teams work for {town}, together {hours} hours on site per week.",
                len(self._coming),
                **values,
            )
        (team,) = self._coming or self._teams[:1]
        if team.district.hub == self.ags:
            return msg("The team has its hub in {town} itself: {hours} hours on site per week.", **values)
        return msg(
            "A team comes to {town} from {hub}: {hours} hours on site per week, {visits} on average.",
            hub=self.county.name_of(team.district.hub),
            visits=_visits(team.visits()),
            **values,
        )

    def _figures(self) -> Iterator[PageFigure]:
        yield PageFigure(self.hours, msg("hours on site per week"))
        if self._teams:
            yield self._how_often()
        hours, all_hours = self.plan.hours_per_1000(self.ags), self.plan.hours_per_1000()
        average = None if all_hours is None else msg("county: {hours}", hours=number(all_hours, 1))
        label = msg("hours per 1,000 people")
        if self.loaded.people is not None and self.loaded.people.weighted:
            label = msg("hours per 1,000 people (weighted)")
        yield PageFigure(NOTHING if hours is None else number(hours, 1), label, average)
        coverage, fewest = self.supply.coverage, lowest(self.plan)
        least = None if fewest is None else msg("lowest in the county: {coverage}", coverage=fewest)
        yield PageFigure(NOTHING if coverage is None else percent(coverage), msg("coverage"), least)

    def _how_often(self) -> PageFigure:
        here = any(team.district.hub == self.ags for team in self._teams)
        away = [team for team in self._coming if team.district.hub != self.ags]
        if here and not away:
            return PageFigure(msg("here"), msg("hub of the team"))
        visits = number(sum(team.visits() for team in away), 1)
        beside = msg("and a hub here") if here else None
        return PageFigure(visits, msg("visits per week"), beside)

    # -- maps ---------------------------------------------------------------------------------------------------------

    def _maps(self) -> Iterator[PageMap]:
        """The districts that are more than the municipality alone, each once."""
        several = len(self.plan.layers) > 1
        shown: dict[tuple[tuple[Ags, ...], Ags], _Team] = {}
        for team in self._teams:
            if set(team.district.municipalities) | {team.district.hub} != {self.ags}:
                shown.setdefault((team.district.municipalities, team.district.hub), team)
        for team in [*shown.values()][:_MOST_MAPS]:
            yield self._map(team, several)
        if not shown:
            title = msg("Hatched: {town} among its neighbours", town=self.name)
            near = sorted(self.county.neighbours.get(self.ags, ()))
            shows = msg(
                "Map of {town}, hatched, with its neighbours in the county: {towns}.",
                town=self.name,
                towns=wording.town_names(near, self.county) if near else NOTHING,
            )
            yield PageMap(None, 0, title, shows)

    def _map(self, team: _Team, several: bool) -> PageMap:
        values = {
            "town": self.name,
            "number": identity_text(team.identity),
            "hub": self.county.name_of(team.district.hub),
            "towns": wording.town_names(team.district.municipalities, self.county),
        }
        title = msg("District {number}, tinted; {town} hatched; house: hub; minutes by car from it", **values)
        if several:
            title = msg("{layer}: {text}", layer=team.layer.layer.name, text=title)
        shows = msg(
            "Map of district {number}, tinted and within a thick outline: {towns}. {town} is hatched; the hub is in "
            "{hub}.",
            **values,
        )
        return PageMap(team.position, team.place, title, shows)

    # -- beside the map -----------------------------------------------------------------------------------------------

    def _visits(self) -> Iterator[PageSection]:
        if len(self._teams) == 1:
            (team,) = self._teams
            yield PageSection(msg("Who comes"), (self._who(team),))
            yield PageSection(msg("From where"), (self._from(team),))
            yield PageSection(msg("How often"), tuple(self._often(team)))
            yield PageSection(msg("Neighbours in the district"), (self._beside(team),))
            return
        for team in self._teams:
            texts = (self._who(team), self._from(team), *self._often(team), self._beside(team))
            yield PageSection(team.layer.layer.name, texts)
        if not self._teams:
            nobody = msg("Nobody: no team of this plan serves {town}.", town=self.name)
            yield PageSection(msg("Who comes"), (nobody,))
            near = sorted(self.county.neighbours.get(self.ags, ()))
            if near:
                towns = msg("{towns}.", towns=wording.town_names(near, self.county))
                yield PageSection(msg("Neighbours in the county"), (towns,))

    def _who(self, team: _Team) -> Message:
        district = team.district
        values = {
            "employer": wording.employer_name(district.employer, self.county),
            "posts": wording.fte(district.fte),
        }
        if len(district.municipalities) == 1:
            text = msgs(
                "Employer: {employer}. The team has {posts} FTE and {count} person.",
                "Employer: {employer}. The team has {posts} FTE and {count} persons.",
                district.persons,
                **values,
            )
        else:
            text = msgs(
                "Employer: {employer}. The team has {posts} FTE and {count} person for the whole district.",
                "Employer: {employer}. The team has {posts} FTE and {count} persons for the whole district.",
                district.persons,
                **values,
            )
        if district.persons > 1:
            return text
        return msg("{text} While that person is away, there is a stand-in at most.", text=text)

    def _from(self, team: _Team) -> Message:
        hub = team.district.hub
        values = {"hub": self.county.name_of(hub)}
        if hub == self.ags:
            return msg("The hub is in {hub} itself: no drive.", **values)
        trip = self.county.travel[hub, self.ags]
        if trip.method == "none":
            return msg("The hub is in {hub}; from there one cannot drive here by car.", **values)
        text = msg(
            "The hub is in {hub}: {minutes} by car, {km}, one way from town hall to town hall ({method}).",
            minutes=number(trip.minutes, 0, "min"),
            km=number(trip.km, 0 if trip.km >= 10 else 1, "km"),
            method=_METHODS[trip.method],
            **values,
        )
        if hub in team.district.municipalities:
            return text
        return msg("{text} It lies outside the district.", text=text)

    def _often(self, team: _Team) -> Iterator[Message]:
        hours = number(team.hours, 1)
        if not team.hours:
            yield msg(
                "No hours on site: by key and existing advice {town} has as much as the team can give the others.",
                town=self.name,
            )
        elif team.district.hub == self.ags:
            yield msg("{hours} hours on site per week, without a drive.", hours=hours)
        else:
            yield msg(
                "{hours} hours on site per week. With visits of {block} hours (assumption) that is {visits} on "
                "average.",
                hours=hours,
                block=wording.stated(team.layer.layer.block_hours),
                visits=_visits(team.visits()),
            )
            yield msg("For that the team is on the road {hours} hours per week.", hours=number(team.travel, 1))

    def _beside(self, team: _Team) -> Message:
        values = {"number": identity_text(team.identity), "town": self.name}
        pairs = zip(team.district.municipalities, team.district.hours, strict=True)
        others = {ags: number(hours, 1, "h") for ags, hours in pairs if ags != self.ags}
        if not others:
            return msg("District {number} is {town} alone.", **values)
        towns: list[object] = [
            msg("{town} {hours}", town=self.county.name_of(ags), hours=hours)
            for ags, hours in others.items()
            if round(hours.value, 1)
        ]
        towns += [
            msg("{town} none", town=self.county.name_of(ags)) for ags in others if not round(others[ags].value, 1)
        ]
        return msg("District {number}, on site per week beside {town}: {towns}.", towns=listing(towns), **values)


def _visits(visits: float) -> Message:
    """So many visits per week, as people say it."""
    if round(visits, 1) == 1:
        return msg("one visit per week")
    if visits > 1:
        return msg("{visits} visits per week", visits=wording.short(round(visits, 1)))
    if round(visits, 2) <= 0:
        return msg("no visit")
    return msg("one visit every {weeks} weeks", weeks=wording.short(round(1 / visits, 1)))
