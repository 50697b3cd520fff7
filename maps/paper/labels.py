"""Where labels stand on a paper map: beside their places, never upon one another, farther off with a leader line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.measure import Floats
from maps.paper.svg import Box

Shapes = npt.NDArray[np.object_]
_ANGLES = 24
#: How far labels may be pushed away from where they touch their place, in steps of the ground; then a line leads there.
_STEPS = (0.0, 0.6, 1.0, 1.6, 2.3, 3.1, 4.0, 5.0, 6.5, 8.5, 11.0, 14.0, 18.0, 24.0)
_ROUNDS, _PASSES = 10, 6
_IN_THE_WAY = 8.0
#: What it costs to stand on a border as long as a step.
_ACROSS = 24.0
#: How long bits of a border are, in mm; and at how many places a leader is looked at.
_BIT, _ON_THE_WAY = 0.5, 8
_FULLEST = 0.7
"""How much of the ground labels may take: where they need more there is no use in looking."""


@dataclass(frozen=True)
class Labelled:
    """A place (mm) with a symbol that reaches so far aside and up, and the size of the label it needs.

    ``home`` is where the label belongs: a municipality's shape.
    """

    at: tuple[float, float]
    reach: tuple[float, float]
    width: float
    height: float
    home: BaseGeometry


@dataclass(frozen=True)
class Ground:
    """What labels are placed on: within ``frame``, better not across ``lines``, ``clearance`` mm from each other.

    Outside ``county`` a label is less likely to be read as that of another municipality. ``step`` (mm) is how far
    apart the places are that are tried.
    """

    frame: Box
    county: BaseGeometry
    lines: BaseGeometry
    clearance: float
    step: float


@dataclass(frozen=True)
class Placed:
    """Where a label stands; ``leader`` is the line to it, or ``None`` where it stands beside its place.

    ``across`` is how many mm of the ground's lines it hides.
    """

    box: Box
    leader: BaseGeometry | None
    across: float = 0.0


def place(labels: Sequence[Labelled], ground: Ground) -> list[Placed] | None:
    """A place for each label such that none meets another, a symbol, or another's leader; ``None`` where none is found.

    The same labels get the same places.
    """
    if not labels:
        return []
    if sum(label.width * label.height for label in labels) > _FULLEST * ground.frame.width * ground.frame.height:
        return None
    bits = _bits(ground.lines)
    choices = [_choices(position, labels, ground, bits) for position in range(len(labels))]
    if any(len(choice.cost) == 0 for choice in choices):
        return None
    chosen = _improved(choices, found) if (found := _found(choices)) is not None else None
    if chosen is None:
        return None
    return [choice.placed(pick) for choice, pick in zip(choices, chosen, strict=True)]


@dataclass(frozen=True)
class _Choices:
    """The places that a label could have: left, top, right, bottom with clearance, and leaders (``None``: none)."""

    boxes: Floats
    clearance: float
    shapes: Shapes
    leaders: Shapes
    cost: Floats
    across: Floats

    def placed(self, pick: int) -> Placed:
        left, top, right, bottom = (float(edge) for edge in self.boxes[pick])
        half = self.clearance / 2
        return Placed(
            Box(left + half, top + half, right - left - 2 * half, bottom - top - 2 * half),
            self.leaders[pick],
            float(self.across[pick]),
        )


def _bounds(leaders: Shapes) -> Floats:
    """The bounds of leaders; those of none meet nothing."""
    return np.asarray(shapely.bounds(leaders), dtype=np.float64).reshape(-1, 4)


def _overlap(first: Floats, second: Floats) -> npt.NDArray[np.bool_]:
    """Which of the first boxes overlap which of the second."""
    one, other = first[:, None, :], second[None, :, :]
    aside = (one[..., 0] < other[..., 2]) & (other[..., 0] < one[..., 2])
    return np.asarray(aside & (one[..., 1] < other[..., 3]) & (other[..., 1] < one[..., 3]))


def _hits(mine: _Choices, choices: Sequence[_Choices], chosen: Mapping[int, int]) -> npt.NDArray[np.bool_]:
    """Which of a label's places (rows) meet which of the ``chosen`` ones of other labels (columns)."""
    if not chosen:
        return np.zeros((len(mine.cost), 0), dtype=bool)
    boxes = np.array([choices[other].boxes[pick] for other, pick in chosen.items()])
    shapes = np.array([choices[other].shapes[pick] for other, pick in chosen.items()], dtype=object)
    leaders = np.array([choices[other].leaders[pick] for other, pick in chosen.items()], dtype=object)
    here, there = _bounds(mine.leaders), _bounds(leaders)
    met = _overlap(mine.boxes, boxes)
    met |= _meet(mine.leaders, here, shapes, boxes)
    met |= _meet(mine.shapes, mine.boxes, leaders, there)
    return met | _meet(mine.leaders, here, leaders, there)


