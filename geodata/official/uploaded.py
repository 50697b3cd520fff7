"""A county built from files that somebody uploaded: nothing of it is on disk until it is saved."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from files.csv_table import excel_table, read_table
from files.faults import Fault, InputError
from files.typed import shown
from geodata import COUNTIES
from geodata.county import County
from geodata.editing import plausibility
from geodata.editing.plausibility import Doubt, local_today
from geodata.official.figures import counties_of, read_vintage
from geodata.records import FILES
from translation import msg

FIGURES, BOUNDARIES = "figures", "boundaries"
_MOST_UNPACKED = 200_000_000
_SQLITE, _ZIP = b"SQLite format 3\0", b"PK\x03\x04"
#: What GDAL would take for a description of other files, wherever they are: none of what people upload has that.
_POINTS_ELSEWHERE = (b"<ogrvrt", b"<vrtdataset", b"<gdal_")
_HEAD = 4096
_LONGEST = 80
_PLACES = ("ags", "name", "county_ags", "county", "centre_lon", "centre_lat")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody uploaded."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Built:
    """A county that was built, with its ``files`` by name, and what is unlikely in its figures."""

    county: County
    files: Mapping[str, bytes]
    doubts: tuple[Doubt, ...] = ()


def build_uploaded(county: str, uploads: Mapping[str, Upload]) -> Built | tuple[Fault, ...]:
    """The county ``county`` (key, name, or empty for the only one of the figures) from ``uploads``, or all faults.

    These are :data:`FIGURES`, :data:`BOUNDARIES` and, where they are given, ``town_halls``, ``travel``, ``services``
    and ``employers``, as :func:`geodata.official.build.build_county` has them. To be called in a process that may take
    so much time and memory: GDAL reads what anybody sent.
    """
    # Only here: it loads far more than a server needs that has it done by another process.
    from geodata.official.build import build_county, earlier

    try:
        _check_boundaries(uploads[BOUNDARIES])
        with tempfile.TemporaryDirectory() as place:
            paths = {kind: written(Path(place) / kind, upload) for kind, upload in uploads.items()}
            built = build_county(
                county.strip() or _only_county(paths[FIGURES]),
                figures=paths[FIGURES],
                boundaries=paths[BOUNDARIES],
                out=Path(place),
                town_halls=paths.get("town_halls"),
                travel=paths.get("travel"),
                services=paths.get("services"),
                employers=paths.get("employers"),
            )
            files = {name: built.folder / name for name in FILES}
            about = built, local_today(), earlier(COUNTIES / built.folder.name)
            doubts = tuple(plausibility.unconfirmed_doubts(*about))
            # They are asked about, and need not be told twice.
            told = set(plausibility.notices(*about))
            silent = replace(built, notices=tuple(notice for notice in built.notices if notice not in told))
            return Built(silent, {n: path.read_bytes() for n, path in files.items() if path.exists()}, doubts)
    except InputError as error:
        return error.faults


def official_table(county: County) -> bytes:
    """The figures of a county as the official table has them: a pattern to be filled in for another county.

    The dates in the names of its columns are those of the county's sources.
    """
    columns = {name: stem for name, stem in read_vintage().indicators.items() if name in county.indicator_names}
    header = list(_PLACES)
    for name, stem in columns.items():
        source = county.source_of(name)
        header.append(stem if source is None else f"{stem}_{source.reference_date.replace('-', '_')}")
    rows = [
        (town.ags, town.name, county.ags, county.name, town.lon, town.lat, *(town.indicators[name] for name in columns))
        for town in county.municipalities
    ]
    return excel_table(header, rows)


def written(folder: Path, upload: Upload) -> Path:
    """The upload as a file in ``folder``, which is new, under the name that it has as far as a system takes it."""
    # Faults name the file as it was called.
    stem, dot, ending = PurePosixPath(upload.name.replace("\\", "/")).name.rpartition(".")
    plain = re.sub(r"[^\w .()-]", "_", stem if dot else ending)[:_LONGEST].strip(" .") or "upload"
    folder.mkdir()
    path = folder / (plain + dot + re.sub(r"\W", "", ending)[:10] if dot else plain)
    path.write_bytes(upload.content)
    return path


def _only_county(figures: Path) -> str:
    known = counties_of(figures)
    if len(known) == 1:
        return known[0]
    table = read_table(figures, figures.name, (), others=True)
    names = {row.cells.get("county", "").partition(",")[0] for row in table.rows}
    wrong = msg("the figures are of {count} counties", count=len(names))
    raise InputError([Fault(figures.name, wrong, msg("the name or key of the one that is meant"))])


def _check_boundaries(upload: Upload) -> None:
    """Raises ``InputError`` where the file is of no kind that is read here: GDAL would read far more."""
    content = upload.content
    if content.startswith(_SQLITE):
        return
    if content.startswith(_ZIP):
        heads = _heads(upload)
    elif content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        heads = [content[: 64 * _HEAD]]
    else:
        wrong = msg("these are no boundaries that can be read")
        allowed = msg("a GeoPackage (.gpkg), GeoJSON, or a shapefile with all its parts in a .zip")
        raise InputError([Fault(shown(upload.name), wrong, allowed)])
    if any(mark in head.lower() for head in heads for mark in _POINTS_ELSEWHERE):
        wrong = msg("the file refers to other files")
        raise InputError([Fault(shown(upload.name), wrong, msg("a file that holds the boundaries itself"))])


def _heads(upload: Upload) -> list[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(upload.content)) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            if sum(part.file_size for part in parts) > _MOST_UNPACKED:
                wrong = msg("the archive holds too much")
                raise InputError([Fault(shown(upload.name), wrong, msg("the boundaries of one state alone"))])
            heads = []
            for part in parts:
                with archive.open(part) as stream:
                    heads.append(stream.read(_HEAD))
            return heads
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        wrong = msg("the archive is damaged or has a password")
        raise InputError([Fault(shown(upload.name), wrong, msg("a .zip that can be opened"))]) from None
