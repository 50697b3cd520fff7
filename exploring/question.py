"""What is asked of a plan."""

from __future__ import annotations

from enum import StrEnum


class Question(StrEnum):
    """What is asked of a plan, in the order in which it is told. How is in ``exploring.questions``, a file for each."""

    ALTERNATIVES = "alternatives"
    RANK = "rank"
    FRONTIER = "frontier"
    PRICES = "prices"
    POSTS = "posts"
    ROBUSTNESS = "robustness"
    SENSITIVITY = "sensitivity"
    WHY = "why"
