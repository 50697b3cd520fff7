"""The page for the talk with a mayor: who comes to a municipality, from where, how often, and what that means there.

One tree for every medium. Figures are those of the plan as the other papers print them; what adds up does so as
printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from geodata.county import Ags, County, Service, Source
from geodata.labels import covered, written_date
from geodata.records import SERVICES_FILE, TRAVEL_FILE, Method
from maps.colours import identity_text
from optimizer.plan import District, Identity, LayerPlan, Plan, Supply
from scenarios.assemble import LoadedScenario
from scenarios.identity import Before
from scenarios.key import EQUAL
from translation import Message, Number, listing, msg, msgs, number, percent
from wording import money, money_remarks
from wording import sentences as wording
from wording.differences import less, lowest, signed
from wording.grid import NOTHING
from wording.hours import adding_up
from wording.money import FULL_YEAR, Money, euros
from wording.yardstick import per_1000, yardstick_meaning

#: More services than these are only counted, and so many maps have room on a page.
_MOST_SERVICES, _MOST_MAPS = 5, 2
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


def municipality_pages(loaded: LoadedScenario, plan: Plan) -> Iterator[MunicipalityPage]:
    """A page for each municipality of the county, in AGS order, also for those that do not take part."""
    paid = money.money(loaded, plan)
    for ags in plan.municipalities:
        yield _Writer(loaded, plan, paid, ags).page()


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


@dataclass(frozen=True)
class _Writer:
    loaded: LoadedScenario
    plan: Plan
    paid: Money
    ags: Ags

    def page(self) -> MunicipalityPage:
        return MunicipalityPage(
            ags=self.ags,
            name=self._name,
            lead=self._lead(),
            figures=tuple(self._figures()),
            maps=tuple(self._maps()),
            visits=tuple(self._visits()),
            effects=tuple(
                PageSection(title, texts)
                for title, texts in (
                    (msg("How much that is"), tuple(self._supply_texts())),
                    (msg("What changes"), tuple(self._changes())),
                    (msg("What the municipality pays"), tuple(self._payment())),
                    (msg("What is there already"), tuple(self._existing())),
                )
                if texts
            ),
            sources=self._sources(),
        )

    # -- what the plan has of it --------------------------------------------------------------------------------------

    @property
    def _county(self) -> County:
        return self.loaded.county

    @property
    def _name(self) -> str:
        return self._county.name_of(self.ags)

    @property
    def _supply(self) -> Supply:
        return self.plan.municipalities[self.ags]

    @property
    def _absent(self) -> str | None:
        """Why it does not take part, ``None`` where it does."""
        return self.loaded.not_taking_part.get(self.ags)

    @property
    def _hours(self) -> Number:
        return number(self._supply.hours, 1)

    @property
    def _counted(self) -> Number:
        return number(self._supply.existing_hours, 1)

    @cached_property
    def _teams(self) -> tuple[_Team, ...]:
        served = [
            (position, place, layer, district, district.municipalities.index(self.ags))
            for position, layer in enumerate(self.plan.layers)
            for place, district in enumerate(layer.districts)
            if self.ags in district.municipalities
        ]
        hours = adding_up([district.hours[at] for *_, district, at in served], self._supply.hours)
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
        values = {"town": self._name, "hours": self._hours}
        if self._absent is not None:
            if not self._absent:
                return msg("{town} does not take part: nobody comes.", **values)
            return msg("{town} does not take part ({reason}): nobody comes.", reason=self._absent, **values)
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
            hub=self._county.name_of(team.district.hub),
            visits=_visits(team.visits()),
            **values,
        )

    def _figures(self) -> Iterator[PageFigure]:
        yield PageFigure(self._hours, msg("hours on site per week"))
        if self._teams:
            yield self._how_often()
        hours, all_hours = self.plan.hours_per_1000(self.ags), self.plan.hours_per_1000()
        average = None if all_hours is None else msg("county: {hours}", hours=number(all_hours, 1))
        label = msg("hours per 1,000 people")
        if self.loaded.people is not None and self.loaded.people.weighted:
            label = msg("hours per 1,000 people (weighted)")
        yield PageFigure(NOTHING if hours is None else number(hours, 1), label, average)
        coverage, fewest = self._supply.coverage, lowest(self.plan)
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
            title = msg("Hatched: {town} among its neighbours", town=self._name)
            near = sorted(self._county.neighbours.get(self.ags, ()))
            shows = msg(
                "Map of {town}, hatched, with its neighbours in the county: {towns}.",
                town=self._name,
                towns=wording.town_names(near, self._county) if near else NOTHING,
            )
            yield PageMap(None, 0, title, shows)

    def _map(self, team: _Team, several: bool) -> PageMap:
        values = {
            "town": self._name,
            "number": identity_text(team.identity),
            "hub": self._county.name_of(team.district.hub),
            "towns": wording.town_names(team.district.municipalities, self._county),
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
            nobody = msg("Nobody: no team of this plan serves {town}.", town=self._name)
            yield PageSection(msg("Who comes"), (nobody,))
            near = sorted(self._county.neighbours.get(self.ags, ()))
            if near:
                towns = msg("{towns}.", towns=wording.town_names(near, self._county))
                yield PageSection(msg("Neighbours in the county"), (towns,))

    def _who(self, team: _Team) -> Message:
        district = team.district
        values = {
            "employer": wording.employer_name(district.employer, self._county),
            "posts": wording.fte(district.fte),
        }
        if len(district.municipalities) == 1:
            return msgs(
                "Employer: {employer}. The team has {posts} FTE and {count} person.",
                "Employer: {employer}. The team has {posts} FTE and {count} persons.",
                district.persons,
                **values,
            )
        return msgs(
            "Employer: {employer}. The team has {posts} FTE and {count} person for the whole district.",
            "Employer: {employer}. The team has {posts} FTE and {count} persons for the whole district.",
            district.persons,
            **values,
        )

    def _from(self, team: _Team) -> Message:
        hub = team.district.hub
        values = {"hub": self._county.name_of(hub)}
        if hub == self.ags:
            return msg("The hub is in {hub} itself: no drive.", **values)
        trip = self._county.travel[hub, self.ags]
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
                town=self._name,
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
        values = {"number": identity_text(team.identity), "town": self._name}
        pairs = zip(team.district.municipalities, team.district.hours, strict=True)
        others = {ags: number(hours, 1, "h") for ags, hours in pairs if ags != self.ags}
        if not others:
            return msg("District {number} is {town} alone.", **values)
        towns: list[object] = [
            msg("{town} {hours}", town=self._county.name_of(ags), hours=hours)
            for ags, hours in others.items()
            if round(hours.value, 1)
        ]
        towns += [
            msg("{town} none", town=self._county.name_of(ags)) for ags in others if not round(others[ags].value, 1)
        ]
        return msg("District {number}, on site per week beside {town}: {towns}.", towns=listing(towns), **values)

    # -- what that means ----------------------------------------------------------------------------------------------

    def _supply_texts(self) -> Iterator[Message]:
        supply = self._supply
        if self._absent is not None:
            yield msg("Who does not take part counts in no figure of the plan.")
            return
        yield self._need()
        yield self._together()
        if supply.coverage is None:
            return
        missing = number(supply.shortfall_hours, 1)
        share = percent(supply.coverage)
        if round(missing.value, 1) > 0:
            yield msg(
                "That is {share} of what the yardstick asks for; {hours} hours per week are missing.",
                share=share,
                hours=missing,
            )
        else:
            yield msg("That is {share} of what the yardstick asks for; nothing is missing.", share=share)
        yield yardstick_meaning(self.loaded, self.plan)

    def _together(self) -> Message:
        total = number(round(self._counted.value, 1) + round(self._hours.value, 1), 1)
        values = {"existing": self._counted, "hours": self._hours, "total": total}
        per = per_1000(self.plan, self.ags)
        if self._teams:
            text = msg("Existing advice and team together: {existing} + {hours} = {total} hours per week", **values)
        else:
            text = msg("Existing advice: {existing} hours per week", **values)
        if per is None:
            return msg("{text}.", text=text)
        return msg("{text}, or {per} hours per 1,000 people.", text=text, per=number(per.value, 1))

    def _need(self) -> Message:
        people, share = self.loaded.people, percent(self._supply.key)
        if people is not None and not people.weighted:
            count = self._county.municipality(self.ags).indicators[people.indicator]
            return msg(
                "{share} of the county's need: {people} {indicator}.",
                share=share,
                people=number(count or 0),
                indicator=covered(people.indicator),
            )
        key = [msg("equal parts") if name == EQUAL else covered(name) for name in self._key]
        return msg("{share} of the county's need, by the key of {key}.", share=share, key=listing(key))

    @property
    def _key(self) -> list[str]:
        return [name for name, weight in self.loaded.scenario.key.items() if weight > 0]

    def _existing(self) -> Iterator[Message]:
        found = self.loaded.existing[self.ags]
        services = [service for service, _ in sorted(found.services, key=lambda one: -one[1])]
        if self._absent is not None:
            if services:
                yield msg("There is {services}; it counts in no figure of the plan.", services=_names(services))
            return
        if not services:
            yield msg("No existing advice is known here that would count.")
        else:
            yield msg(
                "{hours} hours per week count, of {services}. Only the part counts that relieves case management "
                "(assumption).",
                hours=self._counted,
                services=_names(services),
            )
        if found.cut:
            yield msg(
                "Found are {found} hours; at most {most} times the county's average per head counts (assumption).",
                found=number(found.found, 1),
                most=wording.stated(self.loaded.scenario.existing_services.most or 0),
            )
        if found.unknown:
            yield msg(
                "Not counted, for nobody published its staff: {services}.",
                services=_names(found.unknown),
            )

    def _payment(self) -> Iterator[Message]:
        own = [
            id
            for id in self.paid.posts
            if self._county.employer(id).kind == "municipality" and self._county.employer(id).office == self.ags
        ]
        for id in own:
            yield self._own_posts(id)
        if own:
            return
        others = {team.district.employer: None for team in self._teams}
        if not others:
            yield msg("{amount}: no post is employed here.", amount=euros(Decimal(0)))
            return
        yield msg(
            "{amount}: no post is employed here. The posts are those of {employers}.",
            amount=euros(Decimal(0)),
            employers=listing(wording.employer_name(id, self._county) for id in others),
        )
        if any(self._county.employer(id).kind == "municipality" for id in others):
            yield msg("Whether {town} takes a share of the cost is for those concerned to agree on.", town=self._name)

    def _own_posts(self, id: str) -> Message:
        period = msg("per year")
        if self.paid.months != FULL_YEAR:
            period = msgs("for {count} month", "for {count} months", self.paid.months)
        values = {"posts": wording.fte(self.paid.posts[id]), "town": self._name, "period": period}
        if self.paid.shares is None:
            return msg(
                "{posts} FTE are employed by {town}. The state grants {funding} {period} for them. What they really "
                "cost is not stated in the scenario, so the own share is not known.",
                funding=euros(self.paid.funding[id]),
                **values,
            )
        share = self.paid.shares[id]
        values |= {"cost": euros(share.cost), "funding": euros(share.funding), "own": euros(max(share.own, Decimal(0)))}
        return msg(
            "{own} {period}: the {posts} FTE employed by {town} cost {cost}, of which the state grants {funding}.",
            **values,
        )

    # -- what changes -------------------------------------------------------------------------------------------------

    def _changes(self) -> Iterator[Message]:
        if self._absent is None and self.plan.layers:
            yield msg(
                "Today {existing} hours per week of existing advice count; the plan adds {hours}.",
                existing=self._counted,
                hours=self._hours,
            )
        for layer, before in zip(self.plan.layers, self.loaded.known, strict=False):
            if before is not None:
                text = self._district_before(layer, before)
                yield text if len(self.plan.layers) == 1 else msg("{layer}: {text}", layer=layer.layer.name, text=text)
        reference = self.loaded.reference
        if reference is not None and reference.fte != self.plan.fte:
            yield msg(
                "The reference plan has {before} FTE, this one {now}.",
                before=wording.fte(reference.fte),
                now=wording.fte(self.plan.fte),
            )
        if reference is not None and self.ags in reference.municipalities:
            then = number(reference.municipalities[self.ags].hours, 1)
            yield msg(
                "On site per week: {before} hours in the reference plan, {now} here ({difference}).",
                before=then,
                now=self._hours,
                difference=signed(less(self._hours, then)),
            )

    def _district_before(self, layer: LayerPlan, before: Before) -> Message:
        """In which district it is in the reference plan, and who joins or leaves that of it."""
        old = next((at for at, towns in enumerate(before.districts) if self.ags in towns), None)
        new = next((at for at, one in enumerate(layer.districts) if self.ags in one.municipalities), None)
        values: dict[str, object] = {"file": self.loaded.scenario.reference_plan, "town": self._name}
        if old is None:
            return msg("In the reference plan ({file}) {town} is in no district.", **values)
        values["number"] = identity_text(before.naming.identities[old])
        mates = [ags for ags in sorted(before.districts[old]) if ags != self.ags]
        values["towns"] = wording.town_names(mates, self._county) if mates else NOTHING
        if new is None:
            return msg("In the reference plan ({file}) {town} is in district {number} ({towns}).", **values)
        now = [ags for ags in layer.districts[new].municipalities if ags != self.ags]
        joined = [ags for ags in now if ags not in mates]
        left = [ags for ags in mates if ags not in now]
        if not joined and not left:
            return msg("The district is that of the reference plan ({file}): the same municipalities.", **values)
        text = msg("In the reference plan ({file}) it is district {number} with {towns}.", **values)
        if joined:
            names = wording.town_names(joined, self._county)
            text = msg("{text} New beside {town}: {names}.", text=text, names=names, town=self._name)
        if left:
            text = msg("{text} No longer: {names}.", text=text, names=wording.town_names(left, self._county))
        return text

    # -- sources ------------------------------------------------------------------------------------------------------

    def _sources(self) -> Message:
        """Where the figures of the page come from, in short; the report has all of it."""
        county = self._county
        covers = [*(name for name in self._key if name != EQUAL), TRAVEL_FILE, SERVICES_FILE]
        used = dict.fromkeys(source for name in covers if (source := county.source_of(name)) is not None)
        texts = [*map(_source, used), *money_remarks.sources(self.loaded)]
        told = texts[-1]
        for text in reversed(texts[:-1]):
            told = msg("{source}; {others}", source=text, others=told)
        return msg("Sources: {sources}.", sources=told)


def _source(source: Source) -> Message:
    return msg(
        "{publisher} – {title} ({date})",
        publisher=source.publisher,
        title=source.title,
        date=written_date(source.reference_date),
    )


def _visits(visits: float) -> Message:
    """So many visits per week, as people say it."""
    if round(visits, 1) == 1:
        return msg("one visit per week")
    if visits > 1:
        return msg("{visits} visits per week", visits=wording.short(round(visits, 1)))
    if round(visits, 2) <= 0:
        return msg("no visit")
    return msg("one visit every {weeks} weeks", weeks=wording.short(round(1 / visits, 1)))


def _names(services: Iterable[Service]) -> object:
    """Services by name with provider and year, the rest as a number."""
    named = list(services)
    shown: Sequence[Message] = [
        msg("{name} ({provider}, {date})", name=one.name, provider=one.provider, date=one.as_of)
        if one.as_of
        else msg("{name} ({provider})", name=one.name, provider=one.provider)
        for one in named[:_MOST_SERVICES]
    ]
    left = len(named) - len(shown)
    return listing([*shown, *([msgs("{count} more", "{count} more", left)] if left else [])])
