"""Tables as offices publish them: title lines, rows of headings, larger areas, sums and notes beside the figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from files.typed import shown
from translation import Message, listing, msg, msgs

Record = tuple[int, list[str]]
"""The line on which a row begins (1 = first), and its cells."""
Notice = tuple[int, Message, Message | None]

#: How far down the headings of a table are looked for, and in how many columns the key of its rows.
_HEAD, _FRONT = 60, 4
#: So many rows show how a table is written.
_SAMPLE = 2000
#: With or without its leading zero, and with the digits of an association: the regional key.
MUNICIPALITY_KEY = re.compile(r"(0?[1-9]|1[0-6])[0-9]{6}([0-9]{4})?(\.0)?")
_KEY_AND_NAME = re.compile(r"([0-9]{2,12})[ \u00a0]+([^\W\d_].*)")
#: State, region, county, association, municipality.
_KEY_PARTS = tuple(map(re.compile, ("[0-9]{1,2}", "[0-9]", "[0-9]{1,2}", "[0-9]{1,4}", "[0-9]{1,3}")))
_LARGER_AREA = re.compile(r"[0-9]{1,5}|DG")
_LARGER_REGION = re.compile(r"[0-9]{1,9}|DG|D")
_LETTER = re.compile(r"[^\W\d_]")
_RULE = re.compile(r"_{3,}|-{5,}|={5,}")
_SUM = re.compile(
    r"(summe|insgesamt|gesamt|gesamtsumme|zusammen|kreis(summe)?|total|sum|grand total)\b(?!-).*|.+, (land)?kreis",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(quellen?|hinweise?|anmerkung(en)?|stand|legende|zeichenerklärung|fußnoten?|notes?|sources?|datenlizenz|lizenz"
    r"|dieses werk|statistische[sr]?|©|\(c\)|copyright|\d{1,2}\)|\*|[-./x…]+ *[=:])(\b|\W|$).*",
    re.IGNORECASE | re.DOTALL,
)
_NOTES_NAMED = 3


@dataclass
class Layout:
    """A table taken apart: its headings with the line they stand on, its rows, and what was left aside."""

    line: int
    columns: list[str]
    rows: list[Record]
    notices: list[Notice] = field(default_factory=list)


def is_sum(text: str) -> bool:
    """Whether a row with this name is of all municipalities together."""
    return _SUM.fullmatch(text) is not None


def known_headings(cells: Sequence[str], headings: Mapping[str, str]) -> int:
    """How many columns the cells of a row name; ``headings`` maps spellings in small letters to columns."""
    return len({headings[name] for name in map(heading_key, cells) if name in headings})


def heading_key(heading: str) -> str:
    """A heading to be compared with others: on one line, small letters."""
    return " ".join(heading.split()).casefold()


def lay_out(records: Sequence[Record], headings: Mapping[str, str]) -> Layout | None:
    """The table in ``records``, rows that are not empty; ``None`` where there are none.

    ``headings`` maps spellings in small letters to columns, which the layout has in their place; other headings stay.
    A table without any of them that has municipality keys gets the columns ``ags`` and ``name``.
    """
    if not records:
        return None
    key = _key_column(records)
    if key is None:
        records = _split(_together(records))
        key = _key_column(records)
    keyed = None if key is None else next(at for at, (_, cells) in enumerate(records) if _is_key(cells, key))
    head = range(min(len(records), _HEAD if keyed is None else min(keyed, _HEAD)))
    scores = [known_headings(records[at][1], headings) for at in head]
    best = max(head, key=lambda at: scores[at], default=0)
    # A title may be called as a column is, but fills a single cell.
    named = head and scores[0] and (keyed is None or len(records[0][1]) - records[0][1].count("") > 1)
    if head and (scores[best] >= 2 or named or keyed is None):
        layout = _named(records, best, headings, key)
    elif keyed is None or key is None:
        layout = _named(records, 0, headings, key)
    else:
        layout = _unnamed(records, keyed, key)
    layout.rows, notices = _sorted_out(layout, about="ags" in headings.values())
    layout.notices += notices
    _drop_empty_columns(layout)
    return layout


def _together(records: Sequence[Record]) -> Sequence[Record]:
    """The records with the parts of a key in one cell, which the directory of municipalities has in five."""

    def parts(cells: Sequence[str], at: int) -> bool:
        found = cells[at : at + len(_KEY_PARTS)]
        return len(found) == len(_KEY_PARTS) and all(
            part.fullmatch(cell) for part, cell in zip(_KEY_PARTS, found, strict=True)
        )

    sample = records[:_SAMPLE]
    at = max(range(_FRONT), key=lambda at: sum(parts(cells, at) for _, cells in sample))
    if not any(parts(cells, at) for _, cells in sample):
        return records

    def joined(cells: list[str]) -> str:
        state, region, county, _, town = cells
        digits = state.zfill(2) if state.isdecimal() else ""
        for part, length in ((region, 1), (county, 2), (town, 3)):
            if not part.isdecimal():
                break
            digits += part.zfill(length)
        return digits

    end = at + len(_KEY_PARTS)
    return [
        (line, [*cells[:at], joined(cells[at:end]), *cells[end:]] if len(cells) >= end else cells)
        for line, cells in records
    ]


def _split(records: Sequence[Record]) -> Sequence[Record]:
    """The records with key and name apart, where a column holds both in one cell, as in “05558004 Ascheberg”."""
    joined = Counter(
        at
        for _, cells in records[:_SAMPLE]
        for at in range(min(len(cells), _FRONT))
        if _KEY_AND_NAME.fullmatch(cells[at])
    )
    if not joined:
        return records
    at = max(joined, key=lambda at: joined[at])

    def apart(cells: list[str]) -> list[str]:
        match = _KEY_AND_NAME.fullmatch(cells[at]) if at < len(cells) else None
        found = ["", *cells[at : at + 1]] if match is None else [match[1], match[2]]
        return [*cells[:at], *found, *cells[at + 1 :]]

    return [(line, apart(cells)) for line, cells in records]


def _is_key(cells: Sequence[str], at: int) -> bool:
    return at < len(cells) and MUNICIPALITY_KEY.fullmatch(cells[at]) is not None


def _key_column(records: Sequence[Record]) -> int | None:
    """The column in which most keys stand; elsewhere a figure of a state may look like one."""
    keys = Counter(at for _, cells in records[:_SAMPLE] for at in range(min(len(cells), _FRONT)) if _is_key(cells, at))
    return max(keys, key=lambda at: (keys[at], -at), default=None)


def _above(records: Sequence[Record]) -> list[Notice]:
    if not records:
        return []
    wrong = msgs(
        "{count} line above the table was left aside", "{count} lines above the table were left aside", len(records)
    )
    return [(records[0][0], wrong, msg("“{text}”", text=shown(" ".join(filter(None, records[0][1])))))]


def _named(records: Sequence[Record], at: int, headings: Mapping[str, str], key: int | None) -> Layout:
    """The table whose headings stand in record ``at``; further rows of headings below go with them."""
    line, cells = records[at]
    columns = [headings.get(heading_key(cell), " ".join(cell.split())) for cell in cells]
    known = set(headings.values())
    if "ags" in known and "ags" not in columns and key is not None and key < len(columns):
        # Keys of municipalities need no heading to be known.
        columns[key] = columns[key] if columns[key] in known else "ags"
    rows = list(records[at + 1 :])
    layout = Layout(line, columns, rows, _above(records[:at]))
    if "ags" not in columns:
        return layout
    key, further = columns.index("ags"), []
    # Only where keys follow are rows without one headings, such as units.
    if any(len(cells) > key and MUNICIPALITY_KEY.fullmatch(cells[key]) for _, cells in rows):
        while _is_heading(rows[0][1], columns):
            further.append(rows.pop(0))
    for _, more in further:
        for place, column in enumerate(columns):
            if place < len(more) and (column not in headings.values() or columns.count(column) > 1):
                columns[place] = f"{column} {more[place]}".strip()
    if further:
        layout.notices.append(_joined(further[0][0], len(further) + 1))
    return layout


def _is_heading(cells: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether a row below headings has neither key nor name."""
    places = [columns.index(column) for column in ("ags", "name") if column in columns]
    return not any(at < len(cells) and cells[at] for at in places)


