"""Folium maps in the page itself: chosen by mouse or keyboard, kept in place when drawn anew, moved together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """A map as the browser gets it, for the place ``key`` on a page; ``places`` can be chosen on it."""

    key: str
    places: tuple[Ags, ...]
    data: Mapping[str, object]


def drawn(view: OfflineMap, key: str) -> DrawnMap:
    """The map for the place ``key`` on a page."""
    found = view.drawn(key)
    data = {
        "html": found.html,
        "script": found.script,
        "name": found.name,
        "scripts": [address for _, address in view.default_js],
        "styles": [address for _, address in view.default_css],
        "apology": view.apology,
        "area": view.area,
        "place": key,
    }
    return DrawnMap(key, view.places, data)


def show_map(view: OfflineMap, *, key: str, height: int, label: str, group: str | None = None) -> Ags | None:
    """As :func:`show_drawn`; ``key`` names the place on the page."""
    return show_drawn(drawn(view, key), height=height, label=label, group=group)


def show_drawn(
    one: DrawnMap,
    *,
    height: int,
    label: str,
    group: str | None = None,
    fill: bool = False,
    on_chosen: Callable[[Ags], object] | None = None,
) -> Ags | None:
    """Shows a map, ``height`` pixels high with its legend, and gives the municipality chosen in this very run.

    Drawn anew at the same place, a map of the same county stays where it was moved to. Maps of one ``group`` move
    together. ``label`` is what a screen reader says. With ``fill`` it is as high as the window allows, and ``height``
    where that is less. ``on_chosen`` is told a municipality that was chosen before the page is drawn anew.
    """

    def chosen() -> None:
        ags = st.session_state[one.key].chosen
        # The browser says what it likes.
        if on_chosen is not None and ags in one.places:
            on_chosen(ags)

    data = {**one.data, "label": label, "group": group, "height": height, "fill": fill}
    result = _component()(key=one.key, data=data, height="content" if fill else height, on_chosen_change=chosen)
    return result.chosen if result.chosen in one.places else None