def _meet(first: Shapes, first_bounds: Floats, second: Shapes, second_bounds: Floats) -> npt.NDArray[np.bool_]:
    """Which of the first shapes meet which of the second: looked at closely only where their bounds overlap."""
    met = _overlap(first_bounds, second_bounds)
    rows, columns = np.nonzero(met)
    met[rows, columns] = np.asarray(shapely.intersects(first[rows], second[columns]))
    return met


def _choices(position: int, labels: Sequence[Labelled], ground: Ground, bits: Floats) -> _Choices:
    label = labels[position]
    half = ground.clearance / 2
    centres, steps = _centres(label, ground)
    around = np.array([label.width / 2 + half, label.height / 2 + half])
    boxes = np.hstack([centres - around, centres + around])
    inner = ground.frame
    within = (boxes[:, 0] >= inner.left) & (boxes[:, 1] >= inner.top)
    within &= (boxes[:, 2] <= inner.right) & (boxes[:, 3] <= inner.bottom)
    symbols = _symbols(labels, half)
    within &= ~np.any(_overlap(boxes, symbols), axis=1)
    boxes, steps = boxes[within], steps[within]
    leaders = _leaders(label, boxes, steps)
    others = np.delete(symbols, position, axis=0)
    free = ~np.any(_meet(leaders, _bounds(leaders), _shapes(others), others), axis=1)
    boxes, leaders = boxes[free], leaders[free]
    shapes = _shapes(boxes)
    across = _across(boxes, bits)
    cost = _cost(label, ground, boxes, shapes, leaders) + _ACROSS * across / ground.step
    return _Choices(boxes, ground.clearance, shapes, leaders, cost, across)


def _shapes(boxes: Floats) -> Shapes:
    return np.asarray(shapely.box(boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3]), dtype=object)


def _symbols(labels: Sequence[Labelled], half: float) -> Floats:
    """The boxes that symbols need, with clearance but for a hair, so that a label may touch its own."""
    at = np.array([label.at for label in labels])
    reach = np.array([label.reach for label in labels]) + half - 1e-6
    return np.hstack([at - reach, at + reach])


def _centres(label: Labelled, ground: Ground) -> tuple[Floats, npt.NDArray[np.int_]]:
    """Middles of boxes all around a place, from touching its symbol to far away, and how far in steps."""
    angles = np.arange(_ANGLES) * (2 * np.pi / _ANGLES)
    directions = np.column_stack([np.cos(angles), -np.sin(angles)])
    reach = np.array([label.width / 2, label.height / 2]) + np.array(label.reach) + ground.clearance
    touching = np.min(reach / np.maximum(np.abs(directions), 1e-9), axis=1)
    away = (touching[:, None] + np.array(_STEPS) * ground.step)[:, :, None] * directions[:, None, :]
    steps = np.tile(np.arange(len(_STEPS)), _ANGLES)
    return np.array(label.at) + away.reshape(-1, 2), steps


def _leaders(label: Labelled, boxes: Floats, steps: npt.NDArray[np.int_]) -> Shapes:
    """Lines from the place, below its symbol, to the nearest edge of each box; none where it stands beside."""
    x, y = label.at
    ends = np.column_stack([np.clip(x, boxes[:, 0], boxes[:, 2]), np.clip(y, boxes[:, 1], boxes[:, 3])])
    lines = np.full(len(boxes), None, dtype=object)
    far = steps > 0
    lines[far] = shapely.linestrings(np.stack([np.broadcast_to(label.at, ends.shape), ends], axis=1)[far])
    return lines


