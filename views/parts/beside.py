"""The districts of a layer beside its map: a table whose rows show their district on the map."""

from __future__ import annotations

import html

import streamlit as st

from geodata.county import County
from maps.colours import PALETTE, by_number
from optimizer.plan import LayerPlan
from translation import Message, msg
from views.speech import Speech
from wording.plan_tables import districts_in_short


def show_beside(county: County, layer: LayerPlan, speech: Speech, *, place: str) -> None:
    """Draws the table; a click on a district shows it on the map whose key is ``place`` (static/map_view.js)."""
    st.html(_table(county, layer, speech, place))


def _table(county: County, layer: LayerPlan, speech: Speech, place: str) -> str:
    table = districts_in_short(layer, county)
    fills = by_number(county, layer, PALETTE)

    def said(value: object) -> str:
        return html.escape(speech.plain(value))

    heads = "".join(
        f'<th scope="col"{_FIGURE if column.figures else ""}>{said(column.heading)}</th>' for column in table.columns
    )
    rows = []
    for (identity, district), row in zip(layer.numbered, table.rows, strict=False):
        first, *rest = (cell.value for cell in row.cells)
        title = said(_SHOW)
        button = (
            f'<button type="button" data-kim-map="{html.escape(place)}" aria-pressed="false" title="{title}"'
            f' data-kim-towns="{html.escape(" ".join(district.municipalities))}">'
            f'<span class="kim-swatch" style="background:{fills[identity.number]}"></span>{said(first)}</button>'
        )
        cells = "".join(
            f"<td{_FIGURE if column.figures else ''}>{said(value)}</td>"
            for column, value in zip(table.columns[1:], rest, strict=True)
        )
        rows.append(f'<tr><th scope="row">{button}</th>{cells}</tr>')
    caption = f"<caption>{said(table.title)}</caption>"
    body = f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="kim-beside"><table>{caption}{body}</table></div>'


_FIGURE = ' class="kim-figure"'
_SHOW: Message = msg("Show this district on the map; once more shows the whole county")
