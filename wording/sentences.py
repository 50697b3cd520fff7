"""The sentences that explain a plan, made from its figures: the same on screen, on paper and on the command line."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

from geodata.county import Ags, County
from geodata.labels import covered, written_date
from optimizer.conflicts import Conflict, Remedy
from optimizer.plan import LayerPlan, Plan, Stage, StageName
from optimizer.problem import Pin, Problem
from optimizer.rules import Rule, RuleCheck, RuleName, pin_of
from optimizer.solve import Solution, Status
from scenarios.assemble import LoadedScenario
from scenarios.key import EQUAL
from scenarios.layer import MUNICIPALITIES
from scenarios.schema import PRESENCE
from translation import Message, Number, Percent, listing, msg, msgs, number, percent

Text = Message | str


def short(value: float, digits: int = 1) -> Number:
    """A figure without needless decimals: 40 for 40.0, 10.9 for 10.9."""
    return number(value, 0 if abs(value - round(value)) < 1e-9 else digits)


NO_POSTS = msg("No posts are placed: this is the alternative “nothing”.")
"""Said where a scenario has no layer, and so no district, no team and no map."""


def fte(posts: Fraction | float) -> Number:
    """Posts as people read them: halves with one decimal, finer steps with two or three."""
    return number(float(posts), max(1, _decimals(float(posts))))


def stated(value: float) -> Number:
    """A figure that somebody set, with the decimals that it has."""
    return number(value, _decimals(value))


def stated_share(value: float) -> Percent:
    """A share that somebody set, with the decimals that it has in per cent."""
    return percent(value, _decimals(value * 100))


def _decimals(value: float) -> int:
    exact = (digits for digits in range(3) if abs(value - round(value, digits)) < 1e-9)
    return next(exact, 3)


def status_text(status: Status) -> Message:
    """What is known of a plan, in a word or two."""
    return {
        Status.OPTIMAL: msg("proven best"),
        Status.FEASIBLE: msg("best found so far"),
        Status.GIVEN: msg("given, evaluated"),
        Status.INFEASIBLE: msg("no plan possible"),
    }[status]


def known(solution: Solution) -> Message:
    """What is known of a plan, in a few words; of several layers it says which are given and which were decided."""
    plan = solution.plan
    if plan is None or len(plan.layers) < 2:
        return status_text(solution.status)
    given = [position for position, layer in enumerate(plan.layers, start=1) if layer.given]
    decided = [position for position, layer in enumerate(plan.layers, start=1) if not layer.given]
    texts = [_of_layers(given, msg("given"))] if given else []
    if decided:
        texts.append(_of_layers(decided, _decided(plan, len(decided))))
    return msg("{layers}", layers=listing(texts))


def _of_layers(positions: Sequence[int], what: Message) -> Message:
    return msgs(
        "Layer {numbers} {what}",
        "Layers {numbers} {what}",
        len(positions),
        numbers=listing(map(number, positions)),
        what=what,
    )


def _decided(plan: Plan, layers: int) -> Message:
    if not plan.proven:
        gap = gap_of(plan)
        if gap is None:
            return msg("best plan found (not proven)")
        return msg("best plan found, proven to within {gap}", gap=gap)
    return msg("best plan (proven)") if layers == 1 else msg("together the best plan (proven)")


def proof(solution: Solution) -> Message:
    """What is proven of a plan, and of what, in plain sentences."""
    plan = solution.plan
    if plan is None:
        return msg("There is no plan that keeps all rules; this is proven.")
    if plan.given:
        return msg("This plan is given: it was evaluated, not optimised.")
    what = known(solution) if len(plan.layers) > 1 else proven_best(plan)
    highest, shortfall, *_ = plan.stages
    return msg(
        "{known}: {coverage} {missing}",
        known=what,
        coverage=_highest(plan, highest),
        missing=_fewest(plan, shortfall),
    )


def proven_best(plan: Plan) -> Message:
    """Whether a plan of which something was decided is proven to be the best, or to within what."""
    if plan.proven:
        return msg("Best plan (proven)")
    gap = gap_of(plan)
    if gap is None:
        return msg("Best plan found (not proven)")
    return msg("Best plan found, proven to within {gap}", gap=gap)


def gap_of(plan: Plan) -> Message | None:
    """By how much coverage and shortfall of a plan may be from the best, where that is known of both."""
    open_ = [stage for stage in plan.stages[:2] if not stage.proven]
    gaps = [gap for stage in open_ if (gap := stage_gap(stage)) is not None]
    if not gaps or len(gaps) < len(open_):
        return None
    return gaps[0] if len(gaps) == 1 else msg("{coverage} and {missing}", coverage=gaps[0], missing=gaps[1])


def stage_gap(stage: Stage) -> Message | None:
    """By how much the value of a stage that is not proven may be from the best; ``None`` where that is not known."""
    if not math.isfinite(stage.bound) or stage.bound <= 0:
        return None
    if stage.name is StageName.LOWEST_COVERAGE:
        return msg("{points} points of the lowest coverage", points=number(stage.gap * 100, 1))
    if stage.name is StageName.SHORTFALL:
        return msg("{hours} missing hours per week", hours=number(stage.gap, 1))
    return None


def _highest(plan: Plan, stage: Stage) -> Message:
    """The lowest coverage of a plan beside the highest that is possible."""
    value, highest = percent(plan.reached), percent(stage.value if stage.proven else stage.bound)
    values = {"value": value, "highest": highest, "tolerance": stated(plan.problem.fairness_tolerance * 100)}
    if not stage.proven and math.isfinite(stage.bound) and round(plan.reached, 3) < round(stage.value, 3):
        return msg(
            "a lowest coverage of {value}, within the {tolerance} points below {found} that may be given up for fewer "
            "missing hours; at most {highest} is possible, proven.",
            **values,
            found=percent(stage.value),
        )
    if not stage.proven and math.isfinite(stage.bound):
        return msg("a lowest coverage of {value}; at most {highest} is possible, proven.", **values)
    if not stage.proven:
        return msg("a lowest coverage of {value}; whether more is possible is not known.", **values)
    if round(plan.reached, 3) >= round(stage.value, 3):
        return msg("a lowest coverage of {value}, and no more is possible.", **values)
    return msg(
        "at most {highest} lowest coverage is possible; this plan has {value}, within the {tolerance} points that may "
        "be given up for fewer missing hours.",
        **values,
    )


def _fewest(plan: Plan, stage: Stage) -> Message:
    """The hours that a plan leaves missing beside the fewest that are possible."""
    values = {
        "hours": number(plan.shortfall_hours, 1),
        "fewest": number(stage.bound, 1),
        "tolerance": stated(plan.problem.fairness_tolerance * 100),
    }
    if not stage.proven and math.isfinite(stage.bound) and stage.bound > 0:
        return msg("{hours} hours per week are missing; not less than {fewest} is possible, proven.", **values)
    if not stage.proven:
        return msg("{hours} hours per week are missing; whether fewer are possible is not known.", **values)
    return msg(
        "{hours} hours per week are missing; no plan within {tolerance} points of the highest lowest coverage leaves "
        "fewer.",
        **values,
    )


def stage_name(name: StageName) -> Message:
    """What a stage decides."""
    return {
        StageName.LOWEST_COVERAGE: msg("lowest coverage, as high as possible"),
        StageName.SHORTFALL: msg("shortfall, as small as possible"),
        StageName.TRAVEL: msg("travel time, as little as possible"),
        StageName.CHANGED: msg("fewest changes against the reference plan"),
    }[name]


def stage_figure(name: StageName, value: float) -> Message:
    """The value of a stage with its unit."""
    match name:
        case StageName.LOWEST_COVERAGE:
            return msg("{value}", value=percent(value, 2))
        case StageName.CHANGED:
            # 1 and half its key for each municipality.
            moving = math.floor(value + 1e-9)
            share = percent(max(0.0, 2 * (value - moving)), 2)
            return msgs(
                "{count} municipality, {share} of the key",
                "{count} municipalities, {share} of the key",
                moving,
                share=share,
            )
        case _:
            return msg("{value} h per week", value=number(value, 2))


def stage_text(stage: Stage) -> Message:
    """A stage with its value and its proof or its gap."""
    name, value = stage_name(stage.name), stage_figure(stage.name, stage.value)
    if stage.proven:
        return msg("{stage}: {value}, proven.", stage=name, value=value)
    if stage.name is StageName.LOWEST_COVERAGE:
        bound = stage_figure(stage.name, stage.bound)
        return msg("{stage}: {value}; at most {bound} is possible, proven.", stage=name, value=value, bound=bound)
    bound = stage_figure(stage.name, stage.bound)
    return msg("{stage}: {value}; not less than {bound} is possible, proven.", stage=name, value=value, bound=bound)


def employer_name(id: str, county: County) -> Text:
    """An employer as people know it; the municipalities together have a name of their own."""
    if id == MUNICIPALITIES:
        return msg("the municipalities")
    return county.employer(id).name


def indicator_name(name: str) -> Text:
    """What people call an indicator of the key."""
    return msg("the same for every municipality") if name == EQUAL else covered(name)


def town_names(municipalities: Iterable[Ags], county: County) -> object:
    """Names of municipalities, joined."""
    return listing(county.name_of(ags) for ags in municipalities)


def rule_text(check: RuleCheck, county: County, problem: Problem) -> Message:
    """A rule and whether the plan keeps it, with the figure."""
    rule = rule_name(check.rule, county, problem)
    if check.holds:
        value = _value(check)
        return msg("{rule}: kept ({value}).", rule=rule, value=value) if value else msg("{rule}: kept.", rule=rule)
    breach = _breach(check, county)
    if not check.binding:
        return msg("{rule}: not kept, only recommended. {breach}", rule=rule, breach=breach)
    return msg("{rule}: NOT kept. {breach}", rule=rule, breach=breach)


def _unit(name: RuleName) -> Callable[[float], Message] | None:
    return {
        RuleName.KI_SHARE: lambda v: msg("{value}", value=percent(v)),
        RuleName.POSTS: lambda v: msg("{value} FTE", value=fte(v)),
        RuleName.DISTRICTS_MINIMUM: lambda v: msgs("{count} district", "{count} districts", int(v)),
        RuleName.DISTRICTS_MAXIMUM: lambda v: msgs("{count} district", "{count} districts", int(v)),
        RuleName.MAX_DRIVE: lambda v: msg("{value} minutes", value=short(v)),
        RuleName.MINIMUM_PERSONS: lambda v: msgs("{count} person", "{count} persons", int(v)),
        RuleName.MINIMUM_HOURS: lambda v: msg("{value} h per week", value=short(v)),
        RuleName.EMPLOYER_MINIMUM: lambda v: msg("{value} FTE", value=fte(v)),
        RuleName.EMPLOYER_MAXIMUM: lambda v: msg("{value} FTE", value=fte(v)),
        RuleName.CHANGES_MAXIMUM: lambda v: msgs("{count} municipality", "{count} municipalities", int(v)),
        RuleName.MAX_MUNICIPALITIES: lambda v: msgs("{count} municipality", "{count} municipalities", int(v)),
    }.get(name)


def _value(check: RuleCheck) -> Message | None:
    unit = _unit(check.rule.name)
    return unit(check.value) if unit and check.value is not None else None


def _breach(check: RuleCheck, county: County) -> Message:
    parts: list[object] = []
    value = _value(check)
    if value is not None:
        parts.append(msg("Here: {value}.", value=value))
    if check.offenders:
        groups = "; ".join(", ".join(county.name_of(ags) for ags in group) for group in check.offenders)
        parts.append(msg("Concerns: {places}.", places=groups))
    if len(parts) == 2:
        return msg("{one} {two}", one=parts[0], two=parts[1])
    return msg("{one}", one=parts[0] if parts else "")


def rule_name(rule: Rule, county: County, problem: Problem) -> Message:
    """A rule as a phrase; with several layers it says which."""
    phrase = _phrase(rule, county, problem)
    if rule.layer is None or len(problem.layers) == 1:
        return phrase
    return msg("{layer} – {rule}", layer=problem.layers[rule.layer].name, rule=phrase)


def _phrase(rule: Rule, county: County, problem: Problem) -> Message:
    unit = _unit(rule.name)
    limit = unit(rule.limit) if unit and rule.limit is not None else ""
    match rule.name:
        case RuleName.KI_SHARE:
            return msg("at least {limit} of the posts at the KI", limit=limit)
        case RuleName.ONE_DISTRICT:
            return msg("every municipality in exactly one district")
        case RuleName.CONNECTED:
            return msg("every district connected")
        case RuleName.POSTS:
            return msg("exactly {limit} placed", limit=limit)
        case RuleName.DISTRICTS_MINIMUM:
            return msg("at least {limit}", limit=limit)
        case RuleName.DISTRICTS_MAXIMUM:
            return msg("at most {limit}", limit=limit)
        case RuleName.MAX_DRIVE:
            return msg("at most {limit} from the hub", limit=limit)
        case RuleName.DRIVABLE:
            return msg("every municipality can be driven to from its hub")
        case RuleName.MINIMUM_PERSONS:
            return msg("at least {limit} in every team", limit=limit)
        case RuleName.MINIMUM_HOURS if rule.subject:
            return msg("at least {limit} on site in {towns}", limit=limit, towns=town_names(rule.subject, county))
        case RuleName.MINIMUM_HOURS:
            return msg("at least {limit} on site in every municipality", limit=limit)
        case RuleName.TOGETHER:
            return msg("{towns} in one district", towns=town_names(rule.subject, county))
        case RuleName.APART:
            return msg("{towns} in different districts", towns=town_names(rule.subject, county))
        case RuleName.PIN:
            return _pinned(pin_of(rule, problem.layers[rule.layer or 0]), county)
        case RuleName.FIXED_EMPLOYER:
            names = listing(employer_name(id, county) for id in rule.subject[1:])
            return msg("{town} served only by {employers}", town=county.name_of(rule.subject[0]), employers=names)
        case RuleName.EMPLOYER_MINIMUM:
            return msg("at least {limit} at {employer}", limit=limit, employer=employer_name(rule.subject[0], county))
        case RuleName.EMPLOYER_MAXIMUM:
            return msg("at most {limit} at {employer}", limit=limit, employer=employer_name(rule.subject[0], county))
        case RuleName.CHANGES_MAXIMUM:
            return msg("at most {limit} in another district than in the reference plan", limit=limit)
        case RuleName.MAX_MUNICIPALITIES:
            employer = employer_name(rule.subject[0], county)
            return msg("at most {limit} in a district of {employer}", limit=limit, employer=employer)
        case _:
            return msg("hubs of {employer} only where allowed", employer=employer_name(rule.subject[0], county))


def _pinned(pin: Pin, county: County) -> Message:
    """What a planner has pinned of a district."""
    details: list[object] = []
    if pin.employer is not None:
        details.append(employer_name(pin.employer, county))
    if pin.fte is not None:
        details.append(msg("{value} FTE", value=fte(pin.fte)))
    if pin.hub is not None:
        details.append(msg("hub in {town}", town=county.name_of(pin.hub)))
    towns = town_names(sorted(pin.municipalities), county)
    if not details:
        return msg("{towns} in one district, as pinned", towns=towns)
    return msg("{towns} in one district, as pinned ({details})", towns=towns, details=listing(details))


def unexplained() -> Message:
    """Said where the rules that conflict are not known."""
    return msg("Which rules conflict cannot be told: so many municipalities allow too many districts. Loosen one rule.")


def conflict_text(conflict: Conflict, county: County, problem: Problem) -> list[Message]:
    """Why some rules cannot hold together, and then a sentence for each on what would solve it."""
    phrases = [_phrase(rule, county, problem) for rule in conflict.rules]
    together = phrases[0]
    for phrase in phrases[1:]:
        together = msg("{some}; {one}", some=together, one=phrase)
    layer = problem.layers[conflict.layer].name
    if len(phrases) == 1:
        first = msg("In the layer “{layer}” this rule cannot be kept: {rules}.", layer=layer, rules=together)
    else:
        first = msg("In the layer “{layer}” these rules cannot hold together: {rules}.", layer=layer, rules=together)
    return [first, *(_remedy(remedy, county, problem) for remedy in conflict.remedies)]


def _remedy(remedy: Remedy, county: County, problem: Problem) -> Message:
    rule = _phrase(remedy.rule, county, problem)
    unit = _unit(remedy.rule.name)
    if remedy.figure is None or unit is None:
        text = msg("It would work without the rule “{rule}”.", rule=rule)
    else:
        figure = unit(_enough(remedy.rule.name, remedy.figure))
        text = msg("Instead of “{rule}” it would work with {figure}.", rule=rule, figure=figure)
    if remedy.enough:
        return text
    return msg("{text} Another conflict then remains.", text=text)


def _enough(name: RuleName, figure: float) -> float:
    # Shown with one decimal and typed in as shown, the figure must still do.
    match name:
        case RuleName.MAX_DRIVE:
            return math.ceil(round(figure * 10, 6)) / 10
        case RuleName.KI_SHARE:
            return math.floor(round(figure * 1000, 6)) / 1000
        case _:
            return figure


def _existing_advice(loaded: LoadedScenario) -> list[Message]:
    if not loaded.county.services:
        return [msg("No existing advice is known in the county: it counts for nothing.")]
    rules = loaded.scenario.existing_services
    credit = stated_share(rules.credit)
    found = [msg("Existing advice relieves case management by {credit} of its hours.", credit=credit)]
    if rules.most is not None:
        most = stated(rules.most)
        found.append(msg("Existing advice counts for at most {most} times the county's average per head.", most=most))
    return found


def assumptions(loaded: LoadedScenario) -> list[Message]:
    """Every figure of a scenario and its county that is set and not a statistic."""
    found = [*_existing_advice(loaded), *_presence(loaded)]
    several = len(loaded.problem.layers) > 1
    for layer in loaded.problem.layers:
        lines = [
            msg(
                "{hours} h per person and week go into team meetings, supervision and records.",
                hours=stated(layer.coordination_hours),
            ),
            msg("One visit lasts {hours} h and costs one return trip.", hours=stated(layer.block_hours)),
            msg("Team sizes are multiples of {step} FTE.", step=fte(layer.step)),
        ]
        if layer.max_drive_minutes is not None:
            longest = stated(layer.max_drive_minutes)
            lines.append(msg("No drive from the hub takes longer than {minutes} minutes.", minutes=longest))
        found.extend(msg("{layer}: {text}", layer=layer.name, text=line) if several else line for line in lines)
    found.extend(_of_services(loaded.county))
    estimated = sum(1 for trip in loaded.county.travel.values() if trip.method == "estimate")
    if estimated:
        found.append(
            msgs(
                "{count} drive is estimated from the air line.",
                "{count} drives are estimated from the air line.",
                estimated,
            )
        )
    return found


def _of_services(county: County) -> Iterator[Message]:
    """What is set of the existing services, and not known of them."""
    counted = [service for service in county.services if service.fte is not None]
    yield from (
        msg(
            "Service {name} ({provider}) relieves case management by {credit} of its hours.",
            name=s.name,
            provider=s.provider,
            credit=stated_share(s.credit),
        )
        for s in counted
        if s.credit is not None
    )
    yield from (
        msg("Service {name} ({provider}): {note}", name=s.name, provider=s.provider, note=s.note)
        for s in counted
        if s.note
    )
    yield from (
        msg(
            "Service {name} ({provider}): {least} to {most} FTE are known; the middle counts.",
            name=s.name,
            provider=s.provider,
            least=fte(s.fte_range[0]),
            most=fte(s.fte_range[1]),
        )
        for s in counted
        if s.fte_range is not None
    )
    unknown = sum(1 for service in county.services if service.fte is None)
    if unknown:
        yield msgs(
            "{count} service has no published staff and counts for nothing.",
            "{count} services have no published staff and count for nothing.",
            unknown,
        )


def _presence(loaded: LoadedScenario) -> Iterator[Message]:
    base, named = PRESENCE.split(loaded.scenario.presence)
    if not named and base:
        yield msg("Every municipality gets at least {hours} h on site per week.", hours=stated(base))
    elif named:
        single = [msg("{name}: {value}", name=name, value=stated(hours)) for name, hours in named.items()]
        yield msg(
            "Municipalities get at least so many hours on site per week: {single}; all others {hours}.",
            single=listing(single),
            hours=stated(base),
        )


def sources(county: County) -> list[Message]:
    """Where the county's figures come from, with the attribution to show."""
    return [
        msg(
            "{covers}: {publisher}, {title} ({date}), {licence}. {attribution}",
            covers=listing(covered(name) for name in source.covers),
            publisher=source.publisher,
            title=source.title,
            date=written_date(source.reference_date),
            licence=source.licence,
            attribution=source.attribution,
        )
        for source in county.sources
    ]


def layer_title(layer: LayerPlan) -> Message:
    """A layer with its posts."""
    return msg("{layer}: {posts} FTE", layer=layer.layer.name, posts=fte(layer.fte))
