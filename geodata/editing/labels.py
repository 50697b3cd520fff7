"""What people call the tables that they can change, their columns and kinds: on screen and in the workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from geodata.editing.figures import TableName
from geodata.labels import Label, covered
from geodata.records import EmployerKind, Link
from translation import LANGUAGES, Message, msg, translate

TABLES: Mapping[TableName, Message] = {
    TableName.INDICATORS: msg("Indicators"),
    TableName.SERVICES: msg("Services"),
    TableName.TRAVEL: msg("Drives"),
    TableName.NEIGHBOURS: msg("Bridges and ferries"),
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
    "target_group": msg("Target group"),
    "from": msg("From (AGS)"),
    "from_name": msg("From"),
    "to": msg("To (AGS)"),
    "to_name": msg("To"),
    "km": msg("Kilometres"),
    "minutes": msg("Minutes"),
    "method": msg("Method"),
    "first": msg("Municipality"),
    "second": msg("Neighbouring municipality"),
    "link": msg("Joined by"),
    "id": msg("Short name"),
    "office": msg("Office"),
    "covers": msg("Covers"),
    "publisher": msg("Publisher"),
    "title": msg("Title"),
    "reference_date": msg("Reference date"),
    "licence": msg("Licence"),
    "attribution": msg("Attribution"),
}
KIND_LABELS: Mapping[EmployerKind, Message] = {
    "ki": msg("KI"),
    "municipality": msg("municipality"),
    "welfare": msg("welfare organisation"),
}
LINK_LABELS: Mapping[Link, Message] = {
    "ferry": msg("ferry"),
    "bridge": msg("bridge"),
}
#: The catchment that is the whole county.
WHOLE_COUNTY: Mapping[str, Message] = {"all": msg("all")}


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
