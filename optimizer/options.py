"""What is asked of municipalities and employers, and what their answers are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from optimizer.problem import Ags


class What(StrEnum):
    """What is asked of a municipality or an employer."""

    TAKES_PART = "takes_part"
    ROOM = "room"
    EMPLOYS = "employs"
    TOGETHER = "together"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Option:
    """Something that is asked of ``who``, a municipality by AGS or an employer by id, and the answer: ``agreed``.

    A yes means: it takes part; its town hall may be a hub; it employs (at least ``posts``, where stated); it is in one
    district with ``other``; it is not. A no: it takes no part; no hub there; it employs nobody; and to the last two,
    that nothing is asked. ``agreed`` is ``None`` while the answer is open.
    """

    what: What
    who: str
    other: Ags | None = None
    posts: Fraction | None = None
    agreed: bool | None = None
