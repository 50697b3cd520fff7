"""Services that are there twice, and whose staff would decide, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exploring.query import Subject
from exploring.question import Question
from exploring.questions.services import ServicesFound
from geodata.county import Ags, Service
from optimizer.explore.situation import districts_of
from optimizer.way.services import Change, Decisive, Holding, Staff
from scenarios.assemble import LoadedScenario
from translation import Message, listing, msg, msgs, number
from wording import sentences as wording
from wording.explore.told import Told, changes
from wording.grid import NOTHING, GridColumn, GridTable, Weight, row


def services_told(about: Subject, found: ServicesFound) -> Told:
    """The answer to “Which services are there twice, and whose answer would decide?”."""
    loaded = about.loaded
    tables = (_towns_table(loaded), _services_table(about, found)) if loaded.county.services else ()
    answer = (*_decision(about, found), *_alone(loaded, found), *_doubled(loaded))
    return Told(Question.SERVICES, answer, tables, _proof(found))


def service_name(service: Service) -> Message:
    """What a service is called, with who runs it."""
    return msg("{service} ({provider})", service=service.name, provider=service.provider)


def _decision(about: Subject, found: ServicesFound) -> Iterator[Message]:
    """Whether one answer decides."""
    effect, decisive = found.effect, found.effect.decisive
    if not about.loaded.county.services:
        yield msg("No existing advice is known in the county: nothing is there twice.")
        return
    if not found.unsure:
        yield msg("Of every service the staff is known: no answer is missing.")
        return
    values = {
        "same": number(effect.same(effect.draws)),
        "draws": number(len(effect.draws)),
        "corners": number(len(effect.corners)),
    }
    if effect.same(effect.cases) == len(effect.cases):
        yield msg(
            "Whatever posts the services of unknown staff have: the districts that are the best now stay it, in all "
            "{corners} combinations of fewest and most posts and in all {draws} draws.",
            **values,
        )
    elif decisive is None:
        yield msg(
            "No single answer decides: in {same} of {draws} draws the districts that are the best now stay it, and "
            "none of the services alone says in which.",
            **values,
        )
    else:
        yield from _decisive(about, found, decisive)
        yield msg("In {same} of {draws} draws the districts that are the best now stay it.", **values)


def _decisive(about: Subject, found: ServicesFound, decisive: Decisive) -> Iterator[Message]:
    county = about.loaded.county
    service = county.services[found.unsure[decisive.service]]
    posts = number(decisive.threshold, 1)
    yield msg(
        "One answer decides the most: whether “{service}” of {provider} has fewer or more than {posts} posts.",
        service=service.name,
        provider=service.provider,
        posts=posts,
    )
    for side, text in (
        (decisive.below, msg("With fewer than {posts} posts", posts=posts)),
        (decisive.above, msg("With more than {posts} posts", posts=posts)),
    ):
        values = {"hits": number(side.hits), "draws": number(side.draws), "when": text}
        if side.districts == found.effect.now:
            yield msg("{when}: in {hits} of {draws} draws the districts that are the best now stay it.", **values)
        elif side.districts is None:
            yield msg("{when}: in {hits} of {draws} draws the rules leave no plan.", **values)
        else:
            new = changes(county, found.effect.now, side.districts)
            yield msg(
                "{when}: in {hits} of {draws} draws the best plan has these new districts: {new}.", **values, new=new
            )


def _alone(loaded: LoadedScenario, found: ServicesFound) -> Iterator[Message]:
    """The services whose staff alone changes nothing."""
    pairs = zip(found.unsure, found.effect.holdings, strict=True)
    still = [loaded.county.services[at] for at, holding in pairs if holding is not None and holding.holds]
    if still:
        yield msg(
            "By itself the staff of these changes nothing: {services}.", services=listing(map(service_name, still))
        )


def _doubled(loaded: LoadedScenario) -> Iterator[Message]:
    """Where several services of one kind, or for one stated target group, are there."""
    services = loaded.county.services
    fields = [(one.kind, "kind") for one in services] + [(one.target_group, "target_group") for one in services]
    for text, column in dict.fromkeys(field for field in fields if field[0]):
        some = [at for at, one in enumerate(services) if one.cell(column) == text]
        served = {
            town.ags: [at for at in some if _serves(services[at], town.ags)] for town in loaded.county.municipalities
        }
        several = [ags for ags, there in served.items() if len(there) > 1]
        if several:
            names = sorted({at for ags in several for at in served[ags]})
            yield msgs(
                "“{what}” is there more than once in {count} municipality: {services}.",
                "“{what}” is there more than once in {count} municipalities: {services}.",
                len(several),
                what=text,
                services=listing(service_name(services[at]) for at in names),
            )


def _serves(service: Service, ags: Ags) -> bool:
    return service.catchment is None or ags in service.catchment


def _groups(loaded: LoadedScenario) -> list[str]:
    """The target groups, in the order of the county's list; those of no stated one last."""
    found = dict.fromkeys(one.target_group for one in loaded.county.services)
    return [*(group for group in found if group), *([""] if "" in found else [])]


