"""A county's logo and colour: read from the data directory, refused where papers cannot show them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from files.faults import InputError
from reports.style import ACCENT, STYLE_FILE, Style, colour_fault, read_logo, style_in


def png(path: Path, wide: int = 20, high: int = 10) -> bytes:
    stream = io.BytesIO()
    Image.new("1", (wide, high)).save(stream, "PNG")
    path.write_bytes(stream.getvalue())
    return stream.getvalue()


def refused(folder: Path, text: str) -> str:
    (folder / STYLE_FILE).write_text(text, "utf-8")
    with pytest.raises(InputError) as error:
        style_in(folder)
    return str(error.value)


def test_without_a_file_there_is_the_usual_style(tmp_path: Path) -> None:
    assert style_in(tmp_path) == Style() == Style(None, ACCENT)


def test_the_style_of_the_data_directory(tmp_path: Path) -> None:
    content = png(tmp_path / "wappen.png")
    (tmp_path / STYLE_FILE).write_text("logo: wappen.png\naccent: '#00A050'\n", "utf-8")
    assert style_in(tmp_path) == Style(content, "#00A050")


def test_all_faults_of_the_file_are_told_at_once(tmp_path: Path) -> None:
    told = refused(tmp_path, "logo: nichts.png\naccent: red\ncolor: 1\n")
    assert "nichts.png: the file does not exist" in told
    assert "style.yaml:2, accent: “red” is not a colour" in told
    assert "the key “color” is not known" in told


@pytest.mark.parametrize("name", ["../geheim.png", "/etc/passwd", "a/b.png"])
def test_a_logo_lies_beside_the_file(tmp_path: Path, name: str) -> None:
    assert "is not the name of a file" in refused(tmp_path, f"logo: {name}\n")


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"GIF89a"])
def test_what_is_no_picture(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "logo.png").write_bytes(content)
    with pytest.raises(InputError, match="this is not a picture"):
        read_logo(tmp_path / "logo.png", "logo.png")


def test_a_picture_that_unpacks_to_too_much(tmp_path: Path) -> None:
    png(tmp_path / "logo.png", 6000, 6000)
    with pytest.raises(InputError, match=r"the picture has 36\.0 million pixels: at most 16 million"):
        read_logo(tmp_path / "logo.png", "logo.png")


@pytest.mark.parametrize("value", ["red", "#12345", "#1234567", "0b4f8a", 12, None, "#12345g"])
def test_what_is_no_colour(value: object) -> None:
    assert colour_fault(value) is not None
    assert colour_fault("#0B4f8a") is None


def luminance(colour: str) -> float:
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("accent", ["#ffffff", "#ffd400", "#00ff00", "#0b4f8a", "#000000", "#ff0000"])
def test_white_text_on_the_strong_colour_can_be_read(accent: str) -> None:
    assert 1.05 / (luminance(Style(accent=accent).strong) + 0.05) >= 4.5


def test_a_colour_that_is_dark_enough_is_left_alone() -> None:
    assert Style(accent="#0b4f8a").strong == "#0b4f8a"
