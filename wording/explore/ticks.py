"""What charts share with slides, which draw theirs themselves: round figures of an axis, and a plan's own name."""

from __future__ import annotations

import math

from translation import msg

THIS = msg("this plan")
#: Steps between two figures of an axis, times a power of ten.
_STEPS = (1.0, 2.0, 5.0, 10.0)


def ticks(low: float, high: float, most: int = 7) -> list[float]:
    """At most ``most`` round figures from at or below ``low`` to at or above ``high``, equally far apart."""
    span = max(high - low, 1e-9)
    power = 10.0 ** math.floor(math.log10(span / most))
    for step in (power * factor for factor in (*_STEPS, 20.0)):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first < most:
            break
    return [round(step * position, 12) for position in range(first, max(last, first + 1) + 1)]
