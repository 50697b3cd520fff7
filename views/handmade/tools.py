"""What is in hand on the map of a plan made by hand: nothing, a swatch to paint with, or pins."""

from __future__ import annotations

import streamlit as st

_HAND, _NEW = "what-if hand", "what-if new district"
LOOK, NOWHERE, NEW, PIN = "look", "none", "new", "pin"
"""What a swatch is that stands for no district; any other is the number of one."""


def hand() -> tuple[str, int]:
    """What the page put into the planner's hand last, and how often it did: the browser knows what came since."""
    tool, count = st.session_state.get(_HAND, (LOOK, 0))
    return tool, count


def take(tool: str) -> None:
    """Puts a swatch into the planner's hand."""
    st.session_state[_HAND] = (tool, hand()[1] + 1)


def begun_with(tool: str) -> int | None:
    """The number of the district that a swatch for a new one has begun, where it has."""
    known: dict[str, int] = st.session_state.get(_NEW, {})
    return known.get(tool)


def begin_with(tool: str, number: int) -> None:
    """Has a swatch for a new district stand for the one with that number from now on."""
    st.session_state[_NEW] = {**st.session_state.get(_NEW, {}), tool: number}
