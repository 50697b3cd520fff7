"""Folium maps in the page itself: chosen by mouse or keyboard, kept in place when drawn anew, moved together."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from maps.screen import OfflineMap
from optimizer.problem import Ags

_SCRIPT = Path(__file__).parents[1] / "static" / "map_view.js"


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("kim_map", js=_SCRIPT.read_text(encoding="utf-8"), isolate_styles=False)


def show_map(
    view: OfflineMap,
    *,
    key: str,
    height: int,
    label: str,
    group: str | None = None,
    fill: bool = False,
    on_chosen: Callable[[Ags], object] | None = None,
) -> Ags | None:
    """Draws the map, ``height`` pixels high with its legend, and gives the municipality chosen in this very run.

    ``key`` names the place on the page: drawn anew under the same key, a map of the same county stays where it was
    moved to. Maps of one ``group`` move together. ``label`` is what a screen reader says. With ``fill`` it is as high
    as the window allows, and ``height`` where that is less. ``on_chosen`` is told a municipality that was chosen
    before the page is drawn anew.
    """
    drawn = view.drawn(key)
    data = {
        "html": drawn.html,
        "script": drawn.script,
        "name": drawn.name,
        "scripts": [address for _, address in view.default_js],
        "styles": [address for _, address in view.default_css],
        "apology": view.apology,
        "area": view.area,
        "place": key,
        "label": label,
        "group": group,
        "height": height,
        "fill": fill,
    }
    places = view.places

    def chosen() -> None:
        ags = st.session_state[key].chosen
        if on_chosen is not None and ags in places:
            on_chosen(ags)

    result = _component()(key=key, data=data, height="content" if fill else height, on_chosen_change=chosen)
    # The browser says what it likes.
    return result.chosen if result.chosen in places else None
