"""Widgets that show a part of a plan made by hand, which may be changed elsewhere: on the map, by undo, by a result."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import streamlit as st

_KEYS = "what-if keys of"


def key_for(name: str, value: object) -> str:
    """The key of the widget ``name``, to be drawn with ``value``: another one where the widget shows something else.

    A value put into a widget that is already there could meet a click that was on its way and carries the old one:
    Streamlit would take that for the planner's wish and undo what was done. A widget under a new key is not mistaken,
    and the one in hand keeps its key and the focus. What the options are called must depend on ``name`` alone.
    """
    place = f"{_KEYS} {name}"
    count = st.session_state.get(place, 0)
    key = f"{name} {count}"
    if key in st.session_state and st.session_state[key] != value:
        st.session_state[place] = count + 1
        key = f"{name} {count + 1}"
    return key


def is_current(key: str) -> bool:
    """Whether the widget with that key of :func:`key_for` is the one drawn last; else the browser still had another."""
    name, _, count = key.rpartition(" ")
    return bool(st.session_state.get(f"{_KEYS} {name}", 0) == int(count))


def when_chosen(key: str, known: Collection[Any], act: Callable[[Any], None]) -> Callable[[], None]:
    """What a widget calls when its value changes: ``act`` with the value, where that is one of ``known``.

    ``key`` comes from :func:`key_for`.
    """

    def changed() -> None:
        if not is_current(key):
            return
        value = st.session_state[key]
        # Streamlit hands on what it does not know.
        if all(one in known for one in value) if isinstance(value, list) else value in known:
            act(value)

    return changed
