"""The districts of a layer beside its map: a table whose rows show their district on the map."""

from __future__ import annotations

import html
from collections.abc import Mapping

import streamlit as st

from geodata.county import County
from maps.colours import PALETTE, by_number
from optimizer.plan import LayerPlan
from translation import Message, msg
from views.speech import Speech
from wording.plan_tables import districts_in_short


def show_beside(county: County, layer: LayerPlan, speech: Speech, *, place: str, coloured: bool) -> None:
    """Draws the table; a click on a district shows it on the map whose key is ``place`` (static/map_view.js).

    ``coloured``: the map has the colours of the districts, which the table then has too.
    """
    st.html(_table(county, layer, speech, place, by_number(county, layer, PALETTE) if coloured else {}))


def _table(county: County, layer: LayerPlan, speech: Speech, place: str, fills: Mapping[int, str]) -> str:
    table = districts_in_short(layer, county)

    def said(value: object) -> str:
        return html.escape(speech.plain(value))

    def cell(kind: str, figures: bool, content: str) -> str:
        return f"<{kind}{_FIGURE if figures else ''}>{content}</{kind}>"

    figures = [column.figures for column in table.columns]
    heads = "".join(cell("th", right, said(c.heading)) for right, c in zip(figures, table.columns, strict=True))
    rows = []
    for (identity, district), row in zip(layer.numbered, table.rows, strict=False):
        first, *rest = (said(one.value) for one in row.cells)
        fill = fills.get(identity.number)
        swatch = "" if fill is None else f'<span class="kim-swatch" style="background:{fill}"></span>'
        button = (
            f'<button type="button" data-kim-map="{html.escape(place)}" aria-pressed="false" title="{said(_SHOW)}"'
            f' data-kim-towns="{html.escape(" ".join(district.municipalities))}">{swatch}{first}</button>'
        )
        cells = "".join(cell("td", right, text) for right, text in zip(figures[1:], rest, strict=True))
        rows.append(f'<tr><th scope="row">{button}</th>{cells}</tr>')
    caption = f"<caption>{said(table.title)}</caption>"
    body = f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="kim-beside"><table>{caption}{body}</table></div>'


_FIGURE = ' class="kim-figure"'
_SHOW: Message = msg("Show this district on the map; once more shows the whole county")
