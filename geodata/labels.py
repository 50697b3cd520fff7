"""What people call the tables, columns, kinds and indicators of a county: on screen and in the workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from geodata.editing.figures import TableName
from geodata.records import EmployerKind, Method
from translation import LANGUAGES, Message, msg, translate

Label = Message | str

TABLES: Mapping[TableName, Message] = {
    TableName.INDICATORS: msg("Indicators"),
    TableName.SERVICES: msg("Services"),
    TableName.TRAVEL: msg("Drives"),
    TableName.EMPLOYERS: msg("Employers"),
    TableName.SOURCES: msg("Sources"),
}
COLUMN_LABELS: Mapping[str, Message] = {
    "ags": msg("Municipality key (AGS)"),
    "name": msg("Name"),
    "provider": msg("Provider"),
    "kind": msg("Kind"),
    "seat": msg("Seat"),
    "catchment": msg("Catchment"),
    "fte": msg("FTE"),
    "credit": msg("Credit (share)"),
    "as_of": msg("As of"),
    "source": msg("Source"),
    "note": msg("Note"),
    "from": msg("From (AGS)"),
    "from_name": msg("From"),
    "to": msg("To (AGS)"),
    "to_name": msg("To"),
    "km": msg("Kilometres"),
    "minutes": msg("Minutes"),
    "method": msg("Method"),
    "id": msg("Short name"),
    "office": msg("Office"),
    "covers": msg("Covers"),
    "publisher": msg("Publisher"),
    "title": msg("Title"),
    "reference_date": msg("Reference date"),
    "licence": msg("Licence"),
    "attribution": msg("Attribution"),
}
METHOD_LABELS: Mapping[Method, Message] = {"road": msg("by road"), "estimate": msg("estimated")}
KIND_LABELS: Mapping[EmployerKind, Message] = {
    "ki": msg("KI"),
    "municipality": msg("municipality"),
    "welfare": msg("welfare organisation"),
}
#: The catchment that is the whole county.
WHOLE_COUNTY: Mapping[str, Message] = {"all": msg("all")}
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
}


def covered(name: str) -> Label:
    """What a source covers, as people call it: an indicator, a column or a file of the county folder."""
    return _COVERED.get(name, name)


def written_date(text: str) -> date | str:
    """A reference date as a date, to be written as the language does; a source may say something else in its place."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def column_label(table: TableName, column: str) -> Label:
    """The heading of a column."""
    if table is TableName.INDICATORS and column not in ("ags", "name"):
        return covered(column)
    return COLUMN_LABELS[column]


def spellings(name: str, label: Label) -> Iterator[str]:
    """How people may write ``name``: itself and its label in each language, small letters only."""
    yield name.casefold()
    for language in LANGUAGES:
        yield translate(label, language).casefold()
