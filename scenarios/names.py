"""What the names in a scenario or a table mean in a county: municipalities by key or name, employers by id or name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from files.faults import Fault
from files.typed import instead, shown
from files.yaml_file import Origin, Place
from geodata.county import Ags, County, Employer
from geodata.labels import town_names
from scenarios.layer import KI, MUNICIPALITIES
from scenarios.values import repaired_ags
from translation import Message, listing, msg

Found = tuple[Message, Message]
"""What is wrong with a name, and what is allowed."""


class Names:
    """The municipalities and employers of a county by what people call them, regardless of capital letters."""

    def __init__(self, county: County) -> None:
        self.county = county
        self._towns = _index((name, town.ags) for town in county.municipalities for name in (town.ags, town.name))
        self._ids = {employer.id.casefold(): employer for employer in county.employers}
        self._ids.setdefault(KI, next(employer for employer in county.employers if employer.kind == "ki"))
        self._names = _index((employer.name, employer.id) for employer in county.employers)
        for town in county.municipalities:
            self._names[town.name.casefold()].add(town.ags)

    def town(self, name: str) -> Ags | Found:
        """The key of the municipality called ``name``, or what is wrong with it."""
        called = [repaired_ags(name).casefold(), *town_names(name)]
        found = next((self._towns[one] for one in called if one in self._towns), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            return msg("“{name}” is the name of several municipalities", name=shown(name)), _one_of(found)
        known = [town.name for town in self.county.municipalities]
        return msg("there is no municipality “{name}” in this county", name=shown(name)), instead(name, known)

    def employer(self, name: str) -> Employer | Found:
        """The employer called ``name``, a municipality by key or name, or what is wrong with the name."""
        called = repaired_ags(name).casefold()
        if called in self._ids:
            return self._ids[called]
        found = self._names.get(called, set())
        if len(found) == 1:
            return self.county.employer(next(iter(found)))
        if found:
            return msg("“{name}” is the name of several employers", name=shown(name)), _one_of(found)
        towns = {town.ags: town.name for town in self.county.municipalities}
        known = [employer.id for employer in self.county.employers if employer.id not in towns]
        return (
            msg("there is no employer “{name}” in this county", name=shown(name)),
            instead(name, [*known, MUNICIPALITIES, *towns.values()]),
        )


def _index(pairs: Iterable[tuple[str, str]]) -> defaultdict[str, set[str]]:
    index: defaultdict[str, set[str]] = defaultdict(set)
    for name, id in pairs:
        index[name.casefold()].add(id)
    return index


def _one_of(ids: Iterable[str]) -> Message:
    return msg("one of {keys}", keys=listing(sorted(ids)))


class Resolver:
    """Resolves the names of one scenario in a county, and collects the faults with their places."""

    def __init__(self, county: County, source: Origin) -> None:
        self.county = county
        self.names = Names(county)
        self.source = source
        self.faults: list[Fault] = []

    def fault(self, place: Place, wrong: Message, allowed: Message) -> None:
        """Note a fault at ``place`` of the scenario."""
        self.faults.append(self.source.fault(place, wrong, allowed))

    def town(self, name: str, place: Place) -> Ags | None:
        """The municipality called ``name``; ``None`` after noting the fault."""
        found = self.names.town(name)
        if isinstance(found, str):
            return found
        self.fault(place, *found)
        return None

    def towns(self, names: Sequence[str], place: Place) -> tuple[Ags, ...]:
        """The municipalities of a list; a faulty name and one that stands twice are noted and left out."""
        towns: list[Ags] = []
        for position, name in enumerate(names):
            town = self.town(name, (*place, position))
            if town in towns:
                wrong = msg("the municipality “{name}” stands twice", name=shown(name))
                self.fault((*place, position), wrong, msg("each municipality once"))
            elif town is not None:
                towns.append(town)
        return tuple(towns)

    def check_present(self, towns: Iterable[Ags], absent: Collection[Ags], place: Place) -> None:
        """Note the municipalities of a list that take no part (``absent``) though the list asks for their district."""
        for town in towns:
            if town in absent:
                wrong = msg("{town} does not take part", town=self.county.name_of(town))
                self.fault(place, wrong, msg("municipalities that take part; see not_taking_part"))

    def employer(self, name: str, place: Place) -> Employer | None:
        """The employer called ``name``; ``None`` after noting the fault."""
        found = self.names.employer(name)
        if isinstance(found, Employer):
            return found
        self.fault(place, *found)
        return None