def _joined(line: int, count: int) -> Notice:
    return line, msg("{count} rows of headings were read as one", count=count), None


def _unnamed(records: Sequence[Record], keyed: int, key: int) -> Layout:
    """The table whose first row with a municipality key is record ``keyed``; its headings are those above."""
    start = keyed
    while start and len(records[start - 1][1]) > key and _LARGER_REGION.fullmatch(records[start - 1][1][key]):
        start -= 1
    cells = records[keyed][1]
    name = next((at for at, cell in enumerate(cells) if at > key and _LETTER.search(cell)), None)
    figures = [at for at in range(len(cells)) if at not in (key, name)]
    # Rows of headings stand directly above the table; a title fills a single cell.
    top = start
    while top and any(key < at < len(records[top - 1][1]) and records[top - 1][1][at] for at in figures):
        top -= 1
    head = [list(cells) for _, cells in records[top:start]]
    for row in head[:-1]:
        # What stands above several columns is written above the first.
        for at in figures[1:]:
            if at < len(row) and not row[at] and at - 1 in figures:
                row[at] = row[at - 1]
    columns = [
        " ".join(dict.fromkeys(" ".join(row[at].split()) for row in head if at < len(row) and row[at]))
        for at in range(len(cells))
    ]
    for at in figures:
        # What is in it says more than nothing.
        columns[at] = columns[at] or cells[at]
    columns[key] = "ags"
    if name is not None:
        columns[name] = "name"
    line = records[top][0]
    layout = Layout(line, columns, list(records[start:]), _above(records[:top]))
    if len(head) > 1:
        layout.notices.append(_joined(line, len(head)))
    return layout


