"""What people call a district: a name is known by municipalities, and the district has it that they are all in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from geodata.county import Ags, County
from scenarios.names import Names, Resolver
from scenarios.schema import Scenario
from translation import msg


def check_names(named: Mapping[str, Sequence[str]], resolver: Resolver) -> None:
    """Notes unknown municipalities, and those that two names are known by, in ``resolver``."""
    known: dict[Ags, str] = {}
    for name, towns in named.items():
        place = ("district_names", name)
        for town in resolver.towns(towns, place):
            other = known.setdefault(town, name)
            if other != name:
                wrong = msg(
                    "{town} stands under two names, also “{name}”", town=resolver.county.name_of(town), name=other
                )
                resolver.fault(place, wrong, msg("each municipality under one name"))


def names_of(
    districts: Sequence[Collection[Ags]], scenario: Scenario, county: County, absent: Collection[Ags] = ()
) -> tuple[str | None, ...]:
    """The name of each district of a layer, ``None`` where it has none.

    Of several names that fit, it has the first of the scenario. Municipalities that are ``absent`` (take no part) say
    nothing.
    """
    names = Names(county)
    found: list[str | None] = [None] * len(districts)
    for name, listed in scenario.district_names.items():
        towns = {town for town in map(names.town, listed) if isinstance(town, str)}.difference(absent)
        for position, district in enumerate(districts):
            if towns and towns.issubset(district) and found[position] is None:
                found[position] = name
    return tuple(found)