def _there(loaded: LoadedScenario, ags: Ags, group: str) -> list[int]:
    """The services for a target group in a municipality, by their place in the county's list."""
    return [at for at, one in enumerate(loaded.county.services) if one.target_group == group and _serves(one, ags)]


def _group(group: str) -> Message | str:
    return group or msg("no target group stated")


def _towns_table(loaded: LoadedScenario) -> GridTable:
    groups = _groups(loaded)
    columns = (
        GridColumn(msg("Municipality"), figures=False),
        *(GridColumn(_group(group), figures=False) for group in groups),
        GridColumn(msg("Existing advice (h)")),
    )
    rows = [
        row(
            [
                town.name,
                *(_cell(loaded, town.ags, group) for group in groups),
                number(loaded.existing[town.ags].counted, 1),
            ]
        )
        for town in loaded.county.municipalities
    ]
    notes = (
        msg(
            "In a cell: the services for this target group, with the hours per week that they count for; “?”: nobody "
            "published their staff. The last column is what counts after peaks are cut."
        ),
    )
    return GridTable(msg("Services by municipality and target group"), columns, tuple(rows), notes)


def _cell(loaded: LoadedScenario, ags: Ags, group: str) -> object:
    hours = {id(service): part for service, part in loaded.existing[ags].services}
    found: list[Message] = []
    for at in _there(loaded, ags, group):
        service = loaded.county.services[at]
        part: object = "?" if service.fte is None else number(hours.get(id(service), 0.0), 1)
        found.append(msg("{kind} {provider}: {hours}", kind=service.kind, provider=service.provider, hours=part))
    return listing(found) if found else NOTHING


def _services_table(about: Subject, found: ServicesFound) -> GridTable:
    county, now = about.loaded.county, found.effect.now or districts_of(about.plan, about.layer)
    columns = (
        GridColumn(msg("Service"), figures=False),
        GridColumn(msg("Target group"), figures=False),
        GridColumn(msg("Serves"), figures=False),
        GridColumn(msg("Posts (FTE)"), figures=False),
        GridColumn(msg("By itself the districts stay the best"), figures=False),
        GridColumn(msg("New districts then"), figures=False),
    )
    unsure = dict(zip(found.unsure, zip(found.effect.staff, found.effect.holdings, strict=True), strict=True))
    decisive = found.effect.decisive
    rows = []
    for at, service in enumerate(county.services):
        staff, holding = unsure.get(at, (None, None))
        place = msg("the whole county") if service.catchment is None else wording.town_names(service.catchment, county)
        turn = None if holding is None else holding.fewer or holding.more
        new: object = NOTHING
        if turn is not None:
            new = msg("no plan possible") if turn.districts is None else changes(county, now, turn.districts)
        strong = decisive is not None and found.unsure[decisive.service] == at
        cells = [service_name(service), _group(service.target_group), place, _posts(service, staff)]
        rows.append(row([*cells, _stays(staff, holding), new], Weight.STRONG if strong else Weight.PLAIN))
    notes = (msg("Bold: whose answer decides the most. Ranges of unknown staff are set and no statistics."),)
    return GridTable(msg("Services and their staff"), columns, tuple(rows), notes if found.unsure else ())


def _posts(service: Service, staff: Staff | None) -> object:
    if staff is None:
        return wording.stated(service.fte or 0.0)
    values = {"low": wording.stated(staff.low), "high": wording.stated(staff.high)}
    if service.fte is None:
        return msg("unknown: {low} to {high}", **values)
    return msg("between {low} and {high}", **values)


def _stays(staff: Staff | None, holding: Holding | None) -> object:
    """For which posts the present districts stay the best."""
    if staff is None or holding is None:
        return NOTHING
    if holding.holds:
        return msg("whatever it has")

    def end(change: Change | None, last: float) -> object:
        return wording.stated(last) if change is None else number(change.unchanged, 2)

    return msg("from {low} to {high} posts", low=end(holding.fewer, staff.low), high=end(holding.more, staff.high))


def _proof(found: ServicesFound) -> Message:
    effect = found.effect
    if not found.unsure:
        return msg("Read off the list of services; nothing had to be computed.")
    tested: Sequence[Holding] = [one for one in effect.holdings if one is not None]
    return msg(
        "Each of the {tested} values tried and {corners} combinations of fewest and most posts was decided exactly; "
        "the {draws} draws (seed {seed}) are a sample. Unknown staff: none to {most} posts, set and no statistics. "
        "Between two values without a change one that is undone again could hide.",
        tested=number(sum(one.tested for one in tested)),
        corners=number(len(effect.corners)),
        draws=number(len(effect.draws)),
        seed=number(effect.seed),
        most=wording.stated(found.most),
    )