def _cost(
    label: Labelled,
    ground: Ground,
    boxes: Floats,
    shapes: Shapes,
    leaders: Shapes,
) -> Floats:
    """What speaks against a place but for lines below it: far away, in or across another municipality, not right."""
    away = np.nan_to_num(shapely.length(leaders))
    has_leader = ~shapely.is_missing(leaders)
    whole = shapely.area(shapes)
    at_home = _within(shapes, label.home) / whole
    elsewhere = _within(shapes, ground.county) / whole - at_home
    x, y = label.at
    aside = np.abs((boxes[:, 1] + boxes[:, 3]) / 2 - y) / label.height
    middle = np.abs((boxes[:, 0] + boxes[:, 2]) / 2 - x) / label.width
    through = away * _through(label, ground, boxes)
    cost = 4.0 * has_leader + (away + 3.0 * through) / ground.step + 4.0 * (1 - at_home) + 5.0 * elsewhere
    return np.asarray(cost + 0.3 * np.minimum(aside, middle), dtype=np.float64)


def _within(shapes: Shapes, other: BaseGeometry) -> Floats:
    """The area of each of ``shapes`` within ``other``; what lies in it whole, or outside, is not cut."""
    shapely.prepare(other)
    whole = np.asarray(shapely.contains_properly(other, shapes))
    part = np.asarray(shapely.intersects(other, shapes)) & ~whole
    found = np.where(whole, shapely.area(shapes), 0.0)
    found[part] = shapely.area(shapely.intersection(shapes[part], other))
    return found


def _through(label: Labelled, ground: Ground, boxes: Floats) -> Floats:
    """What share of the way from a place to each box leads through other municipalities."""
    x, y = label.at
    ends = np.clip(x, boxes[:, 0], boxes[:, 2]), np.clip(y, boxes[:, 1], boxes[:, 3])
    steps = np.linspace(0.0, 1.0, _ON_THE_WAY)[None, :]
    ways = [start + steps * (end[:, None] - start) for start, end in zip((x, y), ends, strict=True)]
    shapely.prepare([ground.county, label.home])
    other = shapely.contains_xy(ground.county, *ways) & ~shapely.contains_xy(label.home, *ways)
    return np.asarray(other.mean(axis=1), dtype=np.float64)


def _bits(lines: BaseGeometry) -> Floats:
    """Bits of lines: the middle of each and its length."""
    ends = [shapely.get_coordinates(part) for part in shapely.get_parts(shapely.segmentize(lines, _BIT))]
    first, last = (np.vstack([part[which] for part in ends]) for which in (slice(None, -1), slice(1, None)))
    return np.column_stack([(first + last) / 2, np.hypot(*(last - first).T)])


def _across(boxes: Floats, bits: Floats) -> Floats:
    """How much of lines lies in each box."""
    x, y = bits[:, 0], bits[:, 1]
    met = (boxes[:, :1] < x) & (x < boxes[:, 2:3]) & (boxes[:, 1:2] < y) & (y < boxes[:, 3:4])
    return np.asarray(met @ bits[:, 2], dtype=np.float64)


def _found(choices: Sequence[_Choices]) -> list[int] | None:
    """A choice for each label, the hardest to place first; those in the way have to look again."""
    chosen: dict[int, int] = {}
    waiting = sorted(range(len(choices)), key=lambda one: (len(choices[one].cost), one))
    # What it costs to move a label away grows with how often it was moved.
    moved = np.full(len(choices), _IN_THE_WAY)
    for _ in range(_ROUNDS * len(choices)):
        if not waiting:
            return [chosen[one] for one in range(len(choices))]
        one = waiting.pop(0)
        others = list(chosen)
        hits = _hits(choices[one], choices, chosen)
        pick = int(np.argmin(choices[one].cost + hits @ moved[others]))
        for other in np.array(others, dtype=int)[hits[pick]].tolist():
            del chosen[other]
            moved[other] += _IN_THE_WAY
            waiting.append(other)
        chosen[one] = pick
    return None


def _improved(choices: Sequence[_Choices], chosen: list[int]) -> list[int]:
    """Each label at the best place that the others leave, until none finds a better one."""
    for _ in range(_PASSES):
        before = list(chosen)
        for one, mine in enumerate(choices):
            hits = _hits(mine, choices, {other: pick for other, pick in enumerate(chosen) if other != one})
            chosen[one] = int(np.argmin(np.where(hits.any(axis=1), np.inf, mine.cost)))
        if chosen == before:
            break
    return chosen
