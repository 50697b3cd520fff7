"""Which piece of the report stands on which page, and how high its maps are there.

The layout is first measured on one endless page. Of all ways to part it into pages that one is taken which leaves the
least room empty, with no heading alone at the foot, no single item of a list and no few rows of a table on a page of
their own. Room that is left goes to the maps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from reports.report.report import Block

#: What a page of 297 mm has between its margins, less a little for what is repeated on it, in mm.
ROOM_MM = 297.0 - 25.0 - 22.0 - 1.0
#: A page with a larger share of it empty looks forgotten.
_EMPTIEST = 0.4
_PAGE, _EMPTY, _FORGOTTEN, _ALONE = 4.0, 60.0, 2000.0, 500.0
"""What a page costs, what its empty share does (squared) and does beyond :data:`_EMPTIEST`, and what is left alone."""
_WITHIN = {"list": 4.0, "terms": 4.0, "table": 9.0}
_SOON, _BETWEEN, _SECTION = 8.0, 1.5, 0.3
"""What it costs to begin a page within a block, soon after a heading, with a block, and with a heading."""
_PARTS = {"list": "items", "terms": "items", "table": "rows"}
_TOGETHER = {"list": 2, "terms": 2, "table": 3}
"""Of these kinds so many parts stay together at the beginning, and at the end."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Where a block lies on the endless page, in mm from above: its top and bottom, and the tops of its parts."""

    top: float
    bottom: float
    parts: tuple[float, ...] = ()


def measured(marks: Sequence[Mapping[str, Any]], count: int) -> list[Measured]:
    """The ``count`` blocks, by the marks that the layout sets at them."""
    at: list[dict[str, list[float]]] = [{"top": [], "part": [], "bottom": []} for _ in range(count)]
    for mark in marks:
        at[mark["block"]][mark["place"]].append(mark["y"])
    return [Measured(one["top"][0], one["bottom"][0], tuple(one["part"])) for one in at]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is never parted: a block, or one part of it.

    ``cost`` is that of beginning a page with it, where ``head`` mm are repeated above it; ``stretch`` is by how many mm
    it may grow. With ``begins`` it always begins a page.
    """

    block: int
    part: int | None
    top: float
    bottom: float
    cost: float
    head: float = 0.0
    stretch: float = 0.0
    begins: bool = False


@dataclass(frozen=True, slots=True)
class _Page:
    """A page from one piece to the last before ``end``, with ``left`` mm empty; ``cost`` is that of all so far."""

    start: int
    end: int
    left: float
    cost: float


def pages(blocks: Sequence[Block], found: Sequence[Measured]) -> list[list[Block]]:
    """``blocks`` on pages: parts of one that goes on are marked as ``continued``, maps are as ``high`` as may be (mm).

    A block of the kind ``page`` begins a page and stands on none.
    """
    pieces = list(_pieces(blocks, found))
    made = []
    for page in _parted(pieces):
        own = pieces[page.start : page.end]
        stretch = sum(piece.stretch for piece in own)
        share = min(1.0, max(0.0, page.left) / stretch) if stretch else 0.0
        grouped = groupby(own, key=lambda piece: piece.block)
        made.append([_on_page(blocks[at], list(some), share) for at, some in grouped])
    return made


def _on_page(block: Block, pieces: Sequence[_Piece], share: float) -> Block:
    """What of a block is on a page."""
    if block["kind"] == "maps":
        return block | {"high": block["least"] + share * pieces[0].stretch}
    parts = [piece.part for piece in pieces if piece.part is not None]
    name = _PARTS.get(block["kind"], "")
    if not parts or len(parts) == len(block[name]):
        return block
    shown = block | {name: [block[name][part] for part in parts], "continued": parts[0] > 0}
    if "notes" in block and parts[-1] + 1 < len(block[name]):
        shown["notes"] = []
    return shown


def _pieces(blocks: Sequence[Block], found: Sequence[Measured]) -> Iterator[_Piece]:
    begins, since_heading = False, 0
    for at, (block, place) in enumerate(zip(blocks, found, strict=True)):
        if block["kind"] == "page":
            begins = True
            continue
        heads = block["kind"] == "heading"
        cost = (_ALONE, _SOON)[since_heading] if since_heading < 2 else _SECTION if heads else _BETWEEN
        yield from _of_block(at, block, place, cost, begins)
        begins = False
        # A line in bold says what follows, too.
        since_heading = 0 if heads or block.get("strong") else since_heading + 1


def _of_block(at: int, block: Block, place: Measured, cost: float, begins: bool) -> Iterator[_Piece]:
    if len(place.parts) < 2:
        stretch = block["most"] - block["least"] if block["kind"] == "maps" else 0.0
        yield _Piece(at, None, place.top, place.bottom, cost, stretch=stretch, begins=begins)
        return
    count, few = len(place.parts), _TOGETHER[block["kind"]]
    # Title and head of a table, which are repeated; a list has none.
    head = place.parts[0] - place.top
    tops = (place.top, *place.parts[1:], place.bottom)
    for part in range(count):
        if part > 0:
            cost = _WITHIN[block["kind"]] if few <= part <= count - few else _ALONE
        yield _Piece(at, part, tops[part], tops[part + 1], cost, head if part else 0.0, begins=begins and part == 0)


def _parted(pieces: Sequence[_Piece]) -> list[_Page]:
    """The pages of least cost."""
    best = [_Page(0, 0, 0.0, 0.0)]
    for end in range(1, len(pieces) + 1):
        best.append(min(_ending(pieces, end, best), key=lambda page: page.cost))
    made = []
    end = len(pieces)
    while end:
        made.append(best[end])
        end = best[end].start
    return made[::-1]


def _ending(pieces: Sequence[_Piece], end: int, best: Sequence[_Page]) -> Iterator[_Page]:
    """The pages that could end before the piece ``end``, each after the best way to come there."""
    stretch = 0.0
    for start in range(end - 1, -1, -1):
        piece = pieces[start]
        left = ROOM_MM - (pieces[end - 1].bottom - piece.top + piece.head)
        # What does not fit on any page goes on by itself.
        if left < 0 and start < end - 1:
            return
        stretch += piece.stretch
        cost = _PAGE + (0.0 if end == len(pieces) else _emptiness(left % ROOM_MM, stretch))
        yield _Page(start, end, left, best[start].cost + cost + (piece.cost if start and not piece.begins else 0.0))
        if piece.begins:
            return


def _emptiness(left: float, stretch: float) -> float:
    share = max(0.0, left - stretch) / ROOM_MM
    return _EMPTY * share**2 + _FORGOTTEN * max(0.0, share - _EMPTIEST)
