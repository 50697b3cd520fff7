"""A county's own logo and colour for its papers: from a file in the data directory, or stated with the command."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from pathlib import Path

from files.faults import Fault, InputError
from files.reading import read_content
from files.typed import offered
from geodata.yaml_keys import read_yaml
from translation import Message, msg, number

STYLE_FILE = "style.yaml"
"""The file of the data directory, with the keys ``logo`` and ``template`` (files beside it) and ``accent``; each may
be missing."""

ACCENT = "#0b4f8a"
#: WCAG 2.1 AA: text, and what is no text but has a meaning, against its ground.
TEXT_CONTRAST = 4.5
_DARKER = 0.97
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_MOST_BYTES = 2_000_000
_MOST_PIXELS = 16_000_000
_FORMS = ("PNG", "JPEG")


@dataclass(frozen=True, slots=True)
class Style:
    """The look of a county's papers: ``logo`` is a PNG or JPEG picture, ``accent`` a colour such as ``#0b4f8a``.

    ``template`` is a Word document whose pages and styles the council paper has.
    """

    logo: bytes | None = None
    accent: str = ACCENT
    template: bytes | None = None

    @property
    def strong(self) -> str:
        """The accent, or as dark a shade of it as white text on it and it on white can be read."""
        red, green, blue = _parts(self.accent)
        while _contrast_with_white(red, green, blue) < TEXT_CONTRAST:
            red, green, blue = red * _DARKER, green * _DARKER, blue * _DARKER
        return "#" + "".join(f"{int(part):02x}" for part in (red, green, blue))


def style_in(folder: Path) -> Style:
    """The style that the data directory ``folder`` sets, else the usual one. Raises ``InputError``."""
    path = folder / STYLE_FILE
    if not path.exists():
        return Style()
    source = read_yaml(path, STYLE_FILE)
    entries = source.mapping(source.top, None, (), ("logo", "accent", "template"))
    accent = entries.get("accent")
    colour = ACCENT
    if accent is not None:
        wrong = colour_fault(accent.value)
        if wrong is None:
            colour = accent.value
        else:
            source.fault(accent, "accent", *wrong)
    found: dict[str, bytes | None] = {}
    for key, read in (("logo", read_logo), ("template", read_template)):
        entry = entries.get(key)
        name = source.name(entry, key)
        if entry is None or name is None:
            continue
        if Path(name).name != name:
            wrong_name = msg("{value} is not the name of a file", value=offered(name))
            source.fault(entry, key, wrong_name, msg("a file in the same folder"))
            continue
        try:
            found[key] = read(folder / name, name)
        except InputError as error:
            source.faults.extend(error.faults)
    if source.faults:
        raise InputError(source.faults)
    return Style(found.get("logo"), colour, found.get("template"))


def colour_fault(value: object) -> tuple[Message, Message] | None:
    """What is wrong with a colour, and what is allowed; ``None`` for a good one."""
    if isinstance(value, str) and _COLOUR.fullmatch(value):
        return None
    allowed = msg("a colour such as {example}, in quotes", example=ACCENT)
    return msg("{value} is not a colour", value=offered(value)), allowed


def read_logo(path: Path, file: str) -> bytes:
    """The picture in ``path``, named ``file`` in faults. Raises ``InputError`` where it cannot be shown."""
    # Loaded only here: most papers have no logo.
    from PIL import Image

    content = read_content(path, file, _MOST_BYTES)
    try:
        with warnings.catch_warnings():
            # Size is judged here, before anything is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMS) as picture:
                width, height = picture.size
                if width * height <= _MOST_PIXELS:
                    picture.load()
    except Exception:
        # Pillow lets through whatever goes wrong with a damaged picture.
        wrong = msg("this is not a picture, or it is damaged")
        raise InputError([Fault(file, wrong, msg("a picture in the form PNG or JPEG"))]) from None
    if width * height > _MOST_PIXELS:
        wrong = msg("the picture has {count} million pixels", count=number(width * height / 1e6, 1))
        raise InputError([Fault(file, wrong, msg("at most {count} million", count=number(_MOST_PIXELS / 1e6)))])
    return content


def read_template(path: Path, file: str) -> bytes:
    """The Word document in ``path``, named ``file`` in faults. Raises ``InputError`` where it is none."""
    from docx import Document

    content = read_content(path, file, _MOST_BYTES)
    try:
        Document(io.BytesIO(content))
    except Exception:
        # The library lets through whatever goes wrong with a damaged archive.
        wrong = msg("this is no Word document, or it is damaged")
        raise InputError([Fault(file, wrong, msg("a document in the form .docx"))]) from None
    return content


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return float(red), float(green), float(blue)


def _contrast_with_white(*parts: float) -> float:
    """The contrast of a colour (0 to 255 each) with white as WCAG 2.1 counts it: 1 to 21."""
    shares = [int(part) / 255 for part in parts]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)
