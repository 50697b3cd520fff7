"""Whose page is being drawn, for those parts that share work among people and know no page."""

from __future__ import annotations

from streamlit.runtime.scriptrunner import get_script_run_ctx

from serving.processes import ASKED_BY


def tell_apart() -> None:
    """From now on work belongs to the session that asks for it, and each session has its turn."""
    ASKED_BY[:] = [session]


def session() -> str:
    """The session whose page is being drawn; nothing where none is."""
    context = get_script_run_ctx(suppress_warning=True)
    return "" if context is None else context.session_id


def short_session() -> str:
    """The same as the log has it."""
    return session()[:8]
