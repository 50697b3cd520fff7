"""The browser application: pages and language. Started with ``streamlit run app.py`` or ``kim app``."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from translation import LANGUAGES, msg
from views import address
from views.speech import Speech

TITLE = "KIM-Planer"
_NAMES = {"de": "Deutsch", "en": "English"}
_HERE = Path(__file__).parent


def main() -> None:
    """Draws the frame of every page, then the page."""
    st.set_page_config(page_title=TITLE, page_icon=str(_HERE / "static" / "icon.svg"), layout="wide")
    language = address.language()
    speech = Speech(language)
    page = st.navigation([st.Page(_HERE / "views" / "plan.py", title=speech.plain(msg("Plan")), default=True)])
    st.html(_HERE / "static" / "page.css")
    # For screen readers: Streamlit's page says it is English.
    st.html(f"<script>document.documentElement.lang = '{language}'</script>", unsafe_allow_javascript=True)
    top = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    top.title(TITLE, anchor=False, width="content")
    address.bind(address.LANGUAGE, language)
    top.segmented_control(
        speech.plain(msg("Language")),
        LANGUAGES,
        key=address.LANGUAGE,
        format_func=lambda known: _NAMES[known],
        required=True,
        on_change=partial(address.follow, address.LANGUAGE),
        label_visibility="collapsed",
    )
    page.run()


if __name__ == "__main__":
    main()
