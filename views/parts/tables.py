"""Tables on the page: those of the papers, drawn in full or to be sorted, and tables of texts."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest
from pathlib import PurePath
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from geodata.county import County
from maps.colours import PALETTE, by_number
from optimizer.plan import LayerPlan
from reports.column_widths import widths
from scenarios.store import file_name
from translation import Message, Number, Percent, msg
from views.speech import Speech
from wording.differences import Difference, Verdict
from wording.grid import GridCell, GridColumn, GridRow, GridTable, Weight
from wording.plan_tables import districts_table

if TYPE_CHECKING:
    from pandas.io.formats.style_render import CSSDict


def show_districts(county: County, layer: LayerPlan, speech: Speech) -> None:
    """Draws the districts of a layer, their numbers in the colours of the map."""
    alt = msg("Districts with team, hub, municipalities and hours per week")
    fills = by_number(county, layer, PALETTE)
    colours = [fills[identity.number] for identity, _ in layer.numbered]
    show_sortable(districts_table(layer, county), alt, speech, colours=colours)


def show_sortable(
    table: GridTable, alt: Message, speech: Speech, *, short: bool = False, colours: Sequence[str] = ()
) -> None:
    """Draws a table that can be sorted by its columns, with its notes; ``alt`` is what a screen reader says.

    ``short``: with short headings, where the columns have any. ``colours`` fill the cells of the first column. The row
    of totals stays where it is. The browser sorts, copies and saves it as CSV (static/tables.js).
    """
    heads = [
        f'<th scope="col"{_side(column.figures)}><button type="button" data-kim-sort>'
        f"{_said(column.short if short and column.short else column.heading, speech)}</button></th>"
        for column in table.columns
    ]
    body = "".join(
        _line(row, table.columns, fill, speech)
        for row, fill in zip_longest(table.rows, colours)
        if row.weight is not Weight.TOTAL
    )
    foot = "".join(_line(row, table.columns, None, speech) for row in table.rows if row.weight is Weight.TOTAL)
    st.html(
        f'<div class="kim-table"><table><caption>{_said(alt, speech)}</caption><thead><tr>{"".join(heads)}</tr></thead>'
        f"<tbody>{body}</tbody><tfoot>{foot}</tfoot></table>{_handed_out(table, speech)}</div>"
    )
    for note in table.notes:
        st.caption(speech.markdown(note))


def _handed_out(table: GridTable, speech: Speech) -> str:
    """The buttons that copy the table as it is sorted, and save it under its title."""
    title = speech.plain(table.title)
    copy, save, done = msg("Copy the table"), msg("Save as CSV"), msg("Copied")
    instead = msg("The browser does not allow it: the table is marked, Ctrl+C copies it.")
    return (
        f'<div class="kim-take"><span role="status" data-done="{_said(done, speech)}"'
        f' data-instead="{_said(instead, speech)}"></span>'
        f'<button type="button" data-kim-copy title="{html.escape(title)}">{_said(copy, speech)}</button>'
        f'<button type="button" data-kim-csv="{html.escape(PurePath(file_name(title)).stem)}.csv"'
        f' title="{html.escape(title)}">{_said(save, speech)}</button></div>'
    )


def _line(row: GridRow, columns: Sequence[GridColumn], fill: str | None, speech: Speech) -> str:
    """A row as HTML; its figures say by what they are sorted."""
    cells = []
    for column, cell in zip(columns, row.cells, strict=True):
        amount = _amount(cell.value)
        sorts = "" if amount is None else f' data-amount="{amount!r}"'
        cells.append(f"<td{_side(column.figures)}{sorts}>{_said(_text(cell.value), speech)}</td>")
    colour = "" if fill is None else f' style="background:{fill}"'
    cells[0] = f'<th scope="row"{colour}{cells[0].removeprefix("<td").removesuffix("</td>")}</th>'
    strong = "" if row.weight is Weight.PLAIN else ' class="kim-strong"'
    return f"<tr{strong}>{''.join(cells)}</tr>"


def _side(figures: bool) -> str:
    return ' class="kim-figure"' if figures else ""


def _said(value: object, speech: Speech) -> str:
    """A text as HTML that shows just that."""
    return html.escape(speech.plain(value))


def _amount(value: object) -> float | None:
    if isinstance(value, Difference):
        return value.by
    return value.value if isinstance(value, Number | Percent) else None


def _text(value: object) -> object:
    return value.text if isinstance(value, Difference) else value


def text_table(headings: Sequence[object], rows: Sequence[Sequence[object]], speech: Speech) -> pd.DataFrame:
    """A table of texts; what is :class:`Marked` keeps its Markdown, everything else stands for itself."""

    def written(cell: object) -> str:
        return cell if isinstance(cell, Marked) else speech.markdown(cell)

    frame = pd.DataFrame([[written(cell) for cell in row] for row in rows], columns=[written(h) for h in headings])
    # The first column names the rows, for screen readers too.
    return frame.set_index(frame.columns[0])


class Marked(str):
    """A text that is Markdown already."""

    __slots__ = ()


#: Streamlit sets the first column of figures apart from its heading, and names of rows in grey.
_TABLE_STYLES: list[CSSDict] = [
    {"selector": "", "props": "table-layout: fixed; width: 100%"},
    {"selector": "th, td", "props": "padding: 6px 10px; vertical-align: top; overflow-wrap: anywhere"},
    {"selector": "thead th", "props": "text-align: left; vertical-align: bottom"},
    {"selector": "th", "props": "color: inherit"},
]


#: In em: a table that asks for more is no narrower than this, one of few columns than this for each of them.
_NARROWEST, _NARROWEST_COLUMN = 40, 9
#: Judged by sign, word and colour, so that none of them is needed.
_COLOURS = {Verdict.BETTER: "green", Verdict.WORSE: "red"}


def judged(difference: Difference, speech: Speech) -> str:
    """A difference with what it means, as Markdown."""
    text = speech.markdown(difference.text)
    if difference.word is None:
        return text
    return f"{text} :{_COLOURS[difference.verdict]}[{speech.markdown(difference.word)}]"


def show_grid(table: GridTable, speech: Speech, *, titled: bool = True) -> None:
    """Draws a table in full with its notes, and with its title but where that stands above it already."""
    rows = [
        [_grid_cell(cell, strong, speech) for cell, strong in zip(row.cells, _strong(row), strict=True)]
        for row in table.rows
    ]
    if titled:
        st.markdown(f"**{speech.markdown(table.title)}**")
    figures = [number for number, column in enumerate(table.columns) if column.figures]
    headings = [column.heading for column in table.columns]
    texts = [
        [speech.plain(heading), *(_grid_text(row.cells[number], speech) for row in table.rows)]
        for number, heading in enumerate(headings)
    ]
    shares = widths(texts, [column.figures for column in table.columns]).shares
    show_text_table(text_table(headings, rows, speech), table.title, speech, figures=figures, shares=shares)
    for note in table.notes:
        st.caption(speech.markdown(note))


def _strong(row: GridRow) -> Iterator[bool]:
    """Which cells stand out: of an ordinary row the figures that have differences beside them."""
    differs = any(cell.difference is not None for cell in row.cells)
    for cell in row.cells:
        yield row.weight is not Weight.PLAIN or (differs and isinstance(cell.value, Number | Percent))


def _grid_cell(cell: GridCell, strong: bool, speech: Speech) -> str:
    text = speech.markdown(cell.value)
    if isinstance(cell.value, Number | Percent):
        # A figure stays with its unit.
        text = text.replace(" ", "\u00a0")
    if strong and text:
        text = f"**{text}**"
    return Marked(text if cell.difference is None else f"{text}  \n{judged(cell.difference, speech)}")


def _grid_text(cell: GridCell, speech: Speech) -> str:
    text = speech.plain(cell.value)
    if cell.difference is None:
        return text
    return f"{text}\n{speech.plain(cell.difference.said)}".replace(" ", "\u00a0")


def show_text_table(
    table: pd.DataFrame,
    alt: Message,
    speech: Speech,
    *,
    figures: Collection[int] = (),
    shares: Sequence[float] = (),
) -> None:
    """Draws a table of texts in full; ``alt`` is what a screen reader says.

    ``figures`` are the columns of figures, counted with that of the names, which is 0: they stand on the right.
    ``shares`` are how wide the columns are in relation to each other, else all are alike.
    """
    wide: list[CSSDict] = [
        {"selector": f"thead th:nth-child({number})", "props": f"width: {100 * share / sum(shares):.2f}%"}
        for number, share in enumerate(shares, start=1)
    ]
    if wide:
        # No column is narrower than its longest word: where there is no room for all, the table is moved sideways.
        narrowest = min(sum(shares), _NARROWEST, _NARROWEST_COLUMN * len(shares))
        least = f"min-width: max(100%, {narrowest:.0f}em)"
        wide.append({"selector": "", "props": f"table-layout: auto; {least}"})
        wide.append({"selector": "th, td", "props": "overflow-wrap: normal"})
    # Streamlit writes into every cell that it stands on the left.
    right: list[CSSDict] = [
        {"selector": f".col{column - 1}", "props": "text-align: right !important"} for column in figures
    ]
    st.table(table.style.set_table_styles([*_TABLE_STYLES, *wide, *right]), border="horizontal", alt=speech.plain(alt))
