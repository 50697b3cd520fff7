"""Whose page is being drawn, for those parts that share work among people and know no page."""

from __future__ import annotations

from streamlit.runtime.scriptrunner import get_script_run_ctx

from access.roles import SERVER, person
from serving.processes import ASKED_BY


def tell_apart() -> None:
    """From now on work belongs to whoever asks for it, and each has a turn."""
    ASKED_BY[:] = [owner]


def owner() -> str:
    """The person that is logged in, else the session whose page is being drawn; nothing where none is."""
    found = person()
    return _session() if found is None or found is SERVER else found.id


def short_session() -> str:
    """The session as the log has it: nobody can be told by it."""
    return _session()[:8]


def _session() -> str:
    context = get_script_run_ctx(suppress_warning=True)
    return "" if context is None else context.session_id
