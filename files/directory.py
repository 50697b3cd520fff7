"""The directory of all municipalities (GV100AD) as the Federal Statistical Office publishes it: in fixed columns.

Its records, without separators: kind in columns 1-2 (60: a municipality), 3-10 the day of the boundaries, 11-18 the
key, 19-22 the association, 23-72 the name, 129-139 the area in hectares, 140-150 all people.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from files.published import Record

_RECORD = re.compile(r"[1-6]0(?:19|20)[0-9]{6}[0-9 ]{12}[^;\t\r\n]{60,}")
_MUNICIPALITY = "60"
_DAY, _KEY, _NAME, _HECTARES, _PEOPLE = slice(2, 10), slice(10, 18), slice(22, 72), slice(128, 139), slice(139, 150)
HEADINGS = ("ags", "name", "area_km2", "Bevölkerung")
"""Of the table that the records make. Whose people they are, and of what day, the file does not say."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The municipalities of a directory as rows below a row of headings, and what else was found in it.

    ``day`` is that of the boundaries (``YYYYMMDD``), ``larger`` the count of records of states, counties and
    associations, ``wrong`` are the lines that are no record.
    """

    records: list[Record]
    day: str
    larger: int
    wrong: tuple[int, ...]


def is_directory(text: str) -> bool:
    """Whether a text begins as the directory does."""
    return _RECORD.match(text) is not None


def read_directory(text: str) -> Directory:
    """The directory in ``text``."""
    records: list[Record] = [(1, list(HEADINGS))]
    larger, wrong = 0, []
    for line, record in enumerate(text.split("\n"), start=1):
        if not record.strip():
            continue
        if _RECORD.match(record) is None:
            wrong.append(line)
        elif not record.startswith(_MUNICIPALITY):
            larger += 1
        elif all(record[part].isdecimal() for part in (_KEY, _HECTARES, _PEOPLE)):
            area, people = int(record[_HECTARES]), int(record[_PEOPLE])
            # Two decimals, that no cell is in doubt about its decimal mark.
            cells = [record[_KEY], record[_NAME].strip(), f"{area // 100}.{area % 100:02}", str(people)]
            records.append((line, cells))
        else:
            wrong.append(line)
    return Directory(records, text[_DAY], larger, tuple(wrong))
