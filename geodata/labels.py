"""What people call the indicators, files and methods of a county, on screen and in papers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date

from geodata.records import Method
from translation import Message, Number, msg, number

Label = Message | str

METHOD_LABELS: Mapping[Method, Message] = {
    "road": msg("by road"),
    "estimate": msg("estimated"),
    "none": msg("not by car"),
}
_COVERED: Mapping[str, Message] = {
    "population": msg("population (census)"),
    "foreigners": msg("foreigners"),
    "immigrants": msg("immigrants"),
    "migration_history": msg("people with migration history"),
    "population_update": msg("population (update)"),
    "area_km2": msg("area"),
    "lon": msg("longitude of town halls"),
    "lat": msg("latitude of town halls"),
    "name": msg("names of municipalities"),
    "municipalities.csv": msg("all indicators"),
    "boundaries.geojson": msg("boundaries"),
    "surroundings.geojson": msg("neighbouring counties"),
    "travel.csv": msg("drives"),
    "services.csv": msg("existing advice"),
    "employers": msg("employers"),
}


#: What offices put to the name of a municipality: what it is, and footnotes.
_FOOTNOTE = re.compile(r"\s*([0-9a-z]{1,2}\)|\*+|[¹²³⁰⁴-⁹]+[⁾)]?)$", re.IGNORECASE)
_RANK = re.compile(
    r"(stadt|hansestadt|kreisstadt|gemeinde|kommune|flecken|markt)\s+|\s+\((stadt|gemeinde|[a-z]*stadt)\)",
    re.IGNORECASE,
)


def town_names(text: str) -> Iterator[str]:
    """How ``text`` may name a municipality, in small letters: as it stands, and without “, Stadt” or a footnote."""
    plain = " ".join(text.split()).casefold()
    yield plain
    bare = _FOOTNOTE.sub("", plain)
    yield bare
    yield bare.partition(",")[0].strip()
    yield _RANK.sub("", bare.partition(",")[0]).strip()


def drive_time(minutes: float) -> Message | Number:
    """Minutes by car as people read them; infinite ones are no drive."""
    return number(minutes, 0, "min") if math.isfinite(minutes) else METHOD_LABELS["none"]


def covered(name: str) -> Label:
    """What a source covers, as people call it: an indicator, a column or a file of the county folder."""
    return _COVERED.get(name, name)


def written_date(text: str) -> date | str:
    """A reference date as a date, to be written as the language does; a source may say something else in its place."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
