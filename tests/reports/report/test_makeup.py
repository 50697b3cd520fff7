"""Blocks on pages: all in order, none overfull, nothing left alone, room that is left goes to maps."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.report.makeup import ROOM_MM, Measured, measured, pages

_GAP = 4.0
_BLOCKS = st.one_of(
    st.tuples(st.just("heading"), st.just(1), st.just(4.0)),
    st.tuples(st.just("text"), st.just(1), st.floats(3, 40)),
    st.tuples(st.just("maps"), st.just(1), st.just(90.0)),
    st.tuples(st.just("list"), st.integers(1, 30), st.floats(4, 9)),
    st.tuples(st.just("table"), st.integers(1, 40), st.floats(4, 9)),
)


def written(drawn: list[tuple[str, int, float]]) -> tuple[list[dict[str, Any]], list[Measured]]:
    """Blocks of those kinds, with as many parts, each so high, and where they lie below each other."""
    blocks, found, top = [], [], 0.0
    for at, (kind, parts, high) in enumerate(drawn):
        head = 10.0 if kind == "table" else 0.0
        block: dict[str, Any] = {"kind": kind, "at": at}
        if kind in ("list", "table"):
            block["rows" if kind == "table" else "items"] = [f"{at}.{part}" for part in range(parts)]
        if kind == "maps":
            block |= {"least": high, "most": high + 40}
        blocks.append(block)
        bottom = top + head + parts * high
        found.append(Measured(top, bottom, tuple(top + head + part * high for part in range(parts))))
        top = bottom + _GAP
    return blocks, found


@settings(max_examples=40, deadline=None)
@given(st.lists(_BLOCKS, min_size=1, max_size=30))
def test_everything_is_on_a_page_and_no_page_is_overfull(drawn: list[tuple[str, int, float]]) -> None:
    blocks, found = written(drawn)
    made = pages(blocks, found)
    parts = [part for page in made for block in page for part in block.get("rows", block.get("items", [block["at"]]))]
    assert parts == [part for block in blocks for part in block.get("rows", block.get("items", [block["at"]]))]
    for page in made:
        assert sum(_high(block, drawn) for block in page) + _GAP * (len(page) - 1) <= ROOM_MM + 1e-6
    for page, following in pairwise(made):
        last, first = page[-1], following[0]
        if last["kind"] == "heading":
            # Headings that fill a page by themselves have to end somewhere.
            assert {block["kind"] for block in page} == {"heading"}
        if last["at"] == first["at"]:
            assert first["continued"]
            assert min(len(one.get("rows", one.get("items"))) for one in (last, first)) >= 2


def _high(block: dict[str, Any], drawn: list[tuple[str, int, float]]) -> float:
    kind, _, high = drawn[block["at"]]
    if kind == "maps":
        assert block["least"] - 1e-9 <= block["high"] <= block["most"] + 1e-9
        return float(block["high"])
    return len(block.get("rows", block.get("items", [0]))) * high + (10.0 if kind == "table" else 0.0)


def test_maps_take_the_room_that_is_left_and_a_summary_its_page() -> None:
    blocks, found = written([("maps", 1, 90.0), ("text", 1, 100.0), ("text", 1, 30.0)])
    ((first, *_), (alone,)) = pages([*blocks[:2], {"kind": "page"}, blocks[2]], [*found[:2], found[1], found[2]])
    assert first["high"] == 130
    assert alone["kind"] == "text"
    blocks, found = written([("maps", 1, 90.0), ("maps", 1, 90.0), ("text", 1, 30.0)])
    (page,) = pages(blocks, found)
    assert page[0]["high"] == page[1]["high"] == 90 + (ROOM_MM - 218) / 2


def test_marks_of_the_layout_are_places() -> None:
    marks = [("top", 25.0), ("part", 30.0), ("part", 35.0), ("bottom", 40.0)]
    told = [{"block": 0, "place": place, "y": y} for place, y in marks]
    assert measured(told, 1) == [Measured(25.0, 40.0, (30.0, 35.0))]
