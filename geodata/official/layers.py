"""The polygons of municipalities in an official file: which layer holds them, what their keys are called and look like.

Such files come as GeoPackage with a layer for each level (VG250), as shapefile in a folder of a zip archive, with the
key in capitals, as a number that lost its leading zero, or as the regional key of twelve digits.
"""

from __future__ import annotations

import logging
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import geopandas
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.geometry.base import BaseGeometry

from files.faults import Fault, InputError
from files.typed import shown
from translation import Listing, Message, listing, msg, msgs, number

_LOG = logging.getLogger(__name__)
# In the order in which they are looked for; the last two are regional keys of twelve digits.
_KEYS = ("ags", "ars", "rs")
_NAMES, _KINDS = ("gen", "name"), ("bez",)
_KEY = re.compile(r"([0-9]+)(?:\.0+)?")
_AGS_DIGITS, _COUNTY_DIGITS, _REGIONAL_DIGITS = 8, 5, 12
_MAPS = (".gpkg", ".shp", ".geojson", ".json", ".gml", ".fgb")
#: Unpacked; the whole of Germany in the finest official edition has some 500 MB.
MOST_UNPACKED = 2_000_000_000
_MOST_NAMED = 12
_POLYGONS_NEEDED = msg("polygons with the municipality key in a column “ags”")


@dataclass(frozen=True)
class StateFile:
    """The polygons of a file: columns ``ags`` (eight digits), ``name`` and ``kind`` (as published, or empty).

    ``polygons`` are in the coordinate system of the file.
    """

    polygons: geopandas.GeoDataFrame
    notices: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Layer:
    source: str
    name: str
    columns: tuple[str, ...]
    geometry: str | None
    # The column of the keys, and these as they stand there.
    key: str | None = None
    keys: tuple[str, ...] = ()

    @property
    def drawn(self) -> bool:
        """Whether there may be polygons in it."""
        return not re.search("Point|Line|Curve$|None", self.geometry or "None")

    def of(self, county_ags: str) -> int:
        """How many of its keys are those of municipalities of the county."""
        return sum(full_key(key).startswith(county_ags) and len(full_key(key)) == _AGS_DIGITS for key in self.keys)


def read_state(path: Path, county_ags: str = "") -> StateFile:
    """The polygons in the layer of ``path`` that has most municipalities of the county, or of all without one.

    Any file that GDAL reads will do, also within a zip archive. Raises ``InputError`` where it has none of the county.
    """
    if not path.exists():
        raise InputError([Fault(path.name, msg("the file does not exist"), msg("a file of this name"))])
    with warnings.catch_warnings():
        # GDAL warns of unknown metadata and the like: nothing that a planner could act on.
        warnings.simplefilter("ignore")
        try:
            layers = [layer for source in _sources(path) for layer in _layers(source)]
            # Official files also have a layer of points with the same keys.
            chosen = max(layers, key=lambda layer: (layer.drawn and layer.of(county_ags), layer.of(county_ags)))
            if chosen.key is None or chosen.geometry is None or not chosen.of(county_ags):
                raise InputError([_without_county(path.name, layers, county_ags)])
            frame = geopandas.read_file(chosen.source, layer=chosen.name)
        except (DataSourceError, DataLayerError, OSError, ValueError, zipfile.BadZipFile) as error:
            if isinstance(error, InputError):
                raise
            _LOG.warning("boundaries cannot be read: %s", error)
            raise InputError([_unreadable(path.name)]) from None
    return _state(path.name, chosen, frame, county_ags, len(layers))


def _unreadable(file: str) -> Fault:
    allowed = msg("a GeoPackage, a shapefile (with .dbf, .shx and .prj, or all of them in a zip archive) or GeoJSON")
    return Fault(file, msg("the boundaries cannot be read"), allowed)


def _sources(path: Path) -> Iterator[str]:
    if not zipfile.is_zipfile(path):
        yield str(path)
        return
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        allowed = msg("at most {size} unpacked", size=number(MOST_UNPACKED / 1e9, 0, "GB"))
        raise InputError([Fault(path.name, msg("the archive is too large"), allowed)])
    maps = [member.filename for member in members if PurePosixPath(member.filename).suffix.lower() in _MAPS]
    # Apple's copies of attributes have the same endings.
    found = [name for name in maps if not name.startswith("__MACOSX/")]
    if not found:
        named = [shown(member.filename) for member in members[:_MOST_NAMED]]
        wrong = msg("the archive holds no boundaries: {names}", names=listing(named) if named else "–")
        raise InputError([Fault(path.name, wrong, msg("a GeoPackage, a shapefile with all its parts, or GeoJSON"))])
    yield from (f"/vsizip/{{{path}}}/{name}" for name in sorted(found))


def _layers(source: str) -> Iterator[_Layer]:
    for name in pyogrio.list_layers(source)[:, 0]:
        information = pyogrio.read_info(source, layer=name)
        columns = tuple(str(column) for column in information["fields"])
        layer = _Layer(source, str(name), columns, information["geometry_type"])
        candidates = [column for wanted in _KEYS for column in columns if column.strip().lower() == wanted]
        found = [layer]
        if candidates:
            table = pyogrio.read_dataframe(source, layer=name, columns=candidates, read_geometry=False)
            found = [
                _Layer(source, layer.name, columns, layer.geometry, key, tuple(map(str, table[key].dropna())))
                for key in candidates
            ]
        # A layer may have both; the first that has municipalities is the one to read.
        yield max(found, key=lambda one: one.of(""))


