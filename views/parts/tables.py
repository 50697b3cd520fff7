"""The tables of a plan: figures stay figures, so that columns sort, and are written as the language does."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from geodata.county import County
from maps.colours import drive_minutes
from maps.screen import Numbered, district_colours, districts_of
from optimizer.plan import Plan
from reports.column_widths import widths
from translation import Message, listing, msg, number, percent
from views.speech import Speech
from wording.differences import Difference, Verdict
from wording.grid import NOTHING, Cell, Table, Weight
from wording.sentences import employer_name, fte

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler
    from pandas.io.formats.style_render import CSSDict

#: Indicators in the head of a narrow column.
_SHORT = {
    "population": msg("Inhabitants"),
    "foreigners": msg("Foreigners"),
    "migration_history": msg("Migration history"),
    "immigrants": msg("Immigrants"),
    "population_update": msg("Inhabitants (update)"),
    "area_km2": msg("Area (km²)"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its values, and how a value is written (``None``: it is a text)."""

    heading: Message | str
    values: list[object]
    written: Callable[[float], object] | None = None


def districts_table(county: County, plan: Plan, layer: int, speech: Speech) -> Styler:
    """A row for each district of a layer, its number in the colour of the map."""
    chosen = plan.layers[layer]
    districts = chosen.districts
    columns = [
        Column(msg("No."), list(range(1, len(districts) + 1)), number),
        Column(msg("Employer"), [speech.plain(employer_name(d.employer, county)) for d in districts]),
        Column(msg("Posts (FTE)"), [float(d.fte) for d in districts], fte),
        Column(msg("Hub"), [county.name_of(d.hub) for d in districts]),
        Column(
            msg("Municipalities"),
            [speech.plain(listing(county.name_of(ags) for ags in d.municipalities)) for d in districts],
        ),
        Column(msg("On site (h)"), [d.on_site_hours for d in districts], _hours),
        Column(msg("Travel (h)"), [d.total_travel_hours for d in districts], _hours),
        Column(msg("Coordination (h)"), [d.coordination_hours for d in districts], _hours),
    ]
    colours = [f"background-color: {colour}; color: #1b1f24" for colour in district_colours(county, chosen)]
    heading = speech.plain(columns[0].heading)
    return styled(columns, speech).apply(lambda _: colours, axis=0, subset=[heading])


def municipalities_table(county: County, plan: Plan, layer: int, indicators: tuple[str, ...], speech: Speech) -> Styler:
    """A row for each municipality; hours are those of all layers, district and drive those of one."""
    districts = districts_of(plan.layers[layer])
    supplies = list(plan.municipalities.values())
    towns = [county.municipality(supply.ags) for supply in supplies]
    served = [districts.get(supply.ags, []) for supply in supplies]
    drives = drive_minutes(plan, layer)
    columns = [
        Column(msg("Municipality"), [town.name for town in towns]),
        _district_column(served, speech),
        *(Column(_SHORT.get(name, name), [town.indicators[name] for town in towns], _whole) for name in indicators),
        Column(msg("Key"), [supply.key for supply in supplies], percent),
        Column(msg("Coverage"), [supply.coverage for supply in supplies], percent),
        Column(msg("Existing (h)"), [supply.existing_hours for supply in supplies], _hours),
        Column(msg("On site (h)"), [supply.hours for supply in supplies], _hours),
        Column(msg("Fair supply (h)"), [supply.fair_supply for supply in supplies], _hours),
        Column(msg("Shortfall (h)"), [supply.shortfall_hours for supply in supplies], _hours),
        Column(msg("Drive (min)"), [drives[town.ags] for town in towns], _whole),
    ]
    return styled(columns, speech)


def _district_column(served: Sequence[Sequence[Numbered]], speech: Speech) -> Column:
    heading = msg("District")
    if all(len(numbered) == 1 for numbered in served):
        return Column(heading, [numbered[0][0] for numbered in served], number)
    return Column(heading, [speech.plain(listing(n for n, _ in numbered)) or NOTHING for numbered in served])


def _hours(value: float) -> object:
    return number(value, 1)


def _whole(value: float) -> object:
    return number(value)


def styled(columns: Sequence[Column], speech: Speech) -> Styler:
    """The columns as a table; headings must differ."""
    headings = [speech.plain(column.heading) for column in columns]
    data = {heading: pd.Series(column.values) for heading, column in zip(headings, columns, strict=True)}
    for heading, column in zip(headings, columns, strict=True):
        if column.written is not None:
            data[heading] = data[heading].astype(float)
    style = pd.DataFrame(data).style
    for heading, column in zip(headings, columns, strict=True):
        if column.written is not None:
            style = style.format(_writer(column.written, speech), subset=[heading])
    return style


def _writer(written: Callable[[float], object], speech: Speech) -> Callable[[object], str]:
    def text(value: object) -> str:
        return speech.plain(written(value)) if isinstance(value, float) and math.isfinite(value) else NOTHING

    return text


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


#: A table that asks for more is no narrower than this, in em.
_NARROWEST = 40
#: Judged by sign, word and colour, so that none of them is needed.
_COLOURS = {Verdict.BETTER: "green", Verdict.WORSE: "red"}


def judged(difference: Difference, speech: Speech) -> str:
    """A difference with what it means, as Markdown."""
    text = speech.markdown(difference.text)
    if difference.word is None:
        return text
    return f"{text} :{_COLOURS[difference.verdict]}[{speech.markdown(difference.word)}]"


def show_grid(table: Table, speech: Speech) -> None:
    """Draws a table of the papers with its title and notes."""
    rows = [[_grid_cell(cell, row.weight is not Weight.PLAIN, speech) for cell in row.cells] for row in table.rows]
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


def _grid_cell(cell: Cell, strong: bool, speech: Speech) -> str:
    text = speech.markdown(cell.value)
    if strong and text:
        text = f"**{text}**"
    return Marked(text if cell.difference is None else f"{text}  \n{judged(cell.difference, speech)}")


def _grid_text(cell: Cell, speech: Speech) -> str:
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
        least = f"min-width: max(100%, {min(sum(shares), _NARROWEST):.0f}em)"
        wide.append({"selector": "", "props": f"table-layout: auto; {least}"})
        wide.append({"selector": "th, td", "props": "overflow-wrap: normal"})
    # Streamlit writes into every cell that it stands on the left.
    right: list[CSSDict] = [
        {"selector": f".col{column - 1}", "props": "text-align: right !important"} for column in figures
    ]
    st.table(table.style.set_table_styles([*_TABLE_STYLES, *wide, *right]), border="horizontal", alt=speech.plain(alt))
