"""The level that teams reach: ``Service.level`` for many districts at once.

Municipalities are positions in AGS order, hours are per week.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: Multiplications, and numbers of a vector, from which on libraries work with threads.
THREADED, THREADED_VECTOR = 1 << 18, 9000
#: Hours by which rounding may miss: what fits but for them fits.
SLACK = 1e-9


def levels(cost: Floats, to_spend: Floats, supply: Floats, fewest: Floats, weights: Floats) -> Floats:
    """The largest level of each row (model: "What a team delivers").

    ``cost`` (rows, municipalities) is what one on-site hour takes, 0 outside the district. ``supply`` and ``fewest``
    have a row each or one for all. Minus infinity where not even the fewest hours fit, infinite without any need.
    The level solves ``sum cost * max(fewest, level * weight - supply) = to_spend``: the least of the levels at which
    the municipalities up to a kink would use up the hours, the kinks in rising order.
    """
    needy = weights > 0
    slack = to_spend - np.sum(cost * fewest, axis=1)
    base = supply + fewest
    kinks = np.where(needy, base / np.where(needy, weights, 1.0), np.inf)
    order = np.broadcast_to(np.argsort(kinks, axis=-1, kind="stable"), cost.shape)
    ordered = np.take_along_axis(np.where(needy, cost, 0.0), order, axis=1)
    per_level = np.cumsum(ordered * weights[order], axis=1)
    offset = np.cumsum(ordered * np.take_along_axis(np.broadcast_to(base, cost.shape), order, axis=1), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        reached = (np.maximum(slack, 0.0)[:, None] + offset) / per_level
    found: Floats = np.min(np.where(per_level > 0, reached, np.inf), axis=1)
    return np.where(slack >= -SLACK, found, -np.inf)


def product(rows: Floats, matrix: Floats) -> Floats:
    """``rows @ matrix``, in pieces so small that no threads are used: they would wait for each other longer than work.

    ``rows`` are many and short; ``matrix`` may be a vector.
    """
    inner = max(1, rows.shape[1])
    piece = max(1, min(THREADED_VECTOR // inner, THREADED // (inner * max(1, matrix[:1].size))))
    found: Floats = np.empty((len(rows), *matrix.shape[1:]))
    for start in range(0, len(rows), piece):
        np.matmul(rows[start : start + piece], matrix, out=found[start : start + piece])
    return found


def memberships(masks: npt.NDArray[np.uint64], size: int) -> Floats:
    """By mask and position 1 for its members, else 0."""
    octets = masks.astype("<u8").view(np.uint8).reshape(-1, 8)
    return np.unpackbits(octets, axis=1, bitorder="little", count=size).astype(np.float64)
