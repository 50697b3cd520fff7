"""What a plan made by hand asks: its evaluation, where it breaks a rule, and the best plan around what is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from fractions import Fraction

from geodata.county import Ags, County
from optimizer.plan import District, Naming, Plan
from optimizer.problem import Layer, Pin, PostLimit, Problem
from optimizer.rules import RuleCheck, RuleName
from scenarios.assemble import LoadedScenario, with_plan
from scenarios.employers import default_employer
from scenarios.handmade import HandmadeDistrict, HandmadeLayer, HandmadePlan, Refused
from scenarios.layer import KI, DistrictRules, EmployerRules, LayerRules, not_a_multiple
from translation import Message, listing, msg


def unfit(plan: HandmadePlan, loaded: LoadedScenario) -> tuple[Message, ...]:
    """Why a plan cannot be evaluated: what its scenario and its county, as they are now, do not have."""
    found = []
    if len(plan.layers) != len(loaded.problem.layers):
        found.append(msg("The plan and its scenario differ in their layers."))
    towns = {town.ags for town in loaded.county.municipalities}
    employers = {employer.id for employer in loaded.county.employers}
    layers = (*plan.start, *plan.layers)
    unknown = sorted({ags for layer in layers for ags in _named(layer)} - towns)
    if unknown:
        found.append(msg("The county has no municipality with the key {keys}.", keys=listing(unknown)))
    foreign = sorted({district.employer for layer in layers for district in layer.districts} - employers)
    if foreign:
        found.append(msg("The county has no employer with the id {ids}.", ids=listing(foreign)))
    return tuple(found)


def _named(layer: HandmadeLayer) -> Iterator[Ags]:
    for district in layer.districts:
        yield from district.municipalities
        yield from (ags for ags in (district.hub, district.held, district.anchor) if ags is not None)
    yield from layer.pinned
    yield from (move.town for move in layer.moves)
    yield from (ags for pair in (*layer.together, *layer.apart) for ags in pair)


def opened(loaded: LoadedScenario, plan: HandmadePlan) -> LoadedScenario:
    """The scenario under whose rules the plan is evaluated: its own, and the wishes of the plan.

    A layer that the scenario gives has no rules for districts but that each is connected.
    """
    layers = tuple(
        _opened(rules, handmade, loaded.county)
        for rules, handmade in zip(loaded.problem.layers, plan.layers, strict=True)
    )
    return replace(loaded, problem=replace(loaded.problem, layers=layers))


def _opened(rules: Layer, handmade: HandmadeLayer, county: County) -> Layer:
    wished = _wished(rules, handmade)
    if rules.plan is None:
        return wished
    most = max(len(county.municipalities), len(handmade.districts))
    return replace(wished, plan=None, districts_minimum=1, districts_maximum=most)


def _wished(rules: Layer, handmade: HandmadeLayer) -> Layer:
    return replace(
        rules,
        together=tuple(dict.fromkeys((*rules.together, *handmade.together))),
        apart=tuple(dict.fromkeys((*rules.apart, *handmade.apart))),
    )


def in_order(plan: Plan, handmade: HandmadePlan) -> Plan:
    """An evaluated plan with the districts of each layer in the order of the one made by hand, by its numbers.

    What becomes of a district by hand, it keeps number, colour and name.
    """
    layers = []
    for evaluated, layer, start in zip(plan.layers, handmade.layers, handmade.start, strict=True):
        left = list(evaluated.districts)
        found: dict[int, District] = {}
        # Those with a hub of their own first: the others are content with any of the same team and district.
        for row in sorted(layer.filled, key=lambda row: row.given.hub is None):
            district = next(district for district in left if _is(district, row))
            left.remove(district)
            found[row.number] = district
        known = {row.number: row.municipalities for row in (*layer.districts, *start.districts)}
        naming = Naming(tuple(row.identity for row in layer.filled), known)
        layers.append(replace(evaluated, districts=tuple(found[row.number] for row in layer.filled), naming=naming))
    return Plan(plan.problem, tuple(layers))


def _is(district: District, row: HandmadeDistrict) -> bool:
    given = row.given
    return (
        set(district.municipalities) == set(given.municipalities)
        and (district.employer, district.fte) == (given.employer, given.fte)
        and given.hub in (None, district.hub)
    )


def places(check: RuleCheck, plan: Plan) -> tuple[Ags, ...]:
    """The municipalities that a breach is about, as few as can be told: of a district too wide, those too far out."""
    found: set[Ags] = set()
    for group in check.offenders:
        found |= set(group)
    if check.rule.layer is None or check.rule.name not in (RuleName.MAX_DRIVE, RuleName.CONNECTED):
        return tuple(sorted(found))
    narrow: set[Ags] = set()
    for district in plan.layers[check.rule.layer].districts:
        if district.municipalities not in check.offenders:
            continue
        if check.rule.name is RuleName.MAX_DRIVE:
            limit, drive = check.rule.limit or 0.0, plan.problem.drive
            narrow |= {a for a in district.municipalities if drive(district.hub, a) > limit}
        else:
            narrow |= set(district.municipalities) - _main_part(district, plan.problem)
    return tuple(sorted(narrow))


def _main_part(district: District, problem: Problem) -> set[Ags]:
    """The connected part of a district with its hub; where the hub is outside, the largest, the first among equals."""
    left = set(district.municipalities)
    parts: list[set[Ags]] = []
    while left:
        part, open_ = set[Ags](), {min(left)}
        while open_:
            part |= open_
            open_ = {near for ags in open_ for near in problem.neighbours.get(ags, ())} & left - part
        left -= part
        parts.append(part)
    return next((part for part in parts if district.hub in part), max(parts, key=len))


def free_layer(loaded: LoadedScenario, position: int) -> Layer:
    """A layer with the rules under which its districts can be found; one that the scenario gives has default rules.

    Its employers are then those of its plan, where the scenario names none.
    """
    rules, stated = loaded.problem.layers[position], loaded.scenario.layers[position]
    if rules.plan is None:
        return rules
    default, employers = DistrictRules(), rules.employers
    if names_no_employer(stated):
        used = {row.employer for row in rules.plan}.union(*rules.fixed_employers.values())
        employers = tuple(employer for employer in employers if employer.id in used)
    return replace(
        rules,
        plan=None,
        employers=employers,
        districts_minimum=default.minimum,
        districts_maximum=default.maximum,
        max_drive_minutes=default.max_drive_minutes,
    )


def with_free_layer(loaded: LoadedScenario, position: int) -> LoadedScenario:
    """The scenario with a layer under rules by which its districts can be found (:func:`free_layer`)."""
    layers = list(loaded.problem.layers)
    layers[position] = free_layer(loaded, position)
    return replace(loaded, problem=replace(loaded.problem, layers=tuple(layers)))


def names_no_employer(rules: LayerRules) -> bool:
    """Whether the employers of a layer are those of a file that names none."""
    return rules.employers == (EmployerRules(id=KI),)


def rest_of(loaded: LoadedScenario, handmade: HandmadePlan, positions: Collection[int]) -> Problem:
    """The problem whose best plan keeps what is pinned, changed by hand and wished in the layers at ``positions``.

    The other layers stay as they are by hand. Raises ``Refused`` where a pinned team is none that its layer can have.
    """
    layers = list(loaded.problem.layers)
    for position in positions:
        layers[position] = _around_pins(loaded, position, handmade.layers[position])
    problem = replace(loaded.problem, layers=tuple(layers))
    for position, given in enumerate(handmade.layers):
        if position not in positions:
            problem = with_plan(problem, loaded.county, given.rows, layer=position)
    return problem


def _around_pins(loaded: LoadedScenario, position: int, layer: HandmadeLayer) -> Layer:
    rules = _wished(free_layer(loaded, position), layer)
    pins = pins_of(layer, loaded.problem)
    for pin in pins:
        if pin.fte is not None:
            _check_team(pin.fte, rules)
    known = {employer.id for employer in rules.employers}
    for id in sorted({pin.employer for pin in pins if pin.employer is not None} - known):
        # Nothing beyond what is pinned goes to an employer that the scenario does not provide for.
        posts = sum((pin.fte or Fraction(0) for pin in pins if pin.employer == id), Fraction(0))
        rules = replace(
            rules,
            employers=(*rules.employers, default_employer(loaded.county.employer(id))),
            limits=(*rules.limits, PostLimit(id, frozenset({id}), maximum=posts)),
        )
    return replace(rules, pins=pins)


def pins_of(layer: HandmadeLayer, problem: Problem) -> tuple[Pin, ...]:
    """What is kept of each district: what is pinned, and what was changed by hand.

    A municipality that was moved stays with its district, which is known by a municipality that nobody moved. Where all
    of a district were moved there, it stays apart from those that they came from. Raises ``Refused`` where what is kept
    cannot be told apart.
    """
    moved = {move.town for move in layer.kept_moves}
    all_new = [district.municipalities for district in layer.filled if moved.issuperset(district.municipalities)]
    new = set().union(*all_new)
    left = {move.origin for move in layer.kept_moves if move.town in new}
    pins: list[Pin] = []
    for district in layer.filled:
        taken = {ags for pin in pins for ags in pin.municipalities}
        mine = set(district.municipalities) - taken
        pinned = mine & set(layer.pinned)
        towns = pinned | mine & moved
        known = bool(pinned - moved)
        changed = towns or district.number in left or district.changed
        if changed and not known:
            towns |= _anchor(district, mine - moved, problem)
        if district.held is not None:
            towns = towns or _anchor(district, set(district.municipalities), problem)
            if towns & taken:
                raise Refused(msg("Two pinned teams serve the same municipality. Loosen one of them."))
            pins.append(Pin(frozenset(towns), district.employer, district.fte, district.held))
        elif towns:
            pins.append(_pin(towns, district))
    return tuple(pins)


def _pin(towns: Collection[Ags], district: HandmadeDistrict) -> Pin:
    """Municipalities that are kept together, and what was changed of their team."""
    employer = district.employer if district.employer_before is not None else None
    # An employer that the scenario does not provide for has the posts that are given to it, and no more.
    fte = district.fte if employer is not None or district.fte_before is not None else None
    return Pin(frozenset(towns), employer, fte, district.hub if district.hub_chosen else None)


def _anchor(district: HandmadeDistrict, among: Collection[Ags], problem: Problem) -> set[Ags]:
    """The municipality by which a district is known: the one of before, its hub, else where the need is greatest."""
    for ags in (district.held, district.anchor):
        if ags is not None and ags in among:
            return {ags}
    need = {ags: problem.municipalities[problem.index[ags]].weight for ags in among}
    return {max(among, key=lambda ags: (need[ags], ags))} if among else set()


def _check_team(fte: Fraction, rules: Layer) -> None:
    if fte > rules.total:
        raise Refused(msg("A pinned team has more posts than the whole layer."))
    if (fte / rules.step).denominator != 1:
        _, wrong, allowed = not_a_multiple((), fte, rules.step)
        raise Refused(msg("A pinned team: {wrong}. Allowed: {allowed}.", wrong=wrong, allowed=allowed))
