"""The official files of a state: figures, boundaries, and the tables collected for one county.

What their columns are called, and whose they are, stands in ``official.yaml``.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.geometry.base import BaseGeometry

from faults import Fault, InputError
from geodata.names import instead, shown
from geodata.records import SOURCE_KEYS, Ags, Municipality, Source
from geodata.tables import Row, Table, read_table
from geodata.yaml_keys import Entry, read_yaml
from translation import msg

OFFICIAL = Path(__file__).with_name("official.yaml")
_FIXED_COLUMNS = ("ags", "name", "county_ags", "county", "centre_lon", "centre_lat")
_DATED = re.compile(r"(?P<stem>\w+?)_(?P<date>[0-9]{4}_[0-9]{2}_[0-9]{2})")
# A tenth of a metre: finer than any official boundary, and the same on both sides of a border.
_DECIMALS = 6
# How near a corner lies that belongs to a border, in metres or in degrees as the source counts: a centimetre.
_CORNER = {True: 0.01, False: 1e-7}


@dataclass(frozen=True)
class Vintage:
    """What ``official.yaml`` says: indicator to column name without date, and the sources by part of a county."""

    indicators: Mapping[str, str]
    sources: tuple[Mapping[str, str | list[str]], ...]

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
    top = source.mapping(source.top, None, ("indicators", "sources"))

    def plain(entry: Entry) -> str | list[str]:
        return [str(item) for item in entry.value] if isinstance(entry.value, list) else str(entry.value)

    listed = top["indicators"].value if "indicators" in top else {}
    if not isinstance(listed, dict):
        source.fault(top["indicators"], "indicators", msg("keys are missing here"), msg("indicator: column"))
        listed = {}
    indicators = {str(key): str(value) for key, value in listed.items()}
    rows = []
    for item in source.items(top.get("sources"), "sources"):
        keys = source.mapping(item, "sources", ("part", *SOURCE_KEYS), ("dated_by", "years_to_publication"))
        rows.append({key: plain(value) for key, value in keys.items()})
        try:
            # With any date; it shows a text that asks for what it will not get.
            Vintage(indicators, (rows[-1],)).sources_of({str(rows[-1]["part"])}, dict.fromkeys(indicators, date.min))
        except (AttributeError, IndexError, KeyError, ValueError) as error:
            wrong = msg("the source cannot be filled in ({reason})", reason=shown(error))
            allowed = msg("{{date}}, {{year}} and {{published}} where “dated_by” names an indicator")
            source.fault(item, "sources", wrong, allowed)
    if source.faults:
        raise InputError(source.faults)
    return Vintage(indicators, tuple(rows))


@dataclass
class Figures:
    """The rows of one county in the figures file; ``dates`` are the reference dates of the indicators."""

    county_ags: str
    county_name: str
    municipalities: list[Municipality]
    dates: dict[str, date]
    notices: list[Fault] = field(default_factory=list)


def read_figures(path: Path, county: str, vintage: Vintage) -> Figures:
    """The municipalities of ``county`` (its key or its name) with their centre points and the latest figures.

    Raises ``InputError`` with all faults of the file, or where it has no such county.
    """
    table = read_table(path, path.name, _FIXED_COLUMNS, others=True)
    table.check()
    columns, dates = _indicator_columns(table, vintage)
    counties = {_five_digits(row["county_ags"]): row["county"] for row in table.rows}
    ags = _county_ags(county, counties, path.name)
    municipalities = []
    for row in table.reading():
        if _five_digits(row["county_ags"]) != ags:
            continue
        key, name = table.ags(row, "ags"), table.name(row, "name")
        lon, lat = table.number(row, "centre_lon"), table.number(row, "centre_lat")
        figures = {indicator: table.number(row, column, minimum=0) for indicator, column in columns.items()}
        if key is not None and name is not None and lon is not None and lat is not None:
            known = {indicator: value for indicator, value in figures.items() if value is not None}
            municipalities.append(Municipality(key, name.partition(",")[0], lon, lat, known))
    table.check()
    municipalities.sort(key=lambda municipality: municipality.ags)
    return Figures(ags, county_name(counties[ags]), municipalities, dates, table.notices)


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
        if wanted.casefold() in (
            listed.casefold(),
            listed.partition(",")[0].casefold(),
            county_name(listed).casefold(),
        ):
            return ags
    known = sorted(counties) if wanted.isdecimal() else [county_name(listed) for listed in counties.values()]
    wrong = msg("there is no county “{name}”", name=shown(wanted))
    raise InputError([Fault(file, wrong, instead(wanted, known))])


def read_official_boundaries(path: Path, county_ags: str) -> dict[Ags, BaseGeometry]:
    """The boundaries of a county's municipalities in WGS 84, six decimals; common borders stay identical.

    ``path`` is any file of polygons that GDAL reads, with a column ``ags`` and a coordinate system. Every corner is
    transformed and rounded by itself, so that both sides of a border get the same points.
    """
    try:
        with warnings.catch_warnings():
            # GDAL warns of further layers, unknown metadata and the like: nothing that a planner could act on.
            warnings.simplefilter("ignore")
            frame = geopandas.read_file(path)
    except (DataSourceError, DataLayerError, OSError, ValueError) as error:
        wrong = msg("the boundaries cannot be read ({reason})", reason=shown(error))
        raise InputError([Fault(path.name, wrong, msg("a GeoPackage or another file of polygons"))]) from None
    if "ags" not in frame.columns or not isinstance(frame, geopandas.GeoDataFrame):
        wrong = msg("the column “ags” or the geometry is missing")
        raise InputError([Fault(path.name, wrong, msg("polygons with the municipality key in a column “ags”"))])
    system = frame.crs
    if system is None:
        wrong = msg("the coordinate system is not given")
        raise InputError([Fault(path.name, wrong, msg("a coordinate system such as EPSG:25832"))])
    frame["ags"] = frame["ags"].astype(str).str.zfill(8)
    frame = frame[frame["ags"].str.startswith(county_ags) & frame.geometry.notna()]
    parts: dict[Ags, list[BaseGeometry]] = {}
    faults = []
    for ags, shape in zip(frame["ags"], shapely.force_2d(frame.geometry), strict=True):
        parts.setdefault(ags, []).append(shape)
        if not shape.is_valid:
            reason = shown(shapely.is_valid_reason(shape))
            wrong = msg("the boundary of {name} is not valid ({reason})", name=ags, reason=reason)
            faults.append(
                Fault(path.name, wrong, msg("rings that do not cross themselves; “Fix geometries” of QGIS mends it"))
            )
    if faults:
        raise InputError(faults)
    keys = sorted(parts)
    # Some data sets have land and water of a municipality apart.
    joined = [parts[key][0] if len(parts[key]) == 1 else shapely.union_all(parts[key]) for key in keys]
    shared = _with_common_corners(joined, _CORNER[system.is_projected])
    degrees = geopandas.GeoSeries(shared, crs=system).to_crs(4326)
    return {key: _polygon(shape) for key, shape in zip(keys, degrees, strict=True)}


def _with_common_corners(shapes: list[BaseGeometry], near: float) -> list[BaseGeometry]:
    # A corner of one municipality on the straight border of another would leave that border when both are
    # transformed, since a straight line does not stay one.
    tree = shapely.STRtree(shapes)
    shared = []
    for shape in shapes:
        around = [shapes[position] for position in tree.query(shape, predicate="intersects")]
        corners = shapely.MultiPoint(shapely.get_coordinates(around))
        shared.append(shapely.snap(shape, corners, near))
    return shared


def _polygon(shape: BaseGeometry) -> BaseGeometry:
    rounded = shapely.transform(shape, lambda points: np.round(points, _DECIMALS))
    polygons = shapely.get_parts(rounded)
    return shapely.orient_polygons(polygons[0] if len(polygons) == 1 else rounded)
