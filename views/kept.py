"""What is computed and drawn once for everybody: of the same answer in the same language a page says the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from serving.answers import Answer
from views.speech import Speech

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")
#: So many are kept of each: a map takes 100 kB, what stands below it as much.
_MOST = 100


def kept(function: Callable[_Given, _Found]) -> Callable[_Given, _Found]:
    """Keeps what a function gives, and what it draws, by its arguments: Streamlit draws again what it drew.

    Not in a page itself, which is read anew in every run. An answer is known by its digest. In what is kept there is
    nothing to be chosen.
    """
    known_by: dict[str | type[Any], Callable[[Any], Any]] = {Answer: _of_answer, Speech: _of_speech}
    return st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs=known_by)(function)


def _of_answer(answer: Answer) -> str:
    plan = answer.solution.plan
    # Where time was up, the same question may have had another answer.
    figures = None if plan is None else (plan.shortfall_hours, plan.travel_hours)
    return f"{answer.digest} {answer.solution.status} {figures!r}"


def _of_speech(speech: Speech) -> str:
    return speech.language
