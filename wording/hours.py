"""Where the contract hours of a plan go: one sum, which as printed adds up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.plan import Plan
from translation import Message, Number, msg, number
from wording.differences import Better


@dataclass(frozen=True, slots=True)
class Use:
    """A part of the contract hours per week, or all of them; whether more of it is better or worse."""

    name: Message
    hours: Number
    better: Better = Better.NEITHER


def uses_of(plan: Plan) -> tuple[Use, ...]:
    """On site up to the fair supply, beyond it, road, coordination, not placed; last the contract hours.

    The parts give the sum as they are printed (:func:`adding_up`).
    """
    lost, total = plan.losses, plan.problem.offered_hours
    parts = (lost.on_site, lost.beyond, lost.road, lost.coordination, lost.not_placed)
    printed = [number(hours, 1, "h") for hours in (*adding_up(parts, total), total)]
    return (
        Use(msg("on site, up to the fair supply"), printed[0], Better.HIGHER),
        Use(msg("on site, beyond it"), printed[1], Better.LOWER),
        Use(msg("on the road"), printed[2], Better.LOWER),
        Use(msg("coordination"), printed[3], Better.LOWER),
        Use(msg("not placed"), printed[4]),
        Use(msg("= contract hours per week"), printed[5]),
    )


def adding_up(parts: Sequence[float], total: float) -> list[float]:
    """The ``parts`` with one decimal such that they add up to that of their ``total``.

    Each is rounded down or up, those with the largest rests up.
    """
    whole = round(10 * round(total, 1))
    tenths = [math.floor(10 * part + 1e-6) for part in parts]
    rests = sorted(range(len(parts)), key=lambda at: tenths[at] - 10 * parts[at])
    for at in rests[: max(0, whole - sum(tenths))]:
        tenths[at] += 1
    return [tenth / 10 for tenth in tenths]
