"""How wide a text is on paper, and where it breaks."""

from __future__ import annotations

import pytest

from maps.paper.text import shortened, text_width, wrapped

LONG = "Niederoberhausen-Unterstadt an der Großen Emscher bei Wesel!"


def test_width_is_that_of_the_font() -> None:
    # As a layout engine sets it, with kerning: never wider than we take it to be, and hardly narrower.
    assert 5926 <= text_width("Lüdinghausen", 1000) < 5926 * 1.01
    assert 6230 <= text_width("Lüdinghausen", 1000, True) < 6230 * 1.01
    assert text_width("\U0001f600", 10) > 0


def test_lines_break_at_blanks_and_hyphens() -> None:
    assert wrapped("Rot-Weiß Essen", 6.0, 2.0) == ["Rot-", "Weiß", "Essen"]
    assert wrapped("  Essen ", 60.0, 2.0) == ["Essen"]
    assert wrapped("", 60.0, 2.0) == [""]


@pytest.mark.parametrize("text", [LONG, "W" * 200, "a b " * 50, "-" * 80])
def test_lines_are_never_too_wide_and_lose_nothing_before_the_last(text: str) -> None:
    lines = wrapped(text, 20.0, 3.0, True, 4)
    assert len(lines) <= 4
    assert all(text_width(line, 3.0, True) <= 20.0 for line in lines)
    kept = "".join(lines).removesuffix("…").replace(" ", "")
    assert text.replace(" ", "").startswith(kept)
    assert (kept == text.replace(" ", "")) != lines[-1].endswith("…")


def test_shortened_text_ends_with_an_ellipsis() -> None:
    assert shortened("Coesfeld", 100.0, 3.0) == "Coesfeld"
    cut = shortened("Coesfeld", 8.0, 3.0)
    assert cut.endswith("…")
    assert text_width(cut, 3.0) <= 8.0
