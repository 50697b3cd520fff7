"""All answers about a layer in words, and the questions that have none."""

from __future__ import annotations

from collections.abc import Iterator

from exploring.exploration import Exploration
from translation import Message, msg
from wording.explore.alternatives import alternatives_told
from wording.explore.frontier import frontier_told
from wording.explore.posts import posts_told
from wording.explore.prices import prices_told
from wording.explore.rank import rank_told
from wording.explore.robustness import robustness_told
from wording.explore.sensitivity import sensitivity_told
from wording.explore.told import ASKED, Told
from wording.explore.why import everybody_told


def everything_told(found: Exploration) -> tuple[Told, ...]:
    """Every answer in words, in the order of the questions."""
    return tuple(_told(found))


def _told(found: Exploration) -> Iterator[Told]:
    loaded, plan, layer = found.loaded, found.plan, found.layer
    if found.alternatives is not None:
        yield alternatives_told(loaded, found.alternatives, plan, layer)
    if found.ranked is not None:
        yield rank_told(loaded, found.ranked, plan, layer)
    if found.frontier is not None:
        yield frontier_told(loaded, found.frontier, plan, layer)
    if found.prices is not None:
        yield prices_told(loaded, found.prices, plan, layer)
    if found.posts is not None:
        yield posts_told(loaded, found.posts, found.hours, plan, layer)
    if found.robustness is not None:
        yield robustness_told(loaded, found.robustness, found.uncertainty, plan, layer)
    if found.sensitivity is not None:
        yield sensitivity_told(loaded, found.sensitivity, plan, layer)
    if found.reasons is not None:
        yield everybody_told(loaded, found.reasons, plan, layer)


def unanswered(found: Exploration) -> tuple[Message, ...]:
    """The questions without an answer, each with the reason."""
    return tuple(
        msg("{question} {reason}", question=ASKED[question], reason=reason)
        for question, reason in found.missing.items()
    )
