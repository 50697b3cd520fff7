"""Drives from a file that somebody uploaded: an extract of OpenStreetMap, or what a routing engine computed."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from files.faults import Fault, InputError
from files.typed import shown
from geodata.official.uploaded import Upload, written
from geodata.records import Ags, Source, Trip
from translation import msg

SECONDS = 240
"""The longest that drives may be computed for a page."""


@dataclass(frozen=True)
class UploadedDrives:
    """The drives of a file with their source, and what is to be known of them."""

    trips: Mapping[tuple[Ags, Ags], Trip]
    source: Source
    notices: tuple[Fault, ...] = ()


def drives_of(
    upload: Upload, places: Mapping[Ags, tuple[float, float]], names: Mapping[Ags, str], today: date
) -> UploadedDrives | tuple[Fault, ...]:
    """The drives between ``places`` (longitude, latitude) from ``upload``, or all faults.

    A file of JSON is the matrix of a routing engine, any other an extract; one that does not say its day is of
    ``today``. To be called in a process that may take so much time and memory.
    """
    # Only here: a server that has it done by another process needs neither.
    from geodata.roads.drives import Limits, road_drives, road_source
    from geodata.roads.matrices import read_matrix

    undated = Fault(
        shown(upload.name),
        msg("the file does not say of what day its data are; the drives are dated today"),
        msg("the day of the data in the table of sources"),
    )
    day = today.isoformat()
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = written(Path(folder) / "upload", upload)
            if upload.content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
                matrix = read_matrix(path, places)
                missing = () if matrix.as_of else (undated,)
                return UploadedDrives(matrix.trips, matrix.source(matrix.as_of or day), missing)
            found = road_drives(path, places, names, limits=Limits(seconds=SECONDS))
            notices = found.notices if found.as_of else (*found.notices, undated)
            return UploadedDrives(found.trips, road_source(path.name, found.as_of or day), notices)
    except InputError as error:
        return error.faults
