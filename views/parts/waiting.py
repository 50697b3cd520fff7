"""Waits for long work: what it does, for how long, and a button to stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from serving.processes import CancelledError, Job, work
from translation import Message, msg, number, percent
from views.speech import Speech

#: Seconds until somebody who waits is told what is going on.
QUIET = 0.4
_LOOK = 0.2
#: Seconds over its limit until it is said that work does not keep to it.
_LATE = 1.0


class Stopped(Exception):  # noqa: N818 - an outcome, not an error of the program
    """The planner stopped the work with that key."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def answer_of(
    key: str,
    ask: Callable[[], Job],
    doing: Message,
    limit: float,
    speech: Speech,
    known: Callable[[], Message | None] = lambda: None,
) -> Any:
    """The answer of the job that ``ask`` gives; meanwhile the page says what is done and how long it takes at most, and
    what is ``known`` already.

    Work in parts shows the share done instead, and stopped it gives what was done until then.

    Raises :class:`Stopped` where this planner stopped it, until :func:`ask_again`, and what the work raised.
    """
    if _mark(key) in st.session_state:
        raise Stopped(key)
    job = ask()
    with job.wanted() as me:
        try:
            return _finished(job, QUIET)
        except TimeoutError:
            if job.done:
                return _finished(job, 0)
        area = st.empty()
        try:
            with area.container(border=True):
                bar = st.progress(0.0, text=speech.markdown(_text(doing, job, limit)))
                st.button(speech.markdown(msg("Stop")), key=f"stop {key}", on_click=_stop, args=(job, me))
                told = st.empty()
            while True:
                try:
                    return _finished(job, _LOOK)
                except TimeoutError:
                    # The work may have ended since, with an answer or by its own time limit.
                    if job.done:
                        return _finished(job, 0)
                bar.progress(_share(job, limit), text=speech.markdown(_text(doing, job, limit)))
                text = known()
                if text is not None:
                    told.caption(speech.markdown(text))
        finally:
            area.empty()


def ask_again(key: str) -> None:
    """Lets work that was stopped or came to nothing begin again."""
    st.session_state.pop(_mark(key), None)
    work().forget(key)


def _mark(key: str) -> str:
    return f"stopped {key}"


def _finished(job: Job, timeout: float) -> Any:
    try:
        return job.result(timeout)
    except CancelledError:
        raise Stopped(job.key) from None


def _stop(job: Job, me: object) -> None:
    # The run that drew the button may be waiting still: Streamlit begins the next one before it has ended.
    if not job.stop(me):
        st.session_state[_mark(job.key)] = True


def _share(job: Job, limit: float) -> float:
    if job.place is not None:
        return 0.0
    share = job.share
    return min(1.0, job.seconds / limit if share is None else share)


def in_line(doing: Message, place: int) -> Message:
    """What will be done, and which one it is of what waits."""
    return msg("{doing}, as soon as a place is free: number {place} in line", doing=doing, place=number(place))


def _text(doing: Message, job: Job, limit: float) -> Message:
    place = job.place
    if place is not None:
        return in_line(doing, place)
    if job.share is not None:
        return msg(
            "{doing} … {share} done, for {seconds}",
            doing=doing,
            share=percent(job.share, 0),
            seconds=number(job.seconds, 0, "s"),
        )
    if job.seconds > limit + _LATE:
        return msg(
            "{doing} … for {seconds}, longer than it should: it is ended soon",
            doing=doing,
            seconds=number(job.seconds, 0, "s"),
        )
    return msg(
        "{doing} … for {seconds}, at most {limit}",
        doing=doing,
        seconds=number(job.seconds, 0, "s"),
        limit=number(limit, 0, "s"),
    )
