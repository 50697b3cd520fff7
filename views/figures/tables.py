"""The tables of a county as they are edited and compared in the page: decimals are texts, read in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geodata.county import County
from geodata.editing.changes import Change, Kind, Value
from geodata.editing.entered import Place
from geodata.editing.entered_rows import TextRow
from geodata.editing.figures import COLUMNS, Figures, TableName
from geodata.editing.labels import KIND_LABELS, LINK_LABELS, TABLES, WHOLE_COUNTY, column_label
from geodata.editing.plausibility import Doubt, share_of
from geodata.labels import METHOD_LABELS, covered, written_date
from translation import Message, listing, msg, number, percent
from views.figures.draft import FiguresDesk
from views.figures.outcome import forget
from views.speech import Speech
from wording.grid import NOTHING
from wording.sentences import stated

#: Tables in which rows are added and deleted.
_GROWING = (TableName.SERVICES, TableName.NEIGHBOURS, TableName.EMPLOYERS)
_FIXED = {
    TableName.INDICATORS: ("ags", "name"),
    TableName.TRAVEL: ("from", "to"),
    TableName.SOURCES: ("covers",),
}
_MOST_ROWS, _HEIGHT = 16, 600
_EDITOR = "data editor"


def heading(table: TableName, column: str, figures: Figures, speech: Speech) -> str:
    """The heading of a column, of an indicator with its reference date."""
    # Municipalities are shown by name here.
    label = column_label(table, {"from": "from_name", "to": "to_name"}.get(column, column))
    source = figures.source_of(column) if table is TableName.INDICATORS else None
    if source is None:
        return speech.plain(label)
    return speech.plain(msg("{indicator}, {date}", indicator=label, date=written_date(source.reference_date)))


def edit_table(desk: FiguresDesk, table: TableName, figures: Figures, speech: Speech) -> None:
    """Draws the table for editing, and keeps what was edited. Raises ``InputError`` where it cannot be kept.

    The widget adds its edits to the rows that it began with. It begins anew where these are no longer what holds.
    """
    now = desk.rows(table)
    identity = (desk.name, table, speech.language)
    state = st.session_state.get(_EDITOR)
    if state is None or state["identity"] != identity or state["last"] != now or state["key"] not in st.session_state:
        count = 0 if state is None else state["count"] + 1
        state = {"identity": identity, "count": count, "key": f"{_EDITOR} {count}", "began": now, "last": now}
        st.session_state[_EDITOR] = state
    columns = tuple(now[0]) if now else COLUMNS[table]
    edited = st.data_editor(
        _frame(state["began"], columns),
        key=state["key"],
        hide_index=True,
        height=_HEIGHT if len(now) > _MOST_ROWS else "content",
        num_rows="dynamic" if table in _GROWING else "fixed",
        disabled=_FIXED.get(table, ()),
        column_config={column: _config(desk, table, column, figures, speech) for column in columns},
        alt=speech.plain(msg("{table}, to be edited", table=TABLES[table])),
    )
    if table in _GROWING:
        told = msg("A new row: type into the empty last line. To delete rows, mark them on the left and press Delete.")
        st.caption(speech.markdown(told))
    rows = _rows(edited, columns)
    if rows != state["last"]:
        state["last"] = rows
        forget()
        desk.edit(table, rows)


def _frame(rows: Sequence[TextRow], columns: Sequence[str]) -> pd.DataFrame:
    cells = [[row.get(column, "") for column in columns] for row in rows]
    frame = pd.DataFrame(cells, columns=list(columns), dtype=object)
    if "catchment" in columns:
        frame["catchment"] = [text.split() for text in frame["catchment"]]
    return frame


def _rows(frame: pd.DataFrame, columns: Sequence[str]) -> list[TextRow]:
    cells = frame[list(columns)].to_numpy(dtype=object).tolist()
    return [{column: _text(cell) for column, cell in zip(columns, row, strict=True)} for row in cells]


def _text(cell: Any) -> str:
    if isinstance(cell, list | tuple) or hasattr(cell, "tolist"):
        return " ".join(str(part) for part in cell)
    return "" if cell is None or cell is pd.NA or cell != cell else str(cell)


def _config(desk: FiguresDesk, table: TableName, column: str, figures: Figures, speech: Speech) -> Any:
    label = heading(table, column, figures, speech)
    names: dict[str, Message | str] = {town.ags: town.name for town in desk.county.municipalities}
    match column:
        case "seat" | "office" | "from" | "to" | "first" | "second":
            return _choice(label, names, speech)
        case "catchment":
            words = {word: speech.plain(text) for word, text in {**WHOLE_COUNTY, **names}.items()}
            return st.column_config.MultiselectColumn(
                label, options=list(words), format_func=lambda word: words.get(word, word), width="large"
            )
        case "method":
            return _choice(label, METHOD_LABELS, speech)
        case "link":
            return _choice(label, LINK_LABELS, speech)
        case "kind" if table is TableName.EMPLOYERS:
            return _choice(label, KIND_LABELS, speech)
        case "covers":
            return _choice(label, {row["covers"]: covered(row["covers"]) for row in desk.rows(table)}, speech)
        case "note" | "title" | "attribution":
            return st.column_config.TextColumn(label, width="large")
        case _:
            return st.column_config.TextColumn(label, pinned=table is TableName.INDICATORS and column == "name")


def _choice(label: str, words: Mapping[Any, Message | str], speech: Speech) -> Any:
    """A column in which one of a few words stands, shown as people call them."""
    said = {str(word): speech.plain(text) for word, text in words.items()}
    return st.column_config.SelectboxColumn(
        label, width=150, options=list(said), format_func=lambda word: said.get(str(word), str(word))
    )


def places(speech: Speech) -> dict[TableName, Place]:
    """How faults name the cells of each table in the page."""

    def place(table: TableName) -> Place:
        def named(line: int | None, column: str | None) -> str:
            parts: list[object] = [TABLES[table]]
            if line is not None:
                parts.append(msg("row {line}", line=line))
            if column is not None:
                known = column in COLUMNS[table] or table is TableName.INDICATORS
                parts.append(column_label(table, column) if known else column)
            return speech.plain(listing(parts))

        return named

    return {table: place(table) for table in TableName}


def changes_table(found: Sequence[tuple[Change, Sequence[Doubt]]], county: County, speech: Speech) -> pd.DataFrame:
    """Old and new, a row for each change, with what stands out in it."""
    names = {town.ags: town.name for town in county.municipalities}
    rows = [
        {
            msg("Table"): TABLES[change.table],
            msg("Row"): changed_row(change),
            msg("Column"): changed_column(change),
            msg("Old"): _side(change, names, old=True),
            msg("New"): _side(change, names, old=False),
            msg("Change"): _share(change),
            msg("What stands out"): msg("⚠ {reasons}", reasons=reasons(doubts)) if doubts else "",
        }
        for change, doubts in found
    ]
    return pd.DataFrame([{speech.plain(title): speech.plain(cell) for title, cell in row.items()} for row in rows])


def reasons(doubts: Sequence[Doubt]) -> object:
    """Why something stands out, one reason after the other."""
    text: object = doubts[0].reason
    for doubt in doubts[1:]:
        text = msg("{some}; {one}", some=text, one=doubt.reason)
    return text


def old_and_new(change: Change, county: County) -> Message | None:
    """Both figures of a changed cell."""
    if share_of(change) is None:
        return None
    names = {town.ags: town.name for town in county.municipalities}
    return msg("{old} → {new}", old=_side(change, names, old=True), new=_side(change, names, old=False))


def changed_row(change: Change) -> object:
    """What people call the row of a change."""
    return covered(change.row) if change.table is TableName.SOURCES else change.row


def changed_column(change: Change) -> object:
    """What people call the column of a change, or what became of the whole row."""
    match change.kind:
        case Kind.ADDED:
            return msg("new row")
        case Kind.REMOVED:
            return msg("row removed")
        case Kind.CHANGED:
            return column_label(change.table, change.column or "")


def _share(change: Change) -> object:
    share = share_of(change)
    if share is None:
        return ""
    written = percent(share, 1) if abs(share) < 1 else number(100 * share, 0, "%")
    return msg("+{share}", share=written) if share > 0 else written


def _side(change: Change, names: dict[str, str], *, old: bool) -> object:
    if change.kind is Kind.CHANGED:
        return _value(change.table, change.column or "", change.old if old else change.new, names)
    if old is (change.kind is Kind.ADDED):
        return NOTHING
    cells = [
        (column, _value(change.table, column, value, names))
        for column, value in change.cells
        if value is not None and value != ""
    ]
    return listing(msg("{column}: {value}", column=column_label(change.table, c), value=v) for c, v in cells)


def _value(table: TableName, column: str, value: Value, names: dict[str, str]) -> object:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, tuple):
        return listing(names.get(ags, ags) for ags in value)
    if isinstance(value, float | int):
        return stated(value)
    words: dict[str, Message | str] = {}
    match column:
        case "seat" | "office" | "from" | "to" | "first" | "second":
            words = dict(names)
        case "catchment":
            words = dict(WHOLE_COUNTY)
        case "method":
            words = {str(word): label for word, label in METHOD_LABELS.items()}
        case "link":
            words = {str(word): label for word, label in LINK_LABELS.items()}
        case "kind" if table is TableName.EMPLOYERS:
            words = {str(word): label for word, label in KIND_LABELS.items()}
        case "covers":
            return covered(value)
        case "reference_date":
            return written_date(value)
    return words.get(value, value)
