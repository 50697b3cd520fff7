"""Where the contract hours of a plan go: one sum, which as printed adds up."""

from __future__ import annotations

import math
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

    Each part is rounded down or up to one decimal, those with the largest rests up, so that they give the sum.
    """
    lost = plan.losses
    parts = (lost.on_site, lost.beyond, lost.road, lost.coordination, lost.not_placed)
    total = round(10 * plan.problem.offered_hours)
    tenths = [math.floor(10 * part + 1e-6) for part in parts]
    rests = sorted(range(len(parts)), key=lambda at: tenths[at] - 10 * parts[at])
    for at in rests[: max(0, total - sum(tenths))]:
        tenths[at] += 1
    printed = [number(tenth / 10, 1, "h") for tenth in (*tenths, total)]
    return (
        Use(msg("on site, up to the fair supply"), printed[0], Better.HIGHER),
        Use(msg("on site, beyond it"), printed[1], Better.LOWER),
        Use(msg("on the road"), printed[2], Better.LOWER),
        Use(msg("coordination"), printed[3], Better.LOWER),
        Use(msg("not placed"), printed[4]),
        Use(msg("= contract hours per week"), printed[5]),
    )
