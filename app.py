"""The browser application: pages and language. Started with ``streamlit run app.py`` or ``kim app``."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from access.roles import refusal
from serving import answers
from translation import LANGUAGES, Message, msg
from views import address, asker, inline, person
from views.speech import Speech
from views.uploads import limit_uploads

TITLE = "KIM-Planer"
_NAMES = {"de": "Deutsch", "en": "English"}
_HERE = Path(__file__).parent
_PAGES = {
    "plan": msg("Plan"),
    "explore": msg("Why this plan"),
    "way": msg("The way there"),
    "compare": msg("Comparison"),
    "whatif": msg("What if"),
    "rules": msg("Scenario rules"),
    "data": msg("Data"),
    "method": msg("Method"),
}


#: Opened by a button, with the whole window for itself.
_PRESENTING = "present"
#: From the foot of every page.
_ACCESSIBILITY = "accessibility"


def main() -> None:
    """Draws the frame of every page, then the page."""
    st.set_page_config(page_title=TITLE, page_icon=str(_HERE / "static" / "icon.svg"), layout="wide")
    person.begin()
    asker.tell_apart()
    answers.prepare()
    limit_uploads()
    address.keep()
    language = address.language()
    speech = Speech(language)
    closed = _closed()
    pages = [
        st.Page(
            _HERE / "views" / f"{file}.py",
            title=speech.plain(title),
            url_path=file,
            default=file == "plan",
            visibility="hidden" if file in closed else "visible",
        )
        for file, title in _PAGES.items()
    ]
    presenting = st.Page(
        _HERE / "views" / f"{_PRESENTING}.py",
        title=speech.plain(msg("Presentation")),
        url_path=_PRESENTING,
        visibility="hidden",
    )
    accessibility = st.Page(
        _HERE / "views" / f"{_ACCESSIBILITY}.py",
        title=speech.plain(msg("Accessibility")),
        url_path=_ACCESSIBILITY,
        visibility="hidden",
    )
    page = st.navigation([*pages, presenting, accessibility], position="top")
    # The page's name comes first, so that tabs and a screen reader tell the pages apart.
    st.set_page_config(page_title=f"{page.title} – {TITLE}")
    frame = st.container(key="frame")
    frame.html(_HERE / "static" / "page.css")
    frame.html(f"<script>{inline.frame(language)}</script>", unsafe_allow_javascript=True)
    st.logo(_HERE / "static" / "logo.svg", size="large")
    address.bind(address.LANGUAGE, language)
    frame.segmented_control(
        speech.markdown(msg("Language")),
        LANGUAGES,
        key=address.LANGUAGE,
        format_func=lambda known: _NAMES[known],
        required=True,
        on_change=partial(address.follow, address.LANGUAGE),
        label_visibility="collapsed",
    )
    with frame:
        person.show_person(speech)
    if not person.entered(speech):
        return
    if page.url_path in closed:
        st.info(speech.markdown(closed[page.url_path]))
    else:
        page.run()
    if page.url_path not in (_PRESENTING, _ACCESSIBILITY):
        st.page_link(accessibility, label=speech.markdown(msg("Accessibility")), icon=":material/accessibility_new:")
    # Not before, or the plan that was asked for would wait for those that may be.
    answers.solve_ahead()


def _closed() -> dict[str, Message]:
    """The pages that are not offered, and why not."""
    if address.flag(address.VIEW):
        return dict.fromkeys(address.EDITING, msg("This link is for viewing only."))
    return {
        page: msg("This page is closed to you: {reason}.", reason=refusal(right))
        for page, right in address.EDITING.items()
        if not person.may(right)
    }


if __name__ == "__main__":
    main()
