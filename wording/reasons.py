"""Why a municipality is in its district: what serves it, and what another district would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geodata.county import Ags
from geodata.labels import drive_time
from maps.colours import identity_text
from optimizer.explore.reasons import Reason
from optimizer.moves import Move
from optimizer.plan import Plan
from optimizer.rules import RuleCheck, broken, check_plan, is_connected
from scenarios.assemble import LoadedScenario
from translation import Message, listing, msg, msgs, number, percent
from wording import sentences as wording
from wording.differences import less, missing
from wording.yardstick import beside, both_beside


@dataclass(frozen=True, slots=True)
class Alternative:
    """A municipality in another district: where, the plan that this would give, and the rules it would newly break."""

    where: Message
    move: Move
    breaches: tuple[RuleCheck, ...]

    @property
    def allowed(self) -> bool:
        """Whether it breaks no binding rule that the plan keeps."""
        return not any(check.binding for check in self.breaches)


def places(loaded: LoadedScenario, plan: Plan, layer: int, ags: Ags) -> list[Message]:
    """The districts of a layer that serve a municipality, one by the rules: its team, its hub and the drive from it."""
    county = loaded.county
    found = []
    for identity, district in plan.layers[layer].numbered:
        if ags not in district.municipalities:
            continue
        others = [other for other in district.municipalities if other != ags]
        team = {
            "number": identity_text(identity),
            "posts": wording.fte(district.fte),
            "employer": wording.employer_name(district.employer, county),
            "hub": county.name_of(district.hub),
        }
        if district.hub == ags:
            text = msg("District {number}: {posts} FTE of {employer}, hub here.", **team)
        else:
            drive = drive_time(plan.problem.drive(district.hub, ags))
            text = msg(
                "District {number}: {posts} FTE of {employer}, hub in {hub}, {drive} by car.", **team, drive=drive
            )
        if others:
            text = msg("{text} Together with {towns}.", text=text, towns=wording.town_names(others, county))
        found.append(text)
    return found or [msg("In no district: no hours.")]


def alternatives(plan: Plan, layer: int, moves: Sequence[Move], loaded: LoadedScenario) -> list[Alternative]:
    """``moves`` in words: first those that the rules allow, each group in the order given."""
    known = {check.rule for check in broken(check_plan(plan))}
    districts = plan.layers[layer].districts
    found = []
    for move in moves:
        if move.district < len(districts):
            hub = loaded.county.name_of(districts[move.district].hub)
            identity = plan.layers[layer].identities[move.district]
            where = msg("district {number} (hub {hub})", number=identity_text(identity), hub=hub)
        else:
            where = msg("a district of its own")
        found.append(Alternative(where, move, tuple(check for check in move.breaches if check.rule not in known)))
    return sorted(found, key=lambda alternative: not alternative.allowed)


def why_here(
    loaded: LoadedScenario, plan: Plan, layer: int, ags: Ags, found: Sequence[Alternative], reason: Reason | None
) -> list[Message]:
    """The answer to why a municipality is in its district, the same on every page.

    First what its district would be without it or, where that hangs together, what it costs to move it alone; then
    what it would cost were everything free to change, where that ``reason`` is known.
    """
    texts = [parts(loaded, plan, layer, ags) or second_best(plan, found)]
    if reason is not None:
        texts.append(freely(plan, reason, msg("the parting")))
    return texts


def parts(loaded: LoadedScenario, plan: Plan, layer: int, ags: Ags) -> Message | None:
    """That the district of a municipality falls apart without it, where it does and may not."""
    county = loaded.county
    left = [town for district in _homes(plan, layer, ags) for town in district if town != ags]
    if not plan.layers[layer].layer.connected or not left or is_connected(left, plan.problem):
        return None
    pieces: list[list[Ags]] = []
    for town in left:
        if not any(town in piece for piece in pieces):
            pieces.append([other for other in left if _linked(plan, left, town, other)])
    first = min(pieces, key=len)
    return msgs(
        "{some} does not border on {others}; without {town} the district would fall apart.",
        "{some} do not border on {others}; without {town} the district would fall apart.",
        len(first),
        some=wording.town_names(first, county),
        others=wording.town_names([town for town in left if town not in first], county),
        town=county.name_of(ags),
    )


def between_two(loaded: LoadedScenario, plan: Plan, layer: int, one: Ags, other: Ags) -> Message | None:
    """What lies between two municipalities that do not border on each other; ``None`` where they do, or may not."""
    county = loaded.county
    if not plan.layers[layer].layer.connected or other in plan.problem.neighbours.get(one, ()):
        return None
    values: dict[str, object] = {"one": county.name_of(one), "other": county.name_of(other)}
    together = [district for district in _homes(plan, layer, one) if other in district]
    needed = [
        town
        for district in together
        for town in district
        if town not in (one, other) and not _linked(plan, [left for left in district if left != town], one, other)
    ]
    if not needed:
        return msg("{one} does not border on {other}.", **values)
    return msg(
        "{one} does not border on {other}; without {towns} the district would fall apart.",
        towns=wording.town_names(needed, county),
        **values,
    )


def _homes(plan: Plan, layer: int, ags: Ags) -> list[tuple[Ags, ...]]:
    return [one.municipalities for one in plan.layers[layer].districts if ags in one.municipalities]


def _linked(plan: Plan, among: Sequence[Ags], one: Ags, other: Ags) -> bool:
    """Whether one can be reached from the other through neighbours ``among`` which both are."""
    reached, open_ = {one}, [one]
    while open_:
        further = plan.problem.neighbours.get(open_.pop(), frozenset()) & set(among) - reached
        reached |= further
        open_.extend(further)
    return other in reached


def freely(now: Plan, reason: Reason, what: Message) -> Message:
    """What it would cost to have it otherwise were everything free to change; ``what`` is the thing that costs."""
    if reason.plan is None:
        return msg("Whatever else changes: the rules allow no plan in which that is otherwise.")
    hours = less(missing(reason.plan), missing(now))
    points = less(percent(now.reached), percent(reason.plan.reached))
    size = {"hours": number(abs(hours.value), 1), "points": number(abs(points.value), 1)}
    amounts = (
        (hours.value, msg("{hours} hours per week", **size)),
        (points.value, msg("{points} percentage points of the lowest coverage", **size)),
    )
    costs = _both([text for value, text in amounts if value > 0])
    gains = _both([text for value, text in amounts if value < 0])
    values: dict[str, object] = {"what": what, "costs": costs, "gains": gains}
    if costs and gains:
        return msg("Were everything free to change, {what} would cost {costs} and bring {gains}.", **values)
    if costs:
        return msg("Were everything free to change, {what} would cost {costs}.", **values)
    if gains:
        return msg("Were everything free to change, {what} would bring {gains}.", **values)
    return msg("Were everything free to change, {what} would make no difference that shows in these figures.", **values)


def _both(amounts: Sequence[Message]) -> Message | None:
    if len(amounts) < 2:
        return amounts[0] if amounts else None
    return msg("{one} and {other}", one=amounts[0], other=amounts[1])


def second_best(plan: Plan, found: Sequence[Alternative]) -> Message:
    """What the best of the other districts would cost, in one sentence."""
    if not found:
        return msg("No other district of the plan touches it, and the rules allow no further one.")
    best = found[0]
    values = {"where": best.where, "cost": cost(plan, best.move.plan)}
    if best.allowed:
        return msg("Second best would be {where}: {cost}.", **values)
    return msg("Every other district would break a rule. The least costly would be {where}: {cost}.", **values)


def cost(now: Plan, then: Plan) -> Message:
    """What it costs to have ``then`` instead of ``now``, two plans of one problem."""
    reached = beside(now.problem, now.reached)
    first, other = both_beside(now.problem, now.reached, then.reached)
    by = less(missing(then), missing(now))
    values = {
        "coverage": msg("the same lowest coverage of {value}", value=reached)
        if less(percent(then.reached), percent(now.reached)).value == 0
        else msg("lowest coverage {then} instead of {now}", then=other, now=first),
        "hours": number(abs(by.value), by.digits),
    }
    if by.value == 0:
        return msg("{coverage}, and as many hours missing per week", **values)
    if by.value > 0:
        return msg("{coverage}, and {hours} hours more missing per week", **values)
    return msg("{coverage}, and {hours} hours fewer missing per week", **values)


def remarks(found: Sequence[Alternative], loaded: LoadedScenario) -> list[Message]:
    """Which rules the alternatives would newly break, and how the others were reckoned."""
    texts = [
        msg(
            "{where}: {rules}",
            where=one.where,
            rules=listing(wording.rule_text(check, loaded.county, loaded.problem) for check in one.breaches),
        )
        for one in found
        if one.breaches
    ]
    return [*texts, msg("Team sizes and hubs are the best for the changed districts; employers stay.")]


def existing_texts(loaded: LoadedScenario, ags: Ags) -> list[Message]:
    """The existing services of a municipality: what each counts for, what is cut, and whose staff nobody published."""
    advice = loaded.existing[ags]
    texts = [
        msg(
            "{name} ({provider}): {hours} per week",
            name=service.name,
            provider=service.provider,
            hours=number(hours, 1, "h"),
        )
        for service, hours in sorted(advice.services, key=lambda part: -part[1])
    ]
    if advice.cut:
        texts.append(
            msg(
                "Of {found} together {counted} count: at most {most} times the county's average per head.",
                found=number(advice.found, 1, "h"),
                counted=number(advice.counted, 1, "h"),
                most=wording.stated(loaded.scenario.existing_services.most or 0.0),
            )
        )
    texts.extend(
        msg("{name} ({provider}): staff not published", name=service.name, provider=service.provider)
        for service in advice.unknown
    )
    return texts
