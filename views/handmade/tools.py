"""What a click on the map of a plan made by hand does: the tool and, for moving, the district to move to."""

from __future__ import annotations

import streamlit as st

from scenarios.handmade import HandmadeLayer

TOOL, TARGET = "what-if tool", "what-if target"
LOOK, MOVE, PIN = "look", "move", "pin"
#: The target that is no district.
NOWHERE = 0


def chosen_tool() -> str:
    """The tool in hand; at first one that changes nothing."""
    tool = st.session_state.get(TOOL)
    return tool if tool in (LOOK, MOVE, PIN) else LOOK


def chosen_target(layer: HandmadeLayer) -> int:
    """The number of the district that a click moves to; one that is gone gives way to the first."""
    target = st.session_state.get(TARGET)
    known = [district.number for district in layer.districts]
    return target if isinstance(target, int) and target in (*known, NOWHERE) else known[0]


def choose_tool(tool: str) -> None:
    """Takes another tool in hand."""
    st.session_state[TOOL] = tool


def choose_target(number: int) -> None:
    """Has clicks move to another district."""
    st.session_state[TARGET] = number
