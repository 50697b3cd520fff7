"""A scenario as the template of many counties: the same rules, each county with its own posts."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from files.csv_table import read_table
from files.faults import Fault, InputError
from files.typed import shown
from geodata.county import County
from scenarios.key import people_of
from scenarios.scenario import scenario_from
from scenarios.schema import Scenario, as_data
from translation import msg

LEAST = Fraction(6)
"""Posts that a county has at least where they follow its people: those of the first funding."""


@dataclass(frozen=True)
class PostsByCounty:
    """How many posts a county gets: those of ``listed`` (by folder, key or name), else those of its people.

    A post for every ``per`` people of the key, to the nearest step, ``least`` at least; without ``per`` the template's.
    """

    per: float | None = None
    least: Fraction = LEAST
    listed: Mapping[str, Fraction] | None = None

    def of(self, template: Scenario, county: County) -> Fraction:
        """The posts of a county. Raises ``InputError`` where nothing says how many."""
        posts = template.layers[0].posts
        if self.listed is not None:
            names = (county.folder.name, county.ags, county.name.casefold())
            found = next((self.listed[name] for name in names if name in self.listed), None)
            if found is None:
                wrong = msg("the table of posts does not name the county")
                raise InputError([Fault(shown(county.folder.name), wrong, msg("a row with its folder, key or name"))])
            return found
        if self.per is None:
            return posts.total
        people = people_of(template.key, county)
        if people is None:
            wrong = msg("the people of the key are not known")
            raise InputError([Fault(shown(county.folder.name), wrong, msg("posts from a table"))])
        return max(self.least, posts.step * math.floor(Fraction(people.total / self.per) / posts.step + Fraction(1, 2)))


def read_posts_table(path: Path) -> dict[str, Fraction]:
    """Posts by county from ``county,posts``; a county by folder, key (five digits) or name. Raises ``InputError``."""
    table = read_table(path, path.name, ("county", "posts"), others=True)
    found: dict[str, Fraction] = {}
    for row in table.reading():
        name, posts = table.name(row, "county"), table.number(row, "posts", minimum=0)
        if name is None or posts is None:
            continue
        key = name.zfill(5) if name.isdecimal() else name.casefold()
        if key in found:
            table.fault(row, "county", msg("the county is there twice"), msg("one row for each"))
        found[key] = Fraction(str(posts))
    table.check()
    return found


def check_template(template: Scenario, posts: PostsByCounty) -> None:
    """Raises ``InputError`` where the template holds for one county only."""
    source = template.source
    faults = []
    if template.reference_plan is not None:
        wrong = msg("a reference plan is of one county")
        faults.append(source.fault(("reference_plan",), wrong, msg("a template without it")))
    if len(template.layers) != 1 and (posts.per is not None or posts.listed is not None):
        wrong = msg("of {count} layers it is not clear which gets the posts", count=len(template.layers))
        faults.append(source.fault(("layers",), wrong, msg("a template with one layer")))
    if faults:
        raise InputError(faults)


def scenario_for(template: Scenario, county: County, posts: PostsByCounty) -> Scenario:
    """The template for a county, with its posts. Raises ``InputError``."""
    data = as_data(template) | {"county": county.folder.name}
    if posts.per is not None or posts.listed is not None:
        data["layers"][0]["posts"]["total"] = as_data(posts.of(template, county))
    return scenario_from(data, template.source)


def digest_of(scenario: Scenario, county: County, *about: str) -> str:
    """What changes with the rules, the county's files and ``about``, and not with where the folder is."""
    total = hashlib.sha256(json.dumps([as_data(scenario) | {"county": ""}, *about], default=str).encode())
    for file in sorted(file for file in county.folder.iterdir() if file.is_file()):
        total.update(b"\0" + os.fsencode(file.name) + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
