"""The typeface of the papers: what it can show, and how wide that is."""

from __future__ import annotations

from maps.paper.text import FONTS
from reports.typeface import printable, width


def test_what_german_papers_need_is_there() -> None:
    text = "ÄÖÜäöüß–„“−±€²₂▲▼·§ Żółć Çığ Ąė\u00ad\u00a0"
    assert printable(text) == text


def test_other_signs_become_question_marks() -> None:
    assert printable("a🚀\x00\u202e中\nb") == "a????\nb"
    assert printable("u\u0308") == "ü"


def test_width_in_em() -> None:
    assert width("") == 0
    assert 0.45 < width("0") < 0.6
    assert width("00") == 2 * width("0")
    assert width("W") > 2.5 * width("i")
    assert width("🚀") == width(" ")


def test_the_licence_comes_with_it() -> None:
    assert sorted(file.suffix for file in FONTS.iterdir()) == [".ttf", ".ttf", ".txt"]
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text("utf-8")
