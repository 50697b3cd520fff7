"""The scripts that stand in a page itself. The server lets these run and no others (hosting/), letter by letter."""

from __future__ import annotations

from pathlib import Path

from translation import LANGUAGES, Language

_STATIC = Path(__file__).parents[1] / "static"
#: Sorts the tables of a page in the browser and hands them out; each page has it once.
_TABLES = (_STATIC / "tables.js").read_text(encoding="utf-8")
PRESENT = (_STATIC / "present.js").read_text(encoding="utf-8")
"""The keys of the page for the projector."""


def frame(language: Language) -> str:
    """The script of every page."""
    # For screen readers: Streamlit's page says it is English.
    return f"document.documentElement.lang = '{language}';\n{_TABLES}"


def every() -> tuple[str, ...]:
    """All of them."""
    return (PRESENT, *(frame(language) for language in LANGUAGES))
