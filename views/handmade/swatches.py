"""The bar of swatches above the map: one is taken in hand, and the map is painted with it, by click and by drag."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from maps.colours import NOTHING, PALETTE, by_number
from optimizer.problem import Ags
from translation import Message, msg
from views.handmade.layer import LayerEdit
from views.handmade.tools import LOOK, NEW, NOWHERE, PIN, hand
from views.speech import Speech

_SCRIPT = Path(__file__).parents[2] / "static" / "swatches.js"


@dataclass(frozen=True, slots=True)
class Stroke:
    """Municipalities painted in one go: ``tool`` is a district's number, nowhere, pins, or a new district's."""

    tool: str
    towns: tuple[Ags, ...]


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("kim_swatches", js=_SCRIPT.read_text(encoding="utf-8"), isolate_styles=False)


def show_swatches(
    edit: LayerEdit,
    *,
    key: str,
    stage: str,
    filled: bool,
    on_strokes: Callable[[Sequence[Stroke]], None],
    speech: Speech,
) -> None:
    """Draws the bar; ``on_strokes`` is called with what was painted, before the page is drawn.

    ``stage`` is the key of the container with the map. ``filled``: the map is coloured by district, so that what is
    painted has its new colour at once.
    """
    colours = by_number(edit.loaded.county, edit.evaluated, PALETTE)
    home = {ags: str(district.number) for district in reversed(edit.layer.filled) for ags in district.municipalities}
    fills = {ags: colours[int(home[ags])] if ags in home else NOTHING for ags in edit.towns}
    data = {
        "label": speech.plain(msg("Paint on the map")),
        "swatches": _swatches(edit, colours, speech),
        "hand": hand(),
        "stage": stage,
        "home": home,
        "fills": fills if filled else {},
        "seen": st.session_state.get(_known(key), ("", 0)),
    }
    _component()(
        key=key, data=data, height="content", on_log_change=partial(_painted, key, set(edit.towns), on_strokes)
    )


def _swatches(edit: LayerEdit, colours: Mapping[int, str], speech: Speech) -> list[dict[str, str]]:
    """Each with what it says and, for a screen reader and the pointer, what it does."""

    def swatch(tool: str, fill: str, sign: str, text: Message | None, title: Message) -> dict[str, str]:
        said = "" if text is None else speech.plain(text)
        return {"tool": tool, "fill": fill, "sign": sign, "text": said, "title": speech.plain(title)}

    following = edit.with_new(edit.layer).districts[-1].number
    looks = msg("A click shows the figures of a municipality; nothing is changed")
    districts = [
        swatch(
            str(district.number),
            colours[district.number],
            str(district.number),
            None if district.name is None else msg("{name}", name=district.name),
            edit.name(district.number),
        )
        for district in sorted(edit.layer.districts, key=lambda district: district.number)
    ]
    return [
        swatch(LOOK, "", "", msg("Look"), looks),
        *districts,
        swatch(NOWHERE, NOTHING, "", msg("no district"), msg("In no district")),
        swatch(NEW, PALETTE[(following - 1) % len(PALETTE)], "+", msg("new"), msg("A new district")),
        swatch(PIN, "", "◆", msg("pin"), msg("Pins municipalities to their district, or loosens them")),
    ]


def _known(key: str) -> str:
    return f"{key} known"


def _painted(key: str, towns: set[Ags], on_strokes: Callable[[Sequence[Stroke]], None]) -> None:
    log = getattr(st.session_state.get(key), "log", None)
    # The browser says what it likes.
    if not isinstance(log, dict) or not isinstance(log.get("strokes"), list) or not isinstance(log.get("from"), int):
        return
    run, begin, strokes = str(log.get("run")), max(0, log["from"]), log["strokes"]
    known_run, known = st.session_state.get(_known(key), ("", 0))
    done = known if known_run == run else 0
    st.session_state[_known(key)] = run, begin + len(strokes)
    new = [stroke for stroke in (_stroke(one, towns) for one in strokes[max(0, done - begin) :]) if stroke is not None]
    if new:
        on_strokes(new)


def _stroke(data: object, towns: set[Ags]) -> Stroke | None:
    if not isinstance(data, dict) or not isinstance(data.get("tool"), str) or not isinstance(data.get("towns"), list):
        return None
    known = [ags for ags in data["towns"] if isinstance(ags, str) and ags in towns]
    return Stroke(data["tool"][:40], tuple(dict.fromkeys(known))) if known else None
