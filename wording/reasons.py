"""Why a municipality is in its district: what serves it, and what another district would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geodata.county import Ags
from geodata.labels import drive_time
from maps.colours import identity_text
from optimizer.moves import Move
from optimizer.plan import Plan
from optimizer.rules import RuleCheck, broken, check_plan
from scenarios.assemble import LoadedScenario
from translation import Message, listing, msg, number, percent
from wording import sentences as wording
from wording.differences import less, missing
from wording.yardstick import beside


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
    by = less(missing(then), missing(now))
    values = {
        "coverage": msg("the same lowest coverage of {value}", value=reached)
        if less(percent(then.reached), percent(now.reached)).value == 0
        else msg("lowest coverage {then} instead of {now}", then=beside(then.problem, then.reached), now=reached),
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
