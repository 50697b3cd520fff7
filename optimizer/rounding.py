"""When a figure counts as more or less than another, and not as equal but for rounding.

A margin is never relative alone: 0 is a value too, and nothing is a millionth of it away.
"""

from __future__ import annotations

#: Slack for comparisons of hours and, relatively, of levels: rounding must not drop a column.
ROUNDING = 1e-9
#: Coverages closer than this, relatively, are equal: the program's own slack for rounding.
EQUAL = 4 * ROUNDING


def more(value: float, margin: float = EQUAL) -> float:
    """The least that counts as more than a value; the margin is relative, from 0.25 down absolute."""
    return max(value * (1 + margin), value + margin / 4)


def less(value: float, margin: float = EQUAL) -> float:
    """The most that counts as less than a value, by the same margin."""
    return min(value * (1 - margin), value - margin / 4)