def full_key(written: str) -> str:
    """A municipality key as official files write it, in eight digits where it can be one; else as it is.

    A lost leading zero, a decimal point and blanks between the parts are mended; of a regional key of twelve digits
    the association of municipalities is left out.
    """
    text = "".join(written.split())
    match = _KEY.fullmatch(text)
    if match is None:
        return text
    digits = match[1]
    if len(digits) in (_AGS_DIGITS - 1, _REGIONAL_DIGITS - 1):
        digits = "0" + digits
    return digits[:_COUNTY_DIGITS] + digits[-3:] if len(digits) == _REGIONAL_DIGITS else digits


def _without_county(file: str, layers: list[_Layer], county_ags: str) -> Fault:
    """Why none of the ``layers`` can be read as the municipalities of the county."""
    keyed = [layer for layer in layers if layer.key is not None]
    drawn = [layer for layer in keyed if layer.geometry is not None]
    if not drawn:
        columns = listing(shown(column) for layer in layers[:1] for column in layer.columns[:_MOST_NAMED])
        there = msg("{layers} with the columns {columns}", layers=_named(layers), columns=columns or "–")
        wrong = msg("the column “ags” or the geometry is missing; there is {there}", there=there)
        return Fault(file, wrong, _POLYGONS_NEEDED)
    read = max(drawn, key=lambda layer: len(layer.keys))
    example = msg("like “{key}”", key=shown(read.keys[0])) if read.keys else msg("none at all")
    wrong = msgs(
        "the layer “{layer}” has {count} shape, and none whose “{column}” begins with {ags}; its keys are {example}",
        "the layer “{layer}” has {count} shapes, and none whose “{column}” begins with {ags}; its keys are {example}",
        len(read.keys),
        layer=shown(read.name),
        column=shown(str(read.key)),
        ags=county_ags,
        example=example,
    )
    others = [layer for layer in layers if layer is not read]
    allowed = msg("the municipalities (Gemeinden) of the county, with keys of eight digits, and no counties or states")
    if others:
        more = msg("also looked at: {layers}", layers=_named(others))
        allowed = msg("{first}; {second}", first=allowed, second=more)
    return Fault(file, wrong, allowed)


def _named(layers: list[_Layer]) -> Listing:
    names = [msg("layer “{layer}”", layer=shown(layer.name)) for layer in layers[:_MOST_NAMED]]
    return listing([*names, *(["…"] if len(layers) > _MOST_NAMED else [])])


def _state(file: str, chosen: _Layer, frame: geopandas.GeoDataFrame, county_ags: str, layers: int) -> StateFile:
    polygons = _standard(chosen, frame)
    of_county = polygons["ags"].str.startswith(county_ags)
    shapes = polygons.geometry.map(only_polygons)
    bare = of_county & shapes.is_empty
    if (of_county & ~shapes.is_empty).sum() == 0:
        kinds = sorted({shape.geom_type for shape, own in zip(polygons.geometry, of_county, strict=True) if own})
        wrong = msg("the file holds {kinds} and no polygons", kinds=listing(map(_kind, kinds)) if kinds else "–")
        raise InputError([Fault(file, wrong, _POLYGONS_NEEDED)])
    if polygons.crs is None:
        wrong = msg("the coordinate system is not given")
        raise InputError([Fault(file, wrong, msg("a coordinate system such as EPSG:25832"))])
    notices = []
    if layers > 1:
        told = msg("the layer “{layer}” is read, one of {count}", layer=shown(chosen.name), count=layers)
        notices.append(Fault(file, told, msg("it has most municipalities of the county")))
    if bare.any():
        told = msgs("{count} shape is no polygon", "{count} shapes are no polygons", int(bare.sum()))
        notices.append(Fault(file, told, msg("left out")))
    repaired = sum(full_key(key) != key for key in chosen.keys if full_key(key).startswith(county_ags))
    if repaired and chosen.key is not None and chosen.key.lower() not in _KEYS[1:]:
        told = msgs(
            "{count} municipality key is no text of eight digits, like “{key}”",
            "{count} municipality keys are no text of eight digits, like “{key}”",
            repaired,
            key=shown(next(key for key in chosen.keys if full_key(key) != key)),
        )
        notices.append(Fault(file, told, msg("repaired"), column=shown(chosen.key)))
    return StateFile(polygons.set_geometry(shapes)[~shapes.is_empty], notices)


def _standard(chosen: _Layer, frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    def texts(wanted: tuple[str, ...]) -> list[str]:
        column = next((name for want in wanted for name in chosen.columns if name.strip().lower() == want), None)
        if column is None:
            return [""] * len(frame)
        return ["" if value is None else str(value).strip() for value in frame[column]]

    keys = ["" if key is None else full_key(str(key)) for key in frame[chosen.key]]
    columns = {"ags": keys, "name": texts(_NAMES), "kind": texts(_KINDS)}
    standard = geopandas.GeoDataFrame(columns, geometry=list(frame.geometry), crs=frame.crs)
    return standard[standard.geometry.notna()]


def only_polygons(shape: BaseGeometry) -> BaseGeometry:
    """The polygons in a shape, with the coordinates of a plane: one as such, none or several as a collection."""
    parts = []
    for part in list(shapely.get_parts(shape)):
        if part.geom_type in ("MultiPolygon", "GeometryCollection"):
            parts += shapely.get_parts(only_polygons(part)).tolist()
        elif part.geom_type == "Polygon" and not part.is_empty:
            parts.append(part)
    plane: BaseGeometry = shapely.force_2d(parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts))
    return plane


def _kind(geometry: str) -> Message:
    return {"LineString": msg("lines"), "MultiLineString": msg("lines"), "LinearRing": msg("lines")}.get(
        geometry, msg("points") if geometry in ("Point", "MultiPoint") else msg("other shapes")
    )
