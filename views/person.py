"""Who is logged in, as Streamlit knows it; the page to log in, and what is said to whom may not do something."""

from __future__ import annotations

import time
from functools import cache, partial

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from access import audit
from access.roles import SERVER, Person, Right, allowed, identify_by, login_is_on, person, refusal
from serving.login import Login, Method
from serving.settings import current
from translation import msg, number
from views import address
from views.speech import Speech

_SEEN = "person seen"


@cache
def begin() -> None:
    """Has rights asked for and a record kept, as the settings say; once in a server. Raises ``InputError``."""
    settings = current()
    audit.keep(settings.audit)
    if settings.login is not None:
        identify_by(partial(_asking, settings.login))


def _asking(login: Login) -> Person | None:
    context = get_script_run_ctx(suppress_warning=True)
    return SERVER if context is None else login.person(context.user_info, time.time())


def may(right: Right) -> bool:
    """Whether a page offers what needs the right; a link for viewing only offers nothing that changes things."""
    return allowed(right) and (right is Right.READ or not address.flag(address.VIEW))


def entered(speech: Speech) -> bool:
    """Whether the page may be shown; else it is said why, with a button to log in. Without a login it may."""
    if not login_is_on():
        return True
    found = person()
    _note(found)
    if found is not None and found.right is not None:
        return True
    st.title(speech.markdown("KIM-Planer"), anchor=False)
    if found is not None:
        st.warning(speech.markdown(msg("You cannot go on: {reason}.", reason=refusal(Right.READ))))
    else:
        _ask_in(speech)
    return False


def _ask_in(speech: Speech) -> None:
    login = current().login
    if login is None:
        return
    hours = number(login.hours)
    if login.method is Method.HEADER:
        told = msg(
            "Please log in where your county has you do so, and reload this page. A session ends after {hours} h.",
            hours=hours,
        )
        st.info(speech.markdown(told))
        return
    st.info(speech.markdown(msg("Please log in. A session ends by itself after {hours} h.", hours=hours)))
    st.button(speech.markdown(msg("Log in")), key="person-login", type="primary", on_click=st.login)


def show_person(speech: Speech) -> None:
    """Name and way out of who is logged in; nothing without a login."""
    found = person()
    if found is not None:
        _offer_logout(found, speech)


def _offer_logout(found: Person, speech: Speech) -> None:
    login = current().login
    label = speech.markdown(found.name)
    if login is None or login.method is Method.HEADER:
        with st.container(key="person-name"):
            st.markdown(label)
        return
    about = speech.markdown(msg("Log out"))
    st.button(label, key="person-logout", icon=":material/logout:", type="tertiary", help=about, on_click=_leave)


def _leave() -> None:
    found = person()
    if found is not None:
        audit.note(found.id, "logout")
    st.logout()


def _note(found: Person | None) -> None:
    """The record has one line for each session of a person."""
    id = None if found is None else found.id
    if id is not None and st.session_state.get(_SEEN) != id:
        audit.note(id, "login", refused=found is not None and found.right is None)
    st.session_state[_SEEN] = id
