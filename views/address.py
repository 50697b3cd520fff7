"""What the address of a page says, so that a link opens what was seen. The session keeps it across pages."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, unquote

import streamlit as st

from access.roles import Right
from files.typed import instead, shown
from translation import LANGUAGES, Language, Message, msg

LANGUAGE = "language"
SCENARIO = "scenario"
COMPARED = "compare"
LAYER = "layer"
COLOUR = "colour"
DRIVES = "drives"
SERVICES = "services"
TILES = "background"
BORDERS = "borders"
OPEN = "open"
TOWN = "municipality"
WITHOUT_EXISTING = "without-existing"
COUNTY = "county"
PLAN_DRAFT = "plan"
RULES_DRAFT = "rules"
DATA_DRAFT = "figures"
QUESTION = "question"
SHOWN = "shown"
PRESENTED = "present"
SCREEN = "screen"
FROM = "from"
#: A link for viewing: what changes things is not offered. A courtesy, no protection.
VIEW = "view"
PAGES = ("plan", "explore", "way", "compare", "whatif", "rules", "data", "method")
#: The pages that are for changing things, and what it takes.
EDITING = {"whatif": Right.PLAN, "rules": Right.PLAN, "data": Right.ADMINISTER}
#: Opened where the address names no scenario.
FIRST_SCENARIO = "modell-1-zentral"


def keep() -> None:
    """Keeps what the address says for the other pages of this session, also what the present page does not ask for."""
    for name, given in st.query_params.to_dict().items():
        st.session_state[f"kept {name}"] = given


def value(name: str) -> str | None:
    """What the address says under ``name``; where it says nothing, what this session said there before."""
    given = st.query_params.get(name)
    kept = f"kept {name}"
    if given is None:
        given = st.session_state.get(kept)
        if given is not None:
            st.query_params[name] = given
    st.session_state[kept] = given
    return given


def put(name: str, text: str | None) -> None:
    """Writes ``text`` into the address, or takes the name out of it."""
    st.session_state[f"kept {name}"] = text
    if text is not None:
        st.query_params[name] = text
    elif name in st.query_params:
        del st.query_params[name]


def split(text: str) -> list[str]:
    """The names that a part of the address joins, each once."""
    return list(dict.fromkeys(unquote(part) for part in text.split(",") if part))


def joined(names: Sequence[str]) -> str:
    """Names as a part of the address."""
    return ",".join(quote(name, safe="/") for name in names)


def one_of(name: str, known: Sequence[str], first: str) -> str:
    """What the address says under ``name`` where it is ``known``, else ``first``."""
    given = value(name)
    return given if given is not None and given in known else first


def flag(name: str) -> bool:
    """Whether the address switches ``name`` on."""
    return value(name) == "1"


def language() -> Language:
    """The language of the address; German where it names none that there is."""
    given = value(LANGUAGE)
    return next((known for known in LANGUAGES if known == given), "de")


def scenario(known: Sequence[str]) -> tuple[str, Message | None]:
    """The scenario of the address among the ``known``, of which there is one at least, and what was wrong with it."""
    given = value(SCENARIO)
    first = FIRST_SCENARIO if FIRST_SCENARIO in known else known[0]
    if given is None:
        return first, None
    if given in known:
        return given, None
    wrong = msg(
        "There is no scenario “{name}”: {allowed}. Shown instead: {first}",
        name=shown(given),
        allowed=instead(given, known),
        first=first,
    )
    return first, wrong


def bind(name: str, value: object) -> None:
    """The widget with the key ``name`` shows ``value``, to be called before it is drawn."""
    st.session_state[name] = value


def follow(name: str) -> None:
    """Writes the choice of the widget with the key ``name`` into the address; a switch that is off is left out."""
    choice = st.session_state[name]
    match choice:
        case bool():
            put(name, "1" if choice else None)
        case list():
            put(name, ",".join(map(str, choice)) or None)
        case None:
            pass
        case _:
            put(name, str(choice))
