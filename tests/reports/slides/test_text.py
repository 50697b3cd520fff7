"""What fits on a slide: lines, sizes, columns and pages."""

from __future__ import annotations

import pytest

from reports.slides.table import TextRow, TextTable, laid_out
from reports.slides.text import Paragraph, fitting, height, in_pages, lines, shortened, width


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


def test_a_long_table_goes_on_in_parts_of_the_same_length() -> None:
    parts = laid_out(table(30), 400, 620, (14.0, 10.0))
    assert [len(part.table.rows) for part in parts] == [15, 15]
    # As large as it can be on as many slides.
    assert all(part.size == 14 and part.height <= 620 for part in parts)
    assert all(part.table.headings == ("Name", "Wert") for part in parts)


def test_as_few_pages_as_will_do_and_none_with_a_single_line() -> None:
    assert in_pages([1.0] * 5, 4) == [range(3), range(3, 5)]
    assert in_pages([1.0, 9.0, 1.0], 4) == [range(1), range(1, 2), range(2, 3)]
    assert in_pages([1.0, 1.0], 2) == [range(2)]


def test_a_column_of_long_names_has_room_first() -> None:
    rows = tuple(TextRow((("Ort",), ("Zentrum des Kreises im Osten",))) for _ in range(4))
    (laid,) = laid_out(TextTable(("Standort", "Träger"), (False, False), rows), 250, 400, (12.0,))
    assert laid.heights[1] == pytest.approx(12 * 1.2 + 5)


def test_words_kept_together_stay_on_a_line() -> None:
    assert lines("aa a bb b", 2) == 2
    assert lines("aa a\u00a0bb b", 2) == 3
    assert shortened("91,6\u00a0 %  a", 10) == "91,6\u00a0 % a"


def test_a_row_that_is_higher_than_a_slide_stands_alone() -> None:
    parts = laid_out(table(2, "wort " * 500), 400, 300)
    assert [len(part.table.rows) for part in parts] == [1, 1]


def test_columns_too_narrow_for_their_words_still_fill_the_line() -> None:
    (laid,) = laid_out(table(1, "W" * 60), 120, 300)
    assert sum(laid.widths) == pytest.approx(120)


def test_differences_join_their_figures() -> None:
    assert table(1).joined().rows[0].cells == (("Wort",), ("1.234,5 h (+3,0 h)",))
