"""The employers of a layer: who may employ, from where, and how many posts; and the districts of a given plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from files.typed import instead, shown
from files.yaml_file import Place
from geodata import county as counties
from geodata.county import Ags
from optimizer.problem import Employer, GivenDistrict, PostLimit
from scenarios.layer import MUNICIPALITIES, EmployerRules, PlanRow
from scenarios.names import Found, Resolver
from translation import msg

Employers = dict[str, Employer]


def default_employer(employer: counties.Employer) -> Employer:
    """An employer without limits; a municipality has its hub in its own town hall."""
    return Employer(
        id=employer.id,
        is_ki=employer.kind == "ki",
        office=employer.office,
        hubs=frozenset({employer.id}) if employer.kind == "municipality" else None,
    )


def layer_employers(
    listed: Sequence[EmployerRules], resolver: Resolver, place: Place
) -> tuple[Employers, tuple[PostLimit, ...]]:
    """The employers of a layer by id, in the order of the file, and the limits of their posts.

    A municipality that is listed by itself has its own settings and still counts towards the limit of all together.
    Faults are noted in ``resolver``.
    """
    entries: list[tuple[EmployerRules, Employers]] = []
    seen: set[str] = set()
    for position, rules in enumerate(listed):
        here = (*place, position)
        members = _group(rules, resolver, here) if rules.id == MUNICIPALITIES else _single(rules, resolver, here)
        id = rules.id if rules.id == MUNICIPALITIES else next(iter(members), None)
        if id in seen:
            wrong = msg("the employer “{name}” stands twice", name=shown(rules.id))
            resolver.fault((*here, "id"), wrong, msg("each employer once"))
        elif id is not None:
            seen.add(id)
            entries.append((rules, members))
    singles = {id for rules, members in entries if rules.id != MUNICIPALITIES for id in members}
    towns = {town.ags for town in resolver.county.municipalities}
    employers: Employers = {}
    limits = []
    for rules, members in entries:
        limited = frozenset(members)
        if rules.id == MUNICIPALITIES:
            limited |= singles & towns
            members = {id: employer for id, employer in members.items() if id not in singles}
        employers |= members
        if rules.minimum > 0 or rules.maximum is not None:
            id = rules.id if rules.id == MUNICIPALITIES else min(limited)
            limits.append(PostLimit(id, limited, rules.minimum, rules.maximum))
    return employers, tuple(limits)


def _single(rules: EmployerRules, resolver: Resolver, place: Place) -> Employers:
    found = resolver.employer(rules.id, (*place, "id"))
    hubs = None if rules.hubs is None else frozenset(resolver.towns(rules.hubs, (*place, "hubs")))
    if found is None:
        return {}
    if rules.base == "office" and hubs and found.office not in hubs:
        wrong = msg("the office in {town} is none of the hubs", town=resolver.county.name_of(found.office))
        resolver.fault((*place, "hubs"), wrong, msg("either base: office without hubs, or base: district"))
    default = default_employer(found)
    employer = replace(
        default,
        base=rules.base,
        hubs=default.hubs if hubs is None else hubs,
        max_municipalities=rules.max_municipalities,
    )
    return {employer.id: employer}


def _group(rules: EmployerRules, resolver: Resolver, place: Place) -> Employers:
    """Each municipality for itself, with its hub at home; only those where the group may have hubs."""
    hubs = None if rules.hubs is None else resolver.towns(rules.hubs, (*place, "hubs"))
    return {
        town.ags: replace(
            default_employer(resolver.county.employer(town.ags)),
            base=rules.base,
            max_municipalities=rules.max_municipalities or 1,
            group=MUNICIPALITIES,
        )
        for town in resolver.county.municipalities
        if hubs is None or town.ags in hubs
    }


def fixed_employers(
    fixed: Mapping[str, str], employers: Employers, resolver: Resolver, place: Place
) -> dict[Ags, frozenset[str]]:
    """The employers that alone may serve a municipality; ``municipalities`` stands for those of the layer."""
    result: dict[Ags, frozenset[str]] = {}
    towns = {town.ags for town in resolver.county.municipalities}
    for name, id in fixed.items():
        here = (*place, name)
        town = resolver.town(name, here)
        if town in result:
            wrong = msg("the municipality “{name}” stands twice", name=shown(name))
            resolver.fault(here, wrong, msg("each municipality once"))
        if id == MUNICIPALITIES:
            allowed = frozenset(towns & employers.keys())
        else:
            employer = resolver.employer(id, here)
            if employer is None:
                continue
            allowed = frozenset({employer.id} & employers.keys())
        if not allowed:
            wrong = msg("the employer “{name}” is none of this layer", name=shown(id))
            resolver.fault(here, wrong, instead(id, employers))
        if town is not None:
            result[town] = allowed
    return result


def given_plan(
    rows: Sequence[PlanRow], employers: Employers, resolver: Resolver, place: Place
) -> tuple[GivenDistrict, ...]:
    """The districts of a given plan. An employer that ``employers`` does not have is added to it with its defaults.

    A plan may break rules, which is told with its figures. What cannot be evaluated is a fault: districts that overlap
    while their team sizes are to be found.
    """
    plan = []
    served: set[Ags] = set()
    for position, row in enumerate(rows):
        here = (*place, position)
        towns = resolver.towns(row.municipalities, (*here, "municipalities"))
        for town in sorted(served.intersection(towns)) if row.fte is None else ():
            resolver.fault((*here, "municipalities"), *overlap(resolver.county.name_of(town)))
        served |= set(towns)
        hub = None if row.hub is None else resolver.town(row.hub, (*here, "hub"))
        if row.employer == MUNICIPALITIES:
            wrong = msg("a district has one employer, not all municipalities")
            resolver.fault((*here, "employer"), wrong, msg("the municipality that employs the team"))
            continue
        found = resolver.employer(row.employer, (*here, "employer"))
        if found is None:
            continue
        employers.setdefault(found.id, default_employer(found))
        plan.append(GivenDistrict(found.id, towns, row.fte, hub))
    return tuple(plan)


def overlap(town: str) -> Found:
    """The fault of a municipality in two districts whose team sizes are to be found."""
    return (
        msg("{town} is in two districts", town=town),
        msg("each municipality in one district, or fte stated for all: sizes cannot be found where districts overlap"),
    )
