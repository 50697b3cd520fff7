"""The county data sets as people choose them: by name, those that come with the planner and those saved here."""

from __future__ import annotations

from collections.abc import Mapping

import geodata
from files.typed import shown
from geodata.editing.datasets import dataset_name
from scenarios.library import CountyEntry, library
from serving import answers
from translation import msg
from views import address


def known_counties() -> Mapping[str, CountyEntry]:
    """Every county data set by the name that a scenario states, in the order of a list."""
    return {entry.name: entry for entry in library().counties()}


def county_label(entry: CountyEntry) -> object:
    """What people call a data set."""
    if entry.shipped:
        return geodata.shipped_name(entry.name)
    known = dataset_name(entry.folder)
    if known is None:
        return msg("{name} (saved here)", name=shown(entry.folder.name))
    return msg("{name}, as of {date} (saved here)", name=known[0], date=known[1])


def county_at_hand() -> str:
    """The data set of the scenario that the address means; the first of all where that has none."""
    known = known_counties()
    named = {entry.id: entry.scenario.county for entry in answers.entries() if entry.scenario is not None}
    county = named[address.scenario(list(named))[0]] if named else ""
    return county if county in known else next(iter(known))
