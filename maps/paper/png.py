"""A drawing as a picture for print."""

from __future__ import annotations

import struct
import zlib
from enum import Enum
from functools import cache

import typst

from maps.paper.text import FONTS

_PAGE = b"""\
#set page(width: float(sys.inputs.width) * 1mm, height: float(sys.inputs.height) * 1mm, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%, height: 100%)
"""
_STRIP = b"""\
#set page(width: float(sys.inputs.width) * 1mm, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)
"""
# Eight bytes that say it is a PNG, then the chunk with its size, which is the first and always as long.
_HEADER = 8 + 25


class Paper(Enum):
    """A sheet: its name, its shorter and its longer side in mm."""

    A4 = ("a4", 210, 297)
    A3 = ("a3", 297, 420)

    @property
    def label(self) -> str:
        """Its name in the name of a file."""
        return str(self.value[0])

    def size(self, landscape: bool) -> tuple[int, int]:
        """Width and height in mm."""
        _, short, long = self.value
        return (long, short) if landscape else (short, long)


def plan_png(svg: str, *, paper: Paper = Paper.A4, landscape: bool = False, dpi: int = 300) -> bytes:
    """The drawing ``svg``, made for a sheet of that size, as PNG with ``dpi`` dots per inch and the planner's font."""
    width, height = paper.size(landscape)
    picture = typst.compile(
        _PAGE,
        format="png",
        ppi=float(dpi),
        font_paths=_fonts(),
        sys_inputs={"svg": svg, "width": str(width), "height": str(height)},
    )
    return picture[:_HEADER] + _resolution(dpi) + picture[_HEADER:]


def drawing_png(svg: str, width_mm: float, *, dpi: int = 200) -> bytes:
    """The drawing ``svg`` as PNG of that width and as high as it is, with the planner's font."""
    inputs = {"svg": svg, "width": str(width_mm)}
    picture = typst.compile(_STRIP, format="png", ppi=float(dpi), font_paths=_fonts(), sys_inputs=inputs)
    return picture[:_HEADER] + _resolution(dpi) + picture[_HEADER:]


@cache
def _fonts() -> typst.Fonts:
    # None of the machine's own, so that the same drawing is the same picture everywhere.
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


def _resolution(dpi: int) -> bytes:
    """The chunk that lets a program print the picture at its size."""
    metre = round(dpi / 0.0254)
    content = b"pHYs" + struct.pack(">IIB", metre, metre, 1)
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
