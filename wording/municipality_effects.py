"""What a plan means for one municipality: how much it is, what changes, what it pays, what advice there is already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from geodata.county import Ags, County, Service, Source
from geodata.labels import covered, written_date
from geodata.records import SERVICES_FILE, TRAVEL_FILE
from maps.colours import identity_text
from optimizer.plan import District, LayerPlan, Plan, Supply
from scenarios.assemble import LoadedScenario
from scenarios.identity import Before
from scenarios.key import EQUAL
from translation import Message, Number, listing, msg, msgs, number, percent
from wording import money_remarks
from wording import sentences as wording
from wording.differences import less, signed
from wording.grid import NOTHING
from wording.money import FULL_YEAR, Money, euros
from wording.yardstick import per_1000, yardstick_meaning

#: More services than these are only counted.
_MOST_SERVICES = 5


@dataclass(frozen=True)
class Effects:
    """Says what ``plan`` means for the municipality ``ags``; ``paid`` is the money of the plan."""

    loaded: LoadedScenario
    plan: Plan
    paid: Money
    ags: Ags

    @property
    def county(self) -> County:
        """The county."""
        return self.loaded.county

    @property
    def name(self) -> str:
        """What the municipality is called."""
        return self.county.name_of(self.ags)

    @property
    def supply(self) -> Supply:
        """What it gets."""
        return self.plan.municipalities[self.ags]

    @property
    def absent(self) -> str | None:
        """Why it does not take part, ``None`` where it does."""
        return self.loaded.not_taking_part.get(self.ags)

    @property
    def hours(self) -> Number:
        """Its hours on site per week, as printed."""
        return number(self.supply.hours, 1)

    @property
    def counted(self) -> Number:
        """The hours of existing advice that count there per week, as printed."""
        return number(self.supply.existing_hours, 1)

    @property
    def key(self) -> list[str]:
        """The indicators of the key."""
        return [name for name, weight in self.loaded.scenario.key.items() if weight > 0]

    @property
    def districts(self) -> tuple[District, ...]:
        """The districts that it is in, layer by layer."""
        return tuple(one for layer in self.plan.layers for one in layer.districts if self.ags in one.municipalities)

    def supply_texts(self) -> Iterator[Message]:
        """Its need, its supply, and how far that goes by the yardstick."""
        supply = self.supply
        if self.absent is not None:
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
        total = number(round(self.counted.value, 1) + round(self.hours.value, 1), 1)
        values = {"existing": self.counted, "hours": self.hours, "total": total}
        per = per_1000(self.plan, self.ags)
        if self.districts:
            text = msg("Existing advice and team together: {existing} + {hours} = {total} hours per week", **values)
        else:
            text = msg("Existing advice: {existing} hours per week", **values)
        if per is None:
            return msg("{text}.", text=text)
        return msg("{text}, or {per} hours per 1,000 people.", text=text, per=number(per.value, 1))

    def _need(self) -> Message:
        people, share = self.loaded.people, percent(self.supply.key)
        if people is not None and not people.weighted:
            count = self.county.municipality(self.ags).indicators[people.indicator]
            return msg(
                "{share} of the county's need: {people} {indicator}.",
                share=share,
                people=number(count or 0),
                indicator=covered(people.indicator),
            )
        key = [msg("equal parts") if name == EQUAL else covered(name) for name in self.key]
        return msg("{share} of the county's need, by the key of {key}.", share=share, key=listing(key))

    def existing(self) -> Iterator[Message]:
        """The existing advice there, and what of it counts."""
        found = self.loaded.existing[self.ags]
        services = [service for service, _ in sorted(found.services, key=lambda one: -one[1])]
        if self.absent is not None:
            if services:
                yield msg("There is {services}; it counts in no figure of the plan.", services=_names(services))
            return
        if not services:
            yield msg("No existing advice is known here that would count.")
        else:
            yield msg(
                "{hours} hours per week count, of {services}. Only the part counts that relieves case management "
                "(assumption).",
                hours=self.counted,
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

    def payment(self) -> Iterator[Message]:
        """What it pays: nothing where others employ, else its own share as far as that is known."""
        own = [
            id
            for id in self.paid.posts
            if self.county.employer(id).kind == "municipality" and self.county.employer(id).office == self.ags
        ]
        for id in own:
            yield self._own_posts(id)
        if own:
            return
        others = {district.employer: None for district in self.districts}
        if not others:
            yield msg("{amount}: no post is employed here.", amount=euros(Decimal(0)))
            return
        yield msg(
            "{amount}: no post is employed here. The posts are those of {employers}.",
            amount=euros(Decimal(0)),
            employers=listing(wording.employer_name(id, self.county) for id in others),
        )
        if any(self.county.employer(id).kind == "municipality" for id in others):
            yield msg("Whether {town} takes a share of the cost is for those concerned to agree on.", town=self.name)

    def _own_posts(self, id: str) -> Message:
        period = msg("per year")
        if self.paid.months != FULL_YEAR:
            period = msgs("for {count} month", "for {count} months", self.paid.months)
        values = {"posts": wording.fte(self.paid.posts[id]), "town": self.name, "period": period}
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

    def changes(self) -> Iterator[Message]:
        """What is different from today, and from the reference plan where there is one."""
        if self.absent is None and self.plan.layers:
            yield msg(
                "Today {existing} hours per week of existing advice count; the plan adds {hours}.",
                existing=self.counted,
                hours=self.hours,
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
                now=self.hours,
                difference=signed(less(self.hours, then)),
            )

    def _district_before(self, layer: LayerPlan, before: Before) -> Message:
        """In which district it is in the reference plan, and who joins or leaves that of it."""
        old = next((at for at, towns in enumerate(before.districts) if self.ags in towns), None)
        new = next((at for at, one in enumerate(layer.districts) if self.ags in one.municipalities), None)
        values: dict[str, object] = {"file": self.loaded.scenario.reference_plan, "town": self.name}
        if old is None:
            return msg("In the reference plan ({file}) {town} is in no district.", **values)
        values["number"] = identity_text(before.naming.identities[old])
        mates = [ags for ags in sorted(before.districts[old]) if ags != self.ags]
        values["towns"] = wording.town_names(mates, self.county) if mates else NOTHING
        if new is None:
            return msg("In the reference plan ({file}) {town} is in district {number} ({towns}).", **values)
        now = [ags for ags in layer.districts[new].municipalities if ags != self.ags]
        joined = [ags for ags in now if ags not in mates]
        left = [ags for ags in mates if ags not in now]
        if not joined and not left:
            return msg("The district is that of the reference plan ({file}): the same municipalities.", **values)
        text = msg("In the reference plan ({file}) it is district {number} with {towns}.", **values)
        if joined:
            names = wording.town_names(joined, self.county)
            text = msg("{text} New beside {town}: {names}.", text=text, names=names, town=self.name)
        if left:
            text = msg("{text} No longer: {names}.", text=text, names=wording.town_names(left, self.county))
        return text

    def sources(self) -> Message:
        """Where the figures of the page come from, in short; the report has all of it."""
        county = self.county
        covers = [*(name for name in self.key if name != EQUAL), TRAVEL_FILE, SERVICES_FILE]
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
