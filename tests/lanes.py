"""How much the lanes check: the fast one, which runs while something is being changed, a quarter of many like cases."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pytest

#: Set in the fast lane, for pytest's workers, too.
VARIABLE = "KIM_FAST_LANE"


def choose(marks: str) -> None:
    """Which lane it is, by what ``-m`` says."""
    if "not slow" in marks:
        os.environ[VARIABLE] = "1"


def examples(count: int) -> int:
    """How many examples Hypothesis draws where they are ``count`` in all lanes together."""
    return count // 4 if VARIABLE in os.environ else count


def seeds(count: int) -> Sequence[Any]:
    """Parameters 0 to ``count`` - 1, of which three quarters are slow."""
    return [pytest.param(seed, marks=pytest.mark.slow if seed % 4 else ()) for seed in range(count)]
