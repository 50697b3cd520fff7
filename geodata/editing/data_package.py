"""A county as a Frictionless data package (datapackage.org, version 2): its files, and what is in them for machines.

The tables are written anew, in one dialect: a folder may hold others (docs/dateien.md), of which no description would
be true for all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from files.archive import zipped
from files.csv_table import plain_table
from geodata.county import County
from geodata.editing.figures import COLUMNS, TableName
from geodata.editing.labels import TABLES, column_label
from geodata.editing.workbook_layout import meaning
from geodata.labels import covered
from geodata.records import (
    BOUNDARIES_FILE,
    COUNTY_FILE,
    METHODS,
    MUNICIPALITIES_FILE,
    PLACE_COLUMNS,
    SERVICES_FILE,
    SURROUNDINGS_FILE,
    TRAVEL_COLUMNS,
    TRAVEL_FILE,
    Source,
)
from translation import Language, Message, msg, translate

DESCRIPTOR = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"
#: How ``plain_table`` writes.
_DIALECT = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True}
_TABLES = {
    MUNICIPALITIES_FILE: TableName.INDICATORS,
    TRAVEL_FILE: TableName.TRAVEL,
    SERVICES_FILE: TableName.SERVICES,
}
_MEDIA = {
    COUNTY_FILE: ("yaml", "application/yaml"),
    BOUNDARIES_FILE: ("geojson", "application/geo+json"),
    SURROUNDINGS_FILE: ("geojson", "application/geo+json"),
}
_KEY = r"^[0-9]{8}$"
_RANGE = r"^[0-9]+(\.[0-9]+)?(-[0-9]+(\.[0-9]+)?)?$"
_UNITS = {"lon": "deg", "lat": "deg", "area_km2": "km²", "km": "km", "minutes": "min", "fte": "FTE"}
_LIMITS: Mapping[str, Mapping[str, object]] = {
    "lon": {"required": True, "minimum": -180, "maximum": 180},
    "lat": {"required": True, "minimum": -90, "maximum": 90},
    "credit": {"minimum": 0, "maximum": 1},
    "method": {"required": True, "enum": list(METHODS)},
    "catchment": {"required": True, "pattern": r"^(all|[0-9]{8}( [0-9]{8})*)$"},
    **{column: {"required": True} for column in ("name", "provider", "kind")},
    **{column: {"required": True, "pattern": _KEY} for column in ("ags", "from", "to", "seat")},
}
_TEXTS = ("name", "provider", "kind", "catchment", "as_of", "source", "note", "target_group", "method")
_PRIMARY = {MUNICIPALITIES_FILE: ["ags"], TRAVEL_FILE: ["from", "to"]}
_FOREIGN = {TRAVEL_FILE: ("from", "to"), SERVICES_FILE: ("seat",)}
#: Licences that have a page of their own; in ``county.yaml`` they are texts.
_LICENCES = {
    "dl-de/by-2-0": ("DL-DE-BY-2.0", "https://www.govdata.de/dl-de/by-2-0"),
    "ODbL": ("ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
    "ODbL 1.0": ("ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
    "GeoNutzV": ("GeoNutzV", "https://www.gesetze-im-internet.de/geonutzv/"),
}


def archive_name(county: County) -> str:
    """The file name of the package."""
    return f"{county.folder.name}.zip"


def data_package(county: County, language: Language) -> bytes:
    """The package as a ZIP archive; the same county gives the same bytes."""
    return zipped(package_files(county, language))


def package_files(county: County, language: Language) -> dict[str, bytes]:
    """Descriptor, tables and the other files of the folder by name."""
    files = dict(_files(county))
    described = json.dumps(descriptor(county, files, language), ensure_ascii=False, indent=2) + "\n"
    return {DESCRIPTOR: described.encode(), **files}


def descriptor(county: County, files: Mapping[str, bytes], language: Language) -> dict[str, Any]:
    """What ``datapackage.json`` says of the ``files``; titles and descriptions are in ``language``."""
    return {
        "$schema": PROFILE,
        "name": county.folder.name,
        "title": county.name,
        "sources": [_source(source) for source in county.sources],
        "licenses": _licences(county.sources),
        "resources": [_resource(county, name, content, language) for name, content in files.items()],
    }


def _files(county: County) -> Iterator[tuple[str, bytes]]:
    yield COUNTY_FILE, (county.folder / COUNTY_FILE).read_bytes()
    towns = ((m.ags, m.name, m.lon, m.lat, *m.indicators.values()) for m in county.municipalities)
    yield MUNICIPALITIES_FILE, plain_table((*PLACE_COLUMNS, *county.indicator_names), towns)
    if (county.folder / TRAVEL_FILE).exists():
        trips = ((*pair, *trip.cells) for pair, trip in county.travel.items())
        yield TRAVEL_FILE, plain_table(TRAVEL_COLUMNS, trips)
    columns = COLUMNS[TableName.SERVICES]
    services = ([service.cell(column) for column in columns] for service in county.services)
    yield SERVICES_FILE, plain_table(columns, services)
    for name in (BOUNDARIES_FILE, SURROUNDINGS_FILE):
        if (county.folder / name).exists():
            yield name, (county.folder / name).read_bytes()


def _resource(county: County, name: str, content: bytes, language: Language) -> dict[str, Any]:
    table = _TABLES.get(name)
    found: dict[str, Any] = {"name": name.partition(".")[0], "path": name}
    if table is not None:
        title, about = TABLES[table], translate(meaning(table), language)
        found |= {"title": translate(title, language), "description": about, "type": "table", "format": "csv"}
        found |= {"mediatype": "text/csv", "encoding": "utf-8", "dialect": _DIALECT}
        found["schema"] = _schema(county, name, table, language)
    else:
        form, media = _MEDIA[name]
        found |= {"title": translate(_title(name), language), "format": form, "mediatype": media, "encoding": "utf-8"}
    columns = [field["name"] for field in found["schema"]["fields"]] if table is TableName.INDICATORS else []
    sources = [source for source in county.sources if {name, *columns} & {*source.covers}]
    if sources:
        found |= {"sources": [_source(source) for source in sources], "licenses": _licences(sources)}
    return {**found, "bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}


def _title(name: str) -> object:
    return msg("Name, employers and sources") if name == COUNTY_FILE else covered(name)


def _schema(county: County, name: str, table: TableName, language: Language) -> dict[str, Any]:
    columns = (*PLACE_COLUMNS, *county.indicator_names) if table is TableName.INDICATORS else COLUMNS[table]
    found: dict[str, Any] = {
        "$schema": _SCHEMA,
        "fields": [_field(county, table, column, language) for column in columns],
        "missingValues": [""],
    }
    if name in _PRIMARY:
        found["primaryKey"] = _PRIMARY[name]
    if name in _FOREIGN:
        towns = {"resource": MUNICIPALITIES_FILE.partition(".")[0], "fields": ["ags"]}
        found["foreignKeys"] = [{"fields": [column], "reference": towns} for column in _FOREIGN[name]]
    return found


def _field(county: County, table: TableName, column: str, language: Language) -> dict[str, Any]:
    found: dict[str, Any] = {"name": column, "title": translate(column_label(table, column), language)}
    limits = _LIMITS.get(column, {})
    text = column in _TEXTS or "pattern" in limits
    if column == "fte" and any(service.fte_range for service in county.services):
        # Least and most of what is known, such as 1-3, is no number.
        text, limits = True, {"pattern": _RANGE}
    elif not text and not limits:
        limits = {"minimum": 0}
    found["type"] = "string" if text else "number"
    about = _about(column)
    if about is not None:
        found["description"] = translate(about, language)
    if column in _UNITS:
        found["unit"] = _UNITS[column]
    return {**found, **({"constraints": dict(limits)} if limits else {})}


def _about(column: str) -> Message | None:
    match column:
        case "lon" | "lat":
            return msg("Degrees in WGS 84")
        case "km" | "minutes":
            return msg("One way by car, from town hall to town hall")
        case "method":
            return msg("road: by road; estimate: from the air line; none: not to be driven by car")
        case "catchment":
            return msg("all: the whole county; else keys of municipalities, separated by blanks")
        case "fte":
            return msg("Full-time posts; of a range such as 1-3 the middle counts")
        case "credit":
            return msg("Share of the hours that relieves case management; empty takes that of the scenario")
    return None


def _source(source: Source) -> dict[str, Any]:
    return {
        "title": f"{source.publisher}: {source.title}",
        "version": source.reference_date,
        "covers": list(source.covers),
        "licence": source.licence,
        "attribution": source.attribution,
    }


def _licences(sources: Iterable[Source]) -> list[dict[str, str]]:
    """The licences of ``sources`` that have a page, each once; the text of each stands with its source."""
    known = dict.fromkeys(_LICENCES[source.licence] for source in sources if source.licence in _LICENCES)
    return [{"name": name, "path": path} for name, path in known]
