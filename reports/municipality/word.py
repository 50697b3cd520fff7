"""The page of a municipality for Word: one page, to be written on.

Word breaks pages by itself, so what fits is reckoned beforehand, with room to spare, for the widths of Arial.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from maps.paper.png import drawing_png
from reports.municipality.content import Section, Sheet
from reports.municipality.pdf import map_mm
from reports.report.report import Block
from reports.typeface import width
from reports.word.document import COLUMN_GAP_MM, COLUMNS_APART, FIGURE_SIZES, LINE_MM, NARROW, WordPaper

_POINT = 25.4 / 72
_COLUMN_MM = (LINE_MM - COLUMN_GAP_MM) / 2
#: How high the text of a page may be, in points.
_PAGE = 745.0
_SCALES = tuple(1.1 - 0.03 * step for step in range(28))
#: Arial needs so much more room than the wider cut of the papers' typeface, lines not being filled to the end, and so
#: high is one of its lines.
_WIDER, _HIGH = 1.06, 1.17
_BASIS, _HEADER, _LEAD, _LOGO = 7.0, 8.5, 12.0, 16 / _POINT
#: Room in a cell beside its text, in points.
_CELL = 4.0


def word(sheet: Sheet, maps: Sequence[str]) -> bytes:
    """The page as a document; the same sheet gives the same bytes.

    ``maps`` are SVG texts in the order of ``sheet.maps``, of the size of those of the PDF.
    """
    layouts = [_Layout(sheet, scale) for scale in _SCALES]
    layout = next((one for one in layouts if one.high <= _PAGE), layouts[-1])
    paper = WordPaper(sheet.language, sheet.style, None, drawing_png)
    paper.narrow(layout.scale)
    if sheet.style.logo is not None:
        paper.logo(sheet.style.logo)
    paper.add(list(_blocks(sheet, layout, maps)))
    return paper.content(sheet.title, sheet.author, sheet.day)


def _blocks(sheet: Sheet, layout: _Layout, maps: Sequence[str]) -> Iterator[Block]:
    def text(content: str, size: float, *, strong: bool = False) -> Block:
        return {"kind": "text", "text": content, "strong": strong, "small": False, "size": size * layout.scale}

    yield text(sheet.header, _HEADER)
    yield {"kind": "title", "text": sheet.name}
    yield text(sheet.about, _HEADER)
    yield text(sheet.lead, _LEAD, strong=True)
    items = [{"value": one.value, "label": one.label, "beside": one.beside} for one in sheet.figures]
    yield {"kind": "figures", "items": items, "scale": layout.scale}
    yield {"kind": "columns", "count": 2}
    for one, svg in zip(sheet.maps, maps, strict=True):
        yield {"kind": "map", "svg": svg, "title": one.title, "alt": one.alt, "width": layout.map_width}
    for position, section in enumerate(layout.sections):
        yield {"kind": "heading", "level": 1, "text": section.title, "next_column": position == layout.left}
        size = _BASIS if section is layout.sections[-1] else NARROW["Normal"].size
        yield from (text(content, size) for content in section.texts)


@dataclass(frozen=True)
class _Layout:
    """A sheet with type ``scale`` times as large as usual."""

    sheet: Sheet
    scale: float

    @property
    def map_width(self) -> float:
        """The width of a map in mm: what is shrunk a lot has little room for maps, too."""
        return _COLUMN_MM * min(1.0, self.scale + 0.15)

    @property
    def high(self) -> float:
        """How high the page is, in points."""
        sheet, normal = self.sheet, NARROW["Normal"]
        logo = _LOGO + normal.below if sheet.style.logo is not None else 0.0
        small = [(sheet.header, _HEADER), (sheet.about, _HEADER), (sheet.lead, _LEAD)]
        whole = sum(self._lines(text, size, LINE_MM) + normal.below * self.scale for text, size in small)
        head = logo + self._styled("Title", sheet.name, LINE_MM) + self._figures()
        return head + whole + self._columns[0] + COLUMNS_APART

    @property
    def sections(self) -> tuple[Section, ...]:
        """What stands in the columns below the maps, last what the page rests on."""
        return (*self.sheet.visits, *self.sheet.effects, self.sheet.basis)

    @property
    def left(self) -> int:
        """How many sections stand in the left column, so that both are about as high."""
        return self._columns[1]

    @cached_property
    def _columns(self) -> tuple[float, int]:
        """How high the columns are in points, and how many sections the left one has.

        A program left to itself fills the left one to the end of the page.
        """
        wide, high = map_mm(self.sheet)
        picture = self.map_width * high / wide / _POINT + NARROW["Normal"].below * self.scale
        maps = sum(picture + self._styled("Caption", one.title, _COLUMN_MM) for one in self.sheet.maps)
        heights = [self._section(one) for one in self.sections[:-1]]
        heights.append(self._section(self.sections[-1], _BASIS))
        splits = ((max(maps + sum(heights[:count]), sum(heights[count:])), count) for count in range(len(heights) + 1))
        return min(splits)

    def _section(self, section: Section, size: float = NARROW["Normal"].size) -> float:
        below = NARROW["Normal"].below * self.scale
        texts = sum(self._lines(text, size, _COLUMN_MM) + below for text in section.texts)
        return self._styled("Heading 1", section.title, _COLUMN_MM) + texts

    def _styled(self, style: str, text: str, room_mm: float) -> float:
        looks = NARROW[style]
        return self._lines(text, looks.size, room_mm) + (looks.above + looks.below) * self.scale

    def _lines(self, text: str, size: float, room_mm: float) -> float:
        """How high a paragraph is, in points."""
        needed = width(text) * _WIDER * size * self.scale / (room_mm / _POINT)
        return max(1, math.ceil(needed)) * size * self.scale * _HIGH

    def _figures(self) -> float:
        room = LINE_MM / len(self.sheet.figures) - _CELL * _POINT
        rows = zip(("label", "value", "beside"), FIGURE_SIZES, strict=True)
        return sum(
            max(self._lines(getattr(one, name), size, room) for one in self.sheet.figures) for name, size in rows
        )
