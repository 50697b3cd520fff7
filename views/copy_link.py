"""Links to a scenario, copied with a click."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from translation import Message, msg
from views import address
from views.speech import Speech

_SCRIPT = Path(__file__).parents[1] / "static" / "copy_link.js"
_PAGE = re.compile(rf"/({'|'.join(address.PAGES)})?/?$")


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("kim_copy_link", js=_SCRIPT.read_text(encoding="utf-8"), isolate_styles=False)


def link_to(id: str, speech: Speech, *, view: bool) -> str:
    """The address of the page “Plan” with the scenario of that id; ``view``: without what changes it."""
    here = _PAGE.sub("", (st.context.url or "").partition("?")[0])
    asked = {address.SCENARIO: id, address.LANGUAGE: speech.language} | ({address.VIEW: "1"} if view else {})
    return f"{here}/?{urlencode(asked, safe='/')}"


def copy_link(label: Message, link: str, *, key: str, speech: Speech) -> None:
    """A button that copies ``link``. ``key`` names the place on the page."""
    data = {"label": speech.plain(label), "link": link, "copied": speech.plain(msg("Copied."))}
    _component()(key=key, data=data, height="content", width="content")
