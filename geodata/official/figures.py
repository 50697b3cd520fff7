"""The official figures of a state, and the sources of all official files.

What their columns are called, and whose they are, stands in ``official.yaml``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from files.csv_table import Row, Table, read_table
from files.faults import Fault, InputError
from files.typed import instead, shown
from geodata.records import SOURCE_KEYS, Ags, Municipality, Source
from geodata.yaml_keys import Entry, YamlFile, read_yaml
from translation import Message, msg

OFFICIAL = Path(__file__).with_name("official.yaml")
_FIXED_COLUMNS = ("ags", "name", "county_ags", "county", "centre_lon", "centre_lat")
_DATED = re.compile(r"(?P<stem>\w+?)_(?P<date>[0-9]{4}_[0-9]{2}_[0-9]{2})")


@dataclass(frozen=True)
class Vintage:
    """What ``official.yaml`` says: indicator to column name without date, and the sources by part of a county.

    ``seats`` are those of counties' administrations that the name or the size of a municipality would not tell.
    """

    indicators: Mapping[str, str]
    sources: tuple[Mapping[str, str | list[str]], ...]
    seats: Mapping[str, Ags] = field(default_factory=dict)

    def sources_of(self, parts: set[str], dates: Mapping[str, date]) -> list[Source]:
        """The sources of the ``parts`` of a county, dated by the columns that were found."""
        found = []
        for texts in self.sources:
            if texts["part"] not in parts:
                continue
            covers = [texts["covers"]] if isinstance(texts["covers"], str) else texts["covers"]
            values = {}
            if "dated_by" in texts:
                day = dates[str(texts["dated_by"])]
                published = day.year + int(str(texts.get("years_to_publication", 0)))
                values = {"date": day.isoformat(), "year": day.year, "published": published}
            rest = [str(texts[key]).format_map(values) for key in SOURCE_KEYS[1:]]
            found.append(Source(tuple(covers), *rest))
        return found


def read_vintage(path: Path = OFFICIAL) -> Vintage:
    """The contents of ``official.yaml``, or of another file of the same form for files of other publishers."""
    source = read_yaml(path, path.name)
    top = source.mapping(source.top, None, ("indicators", "sources"), ("seats",))

    def plain(entry: Entry) -> str | list[str]:
        return [str(item) for item in entry.value] if isinstance(entry.value, list) else str(entry.value)

    indicators = _texts(source, top.get("indicators"), "indicators", msg("indicator: column"))
    seats = _texts(source, top.get("seats"), "seats", msg("key of the county: key of the municipality"))
    rows = []
    for item in source.items(top.get("sources"), "sources"):
        keys = source.mapping(item, "sources", ("part", *SOURCE_KEYS), ("dated_by", "years_to_publication"))
        rows.append({key: plain(value) for key, value in keys.items()})
        try:
            # With any date; it shows a text that asks for what it will not get.
            Vintage(indicators, (rows[-1],)).sources_of({str(rows[-1]["part"])}, dict.fromkeys(indicators, date.min))
        except (AttributeError, IndexError, KeyError, ValueError):
            wrong = msg("the source cannot be filled in")
            allowed = msg("{{date}}, {{year}} and {{published}} where “dated_by” names an indicator")
            source.fault(item, "sources", wrong, allowed)
    if source.faults:
        raise InputError(source.faults)
    return Vintage(indicators, tuple(rows), seats)


def _texts(source: YamlFile, entry: Entry | None, key: str, allowed: Message) -> dict[str, str]:
    listed = {} if entry is None else entry.value
    if entry is not None and not isinstance(listed, dict):
        source.fault(entry, key, msg("keys are missing here"), allowed)
        return {}
    return {str(name): str(value) for name, value in listed.items()}


@dataclass
class OfficialFigures:
    """The rows of one county in the figures file; ``dates`` are the reference dates of the indicators.

    ``others`` are the names of the municipalities outside the county, ``listed`` those within it as the file has them,
    such as ``Helmstedt, gemfr. Gebiet``.
    """

    county_ags: str
    county_name: str
    municipalities: list[Municipality]
    dates: dict[str, date]
    notices: list[Fault] = field(default_factory=list)
    others: dict[Ags, str] = field(default_factory=dict)
    listed: dict[Ags, str] = field(default_factory=dict)


def read_figures(path: Path, county: str, vintage: Vintage) -> OfficialFigures:
    """The municipalities of ``county`` (its key or its name) with their centre points and the latest figures.

    Raises ``InputError`` with all faults of the file, or where it has no such county.
    """
    table = _state_table(path)
    columns, dates = _indicator_columns(table, vintage)
    counties = {_five_digits(row["county_ags"]): row["county"] for row in table.rows}
    ags = _county_ags(county, counties, path.name)
    municipalities = []
    others, listed = {}, {}
    for row in table.reading():
        if _five_digits(row["county_ags"]) != ags:
            others[row["ags"].zfill(8)] = _plain_name(row["name"])
            continue
        key, name = table.ags(row, "ags"), table.name(row, "name")
        lon, lat = (
            table.number(row, "centre_lon", no_thousands=True),
            table.number(row, "centre_lat", no_thousands=True),
        )
        figures = {
            indicator: table.number(row, column, minimum=0, may_be_empty=True) for indicator, column in columns.items()
        }
        if key is not None and name is not None and lon is not None and lat is not None:
            listed[key] = name
            municipalities.append(Municipality(key, _plain_name(name), lon, lat, figures))
    table.check()
    municipalities.sort(key=lambda municipality: municipality.ags)
    return OfficialFigures(ags, county_name(counties[ags]), municipalities, dates, table.notices, others, listed)


def counties_of(path: Path) -> list[str]:
    """The keys of the counties in the figures file that have several municipalities. Raises ``InputError``."""
    table = _state_table(path)
    towns = Counter(_five_digits(row["county_ags"]) for row in table.rows)
    return sorted(ags for ags, count in towns.items() if count > 1)


def _state_table(path: Path) -> Table:
    table = read_table(path, path.name, _FIXED_COLUMNS, others=True)
    if "ags" in table.columns and not {"county_ags", "centre_lon", "centre_lat"} & set(table.columns):
        wrong = msg("this table says of no municipality in which county it is, nor where it lies")
        allowed = msg(
            "the figures of a state (docs/kreis-hinzufuegen.md); a table of an office goes into a county on the page "
            "“Data”"
        )
        raise InputError([Fault(path.name, wrong, allowed)])
    table.check()
    return table


def _plain_name(listed: str) -> str:
    return listed.partition(",")[0]


def _five_digits(text: str) -> str:
    return text.zfill(5)


def _indicator_columns(table: Table, vintage: Vintage) -> tuple[dict[str, str], dict[str, date]]:
    stems: dict[str, list[tuple[date | None, str]]] = {}
    header = Row(1, {})
    known = set(vintage.indicators.values())
    for column in table.columns:
        if column in _FIXED_COLUMNS:
            continue
        match = _DATED.fullmatch(column)
        stem, day = (match["stem"], _date(match["date"])) if match else (column, None)
        if stem not in known or (match and day is None):
            wrong = msg("the column is not known")
            table.fault(header, shown(column), wrong, instead(stem, sorted(known)))
        stems.setdefault(stem, []).append((day, column))
    columns, dates = {}, {}
    for indicator, stem in vintage.indicators.items():
        if stem not in stems:
            allowed = msg("a column “{stem}”, followed by its reference date as in {stem}_2022_05_15", stem=stem)
            table.fault(header, stem, msg("the column is missing"), allowed)
            continue
        day, columns[indicator] = max(stems[stem], key=lambda found: found[0] or date.min)
        if day is not None:
            dates[indicator] = day
    for source in vintage.sources:
        indicator = str(source.get("dated_by", ""))
        if indicator in columns and indicator not in dates:
            allowed = msg(
                "the date at the end of the name, as in {stem}_2022_05_15", stem=vintage.indicators[indicator]
            )
            table.fault(header, columns[indicator], msg("the column has no reference date"), allowed)
    table.check()
    return columns, dates


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.replace("_", "-"))
    except ValueError:
        return None


def county_name(listed: str) -> str:
    """A county as people call it: ``Coesfeld`` is Kreis Coesfeld, ``Münster, Stadt`` is Münster."""
    name, comma, _ = listed.partition(",")
    return name if comma or re.search("kreis|region", name, re.IGNORECASE) else f"Kreis {name}"


def _county_ags(county: str, counties: Mapping[str, str], file: str) -> str:
    wanted = county.strip()
    if wanted.isdecimal() and _five_digits(wanted) in counties:
        return _five_digits(wanted)
    for ags, listed in counties.items():
        if (
            wanted.casefold()
            in (
                listed.casefold(),
                listed.partition(",")[0].casefold(),
                county_name(listed).casefold(),
            )
            or county_name(wanted).casefold() == county_name(listed).casefold()
        ):
            return ags
    known = sorted(counties) if wanted.isdecimal() else [county_name(listed) for listed in counties.values()]
    wrong = msg("there is no county “{name}”", name=shown(wanted))
    raise InputError([Fault(file, wrong, instead(wanted, known))])
