"""What fits on a slide: lines, sizes, columns and pages."""

from __future__ import annotations

import pytest

from reports.slides.table import TextRow, TextTable, laid_out
from reports.slides.text import Paragraph, fitting, height, lines, shortened, width


def test_widths_are_those_of_arial() -> None:
    assert width("Wi 1,5") == pytest.approx(0.944 + 0.222 + 0.278 + 0.556 + 0.278 + 0.556)
    assert width("Wi", bold=True) == pytest.approx(0.944 + 0.278)
    assert width("äÄé") == width("aAe")
    assert width("…") == width("漢") == 1.0


def test_lines_break_after_words_and_long_words_anywhere() -> None:
    assert lines("aaaa aaaa", 5) == 1
    assert lines("aaaa aaaa", 4) == 2
    assert lines("aaaa-aaaa", 4) == 2
    assert lines("a" * 20, 0.556 * 5 + 0.01) == 4
    assert lines("", 5) == 1


def test_what_is_too_long_ends_with_an_ellipsis() -> None:
    assert shortened("aaaa bbbb", 10) == "aaaa bbbb"
    cut = shortened("aaaa " * 30, 10, most=2)
    assert cut.endswith("…")
    assert lines(cut, 10) == 2


def test_the_largest_size_that_fits_is_taken() -> None:
    text = [Paragraph("wort " * 30), Paragraph("mehr", bullet=True)]
    assert height(text, 200, 20) > height(text, 200, 10)
    sizes = (30.0, 20.0, 10.0)
    assert fitting(text, 200, height(text, 200, 20), sizes) == 20
    assert fitting(text, 200, 1, sizes) == 10


def table(rows: int, text: str = "Wort") -> TextTable:
    return TextTable(
        ("Name", "Wert"), (False, True), tuple(TextRow(((text,), ("1.234,5 h", "+3,0 h"))) for _ in range(rows))
    )


def test_a_table_that_fits_is_as_large_as_it_can_be() -> None:
    (laid,) = laid_out(table(3), 400, 300, (14.0, 10.0))
    assert laid.size == 14
    assert sum(laid.widths) == pytest.approx(400)
    assert laid.height <= 300


def test_a_long_table_goes_on() -> None:
    parts = laid_out(table(40), 400, 300, (14.0, 10.0))
    assert len(parts) > 1
    assert sum(len(part.table.rows) for part in parts) == 40
    assert all(part.size == 10 and part.height <= 300 for part in parts)
    assert all(part.table.headings == ("Name", "Wert") for part in parts)


def test_a_row_that_is_higher_than_a_slide_stands_alone() -> None:
    parts = laid_out(table(2, "wort " * 500), 400, 300)
    assert [len(part.table.rows) for part in parts] == [1, 1]


def test_columns_too_narrow_for_their_words_still_fill_the_line() -> None:
    (laid,) = laid_out(table(1, "W" * 60), 120, 300)
    assert sum(laid.widths) == pytest.approx(120)


def test_differences_join_their_figures() -> None:
    assert table(1).joined().rows[0].cells == (("Wort",), ("1.234,5 h (+3,0 h)",))
