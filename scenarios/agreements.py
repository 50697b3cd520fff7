"""What is agreed with municipalities and employers: asked, answered or open. It decides no plan by itself.

Names of persons do not belong here: a scenario is handed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Literal

from scenarios.layer import MOST_POSTS
from scenarios.section import Finding, Section
from scenarios.values import About, Choice, Name, Text, posts
from translation import msg

MOST = 400
"""Answers that a scenario may list."""
ASKED = (
    ("takes_part", msg("takes part")),
    ("room", msg("gives a room: the team may have its hub there")),
    ("employs", msg("employs posts")),
    ("together", msg("wants to be in one district with")),
    ("apart", msg("does not want to be in one district with")),
)
STATES = (
    ("open", msg("open")),
    ("agreed", msg("agreed")),
    ("refused", msg("refused")),
    ("conditional", msg("under a condition")),
)
_ANSWERS = {"agreed": True, "refused": False}
_POSTS = posts(MOST_POSTS, above=True, optional=True)
_PAIRS = ("together", "apart")


class Agreement(Section):
    """Something that is asked of a municipality or an employer, and the state of the answer."""

    who: Annotated[str, Name(), About(msg("Who"), msg("The municipality, or the employer, that is asked"))]
    what: Annotated[
        Literal["takes_part", "room", "employs", "together", "apart"],
        Choice(ASKED),
        About(msg("What is asked"), msg("What a yes or a no makes of the rules")),
    ]
    other: Annotated[
        str | None,
        Name(optional=True),
        About(msg("With whom"), msg("The other municipality, where it is about two"), nothing=msg("nobody")),
    ] = None
    posts: Annotated[
        Fraction | None,
        _POSTS,
        About(msg("Posts at least"), msg("Fewest posts that it employs, once agreed"), nothing=msg("any number")),
    ] = None
    state: Annotated[
        Literal["open", "agreed", "refused", "conditional"],
        Choice(STATES),
        About(msg("State"), msg("The answer; one under a condition counts as open")),
    ] = "open"
    date: Annotated[str, Text(lines=True), About(msg("Date"), msg("Since when that is the state: YYYY-MM-DD"))] = ""
    note: Annotated[
        str,
        Text(lines=True),
        About(msg("Note"), msg("The condition, the decision, where it stands; no names of persons")),
    ] = ""

    def contradictions(self) -> Iterator[Finding]:
        if self.what in _PAIRS and self.other is None:
            yield ("other",), msg("it is not stated with whom"), msg("another municipality")
        if self.what not in _PAIRS and self.other is not None:
            yield ("other",), msg("this is not about two municipalities"), msg("leave it empty")
        if self.posts is not None and self.what != "employs":
            yield ("posts",), msg("posts belong to whoever employs"), msg("leave it empty")
        if self.date and not _is_date(self.date):
            yield ("date",), msg("this is no date"), msg("a date such as 2026-11-28, or nothing")

    @property
    def agreed(self) -> bool | None:
        """The answer; ``None`` while it is open or hangs on a condition."""
        return _ANSWERS.get(self.state)


def _is_date(text: str) -> bool:
    # Only this way of writing: others are read by newer versions of Python alone.
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) is None:
        return False
    with suppress(ValueError):
        datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - a day, not a moment
        return True
    return False
