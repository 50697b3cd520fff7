"""Columns on paper: words whole where they can be, room by content, small type or several tables where they must."""

from __future__ import annotations

from reports.column_widths import LINE, LONGEST_IN_TEXT, LONGEST_WORD, SMALLEST, USUAL, breakable, parted, widths
from reports.typeface import width


def test_words_stay_whole_and_spare_room_goes_to_long_texts() -> None:
    found = widths([["No.", "1"], ["Towns", "Ascheberg, Havixbeck, Nordkirchen, Senden"], ["h", "68.6"]], [1, 0, 1])
    assert found.size == USUAL
    assert found.whole
    assert found.shares[0] < found.shares[2] < found.shares[1]
    assert found.shares[1] > width("Ascheberg, Havixbeck, Nordkirchen, Senden")


def test_a_crowded_table_shares_what_is_there() -> None:
    texts = ["Integrationszentrum des Kreises mit einem langen Namen, der weitergeht"] * 3
    found = widths([["heading", text] for text in texts] + [["h", "100.0"]] * 5, [0] * 3 + [1] * 5)
    assert found.size == USUAL
    assert abs(sum(found.shares) - LINE) < 1e-9
    assert min(found.shares[:3]) > width("Integrationszentrum")
    assert min(found.shares[3:]) > width("100.0")


def test_what_does_not_fit_is_smaller_and_then_parted() -> None:
    few, many = [["heading", "x" * 24]] * 5, [["heading", "x" * 24]] * 9
    found = widths(few, [0] * 5)
    assert SMALLEST <= found.size < USUAL
    assert sum(found.shares) * found.size <= LINE * USUAL + 1e-9
    assert parted(few) == [[0, 1, 2, 3, 4]]
    tables = parted(many)
    assert sorted(at for table in tables for at in table[1:]) == list(range(1, 9))
    assert all(
        table[0] == 0 and widths([many[at] for at in table], [0] * len(table)).size >= SMALLEST for table in tables
    )


def test_long_tables_may_be_parted() -> None:
    assert widths([["a", *["b"] * 25]], [0]).whole
    assert not widths([["a", *["b"] * 40]], [0]).whole
    assert not widths([["a", *["b\nc"] * 25]], [0]).whole


def test_scenarios_are_equally_wide() -> None:
    found = widths(
        [["Figure", "x"], ["(1) a name that is long indeed", "1"], ["(2) another longish name", "22"]], [0, 1, 1]
    )
    assert found.shares[1] == found.shares[2] != found.shares[0]


def test_long_words_can_be_broken() -> None:
    assert breakable("Integrationszentrum Kreis") == "Integrationszentrum Kreis"
    for word in ("a" * 60, "W" * 20):
        broken = breakable(f"x {word} y")
        assert broken.replace("\u00ad", "") == f"x {word} y"
        assert all(0 < width(piece) <= LONGEST_WORD / 2 for piece in broken[2:-2].split("\u00ad"))
    assert breakable("a" * 35, LONGEST_IN_TEXT) == "a" * 35