def _sorted_out(layout: Layout, *, about: bool) -> tuple[list[Record], list[Notice]]:
    """The rows of municipalities (or of whatever the table is about), and notices of all others.

    ``about`` says that a name in the table is that of a municipality, even where it has no keys.
    """
    key = layout.columns.index("ags") if "ags" in layout.columns else None
    named = ("municipality", "ags", "name") if about or key is not None else ("municipality",)
    subjects = [layout.columns.index(column) for column in named if column in layout.columns]
    keys = Counter(
        len(cells[key])
        for _, cells in layout.rows
        if key is not None and len(cells) > key and MUNICIPALITY_KEY.fullmatch(cells[key])
    )
    larger = _LARGER_REGION if keys[12] + keys[11] else _LARGER_AREA
    rows: list[Record] = []
    areas: list[Record] = []
    notes: list[Record] = []
    for position, (line, cells) in enumerate(layout.rows):
        first = next(filter(None, cells))
        if _RULE.fullmatch(first):
            notes += layout.rows[position:]
            break
        if keys and key is not None and len(cells) > key and larger.fullmatch(cells[key]):
            areas.append((line, cells))
        elif any(at < len(cells) and _SUM.fullmatch(cells[at]) for at in subjects) or (
            _is_note(cells, key if keys else None, len(layout.columns))
        ):
            notes.append((line, cells))
        else:
            rows.append((line, cells))
    return rows, list(_told(areas, notes))


def _is_note(cells: Sequence[str], key: int | None, width: int) -> bool:
    """Whether a row of one cell explains others; ``key`` is the column of keys where the table has one."""
    if cells.count("") < len(cells) - 1 or width == 1:
        return False
    at, text = next((at, cell) for at, cell in enumerate(cells) if cell)
    return _NOTE.fullmatch(text) is not None or (key is not None and (at != key or not text[0].isdigit()))


def _told(areas: Sequence[Record], notes: Sequence[Record]) -> Iterator[Notice]:
    if areas:
        wrong = msgs(
            "{count} row of a larger area was left aside",
            "{count} rows of larger areas were left aside",
            len(areas),
        )
        yield areas[0][0], wrong, _some(areas)
    if notes:
        wrong = msgs(
            "{count} row that sums up or explains was left aside",
            "{count} rows that sum up or explain were left aside",
            len(notes),
        )
        yield notes[0][0], wrong, _some(notes)


def _some(records: Sequence[Record]) -> Message:
    texts = [shown(" ".join(" ".join(cells).split())) for _, cells in records[:_NOTES_NAMED]]
    return msg("{texts} …", texts=listing(texts)) if len(records) > len(texts) else msg("{texts}", texts=listing(texts))


def _drop_empty_columns(layout: Layout) -> None:
    """Leaves out the columns that are empty from top to bottom, as a spreadsheet saves what it once held."""
    width = max([len(layout.columns), *(len(cells) for _, cells in layout.rows)])
    if width == len(layout.columns) and all(layout.columns):
        return
    empty = {at for at in range(width) if at >= len(layout.columns) or not layout.columns[at]}
    for _, cells in layout.rows:
        empty -= {at for at in empty if at < len(cells) and cells[at]}
    layout.columns = [column for at, column in enumerate(layout.columns) if at not in empty]
    layout.rows = [(line, [cell for at, cell in enumerate(cells) if at not in empty]) for line, cells in layout.rows]
