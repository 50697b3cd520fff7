"""The usual keys for undo and redo: Ctrl+Z, Ctrl+Shift+Z, Ctrl+Y (on a Mac with Cmd)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

import streamlit as st

Step = Literal["undo", "redo"]
_SCRIPT = Path(__file__).parents[1] / "static" / "shortcuts.js"
_STEPS: dict[str, Step] = {"u": "undo", "r": "redo"}


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("kim_shortcuts", js=_SCRIPT.read_text(encoding="utf-8"), isolate_styles=False)


def undo_keys(key: str, on_steps: Callable[[Sequence[Step]], None]) -> None:
    """Listens for the keys; ``on_steps`` is called with what was asked for, before the page is drawn.

    Keys pressed where text is being written belong to that text. ``key`` names the place on the page.
    """
    # Streamlit's own shortcuts of buttons allow one for each, and are deaf after a choice from a list.
    _component()(key=key, height="content", on_log_change=partial(_pressed, key, on_steps))


def _pressed(key: str, on_steps: Callable[[Sequence[Step]], None]) -> None:
    log = getattr(st.session_state.get(key), "log", None)
    # The browser says what it likes.
    if not isinstance(log, dict) or not isinstance(log.get("steps"), str):
        return
    run, steps = str(log.get("run")), log["steps"]
    known_run, known = st.session_state.get(f"{key} known", (None, 0))
    known = known if known_run == run else 0
    st.session_state[f"{key} known"] = run, len(steps)
    new = [_STEPS[step] for step in steps[known:] if step in _STEPS]
    if new:
        on_steps(new)
